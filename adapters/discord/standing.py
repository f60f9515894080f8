"""What somebody may in a guild, asked anew."""

from __future__ import annotations

import asyncio
import logging

import aiohttp
import discord

from adapters.asking import Standing
from adapters.base import ConversationRef
from adapters.discord.convert import may_moderate

logger = logging.getLogger(__name__)

ASK_SECONDS = 5.0


async def standing_of(client: discord.Client, ref: ConversationRef, person: str) -> Standing | None:
    """See `adapters.asking.Moderators`."""
    guild = client.get_guild(int(ref.community)) if ref.community.isdecimal() else None
    if guild is None or guild.unavailable:
        return None
    if not person.isdecimal():
        return "member"
    try:
        async with asyncio.timeout(ASK_SECONDS):
            member = await guild.fetch_member(int(person))
    except discord.NotFound:
        return "member"
    except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError) as error:
        logger.warning("a member could not be looked up: %s", type(error).__name__)
        return None
    if member.guild_permissions.administrator:
        return "administrator"
    # Where the place is gone, what they may in the whole guild counts.
    places = [
        guild.get_channel_or_thread(int(each)) for each in (ref.thread, ref.channel) if each.isdecimal()
    ]
    place = next((each for each in places if each is not None), None)
    may = member.guild_permissions.manage_messages if place is None else may_moderate(member, place)
    return "moderator" if may else "member"
