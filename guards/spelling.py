"""Words that are spelt in an odd way: letters kept apart, glued together, listed, decorated or backwards.

Each reader gives the spans that it would write otherwise. All of them are linear in the text, and none raises.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, lru_cache

from guards.decode import WORDS, Edit
from guards.turned import says_something

_SYMBOL = (
    "\u00a2-\u00a9\u00ac-\u00b1\u00b6\u00b7\u2020-\u2023\u20d0-\u20ff\u2190-\u245f\u2500-\u2bff\u3001-\u3003\u3008-\u3020"
    "\ufe00-\ufe0f\u200d\U0001f000-\U0001f0ff\U0001f200-\U0001faff"
)
"""Signs and emoji that stand for no letter."""
_BETWEEN = re.compile(rf"(?<=[^\W_])[{_SYMBOL}]+(?=([^\W_]*))")
_SHORT_PIECE = 3
"""Letters of a word's piece between two emoji."""
_DECORATED = 3
"""So many words or pieces with signs between them are no chance."""

_APART = re.compile(
    r"(?<![^\W_])[^\W_](?:[\W_]{1,5}[^\W_](?![^\W_])){4,}(?:[ \t]?(?:[^\w\s]|_){1,4}(?![^\W_]))?"
)
_GAP = re.compile(r"[\W_]+")
_WIDE = re.compile(r"\s{2,}")
_BLANK = re.compile(r"\s+")

_LIST_MARK = re.compile(r"[\s>*_+•#|-]*(?:\(?(?:\d{1,3}|[A-Za-z])[*_]{0,2}[.):\]]{1,2}(?=\s)[\s*_]*)?")
_SHORT_LINE = 60
"""Characters of a line that holds no more than the mark of a list and a word or two."""
_LISTED = 4
"""So many short lines in a row may be a sentence."""
_MOST_LINES = 1_000

_GLUED = re.compile(r"[a-z]{12,}")
_MOST_GLUED = 2_000
"""Letters of glued words that are read."""
_SNAKE = re.compile(r"(?<![^\W\d_])(?<!-)[^\W\d_]+(?:[_-]{1,3}[^\W\d_]+){2,}")
_INNER = re.compile(r"[_-]+")
_NUMBERED = re.compile(r"(?<![^\W_])[^\W\d_]+(?:\d{1,2}[^\W\d_]+){3,}")
_NUMBER = re.compile(r"\d+")
_NUMBERED_LETTERS = 4
"""So many characters for each piece between numbers: leetspeak and codes have fewer."""
_UPPER = "A-Z\u00c0-\u00de\u0386-\u038f\u0391-\u03ab\u0400-\u042f"
_LOWER = "a-z\u00df-\u00ff\u0390\u03ac-\u03ce\u0430-\u045f"
"""Latin, Greek and Cyrillic ones."""
_HUMPS = re.compile(
    rf"(?<![^\W\d_])[{_UPPER}]?[{_LOWER}]+(?:[_-][{_UPPER}]?[{_LOWER}]+|[{_UPPER}][{_LOWER}]*){{2,}}"
)
_HUMP = re.compile(rf"(?<=[{_UPPER}{_LOWER}])(?:[_-]|(?=[{_UPPER}]))")
_HUMP_LETTERS = 3
"""So many letters for each capital: with fewer, it is no sentence but a code."""
_EMPHASIS = re.compile(r"(?<=[a-z])(?:\*{1,3}|~~|\|\||`+)(?=[a-z])")

_STOP_FIRST = re.compile(r"(?<!\S)[.,:;!?)]\w")
_STOP_LAST = re.compile(r"\w[.,:;!?)](?!\S)")
_TOKEN = re.compile(r"\S+")
_LETTERS_ONLY = re.compile(r"\w+")
_GLUE_WORDS = WORDS | {"me", "my", "to", "in", "is", "of", "it", "a", "i", "tu", "su", "lo", "de", "y"}


@cache
def _glued() -> re.Pattern[str]:
    # At first use: so many words take a while to compile.
    return re.compile("|".join(sorted(_GLUE_WORDS, key=len)[::-1]))


def words_to_reverse(text: str) -> re.Pattern[str]:
    """What a word is where each is written backwards: with the stop after it, unless stops are in their places."""
    first = len(_STOP_FIRST.findall(text))
    return _TOKEN if first and first >= len(_STOP_LAST.findall(text)) else _LETTERS_ONLY


