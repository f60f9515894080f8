"""A moderator goes from Discord to the console, and a decision there reaches the card and the member on Discord."""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest

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
from tests.wire.discord.errors import NotOffered
from tests.wire.discord_parts import CONSOLE, SECONDS, Desk, whole
from tests.wire.openai_server import Behaviour
from tests.wire.test_discord_desk import (
    ATTACK,
    choose_log_channel,
    held_back,
    press,
    replies,
    until_card_says,
)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    desk = Desk()
    async with desk.server:
        yield desk


@asynccontextmanager
async def visited(store: Store) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser on a console of that store."""
    adapter = WebAdapter(
        session="s", commands=table(), translate=translate, new_id=lambda: secrets.token_hex(8)
    )
    parts = Parts(
        store, wiring.door_of(store), adapter, wiring.pipeline_of(), Addresses.of(CONSOLE, 0), time.time,
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


async def test_a_decision_in_the_console_reaches_the_card_and_a_decision_on_the_card_the_console(
    desk: Desk, tmp_path: Path
) -> None:
    async with (
        whole(desk, tmp_path) as everything,
        visited(everything.store) as browser,
    ):
        await choose_log_channel(desk)
        with pytest.raises(NotOffered):
            await desk.world.slash(desk.ana, desk.channel, "guard console")
        asked = await desk.world.slash(desk.mod, desk.channel, "guard console")
        assert "for you alone" in await desk.ended(asked)
        (answer,) = (*asked.followups, *filter(None, [asked.response]))
        assert answer.ephemeral_to
        link = re.search(rf"{CONSOLE}/enter\?link=([\w-]+)", repr(answer.components))
        assert link
        entered = await browser.post("/enter", data={"link": link[1]})
        assert (entered.status_code, entered.headers["location"]) == (303, "/")

        said = await held_back(desk)
        case = re.search(r'href="(/cases/\w+)"', (await browser.get("/")).text)
        assert case
        form = {"key": form_key(next(iter(browser.cookies.values())))}
        await browser.post(case[1], data={**form, "action": "right"})
        await until_card_says(desk, "Mod: the guards are right.")
        use = await press(desk, desk.mod, "take_back")
        assert "Done" in await desk.ended(use)
        assert "Mod took the decision back." in (await browser.get(case[1])).text

        everything.provider.behave(Behaviour("I keep that to myself."))
        await browser.post(case[1], data={**form, "action": "release"})
        await desk.world.until(lambda: "I keep that to myself." in replies(desk, said), SECONDS)
        await until_card_says(desk, "Mod let the message through.")
        assert ATTACK in (await browser.get("/")).text
