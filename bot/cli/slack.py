"""`sereno slack`."""

from __future__ import annotations

import json

import click

from bot.cli.setup import prepared
from bot.settings import Settings, SettingsError


@click.group("slack")
def command() -> None:
    """Sets the app up on Slack."""


@command.command("manifest")
@click.option(
    "--url", default="", help="For events over HTTP: the address that Slack can reach, with https://."
)
@click.option("--many", is_flag=True, help="Any number of workspaces can install the app; needs --url.")
def manifest(url: str, *, many: bool) -> None:
    """Prints the manifest that Slack makes the app from, with the least scopes it needs."""
    from adapters.slack.manifest import manifest_of
    from bot.commands import table

    if url and not url.startswith("https://"):
        raise click.UsageError("--url must begin with https://: Slack sends to no other address")
    if many and not url:
        raise click.UsageError("--many goes with --url: workspaces install the app over HTTP")
    found = manifest_of(table(), prepared().slack.moderators, url, many=many)
    click.echo(json.dumps(found, indent=2, ensure_ascii=False))


def token_of(settings: Settings) -> str:
    """The bot's token.

    Raises:
        SettingsError: there is none.
    """
    if settings.slack.bot_token is None:
        raise SettingsError(
            "SERENO_SLACK__BOT_TOKEN is not set: make an app at https://api.slack.com/apps from the manifest that "
            "`sereno slack manifest` prints, install it, and copy the token from the page OAuth & Permissions"
        )
    return settings.slack.bot_token.get_secret_value()
