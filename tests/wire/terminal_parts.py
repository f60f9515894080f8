"""What the tests of the terminal adapter share: a bot behind it, and the adapter."""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from adapters.base import (
    Annotation,
    Busy,
    CommandSpec,
    Delta,
    Final,
    Inbound,
    Locale,
    Message,
    OptionSpec,
    OutboxEvent,
    Started,
)
from adapters.local.terminal import TerminalAdapter

TEXT = OptionSpec("text", {"en": "What to say", "es": "Qué decir"}, required=True)
COMMANDS = (
    CommandSpec("chat", {"en": "Talk", "es": "Hablar"}, (TEXT,)),
    CommandSpec(
        "translate",
        {"en": "Translate a text", "es": "Traducir un texto"},
        (TEXT, OptionSpec("to", {"en": "Language", "es": "Idioma"}, choices=("es", "pt"))),
    ),
    CommandSpec(
        "keep",
        {"en": "Keep a file", "es": "Guardar un archivo"},
        (OptionSpec("file", {"en": "The file", "es": "El archivo"}, "file"),),
    ),
)
SPANISH = {
    "There is no command /{given}. Did you mean /{nearest}? (To send a text that begins with /, write //.)": (
        "No existe la orden /{given}. ¿Querías decir /{nearest}?"
    ),
}
SECONDS = 20
"""How long a condition may take to come true."""


def translate(sentence: str, locale: Locale) -> str:
    return SPANISH.get(sentence, sentence) if locale == "es" else sentence


class Bot:
    """Stands for everything behind the adapter: takes messages, delivers scripted events from a task of its own."""

    def __init__(self, script: Callable[[Message], Sequence[OutboxEvent]]) -> None:
        self.script = script
        self.messages: list[Message] = []
        self.busy = False
        self._inbox: asyncio.Queue[Message] = asyncio.Queue()

    async def on_message(self, message: Inbound) -> None:
        assert isinstance(message, Message)
        if self.busy:
            raise Busy
        self.messages.append(message)
        self._inbox.put_nowait(message)

    @asynccontextmanager
    async def behind(self, adapter: TerminalAdapter) -> AsyncIterator[asyncio.Task[None]]:
        """Runs adapter and bot; gives the adapter's task."""

        async def serve() -> None:
            while True:
                message = await self._inbox.get()
                for event in self.script(message):
                    await adapter.deliver(event)

        async with asyncio.TaskGroup() as group:
            serving = group.create_task(serve())
            running = group.create_task(adapter.run(self.on_message))
            try:
                yield running
                async with asyncio.timeout(SECONDS):
                    await running
            finally:
                serving.cancel()
                running.cancel()


def final(message: Message, text: str, *annotations: Annotation) -> Final:
    return Final(message.id, 9, message.ref, message.reply_to, text=text, annotations=annotations)


def delta(message: Message, seq: int, text: str) -> Delta:
    return Delta(message.id, seq, message.ref, message.reply_to, text=text)


def echo(message: Message) -> list[OutboxEvent]:
    text = f"echo {message.text}"
    return [
        Started(message.id, 0, message.ref, message.reply_to),
        delta(message, 1, text[:3]),
        delta(message, 2, text),
        final(message, text),
    ]


def make_adapter(
    stdin: int, stdout: int, *, locale: Locale = "en", history: Path | None = None
) -> TerminalAdapter:
    ids = itertools.count(1)
    return TerminalAdapter(
        session="s1",
        commands=COMMANDS,
        translate=translate,
        new_id=lambda: f"m{next(ids)}",
        user="Ana",
        locale=locale,
        stdin=os.fdopen(stdin, encoding="utf-8"),
        stdout=os.fdopen(stdout, "w", encoding="utf-8"),
        history_file=history,
        clock=lambda: 1000.0,
        banner="Sereno keeps watch",
    )


def close(adapter: TerminalAdapter) -> None:
    for stream in (adapter.stdin, adapter.stdout):
        assert stream is not None
        with suppress(OSError):  # what is still buffered for a terminal that is gone
            stream.close()
