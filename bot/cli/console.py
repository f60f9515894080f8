"""`sereno console`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import click

from adapters.base import ConversationRef
from adapters.text import printable
from bot.cli.chat import locale_here, user_here
from bot.cli.setup import prepared
from bot.entry import Pass
from bot.settings import Settings
from bot.store.base import Store

HERE = ConversationRef("terminal", "local", "").community_key
"""The community of this machine: what `sereno chat` belongs to."""
MOST_LINKS = 10

_TAKEN = "if that is the console, `sereno console --link` prints a link to it, else set SERENO_HTTP__PORT"


@click.command("console")
@click.option("--link", "only_link", is_flag=True, help="Only print a link: the console runs already.")
@click.option("--community", help="The community to look at (platform/id).  [default: a link for each]")
@click.option("--sign-out", is_flag=True, help="End all sessions and links.")
def command(*, only_link: bool, community: str | None, sign_out: bool) -> None:
    """The moderators' console, in a browser: cases as they arrive, decisions, and a chat to try the guards."""
    if community is not None and (community.count("/") != 1 or not all(community.split("/"))):
        raise click.BadParameter(f"{community!r} is no community; give platform/id", param_hint="--community")
    settings = prepared()
    if sign_out:
        asyncio.run(_sign_out(settings))
    elif only_link:
        asyncio.run(_only_link(settings, community))
    else:
        serve(settings, community)


def serve(settings: Settings, community: str | None = None, *, link: bool = True) -> None:
    """Runs the console until it is ended; `link`: print how to get in.

    Raises:
        Unavailable: it cannot listen.
    """
    from bot.console.listening import PortTaken, listen
    from bot.console.running import run
    from bot.wiring import Unavailable

    url = settings.console_url
    try:
        listening = listen(settings.http.host, settings.http.port)
    except PortTaken as taken:
        raise Unavailable(f"{taken}; {_TAKEN}") from None

    async def announce(store: Store) -> None:
        click.echo(f"The console runs at {url}. Ctrl-C ends it.", err=True)
        if link:
            await _print_links(settings, store, community)

    asyncio.run(run(settings, listening, announce))


async def _only_link(settings: Settings, community: str | None) -> None:
    from bot.wiring import store_of

    async with store_of(settings) as store:
        await _print_links(settings, store, community)


async def _sign_out(settings: Settings) -> None:
    from bot.wiring import store_of

    async with store_of(settings) as store:
        count = await store.revoke()
    click.echo(f"Ended: {count}.", err=True)


async def _print_links(settings: Settings, store: Store, community: str | None) -> None:
    """A link for each community, or for one. On standard output: the one thing that a program may want to read."""
    from bot.wiring import door_of

    door = door_of(store)
    communities = [community] if community else await _communities(store)
    click.echo("Open this within five minutes; it works once:" if len(communities) == 1 else
               "Open one of these within five minutes; each works once:", err=True)  # fmt: skip
    for each in communities[:MOST_LINKS]:
        secret = await door.link(Pass(each, "local", user_here(), locale_here()))
        # A community's id is a platform's word, and may steer no terminal.
        click.echo(f"{printable(each)}  {settings.console_url}/enter?link={secret}")
    if len(communities) > MOST_LINKS:
        click.echo(f"There are {len(communities)} communities; name one: --community platform/id", err=True)


async def _communities(store: Store) -> Sequence[str]:
    """Those that have cases or have chosen something; without one, this machine's."""
    known = {*await store.communities(), *await store.chosen()}
    return sorted(known) or [HERE]
