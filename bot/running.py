"""Runs what `bot.wiring` puts together: a chat in this process, or the parts of a role, until told to end."""

from __future__ import annotations

import asyncio
import gc
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

from bot.gateway import Gateway
from bot.models.base import LanguageModel
from bot.settings import Role, Settings
from bot.store.base import Store
from bot.wiring import Unavailable, engine_of, model_of, new_name, platforms_of, store_of, worker_of

if TYPE_CHECKING:
    from adapters.local.terminal import TerminalAdapter
    from bot.console.beside import Beside


async def chat(settings: Settings, terminal: TerminalAdapter, beside: Beside | None = None) -> None:
    """A chat in `terminal`, all in this process, until the person leaves or the input ends.

    Args:
        settings: which store and models.
        terminal: where somebody writes.
        beside: the console that runs meanwhile.

    Raises:
        StoreUnavailable: there is no store to work on.
        Unavailable: a guard is not installed.
    """
    model = model_of(settings)
    async with store_of(settings) as store:
        if beside is not None:
            terminal.banner = await beside.banner(store)
        talking = asyncio.create_task(Gateway(terminal, store, store, name=new_name()).run())
        working = asyncio.create_task(_answer_from(terminal.ready, settings, store, model, beside))
        try:
            with signals(talking.cancel):
                await asyncio.wait([working, talking], return_when=asyncio.FIRST_COMPLETED)
        finally:
            talking.cancel()
            working.cancel()
            results = await asyncio.gather(talking, working, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result


async def _answer_from(
    ready: asyncio.Event, settings: Settings, store: Store, model: LanguageModel, beside: Beside | None
) -> None:
    """Works from when somebody can write, until cancelled. Guards and model are made while the first line is typed."""
    await ready.wait()
    async with awake(model):
        # In a thread: typing goes on meanwhile.
        engine = await asyncio.to_thread(engine_of, settings, store, model)
        running = [worker_of(settings, store, model, engine).run()]
        if beside is not None:
            running.append(beside.serve(store, engine))
        leave_alone()
        await asyncio.gather(*running)


async def serve(settings: Settings, role: Role) -> None:
    """Runs the parts of `role` until the process is told to end.

    Raises:
        StoreUnavailable: there is no store to work on.
        AdapterFailed: a platform refuses to work as it is set up.
        Unavailable: the role has nothing to run.
    """
    from bot.digest import Digests

    model = model_of(settings)
    async with store_of(settings) as store, awake(model):
        digests = Digests(store, clock=time.time)
        adapters = platforms_of(settings, store) if role != "worker" else []
        if role == "gateway" and not adapters:
            raise Unavailable("no platform is configured, so there is nothing to run as a gateway")
        worker = worker_of(settings, store, model) if role != "gateway" else None
        running = [Gateway(adapter, store, store, store, name=new_name()).run() for adapter in adapters]
        if worker is not None:
            running += [worker.run(), digests.run()]
        leave_alone()
        tasks = [asyncio.create_task(each) for each in running]

        def stop() -> None:
            # Gateways at once; the worker when it has finished what it has begun.
            for task in tasks[: len(adapters)]:
                task.cancel()
            digests.stop()
            if worker is not None:
                worker.stop()

        try:
            with signals(stop):
                await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            stop()
            results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result


@asynccontextmanager
async def awake(model: LanguageModel) -> AsyncIterator[None]:
    """Gets the model ready beside everything else; closes it at the end."""
    warming = asyncio.create_task(model.warm())
    try:
        yield
    finally:
        warming.cancel()
        await asyncio.gather(warming, return_exceptions=True)
        await model.aclose()


def leave_alone() -> None:
    """What is loaded by now is never garbage. To look through it, now and then, would hold up every reply for some 50 ms."""
    gc.freeze()


@contextmanager
def signals(stop: Callable[[], object]) -> Iterator[None]:
    """Calls `stop` on SIGTERM, SIGHUP and, where nothing else takes it, SIGINT."""
    loop = asyncio.get_running_loop()
    names = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
    for name in names:
        loop.add_signal_handler(name, stop)
    try:
        yield
    finally:
        for name in names:
            loop.remove_signal_handler(name)
