"""A worker that one message kills: `python -m tests.chaos.poisoned_process URL NAME`.

It answers every message with its text, and takes its time, so that several are being answered at once.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from adapters.base import Message
from bot.store.base import Commit
from bot.store.redis.store import RedisStore
from bot.voice import Voice
from bot.worker import Worker
from tests.chaos.steps import POISON

LEASE = 1.0


async def main(url: str, name: str) -> None:
    store = RedisStore(url, lease=LEASE)

    async def handle(message: Message, attempt: int) -> Commit:
        if message.text == POISON:
            # Before anything that was begun together with it is answered.
            await asyncio.sleep(0.1)
            os.kill(os.getpid(), signal.SIGKILL)
        await asyncio.sleep(0.4)
        return Commit((Voice(store, message, attempt).notice(message.text),))

    worker = Worker(store, store, handle, name=name, lease=LEASE)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, worker.stop)
    await worker.run()
    await store.aclose()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
