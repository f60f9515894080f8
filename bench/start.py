"""Cold start of `sereno chat` to its first prompt, and memory after 50 turns, in a terminal of its own."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.report import Bar, Report, spread
from bench.rig import MODEL, TEXTS, instant_model

RUNS = 5
TURNS = 50
SERENO = Path(sys.executable).with_name("sereno")
PROMPT, DRAWN = b"\x1b[?2004h", b"\x1b[?25h"
"""What a terminal is told when a line can be typed (bracketed paste on), and when that line is on the screen (cursor on)."""


@dataclass(slots=True)
class Chat:
    """A `sereno chat` in a pseudo-terminal."""

    process: subprocess.Popen[bytes]
    terminal: int
    ready: float = 0.0
    """Seconds to the first prompt."""

    def until_prompt(self) -> None:
        seen = b""
        until = time.monotonic() + 30
        while DRAWN not in seen.partition(PROMPT)[2]:
            readable, _, _ = select.select([self.terminal], [], [], max(0.0, until - time.monotonic()))
            assert readable, f"sereno chat shows no prompt: {seen[-500:]!r}"
            seen += os.read(self.terminal, 65_536)

    def say(self, text: str) -> None:
        """Types a line; returns at the prompt after its reply."""
        os.write(self.terminal, text.encode() + b"\r")
        self.until_prompt()


@contextmanager
def chat(directory: Path, environment: dict[str, str]) -> Iterator[Chat]:
    """Starts one on `directory`, at its first prompt; ends it."""
    master, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SERENO_")}
    started = time.perf_counter()
    process = subprocess.Popen(
        [SERENO, "chat"], stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True,
        env={**inherited, "TERM": "xterm-256color", "SERENO_DATA_DIR": str(directory), **environment},
    )  # fmt: skip
    os.close(terminal)
    here = Chat(process, master)
    try:
        here.until_prompt()
        here.ready = time.perf_counter() - started
        yield here
        os.write(master, b"\x04")
        process.wait(timeout=20)
    finally:
        process.kill()
        process.wait()
        os.close(master)


def _tree(process: int) -> list[int]:
    children = [
        int(child)
        for task in Path(f"/proc/{process}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]
    return [process, *(each for child in children for each in _tree(child))]


def _memory(process: int) -> dict[str, float]:
    """Megabytes of each process of the tree, resident, by its name; and of all, with shared pages counted once."""
    sizes: dict[str, float] = {"resident": 0.0, "proportional": 0.0}
    for each in _tree(process):
        fields = dict(
            line.split(":", 1) for line in Path(f"/proc/{each}/smaps_rollup").read_text().splitlines()[1:]
        )
        resident, proportional = (int(fields[name].split()[0]) / 1024 for name in ("Rss", "Pss"))
        name = Path(f"/proc/{each}/comm").read_text().strip()
        sizes[name] = sizes.get(name, 0.0) + resident
        sizes["resident"] += resident
        sizes["proportional"] += proportional
    return sizes


async def start() -> list[Report]:
    """The tables of start times and of memory."""
    async with instant_model() as model_url:
        connected = {"SERENO_MODEL__NAME": MODEL, "SERENO_MODEL__BASE_URL": model_url}
        return await asyncio.to_thread(_measure, {"offline default": {}, "with a model": connected})


def _measure(kinds: dict[str, dict[str, str]]) -> list[Report]:
    starts = Report(
        f"Start of `sereno chat` with the embedded store, seconds (each: lowest / median of {RUNS} runs)",
        ("", "to the first prompt", "to the first reply, typed at once"),
    )
    memory = Report(
        f"Resident memory after {TURNS} turns, MB",
        ("", "all, resident", "all, proportional", "of which: each program"),
    )
    for kind, environment in kinds.items():
        taken: dict[str, tuple[list[float], list[float]]] = {"fresh": ([], []), "used": ([], [])}
        with tempfile.TemporaryDirectory(prefix="sereno-bench-") as name:
            used = Path(name) / "used"
            with chat(used, environment) as here:
                for turn in range(TURNS):
                    here.say(TEXTS[turn % len(TEXTS)])
                sizes = _memory(here.process.pid)
            resident, proportional = sizes.pop("resident"), sizes.pop("proportional")
            programs = ", ".join(f"{program} {size:.1f}" for program, size in sizes.items())
            memory.row(kind, f"{resident:.1f}", f"{proportional:.1f}", programs)
            memory.bars.append(Bar(f"{kind}: resident memory", resident, 150, "MB"))
            for run in range(RUNS):
                for state, directory in (("fresh", Path(name) / str(run)), ("used", used)):
                    with chat(directory, environment) as here:
                        began = time.perf_counter()
                        here.say(TEXTS[0])
                        replied = time.perf_counter() - began
                    taken[state][0].append(here.ready)
                    taken[state][1].append(here.ready + replied)
        for state, (prompts, replies) in taken.items():
            starts.row(f"{kind}, {state} data directory", spread(prompts, 2), spread(replies, 2))
            starts.bars.append(Bar(f"{kind}, {state}: first prompt, median", median(prompts), 1.5, "s"))
    return [starts, memory]
