"""Canonical views of a text, each with a map back to the original's offsets."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class View:
    """A text read in another way, and where each character of it comes from."""

    text: str
    chain: tuple[str, ...]
    """What was done to the original, in order; empty for the original itself."""
    starts: tuple[int, ...]
    """For each character: where it begins in the original."""
    ends: tuple[int, ...]
    """For each character: where it ends in the original, exclusive."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span in the original that `text[start:end]` (not empty) comes from."""
        return min(self.starts[start:end]), max(self.ends[start:end])


def squash(text: str) -> View:
    """Letters and digits only, compatibility-folded and without case: what is left of a text however it is spaced."""
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for index, char in enumerate(text):
        for folded in unicodedata.normalize("NFKC", char).casefold():
            if folded.isalnum():
                chars.append(folded)
                starts.append(index)
                ends.append(index + 1)
    return View("".join(chars), ("squash",), tuple(starts), tuple(ends))
