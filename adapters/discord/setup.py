"""For whoever sets the bot up: the links that invite it, and whether everything it needs is there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import discord
from discord import app_commands

from adapters.base import AdapterFailed, CommandSpec, Translate
from adapters.discord import register
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
    url = discord.utils.oauth_url(number, permissions=NEEDED, scopes=SCOPES)
    user_url = discord.utils.oauth_url(number, scopes=SCOPES[1:]) + "&integration_type=1"
    return Invitation(number, url, user_url, NEEDED.value, _names(NEEDED), SCOPES)


async def inspect(
    token: str, api_url: str, *, commands: Sequence[CommandSpec], translate: Translate, message_content: bool
) -> list[Check]:
    """Looks at token, intents, permissions in each guild, and the registered commands.

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
            found.append(Check(True, f"{name}: all permissions are there"))
    return found


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
    return tuple(
        name.replace("_", " ").title().replace(" In ", " in ") for name, given in permissions if given
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
