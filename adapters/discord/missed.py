"""What was said while nobody listened: after a restart, or when Discord ended the session.

Discord tells a new session nothing of what came before it. So the adapter notes up to when it has heard
everything, and reads the rest from the channels that have something newer; what is said while it reads waits
its turn. A message that is heard twice is known by its id further on.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress

import aiohttp
import discord

from adapters.base import Memory

logger = logging.getLogger(__name__)

OLDEST = 3600.0
"""Seconds: what was said longer ago is not answered any more."""
MARGIN = 30.0
"""Seconds: messages of different channels do not arrive in the order of their ids."""
PATIENCE = 15.0
"""Seconds that new messages wait for older ones to be read."""
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
        self._known = False
        """Whether it is known where the process before this one ended."""
        self._sessions = 0
        self._since: int | None = None
        """From here on it must read what was said; None: it has."""
        self._caught_up = asyncio.Event()
        self._reading = asyncio.Lock()
        self._unread = False

    async def pause(self) -> None:
        """A session begins: nothing new is heard, nor counted as heard, before what was said until then."""
        self._sessions += 1
        self._caught_up.clear()
        if self._known:
            self._since = self._since or min(self._open, default=self._newest)
        else:
            await self._recall()

    async def caught_up(self) -> None:
        """Returns when what was said before has been heard, or when that takes too long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await self._caught_up.wait()

    async def _recall(self) -> None:
        heard = await self._memory.recall("heard")
        if heard:
            self._since = int(heard)
        else:
            # The very first start: nothing to catch up with; from here on there is.
            heard = str(_snowflake(self._clock()))
            await self._memory.remember("heard", heard)
        self._newest = max(self._newest, int(heard))
        self._known = True

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
        if not self._known or now - self._noted_at < _NOTE_SECONDS:
            return
        self._noted_at = now
        # One that is still being taken, and all after it, are heard again if this process ends.
        heard = self._since or min(self._open, default=self._newest)
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

    async def messages(self, client: discord.Client) -> AsyncGenerator[discord.Message, None]:
        """What was said since, in order within each channel."""
        async with self._reading:
            session = self._sessions
            try:
                if not self._known:
                    await self._recall()
                if self._since is None:
                    return
                self._unread = False
                async for message in self._said(client, self._since):
                    yield message
                # What could not be read now, the next session reads.
                if session == self._sessions and not self._unread:
                    self._since = None
            finally:
                if session == self._sessions:
                    self._caught_up.set()

    async def _said(self, client: discord.Client, begin: int) -> AsyncIterator[discord.Message]:
        since = max(begin - (_milliseconds(MARGIN) << 22), _snowflake(self._clock() - OLDEST))
        for place in [*_news(client, since), *map(client.get_partial_messageable, await self._directs())]:
            try:
                history = place.history(limit=MOST_MESSAGES, after=discord.Object(since), oldest_first=True)
                async for message in history:
                    # One that waits for this is heard here, in its place: further on it is known by its id.
                    if message.id not in self._recent:
                        yield message
            except discord.Forbidden:
                continue
            except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
                logger.warning("channel %s could not be read: %s", place.id, type(error).__name__)
                self._unread = True


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
