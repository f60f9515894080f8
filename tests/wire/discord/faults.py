"""Trouble on demand: answers that are not what the request deserves."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to one request."""

    status: int = 0
    """This status instead of the true answer; 0: the true one."""
    reset: bool = False
    """The connection is reset instead of answered."""
    carried_out: bool = False
    """The request is carried out all the same: only the answer gets lost."""
    delay: float | asyncio.Event = 0.0
    """What the request waits for before anything is done: seconds or an event."""
    retry_after: float = 0.05
    """Seconds, told with a 429."""
    is_global: bool = False
    """The 429 is said to be the global one."""


class Faults:
    """Which requests are struck. A route is written as "POST /channels/{channel_id}/messages", or "*"."""

    def __init__(self) -> None:
        self._queued: list[tuple[str, Fault]] = []
        self._random: Random | None = None
        self._rate = 0.0
        self._kinds: tuple[Fault, ...] = ()
        self._route = "*"
        self.struck = 0
        """How many requests were."""

    def next(self, route: str, fault: Fault | int, *, times: int = 1) -> None:
        """Strikes the next `times` requests on `route`; a number is a status."""
        what = Fault(status=fault) if isinstance(fault, int) else fault
        self._queued += [(route, what)] * times

    def at_random(self, rate: float, *kinds: Fault | int, seed: int = 1, route: str = "*") -> None:
        """Strikes a share of all requests on `route` with one of `kinds`; a rate of 0 ends it."""
        self._random, self._rate, self._route = Random(seed), rate, route
        self._kinds = tuple(Fault(status=one) if isinstance(one, int) else one for one in kinds)

    def take(self, route: str) -> Fault | None:
        """What happens to a request that comes in on `route` now."""
        for index, (where, fault) in enumerate(self._queued):
            if where in ("*", route):
                del self._queued[index]
                self.struck += 1
                return fault
        if self._random is not None and self._route in ("*", route) and self._random.random() < self._rate:
            self.struck += 1
            return self._random.choice(self._kinds)
        return None
