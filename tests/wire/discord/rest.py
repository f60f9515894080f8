"""REST v10: the bot itself, guilds, members, commands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from tests.wire.discord import payloads
from tests.wire.discord.call import Call
from tests.wire.discord.clock import from_iso, iso
from tests.wire.discord.errors import (
    ApiError,
    form_error,
    missing_access,
    missing_permissions,
    snowflake,
    unknown,
)
from tests.wire.discord.gateway import Gateway, application_flags
from tests.wire.discord.model import Guild, User
from tests.wire.discord.permissions import ALL, Permission, in_guild, top_position
from tests.wire.discord.state import GUILD_MEMBERS
from tests.wire.discord.world import World

Answer: TypeAlias = tuple[int, Any]
"""Status and JSON."""
Handler: TypeAlias = Callable[[Call], Awaitable[Answer]]
NO_CONTENT: Answer = (204, None)
_LONGEST_TIMEOUT = 28 * 86_400


class Rest:
    """The handlers of everything but messages and interactions."""

    def __init__(self, world: World, gateway: Gateway) -> None:
        self.world = world
        self.gateway = gateway

    def routes(self) -> dict[str, Handler]:
        one_command = "/applications/{application_id}/commands/{command_id}"
        guild_commands = "/applications/{application_id}/guilds/{guild_id}/commands"
        found: dict[str, Handler] = {
            "GET /users/@me": self.me,
            "GET /users/@me/guilds": self.my_guilds,
            "GET /users/{user_id}": self.user,
            "POST /users/@me/channels": self.open_dm,
            "GET /oauth2/applications/@me": self.application,
            "GET /applications/@me": self.application,
            "GET /gateway": self.gateway_url,
            "GET /gateway/bot": self.gateway_bot,
            "GET /guilds/{guild_id}": self.guild,
            "GET /guilds/{guild_id}/channels": self.guild_channels,
            "GET /guilds/{guild_id}/roles": self.guild_roles,
            "GET /guilds/{guild_id}/threads/active": self.active_threads,
            "GET /guilds/{guild_id}/members": self.guild_members,
            "GET /guilds/{guild_id}/members/{user_id}": self.guild_member,
            "PATCH /guilds/{guild_id}/members/{user_id}": self.change_member,
        }
        for path in ("/applications/{application_id}/commands", guild_commands):
            found[f"GET {path}"] = self.list_commands
            found[f"PUT {path}"] = self.overwrite_commands
            found[f"POST {path}"] = self.create_command
        for path in (one_command, guild_commands + "/{command_id}"):
            found[f"GET {path}"] = self.get_command
            found[f"PATCH {path}"] = self.edit_command
            found[f"DELETE {path}"] = self.delete_command
        return found

    async def me(self, call: Call) -> Answer:
        return 200, payloads.user(self.world.me) | {
            "verified": True,
            "mfa_enabled": True,
            "flags": 0,
            "email": None,
        }

    async def user(self, call: Call) -> Answer:
        user = self.world.users.get(call.id("user_id"))
        if user is None:
            raise unknown("User")
        return 200, payloads.user(user)

    async def my_guilds(self, call: Call) -> Answer:
        world = self.world
        mine = [one for one in world.guilds.values() if world.me.id in one.members]
        return 200, [
            {
                "id": str(one.id),
                "name": one.name,
                "icon": None,
                "owner": False,
                "permissions": str(int(in_guild(one, world.me, world.clock()))),
                "features": [],
            }
            for one in mine
        ]

    async def application(self, call: Call) -> Answer:
        world = self.world
        owner = next((one for one in world.users.values() if one.name == "developer"), None)
        owner = owner or world.add_user("developer")
        return 200, {
            "id": str(world.me.id),
            "name": world.me.display_name,
            "icon": None,
            "description": "",
            "bot_public": True,
            "bot_require_code_grant": False,
            "owner": payloads.user(owner),
            "team": None,
            "verify_key": "0" * 64,
            "flags": application_flags(world.privileged),
            "bot": payloads.user(world.me),
            "approximate_guild_count": len(world.guilds),
            "approximate_user_install_count": len(world.user_installs),
            "redirect_uris": [],
            "interactions_endpoint_url": None,
            "integration_types_config": {"0": {}, "1": {}},
        }

    async def gateway_url(self, call: Call) -> Answer:
        return 200, {"url": self.gateway.url}

    async def gateway_bot(self, call: Call) -> Answer:
        used = len(self.gateway.identifies)
        limit = {
            "total": 1000,
            "remaining": max(0, 1000 - used),
            "reset_after": 86_400_000,
            "max_concurrency": self.gateway.max_concurrency,
        }
        return 200, {"url": self.gateway.url, "shards": self.gateway.shards, "session_start_limit": limit}

    async def open_dm(self, call: Call) -> Answer:
        user = self.world.users.get(snowflake("recipient_id", call.body.get("recipient_id")))
        if user is None:
            raise form_error("recipient_id", "INVALID_RECIPIENT", "Unknown recipient")
        if user.bot:
            raise ApiError(403, 50007, "Cannot send messages to this user")
        return 200, payloads.channel(self.world.dm(user), self.world.me)

    # Guilds

    def _guild(self, call: Call) -> Guild:
        guild = self.world.guilds.get(call.id("guild_id"))
        if guild is None:
            raise unknown("Guild")
        if self.world.me.id not in guild.members:
            raise missing_access()
        return guild

    async def guild(self, call: Call) -> Answer:
        guild = self._guild(call)
        found = payloads.guild(guild, self.world.me)
        if call.flag("with_counts"):
            found |= {"approximate_member_count": len(guild.members), "approximate_presence_count": 1}
        return 200, found

    async def guild_channels(self, call: Call) -> Answer:
        guild, me = self._guild(call), self.world.me
        return 200, [payloads.channel(one, me) for one in guild.channels.values() if not one.is_thread]

    async def guild_roles(self, call: Call) -> Answer:
        return 200, [payloads.role(one) for one in self._guild(call).roles.values()]

    async def active_threads(self, call: Call) -> Answer:
        world = self.world
        threads = [
            one
            for one in self._guild(call).channels.values()
            if one.is_thread and not one.archived and world.can(world.me, one, Permission.VIEW_CHANNEL)
        ]
        mine = [
            payloads.thread_member(one, world.me.id) for one in threads if world.me.id in one.thread_members
        ]
        return 200, {"threads": [payloads.channel(one, world.me) for one in threads], "members": mine}

    async def guild_members(self, call: Call) -> Answer:
        if "members" not in self.world.privileged:
            raise missing_access()
        return 200, [payloads.member(one) for one in self._guild(call).members.values()]

    async def guild_member(self, call: Call) -> Answer:
        guild = self._guild(call)
        member = guild.members.get(call.id("user_id"))
        if member is None:
            raise unknown("Member") if call.id("user_id") in self.world.users else unknown("User")
        return 200, payloads.member(member)

    async def change_member(self, call: Call) -> Answer:
        guild, body = self._guild(call), call.body
        member = guild.members.get(call.id("user_id"))
        if member is None:
            raise unknown("Member")
        other = set(body) - {"communication_disabled_until"}
        if other:
            raise missing_permissions()
        if "communication_disabled_until" in body:
            until = body["communication_disabled_until"]
            self._check_may_time_out(guild, member.user)
            member.timed_out_until = 0.0 if until is None else self._timeout(until)
        data = payloads.member(member) | {"guild_id": str(guild.id)}
        self.world.emit("GUILD_MEMBER_UPDATE", data, guild, GUILD_MEMBERS)
        return 200, payloads.member(member)

    def _check_may_time_out(self, guild: Guild, target: User) -> None:
        world, now = self.world, self.world.clock()
        if not in_guild(guild, world.me, now) & Permission.MODERATE_MEMBERS:
            raise missing_permissions()
        held = in_guild(guild, target, now)
        if held == ALL or held & Permission.ADMINISTRATOR:
            raise missing_permissions()
        if target is world.me or top_position(guild, world.me) <= top_position(guild, target):
            raise missing_permissions()

    def _timeout(self, until: object) -> float:
        name = "communication_disabled_until"
        try:
            at = from_iso(str(until))
        except ValueError:
            text = f"Could not parse {str(until)[:50]}. Should be ISO8601."
            raise form_error(name, "DATE_TIME_TYPE_PARSE", text) from None
        longest = self.world.clock() + _LONGEST_TIMEOUT
        if at > longest:
            text = f"Invalid timestamp: must be before {iso(longest)}"
            raise form_error(name, "INVALID_COMMUNICATION_DISABLED_TIMESTAMP", text)
        return at

    # Commands

    def _scope(self, call: Call) -> int | None:
        if call.id("application_id") != self.world.me.id:
            raise ApiError(403, 20012, "You are not authorized to perform this action on this application")
        return self._guild(call).id if "guild_id" in call.params else None

    async def list_commands(self, call: Call) -> Answer:
        scope = self._scope(call)
        return 200, self.world.commands.listed(scope, localizations=call.flag("with_localizations"))

    async def overwrite_commands(self, call: Call) -> Answer:
        scope = self._scope(call)
        if not isinstance(call.data, list):
            raise form_error("", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
        found = self.world.commands.overwrite(scope, call.data)
        self.world.changed()
        return 200, found

    async def create_command(self, call: Call) -> Answer:
        command, new = self.world.commands.create(self._scope(call), call.body)
        self.world.changed()
        return (201 if new else 200), command

    async def get_command(self, call: Call) -> Answer:
        return 200, self.world.commands.get(self._scope(call), call.id("command_id"))

    async def edit_command(self, call: Call) -> Answer:
        return 200, self.world.commands.edit(self._scope(call), call.id("command_id"), call.body)

    async def delete_command(self, call: Call) -> Answer:
        self.world.commands.delete(self._scope(call), call.id("command_id"))
        return NO_CONTENT
