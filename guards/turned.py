"""Whether a text is turned: its letters moved by 13 places, or written backwards.

Frequent words of English and Spanish are known as they look then. Of other languages in Latin letters the pairs of letters tell:
turned back they are pairs that languages have, and as they stand rarer ones.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from itertools import accumulate, pairwise

from guards.decode import WORDS, rot13

_REAL = "cbe dna era han led llet noc nus nyy rop sal saw sim sin sol tom ton wen won"
ROTATED = frozenset(map(rot13, WORDS)) - WORDS - {*_REAL.split()}
REVERSED = frozenset(word[::-1] for word in WORDS) - WORDS - {*_REAL.split()}
"""Frequent words, turned; those that are words then, too, say nothing."""

ALPHABET = " abcdefghijklmnopqrstuvwxyz"
STEP = 0.3
"""How much rarer the next pair of the table is, as a natural logarithm."""
GAINED, IN_SENTENCE = 25, 32
"""So many steps less rare the pairs of a text must be that is turned back, or those of a sentence in it: four or five words are."""
LIKELY = 21.5
"""The most steps of them on average when it is turned back: no noise comes to so few."""
READ, READ_STRIDE = 96, 24
"""Pairs of a run that are looked at together, and of the steps from some to the next."""
FEWEST = 3
"""So many whole words a sentence must have,"""
SHORT = 20
"""and so many characters, if it is not all there is."""
LONG = 1_000
"""Of more characters each sentence is looked at, and not all together."""
PLAIN = 8
"""Where one of so many words is a frequent one as it stands, nobody turned the sentence. Most messages are done with here."""

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
_WORD = re.compile("[a-z]{3,}")
_NO_LETTERS = re.compile("[^a-z]+")
_WHOLE = re.compile(r"(?<![^\W_])[a-z]{2,}(?![^\W_])")
_SENTENCE = re.compile(rf"[^.:;?!\n\"()]{{{SHORT},}}")


def turned(text: str) -> tuple[bool, bool]:
    """Whether a folded text, or a sentence in it, looks rotated, and whether one looks reversed."""
    words = set(_WORD.findall(text))
    rotated, backwards = not words.isdisjoint(ROTATED), not words.isdisjoint(REVERSED)
    if len(words) < FEWEST or (rotated and backwards):
        return rotated, backwards
    parts: list[tuple[str, int]] = []
    if len(text) >= 2 * SHORT:
        sentences = _SENTENCE.findall(text)
        parts += [(part, IN_SENTENCE) for part in sentences if len(part) + SHORT <= len(text)]
    if (len(text) <= LONG or not parts) and not _is_plain(words):
        parts.append((text, GAINED))
    for part, gained in parts:
        pairs = _pairs(part)
        rotated = rotated or _gains(pairs, _BY_ROTATION, gained)
        backwards = backwards or _gains(pairs, _BY_REVERSAL, gained)
    return rotated, backwards


def says_something(run: str) -> bool:
    """Whether the letters of a part of `run`, of whatever case, are paired as those of a language are, not as in noise."""
    pairs = pairwise(f" {_NO_LETTERS.sub(' ', run.lower())} ".encode())
    sums = [0, *accumulate(map(_RARITY.__getitem__, pairs))]
    most = min(READ, len(sums) - 1)
    starts = [*range(0, len(sums) - most, READ_STRIDE), len(sums) - 1 - most]
    return any(sums[start + most] - sums[start] <= LIKELY * most for start in starts)


def _is_plain(words: AbstractSet[str]) -> bool:
    return PLAIN * len(words & WORDS) >= len(words)


def _pairs(text: str) -> AbstractSet[tuple[int, int]]:
    """The pairs of letters in the whole words of `text`; none where those are too few, or plain."""
    words = set(_WHOLE.findall(text))
    if len(words) < FEWEST or _is_plain(words):
        return set()
    # Each pair once: who drums on two keys says no more with it.
    return set(pairwise(f" {' '.join(words)} ".encode()))


def _gains(pairs: AbstractSet[tuple[int, int]], gains: _Pairs, least: int) -> bool:
    """Whether `pairs` are those of a language when they are turned, and are not as they stand."""
    gain = sum(map(gains.__getitem__, pairs))
    return gain >= least and sum(map(_RARITY.__getitem__, pairs)) - gain <= LIKELY * len(pairs)
