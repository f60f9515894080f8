"""`sereno console` as people run it."""

from __future__ import annotations

import asyncio
import signal
import socket
from pathlib import Path

import httpx2
import pytest

from tests.wire.cli_parts import finish, line_of, sereno, start


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def opened(link: str) -> httpx2.Response:
    """What stands behind a link's button."""
    address, _, secret = link.partition("?link=")
    with httpx2.Client() as browser:
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
