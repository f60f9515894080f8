"""The console's *Try* page as people use it: its forms, and what its chat then shows."""

from __future__ import annotations

import asyncio
import html
import re
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2

from adapters.base import ConversationRef, Final, Notice, Withdrawn
from adapters.local.web import WebAdapter
from bot import wiring
from bot.commands import table
from bot.console.app import Parts, console
from bot.console.gate import Addresses
from bot.entry import Door, Pass, form_key
from bot.gateway import Gateway
from bot.i18n import translate
from bot.settings import Settings
from bot.store.base import Store
from tests.scenarios.stage import Drive, Driver

SECONDS = 20.0
_NOTICE = re.compile(r'<p class="notice"[^>]*>(.*?)</p>', re.DOTALL)


class Web:
    """Members with a browser each."""

    ref = ConversationRef("terminal", "local", "try")

    def __init__(self, parts: Parts, web: WebAdapter, locale: str) -> None:
        self._parts = parts
        self._web = web
        self._locale = locale
        self._app = console(parts)
        self._browsers: dict[str, httpx2.AsyncClient] = {}

    async def say(self, who: str, text: str) -> str:
        """The reply, as the chat shows it."""
        browser = await self._browser(who)
        ref = ConversationRef(self.ref.platform, self.ref.community, self.ref.channel, who)
        _, change = self._web.chat(ref)
        key = form_key(browser.cookies["sereno"])
        answer = await browser.post("/try", data={"key": key, "text": text})
        assert answer.status_code == 200, answer.text
        notice = _NOTICE.search(answer.text)
        if notice:
            return html.unescape(notice[1])
        async with asyncio.timeout(SECONDS):
            while True:
                exchanges, change = await self._web.changes(ref, change, SECONDS)
                if exchanges and exchanges[-1].ended:
                    event = exchanges[-1].event
                    assert isinstance(event, Final | Notice | Withdrawn)
                    marked = isinstance(event, Final) and event.annotations
                    return await self._shown(browser) if marked else event.text

    async def _shown(self, browser: httpx2.AsyncClient) -> str:
        """The last reply with its marks, as the page has it."""
        page = (await browser.get("/try")).text
        reply = page.rpartition('<div class="reply">')[2].partition('<div class="margin"')[0]
        return html.unescape(re.sub(r"<[^>]*>", "", reply))

    async def _browser(self, who: str) -> httpx2.AsyncClient:
        if who not in self._browsers:
            self._browsers[who] = browser = httpx2.AsyncClient(
                transport=httpx2.ASGITransport(app=self._app),
                base_url="http://127.0.0.1:8080",
                headers={"accept-language": self._locale, "hx-request": "true"},
            )
            link = await self._parts.door.link(Pass(self.ref.community_key, who, who))
            await browser.post("/enter", data={"link": link})
        return self._browsers[who]


def web(locale: str = "en") -> Drive:
    """The console."""

    @asynccontextmanager
    async def drive(settings: Settings, store: Store) -> AsyncIterator[Driver]:
        model = wiring.model_of(settings)
        engine = wiring.engine_of(settings, store, model)
        worker = wiring.worker_of(settings, store, model, engine)
        adapter = WebAdapter(
            session=secrets.token_hex(4),
            commands=table(),
            translate=translate,
            new_id=lambda: secrets.token_hex(8),
        )
        door = Door(store, time.time, lambda: secrets.token_urlsafe(32))
        parts = Parts(
            store,
            door,
            adapter,
            engine.guards,
            wiring.adding_of(store, engine.guards),
            Addresses.of("", 8080),
            time.time,
            lambda: secrets.token_hex(8),
        )
        working = asyncio.create_task(worker.run())
        talking = asyncio.create_task(Gateway(adapter, store, store, name=wiring.new_name()).run())
        try:
            yield Web(parts, adapter, locale)
        finally:
            talking.cancel()
            worker.stop()
            await asyncio.gather(talking, return_exceptions=True)
            await asyncio.wait_for(working, SECONDS)
            await model.aclose()

    return drive
