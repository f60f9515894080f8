"""A model as judge: it compares claims that are still open with passages, and must quote what it rests on.

A judge is never believed for its verdict alone. It names words of a passage; those are looked for there, and what they
say is compared with the claim. An answer that does not hold leaves the claim as it was.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.claims.asking import ask
from bot.claims.base import Asked, Judged
from bot.models.base import LanguageModel
from bot.prompt import DATA_MARKS, PromptWriter
from guards.base import Document
from guards.claims.claim import Claim
from guards.claims.compared import MOST_WORDS
from guards.claims.plain import words
from guards.claims.texts import read
from guards.claims.verify import verifier

logger = logging.getLogger(__name__)

TOKENS = 48
"""What the answer to one claim takes, with its quotation."""
QUOTED = 3
"""Words of the shortest quotation that shows anything."""
SHOWN = 300
"""Characters of a quotation that are shown."""
SCORE = 0.75
"""How sure a verdict of a judge is taken to be: nothing measures it."""
TELLING = 3.0
"""From here on a word that a claim and a quotation share tells that they speak of the same (as in
`guards.claims.consistency`)."""

VERDICTS: Mapping[str, object] = {
    "type": "object",
    "properties": {
        "claims": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "id": {"type": "integer"},
                    "verdict": {"type": "string", "enum": ["supported", "contradicted", "unverifiable"]},
                    "quote": {"type": "string"},
                },
                "required": ["id", "verdict", "quote"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["claims"],
    "additionalProperties": False,
}
"""The JSON schema of its answer."""

_AS_SPACES = str.maketrans(dict.fromkeys(DATA_MARKS, " "))


@dataclass(frozen=True, slots=True)
class Judge:
    """Asks `model` about all open claims at once, as far as the tokens reach.

    `first` names the one of several models that is asked first: best not the one that made the claims.
    """

    model: LanguageModel
    prompts: PromptWriter
    first: str = ""
    name: str = "judge"

    async def judge(self, claims: Sequence[Claim], asked: Asked) -> Judged:
        """See `Opinion`. Without evidence nobody is asked."""
        count = min(len(claims), asked.tokens // TOKENS)
        if not count or not asked.evidence or not self.model.generates:
            return Judged(claims)
        prompt = self.prompts.judge(
            [claim.text for claim in claims[:count]], asked.evidence, tokens=count * TOKENS
        )
        answer = await ask(self.model, replace(prompt, schema=VERDICTS, model=self.first), asked.seconds)
        told = answers(answer.text, count)
        judged = [
            _judged(claim, *told[number], asked.evidence) if number in told else claim
            for number, claim in enumerate(claims, 1)
        ]
        return Judged(judged, answer.tokens)


def answers(text: str, count: int) -> dict[int, tuple[str, str]]:
    """Verdict and quotation for each of `count` claims that `text` answers exactly once; anything else is ignored."""
    begin, end = text.find("{"), text.rfind("}")
    try:
        told = json.loads(text[begin : end + 1])
    except (ValueError, RecursionError):
        return {}
    found: dict[int, tuple[str, str]] = {}
    twice: set[int] = set()
    listed = told.get("claims") if isinstance(told, dict) else None
    for one in listed if isinstance(listed, list) else []:
        match one:
            case {"id": int(number), "verdict": "supported" | "contradicted" as verdict, "quote": str(quote)}:
                if not isinstance(one["id"], bool) and 1 <= number <= count:
                    if number in found:
                        twice.add(number)
                    found[number] = (verdict, quote)
    return {number: answer for number, answer in found.items() if number not in twice}


def _judged(claim: Claim, verdict: str, quote: str, evidence: Sequence[Document]) -> Claim:
    """`claim` with the verdict, where `quote` stands in `evidence` and bears on it."""
    for document in evidence:
        shown = _found(quote, document.text)
        if shown and _bears(claim.text, shown, supports=verdict == "supported"):
            says = shown if len(shown) <= SHOWN else shown[:SHOWN] + "…"
            return replace(
                claim,
                verdict="supported" if verdict == "supported" else "contradicted",
                score=SCORE,
                says=says,
                source=document.title,
            )
    return claim


def _found(quote: str, text: str) -> str:
    """The words of `text` that `quote` has one after the other, as they stand there; "": nowhere, or too few."""
    wanted = words(quote.translate(_AS_SPACES)).words
    whole = words(text)
    at = whole.find(wanted) if len(wanted) >= QUOTED else -1
    return text[whole.spans[at][0] : whole.spans[at + len(wanted) - 1][1]] if at >= 0 else ""


def _bears(claim: str, quote: str, *, supports: bool) -> bool:
    """Whether `quote` speaks of what `claim` says. What has not the claim's numbers cannot support it."""
    said, shown = read(claim, MOST_WORDS), read(quote)
    telling = verifier().tables.telling(said.stems)
    shared = {stem for stem, much in zip(said.stems, telling, strict=True) if much >= TELLING} & {
        *shown.stems
    }
    numbers = {number.value for number in said.numbers} - {number.value for number in shown.numbers}
    return bool(shared) and not (supports and numbers)
