"""Runs one adapter: its messages go into mailboxes, its outbox is delivered in order, coalesced and retried."""

from __future__ import annotations

import asyncio
import logging
import math
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from adapters.base import Adapter, DeliveryFailed, Delta, Message, OptionValue, OutboxEvent
from adapters.text import clean
from bot.log import failure_of
from bot.store.base import LEASE_SECONDS, PARTITIONS, Mailboxes, Outbox, StoreUnavailable

logger = logging.getLogger(__name__)

READ_SECONDS = 2.0
TRIES = 6
WAITING = 2000
"""Events that may wait for the platform before no more are read."""


class Gateway:
    """Between one adapter and the store."""

    def __init__(
        self,
        adapter: Adapter,
        mailboxes: Mailboxes,
        outbox: Outbox,
        *,
        name: str,
        lease: float = LEASE_SECONDS,
    ) -> None:
        """`name` must be this process's alone."""
        self._adapter = adapter
        self._mailboxes = mailboxes
        self._outbox = outbox
        self._name = name
        self._lease = lease
        self._lanes: dict[str, _Lane] = {}
        self._waiting = 0
        self._room = asyncio.Event()
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Until the adapter ends (a terminal's end of input, say), or until cancelled."""
        drains = [asyncio.create_task(self._drain(partition)) for partition in range(PARTITIONS)]
        receiving = asyncio.create_task(self._adapter.run(self.accept))
        try:
            await asyncio.wait([receiving, *drains], return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._stopping.set()
            for task in (receiving, *drains):
                task.cancel()
            ended = await asyncio.gather(receiving, *drains, return_exceptions=True)
            lanes = [lane.task for lane in self._lanes.values()]
            for lane in lanes:
                lane.cancel()
            await asyncio.gather(*lanes, return_exceptions=True)
            with suppress(StoreUnavailable):
                await self._outbox.close(self._adapter.route, self._name)
        for result in ended:
            if isinstance(result, Exception):
                raise result

    async def accept(self, message: Message) -> None:
        """Returns when `message` is durable. Bots are not heard, so that two of them cannot go round and round.

        Raises:
            Busy: the conversation has too much waiting.
            StoreUnavailable: the message could not be kept; the platform should send it again.
        """
        if not message.author.is_bot:
            await self._mailboxes.deliver(cleaned(message))

    async def _drain(self, partition: int) -> None:
        """Reads a partition of the route's outbox while this gateway owns it."""
        route = self._adapter.route
        owned_until = 0.0
        loop = asyncio.get_running_loop()
        while not self._stopping.is_set():
            try:
                if loop.time() >= owned_until:
                    fresh = owned_until == 0.0
                    if not await self._outbox.own(route, partition, self._name):
                        owned_until = 0.0
                        await self._rest(1.0)
                        continue
                    owned_until = loop.time() + self._lease / 4
                    if fresh:
                        self._spread(partition, await self._outbox.pending(route, partition))
                if self._waiting < WAITING:
                    self._spread(partition, await self._outbox.read(route, partition, READ_SECONDS))
                else:
                    # Not longer than the route stays ours.
                    self._room.clear()
                    with suppress(TimeoutError):
                        async with asyncio.timeout(self._lease / 4):
                            await self._room.wait()
            except StoreUnavailable as error:
                logger.warning("delivery waits: %s", error)
                owned_until = 0.0
                await self._rest(0.5)

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()

    def _spread(self, partition: int, events: Sequence[tuple[str, OutboxEvent]]) -> None:
        """Gives each conversation its events: a slow channel holds up no other."""
        for number, event in events:
            lane = self._lanes.get(event.ref.key)
            if lane is None:
                lane = self._lanes[event.ref.key] = _Lane(partition)
                lane.task = asyncio.create_task(self._work(event.ref.key, lane))
            lane.events.append((number, event))
            self._waiting += 1

    async def _work(self, key: str, lane: _Lane) -> None:
        """Delivers one conversation's events in order; ends when there are none."""
        while lane.events:
            passed, event = lane.next()
            await self._deliver(event)
            self._waiting -= len(passed)
            self._room.set()
            try:
                await self._outbox.done(self._adapter.route, lane.partition, passed)
            except StoreUnavailable as error:
                # Delivered again after a restart; the adapter knows it by its number.
                logger.warning("a delivery could not be noted: %s", error)
        del self._lanes[key]

    async def _deliver(self, event: OutboxEvent) -> None:
        for attempt in range(TRIES):
            try:
                await self._adapter.deliver(event)
            except DeliveryFailed as failure:
                if failure.retry_after is None or attempt == TRIES - 1:
                    break
                await self._rest(failure.retry_after)
            except Exception as error:  # noqa: BLE001 - one event must not end the delivery of all others
                logger.error("turn %s: %s not delivered: %s", event.turn, event.kind, failure_of(error))
                return
            else:
                return
        logger.error("turn %s: %s not delivered: %s", event.turn, event.kind, "the platform refused it")


class _Lane:
    """What waits for one conversation."""

    def __init__(self, partition: int) -> None:
        self.partition = partition
        self.events: deque[tuple[str, OutboxEvent]] = deque()
        self.task: asyncio.Task[None]

    def next(self) -> tuple[list[str], OutboxEvent]:
        """The next event worth showing, and the numbers of all that it stands for: a delta gives way to newer words."""
        number, event = self.events.popleft()
        passed = [number]
        while isinstance(event, Delta) and self.events and self.events[0][1].turn == event.turn:
            number, event = self.events.popleft()
            passed.append(number)
        return passed, event


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
