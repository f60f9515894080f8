"""Where two runs of words agree: what difflib's SequenceMatcher finds when nothing is junk, only faster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

Block: TypeAlias = tuple[int, int, int]
"""Where both begin, and how many words are the same."""
_Pairs: TypeAlias = list[tuple[int, int]]


def places(words: Sequence[str]) -> dict[str, list[int]]:
    """Where each of `words` stands."""
    found: dict[str, list[int]] = {}
    for index, word in enumerate(words):
        found.setdefault(word, []).append(index)
    return found


def blocks(one: Sequence[str], other: Mapping[str, Sequence[int]]) -> list[Block]:
    """The runs that `one` shares with the words whose places are `other`: the longest, then those before and after it."""
    open_ = [[(at, place) for at, word in enumerate(one) if word in other for place in other[word]]]
    found = []
    while open_:
        pairs = open_.pop()
        if pairs:
            at, place, size = block = _longest(pairs)
            found.append(block)
            open_.append([pair for pair in pairs if pair[0] < at and pair[1] < place])
            at, place = at + size, place + size
            open_.append([pair for pair in pairs if pair[0] >= at and pair[1] >= place])
    found.sort()
    return found


def _longest(pairs: _Pairs) -> Block:
    """The longest run of pairs that follow each other; of several the first."""
    best, row = (0, 0, 0), -2
    before: dict[int, int] = {}
    lengths: dict[int, int] = {}
    for at, place in pairs:
        if at != row:
            before, lengths = (lengths if at == row + 1 else {}), {}
            row = at
        size = lengths[place] = before.get(place - 1, 0) + 1
        if size > best[2]:
            best = (at - size + 1, place - size + 1, size)
    return best
