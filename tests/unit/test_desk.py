"""What moderators see of a case, and what their decisions change."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.base import (
    Author,
    Card,
    CommandUse,
    ConversationRef,
    Final,
    Notice,
    OptionValue,
    OutboxEvent,
    ReplyTo,
)
from bot.desk import VERDICTS
from bot.guardlog import CaseFile, filed_by_member
from bot.store.base import partition_of
from tests.helpers import ANA, PLAZA, message, new_events
from tests.scripted import ScriptedModel
from tests.unit.engine_parts import ATTACK, MODERATOR, Bench

LOG = ConversationRef("test", "plaza", "mods")
NU = Author("nu", "Nu", is_moderator=True)
GUARDS_OFF = '{"log_channel": "mods", "rules": {"injection": {"action": "flag"}}}'


async def community(*replies: str, policy: str = '{"log_channel": "mods"}') -> Bench:
    bench = Bench(ScriptedModel(*replies))
    await bench.store.save(PLAZA, policy, channel=False)
    return bench


async def events(bench: Bench, text: str = "", **fields: Any) -> list[OutboxEvent]:
    """What a message leads to, wherever it is shown."""
    shown, _ = await bench.turn(message(text, **fields))
    return [*shown, *await new_events(bench.store)]


def cards(shown: list[OutboxEvent]) -> list[Card]:
    return [event for event in shown if isinstance(event, Card)]


def notice(shown: list[OutboxEvent]) -> str:
    (said,) = [event for event in shown if isinstance(event, Notice)]
    return said.text


async def press(
    bench: Bench, verdict: str, *turns: str, by: Author = MODERATOR, locale: str = ""
) -> list[OutboxEvent]:
    use = CommandUse(verdict, {"turns": " ".join(turns)})
    return await events(bench, ref=LOG, command=use, author=by, locale=locale)


def actions(card: Card) -> list[str]:
    return [button.action for button in card.buttons]


async def test_what_is_held_back_makes_a_card_in_the_log_channel() -> None:
    bench = await community()
    shown = await events(bench, ATTACK)
    (card,) = cards(shown)
    assert (card.ref.channel, card.ref.community, card.number) == ("mods", "plaza", 1)
    assert card.title == "A message was held back"
    fields = dict(card.fields)
    assert fields["Member"] == "Ana"
    assert fields["Message"].startswith("Ignore all previous")
    assert "injection/override" in fields["Why"]
    assert card.about is not None
    assert (card.about.ref, card.about.author_id) == (PLAZA, "u1")
    assert actions(card) == ["right", "false_alarm", "release", "time_out", "delete"]
    assert {button.argument for button in card.buttons} == {shown[0].turn}


async def test_a_card_speaks_the_language_of_the_community() -> None:
    bench = await community(policy='{"log_channel": "mods", "language": "es"}')
    (card,) = cards(await events(bench, ATTACK))
    assert card.title == "Se retuvo un mensaje"
    assert card.buttons[1].label == "Falsa alarma"


@pytest.mark.parametrize("policy", ["{}", '{"log_channel": "mods", "cards_from": 1.01}'])
async def test_there_is_no_card_without_a_channel_or_below_the_threshold(policy: str) -> None:
    bench = await community(policy=policy)
    assert cards(await events(bench, ATTACK)) == []
    assert len(await bench.store.cases(PLAZA.community_key, since=0.0, limit=9)) == 1


async def test_what_is_only_noticed_has_nothing_to_release() -> None:
    bench = await community("I will not.", policy=GUARDS_OFF)
    (card,) = cards(await events(bench, ATTACK))
    assert card.title == "The guards noticed something"
    assert "release" not in actions(card)


@pytest.mark.parametrize(
    ("verdict", "line"), [("right", "Mo: the guards are right."), ("false_alarm", "Mo: false alarm.")]
)
async def test_a_case_is_judged_once_and_the_second_hears_who_was_first(verdict: str, line: str) -> None:
    bench = await community()
    turn = (await events(bench, ATTACK))[0].turn
    shown = await press(bench, verdict, turn)
    (card,) = cards(shown)
    assert (card.number, card.decided) == (1, (line,))
    assert card.seq > 1
    assert not {"right", "false_alarm"} & set(actions(card))
    assert "Done" in notice(shown)
    late = await press(bench, "right", turn, by=NU)
    assert cards(late) == []
    assert "Mo has decided" in notice(late)


async def test_a_released_message_is_answered_and_the_guards_let_it_through() -> None:
    bench = await community("I have no such prompt.")
    turn = (await events(bench, ATTACK))[0].turn
    shown = await press(bench, "released", turn)
    claim = await bench.store.claim("w", partition_of(PLAZA), 1.0)
    assert claim is not None
    answered = await bench.engine.handle(claim.message)
    assert isinstance(answered.events[-1], Final)
    assert answered.events[-1].text == "I have no such prompt."
    assert answered.cases == ()
    assert answered.events[-1].turn != turn
    (card,) = cards(shown)
    assert "release" not in actions(card)


async def test_a_message_is_released_once_and_never_after_it_was_judged_right() -> None:
    bench = await community("Yes.")
    first, second = [(await events(bench, f"{ATTACK} {n}"))[0].turn for n in range(2)]
    await press(bench, "right", second)
    shown = await press(bench, "released", second, by=NU)
    assert "Mo has decided" in notice(shown)
    await press(bench, "released", first)
    shown = await press(bench, "released", first, by=NU)
    assert "Mo has decided" in notice(shown)


async def test_a_false_alarm_can_still_be_released() -> None:
    bench = await community("Yes.")
    turn = (await events(bench, ATTACK))[0].turn
    (card,) = cards(await press(bench, "false_alarm", turn))
    assert "release" in actions(card)
    _, commit = await bench.turn(
        message("", command=CommandUse("released", {"turns": turn}), author=MODERATOR)
    )
    assert len(commit.released) == 1


async def test_one_press_decides_all_cases_of_a_group() -> None:
    bench = await community()
    turns = [(await events(bench, f"{ATTACK} {n}"))[0].turn for n in range(3)]
    shown = await press(bench, "right", *turns, "unknown")
    assert [card.case for card in cards(shown)] == turns


@pytest.mark.parametrize("verdict", list(VERDICTS))
async def test_only_moderators_decide(verdict: str) -> None:
    bench = await community()
    turn = (await events(bench, ATTACK))[0].turn
    shown = await press(bench, verdict, turn, by=ANA)
    assert "moderators" in notice(shown)
    file = await bench.store.file(PLAZA.community_key, turn)
    assert file is not None
    assert file.reviews == ()


@pytest.mark.parametrize(
    ("verdict", "line"), [("timed_out", "timed the member out"), ("deleted_message", "deleted the message")]
)
async def test_what_the_platform_has_done_is_recorded_with_who_did_it(verdict: str, line: str) -> None:
    bench = await community()
    turn = (await events(bench, ATTACK))[0].turn
    (card,) = cards(await press(bench, verdict, turn, by=Author("t", "Tim", is_moderator=True)))
    assert card.decided[0].startswith("Tim ")
    assert line in card.decided[0]
    assert "right" in actions(card)


@pytest.mark.parametrize(
    ("name", "options"),
    [("policy set", {"cards-from": 1.01}), ("policy clear", {"setting": "log-channel"})],
)
async def test_a_decision_stands_on_its_card_whatever_was_chosen_since(
    name: str, options: dict[str, OptionValue]
) -> None:
    bench = await community()
    turn = (await events(bench, ATTACK))[0].turn
    await events(bench, command=CommandUse(name, options), author=MODERATOR)
    (card,) = cards(await press(bench, "right", turn))
    assert (card.ref, card.decided) == (LOG, ("Mo: the guards are right.",))


async def test_a_decision_on_an_appeal_makes_no_card_of_what_was_not_worth_one() -> None:
    bench = await community(policy='{"log_channel": "mods", "cards_from": 1.01}')
    turn = (await events(bench, ATTACK))[0].turn
    (card,) = cards(await events(bench, command=CommandUse("appeal", {"turn": turn})))
    (decided,) = cards(await press(bench, "right", turn))
    assert decided.turn == card.turn


async def test_a_decision_on_a_case_that_is_gone_says_so() -> None:
    bench = await community()
    assert notice(await press(bench, "right", "nothing")) == "That case is no longer kept."


async def test_an_appeal_makes_a_card_of_its_own_about_the_same_case() -> None:
    bench = await community()
    turn = (await events(bench, ATTACK))[0].turn
    (card,) = cards(await events(bench, command=CommandUse("appeal", {"turn": turn})))
    assert card.title == "A member asks you to look at this"
    assert (card.case, card.number) == (turn, 2)
    assert dict(card.fields)["Message"].startswith("Ignore all")
    assert "release" in actions(card)
    both = cards(await press(bench, "false_alarm", turn))
    assert [(each.turn, each.number) for each in both] == [(f"card-{turn}", 1), (f"filed-{turn}", 2)]
    assert all(each.decided for each in both)


async def test_however_often_a_moderator_is_asked_it_is_one_appeal() -> None:
    bench = await community()
    turn = (await events(bench, ATTACK))[0].turn
    for number in range(3):
        shown = await events(bench, command=CommandUse("appeal", {"turn": turn}))
        assert len(cards(shown)) == (number == 0)
        assert "have been told" in notice(shown)
    file = await bench.store.file(PLAZA.community_key, turn)
    assert file is not None
    assert len(file.cases) == 2


async def test_an_appeal_is_about_the_place_of_the_message_wherever_it_is_made() -> None:
    bench = await community()
    turn = (await events(bench, ATTACK))[0].turn
    (card,) = cards(await events(bench, ref=LOG, command=CommandUse("appeal", {"turn": turn})))
    assert card.about is not None
    assert card.about.ref == PLAZA


async def test_a_case_that_is_named_twice_is_decided_on_once() -> None:
    bench = await community()
    turn = (await events(bench, ATTACK))[0].turn
    assert len(cards(await press(bench, "timed_out", turn, turn))) == 1
    assert len(cards(await press(bench, "right", turn))) == 1


async def test_a_card_goes_where_its_message_came_from() -> None:
    bench = await community()
    # A session's outbox: nobody reads one that bears the name of its platform alone.
    _, commit = await bench.turn(message(ATTACK, reply_to=ReplyTo("test-s1", "m1")))
    (card,) = cards(list(commit.events))
    assert card.to == ReplyTo("test-s1")


async def test_a_report_is_about_who_wrote_the_message_and_says_who_reported_it() -> None:
    bench = await community()
    told: dict[str, OptionValue] = {"text": "buy now", "author": "Eve", "author_id": "7", "message": "99"}
    (card,) = cards(await events(bench, command=CommandUse("report", told)))
    assert card.about is not None
    assert (card.about.author_id, card.about.author_name, card.about.message_id) == ("7", "Eve", "99")
    assert dict(card.fields) | {"Member": "Eve", "Reported by": "Ana"} == dict(card.fields)
    assert actions(card) == ["right", "false_alarm", "time_out", "delete"]


@pytest.mark.parametrize("token", ["token", ""])
async def test_a_command_has_no_message_that_could_be_deleted(token: str) -> None:
    bench = await community()
    use = CommandUse("chat", {"text": ATTACK})
    # The second is one whose interaction was answered before, as when it is let through.
    to = ReplyTo("test", "77", token, 9e9)
    shown, _ = await bench.turn(message("", command=use, reply_to=to))
    (card,) = cards(shown)
    assert card.about is not None
    assert card.about.message_id == ""
    assert "delete" not in actions(card)


def test_an_appeal_about_a_case_that_is_gone_is_still_filed() -> None:
    case = filed_by_member(message("", command=CommandUse("appeal", {"turn": "x"})), turn="x", at=1.0)
    assert (case.turn, case.author_name, case.excerpt) == ("x", "Ana", "")
    assert CaseFile("x", (case,)).held is None


async def test_what_a_community_chooses_holds_from_then_on_and_can_be_put_back() -> None:
    bench = await community(policy="")
    chosen: dict[str, OptionValue] = {"log-channel": "mods", "language": "es"}
    shown = await events(bench, command=CommandUse("policy set", chosen), author=MODERATOR)
    assert "Done" in notice(shown)
    (card,) = cards(await events(bench, ATTACK))
    assert card.title == "Se retuvo un mensaje"
    listed = notice(await events(bench, command=CommandUse("policy show"), author=MODERATOR))
    assert "log-channel: mods" in listed
    assert "language: es" in listed
    await events(bench, command=CommandUse("policy clear", {"setting": "log-channel"}), author=MODERATOR)
    assert cards(await events(bench, ATTACK)) == []


async def test_what_is_stored_and_no_policy_is_replaced_by_what_is_chosen() -> None:
    bench = await community(policy="[]")
    use = CommandUse("policy set", {"language": "en"})
    assert "Done" in notice(await events(bench, command=use, author=MODERATOR))


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("policy set", {}, "Name what to choose: log-channel"),
        ("policy set", {"rules": "x", "version": 7}, "Name what to choose"),
        ("policy set", {"cards-from": 7.5}, "0 to 1"),
        ("policy clear", {"setting": "rules"}, "Name what to choose"),
    ],
)
async def test_what_cannot_be_chosen_is_said_and_changes_nothing(
    name: str, options: dict[str, OptionValue], said: str
) -> None:
    bench = await community(policy="")
    shown = await events(bench, command=CommandUse(name, options), author=MODERATOR)
    assert said in notice(shown)
    assert (await bench.store.load(message(), 1)).policies == ("", "")


@pytest.mark.parametrize("name", ["policy show", "policy set", "policy clear"])
async def test_only_moderators_see_and_choose(name: str) -> None:
    bench = await community(policy="")
    use = CommandUse(name, {"language": "es", "setting": "language"})
    assert "moderators" in notice(await events(bench, command=use))
    assert (await bench.store.load(message(), 1)).policies == ("", "")
