"""*Trends*: how many cases, when, of which guard, how often they were false alarms; and what turns took."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.case_state import CaseState, state_of
from bot.console.gate import who_of
from bot.console.kept import Kept
from bot.console.pages import page
from bot.console.views import percent
from bot.guardlog import Case, was_filed
from bot.policy import Action
from bot.tally import DAYS, spent_in, within

COUNTED = 5_000
"""Cases that are counted, at most: the newest."""
ASKED = 500
"""Cases whose decisions are read at once."""
NAMED = 5
"""Guards that have a colour of their own; the rest share one."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One day, or one hour of the day."""

    label: str
    counts: tuple[int, ...]
    """What stands on each other, from below."""


@dataclass(frozen=True, slots=True)
class GuardLine:
    """What one guard found."""

    guard: str
    cases: int
    stopped: int
    """Per cent of them in which something was held back."""
    sure: int
    """Median of its surest finding in each, in per cent."""
    decided: int
    false_alarms: int | None
    """Per cent of those that were decided; None: none was."""


@dataclass(frozen=True, slots=True)
class TimeLine:
    """How long one guard looked."""

    guard: str
    looks: int
    half: float
    """Milliseconds within which half of its looks were done."""
    most: float
    """The same for 95 of 100."""


@dataclass(frozen=True, slots=True)
class ModelLine:
    """What one model was given, and wrote."""

    model: str
    prompts: int
    """Tokens."""
    replies: int
    cost: float | None
    """In whatever the prices are in; None: it has none."""


@dataclass(frozen=True, slots=True)
class Took:
    """What the turns of the last 30 days took."""

    turns: int
    blocked: int | None
    """Per cent of them."""
    failed: int
    days: Sequence[Bar]
    """Turns in which something was held back, and the rest."""
    guards: Sequence[TimeLine]
    models: Sequence[ModelLine]
    priced: bool
    """Whether something is known of what they cost."""


@dataclass(frozen=True, slots=True)
class Trends:
    """The last 30 days."""

    cases: int
    all_of_them: bool
    """Whether there were no more than are counted."""
    stopped: int
    """Per cent."""
    decided: int
    false_alarms: int | None
    """Per cent of those that were decided; None: none was."""
    days: Sequence[Bar]
    """Cases in which something was held back, and the rest."""
    hours: Sequence[Bar]
    """Cases of each of `named`; one of several guards is the surest one's."""
    named: Sequence[str]
    """The busiest guards; "" for all others together."""
    guards: Sequence[GuardLine]


Prices: TypeAlias = Mapping[str, tuple[float, float]]
"""Model → what a million tokens cost in prompts, and in replies."""


def routes(kept: Kept, clock: Callable[[], float], prices: Prices) -> Sequence[BaseRoute]:
    """The page."""

    async def index(request: Request) -> Response:
        community, now = who_of(request).community, clock()
        since = now - DAYS * 24 * 3600
        cases = [
            each for each in await kept.cases(community, since=since, limit=COUNTED) if not was_filed(each)
        ]
        states = await states_of(community, [case.turn for case in cases])
        tallies = await kept.tallies(community, now)
        return page(
            request, "trends.html", trends=trends_of(cases, states, now), took=took_by(tallies, now, prices)
        )

    async def states_of(community: str, turns: Sequence[str]) -> Mapping[str, CaseState]:
        """How each turn's case stands."""
        states: dict[str, CaseState] = {}
        for start in range(0, len(turns), ASKED):
            some = turns[start : start + ASKED]
            reviews = await kept.reviews(community, some)
            states |= {turn: state_of(each) for turn, each in zip(some, reviews, strict=True)}
        return states

    return [Route("/trends", index)]


