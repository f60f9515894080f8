"""History, policies and the guard log: what is read back."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from adapters.base import ConversationRef, Message
from bot.conversation import Conversation, HistoryTurn, LastTurn, Summary
from bot.guardlog import Case, CaseFile, Review
from bot.store import codec
from bot.store.base import FOLLOWED, MEMBER_CASES, PARTITIONS, Loaded
from bot.store.redis import keys
from bot.store.redis.client import Client
from bot.store.redis.committing import Retention
from guards.signatures import Lesson, Lessons

logger = logging.getLogger(__name__)

TAUGHT = 50
"""Communities whose lessons are kept in this process, to be read again only when they have changed."""


class RedisRecords:
    """See `History`, `GuardLogStore`, `Policies` and `Notes` in `bot.store.base`."""

    _client: Client
    _retention: Retention
    _taught: dict[str, tuple[bytes, Lessons]]
    """Each with the state of the community's lessons that it is; the one that was used last at the end."""

    async def load(self, message: Message, turns: int) -> Loaded:
        """See the port."""
        ref = message.ref
        known, lessons = self._taught.get(ref.community_key, (b"", None))
        answer = await self._client.script(
            "load",
            [
                keys.of_conversation("state", ref),
                keys.of_conversation("history", ref),
                keys.of_community("policy", ref),
                keys.last(ref, message.author.id),
                *(keys.of_community(kind, ref) for kind in (*keys.LESSONS, "known")),
            ],
            [turns, ref.channel, known],
        )
        total, summary, through, history, community, channel, last, revision, *taught = answer
        return Loaded(
            Conversation(
                ref,
                _turns(ref, history),
                int(total or 0),
                Summary(summary.decode(), int(through)) if summary else None,
            ),
            (community.decode(), channel.decode()),
            _last(ref, last) if last else None,
            self._lessons(ref, lessons, *taught),
            int(revision or 0),
        )

    def _lessons(
        self,
        ref: ConversationRef,
        known: Lessons | None,
        secret: bytes,
        version: bytes,
        taught: Sequence[Sequence[bytes]],
    ) -> Lessons:
        """The community's lessons: those that are known here, unless others came."""
        if not secret:
            self._taught.pop(ref.community_key, None)
            return Lessons(secrets.token_bytes(16))
        lessons = Lessons(secret, _taught(ref, taught)) if known is None or taught else known
        self._taught.pop(ref.community_key, None)
        self._taught[ref.community_key] = (secret + version, lessons)
        while len(self._taught) > TAUGHT:
            del self._taught[next(iter(self._taught))]
        return lessons

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

    async def keep(self, platform: str, name: str, note: str) -> None:
        """See the port."""
        await self._client.call("SET", keys.note(platform, name), note)

    async def reserve(self, platform: str, name: str, note: str, seconds: float) -> str | None:
        """See the port."""
        key, milliseconds = keys.note(platform, name), max(1, int(seconds * 1000))
        while not await self._client.call("SET", key, note, "NX", "PX", milliseconds):
            there = await self.recall(platform, name)
            if there is not None:
                return there
        return None

    async def forget(self, platform: str, name: str) -> None:
        """See the port."""
        await self._client.call("DEL", keys.note(platform, name))

    async def layer(self, community: str) -> str:
        """See the port."""
        layer = await self._client.call("HGET", keys.of_community("policy", _ref(community)), "")
        return layer.decode() if layer else ""

    async def chosen(self) -> Mapping[str, str]:
        """See the port."""
        found: dict[str, str] = {}
        for partition in range(PARTITIONS):
            for community in await self._named("policy", partition):
                layer = await self._client.call("HGET", keys.of_community("policy", _ref(community)), "")
                if layer:
                    found[community] = layer.decode()
        return found

    async def communities(self) -> Sequence[str]:
        """See the port."""
        found = [await self._named("guardlog", partition) for partition in range(PARTITIONS)]
        return sorted(set().union(*found))

    async def _named(self, kind: str, partition: int) -> set[str]:
        """The communities that have such a key."""
        prefix = f"sereno:{{{partition}}}:{kind}:"
        found: set[str] = set()
        cursor = 0
        while True:
            command = ("SCAN", cursor, "MATCH", prefix + "*", "COUNT", 1000)
            cursor, names = await self._client.call(*command)
            found.update(name.decode().removeprefix(prefix) for name in names)
            if not cursor:
                return found

    async def cases(self, community: str, *, since: float, limit: int) -> Sequence[Case]:
        """See the port."""
        oldest = max(0, int(since * 1000))
        entries = await self._client.call("XREVRANGE", _guardlog(community), "+", oldest, "COUNT", limit)
        return _cases(community, reversed(entries))

    async def older(self, community: str, before: str, limit: int) -> Sequence[Case]:
        """See the port."""
        newest = f"({before}" if before else "+"
        entries = await self._client.call("XREVRANGE", _guardlog(community), newest, "-", "COUNT", limit)
        return _cases(community, entries)

    async def numbered(self, community: str, number: int) -> Case | None:
        """See the port."""
        entry = await self._client.script("numbered", [_guardlog(community)], [number])
        return next(iter(_cases(community, [_entry(entry)])), None) if entry else None

    async def of_member(self, community: str, author: str, limit: int) -> Sequence[Case]:
        """See the port."""
        member = keys.of_member(_ref(community), author)
        entries = await self._client.script("member", [member, _guardlog(community)], [limit])
        return _cases(community, map(_entry, entries))

    async def reviews(self, community: str, turns: Sequence[str]) -> Sequence[Sequence[Review]]:
        """See the port."""
        if not turns:
            return []
        ref = _ref(community)
        found = await self._client.script("reviews", [keys.of_turn("file", ref, turn) for turn in turns], [])
        return [tuple(map(codec.review.load, each)) for each in found]

    async def having(
        self, community: str, exact: Sequence[str], loose: Sequence[str], before: str, look: int, most: int
    ) -> tuple[Sequence[Case], str]:
        """See the port."""
        newest = f"({before}" if before else "+"
        last, entries = await self._client.script(
            "having", [_guardlog(community)], [newest, look, most, len(exact), *exact, *loose]
        )
        return _cases(community, map(_entry, entries)), last.decode()

    async def file(self, community: str, turn: str) -> CaseFile | None:
        """See the port."""
        ref = _ref(community)
        entries, reviews, held = await self._client.script(
            "file",
            [keys.of_turn("file", ref, turn), _guardlog(community), keys.of_turn("held", ref, turn)],
            [],
        )
        cases = _cases(community, map(_entry, entries))
        if not cases:
            return None
        return CaseFile(
            turn,
            tuple(cases),
            tuple(map(codec.review.load, reviews)),
            codec.message.load(held) if held else None,
        )

    async def record(self, community: str, case: Case) -> None:
        """See the port."""
        ref, kept = _ref(community), self._retention
        await self._client.script(
            "record",
            [
                keys.of_community("guardlog", ref),
                keys.of_community("numbers", ref),
                keys.of_turn("file", ref, case.turn),
                keys.of_member(ref, case.author_id),
            ],
            [codec.case.dump(case), kept.cases, kept.seconds, MEMBER_CASES],
        )

    async def follow(self, community: str, after: str, wait: float) -> Sequence[Case]:
        """See the port."""
        stream = _guardlog(community)
        block = max(1, int(wait * 1000))
        command = ("XREAD", "COUNT", FOLLOWED, "BLOCK", block, "STREAMS", stream, after or "0")
        reply = await self._client.wait(wait, *command)
        return [_case(entry) for entry in reply[0][1]] if reply else []


