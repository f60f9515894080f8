"""What was said while nobody listened: after a restart, or when Discord ended the session.

Discord tells a new session nothing of what came before it. So the adapter notes up to when it has heard
everything, and reads the rest from the channels that have something newer. A message that is heard twice is
known by its id further on.
"""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

import aiohttp
import discord

from adapters.base import Memory

logger = logging.getLogger(__name__)

OLDEST = 3600.0
"""Seconds: what was said longer ago is not answered any more."""
MARGIN = 30.0
"""Seconds: messages of different channels do not arrive in the order of their ids."""
MOST_MESSAGES = 200
"""Of one channel."""
_NOTE_SECONDS = 5.0
_RECENT = 10_000
_DIRECT = 25
"""Direct conversations that are remembered: Discord does not list them."""


class Missed:
    """Up to when everything was heard."""

    def __init__(self, memory: Memory, clock: Callable[[], float]) -> None:
        """`clock`: Unix seconds."""
        self._memory = memory
        self._clock = clock
        self._newest = 0
        self._open: set[int] = set()
        """Messages that are not durable yet."""
        self._recent: dict[int, None] = {}
        self._noted_at = 0.0
        self._direct: list[int] | None = None

    @contextmanager
    def hearing(self, message: int) -> Iterator[None]:
        """While a message is not yet taken."""
        self._open.add(message)
        try:
            yield
            self._newest = max(self._newest, message)
            self._recent[message] = None
            while len(self._recent) > _RECENT:
                del self._recent[next(iter(self._recent))]
        finally:
            self._open.discard(message)

    async def note(self) -> None:
        """Keeps, now and then, up to when everything was heard."""
        now = self._clock()
        if now - self._noted_at < _NOTE_SECONDS:
            return
        self._noted_at = now
        # One that is still being taken, and all after it, are heard again if this process ends.
        heard = min(self._open, default=self._newest)
        await self._memory.remember("heard", str(heard))

    async def note_direct(self, channel: int) -> None:
        """Keeps the channel of a direct conversation."""
        known = await self._directs()
        if channel not in known:
            self._direct = [*known[1 - _DIRECT :], channel]
            await self._memory.remember("direct", json.dumps(self._direct))

    async def _directs(self) -> list[int]:
        if self._direct is None:
            self._direct = [int(each) for each in json.loads(await self._memory.recall("direct") or "[]")]
        return self._direct

    async def messages(self, client: discord.Client) -> AsyncIterator[discord.Message]:
        """What was said since, in order within each channel."""
        now = self._clock()
        heard = await self._memory.recall("heard")
        if not heard:
            # Nothing to catch up with; from here on there is.
            await self._memory.remember("heard", str(_snowflake(now)))
            return
        since = max(int(heard) - (_milliseconds(MARGIN) << 22), _snowflake(now - OLDEST))
        for place in [*_news(client, since), *map(client.get_partial_messageable, await self._directs())]:
            try:
                history = place.history(limit=MOST_MESSAGES, after=discord.Object(since), oldest_first=True)
                async for message in history:
                    if message.id not in self._recent and message.id not in self._open:
                        yield message
            except discord.Forbidden:
                continue
            except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
                logger.warning("channel %s could not be read: %s", place.id, type(error).__name__)


def _news(client: discord.Client, since: int) -> list[discord.TextChannel | discord.Thread]:
    """The channels and threads with something newer than `since`."""
    places: list[discord.TextChannel | discord.Thread] = []
    for guild in client.guilds:
        places += [place for place in guild.text_channels if (place.last_message_id or 0) > since]
        places += [place for place in guild.threads if (place.last_message_id or 0) > since]
    return sorted(places, key=lambda place: place.last_message_id or 0)


def _snowflake(seconds: float) -> int:
    return (_milliseconds(seconds) - discord.utils.DISCORD_EPOCH) << 22


def _milliseconds(seconds: float) -> int:
    return int(seconds * 1000)
