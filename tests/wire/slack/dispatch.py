"""What Slack brings to the app: events again and again until they are acknowledged, everything else once.

https://docs.slack.dev/apis/events-api#retries: at once, after a minute, after five.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Protocol

from tests.wire.slack.errors import Json
from tests.wire.slack.model import Team

EVENTS_API, SLASH_COMMANDS, INTERACTIVE = "events_api", "slash_commands", "interactive"
DEADLINE = 3.0
"""Seconds within which the app acknowledges."""
RETRIES = (0.0, 60.0, 300.0)
"""Seconds from a failed attempt to the next."""


@dataclass(eq=False, slots=True)
class Delivery:
    """Something on its way to the app."""

    kind: str
    payload: Json
    accepts: bool
    """Whether the acknowledgement may carry a payload."""
    attempt: int = 0
    reason: str = ""
    """Why it is tried again."""
    due: float = 0.0
    sent_at: float = 0.0
    acked: bool = False
    attempts: list[float] = field(default_factory=list)
    """When it was tried,"""
    results: list[str] = field(default_factory=list)
    """and what became of that: "acknowledged" or a reason."""
    response: Json | None = None
    """What came with the acknowledgement."""
    error: str = ""
    """Why it was given up."""
    done: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def event_id(self) -> str:
        return str(self.payload.get("event_id", ""))


class Carrier(Protocol):
    """How deliveries travel: `Sockets` or `Requests`."""

    def send(self, delivery: Delivery) -> bool:
        """Starts it on its way; False: there is nobody to send it to."""

    def forget(self, delivery: Delivery) -> None:
        """It is too late for an answer."""


class Dispatcher:
    """Keeps the deadlines."""

    def __init__(self, clock: Callable[[], float], changed: Callable[[], None]) -> None:
        self._clock = clock
        self._changed = changed
        self.carrier: Carrier | None = None
        self.retries = RETRIES
        self.deadline = DEADLINE
        self.deliveries: list[Delivery] = []
        """All that was ever started."""
        self._twice = Random(1)
        self._share = 0.0
        self._losing = 0
        self.waiting: list[Delivery] = []
        """What will be tried again."""
        self._out: dict[Delivery, None] = {}
        self._pump: asyncio.Task[None] | None = None

    @property
    def unacked(self) -> list[Delivery]:
        """What is under way, or will be tried again."""
        return [*self._out, *self.waiting]

    @property
    def in_flight(self) -> list[Delivery]:
        """What waits for its acknowledgement."""
        return list(self._out)

    @property
    def at_last_try(self) -> list[Delivery]:
        """Events that will be given up unless the next try, or the one under way, arrives."""
        return [one for one in self.unacked if one.kind == EVENTS_API and one.attempt == len(self.retries)]

    @property
    def lost(self) -> list[Delivery]:
        """What was given up."""
        return [one for one in self.deliveries if one.error]

    def twice_at_random(self, share: float, *, seed: int = 1) -> None:
        """Delivers a share of all events a second time although they were acknowledged, as a slow answer makes
        Slack do."""
        self._twice, self._share = Random(seed), share

    def lose(self, count: int) -> None:
        """The next `count` tries do not arrive."""
        self._losing = count

    def event(self, team: Team, payload: Json) -> None:
        del team
        self.start(Delivery(EVENTS_API, payload, accepts=False))

    def start(self, delivery: Delivery) -> None:
        self.deliveries.append(delivery)
        self._try(delivery)

    def again(self, delivery: Delivery) -> None:
        """Delivers an event once more, acknowledged or not."""
        copy = Delivery(EVENTS_API, delivery.payload, False, delivery.attempt + 1, "timeout")
        self.start(copy)

    def acknowledged(self, delivery: Delivery, response: Json | None) -> None:
        if delivery not in self._out:
            return
        del self._out[delivery]
        delivery.acked, delivery.response = True, response
        delivery.results.append("acknowledged")
        delivery.done.set()
        if delivery.kind == EVENTS_API and delivery.attempt == 0 and self._twice.random() < self._share:
            self.again(delivery)
        self._changed()

    def failed(self, delivery: Delivery, reason: str, *, retry: bool = True) -> None:
        if delivery in self._out:
            del self._out[delivery]
        elif delivery.acked or delivery.error:
            return
        delivery.results.append(reason)
        if self.carrier is not None:
            self.carrier.forget(delivery)
        if delivery.kind == EVENTS_API and retry and delivery.attempt < len(self.retries):
            delivery.due = self._clock() + self.retries[delivery.attempt]
            delivery.attempt, delivery.reason = delivery.attempt + 1, reason
            self.waiting.append(delivery)
        else:
            delivery.error = reason
            delivery.done.set()
        self._changed()

    def _try(self, delivery: Delivery) -> None:
        delivery.sent_at = self._clock()
        delivery.attempts.append(delivery.sent_at)
        self._out[delivery] = None
        if self._losing:
            self._losing -= 1
            self.failed(delivery, "timeout")
        elif self.carrier is None or not self.carrier.send(delivery):
            self.failed(delivery, "connection_failed")

    def open(self) -> None:
        self._pump = asyncio.create_task(self._run())

    async def close(self) -> None:
        if self._pump is not None:
            self._pump.cancel()
            with suppress(asyncio.CancelledError):
                await self._pump

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(0.01)
            now = self._clock()
            for delivery in [one for one in self._out if now - one.sent_at > self.deadline]:
                self.failed(delivery, "timeout")
            for delivery in [one for one in self.waiting if one.due <= now]:
                self.waiting.remove(delivery)
                self._try(delivery)
