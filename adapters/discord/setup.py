"""For whoever sets the bot up: the links that invite it, and whether everything it needs is there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import MappingProxyType

import aiohttp
import discord
from discord import app_commands

from adapters.base import AdapterFailed, CommandSpec, Translate
from adapters.discord import cards, register
from adapters.discord.adapter import REFUSED
from adapters.discord.address import quieten, redirect

NEEDED = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
)
"""What the bot uses, and nothing else."""
FOR_BUTTONS = discord.Permissions(moderate_members=True, manage_messages=True)
"""What two buttons under the moderators' cards use: the rest works without them."""
SCOPES = ("bot", "applications.commands")


@dataclass(frozen=True, slots=True)
class Invitation:
    """Links that install the bot."""

    application_id: int
    url: str
    """For a server; whoever opens it needs Manage Server there."""
    user_url: str
    """For oneself: commands everywhere, no messages."""
    permissions: int
    permission_names: tuple[str, ...]
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    good: bool
    text: str
    """What was found; and when it is not good, what to do."""


async def invitation(token: str, api_url: str) -> Invitation:
    """The links for the application that `token` belongs to.

    Raises:
        AdapterFailed: the token is refused, or Discord cannot be reached.
    """
    async with _logged_in(token, api_url) as client:
        assert client.application_id is not None
        number = client.application_id
    asked = NEEDED | FOR_BUTTONS
    url = discord.utils.oauth_url(number, permissions=asked, scopes=SCOPES)
    user_url = discord.utils.oauth_url(number, scopes=SCOPES[1:]) + "&integration_type=1"
    return Invitation(number, url, user_url, asked.value, _names(asked), SCOPES)


async def inspect(
    token: str,
    api_url: str,
    *,
    commands: Sequence[CommandSpec],
    translate: Translate,
    message_content: bool,
    log_channels: Mapping[str, str] = MappingProxyType({}),
) -> list[Check]:
    """Looks at token, intents, permissions in each guild, the moderators' channels, and the registered commands.

    `log_channels`: guild → channel, where a community has chosen one.

    Raises:
        AdapterFailed: the token is refused, or Discord cannot be reached.
    """
    async with _logged_in(token, api_url) as client:
        assert client.user is not None
        found = [
            Check(True, f"the token is that of {client.user.name}"),
            _intent(client, wanted=message_content),
        ]
        try:
            found += await _guilds(client)
            found += [
                await _log_channel(client, int(guild), int(log_channels[guild])) for guild in log_channels
            ]
            found.append(await _commands(client, commands, translate))
        except discord.HTTPException as error:
            found.append(Check(False, f"Discord answers {error.status} (code {error.code}): try again later"))
        return found


def _intent(client: discord.Client, *, wanted: bool) -> Check:
    assert client.application is not None
    flags = client.application.flags
    has = flags.gateway_message_content or flags.gateway_message_content_limited
    if wanted and not has:
        return Check(
            False,
            "the message content intent is off: switch it on in the developer portal (Bot page, Privileged Gateway "
            "Intents), or unset SERENO_DISCORD__MESSAGE_CONTENT",
        )
    if wanted:
        return Check(True, "the message content intent is on: threads go on without mentions")
    return Check(True, "the message content intent is not used: threads go on by mentions and replies")


async def _guilds(client: discord.Client) -> list[Check]:
    guilds = await client.http.get_guilds(limit=200, with_counts=False)
    if not guilds:
        return [Check(False, "the bot is in no server: open the link that `sereno discord invite` prints")]
    found = []
    for guild in guilds:
        has = discord.Permissions(int(guild["permissions"]))
        missing = _names(discord.Permissions(NEEDED.value & ~has.value)) if not has.administrator else ()
        name = guild["name"]
        if missing:
            found.append(
                Check(
                    False,
                    f"{name}: missing {', '.join(missing)}: give them to the bot's role (Server Settings, Roles), "
                    "or invite it again with the link that `sereno discord invite` prints",
                )
            )
        elif has.administrator:
            found.append(Check(True, f"{name}: administrator, which is more than the bot needs"))
        else:
            absent = _names(discord.Permissions(FOR_BUTTONS.value & ~has.value))
            but = f", but for buttons under the moderators' cards: {', '.join(absent)}" if absent else ""
            found.append(Check(True, f"{name}: all permissions are there{but}"))
    return found


async def _log_channel(client: discord.Client, guild_id: int, channel_id: int) -> Check:
    assert client.user is not None
    another = "or choose another channel with /policy set"
    try:
        guild = await client.fetch_guild(guild_id, with_counts=False)
        channel = await guild.fetch_channel(channel_id)
        has = channel.permissions_for(await guild.fetch_member(client.user.id))
    except (discord.NotFound, discord.Forbidden, discord.InvalidData):
        return Check(
            False,
            f"{guild_id}: the moderators' channel {channel_id} is gone or closed to the bot: give it View Channel "
            f"there, {another}",
        )
    missing = _names(discord.Permissions(cards.NEEDED.value & ~has.value))
    if missing:
        return Check(
            False,
            f"{guild.name}: missing {', '.join(missing)} in the moderators' channel #{channel.name}: give them to the "
            f"bot's role there, {another}",
        )
    return Check(True, f"{guild.name}: cards for moderators go to #{channel.name}")


async def _commands(client: discord.Client, specs: Sequence[CommandSpec], translate: Translate) -> Check:
    tree = app_commands.CommandTree(client)
    await register.fill(tree, specs, translate, register.Handlers(_unused, _unused))
    if await register.differs(client, tree):
        return Check(
            False, "the commands are not those of this version: `sereno run` registers them when it starts"
        )
    return Check(True, f"{len(tree.get_commands())} commands are registered")


async def _unused(*_: object) -> None:
    """The commands are only compared."""


def _names(permissions: discord.Permissions) -> tuple[str, ...]:
    """As Discord's settings show them."""
    shown = {"read_messages": "view_channels", "moderate_members": "timeout_members"}
    return tuple(
        shown.get(name, name).replace("_", " ").title().replace(" In ", " in ")
        for name, given in permissions
        if given
    )


@asynccontextmanager
async def _logged_in(token: str, api_url: str) -> AsyncIterator[discord.Client]:
    redirect(api_url, "")
    quieten()
    client = discord.Client(intents=discord.Intents(guilds=True))
    try:
        await client.login(token)
        yield client
    except discord.LoginFailure as error:
        raise AdapterFailed(REFUSED) from error
    except discord.HTTPException as error:
        raise AdapterFailed(f"Discord answers {error.status}: try again later") from error
    except (aiohttp.ClientError, OSError) as error:
        raise AdapterFailed(
            f"Discord cannot be reached at {api_url} ({type(error).__name__}): look at the network, and at "
            "SERENO_DISCORD__API_URL if it is set"
        ) from error
    finally:
        await client.close()
