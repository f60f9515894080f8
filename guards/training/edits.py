"""Claims that a passage supports, made wrong by one change: what words in common cannot tell."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from random import Random

from guards.claims.antonyms import OPPOSITES
from guards.claims.texts import read
from guards.training.verify import LABELS, Pair

SOURCES = frozenset({"vitaminc_real", "vitaminc_synthetic", "faithdial_audit", "begin", "ragtruth_qa"})
"""Whose supported claims are changed."""
SHORTEST, LONGEST = 20, 300
"""Characters of a claim that is changed."""

_NAME = re.compile(r"\b[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*")
_NUMBER = re.compile(r"(?<![\w.,])\d{1,4}(?![\w.,]?\d)")
_WORD = re.compile(r"\b[a-z]{4,}\b")
_HELPS = re.compile(
    r"\b(is|was|are|were|can|could|will|would|did|does|has(?= been)|have(?= been)|had(?= been))( been)?\b(?! not|n't)"
)
_NOT = re.compile(r"\b(is|was|are|were|can|could|will|would|did|does) not\b")
_JOINS = re.compile(r"\b(?:and|or|with|between|both)\b|,|&", re.IGNORECASE)


def edited(found: Sequence[Pair], most: int) -> list[Pair]:
    """Up to `most` claims of `found`, each changed so that its passage contradicts it."""
    chance = Random(5)  # noqa: S311 - the same claims every time
    whole = [
        pair
        for pair in found
        if pair.source in SOURCES
        and pair.label == LABELS["supported"]
        and SHORTEST <= len(pair.claim) <= LONGEST
    ]
    chance.shuffle(whole)
    kept: list[Pair] = []
    for pair in whole:
        ways = chance.sample(WAYS, len(WAYS))
        claim = next((claim for way in ways if (claim := way(pair, chance))), "")
        if claim and claim != pair.claim:
            kept.append(Pair(claim, pair.passage, LABELS["contradicted"], "edited", pair.group))
        if len(kept) == most:
            break
    return kept


def _number(pair: Pair, chance: Random) -> str:
    """Another number."""
    places = list(_NUMBER.finditer(pair.claim))
    if not places or any(number.relation for number in read(pair.claim).numbers):
        return ""
    place = chance.choice(places)
    value = int(place.group())
    others = [int(one) for one in _NUMBER.findall(pair.passage)]
    near = [
        one
        for one in others
        if one != value and (one > 1000) == (value > 1000) and str(one) not in pair.claim
    ]
    near += [value + chance.choice((1, 2, 3, 5, 10))]
    return _with(pair.claim, place, str(chance.choice(near)))


def _name(pair: Pair, chance: Random) -> str:
    """Another name of the passage in the place of one."""
    places = [place for place in _NAME.finditer(pair.claim) if place.start()]
    others = [one for one in _NAME.findall(pair.passage) if one not in pair.claim and len(one) > 3]
    if not places or not others:
        return ""
    return _with(pair.claim, chance.choice(places), chance.choice(others))


def _swap(pair: Pair, _: Random) -> str:
    """Two names, each in the place of the other."""
    claim = pair.claim
    places = list(_NAME.finditer(claim))
    for one, other in pairwise(places):
        between = claim[one.end() : other.start()]
        known = one.group() in pair.passage and other.group() in pair.passage
        if known and one.group() != other.group() and between.count(" ") > 2 and not _JOINS.search(between):
            return claim[: one.start()] + other.group() + between + one.group() + claim[other.end() :]
    return ""


def _opposite(pair: Pair, chance: Random) -> str:
    """A word's opposite."""
    places = [place for place in _WORD.finditer(pair.claim) if place.group() in OPPOSITES]
    if not places:
        return ""
    place = chance.choice(places)
    return _with(pair.claim, place, chance.choice(sorted(OPPOSITES[place.group()])))


def _negation(pair: Pair, _: Random) -> str:
    """With "not", or without it."""
    place = _NOT.search(pair.claim)
    if place:
        return _with(pair.claim, place, place[1])
    place = _HELPS.search(pair.claim)
    return _with(pair.claim, place, f"{place[1]} not{place[2] or ''}") if place else ""


def _with(claim: str, place: re.Match[str], other: str) -> str:
    return claim[: place.start()] + other + claim[place.end() :]


WAYS: Sequence[Callable[[Pair, Random], str]] = (_number, _name, _swap, _opposite, _negation)
