"""N-grams as indices into the hashed tables of a linear model (Weinberger et al., "Feature hashing", 2009)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Indices: TypeAlias = npt.NDArray[np.intp]
Hashes: TypeAlias = npt.NDArray[np.uint32]

PRIME = np.uint32(16777619)
_MIX = np.uint32(2654435761)
LONGEST = 5
"""Characters of the longest n-gram."""


def chars(text: str, bits: int) -> Indices:
    """The runs of two to `LONGEST` characters of `text`, in tables of 2 to the power of `bits` entries."""
    codes = np.frombuffer(f" {text} ".encode("utf-32-le", "replace"), np.uint32) * _MIX
    rolling = codes
    parts = []
    for n in range(2, min(LONGEST, len(codes)) + 1):
        rolling = (rolling[:-1] * PRIME) ^ codes[n - 1 :]
        parts.append(rolling)
    return buckets(parts, bits)


def buckets(hashes: Sequence[Hashes], bits: int) -> Indices:
    """Where hashes fall in a table of 2 to the power of `bits` entries."""
    return ((np.concatenate(hashes) * _MIX) >> np.uint32(32 - bits)).astype(np.intp)
