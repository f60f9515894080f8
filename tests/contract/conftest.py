"""Every store there is, each behind the same fixture."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.store import embedded
from bot.store.base import Store
from bot.store.memory import MemoryStore
from bot.store.redis.store import RedisStore

LEASE = 0.4
ON_PATH = shutil.which("valkey-server") or shutil.which("redis-server")


# autouse: before any test, when no event loop runs yet.
@pytest.fixture(scope="session", autouse=True)
def embedded_socket() -> Iterator[str]:
    """The server from our wheel, started as `sereno` starts it, without one on PATH."""
    with tempfile.TemporaryDirectory() as directory:
        loop = asyncio.new_event_loop()
        server = embedded.EmbeddedServer(Path(directory))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(shutil, "which", lambda _name: None)
            url = loop.run_until_complete(server.start())
        yield url
        loop.run_until_complete(server.stop())
        loop.close()


# autouse: before any test, when no event loop runs yet.
@pytest.fixture(scope="session", autouse=True)
def path_socket() -> Iterator[str]:
    """A Redis or Valkey on PATH, started by hand."""
    if ON_PATH is None:
        yield ""
        return
    with tempfile.TemporaryDirectory() as directory:
        socket = f"{directory}/s.sock"
        with subprocess.Popen(
            [ON_PATH, "--port", "0", "--unixsocket", socket, "--save", "", "--dir", directory],
            stdout=subprocess.DEVNULL,
        ) as process:
            yield f"unix://{socket}"
            process.terminate()


@pytest.fixture(params=["memory", "embedded", "path"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    """An empty store."""
    if request.param == "memory":
        yield MemoryStore(lease=LEASE)
        return
    url = request.getfixturevalue(f"{request.param}_socket")
    if not url:
        pytest.skip("no valkey-server or redis-server on PATH")
    store = RedisStore(url, lease=LEASE)
    await store._client.call("FLUSHALL")
    await store.check()
    yield store
    await store.aclose()
