"""`sereno eval`."""

from __future__ import annotations

import asyncio
import gzip
import json
import sys
import zlib
from collections.abc import Iterator
from math import isnan
from pathlib import Path
from typing import Any

import click

from bot.checking import BadLine, Figures, Judged, Share, by_guard, figures, judge, subject_of
from guards.pipeline import Pipeline

PART = "only a part, cut off or with addresses, keys and numbers masked"


@click.command("eval")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--guards", "names", default="", help="Only these guards, separated by commas.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a file.")
def command(files: tuple[Path, ...], names: str, *, as_json: bool) -> None:
    """How good the guards are on labelled texts: lines as for `check`, with "label" 1 (attack) or 0; .gz too."""
    from bot.wiring import pipeline_of

    pipeline = pipeline_of([name.strip() for name in names.split(",") if name.strip()])
    everything: list[Judged] = []
    all_left_out = 0
    for file in files:
        judged, left_out = asyncio.run(_judge(pipeline, file))
        everything += judged
        all_left_out += left_out
        _show(file.name, judged, left_out, as_json)
    if len(files) > 1:
        _show("all", everything, all_left_out, as_json)


async def _judge(pipeline: Pipeline, file: Path) -> tuple[list[Judged], int]:
    """What the guards say of each text, and how many were left out because only a part of each is known."""
    lines = list(_lines(file))
    judged = []
    left_out = 0
    with click.progressbar(lines, label=file.name, file=sys.stderr) as progress:
        for number, line in progress:
            try:
                label, subject = _label(line), subject_of(line)
            except BadLine as error:
                raise click.ClickException(f"{file}, line {number}: {error}") from error
            if line.get("whole") is False:
                # An export of cases: what guards say of a masked beginning is not what they say of the text.
                left_out += 1
                continue
            judged.append(await judge(pipeline, subject, label))
    return judged, left_out


def _label(line: Any) -> int:
    label = line.get("label") if isinstance(line, dict) else None
    if label not in (0, 1):
        raise BadLine(f"label is {repr(label)[:80]}; allowed: 0, 1")
    return int(label)


def _lines(file: Path) -> Iterator[tuple[int, Any]]:
    opened: Any = gzip.open if file.suffix == ".gz" else open
    try:
        with opened(file, "rt", encoding="utf-8-sig", errors="replace") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield number, _parsed(file, number, line)
    except (OSError, EOFError, zlib.error) as error:
        raise click.ClickException(f"{file} cannot be read: {error}") from error


def _parsed(file: Path, number: int, line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise click.ClickException(f"{file}, line {number}: not JSON") from error


def _show(name: str, judged: list[Judged], left_out: int, as_json: bool) -> None:
    found, each = figures(judged), by_guard(judged)
    if as_json:
        told = {"file": name, "n": len(judged), "left_out": left_out, **_plain(found)}
        click.echo(json.dumps(told | {"guards": {guard: _plain(its) for guard, its in each.items()}}))
        return
    click.echo(f"{name}: {found.blocked.of} attacks, {found.false_blocks.of} harmless")
    if left_out:
        click.echo(
            f"  not measured: {left_out} of {left_out + len(judged)} texts, of which the export has {PART}"
        )
    if not judged:
        return
    for label, share in (
        ("recall (blocked)", found.blocked),
        ("recall (blocked or flagged)", found.flagged),
        ("false alarms (blocked)", found.false_blocks),
        ("false alarms (blocked or flagged)", found.false_flags),
    ):
        _line(label, share)
    click.echo(f"  {'AUC':34} {found.auc:7.4f}")
    click.echo(f"  {'ms a text, median / p99':34} {found.ms_median:.2f} / {found.ms_p99:.2f}")
    for guard, its in each.items() if len(each) > 1 else ():
        click.echo(f"  {guard} alone")
        for label, share in (("recall (blocked)", its.blocked), ("false alarms (blocked)", its.false_blocks)):
            _line(f"  {label}", share)
        click.echo(f"    {'ms a text, median / p99':32} {its.ms_median:.2f} / {its.ms_p99:.2f}")


def _line(label: str, share: Share) -> None:
    """A share with its interval; nothing where there are no such texts."""
    if share.of:
        low, high = share.interval
        click.echo(f"  {label:34} {share.value:7.2%}  [{low:.2%}, {high:.2%}]  {share.hits}/{share.of}")


def _plain(found: Figures) -> dict[str, object]:
    def plain(share: Share) -> dict[str, object]:
        low, high = share.interval
        return {
            "value": number(share.value),
            "low": number(low),
            "high": number(high),
            "hits": share.hits,
            "of": share.of,
        }

    def number(value: float) -> float | None:
        # JSON has no nan.
        return None if isnan(value) else value

    return {
        "recall": plain(found.blocked),
        "recall_flagged": plain(found.flagged),
        "false_alarms": plain(found.false_blocks),
        "false_alarms_flagged": plain(found.false_flags),
        "auc": number(found.auc),
        "ms_median": number(found.ms_median),
        "ms_p99": number(found.ms_p99),
    }
