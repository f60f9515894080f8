"""Labelled texts for the injection guard: read, weighed, and kept apart from what it is measured with.

They lie in a folder `injection`; beside it lies `claims`, whose prose is harmless here.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guards.base import Source
from guards.normalize import fold
from guards.training.written import rows as written_rows

SETS = Path(__file__).parent.parent / "evals" / "sets"
"""Our own evaluation sets."""
HARD = Path(__file__).parent / "hard.txt"
"""Harmless lines in the words of an attack, one a line."""
SHARED = 10
"""So many words in a row that stand in an evaluation text, too, make a training text a near-duplicate."""

MOST_HARMLESS = 4000
MOST_ATTACKS = 800
"""So many rows of one public source count; the rows of a larger one share that weight."""
WRITTEN = {"sereno_written": 1.5, "sereno_hard": 6.0}
"""What a row counts that was written for this project."""
ATTACKS = 0.3
"""Share of all weight that attacks have."""
TRUST = {
    # Requests without any injection: half of them are ordinary, or only harmful.
    "bipia_train_attacks": 0.0,
    "wildteaming_mixtral": 0.0,
    "jbb_artifacts": 0.05,
    # Long role-play; most of its sentences are harmless, and some of it is harmless altogether.
    "verazuo_jailbreak": 0.1,
    "jackhhao_jailbreak_cls": 0.15,
    "llm_adaptive_attacks": 0.2,
    "self_reminder_jailbreaks": 0.2,
    "jailbreak_templates_filled": 0.3,
    # Labels with many errors.
    "injecguard_pilot_valid": 0.3,
    "deepset": 0.5,
}
"""What the attacks of a source count, where it is not 1."""

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled text."""

    text: str
    label: int
    """1: an attack. 0: harmless."""
    source: str
    kind: str = ""
    lang: str = ""
    family: str = ""
    """The template family, of rows written for this project."""
    lane: Source = "author"
    task: str = ""
    """The task whose data the text is, if any."""


def read(path: Path) -> Iterator[Row]:
    """The rows of a file of JSON lines, plain or gzipped."""
    reader = gzip.open if path.suffix == ".gz" else open
    with reader(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if "split" in row:
                yield Row(row["text"], row["label"], row["source"], row["kind"], row["lang"])
            else:  # One of our sets; its source is whose words the text is.
                name = path.name.partition(".")[0]
                yield Row(
                    row["text"],
                    row["label"],
                    name,
                    row.get("kind", ""),
                    row.get("lang", ""),
                    lane=row.get("source", "author"),
                    task=row.get("task", ""),
                )


def training_rows(data: Path) -> list[Row]:
    """What is trained on: the public rows under `data` and our own, without what is in an evaluation set."""
    rows = list(read(data / "train.jsonl.gz"))
    rows += [
        Row(row["text"], row["label"], row["source"], row["kind"], row["lang"], row["family"])
        for row in written_rows()
    ]
    rows += prose(data.parent / "claims")
    hard = HARD.read_text("utf-8").splitlines()
    rows += [Row(text, 0, "sereno_hard", "benign_hard") for text in hard if text]
    return apart(rows, evaluation_texts(data))


def prose(claims: Path) -> Iterator[Row]:
    """Harmless sentences and passages of encyclopedias, manuals and web pages, of the data for checking claims.

    Half of the passages of Python's documentation are kept for measuring: `manual`.
    """
    pairs = [row for row in lines_of(claims / "nli.jsonl.gz") if row["pool"] == "dev_train"]
    for source in ("inferes_es", "vitaminc_real"):
        found = [text for row in pairs if row["source"] == source for text in (row["evidence"], row["claim"])]
        yield from _harmless(list(dict.fromkeys(found))[:MOST_HARMLESS], source)
    given = [row for row in lines_of(claims / "responses.jsonl.gz") if row["source"] == "ragtruth_qa"]
    yield from _harmless(dict.fromkeys(row["context"] for row in given), "ragtruth_qa")
    yield from _harmless((row.text for row in manual(claims, part=0)), "kb_python")


def manual(claims: Path, part: int) -> Iterator[Row]:
    """Every second passage of Python's documentation in English and Spanish; `part`: 0 or 1."""
    passages = list(lines_of(claims / "kb_python.jsonl.gz"))[part::2]
    for lang in ("en", "es"):
        for row in passages:
            if text := row[f"text_{lang}"]:
                yield Row(text, 0, "kb_python", "benign", lang, lane="document")


def lines_of(path: Path) -> Iterator[dict[str, Any]]:
    """What stands in a gzipped file of JSON lines."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _harmless(texts: Iterable[str], source: str) -> Iterator[Row]:
    return (Row(text, 0, source, "benign") for text in texts)


def evaluation_texts(data: Path) -> Iterator[str]:
    """Every text that something is measured or chosen with."""
    yield from (row.text for row in manual(data.parent / "claims", part=1))
    for path in [
        data / "dev.jsonl.gz",
        *sorted((data / "test").glob("*.jsonl.gz")),
        *sorted(SETS.glob("*.jsonl")),
    ]:
        for row in read(path):
            yield row.text


def apart(rows: Iterable[Row], others: Iterable[str]) -> list[Row]:
    """`rows` without those that equal one of `others`, or share ten words in a row with one."""
    whole: set[tuple[str, ...]] = set()
    pieces: set[int] = set()
    for text in others:
        words = _words(text)
        whole.add(words)
        pieces.update(_pieces(words))
    kept = []
    for row in rows:
        words = _words(row.text)
        if words not in whole and pieces.isdisjoint(_pieces(words)):
            kept.append(row)
    return kept


def weights(rows: list[Row]) -> list[float]:
    """What each row counts, so that no source outweighs the others; 1 on average."""
    sizes = Counter((row.source, row.label) for row in rows)
    found = []
    for row in rows:
        most = MOST_ATTACKS if row.label else MOST_HARMLESS
        if row.source in WRITTEN:
            found.append(WRITTEN[row.source])
        else:
            trust = TRUST.get(row.source, 1.0) if row.label else 1.0
            found.append(min(1.0, most / sizes[row.source, row.label]) * trust)
    attacks = sum(weight for weight, row in zip(found, rows, strict=True) if row.label)
    harmless = sum(found) - attacks
    factor = ATTACKS / (1 - ATTACKS) * harmless / attacks
    found = [weight * factor if row.label else weight for weight, row in zip(found, rows, strict=True)]
    mean = sum(found) / len(found)
    return [weight / mean for weight in found]


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(fold(text).text))


def _pieces(words: tuple[str, ...]) -> Iterator[int]:
    for at in range(len(words) - SHARED + 1):
        yield hash(words[at : at + SHARED])
