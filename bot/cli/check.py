"""`sereno check`."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterable

import click

from guards.pipeline import Pipeline


@click.command("check")
@click.option("--guards", "names", default="", help="Only these guards, separated by commas.")
def command(names: str) -> None:
    """What the guards say about texts: JSON lines in, JSON lines out, in order. No store, no network.

    Each line: {"text": …, "stage": "input"|"output", "source"?, "task"?, "question"?, "system_prompt"?, "documents"?}.
    """
    from bot.wiring import pipeline_of

    pipeline = pipeline_of([name.strip() for name in names.split(",") if name.strip()])
    # None when it was closed before the start.
    asyncio.run(_check(pipeline, sys.stdin.buffer if sys.stdin else ()))


async def _check(pipeline: Pipeline, lines: Iterable[bytes]) -> None:
    for raw in lines:
        # Escaped, so that no terminal and no lone surrogate is in the way.
        click.echo(json.dumps(await answer(pipeline, raw)))


async def answer(pipeline: Pipeline, raw: bytes) -> dict[str, object]:
    """What is written for one line; what is wrong with it, when it cannot be checked."""
    from bot.checking import BadLine, check, subject_of

    try:
        return await check(pipeline, subject_of(json.loads(raw.decode("utf-8-sig", "replace"))))
    except BadLine as error:
        return {"error": str(error)}
    except (ValueError, RecursionError):
        return {"error": "not JSON"}
