"""What a claim and a passage have in common and where they differ, as numbers."""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from guards.claims.antonyms import OPPOSITES
from guards.claims.plain import plain
from guards.claims.texts import Number, Text, bucket
from guards.claims.words import GROUPS, GROUPS_OF, SPANISH

MOST_WORDS = 120
"""Words of a claim that are read."""
KNOWN_WORDS = 20_000
NEAR = 5
"""Words around a number that say what it counts."""
WINDOW = 90
"""Words of the part of a passage that is compared word by word."""

Floats = npt.NDArray[np.float32]

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
_PLAIN_SMALL_LIST = (
    "the a an of to in on at by for with and or from is are was were be been as it its that this which who has have had "
    "his her their he she they we i you not will would can also than then there into out up el la los las un una unos unas "
    "de del al en y o por para con que es son fue fueron ser se su sus lo como más no ha han había le les este esta "
    "esto ese esa si sobre entre"
)
_PLAIN_SMALL = frozenset(map(plain, _PLAIN_SMALL_LIST.split()))
_OPPOSITES = {plain(word): frozenset(map(plain, others)) for word, others in OPPOSITES.items()}
_GROUPS_OF = {plain(word): groups for word, groups in GROUPS_OF.items()}
_SPANISH = frozenset(map(plain, SPANISH))


@dataclass(frozen=True, slots=True)
class Tables:
    """What is known about words."""

    idf: npt.NDArray[np.uint8]
    """How telling the stems of a bucket are, in steps of 1/16."""
    rows: npt.NDArray[np.uint32]
    """The hashes of words that have a vector, in order."""
    vectors: npt.NDArray[np.int8]
    known: dict[str, Floats | None] = field(default_factory=dict)
    """Vectors that were asked for."""

    def telling(self, stems: Sequence[str]) -> list[float]:
        """How telling each of `stems` is."""
        table = self.idf
        return [float(table[bucket(one)]) / 16 for one in stems]

    def vector(self, word: str) -> Floats | None:
        """The vector of a plain word, of length 1."""
        if word in self.known:
            return self.known[word]
        if len(self.known) >= KNOWN_WORDS:
            self.known.clear()
        code = zlib.crc32(word.encode("utf-8", "replace"))
        at = int(self.rows.searchsorted(np.uint32(code)))
        found = None
        if at < len(self.rows) and self.rows[at] == code:
            vector = self.vectors[at].astype(np.float32)
            found = vector / np.float32(max(1e-6, float(np.sqrt(vector @ vector))))
        self.known[word] = found
        return found

    def matrix(self, words: Sequence[str]) -> Floats:
        """The vectors of those of `words` that have one, one below the other."""
        known = [vector for word in words if (vector := self.vector(word)) is not None]
        return np.stack(known) if known else np.zeros((0, self.vectors.shape[1]), np.float32)


def built(arrays: Mapping[str, npt.NDArray[Any]]) -> Tables:
    """The tables that `arrays` hold."""
    return Tables(arrays["words_idf"], arrays["words_rows"], arrays["words_vectors"])


def compare(claim: Text, passage: Text, tables: Tables) -> Floats:
    """The numbers that say how `passage` stands to `claim`."""
    values = named(claim, passage, tables)
    return np.fromiter(values.values(), np.float32, len(values))


def named(claim: Text, passage: Text, tables: Tables) -> dict[str, float]:
    """The same with their names, always in the same order."""
    values: dict[str, float] = {}
    weight = tables.telling(claim.stems)
    total = sum(weight) or 1.0
    start, end = _best(claim, passage, weight)
    whole = _Seen(passage.words, passage.stems)
    near = _Seen(passage.words[start:end], passage.stems[start:end])
    for name, seen in (("all", whole), ("near", near)):
        _overlap(values, name, claim, seen, weight, total)
    missing = [index for index, one in enumerate(claim.stems) if one not in near.stems]
    _missing(values, claim, missing, weight, total, whole)
    _soft(values, claim, missing, weight, near, tables)
    _names(values, claim, passage, whole, near)
    _counted(values, claim, passage, start, end)
    _months(values, claim, near)
    _denied(values, claim, missing, near, passage)
    _aligned(values, claim, passage, start, end, weight, tables)
    _kinds(values, claim, near)
    values["claim words"] = min(len(claim.words), 60)
    values["passage words"] = math.log1p(len(passage.words))
    values["near length"] = end - start
    values["share"] = len(claim.words) / max(1, end - start)
    return values


