"""Outbox: a stream of events for each route and partition, read by one gateway at a time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from adapters.base import Card, OutboxEvent
from bot.store import codec
from bot.store.base import LEASE_SECONDS, OUTBOX_LIMIT, PARTITIONS, is_fleeting, partition_of
from bot.store.redis import keys
from bot.store.redis.client import Client
from bot.store.routes import route_of

logger = logging.getLogger(__name__)

GROUP = CONSUMER = "gateway"
"""One consumer name for every gateway: the next owner finds what the last one left unfinished."""

BATCH = 256
"""Events that are read at once: of cards, which are read five times a second, more than come in a flood."""
READ = 16
"""Events that are decoded at once: half a millisecond, in which nobody else's turn goes on."""
SESSION_SECONDS = 24 * 3600
"""How long the outbox of a session that was killed is kept."""


class RedisOutbox:
    """See `bot.store.base.Outbox`."""

    _client: Client
    _lease: float = LEASE_SECONDS

    async def publish(self, event: OutboxEvent) -> None:
        """See the port."""
        route = route_of(event)
        stream = keys.outbox(partition_of(event.ref), route)
        limit = OUTBOX_LIMIT if is_fleeting(event) else 0
        data = codec.event.dump(event)
        await self._client.script("publish", [stream], [data, stays(route), limit])

    async def own(self, route: str, partition: int, gateway: str) -> bool:
        """See the port."""
        return await self._own(route, partition, gateway, hold=True)

    async def _own(self, route: str, partition: int, gateway: str, *, hold: bool) -> bool:
        return bool(
            await self._client.script(
                "own",
                [keys.owner(partition, route), keys.outbox(partition, route)],
                [gateway, int(self._lease * 1000), int(hold), stays(route)],
            )
        )

    async def pending(self, route: str, partition: int) -> Sequence[tuple[str, OutboxEvent]]:
        """See the port."""
        stream = keys.outbox(partition, route)
        command = ("XREADGROUP", "GROUP", GROUP, CONSUMER, "STREAMS", stream, "0")
        reply = await self._client.in_group(stream, GROUP, lambda: self._client.call(*command))
        return await self._events(route, partition, reply)

    async def read(self, route: str, partition: int, wait: float) -> Sequence[tuple[str, OutboxEvent]]:
        """See the port."""
        stream = keys.outbox(partition, route)
        block = max(1, int(wait * 1000))
        command = (
            "XREADGROUP",
            "GROUP",
            GROUP,
            CONSUMER,
            "COUNT",
            BATCH,
            "BLOCK",
            block,
            "STREAMS",
            stream,
            ">",
        )
        reply = await self._client.in_group(stream, GROUP, lambda: self._client.wait(wait, *command))
        return await self._events(route, partition, reply)

    async def _events(self, route: str, partition: int, reply: Any) -> list[tuple[str, OutboxEvent]]:
        """The events of a reply; an entry that cannot be read (a newer worker's, say) must not stop the others."""
        events, unreadable = [], []
        for place, (entry, fields) in enumerate(reply[0][1] if reply else [], 1):
            if place % READ == 0:
                await asyncio.sleep(0)
            number = entry.decode()
            try:
                # Without fields: removed, but never noted as done.
                event = codec.event.load((fields or {}).get(b"event", b""))
                if isinstance(event, Card) and b"number" in fields:
                    event = replace(event, number=int(fields[b"number"]))
                events.append((number, event))
            except ValueError:
                unreadable.append(number)
        if unreadable:
            logger.error("events of %s that cannot be read are dropped: %s", route, ", ".join(unreadable))
            await self.done(route, partition, unreadable)
        return events

    async def done(self, route: str, partition: int, ids: Sequence[str]) -> None:
        """See the port."""
        await self._client.script("done", [keys.outbox(partition, route)], list(ids))

    async def close(self, route: str, gateway: str) -> None:
        """See the port."""
        for partition in range(PARTITIONS):
            released = await self._own(route, partition, gateway, hold=False)
            # It has no later reader.
            if released and _is_session(route):
                await self._client.call("DEL", keys.outbox(partition, route))


def stays(route: str) -> int:
    """Seconds that a route's outbox is kept without anything new; 0: always."""
    return SESSION_SECONDS if _is_session(route) else 0


def _is_session(route: str) -> bool:
    """Whether a route is one session's own: its name is the platform's, a hyphen, the session's."""
    return "-" in route
