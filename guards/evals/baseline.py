"""What the guard is compared with: TF-IDF of character and word n-grams, and logistic regression."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union

from guards.training.data import Row

LONGEST = 4000
"""Characters of a text that are read."""


def baseline(rows: Sequence[Row]) -> Callable[[Sequence[Row]], list[float]]:
    """Trained on `rows`: characters 2–5 within words, words 1–3. Gives probabilities."""
    model = make_pipeline(
        make_union(
            TfidfVectorizer(
                analyzer="char_wb", ngram_range=(2, 5), min_df=5, sublinear_tf=True, max_features=300_000
            ),
            TfidfVectorizer(ngram_range=(1, 3), min_df=3, sublinear_tf=True, max_features=200_000),
        ),
        LogisticRegression(solver="liblinear", C=10.0, class_weight="balanced"),
    )
    model.fit([row.text[:LONGEST] for row in rows], [row.label for row in rows])

    def scores(texts: Sequence[Row]) -> list[float]:
        return [float(p) for p in model.predict_proba([row.text[:LONGEST] for row in texts])[:, 1]]

    return scores
