"""A message that kills every worker ends as a dead letter; those that are answered beside it do not."""

from __future__ import annotations

import signal
import subprocess
import sys
from itertools import count

from adapters.base import ConversationRef, Notice, Withdrawn
from bot.store.base import partition_of
from bot.store.redis.store import RedisStore
from bot.worker import ATTEMPTS, VANISHED
from tests.chaos.steps import POISON
from tests.helpers import eventually, message

REFS = [ConversationRef("test", "plaza", f"channel{number}") for number in range(6)]
HERE = partition_of(REFS[0])


async def test_a_message_that_kills_every_worker_takes_no_other_with_it(server: str) -> None:
    store = RedisStore(server)
    names, deaths = count(), 0
    running: subprocess.Popen[bytes] | None = None
    texts = [POISON if number == 2 else f"number {number}" for number in range(len(REFS))]
    for ref, text in zip(REFS, texts, strict=True):
        await store.deliver(message(text, ref=ref))
    await store.deliver(message("after the poison", ref=REFS[2]))
    said: list[str] = []

    async def all_ended() -> bool:
        nonlocal running, deaths
        if running is not None and running.poll() is not None:
            assert running.returncode == -signal.SIGKILL
            running, deaths = None, deaths + 1
        if running is None:
            command = [sys.executable, "-m", "tests.chaos.poisoned_process", server, f"w{next(names)}"]
            running = subprocess.Popen(command)
        for _, event in await store.read("test", HERE, 0.001):
            if isinstance(event, Notice | Withdrawn):
                said.append(event.text)
        return len(said) == len(REFS) + 1

    try:
        await eventually(all_ended, 80.0)
    finally:
        if running is not None:
            running.terminate()
            running.wait()
    (sorry,) = set(said) - {*texts, "after the poison"}
    assert sorry.startswith("I tried several times")
    assert {*texts} - {*said} == {POISON}
    (letter,) = await store.dead_letters(HERE, 10)
    assert letter.message is not None
    assert (letter.message.text, letter.error) == (POISON, "the worker died")
    assert ATTEMPTS <= deaths <= VANISHED + ATTEMPTS
    await store.aclose()
