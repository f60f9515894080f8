"""What an exact check says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from guards.base import Document


@dataclass(frozen=True, slots=True)
class Check:
    """One thing in a claim that could be worked out or looked up."""

    kind: Literal["arithmetic", "date", "quotation", "ordinal"]
    verdict: Literal["supported", "contradicted"]
    start: int
    end: int
    """Span in the claim."""
    right: str
    """What is right: a number, a weekday, the words of the document; "" where only that it is wrong is known."""
    document: Document | None = None
    """Where it stands, if it was looked up."""


def check(
    kind: Literal["arithmetic", "date", "quotation", "ordinal"],
    span: tuple[int, int],
    *,
    holds: bool,
    right: str,
    document: Document | None = None,
) -> Check:
    """A check with the verdict that `holds` stands for."""
    return Check(kind, "supported" if holds else "contradicted", *span, right, document)