def decorated(text: str) -> list[Edit]:
    """Emoji and other signs between letters, or in place of the blanks between words."""
    if text.isascii():
        return []
    found = list(_BETWEEN.finditer(text))
    if len(found) < _DECORATED:
        return []
    pieces = sum(len(match[1]) <= _SHORT_PIECE for match in found)
    new = "" if 2 * pieces >= len(found) else " "
    return [(match.start(), match.end(), new) for match in found]


def spaced(text: str) -> list[Edit]:
    """Letters kept apart by blanks, dots or other signs: the gaps close, and what a gap holds besides stays."""
    edits: list[Edit] = []
    for run in _APART.finditer(text):
        gaps = _GAP.findall(run[0])
        counts = Counter(gaps)
        common = max(counts, key=counts.__getitem__)
        news = {gap: _closed(gap, common) for gap in counts}
        at = run.start()
        for gap in gaps:
            # One letter stands before each.
            start = at + 1
            at = start + len(gap)
            edits.append((start, at, news[gap]))
    return edits


def _closed(gap: str, common: str) -> str:
    if gap == common or (len(gap) == 1 and not gap.isspace() and gap not in "'’"):
        return ""
    if common.isspace():
        return " ".join(_BLANK.sub("", part) for part in _WIDE.split(gap))
    return _BLANK.sub(" ", gap.replace(common, ""))


def listed(text: str) -> list[Edit]:
    """A sentence written as a list, a word or two a line: the marks of the list go, and its lines join."""
    if text.count("\n") < _LISTED - 1:
        return []
    edits: list[Edit] = []
    run: list[Edit] = []
    at = last = 0
    for line in text.split("\n", _MOST_LINES):
        mark = _LIST_MARK.match(line) if line and len(line) <= _SHORT_LINE else None
        if mark and len(line[mark.end() :].split()) in (1, 2):
            run.append((last, at + mark.end(), " ") if run else (at, at + mark.end(), ""))
            last = at + len(line.rstrip(" \t\r*_"))
        elif run:
            edits += run if len(run) >= _LISTED else []
            run = []
        at += len(line) + 1
    return edits + (run if len(run) >= _LISTED else [])


def humped(text: str) -> list[Edit]:
    """Words written inCamelCase, three or more in one: they come apart."""
    edits: list[Edit] = []
    for match in _HUMPS.finditer(text):
        if len(match[0]) < _HUMP_LETTERS * sum(map(str.isupper, match[0])):
            continue
        # With the letter before it: an edit replaces something.
        gaps = [
            (gap.start() - 1, gap.end(), f"{text[gap.start() - 1]} ")
            for gap in _HUMP.finditer(text, *match.span())
        ]
        if len(match[0]) >= _HUMP_LETTERS * (len(gaps) + 1):
            edits += gaps
    return edits


@lru_cache(maxsize=4096)
def _apart(word: str) -> str:
    """Long `word` with blanks around the frequent ones in it; "" where it is not made of such."""
    lengths = [len(part) for part in _glued().findall(word) if len(part) > 2]
    if len(lengths) < 2 or sum(lengths) < 0.7 * len(word):
        return ""
    return _glued().sub(r" \g<0> ", word)


def glued(text: str) -> list[Edit]:
    """Frequent words written without blanks between them, or with _, - and numbers in their place, or with emphasis inside.

    For folded text.
    """
    edits: list[Edit] = []
    room = _MOST_GLUED
    for match in _GLUED.finditer(text):
        room -= len(match[0])
        if room < 0:
            break
        apart = _apart(match[0])
        if apart:
            edits.append((match.start(), match.end(), apart))
    if "*" in text or "~" in text or "|" in text or "`" in text:
        edits += [(match.start(), match.end(), "") for match in _EMPHASIS.finditer(text)]
    if "_" in text or "-" in text:
        for match in _SNAKE.finditer(text):
            edits += [(gap.start(), gap.end(), " ") for gap in _INNER.finditer(text, *match.span())]
    for match in _NUMBERED.finditer(text):
        gaps = list(_NUMBER.finditer(text, *match.span()))
        # Nor is a hash of letters and digits words.
        if len(match[0]) >= _NUMBERED_LETTERS * (len(gaps) + 1) and says_something(match[0]):
            edits += [(gap.start(), gap.end(), " ") for gap in gaps]
    return sorted(edits)
