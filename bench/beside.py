"""A platform's adapter beside an echo bot of ten lines: messages a second, and the delay that the adapter adds.

The loopback platform, the model and the store are processes of their own; the bot that is measured is this one.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Protocol

from adapters.base import (
    Adapter,
    Capabilities,
    ConversationRef,
    Delta,
    Final,
    Inbound,
    Memory,
    Message,
    OnMessage,
    OutboxEvent,
)
from bench.report import Report, percentile, spread
from bench.rig import REPLY, rig
from bot.gateway import Gateway
from bot.store.memory import MemoryStore
from bot.store.redis.store import RedisStore
from bot.wiring import memory_of, model_of, new_name, worker_of

CHANNELS, EACH = 30, 20
ALONE = 2
"""Messages in each channel, one at a time over all channels."""
ROUNDS = 3


class Connecting(Adapter, Protocol):
    """An adapter that tells when it is connected."""

    @property
    def ready(self) -> bool: ...


class Timed:
    """An adapter, with a clock at the side of the bot."""

    def __init__(self, adapter: Connecting, stamps: Stamps) -> None:
        self._adapter = adapter
        self._stamps = stamps
        self.route = adapter.route

    def capabilities(self, ref: ConversationRef) -> Capabilities:
        return self._adapter.capabilities(ref)

    async def run(self, on_message: OnMessage) -> None:
        async def accept(message: Inbound) -> None:
            if isinstance(message, Message):
                self._stamps.accepted[message.id] = time.time()
            await on_message(message)

        await self._adapter.run(accept)

    async def deliver(self, event: OutboxEvent) -> None:
        if isinstance(event, Delta | Final):
            self._stamps.shown.setdefault(event.to.message_id, time.time())
        await self._adapter.deliver(event)


@dataclass
class Stamps:
    """Unix seconds, by the id of the member's message."""

    accepted: dict[str, float] = field(default_factory=dict)
    """When the adapter handed it over."""
    shown: dict[str, float] = field(default_factory=dict)
    """When the adapter was given the first words of its reply."""


@dataclass(slots=True)
class Server:
    """The loopback platform in its process."""

    process: asyncio.subprocess.Process
    told: dict[str, str]
    """Where it is, and its tokens."""

    async def talk(self, *, limited: bool, expect: str, each: int = EACH, at_once: bool = True) -> Any:
        """Members talk, see `Plaza.talk`; what came of it."""
        assert self.process.stdin is not None
        load = {"channels": CHANNELS, "each": each, "limited": limited, "at_once": at_once, "expect": expect}
        self.process.stdin.write(json.dumps(load).encode() + b"\n")
        return await _line(self.process)


async def _line(process: asyncio.subprocess.Process) -> Any:
    assert process.stdout is not None
    line = await process.stdout.readline()
    assert line, "the loopback server has ended"
    return json.loads(line)


@asynccontextmanager
async def server_process(module: str) -> AsyncIterator[Server]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**24,
    )
    try:
        yield Server(process, await _line(process))
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


@dataclass(slots=True)
class Running:
    """A bot that is connected."""

    stamps: Stamps = field(default_factory=Stamps)
    unpaced: Callable[[], None] = lambda: None
    """From then on it keeps to no pace of its own: the server's limits are off."""


Make = Callable[[Memory], tuple[Connecting, Callable[[], None]]]
"""An adapter on those notes, and what makes it unpaced."""


@asynccontextmanager
async def adapter_alone(make: Make, platform: str) -> AsyncIterator[Running]:
    """The adapter without a bot behind it: what it hands over is answered on the spot."""
    adapter, unpaced = make(memory_of(MemoryStore(), platform))
    stamps = Stamps()
    timed = Timed(adapter, stamps)

    async def answer(message: Inbound) -> None:
        assert isinstance(message, Message)
        await timed.deliver(Final(message.id, 1, message.ref, message.reply_to, REPLY))

    running = asyncio.create_task(timed.run(answer))
    await until(lambda: adapter.ready, running)
    try:
        yield Running(stamps, unpaced)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@asynccontextmanager
async def sereno(make: Make, platform: str) -> AsyncIterator[Running]:
    """All of it, on a store of its own: it must not catch up with what was said to another."""
    async with rig() as here:
        settings = here.settings
        store = RedisStore(here.store_url)
        model = model_of(settings)
        adapter, unpaced = make(memory_of(store, platform))
        stamps = Stamps()
        worker = worker_of(settings, store, model)
        working = asyncio.create_task(worker.run())
        talking = asyncio.create_task(Gateway(Timed(adapter, stamps), store, store, name=new_name()).run())
        await until(lambda: adapter.ready, talking)
        try:
            yield Running(stamps, unpaced)
        finally:
            talking.cancel()
            worker.stop()
            await asyncio.gather(talking, working, return_exceptions=True)
            await model.aclose()
            await store.aclose()


