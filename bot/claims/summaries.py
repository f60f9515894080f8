"""The claims of a summary, compared with what it sums up and with nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from adapters.base import Locale
from bot.claims.base import Limits, Marked, Spoken
from bot.claims.checker import ClaimChecker
from bot.claims.given import Given
from guards.base import Document
from guards.claims.marking import merged
from guards.claims.summed import strays

MOST_COMPARED = 40_000
"""Characters of what is summed up that claims are compared with; names and numbers are looked for in all of it."""
KINDS = ("passage", "quotation")
"""How it may turn out that a summary says something else than what it sums up. A sum in it is somebody else's."""


async def check_summary(
    checker: ClaimChecker, summary: str, given: Sequence[Document], locale: Locale, seconds: float
) -> Marked:
    """What in `summary` is otherwise in `given`, or not there: names, numbers, links. What is as it should be has no mark."""
    checker = replace(checker, evidence=Given(_newest(given)), opinions=(), premises=None, second=None)
    marked = await checker.check(Spoken(summary, "", 0, locale), Limits(seconds))
    absent = await asyncio.to_thread(strays, summary, [f"{each.title}\n{each.text}" for each in given])
    wrong = [claim for claim in marked.claims if claim.verdict == "contradicted" and claim.kind in KINDS]
    sources = [claim for claim in marked.claims if claim.kind == "source"]
    absent = [
        claim
        for claim in absent
        if not any(claim.start < one.end and one.start < claim.end for one in (*wrong, *sources))
    ]
    return replace(marked, claims=tuple(merged([*wrong, *sources, *absent], [])))


def _newest(given: Sequence[Document]) -> list[Document]:
    """The last of `given`, as many as are compared."""
    kept: list[Document] = []
    left = MOST_COMPARED
    for one in reversed(given):
        kept.append(Document(one.title, one.text[:left]))
        left -= len(one.text)
        if left <= 0:
            break
    return kept[::-1]
