"""Whether a text is turned: its letters moved by 13 places, or written backwards.

Frequent words of English and Spanish are known as they look then. Of other languages in Latin letters the pairs of letters tell:
turned back they are pairs that languages have, and as they stand rarer ones.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from itertools import pairwise

from guards.decode import WORDS, rot13

ROTATED = frozenset(map(rot13, WORDS)) - WORDS - {"sin", "han", "nyy", "cbe"}
REVERSED = (
    frozenset(word[::-1] for word in WORDS)
    - WORDS
    - {
        "won",
        "saw",
        "sim",
        "nus",
        "tom",
        "era",
        "led",
        "noc",
        "ton",
        "sol",
        "dna",
        "rop",
        "wen",
        "sal",
        "llet",
    }
)
"""Frequent words, turned; those that are words then, too, say nothing."""

ALPHABET = " abcdefghijklmnopqrstuvwxyz"
STEP = 0.3
"""How much rarer the next pair of the table is, as a natural logarithm."""
GAINED = 24
"""So many steps less rare the pairs of a text must be that is turned back: those of four words are."""
LIKELY = 21.5
"""The most steps of them on average when it is turned back: no noise comes to so few."""
FEWEST = 3
"""So many whole words a text must have."""
PLAIN = 8
"""Where one of so many words is a frequent one as it stands, nobody turned the text. Most messages are done with here."""

_RARE = (
    "zehgefiiggihhffhgkkeejhjtlk",
    "cmlkjvqkmjpjhjeolsfhhmmrvln",
    "rkszzjzzzlzzozznzznvvnzzzoz",
    "mjzszkzzilxqszyjzzqsrmzzzwq",
    "jiwztgzzyiyyszrjyzprslvyzrq",
    "cmnlkmrkplpmhiespxfgimntqsm",
    "qnzzzntzzozzszzmzzozrqzzzzz",
    "hkyzvkzsrlzupzrlyzotrmzzzoz",
    "khzuwizzzlwyswtkzzszontxztz",
    "fjpkliqlrqoljlgmrxkiiqoxron",
    "olzzvlzzzrzvzzsozzzryqzzzzz",
    "jizzukzzqmzqqztkzzrqqmyzzsz",
    "hguvohuruivrjqskuxzpnlsyzqz",
    "ghpzwhzvzjzzuptknzyuwlzzzqz",
    "dhwnjithniupsvnjzxymiltzzns",
    "epnmmpqnrlrnkhgoozhjlkopyqq",
    "ojzzzkzzsmzzovykrzktsnzzzvz",
    "zzzzzzzzzzzzzzzzzzzzzjzzzzz",
    "fgsrmgtquiuppopjwxnnlmsyznq",
    "fiwnyixzrixnqqrknxzmgmuvztn",
    "fgxxzgzzkiwrutugzzkplkuttqp",
    "glqonjtqsmrolnioqzkklsstvrp",
    "qjzzxjzzzlzzxzylzzrxzrzzztz",
    "qmzxynzzrnzzzzwqzzyxzwzzztz",
    "trzzzrzzztzzzzzuuzzzvxzzzzz",
    "ilvqupzwxrwtqtslwzvprsuyzxw",
    "lmwxtlzxzmztuvsowzyxsozvzqw",
)
"""How rare each pair of letters is in languages, in steps: a line for the first letter, and in it a digit of base 36 for the
second. Read from sentences in 21 languages (`guards.training.letters`)."""
_STEPS = {
    first + second: int(digit, 36)
    for first, digits in zip(ALPHABET, _RARE, strict=True)
    for second, digit in zip(ALPHABET, digits, strict=True)
}
_Pairs = Mapping[tuple[int, ...], int]
"""Something of each pair, by the codes of its letters."""
_RARITY: _Pairs = {tuple(pair.encode()): rare for pair, rare in _STEPS.items()}
_BY_ROTATION: _Pairs = {tuple(pair.encode()): rare - _STEPS[rot13(pair)] for pair, rare in _STEPS.items()}
_BY_REVERSAL: _Pairs = {tuple(pair.encode()): rare - _STEPS[pair[::-1]] for pair, rare in _STEPS.items()}
_WHOLE = re.compile(r"(?<![^\W_])[a-z]{2,}(?![^\W_])")


def turned(text: str, words: AbstractSet[str]) -> tuple[bool, bool]:
    """Whether a folded text looks rotated, and whether it looks reversed; `words`: the runs of three letters or more in it."""
    rotated, backwards = not words.isdisjoint(ROTATED), not words.isdisjoint(REVERSED)
    if (rotated and backwards) or PLAIN * len(words & WORDS) >= len(words):
        return rotated, backwards
    whole = set(_WHOLE.findall(text))
    if len(whole) < FEWEST:
        return rotated, backwards
    # Each pair once: who drums on two keys says no more with it.
    pairs = set(pairwise(f" {' '.join(whole)} ".encode()))
    return rotated or _gain(pairs, _BY_ROTATION), backwards or _gain(pairs, _BY_REVERSAL)


def _gain(pairs: AbstractSet[tuple[int, int]], gains: _Pairs) -> bool:
    """Whether `pairs` look like a language when they are turned, and do not as they stand."""
    gain = sum(map(gains.__getitem__, pairs))
    return gain >= GAINED and sum(map(_RARITY.__getitem__, pairs)) - gain <= LIKELY * len(pairs)
