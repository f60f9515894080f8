"""Whether a sentence says something that can be checked: not an opinion, a greeting, a question, advice, fiction."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from guards.claims.features import Features, features
from guards.claims.forest import Forest
from guards.claims.forest import built as built_forest
from guards.claims.opinion import Opinion
from guards.claims.opinion import built as built_opinion
from guards.claims.tables import Tables
from guards.claims.tables import built as built_tables
from guards.claims.texts import read
from guards.claims.weights import stored

MOST_WORDS = 80
"""Words whose meaning is looked at."""
_TWEET = re.compile(r"https?://t\.co/|(?<!\w)[#@][^\W\d]\w")

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """What the n-grams and marks of one language's sentences are worth: tables of weights of one byte, and others."""

    tables: tuple[npt.NDArray[np.int8], npt.NDArray[np.int8], npt.NDArray[np.int8]]
    """Of n-grams of characters, words and shapes."""
    dense: Floats
    """A weight for each mark, and for each number of the mean meaning."""
    steps: tuple[float, float, float]
    """What one step of each table is worth."""
    bias: float
    slope: float
    constant: float
    """What turns the logit into a probability."""
    least: float
    """The probability from which on a sentence is taken for a claim."""

    def logit(self, seen: Features, mean: Floats) -> float:
        """What the tables say of a sentence."""
        total = self.bias + float(self.dense @ np.concatenate([seen.dense, mean]))
        for table, step, indices in zip(
            self.tables, self.steps, (seen.chars, seen.words, seen.shapes), strict=True
        ):
            if len(indices):
                ordered = np.sort(indices)
                once = ordered[np.append(True, ordered[1:] != ordered[:-1])]
                total += step * int(table[once].sum(dtype=np.int64)) / math.sqrt(len(once))
        return total

    def odds(self, logit: float) -> float:
        """`logit` as log-odds."""
        return self.slope * logit + self.constant


@dataclass(frozen=True, slots=True, eq=False)
class Worthy:
    """The weights of two languages, and a few trees over marks and meaning."""

    english: Language
    spanish: Language
    tweet: float
    """The probability from which on a Spanish tweet is taken for a claim: of those, few are."""
    trees: Forest
    share: float
    """What the trees count beside the tables; only in English."""
    words: Tables
    opinion: Opinion | None
    """Asked of Spanish sentences; None while it is trained."""

    def language(self, seen: Features) -> Language:
        """The language that a sentence is read as."""
        return self.spanish if seen.spanish else self.english

    def logit(self, sentence: str, seen: Features) -> float:
        """What the model says of `sentence`, with its features; not calibrated."""
        mean, most = meaning(sentence, self.words, spanish=seen.spanish)
        total = self.language(seen).logit(seen, mean)
        if not seen.spanish:
            total += self.share * float(
                self.trees.logits(np.concatenate([seen.dense, mean, most])[None])[0, 0]
            )
        return total

    def odds(self, sentence: str, seen: Features, *, tweet: bool) -> float:
        """The log-odds that `sentence`, with its features, is a claim; `tweet`: it is one, if it is Spanish."""
        logit = self.logit(sentence, seen)
        alone = self.language(seen).odds(logit)
        if self.opinion is None or not seen.spanish:
            return alone
        return self.opinion.odds(sentence, logit, alone, tweet=tweet)

    def probability(self, sentence: str) -> float:
        """How likely `sentence` is a claim that can be checked; 0 where it has no letters."""
        if not any(char.isalpha() for char in sentence):
            return 0.0
        return _read(self, sentence)[0]

    def is_claim(self, sentence: str) -> bool:
        """Whether `sentence` is taken for a claim."""
        if not any(char.isalpha() for char in sentence):
            return False
        probability, least = _read(self, sentence)
        return probability >= least

    def least(self, *, spanish: bool, tweet: bool) -> float:
        """The probability from which on a sentence is taken for a claim."""
        if not spanish:
            return self.english.least
        return self.tweet if tweet else self.spanish.least


@lru_cache(maxsize=1024)
def _read(model: Worthy, sentence: str) -> tuple[float, float]:
    """How likely a sentence is a claim, and from where on it is taken for one; who asks one asks the other next."""
    seen, tweet = features(sentence), is_tweet(sentence)
    return chance(model.odds(sentence, seen, tweet=tweet)), model.least(spanish=seen.spanish, tweet=tweet)


def is_tweet(sentence: str) -> bool:
    """Whether `sentence` shows that it is a tweet."""
    return _TWEET.search(sentence) is not None


def chance(odds: float) -> float:
    """Log-odds as a probability."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


def meaning(sentence: str, words: Tables, *, spanish: bool) -> tuple[Floats, Floats]:
    """The mean of the vectors of a sentence's words, the telling ones first, and the most of each number.

    Zero for Spanish: the vectors are of English words.
    """
    if not spanish:
        text = read(sentence, MOST_WORDS)
        rows, weights = words.rows_of(text.words), words.telling(text.stems)
        known = [(row, weight) for row, weight in zip(rows, weights, strict=True) if row >= 0]
        if known:
            vectors = words.units([row for row, _ in known])
            counts = np.array([weight for _, weight in known], np.float32)
            mean: Floats = counts @ vectors / max(1e-6, float(counts.sum()))
            return mean.astype(np.float32), vectors.max(axis=0)
    nothing = np.zeros(words.vectors.shape[1], np.float32)
    return nothing, nothing


def built(arrays: Mapping[str, npt.NDArray[Any]]) -> Worthy:
    """The model that `arrays` hold."""
    tweet, share = (float(number) for number in arrays["worthy_numbers"])
    trees, words = built_forest(arrays, "trees_"), built_tables(arrays)
    english, spanish = _language(arrays, "english"), _language(arrays, "spanish")
    return Worthy(english, spanish, tweet, trees, share, words, built_opinion(arrays))


def _language(arrays: Mapping[str, npt.NDArray[Any]], name: str) -> Language:
    chars, words, shapes, dense, numbers = (
        arrays[f"{name}_{part}"] for part in ("chars", "words", "shapes", "dense", "numbers")
    )
    of_chars, of_words, of_shapes, *rest = (float(number) for number in numbers)
    return Language((chars, words, shapes), dense.astype(np.float32), (of_chars, of_words, of_shapes), *rest)


@lru_cache(maxsize=1)
def worthy() -> Worthy:
    """The model that is shipped."""
    return built(stored())


@lru_cache(maxsize=1)
def quick() -> Worthy:
    """The same without a second opinion: a tenth of a millisecond instead of ten."""
    return replace(worthy(), opinion=None)
