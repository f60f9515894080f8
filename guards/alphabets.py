"""Which words of a folded text are Cyrillic or Greek, and which only look like Latin ones.

A word that mixes alphabets is a Latin one in disguise. One that has no other letters than such as look Latin may be
either: it is what the words beside it are, unless it reads as a frequent Latin one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from guards.confusables import LATIN
from guards.decode import WORDS
from guards.view import View

_CYRILLIC, _GREEK = "\u0400-\u052f", "\u0370-\u03ff"
_EITHER = re.compile(f"[{_CYRILLIC}{_GREEK}]")
_WORD = re.compile(r"([^\W\d_]+)")
_OTHER = "L"
_LONGEST = 30
"""Letters of a word that is remembered."""
_KINDS = (("C", re.compile(f"[{_CYRILLIC}]+")), ("G", re.compile(f"[{_GREEK}]+")))
_SHORTEST = 4
"""Letters of a frequent word that no word of another alphabet looks like by chance."""
_RARE = re.compile("[\u0475\u0501\u050d\u051b\u051d]")
"""Letters of small or dead alphabets that look Latin: a word of look-alikes with one of them is a Latin word in disguise."""
_READ_AS_LATIN = re.compile("(?<![Cc])c+(?![Cc])|(?<![Gg])g+(?![Gg])")
"""Among the kinds of a text's words, a letter each: small ones are of look-alikes only. A word of both alphabets and Latin is
Latin whatever stands beside it."""


def written_in_either(text: str) -> bool:
    """Whether a letter of `text` is Cyrillic or Greek."""
    return not text.isascii() and _EITHER.search(text) is not None


def in_their_own(view: View) -> View:
    """A folded `view` with each word in one alphabet: Cyrillic and Greek ones in their own, disguised ones in Latin."""
    if not written_in_either(view.text):
        return view
    pieces = _WORD.split(view.text)
    kinds = [_OTHER] * (len(pieces) // 2)
    latin: dict[int, str] = {}
    for at, word in enumerate(pieces[1::2]):
        # Most words of noise have no such letter.
        if _EITHER.search(word):
            read = _read(word) if len(word) <= _LONGEST else _read.__wrapped__(word)
            kinds[at], own, latin[at] = read
            pieces[2 * at + 1] = latin[at] if kinds[at] == _OTHER else own
    for run in _READ_AS_LATIN.finditer("".join(kinds)):
        for at in range(*run.span()):
            pieces[2 * at + 1] = latin[at]
    return replace(view, text="".join(pieces))


def in_latin(view: View) -> View:
    """A folded `view` with a Latin letter for every one that looks like it, whatever the word."""
    return view if view.text.isascii() else replace(view, text=view.text.translate(LATIN))


@lru_cache(maxsize=8_192)
def _read(word: str) -> tuple[str, str, str]:
    """The kind of `word`, and how it reads in its own letters and in Latin ones."""
    latin = word.translate(LATIN)
    kind = next((kind for kind, words in _KINDS if words.fullmatch(word)), _OTHER)
    if kind == _OTHER:
        return _OTHER, word, latin
    if latin.isascii():
        disguised = _RARE.search(word) or (len(latin) >= _SHORTEST and latin in WORDS)
        kind = _OTHER if disguised else kind.lower()
    return kind, word.casefold(), latin
