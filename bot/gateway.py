"""Runs one adapter: its messages go into mailboxes, its outbox is delivered in order, coalesced and retried."""

from __future__ import annotations

import asyncio
import logging
import math
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from adapters.asking import Moderators
from adapters.base import (
    Adapter,
    Author,
    Card,
    CommandUse,
    DeliveryFailed,
    Delta,
    Inbound,
    Message,
    NotKept,
    OptionValue,
    OutboxEvent,
    Removed,
    ReplyTo,
    Retracted,
)
from adapters.text import clean
from bot.asking import answer
from bot.log import failure_of
from bot.many import together
from bot.store.base import LEASE_SECONDS, PARTITIONS, Mailboxes, Outbox, StoreUnavailable, is_fleeting
from bot.store.desk import Questions
from bot.voice import LAST_SEQ

logger = logging.getLogger(__name__)

READ_SECONDS = 2.0
FLEETING_TRIES = 6
"""How often a fleeting event is tried."""
GIVE_UP_SECONDS = 24 * 3600.0
"""How long every other event is tried."""
PAUSE_SECONDS = 60.0
"""The longest pause between two tries, unless the platform asks for a longer one."""
DELETED = "deleted"
"""The command by which the engine hears that an answered message is gone. Nobody can type it."""
CARDS = 10
"""Events of one conversation that may wait before one card stands for those that come then."""
LANE = 500
"""Events of one conversation that may wait here for the platform; the others stay in the outbox meanwhile."""


