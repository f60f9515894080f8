"""What passages say of a claim, without any language model: supported, contradicted, or nothing to go by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from guards.base import Document
from guards.claims.compared import MOST_WORDS, compare
from guards.claims.forest import Forest
from guards.claims.forest import built as built_forest
from guards.claims.remembered import LONGEST
from guards.claims.sides import Given, Stated
from guards.claims.tables import Tables
from guards.claims.tables import built as built_tables
from guards.claims.texts import read
from guards.claims.weights import stored

MOST_PASSAGES = 20
"""Passages that are compared with one claim."""
KEPT, KEPT_LONG, CLAIMS = 500, 16, 16
"""Passages that stay read, those that are longer than others, and claims. A usual passage takes some 20 kB."""

Answer: TypeAlias = Literal["supported", "contradicted", "unverifiable"]
ANSWERS: tuple[Answer, ...] = ("supported", "contradicted", "unverifiable")
"""In the order of the probabilities."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Verified:
    """What the passages say of a claim."""

    answer: Answer
    supported: float
    contradicted: float
    unverifiable: float
    """Probabilities, together 1, from the passage that the answer rests on."""
    passage: Document | None
    """None where there was no passage at all."""
    again: bool = False
    """Whether the passage was read again, see `Second`."""


class Second(Protocol):
    """Who is asked where the trees are not sure."""

    supports: float
    contradicts: float
    """As `Verifier`'s, for its own probabilities."""

    def corrected(
        self, claim: str, passages: Sequence[str], logits: Floats, chances: Floats
    ) -> Mapping[int, Floats]:
        """Rows that are to be taken for those of `chances`, by their number; `logits` are the trees'."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """Trees over what a claim and a passage have in common."""

    tables: Tables
    forest: Forest
    scaling: Floats
    """A row for each answer, over the trees' logits and a constant: makes them calibrated log-odds."""
    supports: float
    """The probability of support from which on a passage is taken to support a claim."""
    contradicts: float
    """The same of contradiction; high, for a wrong ✗ is worse than a missing one."""

    def probabilities(self, claim: str, passages: Sequence[str]) -> Floats:
        """How likely each of `ANSWERS` is after each passage alone: a row for each."""
        return self._scaled(self._logits(claim, passages))

    def _logits(self, claim: str, passages: Sequence[str]) -> Floats:
        said = claimed(claim, self.tables)
        values = np.array([compare(said, given(text, self.tables)) for text in passages], np.float32)
        return self.forest.logits(values)

    def _scaled(self, logits: Floats) -> Floats:
        return softmax(logits @ self.scaling[:, :-1].T + self.scaling[:, -1])

    def verify(self, claim: str, passages: Sequence[Document], second: Second | None = None) -> Verified:
        """The answer to `claim`: of the passages that support it and those that contradict it the surest counts.

        `second` is asked about these where the trees are not sure of them; None: nobody is.
        """
        if not passages or not any(char.isalpha() for char in claim):
            return Verified("unverifiable", 0.0, 0.0, 1.0, None)
        passages = passages[:MOST_PASSAGES]
        texts = [one.text for one in passages]
        logits = self._logits(claim, texts)
        chances = self._scaled(logits)
        judges: list[Verifier | Second] = [self] * len(texts)
        if second is not None:
            for at, row in second.corrected(claim, texts, logits, chances).items():
                chances[at], judges[at] = row, second
        found = list(zip(chances, passages, judges, strict=True))
        support = max(found, key=lambda one: float(one[0][0]))
        denial = max(found, key=lambda one: float(one[0][1]))
        if support[0][0] >= support[2].supports and support[0][0] >= denial[0][1]:
            answer, (chosen, passage, judge) = ANSWERS[0], support
        elif denial[0][1] >= denial[2].contradicts:
            answer, (chosen, passage, judge) = ANSWERS[1], denial
        else:
            answer, (chosen, passage, judge) = ANSWERS[2], support
        supported, contradicted, unverifiable = (float(chance) for chance in chosen)
        return Verified(answer, supported, contradicted, unverifiable, passage, judge is not self)


def _given(text: str, tables: Tables) -> Given:
    return Given(read(text), tables)


kept = lru_cache(maxsize=KEPT)(_given)
"""Claims of one reply, and replies of one conversation, are compared with the same passages."""
kept_long = lru_cache(maxsize=KEPT_LONG)(_given)


def given(text: str, tables: Tables) -> Given:
    """A passage, read; from memory where it was read before."""
    return (kept if len(text) <= LONGEST else kept_long)(text, tables)


@lru_cache(maxsize=CLAIMS)
def claimed(claim: str, tables: Tables) -> Stated:
    """A claim, read as far as it is compared; who asks for its verdict asks next whether that is shown."""
    return Stated(read(claim, MOST_WORDS), tables)


def softmax(logits: Floats) -> Floats:
    """Rows of `logits` as probabilities."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    result: Floats = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
    return result


def built(arrays: Mapping[str, npt.NDArray[Any]]) -> Verifier:
    """The verifier that `arrays` hold."""
    supports, contradicts = (float(number) for number in arrays["verify_thresholds"])
    scaling = arrays["verify_scaling"].astype(np.float32)
    return Verifier(built_tables(arrays), built_forest(arrays, "verify_"), scaling, supports, contradicts)


@lru_cache(maxsize=1)
def verifier() -> Verifier:
    """The verifier that is shipped."""
    return built(stored())
