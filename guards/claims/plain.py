"""Words as they are compared: without case, accents and marks; and places of them in a text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from guards.claims.features import language
from guards.claims.remembered import remembered

_WORD = re.compile(r"\w+(?:['’]\w+)*")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text, plain, with where each stands."""

    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]

    def find(self, others: tuple[str, ...], start: int = 0) -> int:
        """The index from which `others` stand here in a row; -1: nowhere."""
        if not others:
            return -1
        joined = " ".join(self.words[start:])
        at = f" {joined} ".find(f" {' '.join(others)} ")
        return -1 if at < 0 else start + joined[:at].count(" ")


def plain(word: str) -> str:
    """`word` without case and accents."""
    lower = word.casefold().replace("’", "'")
    if lower.isascii():
        return lower
    return "".join(char for char in unicodedata.normalize("NFD", lower) if not unicodedata.combining(char))


def words(text: str) -> Words:
    """The words of `text`."""
    matches = list(_WORD.finditer(text))
    return Words(tuple(plain(match.group()) for match in matches), tuple(match.span() for match in matches))


_SMALL_LIST = "the a an of to in on at by for with and or from is are el la los las un una de del al en y o por para con que es lo"
SMALL = frozenset(_SMALL_LIST.split())
"""Words that say nothing about which document is meant."""


def names(title: str, said: str) -> bool:
    """Whether `said` names a document called `title`: all of its telling words are in the title."""
    telling = set(words(said).words) - SMALL
    return bool(telling) and telling <= set(words(title).words)


def foreign(one: str, other: str) -> bool:
    """Whether the two are clearly in different languages: their words cannot be compared."""
    return _language(one) * _language(other) < 0


_language = remembered(language, 256)
