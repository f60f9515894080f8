"""A community's documents: what a question costs at the most passages that one may have, and what a change costs.

The passages are made up: words of a vocabulary of 30,000, as often as words are in a language (Zipf), so that they
stand in as many passages as a real document's do.
"""

from __future__ import annotations

import random
import time
from itertools import accumulate

from bench.report import Bar, Report, percentile
from bot.knowledge.documents import MOST_PASSAGES, head_of
from bot.knowledge.index import KnowledgeIndex, rows_of
from bot.knowledge.library import Library
from bot.knowledge.passages import Passage
from bot.store.memory import MemoryStore

VOCABULARY, WORDS, QUESTIONS, DOCUMENTS = 30_000, 110, 1_000, 100
COMMUNITY = "bench/knowledge"


def _passages(rng: random.Random) -> list[Passage]:
    vocabulary = ["".join(rng.choices("bcdfglmnprstaeiou", k=rng.randint(4, 9))) for _ in range(VOCABULARY)]
    weights = list(accumulate(1 / (rank + 2.7) for rank in range(VOCABULARY)))
    per_document = MOST_PASSAGES // DOCUMENTS
    return [
        Passage(
            f"document {number // per_document}",
            " › ".join(rng.choices(vocabulary, cum_weights=weights, k=4)),
            " ".join(rng.choices(vocabulary, cum_weights=weights, k=WORDS)),
            "",
        )
        for number in range(MOST_PASSAGES)
    ]


async def knowledge() -> list[Report]:
    """One table: milliseconds of a question, seconds of a change."""
    rng = random.Random(7)
    passages = _passages(rng)
    report = Report(
        f"{MOST_PASSAGES} passages of {WORDS} words, {QUESTIONS} questions of 3 to 8 of their words",
        ("what", "median", "99 %", "most"),
    )
    started = time.perf_counter()
    rows = rows_of(passages)
    prepared = time.perf_counter() - started
    index = KnowledgeIndex()
    started = time.perf_counter()
    index.insert(rows)
    indexed = time.perf_counter() - started

    took, busy = [], []
    for _ in range(QUESTIONS):
        passage = rng.choice(passages)
        question = " ".join(rng.choices(passage.text.split(), k=rng.randint(3, 8)))
        started, processor = time.perf_counter(), time.process_time()
        hits = index.search(question)
        took.append((time.perf_counter() - started) * 1000)
        busy.append((time.process_time() - processor) * 1000)
        assert hits
    for name, values in (("a question, ms", took), ("of that, processor, ms", busy)):
        report.row(name, *(f"{percentile(values, percent):.2f}" for percent in (50, 99, 100)))
    report.bars.append(Bar("a question (median)", percentile(took, 50), 5.0, "ms"))
    report.bars.append(Bar("a question (99 of 100, processor)", percentile(busy, 99), 5.0, "ms"))
    report.notes.append(
        f"making 10,000 passages searchable: {prepared:.1f} s in a thread, {indexed:.1f} s in slices"
    )
    report.notes.append(await _change(passages))
    return [report]


async def _change(passages: list[Passage]) -> str:
    """What the first question after a change of one document costs."""
    store = MemoryStore()
    for start in range(0, len(passages), len(passages) // DOCUMENTS):
        mine = passages[start : start + len(passages) // DOCUMENTS]
        await store.learn(COMMUNITY, head_of(mine[0].document, mine, at=0.0, by=""), mine)
    library = Library(store, seconds=600.0)
    question = " ".join(passages[0].text.split()[:6])
    seconds = []
    for revision in (DOCUMENTS, DOCUMENTS + 1):
        started = time.perf_counter()
        await library(question, community=COMMUNITY, revision=revision, locale="")
        seconds.append(time.perf_counter() - started)
        mine = passages[: len(passages) // DOCUMENTS]
        await store.learn(COMMUNITY, head_of(mine[0].document, mine, at=0.0, by=""), mine)
    return (
        f"the first question of a process: {seconds[0]:.1f} s; the first one after a document of 100 passages "
        f"was replaced: {seconds[1]:.2f} s"
    )
