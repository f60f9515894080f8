"""Claims from end to end: `python -m bench.claims_end`.

Eighty questions with replies of a model that makes things up (`guards/evals/sets/claims_end`): 30 on which the
knowledge has something, 30 on which it has nothing, 20 harmless controls. After their first measurement rules were
added for what was missed; so there is a second set of 40, written after that, which chose nothing. Everything but the model is the real thing:
the store, the index, the checker, its deadline. No model is asked again, as the policy has it from the start.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.claims.base import Limits, Marked, Spoken
from bot.claims.checker import ClaimChecker
from bot.knowledge.documents import head_of
from bot.knowledge.library import Library
from bot.knowledge.passages import Passage, split
from bot.models.base import Prompt
from bot.models.quoting import QuotingModel
from bot.prompt import PromptWriter
from bot.store.memory import MemoryStore
from bot.wiring import claims_of
from guards.claims.claim import Claim
from guards.claims.features import is_spanish
from guards.evals.table import Share

SETS = Path(__file__).parents[1] / "guards" / "evals" / "sets"
COMMUNITY = "bench/claims-end"
SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Row:
    """A question with a reply, and which of its words are made up, and which are so."""

    kind: str
    """ "evidence", "none", "control"."""
    lang: str
    question: str
    reply: str
    false: tuple[str, ...]
    true: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a reply."""

    row: Row
    marked: Marked

    @property
    def missed(self) -> list[str]:
        """What is made up and has no ✗ and no ⚠, or a ✓."""
        return [words for words in self.row.false if not self._doubted(words)]

    @property
    def wronged(self) -> list[str]:
        """What is so and has a ✗."""
        return [
            words
            for words in self.row.true
            if any(claim.verdict == "contradicted" for claim in self._at(words))
        ]

    @property
    def confirmed(self) -> list[str]:
        """What is so and has a ✓."""
        return [
            words for words in self.row.true if any(claim.verdict == "supported" for claim in self._at(words))
        ]

    def _doubted(self, words: str) -> bool:
        verdicts = {claim.verdict for claim in self._at(words)}
        return bool(verdicts & {"contradicted", "unverifiable"}) and "supported" not in verdicts

    def _at(self, words: str) -> list[Claim]:
        start = self.row.reply.index(words)
        return [
            claim for claim in self.marked.claims if claim.start < start + len(words) and start < claim.end
        ]


def rows(name: str = "replies") -> list[Row]:
    """The eighty, or the "second" forty."""
    lines = (SETS / "claims_end" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [_row(json.loads(line)) for line in lines]


def _row(row: dict[str, object]) -> Row:
    false, true = row["false"], row["true"]
    assert isinstance(false, list)
    assert isinstance(true, list)
    return Row(
        str(row["kind"]), str(row["lang"]), str(row["question"]), str(row["reply"]), tuple(false), tuple(true)
    )


async def checker_of(*, read: bool = False) -> tuple[ClaimChecker, Library]:
    """What checks claims, with the reader or without, and the documents of the premises' set as what is known."""
    store = MemoryStore()
    for line in (SETS / "premises" / "documents.jsonl").read_text(encoding="utf-8").splitlines():
        document = json.loads(line)
        language = "es" if is_spanish(document["text"]) else "en"
        passages = [
            Passage(document["id"], document["title"], each.text, language)
            for each in split(document["text"], document=document["id"], language=language)
        ]
        await store.learn(COMMUNITY, head_of(document["id"], passages, at=0.0, by=""), passages)
    library = Library(store)
    prompts = PromptWriter(window=16_384, reply_tokens=400, rng=random.Random(3))
    return claims_of(library, QuotingModel(), prompts, read=read), library


async def outcomes(chosen: Sequence[Row], *, read: bool = False) -> list[Outcome]:
    """What becomes of these replies, with the reader or without."""
    checker, library = await checker_of(read=read)
    found = []
    for row in chosen:
        passages = await library(row.question, community=COMMUNITY, revision=1_000, locale=row.lang)
        spoken = Spoken(
            row.reply, COMMUNITY, 1_000, row.lang, row.question, passages=passages, prompt=Prompt(())
        )
        found.append(Outcome(row, await checker.check(spoken, Limits(SECONDS))))
    return found


def table(found: Sequence[Outcome]) -> Iterator[str]:
    """The figures in Markdown, then what went wrong."""
    yield "| replies | made up: ✗ or ⚠ (all) | so: ✗ (none) | so: ✓ | controls with a mark (≤ 1 of 20) |"
    yield "| --- | --- | --- | --- | --- |"
    for name, kinds in (
        ("all", ("evidence", "none", "control")),
        ("with evidence", ("evidence",)),
        ("without", ("none",)),
        ("controls", ("control",)),
    ):
        own = [one for one in found if one.row.kind in kinds]
        false, true = sum(len(one.row.false) for one in own), sum(len(one.row.true) for one in own)
        marked = Share(false - sum(len(one.missed) for one in own), false)
        wronged = Share(sum(len(one.wronged) for one in own), true)
        confirmed = Share(sum(len(one.confirmed) for one in own), true)
        controls = [one for one in own if one.row.kind == "control"]
        alarms = Share(sum(bool(one.marked.claims) for one in controls), len(controls))
        yield f"| {name}, {len(own)} | {marked} | {wronged} | {confirmed} | {alarms} |"
    yield ""
    for one in found:
        if one.missed:
            yield f"- not marked: {one.missed} in “{one.row.reply}”"
        if one.wronged:
            yield f"- marked ✗: {one.wronged} in “{one.row.reply}”"
        if one.row.kind == "control" and one.marked.claims:
            yield f"- a control with a mark: “{one.row.reply}”"


def main() -> None:
    """Prints a table for each set, without the reader and with it."""
    for read in (False, True):
        sys.stdout.write(f"{'with' if read else 'without'} the reader\n\n")
        for name in ("replies", "second"):
            for line in table(asyncio.run(outcomes(rows(name), read=read))):
                sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
