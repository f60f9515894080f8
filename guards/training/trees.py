"""The trees that scikit-learn grows, as arrays that need numpy alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import HistGradientBoostingClassifier

from guards.claims.forest import ALL, MOST_LEAVES, Forest


class _Arrays:
    """What is known of the trees so far."""

    def __init__(self) -> None:
        self.feature: list[int] = []
        self.threshold: list[float] = []
        self.reached: list[int] = []
        self.splits: list[int] = []
        self.value: list[float] = []
        self.leaves: list[int] = []

    def add(self, nodes: Any) -> None:
        """Takes in a tree, from its root on."""
        self.splits.append(len(self.feature))
        self.leaves.append(len(self.value))
        if nodes[0]["is_leaf"]:
            # A split that sends every row to the only leaf there is.
            self._split(0, np.inf, int(ALL))
        self._below(nodes, 0)

    def _below(self, nodes: Any, at: int) -> None:
        node, place, first = nodes[at], len(self.feature), len(self.value) - self.leaves[-1]
        if node["is_leaf"]:
            self.value.append(float(node["value"]))
            return
        self._split(int(node["feature_idx"]), float(node["num_threshold"]), 0)
        self._below(nodes, int(node["left"]))
        end = len(self.value) - self.leaves[-1]
        self.reached[place] = int(ALL) ^ ((1 << end) - (1 << first))
        self._below(nodes, int(node["right"]))
        assert len(self.value) - self.leaves[-1] <= MOST_LEAVES

    def _split(self, feature: int, threshold: float, reached: int) -> None:
        self.feature.append(feature)
        self.threshold.append(threshold)
        self.reached.append(reached)


def forest(trained: HistGradientBoostingClassifier) -> Forest:
    """The trees as arrays."""
    arrays = _Arrays()
    for classes in trained._predictors:  # noqa: SLF001 - there is no other way to the trees
        for tree in classes:
            arrays.add(tree.nodes)
    return Forest(
        np.array(arrays.feature, np.intp),
        _downwards(np.array(arrays.threshold)),
        np.array(arrays.reached, np.uint32),
        np.array(arrays.splits, np.int32),
        np.array(arrays.value, np.float32),
        np.array(arrays.leaves, np.int32),
        trained._baseline_prediction.ravel().astype(np.float32),  # noqa: SLF001
    )


def _downwards(thresholds: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """As single precision, never above: what was greater stays so."""
    rounded = thresholds.astype(np.float32)
    above = rounded.astype(np.float64) > thresholds
    result: npt.NDArray[np.float32] = np.where(above, np.nextafter(rounded, np.float32(-np.inf)), rounded)
    return result


def stored(trees: Forest, prefix: str) -> dict[str, npt.NDArray[Any]]:
    """What is stored of `trees`, under names that begin with `prefix`."""
    return {
        f"{prefix}feature": trees.feature.astype(np.int16),
        f"{prefix}threshold": trees.threshold,
        f"{prefix}reached": trees.reached,
        f"{prefix}splits": trees.splits,
        f"{prefix}value": trees.value,
        f"{prefix}leaves": trees.leaves,
        f"{prefix}start": trees.start,
    }