async def until(ready: Callable[[], bool], running: asyncio.Task[None]) -> None:
    """Waits for a bot to be connected."""
    async with asyncio.timeout(30):
        while not ready():
            if running.done():
                running.result()
            await asyncio.sleep(0.02)


Bots = Mapping[str, tuple[Callable[[], AbstractAsyncContextManager[Running]], str]]
"""Each with what it answers; "": the same words. "echo bot" is among them."""


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
    twice: list[float] = field(default_factory=list)
    """Replies that are there twice, because the platform told the message again."""
    heard: list[float] = field(default_factory=list)
    """Milliseconds, median: from the message to its being handed over."""
    told: list[float] = field(default_factory=list)
    """Milliseconds, median: from the first words of the reply to their being on the screen."""

    async def round(self, talk: Callable[[], Awaitable[Any]], stamps: Stamps, number: int) -> None:
        gc.collect()
        cpu = time.process_time()
        result = await talk()
        turns = result["turns"]
        assert len({turn[0] for turn in turns}) == number, "not each message has a reply"
        self.twice.append(len(turns) - number)
        delays = [(replied - said) * 1000 for _, said, replied in turns]
        self.cpu.append((time.process_time() - cpu) * 1000 / number)
        self.per_second.append(number / result["seconds"])
        self.p50.append(percentile(delays, 50))
        self.p99.append(percentile(delays, 99))
        self.server.append(result["cpu"] * 1000 / number)
        self.requests.append(sum(result["requests"].values()) / number)
        self.too_many.append(result["too many"])
        if stamps.accepted:
            assert len(turns) == number, f"{len(turns) - number} messages have two replies"
            assert result["in order"], "the replies of a conversation are not in order"
            self.heard.append(median((stamps.accepted[turn] - said) * 1000 for turn, said, _ in turns))
            self.told.append(median((replied - stamps.shown[turn]) * 1000 for turn, _, replied in turns))


async def measured(server: Server, bots: Bots) -> dict[str, dict[str, Figures]]:
    """Bot → load → figures; the bots in turn, so that a busy machine troubles all alike."""
    found: dict[str, dict[str, Figures]] = {
        name: {load: Figures() for load in ("one", "limited", "unlimited")} for name in bots
    }
    for _ in range(ROUNDS):
        for name, (bot, expect) in bots.items():
            async with bot() as running:
                of = found[name]
                for load, each in (("one", ALONE), ("limited", EACH), ("unlimited", EACH)):

                    def talk(load: str = load, each: int = each, expect: str = expect) -> Awaitable[Any]:
                        limited, at_once = load == "limited", load != "one"
                        return server.talk(limited=limited, expect=expect, each=each, at_once=at_once)

                    if load == "unlimited":
                        running.unpaced()
                    await of[load].round(talk, running.stamps, CHANNELS * each)
    return found


def ratio(found: dict[str, dict[str, Figures]], name: str, load: str) -> float:
    """Of the echo bot's rate, median of the rounds: what ran at about the same time is compared."""
    pairs = zip(found[name][load].per_second, found["echo bot"][load].per_second, strict=True)
    return median(own / echoed for own, echoed in pairs)


def rates(how: str, load: str, found: dict[str, dict[str, Figures]]) -> Report:
    """A table of rates."""
    report = Report(
        f"{CHANNELS} channels × {EACH} messages at once, {how}",
        ("", "messages/s", "ratio", "reply after, p50, s", "p99, s", "cpu, ms", "requests", "429s"),
    )
    for name, loads in found.items():
        of = loads[load]
        report.row(
            name,
            f"{max(of.per_second):,.1f} / {median(of.per_second):,.1f}",
            f"{ratio(found, name, load):.2f}",
            *(f"{median(each) / 1000:.2f}" for each in (of.p50, of.p99)),
            *(f"{median(each):.2f}" for each in (of.cpu, of.requests)),
            f"{median(of.too_many):.0f}",
        )
    server = ", ".join(f"{median(loads[load].server):.1f}" for loads in found.values())
    twice = ", ".join(f"{sum(loads[load].twice):.0f}" for loads in found.values())
    report.notes.append(
        f"Rate: best / median of {ROUNDS} rounds, the rest: median. Processor of the bot and requests to it: "
        f"per message. The loopback server's own processor, ms per message: {server}. Replies that came twice, in all "
        f"rounds: {twice}."
    )
    return report


def delays(found: dict[str, dict[str, Figures]], sdk: str) -> Report:
    """A table of delays. `sdk`: what the echo bot is written with."""
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
    report.notes.append(f"The adapter adds to what {sdk} takes, both ways together: {spread(added, 2)} ms.")
    return report