class _Seen:
    """The words of a passage, as sets."""

    __slots__ = ("pairs", "stems", "triples", "words")

    def __init__(self, words: Sequence[str], stems: Sequence[str]) -> None:
        self.words = frozenset(words)
        self.stems = frozenset(stems)
        self.pairs = frozenset(pairwise(stems))
        self.triples = frozenset(zip(stems, stems[1:], stems[2:], strict=False))


def _best(claim: Text, passage: Text, weight: Sequence[float]) -> tuple[int, int]:
    """The sentence, or two in a row, that has most of the claim's words."""
    if len(passage.sentences) < 2:
        return 0, min(len(passage.words), WINDOW)
    wanted = dict(zip(claim.stems, weight, strict=True))
    bounds = [*passage.sentences, len(passage.words)]
    parts = [wanted.keys() & passage.stems[low:high] for low, high in pairwise(bounds)]
    best, place = -1.0, (0, bounds[1])
    for index, part in enumerate(parts):
        alone = sum(wanted[one] for one in part) - 0.01 * (bounds[index + 1] - bounds[index])
        if alone > best:
            best, place = alone, (bounds[index], bounds[index + 1])
        if index + 1 < len(parts):
            both = sum(wanted[one] for one in part | parts[index + 1])
            # Two must have clearly more than one.
            both = 0.93 * both - 0.01 * (bounds[index + 2] - bounds[index])
            if both > best:
                best, place = both, (bounds[index], bounds[index + 2])
    return place[0], min(place[1], place[0] + WINDOW)


def _overlap(
    values: dict[str, float], name: str, claim: Text, seen: _Seen, weight: Sequence[float], total: float
) -> None:
    stems = claim.stems
    size = max(1, len(stems))
    values[f"{name} stems"] = (
        sum(w for one, w in zip(stems, weight, strict=True) if one in seen.stems) / total
    )
    values[f"{name} words"] = sum(word in seen.words for word in claim.words) / size
    values[f"{name} pairs"] = sum(pair in seen.pairs for pair in pairwise(stems)) / max(1, size - 1)
    triples = zip(stems, stems[1:], stems[2:], strict=False)
    values[f"{name} triples"] = sum(three in seen.triples for three in triples) / max(1, size - 2)
    values[f"{name} back"] = len(seen.stems.intersection(stems)) / max(1, len(seen.stems))


def _missing(
    values: dict[str, float],
    claim: Text,
    missing: Sequence[int],
    weight: Sequence[float],
    total: float,
    whole: _Seen,
) -> None:
    telling = sorted((weight[index] for index in missing), reverse=True)
    values["missing most"] = telling[0] if telling else 0.0
    values["missing second"] = telling[1] if len(telling) > 1 else 0.0
    values["missing"] = sum(telling)
    values["missing count"] = sum(claim.words[index] not in _PLAIN_SMALL for index in missing)
    values["missing everywhere"] = (
        sum(weight[index] for index in missing if claim.stems[index] not in whole.stems) / total
    )
    values["missing at the end"] = max((index + 1 for index in missing), default=0) / max(1, len(claim.words))
    values["missing at the start"] = min((index for index in missing), default=len(claim.words)) / max(
        1, len(claim.words)
    )
    runs = longest = 0
    for index, place in enumerate(missing):
        runs = runs + 1 if index and missing[index - 1] == place - 1 else 1
        longest = max(longest, runs)
    values["missing run"] = longest


