"""Whether what a reader of passages says of a claim is worth a mark: a wrong one is worse than none.

The verifier answers for passages that are surely about the claim. Those that were found for it may be about something
else with the same words, so a mark needs more: of ✓ that the passage names what the claim names, of ✗ that it speaks of
the same.
"""

from __future__ import annotations

from collections.abc import Collection

from guards.claims.plain import SMALL, foreign
from guards.claims.texts import Text, read
from guards.claims.verify import Verified, claimed, given, verifier

SUPPORTS = 0.6
"""How likely support must be to be shown, where the passage has the claim's words."""
SURELY = 0.85
"""The same where it has other words for them."""
MOST_MISSING = 0.4
"""The share of a claim's telling words that the nearest sentences of a passage which supports it may lack."""
MOST_OTHER = 0.5
"""The same of one that contradicts it."""
LEAST_TOLD = 2
"""Words that a claim has which can be supported, beside those that any sentence has: "It is released" is about anything."""
_ANY_LIST = (
    "it this that these those they he she we i you there here was were be been being has have had do does did will would "
    "can not no now esto eso ello ellos ellas este esta ese esa aqui ahi ha han hay he fue fueron era eran ser sido esta "
    "estan estaba son se su sus ya no si"
)
_ANY = SMALL | frozenset(_ANY_LIST.split())

_EXACT_LIST = (
    "half third quarter twice double triple mitad medio media tercio tercera cuarto doble triple "
    "monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays "
    "sundays lunes martes miercoles jueves viernes sabado sabados domingo domingos "
    "january february march april june july august september october november december enero febrero marzo abril mayo "
    "junio julio agosto septiembre octubre noviembre diciembre"
)
_EXACT = frozenset(_EXACT_LIST.split())
"""What is as exact as a number: shares, days of the week, months."""


def is_telling(claim: str) -> bool:
    """Whether `claim` says enough to be supported."""
    return len(set(read(claim).words) - _ANY) >= LEAST_TOLD


def is_shown(claim: str, seen: Verified) -> bool:
    """Whether the verdict of `seen` on `claim` is shown; True for none."""
    if seen.answer == "unverifiable" or seen.passage is None:
        return True
    if foreign(claim, seen.passage.text):
        # The verifier compares words.
        return False
    said, title = read(claim), read(seen.passage.title)
    tables = verifier().tables
    read_before = given(seen.passage.text, tables)
    passage = read_before.text
    start, end = read_before.best(claimed(claim, tables))
    missing = _missing(said, {*passage.stems[start:end], *title.stems})
    if seen.answer == "contradicted":
        # Numbers alone are spoken of everywhere.
        return missing <= MOST_OTHER and len(set(said.words) - _ANY) > len(said.numbers)
    if not is_telling(claim):
        return False
    if not _numbers(said) <= _numbers(passage) | _numbers(title):
        return False
    if not _EXACT.intersection(said.words) <= {*passage.words, *title.words}:
        return False
    if seen.supported >= SURELY and not (seen.again and _nameless(said, passage, title)):
        return True
    return seen.supported >= SUPPORTS and missing <= MOST_MISSING and not _nameless(said, passage, title)


def _missing(said: Text, there: Collection[str]) -> float:
    """The share of what `said` tells whose stems are not `there`."""
    weights = zip(said.words, said.stems, verifier().tables.telling(said.stems), strict=True)
    telling = {stem: weight for word, stem, weight in weights if word not in SMALL}
    total = sum(telling.values())
    return sum(weight for stem, weight in telling.items() if stem not in there) / total if total else 0.0


def _nameless(said: Text, passage: Text, title: Text) -> bool:
    """Whether `said` names something that they do not."""
    there = {*passage.words, *title.words}
    return any(name and word not in there for word, name in zip(said.words, said.names, strict=True))


def _numbers(text: Text) -> set[float]:
    """The numbers of `text`, but for those that only bound something."""
    return {number.value for number in text.numbers if number.relation == 0}
