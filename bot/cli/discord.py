"""`sereno discord`."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict

import click

from bot.cli.setup import prepared
from bot.settings import Settings, SettingsError


@click.group("discord")
def command() -> None:
    """Sets the bot up on Discord."""


@command.command("invite")
@click.option("--json", "as_json", is_flag=True, help="As a JSON object.")
def invite(as_json: bool) -> None:
    """Prints the links that invite the bot, with the least permissions it needs."""
    from adapters.discord.setup import invitation

    settings = prepared()
    found = asyncio.run(invitation(token_of(settings), settings.discord.api_url))
    if as_json:
        click.echo(json.dumps(asdict(found) | {"application_id": str(found.application_id)}))
        return
    click.echo(f"For a server: {found.url}")
    click.echo(f"For yourself: {found.user_url}")
    click.echo(f"Permissions: {', '.join(found.permission_names)}")


def token_of(settings: Settings) -> str:
    """The bot's token.

    Raises:
        SettingsError: there is none.
    """
    if settings.discord.token is None:
        raise SettingsError(
            "SERENO_DISCORD__TOKEN is not set: make an application at https://discord.com/developers/applications "
            "and copy the token from its Bot page"
        )
    return settings.discord.token.get_secret_value()
