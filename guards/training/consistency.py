"""Trains what weighs other answers: `python -m guards.training.consistency DATA [OUT.json]`.

DATA is the folder with responses.jsonl.gz, of which only the rows of `dev_train` are read. None of these has samples. What
stands in for them is what other models answered to the same question: FActScore's biographies (three models) and
RefChecker's questions without context (seven), whose claims people have labelled. One thread, no chance anywhere. Needs
the dependency group "training", and `guards/weights/claims.npz`, which it reads passages with: train it anew after that.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from guards.claims.consistency import SIGNALS, WEIGHED, WEIGHTS, Part, Samples
from guards.training.worthy import FOLDS, folds, lines

SOURCES = ("factscore_bios", "refchecker_zero_context")
PENALTY = 0.1
"""The inverse strength of the penalty; best on folds among 0.01, 0.03, 0.1, 0.3, 1 and 10."""
ALIKE: Part = "whole"
"""Of a claim that is the whole answer every signal counts the same. How alike the answers are among themselves matters
most there, and of that other models' answers teach nothing: models differ in what they know, and in their style."""
DECLINES = 4.0
"""What a claim counts that only says why there is no answer: none is labelled."""
SURE = 0.8
"""So many of the claims that the answers are said to differ on must be wrong, and of those they agree on right."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stated:
    """A claim of an answer, beside other answers to the same question."""

    signals: Floats
    wrong: int
    source: str
    group: str


def claims(data: Path) -> list[Stated]:
    """The labelled claims of `dev_train`."""
    asked: defaultdict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in lines(data / "responses.jsonl.gz"):
        if row["pool"] == "dev_train" and row["source"] in SOURCES:
            asked[row["source"], str(row.get("qid") or row["question"])].append(row)
    return [
        claim
        for (_, group), rows in sorted(asked.items())
        if len(rows) > 2
        for row in rows
        for claim in _of(row, rows, group)
    ]


def _of(row: dict[str, Any], rows: Sequence[dict[str, Any]], group: str) -> Iterator[Stated]:
    others = [other["response"] for other in rows if other is not row]
    samples = Samples(row["response"], others, row.get("question", ""))
    for claim in row["claims"]:
        if claim["label"] is not None:
            signals = np.array(list(samples.signals(claim["text"]).values()))
            yield Stated(signals, claim["label"], row["source"], group)


def fitted(
    table: Floats, wrong: npt.NDArray[np.int64], counts: Floats, *, alike: bool
) -> tuple[Floats, float]:
    """What each signal counts, all of them `alike` or each on its own, and the constant."""
    seen = table.mean(axis=1, keepdims=True) if alike else table
    model = LogisticRegression(C=PENALTY, max_iter=3000).fit(seen, wrong, sample_weight=counts)
    weight = np.full(table.shape[1], model.coef_[0][0] / table.shape[1]) if alike else model.coef_[0]
    return weight, float(model.intercept_[0])


def trained(found: Sequence[Stated], part: Part) -> dict[str, Any]:
    """The weights of the signals for claims that are that much of an answer, and the thresholds that folds choose.

    In every source wrong claims count as much as right ones.
    """
    names, alike = WEIGHED[part], part == ALIKE
    chosen = [SIGNALS.index(name) for name in names]
    table, wrong = np.array([one.signals[chosen] for one in found]), np.array([one.wrong for one in found])
    sizes = Counter((one.source, one.wrong) for one in found)
    counts = np.array([1000 / sizes[one.source, one.wrong] for one in found])
    fold = folds([one.group for one in found])
    chances = np.zeros(len(found))
    for number in range(FOLDS):
        seen = fold != number
        weight, constant = fitted(table[seen], wrong[seen], counts[seen], alike=alike)
        chances[~seen] = 1 / (1 + np.exp(-(table[~seen] @ weight + constant)))
    weight, constant = fitted(table, wrong, counts, alike=alike)
    signals = {name: round(float(one), 4) for name, one in zip(names, weight, strict=True)}
    return {
        "signals": {**signals, "declines": DECLINES},
        "constant": round(constant, 4),
        "differ": round(surely(chances, wrong == 1, counts), 3),
        "agree": round(1 - surely(1 - chances, wrong == 0, counts), 3),
    }


def surely(chances: Floats, right: npt.NDArray[np.bool_], counts: Floats) -> float:
    """From where on `SURE` of those above are right; 1 where that is nowhere."""
    order = np.argsort(-chances)
    precision = np.cumsum((right * counts)[order]) / np.cumsum(counts[order])
    enough = np.flatnonzero(precision >= SURE)
    return float(chances[order][enough[-1]]) if len(enough) else 1.0


def main(data: Path, out: Path) -> None:
    """Trains, and writes the weights."""
    found = claims(data)
    sys.stdout.write(f"{len(found)} claims, {sum(one.wrong for one in found)} of them wrong\n")
    result = {part: trained(found, part) for part in WEIGHED}
    out.write_text(json.dumps(result, indent=2) + "\n", "utf-8")
    sys.stdout.write(out.read_text("utf-8"))


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: python -m guards.training.consistency DATA [OUT.json]")
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) == 3 else WEIGHTS)
