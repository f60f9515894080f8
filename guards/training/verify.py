"""Trains what compares claims with passages: part of `python -m guards.training.claims`.

One model for all sources. Each counts as much as `WEIGHT` says. What is chosen (calibration, thresholds) is chosen on
folds of the training part; pairs about one page, or with one passage, are never in different folds.
"""

from __future__ import annotations

import json
import random
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from guards.claims.compared import MOST_WORDS, compare
from guards.claims.sides import Given, Stated
from guards.claims.tables import Tables
from guards.claims.texts import BUCKETS, bucket, read
from guards.claims.verify import Verifier
from guards.training.trees import forest, stored
from guards.training.worthy import FOLDS, folds, lines

LABELS = {"supported": 0, "contradicted": 1, "unknown": 2}
WEIGHT = {
    "vitaminc_real": 9000, "vitaminc_synthetic": 3000, "cad_snli": 1500, "conjnli": 800, "climate_fever": 800,
    "covidfact": 300, "ragtruth_qa": 3000, "inferes_es": 4000, "esxnli_es": 800, "esxnli_en": 500,
    "fool_me_twice": 800, "begin": 1500, "faithdial_audit": 1500, "bump": 200,
}  # fmt: skip
MOST = {
    "vitaminc_synthetic": 6000, "cad_snli": 4000, "conjnli": 4000, "climate_fever": 2500, "covidfact": 1500,
    "ragtruth_qa": 9000,
}  # fmt: skip
"""So many pairs of a large source are taken; of RAGTruth, all unsupported sentences besides."""
THREE_WAY = ("vitaminc_real", "inferes_es", "esxnli_es")
TWO_WAY = ("vitaminc_real", "begin", "faithdial_audit", "ragtruth_qa")
"""What the calibration and the threshold of support are chosen on."""
SURE = 0.8
"""So many of the contradictions that are named must be right."""
TREES: dict[str, Any] = {
    "max_iter": 200, "learning_rate": 0.08, "max_leaf_nodes": 24, "min_samples_leaf": 30, "l2_regularization": 2.0,
    "early_stopping": False, "random_state": 0,
}  # fmt: skip
PARTS = 6
"""One of so many groups is kept from the reader (`guards.training.reader`), and tells how it and the trees go together."""
VECTOR = 64
"""Numbers of a word's vector."""
SHORTEST = 8
"""Characters of the shortest sentence of a reply."""
READER = Path(__file__).parents[1] / "weights" / "reader.onnx"
TOKENIZER = READER.with_name("reader_tokens.json")

Floats = npt.NDArray[np.float64]
Table = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim, a passage, and what the passage says of it."""

    claim: str
    passage: str
    label: int
    source: str
    group: str


def pairs(data: Path, pool: str) -> list[Pair]:
    """All pairs of a pool of `nli.jsonl.gz`, and the sentences of RAGTruth's replies with their passages."""
    found = [
        Pair(
            row["claim"],
            row["evidence"],
            LABELS[row["label"]],
            "begin" if row["source"].startswith("begin") else row["source"],
            row.get("page") or row["evidence"][:80],
        )
        for row in lines(data / "nli.jsonl.gz")
        if row["pool"] == pool
    ]
    return [*found, *_replies(data, pool)]


def _replies(data: Path, pool: str) -> Iterator[Pair]:
    for row in lines(data / "responses.jsonl.gz"):
        if row["pool"] != pool or row["source"] != "ragtruth_qa":
            continue
        for one in row["sentences"]:
            touched = [
                span["type"]
                for span in row["spans"]
                if span["start"] < one["end"] and one["start"] < span["end"]
            ]
            conflict = any("Conflict" in kind for kind in touched)
            label = "supported" if not one["label"] else "contradicted" if conflict else "unknown"
            if len(one["text"].strip()) >= SHORTEST:
                yield Pair(
                    one["text"].strip(), row["context"], LABELS[label], row["source"], str(row["group"])
                )


def is_kept(pair: Pair) -> bool:
    """Whether `pair` is kept from the reader."""
    return zlib.crc32(f"reader {pair.group}".encode()) % PARTS == 0


def sampled(found: Sequence[Pair]) -> list[Pair]:
    """Those of `found` that are trained on."""
    shuffled = [pair for pair in found if pair.source in WEIGHT]
    random.Random(1).shuffle(shuffled)  # noqa: S311 - the same sample every time
    taken: Counter[str] = Counter()
    kept = []
    for pair in shuffled:
        rare = pair.source == "ragtruth_qa" and pair.label != LABELS["supported"]
        taken[pair.source] += not rare
        if rare or taken[pair.source] <= MOST.get(pair.source, len(shuffled)):
            kept.append(pair)
    return kept


def tables(found: Sequence[Pair]) -> Tables:
    """How telling words are, counted in all texts of the training part, and vectors of the reader's words."""
    texts = {text for pair in found for text in (pair.claim, pair.passage)}
    seen = np.zeros(1 << BUCKETS)
    for text in texts:
        stems = {bucket(stem) for stem in read(text).stems}
        seen[list(stems)] += 1
    idf = np.clip(np.round(16 * np.log((len(texts) + 1) / (seen + 1))), 0, 255).astype(np.uint8)
    rows, vectors = _vectors()
    return Tables(idf, rows, vectors)


