"""Trains the second opinion on Spanish sentences: part of `python -m guards.training.claims`.

E5 is not changed: what it makes of a sentence is what a small network learns from. On folds, sentences that no network
saw tell how the network's answers and the n-grams' go together, and where the thresholds are then. Needs torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from sklearn.linear_model import LogisticRegression

from guards.claims.opinion import Opinion, read
from guards.claims.worthy import Worthy, chance
from guards.e5 import e5
from guards.training.worthy import (
    FOLDS,
    Floats,
    Sentence,
    folds,
    is_spanish,
    replies_threshold,
    threshold,
    weights,
)

NETWORKS = 4
"""So many are trained from different beginnings; what is shipped is their mean."""
HIDDEN = 64
EPOCHS = 8
BATCH = 128
RATE = 2e-3
DECAY = 0.05
DROPPED, DROPPED_HIDDEN = 0.2, 0.5
EVERYTHING = (-np.inf, np.inf)
DOUBT = 0.05
"""How sure a label is not."""
DOUBTED, DOUBTED_TWEETS = (0.1, 0.5), (0.2, 0.95)
"""After the n-grams alone: what is less likely a claim, or likelier, is not asked about. Both lie around the thresholds."""

States = npt.NDArray[np.float32]


def states(rows: Sequence[Sentence]) -> States:
    """What E5 makes of each sentence."""
    return np.stack([e5().state(read(row.text)) for row in rows])


def learned(seen: States, labels: Floats, counts: Floats) -> Opinion:
    """The network; how it goes together with n-grams is not known yet."""
    means, scales = seen.mean(0), seen.std(0) + 1e-6
    known = torch.from_numpy((seen - means) / scales)
    target = torch.from_numpy(np.abs(labels - DOUBT).astype(np.float32))
    networks = [_network(known, target, counts, seed) for seed in range(NETWORKS)]
    hidden = [np.vstack([one[1].weight.detach().numpy().T, one[1].bias.detach().numpy()]) for one in networks]
    out = [one[4].weight.detach().numpy()[0] / NETWORKS for one in networks]
    constant = float(sum(one[4].bias.item() for one in networks)) / NETWORKS
    stored = [part.astype(np.float16) for part in (np.hstack(hidden), np.append(np.hstack(out), constant))]
    wide, ends = (part.astype(np.float32) for part in stored)
    return Opinion(means, scales, wide, ends, (0.0, 1.0, 0.0), EVERYTHING, EVERYTHING)


def _network(known: torch.Tensor, target: torch.Tensor, counts: Floats, seed: int) -> Any:
    torch.manual_seed(seed)
    dice = np.random.default_rng(seed)
    network = torch.nn.Sequential(
        torch.nn.Dropout(DROPPED),
        torch.nn.Linear(known.shape[1], HIDDEN),
        torch.nn.ReLU(),
        torch.nn.Dropout(DROPPED_HIDDEN),
        torch.nn.Linear(HIDDEN, 1),
    )
    steps = len(known) * EPOCHS // BATCH
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: 1 - step / steps)
    loss_of, shares = torch.nn.BCEWithLogitsLoss(), counts / counts.sum()
    for _ in range(steps):
        drawn = torch.from_numpy(dice.choice(len(known), BATCH, p=shares))
        loss = loss_of(network(known[drawn]).squeeze(-1), target[drawn])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return network.eval()


def with_opinion(model: Worthy, rows: Sequence[Sentence], logits: Floats) -> Worthy:
    """`model`, trained on `rows`, with a second opinion; `logits` are the n-grams' of rows that they did not see."""
    inside = is_spanish(rows)
    mine = [row for row, there in zip(rows, inside, strict=True) if there]
    known, own = states(mine), logits[inside]
    labels, counts = np.array([row.label for row in mine], np.float64), weights(mine)
    other = _held_out(known, mine, labels)
    fitted = LogisticRegression(C=1e6).fit(np.stack([own, other], 1), labels, sample_weight=counts)
    first, second = (float(weight) for weight in fitted.coef_[0])
    third = float(fitted.intercept_[0])
    alone = model.spanish.slope * own + model.spanish.constant
    both = first * own + second * other + third
    doubted, doubted_tweets = _odds(DOUBTED), _odds(DOUBTED_TWEETS)
    found = replace(
        learned(known, labels, counts),
        together=(first, second, third),
        doubted=doubted,
        doubted_tweets=doubted_tweets,
    )
    least = chance(replies_threshold(_where_doubted(alone, both, doubted), mine))
    tweet = chance(threshold(_where_doubted(alone, both, doubted_tweets), mine, spanish=True))
    return replace(model, spanish=replace(model.spanish, least=least), tweet=tweet, opinion=found)


def _odds(shares: tuple[float, float]) -> tuple[float, float]:
    low, high = (float(np.log(share / (1 - share))) for share in shares)
    return low, high


def _where_doubted(alone: Floats, both: Floats, doubted: tuple[float, float]) -> Floats:
    low, high = doubted
    return np.where((low <= alone) & (alone <= high), both, alone)


def _held_out(known: States, rows: Sequence[Sentence], labels: Floats) -> Floats:
    """What a network that did not see its fold says of every row."""
    fold_of, found = folds([row.group for row in rows]), np.zeros(len(rows))
    for number in range(FOLDS):
        used, tried = np.flatnonzero(fold_of != number), np.flatnonzero(fold_of == number)
        part = learned(known[used], labels[used], weights([rows[index] for index in used.tolist()]))
        found[tried] = [part.logit(known[index]) for index in tried.tolist()]
    return found


def arrays(opinion: Opinion) -> dict[str, npt.NDArray[Any]]:
    """What is stored of it."""
    return {
        "opinion_means": opinion.means.astype(np.float16),
        "opinion_scales": opinion.scales.astype(np.float16),
        "opinion_hidden": opinion.hidden.astype(np.float16),
        "opinion_out": opinion.out.astype(np.float16),
        "opinion_numbers": np.array([*opinion.together, *opinion.doubted, *opinion.doubted_tweets]),
    }
