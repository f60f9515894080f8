"""How well wrong claims are told by asking again: `python -m guards.evals.consistency DATA`.

Beside the combination each score alone, in the same run on the same samples: SelfCheckGPT's n-grams, names and numbers,
and what the reader of passages makes of the samples. All rows are of `dev_dev`, which no weight and no threshold was
chosen on. Intervals are of 95 %, from 1,000 draws of the rows. Needs the dependency group "training".
"""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score

from guards.claims.compared import MOST_WORDS
from guards.claims.consistency import Samples, weights
from guards.claims.texts import Text, read
from guards.evals.bootstrap import Array, Figure, difference, interval
from guards.training.worthy import lines

TITLES = {
    "wikibio_half": "WikiBio sentences", "sac3_nq": "SAC3-NQ", "sac3_hotpotQA": "SAC3-HotpotQA", "phd": "PHD",
}  # fmt: skip
MUST = ("wikibio_half", "sac3_nq", "sac3_hotpotQA")
SINGLE = {
    "words": "words (unigrams)", "words most": "the rarest word", "pairs": "pairs (bigrams)",
    "pairs most": "the rarest pair", "support": "telling words, names and numbers",
    "least": "the rarest name or number", "read": "reader of passages",
}  # fmt: skip
"""Scores of a claim, the first four SelfCheckGPT's."""
PARTS = {
    "alike": "answer and samples alike", "back": "samples in the answer", "agreement": "samples alike",
}  # fmt: skip
"""Parts of the combination that are about the whole answer."""


FEWER = (2, 3, 5, 10)
"""Samples, of the ten that there are."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What every score says of a claim; the higher, the likelier it is wrong."""

    source: str
    wrong: int
    scores: Mapping[str, float]
    said: str
    """What a member would be told."""


def measured(data: Path) -> Iterator[Measured]:
    """All claims of `dev_dev` with samples."""
    for row in lines(data / "responses.jsonl.gz"):
        if row["pool"] != "dev_dev" or row["source"] not in TITLES:
            continue
        # WikiBio's prompts are not in the data.
        question = "" if row["source"] == "wikibio_half" else row["question"]
        samples = Samples(row["response"], row["samples"], question)
        fewer = {size: Samples(row["response"], row["samples"][:size], question) for size in FEWER}
        counts = _Counts([read(text) for text in (*row["samples"], row["response"])])
        for texts, wrong in _claims(row):
            told = [_scores(text, samples, counts) for text in texts]
            mean = {name: float(np.mean([each[name] for each in told])) for name in told[0]}
            mean |= {
                str(size): float(np.mean([one.unsupported(text) for text in texts]))
                for size, one in fewer.items()
            }
            said = samples.answer(texts[0]) if len(texts) == 1 else ""
            yield Measured(row["source"], wrong, mean, said)


def _claims(row: dict[str, Any]) -> Iterator[tuple[list[str], int]]:
    """What is labelled: each sentence, or an answer; of a long one the scores of its sentences are averaged."""
    if row["source"] == "wikibio_half":
        yield from (([one["text"]], one["label"]) for one in row["sentences"])
    else:
        parts = [one["text"] for one in row["sentences"]] if row["source"] == "phd" else [row["response"]]
        yield parts, row["label"]


def _scores(text: str, samples: Samples, counts: _Counts) -> dict[str, float]:
    signals = samples.signals(text)
    return {
        **counts.surprise(read(text, MOST_WORDS)),
        **{name: 1 - signals[name] for name in ("support", "least", "read", *PARTS)},
        "ours": samples.unsupported(text),
    }


