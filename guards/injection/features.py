"""What the linear model sees of a text: n-grams of characters and of words, and ideas near each other."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import islice, pairwise

import numpy as np
import numpy.typing as npt
import re2

from guards.hashing import PRIME, Indices, buckets, chars
from guards.injection.concepts import CONCEPTS
from guards.normalize import spellings

WINDOW = 600
"""Characters that are judged together."""
STRIDE = 400
MOST_WINDOWS, FEW_WINDOWS = 30, 16
"""A text that has more than the first is read at as many places as the second: where most words stand for ideas of which
an attack has one at least, and at both ends."""
BITS = 20
"""Buckets of a table of n-grams, as a power of two."""
GAP = 8
"""Words between two ideas that still belong together."""
MANY_IDEAS = 50
"""Ideas of a window from which on NumPy is quicker than Python in finding those near each other."""
KNOWN_WORDS = 50_000
DANGEROUS = ("skip", "order", "prompt", "inner", "secret", "free", "given", "encode")
"""Ideas of which an attack on the bot has one at least."""
MOST_WORDS = 12
"""So many words for them are looked for in each place of a long text."""

_FIRST_CJK = "\u3040"
_MARKS = r"[?？¿]|[.!;。！；\n]|[\"'`]+|[:：]|[#=*~_-]{3,}|[\[\]<>{}|]+"
_WORD = re.compile(r"[\w\u0900-\u0dff]+|" + _MARKS)
_RUN = re.compile(r"(.)\1{3,}")
_AGAIN = re.compile(r"\b(\w+)\b(?:\s+\1\b){2,}")


@dataclass(frozen=True, slots=True)
class Features:
    """Indices into the tables of a model for what is in a window."""

    chars: Indices
    """As often as they are there."""
    words: Indices
    """Single words, pairs, triples, and pairs around a word."""
    ideas: Indices
    """Each once."""
    length: int
    """Words and marks."""


_MARK_NAMES = ("question", "stop", "quote", "colon", "rule line", "bracket")
IDEAS = len(CONCEPTS) + len(_MARK_NAMES) + 1
"""Ideas and marks, and 0 for a word that is neither."""
_QUESTION, _STOP, _QUOTE, _COLON, _LINE, _BRACKET = range(IDEAS - len(_MARK_NAMES), IDEAS)
_MARK_OF = {"?": _QUESTION, "？": _QUESTION, "¿": _QUESTION, ":": _COLON, "：": _COLON}
_MARK_OF |= (
    dict.fromkeys("\"'`", _QUOTE) | dict.fromkeys("#=*~-_", _LINE) | dict.fromkeys("[]<>{}|", _BRACKET)
)
SHORT_IDEA_FEATURES = IDEAS + 2 * IDEAS**2
"""Single ideas, pairs, and pairs side by side: the first of `IDEA_FEATURES`; triples follow."""
IDEA_FEATURES = SHORT_IDEA_FEATURES + IDEAS**3


def _lexicon() -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
    whole: dict[str, int] = {}
    stems: dict[str, int] = {}
    unspaced: dict[str, int] = {}
    for number, words in enumerate(CONCEPTS.values(), 1):
        for word in words.split():
            kind = unspaced if _FIRST_CJK <= word[0] <= "\u9fff" else stems if word.endswith("*") else whole
            for spelling in spellings(word.rstrip("*")):
                kind.setdefault(spelling, number)
    return whole, stems, unspaced


_WHOLE, _STEMS, _UNSPACED = _lexicon()
_NAMES = ("", *CONCEPTS)
_LONG = 7
"""Letters from which on a word with one slip is still read as the word that it is near to."""
_LONGEST_WORD = 20
_SLIPS = {
    word[:at] + word[at + 1 :]: number
    for word, number in reversed(_WHOLE.items())
    if _LONG <= len(word) <= _LONGEST_WORD
    for at in range(1, len(word))
}
_CLITICS = re.compile(r"(?:me|nos|te|se|mi|ci)?(?:lo|la|los|las|le|les|li)?$")


def _any_of(words: Iterable[str]) -> str:
    """A pattern for the longest of `words` that begins somewhere: most places are done with at their first character."""
    ends: dict[str, list[str]] = {}
    for word in sorted(words, key=len, reverse=True):
        ends.setdefault(word[0], []).append(re.escape(word[1:]))
    choices = "|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in ends.items())
    return f"(?=[{re.escape(''.join(ends))}])(?:{choices})"


_CJK = re.compile(_any_of(_UNSPACED) + r"|[\u3040-\u30ff\u3400-\u9fff]|[a-z0-9_]+|" + _MARKS)


def _idea(word: str) -> int:
    """Which idea `word` stands for, in its inflections and with one slip of the keyboard; 0: none."""
    known = _WHOLE.get(word) or _UNSPACED.get(word)
    if known:
        return known
    if not any(char.isalnum() for char in word):
        return _MARK_OF.get(word[0], 0 if "\u0900" <= word[0] <= "\u0dff" else _STOP)
    if word.startswith("ال"):
        return _idea(word[2:]) if len(word) > 4 else 0
    for end in range(min(len(word), 14), 2, -1):
        if word[:end] in _STEMS:
            return _STEMS[word[:end]]
    if len(word) >= 6:
        bare = _CLITICS.sub("", word, count=1)
        if len(bare) >= 3 and bare in _WHOLE:
            return _WHOLE[bare]
    return _near(word) if _LONG - 1 <= len(word) <= _LONGEST_WORD else 0


def _near(word: str) -> int:
    shorter = [word[:at] + word[at + 1 :] for at in range(1, len(word))]
    for slip in (word, *shorter):
        if slip in _SLIPS:
            return _SLIPS[slip]
    return next((_WHOLE[slip] for slip in shorter if len(slip) >= _LONG and slip in _WHOLE), 0)


class _Known(dict[str, tuple[int, int]]):
    """A word's hash and its idea."""

    def __missing__(self, word: str) -> tuple[int, int]:
        if len(self) >= KNOWN_WORDS:
            self.clear()
        known = self[word] = (zlib.crc32(word.encode("utf-8", "replace")), _idea(word))
        return known


