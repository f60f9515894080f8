"""What turns took, by the hour: a hash for each day."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping

from adapters.base import ConversationRef
from bot.store.redis import keys
from bot.store.redis.client import Client
from bot.tally import DAYS, HOUR, Tally, tokens_in

DAY = 24 * HOUR


class RedisTallies:
    """See `bot.store.desk.Tallies`."""

    _client: Client

    async def tallies(self, community: str, until: float) -> Mapping[int, Mapping[str, int]]:
        """See the port."""
        ref, today = ConversationRef.parse(f"{community}//"), int(until // DAY)
        days = range(today - DAYS + 1, today + 1)
        stored = await asyncio.gather(
            *(self._client.call("HGETALL", keys.of_day("tally", ref, day)) for day in days)
        )
        found: defaultdict[int, dict[str, int]] = defaultdict(dict)
        for day, counts in zip(days, stored, strict=True):
            for field, count in _pairs(counts):
                hour, _, name = field.decode().partition(" ")
                found[24 * day + int(hour)][name] = int(count)
        return found

    async def spent(self, community: str, at: float) -> int:
        """See `bot.store.base.History`."""
        ref = ConversationRef.parse(f"{community}//")
        counts = await self._client.call("HGETALL", keys.of_day("tally", ref, int(at // DAY)))
        return tokens_in(
            # By the hour: two fields may be of one name.
            {field.decode(): int(count) for field, count in _pairs(counts)},
            skip=3,
        )


def _pairs(stored: object) -> list[tuple[bytes, bytes]]:
    """A hash as redis-py gives it: as a dictionary, or as a list."""
    if isinstance(stored, dict):
        return list(stored.items())
    assert isinstance(stored, list)
    return list(zip(stored[::2], stored[1::2], strict=True))


def touched(ref: ConversationRef, tally: Tally | None) -> str:
    """The key that a tally adds to."""
    return keys.of_day("tally", ref, int(tally.at // DAY) if tally else 0)


def added(tally: Tally | None) -> list[str | int]:
    """What a tally adds, as `commit.lua` takes it: how many fields, and each with its number."""
    if tally is None:
        return [0]
    hour = int(tally.at % DAY // HOUR)
    fields = [part for name, count in tally.counts.items() for part in (f"{hour:02} {name}", count)]
    return [len(tally.counts), *fields]
