"""Pictures of pages, by a Chromium without a window that is asked through its own debugging protocol."""

from __future__ import annotations

import asyncio
import base64
import itertools
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
SCALE = 2
WIDEST = 1600
"""CSS pixels."""
SECONDS = 60.0

Picture = Callable[[str], Awaitable[bytes]]
"""A page → a PNG of its body."""


def found() -> str:
    """Where Chromium is; "" when it is not here."""
    return next(filter(None, map(shutil.which, NAMES)), "")


@asynccontextmanager
async def browser(program: str) -> AsyncIterator[Picture]:
    """A browser that shows nothing and remembers nothing."""
    with TemporaryDirectory() as profile:
        # Chromium has no sandbox for root; what it opens is what we wrote ourselves.
        rights = ["--no-sandbox"] if os.geteuid() == 0 else []
        process = await asyncio.create_subprocess_exec(
            program,
            *rights,
            "--headless",
            "--disable-gpu",
            "--hide-scrollbars",
            "--no-first-run",
            "--remote-debugging-port=0",
            f"--user-data-dir={profile}",
            "about:blank",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with ClientSession() as session:
                port = await _port(Path(profile) / "DevToolsActivePort", process)
                async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
                    pages = await answer.json()
                address = next(one["webSocketDebuggerUrl"] for one in pages if one["type"] == "page")
                async with session.ws_connect(address, max_msg_size=0) as socket:
                    yield _Page(socket).picture
        finally:
            process.terminate()
            await process.wait()


async def _port(file: Path, process: asyncio.subprocess.Process) -> str:
    """Where it listens, which it writes into a file."""
    async with asyncio.timeout(SECONDS):
        while not _lines(file):
            if process.returncode is not None:
                raise SystemExit("Chromium ended before it began.")
            await asyncio.sleep(0.05)
    return _lines(file)[0]


def _lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.is_file() else []


class _Page:
    """One tab."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)

    async def picture(self, html: str) -> bytes:
        """Shows a page and takes its picture."""
        frame = (await self._ask("Page.getFrameTree"))["frameTree"]["frame"]["id"]
        await self._ask(
            "Emulation.setDeviceMetricsOverride",
            width=WIDEST,
            height=100,
            deviceScaleFactor=SCALE,
            mobile=False,
        )
        await self._ask("Page.setDocumentContent", frameId=frame, html=html)
        root = (await self._ask("DOM.getDocument"))["root"]["nodeId"]
        body = (await self._ask("DOM.querySelector", nodeId=root, selector="body"))["nodeId"]
        box = (await self._ask("DOM.getBoxModel", nodeId=body))["model"]
        clip = {"x": 0, "y": 0, "width": box["width"], "height": box["height"], "scale": 1}
        shot = await self._ask("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)
        return base64.b64decode(shot["data"])

    async def _ask(self, method: str, **parameters: object) -> Any:
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        async with asyncio.timeout(SECONDS):
            while True:
                answer = await self._socket.receive_json()
                if answer.get("id") == number:
                    if "error" in answer:
                        raise RuntimeError(f"{method}: {answer['error']['message']}")
                    return answer["result"]
