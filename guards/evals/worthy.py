"""How well claims are told from other sentences, beside n-grams trained on the same texts.

`policlaim` has no development part: its figures, and those of the baseline, are held out by speech within the
training part. Everything else is measured on `dev_dev`, which chose nothing.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline, make_union

from guards.claims.features import features
from guards.claims.worthy import Worthy, is_tweet
from guards.evals.bootstrap import Array, Figure, Interval, difference, interval
from guards.training.worthy import (
    MEASURED,
    Sentence,
    balanced,
    f1,
    folds,
    labelled,
    threshold,
    trained,
    training_sentences,
)

CHECKTHAT = 6_000
"""Sentences of CheckThat that the English baseline is trained on, as in the data's own baseline."""
GUESSED = "ct24_es, guessed"
"""The Spanish tweets, where the model has to see by itself that they are some."""
TITLES = {
    "ct24_en": "CheckThat English", "policlaim": "policlaim (held out)", "faithdial_vrm": "faithdial",
    "factcheckbench_sentence": "factcheckbench", "ct24_es": "CheckThat Spanish", GUESSED: "the same, not told to be tweets",
}  # fmt: skip

Scores: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judged:
    """The scores of one source by both, with the thresholds of both taken off: from 0 on it is a claim."""

    name: str
    labels: Array
    ours: Scores
    theirs: Scores


def judged(data: Path, model: Worthy) -> list[Judged]:
    """What both say of each source."""
    rows = training_sentences(data)
    _, logits = trained(rows, model.words)
    dev = labelled(data, "dev_dev")
    plain = [row for row in rows if row.source in MEASURED or row.source.startswith("ct24_es")]
    base_held, base_dev = _baseline(plain, dev)
    least = {spanish: threshold(base_held, plain, spanish=spanish) for spanish in (False, True)}
    found = []
    for name in TITLES:
        if name == "policlaim":
            ours = np.array([logit for logit, row in zip(logits, rows, strict=True) if row.source == name])
            ours -= threshold(logits, rows, spanish=False)
            theirs = np.array(
                [score for score, row in zip(base_held, plain, strict=True) if row.source == name]
            )
            labels = np.array([row.label for row in rows if row.source == name])
        else:
            source = name.partition(",")[0]
            inside = [row for row in dev if row.source == source]
            ours = np.array([_over(model, row.text, tweet=name == "ct24_es") for row in inside])
            theirs = np.array(
                [score for score, row in zip(base_dev, dev, strict=True) if row.source == source]
            )
            labels = np.array([row.label for row in inside])
        found.append(Judged(name, labels, ours, theirs - least[name.startswith("ct24_es")]))
    return found


def _over(model: Worthy, text: str, *, tweet: bool) -> float:
    """How far above its threshold the shipped model's log-odds are; `tweet`: it is known to be a Spanish one."""
    seen = features(text)
    tweet = tweet or is_tweet(text)
    least = model.tweet if tweet else model.least(spanish=seen.spanish, tweet=False)
    return model.odds(text, seen, tweet=tweet) - math.log(least / (1 - least))


def _pipeline() -> Any:
    return make_pipeline(
        make_union(
            TfidfVectorizer(
                analyzer="char_wb", ngram_range=(2, 5), min_df=3, sublinear_tf=True, max_features=200_000
            ),
            TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
        ),
        LogisticRegression(solver="liblinear", C=3.0, class_weight="balanced"),
    )


def _baseline(rows: Sequence[Sentence], dev: Sequence[Sentence]) -> tuple[Scores, Scores]:
    """The log-odds of n-grams: of `rows` held out, and of `dev`; one model for each language."""
    held, found = np.zeros(len(rows)), np.zeros(len(dev))
    fold = folds([row.group for row in rows])
    for spanish in (False, True):
        mine = np.array([row.source.startswith("ct24_es") == spanish for row in rows])
        theirs = np.array([row.source.startswith("ct24_es") == spanish for row in dev])
        for number in range(int(fold.max()) + 1):
            test = mine & (fold == number)
            fitted = _fitted([row for row, use in zip(rows, mine & ~test, strict=True) if use])
            held[test] = fitted.decision_function(
                [row.text for row, use in zip(rows, test, strict=True) if use]
            )
        fitted = _fitted([row for row, use in zip(rows, mine, strict=True) if use])
        found[theirs] = fitted.decision_function(
            [row.text for row, use in zip(dev, theirs, strict=True) if use]
        )
    return held, found


def _fitted(rows: Sequence[Sentence]) -> Any:
    debates = [row for row in rows if row.source == "ct24_en"]
    random.Random(0).shuffle(debates)  # noqa: S311 - the same sample every time
    rows = [*(row for row in rows if row.source != "ct24_en"), *debates[:CHECKTHAT]]
    return _pipeline().fit([row.text for row in rows], [row.label for row in rows])


def _balanced(scores: Array, labels: Array) -> float:
    return balanced(scores, labels, 0.0)


def _f1(scores: Array, labels: Array) -> float:
    return f1(scores, labels, 0.0)


def _auc(scores: Array, labels: Array) -> float:
    return float(roc_auc_score(labels, scores))


FIGURES: dict[str, tuple[str, Figure]] = {
    **dict.fromkeys(MEASURED, ("balanced accuracy", _balanced)),
    "factcheckbench_sentence": ("AUC", _auc),
    "ct24_es": ("F1 of the claims", _f1),
    GUESSED: ("F1 of the claims", _f1),
}
MUST = {"ct24_es": 0.04, GUESSED: None}
MEAN_MUST, WORSE_MUST = 0.03, -0.01


def lines(data: Path, model: Worthy) -> Iterator[str]:
    """The table, in Markdown."""
    yield "| check-worthiness | rows | figure | n-grams | ours | difference | must |"
    yield "| --- | --: | --- | --- | --- | --- | --- |"
    gains = []
    for one in judged(data, model):
        what, figure = FIGURES[one.name]
        base, ours = interval(figure, one.theirs, one.labels), interval(figure, one.ours, one.labels)
        gain = difference(figure, one.ours, one.theirs, one.labels)
        least = MUST.get(one.name, WORSE_MUST)
        yield _line(TITLES[one.name], str(len(one.labels)), what, base, ours, gain, least)
        if not one.name.startswith("ct24_es"):
            gains.append(gain.value)
    mean = sum(gains) / len(gains)
    yield f"| mean of the English four | | | | | {100 * mean:+.1f} | ≥ +3: {_word(mean >= MEAN_MUST)} |"


def _line(
    title: str, rows: str, what: str, base: Interval, ours: Interval, gain: Interval, least: float | None
) -> str:
    must = "" if least is None else f"≥ {100 * least:+.0f}: {_word(gain.value >= least)}"
    return f"| {title} | {rows} | {what} | {base} | {ours} | {gain} | {must} |"


def _word(holds: bool) -> str:
    return "holds" if holds else "missed"
