"""What a member may do where. https://docs.discord.com/developers/topics/permissions"""

from __future__ import annotations

from enum import IntFlag

from tests.wire.discord.model import Channel, Guild, User


class Permission(IntFlag):
    """The bits that the server looks at, and those that a setup may ask for."""

    KICK_MEMBERS = 1 << 1
    BAN_MEMBERS = 1 << 2
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_AUDIT_LOG = 1 << 7
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    SEND_TTS_MESSAGES = 1 << 12
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    MANAGE_ROLES = 1 << 28
    MANAGE_WEBHOOKS = 1 << 29
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38
    MODERATE_MEMBERS = 1 << 40
    USE_EXTERNAL_APPS = 1 << 50


P = Permission
ALL = P((1 << 53) - 1)
DEFAULT = (
    P.VIEW_CHANNEL
    | P.SEND_MESSAGES
    | P.EMBED_LINKS
    | P.ATTACH_FILES
    | P.READ_MESSAGE_HISTORY
    | P.ADD_REACTIONS
    | P.USE_EXTERNAL_EMOJIS
    | P.USE_APPLICATION_COMMANDS
    | P.CREATE_PUBLIC_THREADS
    | P.SEND_MESSAGES_IN_THREADS
    | P.USE_EXTERNAL_APPS
)
"""What @everyone may do in a new guild here."""
IN_DM = (
    P.VIEW_CHANNEL
    | P.SEND_MESSAGES
    | P.EMBED_LINKS
    | P.ATTACH_FILES
    | P.READ_MESSAGE_HISTORY
    | P.ADD_REACTIONS
    | P.MENTION_EVERYONE
    | P.USE_EXTERNAL_EMOJIS
)
_WHEN_TIMED_OUT = P.VIEW_CHANNEL | P.READ_MESSAGE_HISTORY
_NEED_SENDING = P.MENTION_EVERYONE | P.SEND_TTS_MESSAGES | P.ATTACH_FILES | P.EMBED_LINKS


def in_guild(guild: Guild, user: User, now: float) -> Permission:
    """The permissions without a channel's overwrites; none for one who is not a member."""
    member = guild.members.get(user.id)
    if member is None:
        return P(0)
    if guild.owner_id == user.id:
        return ALL
    granted = guild.roles[guild.id].permissions
    for role_id in member.roles:
        granted |= guild.roles[role_id].permissions
    if granted & P.ADMINISTRATOR:
        return ALL
    if member.timed_out_until > now:
        granted &= _WHEN_TIMED_OUT
    return P(granted)


def in_channel(channel: Channel, user: User, now: float) -> Permission:
    """The permissions of `user` in `channel`."""
    if channel.guild is None:
        return IN_DM if user.id in channel.recipients else P(0)
    guild = channel.guild
    granted = in_guild(guild, user, now)
    if granted == ALL or user.id not in guild.members:
        return granted
    granted = _with_overwrites(granted, guild, channel.parent or channel, user)
    if guild.members[user.id].timed_out_until > now:
        granted &= _WHEN_TIMED_OUT
    if not granted & P.VIEW_CHANNEL:
        return P(0)
    if channel.private and user.id not in channel.thread_members and not granted & P.MANAGE_THREADS:
        return P(0)
    if not granted & (P.SEND_MESSAGES_IN_THREADS if channel.is_thread else P.SEND_MESSAGES):
        granted &= ~_NEED_SENDING
    return granted


def _with_overwrites(granted: Permission, guild: Guild, channel: Channel, user: User) -> Permission:
    roles = guild.members[user.id].roles
    everyone = [one for one in channel.overwrites if one.id == guild.id]
    by_role = [one for one in channel.overwrites if one.id in roles]
    own = [one for one in channel.overwrites if one.id == user.id]
    for group in (everyone, by_role, own):
        deny = allow = 0
        for overwrite in group:
            deny |= overwrite.deny
            allow |= overwrite.allow
        granted = P((granted & ~deny) | allow)
    return granted


def top_position(guild: Guild, user: User) -> tuple[int, int]:
    """How high the member's highest role stands; the lower id wins between equals."""
    roles = [guild.roles[role_id] for role_id in guild.members[user.id].roles]
    return max(((role.position, -role.id) for role in roles), default=(0, 0))
