"""A second opinion on a Spanish sentence where its n-grams leave in doubt whether it is a claim.

E5 says what the sentence is about, and a small network what that is worth. The n-grams of the training part know its
words; E5 knows what others mean, too.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from guards.claims.features import cleaned
from guards.e5 import e5
from guards.normalize import fold

logger = logging.getLogger(__name__)

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Opinion:
    """The network: one hidden layer."""

    means: Floats
    scales: Floats
    """What a state is measured against: 384 numbers each."""
    hidden: Floats
    """A row for each number of a state, and one more, which is always added."""
    out: Floats
    """A weight for each hidden number, and one more, which is always added."""
    together: tuple[float, float, float]
    """Log-odds = first · logit of the n-grams + second · that of the network + third."""
    doubted: tuple[float, float]
    """Between these log-odds, after the n-grams alone, the network is asked."""
    doubted_tweets: tuple[float, float]
    """The same for tweets, of which few are claims."""

    def logit(self, state: Floats) -> float:
        """What the network says of a state."""
        seen = (state - self.means) / self.scales
        kept = np.maximum(seen @ self.hidden[:-1] + self.hidden[-1], 0)
        return float(kept @ self.out[:-1] + self.out[-1])

    def odds(self, sentence: str, logit: float, alone: float, *, tweet: bool) -> float:
        """The log-odds after both; `logit` is that of the n-grams, `alone` what that comes to."""
        low, high = self.doubted_tweets if tweet else self.doubted
        if not low <= alone <= high:
            return alone
        try:
            state = e5().state(read(sentence))
        except Exception as error:  # noqa: BLE001 - whatever it is, the n-grams must go on
            _warn(type(error).__name__)
            return alone
        first, second, third = self.together
        return first * logit + second * self.logit(state) + third


@lru_cache(maxsize=16)
def _warn(error: str) -> None:
    """Once for each kind of error: a reply has many doubtful sentences."""
    logger.warning("E5 cannot be used: %s", error)


def read(sentence: str) -> str:
    """What E5 reads of a sentence: no more than was left of the texts that were trained on."""
    return fold(cleaned(sentence)).text


def built(arrays: Mapping[str, npt.NDArray[Any]]) -> Opinion:
    """The network that `arrays` hold."""
    means, scales, hidden, out = (
        arrays[f"opinion_{part}"].astype(np.float32) for part in ("means", "scales", "hidden", "out")
    )
    numbers = [float(number) for number in arrays["opinion_numbers"]]
    first, second, third, low, high, low_tweets, high_tweets = numbers
    together, doubted = (first, second, third), (low, high)
    return Opinion(means, scales, hidden, out, together, doubted, (low_tweets, high_tweets))
