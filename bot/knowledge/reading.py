"""Reads a file that somebody gave, in a process of its own: with a deadline, little memory, and none of our secrets."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import suppress
from pathlib import Path

import bot
from adapters.attached import MOST_GIVEN
from bot.i18n import N_
from bot.knowledge.formats import tidy
from bot.knowledge.passages import Passage

SECONDS = 20.0
"""Deadline for reading one file."""
NAME_LENGTH = 100
MODULE = "bot.knowledge.reader"
_MOST_ANSWERED = 100_000_000
"""Bytes that reading can yield: every character escaped, and some."""

REASONS = {
    "big": N_("“{name}” is too big: a file may have {megabytes} MB."),
    "gone": N_("“{name}” could not be had from the platform. Please send it again."),
    "long": N_(
        "“{name}” is too long: it would be more than {passages} passages. Give it in parts, or only what matters."
    ),
    "late": N_("“{name}” took too long to read, so I stopped. Give it as text, or in parts."),
    "heavy": N_("Reading “{name}” takes too much memory, so I stopped. Give it as text, or in parts."),
    "damaged": N_("“{name}” cannot be read: the file is damaged, or not what its name says."),
    "locked": N_("“{name}” is locked with a password. Give it without one."),
    "empty": N_("There is no text in “{name}”. A scanned page is a picture to me: give its text."),
    "binary": N_("“{name}” is no text. I read Markdown, plain text, HTML, PDF, and JSON lines."),
    "rows": N_(
        "“{name}” is not what its name says: each of its lines must be a JSON object with a title and a text."
    ),
}
"""Why a file cannot be used, by code."""


class CannotRead(Exception):
    """A file cannot be used; the text is a key of `REASONS`."""


class Reading:
    """Reads files, one at a time: each may take a whole core, and much memory."""

    def __init__(self, *, seconds: float = SECONDS) -> None:
        """`seconds`: deadline for one file."""
        self._seconds = seconds
        self._one = asyncio.Semaphore(1)

    async def read(self, data: bytes, name: str, media_type: str = "") -> list[Passage]:
        """The passages of a file, in order. `media_type`: what its sender says that it is.

        Raises:
            CannotRead: it is of no kind that can be read, is damaged, locked or empty, or takes too much.
        """
        if len(data) > MOST_GIVEN:
            raise CannotRead("big")
        async with self._one:
            answer = await self._answer(data, name, media_type)
        try:
            told = json.loads(answer)
        except ValueError:
            # It was ended from outside: by its limits, most likely.
            raise CannotRead("heavy") from None
        if "error" in told:
            raise CannotRead(told["error"])
        return [
            Passage(name, tidy(title), tidy(text), language) for title, text, language in told["passages"]
        ]

    async def _answer(self, data: bytes, name: str, media_type: str) -> bytes:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", MODULE, name, media_type,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            # Nothing else: our tokens stand in ours.
            env={"PYTHONPATH": str(Path(bot.__file__).parents[1]), "PYTHONUTF8": "1"},
        )  # fmt: skip
        try:
            async with asyncio.timeout(self._seconds):
                return await _exchange(process, data)
        except TimeoutError:
            raise CannotRead("late") from None
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _exchange(process: asyncio.subprocess.Process, data: bytes) -> bytes:
    """Writes to a process until it has all, and reads until it ends or has said too much."""
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(ConnectionError):
        process.stdin.write(data)
        await process.stdin.drain()
    process.stdin.close()
    answer = bytearray()
    while part := await process.stdout.read(1 << 16):
        answer += part
        if len(answer) > _MOST_ANSWERED:
            return b""
    return bytes(answer)


def name_of(given: str) -> str:
    """A document's name: without folders, without what cannot be shown, not too long."""
    name = " ".join(tidy(given).replace("\\", "/").rpartition("/")[2].split())
    return name[:NAME_LENGTH].strip()
