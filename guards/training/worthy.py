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
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.optimize import minimize
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from guards.claims.features import BITS, DENSE, features
from guards.claims.tables import Tables
from guards.claims.worthy import Language, Worthy, chance, meaning
from guards.training.trees import forest, stored

SPOKEN = Path(__file__).parent / "spoken.txt"
WEIGHT = {
    "ct24_en": 6000, "policlaim": 4000, "faithdial_vrm": 8000, "spoken": 600, "ragtruth_qa": 500, "halueval2_human": 250,
    "vitaminc_real": 400,
    "ct24_es": 6000, "ct24_es_old": 3000, "ct24_es_debate": 1500, "spoken_es": 200, "inferes_es": 200,
}  # fmt: skip
SPANISH = ("ct24_es", "ct24_es_old", "ct24_es_debate", "spoken_es", "inferes_es")
MEASURED = ("ct24_en", "policlaim", "faithdial_vrm")
"""The English sources that the threshold is chosen on."""
STRENGTH = 3.0
"""The inverse of the penalty on large weights."""
STEPS = 60
TELLING = 4.0
"""The natural logarithm of how rare an n-gram is that counts once."""
SMOOTHING = 1000.0
"""Sentences, all sources together: that each n-gram is once more in a claim, and once in another, then weighs little."""
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
MARKED = 0.05
"""At most one harmless reply in twenty may have a mark."""
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
_COLUMNS = re.compile(r" (Yes|No) \d+ \[[^\]]*\] \[[^\]]*\] \d+-\d+ \d+ \d+ \d+\.\d+ \d+ (?:(\d{4,19}) )?")
"""What stands between two texts of the Spanish training part where rows ran together."""
SHORTEST_ID, OLDER = 15, (1_100_000_000_000_000_000, 1_430_000_000_000_000_000)
"""Digits of a tweet's number, and the numbers of those between March 2019 and August 2021."""
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
        Sentence(text, label, source, row.get("debate") or row.get("speech") or text[:60])
        for row in lines(data / "checkworthy.jsonl.gz")
        if row["pool"] == pool and row["source"] in (*WEIGHT, "factcheckbench_sentence")
        for text, label, source in _parts(row)
    ]


def _parts(row: Mapping[str, Any]) -> Iterator[tuple[str, int, str]]:
    """The texts of a row with their labels and sources.

    Of the Spanish training part five rows hold all that followed an open quotation mark, with its columns: 3,700 more rows.
    """
    if row["source"] != "ct24_es" or row["pool"] != "dev_train":
        yield row["text"], row["label"], row["source"]
        return
    texts, *columns = _COLUMNS.split(row["text"])
    labels = [*(int(one == "Yes") for one in columns[0::3]), row["label"]]
    numbers = [row["sid"], *(one or row["sid"] for one in columns[1::3])]
    for text, label, number in zip([texts, *columns[2::3]], labels, numbers, strict=True):
        yield text, label, f"ct24_es{_when(number)}"


def _when(number: str) -> str:
    """What kind of Spanish text the number of a row tells: a tweet of the autumn of 2021, an older one, or a debate.

    What was measured are tweets of that autumn. Of the older ones three times as many are claims.
    """
    if len(number) < SHORTEST_ID:
        return "_debate"
    return "_old" if OLDER[0] <= int(number) < OLDER[1] else ""


def training_sentences(data: Path) -> list[Sentence]:
    """What is trained on."""
    return [*labelled(data, "dev_train"), *_spoken(), *_replies(data), *_stated(data)]


def _spoken() -> Iterator[Sentence]:
    for line in SPOKEN.read_text("utf-8").splitlines():
        if line[:2] in ("+ ", "- "):
            source = "spoken_es" if features(line[2:]).spanish else "spoken"
            yield Sentence(line[2:], int(line[0] == "+"), source, line)


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


def fit(table: Any, labels: Floats, counts: Floats, *, spanish: bool) -> Floats:
    """Logistic regression: the weights, and the constant at the end.

    An n-gram counts the more, the rarer it is; in Spanish also the more it alone tells claims from others (Wang and
    Manning, "Baselines and Bigrams", 2012). On folds of the English sources that made nothing better.
    """
    size, times = table.shape[1], np.bincount(table.indices, minlength=table.shape[1])
    telling = np.log((table.shape[0] + 1) / (times + 1)) / TELLING
    if spanish:
        telling *= _one_sided(table, labels, counts) ** 0.5
    telling[3 << BITS :] = 1
    used = np.flatnonzero(times >= RARE)
    table = (table[:, used] @ sp.diags(telling[used].astype(np.float32))).tocsr()
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
    whole[used], whole[-1] = found[:-1] * telling[used], found[-1]
    return whole


def _one_sided(table: Any, labels: Floats, counts: Floats) -> Floats:
    """How much likelier each column is in claims than in others, or in others than in claims, as a logarithm."""
    there = sp.csr_matrix((np.ones(len(table.data), np.float32), table.indices, table.indptr), table.shape)
    shares = counts * SMOOTHING / counts.sum()
    claims, others = (there.T @ (shares * part) + 1 for part in (labels, 1 - labels))
    result: Floats = np.abs(np.log((claims / claims.sum()) / (others / others.sum())))
    return result


