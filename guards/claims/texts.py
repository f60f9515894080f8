"""Texts, read for comparing: words, stems, names, sentences, and numbers with what is said of them."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from guards.claims.numbers import ARTICLES, in_words
from guards.claims.numbers import WORDS as NUMBER_WORDS
from guards.claims.plain import plain
from guards.claims.words import ENDINGS, GROUPS_OF

BUCKETS = 15
"""Places of the table of how telling stems are, as a power of two."""
MOST_CHARS = 20_000
"""Characters of a passage that are read."""
LONGEST, KNOWN_TOKENS = 40, 32_768
"""Characters of a token that is remembered, and how many are."""

SHORT, SHORTS = 400, 256
"""Characters of a text that stays read, and how many do."""

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*(?:st|nd|rd|th)?|[^\W\d_]+(?:['’][^\W\d_]+)*|[%$€£.!?;:]")
_MARKS, _PERCENT, _ENDS = frozenset("$€£:"), "%", frozenset(".!?;")
_MORE_LIST = (
    "more over above exceeding exceeded greater larger higher least minimum surpassed más superior mínimo"
)
_MORE = frozenset(map(plain, _MORE_LIST.split()))
_LESS_LIST = "less under below fewer lower smaller most almost nearly maximum menos inferior casi máximo"
_LESS = frozenset(map(plain, _LESS_LIST.split()))
_AFTER_LIST = "after since following later tras después desde posterior"
_AFTER = frozenset(map(plain, _AFTER_LIST.split()))
_BEFORE_LIST = "before until prior earlier by antes hasta previo"
_BEFORE = frozenset(map(plain, _BEFORE_LIST.split()))
_GROUPED = frozenset(plain(word) for word in GROUPS_OF)
_ENDINGS = tuple(dict.fromkeys(map(plain, ENDINGS)))
_NUMBER_WORDS = frozenset(map(plain, NUMBER_WORDS))
_SCALES = {
    "hundred": 1e2, "thousand": 1e3, "mil": 1e3, "million": 1e6, "millon": 1e6, "millones": 1e6, "billion": 1e9,
    "trillion": 1e12, "crore": 1e7, "lakh": 1e5,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text."""

    at: int
    """The index of its word."""
    value: float
    relation: int
    """1: more than it, -1: less, 0: it."""
    year: bool


@dataclass(frozen=True, slots=True)
class Text:
    """A text, read for comparing."""

    words: tuple[str, ...]
    """Plain and in lower case."""
    stems: tuple[str, ...]
    names: tuple[bool, ...]
    """Whether each word has a capital that no sentence begins with."""
    sentences: tuple[int, ...]
    """The index of the first word of each sentence."""
    numbers: tuple[Number, ...]


def stem(word: str) -> str:
    """`word`, plain, without what inflects it; of a long word the beginning."""
    if word.endswith(_ENDINGS):
        for ending in _ENDINGS:
            if word.endswith(ending) and len(word) - len(ending) >= 3:
                word = word[: -len(ending)]
                break
    if len(word) > 3 and word[-1] in "aeo":
        word = word[:-1]
    return word[:7]


@lru_cache(maxsize=32_768)
def bucket(stemmed: str) -> int:
    """The place of a stem in the table of how telling it is."""
    return (zlib.crc32(stemmed.encode("utf-8", "replace")) * 2654435761 & 0xFFFFFFFF) >> (32 - BUCKETS)


class _Word(NamedTuple):
    """What is known of a token."""

    word: str
    stem: str
    name: bool
    """Whether it may be one: it has a capital, and is none of the words that tell what kind of sentence it is."""
    number: bool
    """Whether a number may begin with it."""
    ends: bool | None
    """Of a mark that is no word, whether it ends a sentence; None: it is a word."""


class _Known(dict[str, _Word]):
    """What is known of tokens."""

    def __missing__(self, token: str) -> _Word:
        seen = _seen(token)
        # Nobody fills the memory with long words.
        if len(token) <= LONGEST:
            if len(self) >= KNOWN_TOKENS:
                self.clear()
            self[token] = seen
        return seen


def _seen(token: str) -> _Word:
    if token in _ENDS or token in _MARKS:
        return _Word(token, token, name=False, number=False, ends=token in _ENDS)
    whole = plain(token)
    word = whole.removesuffix("'s")
    number = word[0].isdecimal() or (word in _NUMBER_WORDS and word not in ARTICLES)
    return _Word(word, stem(word), token[0].isupper() and whole not in _GROUPED, number, None)


_KNOWN = _Known()


def read(text: str, most: int = 100_000) -> Text:
    """`text`, read for comparing; of its words the first `most`."""
    if len(text) <= SHORT:
        # A claim is read for one question after the other.
        whole = _read_short(text)
        if len(whole.words) < most:
            return whole
    return _read(text, most)


@lru_cache(maxsize=SHORTS)
def _read_short(text: str) -> Text:
    return _read(text, len(text) + 1)


def _read(text: str, most: int) -> Text:
    words: list[str] = []
    stems: list[str] = []
    names: list[bool] = []
    sentences: list[int] = []
    starts: list[int] = []
    begins = True
    for word, stemmed, name, number, ends in [_KNOWN[piece] for piece in _TOKEN.findall(text[:MOST_CHARS])]:
        if ends is not None:
            begins = begins or ends
            continue
        if word == _PERCENT:
            names.append(False)
        else:
            if begins and (not sentences or sentences[-1] != len(words)):
                sentences.append(len(words))
            if number:
                starts.append(len(words))
            names.append(name and not begins)
            begins = False
        words.append(word)
        stems.append(stemmed)
        if len(words) >= most and word != _PERCENT:
            break
    return Text(tuple(words), tuple(stems), tuple(names), tuple(sentences), tuple(_numbers(words, starts)))


def _numbers(words: Sequence[str], starts: Sequence[int]) -> Iterator[Number]:
    end = 0
    for at in starts:
        if at < end:
            continue
        word = words[at]
        end = at + 1
        if word[0].isdecimal():
            value = _value(word)
        else:
            while end < len(words) and words[end] in _NUMBER_WORDS:
                end += 1
            spelt = in_words(words[at:end])
            value = float(spelt) if spelt is not None else None
        if value is not None:
            if end < len(words) and words[end] in _SCALES and word[0].isdecimal():
                value *= _SCALES[words[end]]
                end += 1
            year = word[0].isdecimal() and len(word) == 4 and 1000 <= value <= 2100
            yield Number(
                at, value, _relation(words[max(0, at - 3) : at], words[end : end + 3], year=year), year
            )


def _value(word: str) -> float | None:
    digits = word.rstrip("stndrh").rstrip(".,")
    if len(digits) > 18:
        return None
    parts = re.split(r"[.,]", digits)
    # Groups of three are one number; a shorter or longer end is a fraction.
    joined = len(parts) > 1 and all(len(part) == 3 for part in parts[1:])
    whole = "".join(parts) if joined or len(parts) == 1 else "".join(parts[:-1]) + "." + parts[-1]
    return float(whole) if whole else None


def _relation(before: Sequence[str], after: Sequence[str], *, year: bool) -> int:
    near = set(before)
    more, less = (_AFTER, _BEFORE) if year else (_MORE, _LESS)
    if "least" in near:
        return 1
    if "most" in near and "at" in near:
        return -1
    if not near.isdisjoint(more - {"least"}) or "+" in after[:1]:
        return 1
    return -1 if not near.isdisjoint(less - {"most"}) else 0
