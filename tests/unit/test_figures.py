"""How often guards were right, and a better threshold where decisions show one."""

from __future__ import annotations

from collections.abc import Mapping

from bot.figures import Counted, Span, counted, guards_in, span, suggestion
from bot.guardlog import Case, CaseFinding, Review, ReviewVerdict
from bot.policy import Action, layered
from bot.store.memory import MemoryStore

POLICY = layered('{"rules": {"injection": {"block": 0.8, "sources": {}}}}')


def case(turn: str, score: float, guard: str = "injection", at: float = 100.0) -> Case:
    finding = CaseFinding(guard, "override", score, "Why.", "author", "")
    action = "block" if score >= 0.8 else "flag"
    return Case(turn, at, "test/plaza/g/", "u1", "Ana", "input", action, action, (finding,), (), "x", "", "m")


def of(decided: Mapping[tuple[str, float], ReviewVerdict | None]) -> Span:
    cases = [case(turn, score) for turn, score in decided]
    reviews = {
        turn: [Review(turn, verdict, "m", "Mo", 200.0)] for (turn, _), verdict in decided.items() if verdict
    }
    return Span(cases, reviews)


def test_cases_are_counted_for_each_guard_and_who_lets_through_says_false_alarm() -> None:
    found = of({("a", 0.9): "right", ("b", 0.6): "false_alarm", ("c", 0.9): "released", ("d", 0.9): None})
    found = Span([*found.cases, case("e", 0.6, "hijack")], found.reviews)
    all_of_them = counted(found)
    assert (all_of_them.cases, all_of_them.held, all_of_them.decided) == (5, 3, 3)
    assert (all_of_them.states["confirmed"], all_of_them.false_alarms, all_of_them.share) == (1, 2, 67)
    assert counted(found, "hijack").share is None
    assert guards_in(found) == ["injection", "hijack"]
    assert counted(Span([], {})) == Counted()


def test_a_threshold_is_suggested_that_spares_false_alarms_and_lets_no_confirmed_attack_through() -> None:
    alarms: dict[tuple[str, float], ReviewVerdict | None] = {
        ("a", 0.81): "false_alarm", ("b", 0.83): "released", ("c", 0.84): "false_alarm", ("d", 0.97): "false_alarm",
    }  # fmt: skip
    better = suggestion(of(alarms | {("x", 0.93): "right", ("y", 0.82): None}), POLICY, "injection")
    assert better is not None
    assert (better.now, better.then, better.false_alarms) == (0.8, 0.85, 3)
    # The one that nobody has decided on would have passed, too.
    assert [(each.case.turn, each.now, each.then) for each in better.changed] == [
        (turn, Action.BLOCK, Action.FLAG) for turn in "abcy"
    ]


def test_nothing_is_suggested_without_enough_false_alarms_or_where_attacks_would_pass() -> None:
    few: dict[tuple[str, float], ReviewVerdict | None] = {
        ("a", 0.81): "false_alarm",
        ("b", 0.83): "false_alarm",
    }
    assert suggestion(of(few), POLICY, "injection") is None
    below: dict[tuple[str, float], ReviewVerdict | None] = {(turn, 0.6): "false_alarm" for turn in "abc"}
    assert suggestion(of(below), POLICY, "injection") is None
    mixed: dict[tuple[str, float], ReviewVerdict | None] = {(turn, 0.9): "false_alarm" for turn in "abc"}
    assert suggestion(of(mixed | {("x", 0.805): "right"}), POLICY, "injection") is None


async def test_a_span_is_read_in_parts_and_leaves_out_what_is_older_and_what_members_filed() -> None:
    store = MemoryStore()
    for number in range(1203):
        await store.record("test/plaza", case(f"t{number}", 0.9, at=float(number)))
    await store.record("test/plaza", case("filed", 1.0, "member", at=2000.0))
    found = await span(store, "test/plaza", 100.0)
    assert [found.cases[0].turn, found.cases[-1].turn, len(found.cases)] == ["t1202", "t100", 1103]
    assert found.since(1200.0).cases == found.cases[:3]
