"""The encoder: a small transformer that reads what rules and linear model are not sure of."""

from __future__ import annotations

import json
import math
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

_FOLDER = Path(__file__).parent.parent / "weights"
WEIGHTS = _FOLDER / "encoder.onnx"
TOKENS = _FOLDER / "tokenizer.json"
CALIBRATION = _FOLDER / "encoder.json"

LENGTH = 128
"""Tokens of a window that are read."""


@dataclass(frozen=True, slots=True)
class Encoder:
    """MiniLM with four layers and weights of one byte, as `guards.training.encoder` writes it."""

    session: Any
    """An onnxruntime session."""
    tokenizer: Any
    calibration: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 0.0)
    """Log-odds = first · logit of the linear model + second · score of the rules + third · logit + fourth."""

    def logit(self, window: str) -> float:
        """The higher, the surer that it is an attack; not calibrated."""
        # A lone surrogate is no text to the tokenizer.
        text = window.encode("utf-8", "replace").decode()
        ids = np.array([self.tokenizer.encode(text).ids])
        (found,) = self.session.run(None, {"ids": ids, "mask": np.ones_like(ids)})
        return float(found[0])

    def probability(self, linear: float, rules: float, logit: float, shift: float = 0.0) -> float:
        """How likely an attack is, after what all three say; `shift` is added to the log-odds."""
        first, second, third, constant = self.calibration
        odds = first * linear + second * rules + third * logit + constant + shift
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


@lru_cache(maxsize=1)
def encoder(weights: Path = WEIGHTS) -> Encoder:
    """The encoder that is shipped; read once, when it is first needed, in some tenths of a second.

    Raises:
        ImportError: onnxruntime or tokenizers are not there.
    """
    # Newer ones than are asked for report to their maker, unless told not to before they are loaded.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime
    from tokenizers import Tokenizer

    onnxruntime.disable_telemetry_events()

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        str(weights), sess_options=options, providers=["CPUExecutionProvider"]
    )
    first, second, third, constant = json.loads(weights.with_name(CALIBRATION.name).read_text())
    return Encoder(
        session,
        Tokenizer.from_file(str(weights.with_name(TOKENS.name))),
        (first, second, third, constant),
    )
