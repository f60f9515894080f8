"""Runs the console: its server, the chats that are tried in it, and a worker that answers and decides."""

from __future__ import annotations

import asyncio
import secrets
import socket
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from adapters.local.web import WebAdapter
from bot.commands import table
from bot.console.app import Parts, console
from bot.console.gate import Addresses
from bot.console.serving import serve
from bot.gateway import Gateway
from bot.i18n import translate
from bot.running import awake, leave_alone, signals
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
from guards.pipeline import Pipeline


async def run(
    settings: Settings, listening: socket.socket, announce: Callable[[Store], Awaitable[None]]
) -> None:
    """The console on a socket, until the process is told to end. `announce` is called once it can be opened.

    It has a worker of its own: with nothing else running, what is tried is answered and what is decided is done.

    Raises:
        SettingsError: nothing says how the console is reached.
        StoreUnavailable: there is no store to work on.
    """
    model = model_of(settings)
    async with store_of(settings) as store, awake(model):
        engine = engine_of(settings, store, model)
        worker = worker_of(settings, store, model, engine)
        running = [*console_on(settings, store, engine.guards, listening), worker.run()]
        leave_alone()
        tasks = [asyncio.create_task(each) for each in running]

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


def console_on(
    settings: Settings, store: Store, guards: Pipeline, listening: socket.socket
) -> tuple[Coroutine[Any, Any, None], Coroutine[Any, Any, None]]:
    """What serves the console on a socket, and the chats that are tried in it; somebody else's worker answers.

    `guards` look at what is written there, to show what they see.
    """
    web: WebAdapter = adapter_named("web")(
        session=new_name(), commands=table(), translate=translate, new_id=lambda: secrets.token_hex(8)
    )
    app = console(
        Parts(
            store,
            door_of(store),
            web,
            guards,
            adding_of(store, guards),
            Addresses.of(settings.console.url, settings.http.port),
            time.time,
            lambda: secrets.token_hex(8),
            settings.prices,
        )
    )
    return serve(app, listening), Gateway(web, store, store, name=new_name()).run()
