"""Delivers what a partition of a route's outbox holds: each conversation in order, coalesced, and retried."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from adapters.base import Adapter, Card, ConversationRef, DeliveryFailed, Delta, OutboxEvent
from bot.log import failure_of
from bot.many import is_new, together
from bot.store.base import Outbox, StoreUnavailable, is_fleeting

logger = logging.getLogger(__name__)

READ_SECONDS = 2.0
FLEETING_TRIES = 6
"""How often a fleeting event is tried."""
GIVE_UP_SECONDS = 24 * 3600.0
"""How long every other event is tried."""
PAUSE_SECONDS = 60.0
"""The longest pause between two tries, unless the platform asks for a longer one."""
CARDS = 10
"""Events of one conversation that may wait before one card stands for those that come then."""
SPREAD = 8
"""Events that are taken in at once: some tenths of a millisecond, in which nobody else's turn goes on."""
LANE = 500
"""Events of one conversation that may wait here for the platform; the others stay in the outbox meanwhile."""


class Delivery:
    """Between one partition of a route's outbox and an adapter."""

    def __init__(
        self,
        adapter: Adapter,
        outbox: Outbox,
        route: str,
        partition: int,
        stopping: asyncio.Event,
        *,
        name: str,
        lease: float,
        pause: float,
    ) -> None:
        """`name`: of the gateway; `pause`: seconds between two reads that bring something."""
        self._adapter = adapter
        self._outbox = outbox
        self._route = route
        self._partition = partition
        self._stopping = stopping
        self._name = name
        self._lease = lease
        self._pause = pause
        self._lanes: dict[ConversationRef, _Lane] = {}
        self._behind = False
        """Something that was read could not be taken into its lane, and now can."""

    async def run(self) -> None:
        """Reads and delivers, while this gateway owns the partition, until it stops."""
        owned_until = 0.0
        failures = 0
        loop = asyncio.get_running_loop()
        while not self._stopping.is_set():
            try:
                if loop.time() >= owned_until:
                    fresh = owned_until == 0.0
                    if not await self._outbox.own(self._route, self._partition, self._name):
                        owned_until = 0.0
                        # The one that owns it now delivers what waits here.
                        await self.drop()
                        await self._rest(1.0)
                        continue
                    owned_until = loop.time() + self._lease / 4
                    if fresh or not self._lanes:
                        # What the owner before left, or still read when the route had passed on.
                        self._behind = True
                events = await self._read()
                passed_over = await self._spread(events)
                if passed_over:
                    await self._done(passed_over)
                failures = 0
                if events and self._pause:
                    await self._rest(self._pause)
            except StoreUnavailable as error:
                # An embedded store that another process takes over is back in a moment: no news for anybody.
                failures += 1
                logger.log(logging.INFO if failures < 4 else logging.WARNING, "delivery waits: %s", error)
                owned_until = 0.0
                await self._rest(0.5)

    async def drop(self) -> None:
        """Ends the delivery; what waits stays in the outbox."""
        lanes = list(self._lanes.values())
        self._lanes.clear()
        for lane in lanes:
            lane.task.cancel()
        await asyncio.gather(*(lane.task for lane in lanes), return_exceptions=True)

    async def _read(self) -> Sequence[tuple[str, OutboxEvent]]:
        """What is new; or all that was read and is not done, where something of that may have to be taken in."""
        events: Sequence[tuple[str, OutboxEvent]] = ()
        if not self._behind:
            # Not longer than the route stays ours.
            wait = min(READ_SECONDS, self._lease / 4)
            events = await self._outbox.read(self._route, self._partition, wait)
        if self._behind:
            # In order, and what was read just now as well.
            self._behind = False
            events = await self._outbox.pending(self._route, self._partition)
        return events

    async def _done(self, numbers: Sequence[str]) -> None:
        await self._outbox.done(self._route, self._partition, numbers)

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()

    async def _spread(self, events: Sequence[tuple[str, OutboxEvent]]) -> Sequence[str]:
        """Gives each conversation its events: a slow channel holds up no other. Returns the numbers of those that need not
        be delivered any more."""
        passed_over: list[str] = []
        for place, (number, event) in enumerate(events, 1):
            lane = self._lanes.get(event.ref)
            if lane is None:
                lane = self._lanes[event.ref] = _Lane()
                lane.task = asyncio.create_task(self._work(event.ref, lane))
            passed_over += lane.add(number, event)
            if place % SPREAD == 0:
                # Whoever waits for a reply goes first.
                await asyncio.sleep(0)
                if self._behind:
                    # What had no room comes before the others here: all are read again, in order.
                    break
        return passed_over

    async def _work(self, key: ConversationRef, lane: _Lane) -> None:
        """Delivers one conversation's events in order; ends when there are none, or the gateway stops."""
        settled: list[str] = []
        while (lane.events or settled) and not self._stopping.is_set():
            if lane.events:
                waiting = lane.events.popleft()
                lane.busy = True
                if not await self._deliver(waiting.one, lane):
                    return
                settled += waiting.numbers
            try:
                await self._done(settled)
            except StoreUnavailable as error:
                # Noted with the next one. After a restart it is delivered again; the adapter knows it.
                logger.warning("a delivery could not be noted: %s", error)
                if not lane.events:
                    await self._rest(0.5)
            else:
                lane.held.difference_update(settled)
                settled.clear()
                lane.busy = False
        if lane.full:
            self._behind = True
        if self._lanes.get(key) is lane:
            del self._lanes[key]

    async def _deliver(self, event: OutboxEvent, lane: _Lane) -> bool:
        """Whether `event` is settled: delivered, refused for good, or given up; False when the gateway stops."""
        loop = asyncio.get_running_loop()
        fleeting = is_fleeting(event)
        until = loop.time() + GIVE_UP_SECONDS
        pause = 0.1
        tries = 0
        while True:
            tries += 1
            try:
                await self._adapter.deliver(event)
            except DeliveryFailed as failure:
                again, reason = failure.retry_after, str(failure)
            except Exception as error:  # noqa: BLE001 - an adapter's bug must not lose a reply, nor hold up the others
                again, reason = 0.0, failure_of(error)
            else:
                return True
            if again is None or (tries == FLEETING_TRIES if fleeting else loop.time() >= until):
                logger.error("turn %s: %s not delivered: %s", event.turn, event.kind, reason)
                return True
            if tries == 1:
                logger.warning("turn %s: %s must wait: %s", event.turn, event.kind, reason)
            await self._rest(max(again, pause))
            pause = min(2 * pause, PAUSE_SECONDS)
            if self._stopping.is_set():
                return False
            if fleeting and lane.events:
                return True


