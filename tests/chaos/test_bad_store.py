"""A store that cannot be used: one line that says why and names the setting, exit code 2, soon, no password."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager, closing
from pathlib import Path

import pytest

from bot.store.base import StoreUnavailable
from bot.store.redis.store import RedisStore

SERENO = Path(sys.executable).with_name("sereno")
PASSWORD = "s3cr3t-w0rd"

SECONDS = 6.0
"""From the start of the process to its end: 3 s are promised, and machines can be busy."""


async def refused(url: str, directory: Path, *arguments: str) -> str:
    """The one line that `sereno` says before it ends with code 2."""
    begun = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        SERENO,
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | {"SERENO_REDIS_URL": url, "SERENO_DATA_DIR": str(directory)},
    )
    output, errors = await process.communicate()
    assert time.monotonic() - begun < SECONDS
    assert process.returncode == 2
    assert PASSWORD.encode() not in output + errors
    (line,) = errors.decode().splitlines()
    assert line.startswith("sereno: ")
    assert "SERENO_REDIS_URL" in line
    return line


Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(handle: Handler) -> AsyncIterator[str]:
    """The address of a server on loopback."""
    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    try:
        yield f"{host}:{port}"
    finally:
        server.close()
        await server.wait_closed()


async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Takes everything and says nothing."""
    while await reader.read(65536):
        pass
    writer.close()


async def old(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A Redis before 7.0, as far as it is asked."""
    info = b"# Server\r\nredis_version:6.2.0\r\nredis_mode:standalone\r\n"
    replies = {
        b"INFO": b"$%d\r\n%s\r\n" % (len(info), info),
        b"EVAL": b":7\r\n",
        b"HELLO": b"-ERR unknown\r\n",
    }
    while header := await reader.readline():
        words = []
        for _ in range(int(header[1:])):
            length = int((await reader.readline())[1:])
            words.append((await reader.readexactly(length + 2))[:-2])
        writer.write(replies.get(words[0].upper(), b"+OK\r\n"))
    writer.close()


@pytest.fixture
def closed_port() -> str:
    """An address where nobody listens."""
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{taken.getsockname()[1]}"


@pytest.mark.parametrize("command", ["", "chat", "run --role worker", "guardlog"])
async def test_nobody_there(closed_port: str, tmp_path: Path, command: str) -> None:
    line = await refused(f"redis://:{PASSWORD}@{closed_port}/0", tmp_path, *command.split())
    assert f"redis://***@{closed_port}/0 cannot be reached" in line


async def test_somebody_there_who_never_answers(tmp_path: Path) -> None:
    async with listening(mute) as address:
        line = await refused(f"redis://:{PASSWORD}@{address}", tmp_path)
    assert f"{address} does not answer" in line


async def test_too_old(tmp_path: Path) -> None:
    async with listening(old) as address:
        line = await refused(f"redis://:{PASSWORD}@{address}", tmp_path)
    assert "is version 6.2.0; Sereno needs Redis 7.0 or newer" in line


async def test_no_tls_there(tmp_path: Path) -> None:
    async with listening(mute) as address:
        line = await refused(f"rediss://:{PASSWORD}@{address}", tmp_path)
    assert address in line


@pytest.fixture
async def limited(server: str) -> str:
    """The URL of a user who may run no scripts."""
    async with aclosing(RedisStore(server)) as store:
        rights = ("on", f">{PASSWORD}", "~*", "&*", "+@all", "-@scripting")
        await store._client.call("ACL", "SETUSER", "limited", *rights)
    return server.replace("unix://", f"unix://limited:{PASSWORD}@")


async def test_no_scripts(tmp_path: Path, limited: str) -> None:
    assert "cannot run Lua scripts" in await refused(limited, tmp_path)


async def test_a_wrong_password(tmp_path: Path, limited: str) -> None:
    line = await refused(limited.replace(PASSWORD, f"{PASSWORD}-not"), tmp_path)
    assert "refuses the password in SERENO_REDIS_URL" in line


async def test_no_such_socket(tmp_path: Path) -> None:
    line = await refused(f"unix://{tmp_path}/none.sock", tmp_path)
    assert f"unix://{tmp_path}/none.sock cannot be reached" in line


async def test_another_kind_of_url(tmp_path: Path) -> None:
    line = await refused(f"ftp://sereno:{PASSWORD}@files.example/0", tmp_path)
    assert "'ftp://***@files.example/0'" in line
    assert "redis://, rediss:// or unix://" in line


@pytest.mark.parametrize(
    "url",
    [
        "redis://:{}#@host:6379/0",
        "redis://:{}/@host:6379/0",
        "redis://:{}?@host:6379/0",
        "redis://:x@{}@[host:6379/0",
        "redis://host:6379/0?password={}&colour=blue",
        "redis://host:6379/0?password={}@&colour=blue",
        "redis:{}@host",
        "redis://u:1/{}@127.0.0.1:1",
        "//u:{}@host",
    ],
)
def test_a_password_is_not_shown_however_the_url_is_misunderstood(url: str) -> None:
    with pytest.raises(StoreUnavailable) as failure:
        RedisStore(url.format(PASSWORD))
    assert PASSWORD not in str(failure.value)
    assert failure.value.__suppress_context__
    assert "SERENO_REDIS_URL" in str(failure.value)
