"""Wrong marks on claims whose words a passage has: `python -m bench.claims_marks DATA`.

124 claims (`guards/evals/sets/claims_marks`), each checked alone, as by `/check`, with some 1,400 passages of the Python
documentation in two languages and four documents of made-up communities as the knowledge. `DATA` holds `kb_python.jsonl.gz`;
without it only the made-up documents are known.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.claims.base import Limits, Spoken
from bot.claims.checker import ClaimChecker
from bot.knowledge.documents import head_of
from bot.knowledge.library import Library
from bot.knowledge.passages import Passage, split
from bot.store.memory import MemoryStore
from guards.claims.reader import reader
from guards.claims.verify import Second

SET = Path(__file__).parents[1] / "guards" / "evals" / "sets" / "claims_marks"
COMMUNITY = "bench/claims-marks"
SECONDS = 30.0
MARKS = ("supported", "contradicted", "unverifiable", "")
"""What may stand at a claim; "" for nothing."""


def rows(name: str) -> list[dict[str, str]]:
    """The lines of `claims` or `documents`."""
    return [json.loads(line) for line in (SET / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


async def checker_of(half: str, data: Path | None = None, second: Second | None = None) -> ClaimChecker:
    """What checks claims, with the documents of a half of the set, and what `data` has, as the knowledge."""
    store = MemoryStore()
    for document in rows("documents"):
        if document["half"] == half:
            await _learn(store, split(document["text"], document=document["name"], language=document["lang"]))
    for passages in _python(data / "kb_python.jsonl.gz") if data else ():
        await _learn(store, passages)
    return ClaimChecker(Library(store, seconds=600.0), second=second)


async def _learn(store: MemoryStore, passages: list[Passage]) -> None:
    await store.learn(COMMUNITY, head_of(passages[0].document, passages, at=0.0, by=""), passages)


def _python(path: Path) -> Iterator[list[Passage]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        found: list[dict[str, Any]] = [json.loads(line) for line in lines]
    for language in ("en", "es"):
        documents: dict[str, list[Passage]] = {}
        for row in found:
            name, text = f"{row['section']}.{language}", row[f"text_{language}"]
            if text:
                passage = Passage(name, row["title"] or row["section"], text, language)
                documents.setdefault(name, []).append(passage)
        yield from documents.values()


async def marks(
    half: str, data: Path | None = None, second: Second | None = None
) -> list[tuple[dict[str, str], str]]:
    """The claims of a half, each with the mark that it gets: of several the worst."""
    checker = await checker_of(half, data, second)
    found = []
    for row in rows("claims"):
        if row["half"] == half:
            spoken = Spoken(row["claim"], COMMUNITY, 1_000, row["lang"])
            given = {claim.verdict for claim in (await checker.check(spoken, Limits(SECONDS))).claims}
            order = ("contradicted", "supported", "unverifiable")
            found.append((row, next((verdict for verdict in order if verdict in given), "")))
    return found


def table(found: list[tuple[dict[str, str], str]]) -> Iterator[str]:
    """The counts in Markdown, then the wrong marks."""
    counts = Counter((row["label"], mark) for row, mark in found)
    yield "| the documents say | ✓ | ✗ | ⚠ | no mark |"
    yield "| --- | --: | --: | --: | --: |"
    for label, words in (
        ("supported", "the same"),
        ("contradicted", "otherwise"),
        ("unverifiable", "nothing"),
    ):
        yield f"| {words} | " + " | ".join(str(counts[label, mark]) for mark in MARKS) + " |"
    yield ""
    for row, mark in found:
        if mark in ("supported", "contradicted") and mark != row["label"]:
            yield f"- {mark}: {row['claim']} ({row['kind']})"
    yield ""


def main(data: Path | None) -> None:
    """Prints a table for each half, without the reader and with it."""
    for second in (None, reader()):
        sys.stdout.write(f"{'with' if second else 'without'} the reader\n\n")
        for half in ("first", "second"):
            for line in table(asyncio.run(marks(half, data, second))):
                sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
