"""A process that owns, or shares, the embedded server of a directory.

`python -m tests.chaos.server_process DIRECTORY` prints `ready URL`. Told to end (SIGINT, SIGTERM), it stores
its last words as the community's policy, lets go of the server and ends.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

from bot.store.embedded import EmbeddedServer
from bot.store.redis.store import RedisStore
from tests.helpers import PLAZA


async def main(directory: Path) -> None:
    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    server = EmbeddedServer(directory)
    sys.stdout.write(f"ready {await server.start()}\n")
    sys.stdout.flush()
    await told.wait()
    store = RedisStore(server.url)
    await store.save(PLAZA, "last words", channel=False)
    await store.aclose()
    await server.stop()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
