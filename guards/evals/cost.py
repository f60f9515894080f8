"""What the injection guard costs: `python -m guards.evals.cost DATA`, in one process, on one thread.

Beside it, on the same messages, a model of the shape of DeBERTa-v3-base with weights of one byte: the usual
detector. Its weights are random, which changes nothing of its time. That column needs what
`guards/training/encoder.txt` lists.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import mean, median, quantiles

import numpy as np

from guards.base import Stage, Subject
from guards.injection.guard import loaded
from guards.training.data import read

CHAT = 2_000
"""Messages of each chat set that are timed."""
RIVAL = 60
"""Messages that the large model is timed on, evenly spread."""
LONG = 2_000
"""Characters."""
CHARS_PER_TOKEN = 4.2
VOCABULARY = 128_100

Check = Callable[[str], object]


def chats(data: Path) -> list[str]:
    """Messages of the development set's chat, and of the training set's."""
    nps = [row.text for row in read(data / "dev.jsonl.gz") if row.source == "nps_chat"]
    irc = [row.text for row in read(data / "train.jsonl.gz") if row.source == "ubuntu_irc"]
    return [*_spread(nps, CHAT), *_spread(irc, CHAT)]


def longs(data: Path) -> list[str]:
    """Texts of the development set that are long enough, cut."""
    return [row.text[:LONG] for row in read(data / "dev.jsonl.gz") if len(row.text) >= LONG]


def _spread(texts: Sequence[str], count: int) -> list[str]:
    return [texts[index] for index in np.linspace(0, len(texts) - 1, count).astype(int)]


def milliseconds(check: Check, texts: Sequence[str]) -> list[float]:
    """What `check` takes for each text."""
    taken = []
    for text in texts:
        started = time.perf_counter()
        check(text)
        taken.append((time.perf_counter() - started) * 1e3)
    return taken


def rival() -> Check:
    """The large model.

    Raises:
        ImportError: torch, transformers or onnx are not there.
    """
    import onnxruntime
    import torch
    from onnxruntime.quantization import quantize_dynamic
    from transformers import DebertaV2Config, DebertaV2ForSequenceClassification

    config = DebertaV2Config(
        vocab_size=VOCABULARY, hidden_size=768, num_hidden_layers=12, num_attention_heads=12,
        intermediate_size=3072, relative_attention=True, position_buckets=256, norm_rel_ebd="layer_norm",
        share_att_key=True, pos_att_type=["p2c", "c2p"], max_relative_positions=-1, position_biased_input=False,
        type_vocab_size=0, layer_norm_eps=1e-7, return_dict=False,
    )  # fmt: skip
    model = DebertaV2ForSequenceClassification(config).eval()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    with tempfile.TemporaryDirectory() as folder:
        whole, small = (str(Path(folder) / name) for name in ("whole.onnx", "small.onnx"))
        ids = torch.ones(1, 16, dtype=torch.long)
        axes = {"ids": {1: "tokens"}, "mask": {1: "tokens"}}
        torch.onnx.export(
            model, (ids, torch.ones_like(ids)), whole, input_names=["ids", "mask"], output_names=["logits"],
            dynamic_axes=axes, opset_version=17, dynamo=False,
        )  # fmt: skip
        quantize_dynamic(whole, small)
        session = onnxruntime.InferenceSession(
            small, sess_options=options, providers=["CPUExecutionProvider"]
        )

    def check(text: str) -> object:
        tokens = min(512, 2 + round(len(text) / CHARS_PER_TOKEN))
        ids = np.full((1, tokens), 1000)
        return session.run(None, {"ids": ids, "mask": np.ones_like(ids)})

    return check


def main(data: Path) -> None:
    """Prints a table."""
    judge = loaded()

    def guard(text: str) -> object:
        return judge.check(Subject(text, Stage.INPUT))

    messages, large = chats(data), longs(data)
    for check in (guard, guard):
        # The first round warms up.
        taken = milliseconds(check, messages)
    sys.stdout.write(f"{len(messages)} chat messages: {_row(taken)}\n")
    read_by = sum(bool(judge.begin(Subject(text, Stage.INPUT)).window) for text in messages)
    sys.stdout.write(f"read by the encoder: {read_by / len(messages):.1%}\n")
    sys.stdout.write(f"{len(large)} texts of {LONG} characters: {_row(milliseconds(guard, large))}\n")
    try:
        other = rival()
    except ImportError as error:
        sys.stdout.write(f"no large model to compare with: {error}\n")
        return
    few = _spread(messages, RIVAL)
    other(few[0])
    theirs = milliseconds(other, few)
    ours = milliseconds(guard, messages)
    sys.stdout.write(f"DeBERTa-v3-base's shape, int8, {len(few)} of them: {_row(theirs)}\n")
    sys.stdout.write(f"mean, times as much: {mean(theirs) / mean(ours):.0f}\n")


def _row(taken: Sequence[float]) -> str:
    return (
        f"median {median(taken):.3f} ms, mean {mean(taken):.3f}, p99 {quantiles(taken, n=100, method='inclusive')[98]:.2f}, "
        f"most {max(taken):.2f}"
    )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m guards.evals.cost DATA")
    main(Path(sys.argv[1]))
