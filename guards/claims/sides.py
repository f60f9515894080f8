"""A claim and a passage, each made ready for being compared with many of the other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from guards.claims.aligned import places
from guards.claims.antonyms import OPPOSITES
from guards.claims.plain import plain
from guards.claims.tables import Tables
from guards.claims.texts import Text
from guards.claims.words import GROUPS, GROUPS_OF, SPANISH

Floats = npt.NDArray[np.float32]

KINDS = ("first", "second", "hedge", "opinion", "social", "ask", "modal", "future", "past", "be", "not", "if", "more",
         "all", "much", "count", "unit", "cite", "third")  # fmt: skip
"""The kinds of words that are looked for."""
WINDOW = 90
"""Words of the part of a passage that is compared word by word."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january enero", "february febrero", "march marzo", "april abril", "may mayo", "june junio", "july julio",
            "august agosto", "september septiembre", "october octubre", "november noviembre", "december diciembre",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_NEGATIONS_LIST = (
    "not no never none neither nor nothing nobody without cannot can't don't doesn't didn't isn't aren't wasn't weren't won't "
    "hasn't haven't hadn't couldn't wouldn't failed lack lacks lacking denied refused hardly rarely nunca jamás ni nada nadie "
    "ningún ninguna ninguno tampoco sin"
)
_NEGATIONS = frozenset(map(plain, _NEGATIONS_LIST.split()))
_SMALL_LIST = (
    "the a an of to in on at by for with and or from is are was were be been as it its that this which who has have had "
    "his her their he she they we i you not will would can also than then there into out up el la los las un una unos unas "
    "de del al en y o por para con que es son fue fueron ser se su sus lo como más no ha han había le les este esta "
    "esto ese esa si sobre entre"
)
_SMALL = frozenset(map(plain, _SMALL_LIST.split()))
_OPPOSITES = {plain(word): frozenset(map(plain, others)) for word, others in OPPOSITES.items()}
_GROUPS_OF = {plain(word): groups for word, groups in GROUPS_OF.items()}
_SPANISH = frozenset(map(plain, SPANISH))
_KIND_OF = [GROUPS.index(kind) for kind in KINDS]


def _months(words: frozenset[str]) -> frozenset[int]:
    return frozenset([_MONTHS[word] for word in _MONTHS.keys() & words])


def _kinds(words: frozenset[str]) -> list[bool]:
    there = {group for word in _GROUPS_OF.keys() & words for group in _GROUPS_OF[word]}
    return [group in there for group in _KIND_OF]


def _runs(stems: Sequence[str], size: int) -> list[str]:
    """The runs of so many stems, as they would stand in a joined text."""
    return [f" {' '.join(stems[at : at + size])} " for at in range(len(stems) - size + 1)]


class Stated:
    """What is looked at in a claim."""

    __slots__ = (
        "column", "denied", "kinds", "months", "names", "numeric", "opposites", "pairs", "places", "size", "small", "spanish",
        "stems", "text", "total", "triples", "units", "wanted", "weight", "words",
    )  # fmt: skip

    def __init__(self, text: Text, tables: Tables) -> None:
        words, stems = text.words, text.stems
        self.text = text
        self.size = max(1, len(stems))
        self.weight = tables.telling(stems)
        self.total = sum(self.weight) or 1.0
        self.wanted = dict(zip(stems, self.weight, strict=True))
        self.words, self.stems = frozenset(words), frozenset(stems)
        self.pairs, self.triples = _runs(stems, 2), _runs(stems, 3)
        self.places = places(stems)
        self.small = [word in _SMALL for word in words]
        self.numeric = [word[0].isdecimal() for word in words]
        named = zip(words, text.names, self.numeric, strict=True)
        self.names = [word for word, name, numeric in named if name and not numeric]
        self.months = _months(self.words)
        self.denied = sum(map(_NEGATIONS.__contains__, words))
        self.opposites = [
            (index, word, _OPPOSITES[word]) for index, word in enumerate(words) if word in _OPPOSITES
        ]
        self.kinds = _kinds(self.words)
        self.spanish = sum(map(_SPANISH.__contains__, words)) / max(1, len(words))
        rows = [(index, row) for index, row in enumerate(tables.rows_of(words)) if row >= 0]
        self.units = tables.units([row for _, row in rows])
        self.column = {index: at for at, (index, _) in enumerate(rows)}
        """Where the vectors of words stand in `units`, by the index of the word."""


class Part:
    """Words of a passage, as sets."""

    __slots__ = ("joined", "stems", "words")

    def __init__(self, words: Sequence[str], stems: Sequence[str]) -> None:
        self.words = frozenset(words)
        self.stems = frozenset(stems)
        self.joined = f" {' '.join(stems)} "


class Near(Part):
    """The sentence or two of a passage that a claim is compared with word by word."""

    __slots__ = ("column", "denied", "kinds", "months", "telling", "units")

    def __init__(self, words: Sequence[str], stems: Sequence[str], tables: Tables) -> None:
        super().__init__(words, stems)
        self.months = _months(self.words)
        self.denied = len(_NEGATIONS & self.words)
        self.kinds = _kinds(self.words)
        ordered = [*sorted(self.words - _SMALL), *sorted(self.words & _SMALL)]
        known = [(word, row) for word, row in zip(ordered, tables.rows_of(ordered), strict=True) if row >= 0]
        self.units = tables.units([row for _, row in known]).T
        self.column = {word: at for at, (word, _) in enumerate(known)}
        """Where the vectors of words stand in `units`: small words after all others."""
        self.telling = sum([word not in _SMALL for word, _ in known])


class Given:
    """What is looked at in a passage."""

    __slots__ = ("_near", "_tables", "bounds", "names", "text", "whole")

    def __init__(self, text: Text, tables: Tables) -> None:
        self.text = text
        self.whole = Part(text.words, text.stems)
        self.names = [word for word, name in zip(text.words, text.names, strict=True) if name]
        self.bounds = [*text.sentences, len(text.words)]
        self._tables = tables
        self._near: tuple[tuple[int, int], Near] | None = None

    def near(self, start: int, end: int) -> Near:
        """The words from `start` to `end`; the last ones that were asked for are kept."""
        kept = self._near
        if kept is None or kept[0] != (start, end):
            text = self.text
            kept = self._near = (start, end), Near(text.words[start:end], text.stems[start:end], self._tables)
        return kept[1]

    def best(self, claim: Stated) -> tuple[int, int]:
        """The sentence, or two in a row, that has most of the claim's words."""
        text, bounds, wanted = self.text, self.bounds, claim.wanted
        if len(text.sentences) < 2:
            return 0, min(len(text.words), WINDOW)
        parts = [wanted.keys() & text.stems[low:high] for low, high in pairwise(bounds)]
        best, place = -1.0, (0, bounds[1])
        for index, part in enumerate(parts):
            start = bounds[index]
            alone = sum(map(wanted.__getitem__, part)) - 0.01 * (bounds[index + 1] - start)
            if alone > best:
                best, place = alone, (start, bounds[index + 1])
            if index + 1 < len(parts) and parts[index + 1]:
                both = sum(map(wanted.__getitem__, part | parts[index + 1]))
                # Two must have clearly more than one.
                both = 0.93 * both - 0.01 * (bounds[index + 2] - start)
                if both > best:
                    best, place = both, (start, bounds[index + 2])
        return place[0], min(place[1], place[0] + WINDOW)
