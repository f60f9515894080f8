"""Turns while cases pour in, as everything runs in earnest: the bot, the console with open *Live* pages, the store.

Each of them is a process of its own, and so are the model and what files the cases (`bench.flood`). The console has a worker,
which takes its share of the turns. What is compared, in turn: nothing is filed; the same is filed into a store of its own,
which nobody reads, and that takes as much of the processors as filing does; all is filed where the members talk.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from statistics import median

from bench.console import COMMUNITY
from bench.flood import LISTENERS, RATE
from bench.latency import Bot, Figures, Load, bot_on
from bench.report import Bar, Report, around_median, spread
from bench.rig import Rig, rig
from bot.entry import Pass
from bot.store.embedded import EmbeddedServer
from bot.store.redis.store import RedisStore
from bot.wiring import door_of

LOADS = (Load("20, each pausing 0.4 s", 20, 13, 80, 0.4), Load("1 at a time", 1, 13, 40))
"""Many short rounds: what else the machine does meanwhile troubles those that are compared alike."""
SETTLE_SECONDS = 0.4
"""From the order to file, or to stop, until turns are measured."""
CONTROL = 3
"""In one round of so many the cases are filed into the other store, too."""
_NAMES = {"nowhere": "no cases", "elsewhere": "cases in another store", "here": "cases"}
RATIO = 1.1
LEAST = 0.95 * RATE
"""With fewer cases a second nothing was shown: the machine had something else to do."""


async def pouring() -> list[Report]:
    """The table: p50, p99 and processor (lowest / median round), the ratio of the medians of all turns, and that of rounds
    side by side (median, 95 %)."""
    report = Report(
        f"Turns, ms, with {RATE} cases a second and without",
        ("", "p50", "p99", "of no cases", "in pairs of rounds", "cpu a turn"),
    )
    with tempfile.TemporaryDirectory(prefix="sereno-bench-") as directory:
        apart = EmbeddedServer(Path(directory))
        elsewhere = await apart.start()
        try:
            async with (
                rig() as here,
                bot_on(here) as bot,
                _console(here) as address,
                _flood(here.store_url, elsewhere, address) as flood,
            ):
                await _measured(report, bot, flood)
        finally:
            await apart.stop()
    return [report]


async def _measured(report: Report, bot: Bot, flood: Flood) -> None:
    firsts = count(0, 1000)
    await Figures().round(bot.talk(next(firsts)), LOADS[0])
    for load in LOADS:
        figures = {where: Figures() for where in _NAMES}
        told = []
        for number in range(load.rounds):
            wheres = [where for where in _NAMES if where != "elsewhere" or number % CONTROL == 0]
            for where in wheres if number % 2 else wheres[::-1]:
                # What is still on its way to the pages, or not yet, belongs to no round.
                await flood.order(where)
                await asyncio.sleep(SETTLE_SECONDS)
                await flood.order(where)
                await figures[where].round(bot.talk(next(firsts)), load)
                if where == "here":
                    told.append(await flood.order(where))
        _rows(report, load, figures)
        report.bars.append(
            Bar(
                f"{load.name}: cases a second, lowest round",
                min(said["filed"] for said in told),
                LEAST,
                "",
                at_least=True,
            )
        )
        report.notes.append(
            f"{load.name}: {min(said['filed'] for said in told):.0f} to {max(said['filed'] for said in told):.0f} cases a second, "
            f"each of {LISTENERS} pages was sent {median(said['seen'] for said in told):.0f} pieces a second; a case was there after "
            f"{median(said['median'] for said in told):.2f} s, {max(said['most'] for said in told):.2f} s at most"
        )


def _rows(report: Report, load: Load, figures: dict[str, Figures]) -> None:
    for where, those in figures.items():
        alone = figures["nowhere"]
        ratio = median(those.taken) / median(alone.taken)
        beside = alone.p50[:: CONTROL if where == "elsewhere" else 1]
        ratios = [one / other for one, other in zip(those.p50, beside, strict=True)]
        low, high = around_median(ratios)
        pairs = f"{median(ratios):.2f} ({low:.2f}–{high:.2f})"
        compared = (f"{ratio:.2f}", pairs) if where != "nowhere" else ("", "")
        name = f"{load.name}: {_NAMES[where]}"
        report.row(name, spread(those.p50), spread(those.p99), *compared, spread(those.cpu))
        if where == "here":
            report.bars.append(Bar(f"{load.name}: ratio of the medians of all turns", ratio, RATIO, ""))


class Flood:
    """The process that files."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def order(self, where: str) -> dict[str, float]:
        """Has it file there from now on; what it did since the last time."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{where}\n".encode())
        told: dict[str, float] = json.loads(await self._process.stdout.readline())
        return told


@asynccontextmanager
async def _flood(here: str, elsewhere: str, console: str) -> AsyncIterator[Flood]:
    store = RedisStore(here)
    door = door_of(store)
    session = await door.enter(await door.link(Pass(COMMUNITY, "local", "Ana")))
    await store.aclose()
    assert session is not None
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.flood", here, elsewhere, console, session,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        flood = Flood(process)
        await flood.order("nowhere")
        yield flood
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


@asynccontextmanager
async def _console(here: Rig) -> AsyncIterator[str]:
    """The address of a `sereno console`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        Path(sys.executable).with_name("sereno"), "console",
        env={**os.environ, **here.environment, "SERENO_HTTP__PORT": str(port), "SERENO_LOG__LEVEL": "ERROR"},
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with asyncio.timeout(60):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                    break
                except OSError:
                    await asyncio.sleep(0.1)
            writer.close()
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()
