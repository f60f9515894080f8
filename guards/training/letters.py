"""How rare pairs of letters are in languages: `python -m guards.training.letters DATA` prints the table of `guards.turned`.

DATA is the folder with train.jsonl.gz. Its sentences in languages of Latin letters are read; each language counts the same,
English and Spanish twice.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from itertools import pairwise
from math import log
from pathlib import Path

from guards.normalize import fold
from guards.training.data import read
from guards.turned import ALPHABET, STEP

LANGUAGES = (
    *("ca", "cs", "da", "de", "en", "en", "es", "es", "eu", "fi", "fr", "gl"),
    *("hu", "id", "it", "nl", "pl", "pt", "ro", "sv", "tl", "tr", "vi"),
)
SOURCE = "tatoeba_laser"
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"

_OTHERS = re.compile("[^a-z]+")


def table(data: Path) -> list[str]:
    """A line for each first letter of a pair, and in it a digit for each second one."""
    counts = {language: Counter[tuple[str, str]]() for language in LANGUAGES}
    for row in read(data / "train.jsonl.gz"):
        if row.source == SOURCE and row.lang in counts:
            counts[row.lang].update(pairwise(_OTHERS.sub(" ", fold(f" {row.text} ").text)))
    sums = {language: pairs.total() * len(LANGUAGES) for language, pairs in counts.items()}
    return [
        "".join(
            _digit(sum(counts[language][first, second] / sums[language] for language in LANGUAGES))
            for second in ALPHABET
        )
        for first in ALPHABET
    ]


def _digit(share: float) -> str:
    rarest = len(DIGITS) - 1
    return DIGITS[round(min(rarest, -log(share) / STEP)) if share else rarest]


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m guards.training.letters DATA")
    sys.stdout.write("\n".join(table(Path(sys.argv[1]))) + "\n")
