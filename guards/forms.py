"""A text reduced to its words and letters, and the forms that a secret may take when it is given away."""

from __future__ import annotations

import base64
import codecs
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, groupby

from guards.normalize import View

LETTERS = 28
"""So many letters and digits in a row that also stand in the system prompt are a leak: of 40 characters
of prose, 97 in 100 pieces have as many,"""
WORDS = 8
"""and so many words."""

# What a run is first seen by: every run of LETTERS has room for 15 seeds in a row. Among these, one begins at a
# multiple of 3 in the reply and of 5 in the prompt (3 x 5 = 15, and they share no factor), so no more are looked at.
SEED, STEP, _PROMPT_STEP = 14, 3, 5
SEED_PLACES = LETTERS - SEED + 1
WORD_SEED = 4
WORD_SEED_PLACES = WORDS - WORD_SEED + 1

CANARY_SHORTEST, CANARY_LONGEST = 4, 64
"""Letters and digits: what is shorter is no secret and stands in every text; so many of a longer one give it away."""

_NUMBER = re.compile(
    r"^[ \t>*_+•#|-]*(?:\(?(?:(?:\w{1,12} )?\d{1,3}|[A-Za-z]|[ivxIVX]{1,6})[*_]{0,2}[.):\]]{1,2}[*_]{0,2}"
    r"|\d{1,3}(?:\ufe0f?\u20e3)?[ \t]*[|-]?)(?=\s|\Z)",
    re.MULTILINE,
)
_TOKEN = re.compile(r"\w+")

_HIDDEN = frozenset("'’ʼ\u115f\u1160\u3164\uffa0")


class _Folds(dict[int, str]):
    """What each character counts as: its letters and digits; a space for what parts words; nothing for marks."""

    def __missing__(self, code: int) -> str:
        folded = "".join(map(_folded, unicodedata.normalize("NFKD", chr(code)).casefold()))
        if len(self) < 4_096:  # Enough for any community's scripts; a hostile text must not fill the memory.
            self[code] = folded
        return folded


def _folded(char: str) -> str:
    if char in _HIDDEN or unicodedata.category(char) in ("Mn", "Mc", "Me", "Cf"):
        return ""
    return char if char.isalnum() else " "


_FOLDS = _Folds()


def writings(text: str, repeats: int) -> list[str]:
    """The text, and the text without what is put between its words: the numbers of a list, a word repeated.

    Spaces stand in their place, so that offsets stay. `repeats`: every other word the same so often is filler.
    """
    return list(dict.fromkeys([text, _unfilled(text, repeats), _unfilled(_unnumbered(text), repeats)]))


def _unnumbered(text: str) -> str:
    return _NUMBER.sub(lambda number: " " * len(number.group()), text)


def _unfilled(text: str, repeats: int) -> str:
    tokens = list(_TOKEN.finditer(text))
    fillers: list[re.Match[str]] = []
    for parity in range(2):
        for _, run in groupby(tokens[parity::2], key=lambda token: token.group().casefold()):
            same = list(run)
            if len(same) >= repeats:
                fillers += same
    pieces: list[str] = []
    at = 0
    for token in sorted(fillers, key=lambda token: token.start()):
        pieces += (text[at : token.start()], " " * len(token.group()))
        at = token.end()
    return "".join((*pieces, text[at:]))


class Reading:
    """A text as words and as letters, both folded, with the way back to its offsets."""

    def __init__(self, text: str) -> None:
        self.text = text
        folded = text.translate(_FOLDS)
        self.words = folded.split()
        self.letters = "".join(self.words)
        self.ends_in_word = bool(self.words) and not folded[-1].isspace()

    def word_starts(self) -> list[int]:
        """For each word, and for one behind the end, the index of its first letter."""
        return list(accumulate(map(len, self.words), initial=0))

    def view(self) -> View:
        """The letters with their offsets."""
        places = [at for at, char in enumerate(self.text) for _ in char.translate(_FOLDS).replace(" ", "")]
        return View(self.letters, ("fold",), places, [at + 1 for at in places])

    def offset_from_end(self, count: int) -> int:
        """Where in the text the last `count` letters begin."""
        at = len(self.text)
        while count > 0:
            at -= 1
            count -= len(self.text[at].translate(_FOLDS).replace(" ", ""))
        return at


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A system prompt in all its forms."""

    letters: str
    """One form a line."""
    words: str
    """One form a line, each word between spaces."""
    seeds: frozenset[str]
    word_seeds: frozenset[tuple[str, ...]]


def forms_of(text: str) -> tuple[list[list[str]], list[str]]:
    """A text as it may be written: the forms that still have words, and all forms as letters."""
    words = Reading(text).words
    mirrored = [word[::-1] for word in words]
    turned = Reading(codecs.encode(text, "rot13")).words
    worded = [words, mirrored[::-1], words[::-1], mirrored, turned]
    raw = text.encode("utf-8", "replace")
    encoded = [Reading(base64.b64encode(raw[skip:]).decode()).letters for skip in range(3)]
    return worded, ["".join(form) for form in worded] + encoded


@lru_cache(maxsize=32)
def fingerprint(prompt: str) -> Fingerprint:
    """The fingerprint of a system prompt, made once."""
    worded, lettered = forms_of(prompt)
    return Fingerprint(
        "\n".join(lettered),
        "\n".join(f" {' '.join(form)} " for form in worded),
        frozenset(
            form[at : at + SEED] for form in lettered for at in range(0, len(form) - SEED + 1, _PROMPT_STEP)
        ),
        frozenset(
            tuple(form[at : at + WORD_SEED])
            for form in worded
            for at in range(0, len(form) - WORD_SEED + 1, WORD_SEED_PLACES)
        ),
    )


@lru_cache(maxsize=256)
def canary_forms(canary: str) -> dict[str, tuple[str, ...]]:
    """Every folded form of the canary → the chain of views that it takes to read it."""
    forms: dict[str, tuple[str, ...]] = {}

    def add(form: str, *chain: str) -> None:
        letters = Reading(form).letters
        if len(letters) >= CANARY_SHORTEST:
            forms.setdefault(letters, chain)

    add(canary)
    add(canary[::-1], "reversed")
    add(codecs.encode(canary, "rot13"), "rot13")
    for written in (canary, canary.lower(), canary.upper()):
        raw = written.encode("utf-8", "replace")
        pairs = [f"{byte:02x}" for byte in raw]
        for before in ("", "x", "0x", "u00"):
            add("".join(before + pair for pair in pairs), "hex")
        add("".join(map(str, raw)), "decimal")
        for skip in range(3):
            # Six bits a character: only those that hold nothing but the canary's own bits are known.
            known = base64.b64encode(b"\0" * skip + raw).decode()[
                -(-skip * 8 // 6) : (skip + len(raw)) * 8 // 6
            ]
            if len(known) >= 6:
                add(known, "base64")
    return forms


@lru_cache(maxsize=256)
def canary_beginnings(canary: str) -> tuple[frozenset[str], int]:
    """How the canary may begin, and the length of the longest beginning."""
    forms = canary_forms(canary) if canary else ()
    beginnings = frozenset(form[:size] for form in forms for size in range(1, len(form)))
    return beginnings, max(map(len, beginnings), default=0)
