"""Everything that exists, and telling those who wait or listen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from inspect import isawaitable
from itertools import count
from typing import Any, Protocol

from tests.wire.discord import payloads
from tests.wire.discord.clock import DISCORD_EPOCH, MovableClock
from tests.wire.discord.errors import Json
from tests.wire.discord.model import (
    DM,
    PRIVATE_THREAD,
    PUBLIC_THREAD,
    TEXT,
    Channel,
    Guild,
    Interaction,
    Member,
    Message,
    Overwrite,
    Role,
    User,
)
from tests.wire.discord.permissions import DEFAULT, Permission, in_channel

GUILDS, GUILD_MEMBERS, GUILD_MESSAGES, DIRECT_MESSAGES = 1 << 0, 1 << 1, 1 << 9, 1 << 12
GUILD_PRESENCES, MESSAGE_CONTENT = 1 << 8, 1 << 15
PRIVILEGED = {"members": GUILD_MEMBERS, "presences": GUILD_PRESENCES, "message_content": MESSAGE_CONTENT}


class Listener(Protocol):
    """The gateway, as the world sees it."""

    def dispatch(
        self, event: str, data: Json | Callable[[bool], Json], *, guild: Guild | None, intents: int = 0
    ) -> None:
        """Sends `event` to the sessions of the guild's shard that have one of `intents` (0: all).

        `data` may be a function of whether the session has the message-content intent.
        """


class State:
    """The records, and how new ones are made."""

    def __init__(self, token: str, clock: Callable[[], float] | None, privileged: frozenset[str]) -> None:
        self.token = token
        self.clock: Callable[[], float] = clock or MovableClock()
        self.privileged = privileged
        """What the developer portal has switched on: "message_content", "members", "presences"."""
        self._numbers = count(1)
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        """All of every guild, threads and direct conversations."""
        self.messages: dict[int, Message] = {}
        self.interactions: dict[str, Interaction] = {}
        """By token."""
        self.user_installs: set[int] = set()
        """Users that have the app installed for themselves."""
        self.typing: list[tuple[Channel, float]] = []
        """Where and when the bot showed that it types."""
        self.files: dict[str, tuple[str, bytes]] = {}
        """Path on the CDN → media type and content."""
        self.cdn = ""
        self.gateway: Listener | None = None
        self._changed = asyncio.Event()
        self.me = self.add_user("sereno", bot=True)
        """The bot. Its application has the same id."""

    def new_id(self) -> int:
        milliseconds = int(self.clock() * 1000) - DISCORD_EPOCH
        return (milliseconds << 22) | (next(self._numbers) & 0x3FFFFF)

    # Places and people

    def add_user(
        self, name: str, *, display_name: str = "", bot: bool = False, locale: str = "en-US"
    ) -> User:
        user = User(self.new_id(), name.lower().replace(" ", "_"), display_name or name, bot, locale)
        self.users[user.id] = user
        return user

    def add_guild(
        self, name: str = "Plaza", *, bot: bool = True, everyone: int = DEFAULT, bot_permissions: int = 0
    ) -> Guild:
        """A guild with an owner. `bot_permissions`: what the bot's managed role adds to @everyone's."""
        owner = self.add_user(f"owner of {name}")
        guild = Guild(self.new_id(), name, owner.id)
        guild.roles[guild.id] = Role(guild.id, "@everyone", everyone, 0)
        self.guilds[guild.id] = guild
        guild.members[owner.id] = Member(owner, joined_at=self.clock())
        if bot:
            role = self.add_role(guild, self.me.name, bot_permissions, managed=True)
            guild.members[self.me.id] = Member(self.me, [role.id], joined_at=self.clock())
            self._guild_event("GUILD_CREATE", guild, self.guild_create(guild))
        return guild

    def remove_bot(self, guild: Guild) -> None:
        """Takes the bot out of the guild."""
        del guild.members[self.me.id]
        self._guild_event("GUILD_DELETE", guild, {"id": str(guild.id)})

    def add_role(
        self,
        guild: Guild,
        name: str,
        permissions: int = 0,
        *,
        mentionable: bool = False,
        managed: bool = False,
    ) -> Role:
        """A role above those that exist."""
        role = Role(self.new_id(), name, permissions, len(guild.roles), mentionable, managed)
        guild.roles[role.id] = role
        data = {"guild_id": str(guild.id), "role": payloads.role(role)}
        self._guild_event("GUILD_ROLE_CREATE", guild, data)
        return role

    def change_role(self, guild: Guild, role: Role, permissions: int) -> None:
        role.permissions = permissions
        data = {"guild_id": str(guild.id), "role": payloads.role(role)}
        self._guild_event("GUILD_ROLE_UPDATE", guild, data)

    def add_member(
        self,
        guild: Guild,
        who: User | str,
        *,
        roles: tuple[Role, ...] = (),
        nick: str | None = None,
        bot: bool = False,
        locale: str = "en-US",
    ) -> User:
        user = self.add_user(who, bot=bot, locale=locale) if isinstance(who, str) else who
        guild.members[user.id] = Member(user, [role.id for role in roles], nick, self.clock())
        data = payloads.member(guild.members[user.id]) | {"guild_id": str(guild.id)}
        self._guild_event("GUILD_MEMBER_ADD", guild, data, GUILD_MEMBERS)
        return user

    def remove_member(self, guild: Guild, user: User) -> None:
        del guild.members[user.id]
        data = {"guild_id": str(guild.id), "user": payloads.user(user)}
        self._guild_event("GUILD_MEMBER_REMOVE", guild, data, GUILD_MEMBERS)

    def add_channel(
        self, guild: Guild, name: str = "general", *, overwrites: tuple[Overwrite, ...] = ()
    ) -> Channel:
        channel = Channel(
            self.new_id(), TEXT, name, guild, overwrites=list(overwrites), created_at=self.clock()
        )
        channel.position = len(guild.channels)
        self._keep(channel)
        self._guild_event("CHANNEL_CREATE", guild, payloads.channel(channel, self.me))
        return channel

    def change_channel(self, channel: Channel, *, overwrites: tuple[Overwrite, ...]) -> None:
        assert channel.guild is not None
        channel.overwrites = list(overwrites)
        self._guild_event("CHANNEL_UPDATE", channel.guild, payloads.channel(channel, self.me))

    @staticmethod
    def overwrite(whom: User | Role | Guild, *, allow: int = 0, deny: int = 0) -> Overwrite:
        """What a channel allows and denies; a guild stands for @everyone."""
        return Overwrite(whom.id, allow, deny)

    def delete_channel(self, channel: Channel) -> None:
        """Deletes a channel with its threads, or a thread."""
        assert channel.guild is not None
        event = "THREAD_DELETE" if channel.is_thread else "CHANNEL_DELETE"
        data = payloads.channel(channel, self.me)
        for one in list(channel.guild.channels.values()):
            if one is channel or one.parent is channel:
                one.deleted = True
                del channel.guild.channels[one.id]
        self._guild_event(event, channel.guild, data)

    def add_thread(
        self,
        parent: Channel,
        name: str,
        owner: User,
        *,
        private: bool = False,
        message: Message | None = None,
    ) -> Channel:
        """A thread, with `message` as its start or without."""
        assert parent.guild is not None
        thread = Channel(
            message.id if message is not None else self.new_id(),
            PRIVATE_THREAD if private else PUBLIC_THREAD,
            name,
            parent.guild,
            parent,
            owner_id=owner.id,
            created_at=self.clock(),
        )
        thread.thread_members[owner.id] = self.clock()
        self._keep(thread)
        if self.can(self.me, thread, Permission.VIEW_CHANNEL):
            data = payloads.channel(thread, self.me) | {"newly_created": True}
            self._guild_event("THREAD_CREATE", parent.guild, data)
        return thread

    def change_thread(
        self, thread: Channel, *, archived: bool | None = None, locked: bool | None = None
    ) -> None:
        assert thread.guild is not None
        thread.archived = thread.archived if archived is None else archived
        thread.locked = thread.locked if locked is None else locked
        self._guild_event("THREAD_UPDATE", thread.guild, payloads.channel(thread, self.me))

    def dm(self, user: User) -> Channel:
        """The direct conversation between `user` and the bot; there is one each."""
        for channel in self.channels.values():
            if channel.type == DM and user.id in channel.recipients:
                return channel
        return self._keep(Channel(self.new_id(), DM, recipients={user.id: user, self.me.id: self.me}))

    def install_for(self, user: User) -> None:
        """`user` installs the app for themselves: they may use it wherever they are."""
        self.user_installs.add(user.id)

    def _keep(self, channel: Channel) -> Channel:
        self.channels[channel.id] = channel
        if channel.guild is not None:
            channel.guild.channels[channel.id] = channel
        self.changed()
        return channel

    # Questions

    def can(self, user: User, channel: Channel, *permissions: Permission) -> bool:
        held = in_channel(channel, user, self.clock())
        return all(held & one for one in permissions)

    def permissions(self, user: User, channel: Channel) -> Permission:
        return in_channel(channel, user, self.clock())

    def visible_to(self, user: User, channel: Channel) -> list[Message]:
        """What `user` sees in `channel` now: nothing deleted, ephemeral messages only if they are for them."""
        if not self.can(user, channel, Permission.VIEW_CHANNEL):
            return [one for one in channel.messages.values() if one.ephemeral_to is user and not one.deleted]
        return [
            one for one in channel.messages.values() if not one.deleted and one.ephemeral_to in (None, user)
        ]

    def replies(self, channel: Channel) -> list[Message]:
        """What the bot has said in `channel` and what still stands, ephemeral messages too."""
        return [one for one in channel.messages.values() if one.author is self.me and not one.deleted]

    def pinged(self, user: User) -> list[Message]:
        """The messages that notified `user`."""
        return [one for one in self.messages.values() if user.id in one.pings.users]

    def guild_create(self, guild: Guild) -> Json:
        threads = [
            one
            for one in guild.channels.values()
            if one.is_thread and not one.archived and self.can(self.me, one, Permission.VIEW_CHANNEL)
        ]
        return payloads.guild_create(guild, self.me, threads)

    # Telling

    def changed(self) -> None:
        """Wakes everyone who waits in `until`."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def until(self, condition: Callable[[], Any | Awaitable[Any]], seconds: float = 10.0) -> Any:
        """The first true value of `condition`; it is looked at whenever the world changes, and 50 times a second.

        Raises:
            AssertionError: there was none within `seconds`.
        """
        end = time.monotonic() + seconds
        while True:
            event = self._changed
            value = condition()
            if isawaitable(value):
                value = await value
            if value:
                return value
            left = end - time.monotonic()
            assert left > 0, f"not within {seconds} s: {condition}"
            try:
                async with asyncio.timeout(min(left, 0.02)):
                    await event.wait()
            except TimeoutError:
                continue

    def emit(
        self, event: str, data: Json | Callable[[bool], Json], guild: Guild | None, intents: int = 0
    ) -> None:
        if self.gateway is not None:
            self.gateway.dispatch(event, data, guild=guild, intents=intents)
        self.changed()

    def _guild_event(self, event: str, guild: Guild, data: Json, intents: int = GUILDS) -> None:
        if self.me.id in guild.members or event == "GUILD_DELETE":
            self.emit(event, data, guild, intents)
        else:
            self.changed()