_KNOWN = _Known()


def ideas(text: str) -> set[str]:
    """The ideas that the words of `text` stand for, by their names in `CONCEPTS`; `text` is folded."""
    words = _words_of(text)
    return {_NAMES[number] for number in {_KNOWN[word][1] for word in words} if 0 < number <= len(CONCEPTS)}


def features(text: str) -> Features:
    """What is in `text`, a window of a folded view."""
    text = _said_once(text)
    words = _words_of(text)
    known = [_KNOWN[word] for word in words]
    return Features(
        chars(text, BITS),
        _words([pair[0] for pair in known]),
        _ideas([pair[1] for pair in known]),
        len(words),
    )


def idea_features(text: str) -> Indices:
    """The ideas in `text` alone, as `features` gives them."""
    return _ideas([_KNOWN[word][1] for word in _words_of(_said_once(text))])


def windows(text: str, most: int = MOST_WINDOWS) -> list[tuple[int, int]]:
    """The spans of `text`, a folded one, that are judged one by one; they overlap.

    Of more than `most` those are chosen, at most `FEW_WINDOWS`, where most words stand for dangerous ideas.
    """
    starts = range(0, max(0, len(text) - WINDOW) + STRIDE, STRIDE)
    chosen = starts if len(starts) <= most else _most_dangerous(text, starts, min(most, FEW_WINDOWS))
    return [(start, min(start + WINDOW, len(text))) for start in chosen]


def _said_once(text: str) -> str:
    """`text` with every digit as a zero; drumming on one key, or one word over and over, says it once."""
    for digit in "123456789":
        text = text.replace(digit, "0")
    text = _RUN.sub(r"\1\1\1", text)
    pieces = text.split()
    again = any(map(str.endswith, pieces, pieces[1:]))
    return _AGAIN.sub(r"\1", text) if again else text


