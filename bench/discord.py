"""Sereno on Discord beside an echo bot of ten lines: messages a second, and the delay that the adapter adds.

The loopback Discord, the model and the store are processes of their own; the bot that is measured is this one.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import discord

from adapters.base import Delta, Final, Inbound, Message, OnMessage, OutboxEvent
from adapters.discord.adapter import DiscordAdapter
from adapters.discord.address import redirect
from bench.report import Bar, Report, percentile, spread
from bench.rig import REPLY, rig
from bot.commands import table
from bot.gateway import Gateway
from bot.i18n import translate
from bot.store.memory import MemoryStore
from bot.store.redis.store import RedisStore
from bot.wiring import memory_of, model_of, new_name, worker_of

CHANNELS, EACH = 30, 20
ALONE = 2
"""Messages in each channel, one at a time over all channels."""
ROUNDS = 3
RATIO = 0.7


class Echo(discord.Client):
    """The ten lines."""

    async def on_message(self, message: discord.Message) -> None:
        if self.user in message.mentions and not message.author.bot:
            await message.reply(message.content)


@dataclass
class Stamps:
    """Unix seconds, by the id of the member's message."""

    accepted: dict[str, float] = field(default_factory=dict)
    """When the adapter handed it over."""
    shown: dict[str, float] = field(default_factory=dict)
    """When the adapter was given the first words of its reply."""


class TimedAdapter(DiscordAdapter):
    """The adapter, with a clock at the side of the bot."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.stamps = Stamps()

    async def run(self, on_message: OnMessage) -> None:
        async def accept(message: Inbound) -> None:
            if isinstance(message, Message):
                self.stamps.accepted[message.id] = time.time()
            await on_message(message)

        await super().run(accept)

    async def deliver(self, event: OutboxEvent) -> None:
        if isinstance(event, Delta | Final):
            self.stamps.shown.setdefault(event.to.message_id, time.time())
        await super().deliver(event)


@dataclass(slots=True)
class Server:
    """The loopback Discord in its process."""

    process: asyncio.subprocess.Process
    api: str
    gateway: str
    token: str

    async def talk(self, *, limited: bool, expect: str, each: int = EACH, at_once: bool = True) -> Any:
        """Members talk, see `Plaza.talk`; what came of it."""
        assert self.process.stdin is not None
        load = {"channels": CHANNELS, "each": each, "limited": limited, "at_once": at_once, "expect": expect}
        self.process.stdin.write(json.dumps(load).encode() + b"\n")
        return await _line(self.process)

    def adapter(self, store: MemoryStore | RedisStore) -> TimedAdapter:
        return TimedAdapter(
            token=self.token,
            commands=table(),
            translate=translate,
            memory=memory_of(store, "discord"),
            api_url=self.api,
            gateway_url=self.gateway,
        )


async def _line(process: asyncio.subprocess.Process) -> Any:
    assert process.stdout is not None
    line = await process.stdout.readline()
    assert line, "the loopback Discord has ended"
    return json.loads(line)


@asynccontextmanager
async def server_process() -> AsyncIterator[Server]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.discord_server",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=2**24,
    )  # fmt: skip
    try:
        yield Server(process, **await _line(process))
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


@asynccontextmanager
async def echo(server: Server) -> AsyncIterator[Stamps]:
    """The echo bot, connected."""
    redirect(server.api, server.gateway)
    client = Echo(intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True))
    running = asyncio.create_task(client.start(server.token))
    await _until(client.is_ready, running)
    try:
        yield Stamps()
    finally:
        await client.close()
        await asyncio.gather(running, return_exceptions=True)


@asynccontextmanager
async def adapter_alone(server: Server) -> AsyncIterator[Stamps]:
    """The adapter without a bot behind it: what it hands over is answered on the spot."""
    adapter = server.adapter(MemoryStore())

    async def answer(message: Inbound) -> None:
        assert isinstance(message, Message)
        await adapter.deliver(Final(message.id, 1, message.ref, message.reply_to, REPLY))

    running = asyncio.create_task(adapter.run(answer))
    await _until(lambda: adapter.ready, running)
    try:
        yield adapter.stamps
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@asynccontextmanager
async def sereno(server: Server) -> AsyncIterator[Stamps]:
    """All of it, on a store of its own: it must not catch up with what was said to another."""
    async with rig() as here:
        settings = here.settings
        store = RedisStore(here.store_url)
        model = model_of(settings)
        adapter = server.adapter(store)
        worker = worker_of(settings, store, model)
        working = asyncio.create_task(worker.run())
        talking = asyncio.create_task(Gateway(adapter, store, store, name=new_name()).run())
        await _until(lambda: adapter.ready, talking)
        try:
            yield adapter.stamps
        finally:
            talking.cancel()
            worker.stop()
            await asyncio.gather(talking, working, return_exceptions=True)
            await model.aclose()
            await store.aclose()


async def _until(ready: Callable[[], bool], running: asyncio.Task[None]) -> None:
    async with asyncio.timeout(30):
        while not ready():
            if running.done():
                running.result()
            await asyncio.sleep(0.02)


Bot = Callable[[Server], AbstractAsyncContextManager[Stamps]]
BOTS: dict[str, tuple[Bot, str]] = {
    "echo bot": (echo, ""),
    "the adapter alone": (adapter_alone, REPLY),
    "all of Sereno": (sereno, REPLY),
}
"""Each with what it answers; "": the same words."""


@dataclass(slots=True)
class Figures:
    """What the rounds of one bot gave."""

    per_second: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    """Milliseconds from the message to its reply."""
    p99: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    """Milliseconds of the bot's processor per message."""
    server: list[float] = field(default_factory=list)
    requests: list[float] = field(default_factory=list)
    """Per message."""
    too_many: list[float] = field(default_factory=list)
    """Answers 429."""
    heard: list[float] = field(default_factory=list)
    """Milliseconds, median: from the message to its being handed over."""
    told: list[float] = field(default_factory=list)
    """Milliseconds, median: from the first words of the reply to their being on the screen."""

    async def round(self, talk: Callable[[], Awaitable[Any]], stamps: Stamps, number: int) -> None:
        gc.collect()
        cpu = time.process_time()
        result = await talk()
        turns = result["turns"]
        assert len({turn[0] for turn in turns}) == len(turns) == number, "not each message has one reply"
        delays = [(replied - said) * 1000 for _, said, replied in turns]
        self.cpu.append((time.process_time() - cpu) * 1000 / number)
        self.per_second.append(number / result["seconds"])
        self.p50.append(percentile(delays, 50))
        self.p99.append(percentile(delays, 99))
        self.server.append(result["cpu"] * 1000 / number)
        self.requests.append(sum(result["requests"].values()) / number)
        self.too_many.append(result["too many"])
        if stamps.accepted:
            assert result["in order"], "the replies of a channel are not in order"
            self.heard.append(median((stamps.accepted[turn] - said) * 1000 for turn, said, _ in turns))
            self.told.append(median((replied - stamps.shown[turn]) * 1000 for turn, _, replied in turns))


