"""Files beside a message, as far as they are texts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import aiohttp
import discord

from adapters.attached import MOST_FILES, is_read

SECONDS = 5.0
"""For one file."""


async def texts_of(files: Sequence[discord.Attachment]) -> dict[int, str]:
    """What attached text files say, by their ids, as far as they are small and can be had in time."""
    texts: dict[int, str] = {}
    for file in files[:MOST_FILES]:
        if is_read(file.content_type or "", file.size):
            with suppress(discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError):
                async with asyncio.timeout(SECONDS):
                    texts[file.id] = (await file.read()).decode("utf-8", "replace")
    return texts
