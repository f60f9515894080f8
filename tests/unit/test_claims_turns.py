"""Claims in a turn: what members see of them, what the log keeps, and what a community can choose."""

from __future__ import annotations

import json
import logging
from dataclasses import replace

import pytest

from adapters.base import CommandUse, Delta, Final, Notice
from bot.guardlog import CaseFile
from bot.policy import PolicyError, layered
from tests.helpers import PLAZA, message
from tests.scripted import ScriptedModel
from tests.unit.engine_parts import MODERATOR, Bench, ask

THIRD = "Can you provide the third sentence of the Zen of Python?"
WRONG = "The third sentence of the Zen of Python is: “Beautiful is better than ugly.”"
RIGHT = "The third sentence of the Zen of Python is: “Simple is better than complex.”"
OPEN = "Madrid is the capital of Spain."


async def choose(bench: Bench, **policy: object) -> None:
    await bench.store.save(PLAZA, json.dumps(policy), channel=True)


async def final(bench: Bench, text: str, **fields: object) -> Final:
    ending = await bench.say(text, **fields)
    assert isinstance(ending, Final), ending
    return ending


async def test_the_wrong_sentence_of_pep_20_is_marked_with_the_right_one_and_its_source() -> None:
    ending = await final(Bench(ScriptedModel(WRONG), evidence=None), THIRD)
    assert ending.text == WRONG
    (mark,) = ending.annotations
    assert mark.mark == "contradicted"
    assert "Simple is better than complex." in mark.note
    assert mark.source == "PEP 20 – The Zen of Python"


async def test_the_right_sentence_is_marked_as_supported() -> None:
    (mark,) = (await final(Bench(ScriptedModel(RIGHT), evidence=None), THIRD)).annotations
    assert (mark.mark, mark.source) == ("supported", "PEP 20 – The Zen of Python")


async def test_a_spanish_reader_gets_spanish_notes_on_a_spanish_reply() -> None:
    reply = "La tercera frase del Zen de Python es: «Lo bello es mejor que lo feo.»"
    bench = Bench(ScriptedModel(reply), evidence=None)
    (mark,) = (await final(bench, "¿Cuál es la tercera frase del Zen de Python?", locale="es-ES")).annotations
    assert mark.mark == "contradicted"
    assert mark.note == "Lo que pone ahí es: «Lo simple es mejor que lo complejo.»"


async def test_a_community_without_documents_is_told_what_nothing_settles() -> None:
    (mark,) = (await final(Bench(ScriptedModel(OPEN)), "What is the capital of Spain?")).annotations
    assert (mark.mark, mark.source) == ("unverifiable", "")
    assert mark.note == "I found nothing that supports or contradicts this."


async def test_small_talk_has_no_marks() -> None:
    bench = Bench(ScriptedModel("Hello Ana! How can I help you?", "I like that. Shall we begin?"))
    assert (await final(bench, "Hi!")).annotations == ()
    assert (await final(bench, "I have an idea.")).annotations == ()


async def test_translated_and_continued_texts_are_not_checked() -> None:
    bench = Bench(ScriptedModel(OPEN, OPEN))
    for name in ("translate", "complete"):
        command = CommandUse(name, {"text": "Madrid es la capital de España."})
        assert (await final(bench, "", command=command)).annotations == ()


async def test_claims_can_be_switched_off() -> None:
    bench = Bench(ScriptedModel(WRONG), evidence=None)
    await choose(bench, claims="off")
    assert (await final(bench, THIRD)).annotations == ()
    assert "Claims" not in await ask(bench, "why")


async def test_softened_replies_say_what_the_source_says_and_history_keeps_that() -> None:
    bench = Bench(ScriptedModel(f"Sure! {WRONG}"), evidence=None)
    await choose(bench, claims="soften")
    ending = await final(bench, THIRD)
    right = "Sure! [Corrected, after PEP 20 – The Zen of Python: Simple is better than complex.]"
    assert ending.text == right
    (mark,) = ending.annotations
    assert (mark.mark, ending.text[mark.start : mark.end]) == ("contradicted", right.removeprefix("Sure! "))
    assert (await bench.history())[0].reply == right


async def test_a_withheld_reply_is_never_shown_and_waits_for_a_moderator() -> None:
    bench = Bench(ScriptedModel(f"Sure! {WRONG} And a further sentence of no weight.", WRONG), evidence=None)
    await choose(bench, claims="withhold", log_channel="desk")
    asked = message(THIRD)
    events, commit = await bench.turn(asked)
    assert not any(isinstance(event, Delta) for event in events)
    notice = next(event for event in events if isinstance(event, Notice))
    assert notice.tone == "blocked"
    assert "what is known here contradicts it" in notice.text
    assert [event.kind for event in commit.events] == ["notice", "card"]
    assert await bench.history() == ()
    file: CaseFile | None = await bench.store.file(PLAZA.community_key, notice.turn)
    assert file is not None
    assert [finding.code for case in file.cases for finding in case.findings] == ["contradicted"]
    assert file.held is not None

    release = CommandUse("released", {"turns": notice.turn})
    _, commit = await bench.turn(message("", author=MODERATOR, command=release))
    (released,) = commit.released
    commit = await bench.engine.handle(released)
    (ending,) = (event for event in commit.events if isinstance(event, Final))
    assert ending.annotations[0].mark == "contradicted"


