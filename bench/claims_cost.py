"""`python -m bench.claims_cost DATA`: what it costs to check the claims of a reply, without a model.

DATA is the folder with kb_python.jsonl.gz, of which 1,000 passages are what the community knows, and responses.jsonl.gz.
A reply has ten sentences, all of them claims: five stand in the other passages of the same manual, five in replies of models
to all sorts of questions. Everything that the engine does is in the figure: looking up, finding passages, comparing.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.report import Bar, Report, machine, percentile, show
from bot.claims.base import Limits, Spoken
from bot.claims.checker import ClaimChecker
from bot.knowledge.documents import head_of
from bot.knowledge.library import Library
from bot.knowledge.passages import Passage
from bot.store.memory import MemoryStore
from guards.claims.reader import reader, tokens
from guards.claims.sentences import sentences
from guards.claims.verify import kept
from guards.claims.worthy import worthy

PASSAGES, REPLIES, SENTENCES = 1_000, 100, 10
SHORTEST = 25
"""Characters of a sentence that a reply is made of."""
COMMUNITY = "bench/claims"
LIMITS = Limits(60.0)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _sentences(text: str) -> list[str]:
    found = (text[one.start : one.end] for one in sentences(text) if one.kind == "prose")
    model = worthy()
    return [one.replace("\n", " ") for one in found if len(one) >= SHORTEST and model.is_claim(one)]


def _texts(data: Path, rng: random.Random) -> tuple[list[Passage], list[str]]:
    """What is known, and replies."""
    manual = [row for row in _rows(data / "kb_python.jsonl.gz") if row["text_en"]]
    rng.shuffle(manual)
    passages = [Passage("manual", row["title"], row["text_en"], "en") for row in manual[:PASSAGES]]
    about = [one for row in manual[PASSAGES:] for one in _sentences(row["text_en"])]
    given = (row["response"] for row in _rows(data / "responses.jsonl.gz") if row["source"] == "ragtruth_qa")
    other = [one for text in given for one in _sentences(text)]
    half = SENTENCES // 2
    return passages, [" ".join([*rng.sample(about, half), *rng.sample(other, half)]) for _ in range(REPLIES)]


async def cost(data: Path) -> Report:
    """Milliseconds of processor time for a reply."""
    passages, replies = _texts(data, random.Random(7))
    store = MemoryStore()
    await store.learn(COMMUNITY, head_of("manual", passages, at=0.0, by=""), passages)
    library = Library(store, seconds=600.0)
    alone, both = ClaimChecker(library), ClaimChecker(library, second=reader())
    report = Report(
        f"{len(replies)} replies of {SENTENCES} sentences, {len(passages)} passages: processor, ms",
        ("what", "median", "90 %", "most"),
    )
    found = verdicts = 0
    for name, checker, afresh, most in (
        ("every passage read for the first time", alone, True, 40.0),
        ("passages stay read", alone, False, 40.0),
        ("with the reader, every passage read for the first time", both, True, 300.0),
    ):
        # The first check of all reads the weights.
        await checker.check(Spoken(replies[0], COMMUNITY, 1, "en"), LIMITS)
        took = []
        for reply in replies:
            if afresh:
                kept.cache_clear()
                tokens.cache_clear()
            started = time.process_time()
            marked = await checker.check(Spoken(reply, COMMUNITY, 1, "en"), LIMITS)
            took.append((time.process_time() - started) * 1000)
            assert not marked.error, marked.error
            if checker is alone:
                found += len(marked.claims)
                verdicts += len(marked.claims) - marked.count("unverifiable")
        report.row(name, *(f"{percentile(took, percent):.1f}" for percent in (50, 90, 100)))
        report.bars.append(Bar(f"a reply (median), {name}", percentile(took, 50), most, "ms"))
    each, settled = found / 2 / len(replies), verdicts / 2 / len(replies)
    report.notes.append(f"{each:.1f} claims a reply, {settled:.1f} of them with a verdict")
    return report


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.claims_cost", description=__doc__)
    parser.add_argument("data", type=Path, metavar="DATA")
    print(f"{machine()}\n")
    show(asyncio.run(cost(parser.parse_args().data)))
