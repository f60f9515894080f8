"""Every adapter, as a member uses it."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from adapters.base import ConversationRef
from adapters.local.terminal import TerminalAdapter
from bot import wiring
from bot.commands import table
from bot.gateway import Gateway
from bot.i18n import translate
from bot.settings import Settings
from bot.store.base import Store
from tests.scenarios.discord_driver import discord
from tests.scenarios.slack_driver import slack
from tests.scenarios.stage import Drive, Driver
from tests.scenarios.web_driver import web

SECONDS = 20.0
END = "/zzzzzzzz"
"""A command that does not exist: the terminal answers it itself, so its sentence ends the reply before it."""


class Terminal:
    """A member in front of `sereno chat`, through real pipes; one terminal for each member."""

    ref = ConversationRef("terminal", "local", "chat")

    def __init__(self, store: Store, stack: AsyncExitStack, locale: str) -> None:
        self._store = store
        self._stack = stack
        self._locale = locale
        self._pipes: dict[str, tuple[int, asyncio.StreamReader]] = {}

    async def say(self, who: str, text: str) -> str:
        if who not in self._pipes:
            self._pipes[who] = await self._open(who)
        keyboard, screen = self._pipes[who]
        os.write(keyboard, f"{text.replace(chr(10), ' ')}\n{END}\n".encode())
        lines: list[str] = []
        async with asyncio.timeout(SECONDS):
            while not lines or END not in lines[-1]:
                lines.append((await screen.readline()).decode().removesuffix("\n"))
                assert lines[-1] or not screen.at_eof()
        return "\n".join(lines[:-1])

    async def _open(self, who: str) -> tuple[int, asyncio.StreamReader]:
        """Starts a member's terminal; its keyboard and its screen."""
        (stdin, keyboard), (screen, stdout) = os.pipe(), os.pipe()
        reader = asyncio.StreamReader(limit=2**22)
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), self._stack.enter_context(os.fdopen(screen, "rb"))
        )
        adapter = TerminalAdapter(
            session=secrets.token_hex(4),
            commands=table(),
            translate=translate,
            new_id=lambda: secrets.token_hex(8),
            user=who,
            locale=self._locale,
            stdin=self._stack.enter_context(os.fdopen(stdin)),
            stdout=self._stack.enter_context(os.fdopen(stdout, "w")),
        )
        gateway = Gateway(adapter, self._store, self._store, name=wiring.new_name())
        running = asyncio.create_task(gateway.run())

        async def leave() -> None:
            os.close(keyboard)
            await asyncio.wait_for(running, SECONDS)

        self._stack.push_async_callback(leave)
        return keyboard, reader


def terminal(locale: str = "en") -> Drive:
    """The terminal."""

    @asynccontextmanager
    async def drive(settings: Settings, store: Store) -> AsyncIterator[Driver]:
        model = wiring.model_of(settings)
        worker = wiring.worker_of(settings, store, model)
        working = asyncio.create_task(worker.run())
        try:
            async with AsyncExitStack() as stack:
                yield Terminal(store, stack, locale)
        finally:
            worker.stop()
            await asyncio.wait_for(working, SECONDS)
            await model.aclose()

    return drive


DRIVERS = {"terminal": terminal, "web": web, "discord": discord, "slack": slack}
