"""How well passages are read, beside lexical, entity and number features with the same trees on the same pairs.

BEGIN and inferes have no development part: their figures, and those of the baseline, are held out by passage
within the training part. Everything else is measured on `dev_dev`, which chose nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from guards.claims.compared import NAMES
from guards.claims.reader import reader
from guards.claims.verify import Verifier
from guards.evals.bootstrap import Array, Figure, Interval, difference, interval
from guards.training.verify import (
    Pair,
    balanced,
    boosted,
    compared,
    held_out,
    is_kept,
    labels_of,
    pairs,
    probabilities,
    sampled,
    scaled,
    threshold,
    weights,
)

LEXICAL = (
    "all stems", "all words", "all pairs", "all triples", "near stems", "near words", "near pairs", "missing count",
    "longest", "names", "names missing", "names share", "number numbers", "number same", "number elsewhere",
    "number absent", "number years same", "number years other", "not in claim", "not in passage", "claim words",
    "passage words",
)  # fmt: skip
"""What the baseline knows."""
HELD_OUT = ("begin", "inferes_es")
TITLES = {
    "vitaminc_real": "VitaminC", "fever_symmetric": "FEVER-symmetric", "begin": "BEGIN (held out)",
    "faithdial_audit": "FaithDial", "ragtruth_qa": "RAGTruth-QA sentences", "wice_claim": "WiCE",
    "esxnli_es": "esxnli Spanish", "inferes_es": "inferes (held out)", "esxnli_en": "esxnli English",
}  # fmt: skip
GENERAL = ("fever_symmetric", "begin", "faithdial_audit", "ragtruth_qa", "wice_claim")
READ = ("vitaminc_real", "fever_symmetric", "faithdial_audit", "ragtruth_qa", "wice_claim", "esxnli_en")
"""Of the development part, what the reader reads: it knows no Spanish."""
THREE = ("vitaminc_real", "esxnli_es", "inferes_es", "esxnli_en")
SPANISH_MUST, MEAN_MUST, WORSE_MUST = 0.45, 0.03, -0.01

Scores = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judged:
    """The probabilities that one model gives, and its threshold of support."""

    chances: dict[str, Scores]
    """By source."""
    least: float


def judged(data: Path, model: Verifier) -> tuple[Judged, Judged, dict[str, Array], list[Again]]:
    """What ours and the baseline say of each source, the labels, and what the reader makes of it."""
    found = sampled(pairs(data, "dev_train"))
    table = compared(found, model.tables)
    dev = [pair for pair in pairs(data, "dev_dev") if pair.source in TITLES]
    dev_table = compared(dev, model.tables)
    chosen = [NAMES.index(name) for name in LEXICAL]
    scaling = model.scaling.astype(np.float64)
    held = held_out(table, found)
    ours = probabilities(held, scaling)
    whole = np.concatenate([model.forest.logits(row[None]) for row in dev_table])
    ours_dev = probabilities(whole, scaling)
    theirs_held = held_out(table[:, chosen], found)
    theirs_scaling = scaled(theirs_held, found)
    theirs = probabilities(theirs_held, theirs_scaling)
    trees = boosted(table[:, chosen], labels_of(found), weights(found))
    theirs_dev = probabilities(trees.decision_function(dev_table[:, chosen]), theirs_scaling)
    kept = np.array([pair.source == "begin" and is_kept(pair) for pair in found])
    parts = {name: np.array([pair.source == name for pair in dev]) for name in READ}
    return (
        Judged(_by_source(found, ours, dev, ours_dev), model.supports),
        Judged(_by_source(found, theirs, dev, theirs_dev), threshold(theirs[:, 0], found)),
        _by_source(found, labels_of(found), dev, labels_of(dev)),
        [
            again("begin", found, (held, ours), model.supports, kept),
            *(again(name, dev, (whole, ours_dev), model.supports, rows) for name, rows in parts.items()),
        ],
    )


@dataclass(frozen=True, slots=True)
class Again:
    """What is said of a source without the reader and with it."""

    name: str
    before: Scores
    after: Scores
    least: Array
    """For each row the threshold of support of `after`."""
    labels: Array


def again(
    name: str, found: Sequence[Pair], trees: tuple[Array, Array], supports: float, rows: Array
) -> Again:
    """Those `rows` of `found`, read where the trees are not sure; `trees`: their logits and probabilities."""
    chosen = [pair for pair, row in zip(found, rows, strict=True) if row]
    logits, before = (part[rows] for part in trees)
    after, least = before.copy(), np.full(len(chosen), supports)
    for at, pair in enumerate(chosen):
        for row in reader().corrected(pair.claim, [pair.passage], logits[[at]], before[[at]]).values():
            after[at], least[at] = row, reader().supports
    return Again(name, before, after, least, labels_of(chosen))


def _by_source(found: Sequence[Pair], held: Array, dev: Sequence[Pair], measured: Array) -> dict[str, Any]:
    result = {}
    for name in TITLES:
        rows, values = (found, held) if name in HELD_OUT else (dev, measured)
        result[name] = values[[pair.source == name for pair in rows]]
    return result


def _accuracy(chances: Array, labels: Array) -> float:
    return float((chances.argmax(axis=1) == labels).mean())


def _supported(over: Array, labels: Array) -> float:
    return balanced(over, labels, 0.0)


def lines(data: Path, model: Verifier) -> Iterator[str]:
    """The table, in Markdown."""
    ours, theirs, labels, read = judged(data, model)
    yield "| claim and passage | rows | figure | lexical features | ours | difference | must |"
    yield "| --- | --: | --- | --- | --- | --- | --- |"
    for name in THREE:
        pair = (theirs.chances[name], ours.chances[name])
        least = 0.05 if name == "vitaminc_real" else None
        must = None if name.startswith("esxnli_en") else SPANISH_MUST if least is None else None
        yield _row(name, "three-way accuracy", _accuracy, pair, labels[name], least, must)[0]
    gains = []
    for name in ("vitaminc_real", *GENERAL):
        pair = (theirs.chances[name][:, 0] - theirs.least, ours.chances[name][:, 0] - ours.least)
        least = 0.04 if name == "vitaminc_real" else WORSE_MUST
        line, gain = _row(
            name, "supported or not, balanced accuracy", _supported, pair, labels[name], least, None
        )
        yield line
        if name in GENERAL:
            gains.append(gain)
    mean = sum(gains) / len(gains)
    yield f"| mean of the last five | | | | | {100 * mean:+.1f} | ≥ +3: {_word(mean >= MEAN_MUST)} |"

    yield ""
    yield "| claim and passage | rows | figure | trees | with the reader | difference | |"
    yield "| --- | --: | --- | --- | --- | --- | --- |"
    for one in read:
        pair = (one.before, one.after)
        if one.name in THREE:
            yield _row(one.name, "three-way accuracy", _accuracy, pair, one.labels, None, None)[0]
        if one.name in ("vitaminc_real", *GENERAL):
            pair = (one.before[:, 0] - ours.least, one.after[:, 0] - one.least)
            what = "supported or not, balanced accuracy"
            yield _row(one.name, what, _supported, pair, one.labels, None, None)[0]


def _row(
    name: str,
    what: str,
    figure: Figure,
    pair: tuple[Array, Array],
    labels: Array,
    least: float | None,
    must: float | None,
) -> tuple[str, float]:
    base, ours = interval(figure, pair[0], labels), interval(figure, pair[1], labels)
    gain: Interval = difference(figure, pair[1], pair[0], labels)
    asked = ""
    if least is not None:
        asked = f"≥ {100 * least:+.0f}: {_word(gain.value >= least)}"
    if must is not None:
        asked = f"≥ {100 * must:.0f}: {_word(ours.value >= must)}"
    return f"| {TITLES[name]} | {len(labels)} | {what} | {base} | {ours} | {gain} | {asked} |", gain.value


def _word(holds: bool) -> str:
    return "holds" if holds else "missed"