class _Counts:
    """SelfCheckGPT's n-gram models of an answer and its samples together; each n-gram is counted once more."""

    def __init__(self, texts: Sequence[Text]) -> None:
        self._words = Counter(word for one in texts for word in one.words)
        self._pairs = Counter(pair for one in texts for pair in pairwise(("", *one.words)))
        self._total = sum(self._words.values())

    def surprise(self, said: Text) -> dict[str, float]:
        size = len(self._words) + 1
        words = [-math.log((self._words[word] + 1) / (self._total + size)) for word in said.words] or [0.0]
        pairs = [
            -math.log((self._pairs[pair] + 1) / (self._words[pair[0]] + size))
            for pair in pairwise(("", *said.words))
        ] or [0.0]
        return {
            "words": sum(words) / len(words),
            "words most": max(words),
            "pairs": sum(pairs) / len(pairs),
            "pairs most": max(pairs),
        }


def _figure(source: str) -> tuple[str, Figure]:
    if source == "wikibio_half":
        return "AP of wrong sentences", lambda scores, wrong: float(average_precision_score(wrong, scores))
    return "AUC", lambda scores, wrong: float(roc_auc_score(wrong, scores))


def table(found: Sequence[Measured]) -> Iterator[str]:
    """Both tables, in Markdown."""
    yield "| asked again | rows | figure | best single score | ours | difference | must |"
    yield "| --- | --: | --- | --- | --- | --- | --- |"
    for source, title in TITLES.items():
        wrong, scores = _of(found, source)
        what, figure = _figure(source)
        best = max(SINGLE, key=lambda name: figure(scores[name], wrong))
        gain = difference(figure, scores["ours"], scores[best], wrong)
        asked = f"> 0: {'holds' if gain.value > 0 else 'missed'}" if source in MUST else ""
        yield (
            f"| {title} | {len(wrong)} | {what} | {SINGLE[best]} {interval(figure, scores[best], wrong)} "
            f"| {interval(figure, scores['ours'], wrong)} | {gain} | {asked} |"
        )
    yield ""
    yield "| each score alone | " + " | ".join(TITLES.values()) + " |"
    yield "| --- |" + " --: |" * len(TITLES)
    for name, title in {**SINGLE, **PARTS, "ours": "ours"}.items():
        cells = []
        for source in TITLES:
            wrong, scores = _of(found, source)
            cells.append(f"{100 * _figure(source)[1](scores[name], wrong):.1f}")
        yield f"| {title} | " + " | ".join(cells) + " |"


def fewer(found: Sequence[Measured]) -> Iterator[str]:
    """The same with the first few of the samples."""
    yield "| samples | " + " | ".join(TITLES[source] for source in MUST) + " |"
    yield "| --: |" + " --: |" * len(MUST)
    for size in FEWER:
        cells = []
        for source in MUST:
            wrong, scores = _of(found, source)
            cells.append(f"{100 * _figure(source)[1](scores[str(size)], wrong):.1f}")
        yield f"| {size} | " + " | ".join(cells) + " |"


def said(found: Sequence[Measured]) -> Iterator[str]:
    """What members would be told, and how often that is right."""
    for part, one in weights().items():
        yield f"{part}: the answers differ from {one.differ} on, agree up to {one.agree}"
    yield ""
    yield "| source | wrong of all | told that the answers differ, wrong of them | told that they agree, right of them |"
    yield "| --- | --: | --: | --: |"
    for source in MUST:
        title, rows = TITLES[source], [one for one in found if one.source == source]
        differ = [one.wrong for one in rows if one.said == "differ"]
        agree = [1 - one.wrong for one in rows if one.said == "agree"]
        yield (
            f"| {title} | {sum(one.wrong for one in rows)} of {len(rows)} | {sum(differ)} of {len(differ)} "
            f"| {sum(agree)} of {len(agree)} |"
        )


def _of(found: Sequence[Measured], source: str) -> tuple[Array, dict[str, Array]]:
    rows = [one for one in found if one.source == source]
    scores = {name: np.array([one.scores[name] for one in rows]) for name in rows[0].scores}
    return np.array([one.wrong for one in rows]), scores


def main(data: Path) -> None:
    """Prints the tables."""
    found = list(measured(data))
    for line in (*table(found), "", *fewer(found), "", *said(found)):
        sys.stdout.write(line + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m guards.evals.consistency DATA")
    main(Path(sys.argv[1]))
