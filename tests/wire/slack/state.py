"""Everything that exists, and telling those who wait or listen."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from inspect import isawaitable
from itertools import count
from typing import Any, Protocol

from tests.wire.slack import payloads
from tests.wire.slack.clock import MovableClock
from tests.wire.slack.errors import Json
from tests.wire.slack.model import CHANNEL, IM, PRIVATE, Channel, File, Group, Message, Modal, Team, User

SCOPES = frozenset(
    {
        "app_mentions:read",
        "assistant:write",
        "channels:history",
        "channels:read",
        "chat:write",
        "commands",
        "groups:history",
        "groups:read",
        "im:history",
        "im:read",
        "im:write",
        "reactions:write",
        "usergroups:read",
        "users:read",
    }
)
"""Granted at installation unless the test says otherwise."""
EVENTS: dict[str, str] = {
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "app_mention": "app_mentions:read",
    "app_home_opened": "",
    "app_context_changed": "assistant:write",
    "agent_session_stopped": "assistant:write",
    "app_uninstalled": "",
    "tokens_revoked": "",
    "user_change": "users:read",
    "reaction_added": "reactions:read",
}
"""What can be subscribed to, and the scope that it needs."""
SUBSCRIBED = frozenset(EVENTS) - {"user_change", "reaction_added"}


class Deliverer(Protocol):
    """Who brings events to the app."""

    def event(self, team: Team, payload: Json) -> None:
        """Sends an Events API envelope, again and again as Slack does."""


@dataclass(slots=True)
class Token:
    """What a token may do."""

    team: Team
    scopes: frozenset[str]
    expires_at: float | None = None
    """Unix seconds; None: never."""
    revoked: bool = False


class State:
    """The records, and how new ones are made."""

    def __init__(
        self, clock: Callable[[], float] | None, scopes: frozenset[str], subscribed: frozenset[str]
    ) -> None:
        self.clock: Callable[[], float] = clock or MovableClock()
        self.scopes = scopes
        self.subscribed = subscribed
        """The bot events of the app's settings."""
        self._numbers = count(1)
        self._last_ts = 0
        self.teams: dict[str, Team] = {}
        self.tokens: dict[str, Token] = {}
        self.modals: list[Modal] = []
        """Every form that was opened."""
        self.files: dict[str, File] = {}
        self.origin = ""
        """Of the server: files and response URLs lie there."""
        self.violations: list[str] = []
        """What the app did that it must not, such as asking for `conversations.history`."""
        self.deliverer: Deliverer | None = None
        self._changed = asyncio.Event()
        self.team = self.add_team("Plaza")

    @property
    def me(self) -> User:
        """The bot in the first workspace."""
        return self.team.me

    def new_id(self, prefix: str) -> str:
        return f"{prefix}0{next(self._numbers):09X}"

    def new_ts(self) -> str:
        """Never the same twice, and always later than the one before."""
        self._last_ts = max(int(self.clock() * 1_000_000), self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    # Places and people

    def add_team(self, name: str, *, scopes: frozenset[str] | None = None, installed: bool = True) -> Team:
        """A workspace. Where the app is not installed yet, the install flow does it."""
        granted = self.scopes if scopes is None else scopes
        team = Team(self.new_id("T"), name, "", granted, installed=installed)
        self.teams[team.id] = team
        team.me = User(self.new_id("U"), team, "sereno", "Sereno", bot_id=self.new_id("B"))
        team.users[team.me.id] = team.me
        if installed:
            team.bot_token = self.new_token(team)
        return team

    def new_token(self, team: Team, scopes: frozenset[str] | None = None, lasts: float | None = None) -> str:
        """A bot token of `team`. `lasts`: seconds, where tokens rotate."""
        prefix = "xoxb" if lasts is None else "xoxe.xoxb"
        token = f"{prefix}-{team.id}-{secrets.token_hex(12)}"
        expires = None if lasts is None else self.clock() + lasts
        self.tokens[token] = Token(team, team.scopes if scopes is None else scopes, expires)
        return token

    def add_user(
        self,
        name: str,
        admin: bool = False,
        *,
        display_name: str = "",
        bot: bool = False,
        locale: str = "en-US",
        team: Team | None = None,
    ) -> User:
        """A member of `team` (the first one). `bot`: another app's."""
        home = team or self.team
        user = User(
            self.new_id("U"),
            home,
            name.lower().replace(" ", "."),
            display_name or name,
            admin,
            self.new_id("B") if bot else None,
            locale,
        )
        home.users[user.id] = user
        self.changed()
        return user

    def add_channel(
        self,
        name: str = "general",
        members: tuple[User, ...] | list[User] = (),
        *,
        private: bool = False,
        bot: bool = True,
        team: Team | None = None,
    ) -> Channel:
        """A channel with `members` and the bot in it (`bot=False`: without)."""
        home = team or self.team
        channel = Channel(self.new_id("C"), home, PRIVATE if private else CHANNEL, name)
        for user in (*members, *((home.me,) if bot else ())):
            channel.members[user.id] = user
        home.channels[channel.id] = channel
        self.changed()
        return channel

    def add_group(self, handle: str, users: tuple[User, ...] | list[User]) -> Group:
        """A user group."""
        team = users[0].team if users else self.team
        group = Group(self.new_id("S"), team, handle, list(users))
        team.groups[group.id] = group
        return group

    def dm(self, user: User) -> Channel:
        """The direct conversation between `user` and the bot; there is one each."""
        for channel in user.team.channels.values():
            if channel.kind == IM and user.id in channel.members:
                return channel
        me = user.team.me
        channel = Channel(self.new_id("D"), user.team, IM, members={user.id: user, me.id: me})
        user.team.channels[channel.id] = channel
        self.changed()
        return channel

    def remove_bot(self, channel: Channel) -> None:
        """Takes the bot out of the channel."""
        channel.members.pop(channel.team.me.id, None)
        self.changed()

    def rename(self, user: User, display_name: str) -> None:
        user.display_name = display_name
        self.emit(user.team, "user_change", {"type": "user_change", "user": payloads.user(user)})

    def uninstall(self, team: Team) -> None:
        """A workspace's admin removes the app: `tokens_revoked` and `app_uninstalled`, in no certain order."""
        revoked = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [team.me.id]}}
        self.emit(team, "tokens_revoked", revoked)
        self.emit(team, "app_uninstalled", {"type": "app_uninstalled"})
        for token in self.tokens.values():
            token.revoked = token.revoked or token.team is team
        team.installed = False

    # Questions

    def sees(self, user: User, channel: Channel) -> bool:
        if user.team is not channel.team:
            return False
        return user.id in channel.members or (channel.kind == CHANNEL and not user.is_bot)

    def visible_to(self, user: User, channel: Channel) -> list[Message]:
        """What `user` sees in `channel` and its threads now: nothing deleted, ephemeral messages only of theirs."""
        mine = [one for one in channel.ephemeral if one.ephemeral_to is user and not one.unseen]
        public = list(channel.messages.values()) if self.sees(user, channel) else []
        return sorted((one for one in public + mine if not one.deleted), key=lambda one: one.ts)

    def replies(self, channel: Channel, thread_ts: str | None = None) -> list[Message]:
        """What the bot has said and what still stands, in order, ephemeral messages too.

        `thread_ts`: only in that thread; None: everywhere in the channel.
        """
        found = [
            one
            for one in [*channel.messages.values(), *channel.ephemeral]
            if one.user is channel.team.me
            and not one.deleted
            and not one.unseen
            and (thread_ts is None or one.thread_ts == thread_ts)
        ]
        return sorted(found, key=lambda one: one.ts)

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

    def emit(self, team: Team, subscription: str, event: Json) -> None:
        """Tells the app, where it has subscribed and may know."""
        needed = EVENTS[subscription]
        allowed = not needed or needed in team.scopes
        if self.deliverer is not None and team.installed and subscription in self.subscribed and allowed:
            at = self.clock()
            body = {"event_ts": self.new_ts()} | event
            self.deliverer.event(team, payloads.callback(team, body, self.new_id("Ev"), at))
        self.changed()
