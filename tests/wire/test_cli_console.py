"""`sereno console` as people run it."""

from __future__ import annotations

import asyncio
import os
import pty
import re
import signal
import socket
from pathlib import Path

import httpx2
import pytest

from tests.helpers import eventually
from tests.wire.cli_parts import SECONDS, SERENO, environment, finish, line_of, sereno, start


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def opened(link: str) -> httpx2.Response:
    """What stands behind a link's button."""
    address, _, secret = link.partition("?link=")
    with httpx2.Client(timeout=SECONDS) as browser:
        browser.post(address, data={"link": secret})
        return browser.get(address.removesuffix("enter"))


async def test_the_console_prints_links_of_its_own_and_for_others_until_it_is_ended(
    tmp_path: Path, port: int
) -> None:
    console = await start(tmp_path, "console", HTTP__PORT=str(port))
    community, link = (await line_of(console.stdout)).split()
    assert community == "terminal/local"
    assert link.startswith(f"http://127.0.0.1:{port}/enter?link=")
    page = await asyncio.to_thread(opened, link)
    assert page.status_code == 200
    assert "All quiet" in page.text
    assert (await asyncio.to_thread(opened, link)).status_code == 403

    other = await sereno(tmp_path, "console", "--link", "--community", "discord/42", HTTP__PORT=str(port))
    assert (other.code, other.lines[0].split()[0]) == (0, "discord/42")
    assert "Discord · 42" in (await asyncio.to_thread(opened, other.lines[0].split()[1])).text

    taken = await sereno(tmp_path, "console", HTTP__PORT=str(port))
    assert taken.code == 2
    assert "sereno console --link" in taken.errors

    ended = await sereno(tmp_path, "console", "--sign-out")
    assert (ended.code, ended.errors.strip()) == (0, "Ended: 2.")
    console.send_signal(signal.SIGTERM)
    last = await finish(console)
    assert last.code == 0
    assert "Traceback" not in last.errors


def tried(link: str) -> httpx2.Response:
    """What stands behind the button of a link to *Try*."""
    with httpx2.Client(follow_redirects=True, timeout=SECONDS) as browser:
        page = browser.get(link).text
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)">', page))
        return browser.post(link.partition("?")[0], data=fields)


async def test_sereno_in_a_terminal_begins_with_a_link_to_try_it_and_still_talks(
    tmp_path: Path, port: int
) -> None:
    terminal, its_end = pty.openpty()
    chat = await asyncio.create_subprocess_exec(
        SERENO, stdin=its_end, stdout=its_end, stderr=its_end,
        env=environment(tmp_path, HTTP__PORT=str(port)) | {"TERM": "xterm", "COLUMNS": "200"},
        start_new_session=True,
    )  # fmt: skip
    os.close(its_end)
    shown = bytearray()
    asyncio.get_running_loop().add_reader(terminal, lambda: shown.extend(_read(terminal)))
    try:
        async with asyncio.timeout(SECONDS):
            await eventually(lambda: "›".encode() in shown, SECONDS)
            found = re.search(
                rf"http://127\.0\.0\.1:{port}/enter\?to=try&link=[\w-]+", shown.decode("utf-8", "replace")
            )
            assert found is not None
            page = await asyncio.to_thread(tried, found[0])
            assert (page.status_code, page.url.path) == (200, "/try")
            assert "Try the bot" in page.text
            os.write(terminal, b"hello\r")
            await eventually(lambda: b"I am Sereno" in shown, SECONDS)
            os.write(terminal, b"\x04")
            assert await chat.wait() == 0
    finally:
        asyncio.get_running_loop().remove_reader(terminal)
        os.close(terminal)
        if chat.returncode is None:
            chat.kill()
            await chat.wait()
    assert b"Traceback" not in shown


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


@pytest.mark.parametrize(
    ("arguments", "settings", "said"),
    [
        (["--community", "nothing"], {}, "give platform/id"),
        ([], {"HTTP__HOST": "0.0.0.0"}, "SERENO_CONSOLE__URL"),
        ([], {"CONSOLE__URL": "javascript:alert(1)"}, "http://"),
        ([], {"HTTP__PORT": "99999"}, "SERENO_HTTP__PORT"),
        ([], {"HTTP__HOST": "203.0.113.1", "CONSOLE__URL": "https://x.example"}, "cannot listen"),
    ],
    ids=str,
)
async def test_a_console_that_cannot_be_is_refused_in_a_line(
    arguments: list[str], settings: dict[str, str], said: str, tmp_path: Path
) -> None:
    ran = await sereno(tmp_path, "console", *arguments, **settings)
    assert ran.code == 2
    assert said in ran.errors
    assert "Traceback" not in ran.errors
