"""*Trends* counts what there is, and says of how much it does."""

from __future__ import annotations

from dataclasses import replace

from bot.console.trends import DAYS, trends_of
from bot.guardlog import CaseFile, Review
from tests.unit.console_parts import FINDING, House, case

NOW = 1_800_000_000.0
DAY = 24 * 3600.0


def decided(turn: str, *verdicts: str) -> CaseFile:
    reviews = [Review(turn, verdict, "mo", "Mo", NOW, number) for number, verdict in enumerate(verdicts)]  # type: ignore[arg-type]  # words of verdicts
    return CaseFile(turn, (case(turn),), tuple(reviews))


def test_cases_are_counted_by_day_hour_and_guard_and_decisions_as_they_stand() -> None:
    leak = replace(FINDING, guard="leak", score=0.8)
    cases = [
        replace(case("a"), id="1", at=NOW - 2 * DAY),
        replace(case("b"), id="2", at=NOW, action="flag", findings=(FINDING, leak)),
        replace(case("c"), id="3", at=NOW),
        replace(case("d"), id="4", at=NOW),
    ]
    known = {
        "a": decided("a", "right"),
        "b": decided("b", "false_alarm"),
        "c": decided("c", "false_alarm", "taken_back"),
        "d": None,
    }
    trends = trends_of(cases, known, NOW)
    assert (trends.cases, trends.stopped, trends.decided, trends.asked, trends.false_alarms) == (
        4,
        75,
        2,
        4,
        50,
    )
    assert len(trends.days) == DAYS
    assert [(bar.stopped, bar.noted) for bar in trends.days[-3:]] == [(1, 0), (0, 0), (2, 1)]
    assert trends.days[-1].stopped_height + trends.days[-1].noted_height == 100
    assert sum(bar.stopped + bar.noted for bar in trends.hours) == 4
    assert [
        (each.guard, each.cases, each.stopped, each.sure, each.decided, each.false_alarms)
        for each in trends.guards
    ] == [("injection", 4, 75, 97, 2, 50), ("leak", 1, 0, 80, 1, 100)]


def test_without_a_case_or_a_decision_no_share_is_made_up() -> None:
    assert trends_of([], {}, NOW).false_alarms is None
    assert trends_of([replace(case("a"), id="1", at=NOW)], {"a": None}, NOW).false_alarms is None


async def test_the_page_shows_them_and_says_what_to_do_without_any() -> None:
    house = House()
    browser = await house.inside()
    assert "All quiet" in (await browser.get("/trends")).text
    await house.file("a" * 12)
    page = (await browser.get("/trends")).text
    assert "<svg" in page
    assert '<a href="/?guard=injection">' in page