def took_by(tallies: Mapping[int, Mapping[str, int]], now: float, prices: Prices) -> Took:
    """What turns took, from the counts of each hour. `now`: Unix seconds."""
    by_day: defaultdict[date, list[Mapping[str, int]]] = defaultdict(list)
    for hour, counts in tallies.items():
        by_day[datetime.fromtimestamp(hour * 3600, UTC).date()].append(counts)
    spent = spent_in(list(tallies.values()))
    each = [(day.isoformat(), spent_in(by_day[day])) for day in _days(now)]
    models = [
        ModelLine(model, prompts, replies, _cost(prices.get(model), prompts, replies))
        for model, (prompts, replies) in sorted(spent.tokens.items())
    ]
    return Took(
        spent.turns,
        _share(spent.blocked, spent.turns),
        spent.failed,
        [Bar(day, (its.blocked, its.turns - its.blocked)) for day, its in each],
        [
            TimeLine(guard, looks.total(), within(looks, 0.5), within(looks, 0.95))
            for guard, looks in sorted(spent.looks.items())
        ],
        models,
        any(line.cost is not None for line in models),
    )


def _cost(price: tuple[float, float] | None, prompts: int, replies: int) -> float | None:
    return None if price is None else (prompts * price[0] + replies * price[1]) / 1_000_000


def _days(now: float) -> list[date]:
    """The last 30 days, oldest first."""
    today = datetime.fromtimestamp(now, UTC).date()
    return [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]


def trends_of(cases: Sequence[Case], states: Mapping[str, CaseState], now: float) -> Trends:
    """The trends of `cases`, oldest first; `states`: how each stands, by turn. `now`: Unix seconds."""
    decided = [state for state in states.values() if state != "open"]
    days = _days(now)
    by_day: defaultdict[date, list[Case]] = defaultdict(list)
    by_hour: defaultdict[int, Counter[str]] = defaultdict(Counter)
    by_guard = Counter(map(_surest, cases))
    busiest = [guard for guard, _ in by_guard.most_common() if guard][:NAMED]
    for case in cases:
        when = datetime.fromtimestamp(case.at, UTC)
        by_day[when.date()].append(case)
        guard = _surest(case)
        by_hour[when.hour][guard if guard in busiest else ""] += 1
    named = [*busiest, *([""] if len(by_guard) > len(busiest) else [])]
    return Trends(
        len(cases),
        len(cases) < COUNTED,
        _share(sum(map(_is_stopped, cases)), len(cases)) or 0,
        len(decided),
        _share(sum(map(_is_false_alarm, decided)), len(decided)),
        [_stopped_bar(day, by_day[day]) for day in days],
        [Bar(f"{hour:02}", tuple(by_hour[hour][guard] for guard in named)) for hour in range(24)],
        named,
        _lines(cases, states),
    )


def _lines(cases: Sequence[Case], states: Mapping[str, CaseState]) -> list[GuardLine]:
    found: defaultdict[str, list[Case]] = defaultdict(list)
    for case in cases:
        for guard in {finding.guard for finding in case.findings}:
            found[guard].append(case)
    lines = []
    for guard, its in sorted(found.items(), key=lambda item: -len(item[1])):
        decided = [state for state in (states.get(case.turn, "open") for case in its) if state != "open"]
        scores = [max(each.score for each in case.findings if each.guard == guard) for case in its]
        lines.append(
            GuardLine(
                guard,
                len(its),
                _share(sum(map(_is_stopped, its)), len(its)) or 0,
                percent(median(scores)),
                len(decided),
                _share(sum(map(_is_false_alarm, decided)), len(decided)),
            )
        )
    return lines


def _is_false_alarm(state: CaseState) -> bool:
    """Who lets a message through says so, too."""
    return state in ("false_alarm", "released")


def _is_stopped(case: Case) -> bool:
    return Action[case.action.upper()] >= Action.HOLD


def _surest(case: Case) -> str:
    """The guard that was surest; "" where none found anything."""
    surest = max(case.findings, key=lambda finding: finding.score, default=None)
    return surest.guard if surest else ""


def _stopped_bar(day: date, cases: Sequence[Case]) -> Bar:
    stopped = sum(map(_is_stopped, cases))
    return Bar(day.isoformat(), (stopped, len(cases) - stopped))


def _share(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole else None
