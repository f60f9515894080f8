"""Where most of a long text looks encoded: those places are read in every way, the rest only as it is written."""

from __future__ import annotations

from functools import cache

import re2

from guards import decode
from guards.turned import REVERSED, ROTATED

EDGE = 1_000
"""Characters at each end of a text that are read in every way whatever they look like."""
CELL = 400
"""Characters that are looked at together."""
OVERLAP = 50
"""Characters of the next cell that are looked at, too: what is encoded may lie across."""
MOST_CELLS = 20
"""So many cells with most kinds of signs are tried whether something readable comes out."""
TRIES = 3
"""Words of each of them that may begin in the middle of what is encoded."""

_RUN = "[A-Za-z0-9+/_-]"
_SIGNS = (
    (
        rf"{_RUN}{{4}}[a-z0-9][A-Z]{_RUN}{{6}}",
        r"(?:[2-7][0-9a-fA-F]){8}",
        r"(?:[0-9a-fA-F]{2,3}[ ,:;]){6}",
        r"[01]{8} [01]{8}",
        r"(?:[.·-]{1,6}[ /|]){6}",
    ),
    (
        r"%[0-9A-Fa-f]{2}",
        r"&#?[0-9A-Za-z]{2,8};",
        r"\\[uUx][{0-9A-Fa-f]",
        r"[\x{e0020}-\x{e007e}]{3}",
        r"[\x{fe00}-\x{fe0f}\x{e0100}-\x{e01ef}]{4}",
        r"[g-zG-Z][013457@$!|]+[A-Za-z]|[A-Za-z][013457@$!|]+[g-zG-Z]",
        r"[A-Za-z][\x{2190}-\x{2bff}\x{1f000}-\x{1faff}]+[A-Za-z]",
        r"(?:[A-Za-z][^A-Za-z0-9\n]{1,3}){5}",
    ),
)
"""What a reader of encodings or of odd spellings may read, and a digest is none; those of one set share their states: few sets
are quick, and one for all would have too many states. Words that are rotated or backwards follow."""


def cells(text: str, most: int) -> list[int]:
    """Where the `most` cells between the edges of `text` begin in which most can be decoded, or looks as if; in order."""
    signs = {at: _signs(text[at : at + CELL + OVERLAP]) for at in range(EDGE, len(text) - EDGE, CELL)}
    odd = sorted(filter(signs.get, signs), key=signs.__getitem__, reverse=True)[:MOST_CELLS]
    said = {at: _decodable(text[at : at + CELL]) for at in odd}
    return sorted(sorted(odd, key=said.__getitem__, reverse=True)[:most])


def _signs(text: str) -> int:
    """How many kinds of signs `text` shows."""
    data = text.encode("utf-8", "replace")
    return sum([len(kinds.Match(data) or ()) for kinds in _sets()])


def _decodable(text: str) -> int:
    """How many characters of `text` stand for something readable in an encoding that is no habit of anybody."""
    found = (decode.base64(text, TRIES), decode.hexadecimal(text), decode.numbers(text), decode.morse(text))
    return sum(end - start for edits in found for start, end, _ in edits)


@cache
def _sets() -> tuple[re2.Set, ...]:
    # At first use: most texts are short.
    words = "|".join(sorted(ROTATED | REVERSED))
    return tuple(map(_set, (*_SIGNS, (rf"(?i:\b(?:{words})\b)",))))


def _set(patterns: tuple[str, ...]) -> re2.Set:
    together = re2.Set.SearchSet()
    for pattern in patterns:
        together.Add(pattern)
    together.Compile()
    return together
