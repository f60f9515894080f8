"""`python -m bench.flood URL RATE`: files so many cases a second, in a process of its own, until its input ends.

Prints a line once it is at it, and at the end how many cases a second it were.
"""

from __future__ import annotations

import asyncio
import sys
import time
from itertools import count

from bench.console import COMMUNITY, case
from bot.store.redis.store import RedisStore

AT_ONCE = 0.05
"""Seconds whose cases are filed together: a process that wakes up for each would itself be what slows others."""


async def flood(url: str, rate: int) -> None:
    """See above."""
    store = RedisStore(url)
    some = max(1, round(rate * AT_ONCE))
    ready = [case(number) for number in range(1_000)]
    ended = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
    begun = time.monotonic()
    for batch in count(1):
        await asyncio.gather(
            *(store.record(COMMUNITY, ready[(batch * some + each) % len(ready)]) for each in range(some))
        )
        if batch == 2:
            print("at it", flush=True)
        if ended.done():
            break
        await asyncio.sleep(max(0.0, begun + batch * some / rate - time.monotonic()))
    print(round(batch * some / (time.monotonic() - begun)), flush=True)
    await store.aclose()


if __name__ == "__main__":
    asyncio.run(flood(sys.argv[1], int(sys.argv[2])))
