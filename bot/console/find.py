"""Finding cases: what a moderator filters by, and the newest cases that match."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from adapters.base import ConversationRef
from bot.guardlog import Case, CaseFile
from bot.store.base import GuardLogStore

SHOWN = 50
"""Cases that are shown at once."""
READ = 500
"""Cases that are read at once."""
LOOKED_THROUGH = 2_000
"""Cases that one search looks through; from there on it goes on when somebody asks for more."""
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Filter:
    """What the cases must have; "" matches all."""

    q: str = ""
    """Words of the message, or of what a guard found."""
    guard: str = ""
    action: str = ""
    member: str = ""
    """Part of the name, or the id."""
    channel: str = ""
    """The id of the channel or the thread."""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Filter:
        """From the fields of a form."""
        return cls(**{each.name: query.get(each.name, "").strip()[:_LONGEST] for each in fields(cls)})

    @property
    def given(self) -> dict[str, str]:
        """What is filtered by."""
        values = {each.name: str(getattr(self, each.name)) for each in fields(self)}
        return {name: value for name, value in values.items() if value}

    def matches(self, case: Case) -> bool:
        """Whether `case` is one of those that are looked for."""
        if self.action and case.action != self.action:
            return False
        if self.guard and self.guard not in _guards(case):
            return False
        if self.member and not (
            self.member == case.author_id or self.member.casefold() in case.author_name.casefold()
        ):
            return False
        if self.channel and self.channel not in _place(case):
            return False
        return not self.q or self.q.casefold() in _words(case)


def _guards(case: Case) -> set[str]:
    return {finding.guard for finding in case.findings} | {guard for guard, _ in case.failures}


def _place(case: Case) -> tuple[str, str]:
    ref = ConversationRef.parse(case.conversation)
    return ref.channel, ref.thread


def _words(case: Case) -> str:
    found = (part for each in case.findings for part in (each.excerpt, each.code, each.explanation))
    return "\n".join((case.excerpt, *found)).casefold()


@dataclass(frozen=True, slots=True)
class Found:
    """Cases that match, newest first."""

    cases: Sequence[Case]
    before: str = ""
    """The id from which a search for more goes on; "" when there are no more."""


async def find(store: GuardLogStore, community: str, wanted: Filter, before: str = "") -> Found:
    """The newest cases of `community` that match, before the one with the id `before` ("": of all)."""
    matching: list[Case] = []
    looked = 0
    while looked < LOOKED_THROUGH:
        # Without a filter all that is read is shown.
        count = READ if wanted.given else SHOWN + 1
        cases = await store.older(community, before, count)
        for case in cases:
            if len(matching) == SHOWN:
                return Found(matching, before)
            before = case.id
            if wanted.matches(case):
                matching.append(case)
        if len(cases) < count:
            return Found(matching)
        looked += len(cases)
    return Found(matching, before)


async def files(store: GuardLogStore, community: str, cases: Sequence[Case]) -> Mapping[str, CaseFile | None]:
    """What is known of each case, by its turn."""
    turns = list(dict.fromkeys(case.turn for case in cases))
    known = await asyncio.gather(*(store.file(community, turn) for turn in turns))
    return dict(zip(turns, known, strict=True))
