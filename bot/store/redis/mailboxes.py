"""Mailboxes: who has mail stands in a stream; a pending entry of its consumer group is the lock."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
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

GROUP = "workers"


@dataclass(frozen=True, slots=True)
class Retention:
    """How much is kept."""

    seconds: int = 30 * 24 * 3600
    """A conversation's history, a member's last turn and a guard log without news are removed after this."""
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
        return Claim(
            partition,
            conversation,
            entry_id,
            worker,
            fence,
            codec.message.load(message),
            attempts,
            taken,
            error.decode(),
        )

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
                return None

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
                *(
                    keys.of_conversation(kind, ref)
                    for kind in ("mailbox", "attempts", "history", "state", "last")
                ),
                keys.of_community("guardlog", ref),
                keys.dead_letters(claim.partition),
                keys.outbox(claim.partition, message.reply_to.route),
            ],
            [
                claim.worker,
                claim.entry,
                claim.fence,
                _mark(message),
                codec.turn.dump(commit.turn) if commit.turn else b"",
                self._retention.turns,
                self._retention.seconds,
                message.author.id,
                codec.last.dump(commit.last) if commit.last else b"",
                summary.text if summary else "",
                summary.through if summary else 0,
                int(commit.reset),
                commit.dead_letter,
                self._retention.cases,
                int((time.time() - self._retention.seconds) * 1000),
                len(commit.cases),
                *(codec.case.dump(case) for case in commit.cases),
                len(commit.events),
                *(codec.event.dump(event) for event in commit.events),
            ],
        )
        if answer[0] == 0:
            raise LeaseLost(claim.conversation)
        if len(answer) == 1:
            return None
        return replace(claim, message=codec.message.load(answer[1]), attempts=1, taken=1, error="")

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

    async def dead_letters(self, partition: int, limit: int) -> Sequence[DeadLetter]:
        """See the port."""
        stream = keys.dead_letters(partition)
        entries = await self._client.call("XREVRANGE", stream, "+", "-", "COUNT", limit)
        return [
            DeadLetter(entry.decode(), codec.message.load(fields[b"message"]), fields[b"error"].decode())
            for entry, fields in entries
        ]


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