def _vectors() -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int8]]:
    """The word embeddings of the reader, which are MiniLM's, in their main directions."""
    import onnx
    from onnx import numpy_helper

    tensors = (numpy_helper.to_array(one) for one in onnx.load(str(READER)).graph.initializer)
    vocabulary = json.loads(TOKENIZER.read_text("utf-8"))["model"]["vocab"]
    stored = next(one for one in tensors if one.shape[:1] == (len(vocabulary),) and one.ndim == 2)
    words = [word for word in vocabulary if re.fullmatch("[a-z']{2,}", word)]
    table = stored[[vocabulary[word] for word in words]].astype(np.float64)
    table -= table.mean(axis=0)
    table /= np.linalg.norm(table, axis=1, keepdims=True)
    directions = np.linalg.svd(table, full_matrices=False)[2][:VECTOR]
    table = table @ directions.T
    table /= np.linalg.norm(table, axis=1, keepdims=True)
    codes = np.array([zlib.crc32(word.encode()) for word in words], np.uint32)
    order = np.argsort(codes)
    return codes[order], np.round(table * 127).astype(np.int8)[order]


def compared(found: Sequence[Pair], known: Tables) -> Table:
    """A row of numbers for each pair."""
    passage = lru_cache(maxsize=100)(lambda text: Given(read(text), known))
    rows = [
        np.array(compare(Stated(read(pair.claim, MOST_WORDS), known), passage(pair.passage)), np.float32)
        for pair in found
    ]
    return np.stack(rows)


def weights(found: Sequence[Pair]) -> Floats:
    """What each pair counts. In every source the supported claims count as much as the others."""
    sizes = Counter((pair.source, pair.label) for pair in found)
    raw = np.array([sizes[pair.source, pair.label] ** -0.5 for pair in found])
    total: Counter[tuple[str, bool]] = Counter()
    for pair, weight in zip(found, raw, strict=True):
        total[pair.source, pair.label == 0] += weight
    factor = np.array([WEIGHT[pair.source] / 2 / total[pair.source, pair.label == 0] for pair in found])
    result: Floats = raw * factor
    return result


def boosted(table: Table, labels: Labels, counts: Floats) -> HistGradientBoostingClassifier:
    """The trees."""
    return HistGradientBoostingClassifier(**TREES).fit(table, labels, sample_weight=counts)


def held_out(table: Table, found: Sequence[Pair]) -> Floats:
    """The logits of every pair from trees that did not see its fold."""
    labels, counts = labels_of(found), weights(found)
    fold = folds([pair.group for pair in found])
    logits = np.zeros((len(found), len(LABELS)))
    for number in range(FOLDS):
        seen = fold != number
        logits[~seen] = boosted(table[seen], labels[seen], counts[seen]).decision_function(table[~seen])
    return logits


def labels_of(found: Sequence[Pair]) -> Labels:
    """The labels of pairs."""
    return np.array([pair.label for pair in found])


def scaled(logits: Floats, found: Sequence[Pair]) -> Floats:
    """What makes the logits calibrated: a row for each answer, over the logits and a constant.

    Each of the sources with three labels counts the same.
    """
    inside = np.array([pair.source in THREE_WAY for pair in found])
    sizes = Counter(pair.source for pair in found)
    counts = np.array([1000 / sizes[pair.source] for pair in found])
    fitted = LogisticRegression(C=1.0, max_iter=500).fit(
        logits[inside], labels_of(found)[inside], sample_weight=counts[inside]
    )
    return np.hstack([fitted.coef_, fitted.intercept_[:, None]])


def probabilities(logits: Floats, scaling: Floats) -> Floats:
    """The logits as calibrated probabilities."""
    odds = logits @ scaling[:, :-1].T + scaling[:, -1]
    powers = np.exp(odds - odds.max(axis=1, keepdims=True))
    result: Floats = powers / powers.sum(axis=1, keepdims=True)
    return result


def balanced(support: Floats, labels: Labels, least: float) -> float:
    """The mean of the shares of supported claims and of others that are on the right side of `least`."""
    return float(((support[labels == 0] >= least).mean() + (support[labels != 0] < least).mean()) / 2)


def threshold(support: Floats, found: Sequence[Pair]) -> float:
    """Where the balanced accuracies of the sources are best on average."""
    sources, labels = np.array([pair.source for pair in found]), labels_of(found)
    parts = [(support[sources == name], labels[sources == name]) for name in TWO_WAY]
    tried = np.linspace(0.05, 0.95, 181)
    return float(max(tried, key=lambda least: sum(balanced(*part, least) for part in parts)))


def surely(denial: Floats, found: Sequence[Pair]) -> float:
    """From where on `SURE` of the contradictions are right, in the sources with three labels taken together."""
    inside = np.array([pair.source in THREE_WAY for pair in found])
    scores, right = denial[inside], labels_of(found)[inside] == LABELS["contradicted"]
    order = np.argsort(-scores)
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(precision >= SURE)
    return float(scores[order][enough[-1]]) if len(enough) else 1.0


def trained(found: Sequence[Pair], known: Tables, table: Table) -> tuple[Verifier, Floats]:
    """The verifier, and the held-out logits of `found`."""
    logits = held_out(table, found)
    scaling = scaled(logits, found)
    chances = probabilities(logits, scaling)
    trees = forest(boosted(table, labels_of(found), weights(found)))
    least, sure = threshold(chances[:, 0], found), surely(chances[:, 1], found)
    return Verifier(known, trees, scaling.astype(np.float32), least, sure), logits


def arrays(verifier: Verifier) -> dict[str, npt.NDArray[Any]]:
    """What is stored of the verifier."""
    return {
        "words_idf": verifier.tables.idf,
        "words_rows": verifier.tables.rows,
        "words_vectors": verifier.tables.vectors,
        **stored(verifier.forest, "verify_"),
        "verify_scaling": verifier.scaling,
        "verify_thresholds": np.array([verifier.supports, verifier.contradicts]),
    }
