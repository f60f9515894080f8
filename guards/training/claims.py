"""Trains the models of the claims package: `python -m guards.training.claims DATA [OUT.npz]`.

DATA is the folder with checkworthy.jsonl.gz, nli.jsonl.gz and responses.jsonl.gz, of which only the rows of
`dev_train` are read. One thread, every seed fixed: the same data give the same bytes on the same machine. Needs the
dependency group "training", and what `guards/training/encoder.txt` lists; E5 must be there already
(`guards.training.encoder`). Some fifteen minutes of processor time.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from guards.claims.weights import WEIGHTS
from guards.training import opinion, verify, worthy


def main(data: Path, out: Path) -> None:
    """Trains, and writes the models."""
    started = time.perf_counter()
    found = verify.sampled(verify.pairs(data, "dev_train"))
    known = verify.tables(found)
    _say(f"{len(known.rows)} words have a vector", started)
    rows = worthy.training_sentences(data)
    _say(f"{len(rows)} sentences, {sum(row.label for row in rows)} claims", started)
    model, logits = worthy.trained(rows, known)
    _say("n-grams", started)
    model = opinion.with_opinion(model, rows, logits)
    _say(
        f"claims from {model.english.least:.3f} on, in Spanish {model.spanish.least:.3f}, tweets {model.tweet:.3f}",
        started,
    )
    table = verify.compared(found, known)
    _say(f"{len(found)} claims with passages, {table.shape[1]} features", started)
    verifier, _ = verify.trained(found, known, table)
    _say(f"supports from {verifier.supports:.3f} on, contradicts from {verifier.contradicts:.3f} on", started)
    arrays: dict[str, Any] = {**worthy.arrays(model), **verify.arrays(verifier)}
    if model.opinion is not None:
        arrays |= opinion.arrays(model.opinion)
    np.savez_compressed(out, **arrays)
    _say(f"{out}: {out.stat().st_size:,} bytes", started)


def _say(text: str, started: float) -> None:
    sys.stdout.write(f"{time.perf_counter() - started:6.0f} s  {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: python -m guards.training.claims DATA [OUT.npz]")
    # What several threads add up comes out in one order or another.
    with threadpool_limits(1):
        main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) == 3 else WEIGHTS)
