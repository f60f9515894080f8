"""Writes every row: `python -m guards.training.written OUT.jsonl`."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

from guards.training.written import rows


def main(path: str) -> None:
    """Writes the rows to `path`, one JSON object a line, and prints how many there are of each label."""
    written = rows()
    with Path(path).open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in written)
    counts = Counter(row["label"] for row in written)
    sys.stdout.write(
        f"{len(written)} rows: {counts[1]} attacks, {counts[0]} harmless, {len({row['family'] for row in written})} families\n"
    )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m guards.training.written OUT.jsonl")
    main(sys.argv[1])
