"""Trains what tells claims from other sentences: part of `python -m guards.training.claims`.

Sources differ in what they call a claim, and in how many there are: each counts as much as `WEIGHT` says, its claims as
much as its other sentences. What is chosen (thresholds, calibration) is chosen on folds of the training part.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.optimize import minimize
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from guards.claims.compared import Tables
from guards.claims.features import BITS, DENSE, MARKS, features
from guards.claims.worthy import Scale, Worthy, meaning
from guards.training.trees import forest, stored

SPOKEN = Path(__file__).parent / "spoken.txt"
WEIGHT = {
    "ct24_en": 6000, "ct24_es": 10000, "policlaim": 4000, "faithdial_vrm": 4000, "spoken": 600, "ragtruth_qa": 500,
    "halueval2_human": 250, "inferes_es": 300, "vitaminc_real": 400,
}  # fmt: skip
MEASURED = ("ct24_en", "policlaim", "faithdial_vrm")
"""The English sources that the threshold is chosen on."""
STRENGTH = 3.0
"""The inverse of the penalty on large weights."""
STEPS = 60
RARE = 3
"""A feature in fewer sentences than this has no weight."""
MARKS_COUNT, MEANING_COUNTS = 0.3, 2.0
"""What a mark, and a number of the mean meaning, count beside an n-gram."""
SHARE = 0.3
"""What the trees count beside the tables, in English."""
TREES: dict[str, Any] = {
    "max_iter": 120, "learning_rate": 0.09, "max_leaf_nodes": 15, "min_samples_leaf": 40, "l2_regularization": 5.0,
    "early_stopping": False, "random_state": 0,
}  # fmt: skip
NEXT = 0.003
"""So close to the best a figure is as good."""
FOLDS = 4
MOST = 2000
"""Sentences of each kind of whole replies that are taken."""
_TALK = re.compile(
    r"^(?:based on|i hope|i['’]?m\b|i am\b|unfortunately|sure\b|please|let me|here (?:is|are)|here['’]s|great\b|thank|"
    r"hello|note that|however, (?:it|the passages?)|it(?: is|['’]s) (?:important|recommended|best|also important))|"
    r"unable to|passages? (?:do|does)|not (?:provided|mentioned)|you (?:can|should|may|need)|\?$|:$",
    re.IGNORECASE,
)
"""Sentences of replies that say nothing to check. Their source has no such labels: this is a guess, and counts little."""
_BULLET = re.compile(r"^[\s*\d.•-]+")

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One labelled sentence."""

    text: str
    label: int
    source: str
    group: str
    """Sentences of one group are never in different folds."""


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a gzipped file of JSON lines."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def labelled(data: Path, pool: str) -> list[Sentence]:
    """The labelled sentences of a pool of `checkworthy.jsonl.gz`; those labelled for objectivity are left out."""
    return [
        Sentence(
            row["text"],
            row["label"],
            row["source"],
            row.get("debate") or row.get("speech") or row["text"][:60],
        )
        for row in lines(data / "checkworthy.jsonl.gz")
        if row["pool"] == pool and row["source"] in (*WEIGHT, "factcheckbench_sentence")
    ]


def training_sentences(data: Path) -> list[Sentence]:
    """What is trained on."""
    return [*labelled(data, "dev_train"), *_spoken(), *_replies(data), *_stated(data)]


def _spoken() -> Iterator[Sentence]:
    for line in SPOKEN.read_text("utf-8").splitlines():
        if line[:2] in ("+ ", "- "):
            yield Sentence(line[2:], int(line[0] == "+"), "spoken", line)


def _replies(data: Path) -> Iterator[Sentence]:
    """Sentences of models' replies, labelled by a guess, and claims that people took out of some."""
    found = []
    for row in lines(data / "responses.jsonl.gz"):
        if row["pool"] == "dev_train" and row["source"] == "ragtruth_qa":
            texts = [_BULLET.sub("", one["text"]).strip() for one in row["sentences"]]
            found += [
                Sentence(text, int(not _TALK.search(text)), "ragtruth_qa", text[:60])
                for text in texts
                if len(text) > 15
            ]
        elif row["pool"] == "dev_train" and row["source"] == "halueval2_human":
            found += [Sentence(one["text"], 1, "halueval2_human", one["text"][:60]) for one in row["claims"]]
    random.Random(0).shuffle(found)  # noqa: S311 - the same sample every time
    taken: Counter[tuple[str, int]] = Counter()
    for sentence in found:
        taken[sentence.source, sentence.label] += 1
        if taken[sentence.source, sentence.label] <= MOST:
            yield sentence


