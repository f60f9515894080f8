"""What a claim and a passage have in common and where they differ, as numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import compress

import numpy as np
import numpy.typing as npt

from guards.claims.aligned import blocks
from guards.claims.sides import KINDS, Given, Near, Part, Stated
from guards.claims.texts import Number, Text

MOST_WORDS = 120
"""Words of a claim that are read."""
NEAR = 5
"""Words around a number that say what it counts."""
LONGEST_EXCHANGE = 3
"""Words of a claim that may stand for as many of a passage."""

Floats = npt.NDArray[np.float32]

_NUMBERS = (
    "numbers", "same", "elsewhere", "absent", "met", "broken", "met bare", "broken bare", "years same", "years other",
    "years met", "years broken", "worst off", "more", "less",
)  # fmt: skip
NAMES = (
    *(f"{where} {what}" for where in ("all", "near") for what in ("stems", "words", "pairs", "triples", "back")),
    "missing most", "missing second", "missing", "missing count", "missing everywhere", "missing at the end",
    "missing at the start", "missing run", "soft known", "soft mean", "soft least", "soft most", "soft far", "names",
    "names missing", "names not near", "names share", "other names", *(f"number {what}" for what in _NUMBERS),
    "months same", "months other", "months absent", "not in claim", "not in passage", "not in one", "opposites",
    "opposites anywhere", "kept", "longest", "exchanged", "exchanged numbers", "exchanged names", "exchanged likest",
    "exchanged unlike", "added", "order", "first kept", *(f"claim {kind}" for kind in KINDS),
    *(f"passage {kind}" for kind in KINDS), "spanish", "claim words", "passage words", "near length", "share",
)  # fmt: skip
"""What the numbers are called, in their order."""


def compare(claim: Stated, passage: Given) -> list[float]:
    """The numbers that say how `passage` stands to `claim`, in the order of `NAMES`."""
    start, end = passage.best(claim)
    near, whole = passage.near(start, end), passage.whole
    missing = [index for index, one in enumerate(claim.text.stems) if one not in near.stems]
    alike = claim.units @ near.units
    overlap = _overlap(claim, near)
    return [
        *_overlap(claim, whole),
        *overlap,
        *_missing(claim, missing, whole),
        *_soft(claim, missing, near, alike),
        *_names(claim, passage, near),
        *_counted(claim.text, passage.text, start, end),
        *_months(claim, near),
        *_denied(claim, missing, near),
        *_aligned(claim, passage.text, start, end, near, alike, overlap[0]),
        *claim.kinds,
        *near.kinds,
        claim.spanish,
        min(len(claim.text.words), 60),
        math.log1p(len(passage.text.words)),
        end - start,
        len(claim.text.words) / max(1, end - start),
    ]


def _overlap(claim: Stated, part: Part) -> tuple[float, ...]:
    size, there, joined = claim.size, part.stems, part.joined
    has = [one in there for one in claim.text.stems]
    # Runs are looked for only where all of their stems are there.
    pairs = [pair in joined for pair, one, two in zip(claim.pairs, has, has[1:], strict=False) if one and two]
    triples = [
        three in joined
        for three, one, two, last in zip(claim.triples, has, has[1:], has[2:], strict=False)
        if one and two and last
    ]
    return (
        sum(compress(claim.weight, has)) / claim.total,
        sum(map(part.words.__contains__, claim.text.words)) / size,
        sum(pairs) / max(1, size - 1),
        sum(triples) / max(1, size - 2),
        len(there & claim.stems) / max(1, len(there)),
    )


def _missing(claim: Stated, missing: Sequence[int], whole: Part) -> tuple[float, ...]:
    weight, stems, words = claim.weight, claim.text.stems, len(claim.text.words)
    telling = sorted([weight[index] for index in missing], reverse=True)
    runs = longest = 0
    for index, place in enumerate(missing):
        runs = runs + 1 if index and missing[index - 1] == place - 1 else 1
        longest = max(longest, runs)
    return (
        telling[0] if telling else 0.0,
        telling[1] if len(telling) > 1 else 0.0,
        sum(telling),
        sum([not claim.small[index] for index in missing]),
        sum([weight[index] for index in missing if stems[index] not in whole.stems]) / claim.total,
        (missing[-1] + 1 if missing else 0) / max(1, words),
        (missing[0] if missing else words) / max(1, words),
        longest,
    )


def _soft(claim: Stated, missing: Sequence[int], near: Near, alike: Floats) -> tuple[float, ...]:
    """How near what is missing comes to a word that is there."""
    known = [(claim.column[index], claim.weight[index]) for index in missing if index in claim.column]
    if not known or not near.telling:
        return 0.0, 1.0, 1.0, 1.0, 0.0
    most = alike[:, : near.telling].max(axis=1).tolist()
    best = [(most[row], weight) for row, weight in known]
    weights = sum([weight for _, weight in best])
    return (
        len(best),
        sum([one * weight for one, weight in best]) / max(1e-6, weights),
        min(best)[0],
        max(best)[0],
        sum([weight for one, weight in best if one < 0.45]),
    )


def _names(claim: Stated, passage: Given, near: Near) -> tuple[float, ...]:
    names = claim.names
    if not names:
        return 0, 0, 0, 0.0, min(10, sum([word not in claim.words for word in passage.names]))
    here = sum([word in near.words for word in names])
    return (
        len(names),
        sum([word not in passage.whole.words for word in names]),
        len(names) - here,
        here / max(1, len(names)),
        min(10, sum([word not in claim.words for word in passage.names])),
    )


def _counted(claim: Text, passage: Text, start: int, end: int) -> Sequence[float]:
    """Numbers: those of the claim, each beside the one of the passage that counts the same."""
    if not claim.numbers:
        return _NO_NUMBERS
    found = dict.fromkeys(_NUMBERS, 0.0)
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
        context, rival = _rival(claim, number, passage, inside or others)
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
    return tuple(found.values())


_NO_NUMBERS = (0.0,) * len(_NUMBERS)


def _rival(claim: Text, number: Number, passage: Text, others: Sequence[Number]) -> tuple[float, Number]:
    """The number that is spoken of most as `number` is, and how much."""
    contexts = [_context(claim, number, passage, other) for other in others]
    best = max(contexts)
    return best, others[contexts.index(best)]


def _context(claim: Text, number: Number, passage: Text, other: Number) -> float:
    ours, theirs = set(_around(claim, number)), set(_around(passage, other))
    following = claim.stems[number.at + 1 : number.at + 2] == passage.stems[other.at + 1 : other.at + 2]
    size = abs(math.log((other.value + 1) / (number.value + 1)))
    return len(ours & theirs) / (len(ours) + 1) + 0.3 * following - 0.05 * min(4.0, size)


def _around(text: Text, number: Number) -> Iterator[str]:
    yield from text.stems[max(0, number.at - NEAR) : number.at]
    yield from text.stems[number.at + 1 : number.at + 1 + NEAR]


def _holds(stated: Number, given: Number) -> bool:
    if stated.relation > 0:
        return given.value > stated.value or (given.relation > 0 and given.value >= stated.value)
    if stated.relation < 0:
        return given.value < stated.value or (given.relation < 0 and given.value <= stated.value)
    return given.value == stated.value


def _months(claim: Stated, near: Near) -> tuple[float, ...]:
    ours, theirs = claim.months, near.months
    return len(ours & theirs), len(ours - theirs) if theirs else 0, 0 if theirs else len(ours)


def _denied(claim: Stated, missing: Sequence[int], near: Near) -> tuple[float, ...]:
    met = [(index, word) for index, word, others in claim.opposites if not others.isdisjoint(near.words)]
    away = set(missing)
    return (
        min(claim.denied, 2),
        min(near.denied, 2),
        (claim.denied > 0) != (near.denied > 0),
        sum([index in away for index, _ in met]),
        len({word for _, word in met}),
    )


def _aligned(
    claim: Stated, passage: Text, start: int, end: int, near: Near, alike: Floats, stems: float
) -> tuple[float, ...]:
    """What stands in the passage where the claim has other words."""
    weight, ours, theirs = claim.weight, claim.text.stems, passage.stems[start:end]
    kept = longest = exchanged = numbers = names = added = 0.0
    likest, unlike = 0.0, 1.0
    low = first = 0
    for at, place, size in [*blocks(theirs, claim.places), (len(theirs), len(ours), 0)]:
        if at == low and place > first:
            added += sum(weight[first:place])
        elif place > first:
            exchanged += sum(weight[first:place])
            other = passage.words[start + low : start + at]
            numbers += any(claim.numeric[first:place]) and any(word[0].isdecimal() for word in other)
            names += any(claim.text.names[first:place]) and any(passage.names[start + low : start + at])
            if place - first <= LONGEST_EXCHANGE and at - low <= LONGEST_EXCHANGE:
                rows = [claim.column[index] for index in range(first, place) if index in claim.column]
                columns = [near.column[word] for word in other if word in near.column]
                if rows and columns:
                    best = max([float(alike[row, column]) for row in rows for column in columns])
                    likest, unlike = max(likest, best), min(unlike, best)
        kept += sum(weight[place : place + size])
        longest = max(longest, size)
        low, first = at + size, place + size
    total = claim.total
    begins = (place for place, one in enumerate(ours) if weight[place] > 3 and one in near.stems)
    return (
        kept / total,
        longest / claim.size,
        exchanged / total,
        numbers,
        names,
        likest,
        unlike,
        added / total,
        kept / total - stems,
        next(begins, len(ours)) / claim.size,
    )
