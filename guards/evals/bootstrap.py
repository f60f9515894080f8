"""Figures with intervals, where no formula gives one: by drawing the rows anew, with a fixed seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

DRAWS = 1000

Array: TypeAlias = npt.NDArray[Any]
Figure: TypeAlias = Callable[[Array, Array], float]
"""Of scores (or answers) and labels."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure between 0 and 1, with the 95 % of the draws in the middle."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{100 * self.value:.1f} ({100 * self.low:.1f} to {100 * self.high:.1f})"


def interval(figure: Figure, scores: Array, labels: Array) -> Interval:
    """`figure` of all rows."""
    drawn = [figure(scores[rows], labels[rows]) for rows in _draws(labels)]
    return Interval(figure(scores, labels), *_middle(drawn))


def difference(figure: Figure, ours: Array, theirs: Array, labels: Array) -> Interval:
    """How much better `ours` is than `theirs`, on the same rows."""
    drawn = [figure(ours[rows], labels[rows]) - figure(theirs[rows], labels[rows]) for rows in _draws(labels)]
    return Interval(figure(ours, labels) - figure(theirs, labels), *_middle(drawn))


def _draws(labels: Array) -> list[npt.NDArray[np.intp]]:
    """Rows, drawn anew within each label, so that none is ever missing."""
    dice = np.random.default_rng(0)
    parts = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    return [
        np.concatenate([part[dice.integers(len(part), size=len(part))] for part in parts])
        for _ in range(DRAWS)
    ]


def _middle(drawn: list[float]) -> tuple[float, float]:
    low, high = np.quantile(np.array(drawn), [0.025, 0.975])
    return float(low), float(high)
