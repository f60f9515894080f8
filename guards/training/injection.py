"""Trains the linear model of the injection guard: `python -m guards.training.injection DATA [OUT.npz]`.

DATA is the folder with train.jsonl.gz, dev.jsonl.gz and test/. One thread, no chance anywhere: the same
data give the same bytes. Needs the dependency group "training".
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from guards.base import Stage, Subject
from guards.injection.features import (
    BITS,
    IDEA_FEATURES,
    SHORT_IDEA_FEATURES,
    Features,
    features,
    windows,
)
from guards.injection.linear import KINDS, WEIGHTS, Model
from guards.injection.scan import scan
from guards.normalize import views
from guards.training.data import Row, read, training_rows, weights

STRENGTH = 0.4
"""The inverse of the penalty on large weights."""
STEPS = (50, 30)
"""Steps of the optimiser: with every window of an attack, then with the worst ones."""
BLOCKED = 0.01
"""So many of the harmless prompts of the development set may be blocked."""
BLOCK = 0.8
SHARPNESS = 1.5
"""How much more the worst windows of an attack count than the others."""
RARE = 3
"""A feature in fewer windows than this has no weight."""
MOST_CHARS = 12_000
"""Characters of a training text that are read."""

Floats = npt.NDArray[np.float64]
SIZES = (1 << BITS, 1 << BITS, IDEA_FEATURES)


@dataclass(frozen=True, slots=True)
class Windows:
    """The windows of all views of many texts."""

    matrix: Any
    """Sparse: a row for each window; the three tables side by side."""
    owner: npt.NDArray[np.int64]
    """The text that each window is of."""
    plain: npt.NDArray[np.bool_]
    """Whether nothing had to be decoded to see it."""


def seen(rows: Sequence[Row]) -> Windows:
    """The windows of `rows`, as the model sees them."""
    parts: tuple[list[npt.NDArray[np.int32]], ...] = ([], [], [])
    lengths: list[int] = []
    owner: list[int] = []
    plain: list[bool] = []
    for index, row in enumerate(rows):
        for view in views(row.text[:MOST_CHARS])[1:]:
            for start, end in windows(view.text):
                found = features(view.text[start:end])
                for part, indices in zip(parts, (found.chars, found.words, found.ideas), strict=True):
                    part.append(indices.astype(np.int32))
                lengths.append(found.length)
                owner.append(index)
                plain.append(view.chain == ("folded",))
    blocks = []
    for part, size in zip(parts, SIZES, strict=True):
        counts = np.array([len(indices) for indices in part])
        norm = 4 * np.array(lengths) + 10 if size == IDEA_FEATURES else np.maximum(counts, 1)
        values = np.repeat(1 / np.sqrt(norm), counts).astype(np.float32)
        ends = np.concatenate([[0], np.cumsum(counts)])
        blocks.append(sp.csr_matrix((values, np.concatenate(part), ends), shape=(len(part), size)))
        part.clear()
    return Windows(sp.hstack(blocks, format="csr"), np.array(owner), np.array(plain))


def fit(matrix: Any, labels: Floats, counts: Floats, steps: int, start: Floats | None = None) -> Floats:
    """Logistic regression: the weights, and the constant at the end."""
    signs = 2 * labels - 1
    turned = matrix.T.tocsr()

    def loss(values: Floats) -> tuple[float, Floats]:
        margin = signs * ((matrix @ values[:-1].astype(np.float32)).astype(np.float64) + values[-1])
        slope = -(counts * signs / (1 + np.exp(np.clip(margin, -50, 50))))
        total = (counts * np.logaddexp(0, -margin)).sum() + 0.5 / STRENGTH * (values[:-1] @ values[:-1])
        gradient = (turned @ slope.astype(np.float32)).astype(np.float64) + values[:-1] / STRENGTH
        return float(total), np.append(gradient, slope.sum())

    first = np.zeros(matrix.shape[1] + 1) if start is None else start
    options = {"maxiter": steps, "maxcor": 8}
    found: Floats = minimize(loss, first, jac=True, method="L-BFGS-B", options=options).x
    return found


def trained(rows: Sequence[Row], windowed: Windows) -> Floats:
    """The weights. An attack is in one place of its text: in a second pass its worst windows count most."""
    labels = np.array([row.label for row in rows], np.float64)[windowed.owner]
    weight = np.array(weights(list(rows)))[windowed.owner]
    owner, attack = windowed.owner, labels == 1
    harmless = weight / np.sqrt(np.bincount(owner)[owner])
    plain = windowed.plain / np.maximum(np.bincount(owner, windowed.plain)[owner], 1)
    counts = np.where(attack, weight * plain, harmless)
    used = np.flatnonzero(np.bincount(windowed.matrix.indices, minlength=sum(SIZES)) >= RARE)
    matrix = windowed.matrix[:, used]
    found: Floats | None = None
    for steps in STEPS:
        kept = np.flatnonzero(counts > 1e-6)
        found = fit(matrix[kept], labels[kept], counts[kept], steps, found)
        logits = matrix @ found[:-1]
        share = np.exp(SHARPNESS * (logits - _worst(logits, owner)[owner]))
        total = np.bincount(owner, np.where(attack, share, 0))[owner]
        counts = np.where(attack, weight * share / np.maximum(total, 1e-9), harmless)
    assert found is not None
    whole = np.zeros(sum(SIZES) + 1)
    whole[used] = found[:-1]
    whole[-1] = found[-1]
    return whole


def _worst(logits: Floats, owner: npt.NDArray[np.int64]) -> Floats:
    worst = np.full(owner.max() + 1, -np.inf)
    np.maximum.at(worst, owner, logits)
    return worst


def quantised(found: Floats, kinds: npt.NDArray[np.float32]) -> Model:
    """The model with weights of one byte; not calibrated."""
    tables = []
    scales = []
    for block in np.split(found[:-1], np.cumsum(SIZES)[:-1]):
        scale = np.quantile(np.abs(block[block != 0]), 0.9995) / 127
        tables.append(np.clip(np.round(block / scale), -127, 127).astype(np.int8))
        scales.append(float(scale))
    chars, words, ideas = tables
    return Model(
        chars, words, ideas, (scales[0], scales[1], scales[2]), float(found[-1]), (1.0, 0.0, 0.0), kinds
    )


def _kind(row: Row) -> str:
    """Which of `KINDS` an attack is, as far as its source says."""
    name = row.family.partition(".")[2]
    starts = {
        "override": "override", "forged": "override", "switch": "override", "leak": "prompt_extraction",
        "persona": "role_play", "task": "task_hijack", "hijack": "task_hijack", "doc": "indirect",
    }  # fmt: skip
    if name:
        return starts.get(name.partition("_")[0], "")
    if row.source in ("tensor_trust", "hackaprompt_2k"):
        return "task_hijack"
    if row.source == "yanismiraoui_multilingual":
        return "prompt_extraction" if row.kind == "leak" else "override"
    return {"leak": "prompt_extraction", "jailbreak": "role_play", "indirect": "indirect"}.get(row.kind, "")


def kind_weights(rows: Sequence[Row]) -> npt.NDArray[np.float32]:
    """A small model of what is asked for."""
    named = [
        (features(views(row.text)[1].text[:600]), _kind(row)) for row in rows if row.label and _kind(row)
    ]
    parts = [_short(found) for found, _ in named]
    values = np.concatenate([np.full(len(part), 1 / np.sqrt(max(1, len(part)))) for part in parts])
    ends = np.concatenate([[0], np.cumsum([len(part) for part in parts])])
    matrix = sp.csr_matrix((values, np.concatenate(parts), ends), shape=(len(parts), SHORT_IDEA_FEATURES))
    answers = np.array([KINDS.index(kind) for _, kind in named])
    model = LogisticRegression(C=3.0, class_weight="balanced", max_iter=200).fit(matrix, answers)
    return np.hstack([model.coef_, model.intercept_[:, None]]).astype(np.float16).astype(np.float32)


def _short(found: Features) -> npt.NDArray[np.intp]:
    return found.ideas[found.ideas < SHORT_IDEA_FEATURES]


def evidence(model: Model, rows: Sequence[Row]) -> tuple[Floats, Floats]:
    """For each row the logit of the model and the score of the rules."""
    logits, rules = [], []
    for row in rows:
        readings = views(row.text)[1:]
        logits.append(model.read(readings).logit)
        found = scan(Subject(row.text, Stage.INPUT), readings)
        rules.append(max((finding.score for finding in found), default=0.0))
    return np.array(logits), np.array(rules)


def calibrated(model: Model, rows: Sequence[Row]) -> Model:
    """`model` with what turns its logit and the rules' score into a probability (Platt 1999).

    The constant is such that the policy's threshold for blocking is where `BLOCKED` of the harmless
    prompts are: which says how frequent attacks are taken to be.
    """
    logits, rules = evidence(model, rows)
    labels = np.array([row.label for row in rows])
    fitted = LogisticRegression(C=1e6).fit(np.stack([logits, rules], axis=1), labels)
    first, second = (float(value) for value in fitted.coef_[0])
    odds = first * logits + second * rules
    prompts = np.array([row.label == 0 and row.source != "nps_chat" for row in rows])
    constant = constant_for(np.where(rules >= BLOCK, np.inf, odds)[prompts])
    return replace(model, calibration=(first, second, constant))


def constant_for(odds: Floats) -> float:
    """What is added to log-odds so that of these, of harmless texts, no more than the share `BLOCKED` come to `BLOCK`."""
    ranked = np.sort(odds)[::-1]
    last, first = ranked[int(len(ranked) * BLOCKED) - 1 :][:2]
    # Between the last that is blocked and the first that is not.
    return float(np.log(BLOCK / (1 - BLOCK)) - first - min(0.05, (last - first) / 2))


def reliability(model: Model, rows: Sequence[Row]) -> list[str]:
    """How often texts of each score are attacks: the lines of a table."""
    logits, rules = evidence(model, rows)
    scores = [
        max(rule, model.probability(logit, rule)) if rule < BLOCK else rule
        for logit, rule in zip(logits.tolist(), rules.tolist(), strict=True)
    ]
    edges = (0.0, 0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 1.01)
    lines = ["| score | texts | mean score | attacks |", "| --- | --: | --: | --: |"]
    for low, high in pairwise(edges):
        inside = [(score, row.label) for score, row in zip(scores, rows, strict=True) if low <= score < high]
        if inside:
            mean, attacks = (sum(values) / len(inside) for values in zip(*inside, strict=True))
            lines.append(f"| {low:g}–{min(1, high):g} | {len(inside)} | {mean:.3f} | {attacks:.3f} |")
    return lines


def write(model: Model, path: Path) -> None:
    """Stores the model; the same model gives the same bytes."""
    path.parent.mkdir(exist_ok=True)
    numbers = np.array([*model.scales, model.bias, *model.calibration])
    np.savez_compressed(
        path,
        chars=model.chars,
        words=model.words,
        ideas=model.ideas,
        kinds=model.kinds.astype(np.float16),
        numbers=numbers,
    )


def main(data: Path, out: Path) -> None:
    """Trains, calibrates on the development set, and writes the model."""
    started = time.perf_counter()
    rows = training_rows(data)
    _say(f"{len(rows)} rows, {sum(row.label for row in rows)} attacks", started)
    windowed = seen(rows)
    _say(f"{len(windowed.owner)} windows", started)
    found = trained(rows, windowed)
    _say("weights", started)
    dev = list(read(data / "dev.jsonl.gz"))
    model = calibrated(quantised(found, kind_weights(rows)), dev)
    write(model, out)
    _say(f"{out}: {out.stat().st_size:,} bytes; calibration {model.calibration}", started)
    sys.stdout.write("\n".join(reliability(model, dev)) + "\n")


def _say(text: str, started: float) -> None:
    sys.stdout.write(f"{time.perf_counter() - started:6.0f} s  {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: python -m guards.training.injection DATA [OUT.npz]")
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) == 3 else WEIGHTS)
