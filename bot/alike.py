"""Which open cases a false alarm settles along with its own: those whose texts pass from then on."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from bot.case_state import rival_of, state_of
from bot.guardlog import Case, CaseFile, was_filed
from bot.store.base import GuardLogStore
from bot.teaching import false_alarms_of
from guards.signatures import GUARD, Lesson, SideBySide

NEWEST = 500
"""Cases among which they are looked for."""
AT_ONCE = 250
"""Cases that are read at once: some milliseconds, in which a worker does nothing else."""
MOST = 50
"""Cases that one false alarm settles along: each may have a card that is changed."""


async def settled_along(
    guardlog: GuardLogStore, community: str, files: Sequence[CaseFile]
) -> Mapping[str, Sequence[str]]:
    """For the turn of each file that can become a false alarm, the turns of the open cases which that settles too, newest first."""
    asked = [
        file
        for file in files
        if rival_of(file.reviews, "false_alarm") is None and any(map(_teaches, file.cases))
    ]
    if not asked:
        return {}
    newest = await _newest(guardlog, community)
    alike = await asyncio.to_thread(_alike, asked, newest)
    turns = list(dict.fromkeys(turn for its in alike.values() for turn in its))
    reviews = await guardlog.reviews(community, turns)
    undecided = {turn for turn, each in zip(turns, reviews, strict=True) if state_of(each) == "open"}
    return {turn: [each for each in its if each in undecided][:MOST] for turn, its in alike.items()}


async def _newest(guardlog: GuardLogStore, community: str) -> list[Case]:
    cases: list[Case] = []
    while len(cases) < NEWEST:
        some = await guardlog.older(community, cases[-1].id if cases else "", AT_ONCE)
        cases += some
        if len(some) < AT_ONCE:
            break
    return cases


def _alike(asked: Sequence[CaseFile], newest: Sequence[Case]) -> dict[str, list[str]]:
    """For each turn that is asked about, those of other cases all of whose texts would pass."""
    more = {case.turn for case in newest if not _is_words_alone(case)}
    # Each text once: a flood is mostly the same one.
    numbers: dict[Lesson, int] = {}
    texts_of = {
        case.turn: frozenset(numbers.setdefault(text, len(numbers)) for text in _texts_of(case))
        for case in newest
        if case.signatures and case.turn not in more
    }
    texts = list(numbers)
    index = SideBySide([text.signature for text in texts])

    @cache
    def passing(lesson: Lesson) -> frozenset[int]:
        near = ((place, same, texts[place]) for place, same in index.near(lesson.signature).items())
        return frozenset(place for place, same, text in near if same or lesson.covers(text.score, text.codes))

    alike = {}
    for file in asked:
        all_passing = {number for case in file.cases for text in _texts_of(case) for number in passing(text)}
        alike[file.turn] = [
            turn for turn, its in texts_of.items() if turn != file.turn and all_passing.issuperset(its)
        ]
    return alike


def _texts_of(case: Case) -> list[Lesson]:
    """What a case would teach, whichever case it is."""
    return [replace(lesson, case=0) for lesson in false_alarms_of(case)]


def _teaches(case: Case) -> bool:
    return bool(false_alarms_of(case))


def _is_words_alone(case: Case) -> bool:
    """Whether it is about nothing but what a false alarm says something of: the words in which that guard found something."""
    return (
        not was_filed(case) and not case.failures and all(finding.guard == GUARD for finding in case.findings)
    )
