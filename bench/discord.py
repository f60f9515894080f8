"""Sereno on Discord beside an echo bot of ten lines; see `bench.beside`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

import discord

from adapters.base import Memory
from adapters.discord.adapter import DiscordAdapter
from adapters.discord.address import redirect
from bench.beside import (
    CHANNELS,
    EACH,
    Connecting,
    Running,
    Server,
    adapter_alone,
    delays,
    measured,
    rates,
    ratio,
    sereno,
    server_process,
    until,
)
from bench.report import Bar, Report
from bench.rig import REPLY
from bot.commands import table
from bot.i18n import translate

RATIO = 0.7


class Echo(discord.Client):
    """The ten lines."""

    async def on_message(self, message: discord.Message) -> None:
        if self.user in message.mentions and not message.author.bot:
            await message.reply(message.content)


@asynccontextmanager
async def echo(server: Server) -> AsyncIterator[Running]:
    """The echo bot, connected."""
    redirect(server.told["api"], server.told["gateway"])
    client = Echo(intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True))
    running = asyncio.create_task(client.start(server.told["token"]))
    await until(client.is_ready, running)
    try:
        yield Running()
    finally:
        await client.close()
        await asyncio.gather(running, return_exceptions=True)


def adapter_of(server: Server, memory: Memory) -> tuple[Connecting, Callable[[], None]]:
    """The adapter; discord.py learns from the answers which pace there is."""
    adapter = DiscordAdapter(
        token=server.told["token"],
        commands=table(),
        translate=translate,
        memory=memory,
        api_url=server.told["api"],
        gateway_url=server.told["gateway"],
    )
    return adapter, lambda: None


async def discord_beside_echo() -> list[Report]:
    """The tables of rates and of delays."""
    async with server_process("bench.discord_server") as server:
        make = partial(adapter_of, server)
        found = await measured(
            server,
            {
                "echo bot": (partial(echo, server), ""),
                "the adapter alone": (partial(adapter_alone, make, "discord"), REPLY),
                "all of Sereno": (partial(sereno, make, "discord"), REPLY),
            },
        )
    reports = [
        rates("at Discord's pace (a channel takes 5 in 5 s)", "limited", found),
        rates("the server's limits switched off (no bot has that)", "unlimited", found),
        delays(found, "discord.py"),
    ]
    bar = f"{CHANNELS} × {EACH} messages at Discord's pace: all of Sereno, of the echo bot's rate"
    reports[0].bars.append(Bar(bar, ratio(found, "all of Sereno", "limited"), RATIO, "", at_least=True))
    return reports
