"""A browser on a console of a store, for tests of platforms."""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import httpx2

from adapters.local.web import WebAdapter
from bot import wiring
from bot.commands import table
from bot.console.app import Parts, console
from bot.console.gate import Addresses
from bot.entry import form_key
from bot.gateway import Gateway
from bot.i18n import translate
from bot.store.base import Store
from tests.helpers import eventually
from tests.wire.discord_parts import CONSOLE


@dataclass
class Clock:
    """The console's time, which tests move on."""

    ahead: float = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@asynccontextmanager
async def visited(store: Store, clock: Callable[[], float] = time.time) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser on a console of that store."""
    adapter = WebAdapter(
        session="s", commands=table(), translate=translate, new_id=lambda: secrets.token_hex(8)
    )
    guards = wiring.pipeline_of()
    door = replace(wiring.door_of(store), clock=clock)
    parts = Parts(
        store, door, adapter, guards, wiring.adding_of(store, guards), Addresses.of(CONSOLE, 0), clock,
        lambda: secrets.token_hex(8),
    )  # fmt: skip
    talking = asyncio.create_task(Gateway(adapter, store, store, name=wiring.new_name()).run())
    try:
        await eventually(lambda: adapter._on_message is not None)
        transport = httpx2.ASGITransport(app=console(parts))
        async with httpx2.AsyncClient(transport=transport, base_url=CONSOLE) as browser:
            yield browser
    finally:
        talking.cancel()
        await asyncio.gather(talking, return_exceptions=True)


async def enter(browser: httpx2.AsyncClient, said: str) -> None:
    """Goes in by the link that stands in what a platform shows."""
    link = re.search(rf"{CONSOLE}/enter\?link=([\w-]+)", said)
    assert link
    entered = await browser.post("/enter", data={"link": link[1]})
    assert (entered.status_code, entered.headers["location"]) == (303, "/")


def form_of(browser: httpx2.AsyncClient, **fields: str) -> dict[str, str]:
    """A form of the browser's session."""
    return {"key": form_key(next(iter(browser.cookies.values()))), **fields}
