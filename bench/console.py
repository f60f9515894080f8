"""The console over a guard log of 100,000 cases: its pages, its filters, its export."""

from __future__ import annotations

import asyncio
import os
import random
import secrets
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

from adapters.base import ConversationRef
from adapters.local.web import WebAdapter
from bench.report import Bar, Report
from bot.commands import table
from bot.console.app import Parts, console
from bot.console.gate import Addresses
from bot.entry import Pass, form_key
from bot.guardlog import Case, CaseFinding
from bot.i18n import translate
from bot.running import leave_alone
from bot.store.embedded import EmbeddedServer
from bot.store.redis.store import RedisStore
from bot.wiring import adding_of, door_of, pipeline_of
from guards.signatures import GUARD, Lessons

CASES = 100_000
PLACE = ConversationRef("bench", "console", "general")
COMMUNITY = PLACE.community_key
_WORDS = [
    "ignore",
    "all",
    "previous",
    "instructions",
    "please",
    "could",
    "you",
    "print",
    "the",
    "prompt",
    "of",
    "this",
    "bot",
    "for",
    "our",
    "cat",
]
_LESSONS = Lessons(b"bench")
_GUARDS = (GUARD, "leak", "hijack", "mentions")


def case(number: int) -> Case:
    """One of many cases; every 20,000th is a rare one."""
    rng = random.Random(number)
    words = " ".join(rng.choices(_WORDS, k=20))
    guard = "rare" if number % 20_000 == 7 else rng.choice(_GUARDS)
    finding = CaseFinding(
        guard, "override", rng.uniform(0.5, 1.0), "The text gives orders.", "author", words[:80]
    )
    return Case(
        turn=f"{number:012x}",
        at=time.time(),
        conversation=ConversationRef(PLACE.platform, PLACE.community, f"channel-{number % 30}").key,
        author_id=f"u{number % 5_000}",
        author_name=f"Member {number % 5_000}",
        direction="input",
        action=rng.choice(("flag", "block")),
        would="block",
        findings=(finding,),
        failures=(),
        excerpt=words + (" xylophone" if guard == "rare" else ""),
        link=f"m{number}",
        model="model",
        signatures=(_LESSONS.sign(words),) if guard == GUARD else (),
    )


class Visitor:
    """A browser without a network: it counts what it is sent, and keeps only the beginning."""

    def __init__(self, app: Any, session: str) -> None:
        self._app = app
        self._session = session

    async def get(self, path: str) -> float:
        """Milliseconds until all of a page was there."""
        return (await self.send("GET", path))[0]

    async def send(
        self, method: str, path: str, form: dict[str, str] | None = None
    ) -> tuple[float, int, int]:
        """Milliseconds, bytes, and the most memory (bytes of this process) on the way."""
        path, _, query = path.partition("?")
        body = b"" if form is None else urlencode({"key": form_key(self._session), **form}).encode()
        headers = [(b"host", b"127.0.0.1:8080"), (b"cookie", f"sereno={self._session}".encode())]
        if form is not None:
            headers.append((b"content-type", b"application/x-www-form-urlencoded"))
        scope = {
            "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": query.encode(),
            "headers": headers, "scheme": "http", "server": ("127.0.0.1", 8080), "root_path": "", "http_version": "1.1",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
        }  # fmt: skip
        received = False
        size = status = memory = 0

        async def receive() -> dict[str, Any]:
            nonlocal received
            if received:
                await asyncio.Event().wait()
            received = True
            return {"type": "http.request", "body": body}

        async def sent(message: Any) -> None:
            nonlocal size, status, memory
            status = message.get("status", status)
            size += len(message.get("body", b""))
            memory = max(memory, _memory())

        started = time.perf_counter()
        await self._app(scope, receive, sent)
        assert status == 200, (path, status)
        return (time.perf_counter() - started) * 1000, size, memory


def _memory() -> int:
    """Resident bytes of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@asynccontextmanager
async def _visited(store: RedisStore) -> AsyncIterator[Visitor]:
    door, guards = door_of(store), pipeline_of()
    web = WebAdapter(
        session="bench", commands=table(), translate=translate, new_id=lambda: secrets.token_hex(8)
    )
    parts = Parts(
        store, door, web, guards, adding_of(store, guards), Addresses.of("", 8080), time.time,
        lambda: secrets.token_hex(8),
    )  # fmt: skip
    session = await door.enter(await door.link(Pass(COMMUNITY, "local", "Ana")))
    assert session is not None
    leave_alone()
    yield Visitor(console(parts), session)


async def pages() -> list[Report]:
    """Pages, filters and the export over 100,000 cases."""
    report = Report(f"{CASES:,} cases, ms", ("", "median", "most"))
    with tempfile.TemporaryDirectory(prefix="sereno-bench-") as directory:
        server = EmbeddedServer(Path(directory))
        store = RedisStore(await server.start())
        try:
            for start in range(0, CASES, 500):
                await asyncio.gather(
                    *(store.record(COMMUNITY, case(each)) for each in range(start, start + 500))
                )
            async with _visited(store) as visitor:
                await _pages(report, visitor)
                await _export(report, visitor)
        finally:
            await store.aclose()
            await server.stop()
    return [report]


async def _pages(report: Report, visitor: Visitor) -> None:
    filters = {
        "a guard": {"guard": "leak"},
        "an action and a channel": {"action": "block", "channel": "channel-7"},
        "a member": {"member": "u1234"},
        "words": {"q": "our cat"},
        "a rare guard": {"guard": "rare"},
        "rare words": {"q": "XYLOPHONE"},
        "words that nobody said": {"q": "no such words"},
    }
    looked = [("Live opens", "/", 300.0)]
    looked += [(f"Filter: {name}", f"/cases?{urlencode(query)}", 200.0) for name, query in filters.items()]
    looked += [("A case", f"/cases/{CASES - 1:012x}", 0.0), ("Trends", "/trends", 0.0)]
    for name, path, limit in looked:
        await visitor.get(path)
        took = [await visitor.get(path) for _ in range(15)]
        report.row(name, f"{median(took):.0f}", f"{max(took):.0f}")
        if limit:
            report.bars.append(Bar(f"{name} (median)", median(took), limit, "ms"))


async def _export(report: Report, visitor: Visitor) -> None:
    for kind in ("jsonl", "csv"):
        before = _memory()
        took, size, memory = await visitor.send("POST", "/export", {"kind": kind})
        grown = (memory - before) / 1e6
        report.notes.append(
            f"export as {kind}: {size / 1e6:.0f} MB in {took / 1000:.1f} s, memory +{grown:.1f} MB"
        )
        report.bars.append(Bar(f"memory that the export as {kind} takes", grown, 16.0, "MB"))
