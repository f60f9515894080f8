"""The requests that show one event: to its channel, or as the answer to its interaction."""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, cast

import aiohttp
import discord

from adapters.base import Button, OutboxEvent
from adapters.discord.buttons import view_of
from adapters.discord.convert import place_of
from adapters.discord.render import FILE_NAME, Part, nonce_of

logger = logging.getLogger(__name__)

UNKNOWN_MESSAGE, MISSING_PERMISSION = 10008, 50013
EXPIRED = (10015, 10062, 50027)
"""Unknown webhook, unknown interaction, invalid webhook token: no more answers to that interaction."""
_MAY_NOT_REPLY = 160002
"""Without permission to read the history nothing can be sent as a reply."""

_ORIGINAL = cast("int", "@original")
"""What Discord calls the message that answers an interaction."""


class Post:
    """Where an event is shown."""

    def __init__(self, client: discord.Client, event: OutboxEvent, now: float) -> None:
        """`now`: Unix seconds."""
        self._client = client
        self._event = event
        self.place = place_of(event.ref)
        self.live = bool(event.to.interaction) and now < event.to.interaction_expires
        """The interaction can still be answered."""

    @property
    def _channel(self) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(self.place)

    @property
    def _webhook(self) -> discord.Webhook:
        assert self._client.application_id is not None
        token = self._event.to.interaction
        webhook = discord.Webhook.partial(self._client.application_id, token, client=self._client)
        # It is one that belongs to an interaction; only those may answer one member alone.
        webhook.type = discord.WebhookType.application
        return webhook

    async def type(self) -> None:
        """Shows that an answer is coming. An interaction shows that by itself; and it may fail."""
        if not self.live:
            # RuntimeError, AttributeError: the client is closed.
            with suppress(discord.HTTPException, aiohttp.ClientError, OSError, RuntimeError, AttributeError):
                await self._client.http.send_typing(self.place)

    async def send(self, number: int, part: Part, buttons: Sequence[Button]) -> int:
        """A message to the channel, once however often it is sent; its id."""
        to = self._event.to
        fields = _fields(part, buttons)
        if part.file is not None:
            fields["file"] = _file(part.file)
        if number == 0 and not to.interaction:
            fields["reference"] = discord.MessageReference(
                message_id=int(to.message_id), channel_id=self.place, fail_if_not_exists=False
            )
        # Of the turn: the answer to a message that was edited is another one than the answer to what it said before.
        fields |= {"nonce": nonce_of(self._event.turn, number), "mention_author": False}
        try:
            message = await self._channel.send(**fields)
        except discord.Forbidden as error:
            if error.code != _MAY_NOT_REPLY:
                raise
            del fields["reference"]
            message = await self._channel.send(**fields)
        if not _says(message, part):
            # Sent before a restart, when the reply was shorter: Discord gave back that message.
            await self.edit(message.id, part, buttons, answer=False)
        return message.id

    async def edit(self, message: int, part: Part, buttons: Sequence[Button], *, answer: bool) -> None:
        """Makes a message say something else. `answer`: it is the answer to the interaction."""
        fields: dict[str, Any] = {"embed": None, "view": None, **_fields(part, buttons)}
        if part.file is not None:
            fields["attachments"] = [_file(part.file)]
        if answer and self.live:
            await self._webhook.edit_message(_ORIGINAL, **fields)
        else:
            await self._channel.get_partial_message(message).edit(**fields)

    async def read(self, message: int, *, answer: bool) -> discord.Message:
        """A message as it stands."""
        if answer and self.live:
            return await self._webhook.fetch_message(_ORIGINAL)
        return await self._channel.get_partial_message(message).fetch()

    async def delete(self, message: int) -> None:
        """Takes a message away; it may be gone already."""
        with suppress(discord.NotFound):
            await self._channel.get_partial_message(message).delete()

    async def answer(self, part: Part, buttons: Sequence[Button]) -> int | None:
        """Fills in the answer to the interaction; None when that is no longer possible."""
        fields = _fields(part, buttons)
        if part.file is not None:
            fields["attachments"] = [_file(part.file)]
        try:
            message = await self._webhook.edit_message(_ORIGINAL, **fields)
        except discord.HTTPException as error:
            if error.code not in (*EXPIRED, UNKNOWN_MESSAGE):
                raise
            self.live = False
            return None
        return message.id

    async def is_alone(self) -> bool:
        """Whether the answer can have no messages beside it: only one member sees it, or the bot is not there."""
        try:
            message = await self._webhook.fetch_message(_ORIGINAL)
        except discord.NotFound as error:
            if error.code not in (*EXPIRED, UNKNOWN_MESSAGE):
                raise
            # Never deferred, or taken away: the reply goes to the channel.
            return False
        about = message.interaction_metadata
        community = self._event.ref.community
        here = community.isdecimal() and self._client.get_guild(int(community)) is not None
        return message.flags.ephemeral or (not here and about is not None and about.is_user_integration())

    async def privately(self, part: Part, buttons: Sequence[Button]) -> bool:
        """Shows something to the one who asked, alone; False where that is not possible."""
        if not self.live:
            return False
        webhook = self._webhook
        try:
            try:
                private = (await webhook.fetch_message(_ORIGINAL)).flags.ephemeral
                if not private:
                    # Whether an answer is private was settled when it was deferred: a new one must be made.
                    await webhook.delete_message(_ORIGINAL)
            except discord.NotFound as error:
                if error.code != UNKNOWN_MESSAGE:
                    raise
                # An earlier try came as far as this.
                private = False
            if private:
                await self.edit(0, part, buttons, answer=True)
            else:
                fields = _fields(part, buttons)
                if part.file is not None:
                    fields["file"] = _file(part.file)
                # Such a message takes no nonce and cannot be looked for: when its answer gets lost, or this process
                # ends before it is noted, the member may read it twice.
                await webhook.send(ephemeral=True, wait=True, **fields)
        except discord.HTTPException as error:
            if error.code not in EXPIRED:
                raise
            self.live = False
            return False
        return True


def _fields(part: Part, buttons: Sequence[Button]) -> dict[str, Any]:
    fields: dict[str, Any] = {"content": part.text, "allowed_mentions": discord.AllowedMentions.none()}
    if part.embed is not None:
        embed = discord.Embed(description=part.embed.text, colour=part.embed.colour)
        fields["embed"] = embed.set_footer(text=part.embed.footer) if part.embed.footer else embed
    if buttons:
        fields["view"] = view_of(buttons)
    return fields


def _file(text: str) -> discord.File:
    return discord.File(io.BytesIO(text.encode()), FILE_NAME)


def _says(message: discord.Message, part: Part) -> bool:
    """Whether a message shows what a part says, as far as it matters which of two it is."""
    embeds = [embed.description for embed in message.embeds]
    wanted = [part.embed.text.strip()] if part.embed else []
    return (
        message.content == part.text.strip()
        and embeds == wanted
        and bool(part.file) == bool(message.attachments)
    )
