"""*Trends*: how many cases, when, of which guard, and how often moderators called them false alarms."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import median

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.console.find import files
from bot.console.gate import who_of
from bot.console.kept import Kept
from bot.console.pages import page
from bot.console.views import percent
from bot.desk import standing
from bot.guardlog import Case, CaseFile, was_filed
from bot.policy import Action

DAYS = 30
COUNTED = 5_000
"""Cases that are counted, at most: the newest."""
ASKED = 300
"""Cases whose decisions are counted: the newest."""
HEIGHT = 100
"""Of the tallest bar."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One day, or one hour of the day."""

    label: str
    stopped: int
    """Cases in which something was held back."""
    noted: int
    stopped_height: float
    noted_height: float


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
class Trends:
    """The last 30 days."""

    cases: int
    all_of_them: bool
    """Whether there were no more than are counted."""
    stopped: int
    """Per cent."""
    decided: int
    asked: int
    false_alarms: int | None
    """Per cent of those that were decided; None: none was."""
    days: Sequence[Bar]
    hours: Sequence[Bar]
    guards: Sequence[GuardLine]


def routes(kept: Kept, clock: Callable[[], float]) -> Sequence[BaseRoute]:
    """The page."""

    async def index(request: Request) -> Response:
        community, now = who_of(request).community, clock()
        since = now - DAYS * 24 * 3600
        cases = [
            each for each in await kept.cases(community, since=since, limit=COUNTED) if not was_filed(each)
        ]
        known = await files(kept, community, cases[-ASKED:])
        return page(request, "trends.html", trends=trends_of(cases, known, now))

    return [Route("/trends", index)]


def trends_of(cases: Sequence[Case], known: Mapping[str, CaseFile | None], now: float) -> Trends:
    """The trends of `cases`, oldest first; `known`: what is known of some of them, by turn. `now`: Unix seconds."""
    verdicts = {turn: _verdict(file) for turn, file in known.items()}
    decided = [verdict for verdict in verdicts.values() if verdict]
    today = datetime.fromtimestamp(now, UTC).date()
    days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    by_day: defaultdict[date, list[Case]] = defaultdict(list)
    by_hour: defaultdict[int, list[Case]] = defaultdict(list)
    for case in cases:
        when = datetime.fromtimestamp(case.at, UTC)
        by_day[when.date()].append(case)
        by_hour[when.hour].append(case)
    return Trends(
        len(cases),
        len(cases) < COUNTED,
        _share(sum(map(_is_stopped, cases)), len(cases)) or 0,
        len(decided),
        len(verdicts),
        _share(decided.count("false_alarm"), len(decided)),
        _bars([(day.isoformat(), by_day[day]) for day in days]),
        _bars([(f"{hour:02}", by_hour[hour]) for hour in range(24)]),
        _lines(cases, verdicts),
    )


def _lines(cases: Sequence[Case], verdicts: Mapping[str, str]) -> list[GuardLine]:
    found: defaultdict[str, list[Case]] = defaultdict(list)
    for case in cases:
        for guard in {finding.guard for finding in case.findings}:
            found[guard].append(case)
    lines = []
    for guard, its in sorted(found.items(), key=lambda item: -len(item[1])):
        said = Counter(verdicts.get(case.turn, "") for case in its)
        decided = said["right"] + said["false_alarm"]
        scores = [max(each.score for each in case.findings if each.guard == guard) for case in its]
        lines.append(
            GuardLine(
                guard,
                len(its),
                _share(sum(map(_is_stopped, its)), len(its)) or 0,
                percent(median(scores)),
                decided,
                _share(said["false_alarm"], decided),
            )
        )
    return lines


def _verdict(file: CaseFile | None) -> str:
    """What holds of a case: "right", "false_alarm", or "" while nobody has decided. Who lets it through says the latter."""
    said = [review.verdict for review in standing(file)] if file else []
    if "false_alarm" in said or "released" in said:
        return "false_alarm"
    return "right" if "right" in said else ""


def _is_stopped(case: Case) -> bool:
    return Action[case.action.upper()] >= Action.HOLD


def _bars(groups: Sequence[tuple[str, Sequence[Case]]]) -> list[Bar]:
    tallest = max((len(cases) for _, cases in groups), default=0) or 1
    bars = []
    for label, cases in groups:
        stopped = sum(map(_is_stopped, cases))
        noted = len(cases) - stopped
        bars.append(
            Bar(
                label,
                stopped,
                noted,
                round(HEIGHT * stopped / tallest, 2),
                round(HEIGHT * noted / tallest, 2),
            )
        )
    return bars


def _share(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole else None
