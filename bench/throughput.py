"""Turns per second of one worker process at saturation, and whether that depends on how much is stored."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

from redis.asyncio import Redis

from adapters.base import ConversationRef
from bench.report import Bar, Report, spread
from bench.rig import REPLY, TEXTS, Rig, message, place
from bot import engine
from bot.conversation import HistoryTurn
from bot.prompt import OPEN_TURNS
from bot.store import codec
from bot.store.redis import keys
from bot.store.redis.store import RedisStore

WINDOW = engine.TURNS
"""Turns that one turn loads; the prompt holds those of them that are in no summary."""
SIZES = (10, WINDOW, 1_000, 10_000)
TURNS = 200
"""Of one measurement."""
SAMPLE = 10
"""Conversations that have mail in one measurement: the same load, however much is stored beside it."""
ROUNDS = 8
FLAT = 15.0
"""Percent that a rate may lie off the first one."""
STORED = 10
"""Turns of each of many conversations."""


@dataclass(frozen=True, slots=True)
class Rate:
    """What a worker did at saturation."""

    per_second: float
    """Turns."""
    cpu: float
    """Milliseconds of the worker's processor per turn."""


class Store:
    """The store, filled quickly and looked at from the side."""

    def __init__(self, rig: Rig) -> None:
        self.bot = RedisStore(rig.store_url)
        self.redis = Redis.from_url(rig.store_url)
        self._identities = count()

    async def fill(self, refs: Sequence[ConversationRef], turns: int) -> None:
        """Gives each conversation a history of `turns` turns."""
        # Of the last hours: what is older than is kept would be removed while we measure.
        start_at = time.time() - turns
        history = [
            codec.turn.dump(HistoryTurn(f"{turn:012x}", "u1", "Ana", TEXTS[turn % 4], REPLY, start_at + turn))
            for turn in range(turns)
        ]
        state: dict[str | bytes | bytearray | memoryview[int] | int | float, Any] = {"total": str(turns)}
        if turns > OPEN_TURNS:
            # As a conversation is that came to this length by itself: what is older is in a summary.
            state |= {"summary": REPLY, "through": str(turns - OPEN_TURNS // 2)}
        for start in range(0, len(refs), 500):
            pipeline = self.redis.pipeline(transaction=False)
            for ref in refs[start : start + 500]:
                pipeline.rpush(keys.of_conversation("history", ref), *history)
                pipeline.hset(keys.of_conversation("state", ref), mapping=state)
            await pipeline.execute()

    async def deliver(self, refs: Sequence[ConversationRef], number: int) -> None:
        """`number` messages, in turn to each conversation."""
        messages = [
            message(refs[at % len(refs)], f"t{next(self._identities)}", TEXTS[at % 4]) for at in range(number)
        ]
        await asyncio.gather(*map(self.bot.deliver, messages))

    async def waiting(self, refs: Sequence[ConversationRef]) -> int:
        """Messages in the conversations' mailboxes."""
        pipeline = self.redis.pipeline(transaction=False)
        for ref in refs:
            pipeline.llen(keys.of_conversation("mailbox", ref))
        return sum(await pipeline.execute())

    async def clear(self, refs: Sequence[ConversationRef]) -> None:
        """Forgets the conversations."""
        kinds = ("history", "state", "last")
        for start in range(0, len(refs), 500):
            part = refs[start : start + 500]
            await self.redis.unlink(*(keys.of_conversation(kind, ref) for ref in part for kind in kinds))

    async def aclose(self) -> None:
        await self.bot.aclose()
        await self.redis.aclose()


@asynccontextmanager
async def worker(rig: Rig) -> AsyncIterator[int]:
    """The process id of a `sereno run --role worker`."""
    process = await asyncio.create_subprocess_exec(
        Path(sys.executable).with_name("sereno"), "run", "--role", "worker",
        env={**os.environ, **rig.environment},
    )  # fmt: skip
    try:
        yield process.pid
    finally:
        process.terminate()
        await process.wait()


async def rate(store: Store, process: int, refs: Sequence[ConversationRef]) -> Rate:
    """How fast the worker gets through `TURNS` messages that wait in `refs`."""
    # Stopped: all mail is there before it begins.
    os.kill(process, signal.SIGSTOP)
    await store.deliver(refs, TURNS)
    os.kill(process, signal.SIGCONT)
    marks: list[tuple[float, int, float]] = []
    until = time.perf_counter() + 60
    while not marks or marks[-1][1] < TURNS:
        await asyncio.sleep(0.02)
        done = TURNS - await store.waiting(refs)
        marks.append((time.perf_counter(), done, _cpu_seconds(process)))
        assert marks[-1][0] < until, "the worker does not get on"
    # The beginning and the end are not saturated.
    busy = [mark for mark in marks if TURNS * 0.1 <= mark[1] <= TURNS * 0.9]
    (began, first, cpu), (ended, last, cpu_then) = busy[0], busy[-1]
    return Rate((last - first) / (ended - began), (cpu_then - cpu) * 1000 / (last - first))


def _cpu_seconds(process: int) -> float:
    threads = Path(f"/proc/{process}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9


async def throughput(rig: Rig) -> list[Report]:
    """The table of rates."""
    report = Report(
        f"One worker process at saturation (each: best / median of {ROUNDS} rounds)",
        ("", "turns/s", "cpu of the worker, ms/turn", "off the first"),
    )
    store = Store(rig)
    by_turns: dict[int, list[Rate]] = {size: [] for size in SIZES}
    by_conversations: dict[int, list[Rate]] = {size: [] for size in SIZES if size != WINDOW}
    single: list[Rate] = []
    async with worker(rig) as process:
        refs = [place(number) for number in range(SAMPLE)]
        await rate(store, process, refs)
        for _ in range(ROUNDS):
            for size, measured in by_turns.items():
                await store.clear(refs)
                await store.fill(refs, size)
                measured.append(await rate(store, process, refs))
            await store.clear(refs)
            for size, measured in by_conversations.items():
                many = [place(number) for number in range(size)]
                await store.fill(many, STORED)
                measured.append(await rate(store, process, many[:: size // SAMPLE]))
                if size == SIZES[-1]:
                    single.append(await rate(store, process, many[1 :: size // TURNS]))
                await store.clear(many)
    await store.aclose()
    for rates, what in (
        (by_turns, "{:,} stored turns in each conversation"),
        (by_conversations, "{:,} conversations"),
    ):
        off = _off(rates)
        for size, each in rates.items():
            _row(report, what.format(size), each, f"{off[size]:+.0f} %")
        worst = max(map(abs, off.values()))
        report.bars.append(Bar(f"flat, {what.format(SIZES[0])} to {SIZES[-1]:,}", worst, FLAT, "%"))
    full = _off({size: each for size, each in by_turns.items() if size >= WINDOW})
    worst = max(map(abs, full.values()))
    report.bars.append(Bar(f"the same from {WINDOW} on, where the prompt is of one size", worst, FLAT, "%"))
    _row(report, f"{SIZES[-1]:,} conversations, {TURNS} of them with one message each", single, "")
    report.notes.append(
        f"{TURNS} messages wait in {SAMPLE} conversations, unless said otherwise. One turn loads the newest "
        f"{WINDOW}. Flat is said of the median processor time per turn."
    )
    return [report]


def _off(rates: Mapping[int, Sequence[Rate]]) -> dict[int, float]:
    """Percent by which a processor gets through more (+) or fewer (-) turns than at the first size."""
    # The median: on a shared machine the best round is the one in which nobody else was there.
    usual = {size: median(each.cpu for each in measured) for size, measured in rates.items()}
    first = next(iter(usual.values()))
    return {size: (first / cpu - 1) * 100 for size, cpu in usual.items()}


def _row(report: Report, name: str, rates: Sequence[Rate], off: str) -> None:
    per_second = [each.per_second for each in rates]
    cpu = [each.cpu for each in rates]
    report.row(name, f"{max(per_second):,.0f} / {median(per_second):,.0f}", spread(cpu, 2), off)
