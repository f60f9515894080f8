"""Trouble on demand: answers that are not what the request deserves."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to one request."""

    status: int = 0
    """This HTTP status instead of the true answer; 0: the true one."""
    error: str = ""
    """This error code in a body with HTTP 200, such as "internal_error"."""
    reset: bool = False
    """The connection is reset instead of answered."""
    carried_out: bool = False
    """The request is carried out all the same: only the answer gets lost."""
    delay: float | asyncio.Event = 0.0
    """What the request waits for before anything is done: seconds or an event."""
    retry_after: int = 1
    """Seconds, told with a 429."""

    @property
    def spoils(self) -> bool:
        """Whether the answer is another than the true one."""
        return bool(self.status or self.error or self.reset)


LOST = Fault(reset=True, carried_out=True)
"""Carried out, but the answer is lost."""


class Faults:
    """Which requests are struck: by method ("chat.postMessage"), "response_url", or "*" for all."""

    def __init__(self) -> None:
        self._queued: list[tuple[str, Fault]] = []
        self._random: Random | None = None
        self._share = 0.0
        self._kinds: tuple[Fault, ...] = ()
        self._method = "*"
        self.struck = 0
        """How many requests were."""

    def next(self, method: str, fault: Fault | int, *, times: int = 1) -> None:
        """Strikes the next `times` requests for `method`; a number is a status."""
        what = Fault(status=fault) if isinstance(fault, int) else fault
        self._queued += [(method, what)] * times

    def at_random(self, share: float, *kinds: Fault | int, seed: int = 1, method: str = "*") -> None:
        """Strikes a share of all requests for `method` with one of `kinds`; a share of 0 ends it."""
        self._random, self._share, self._method = Random(seed), share, method
        self._kinds = tuple(Fault(status=one) if isinstance(one, int) else one for one in kinds)

    def take(self, method: str) -> Fault | None:
        """What happens to a request for `method` that comes in now."""
        for index, (where, fault) in enumerate(self._queued):
            if where in ("*", method):
                del self._queued[index]
                self.struck += 1
                return fault
        if self._random is not None and self._method in ("*", method) and self._random.random() < self._share:
            self.struck += 1
            return self._random.choice(self._kinds)
        return None
