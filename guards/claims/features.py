"""What the classifier sees of a sentence: n-grams of characters, words and shapes, and marks."""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from guards.claims.words import ENDINGS, ENGLISH, GROUPS, GROUPS_OF, SPANISH
from guards.hashing import PRIME, Indices, buckets, chars

BITS = 18
"""Buckets of a table of n-grams, as a power of two."""
MOST_CHARS = 600
"""Characters of a sentence that are read."""
KNOWN_WORDS = 50_000

_QUOTES = str.maketrans("’‘“”", "''\"\"")
_ZEROS = str.maketrans("123456789", "000000000")
_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*%?|[^\W\d_][\w'’]*|[?¿!¡.…,;:()\"“”«»$€£@#/*-]")
_OUTSIDE = re.compile(r"https?://\S+|www\.\S+|[^\w\s'’?¿!¡.…,;:()\"“”«»$€£%@#/*-]|@<?\w+>?")
_YEAR = re.compile(r"(1[0-9]|20)\d\d$")

Floats = npt.NDArray[np.float32]

MARKS = (
    *GROUPS, "year", "number", "percent", "money", "name", "two names", "acronym", "question", "exclamation", "quote",
    "colon", "ellipsis", "begins with first", "begins with second", "begins with order", "begins with social",
    "begins with ask", "begins with link", "begins with name", "short", "no verb", "hashtag", "tagged", "spanish",
    "first and opinion", "first and hedge", "first and past", "number and unit", "name and past", "name and be",
)  # fmt: skip
"""The marks: each there or not."""
_MARK = {name: index for index, name in enumerate(MARKS)}
_FIRST_WORDS = ("first", "second", "order", "social", "ask", "link")
DENSE = len(MARKS) + 8
"""Marks, and what is counted."""


@dataclass(frozen=True, slots=True)
class Features:
    """Indices into the tables of a model for what is in a sentence."""

    chars: Indices
    words: Indices
    """Single words, pairs, triples."""
    shapes: Indices
    """One to four shapes in a row: words that say little about the subject stand for themselves, others for what
    kind of word they are."""
    dense: Floats
    spanish: bool


@dataclass(frozen=True, slots=True)
class _Word:
    hash: int
    shape: int
    groups: tuple[int, ...]
    language: int


class _Known(dict[str, _Word]):
    """What is known of a lower-case word."""

    def __missing__(self, word: str) -> _Word:
        if len(self) >= KNOWN_WORDS:
            self.clear()
        code = zlib.crc32(word.encode("utf-8", "replace"))
        groups = GROUPS_OF.get(word, ())
        ending = next((end for end in ENDINGS if word.endswith(end) and len(word) > len(end) + 1), "")
        # A word of a group, or a mark, is its own shape.
        shape = code if groups or not word[0].isalnum() else zlib.crc32(f"-{ending}".encode())
        language = (word in SPANISH) - (word in ENGLISH)
        known = self[word] = _Word(code, shape, groups, language)
        return known


_KNOWN = _Known()
_NAME, _ACRONYM = zlib.crc32(b"<name>"), zlib.crc32(b"<acronym>")
_SPANISH_LETTERS = re.compile("[ñáéíóúü¿¡]")
_LEFT_OUT = re.compile("[\"'«»]|[^\\W\\d_a-zA-Zñáéíóúü]")
_GLUED = re.compile(r"([.!?:;])(?=[^\W\d]|[¡¿])")
_AROUND = ".!?:;…()¡¿*-"


def cleaned(sentence: str) -> str:
    """`sentence` as it is read: no addresses, no pictures, one space between words."""
    return _cleaned(sentence)[0]


def _cleaned(sentence: str) -> tuple[str, list[str], list[_Word], bool]:
    """That, its words, what is known of them, and whether it is Spanish."""
    text = _OUTSIDE.sub(" ", sentence[:MOST_CHARS]).translate(_QUOTES)
    tokens = _TOKEN.findall(text)
    known = _known(tokens)
    if _language(known, text) <= 0:
        return " ".join(text.split()), tokens, known, False
    text = " ".join(_as_trained(text))
    tokens = _TOKEN.findall(text)
    return text, tokens, _known(tokens), True


def _known(tokens: list[str]) -> list[_Word]:
    """What is known of words; of numbers, as if they had no digit but 0."""
    return [_KNOWN[token.lower() if token.isalpha() else token.lower().translate(_ZEROS)] for token in tokens]


def _as_trained(text: str) -> Iterable[str]:
    """The words of a Spanish text, each once.

    The Spanish texts that were trained on had been read before, and had lost something: words that had been there,
    commas, quotation marks, capitals with an accent, the space behind a full stop. What is read now must be like them.
    """
    text = _LEFT_OUT.sub("", text.replace("€", " euros ").replace(",", " ").replace("/", " "))
    kept: dict[str, str] = {}
    for word in _GLUED.sub(r"\1 ", text).split():
        kept.setdefault(word.strip(_AROUND).lower(), word)
    return kept.values()


def language(sentence: str) -> float:
    """Above 0 where `sentence` is likelier Spanish, below where it is likelier English."""
    return _language([_KNOWN[token.lower()] for token in _TOKEN.findall(sentence)], sentence)


def is_spanish(sentence: str) -> bool:
    """Whether `sentence` is likelier Spanish than English."""
    return language(sentence) > 0


def _language(words: list[_Word], sentence: str) -> float:
    letters = 0 if sentence.isascii() else len(_SPANISH_LETTERS.findall(sentence.lower()))
    return sum([word.language for word in words]) + 0.5 * letters


def features(sentence: str) -> Features:
    """What is in `sentence`."""
    text, tokens, known, spanish = _cleaned(sentence)
    lower = text.lower()
    shapes = [
        _shape(token, word, index) for index, (token, word) in enumerate(zip(tokens, known, strict=True))
    ]
    return Features(
        chars(lower.translate(_ZEROS), BITS),
        _grams([word.hash for word in known], 3),
        _grams(shapes, 4),
        _dense(text, sentence, tokens, known, shapes, spanish=spanish),
        spanish,
    )


def _shape(token: str, word: _Word, index: int) -> int:
    if index and token[0].isupper() and not word.groups:
        return _ACRONYM if len(token) > 1 and token.isupper() else _NAME
    if token[0].isdigit():
        kind = (
            "year"
            if _YEAR.match(token)
            else "percent"
            if token.endswith("%")
            else f"digits {min(len(token), 4)}"
        )
        return zlib.crc32(kind.encode())
    return word.shape


def _dense(
    text: str, sentence: str, tokens: list[str], known: list[_Word], shapes: list[int], *, spanish: bool
) -> Floats:
    groups = {group for word in known for group in word.groups}
    names = shapes.count(_NAME) + shapes.count(_ACRONYM)
    numbers = [token for token in tokens if token[0].isdigit()]
    letters = [index for index, token in enumerate(tokens) if token[0].isalpha()]
    first = known[letters[0]].groups if letters else ()
    has = {name: _MARK[name] in groups for name in GROUPS}
    found = {
        "year": any(_YEAR.match(token) for token in numbers),
        "number": bool(numbers),
        "percent": "%" in text,
        "money": any(sign in text for sign in "$€£"),
        "name": names > 0,
        "two names": names > 1,
        "acronym": _ACRONYM in shapes,
        "question": "?" in text,
        "exclamation": "!" in text,
        "quote": '"' in text or "«" in text,
        "colon": ":" in text,
        "ellipsis": "..." in text or "…" in text,
        **{f"begins with {name}": _MARK[name] in first for name in _FIRST_WORDS},
        "begins with name": bool(letters) and not first and tokens[letters[0]][0].isupper(),
        "short": len(tokens) < 6,
        "no verb": not any(has[name] for name in ("be", "have", "past", "modal", "future")),
        "hashtag": "#" in text,
        "tagged": "@" in sentence,
        "spanish": spanish,
        "first and opinion": has["first"] and has["opinion"],
        "first and hedge": has["first"] and has["hedge"],
        "first and past": has["first"] and has["past"],
        "number and unit": bool(numbers) and has["unit"],
        "name and past": names > 0 and has["past"],
        "name and be": names > 0 and has["be"],
    }
    counted = (
        math.log1p(len(tokens)) / 3,
        min(len(tokens), 40) / 20,
        min(names, 6) / 3,
        min(len(numbers), 4) / 2,
        min(sum([bool(word.groups) for word in known]) / max(1, len(known)), 1),
        min(sum(map(len, tokens)) / max(1, len(tokens)), 10) / 5,
        min(names / max(1, len(tokens)), 0.5) * 2,
        sum([_MARK["first"] in word.groups for word in known]) / max(1, len(known)),
    )
    return np.array([*has.values(), *found.values(), *counted], np.float32)


def _grams(hashes: list[int], longest: int) -> Indices:
    # The ends of the sentence count as words.
    one = np.array([1, *hashes, 2], np.uint32)
    rolling, parts = one, [one[1:-1]]
    for n in range(2, min(longest, len(one)) + 1):
        rolling = (rolling[:-1] * PRIME) ^ (one[n - 1 :] + np.uint32(n))
        parts.append(rolling)
    return buckets(parts, BITS)
