"""Discord's events as messages. Pure: no network, no client."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import discord

from adapters.base import (
    Attachment,
    Author,
    CommandUse,
    ConversationRef,
    Message,
    OptionValue,
    Quoted,
    ReplyTo,
)

PLATFORM = "discord"
TOKEN_SECONDS = 15 * 60 - 30
"""How long an interaction's token is used: Discord's 15 minutes, less what a request may take."""

_MENTION = re.compile(r"<@!?(\d+)>")


def ref_of(guild_id: int | None, channel: Any, author_id: int) -> ConversationRef:
    """The conversation of a place: a channel, a thread in it, or a direct message."""
    if guild_id is None:
        return ConversationRef(PLATFORM, f"dm-{author_id}", str(channel.id))
    parent = getattr(channel, "parent_id", None)
    if isinstance(channel, discord.Thread) and parent:
        return ConversationRef(PLATFORM, str(guild_id), str(parent), str(channel.id))
    return ConversationRef(PLATFORM, str(guild_id), str(channel.id))


def place_of(ref: ConversationRef) -> int:
    """The id of the channel or thread that a conversation is in."""
    return int(ref.thread or ref.channel)


def author_of(user: discord.abc.User, channel: Any) -> Author:
    """Who wrote; a moderator is who may manage messages there, and oneself in a direct message."""
    roles: tuple[str, ...] = ()
    moderator = False
    if isinstance(user, discord.Member):
        roles = tuple(str(role.id) for role in user.roles)
        moderator = (
            bool(channel.permissions_for(user).manage_messages)
            if hasattr(channel, "permissions_for")
            else False
        )
    return Author(str(user.id), user.display_name, roles, user.bot, moderator)


def message_of(message: discord.Message, me: int, texts: Mapping[int, str]) -> Message:
    """A message of a channel. `me`: the bot's id; `texts`: attachments' ids → what could be read of them."""
    quoted: tuple[Quoted, ...] = ()
    reference = message.reference.resolved if message.reference else None
    # What the bot itself said is in the history already.
    if isinstance(reference, discord.Message) and reference.content and reference.author.id != me:
        quoted = (Quoted(reference.author.display_name, reference.content),)
    for snapshot in message.message_snapshots:
        quoted += (Quoted("", snapshot.content),) if snapshot.content else ()
    return Message(
        ref=ref_of(message.guild.id if message.guild else None, message.channel, message.author.id),
        id=str(message.id),
        author=author_of(message.author, message.channel),
        text=words_of(message, me),
        sent_at=message.created_at.timestamp(),
        reply_to=ReplyTo(PLATFORM, str(message.id)),
        quoted=quoted,
        attachments=tuple(
            Attachment(file.filename, file.content_type or "", file.size, texts.get(file.id))
            for file in message.attachments
        ),
        locale=str(message.guild.preferred_locale) if message.guild else "",
    )


def words_of(message: discord.Message, me: int) -> str:
    """What was said, without the mention of the bot; other members by their names."""
    names = {user.id: user.display_name for user in message.mentions}

    def named(match: re.Match[str]) -> str:
        number = int(match[1])
        return "" if number == me else f"@{names.get(number, number)}"

    return _MENTION.sub(named, message.content).strip()


def command_of(
    interaction: discord.Interaction[Any], name: str, options: Mapping[str, OptionValue]
) -> Message:
    """A command that was used."""
    channel = interaction.channel
    created = interaction.created_at.timestamp()
    member_may = interaction.permissions.manage_messages
    user = interaction.user
    author = author_of(user, channel)
    return Message(
        ref=ref_of(interaction.guild_id, channel, user.id),
        id=str(interaction.id),
        author=Author(
            author.id,
            author.name,
            author.roles,
            author.is_bot,
            member_may and interaction.guild_id is not None,
        ),
        text=str(options.get("text", "")),
        sent_at=created,
        reply_to=ReplyTo(PLATFORM, str(interaction.id), interaction.token, created + TOKEN_SECONDS),
        command=CommandUse(name, options),
        locale=str(interaction.locale),
    )
