"""The connection to the server: pools, deadlines, scripts. The only place that makes a redis-py client.

redis-py 8 sends through `asyncio.wait_for` when it has a socket timeout, which on Python 3.11 can swallow
a cancellation. So it gets none, and every call here runs under `asyncio.timeout` instead.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from importlib.resources import files
from typing import Any, TypeVar
from urllib.parse import urlsplit

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    RedisError,
    ResponseError,
)
from redis.exceptions import (
    ConnectionError as ServerConnectionError,
)
from redis.exceptions import (
    TimeoutError as ServerTimeoutError,
)

from bot.store.base import StoreUnavailable

T = TypeVar("T")

OLDEST = (7, 0)
CALL_SECONDS = 5.0
"""Deadline of one call, its retries included."""
CONNECT_SECONDS = 2.0

SCRIPTS = ("deliver", "take", "renew", "commit", "abandon", "leave", "load", "own", "done")


def without_password(url: str) -> str:
    """`url` as it may be shown."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{parts.username or ''}:***@{host}").geturl()


class Client:
    """One server: short calls from a shared pool, waiting reads each on a connection of their own."""

    def __init__(self, url: str) -> None:
        """Connects at first use.

        Raises:
            StoreUnavailable: `url` is none that redis-py understands.
        """
        self.url = url
        # Safe to repeat, all of them: every script finds out whether it was run before.
        retry = Retry(ExponentialBackoff(cap=0.5, base=0.02), 8, (ServerConnectionError, ServerTimeoutError))
        try:
            self._calls = Redis(connection_pool=self._pool(32, retry))
            self._waits = Redis(connection_pool=self._pool(256, Retry(ExponentialBackoff(), 0)))
        except ValueError as error:
            raise StoreUnavailable(f"SERENO_REDIS_URL {without_password(url)!r}: {error}") from None
        prelude = files(__package__).joinpath("_claim.lua").read_text()
        self._scripts = {
            name: self._calls.register_script(
                prelude + files(__package__).joinpath(f"{name}.lua").read_text()
            )
            for name in SCRIPTS
        }

    def _pool(self, size: int, retry: Retry) -> BlockingConnectionPool:
        return BlockingConnectionPool.from_url(
            self.url,
            max_connections=size,
            timeout=CALL_SECONDS,
            socket_timeout=None,
            socket_connect_timeout=CONNECT_SECONDS,
            retry=retry,
            health_check_interval=0,
        )

    async def script(
        self, name: str, keys: Sequence[str], arguments: Sequence[str | bytes | int] = ()
    ) -> Any:
        """What the script answers.

        Raises:
            StoreUnavailable: the server does not answer, or refuses.
        """
        return await self._within(
            CALL_SECONDS, lambda: self._scripts[name](keys=list(keys), args=list(arguments))
        )

    async def call(self, *command: str | bytes | int) -> Any:
        """What a short command answers. Raises `StoreUnavailable` as `script` does."""
        return await self._within(CALL_SECONDS, lambda: self._execute(self._calls, command))

    async def wait(self, seconds: float, *command: str | bytes | int) -> Any:
        """What a command that blocks up to `seconds` answers. Raises `StoreUnavailable` as `script` does."""
        return await self._within(seconds + CALL_SECONDS, lambda: self._execute(self._waits, command))

    @staticmethod
    def _execute(redis: Redis, command: tuple[str | bytes | int, ...]) -> Awaitable[Any]:
        execute: Callable[..., Awaitable[Any]] = redis.execute_command
        return execute(*command)

    async def in_group(self, stream: str, group: str, run: Callable[[], Awaitable[Any]]) -> Any:
        """What `run` answers, after making the stream's consumer group if there is none."""
        try:
            return await run()
        except ResponseError as error:
            # First use, or somebody emptied the server. Some servers leave out the error's prefix.
            if "NOGROUP" not in str(error) and "consumer group" not in str(error):
                raise
        try:
            await self.call("XGROUP", "CREATE", stream, group, "0", "MKSTREAM")
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise
        return await run()

    async def _within(self, seconds: float, run: Callable[[], Awaitable[T]]) -> T:
        try:
            async with asyncio.timeout(seconds):
                return await run()
        except TimeoutError:
            raise StoreUnavailable(f"the store at {without_password(self.url)} does not answer") from None
        except (ServerConnectionError, ServerTimeoutError, BusyLoadingError) as error:
            raise StoreUnavailable(
                f"the store at {without_password(self.url)} cannot be reached ({_reason(error)})"
            ) from error
        except ResponseError as error:
            if "OOM" in str(error):
                raise StoreUnavailable("the store is full: raise its maxmemory, or keep less") from error
            raise
        except RedisError as error:
            raise StoreUnavailable(f"the store refuses: {_reason(error)}") from error

    async def check(self) -> None:
        """Finds out, within 3 seconds, whether the server can be used; see `Store.check`."""
        where = f"the store at {without_password(self.url)}"
        try:
            async with asyncio.timeout(2.5):
                info = await self._calls.info("server")
                if await self._calls.eval("return 7", 0) != 7:
                    raise StoreUnavailable(f"{where} cannot run Lua scripts, which Sereno needs")
        except TimeoutError:
            raise StoreUnavailable(
                f"{where} does not answer: is it running, and is SERENO_REDIS_URL right?"
            ) from None
        except AuthenticationError as error:
            raise StoreUnavailable(
                f"{where} refuses the password in SERENO_REDIS_URL ({_reason(error)})"
            ) from error
        except (ServerConnectionError, ServerTimeoutError, OSError) as error:
            raise StoreUnavailable(
                f"{where} cannot be reached ({_reason(error)}): is it running, and is SERENO_REDIS_URL right?"
            ) from error
        except ResponseError as error:
            raise StoreUnavailable(
                f"{where} cannot run Lua scripts, which Sereno needs ({_reason(error)})"
            ) from error
        except RedisError as error:
            raise StoreUnavailable(f"{where} refuses: {_reason(error)}") from error
        version = str(info.get("redis_version", "0"))
        if tuple(int(part) for part in version.split(".")[:2] if part.isdigit()) < OLDEST:
            raise StoreUnavailable(
                f"{where} is version {version}; Sereno needs Redis 7.0 or newer, or Valkey"
            )

    async def aclose(self) -> None:
        """Closes all connections."""
        for redis in (self._calls, self._waits):
            with suppress(RedisError, OSError):
                await redis.aclose()
                await redis.connection_pool.disconnect()


def _reason(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
