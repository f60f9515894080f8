"""`sereno demo`."""

from __future__ import annotations

import asyncio
import logging
import os
import time

import click

from adapters.base import Final, Notice, OutboxEvent, Withdrawn
from adapters.marks import marks_on
from adapters.text import printable, truncate
from bot.demo.play import Played, play
from bot.guardlog import Case

_SHOWN = 400


@click.command("demo")
def command() -> None:
    """What goes wrong with a bare model, and what Sereno does about it: live, without key or network."""
    # Providers fail on purpose here.
    logging.disable(logging.CRITICAL)
    # Its provider is on this machine, whatever proxy there is for others.
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"
    asyncio.run(_play())


async def _play() -> None:
    started = time.monotonic()
    click.secho(
        "Each row is played twice: to a gullible model alone, and through Sereno with that model.", dim=True
    )
    click.secho(
        "The gullible model is made for this demo: it believes whatever stands in its prompt.\n", dim=True
    )
    number = pending = 0
    async for played in play():
        number += 1
        pending += bool(played.row.pending)
        _show(number, played)
    took = time.monotonic() - started
    click.secho(f"{number} rows in {took:.1f} s; {pending} of them wait for a later version.", dim=True)


def _show(number: int, played: Played) -> None:
    row = played.row
    lines = printable(row.text).splitlines()
    click.secho(f"{number:2}  {lines[0]}", bold=True)
    for line in lines[1:]:
        click.secho(f"    {line}", bold=True)
    if played.bare:
        _line("bare model", played.bare, "red")
    _said("Sereno", played.sereno, played.cases)
    if played.shadow is not None:
        _said("input guards off", played.shadow, played.shadow_cases)
    if row.pending:
        _line("", row.pending, "yellow")
    if row.remark:
        _line("", row.remark, "bright_black")
    click.echo()


def _said(who: str, event: OutboxEvent, cases: tuple[Case, ...]) -> None:
    assert isinstance(event, Final | Notice | Withdrawn)
    held = isinstance(event, Withdrawn) or (isinstance(event, Notice) and event.tone == "blocked")
    marks = marks_on(event.text, event.annotations if isinstance(event, Final) else ())
    _line(who, ("⛔ " if held else "") + marks.marked, "green" if held else "cyan")
    for line in marks.listed(_SHOWN):
        _line("", line, "yellow")
    for case in cases:
        for finding in case.findings[:2]:
            _line(
                "",
                f"{case.direction} guard {finding.guard}/{finding.code} {finding.score:.2f}: {finding.explanation}",
                "bright_black",
            )


def _line(who: str, text: str, colour: str) -> None:
    shown = truncate(printable(text), _SHOWN).splitlines() or [""]
    click.echo(f"    {who:>16}  " + click.style(shown[0], fg=colour))
    for line in shown[1:]:
        click.echo(" " * 22 + click.style(line, fg=colour))
