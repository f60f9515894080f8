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
from adapters.marks import unmarked
from adapters.text import truncate

PLATFORM = "discord"
TOKEN_SECONDS = 15 * 60 - 30
"""How long an interaction's token is used: Discord's 15 minutes, less what a request may take."""
ASKED = 300
"""The most characters of a question that are shown above its reply."""

_WRITTEN = (discord.MessageType.default, discord.MessageType.reply)
"""Messages that members wrote; all others are Discord's own."""
_MENTION = re.compile(r"<(?P<kind>@[!&]?|#)(?P<id>\d{1,20})>|<a?(?P<emoji>:\w{1,40}:)\d{1,20}>")


def ref_of(guild_id: int | None, channel: Any, author_id: int) -> ConversationRef:
    """The conversation of a place: a channel, a thread in it, or a direct message."""
    if guild_id is None:
        return ConversationRef(PLATFORM, f"dm-{author_id}", str(channel.id))
    if isinstance(channel, discord.Thread):
        return ConversationRef(PLATFORM, str(guild_id), str(channel.parent_id), str(channel.id))
    return ConversationRef(PLATFORM, str(guild_id), str(channel.id))


def place_of(ref: ConversationRef) -> int:
    """The id of the channel or thread that a conversation is in."""
    return int(ref.thread or ref.channel)


def author_of(user: discord.abc.User, *, moderator: bool) -> Author:
    """Who wrote, by the name that others see there."""
    given = user.roles if isinstance(user, discord.Member) else []
    roles = tuple(str(role.id) for role in given if not role.is_default())
    return Author(str(user.id), user.display_name, roles, user.bot, moderator)


def may_moderate(user: discord.abc.User, channel: Any) -> bool:
    """Whether a member may manage messages in a channel."""
    if not isinstance(user, discord.Member):
        return False
    try:
        return bool(channel.permissions_for(user).manage_messages)
    except (AttributeError, discord.ClientException):
        # A thread whose channel is not known here.
        return False


def is_written(message: discord.Message) -> bool:
    """Whether a member wrote it: no bot, no webhook, not Discord itself."""
    return not (message.author.bot or message.webhook_id) and message.type in _WRITTEN


def message_of(message: discord.Message, me: int, texts: Mapping[int, str]) -> Message:
    """A message of a channel. `me`: the bot's id; `texts`: attachments' ids → what could be read of them."""
    quoted: tuple[Quoted, ...] = ()
    reference = message.reference.resolved if message.reference else None
    # What the bot itself said is in the history already.
    if isinstance(reference, discord.Message) and reference.content and reference.author.id != me:
        quoted = (Quoted(reference.author.display_name, words_of(reference, me)),)
    quoted += tuple(
        Quoted("", snapshot.content) for snapshot in message.message_snapshots if snapshot.content
    )
    moderator = may_moderate(message.author, message.channel)
    return Message(
        ref=ref_of(message.guild.id if message.guild else None, message.channel, message.author.id),
        id=str(message.id),
        author=author_of(message.author, moderator=moderator),
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
    """What was said: without the mention of the bot; members, roles, channels and emoji by their names."""
    users = {user.id: user.display_name for user in message.mentions}

    def named(match: re.Match[str]) -> str:
        if match["emoji"]:
            return match["emoji"]
        number, guild = int(match["id"]), message.guild
        if match["kind"] == "#":
            channel = guild.get_channel_or_thread(number) if guild else None
            return f"#{channel.name if channel else number}"
        if match["kind"] == "@&":
            role = guild.get_role(number) if guild else None
            return f"@{role.name if role else number}"
        return "" if number == me else f"@{users.get(number, number)}"

    return _MENTION.sub(named, message.content).strip()


def shown_text(message: discord.Message, me: int) -> str:
    """All that a reader sees of a message: its text, and what stands in its embeds; of a reply, its text alone."""
    words = words_of(message, me)
    if words and message.author.id == me:
        return unmarked(words)
    embeds = (embed.description for embed in message.embeds)
    return "\n".join(text for text in (words, *embeds) if text)


def command_of(
    interaction: discord.Interaction[Any],
    name: str,
    options: Mapping[str, OptionValue],
    *,
    public: bool = False,
) -> Message:
    """A command that was used. `public`: others see its answer; what was typed, Discord shows to nobody."""
    created = interaction.created_at.timestamp()
    user = interaction.user
    moderator = interaction.guild_id is not None and interaction.permissions.manage_messages
    text = str(options.get("text", ""))
    asked = truncate(" ".join(text.split()), ASKED) if public else ""
    return Message(
        ref=ref_of(interaction.guild_id, interaction.channel, user.id),
        id=str(interaction.id),
        author=author_of(user, moderator=moderator),
        text=text,
        sent_at=created,
        reply_to=ReplyTo(PLATFORM, str(interaction.id), interaction.token, created + TOKEN_SECONDS, asked),
        command=CommandUse(name, options),
        locale=str(interaction.locale),
    )