@dataclass(slots=True)
class _Waiting:
    """One delivery that waits."""

    numbers: list[str]
    """Of what it stands for, as far as that is kept."""
    event: OutboxEvent
    last: Card | None = None
    """Of many cards that became one: the last."""

    @property
    def one(self) -> OutboxEvent:
        """What is delivered."""
        return together(self.event, self.last) if self.last and isinstance(self.event, Card) else self.event


class _Lane:
    """What waits for one conversation."""

    def __init__(self) -> None:
        self.events: deque[_Waiting] = deque()
        self.held: set[str] = set()
        """The numbers of what waits, and of what is being delivered."""
        self.busy = False
        """Something is being delivered, or is not noted yet."""
        self.full = False
        """Something had no room, and everything after it must wait for it."""
        self.task: asyncio.Task[None]

    def add(self, number: str, event: OutboxEvent) -> Sequence[str]:
        """Takes an event in unless it is here already. A delta gives way to newer words of its turn, and of many cards
        that wait one stands for the newer ones: all but the first and the last of these need not be kept. Returns their numbers."""
        if number in self.held:
            return ()
        waiting = self.events[-1] if self.events and not self.full else None
        if waiting and isinstance(waiting.event, Delta) and waiting.event.turn == event.turn:
            waiting.event = event
            waiting.numbers.append(number)
            self.held.add(number)
            return ()
        if waiting and len(self.events) > CARDS and is_new(waiting.event) and is_new(event):
            assert isinstance(event, Card)
            between = waiting.numbers[1:]
            waiting.last = event
            waiting.numbers[1:] = [number]
            self.held.difference_update(between)
            self.held.add(number)
            return between
        if self.full or len(self.events) + self.busy >= LANE:
            self.full = True
            return ()
        self.events.append(_Waiting([number], event))
        self.held.add(number)
        return ()
