"""Names and numbers in a summary that what it sums up does not have."""

from __future__ import annotations

from collections.abc import Sequence

from guards.claims.claim import Claim
from guards.claims.plain import SMALL, foreign
from guards.claims.sentences import sentences
from guards.claims.texts import MOST_CHARS as PIECE
from guards.claims.texts import Number, read
from guards.premises.names import things

MOST_CHARS = 20_000
"""Characters of a summary that are looked at."""
SCORE = 0.9
"""How surely what is found is not there."""
COUNTED = 12
"""Up to here a number in words may be counted from what is summed up: "three members"."""


def strays(summary: str, texts: Sequence[str]) -> list[Claim]:
    """The sentences of `summary` with a name or a number that is in none of `texts`: `says` gives these.

    None where they are in another language: Spain is called España there.
    """
    if foreign(summary[:PIECE], " ".join(texts)[:PIECE]):
        return []
    known = [read(text[at : at + PIECE]) for text in texts for at in range(0, len(text), PIECE)]
    stems = frozenset[str]().union(*[text.stems for text in known])
    numbers = {number.value for text in known for number in text.numbers}
    found: list[Claim] = []
    for one in sentences(summary[:MOST_CHARS]):
        sentence = summary[one.start : one.end]
        said = read(sentence)
        absent = [name for name in _names(sentence) if not _is_in(name, stems)]
        absent += [
            said.words[number.at]
            for number in said.numbers
            if number.value not in numbers and not _is_count(said.words[number.at], number)
        ]
        if absent and one.kind != "heading":
            says = ", ".join(dict.fromkeys(absent))
            found.append(Claim(one.start, one.end, "unverifiable", SCORE, "source", says=says, text=sentence))
    return found


def _names(sentence: str) -> list[str]:
    """The names in `sentence`; not a single word that it begins with: any sentence begins with a capital."""
    return [
        thing.text
        for thing in things(sentence)
        if thing.kind == "name" and (sentence[: thing.start].strip("*_ ") or " " in thing.text)
    ]


def _is_in(name: str, stems: frozenset[str]) -> bool:
    said = read(name)
    return all(stem in stems or word in SMALL for word, stem in zip(said.words, said.stems, strict=True))


def _is_count(word: str, number: Number) -> bool:
    return not word[0].isdecimal() and number.value <= COUNTED
