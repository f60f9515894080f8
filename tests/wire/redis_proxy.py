"""A loopback server that hands everything on to a real one and writes down what went over the wire."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from typing import TypeAlias
from urllib.parse import unquote, urlsplit

from hiredis import Reader

Command: TypeAlias = tuple[bytes, ...]

_MORE = object()


@dataclass(slots=True)
class Trip:
    """One round trip: the commands that a client sent before it had the answers to them."""

    connection: int
    """Which of the proxy's connections, counted from 0."""
    commands: list[Command] = field(default_factory=list)
    replies: int = 0

    @property
    def done(self) -> bool:
        return self.replies == len(self.commands)


class RedisProxy:
    """See `proxy_to`."""

    def __init__(self) -> None:
        self.url = ""
        """Where clients find it."""
        self.trips: list[Trip] = []
        """All round trips in the order in which they began, the ones on their way too."""

    def commands(self) -> list[Command]:
        """Every command, in the order of the trips."""
        return [command for trip in self.trips for command in trip.commands]

    def sent(self, trip: Trip | None, connection: int, commands: list[Command]) -> Trip | None:
        """Notes `commands`; returns the trip that they belong to."""
        if not commands:
            return trip
        if trip is None or trip.done:
            trip = Trip(connection)
            self.trips.append(trip)
        trip.commands += commands
        return trip


@asynccontextmanager
async def proxy_to(url: str) -> AsyncIterator[RedisProxy]:
    """A proxy on loopback in front of the server at `url` (redis:// or unix://)."""
    proxy = RedisProxy()
    numbers = count()
    serving: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        serving.add(task)
        upstream, answers = await _connect(url)
        connection = next(numbers)
        trip: Trip | None = None

        def on_commands(commands: list[object]) -> None:
            nonlocal trip
            trip = proxy.sent(trip, connection, [_command(command) for command in commands])

        def on_replies(replies: list[object]) -> None:
            if trip is not None:
                trip.replies += len(replies)

        try:
            # Not handed on: on Python 3.11 a server of streams reports a cancelled connection as a bug.
            with suppress(asyncio.CancelledError):
                await asyncio.gather(_pump(reader, answers, on_commands), _pump(upstream, writer, on_replies))
        finally:
            serving.discard(task)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    proxy.url = f"redis://{host}:{port}"
    try:
        yield proxy
    finally:
        server.close()
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)


async def _connect(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return await asyncio.open_unix_connection(unquote(parts.path))
    return await asyncio.open_connection(parts.hostname, parts.port or 6379)


async def _pump(
    source: asyncio.StreamReader, target: asyncio.StreamWriter, seen: Callable[[list[object]], None]
) -> None:
    """Hands on what comes, telling `seen` of every whole command or reply before anybody else has it."""
    parser = Reader(notEnoughData=_MORE)
    try:
        while data := await source.read(65536):
            parser.feed(data)
            whole: list[object] = []
            while (item := parser.gets()) is not _MORE:
                whole.append(item)
            seen(whole)
            target.write(data)
            await target.drain()
    finally:
        target.close()


def _command(parsed: object) -> Command:
    assert isinstance(parsed, list), f"not a command: {parsed!r}"
    return tuple(parsed)
