"""The reader: a small transformer that reads a claim beside a passage, where the trees are not sure.

It knows English. What it says is put together with what the trees say, and what comes of that has thresholds of its own
(`reader.json`).
"""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from guards.claims.features import is_spanish
from guards.claims.verify import softmax
from guards.transformers import must_be_there, session

logger = logging.getLogger(__name__)

_FOLDER = Path(__file__).parent.parent / "weights"
WEIGHTS = _FOLDER / "reader.onnx"
CALIBRATION = _FOLDER / "reader.json"
TOKENS = _FOLDER / "reader_tokens.json"

LENGTH = 80
"""Tokens of a passage and a claim together that are read."""
LONGEST = 36
"""Tokens of a claim that are read."""
MOST_CHARS = 20_000
"""Characters of a passage among which the best part is looked for."""

SURE = 0.9
"""Where the trees are as sure as this, the reader is not asked."""

_BEGIN, _END = 101, 102
_STOPS = frozenset({999, 1012, 1025, 1029})
"""The tokens "!", ".", ";" and "?"."""
_FIRST = 900
"""MiniLM numbers its words from the most common on; those before this one are none."""

Floats = npt.NDArray[np.float32]


@lru_cache(maxsize=1)
def _tokenizer() -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(TOKENS))
    tokenizer.no_truncation()
    return tokenizer


@lru_cache(maxsize=500)
def tokens(text: str) -> Sequence[int]:
    """The numbers of the words of `text`, and of the pieces of rare ones; those of the last 500 texts are kept."""
    # A lone surrogate is no text to the tokenizer.
    whole = text[:MOST_CHARS].encode("utf-8", "replace").decode()
    found: list[int] = _tokenizer().encode(whole, add_special_tokens=False).ids
    return found


def joined(claim: Sequence[int], passage: Sequence[int]) -> tuple[list[int], list[int]]:
    """What is read of both, as tokens; and for each token whether it is the claim's."""
    claim = claim[:LONGEST]
    room = LENGTH - len(claim) - 3
    start = _best(claim, passage, room)
    part = passage[start : start + room]
    ids = [_BEGIN, *part, _END, *claim, _END]
    return ids, [0] * (len(part) + 2) + [1] * (len(claim) + 1)


def _best(claim: Sequence[int], passage: Sequence[int], room: int) -> int:
    """Where the part of a passage begins that has most of the claim's words."""
    if len(passage) <= room:
        return 0
    telling = {token: math.log(max(token, _FIRST) / _FIRST) for token in claim}
    # From the beginning of a sentence, and what no sentence's beginning reaches.
    starts = {at + 1 for at, token in enumerate(passage[:-1]) if token in _STOPS}
    starts.update(range(0, len(passage), room // 2))
    return max(
        sorted(starts),
        key=lambda at: sum([telling[token] for token in telling.keys() & set(passage[at : at + room])]),
    )


class Reader:
    """MiniLM with weights of one byte, as `guards.training.reader` writes it.

    Its weights are read when the first pair is.
    """

    def __init__(self, weights: Path = WEIGHTS) -> None:
        """Reads what it is calibrated with.

        Raises:
            ImportError: onnxruntime or tokenizers are not there.
            OSError, ValueError, KeyError: the calibration cannot be read.
        """
        must_be_there()
        found = json.loads(weights.with_name(CALIBRATION.name).read_text())
        self.scaling: Floats = np.array(found["scaling"], np.float32)
        """A row for each answer, over the trees' logits, the reader's and a constant."""
        self.supports: float = found["supports"]
        self.contradicts: float = found["contradicts"]
        """As `Verifier`'s, for what the trees and the reader say together."""
        self._weights = weights

    @cached_property
    def _session(self) -> Any:
        return session(self._weights)

    def logits(self, claim: str, passage: str) -> Floats:
        """What the reader makes of a claim beside a passage, uncalibrated.

        Pairs are read one by one: what is read together is rounded together, and a pair must not depend on another.

        Raises:
            Exception: whatever the libraries raise when the weights cannot be read.
        """
        ids, kinds = joined(tokens(claim), tokens(passage))
        (found,) = self._session.run(None, {"ids": np.array([ids]), "kinds": np.array([kinds])})
        result: Floats = found[0]
        return result

    def corrected(
        self, claim: str, passages: Sequence[str], logits: Floats, chances: Floats
    ) -> Mapping[int, Floats]:
        """New rows for the two passages on which the verdict rests, where the trees are not sure of them.

        Of each passage `logits` are the trees', `chances` what these come to.
        """
        if is_spanish(claim):
            return {}
        deciding = sorted({int(chances[:, 0].argmax()), int(chances[:, 1].argmax())})
        unsure = [at for at in deciding if chances[at].max() < SURE]
        try:
            return {at: self.together(logits[at], self.logits(claim, passages[at])) for at in unsure}
        except Exception as error:  # noqa: BLE001 - whatever it is, the trees must go on
            logger.warning("the reader of claims cannot be used: %s", type(error).__name__)
            return {}

    def together(self, trees: Floats, read: Floats) -> Floats:
        """The probabilities after the logits of both."""
        odds = np.concatenate([trees, read]) @ self.scaling[:, :-1].T + self.scaling[:, -1]
        found: Floats = softmax(odds[None])[0]
        return found


@lru_cache(maxsize=1)
def reader(weights: Path = WEIGHTS) -> Reader:
    """The reader that is shipped; one for the process."""
    return Reader(weights)


def loaded() -> Reader | None:
    """The reader, where this machine has what it needs; else None, and a line in the log says so."""
    try:
        return reader()
    except Exception as error:  # noqa: BLE001 - whatever it is, the trees must go on
        logger.warning("the reader of claims cannot be had (%s): the trees judge alone", type(error).__name__)
        return None
