"""How well other answers to the same question support a claim: a model that makes something up seldom does so twice.

After SelfCheckGPT (Manakul et al. 2023, https://arxiv.org/abs/2303.08896): no single score is best everywhere. Short
answers are told apart by how alike the answers are, long ones by the claim's names and numbers; all are weighed here.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Literal, TypeAlias

from guards.claims.compared import MOST_WORDS
from guards.claims.plain import plain
from guards.claims.sentences import sentences
from guards.claims.texts import Text, read
from guards.claims.verify import Verifier, verifier
from guards.claims.words import ENGLISH, SPANISH

WEIGHTS = Path(__file__).parent.parent / "weights" / "consistency.json"
FEWEST = 2
"""Samples without which nothing is said."""
MOST_SAMPLES = 10
"""Samples that are read."""
TELLING = 3.0
"""From here on a word tells something (its inverse document frequency, natural logarithm)."""
HALF = 0.5
"""A claim with this share of the question's telling words answers it."""
WHOLE = 0.9
"""A claim with this share of what the answer tells is all of it."""
NUMBER = 6.0
"""How telling a number is."""

_DECLINES = re.compile(
    r"\b(?:sorry|as an? ai\b|(?:ai|language) model|i (?:can(?:no|['’])t|am (?:unable|not (?:able|sure))|do(?:n['’]t| not) "
    r"(?:have|know))|my (?:last|latest) (?:update|training)|(?:can(?:no|['’])t|cannot) be (?:answered|determined|verified)"
    r"|(?:un|not )(?:clear|known|specified|provided)|not enough (?:information|context)|(?:no|more|additional) "
    r"(?:specific )?(?:information|context|details)|question (?:is|does)|please (?:provide|clarify|specify)|could you"
    r"|real-time|lo siento|no (?:puedo|tengo|dispongo|sé|se especifica|hay información)|como (?:ia|modelo))\b",
    re.IGNORECASE,
)
_SMALL = frozenset(map(plain, ENGLISH | SPANISH))
"""Words that tell nothing, however rare they are: Spanish ones are where most texts are English."""
_BUT = re.compile(r"\b(?:but|however|although|nevertheless|pero|aunque|sin embargo),?\s+", re.IGNORECASE)

Part: TypeAlias = Literal["whole", "part"]
Keys: TypeAlias = Mapping[str | float, float]
"""Stems and numbers, each with how telling it is."""
SIGNALS = ("support", "least", "pairs", "read", "alike", "back", "agreement", "declines")
WEIGHED: Mapping[Part, tuple[str, ...]] = {
    "whole": ("least", "pairs", "alike", "back", "agreement"),
    "part": ("read", "alike", "back"),
}
"""What is weighed of a claim that is all of the answer, and of one that is a part of it: the reader needs sentences, and
whole answers often are none."""


