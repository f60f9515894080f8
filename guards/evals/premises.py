"""How well false premises are told from true ones: `python -m guards.evals.premises [dev] [--all]`.

120 questions that take something false for granted, each with a twin in which it is true (`sets/premises`). A question
comes with passages, with what a scripted model says when it is asked neutrally, or with both; a hit must name the part
that is wrong. `dev` measures the 40 pairs that the rules were chosen on; `--all` prints every miss.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guards.base import Document
from guards.claims.claim import Claim
from guards.evals.table import Share
from guards.premise import premises
from guards.premises.named import Neutral, to_ask, wrong_premise
from guards.premises.premise import Premise, fold
from guards.premises.support import settle

SETS = Path(__file__).parent / "sets" / "premises"


@dataclass(frozen=True, slots=True)
class Row:
    """A question."""

    text: str
    label: int
    lang: str
    kind: str
    wrong: str
    """What is wrong in it; "" where nothing is."""
    documents: tuple[Document, ...]
    said: tuple[str, ...]
    model: Mapping[str, Sequence[str]] | None
    """Phrases in statements that it denies, or does not know; None: no model is asked."""

    def answer(self, premise: Premise) -> Neutral:
        """What the scripted model says to a statement: what is not listed it affirms."""
        said = fold(premise.statement)
        assert self.model is not None, "only asked where there is one"
        if any(fold(phrase) in said for phrase in self.model.get("no", ())):
            return "no"
        return "unknown" if any(fold(phrase) in said for phrase in self.model.get("unknown", ())) else "yes"

    def verdict(self) -> Claim | None:
        """What is said of the question's premises."""
        found = premises(self.text)
        settled = [settle(one, self.documents, self.said, self.documents) for one in found]
        answers = {one: self.answer(one) for one in to_ask(settled)} if self.model is not None else {}
        return wrong_premise(settled, answers)

    def hit(self, claim: Claim | None) -> bool:
        """Whether `claim` names what is wrong."""
        return claim is not None and fold(self.wrong) in fold(f"{claim.text} {claim.says}")


def rows(name: str) -> list[Row]:
    """The rows of "dev" or "test"."""
    documents = {row["id"]: Document(row["title"], row["text"]) for row in _lines("documents")}
    return [_row(row, documents) for row in _lines(name)]


def _lines(name: str) -> Iterator[dict[str, Any]]:
    for line in (SETS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def _row(row: Mapping[str, Any], documents: Mapping[str, Document]) -> Row:
    own = tuple(documents[name] for name in row.get("documents", ()))
    said = tuple(row.get("said", ()))
    return Row(
        row["text"], row["label"], row["lang"], row["kind"], row.get("wrong", ""), own, said, row.get("model")
    )


def table(name: str, *, every: bool = False) -> Iterator[str]:
    """The table's lines, in Markdown, then the questions that went wrong."""
    hits: defaultdict[str, list[bool]] = defaultdict(list)
    alarms: defaultdict[str, list[bool]] = defaultdict(list)
    missed = []
    for row in rows(name):
        claim = row.verdict()
        right = row.hit(claim) if row.label else claim is None
        basis = (
            "passages" if row.documents and row.model is None else "a model" if not row.documents else "both"
        )
        for group in ("all", {"en": "English", "es": "Spanish"}[row.lang], f"with {basis}"):
            (hits if row.label else alarms)[group].append(right if row.label else not right)
        if not right:
            missed.append(
                f"- {'missed' if row.label else 'flagged'}: {row.text} → {claim.text if claim else '–'}"
            )
    yield "| questions | false premises named (≥ 80) | true twins flagged (≤ 5) |"
    yield "| --- | --- | --- |"
    for group in hits:
        found = Share(sum(hits[group]), len(hits[group])), Share(sum(alarms[group]), len(alarms[group]))
        yield f"| {group}, {len(hits[group])} pairs | {found[0]} | {found[1]} |"
    if every:
        yield ""
        yield from missed


if __name__ == "__main__":
    given = sys.argv[1:]
    for line in table("dev" if "dev" in given else "test", every="--all" in given):
        sys.stdout.write(line + "\n")
