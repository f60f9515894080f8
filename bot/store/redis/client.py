"""The connection to the server: pools, deadlines, scripts. The only place that makes a redis-py client.

redis-py 8 sends through `asyncio.wait_for` when it has a socket timeout, which on Python 3.11 can swallow
a cancellation. So it gets none, and every call here runs under `asyncio.timeout` instead.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha1
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    NoScriptError,
    OutOfMemoryError,
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

OLDEST = (7, 0)
CALL_SECONDS = 5.0
"""Deadline of one call, its retries included."""
CONNECT_SECONDS = 2.0
CHECK_SECONDS = 1.5
"""Deadline of the first look at the server."""

SCRIPTS = (
    "deliver",
    "take",
    "renew",
    "alone",
    "commit",
    "discard",
    "abandon",
    "leave",
    "play_back",
    "retract",
    "tidy",
    "load",
    "file",
    "numbered",
    "member",
    "reviews",
    "record",
    "having",
    "learn",
    "unlearn",
    "catalogue",
    "publish",
    "own",
    "done",
)


def without_password(url: str) -> str:
    """`url` as it may be shown: without options, and without all that stands before the last @."""
    # Not parsed: a password with a # or a / in it would be taken for something else, and be shown.
    before, at, host = url.rpartition("@")
    if not at:
        return url.partition("?")[0]
    scheme, separator, _ = before.partition("://")
    if "?" in before:
        host = "…"
    return f"{scheme if separator else ''}{separator}***@{host.partition('?')[0]}"


def _check_address(url: str) -> None:
    # A # or / in a password ends the address, and what follows would be taken for something else.
    if not url.startswith("unix://") and "@" in url and "@" not in urlsplit(url).netloc:
        raise ValueError(url)


class _Batches:
    """Short commands, sent together: those that come while some are on their way go with the next ones.

    One write and one read for many commands is what makes twenty conversations at once cheap; a command
    that comes alone is sent at once.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._waiting: list[tuple[tuple[str | bytes | int, ...], asyncio.Future[Any]]] = []
        self._sender: asyncio.Task[None] | None = None

    async def call(self, name: str, *arguments: str | bytes | int) -> Any:
        """What a command answers, within twice `CALL_SECONDS`. Raises what redis-py raises, and `TimeoutError`."""
        answer = asyncio.get_running_loop().create_future()
        # Encoded here: what cannot be encoded is its caller's error, not that of all who are sent with it.
        encoded = (each.encode() if isinstance(each, str) else each for each in arguments)
        self._waiting.append(((name, *encoded), answer))
        if self._sender is None or self._sender.done():
            self._sender = asyncio.create_task(self._send())
        return await answer

    async def aclose(self) -> None:
        """Waits for what is on its way."""
        if self._sender is not None:
            await asyncio.wait([self._sender])

    async def _send(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            pipeline = self._redis.pipeline(transaction=False)
            for command, _ in batch:
                pipeline.execute_command(*command)
            answers: Sequence[Any]
            try:
                async with asyncio.timeout(CALL_SECONDS):
                    answers = await pipeline.execute(raise_on_error=False)
            except Exception as error:  # noqa: BLE001 - whatever it is, those who wait must hear of it
                answers = [error] * len(batch)
            for (_, waiting), answer in zip(batch, answers, strict=True):
                if waiting.done():
                    continue  # nobody waits any more
                if isinstance(answer, Exception):
                    waiting.set_exception(answer)
                else:
                    waiting.set_result(answer)


class Client:
    """One server: short calls go together, waiting reads each on a connection of their own."""

    def __init__(self, url: str) -> None:
        """Connects at first use.

        Raises:
            StoreUnavailable: `url` is none that redis-py understands.
        """
        self.url = url
        # Safe to repeat, all of them: every script finds out whether it was run before.
        retry = Retry(ExponentialBackoff(cap=0.5, base=0.02), 8, (ServerConnectionError, ServerTimeoutError))
        try:
            _check_address(url)
            self._calls = Redis(connection_pool=self._pool(4, retry))
            self._waits = Redis(connection_pool=self._pool(256, Retry(ExponentialBackoff(), 0)))
            # Nothing is sent yet; an option that does not exist is found here.
            pool = self._calls.connection_pool
            pool.connection_class(**pool.connection_kwargs)
        except (ValueError, TypeError):
            # Their text may quote a part of the password.
            raise StoreUnavailable(
                f"SERENO_REDIS_URL {without_password(url)!r} cannot be understood: it must be redis://, "
                "rediss:// or unix://, with special characters in a password %-encoded and no unknown option"
            ) from None
        self._batches = _Batches(self._calls)
        prelude = files(__package__).joinpath("_claim.lua").read_text()
        self._scripts = {
            name: prelude + files(__package__).joinpath(f"{name}.lua").read_text() for name in SCRIPTS
        }
        self._digests = {
            name: sha1(text.encode(), usedforsecurity=False).hexdigest()
            for name, text in self._scripts.items()
        }

    def _pool(self, size: int, retry: Retry) -> BlockingConnectionPool:
        return BlockingConnectionPool.from_url(
            self.url,
            max_connections=size,
            timeout=CALL_SECONDS,
            socket_timeout=None,
            socket_connect_timeout=CONNECT_SECONDS,
            # With the newer protocol an old server, or a wrong password, would fail with a riddle.
            protocol=2,
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
        rest = (len(keys), *keys, *arguments)
        try:
            return await self.call("EVALSHA", self._digests[name], *rest)
        except NoScriptError:
            # A new server, or one that was restarted; EVAL makes it remember.
            return await self.call("EVAL", self._scripts[name], *rest)

    async def call(self, name: str, *arguments: str | bytes | int) -> Any:
        """What a short command answers. Raises `StoreUnavailable` as `script` does."""
        with self._explained():
            return await self._batches.call(name, *arguments)

    async def wait(self, seconds: float, *command: str | bytes | int) -> Any:
        """What a command that blocks up to `seconds` answers. Raises `StoreUnavailable` as `script` does."""
        execute: Callable[..., Awaitable[Any]] = self._waits.execute_command
        with self._explained():
            async with asyncio.timeout(seconds + CALL_SECONDS):
                return await execute(*command)

    async def in_group(self, stream: str, group: str, run: Callable[[], Awaitable[Any]]) -> Any:
        """What `run` answers, after making the stream's consumer group if there is none."""
        try:
            return await run()
        except ResponseError as error:
            # First use, or somebody emptied the server.
            if not _about_group(error):
                raise
        try:
            await self.call("XGROUP", "CREATE", stream, group, "0", "MKSTREAM")
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise
        return await run()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Says what went wrong in words that help."""
        try:
            yield
        except TimeoutError:
            raise StoreUnavailable(f"the store at {without_password(self.url)} does not answer") from None
        except (ServerConnectionError, ServerTimeoutError, BusyLoadingError) as error:
            raise StoreUnavailable(
                f"the store at {without_password(self.url)} cannot be reached ({_reason(error)})"
            ) from error
        except OutOfMemoryError as error:
            raise StoreUnavailable(
                "the store is full: keep less (SERENO_HISTORY__DAYS, SERENO_HISTORY__TURNS), or raise its "
                "maxmemory; the embedded store has 256 MB, SERENO_REDIS_URL can name one with more"
            ) from error
        except ResponseError as error:
            if isinstance(error, NoScriptError) or _about_group(error):
                raise
            # A full disk, a replica, a cluster that is being changed: it may work again in a moment.
            raise StoreUnavailable(f"the store refuses: {_reason(error)}") from error
        except RedisError as error:
            raise StoreUnavailable(f"the store refuses: {_reason(error)}") from error

    async def check(self) -> None:
        """Finds out, within `CHECK_SECONDS`, whether the server can be used; see `Store.check`."""
        where = f"the store at {without_password(self.url)}"
        try:
            # Without retries: whoever started us wants to know now. The process itself takes a second.
            async with asyncio.timeout(CHECK_SECONDS):
                version = str((await self._waits.info("server")).get("redis_version", "0"))
                if tuple(int(part) for part in version.split(".")[:2] if part.isdigit()) < OLDEST:
                    raise StoreUnavailable(
                        f"{where} is version {version}; Sereno needs Redis 7.0 or newer, or Valkey: "
                        "set SERENO_REDIS_URL to one"
                    )
                if (await self._waits.info("cluster")).get("cluster_enabled"):
                    raise StoreUnavailable(
                        f"{where} is a Redis Cluster; Sereno needs one Redis or Valkey that is no cluster, "
                        "for now: set SERENO_REDIS_URL to one"
                    )
                await self._waits.eval("return 7", 0)
        except TimeoutError:
            raise StoreUnavailable(
                f"{where} does not answer: is it running, and is SERENO_REDIS_URL right?"
            ) from None
        except (ServerConnectionError, ServerTimeoutError, OSError) as error:
            # What goes wrong while connecting comes wrapped.
            if isinstance(error.__cause__ or error, AuthenticationError):
                raise StoreUnavailable(
                    f"{where} refuses the password in SERENO_REDIS_URL ({_reason(error)})"
                ) from error
            raise StoreUnavailable(
                f"{where} cannot be reached ({_reason(error)}): is it running, and is SERENO_REDIS_URL right?"
            ) from error
        except ResponseError as error:
            raise StoreUnavailable(
                f"{where} cannot run Lua scripts, which Sereno needs ({_reason(error)}): "
                "let the account in SERENO_REDIS_URL run EVAL, EVALSHA and INFO"
            ) from error
        except RedisError as error:
            raise StoreUnavailable(
                f"{where} refuses ({_reason(error)}): is SERENO_REDIS_URL right?"
            ) from error

    async def aclose(self) -> None:
        """Closes all connections."""
        await self._batches.aclose()
        for redis in (self._calls, self._waits):
            with suppress(RedisError, OSError):
                await redis.aclose()
                await redis.connection_pool.disconnect()


def _about_group(error: ResponseError) -> bool:
    # Some servers leave out the error's prefix.
    return any(word in str(error) for word in ("NOGROUP", "BUSYGROUP", "consumer group"))


def _reason(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
