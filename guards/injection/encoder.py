"""The encoder: a small transformer that reads what rules and linear model are not sure of."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from guards.e5 import FOLDER, LENGTH, pieces
from guards.transformers import must_be_there, session

WEIGHTS = FOLDER / "encoder.onnx"
CALIBRATION = FOLDER / "encoder.json"


class Encoder:
    """E5 with six layers and weights of one byte, as `guards.training.encoder` writes it.

    Its weights are read when the first text is: most processes never see a doubtful one, and need not hold them.
    """

    def __init__(self, weights: Path = WEIGHTS) -> None:
        """Reads what it is calibrated with.

        Raises:
            ImportError: onnxruntime or tokenizers are not there.
            OSError, ValueError: the calibration cannot be read.
        """
        must_be_there()
        first, second, third, constant = json.loads(weights.with_name(CALIBRATION.name).read_text())
        self.calibration: tuple[float, float, float, float] = (first, second, third, constant)
        """Log-odds = first · logit of the linear model + second · score of the rules + third · logit + fourth."""
        self._pieces, self._weights = pieces(weights.parent), weights

    @cached_property
    def _session(self) -> Any:
        return session(self._weights)

    def tokens(self, window: str, most: int = LENGTH) -> list[int]:
        """The tokens that are read of the window: its first ones where it has more than `most`."""
        ids = self._pieces.ids(window)
        return ids if len(ids) <= most else [*ids[: most - 1], ids[-1]]

    def logit(self, window: str) -> float:
        """What `weighed` says of the tokens of the window."""
        return self.weighed(self.tokens(window))

    def weighed(self, tokens: Sequence[int]) -> float:
        """The higher, the surer that it is an attack; not calibrated. Its time grows with the tokens, and with nothing else.

        The first one of a process takes some tenths of a second longer.

        Raises:
            Exception: whatever the libraries raise when the weights cannot be read.
        """
        (found,) = self._session.run(None, self._pieces.inputs(tokens))
        return float(found[0])

    def probability(self, linear: float, rules: float, logit: float, shift: float = 0.0) -> float:
        """How likely an attack is, after what all three say; `shift` is added to the log-odds."""
        first, second, third, constant = self.calibration
        odds = first * linear + second * rules + third * logit + constant + shift
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


@lru_cache(maxsize=1)
def encoder(weights: Path = WEIGHTS) -> Encoder:
    """The encoder that is shipped; one for the process."""
    return Encoder(weights)
