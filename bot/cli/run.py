"""`sereno run`."""

from __future__ import annotations

import asyncio

import click

from bot.cli.chat import talk
from bot.cli.setup import prepared
from bot.settings import Role


@click.command("run")
@click.option(
    "--role",
    type=click.Choice(["all", "gateway", "worker"]),
    default="all",
    show_default=True,
    help="all: everything in this process. worker: answers, holds no platform token. gateway: platforms only.",
)
def command(role: Role = "all") -> None:
    """Runs the bot on every platform that is configured; without one, as a chat in this terminal."""
    from bot.wiring import serve

    settings = prepared()
    if role == "all" and settings.discord.token is None:
        talk(settings)
    else:
        asyncio.run(serve(settings, role))
