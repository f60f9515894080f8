"""New cases of a community, read once for all who look on."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence

from bot.guardlog import Case
from bot.store.base import FOLLOWED, GuardLogStore

FRESH_SECONDS = 0.1
"""What was read so long ago is new enough for the others who look on."""
STALE_SECONDS = 10.0
"""What was read so long ago is read again: it may have been forgotten since."""
COMMUNITIES = 50
"""Communities whose newest cases are held."""


class Following:
    """Reads the guard log for whoever has *Live* open: for ten moderators of a community as for one."""

    def __init__(self, guardlog: GuardLogStore, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock`: seconds."""
        self._guardlog = guardlog
        self._clock = clock
        self._tails: dict[str, _Tail] = {}
        """The one that was used last at the end."""

    async def follow(self, community: str, after: str, wait: float) -> Sequence[Case]:
        """See `GuardLogStore.follow`."""
        tail = self._tail(community, after)
        if tail.after(after) is None:
            # Whoever comes back to a page that lay open for long is behind the others.
            return await self._guardlog.follow(community, after, wait)
        until = self._clock() + wait
        try:
            async with asyncio.timeout(wait):
                await tail.reading.acquire()
        except TimeoutError:
            return ()
        try:
            now, new = self._clock(), tail.after(after)
            if not new or now - tail.read_at >= FRESH_SECONDS:
                tail.add(
                    await self._guardlog.follow(community, tail.newest, 0.0 if new else max(0.0, until - now))
                )
                tail.read_at = self._clock()
        finally:
            tail.reading.release()
        new = tail.after(after)
        return await self._guardlog.follow(community, after, 0.0) if new is None else new

    def _tail(self, community: str, after: str) -> _Tail:
        tail = self._tails.pop(community, None)
        if tail is None or (not tail.reading.locked() and self._clock() - tail.read_at >= STALE_SECONDS):
            tail = _Tail(after, self._clock())
        self._tails[community] = tail
        if len(self._tails) > COMMUNITIES:
            del self._tails[next(iter(self._tails))]
        return tail


class _Tail:
    """The newest cases of a community: all that came after some case."""

    def __init__(self, since: str, read_at: float) -> None:
        """`since`: the id of that case."""
        self.reading = asyncio.Lock()
        """Held by the one who reads on; the others wait for what that brings."""
        self.read_at = read_at
        self._since = since
        self._cases: deque[Case] = deque()

    @property
    def newest(self) -> str:
        """The id of the newest."""
        return self._cases[-1].id if self._cases else self._since

    def add(self, cases: Sequence[Case]) -> None:
        """Takes in those that came after the newest."""
        self._cases.extend(cases)
        while len(self._cases) > FOLLOWED:
            self._since = self._cases.popleft().id

    def after(self, after: str) -> Sequence[Case] | None:
        """Those after the one with that id, oldest first; None when it is not among them."""
        new: list[Case] = []
        for case in reversed(self._cases):
            if case.id == after:
                return new[::-1]
            new.append(case)
        return new[::-1] if after == self._since else None
