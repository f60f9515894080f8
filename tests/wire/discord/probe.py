"""A small bot on the real discord.py, to try the server with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import discord
from discord import app_commands
from discord.http import Route

from tests.wire.discord.server import DiscordServer, redirected

INTENTS = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)


class Probe(discord.AutoShardedClient):
    """Writes down what it gets; answers only what a test tells it to."""

    def __init__(self, intents: discord.Intents = INTENTS, *, heartbeat_timeout: float = 60.0) -> None:
        super().__init__(intents=intents, guild_ready_timeout=0.01, heartbeat_timeout=heartbeat_timeout)
        self.tree = app_commands.CommandTree(self)
        self.registers = False
        """Whether it registers its commands when it starts."""
        self.heard: list[discord.Message] = []
        self.texts: list[str] = []
        """What was heard, as it came (the SDK changes its messages when they are edited)."""
        self.events: list[tuple[str, Any]] = []
        self.answer: Callable[[discord.Message], Awaitable[Any]] | None = None

    async def setup_hook(self) -> None:
        if self.registers:
            await self.tree.sync()

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(message)
        self.texts.append(message.content)
        if self.answer is not None and not message.author.bot:
            await self.answer(message)

    async def on_raw_message_edit(self, event: discord.RawMessageUpdateEvent) -> None:
        self.events.append(("edit", event.message.content))

    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        self.events.append(("delete", event.message_id))

    async def on_thread_create(self, thread: discord.Thread) -> None:
        self.events.append(("thread", thread.name))

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        self.events.append(("interaction", interaction))

    async def ask(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """A bare REST request through discord.py's own client."""
        more: dict[str, Any] = {} if body is None else {"json": body}
        return await self.http.request(Route(method, path), params=query or None, **more)


@asynccontextmanager
async def logged_in(server: DiscordServer) -> AsyncIterator[Probe]:
    """A bot without a gateway."""
    with redirected(server):
        probe = Probe()
        await probe.login(server.token)
        try:
            yield probe
        finally:
            await probe.close()


@asynccontextmanager
async def running(server: DiscordServer, probe: Probe | None = None) -> AsyncIterator[Probe]:
    """A bot that is connected and ready."""
    with redirected(server):
        bot = probe or Probe()
        task = asyncio.create_task(bot.start(server.token))
        try:
            await server.world.until(lambda: task.done() or bot.is_ready())
            if task.done():
                task.result()
            yield bot
        finally:
            await bot.close()
            await asyncio.gather(task, return_exceptions=True)
