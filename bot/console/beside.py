"""The console beside a chat in a terminal, in the same process: who is new here can try the bot in a browser at once."""

from __future__ import annotations

import asyncio
import importlib
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.entry import Pass
from bot.i18n import N_, translate
from bot.settings import Settings
from bot.store.base import Store
from bot.wiring import door_of

if TYPE_CHECKING:
    from bot.engine import Engine

_BANNER = N_(
    "Sereno. Try it in a browser, where you see what the guards see (this link works once, for five minutes):\n"
    "{link}\n"
    "Or write something here, or /help. Ctrl-D ends."
)


@dataclass(frozen=True, slots=True)
class Beside:
    """A console that listens, and is served once the chat can be typed in."""

    settings: Settings
    address: str
    """How it is reached."""
    listening: socket.socket
    who: Pass

    async def banner(self, store: Store) -> str:
        """What stands above the chat: where the console is, with a link to *Try* that works once."""
        secret = await door_of(store).link(self.who)
        link = f"{self.address}/enter?to=try&link={secret}"
        return translate(_BANNER, self.who.locale).format(link=link)

    async def serve(self, store: Store, engine: Engine) -> None:
        """Serves it until cancelled; the chat's worker answers."""
        # In a thread: typing goes on meanwhile.
        running = await asyncio.to_thread(importlib.import_module, "bot.console.running")
        await asyncio.gather(*running.console_on(self.settings, store, engine.guards, self.listening))
