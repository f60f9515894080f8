"""`python -m bench.flood HERE ELSEWHERE CONSOLE SESSION`: files cases, and watches them arrive in *Live*, in a process of its own.

Told by lines on standard input where to file from now on: the store `here`, the one `elsewhere`, or `nowhere`. Answers
each with a line of JSON: how many cases a second it has filed since the line before, how many pieces a second each
listener was sent, and the seconds after which a case was there, as the first listener has seen them (the median and the most).
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from statistics import median
from urllib.parse import unquote, urlsplit

from adapters.base import Author, ConversationRef, Message, ReplyTo
from bench.console import COMMUNITY, case
from bot.desk import cards_of
from bot.guardlog import Case, CaseFile
from bot.policy import Policy
from bot.store.redis.client import Client
from bot.store.redis.store import RedisStore

RATE = 200
"""Cases a second."""
AT_ONCE = 4
"""Cases that are filed together: a process that wakes up for each would itself be what slows others."""
LISTENERS = 3
"""Moderators who have *Live* open."""
READY = 1_000
"""Different cases."""
_TURN, _AT, _NUMBER = "feedfacecafe", 1e9 + 0.125, 9_999_999
"""What stands in a case that is ready to be filed, in the place of its own; each as long as what replaces it."""
_SHOWN = re.compile(rb'data-turn=\\"([0-9a-f]{12})')


class _Noted(Client):
    """Notes what a store sends, and sends nothing."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.sent = b""

    async def script(
        self, name: str, keys: Sequence[str], arguments: Sequence[str | bytes | int] = ()
    ) -> None:
        parts = ("EVALSHA", self._digests[name], len(keys), *keys, *arguments)
        data = [each if isinstance(each, bytes) else str(each).encode() for each in parts]
        self.sent += b"*%d\r\n" % len(data) + b"".join(b"$%d\r\n%s\r\n" % (len(each), each) for each in data)