def _stated(data: Path) -> Iterator[Sentence]:
    """Claims that people wrote to be checked against an encyclopedia: all of them are some."""
    taken: Counter[str] = Counter()
    for row in lines(data / "nli.jsonl.gz"):
        source = row["source"]
        if row["pool"] == "dev_train" and source in ("inferes_es", "vitaminc_real") and taken[source] < MOST:
            taken[source] += 1
            yield Sentence(row["claim"], 1, source, row["claim"][:60])


def weights(rows: Sequence[Sentence]) -> Floats:
    """What each row counts."""
    sizes = Counter((row.source, row.label) for row in rows)
    return np.array([WEIGHT[row.source] / 2 / sizes[row.source, row.label] for row in rows])


@dataclass(frozen=True, slots=True)
class Seen:
    """What is seen of many sentences."""

    sparse: Any
    """The three tables side by side, the marks, and the mean meaning."""
    dense: npt.NDArray[np.float32]
    """The marks and the meaning, for the trees."""

    @property
    def english(self) -> npt.NDArray[np.bool_]:
        """Whether each sentence is read as English."""
        unmarked: npt.NDArray[np.bool_] = self.dense[:, MARKS.index("spanish")] == 0
        return unmarked


def seen(texts: Sequence[str], words: Tables) -> Seen:
    """The features of `texts`."""
    parts: tuple[list[npt.NDArray[np.intp]], ...] = ([], [], [])
    size = words.vectors.shape[1]
    dense = np.zeros((len(texts), DENSE + 2 * size), np.float32)
    for index, text in enumerate(texts):
        found = features(text)
        for part, indices in zip(parts, (found.chars, found.words, found.shapes), strict=True):
            part.append(np.unique(indices))
        dense[index] = np.concatenate([found.dense, *meaning(text, words, spanish=found.spanish)])
    blocks = []
    for part in parts:
        counts = np.array([len(indices) for indices in part])
        values = np.repeat(1 / np.sqrt(np.maximum(counts, 1)), counts).astype(np.float32)
        ends = np.concatenate([[0], np.cumsum(counts)])
        blocks.append(sp.csr_matrix((values, np.concatenate(part), ends), shape=(len(part), 1 << BITS)))
    linear = dense[:, : DENSE + size] * _counts(size)
    return Seen(sp.hstack([*blocks, sp.csr_matrix(linear)], format="csr"), dense)


def _counts(size: int) -> npt.NDArray[np.float32]:
    return np.repeat([MARKS_COUNT, MEANING_COUNTS], [DENSE, size]).astype(np.float32)


def boosted(dense: npt.NDArray[np.float32], labels: Floats, counts: Floats) -> HistGradientBoostingClassifier:
    """The trees."""
    return HistGradientBoostingClassifier(**TREES).fit(dense, labels, sample_weight=counts)


def fit(table: Any, labels: Floats, counts: Floats) -> Floats:
    """Logistic regression: the weights, and the constant at the end."""
    used = np.flatnonzero(np.bincount(table.indices, minlength=table.shape[1]) >= RARE)
    size, table = table.shape[1], table[:, used]
    signs, turned = 2 * labels - 1, table.T.tocsr()

    def loss(values: Floats) -> tuple[float, Floats]:
        margin = signs * ((table @ values[:-1].astype(np.float32)).astype(np.float64) + values[-1])
        slope = -(counts * signs / (1 + np.exp(np.clip(margin, -50, 50))))
        total = (counts * np.logaddexp(0, -margin)).sum() + 0.5 / STRENGTH * (values[:-1] @ values[:-1])
        gradient = (turned @ slope.astype(np.float32)).astype(np.float64) + values[:-1] / STRENGTH
        return float(total), np.append(gradient, slope.sum())

    options = {"maxiter": STEPS, "maxcor": 8}
    start = np.zeros(len(used) + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options=options).x
    whole = np.zeros(size + 1)
    whole[used], whole[-1] = found[:-1], found[-1]
    return whole


def folds(groups: Sequence[str]) -> npt.NDArray[np.int64]:
    """The fold of each group."""
    return np.array([zlib.crc32(group.encode()) % FOLDS for group in groups])