def _soft(
    values: dict[str, float],
    claim: Text,
    missing: Sequence[int],
    weight: Sequence[float],
    near: _Seen,
    tables: Tables,
) -> None:
    words = [
        (index, vector) for index in missing if (vector := tables.vector(claim.words[index])) is not None
    ]
    matrix = tables.matrix([word for word in near.words if word not in _PLAIN_SMALL])
    if not words or not len(matrix):
        best = np.zeros(0, np.float32)
    else:
        best = (np.stack([vector for _, vector in words]) @ matrix.T).max(axis=1)
    weights = np.array([weight[index] for index, _ in words][: len(best)], np.float32)
    values["soft known"] = len(best)
    values["soft mean"] = float((best * weights).sum() / max(1e-6, weights.sum())) if len(best) else 1.0
    values["soft least"] = float(best.min()) if len(best) else 1.0
    values["soft most"] = float(best.max()) if len(best) else 1.0
    values["soft far"] = float(((best < 0.45) * weights).sum()) if len(best) else 0.0


def _names(values: dict[str, float], claim: Text, passage: Text, whole: _Seen, near: _Seen) -> None:
    names = [
        word for word, name in zip(claim.words, claim.names, strict=True) if name and not word[0].isdecimal()
    ]
    values["names"] = len(names)
    values["names missing"] = sum(word not in whole.words for word in names)
    values["names not near"] = sum(word not in near.words for word in names)
    values["names share"] = sum(word in near.words for word in names) / max(1, len(names))
    known = set(claim.words)
    values["other names"] = min(
        10, sum(name and word not in known for word, name in zip(passage.words, passage.names, strict=True))
    )


def _counted(values: dict[str, float], claim: Text, passage: Text, start: int, end: int) -> None:
    """Numbers: those of the claim, each beside the one of the passage that counts the same."""
    keys = ("numbers", "same", "elsewhere", "absent", "met", "broken", "met bare", "broken bare", "years same",
            "years other", "years met", "years broken", "worst off", "more", "less")  # fmt: skip
    found = dict.fromkeys(keys, 0.0)
    for number in claim.numbers:
        found["numbers"] += 1
        found["more"] += number.relation > 0
        found["less"] += number.relation < 0
        others = [other for other in passage.numbers if other.year == number.year]
        inside = [other for other in others if start <= other.at < end]
        same = any(abs(other.value - number.value) <= 1e-9 * abs(number.value) for other in inside)
        if number.relation == 0:
            found["years same" if number.year else "same"] += same
            found["elsewhere"] += not same and any(other.value == number.value for other in others)
        if not others:
            found["absent"] += 1
            continue
        if same and number.relation == 0:
            continue
        rival = max(inside or others, key=lambda other: _context(claim, number, passage, other))
        context = _context(claim, number, passage, rival)
        holds = _holds(number, rival)
        prefix = "years " if number.year else ""
        if number.relation:
            found[f"{prefix}{'met' if holds else 'broken'}"] += 1
        elif number.year:
            found["years other"] += 1
        else:
            found["met bare" if holds else "broken bare"] += 0.5 + context
        found["worst off"] = max(
            found["worst off"], min(3.0, abs(math.log((rival.value + 1) / (number.value + 1))))
        )
    for key, value in found.items():
        values[f"number {key}"] = value


def _context(claim: Text, number: Number, passage: Text, other: Number) -> float:
    ours = {
        *claim.stems[max(0, number.at - NEAR) : number.at],
        *claim.stems[number.at + 1 : number.at + 1 + NEAR],
    }
    theirs = {
        *passage.stems[max(0, other.at - NEAR) : other.at],
        *passage.stems[other.at + 1 : other.at + 1 + NEAR],
    }
    following = claim.stems[number.at + 1 : number.at + 2] == passage.stems[other.at + 1 : other.at + 2]
    size = abs(math.log((other.value + 1) / (number.value + 1)))
    return len(ours & theirs) / (len(ours) + 1) + 0.3 * following - 0.05 * min(4.0, size)


