"""multilingual-e5-small: what splits a text into pieces of words, a vector for each, and what eight layers make of them.

Two networks read these pieces: the encoder of the injection guard, whose six layers were trained on, and E5 itself as
its makers left it, which tells what a sentence is about.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from guards.transformers import must_be_there, session

FOLDER = Path(__file__).parent / "weights"
TOKENS = FOLDER / "pieces.json"
WORDS = FOLDER / "pieces.npy"
WEIGHTS = FOLDER / "e5.onnx"

LENGTH = 96
"""Pieces of a text that are read; the tokenizer cuts there."""

Floats = npt.NDArray[np.float32]


class Pieces:
    """The pieces of words, and their vectors; read when the first text is."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Finds the libraries.

        Raises:
            ImportError: onnxruntime or tokenizers are not there.
        """
        must_be_there()
        self._folder = folder

    @cached_property
    def tokenizer(self) -> Any:
        """E5's tokenizer with fewer pieces, cutting at `LENGTH` of them."""
        from tokenizers import Tokenizer

        return Tokenizer.from_file(str(self._folder / TOKENS.name))

    @cached_property
    def _packed(self) -> npt.NDArray[np.uint8]:
        # Mapped: only the pages of the words that are met are read.
        found: npt.NDArray[np.uint8] = np.load(self._folder / WORDS.name, mmap_mode="r")
        return found

    def ids(self, text: str) -> list[int]:
        """The pieces of `text`, by number."""
        found: list[int] = self.tokenizer.encode(plain(text)).ids
        return found

    def vectors(self, ids: Sequence[int]) -> Floats:
        """A vector for each piece: shape (1, pieces, 384)."""
        return unpacked(self._packed[list(ids)])[None]

    def inputs(self, ids: Sequence[int]) -> dict[str, npt.NDArray[Any]]:
        """What the networks are given of a text: its vectors, and that all of them count."""
        return {"vectors": self.vectors(ids), "mask": np.ones((1, len(ids)), np.int64)}


def plain(text: str) -> str:
    """`text` without lone surrogates, which are no text to the tokenizer."""
    return text.encode("utf-8", "replace").decode()


def unpacked(groups: npt.NDArray[np.uint8]) -> Floats:
    """Rows of numbers out of groups of 32 weights of four bits, each group after its scale of two bytes.

    The lower halves of the bytes are the first sixteen weights, the upper ones the others.
    """
    scales = np.ascontiguousarray(groups[..., :2]).view(np.float16).astype(np.float32)
    steps = np.concatenate([groups[..., 2:] & 15, groups[..., 2:] >> 4], axis=-1).astype(np.float32) - 8
    result: Floats = (steps * scales).reshape(len(groups), -1)
    return result


class E5:
    """E5's lowest eight layers."""

    def __init__(self, weights: Path = WEIGHTS) -> None:
        """Finds the libraries; the weights are read when the first text is.

        Raises:
            ImportError: onnxruntime or tokenizers are not there.
        """
        self._pieces, self._weights = pieces(weights.parent), weights

    @cached_property
    def _session(self) -> Any:
        return session(self._weights)

    def state(self, text: str) -> Floats:
        """What `text` is about: the mean of the states of its pieces, 384 numbers. `text` is folded already.

        Raises:
            Exception: whatever the libraries raise when the weights cannot be read.
        """
        (found,) = self._session.run(None, self._pieces.inputs(self._pieces.ids(text)))
        result: Floats = found[0]
        return result


@lru_cache(maxsize=4)
def pieces(folder: Path = FOLDER) -> Pieces:
    """The pieces that are shipped; one table of them for the process."""
    return Pieces(folder)


@lru_cache(maxsize=1)
def e5() -> E5:
    """E5 as it is shipped; one for the process."""
    return E5()
