"""Files beside a message, as far as they are texts."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress

import aiohttp
import discord

from adapters.attached import MOST_FILES, MOST_GIVEN, given, is_read
from adapters.base import Attachment, OptionValue

SECONDS = 5.0
"""For one file."""
GIVEN_SECONDS = 30.0
"""For one that is given to a command; Discord waits a quarter of an hour."""


async def texts_of(files: Sequence[discord.Attachment]) -> dict[int, str]:
    """What attached text files say, by their ids, as far as they are small and can be had in time."""
    texts: dict[int, str] = {}
    for file in files[:MOST_FILES]:
        if is_read(file.content_type or "", file.size):
            with suppress(discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError):
                async with asyncio.timeout(SECONDS):
                    texts[file.id] = (await file.read()).decode("utf-8", "replace")
    return texts


def parted(
    options: Mapping[str, OptionValue | discord.Attachment],
) -> tuple[dict[str, OptionValue], list[discord.Attachment]]:
    """The options of a command, and the files among them."""
    files = [value for value in options.values() if isinstance(value, discord.Attachment)]
    return {key: value for key, value in options.items() if not isinstance(value, discord.Attachment)}, files


async def given_files(files: Sequence[discord.Attachment]) -> tuple[Attachment, ...]:
    """Files that were given to a command, as far as they are small enough and can be had in time."""
    return tuple(await asyncio.gather(*map(_given, files[:MOST_FILES])))


async def _given(file: discord.Attachment) -> Attachment:
    data = None
    if file.size <= MOST_GIVEN:
        with suppress(discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError):
            async with asyncio.timeout(GIVEN_SECONDS):
                data = await file.read()
    return given(file.filename, file.content_type or "", file.size, data)
