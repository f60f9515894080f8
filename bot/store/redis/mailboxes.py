"""Mailboxes: who has mail stands in a stream; a pending entry of its consumer group is the lock."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from adapters.base import Busy, ConversationRef, Message
from bot.store import codec
from bot.store.base import (
    LEASE_SECONDS,
    MAILBOX_LIMIT,
    PARTITIONS,
    Claim,
    Commit,
    DeadLetter,
    LeaseLost,
    Stale,
    partition_of,
)
from bot.store.redis import keys
from bot.store.redis.client import Client
from bot.store.redis.committing import Retention, changes, item_of, touched_by

logger = logging.getLogger(__name__)

GROUP = "workers"

BATCH = 100
"""Dead letters that are read at once."""

GONE_SECONDS = 3600.0
"""A worker that has done nothing for so long, and holds nothing, is forgotten."""


class RedisMailboxes:
    """See `bot.store.base.Mailboxes`."""

    _client: Client
    _retention: Retention
    _lease: float = LEASE_SECONDS
    _swept: dict[int, float]
    _tidied: dict[int, float]

    async def deliver(self, message: Message, *, beyond: bool = False) -> bool:
        """See the port."""
        ref = message.ref
        stored = await self._client.script(
            "deliver",
            [
                keys.seen(ref, message.id),
                keys.of_conversation("mailbox", ref),
                keys.ready(partition_of(ref)),
            ],
            [item_of(message), ref.key, self._retention.seen, 0 if beyond else MAILBOX_LIMIT],
        )
        if stored == -1:
            raise Busy(ref.key)
        return bool(stored)

    async def claim(self, worker: str, partition: int, wait: float) -> Claim | None:
        """See the port."""
        entry = await self._orphan(worker, partition) or await self._fresh(worker, partition, wait)
        if entry is None:
            return None
        entry_id, conversation = entry
        ref = ConversationRef.parse(conversation)
        held = await self._client.script(
            "take",
            [
                keys.ready(partition),
                keys.of_conversation("mailbox", ref),
                keys.of_conversation("attempts", ref),
            ],
            [worker, entry_id],
        )
        if held is None:
            return None
        fence, attempts, taken, error, vanished, message = held
        hold = (partition, conversation, entry_id, worker, fence)
        return await self._readable(hold, message, attempts, taken, error.decode(), vanished)

    async def _readable(
        self,
        hold: tuple[int, str, str, str, int],
        data: bytes,
        attempts: int = 1,
        taken: int = 1,
        error: str = "",
        vanished: int = 0,
    ) -> Claim | None:
        """The claim on the first message, from `data` on, that can be read; None when there is none (any more).

        `hold`: the first fields of a `Claim`.
        """
        try:
            return Claim(*hold, codec.message.load(data), attempts, taken, error, vanished)
        except ValueError:
            partition, conversation, entry, worker, fence = hold
        logger.error("a message of %s cannot be read and is put aside", conversation)
        ref = ConversationRef.parse(conversation)
        _, *following = await self._client.script(
            "discard",
            [
                keys.ready(partition),
                keys.of_conversation("mailbox", ref),
                keys.of_conversation("attempts", ref),
                keys.dead_letters(partition),
            ],
            [worker, entry, fence, data, "it cannot be read", self._oldest(), self._retention.seconds],
        )
        return await self._readable(hold, following[0]) if following else None

    def _oldest(self) -> int:
        """What is older than this, in Unix milliseconds, is not kept."""
        return int((time.time() - self._retention.seconds) * 1000)

    async def _fresh(self, worker: str, partition: int, wait: float) -> tuple[str, str] | None:
        """The next entry of the queue that nobody has had."""
        ready = keys.ready(partition)
        block = max(1, int(wait * 1000))
        command = ("XREADGROUP", "GROUP", GROUP, worker, "COUNT", 1, "BLOCK", block, "STREAMS", ready, ">")
        reply = await self._client.in_group(ready, GROUP, lambda: self._client.wait(wait, *command))
        return _entry(reply[0][1]) if reply else None

    async def _orphan(self, worker: str, partition: int) -> tuple[str, str] | None:
        """An entry whose owner has not renewed it; looked for four times a lease."""
        now = time.monotonic()
        if now - self._swept.get(partition, -self._lease) < self._lease / 4:
            return None
        ready = keys.ready(partition)
        idle = int(self._lease * 1000)
        cursor = b"0-0"
        while True:
            # One call looks at ten entries only, and those in front may all be alive.
            sweep = partial(self._client.call, "XAUTOCLAIM", ready, GROUP, worker, idle, cursor, "COUNT", 1)
            cursor, entries, *_ = await self._client.in_group(ready, GROUP, sweep)
            entry = _entry(entries)
            if entry is not None:
                return entry
            if cursor == b"0-0":
                self._swept[partition] = now
                await self._tidy(partition, now)
                return None

    async def _tidy(self, partition: int, now: float) -> None:
        """Forgets workers that were killed; now and then, for their names take little room."""
        if now - self._tidied.get(partition, -GONE_SECONDS) >= GONE_SECONDS:
            self._tidied[partition] = now
            await self._client.script("tidy", [keys.ready(partition)], [int(GONE_SECONDS * 1000)])

    async def renew(self, claim: Claim) -> bool:
        """See the port."""
        held = await self._client.script(
            "renew", [keys.ready(claim.partition)], [claim.worker, claim.entry, claim.fence]
        )
        return bool(held)

    async def alone(self, claim: Claim) -> None:
        """See the port."""
        held = await self._client.script(
            "alone",
            [keys.ready(claim.partition), keys.of_conversation("attempts", claim.message.ref)],
            [claim.worker, claim.entry, claim.fence],
        )
        if not held:
            raise LeaseLost(claim.conversation)

    async def commit(self, claim: Claim, commit: Commit) -> Claim | None:
        """See the port."""
        done, *following = await self._client.script(
            "commit", touched_by(claim, commit), changes(claim, commit, self._retention, self._oldest())
        )
        if done == 0:
            raise LeaseLost(claim.conversation)
        if done == 2:
            raise Stale(claim.conversation)
        hold = (claim.partition, claim.conversation, claim.entry, claim.worker, claim.fence)
        return await self._readable(hold, following[0]) if following else None

    async def abandon(self, claim: Claim, error: str = "") -> None:
        """See the port."""
        await self._client.script(
            "abandon",
            [keys.ready(claim.partition), keys.of_conversation("attempts", claim.message.ref)],
            [claim.worker, claim.entry, claim.fence, claim.conversation, error],
        )

    async def leave(self, worker: str) -> None:
        """See the port."""
        for partition in range(PARTITIONS):
            ready = keys.ready(partition)
            await self._client.in_group(
                ready, GROUP, partial(self._client.script, "leave", [ready], [worker])
            )

    async def workers(self) -> Sequence[str]:
        """See the port."""
        names: set[str] = set()
        for partition in range(PARTITIONS):
            ready = keys.ready(partition)
            command = ("XPENDING", ready, GROUP)
            summary = await self._client.in_group(ready, GROUP, partial(self._client.call, *command))
            holders = summary["consumers"] if isinstance(summary, dict) else summary[3] or ()
            for holder in holders:
                name = holder["name"] if isinstance(holder, dict) else holder[0]
                names.add(name.decode() if isinstance(name, bytes) else name)
        return sorted(names)

    async def dead_letters(self, partition: int, limit: int) -> Sequence[DeadLetter]:
        """See the port."""
        stream = keys.dead_letters(partition)
        entries = await self._client.call("XREVRANGE", stream, "+", "-", "COUNT", limit)
        return [
            DeadLetter(entry.decode(), _message(fields[b"message"]), fields[b"error"].decode())
            for entry, fields in entries
        ]

    async def play_back(self, partition: int) -> int:
        """See the port."""
        stream = keys.dead_letters(partition)
        # What is given up again meanwhile comes after the newest of now.
        newest = await self._client.call("XREVRANGE", stream, "+", "-", "COUNT", 1)
        last = newest[0][0] if newest else None
        first: bytes = b"-"
        played, full = 0, set[str]()
        while last is not None:
            entries = await self._client.call("XRANGE", stream, first, last, "COUNT", BATCH)
            for entry, fields in entries:
                message = _message(fields[b"message"])
                if message is None or message.ref.key in full:
                    continue
                done = await self._play_back(stream, entry, message)
                if done == -1:
                    full.add(message.ref.key)
                played += done == 1
            if len(entries) < BATCH:
                break
            first = b"(" + entries[-1][0]
        return played

    async def _play_back(self, stream: str, entry: bytes, message: Message) -> int:
        ref = message.ref
        # The old id's turn has ended, and nothing more would be shown of it.
        again = replace(message, id=f"{message.id}/{entry.decode()}")
        done: int = await self._client.script(
            "play_back",
            [
                stream,
                keys.of_conversation("mailbox", ref),
                keys.ready(partition_of(ref)),
                keys.seen(ref, message.reply_to.message_id),
            ],
            [entry, item_of(again), ref.key, MAILBOX_LIMIT, self._retention.seen],
        )
        return done


def _message(data: bytes) -> Message | None:
    try:
        return codec.message.load(data)
    except ValueError:
        return None


def _entry(entries: Any) -> tuple[str, str] | None:
    for entry, fields in entries:
        if fields:
            return entry.decode(), fields[b"conversation"].decode()
    return None