def _turns(ref: ConversationRef, history: Sequence[bytes]) -> tuple[HistoryTurn, ...]:
    """The turns; one that cannot be read (a newer version's, say) is left out, and stops no conversation."""
    try:
        # One document: a call for each turn is what a long conversation would cost.
        return codec.turns.load(b"[" + b",".join(history) + b"]")
    except ValueError:
        pass
    turns = []
    for each in history:
        with suppress(ValueError):
            turns.append(codec.turn.load(each))
    logger.error("turns of %s that cannot be read are left out: %d", ref.key, len(history) - len(turns))
    return tuple(turns)


def _last(ref: ConversationRef, data: bytes) -> LastTurn | None:
    try:
        return codec.last.load(data)
    except ValueError:
        logger.error("a member's last turn in %s cannot be read and is left out", ref.key)
        return None


def _taught(ref: ConversationRef, taught: Sequence[Sequence[bytes]]) -> list[Lesson]:
    """The lessons of both kinds, oldest first; one that cannot be read is left out."""
    entries = [pair for each in taught for pair in zip(each[1::2], each[::2], strict=True)]
    lessons = []
    for _, data in sorted(entries, key=lambda entry: float(entry[0])):
        try:
            lessons.append(codec.lesson.load(data))
        except ValueError:
            logger.error("a lesson of %s cannot be read and is left out", ref.community_key)
    return lessons


def _guardlog(community: str) -> str:
    return keys.of_community("guardlog", _ref(community))


def _ref(community: str) -> ConversationRef:
    """Some conversation of a community."""
    return ConversationRef.parse(f"{community}//")


def _cases(community: str, entries: Iterable[tuple[bytes, dict[bytes, bytes]]]) -> list[Case]:
    """The cases; one that cannot be read (a newer version's, say) is left out, and hides no other."""
    cases = []
    for entry in entries:
        try:
            cases.append(_case(entry))
        except ValueError:
            logger.error("case %s of %s cannot be read and is left out", entry[0].decode(), community)
    return cases


def _entry(entry: tuple[bytes, Sequence[bytes]]) -> tuple[bytes, dict[bytes, bytes]]:
    """An entry of the guard log as a script hands it out."""
    number, fields = entry
    return number, dict(zip(fields[::2], fields[1::2], strict=True))


def _case(entry: tuple[bytes, dict[bytes, bytes]]) -> Case:
    number, fields = entry
    return replace(codec.case.load(fields[b"case"]), id=number.decode(), number=int(fields.get(b"number", 0)))
