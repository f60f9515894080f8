"""What is known about words: how telling they are, and what English ones mean."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from guards.claims.texts import bucket

KNOWN_WORDS = 20_000
LONGEST = 40
"""Characters of a word that may have a vector."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Tables:
    """What is known about words."""

    idf: npt.NDArray[np.uint8]
    """How telling the stems of a bucket are, in steps of 1/16."""
    rows: npt.NDArray[np.uint32]
    """The hashes of words that have a vector, in order."""
    vectors: npt.NDArray[np.int8]
    _known: dict[str, int] = field(default_factory=dict)
    """Rows that were asked for."""

    def units(self, rows: Sequence[int]) -> Floats:
        """The vectors of `rows`, of length 1."""
        vectors = self.vectors.take(rows, axis=0).astype(np.float32)
        vectors /= self._lengths.take(rows)[:, None]
        return vectors

    @cached_property
    def _lengths(self) -> Floats:
        # All of the vectors as floats at once would take four times what is stored.
        squares = np.einsum("ij,ij->i", self.vectors, self.vectors, dtype=np.float32)
        lengths: Floats = np.maximum(np.sqrt(squares), np.float32(1e-6))
        return lengths

    def telling(self, stems: Sequence[str]) -> list[float]:
        """How telling each of `stems` is."""
        weights: list[float] = (self.idf[list(map(bucket, stems))] / 16).tolist() if stems else []
        return weights

    def rows_of(self, words: Iterable[str]) -> list[int]:
        """For each of the plain `words` the row of its vector; -1: it has none."""
        known = self._known.get
        return [self._look_up(word) if (row := known(word)) is None else row for word in words]

    def _look_up(self, word: str) -> int:
        if len(word) > LONGEST:
            return -1
        if len(self._known) >= KNOWN_WORDS:
            self._known.clear()
        code = zlib.crc32(word.encode("utf-8", "replace"))
        at = int(self.rows.searchsorted(np.uint32(code)))
        found = self._known[word] = at if at < len(self.rows) and self.rows[at] == code else -1
        return found


def built(arrays: Mapping[str, npt.NDArray[Any]]) -> Tables:
    """The tables that `arrays` hold."""
    return Tables(arrays["words_idf"], arrays["words_rows"], arrays["words_vectors"])
