"""Messages that members take back."""

from __future__ import annotations

import json
from collections.abc import Sequence

from adapters.base import Retracted
from bot.conversation import turn_of
from bot.store.base import PARTITIONS, Retraction, partition_of
from bot.store.redis import keys
from bot.store.redis.client import Client
from bot.store.redis.committing import Retention, item_of

NOTES = 1000
"""Of one partition: turns that end in vain."""
NOTE_SECONDS = 3600
"""Longer than any turn."""


class RedisRetractions:
    """See `Mailboxes` in `bot.store.base`."""

    _client: Client
    _retention: Retention
    _noticed: dict[str, str]
    """The newest entry that was read of each stream."""

    async def retract(self, retracted: Retracted) -> Retraction:
        """See the port."""
        ref, message_id = retracted.ref, retracted.message_id
        written = json.dumps(message_id, ensure_ascii=False)
        state, *found = await self._client.script(
            "retract",
            [
                *(keys.of_conversation(kind, ref) for kind in ("mailbox", "attempts", "history")),
                keys.retractions(partition_of(ref)),
                keys.seen(ref, message_id),
                keys.dead_letters(partition_of(ref)),
                keys.of_turn("held", ref, turn_of(ref.platform, message_id)),
            ],
            [
                # As the codec writes them. Within a text the quotation marks would be escaped.
                f'"message_id":{written}',
                f'"message":{written}',
                f"{message_id}.d",
                item_of(retracted.replacement) if retracted.replacement else b"",
                ref.key,
                NOTES,
                NOTE_SECONDS,
                self._retention.seen,
            ],
        )
        name = found[0].decode() if found else ""
        match state:
            case b"worked_on":
                return Retraction("worked_on", turn_of(ref.platform, name))
            case b"answered":
                return Retraction("answered", name)
            case b"ended":
                turn = turn_of(ref.platform, name or message_id)
                if name and retracted.replacement is None:
                    # Perhaps it is held back for a moderator to release, under the id that it has now.
                    await self._client.call("DEL", keys.of_turn("held", ref, turn))
                return Retraction("answered", turn)
        return Retraction("waiting" if state == b"waiting" else "unknown")

    async def retractions(self, wait: float) -> Sequence[tuple[str, str]]:
        """See the port."""
        streams = [keys.retractions(partition) for partition in range(PARTITIONS)]
        # From the beginning at first: what a note is about was taken back for good.
        after = (self._noticed.get(stream, "0") for stream in streams)
        block = max(1, int(wait * 1000))
        reply = await self._client.wait(
            wait, "XREAD", "COUNT", NOTES, "BLOCK", block, "STREAMS", *streams, *after
        )
        found = []
        for stream, entries in reply or ():
            for entry, fields in entries:
                self._noticed[stream.decode()] = entry.decode()
                found.append((fields[b"conversation"].decode(), fields[b"message"].decode()))
        return found