def folds(groups: Sequence[str]) -> npt.NDArray[np.int64]:
    """The fold of each group."""
    return np.array([zlib.crc32(group.encode()) % FOLDS for group in groups])


def is_spanish(rows: Sequence[Sentence]) -> npt.NDArray[np.bool_]:
    """Whether each of `rows` is Spanish. Of what people wrote that is known, whatever it looks like."""
    return np.array([row.source in SPANISH for row in rows])


def held_out(known: Seen, rows: Sequence[Sentence]) -> Floats:
    """The logit of every row from a model that did not see its fold."""
    labels = np.array([row.label for row in rows], np.float64)
    fold, spanish, logits = folds([row.group for row in rows]), is_spanish(rows), np.zeros(len(rows))
    for number in range(FOLDS):
        for language in (False, True):
            used, tried = (
                np.flatnonzero((spanish == language) & part) for part in (fold != number, fold == number)
            )
            counts = weights([rows[index] for index in used.tolist()])
            found = fit(known.sparse[used], labels[used], counts, spanish=language)
            logits[tried] = known.sparse[tried] @ found[:-1] + found[-1]
            if not language:
                trees = boosted(known.dense[used], labels[used], counts)
                logits[tried] += SHARE * trees.decision_function(known.dense[tried])
    return logits


def balanced(scores: Floats, labels: npt.NDArray[np.int64], least: float) -> float:
    """The mean of the shares of claims and of others that are on the right side of `least`."""
    return float(((scores[labels == 1] >= least).mean() + (scores[labels == 0] < least).mean()) / 2)


def f1(scores: Floats, labels: npt.NDArray[np.int64], least: float) -> float:
    """The harmonic mean of precision and recall at `least`."""
    found = scores >= least
    return float(2 * (found & (labels == 1)).sum() / max(1, found.sum() + labels.sum()))


def threshold(scores: Floats, rows: Sequence[Sentence], *, spanish: bool) -> float:
    """Spanish: where F1 of tweets is best; English: where the balanced accuracies of the measured sources are best on
    average.
    """
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


def replies_threshold(scores: Floats, rows: Sequence[Sentence]) -> float:
    """For a Spanish text that is no tweet: so that `MARKED` of what is said in chats and is no claim is taken for one."""
    others = [
        score for score, row in zip(scores, rows, strict=True) if row.source == "spoken_es" and not row.label
    ]
    ranked, most = sorted(others, reverse=True), int(len(others) * MARKED)
    return float(ranked[most - 1] + ranked[most]) / 2


def _middle(tried: Floats, figures: Sequence[float]) -> float:
    """The middle of where the figure is next to its best: the best itself is chance."""
    good = [least for least, figure in zip(tried, figures, strict=True) if figure >= max(figures) - NEXT]
    return float((good[0] + good[-1]) / 2)


def trained(rows: Sequence[Sentence], words: Tables) -> tuple[Worthy, Floats]:
    """The model without a second opinion, and the held-out logits of `rows`."""
    known = seen([row.text for row in rows], words)
    logits, spanish = held_out(known, rows), is_spanish(rows)
    tweet = threshold(logits, rows, spanish=True)
    english = _language(known, rows, logits, threshold(logits, rows, spanish=False), spanish=False)
    other = _language(known, rows, logits, replies_threshold(logits, rows), spanish=True)
    mine = [row for row, there in zip(rows, spanish, strict=True) if not there]
    labels = np.array([row.label for row in mine], np.float64)
    trees = forest(boosted(known.dense[~spanish], labels, weights(mine)))
    return Worthy(english, other, chance(other.odds(tweet)), trees, SHARE, words, None), logits


def _language(
    known: Seen, rows: Sequence[Sentence], logits: Floats, least: float, *, spanish: bool
) -> Language:
    """What is learnt of the rows of one language; `least`: the logit from which on a sentence is taken for a claim."""
    inside = is_spanish(rows) == spanish
    mine = [row for row, there in zip(rows, inside, strict=True) if there]
    labels, counts = np.array([row.label for row in mine], np.float64), weights(mine)
    found = fit(known.sparse[inside], labels, counts, spanish=spanish)
    steps, tables = _quantised(found[: 3 << BITS])
    size = known.sparse.shape[1] - (3 << BITS) - DENSE
    dense = (found[3 << BITS : -1] * _counts(size)).astype(np.float32)
    fitted = LogisticRegression(C=1e6).fit(logits[inside, None], labels, sample_weight=counts)
    slope, constant = float(fitted.coef_[0, 0]), float(fitted.intercept_[0])
    result = Language(tables, dense, steps, float(found[-1]), slope, constant, 0.0)
    return replace(result, least=chance(result.odds(least)))


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
    return {
        **_stored(model.english, "english"),
        **_stored(model.spanish, "spanish"),
        "worthy_numbers": np.array([model.tweet, model.share]),
        **stored(model.trees, "trees_"),
    }


def _stored(language: Language, name: str) -> dict[str, npt.NDArray[Any]]:
    chars, words, shapes = language.tables
    numbers = (*language.steps, language.bias, language.slope, language.constant, language.least)
    return {
        f"{name}_chars": chars,
        f"{name}_words": words,
        f"{name}_shapes": shapes,
        f"{name}_dense": language.dense,
        f"{name}_numbers": np.array(numbers),
    }
