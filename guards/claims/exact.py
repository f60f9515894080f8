"""What can be worked out or looked up word for word: sums, dates, quotations, the n-th sentence of a document.

Code is never run.
"""

from __future__ import annotations

from collections.abc import Sequence

from guards.base import Document
from guards.claims.arithmetic import check_arithmetic
from guards.claims.checks import Check
from guards.claims.dates import check_dates
from guards.claims.ordinals import check_ordinals, is_placed
from guards.claims.quotations import check_quotations
from guards.claims.remembered import remembered

KEPT = 512
"""Sentences of which what was worked out is kept."""


def exact(claim: str, documents: Sequence[Document] = (), question: str = "") -> list[Check]:
    """Everything in `claim` that can be checked exactly, in the order in which it stands there.

    `documents` are whole documents, not passages: the third sentence of a passage is not that of its document.
    `question` is what the claim's reply answers.
    """
    if not documents:
        return list(_worked_out(claim))
    ordinals = check_ordinals(claim, documents, question)
    # What is wrong as the third sentence may well stand elsewhere in the document: the narrower check counts. And where
    # nobody knows in which row it is said to be the third, it is not enough that it stands there.
    placed = is_placed(claim) and not ordinals
    quotations = [
        one
        for one in check_quotations(claim, documents)
        if not (placed and one.verdict == "supported")
        and not any(other.start < one.end and one.start < other.end for other in ordinals)
    ]
    return _ordered([*_worked_out(claim), *ordinals, *quotations])


def _ordered(found: Sequence[Check]) -> list[Check]:
    return sorted(found, key=lambda one: (one.start, one.end))


def _calculated(claim: str) -> list[Check]:
    return _ordered([*check_arithmetic(claim), *check_dates(claim)])


_worked_out = remembered(_calculated, KEPT)
"""A sentence of a reply is looked at when it has been said, and again at the end."""
