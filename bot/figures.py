"""How often each guard was right, and what another threshold would have changed."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.case_state import CaseState, state_of
from bot.guardlog import Case, Review, was_filed
from bot.policy import Action, Policy, laid
from bot.rules import Otherwise, otherwise
from bot.store.base import GuardLogStore

READ = 500
"""Cases that are read at once."""
MOST = 10_000
"""Cases that are counted, at most: the newest."""
ENOUGH = 3
"""So many false alarms must be spared before another threshold is suggested."""
HIGHEST = 0.99


@dataclass(frozen=True, slots=True)
class Span:
    """What the guards found in some time, newest first, and what was decided on it."""

    cases: Sequence[Case]
    reviews: Mapping[str, Sequence[Review]]
    """By turn."""

    def since(self, at: float) -> Span:
        """The newer part; `at`: Unix seconds."""
        return Span([case for case in self.cases if case.at >= at], self.reviews)

    def state(self, case: Case) -> CaseState:
        """How a case stands."""
        return state_of(self.reviews.get(case.turn, ()))

    def decisions(self, since: float) -> int:
        """How often moderators have decided since the Unix time `since`."""
        return sum(
            review.at >= since and review.verdict != "noted"
            for reviews in self.reviews.values()
            for review in reviews
        )


async def span(store: GuardLogStore, community: str, since: float) -> Span:
    """The newest cases of a community since the Unix time `since`: what guards found, not what members filed."""
    found: list[Case] = []
    reviews: dict[str, Sequence[Review]] = {}
    before, read = "", 0
    while read < MOST:
        cases = await store.older(community, before, READ)
        recent = [case for case in cases if case.at >= since]
        turns = list(dict.fromkeys(case.turn for case in recent))
        reviews |= zip(turns, await store.reviews(community, turns), strict=True)
        found += [case for case in recent if not was_filed(case)]
        if len(recent) < READ:
            break
        before, read = cases[-1].id, read + READ
    return Span(found, reviews)


@dataclass(frozen=True, slots=True)
class Counted:
    """Some cases, counted."""

    cases: int = 0
    held: int = 0
    """In which something was held back."""
    states: Counter[CaseState] = field(default_factory=Counter)

    @property
    def decided(self) -> int:
        """Of which moderators have said what they are."""
        return self.cases - self.states["open"]

    @property
    def false_alarms(self) -> int:
        """Who lets a message through says that it was one."""
        return self.states["false_alarm"] + self.states["released"]

    @property
    def share(self) -> int | None:
        """False alarms among what was decided, in per cent; None while nothing is."""
        return round(100 * self.false_alarms / self.decided) if self.decided else None


def counted(found: Span, guard: str = "") -> Counted:
    """The cases of a span; with `guard`, those in which it found something."""
    cases = [case for case in found.cases if not guard or guard in _guards(case)]
    held = sum(Action[case.action.upper()] >= Action.HOLD for case in cases)
    return Counted(len(cases), held, Counter(map(found.state, cases)))


def guards_in(found: Span) -> list[str]:
    """The guards that found something, the busiest first."""
    counts = Counter(guard for case in found.cases for guard in _guards(case))
    return [guard for guard, _ in counts.most_common()]


def _guards(case: Case) -> set[str]:
    return {finding.guard for finding in case.findings}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A threshold from which a guard would act with fewer false alarms, and no confirmed attack let through."""

    guard: str
    now: float
    then: float
    false_alarms: int
    """That would have been spared."""
    changed: Sequence[Otherwise]
    """All cases that would have ended otherwise."""


def suggestion(found: Span, policy: Policy, guard: str) -> Suggestion | None:
    """A better threshold for `guard`, as its decided cases show; None where they show none."""
    rule = policy.rule(guard)
    alarms = _scores(found, guard, lambda state: state in ("false_alarm", "released"))
    attacks = _scores(found, guard, lambda state: state == "confirmed")
    floor = min(attacks, default=HIGHEST)
    spared = [score for score in alarms if rule.block <= score < floor]
    if len(spared) < ENOUGH:
        return None
    then = math.floor(100 * max(spared) + 1) / 100
    if not rule.block < then <= min(floor, HIGHEST):
        return None
    better = laid(policy, json.dumps({"rules": {guard: {"block": then}}})).rule(guard)
    return Suggestion(
        guard, rule.block, then, len(spared), otherwise(list(found.cases), policy, guard, better)
    )


def _scores(found: Span, guard: str, wanted: Callable[[CaseState], bool]) -> list[float]:
    """How sure the guard was in each case of such a state."""
    return [
        max(finding.score for finding in case.findings if finding.guard == guard)
        for case in found.cases
        if guard in _guards(case) and wanted(found.state(case))
    ]
