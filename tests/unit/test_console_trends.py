"""*Trends* counts what there is, and says of how much it does."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from bot.case_state import CaseState
from bot.console.trends import NAMED, took_by, trends_of
from bot.conversation import Turn
from bot.guardlog import Case
from bot.policy import Decision
from bot.settings import load
from bot.tally import DAYS, tally_of
from bot.wiring import model_of
from guards.base import Stage
from tests.helpers import message
from tests.unit.console_parts import FINDING, MARKET, MO, PLAZA, House, case
from tests.unit.engine_parts import ATTACK

NOW = 1_800_000_000.0
DAY = 24 * 3600.0


def test_cases_are_counted_by_day_hour_and_guard_and_decisions_as_they_stand() -> None:
    leak = replace(FINDING, guard="leak", score=0.8)
    cases = [
        replace(case("a"), id="1", at=NOW - 2 * DAY),
        replace(case("b"), id="2", at=NOW, action="flag", findings=(FINDING, leak)),
        replace(case("c"), id="3", at=NOW),
        replace(case("d"), id="4", at=NOW),
    ]
    states: dict[str, CaseState] = {"a": "confirmed", "b": "false_alarm", "c": "open"}
    trends = trends_of(cases, states, NOW)
    assert (trends.cases, trends.stopped, trends.decided, trends.false_alarms) == (4, 75, 2, 50)
    assert len(trends.days) == DAYS
    assert [bar.counts for bar in trends.days[-3:]] == [(1, 0), (0, 0), (2, 1)]
    assert [
        (each.guard, each.cases, each.stopped, each.sure, each.decided, each.false_alarms)
        for each in trends.guards
    ] == [("injection", 4, 75, 97, 2, 50), ("leak", 1, 0, 80, 1, 100)]


def test_an_hour_tells_its_cases_of_each_guard_and_each_case_once() -> None:
    def found(hour: int, *guards: str) -> Case:
        findings = tuple(
            replace(FINDING, guard=guard, score=0.9 - at / 10) for at, guard in enumerate(guards)
        )
        return replace(case("a"), at=NOW - NOW % DAY + hour * 3600, findings=findings)

    cases = [
        found(3, "injection"),
        found(3, "injection", "leak"),
        found(3, "leak", "injection"),
        found(23, "injection"),
        found(23),
    ]
    trends = trends_of(cases, {}, NOW)
    assert trends.named == ["injection", "leak", ""]
    assert {bar.label: bar.counts for bar in trends.hours if any(bar.counts)} == {
        "03": (2, 1, 0),
        "23": (1, 0, 1),
    }
    # The busiest have a colour each.
    many = [found(hour, f"guard-{number}") for number in range(8) for hour in range(9 - number)] + [found(0)]
    trends = trends_of(many, {}, NOW)
    assert trends.named == [*(f"guard-{number}" for number in range(NAMED)), ""]
    assert [sum(counts) for counts in zip(*(bar.counts for bar in trends.hours), strict=True)] == [
        9,
        8,
        7,
        6,
        5,
        10,
    ]


def test_without_a_case_or_a_decision_no_share_is_made_up() -> None:
    assert trends_of([], {}, NOW).false_alarms is None
    assert trends_of([replace(case("a"), id="1", at=NOW)], {"a": "open"}, NOW).false_alarms is None


async def test_the_page_shows_them_and_says_what_to_do_without_any() -> None:
    house = House()
    browser = await house.inside()
    assert "All quiet" in (await browser.get("/trends")).text
    await house.file("a" * 12)
    page = (await browser.get("/trends")).text
    # What is drawn stands in tables, for who sees no picture and for browsers without scripts.
    assert page.count('<div class="chart" role="img"') == 2
    assert page.count("<details open>") == 2
    assert len(re.findall(r'<tr><th scope="row">\d{4}-\d\d-\d\d</th>', page)) == DAYS
    assert '<a href="/?guard=injection">' in page


def turn(at: float, state: str, *took: tuple[str, float], tokens: tuple[int, int] = (0, 0)) -> Turn:
    return Turn(
        "t",
        message(),
        at,
        state,  # type: ignore[arg-type]  # one of its words
        decision_in=Decision(Stage.INPUT, took=took),
        model="scripted",
        prompt_tokens=tokens[0],
        reply_tokens=tokens[1],
    )


def test_what_turns_took_is_counted_by_day_guard_and_model() -> None:
    turns = [
        turn(NOW, "answered", ("injection", 0.1), ("leak", 3.0), tokens=(1000, 50)),
        turn(NOW, "blocked", ("injection", 0.2)),
        turn(NOW - 2 * DAY, "failed", ("injection", 100.0), tokens=(500, 0)),
        turn(NOW, "answered", ("injection", 9e9)),
    ]
    tallies = {number: tally_of(each).counts for number, each in enumerate(turns)}
    by_hour = {
        int(turns[0].started_at // 3600): tallies[0],
        int(turns[1].started_at // 3600) - 1: tallies[1],
        int(turns[2].started_at // 3600): tallies[2],
        int(turns[3].started_at // 3600) - 2: {**tallies[3], "what a newer version counts": 7},
    }
    took = took_by(by_hour, NOW, {"scripted": (2.0, 10.0)})
    assert (took.turns, took.blocked, took.failed, took.priced) == (4, 25, 1, True)
    assert [bar.counts for bar in took.days[-3:]] == [(0, 1), (0, 0), (1, 2)]
    assert [(each.guard, each.looks, each.half, each.most) for each in took.guards] == [
        ("injection", 4, 0.25, 2048.0),
        ("leak", 1, 4.0, 4.0),
    ]
    (line,) = took.models
    assert (line.prompts, line.replies, line.cost) == (1500, 50, 0.0035)
    assert took_by(by_hour, NOW, {}).models[0].cost is None


def test_without_a_turn_nothing_is_made_up() -> None:
    took = took_by({}, NOW, {})
    assert (took.turns, took.blocked, took.guards, took.models) == (0, None, [], [])


async def test_turns_are_counted_as_they_end_and_shown() -> None:
    house = House("One.")
    await house.bench.turn(message("Good morning", ref=PLAZA))
    await house.bench.turn(message(ATTACK, ref=PLAZA))
    browser = await house.inside()
    page = (await browser.get("/trends")).text
    figures = re.findall(r"<dd>([^<]+)</dd>", page)
    assert figures[-3:] == ["2", "50 %", "0"]
    assert "How long the guards looked" in page
    there = await house.inside(replace(MO, community=MARKET.community_key))
    assert "No turn has been counted yet." in (await there.get("/trends")).text


def test_a_price_is_for_the_console_alone_and_stands_beside_its_model() -> None:
    environment = {
        "SERENO_MODELS": '[{"name": "a", "price_in": 1.5, "price_out": 6}, {"name": "b"}, {"name": "c", "price_in": 0}]'
    }
    settings = load(environment, Path("/nonexistent"))
    assert settings.prices == {"a": (1.5, 6.0), "c": (0.0, 0.0)}
    assert model_of(settings).name == "a"
