"""What the guards say about spans of a reply, as lines under it. Pure: no network."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from adapters.base import Annotation
from adapters.text import truncate

_MOST_MARKS = 20
_WORDS = 80
_NOTE = 300
_SOURCE = 100
_SIGNS = {"supported": "✓", "contradicted": "✗", "unverifiable": "⚠", "quoted": "❝", "flagged": "⚑"}


def lines_of(
    text: str, annotations: Sequence[Annotation], shown: Callable[[str, int], str] = truncate
) -> list[str]:
    """A line for each mark on `text`. `shown`: the marked words as they may stand there, and how long."""
    lines: list[str] = []
    for mark in annotations[:_MOST_MARKS]:
        words = shown(" ".join(text[mark.start : mark.end].split()), _WORDS)
        source = f" ({truncate(mark.source, _SOURCE)})" if mark.source else ""
        lines.append(f"{_SIGNS[mark.mark]} “{words}”: {truncate(mark.note, _NOTE)}{source}")
    if len(annotations) > _MOST_MARKS:
        lines.append("…")
    return lines