class _Notes(RedisStore):
    """A store that only notes what it would send."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._client: _Noted = _Noted(url)

    def taken(self) -> bytes:
        """What was noted since the last time."""
        sent, self._client.sent = self._client.sent, b""
        return sent


class Flood:
    """What is filed, and what is seen of it."""

    def __init__(self, here: str, elsewhere: str) -> None:
        self.urls = {"here": here, "elsewhere": elsewhere}
        self.to = "nowhere"
        self.ordered = asyncio.Event()
        self.filed = 0
        self.seen = [0] * LISTENERS
        self.took: list[float] = []
        self._since = time.monotonic()
        self._numbers = count(1_000_000)
        self._ready: list[bytes] = []
        self.answering: list[asyncio.Task[None]] = []
        self._at: dict[bytes, float] = {}
        """Turns whose cases have not arrived yet, with when they were filed (Unix seconds)."""

    def told(self) -> dict[str, float]:
        """What happened since the last time."""
        seconds = time.monotonic() - self._since
        said = {
            "filed": self.filed / seconds,
            "seen": sum(self.seen) / LISTENERS / seconds,
            "median": median(self.took) if self.took else 0.0,
            "most": max(self.took, default=0.0),
        }
        self.filed, self.seen, self.took, self._since = 0, [0] * LISTENERS, [], time.monotonic()
        return said

    async def prepare(self) -> None:
        """Has all ready that is to be filed: making it must take no time of those who answer here."""
        policy = Policy(log_channel="moderators", cards_from=0.0)
        for url in self.urls.values():
            store = RedisStore(url)
            # From here on the server knows the scripts.
            await _file(store, case(0), policy)
            await store.aclose()
        notes = _Notes(self.urls["here"])
        for number in range(READY):
            await _file(notes, replace(case(number), turn=_TURN, at=_AT, number=_NUMBER), policy)
            self._ready.append(notes.taken())

    async def run(self) -> None:
        """Files until cancelled."""
        writers = {where: await self._opened(url) for where, url in self.urls.items()}
        due = time.monotonic()
        while True:
            if self.to == "nowhere":
                self.ordered.clear()
                await self.ordered.wait()
                due = time.monotonic()
                continue
            writers[self.to].write(b"".join(self._next() for _ in range(AT_ONCE)))
            await writers[self.to].drain()
            self.filed += AT_ONCE
            # Late is late: what was not filed in time is not made up for all at once.
            due = max(due + AT_ONCE / RATE, time.monotonic() - 1.0)
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    def _next(self) -> bytes:
        """A case and its card, as a turn's commit leaves them."""
        number, at = next(self._numbers), time.time()
        turn = b"%012x" % number
        if self.to == "here":
            self._at[turn] = at
        filed = self._ready[number % READY].replace(_TURN.encode(), turn)
        return filed.replace(b"%.3f" % _AT, b"%.3f" % at).replace(b"%d" % _NUMBER, b"%d" % number)

    async def _opened(self, url: str) -> asyncio.StreamWriter:
        path = unquote(urlsplit(url).path)
        reader, writer = await asyncio.open_unix_connection(path)
        self.answering.append(asyncio.create_task(_heard(reader)))
        return writer

    async def listen(self, number: int, address: str, session: str) -> None:
        """Has *Live* open, until cancelled."""
        host = urlsplit(address).netloc
        reader, writer = await asyncio.open_connection(*host.split(":"), limit=1 << 20)
        store = RedisStore(self.urls["here"])
        (newest,) = await store.older(COMMUNITY, "", 1)
        await store.aclose()
        writer.write(
            f"GET /stream?after={newest.id} HTTP/1.1\r\nhost: {host}\r\ncookie: sereno={session}\r\n\r\n".encode()
        )
        assert b" 200 " in await reader.readline(), "the console has not let us in"
        while line := await reader.readline():
            if line.startswith(b"data: "):
                self.seen[number] += 1
                if number == 0 and (found := _SHOWN.search(line)) and found[1] in self._at:
                    self.took.append(time.time() - self._at.pop(found[1]))
        raise ConnectionError("the console is gone")


async def _file(store: RedisStore, filed: Case, policy: Policy) -> None:
    ref = ConversationRef.parse(filed.conversation)
    said = Message(ref, filed.turn, Author(filed.author_id, ""), "", 0.0, ReplyTo(ref.platform))
    await store.record(COMMUNITY, filed)
    for card in cards_of(CaseFile(filed.turn, (filed,)), said, policy, "en"):
        await store.publish(card)


async def _heard(reader: asyncio.StreamReader) -> None:
    """Takes the store's answers, and stops at the first refusal."""
    while data := await reader.read(65_536):
        if data.startswith(b"-") or b"\r\n-" in data:
            raise ConnectionError("the store refuses")
    raise ConnectionError("the store is gone")


async def main(here: str, elsewhere: str, console: str, session: str) -> None:
    """See above."""
    # What is filed comes from other machines: it must take no time of those who answer here.
    os.nice(10)
    flood = Flood(here, elsewhere)
    await flood.prepare()
    loop = asyncio.get_running_loop()
    orders: asyncio.Queue[str] = asyncio.Queue()
    tasks = [asyncio.create_task(flood.run())]
    tasks += [asyncio.create_task(flood.listen(number, console, session)) for number in range(LISTENERS)]
    loop.add_reader(sys.stdin, lambda: orders.put_nowait(sys.stdin.readline().strip()))
    while True:
        order = asyncio.create_task(orders.get())
        await asyncio.wait([order, *tasks, *flood.answering], return_when=asyncio.FIRST_COMPLETED)
        for task in (*tasks, *flood.answering):
            if task.done():
                task.result()
        if not order.result():
            break
        print(json.dumps(flood.told()), flush=True)
        flood.to = order.result()
        flood.ordered.set()
    tasks += flood.answering
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
