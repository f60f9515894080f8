"""The outermost edges, scripted: a language model and a platform."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence

from adapters.base import Capabilities, ConversationRef, OnMessage, OutboxEvent
from bot.models.base import Chunk, ModelError, Prompt, Usage
from guards.base import Document

Reply = str | ModelError | Callable[[Prompt], str]


class Found:
    """A retrieval that finds the same for every question."""

    def __init__(self, evidence: tuple[Document, ...] = ()) -> None:
        self.evidence = evidence

    async def __call__(
        self, question: str, *, community: str, revision: int, locale: str
    ) -> tuple[Document, ...]:
        return self.evidence


class ScriptedModel:
    """Gives one scripted reply after the other, word by word; fails on a call that nobody planned."""

    name = "scripted"
    context_window = 16_384
    generates = True
    chunk = 7

    def __init__(self, *replies: Reply) -> None:
        self.replies: list[Reply] = list(replies)
        self.prompts: list[Prompt] = []

    async def stream(self, prompt: Prompt, *, timeout: float) -> AsyncGenerator[Chunk, None]:
        assert timeout > 0
        self.prompts.append(prompt)
        assert self.replies, "the model was asked once more than planned"
        reply = self.replies.pop(0)
        if isinstance(reply, ModelError):
            raise reply
        text = reply if isinstance(reply, str) else reply(prompt)
        for start in range(0, len(text), self.chunk):
            await asyncio.sleep(0)
            yield Chunk(text[start : start + self.chunk])
        yield Chunk(finish="stop", usage=Usage(prompt.tokens, 20), model=self.name)

    async def warm(self) -> None:
        pass

    async def aclose(self) -> None:
        pass


class Platform:
    """An adapter whose platform is this list: what was delivered, in order."""

    def __init__(self, route: str = "test") -> None:
        self.route = route
        self.delivered: list[OutboxEvent] = []
        self.failures: list[Exception] = []
        self.ending = asyncio.Event()
        self.on_message: OnMessage | None = None

    def capabilities(self, ref: ConversationRef) -> Capabilities:
        return Capabilities(2000, 1.0)

    async def run(self, on_message: OnMessage) -> None:
        self.on_message = on_message
        await self.ending.wait()

    async def deliver(self, event: OutboxEvent) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.delivered.append(event)

    def said(self, kind: str) -> Sequence[OutboxEvent]:
        return [event for event in self.delivered if event.kind == kind]
