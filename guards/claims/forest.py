"""Gradient-boosted trees, read from arrays without walking them (QuickScorer, Lucchese et al., 2015).

All splits of all trees are looked at together. Each that sends a row to the right says which leaves of its tree are out of
reach then; of those that stay, the leftmost is where the row ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

MOST_LEAVES = 32
"""Leaves of a tree: one bit each."""
ALL = np.uint32(0xFFFFFFFF)
ROWS = 4
"""Rows that are looked at together, as many as a claim usually has passages."""


@dataclass(frozen=True, eq=False)
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

    @cached_property
    def _laid(self) -> _Laid:
        # Most splits look at the same feature with the same threshold as some other.
        keys = self.feature.astype(np.int64) << 32 | self.threshold.view(np.uint32)
        _, first, which = np.unique(keys, return_index=True, return_inverse=True)
        ends = np.append(self.splits[1:], len(self.feature))
        longest = int((ends - self.splits).max())
        # A tree with fewer splits has its last one more than once.
        order = np.minimum(self.splits + np.arange(longest)[:, None], ends - 1).ravel()
        reached = np.repeat(self.reached[order][:, None], ROWS, axis=1)
        return _Laid(self.feature[first], self.threshold[first], which[order], reached, longest)

    def logits(self, values: Floats) -> Floats:
        """The logit of each class, for each row of `values`."""
        parts = [self._added(values[at : at + ROWS]) for at in range(0, len(values), ROWS)]
        total: Floats = self.start + (np.concatenate(parts) if len(parts) != 1 else parts[0])
        return total

    def _added(self, values: Floats) -> Floats:
        """What the trees add for each of up to `ROWS` rows."""
        laid, rows = self._laid, len(values)
        right = np.take(values, laid.feature, axis=1) > laid.threshold
        # Less one: no bit where a row goes to the right, every bit where it goes to the left.
        asked = np.ascontiguousarray((right.astype(np.uint32) - np.uint32(1)).T)
        reached = np.take(asked, laid.which, axis=0)
        reached |= laid.reached[:, :rows]
        left = np.bitwise_and.reduce(reached.reshape(laid.longest, -1, rows), axis=0).T
        # The lowest bit alone is a power of two: its exponent says which.
        leaf = np.frexp((left & -left).astype(np.float64))[1] - 1
        added = self.value[np.ascontiguousarray(self.leaves + leaf)].reshape(rows, -1, len(self.start))
        total: Floats = added.sum(axis=1)
        return total


@dataclass(frozen=True, slots=True)
class _Laid:
    """A forest's splits: the first one of every tree, then the second one of every tree, and so on."""

    feature: npt.NDArray[np.intp]
    threshold: Floats
    """With the feature a question, each of them once."""
    which: npt.NDArray[np.intp]
    """The question that each split asks."""
    reached: npt.NDArray[np.uint32]
    """As in the forest, once for each of `ROWS` rows."""
    longest: int
    """Splits of a tree."""


def built(arrays: Mapping[str, npt.NDArray[Any]], prefix: str) -> Forest:
    """The trees that `arrays` hold under names that begin with `prefix`."""
    names = ("feature", "threshold", "reached", "splits", "value", "leaves", "start")
    feature, threshold, reached, splits, value, leaves, start = (arrays[f"{prefix}{name}"] for name in names)
    return Forest(feature.astype(np.intp), threshold, reached, splits, value, leaves, start)
