"""History, policies and the guard log: what is read back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from adapters.base import ConversationRef, Message
from bot.conversation import Conversation, Summary
from bot.guardlog import Case
from bot.store import codec
from bot.store.base import PARTITIONS, Loaded
from bot.store.redis import keys
from bot.store.redis.client import Client
from bot.store.redis.mailboxes import Retention


class RedisRecords:
    """See `History`, `GuardLogStore`, `Policies` and `Notes` in `bot.store.base`."""

    _client: Client
    _retention: Retention

    async def load(self, message: Message, turns: int) -> Loaded:
        """See the port."""
        ref = message.ref
        total, summary, through, history, community, channel, last = await self._client.script(
            "load",
            [
                keys.of_conversation("state", ref),
                keys.of_conversation("history", ref),
                keys.of_community("policy", ref),
                keys.last(ref, message.author.id),
            ],
            [turns, ref.channel],
        )
        return Loaded(
            Conversation(
                ref,
                # One document: a call for each turn is what a long conversation would cost.
                codec.turns.load(b"[" + b",".join(history) + b"]"),
                int(total or 0),
                Summary(summary.decode(), int(through)) if summary else None,
            ),
            (community.decode(), channel.decode()),
            codec.last.load(last) if last else None,
        )

    async def save(self, ref: ConversationRef, layer: str, *, channel: bool) -> None:
        """See the port."""
        field = ref.channel if channel else ""
        await self._client.call("HSET", keys.of_community("policy", ref), field, layer)

    async def recall(self, platform: str, name: str) -> str | None:
        """See the port."""
        note = await self._client.call("GET", keys.note(platform, name))
        return None if note is None else note.decode()

    async def remember(self, platform: str, name: str, note: str) -> None:
        """See the port."""
        await self._client.call("SET", keys.note(platform, name), note, "EX", self._retention.seconds)

    async def communities(self) -> Sequence[str]:
        """See the port."""
        found: set[str] = set()
        for partition in range(PARTITIONS):
            prefix = f"sereno:{{{partition}}}:guardlog:"
            cursor = 0
            while True:
                command = ("SCAN", cursor, "MATCH", prefix + "*", "COUNT", 1000)
                cursor, names = await self._client.call(*command)
                found.update(name.decode().removeprefix(prefix) for name in names)
                if not cursor:
                    break
        return sorted(found)

    async def cases(self, community: str, *, since: float, limit: int) -> Sequence[Case]:
        """See the port."""
        oldest = max(0, int(since * 1000))
        entries = await self._client.call("XREVRANGE", _guardlog(community), "+", oldest, "COUNT", limit)
        return [_case(entry) for entry in reversed(entries)]

    async def follow(self, community: str, after: str, wait: float) -> Sequence[Case]:
        """See the port."""
        stream = _guardlog(community)
        block = max(1, int(wait * 1000))
        command = ("XREAD", "COUNT", 100, "BLOCK", block, "STREAMS", stream, after or "0")
        reply = await self._client.wait(wait, *command)
        return [_case(entry) for entry in reply[0][1]] if reply else []


def _guardlog(community: str) -> str:
    return keys.of_community("guardlog", ConversationRef.parse(f"{community}//"))


def _case(entry: tuple[bytes, dict[bytes, bytes]]) -> Case:
    return replace(codec.case.load(entry[1][b"case"]), id=entry[0].decode())
