"""The models of this package, as `guards.training.claims` writes them; read once, when they are first needed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

WEIGHTS = Path(__file__).parent.parent / "weights" / "claims.npz"


@lru_cache(maxsize=1)
def stored() -> Mapping[str, npt.NDArray[Any]]:
    """The arrays that are shipped, by name."""
    with np.load(WEIGHTS) as arrays:
        return dict(arrays)
