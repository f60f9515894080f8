"""`sereno check`."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterable

import click

from guards.pipeline import Pipeline

CLAIMS = "claims"
"""Names the check of claims beside the guards."""


@click.command("check")
@click.option(
    "--guards",
    "names",
    default="",
    help="Only these guards, separated by commas; claims: what replies claim.",
)
def command(names: str) -> None:
    """What the guards say about texts: JSON lines in, JSON lines out, in order. No store, no network.

    Each line: {"text": …, "stage": "input"|"output", "source"?, "task"?, "question"?, "system_prompt"?, "documents"?}.
    Replies (stage "output") also get "claims": what they state, compared with the documents.
    """
    from bot.wiring import pipeline_of

    named = [name.strip() for name in names.split(",") if name.strip()]
    claims = not named or CLAIMS in named
    chosen = [name for name in named if name != CLAIMS]
    # None when it was closed before the start.
    lines = sys.stdin.buffer if sys.stdin else ()
    asyncio.run(_check(pipeline_of(chosen, none=named == [CLAIMS]), lines, claims=claims))


async def _check(pipeline: Pipeline, lines: Iterable[bytes], *, claims: bool) -> None:
    for raw in lines:
        # Escaped, so that no terminal and no lone surrogate is in the way.
        click.echo(json.dumps(await answer(pipeline, raw, claims=claims)))


async def answer(pipeline: Pipeline, raw: bytes, *, claims: bool = True) -> dict[str, object]:
    """What is written for one line; what is wrong with it, when it cannot be checked."""
    from bot.checking import BadLine, check, claims_of, subject_of

    try:
        subject = subject_of(json.loads(raw.decode("utf-8-sig", "replace")))
        result = await check(pipeline, subject)
        found = await claims_of(subject) if claims else None
        return result if found is None else result | {"claims": found}
    except BadLine as error:
        return {"error": str(error)}
    except (ValueError, RecursionError):
        return {"error": "not JSON"}
