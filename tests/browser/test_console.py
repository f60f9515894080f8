"""The console in a real Chromium, over the running product: a loopback Discord, an embedded store, a loopback model."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.base import ConversationRef
from bot.console import find
from bot.entry import Pass
from tests.browser.parts import CHROMIUM, Browser, Served, browser, serving
from tests.unit.console_parts import case
from tests.wire.discord_parts import SECONDS, Desk, Whole, whole
from tests.wire.openai_server import Behaviour
from tests.wire.slack_parts import Desk as SlackDesk
from tests.wire.slack_parts import answers
from tests.wire.slack_parts import whole as slack_whole
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
        named = f"document.querySelector('.row .place').textContent === '#{desk.channel.name}'"
        await page.until(named)

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
        assert await page.js(named)
        assert f"in #{desk.channel.name}" in await page.js(
            "document.querySelector('#case .meta').textContent"
        )
        known = "[...document.querySelectorAll('#channels option')].map((each) => each.label)"
        assert f"#{desk.channel.name}" in await page.js(known)
        await page.press("/")
        await page.write("no such words")
        await page.until("document.querySelector('#rows') && !document.querySelector('#rows > .row')")
        # Where cards go is chosen by the channel's name, which the platform has told.
        await page.go(f"{served.url}/policy")
        chosen = f"document.querySelector('select.channels option[value=\"{desk.log.id}\"]')"
        await page.until(f"{chosen} && {chosen}.selected")
        assert await page.js(f"{chosen}.textContent") == f"#{desk.log.name}"
        assert page.complaints == []

        elsewhere = ConversationRef("discord", "42", "7")
        await everything.store.record(elsewhere.community_key, case("e" * 12, elsewhere))
        await page.go(f"{served.url}/cases/{'e' * 12}")
        assert "There is nothing here" in await page.js("document.querySelector('h1').textContent")
        await page.go(link)
        await page.press("Enter")
        await page.until("document.querySelector('pre')")
        assert "no longer works" in await page.js("document.querySelector('h1').textContent")


async def _until_case(everything: Whole, desk: Desk) -> None:
    community = moderator(desk).community

    async with asyncio.timeout(SECONDS):
        assert await everything.store.follow(community, "", SECONDS)


async def test_a_document_is_added_read_and_removed_by_keyboard_and_a_file_is_taken(
    desk: Desk, tmp_path: Path
) -> None:
    file = tmp_path / "opening hours.md"
    file.write_text("# Hours\n\nOpen from nine to five.\n\n## Note\n\n" + ATTACK, encoding="utf-8")
    async with whole(desk, tmp_path) as everything, serving(everything.store) as served, browser() as page:
        await come_in(page, served, moderator(desk))
        await page.go(f"{served.url}/knowledge")
        assert "No document yet" in await page.js("document.querySelector('.empty').textContent")
        await page.js("document.querySelector('[name=text]').focus()")
        await page.write("# <img src=x onerror=alert(1)>\n\nCats may sleep on the stairs.")
        await page.js("document.querySelector('.add button').focus()")
        await page.press("Enter")
        await page.until("document.querySelector('section.told h2')")
        said = await page.js("document.querySelector('section.told h2').textContent")
        assert said == "“<img src=x onerror=alert(1)>” is known from now on: version 1, 1 passages"

        await page.choose_file("input[type=file]", file)
        await page.js("document.querySelector('.add button').focus()")
        await page.press("Enter")
        await page.until("document.querySelectorAll('tbody tr').length === 2")
        told = await page.js("document.querySelector('section.told').textContent")
        assert "“opening hours.md” is known from now on: version 1, 1 passages" in told
        assert ATTACK in told

        await page.js("document.querySelector('tbody a[href*=opening]').click()")
        # The page before it shows passages, too: those that were left out.
        await page.until("location.pathname === '/knowledge/document' && document.readyState === 'complete'")
        assert await page.js("document.querySelectorAll('ol.passages blockquote').length") == 1
        await page.js("document.querySelector('details.remove summary').focus()")
        await page.press("Enter")
        await page.until("document.querySelector('details.remove').open")
        await page.js("document.querySelector('details.remove button').focus()")
        await page.press("Enter")
        await page.until("document.querySelector('p.told')")
        said = await page.js("document.querySelector('p.told').textContent")
        assert said == "“opening hours.md” is no longer known."
        assert await page.js("document.querySelectorAll('tbody tr').length") == 1
        for width, height, dark in ((1360, 850, False), (390, 844, True), (320, 568, False)):
            await page.look(width, height, dark=dark)
            assert await page.js("document.documentElement.scrollWidth") <= width, width
        assert page.complaints == []


async def test_a_decision_by_keyboard_reaches_the_card_on_slack(tmp_path: Path) -> None:
    desk = SlackDesk()
    async with (
        desk.server,
        slack_whole(desk, tmp_path) as everything,
        serving(everything.store) as served,
        browser() as page,
    ):
        chosen = await desk.world.slash(
            desk.mod, desk.channel, "/policy", f"set log-channel=<#{desk.log.id}|mod-log>"
        )
        await desk.world.until(lambda: answers(chosen), SECONDS)
        community = ConversationRef("slack", desk.world.team.id, "").community_key
        await come_in(page, served, Pass(community, desk.mod.id, "Mod"))
        await desk.ask(ATTACK)
        await desk.world.until(lambda: bool(desk.cards), SECONDS)
        await page.until("document.querySelector('#rows > .row')")
        await page.press("j")
        await page.until("document.querySelector('#case blockquote mark')")
        # The case on a page of its own, and nothing but the keyboard.
        await page.js("document.querySelector('#case .eyebrow a').focus()")
        await page.press("Enter")
        # Its keys are there once its scripts have run.
        await page.until("document.readyState === 'complete' && document.querySelector('.single #case h1')")
        await page.press("c")
        await page.until("document.querySelector('#toast.is-on')")
        assert await page.js("document.querySelectorAll('#case h1').length") == 1
        await desk.world.until(lambda: "Mod: the guards are right." in desk.cards[0].all_text, SECONDS)
        await page.until("document.querySelector('#case .decisions')")
        await page.go(f"{served.url}/")
        await page.until("document.querySelector('#rows > .row.is-decided')")
        assert page.complaints == []


async def test_a_search_goes_on_by_itself_until_it_finds_something_or_all_is_looked_through(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(find, "LOOK", 10)
    monkeypatch.setattr(find, "LOOK_SECONDS", 0.0)
    async with whole(desk, tmp_path) as everything, serving(everything.store) as served, browser() as page:
        who = moderator(desk)
        for number in range(45):
            words = "a rare word" if number == 3 else "common"
            await everything.store.record(who.community, replace(case(f"{number:012x}"), excerpt=words))
        await come_in(page, served, who)
        await page.press("/")
        await page.write("rare")
        await page.until("document.querySelectorAll('#rows > .row').length === 1")
        await page.until("document.querySelector('.when-none').offsetHeight === 0")
        await page.js("document.getElementById('q').select()")
        await page.write("nobody said this")
        await page.until("document.querySelector('#rows').textContent.includes('looked through')")
        assert page.complaints == []


async def test_the_bot_can_be_tried_by_keyboard_and_the_page_fits_every_screen(
    desk: Desk, tmp_path: Path
) -> None:
    async with whole(desk, tmp_path) as everything, serving(everything.store) as served, browser() as page:
        who = Pass(ConversationRef("terminal", "local", "").community_key, "local", "Ana")
        await come_in(page, served, who)
        await page.go(f"{served.url}/try")
        everything.provider.behave(Behaviour("Shall I <b>tell</b> *you* more?", tokens_per_chunk=2))
        for text, awaited in (
            ("What is the Zen?", "'.exchange:nth-of-type(1) .reply'"),
            (ATTACK, "'.exchange:nth-of-type(2) .stopped'"),
        ):
            # The page brings one there, at first and after each answer: nobody has to reach for a mouse.
            await page.until("document.activeElement.id === 'text'")
            await page.write(text)
            await page.press("Enter")
            await page.until(f"document.querySelector({awaited})")
            await page.until("document.getElementById('text').value === ''")
        await page.until("document.querySelector('.exchange .reply').textContent.endsWith('you more?')")
        assert (
            await page.js("document.querySelector('.exchange .reply').textContent")
            == "Shall I <b>tell</b> you more?"
        )
        assert await page.js("document.querySelector('.exchange .reply em').textContent") == "you"
        await page.until("document.querySelector('.exchange:nth-of-type(2) .margin a')")
        its_case = await page.js("document.querySelector('.exchange:nth-of-type(2) .margin a').pathname")
        # Its words are longer.
        await page.speak("es")
        for path in ("/", "/trends", "/policy", "/knowledge", "/try", its_case):
            await page.go(f"{served.url}{path}")
            if path == "/policy":
                await page.js("document.querySelector('input[name=block]').focus()")
                await page.press("End")
                await page.until("document.querySelector('.compared .brief a')")
            for width, height, dark in ((1360, 850, False), (390, 844, True), (320, 568, False)):
                await page.look(width, height, dark=dark)
                if path == "/trends":
                    # Cases by day and by hour, and turns: each drawn once, in the colours of the hour, as wide as there is room.
                    await page.until(DRAWN.format(room=width))
                assert await page.js("document.documentElement.scrollWidth") <= width, (path, width)
        assert page.complaints == []


DRAWN = """(() => {{
    const charts = [...document.querySelectorAll('.chart')];
    return charts.length === 3 && charts.every((chart) =>
        chart.querySelectorAll('canvas').length === 1
        && chart.clientWidth === chart.querySelector('.uplot').offsetWidth && chart.clientWidth <= {room}
        && [...chart.parentElement.querySelectorAll('th[data-colour]')].every((title) =>
            chart.textContent.includes(title.textContent))
        && chart.parentElement.querySelector('th[data-colour]') && !chart.parentElement.querySelector('details').open);
}})()"""