class Gateway:
    """Between one adapter and the store."""

    def __init__(
        self,
        adapter: Adapter,
        mailboxes: Mailboxes,
        outbox: Outbox,
        questions: Questions | None = None,
        *,
        name: str,
        lease: float = LEASE_SECONDS,
    ) -> None:
        """`name` must be this process's alone; `questions`: to the platform, where it can be asked."""
        self._adapter = adapter
        self._mailboxes = mailboxes
        self._outbox = outbox
        self._questions = questions
        self._name = name
        self._lease = lease
        self._lanes: dict[str, _Lane] = {}
        self._behind: set[int] = set()
        """Partitions where something that was read could not be taken into its lane, and now can."""
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Until the adapter ends (a terminal's end of input, say), or until cancelled."""
        drains = [asyncio.create_task(self._drain(partition)) for partition in range(PARTITIONS)]
        if self._questions is not None and isinstance(self._adapter, Moderators):
            answering = answer(self._adapter, self._adapter.route, self._questions, self._stopping)
            drains.append(asyncio.create_task(answering))
        receiving = asyncio.create_task(self._adapter.run(self.accept))
        try:
            await asyncio.wait([receiving, *drains], return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._stopping.set()
            for task in (receiving, *drains):
                task.cancel()
            ended = await asyncio.gather(receiving, *drains, return_exceptions=True)
            await self._drop(list(self._lanes))
            with suppress(StoreUnavailable):
                await self._outbox.close(self._adapter.route, self._name)
        for result in ended:
            if isinstance(result, Exception):
                raise result

    async def accept(self, inbound: Inbound) -> None:
        """Returns when `inbound` is durable. Bots are not heard, so that two of them cannot go round and round.

        Raises:
            Busy: the conversation has too much waiting.
            NotKept: the store did not take it.
        """
        try:
            if isinstance(inbound, Retracted):
                await self._take_back(inbound)
            elif not inbound.author.is_bot and (inbound.command is None or inbound.command.name != DELETED):
                await self._mailboxes.deliver(cleaned(inbound))
        except StoreUnavailable as error:
            logger.warning("a message was not kept: %s", error)
            raise NotKept(str(error)) from error

    async def _take_back(self, retracted: Retracted) -> None:
        """A message was deleted or edited: what was shown about it may have to go."""
        ref, message_id, new = retracted.ref, retracted.message_id, retracted.replacement
        found = await self._mailboxes.retract(replace(retracted, replacement=new and cleaned(new)))
        to = ReplyTo(self._adapter.route, message_id)
        if found.state == "worked_on":
            await self._outbox.publish(Removed(found.turn, LAST_SEQ, ref, to))
        elif found.state == "answered" and new is None:
            # What becomes of the reply is the community's choice, and the history is a worker's to change.
            command = CommandUse(DELETED, {"turn": found.turn})
            gone = Message(ref, f"{message_id}.d", Author("", ""), "", 0.0, to, command)
            # However much waits there: a platform says it once, and what was deleted must not stay.
            await self._mailboxes.deliver(gone, beyond=True)

    async def _drain(self, partition: int) -> None:
        """Reads a partition of the route's outbox while this gateway owns it."""
        route = self._adapter.route
        owned_until = 0.0
        failures = 0
        loop = asyncio.get_running_loop()
        while not self._stopping.is_set():
            try:
                if loop.time() >= owned_until:
                    fresh = owned_until == 0.0
                    if not await self._outbox.own(route, partition, self._name):
                        owned_until = 0.0
                        # The one that owns it now delivers what waits here.
                        await self._drop(self._lanes_of(partition))
                        await self._rest(1.0)
                        continue
                    owned_until = loop.time() + self._lease / 4
                    if fresh or not self._lanes_of(partition):
                        # What the owner before left, or still read when the route had passed on.
                        self._behind.add(partition)
                events: Sequence[tuple[str, OutboxEvent]] = ()
                if partition not in self._behind:
                    # Not longer than the route stays ours.
                    wait = min(READ_SECONDS, self._lease / 4)
                    events = await self._outbox.read(route, partition, wait)
                if partition in self._behind:
                    # All that was read and is not done, in order; what was read just now as well.
                    self._behind.discard(partition)
                    events = await self._outbox.pending(route, partition)
                passed_over = self._spread(partition, events)
                if passed_over:
                    await self._outbox.done(route, partition, passed_over)
                failures = 0
            except StoreUnavailable as error:
                # An embedded store that another process takes over is back in a moment: no news for anybody.
                failures += 1
                logger.log(logging.INFO if failures < 4 else logging.WARNING, "delivery waits: %s", error)
                owned_until = 0.0
                await self._rest(0.5)

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()

    def _spread(self, partition: int, events: Sequence[tuple[str, OutboxEvent]]) -> Sequence[str]:
        """Gives each conversation its events: a slow channel holds up no other. Returns the numbers of those that need not
        be delivered any more."""
        passed_over: list[str] = []
        for number, event in events:
            lane = self._lanes.get(event.ref.key)
            if lane is None:
                lane = self._lanes[event.ref.key] = _Lane(partition)
                lane.task = asyncio.create_task(self._work(event.ref.key, lane))
            passed_over += lane.add(number, event)
        return passed_over

    async def _work(self, key: str, lane: _Lane) -> None:
        """Delivers one conversation's events in order; ends when there are none, or the gateway stops."""
        settled: list[str] = []
        while (lane.events or settled) and not self._stopping.is_set():
            if lane.events:
                numbers, event = lane.events.popleft()
                lane.busy = True
                if not await self._deliver(event, lane):
                    return
                settled += numbers
            try:
                await self._outbox.done(self._adapter.route, lane.partition, settled)
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
            self._behind.add(lane.partition)
        if self._lanes.get(key) is lane:
            del self._lanes[key]

    def _lanes_of(self, partition: int) -> list[str]:
        return [key for key, lane in self._lanes.items() if lane.partition == partition]

    async def _drop(self, keys: Sequence[str]) -> None:
        """Ends the delivery to these conversations; what waits stays in the outbox."""
        lanes = [self._lanes.pop(key) for key in keys]
        for lane in lanes:
            lane.task.cancel()
        await asyncio.gather(*(lane.task for lane in lanes), return_exceptions=True)

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


class _Lane:
    """What waits for one conversation."""

    def __init__(self, partition: int) -> None:
        self.partition = partition
        self.events: deque[tuple[list[str], OutboxEvent]] = deque()
        """Each with the numbers of all that it stands for."""
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
        numbers, last = self.events[-1] if self.events else ([], None)
        one = None if last is None or self.full else self._one(last, event)
        if one is None and (self.full or len(self.events) + self.busy >= LANE):
            self.full = True
            return ()
        self.held.add(number)
        if one is None:
            self.events.append(([number], event))
            return ()
        between = numbers[1:] if isinstance(one, Card) else []
        self.held.difference_update(between)
        self.events[-1] = ([*numbers[: len(numbers) - len(between)], number], one)
        return between

    def _one(self, last: OutboxEvent, event: OutboxEvent) -> OutboxEvent | None:
        """What stands for both; None when both must be delivered."""
        if isinstance(last, Delta) and last.turn == event.turn:
            return event
        return together(last, event) if isinstance(event, Card) and len(self.events) > CARDS else None


def cleaned(message: Message) -> Message:
    """`message` with nothing in it that cannot be stored: lone surrogates, NUL, infinite numbers."""
    command = message.command
    if command is not None:
        command = replace(
            command, options={name: _storable(value) for name, value in command.options.items()}
        )
    return replace(
        message,
        text=clean(message.text),
        author=replace(message.author, name=clean(message.author.name)),
        command=command,
        quoted=tuple(
            replace(quoted, author=clean(quoted.author), text=clean(quoted.text)) for quoted in message.quoted
        ),
        attachments=tuple(
            replace(file, name=clean(file.name), text=None if file.text is None else clean(file.text))
            for file in message.attachments
        ),
    )


def _storable(value: OptionValue) -> OptionValue:
    if isinstance(value, str):
        return clean(value)
    # JSON has no such number; as a text it is refused like any other that is none.
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