async def measured(server: Server) -> dict[str, dict[str, Figures]]:
    """Bot → load → figures; the bots in turn, so that a busy machine troubles all alike."""
    found: dict[str, dict[str, Figures]] = {
        name: {load: Figures() for load in ("one", "limited", "unlimited")} for name in BOTS
    }
    for _ in range(ROUNDS):
        for name, (bot, expect) in BOTS.items():
            async with bot(server) as stamps:
                of = found[name]
                for load, each in (("one", ALONE), ("limited", EACH), ("unlimited", EACH)):

                    def talk(load: str = load, each: int = each, expect: str = expect) -> Awaitable[Any]:
                        limited, at_once = load == "limited", load != "one"
                        return server.talk(limited=limited, expect=expect, each=each, at_once=at_once)

                    await of[load].round(talk, stamps, CHANNELS * each)
    return found


async def discord_beside_echo() -> list[Report]:
    """The tables of rates and of delays."""
    async with server_process() as server:
        found = await measured(server)
    reports = [
        _rates("at Discord's pace (a channel takes 5 in 5 s)", "limited", found),
        _rates("the server's limits switched off (no bot has that)", "unlimited", found),
        _delays(found),
    ]
    bar = f"{CHANNELS} × {EACH} messages at Discord's pace: all of Sereno, of the echo bot's rate"
    reports[0].bars.append(Bar(bar, _ratio(found, "all of Sereno", "limited"), RATIO, "", at_least=True))
    return reports


def _ratio(found: dict[str, dict[str, Figures]], name: str, load: str) -> float:
    """Of the echo bot's rate, median of the rounds: what ran at about the same time is compared."""
    pairs = zip(found[name][load].per_second, found["echo bot"][load].per_second, strict=True)
    return median(own / echoed for own, echoed in pairs)


def _rates(how: str, load: str, found: dict[str, dict[str, Figures]]) -> Report:
    report = Report(
        f"{CHANNELS} channels × {EACH} messages at once, {how}",
        ("", "messages/s", "ratio", "reply after, p50, s", "p99, s", "cpu, ms", "requests", "429s"),
    )
    for name, loads in found.items():
        of = loads[load]
        report.row(
            name,
            f"{max(of.per_second):,.1f} / {median(of.per_second):,.1f}",
            f"{_ratio(found, name, load):.2f}",
            *(f"{median(each) / 1000:.2f}" for each in (of.p50, of.p99)),
            *(f"{median(each):.2f}" for each in (of.cpu, of.requests)),
            f"{median(of.too_many):.0f}",
        )
    server = ", ".join(f"{median(loads[load].server):.1f}" for loads in found.values())
    report.notes.append(
        f"Rate: best / median of {ROUNDS} rounds, the rest: median. Processor of the bot and requests to Discord: "
        f"per message. The loopback Discord's own processor, ms per message: {server}."
    )
    return report


def _delays(found: dict[str, dict[str, Figures]]) -> Report:
    report = Report(
        f"One message at a time, ms (each: lowest / median of {ROUNDS} rounds' medians)",
        ("", "message → reply", "message → handed over", "reply given → on the screen"),
    )
    for name, loads in found.items():
        of = loads["one"]
        report.row(name, *(spread(each, 2) if each else "" for each in (of.p50, of.heard, of.told)))
    whole, echoed = found["all of Sereno"]["one"], found["echo bot"]["one"]
    added = [
        heard + told - base for heard, told, base in zip(whole.heard, whole.told, echoed.p50, strict=True)
    ]
    report.notes.append(
        f"The adapter adds to what discord.py takes, both ways together: {spread(added, 2)} ms."
    )
    return report
