"""Names with numbers that a sentence lists: "by Olga in 2019 and by Theo in 2021". A claim may join the wrong ones."""

from __future__ import annotations

import re

from guards.claims.plain import words
from guards.claims.remembered import remembered
from guards.claims.texts import read
from guards.premises.names import things

_CUT = re.compile(r";\s+|,?\s+(?:and|but|while|y|e|pero|mientras)\s+", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


def swapped(claim: str, passage: str) -> bool:
    """Whether `claim` gives somebody the number that a sentence of `passage` gives to somebody else."""
    values = {number.value for number in read(claim).numbers}
    return bool(values) and any(_swaps(claim, values, pairs) for pairs in _lists(passage))


def _listed_in(passage: str) -> list[dict[str, frozenset[float]]]:
    found = (listed(sentence) for sentence in _SENTENCE.split(passage))
    return [pairs for pairs in found if len(pairs) > 1]


_lists = remembered(_listed_in, 256)


def _swaps(claim: str, values: set[float], pairs: dict[str, frozenset[float]]) -> bool:
    said = f" {' '.join(words(claim).words)} "
    named = [name for name in pairs if f" {name} " in said]
    if len(named) != 1:
        return False
    others = frozenset[float]().union(*(numbers for name, numbers in pairs.items() if name != named[0]))
    return bool(values & (others - pairs[named[0]])) and not values & pairs[named[0]]


def listed(sentence: str) -> dict[str, frozenset[float]]:
    """Each name with its numbers, where every part of a list has one of both; nothing elsewhere."""
    pairs: dict[str, frozenset[float]] = {}
    parts = [part for part in _CUT.split(sentence) if part.strip()]
    for part in parts:
        numbers = frozenset(number.value for number in read(part).numbers)
        if len(numbers) != 1:
            return {}
        # What a sentence begins with is a name like another one here.
        named = {" ".join(words(thing.text).words) for thing in things(f"– {part}") if thing.kind == "name"}
        if len(named) != 1:
            return {}
        pairs |= {name: pairs.get(name, frozenset()) | numbers for name in named}
    return pairs