class Samples:
    """An answer, and other answers to the same question, read for comparing.

    Args:
        answer: the whole answer that claims are taken from.
        texts: the other answers; the first `MOST_SAMPLES` count.
        question: what was asked: its words say nothing about which answer is right.
    """

    def __init__(self, answer: str, texts: Sequence[str], question: str = "") -> None:
        self._texts = tuple(texts[:MOST_SAMPLES])
        self._verifier: Verifier = verifier()
        self._question = read(question)
        self._asked: frozenset[str | float] = frozenset(
            (*self._question.stems, *(number.value for number in self._question.numbers))
        )
        samples = [read(text) for text in self._texts]
        self._keys = [self._telling(one) for one in samples]
        self._pairs = [frozenset(pairwise(one.stems)) for one in samples]
        mine = self._mine = self._telling(read(answer))
        likeness = _mean(alike(mine, keys) for keys in self._keys)
        agreement = _mean(alike(one, two) for at, one in enumerate(self._keys) for two in self._keys[:at])
        self._alike = {
            "alike": likeness,
            "back": _mean(share(keys, mine) for keys in self._keys),
            # Samples that agree on something else speak for nothing.
            "agreement": min(agreement, 2 * likeness),
        }

    def signals(self, claim: str) -> dict[str, float]:
        """What speaks for `claim`, each from 0 to 1, in the order of `SIGNALS`; the last one speaks against it."""
        said = read(claim, MOST_WORDS)
        return self._signals(claim, said, self._telling(said), range(len(self._texts)))

    def unsupported(self, claim: str) -> float:
        """How likely it is that `claim` is wrong."""
        signals = self.signals(claim)
        return weights()[self._part(self._telling(read(claim, MOST_WORDS)))].chance(signals)

    def answer(self, claim: str) -> Answer:
        """Whether the other answers say what `claim` says; "" where they do not tell.

        Of a claim that answers the question all of them speak; of another one those that have a word of it.
        """
        said = read(claim, MOST_WORDS)
        keys = self._telling(said)
        part = self._part(keys)
        answers = part == "whole" or self._answers(said)
        speaking = [at for at, one in enumerate(self._keys) if answers or not one.keys().isdisjoint(keys)]
        if not keys or len(speaking) < FEWEST:
            return ""
        weighed = weights()[part]
        return weighed.answer(weighed.chance(self._signals(claim, said, keys, speaking)))

    def _part(self, keys: Keys) -> Part:
        return "whole" if sum(keys.values()) >= WHOLE * sum(self._mine.values()) else "part"

    def _answers(self, said: Text) -> bool:
        """Whether a claim has most of what the question asks about."""
        asked = self._telling(self._question, but=frozenset())
        return bool(asked) and share(asked, dict.fromkeys(said.stems, 0.0)) >= HALF

    def _signals(self, claim: str, said: Text, keys: Keys, among: Sequence[int]) -> dict[str, float]:
        shares = {key: _mean(key in self._keys[at] for at in among) for key in keys}
        named = {stem for stem, name in zip(said.stems, said.names, strict=True) if name}
        entities = [one for key, one in shares.items() if key in named or not isinstance(key, str)]
        whole = sum(keys.values())
        pairs = [
            _mean(pair in self._pairs[at] for at in among)
            for pair in pairwise(said.stems)
            if not self._asked.issuperset(pair)
        ]
        chances = self._verifier.probabilities(claim, [self._texts[at] for at in among])
        return {
            "support": sum(shares[key] * much for key, much in keys.items()) / whole if keys else 1.0,
            "least": min(entities or shares.values(), default=1.0),
            "pairs": _mean(pairs),
            "read": float(chances[:, 0].mean()),
            **self._alike,
            "declines": float(not stated(claim)),
        }

    def _telling(self, text: Text, but: frozenset[str | float] | None = None) -> Keys:
        """The telling words and the numbers of `text`, without those of the question, or without others."""
        left_out = self._asked if but is None else but
        much = self._verifier.tables.telling(text.stems)
        keys: dict[str | float, float] = {
            stem: one
            for word, stem, one in zip(text.words, text.stems, much, strict=True)
            if one >= TELLING and word not in _SMALL and not stem[0].isdigit()
        }
        keys |= dict.fromkeys((number.value for number in text.numbers), NUMBER)
        return {key: one for key, one in keys.items() if key not in left_out}


Answer: TypeAlias = Literal["agree", "differ", ""]


@dataclass(frozen=True, slots=True)
class Weights:
    """What the signals count, and from where on something is said."""

    signals: Mapping[str, float]
    constant: float
    differ: float
    """The chance of being wrong from which on the answers differ."""
    agree: float
    """The chance of being wrong up to which they agree."""

    def chance(self, signals: Mapping[str, float]) -> float:
        """How likely a claim with these signals is wrong."""
        odds = self.constant + sum(weight * signals[name] for name, weight in self.signals.items())
        return 1 / (1 + math.exp(-odds))

    def answer(self, chance: float) -> Answer:
        """What that chance means."""
        if chance >= self.differ:
            return "differ"
        return "agree" if chance <= self.agree else ""


@lru_cache(maxsize=1)
def weights() -> Mapping[Part, Weights]:
    """The weights that are shipped."""
    return {part: Weights(**stored) for part, stored in json.loads(WEIGHTS.read_text("utf-8")).items()}


def stated(text: str) -> str:
    """`text` without the sentences that only say why there is no answer."""
    parts = []
    for one in sentences(text):
        part = text[one.start : one.end]
        if _DECLINES.search(part):
            rest = _BUT.search(part)
            part = part[rest.end() :] if rest and not _DECLINES.search(part, rest.end()) else ""
        parts.append(part)
    return " ".join(filter(None, parts))


def share(keys: Keys, others: Keys) -> float:
    """How much of `keys` is in `others`, by how telling it is; nothing is of nothing."""
    whole = sum(keys.values())
    return sum(much for key, much in keys.items() if key in others) / whole if whole else 0.0


def alike(one: Keys, two: Keys) -> float:
    """How much two texts have in common (F1)."""
    there, back = share(one, two), share(two, one)
    if not one and not two:
        return 1.0
    return 2 * there * back / (there + back) if there + back else 0.0


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else 1.0