def _words_of(text: str) -> list[str]:
    cjk = not text.isascii() and max(text) >= _FIRST_CJK
    return (_CJK if cjk else _WORD).findall(text)


def _most_dangerous(text: str, starts: range, most: int) -> list[int]:
    """The first window, the last, and those between where most words stand for dangerous ideas."""
    # As bytes: RE2's own way from str to its bytes and back takes several times as long as its search.
    parts = [text[at : at + STRIDE].encode("utf-8", "replace") for at in (*starts, len(text))]
    found = [{match[0] for match in islice(_dangerous().finditer(part), MOST_WORDS)} for part in parts]
    words = {at: len(here | then) for at, (here, then) in zip(starts, pairwise(found), strict=True)}
    between = sorted(starts[1:-1], key=words.__getitem__, reverse=True)[: max(0, most - 2)]
    return sorted({starts[0], *between, starts[-1]})


@cache
def _dangerous() -> re2.Pattern[bytes]:
    # At first use: most texts are short.
    listed = " ".join(CONCEPTS[idea] for idea in DANGEROUS).replace("*", "").split()
    words = {spelling for word in listed for spelling in spellings(word)}
    # A short Latin one stands in other words.
    long = [word for word in words if len(word) > 3 or not word.isascii()]
    return re2.compile("|".join(map(re.escape, sorted(long, key=len, reverse=True))).encode())


def _words(hashes: list[int]) -> Indices:
    one = np.array(hashes, np.uint32)
    two = (one[:-1] * PRIME) ^ (one[1:] + np.uint32(1))
    three = (two[:-1] * PRIME) ^ (one[2:] + np.uint32(2))
    around = (one[:-2] * PRIME) ^ (one[2:] + np.uint32(3))
    return buckets([one, two, three, around], BITS)


def _ideas(ideas: list[int]) -> Indices:
    # A stop before the first word: what a text begins with counts.
    at = [-1, *(place for place, idea in enumerate(ideas) if idea)]
    one = [_STOP, *filter(None, ideas)]
    return _few_ideas(one, at) if len(one) < MANY_IDEAS else _many_ideas(one, at)


def _few_ideas(one: list[int], at: list[int]) -> Indices:
    """The features of the ideas `one`, which stand `at` such places."""
    two, to = one[1:], at[1:]
    three, end = one[2:], at[2:]
    found = set(one)
    for step, (other, there) in enumerate(((two, to), (three, end), (one[3:], at[3:])), 1):
        near = zip(one, other, at, there, strict=False)
        pairs = [(IDEAS + a * IDEAS + b, q - p) for a, b, p, q in near if q - p <= GAP]
        found.update([pair for pair, _ in pairs])
        found.update([IDEAS * IDEAS + pair for pair, gap in pairs if gap == step])
    found.update(
        [
            SHORT_IDEA_FEATURES + (a * IDEAS + b) * IDEAS + c
            for a, b, c, p, q in zip(one, two, three, at, end, strict=False)
            if q - p <= GAP + 2
        ]
    )
    return np.fromiter(found, np.intp, len(found))


def _many_ideas(one: list[int], at: list[int]) -> Indices:
    """The same as `_few_ideas`: a third of the time for a text that is nothing but such words and marks."""
    ideas, places = np.array(one, np.intp), np.array(at, np.intp)
    found = [ideas]
    for step in (1, 2, 3):
        gaps = places[step:] - places[:-step]
        pairs = IDEAS + ideas[:-step] * IDEAS + ideas[step:]
        found += [pairs[gaps <= GAP], IDEAS * IDEAS + pairs[gaps == step]]
    triples = SHORT_IDEA_FEATURES + (ideas[:-2] * IDEAS + ideas[1:-1]) * IDEAS + ideas[2:]
    found.append(triples[places[2:] - places[:-2] <= GAP + 2])
    every: Indices = np.concatenate(found)
    # Not NumPy's `unique`, whose first use takes ten milliseconds.
    every.sort()
    new: npt.NDArray[np.bool_] = np.append(True, every[1:] != every[:-1])
    return every[new]
