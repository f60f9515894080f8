"""What members say is true: a case, and a document once a moderator accepts it."""

from __future__ import annotations

from adapters.base import CommandUse, OutboxEvent
from adapters.suggesting import MOST, SUGGEST
from tests.helpers import ANA, PLAZA
from tests.unit.engine_parts import ATTACK, Bench
from tests.unit.test_desk import actions, cards, community, events, notice, press

OPENS = "The library opens at ten, says the sign at its door. Ask ana@plaza.test."


async def suggest(bench: Bench, text: str, verdict: str = "wrong") -> list[OutboxEvent]:
    use = CommandUse(SUGGEST, {"turn": "a1b2", "verdict": verdict, "text": text, "message": "77"})
    return await events(bench, text, command=use)


async def known(bench: Bench) -> list[str]:
    catalogue = await bench.store.catalogue(PLAZA.community_key)
    return [head.name for head in catalogue.heads]


async def test_a_suggestion_is_a_card_and_known_as_long_as_a_moderator_accepts_it() -> None:
    bench = await community()
    shown = await suggest(bench, OPENS)
    assert "The moderators will look at it" in notice(shown)
    (card,) = cards(shown)
    assert card.title == "A member suggests a source"
    fields = dict(card.fields)
    assert fields["Message"] == OPENS.replace("ana@plaza.test", "[e-mail]")
    assert fields["Why"] == "• A member says that the marks of a reply are wrong, and what is true."
    assert (card.about and card.about.message_id, card.case != "a1b2") == ("77", True)
    assert actions(card)[:2] == ["right", "false_alarm"]
    assert await known(bench) == []
    assert "“suggestion-1” is known from now on" in notice(await press(bench, "right", card.case))
    assert await known(bench) == ["suggestion-1"]
    (passage,) = await bench.store.passages(PLAZA.community_key, "suggestion-1")
    assert "opens at ten" in passage.text
    assert "“suggestion-1” is no longer known" in notice(await press(bench, "taken_back", card.case))
    assert await known(bench) == []
    assert notice(await press(bench, "false_alarm", card.case)) == "Done, and noted in the case."
    assert await known(bench) == []


async def test_what_the_guards_find_in_a_suggestion_keeps_it_out() -> None:
    bench = await community()
    (card,) = cards(await suggest(bench, ATTACK, "right"))
    assert "Nothing of “suggestion-1” is used" in notice(await press(bench, "right", card.case))
    assert await known(bench) == []


async def test_a_suggestion_has_words_and_a_verdict_and_an_end() -> None:
    bench = await community()
    for text, verdict in ((" ", "wrong"), ("It is so.", "maybe")):
        shown = await suggest(bench, text, verdict)
        assert (notice(shown), cards(shown)) == ("There is nothing in it to look at.", [])
    (card,) = cards(await suggest(bench, "word " * MOST))
    assert len(dict(card.fields)["Message"]) <= MOST
    assert ANA.name == dict(card.fields)["Member"]
