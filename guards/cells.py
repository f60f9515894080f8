"""Where most of a long text looks encoded: those places are read in every way, the rest only as it is written."""

from __future__ import annotations

from functools import cache
from itertools import islice

import re2

from guards import decode
from guards.spelling import REVERSED

EDGE = 1_000
"""Characters at each end of a text that are read in every way whatever they look like."""
CELL = 400
"""Characters that are looked at together."""
OVERLAP = 50
"""Characters of the next cell that are looked at, too: what is encoded may lie across."""
MOST_SIGNS = 10
"""So many signs are looked for in each cell."""
DIGEST = 1
"""So many characters count of a run of letters and digits alone."""
MOST_CELLS = 60
"""So many cells with most signs are tried whether something readable comes out."""
TRIES = 3
"""Words of each of them that may begin in the middle of what is encoded."""

_ENCODED = (
    r"[A-Za-z0-9+/_-]{16,}|(?:%[0-9A-Fa-f]{2})+|&#?[0-9A-Za-z]{2,8};|\\[uUx][{0-9A-Fa-f]+"
    r"|[\x{e0020}-\x{e007e}]{3,}|[\x{fe00}-\x{fe0f}\x{e0100}-\x{e01ef}]{4,}"
    r"|(?:[0-9a-fA-F]{2,3}[ ,:;]){6,}|[01]{8} [01]{8}|(?:[.·-]{1,6}[ /|]){6,}|(?:[A-Za-z][^A-Za-z0-9\n]{1,3}){5,}"
    r"|[A-Za-z][013457@$!|]+[A-Za-z]|[A-Za-z][\x{2190}-\x{2bff}\x{1f000}-\x{1faff}]+[A-Za-z]"
)
"""What a reader of encodings or of odd spellings may read. Words that are rotated or backwards follow."""


def cells(text: str, most: int) -> list[int]:
    """Where the `most` cells between the edges of `text` begin in which most can be decoded, or looks as if; in order."""
    signs = {at: _signs(text[at : at + CELL + OVERLAP]) for at in range(EDGE, len(text) - EDGE, CELL)}
    odd = sorted(filter(signs.get, signs), key=signs.__getitem__, reverse=True)[:MOST_CELLS]
    said = {at: _decodable(text[at : at + CELL]) for at in odd}
    return sorted(sorted(odd, key=said.__getitem__, reverse=True)[:most])


def _signs(text: str) -> int:
    """How many characters of `text` look encoded; of a digest or a key, which look it and say nothing, few."""
    # As bytes: RE2's own way from str to its bytes and back takes several times as long as its search.
    found = islice(_encoded().finditer(text.encode("utf-8", "replace")), MOST_SIGNS)
    signs = (match[0][: DIGEST if match[0].isalnum() else None] for match in found)
    return len(b"".join(signs).decode("utf-8", "ignore"))


def _decodable(text: str) -> int:
    """How many characters of `text` stand for something readable in an encoding that is no habit of anybody."""
    found = (decode.base64(text, TRIES), decode.hexadecimal(text), decode.numbers(text), decode.morse(text))
    return sum(end - start for edits in found for start, end, _ in edits)


@cache
def _encoded() -> re2.Pattern[bytes]:
    # At first use: most texts are short.
    words = "|".join(sorted(decode.ROTATED | REVERSED))
    return re2.compile(rf"{_ENCODED}|(?i:\b(?:{words})\b)".encode())
