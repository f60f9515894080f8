"""Mailboxes: who has mail stands in a stream; a pending entry of its consumer group is the lock."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from adapters.base import Busy, ConversationRef, Message
from bot.store import codec
from bot.store.base import (
    LEASE_SECONDS,
    MAILBOX_LIMIT,
    PARTITIONS,
    SEEN_SECONDS,
    Claim,
    Commit,
    DeadLetter,
    LeaseLost,
    partition_of,
)
from bot.store.redis import keys
from bot.store.redis.client import Client
from bot.store.redis.outbox import stays

logger = logging.getLogger(__name__)

GROUP = "workers"

GONE_SECONDS = 3600.0
"""A worker that has done nothing for so long, and holds nothing, is forgotten."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How much is kept."""

    seconds: int = 30 * 24 * 3600
    """Turns, cases, a member's last turn in a conversation and dead letters are removed after this."""
    turns: int = 10_000
    """Turns of one conversation."""
    cases: int = 100_000
    """Cases of one community."""


class RedisMailboxes:
    """See `bot.store.base.Mailboxes`."""

    _client: Client
    _retention: Retention
    _lease: float = LEASE_SECONDS
    _swept: dict[int, float]
    _tidied: dict[int, float]

    async def deliver(self, message: Message) -> bool:
        """See the port."""
        ref = message.ref
        stored = await self._client.script(
            "deliver",
            [
                keys.seen(ref, message.id),
                keys.of_conversation("mailbox", ref),
                keys.ready(partition_of(ref)),
            ],
            [_item(message), ref.key, SEEN_SECONDS, MAILBOX_LIMIT],
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
        fence, attempts, taken, error, message = held
        hold = (partition, conversation, entry_id, worker, fence)
        return await self._readable(hold, message, attempts, taken, error.decode())

    async def _readable(
        self,
        hold: tuple[int, str, str, str, int],
        data: bytes,
        attempts: int = 1,
        taken: int = 1,
        error: str = "",
    ) -> Claim | None:
        """The claim on the first message, from `data` on, that can be read; None when there is none (any more).

        `hold`: the first fields of a `Claim`.
        """
        try:
            return Claim(*hold, codec.message.load(data), attempts, taken, error)
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

    async def commit(self, claim: Claim, commit: Commit) -> Claim | None:
        """See the port."""
        message = claim.message
        ref = message.ref
        summary = commit.summary
        answer = await self._client.script(
            "commit",
            [
                keys.ready(claim.partition),
                *(keys.of_conversation(kind, ref) for kind in ("mailbox", "attempts", "history", "state")),
                keys.last(ref, message.author.id),
                keys.of_community("guardlog", ref),
                keys.dead_letters(claim.partition),
                *(keys.outbox(claim.partition, event.to.route) for event in commit.events),
            ],
            [
                claim.worker,
                claim.entry,
                claim.fence,
                _mark(message),
                codec.turn.dump(commit.turn) if commit.turn else b"",
                self._retention.turns,
                self._retention.seconds,
                codec.last.dump(commit.last) if commit.last else b"",
                summary.text if summary else "",
                summary.through if summary else 0,
                int(commit.reset),
                commit.dead_letter,
                self._retention.cases,
                self._oldest(),
                len(commit.cases),
                *(codec.case.dump(case) for case in commit.cases),
                len(commit.events),
                *(
                    part
                    for event in commit.events
                    for part in (codec.event.dump(event), stays(event.to.route))
                ),
            ],
        )
        done, *following = answer
        if not done:
            raise LeaseLost(claim.conversation)
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


def _message(data: bytes) -> Message | None:
    try:
        return codec.message.load(data)
    except ValueError:
        return None


def _item(message: Message) -> bytes:
    # The id in front lets a script compare it without parsing the message.
    return _mark(message) + b"\n" + codec.message.dump(message)


def _mark(message: Message) -> bytes:
    return message.id.encode().replace(b"\n", b" ")


def _entry(entries: Any) -> tuple[str, str] | None:
    for entry, fields in entries:
        if fields:
            return entry.decode(), fields[b"conversation"].decode()
    return None