def held_out(known: Seen, rows: Sequence[Sentence]) -> Floats:
    """The logit of every row from a model that did not see its fold."""
    labels, counts = np.array([row.label for row in rows], np.float64), weights(rows)
    fold = folds([row.group for row in rows])
    logits = np.zeros(len(rows))
    for number in range(FOLDS):
        used = fold != number
        found = fit(known.sparse[used], labels[used], counts[used])
        trees = boosted(known.dense[used], labels[used], counts[used])
        logits[~used] = known.sparse[~used] @ found[:-1] + found[-1]
        logits[~used] += SHARE * known.english[~used] * trees.decision_function(known.dense[~used])
    return logits


def balanced(scores: Floats, labels: npt.NDArray[np.int64], least: float) -> float:
    """The mean of the shares of claims and of others that are on the right side of `least`."""
    return float(((scores[labels == 1] >= least).mean() + (scores[labels == 0] < least).mean()) / 2)


def f1(scores: Floats, labels: npt.NDArray[np.int64], least: float) -> float:
    """The harmonic mean of precision and recall at `least`."""
    found = scores >= least
    return float(2 * (found & (labels == 1)).sum() / max(1, found.sum() + labels.sum()))


def threshold(scores: Floats, rows: Sequence[Sentence], *, spanish: bool) -> float:
    """Spanish: where F1 is best; English: where the balanced accuracies of the measured sources are best on average."""
    labels = np.array([row.label for row in rows])
    sources = np.array([row.source for row in rows])
    tried = np.quantile(
        scores[np.isin(sources, ("ct24_es",) if spanish else MEASURED)], np.linspace(0.05, 0.95, 181)
    )
    if spanish:
        inside = sources == "ct24_es"
        return _middle(tried, [f1(scores[inside], labels[inside], least) for least in tried])
    parts = [(scores[sources == name], labels[sources == name]) for name in MEASURED]
    return _middle(tried, [sum(balanced(*part, least) for part in parts) / len(parts) for least in tried])


def _middle(tried: Floats, figures: Sequence[float]) -> float:
    """The middle of where the figure is next to its best: the best itself is chance."""
    good = [least for least, figure in zip(tried, figures, strict=True) if figure >= max(figures) - NEXT]
    return float((good[0] + good[-1]) / 2)


def trained(rows: Sequence[Sentence], words: Tables) -> tuple[Worthy, Floats]:
    """The model, and the held-out logits of `rows`."""
    known = seen([row.text for row in rows], words)
    logits = held_out(known, rows)
    labels = np.array([row.label for row in rows])
    found = fit(known.sparse, labels.astype(np.float64), weights(rows))
    trees = forest(boosted(known.dense, labels.astype(np.float64), weights(rows)))
    scales = []
    for spanish in (False, True):
        inside = known.english != spanish
        counts = weights([row for row, there in zip(rows, inside, strict=True) if there])
        fitted = LogisticRegression(C=1e6).fit(logits[inside, None], labels[inside], sample_weight=counts)
        slope, constant = float(fitted.coef_[0, 0]), float(fitted.intercept_[0])
        least = threshold(logits, rows, spanish=spanish)
        scales.append(Scale(slope, constant, float(1 / (1 + np.exp(-(slope * least + constant))))))
    steps, tables = _quantised(found[: 3 << BITS])
    dense = (found[3 << BITS : -1] * _counts(words.vectors.shape[1])).astype(np.float32)
    bias = float(found[-1])
    return Worthy(tables, steps, dense, bias, trees, SHARE, words, scales[0], scales[1]), logits


_Bytes: TypeAlias = npt.NDArray[np.int8]


def _quantised(found: Floats) -> tuple[tuple[float, float, float], tuple[_Bytes, _Bytes, _Bytes]]:
    """The three tables with weights of one byte, and what a step of each is worth."""
    tables, steps = [], []
    for block in np.split(found, 3):
        step = float(np.quantile(np.abs(block[block != 0]), 0.9995)) / 127
        tables.append(np.clip(np.round(block / step), -127, 127).astype(np.int8))
        steps.append(step)
    return (steps[0], steps[1], steps[2]), (tables[0], tables[1], tables[2])


def arrays(model: Worthy) -> dict[str, npt.NDArray[Any]]:
    """What is stored of the model; its words are stored with the verifier."""
    scales = [
        number
        for scale in (model.english, model.spanish)
        for number in (scale.slope, scale.constant, scale.least)
    ]
    chars, words, shapes = model.tables
    return {
        "worthy_chars": chars,
        "worthy_words": words,
        "worthy_shapes": shapes,
        "worthy_dense": model.dense,
        "worthy_numbers": np.array([*model.steps, model.bias, model.share, *scales]),
        **stored(model.trees, "trees_"),
    }
