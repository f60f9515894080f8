"""The claims of a summary, compared with what it sums up and with nothing else."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace

from adapters.base import Locale
from bot.claims.base import Limits, Marked, Spoken
from bot.claims.checker import ClaimChecker
from bot.claims.given import Given
from bot.log import failure_of
from guards.base import Document
from guards.claims.marking import merged
from guards.claims.summed import strays

logger = logging.getLogger(__name__)

MOST_COMPARED = 40_000
"""Characters of what is summed up that claims are compared with; names and numbers are looked for in all of it."""
KINDS = ("passage", "quotation")
"""How it may turn out that a summary says something else than what it sums up. A sum in it is somebody else's."""


async def check_summary(
    checker: ClaimChecker, summary: str, given: Sequence[Document], locale: Locale, seconds: float
) -> Marked:
    """What in `summary` is otherwise in `given`, or not there: names, numbers, links. What is as it should be has no mark.

    Never fails, like `ClaimChecker.check`.
    """
    checker = replace(checker, evidence=Given(_newest(given)), opinions=(), premises=None, second=None)
    marked = await checker.check(Spoken(summary, "", 0, locale), Limits(seconds))
    try:
        absent = await asyncio.to_thread(strays, summary, [f"{each.title}\n{each.text}" for each in given])
    except Exception as failure:  # noqa: BLE001 - a check that fails must not take the summary with it
        logger.error("a summary's names could not be checked: %s", failure_of(failure))
        absent, marked = [], replace(marked, error=marked.error or type(failure).__name__)
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
