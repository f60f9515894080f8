"""Gradient-boosted trees, read from arrays without walking them (QuickScorer, Lucchese et al., 2015).

All splits of all trees are looked at together. Each that sends a row to the right says which leaves of its tree are out of
reach then; of those that stay, the leftmost is where the row ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

MOST_LEAVES = 32
"""Leaves of a tree: one bit each."""
ALL = np.uint32(0xFFFFFFFF)


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees for several classes, laid one after the other; a tree's leaves are in order from the left."""

    feature: npt.NDArray[np.intp]
    """What each split looks at."""
    threshold: Floats
    """A row goes to the left where the feature is at most this."""
    reached: npt.NDArray[np.uint32]
    """The leaves that stay in reach where a row goes to the right; the lowest bit is the first leaf."""
    splits: npt.NDArray[np.int32]
    """The first split of each tree; every tree has one, and the classes take turns."""
    value: Floats
    """What each leaf adds to its class."""
    leaves: npt.NDArray[np.int32]
    """The first leaf of each tree."""
    start: Floats
    """What each class has from the beginning."""

    def logits(self, values: Floats) -> Floats:
        """The logit of each class, for each row of `values`."""
        right = (values[:, self.feature] > self.threshold).astype(np.uint32)
        # Less one: no bit where a row goes to the right, every bit where it goes to the left.
        left = np.bitwise_and.reduceat(self.reached | (right - np.uint32(1)), self.splits, axis=1)
        # The lowest bit alone is a power of two: its exponent says which.
        leaf = np.frexp((left & -left).astype(np.float64))[1] - 1
        added = self.value[self.leaves + leaf].reshape(len(values), -1, len(self.start))
        total: Floats = self.start + added.sum(axis=1)
        return total


def built(arrays: Mapping[str, npt.NDArray[Any]], prefix: str) -> Forest:
    """The trees that `arrays` hold under names that begin with `prefix`."""
    names = ("feature", "threshold", "reached", "splits", "value", "leaves", "start")
    feature, threshold, reached, splits, value, leaves, start = (arrays[f"{prefix}{name}"] for name in names)
    return Forest(feature.astype(np.intp), threshold, reached, splits, value, leaves, start)
