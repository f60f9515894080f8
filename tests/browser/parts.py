"""A console on a store, and a real Chromium to look at it, driven by its own protocol (CDP)."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import shutil
import socket
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from adapters.local.web import WebAdapter
from bot import wiring
from bot.commands import table
from bot.console.app import Parts, console
from bot.console.gate import Addresses
from bot.console.listening import listen
from bot.console.serving import serve
from bot.entry import Door, Pass
from bot.gateway import Gateway
from bot.i18n import translate
from bot.store.base import Store

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SECONDS = 20.0


@dataclass
class Served:
    """A console that listens."""

    url: str
    door: Door
    web: WebAdapter

    async def link(self, who: Pass) -> str:
        return f"{self.url}/enter?link={await self.door.link(who)}"


@asynccontextmanager
async def serving(store: Store) -> AsyncIterator[Served]:
    """The console on `store`; somebody else's worker answers."""
    listening = listen("127.0.0.1", _free_port())
    port = listening.getsockname()[1]
    web = WebAdapter(
        session=wiring.new_name(), commands=table(), translate=translate, new_id=lambda: secrets.token_hex(8)
    )
    door = wiring.door_of(store)
    guards = wiring.pipeline_of()
    parts = Parts(
        store,
        door,
        web,
        guards,
        wiring.adding_of(store, guards),
        Addresses.of("", port),
        time.time,
        lambda: secrets.token_hex(8),
    )
    tasks = [
        asyncio.create_task(serve(console(parts), listening)),
        asyncio.create_task(Gateway(web, store, store, name=wiring.new_name()).run()),
    ]
    try:
        yield Served(f"http://127.0.0.1:{port}", door, web)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Browser:
    """One page of a Chromium."""

    def __init__(self, page: aiohttp.ClientWebSocketResponse) -> None:
        self._page = page
        self._number = 0
        self._asked: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.complaints: list[str] = []
        """What the browser itself has to say: errors, warnings, what a policy forbade."""

    async def listen(self) -> None:
        """Reads what the browser says, until it is closed."""
        async for said in self._page:
            told = json.loads(said.data)
            if "id" in told:
                self._asked.pop(told["id"]).set_result(told)
            elif told["method"] in ("Log.entryAdded", "Runtime.exceptionThrown") or (
                told["method"] == "Runtime.consoleAPICalled"
                and told["params"]["type"] in ("error", "warning")
            ):
                self.complaints.append(json.dumps(told["params"])[:500])

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        """One call of the protocol."""
        self._number += 1
        number = self._number
        answer = self._asked[number] = asyncio.get_running_loop().create_future()
        await self._page.send_json({"id": number, "method": method, "params": params})
        told = await asyncio.wait_for(answer, SECONDS)
        assert "error" not in told, told
        result: dict[str, Any] = told["result"]
        return result

    async def js(self, expression: str) -> Any:
        """The value of an expression on the page."""
        told = await self.call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    async def until(self, condition: str, seconds: float = SECONDS) -> None:
        """Waits until an expression is true."""
        until = time.monotonic() + seconds
        while not await self._is(condition):
            assert time.monotonic() < until, f"not within {seconds} s: {condition}"
            await asyncio.sleep(0.02)

    async def _is(self, condition: str) -> bool:
        try:
            return bool(await self.js(f"!!({condition})"))
        except AssertionError:
            # Between two pages there is nothing to ask.
            return False

    async def go(self, url: str) -> None:
        """Opens a page; a key pressed after it goes where the page wants it to."""
        await self.call("Page.navigate", url=url)
        await self.until(f"location.href === {json.dumps(url)} && document.readyState === 'complete'")
        # It brings the reader there when it is painted, which may be later than when it is there.
        await self.until("!document.querySelector('[autofocus]') || document.activeElement !== document.body")

    async def press(self, key: str) -> None:
        """Presses a key."""
        text = {"Enter": "\r"}.get(key, key)
        codes = {"Enter": 13, "End": 35}
        more: dict[str, Any] = {"windowsVirtualKeyCode": codes[key]} if key in codes else {}
        if key != "End":
            more["text"] = text
        await self.call("Input.dispatchKeyEvent", type="keyDown", key=key, **more)
        await self.call("Input.dispatchKeyEvent", type="keyUp", key=key)

    async def write(self, text: str) -> None:
        """Types into the field that has the focus."""
        await self.call("Input.insertText", text=text)

    async def choose_file(self, selector: str, file: Path) -> None:
        """Chooses a file in a field."""
        root = (await self.call("DOM.getDocument"))["root"]["nodeId"]
        field = (await self.call("DOM.querySelector", nodeId=root, selector=selector))["nodeId"]
        await self.call("DOM.setFileInputFiles", nodeId=field, files=[str(file)])

    async def speak(self, language: str) -> None:
        """Asks for pages in a language."""
        await self.call("Network.enable")
        await self.call("Network.setExtraHTTPHeaders", headers={"Accept-Language": language})

    async def look(self, width: int, height: int, *, dark: bool = False) -> None:
        """A window of that size, by day or by night."""
        await self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 500,
        )
        theme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await self.call("Emulation.setEmulatedMedia", features=[theme])


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """A Chromium with an empty page, that knows nothing of an earlier one."""
    assert CHROMIUM is not None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--lang=en",
            "--disable-background-networking", "--no-first-run", "--remote-debugging-port=0",
            f"--user-data-dir={profile}", "about:blank",
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            port = await _port_of(Path(profile))
            async with aiohttp.ClientSession() as session:
                async with session.get(f"http://127.0.0.1:{port}/json") as answer:
                    pages = await answer.json()
                address = next(page["webSocketDebuggerUrl"] for page in pages if page["type"] == "page")
                async with session.ws_connect(address, max_msg_size=0) as page:
                    opened = Browser(page)
                    listening = asyncio.create_task(opened.listen())
                    for domain in ("Page", "Runtime", "Log"):
                        await opened.call(f"{domain}.enable")
                    await opened.look(1360, 850)
                    yield opened
                listening.cancel()
                await asyncio.gather(listening, return_exceptions=True)
        finally:
            process.kill()
            await process.wait()


async def _port_of(profile: Path) -> int:
    """Where a Chromium with that profile listens."""
    file = profile / "DevToolsActivePort"
    until = time.monotonic() + SECONDS
    while True:
        found = re.match(r"\d+", file.read_text()) if file.exists() else None
        if found:
            return int(found[0])
        assert time.monotonic() < until, "Chromium does not start"
        await asyncio.sleep(0.05)
