"""`/guard report`: a text that the guards missed is known from then on."""

from __future__ import annotations

from adapters.base import CommandUse, Notice, OutboxEvent, ReplyTo
from bot.guardlog import redact
from tests.helpers import BEN, PLAZA, message
from tests.unit.engine_parts import MODERATOR, Bench
from tests.unit.test_desk import LOG, actions, cards, community, events, notice, press
from tests.unit.test_teaching import RIDDLE, blocked


async def report(bench: Bench, text: str, locale: str = "") -> list[OutboxEvent]:
    use = CommandUse("guard report", {"text": text})
    return await events(bench, ref=LOG, command=use, author=MODERATOR, locale=locale)


async def test_a_text_that_a_moderator_reports_is_blocked_from_then_on_with_its_near_copies() -> None:
    bench = await community("A riddle.", "It is a riddle.", "Another.")
    assert not await blocked(bench, RIDDLE)
    shown = await report(bench, RIDDLE)
    assert await blocked(bench, RIDDLE)
    assert await blocked(bench, f"{RIDDLE} Please!", author=BEN)
    assert not await blocked(bench, "How do I hand in the keys of the tower when I leave?")
    # Which case it was is told.
    newest = (await bench.store.cases(PLAZA.community_key, since=0.0, limit=1))[-1]
    assert (newest.findings[0].code, newest.findings[0].case) == ("known_attack", 1)
    (said,) = [each for each in shown if isinstance(each, Notice)]
    assert said.text.startswith("Noted as a case. From now on")
    assert [(button.label, button.action) for button in said.buttons] == [("Take back", "judge_take_back")]


async def test_it_is_a_case_that_is_decided_with_a_card_that_says_so() -> None:
    bench = await community()
    (card,) = cards(await report(bench, RIDDLE))
    assert card.title == "A moderator reported a missed text"
    assert dict(card.fields) == {
        "Reported by": "Mo",
        "Message": redact(RIDDLE),
        "Why": "• A moderator says that the guards missed this.",
    }
    assert (card.number, card.decided) == (1, ("Mo: the report is justified.",))
    # Nobody is named whom one could time out, and no message that one could delete.
    assert actions(card) == ["take_back"]
    shown = await events(bench, ref=LOG, command=CommandUse("guardlog show", {"case": "1"}), author=MODERATOR)
    assert notice(shown).startswith("#1 · confirmed · A moderator reported a missed text")


async def test_it_can_be_taken_back() -> None:
    bench = await community("A riddle.")
    await report(bench, RIDDLE)
    file = await bench.store.numbered(PLAZA.community_key, 1)
    assert file is not None
    await press(bench, "taken_back", file.turn)
    assert not await blocked(bench, RIDDLE)


async def test_a_text_of_blanks_is_nothing_to_report() -> None:
    bench = await community()
    shown = await report(bench, "  ", locale="es")
    (said,) = shown
    assert isinstance(said, Notice)
    assert await bench.store.cases(PLAZA.community_key, since=0.0, limit=1) == []


async def test_where_there_are_no_buttons_it_is_said_all_the_same() -> None:
    bench = await community()
    use = CommandUse("guard report", {"text": RIDDLE})
    sent = message("", command=use, author=MODERATOR, reply_to=ReplyTo("other-1"))
    commit = await bench.engine.handle(sent)
    (said, *_) = commit.events
    assert isinstance(said, Notice)
    assert (said.buttons, said.text[:16]) == ((), "Noted as a case.")
