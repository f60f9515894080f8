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
from dataclasses import replace
from itertools import count
from statistics import median
from urllib.parse import urlsplit

from adapters.base import Author, Card, ConversationRef, Message, ReplyTo
from bench.console import COMMUNITY, case
from bot.desk import cards_of
from bot.guardlog import Case, CaseFile
from bot.policy import Policy
from bot.store.redis.store import RedisStore

RATE = 200
"""Cases a second."""
LISTENERS = 3
"""Moderators who have *Live* open."""
AT_ONCE = 0.05
"""Seconds whose cases are filed together: a process that wakes up for each would itself be what slows others."""
_TURN = re.compile(rb'data-turn=\\"([0-9a-f]{12})')


class Flood:
    """What is filed, and what is seen of it."""

    def __init__(self, here: str, elsewhere: str) -> None:
        self.stores = {"here": RedisStore(here), "elsewhere": RedisStore(elsewhere)}
        self.to = "nowhere"
        self.filed = 0
        self.seen = [0] * LISTENERS
        self.took: list[float] = []
        self._since = time.monotonic()
        self._numbers = count(1)
        self._ready = [case(number) for number in range(1_000)]
        self._policy = Policy(log_channel="moderators", cards_from=0.0)
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

    async def run(self) -> None:
        """Files until cancelled."""
        some = round(RATE * AT_ONCE)
        due = time.monotonic()
        while True:
            if self.to != "nowhere":
                store = self.stores[self.to]
                await asyncio.gather(*(self._file(store) for _ in range(some)))
                self.filed += some
            # Late is late: what was not filed in time is not made up for all at once.
            due = max(due + AT_ONCE, time.monotonic() - 1.0)
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    async def _file(self, store: RedisStore) -> None:
        """A case and its card, as a turn's commit leaves them."""
        number = next(self._numbers)
        one = self._ready[number % len(self._ready)]
        filed = replace(one, turn=f"{number:012x}", at=time.time(), number=number)
        if store is self.stores["here"]:
            self._at[filed.turn.encode()] = filed.at
        await asyncio.gather(
            store.record(COMMUNITY, filed), *(store.publish(card) for card in self._cards(filed))
        )

    def _cards(self, filed: Case) -> tuple[Card, ...]:
        ref = ConversationRef.parse(filed.conversation)
        said = Message(ref, filed.turn, Author(filed.author_id, ""), "", 0.0, ReplyTo(ref.platform))
        return cards_of(CaseFile(filed.turn, (filed,)), said, self._policy, "en")

    async def listen(self, number: int, address: str, session: str) -> None:
        """Has *Live* open, until cancelled."""
        host = urlsplit(address).netloc
        reader, writer = await asyncio.open_connection(*host.split(":"), limit=1 << 20)
        newest = await self.stores["here"].older(COMMUNITY, "", 1)
        after = newest[0].id if newest else ""
        writer.write(
            f"GET /stream?after={after} HTTP/1.1\r\nhost: {host}\r\ncookie: sereno={session}\r\n\r\n".encode()
        )
        assert b" 200 " in await reader.readline(), "the console has not let us in"
        while line := await reader.readline():
            if line.startswith(b"data: "):
                self.seen[number] += 1
                if number == 0 and (found := _TURN.search(line)) and found[1] in self._at:
                    self.took.append(time.time() - self._at.pop(found[1]))
        raise ConnectionError("the console is gone")


async def main(here: str, elsewhere: str, console: str, session: str) -> None:
    """See above."""
    # What is filed comes from other machines: it must take no time of those who answer here.
    os.nice(10)
    flood = Flood(here, elsewhere)
    loop = asyncio.get_running_loop()
    orders: asyncio.Queue[str] = asyncio.Queue()
    tasks = [asyncio.create_task(flood.run())]
    tasks += [asyncio.create_task(flood.listen(number, console, session)) for number in range(LISTENERS)]
    loop.add_reader(sys.stdin, lambda: orders.put_nowait(sys.stdin.readline().strip()))
    while True:
        order = asyncio.create_task(orders.get())
        await asyncio.wait([order, *tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            if task.done():
                task.result()
        if not order.result():
            break
        print(json.dumps(flood.told()), flush=True)
        flood.to = order.result()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for store in flood.stores.values():
        await store.aclose()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
