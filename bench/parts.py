"""The parts of a turn, each with a clock: the real part, called through its own class."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import replace

from adapters.base import Locale, Message, OutboxEvent
from bot.engine import Engine, Retrieve
from bot.models.base import Chunk, LanguageModel, Prompt
from bot.prompt import PromptWriter, Written
from bot.store.base import Claim, Commit, Loaded
from bot.store.redis.store import RedisStore
from guards.base import Document, Stage, Subject, Verdict
from guards.pipeline import Pipeline

REPLY_TOKENS = 1024

PARTS = (
    "mailbox: accepted → claimed",
    "load: history, policy",
    "publish: started, deltas",
    "guards on the message",
    "knowledge",
    "prompt",
    "model call",
    "guards on the reply",
    "commit → delivered",
)


class Clock:
    """Seconds by part, summed over all turns."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.began: dict[tuple[str, str], float] = {}
        """(part, message id) → when it began, for parts that end elsewhere."""
        self.prompts: list[Prompt] = []

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] += time.perf_counter() - started

    def begin(self, name: str, message: str) -> None:
        self.began[name, message] = time.perf_counter()

    def end(self, name: str, message: str, at: float) -> None:
        # Another process may have begun it: then nobody knows when.
        self.seconds[name] += at - self.began.pop((name, message), at)


class TimedStore(RedisStore):
    """The store, with a clock."""

    clock: Clock

    async def deliver(self, message: Message, *, beyond: bool = False) -> bool:
        self.clock.begin(PARTS[0], message.id)
        return await super().deliver(message, beyond=beyond)

    async def claim(self, worker: str, partition: int, wait: float) -> Claim | None:
        claim = await super().claim(worker, partition, wait)
        if claim is not None:
            self.clock.end(PARTS[0], claim.message.id, time.perf_counter())
        return claim

    async def load(self, message: Message, turns: int) -> Loaded:
        with self.clock.part(PARTS[1]):
            return await super().load(message, turns)

    async def publish(self, event: OutboxEvent) -> None:
        with self.clock.part(PARTS[2]):
            await super().publish(event)

    async def commit(self, claim: Claim, commit: Commit) -> Claim | None:
        self.clock.begin(PARTS[8], claim.message.id)
        return await super().commit(claim, commit)


class TimedPipeline(Pipeline):
    """The guards, with a clock."""

    clock: Clock

    async def check(self, subject: Subject) -> tuple[Verdict, ...]:
        with self.clock.part(PARTS[3] if subject.stage is Stage.INPUT else PARTS[7]):
            return await super().check(subject)


class TimedPrompts(PromptWriter):
    """The prompt writer, with a clock."""

    clock: Clock

    def chat(self, *arguments: object, **options: object) -> Written:
        with self.clock.part(PARTS[5]):
            return super().chat(*arguments, **options)  # type: ignore[arg-type] # handed on as they are


class TimedModel:
    """A model, with a clock that stands still while the bot works on what it said."""

    generates = True

    def __init__(self, model: LanguageModel, clock: Clock) -> None:
        self._model = model
        self._clock = clock
        self.name = model.name
        self.context_window = model.context_window

    async def stream(self, prompt: Prompt, *, timeout: float) -> AsyncGenerator[Chunk, None]:
        self._clock.prompts.append(prompt)
        async with aclosing(self._model.stream(prompt, timeout=timeout)) as chunks:
            while True:
                try:
                    with self._clock.part(PARTS[6]):
                        chunk = await anext(chunks)
                except StopAsyncIteration:
                    return
                yield chunk

    async def warm(self) -> None:
        await self._model.warm()

    async def aclose(self) -> None:
        await self._model.aclose()


def timed(engine: Engine, clock: Clock) -> Engine:
    """`engine` with a clock in its guards, its model, its prompts and its knowledge; the store has its own."""
    guards = TimedPipeline(engine.guards.guards, deadline=engine.guards.deadline)
    prompts = TimedPrompts(window=engine.model.context_window, reply_tokens=REPLY_TOKENS)
    guards.clock = prompts.clock = clock
    model = TimedModel(engine.model, clock)
    return replace(
        engine, guards=guards, model=model, prompts=prompts, retrieve=_timed(engine.retrieve, clock)
    )


def _timed(retrieve: Retrieve, clock: Clock) -> Retrieve:
    async def search(question: str, *, community: str, revision: int, locale: Locale) -> tuple[Document, ...]:
        with clock.part(PARTS[4]):
            return await retrieve(question, community=community, revision=revision, locale=locale)

    return search