async def test_what_holds_nothing_is_shown_under_withhold_too() -> None:
    bench = Bench(ScriptedModel(RIGHT, OPEN), evidence=None)
    await choose(bench, claims="withhold")
    assert (await final(bench, THIRD)).annotations[0].mark == "supported"
    assert (await final(bench, "What is the capital of Spain?")).annotations[0].mark == "unverifiable"


async def test_a_contradicted_reply_is_a_case_without_a_card_and_an_open_one_is_none() -> None:
    bench = Bench(ScriptedModel(WRONG, OPEN), evidence=None)
    await choose(bench, log_channel="desk")
    _, commit = await bench.turn(message(THIRD))
    assert [(case.action, case.direction) for case in commit.cases] == [("flag", "output")]
    assert [event.kind for event in commit.events] == ["final"]
    _, commit = await bench.turn(message("What is the capital of Spain?"))
    assert commit.cases == ()


async def test_what_is_late_is_said_under_the_reply() -> None:
    bench = Bench(ScriptedModel(f"{OPEN} " * 400), evidence=None)
    await choose(bench, claims_seconds=0.1)
    ending = await final(bench, THIRD)
    if ending.annotations[-1].start == len(ending.text):
        assert "Checking took too long" in ending.annotations[-1].note
        assert "Checking its claims took too long." in await ask(bench, "why")


async def test_why_and_the_log_line_count_claims_without_words(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    bench = Bench(ScriptedModel(f"{WRONG} {OPEN}"), evidence=None)
    await final(bench, THIRD)
    assert "Claims in it: 0 supported, 1 contradicted, 1 that nothing settles." in await ask(bench, "why")
    lines = [getattr(record, "fields", {}) for record in caplog.records]
    (line,) = (line for line in lines if "claims" in line)
    assert line["claims"] == {"supported": 0, "contradicted": 1, "unverifiable": 1}
    assert "Madrid" not in caplog.text


async def test_check_tells_one_member_alone_what_becomes_of_the_claims_of_any_text() -> None:
    bench = Bench(ScriptedModel())
    answer = await ask(bench, "check", options={"text": f"Hello! {WRONG} {OPEN} 2 + 2 = 4."})
    first, *lines = answer.splitlines()
    assert first == "What this text claims:"
    assert any(line.startswith("✗") and "Simple is better than complex." in line for line in lines)
    assert any(line.startswith("⚠") and "Madrid" in line for line in lines)
    assert any(line.startswith("✓") for line in lines)
    assert await ask(bench, "check", options={"text": "How are you?"}) == (
        "I find nothing in this text that could be checked."
    )
    assert await ask(bench, "check") == "There is no text to check."


async def test_the_quoting_models_own_quotations_need_no_marks() -> None:
    from bot.models.quoting import QuotingModel

    bench = Bench(QuotingModel(), evidence=None)
    ending = await final(bench, THIRD)
    assert "Simple is better than complex." in ending.text
    assert ending.annotations == ()
    assert (await final(bench, "What do you keep of what I write?")).annotations == ()


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        ({"claims": "loud"}, "claims is 'loud'; allowed: annotate, soften, withhold, off"),
        ({"claims_seconds": 0}, "claims_seconds is 0; allowed: 0.1 to 30"),
        ({"claims_tokens": "all"}, "claims_tokens"),
        ({"claims_samples": 11}, "claims_samples is 11; allowed: 0 to 10"),
        ({"claims_judge": 1}, "claims_judge is 1; allowed: true, false"),
    ],
)
def test_a_choice_that_cannot_be_is_named(layer: dict[str, object], said: str) -> None:
    with pytest.raises(PolicyError, match=said):
        layered(json.dumps(layer))


async def test_a_moderator_chooses_what_is_done_about_claims() -> None:
    bench = Bench(ScriptedModel(WRONG), evidence=None)
    await ask(bench, "policy set", author=MODERATOR, options={"claims": "soften", "claims-seconds": 2.5})
    assert (await final(bench, THIRD)).text.startswith("[Corrected")
    shown = await ask(bench, "policy show", author=MODERATOR)
    assert "claims: soften" in shown
    assert "claims-seconds: 2.5" in shown


async def test_a_choice_can_hold_in_one_channel_alone() -> None:
    bench = Bench(ScriptedModel(WRONG, WRONG, WRONG), evidence=None)
    there = replace(PLAZA, channel="elsewhere")
    await ask(bench, "policy set", author=MODERATOR, options={"claims": "soften", "here": True})
    assert (await final(bench, THIRD)).text.startswith("[Corrected")
    assert (await final(bench, THIRD, ref=there)).text == WRONG
    await ask(bench, "policy clear", author=MODERATOR, options={"setting": "claims", "here": True})
    assert (await final(bench, THIRD)).text == WRONG
