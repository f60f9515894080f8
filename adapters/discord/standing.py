"""What somebody may in a guild, asked anew, and where cases can be shown there."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Literal

import aiohttp
import discord

from adapters.asking import Channel, Standing
from adapters.base import ConversationRef
from adapters.discord.cards import may_be_shown
from adapters.discord.convert import may_moderate

logger = logging.getLogger(__name__)

ASK_SECONDS = 5.0


async def channels_of(client: discord.Client, ref: ConversationRef, person: str) -> Sequence[Channel] | None:
    """See `adapters.asking.Channels`."""
    guild = _guild(client, ref)
    if guild is None:
        return None
    there = [each for each in guild.text_channels if may_be_shown(guild, each.id)]
    if person:
        found = await _member(guild, person)
        if found is None:
            return None
        there = [each for each in there if found and each.permissions_for(found).view_channel]
    return [Channel(str(each.id), each.name) for each in there]


async def standing_of(client: discord.Client, ref: ConversationRef, person: str) -> Standing | None:
    """See `adapters.asking.Moderators`."""
    guild = _guild(client, ref)
    member = await _member(guild, person) if guild else None
    if guild is None or member is None:
        return None
    if not member:
        return "member"
    if member.guild_permissions.administrator:
        return "administrator"
    # Where the place is gone, what they may in the whole guild counts.
    places = [
        guild.get_channel_or_thread(int(each)) for each in (ref.thread, ref.channel) if each.isdecimal()
    ]
    place = next((each for each in places if each is not None), None)
    may = member.guild_permissions.manage_messages if place is None else may_moderate(member, place)
    return "moderator" if may else "member"


def _guild(client: discord.Client, ref: ConversationRef) -> discord.Guild | None:
    guild = client.get_guild(int(ref.community)) if ref.community.isdecimal() else None
    return None if guild is None or guild.unavailable else guild


async def _member(guild: discord.Guild, person: str) -> discord.Member | Literal[False] | None:
    """A member (by id), looked up anew; False where there is none, None while Discord cannot be asked."""
    if not person.isdecimal():
        return False
    try:
        async with asyncio.timeout(ASK_SECONDS):
            return await guild.fetch_member(int(person))
    except discord.NotFound:
        return False
    except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError) as error:
        logger.warning("a member could not be looked up: %s", type(error).__name__)
        return None
