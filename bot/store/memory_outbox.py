"""The outbox in this process's memory."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Sequence

from adapters.base import OutboxEvent
from bot.store.base import OUTBOX_LIMIT, is_fleeting, partition_of
from bot.store.routes import route_of


class MemoryOutbox(ABC):
    """See `bot.store.base.Outbox`."""

    _lease: float
    _clock: Callable[[], float]
    _outbox: defaultdict[tuple[str, int], dict[str, OutboxEvent]]
    _read: defaultdict[tuple[str, int], set[str]]
    _owners: dict[tuple[str, int], tuple[str, float]]

    @abstractmethod
    def _number(self) -> str: ...

    @abstractmethod
    async def _wake(self) -> None: ...

    @abstractmethod
    async def _wait(self, seconds: float) -> None: ...

    async def publish(self, event: OutboxEvent) -> None:
        """See the port."""
        waiting = self._outbox[route_of(event), partition_of(event.ref)]
        if not (is_fleeting(event) and len(waiting) >= OUTBOX_LIMIT):
            self._say(event)
            await self._wake()

    def _say(self, event: OutboxEvent) -> None:
        self._outbox[route_of(event), partition_of(event.ref)][self._number()] = event

    async def own(self, route: str, partition: int, gateway: str) -> bool:
        """See the port."""
        owner, until = self._owners.get((route, partition), (gateway, 0.0))
        if owner != gateway and until > self._clock():
            return False
        self._owners[route, partition] = (gateway, self._clock() + self._lease)
        return True

    async def pending(self, route: str, partition: int) -> Sequence[tuple[str, OutboxEvent]]:
        """See the port."""
        read = self._read[route, partition]
        return [(number, event) for number, event in self._outbox[route, partition].items() if number in read]

    async def read(self, route: str, partition: int, wait: float) -> Sequence[tuple[str, OutboxEvent]]:
        """See the port."""
        until = self._clock() + wait
        box, read = self._outbox[route, partition], self._read[route, partition]
        while True:
            new = [(number, event) for number, event in box.items() if number not in read]
            left = until - self._clock()
            if new or left <= 0:
                read.update(number for number, _ in new)
                return new
            await self._wait(left)

    async def done(self, route: str, partition: int, ids: Sequence[str]) -> None:
        """See the port."""
        for number in ids:
            self._outbox[route, partition].pop(number, None)
            self._read[route, partition].discard(number)

    async def close(self, route: str, gateway: str) -> None:
        """See the port."""
        for key in [key for key, (owner, _) in self._owners.items() if key[0] == route and owner == gateway]:
            del self._owners[key]
            if "-" in route:
                self._outbox.pop(key, None)
                self._read.pop(key, None)
