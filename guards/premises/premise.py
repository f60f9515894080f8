"""What a question takes for granted."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["exists", "place", "author", "fact"]
"""That there is such a thing; that a document has an n-th sentence, section, …; that a work is by somebody; or that
something is so."""

MOST_CHARS = 2_000
"""Characters of a question that are read: its last ones, where it asks."""


@dataclass(frozen=True, slots=True)
class Premise:
    """One thing that a question takes for granted."""

    start: int
    end: int
    """Span in the question, in characters, end exclusive."""
    kind: Kind
    statement: str
    """A plain sentence in the question's language, without its end: "Guido van Rossum worked at Google"."""
    what: str
    """What there should be: the thing for "exists" and "place", else the statement."""
    names: tuple[str, ...] = ()
    """The named things in it, as they are written."""
    subject: str = ""
    """Of "author" the work, of "place" the document."""
    language: Literal["en", "es"] = "en"


@lru_cache(maxsize=4096)
def _folded(char: str) -> str:
    lower = unicodedata.normalize("NFD", char)[0].lower()
    return lower if len(lower) == 1 else char


def fold(text: str) -> str:
    """`text` in small letters and without accents, character for character: spans stay what they are."""
    if text.isascii():
        return text.lower()
    return "".join("'" if char in "’‘´`" else _folded(char) for char in text)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a sentence."""

    text: str
    plain: str
    """Small, without accents."""
    start: int
    end: int

    @property
    def capital(self) -> bool:
        """Whether it is written like a name."""
        return self.text[0].isupper() or self.text[0] in "\"“«'`"

    @property
    def owns(self) -> bool:
        """Whether it is "somebody's"."""
        return self.plain.endswith(("'s", "s'"))


_WORD = re.compile(
    r"\"[^\"\n]{1,80}\"|“[^”\n]{1,80}”|«[^»\n]{1,80}»|(?<!\w)'[^'\n]{3,80}'(?!\w)|`[^`\n]{1,80}`"
    r"|(?<!\w)--?[a-z][\w-]*|[^\W_][\w.'’+#/&-]*(?:\(\))?|[,;:()]"
)


def words(text: str, start: int = 0, end: int | None = None) -> list[Word]:
    """The words of `text`; what is in quotation marks is one, and so are "," and the like."""
    found = []
    for match in _WORD.finditer(text, start, len(text) if end is None else end):
        word = match.group()
        kept = word if word[-1] in "\"”»'`)," else word.rstrip(".'’/-")
        found.append(Word(kept, fold(kept), match.start(), match.start() + len(kept)))
    return found


def clause_end(ends: re.Pattern[str], plain: str, start: int, end: int) -> int:
    """Where the clause that begins at `start` ends, in a language in which `ends` end clauses."""
    match = ends.search(plain, start, end)
    stop = match.start() if match else end
    while stop > start and plain[stop - 1] in " ,:;.!?-":
        stop -= 1
    return stop
