"""What follows the guard log ends when it is told to, also when the library beneath did not pass that on."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from bot.cli.guardlog import heed_interrupt


async def test_an_interrupt_that_was_swallowed_while_a_command_was_sent_still_ends_the_task() -> None:
    sending = asyncio.Event()

    async def follow() -> None:
        with suppress(asyncio.CancelledError):
            sending.set()
            await asyncio.Event().wait()
        heed_interrupt()

    task = asyncio.create_task(follow())
    await sending.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_without_an_interrupt_the_task_goes_on() -> None:
    async def follow() -> str:
        heed_interrupt()
        return "went on"

    assert await asyncio.create_task(follow()) == "went on"
