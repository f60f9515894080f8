"""Gradient-boosted trees, read from arrays: all of them are walked down side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees for several classes, laid one after the other in arrays: one entry a node."""

    feature: npt.NDArray[np.int16]
    threshold: Floats
    left: npt.NDArray[np.int32]
    """The node to go to where the feature is at most the threshold; a leaf points to itself."""
    right: npt.NDArray[np.int32]
    value: Floats
    """What a leaf adds to its class."""
    roots: npt.NDArray[np.int32]
    """The first node of each tree; the classes take turns."""
    start: Floats
    """What each class has from the beginning."""

    def logits(self, values: Floats) -> Floats:
        """The logit of each class, for each row of `values`."""
        count = len(values)
        row = np.repeat(np.arange(count), len(self.roots))
        at = np.tile(self.roots, count)
        going = np.arange(len(at))
        while len(going):
            nodes = at[going]
            below = values[row[going], self.feature[nodes]] <= self.threshold[nodes]
            nodes = np.where(below, self.left[nodes], self.right[nodes])
            at[going] = nodes
            going = going[self.left[nodes] != nodes]
        total: Floats = self.start + self.value[at].reshape(count, -1, len(self.start)).sum(axis=1)
        return total


def built(arrays: Mapping[str, npt.NDArray[Any]], prefix: str) -> Forest:
    """The trees that `arrays` hold under names that begin with `prefix`."""
    names = ("feature", "threshold", "left", "right", "value", "roots", "start")
    feature, threshold, left, right, value, roots, start = (arrays[f"{prefix}{name}"] for name in names)
    return Forest(feature, threshold, left, right, value, roots, start)
