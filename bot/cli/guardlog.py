"""`sereno guardlog`."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import asdict

import click
from click.core import ParameterSource

from adapters.text import printable
from bot.case_texts import case_line
from bot.cli.setup import prepared
from bot.export import Format, Names, exported, heading, matcher
from bot.guardlog import Case
from bot.policy import Action
from bot.settings import Settings

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_COLOURS = {"block": "red", "hold": "magenta", "redact": "yellow", "flag": "yellow", "allow": "green"}
FOLLOW_SECONDS = 2.0
MOST = 10_000
"""Cases of one community that are read at most."""


class _Span(click.ParamType[float]):
    name = "span"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        match = re.fullmatch(r"(\d+)\s*([smhd])", str(value).strip())
        if match is None:
            self.fail(f"{value!r} is no span of time; give a number and s, m, h or d, such as 2h", param, ctx)
        return float(int(match[1]) * _UNITS[match[2]])


_SINCE = click.option("--since", type=_Span(), help="Only cases of the last 30m, 2h, 7d …")
_ACTION = click.option(
    "--action", type=click.Choice([action.word for action in Action]), help="Only cases of this action."
)


@click.group("guardlog", invoke_without_command=True)
@click.option("--follow", "-f", is_flag=True, help="Go on with what comes.")
@_ACTION
@_SINCE
@click.option("--community", help="Only this community (platform/id); else all.")
@click.option(
    "--limit", type=click.IntRange(1, MOST), default=100, show_default=True, help="At most so many."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def command(
    ctx: click.Context, *, follow: bool, action: str | None, since: float | None, community: str | None, limit: int,
    as_json: bool,
) -> None:  # fmt: skip
    """What the guards found: who, where, what was done, why, and a masked excerpt."""
    if ctx.invoked_subcommand is not None:
        given = [name for name in ctx.params if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE]
        if given:
            raise click.UsageError(f"Options go behind '{ctx.invoked_subcommand}'.")
        return
    _must_be_community(community)
    settings = prepared()
    asyncio.run(_show(settings, follow, action, since, community, limit, as_json))


@command.command("export")
@click.option(
    "--format",
    "kind",
    type=click.Choice(["jsonl", "csv"]),
    default="jsonl",
    show_default=True,
    help="What is written.",
)
@_SINCE
@_ACTION
@click.option("--guard", default="", help="Only cases in which this guard found something, or failed.")
@click.option("--member", default="", help="Only cases of this member: the id, or the whole name.")
@click.option("--community", help="Only this community (platform/id); else all.")
@click.option("--decided", is_flag=True, help="Only what moderators decided, which `sereno eval` reads.")
@click.option("--personal", is_flag=True, help="Names and ids of members as they are.")
def export(
    *, kind: Format, since: float | None, action: str | None, guard: str, member: str, community: str | None,
    decided: bool, personal: bool,
) -> None:  # fmt: skip
    """All cases, for other programs: one a line on standard output, the newest first."""
    _must_be_community(community)
    wanted = matcher(guard=guard, action=action or "", member=member)
    names = Names() if personal else Names(secrets.token_bytes(16))
    asyncio.run(_export(prepared(), kind, names, wanted, since, community, decided))


async def _export(
    settings: Settings, kind: Format, names: Names, wanted: Callable[[Case], bool], since: float | None,
    community: str | None, decided: bool,
) -> None:  # fmt: skip
    from bot.wiring import store_of

    oldest = time.time() - since if since else 0.0
    async with store_of(settings) as store:
        click.echo(heading(kind), nl=False)
        for place in [community] if community else await store.communities():
            async for line in exported(
                store, place, kind, names, since=oldest, wanted=wanted, decided=decided
            ):
                click.echo(line, nl=False)


def _must_be_community(community: str | None) -> None:
    if community is not None and (community.count("/") != 1 or not all(community.split("/"))):
        raise click.BadParameter(f"{community!r} is no community; give platform/id", param_hint="--community")


async def _show(
    settings: Settings, follow: bool, action: str | None, since: float | None, community: str | None, limit: int,
    as_json: bool,
) -> None:  # fmt: skip
    from bot.wiring import store_of

    def show(case: Case) -> None:
        if as_json:
            # Signatures are for the store alone: what leaves it must not help to find a text.
            click.echo(
                json.dumps({name: value for name, value in asdict(case).items() if name != "signatures"})
            )
        else:
            # Names and excerpts are members' words: nothing in them may steer the terminal.
            click.echo(click.style(printable(case_line(case)), fg=_COLOURS.get(case.action)))

    async with store_of(settings) as store:
        oldest = time.time() - since if since else 0.0
        places = [community] if community else list(await store.communities())
        read = limit if action is None else MOST
        cases = [case for place in places for case in await store.cases(place, since=oldest, limit=read)]
        wanted = [case for case in cases if action in (None, case.action)]
        for case in sorted(wanted, key=lambda case: case.at)[-limit:]:
            show(case)
        if not cases and not follow:
            click.echo(
                "No case matches." if since or action or community else "The guards have found nothing yet.",
                err=True,
            )
        last = dict.fromkeys(places, "")
        for case in cases:
            place = "/".join(case.conversation.split("/")[:2])
            last[place] = max(last.get(place, ""), case.id, key=_order)
        while follow:
            heed_interrupt()
            for place in [community] if community else list(await store.communities()):
                for case in await store.follow(
                    place, last.get(place, ""), FOLLOW_SECONDS / max(1, len(last))
                ):
                    last[place] = case.id
                    if case.at >= oldest and action in (None, case.action):
                        show(case)
            if not last:
                await asyncio.sleep(0.2)


def heed_interrupt() -> None:
    """Ends this task if that was asked for and nobody heeded it.

    Before Python 3.12 `asyncio.wait_for`, which the store's client sends commands with, swallows what comes in the moment in
    which the sending ends.

    Raises:
        asyncio.CancelledError: it was asked for.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def _order(case_id: str) -> tuple[int, ...]:
    return tuple(int(part) for part in case_id.split("-")) if case_id else ()
