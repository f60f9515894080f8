"""What the memory store keeps beside conversations: policies, cases, notes."""

from __future__ import annotations

import math
import secrets
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from adapters.base import ConversationRef, Message
from bot.guardlog import Case, CaseFile, Review
from bot.store import codec
from bot.store.base import FOLLOWED, LESSONS, MEMBER_CASES, Commit, Stale
from guards.signatures import Lessons


def layer_of(ref: ConversationRef, *, here: bool) -> tuple[str, str]:
    """Where a policy layer is kept: that of the ref's channel (`here`), or of its community."""
    return ref.community_key, ref.channel if here else ""


class MemoryRecords(ABC):
    """See `GuardLogStore`, `Policies` and `Notes` in `bot.store.base`."""

    _clock: Callable[[], float]
    _notes: dict[tuple[str, str], tuple[str, float]]
    """Each with the time up to which it is kept."""
    _policies: dict[tuple[str, str], str]
    _cases: defaultdict[str, list[Case]]
    _reviews: defaultdict[tuple[str, str], list[Review]]
    _withheld: dict[tuple[str, str], Message]
    _taught: dict[str, Lessons]

    @abstractmethod
    def _number(self) -> str: ...

    @abstractmethod
    async def _wait(self, seconds: float) -> None: ...

    @abstractmethod
    async def _wake(self) -> None: ...

    def _lessons(self, community: str) -> Lessons:
        return self._taught.get(community) or Lessons(secrets.token_bytes(16))

    def _must_have_made(self, community: str, commit: Commit) -> None:
        """Refuses signatures that were made with another secret than the community's."""
        known = self._taught.get(community)
        if known and commit.signed_with not in (b"", known.secret):
            raise Stale(community)

    def _teach(self, community: str, commit: Commit) -> None:
        if commit.signed_with:
            self._taught.setdefault(community, Lessons(commit.secret))
        if commit.taught or commit.untaught:
            known = self._lessons(community)
            gone = {*commit.taught, *commit.untaught}
            lessons = [*(each for each in known.lessons if each not in gone), *commit.taught]
            kept = [
                each
                for kind in ("attack", "false_alarm")
                for each in [each for each in lessons if each.kind == kind][-LESSONS:]
            ]
            self._taught[community] = Lessons(known.secret, [each for each in lessons if each in kept])

    async def save(self, ref: ConversationRef, layer: str, *, channel: bool) -> None:
        """See the port."""
        self._policies[layer_of(ref, here=channel)] = layer

    async def layer(self, community: str) -> str:
        """See the port."""
        return self._policies.get((community, ""), "")

    async def chosen(self) -> Mapping[str, str]:
        """See the port."""
        return {community: layer for (community, channel), layer in self._policies.items() if not channel}

    async def reserve(self, platform: str, name: str, note: str, seconds: float) -> str | None:
        """See the port."""
        there, until = self._notes.get((platform, name), ("", 0.0))
        now = self._clock()
        if until > now:
            return there
        self._notes[platform, name] = (note, now + seconds)
        return None

    async def forget(self, platform: str, name: str) -> None:
        """See the port."""
        self._notes.pop((platform, name), None)

    async def communities(self) -> Sequence[str]:
        """See the port."""
        return sorted(self._cases)

    async def cases(self, community: str, *, since: float, limit: int) -> Sequence[Case]:
        """See the port."""
        return [case for case in self._cases[community] if case.at >= since][-limit:]

    async def older(self, community: str, before: str, limit: int) -> Sequence[Case]:
        """See the port."""
        cases = [case for case in self._cases[community] if not before or case.id < before]
        return cases[-limit:][::-1]

    async def numbered(self, community: str, number: int) -> Case | None:
        """See the port."""
        return next((case for case in self._cases[community] if case.number == number), None)

    async def of_member(self, community: str, author: str, limit: int) -> Sequence[Case]:
        """See the port."""
        its = [case for case in self._cases[community] if case.author_id == author]
        return its[-MEMBER_CASES:][::-1][:limit]

    async def reviews(self, community: str, turns: Sequence[str]) -> Sequence[Sequence[Review]]:
        """See the port."""
        return [tuple(self._reviews.get((community, turn), ())) for turn in turns]

    async def having(
        self, community: str, exact: Sequence[str], loose: Sequence[str], before: str, look: int, most: int
    ) -> tuple[Sequence[Case], str]:
        """See the port."""
        looked_at = await self.older(community, before, look)
        found: list[Case] = []
        for case in looked_at:
            record = codec.case.dump(replace(case, id="", number=0))
            # Bytes: only the letters of ASCII have a lower case there, as in the other store.
            small = record.lower()
            if all(word.encode() in record for word in exact) and all(
                word.encode() in small for word in loose
            ):
                found.append(case)
                if len(found) == most:
                    return found, case.id
        return found, looked_at[-1].id if len(looked_at) == look else ""

    async def file(self, community: str, turn: str) -> CaseFile | None:
        """See the port."""
        cases = tuple(case for case in self._cases[community] if case.turn == turn)
        if not cases:
            return None
        return CaseFile(
            turn, cases, tuple(self._reviews[community, turn]), self._withheld.get((community, turn))
        )

    async def record(self, community: str, case: Case) -> None:
        """See the port."""
        cases = self._cases[community]
        cases.append(replace(case, id=self._number(), number=len(cases) + 1))
        await self._wake()

    async def follow(self, community: str, after: str, wait: float) -> Sequence[Case]:
        """See the port."""
        until = self._clock() + wait
        while True:
            new = [case for case in self._cases[community] if case.id > after]
            left = until - self._clock()
            if new or left <= 0:
                return new[:FOLLOWED]
            await self._wait(left)

    async def recall(self, platform: str, name: str) -> str | None:
        """See the port."""
        note, until = self._notes.get((platform, name), ("", 0.0))
        return note if until > self._clock() else None

    async def remember(self, platform: str, name: str, note: str) -> None:
        """See the port."""
        self._notes[platform, name] = (note, math.inf)

    async def keep(self, platform: str, name: str, note: str) -> None:
        """See the port."""
        self._notes[platform, name] = (note, math.inf)
