"""`sereno run`."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import click

from bot.cli.chat import locale_here, talk, user_here
from bot.cli.console import HERE
from bot.cli.setup import prepared
from bot.entry import Pass
from bot.settings import Role, Settings, SettingsError

if TYPE_CHECKING:
    from bot.console.beside import Beside

_RUNNING = (
    "Sereno is starting. What goes wrong is shown here; `sereno doctor`, in another terminal, looks whether all is "
    "well. Ctrl-C ends it."
)
_NO_MODEL = "\nNo language model is connected, so it only quotes its documents: set SERENO_MODEL__NAME."


@click.command("run")
@click.option(
    "--role",
    type=click.Choice(["all", "gateway", "worker", "console"]),
    default="all",
    show_default=True,
    help="all: everything in this process. worker: answers, holds no platform token. gateway: platforms only. "
    "console: the moderators' console, with a worker of its own.",
)
def command(role: Role = "all") -> None:
    """Runs the bot on every platform that is configured; without one, as a chat in this terminal."""
    from bot.running import serve

    settings = prepared()
    if role == "console":
        from bot.cli.console import serve as serve_console

        # Links are made elsewhere: what this prints may be kept as a log.
        serve_console(settings, link=False)
        return
    if role == "all" and settings.discord.token is None and not settings.slack.is_on:
        talk(settings, beside=_beside(settings))
        return
    if sys.stderr.isatty():
        # When all is well nothing else is said.
        click.echo(f"{_RUNNING}{'' if settings.all_models else _NO_MODEL}", err=True)
    asyncio.run(serve(settings, role))


def _beside(settings: Settings) -> Beside | None:
    """The console, for a person at a terminal; None where there is nobody, or it cannot be reached."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return None
    from bot.console.beside import Beside
    from bot.console.listening import PortTaken, listen

    try:
        address = settings.console_url
        listening = listen(settings.http.host, settings.http.port)
    except (SettingsError, PortTaken):
        # `sereno console` says what is missing.
        return None
    return Beside(settings, address, listening, Pass(HERE, "local", user_here(), locale_here()))
