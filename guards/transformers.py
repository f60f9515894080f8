"""What runs the small transformers of the package: onnxruntime, one thread for each, reporting to nobody."""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any


def must_be_there() -> None:
    """Only looks: to load them takes tenths of a second.

    Raises:
        ImportError: onnxruntime or tokenizers are not there.
    """
    for name in ("onnxruntime", "tokenizers"):
        if find_spec(name) is None:
            raise ImportError(name)


def session(weights: Path) -> Any:
    """An onnxruntime session with one thread.

    Raises:
        Exception: whatever the library raises when `weights` cannot be read.
    """
    # Newer ones than are asked for report to their maker, unless told not to before they are loaded.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    made = onnxruntime.InferenceSession(
        str(weights), sess_options=options, providers=["CPUExecutionProvider"]
    )
    _give_back()
    return made


def _give_back() -> None:
    """What is free of this process's memory goes back to the system: of a graph that was read glibc else keeps seven megabytes."""
    # Windows has no library without a name, other systems have none that trims.
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
