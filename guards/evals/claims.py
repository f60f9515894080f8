"""The tables of the claims package: `python -m guards.evals.claims DATA [worthy|verify|cost]`.

Beside each model its baseline, trained in the same run on the same rows. Intervals are of 95 %, from 1,000 draws.
Needs the dependency group "training"; takes some twenty minutes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from guards.claims.verify import verifier
from guards.claims.worthy import worthy
from guards.evals import verify as verify_table
from guards.evals import worthy as worthy_table
from guards.evals.claims_cost import lines_of


def main(data: Path, only: str) -> None:
    """Prints the tables, or the one that is named."""
    if only in ("", "worthy"):
        _write(worthy_table.lines(data, worthy()))
    if only in ("", "verify"):
        _write(verify_table.lines(data, verifier()))
    if only in ("", "cost"):
        _write(lines_of(data))


def _write(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    sys.stdout.write("\n")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: python -m guards.evals.claims DATA [worthy|verify|cost]")
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) == 3 else "")
