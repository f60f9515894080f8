"""Runs the console: its server, the chats that are tried in it, and a worker that answers and decides."""

from __future__ import annotations

import asyncio
import secrets
import socket
import time
from collections.abc import Awaitable, Callable

from adapters.local.web import WebAdapter
from bot.commands import table
from bot.console.app import Parts, console
from bot.console.gate import Addresses
from bot.console.serving import serve
from bot.gateway import Gateway
from bot.i18n import translate
from bot.running import awake, signals
from bot.settings import Settings
from bot.store.base import Store
from bot.wiring import (
    adapter_named,
    adding_of,
    door_of,
    engine_of,
    model_of,
    new_name,
    store_of,
    worker_of,
)


async def run(
    settings: Settings, listening: socket.socket, announce: Callable[[Store], Awaitable[None]]
) -> None:
    """The console on a socket, until the process is told to end. `announce` is called once it can be opened.

    It has a worker of its own: with nothing else running, what is tried is answered and what is decided is done.

    Raises:
        SettingsError: nothing says how the console is reached.
        StoreUnavailable: there is no store to work on.
    """
    addresses = Addresses.of(settings.console.url, settings.http.port)
    model = model_of(settings)
    async with store_of(settings) as store, awake(model):
        web: WebAdapter = adapter_named("web")(
            session=new_name(), commands=table(), translate=translate, new_id=lambda: secrets.token_hex(8)
        )
        engine = engine_of(settings, store, model)
        worker = worker_of(settings, store, model, engine)
        door = door_of(store)
        app = console(
            Parts(
                store,
                door,
                web,
                engine.guards,
                adding_of(store, engine.guards),
                addresses,
                time.time,
                lambda: secrets.token_hex(8),
                settings.prices,
            )
        )
        tasks = [
            asyncio.create_task(each)
            for each in (
                serve(app, listening),
                Gateway(web, store, store, name=new_name()).run(),
                worker.run(),
            )
        ]

        def stop() -> None:
            for task in tasks[:2]:
                task.cancel()
            worker.stop()

        try:
            with signals(stop):
                await announce(store)
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stop()
            results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result
