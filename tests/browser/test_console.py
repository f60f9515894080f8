"""The console in a real Chromium, over the running product: a loopback Discord, an embedded store, a loopback model."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.base import ConversationRef
from bot.entry import Pass
from tests.browser.parts import CHROMIUM, Browser, Served, browser, serving
from tests.wire.discord_parts import SECONDS, Desk, Whole, whole
from tests.wire.openai_server import Behaviour
from tests.wire.test_discord_desk import ATTACK, choose_log_channel, until_card_says

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on PATH")


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    desk = Desk()
    async with desk.server:
        yield desk


def moderator(desk: Desk) -> Pass:
    ref = ConversationRef("discord", str(desk.guild.id), "")
    return Pass(ref.community_key, str(desk.mod.id), "Mod")


async def come_in(page: Browser, served: Served, who: Pass) -> str:
    """Opens a link and presses its button, by keyboard; the link."""
    link = await served.link(who)
    await page.go(link)
    await page.press("Enter")
    await page.until("location.pathname === '/' && document.body.dataset.key")
    # What arrives from now on is seen.
    await page.until("document.querySelector('.lamp') && document.readyState === 'complete'")
    return link


async def test_a_case_of_discord_arrives_and_a_decision_by_keyboard_reaches_the_card_and_the_member(
    desk: Desk, tmp_path: Path
) -> None:
    async with whole(desk, tmp_path) as everything, serving(everything.store) as served, browser() as page:
        await choose_log_channel(desk)
        link = await come_in(page, served, moderator(desk))
        assert await page.js("document.querySelector('.when-none').offsetHeight > 0")
        await desk.ask(ATTACK)
        await _until_case(everything, desk)
        begun = time.monotonic()
        await page.until("document.querySelector('#rows > .row')")
        assert time.monotonic() - begun < 1.0
        assert await page.js("document.querySelector('.row .words').textContent") == ATTACK

        await desk.world.until(lambda: bool(desk.cards), SECONDS)
        await page.press("j")
        await page.until("document.querySelector('#case blockquote mark')")
        await page.press("f")
        await page.until("document.querySelector('#toast.is-on')")
        await until_card_says(desk, "Mod: false alarm.")
        await page.until("document.querySelector('#rows > .row.is-decided.is-chosen')")
        assert "Mod: false alarm." in await page.js("document.querySelector('#case .decisions').textContent")

        everything.provider.behave(Behaviour("I keep that to myself."))
        again = await desk.ask(ATTACK)
        await desk.world.until(
            lambda: any("I keep that to myself." in one.all_text for one in desk.world.replies(desk.channel)
                        if one.referenced is again),
            SECONDS,
        )  # fmt: skip
        await page.press("/")
        await page.write("no such words")
        await page.until("document.querySelector('#rows') && !document.querySelector('#rows > .row')")
        assert page.complaints == []
        await page.go(link)
        await page.press("Enter")
        await page.until("document.querySelector('pre')")
        assert "no longer works" in await page.js("document.querySelector('h1').textContent")


async def _until_case(everything: Whole, desk: Desk) -> None:
    community = moderator(desk).community

    async with asyncio.timeout(SECONDS):
        assert await everything.store.follow(community, "", SECONDS)


async def test_the_bot_can_be_tried_by_keyboard_and_the_page_fits_every_screen(
    desk: Desk, tmp_path: Path
) -> None:
    async with whole(desk, tmp_path) as everything, serving(everything.store) as served, browser() as page:
        who = Pass(ConversationRef("terminal", "local", "").community_key, "local", "Ana")
        await come_in(page, served, who)
        await page.go(f"{served.url}/try")
        everything.provider.behave(Behaviour("The Zen <b>of</b> Python is a poem.", tokens_per_chunk=2))
        for text, awaited in (
            ("What is the Zen?", "'.exchange:nth-of-type(1) .reply'"),
            (ATTACK, "'.exchange:nth-of-type(2) .stopped'"),
        ):
            await page.js("document.getElementById('text').focus()")
            await page.write(text)
            await page.press("Enter")
            await page.until(f"document.querySelector({awaited})")
            await page.until("document.getElementById('text').value === ''")
        await page.until("document.querySelector('.exchange .reply').textContent.endsWith('is a poem.')")
        assert (
            await page.js("document.querySelector('.exchange .reply').textContent")
            == "The Zen <b>of</b> Python is a poem."
        )
        await page.until("document.querySelector('.exchange:nth-of-type(2) .margin a')")
        case = await page.js("document.querySelector('.exchange:nth-of-type(2) .margin a').pathname")
        # Its words are longer.
        await page.speak("es")
        for path in ("/", "/trends", "/policy", "/try", case):
            await page.go(f"{served.url}{path}")
            if path == "/policy":
                await page.js("document.querySelector('input[name=block]').focus()")
                await page.press("End")
                await page.until("document.querySelector('.compared .brief a')")
            for width, height, dark in ((1360, 850, False), (390, 844, True), (320, 568, False)):
                await page.look(width, height, dark=dark)
                assert await page.js("document.documentElement.scrollWidth") <= width, (path, width)
        assert page.complaints == []
