"""Finding cases: what a moderator filters by, and the newest cases that match.

The store looks through the records for the words that must stand in them, some at a time, so that nobody else waits long;
what it finds is read and looked at here.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from urllib.parse import quote

from adapters.base import ConversationRef
from bot.guardlog import Case, CaseFile
from bot.store.base import GuardLogStore

SHOWN = 50
"""Cases that are shown at once."""
LOOK = 500
"""Cases that the store looks through at once: some milliseconds, in which it does nothing else."""
LOOK_SECONDS = 0.1
"""How long one search looks; from where it got to it goes on when somebody asks for more."""
_LONGEST = 200
_PLAIN = re.compile(r"[ !#-\[\]-~]+")
"""Characters that stand in a record as they are, and whose lower case is the same everywhere."""


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

    @property
    def exact(self) -> list[str]:
        """What stands as it is in the record of every case that matches, and of others."""
        action = f'"action":{json.dumps(self.action)}' if self.action else ""
        return [each for each in (action, _plain(self.guard), _plain(quote(self.channel, safe=""))) if each]

    @property
    def loose(self) -> list[str]:
        """The same for words that may stand there in small letters or in big ones; here they are small."""
        return [each.lower() for each in (_plain(self.member), _plain(self.q)) if each]

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


def _plain(given: str) -> str:
    """The longest part of what somebody looks for that stands in records as it is."""
    return max(_PLAIN.findall(given), key=len, default="")


@dataclass(frozen=True, slots=True)
class Found:
    """Cases that match, newest first."""

    cases: Sequence[Case]
    before: str = ""
    """The id from which a search for more goes on; "" when there are no more."""


async def find(
    store: GuardLogStore,
    community: str,
    wanted: Filter,
    before: str = "",
    *,
    clock: Callable[[], float] = time.monotonic,
) -> Found:
    """The newest cases of `community` that match, before the one with the id `before` ("": of all). `clock`: seconds."""
    if not wanted.given:
        cases = await store.older(community, before, SHOWN + 1)
        return Found(cases[:SHOWN], cases[SHOWN - 1].id if len(cases) > SHOWN else "")
    matching: list[Case] = []
    until = clock() + LOOK_SECONDS
    while True:
        left = SHOWN - len(matching)
        cases, before = await store.having(community, wanted.exact, wanted.loose, before, LOOK, left)
        matching += filter(wanted.matches, cases)
        if not before or len(matching) == SHOWN or clock() >= until:
            return Found(matching, before)


async def files(store: GuardLogStore, community: str, turns: Iterable[str]) -> Mapping[str, CaseFile | None]:
    """What is known of each turn's case."""
    wanted = list(dict.fromkeys(turns))
    known = await asyncio.gather(*(store.file(community, turn) for turn in wanted))
    return dict(zip(wanted, known, strict=True))
