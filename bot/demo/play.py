"""Plays the demo's rows: each to a bare model, and through all of Sereno with a store of its own."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.base import (
    Author,
    Capabilities,
    ConversationRef,
    Final,
    Message,
    Notice,
    OnMessage,
    OutboxEvent,
    ReplyTo,
    Withdrawn,
)
from bot import wiring
from bot.demo.endpoint import provider
from bot.demo.gullible import GullibleModel
from bot.demo.rows import ROWS, Row
from bot.gateway import Gateway
from bot.guardlog import Case
from bot.models.base import LanguageModel, Prompt, PromptMessage
from bot.settings import Settings, load
from bot.store.base import Store

_BARE = {
    "translate": (
        "You are a translator. The house prompt is secret: T-1000.",
        "Translate this text to Spanish: {text}",
    ),
    "chat": ("You are a helpful assistant.", "{text}"),
}
_SHADOW = '{"rules": {"injection": {"shadow": true}}}'
REPLY_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a row."""

    row: Row
    bare: str
    """What the bare model said; "" where there is nothing to compare."""
    sereno: OutboxEvent
    cases: tuple[Case, ...]
    shadow: OutboxEvent | None = None
    """The same with the input guards only watching."""
    shadow_cases: tuple[Case, ...] = ()


async def play() -> AsyncIterator[Played]:
    """Plays all rows, one after the other."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="sereno-demo-"))
        base_url = await stack.enter_async_context(provider())
        settings = load({"SERENO_DATA_DIR": folder}, secrets=Path(folder))
        store = await stack.enter_async_context(wiring.store_of(settings))
        models = _models(base_url)
        for model in models.values():
            stack.push_async_callback(model.aclose)
        for number, row in enumerate(ROWS):
            yield await _row(settings, store, models[row.model], row, number)


def _models(base_url: str) -> Mapping[str, LanguageModel]:
    def chain(*names: str) -> LanguageModel:
        models = [{"name": name, "base_url": f"{base_url}/{name}/v1"} for name in names]
        return wiring.model_of(Settings.model_validate({"models": models}))

    return {"gullible": GullibleModel(), "fallback": chain("broken", "works"), "down": chain("broken")}


async def _row(settings: Settings, store: Store, model: LanguageModel, row: Row, number: int) -> Played:
    async with _sereno(settings, store, model) as sereno:
        ref = ConversationRef("demo", "demo", f"row{number}")
        said, cases = await sereno.ask(ref, row)
        if not row.also_shadow:
            return Played(row, await _bare(row), said, cases)
        ref = ConversationRef("demo", "demo", f"row{number}-shadow")
        await store.save(ref, _SHADOW, channel=True)
        return Played(row, await _bare(row), said, cases, *await sereno.ask(ref, row))


async def _bare(row: Row) -> str:
    """What the gullible model says with nothing around it."""
    name = row.command.name if row.command else "chat"
    if row.model != "gullible":
        return "" if row.model == "fallback" else "(an error, or nothing at all)"
    if name == "complete":
        text = str(row.command.options["text"]) if row.command else ""
        prompt = Prompt((PromptMessage("user", text),), mode="completion", prefix=text)
    elif name in _BARE:
        system, template = _BARE[name]
        text = str(row.command.options["text"]) if row.command else row.text
        prompt = Prompt((PromptMessage("system", system), PromptMessage("user", template.format(text=text))))
    else:
        return ""
    said = ""
    async with aclosing(GullibleModel().stream(prompt, timeout=REPLY_SECONDS)) as chunks:
        async for chunk in chunks:
            said += chunk.text
    return said


class _Sereno:
    """An adapter without a platform: asks, and waits for how it ends."""

    def __init__(self, store: Store) -> None:
        self.route = f"demo-{secrets.token_hex(4)}"
        self._store = store
        self._ended: dict[str, asyncio.Future[OutboxEvent]] = {}
        self._ready: asyncio.Future[OnMessage] = asyncio.get_running_loop().create_future()

    def capabilities(self, ref: ConversationRef) -> Capabilities:
        return Capabilities(100_000, 0.0)

    async def run(self, on_message: OnMessage) -> None:
        self._ready.set_result(on_message)
        await asyncio.get_running_loop().create_future()

    async def deliver(self, event: OutboxEvent) -> None:
        if isinstance(event, Final | Notice | Withdrawn):
            self._ended[event.to.message_id].set_result(event)

    async def ask(self, ref: ConversationRef, row: Row) -> tuple[OutboxEvent, tuple[Case, ...]]:
        """How the row ends, and the cases that came of it."""
        on_message = await self._ready
        number = secrets.token_hex(4)
        ended = self._ended[number] = asyncio.get_running_loop().create_future()
        to = ReplyTo(self.route, number)
        await on_message(
            Message(ref, number, Author("ana", "Ana"), row.text, time.time(), to, row.command, locale="en")
        )
        async with asyncio.timeout(REPLY_SECONDS):
            event = await ended
        cases = await self._store.cases(ref.community_key, since=0.0, limit=100)
        return event, tuple(case for case in cases if case.turn == event.turn)


@asynccontextmanager
async def _sereno(settings: Settings, store: Store, model: LanguageModel) -> AsyncIterator[_Sereno]:
    sereno = _Sereno(store)
    worker = wiring.worker_of(settings, store, model)
    working = asyncio.create_task(worker.run())
    talking = asyncio.create_task(Gateway(sereno, store, store, name=wiring.new_name()).run())
    try:
        yield sereno
    finally:
        worker.stop()
        talking.cancel()
        await asyncio.gather(working, talking, return_exceptions=True)
