"""`sereno chat`."""

from __future__ import annotations

import asyncio
import getpass
import locale
import os
from typing import TYPE_CHECKING

import click

from adapters.text import clean
from bot.cli.setup import prepared
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.console.beside import Beside


@click.command("chat")
@click.option("--user", help="The name you speak under.  [default: your user name]")
@click.option("--channel", default="chat", show_default=True, help="Which conversation to go on with.")
def command(user: str | None, channel: str) -> None:
    """A guarded chat in this terminal; through a pipe, one reply for each line."""
    talk(prepared(), user=user, channel=channel)


def talk(
    settings: Settings, *, user: str | None = None, channel: str = "chat", beside: Beside | None = None
) -> None:
    """Chats until the end of the input; `beside`: the console that runs meanwhile."""
    from bot.running import chat
    from bot.wiring import terminal_of

    adapter = terminal_of(
        settings, user=clean(user or user_here()), channel=clean(channel), locale=locale_here()
    )
    asyncio.run(chat(settings, adapter, beside))


def user_here() -> str:
    """The name of whoever sits at this machine."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "you"


def locale_here() -> str:
    """The language tag of whoever sits at this machine; "" when it is not set."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            return os.environ[name].partition(".")[0].replace("_", "-")
    return locale.getlocale()[0] or ""
