"""Messages that are taken back: deleted, or edited into others."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

import aiohttp
import discord

from adapters.base import ConversationRef, Message, OnMessage, Retracted
from adapters.discord.convert import ref_of

logger = logging.getLogger(__name__)

_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds between tries to hand it over."""
_PLACES = 1000


class TakenBack:
    """Tells what was taken back where."""

    def __init__(self, client: discord.Client, on_message: OnMessage) -> None:
        self._client = client
        self._take = on_message
        self._places: dict[int, ConversationRef] = {}
        """Of direct conversations and archived threads: nothing but a request tells whose they are."""

    async def deleted(self, guild: int | None, place: int, messages: Iterable[int]) -> None:
        """Messages of a channel, a thread or a direct conversation were deleted."""
        ref = await self._ref_at(guild, place)
        if ref is not None:
            await asyncio.gather(*(self._tell(Retracted(ref, str(message))) for message in messages))

    async def edited(self, message: Message, at: datetime) -> None:
        """A message says something else since `at`; it is one of its own, and answered where the old one was."""
        new = replace(message, id=f"{message.id}.e{int(at.timestamp() * 1000)}")
        await self._tell(Retracted(message.ref, message.reply_to.message_id, new))

    async def _tell(self, retracted: Retracted) -> None:
        for pause in (*_PAUSES, None):
            try:
                await self._take(retracted)
            except Exception as error:  # noqa: BLE001 - whatever it is, Discord will not say it again
                name = type(error).__name__
                logger.warning("it could not be noted that %s was taken back: %s", retracted.message_id, name)
                if pause is not None:
                    await asyncio.sleep(pause)
            else:
                return

    async def _ref_at(self, guild: int | None, place: int) -> ConversationRef | None:
        """The conversation of a place; None when Discord does not tell."""
        channel = self._client.get_channel(place)
        if channel is not None and not isinstance(channel, discord.DMChannel):
            return ref_of(guild, channel, 0)
        if place not in self._places:
            try:
                channel = await self._client.fetch_channel(place)
            except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
                logger.warning("channel %s could not be looked up: %s", place, type(error).__name__)
                return None
            member = channel.recipient if isinstance(channel, discord.DMChannel) else None
            self._places[place] = ref_of(guild, channel, member.id if member else 0)
            if len(self._places) > _PLACES:
                del self._places[next(iter(self._places))]
        return self._places[place]
