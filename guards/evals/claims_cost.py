"""What the claims package costs, in one process, on one thread: milliseconds of processor time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import TypeVar

from guards.base import Document
from guards.claims import opinion
from guards.claims.atoms import atoms
from guards.claims.exact import exact
from guards.claims.sentences import sentences
from guards.claims.verify import kept, verifier
from guards.claims.worthy import worthy
from guards.e5 import e5
from guards.training.worthy import labelled, lines

REPLIES = 100
SENTENCES = 10
"""A reply of so many sentences is what the bar is about."""
PASSAGES = 5
SPANISH = 200
LONG = 100_000
"""Characters."""

Given = TypeVar("Given")


def lines_of(data: Path) -> Iterator[str]:
    """The table, in Markdown."""
    rows = [row for row in lines(data / "responses.jsonl.gz") if row["source"] == "ragtruth_qa"][:REPLIES]
    replies = [row["response"] for row in rows]
    long = " ".join(row["response"].replace("\n", " ") for row in rows)
    long = (long * (LONG // len(long) + 1))[:LONG]
    found = [reply[one.start : one.end] for reply in replies for one in sentences(reply)]
    passages = [Document("", part) for row in rows for part in row["context"].split("\n\n") if part.strip()]
    lots = [passages[at : at + PASSAGES] for at in range(0, len(passages) - PASSAGES, PASSAGES)]
    reader, judge = verifier(), worthy()
    pairs = [(claim, lots[index % len(lots)]) for index, claim in enumerate(found)][:500]
    yield "| what | median, ms | most, ms |"
    yield "| --- | --: | --: |"
    yield _line(f"sentences of {LONG:,} characters of prose", _timed(sentences, [long] * 5))
    yield _line("sentences and claims of a reply", _timed(_cut, replies))
    yield _line("check-worthiness of a sentence", _timed(judge.is_claim, found))
    spanish = [row.text for row in labelled(data, "dev_train") if row.source == "ct24_es"][:SPANISH]
    yield _line(
        "a second opinion on a Spanish sentence", _timed(lambda one: e5().state(opinion.read(one)), spanish)
    )
    yield _line("exact checks of a claim without documents", _timed(exact, found))
    for what, afresh in (("read for the first time", True), ("that were read before", False)):
        before = kept.cache_clear if afresh else _nothing
        yield _line(
            f"a claim against {PASSAGES} passages {what}",
            _timed(lambda pair: reader.verify(*pair), pairs, before),
        )
        whole = _timed(
            lambda part: [
                (judge.is_claim(one), exact(one), reader.verify(one, given)) for one, given in part
            ],
            [pairs[at : at + SENTENCES] for at in range(0, len(pairs) - SENTENCES, SENTENCES)],
            before,
        )
        yield _line(f"all of it for {SENTENCES} sentences, {PASSAGES} passages each, {what}", whole)


def _cut(reply: str) -> object:
    return [atoms(reply, one.start, one.end) for one in sentences(reply)]


def _nothing() -> None:
    """Before each round, where nothing is to be forgotten."""


def _timed(
    work: Callable[[Given], object], given: Sequence[Given], before: Callable[[], None] = _nothing
) -> list[float]:
    work(given[0])
    taken = []
    for one in given:
        before()
        started = time.process_time()
        work(one)
        taken.append((time.process_time() - started) * 1e3)
    return taken


def _line(what: str, taken: Sequence[float]) -> str:
    return f"| {what} | {median(taken):.2f} | {max(taken):.2f} |"
