"""Opens a thread for a talk that begins with a command."""

from __future__ import annotations

import logging
from typing import Any

import aiohttp
import discord

from adapters.base import N_, Translate
from adapters.text import clean, neutralise, truncate

logger = logging.getLogger(__name__)

THREAD_NAME = N_("A talk with {name}")
IN_THREAD = N_("The talk goes on in this thread: just write there.")
IN_THREAD_BY_MENTION = N_("The talk goes on in this thread: mention me there, or reply to me.")


async def open_thread(
    interaction: discord.Interaction[Any], translate: Translate, *, hears: bool
) -> discord.Thread | None:
    """A thread under the answer to an interaction; None where that is not possible.

    `hears`: whether members can go on there without mentions.
    """
    channel = interaction.channel
    if not isinstance(channel, discord.TextChannel) or not interaction.is_guild_integration():
        return None
    locale = str(interaction.locale)
    where = translate(IN_THREAD if hears else IN_THREAD_BY_MENTION, locale)
    name = translate(THREAD_NAME, locale).format(name=interaction.user.display_name)
    try:
        # A message that still says "thinking…" is no place for a thread.
        original = await interaction.edit_original_response(content=where)
        message = channel.get_partial_message(original.id)
        return await message.create_thread(name=truncate(" ".join(neutralise(clean(name)).split()), 100))
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        logger.warning("no thread could be opened in channel %s: %s", channel.id, type(error).__name__)
        return None
