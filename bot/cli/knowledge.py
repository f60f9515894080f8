"""`sereno knowledge`."""

from __future__ import annotations

import asyncio
import mimetypes
import secrets
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import click

from adapters.attached import MOST_GIVEN
from adapters.text import printable
from bot.cli.chat import locale_here, user_here
from bot.cli.setup import prepared
from bot.store.base import Store

HERE = "terminal/local"
"""The community of this machine's terminal."""

_COMMUNITY = click.option(
    "--community",
    default=HERE,
    show_default=True,
    help="Whose knowledge: platform/id, as `sereno guardlog` shows it.",
)


@click.group("knowledge")
def command() -> None:
    """The documents that a community has added: what replies rest on, beside PEP 20 and Sereno's own guides."""


@command.command("add")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH…")
@click.option("--name", help="What to call it; else the file's name. One of that name is replaced.")
@click.option("--use-flagged", is_flag=True, help="Also use the passages in which the guards find something.")
@_COMMUNITY
def add(*, paths: tuple[Path, ...], name: str | None, use_flagged: bool, community: str) -> None:
    """Adds files: Markdown, text, HTML, PDF, or JSON lines. Nothing is fetched from an address."""
    if name and len(paths) > 1:
        raise click.UsageError("--name goes with one file")
    # With the guards a good part of a start.
    from bot.knowledge.adding import File
    from bot.knowledge.desk import accepted, case_in, refused
    from bot.knowledge.documents import KnowledgeFull
    from bot.knowledge.reading import CannotRead, name_of
    from bot.policy import Policy, PolicyError, layered
    from bot.wiring import adding_of, pipeline_of

    where = locale_here()

    async def work(store: Store) -> bool:
        adding = adding_of(store, pipeline_of())
        try:
            policy = layered((await store.chosen()).get(community))
        except PolicyError:
            # As in a turn: what cannot be used must not switch the guards off.
            policy = Policy()
        well = True
        for path in paths:
            called = name_of(name or path.name) or "document"
            try:
                # One byte more than is allowed is enough to see that it is too big.
                with path.open("rb") as opened:
                    data = opened.read(MOST_GIVEN + 1)
                file = File(called, data, mimetypes.guess_type(path.name)[0] or "", by=user_here())
                added = await adding.add(community, file, policy, at=time.time(), use_flagged=use_flagged)
            except (CannotRead, KnowledgeFull) as error:
                _say(refused(called, error, where), err=True)
                well = False
            except OSError as error:
                _say(f"sereno: {path}: {error.strerror}", err=True)
                well = False
            else:
                _say(accepted(added, where))
                case = case_in(
                    added,
                    turn=secrets.token_hex(6),
                    at=time.time(),
                    conversation=f"{community}//",
                    author_id="",
                    author_name=user_here(),
                )
                if case is not None:
                    await store.record(community, case)
                well = well and added.head is not None
        return well

    _with_store(community, work)


@command.command("list")
@_COMMUNITY
def list_(*, community: str) -> None:
    """The documents that a community has added."""
    from bot.knowledge.desk import listed

    async def work(store: Store) -> bool:
        _say(listed(await store.catalogue(community), locale_here()))
        return True

    _with_store(community, work)


@command.command("show")
@click.argument("name")
@_COMMUNITY
def show(*, name: str, community: str) -> None:
    """What a document consists of: all its passages."""
    from bot.knowledge.desk import shown, unknown

    async def work(store: Store) -> bool:
        head = (await store.catalogue(community)).head(name)
        if head is None:
            _say(unknown(name, locale_here()), err=True)
            return False
        passages = await store.passages(community, head.name)
        _say(shown(head, passages, locale_here(), most=len(passages)))
        return True

    _with_store(community, work)


@command.command("remove")
@click.argument("name")
@_COMMUNITY
def remove(*, name: str, community: str) -> None:
    """Takes a document out of what a community knows."""
    from bot.knowledge.desk import removed, unknown

    async def work(store: Store) -> bool:
        head = (await store.catalogue(community)).head(name)
        if head is None or await store.unlearn(community, head.name) is None:
            _say(unknown(name, locale_here()), err=True)
            return False
        _say(removed(head, locale_here()))
        return True

    _with_store(community, work)


def _with_store(community: str, work: Callable[[Store], Awaitable[bool]]) -> None:
    """Does `work` with the store; exit code 1 when it says that not all went well."""
    if community.count("/") != 1 or not all(community.split("/")):
        raise click.BadParameter(f"{community!r} is no community; give platform/id", param_hint="--community")
    settings = prepared()
    from bot.wiring import store_of

    async def run() -> bool:
        async with store_of(settings) as store:
            return await work(store)

    if not asyncio.run(run()):
        raise click.exceptions.Exit(1)


def _say(text: str, *, err: bool = False) -> None:
    # What documents say must not steer the terminal.
    click.echo(printable(text), err=err)
