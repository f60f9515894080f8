"""The trees that scikit-learn grows, as arrays that need numpy alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import HistGradientBoostingClassifier

from guards.claims.forest import Forest


def forest(trained: HistGradientBoostingClassifier) -> Forest:
    """The trees as arrays. A leaf points to itself."""
    parts: dict[str, list[Any]] = {name: [] for name in ("feature", "threshold", "left", "right", "value")}
    roots, offset = [], 0
    for classes in trained._predictors:  # noqa: SLF001 - there is no other way to the trees
        for tree in classes:
            nodes = tree.nodes
            leaf = nodes["is_leaf"].astype(bool)
            own = np.arange(len(nodes))
            roots.append(offset)
            parts["feature"].append(np.where(leaf, 0, nodes["feature_idx"]))
            parts["threshold"].append(np.where(leaf, 0, nodes["num_threshold"]))
            parts["left"].append(np.where(leaf, own, nodes["left"]) + offset)
            parts["right"].append(np.where(leaf, own, nodes["right"]) + offset)
            parts["value"].append(np.where(leaf, nodes["value"], 0))
            offset += len(nodes)
    joined = {name: np.concatenate(values) for name, values in parts.items()}
    return Forest(
        joined["feature"].astype(np.int16),
        _downwards(joined["threshold"]),
        joined["left"].astype(np.int32),
        joined["right"].astype(np.int32),
        joined["value"].astype(np.float32),
        np.array(roots, np.int32),
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
        f"{prefix}feature": trees.feature,
        f"{prefix}threshold": trees.threshold,
        f"{prefix}left": trees.left,
        f"{prefix}right": trees.right,
        f"{prefix}value": trees.value,
        f"{prefix}roots": trees.roots,
        f"{prefix}start": trees.start,
    }