def _holds(stated: Number, given: Number) -> bool:
    if stated.relation > 0:
        return given.value > stated.value or (given.relation > 0 and given.value >= stated.value)
    if stated.relation < 0:
        return given.value < stated.value or (given.relation < 0 and given.value <= stated.value)
    return given.value == stated.value


def _months(values: dict[str, float], claim: Text, near: _Seen) -> None:
    ours = {_MONTHS[word] for word in claim.words if word in _MONTHS}
    theirs = {_MONTHS[word] for word in near.words if word in _MONTHS}
    values["months same"] = len(ours & theirs)
    values["months other"] = len(ours - theirs) if theirs else 0
    values["months absent"] = len(ours) if not theirs else 0


def _denied(
    values: dict[str, float], claim: Text, missing: Sequence[int], near: _Seen, passage: Text
) -> None:
    ours = sum(word in _NEGATIONS for word in claim.words)
    theirs = len(_NEGATIONS & near.words)
    values["not in claim"] = min(ours, 2)
    values["not in passage"] = min(theirs, 2)
    values["not in one"] = (ours > 0) != (theirs > 0)
    opposites = [
        claim.words[index]
        for index in missing
        if claim.words[index] in _OPPOSITES and _OPPOSITES[claim.words[index]] & near.words
    ]
    values["opposites"] = len(opposites)
    both = {word for word in claim.words if word in _OPPOSITES and _OPPOSITES[word] & near.words}
    values["opposites anywhere"] = len(both)


def _aligned(
    values: dict[str, float],
    claim: Text,
    passage: Text,
    start: int,
    end: int,
    weight: Sequence[float],
    tables: Tables,
) -> None:
    """What stands in the passage where the claim has other words."""
    ours, theirs = claim.stems, passage.stems[start:end]
    matcher = SequenceMatcher(None, theirs, ours, autojunk=False)
    kept = longest = exchanged = numbers = names = added = 0.0
    likest, unlike = 0.0, 1.0
    for kind, low, high, first, last in matcher.get_opcodes():
        if kind == "equal":
            kept += sum(weight[first:last])
            longest = max(longest, last - first)
        elif kind == "insert":
            added += sum(weight[first:last])
        elif kind == "replace":
            exchanged += sum(weight[first:last])
            mine, other = claim.words[first:last], passage.words[start + low : start + high]
            numbers += any(word[0].isdecimal() for word in mine) and any(
                word[0].isdecimal() for word in other
            )
            names += any(claim.names[first:last]) and any(passage.names[start + low : start + high])
            if len(mine) <= 3 and len(other) <= 3:
                one, two = tables.matrix(mine), tables.matrix(other)
                if len(one) and len(two):
                    alike = float((one @ two.T).max())
                    likest, unlike = max(likest, alike), min(unlike, alike)
    total = sum(weight) or 1.0
    values["kept"] = kept / total
    values["longest"] = longest / max(1, len(ours))
    values["exchanged"] = exchanged / total
    values["exchanged numbers"] = numbers
    values["exchanged names"] = names
    values["exchanged likest"] = likest
    values["exchanged unlike"] = unlike
    values["added"] = added / total
    values["order"] = kept / total - values["near stems"]
    first_kept = next(
        (place for place, one in enumerate(ours) if one in theirs and weight[place] > 3), len(ours)
    )
    values["first kept"] = first_kept / max(1, len(ours))


_KINDS = ("first", "second", "hedge", "opinion", "social", "ask", "modal", "future", "past", "be", "not", "if", "more",
          "all", "much", "count", "unit", "cite", "third")  # fmt: skip


def _kinds(values: dict[str, float], claim: Text, near: _Seen) -> None:
    """What kinds of words there are in each."""
    for name, words in (("claim", claim.words), ("passage", near.words)):
        there = {group for word in words for group in _GROUPS_OF.get(word, ())}
        for kind in _KINDS:
            values[f"{name} {kind}"] = GROUPS.index(kind) in there
    values["spanish"] = sum(word in _SPANISH for word in claim.words) / max(1, len(claim.words))
