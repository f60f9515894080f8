"""What is measured on: an embedded store and a model that answers at once, each a process of its own."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.base import (
    Author,
    Capabilities,
    ConversationRef,
    Final,
    Message,
    OnMessage,
    OutboxEvent,
    ReplyTo,
)
from bench.parts import PARTS, Clock
from bot.settings import Settings, load
from bot.store.embedded import EmbeddedServer

ROUTE = "bench"
MODEL = "instant"
REPLY = "The watchman walks his round, and all is well tonight."
TEXTS = (
    "Does anybody know how to keep sourdough alive while I am away for two weeks in summer?",
    "Buenas, ¿alguien sabe a qué hora empieza la reunión del jueves y quién lleva el proyector?",
    "My tests pass on my machine but not in the pipeline, it says the socket path is too long.",
    "¿Me recomendáis un libro para aprender a programar que no sea demasiado largo ni muy caro?",
)
"""What members write: about 90 characters each, nothing for a guard to find, nothing the documents tell."""


CARD_SECONDS = 1.0
"""What a platform's pace lets through in one channel: a card in so long."""


@dataclass(frozen=True, slots=True)
class Rig:
    """Where the store and the model are, and the settings of a bot that uses them."""

    store_url: str
    model_url: str

    @property
    def environment(self) -> dict[str, str]:
        return {
            "SERENO_REDIS_URL": self.store_url,
            "SERENO_MODEL__NAME": MODEL,
            "SERENO_MODEL__BASE_URL": self.model_url,
            "SERENO_MODEL__MAX_CONCURRENCY": "32",
        }

    @property
    def settings(self) -> Settings:
        return load(self.environment, Path("/nonexistent"))


@asynccontextmanager
async def rig() -> AsyncIterator[Rig]:
    """Starts both, and ends both."""
    with tempfile.TemporaryDirectory(prefix="sereno-bench-") as directory:
        server = EmbeddedServer(Path(directory))
        url = await server.start()
        try:
            async with instant_model() as model_url:
                yield Rig(url, model_url)
        finally:
            await server.stop()


@asynccontextmanager
async def instant_model() -> AsyncIterator[str]:
    """The base URL of a provider that answers at once, in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.wire.openai_server", "--text", REPLY, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.terminate()
        await process.wait()


def place(number: int) -> ConversationRef:
    """Conversation `number`, spread over 16 communities and so over all partitions."""
    return ConversationRef("bench", f"community-{number % 16}", f"channel-{number}")


def message(ref: ConversationRef, identity: str, text: str) -> Message:
    """A member's message."""
    return Message(
        ref, identity, Author("u1", "Ana"), text, time.time(), ReplyTo(ROUTE, identity), locale="en-US"
    )


class Members:
    """A platform whose members are this program: it sends their messages and waits for the replies."""

    route = ROUTE

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._replies: dict[str, asyncio.Future[tuple[OutboxEvent, float]]] = {}
        self._accept: asyncio.Future[OnMessage] = asyncio.get_running_loop().create_future()
        self._ending = asyncio.Event()

    def capabilities(self, ref: ConversationRef) -> Capabilities:
        return Capabilities(2000, 1.0)

    async def run(self, on_message: OnMessage) -> None:
        self._accept.set_result(on_message)
        await self._ending.wait()

    def end(self) -> None:
        self._ending.set()

    async def deliver(self, event: OutboxEvent) -> None:
        if event.kind in ("final", "notice", "withdrawn"):
            delivered = time.perf_counter()
            self._clock.end(PARTS[-1], event.to.message_id, delivered)
            self._replies.pop(event.to.message_id).set_result((event, delivered))
        elif event.kind == "card":
            await asyncio.sleep(CARD_SECONDS)

    async def ask(self, message: Message) -> float:
        """Sends `message`; returns the milliseconds until its reply was delivered."""
        reply = self._replies[message.id] = asyncio.get_running_loop().create_future()
        on_message = await self._accept
        started = time.perf_counter()
        await on_message(message)
        async with asyncio.timeout(60):
            event, delivered = await reply
        assert isinstance(event, Final), f"a measured turn was not answered: {event}"
        milliseconds: float = (delivered - started) * 1000
        return milliseconds
