"""Lines in, replies out, through file descriptors that are no terminal."""

from __future__ import annotations

import asyncio
import os
import select
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext
from typing import TypeVar

from adapters.base import Card, Delta, Started
from adapters.local.view import Reply, plain
from adapters.text import printable

MAX_LINE = 200_000
"""Characters in one line."""

_CHUNK = 65_536
_UTF8_MAX = 4
"""Bytes in one character."""

T = TypeVar("T")


class LineTooLong(Exception):
    """A line had more than `MAX_LINE` characters. It was read to its end and dropped."""


class LineReader:
    """Reads lines from a file descriptor, never more than one line and a little ahead."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._buffer = bytearray()
        self._ended = False
        self._first = True

    async def read(self) -> str | None:
        """The next line without its end, decoded as UTF-8 with U+FFFD for what is none; None after the last.

        Raises:
            LineTooLong: the next `read` gives the line after it.
        """
        searched = 0
        too_long = False
        while (end := self._buffer.find(b"\n", searched)) < 0 and not self._ended:
            if len(self._buffer) > MAX_LINE * _UTF8_MAX:
                too_long = True
                self._buffer.clear()
            searched = len(self._buffer)
            chunk = await _in_thread(lambda: _read_chunk(self._fd))
            self._buffer += chunk
            self._ended = not chunk
        if end < 0:
            if not self._buffer and not too_long:
                return None
            end = len(self._buffer)
        line = self._buffer[:end].decode("utf-8", errors="replace").removesuffix("\r")
        del self._buffer[: end + 1]
        if self._first:
            self._first = False
            line = line.removeprefix("\ufeff")  # some editors put a byte order mark in front of a file
        if too_long or len(line) > MAX_LINE:
            raise LineTooLong
        return line


class PipeScreen:
    """One block of text for each line: the reply, or the sentence that stands for it. No escape codes."""

    typed = False

    def __init__(self, stdin: int, stdout: int) -> None:
        self._reader = LineReader(stdin)
        self._stdout = stdout

    async def read(self) -> str | None:
        """The next line; None at the end.

        Raises:
            LineTooLong: the line is dropped, the next one can be read.
        """
        return await self._reader.read()

    def waiting(self, stop: Callable[[], None]) -> AbstractContextManager[None]:
        """Nothing can be pressed on a pipe."""
        return nullcontext()

    def tick(self, seconds: float) -> None:
        """Not shown: a pipe gets whole replies."""

    def grow(self, event: Started | Delta) -> None:
        """Not shown: a pipe gets whole replies."""

    async def end(self, event: Reply) -> None:
        """Writes the reply.

        Raises:
            BrokenPipeError: nobody reads any more.
        """
        await self._write(plain(event))

    async def sentence(self, text: str) -> None:
        """Writes a sentence of the terminal itself in the place of a reply.

        Raises:
            BrokenPipeError: nobody reads any more.
        """
        await self._write(printable(text))

    async def late(self, event: Reply | Card, header: str) -> None:
        """Not shown: the line that it belongs to has had its block."""

    async def _write(self, block: str) -> None:
        data = (block.rstrip("\n") + "\n").encode("utf-8")
        await _in_thread(lambda: _write_all(self._stdout, data))


async def _in_thread(function: Callable[[], T]) -> T:
    """Like `asyncio.to_thread`, but a call that never returns does not keep the process from ending."""
    future: Future[T] = Future()
    future.set_running_or_notify_cancel()  # from here on a cancelled waiter leaves the thread alone

    def call() -> None:
        try:
            future.set_result(function())
        except OSError as error:
            future.set_exception(error)

    threading.Thread(target=call, name="sereno-terminal", daemon=True).start()
    return await asyncio.wrap_future(future)


def _read_chunk(fd: int) -> bytes:
    """The next bytes; none at the end, or when the terminal behind `fd` is gone."""
    while True:
        try:
            return os.read(fd, _CHUNK)
        except BlockingIOError:  # another process made the pipe non-blocking
            select.select([fd], [], [])
        except OSError:
            return b""


def _write_all(fd: int, data: bytes) -> None:
    while data:
        try:
            data = data[os.write(fd, data) :]
        except BlockingIOError:
            select.select([], [fd], [])
