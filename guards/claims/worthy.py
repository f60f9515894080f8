"""Whether a sentence says something that can be checked: not an opinion, a greeting, a question, advice, fiction."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from guards.claims.compared import Tables
from guards.claims.compared import built as built_tables
from guards.claims.features import Features, features
from guards.claims.forest import Forest
from guards.claims.forest import built as built_forest
from guards.claims.texts import read
from guards.claims.weights import stored

MOST_WORDS = 80
"""Words whose meaning is looked at."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Scale:
    """What turns the logit of a language's sentences into a probability."""

    slope: float
    constant: float
    least: float
    """The probability from which on a sentence is taken for a claim."""


@dataclass(frozen=True, slots=True)
class Worthy:
    """Tables of weights of one byte, weights of marks and meaning, and a few trees over those."""

    tables: tuple[npt.NDArray[np.int8], npt.NDArray[np.int8], npt.NDArray[np.int8]]
    """Of n-grams of characters, words and shapes."""
    steps: tuple[float, float, float]
    """What one step of each table is worth."""
    dense: Floats
    """A weight for each mark, and for each number of the mean meaning."""
    bias: float
    trees: Forest
    share: float
    """What the trees count beside the tables; only in English."""
    words: Tables
    english: Scale
    spanish: Scale

    def logit(self, sentence: str, seen: Features) -> float:
        """What the model says of `sentence`, with its features; not calibrated."""
        mean, most = meaning(sentence, self.words, spanish=seen.spanish)
        total = self.bias + float(self.dense @ np.concatenate([seen.dense, mean]))
        if not seen.spanish:
            total += self.share * float(
                self.trees.logits(np.concatenate([seen.dense, mean, most])[None])[0, 0]
            )
        for table, step, indices in zip(
            self.tables, self.steps, (seen.chars, seen.words, seen.shapes), strict=True
        ):
            unique = np.unique(indices)
            if len(unique):
                total += step * int(table[unique].sum(dtype=np.int64)) / math.sqrt(len(unique))
        return total

    def probability(self, sentence: str) -> float:
        """How likely `sentence` is a claim that can be checked; 0 where it has no letters."""
        if not any(char.isalpha() for char in sentence):
            return 0.0
        return self._reads(sentence)[0]

    def is_claim(self, sentence: str) -> bool:
        """Whether `sentence` is taken for a claim; the threshold of English differs from that of Spanish."""
        if not any(char.isalpha() for char in sentence):
            return False
        probability, scale = self._reads(sentence)
        return probability >= scale.least

    def _reads(self, sentence: str) -> tuple[float, Scale]:
        seen = features(sentence)
        scale = self.spanish if seen.spanish else self.english
        return probability(scale, self.logit(sentence, seen)), scale


def meaning(sentence: str, words: Tables, *, spanish: bool) -> tuple[Floats, Floats]:
    """The mean of the vectors of a sentence's words, the telling ones first, and the most of each number.

    Zero for Spanish: the vectors are of English words.
    """
    size = words.vectors.shape[1]
    if not spanish:
        text = read(sentence, MOST_WORDS)
        weights = words.telling(text.stems)
        known = [
            (vector, weight)
            for word, weight in zip(text.words, weights, strict=True)
            if (vector := words.vector(word)) is not None
        ]
        if known:
            vectors = np.stack([vector for vector, _ in known])
            counts = np.array([weight for _, weight in known], np.float32)
            mean: Floats = counts @ vectors / max(1e-6, float(counts.sum()))
            return mean.astype(np.float32), vectors.max(axis=0)
    return np.zeros(size, np.float32), np.zeros(size, np.float32)


def probability(scale: Scale, logit: float) -> float:
    """`logit` as a probability."""
    odds = scale.slope * logit + scale.constant
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


def built(arrays: Mapping[str, npt.NDArray[Any]]) -> Worthy:
    """The model that `arrays` hold."""
    numbers = [float(number) for number in arrays["worthy_numbers"]]
    return Worthy(
        (arrays["worthy_chars"], arrays["worthy_words"], arrays["worthy_shapes"]),
        (numbers[0], numbers[1], numbers[2]),
        arrays["worthy_dense"].astype(np.float32),
        numbers[3],
        built_forest(arrays, "trees_"),
        numbers[4],
        built_tables(arrays),
        Scale(*numbers[5:8]),
        Scale(*numbers[8:11]),
    )


@lru_cache(maxsize=1)
def worthy() -> Worthy:
    """The model that is shipped."""
    return built(stored())
