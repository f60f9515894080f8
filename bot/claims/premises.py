"""What a question takes for granted: looked up, and where that settles nothing, asked of the model, neutrally."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.claims.asking import ask
from bot.claims.base import Evidence, Judged, Spoken
from bot.models.base import LanguageModel
from bot.prompt import PromptWriter
from guards.base import Document
from guards.claims.marking import stated
from guards.premise import premises
from guards.premises.named import Neutral, to_ask, wrong_premise
from guards.premises.premise import Premise
from guards.premises.support import Settled, settle

NAME = "premises"
"""The word that policies know it by."""
MOST_SEARCHED = 8
"""Texts that are looked up for a question."""
TOKENS = 4
"""What the answer on one premise takes."""
AROUND = 8
"""What stands around the answers."""

ANSWERS: Mapping[str, object] = {
    "type": "object",
    "properties": {
        "answers": {"type": "array", "items": {"type": "string", "enum": ["yes", "no", "unknown"]}}
    },
    "required": ["answers"],
    "additionalProperties": False,
}
"""The JSON schema of the model's answer."""


@dataclass(frozen=True, slots=True)
class Premises:
    """Finds what a question takes for granted and nothing supports."""

    evidence: Evidence
    model: LanguageModel
    prompts: PromptWriter

    async def check(self, spoken: Spoken, *, seconds: float, tokens: int = 0) -> Judged:
        """At most one claim: what of `spoken.question` is to be named.

        Args:
            spoken: the reply, with its question and what was said before.
            seconds: until the model must have answered.
            tokens: the most that it may generate; 0: it is not asked.

        Raises:
            StoreUnavailable: what is known cannot be read.
        """
        found = await asyncio.to_thread(premises, spoken.question)
        if not found:
            return Judged(())
        settled = await self._settled(spoken, found)
        asked = to_ask(settled)[: max(0, tokens - AROUND) // TOKENS]
        answers, spent = await self._asked(asked, seconds) if asked and self.model.generates else ({}, 0)
        named = wrong_premise(settled, answers)
        if named is not None:
            return Judged((named,), spent)
        left = (one for one in to_ask(settled) if answers.get(one) != "yes")
        return Judged((), spent, tuple(left))

    async def _settled(self, spoken: Spoken, found: Sequence[Premise]) -> list[Settled]:
        texts = list(dict.fromkeys(text for one in found for text in searches(one)))[:MOST_SEARCHED]
        known = await self.evidence.search(
            texts, community=spoken.community, revision=spoken.revision, locale=spoken.locale
        )
        passages = dict(zip(texts, known.passages, strict=True))
        heard = [line.text for line in spoken.lines if line.role == "member" and line.text != spoken.question]

        def settled() -> list[Settled]:
            said = [each for line in heard for each in stated(line)]
            return [settle(one, _own(one, passages, spoken), said, known.documents) for one in found]

        return await asyncio.to_thread(settled)

    async def _asked(self, asked: Sequence[Premise], seconds: float) -> tuple[Mapping[Premise, Neutral], int]:
        prompt = self.prompts.premises([one.statement for one in asked], tokens=AROUND + TOKENS * len(asked))
        answer = await ask(self.model, replace(prompt, schema=ANSWERS), seconds)
        told = answers_in(answer.text, len(asked))
        return dict(zip(asked, told, strict=False)), answer.tokens


def _own(
    premise: Premise, passages: Mapping[str, Sequence[Document]], spoken: Spoken
) -> tuple[Document, ...]:
    """What was found on `premise`, and what the model was given, each once."""
    found = [each for text in searches(premise) for each in passages.get(text, ())]
    return tuple(dict.fromkeys((*found, *spoken.passages)))


def searches(premise: Premise) -> list[str]:
    """What to look up for a premise: itself, and what it is about."""
    return list(dict.fromkeys((premise.statement, *filter(None, (premise.subject,)), *premise.names)))


def answers_in(text: str, count: int) -> list[Neutral]:
    """The answers to `count` questions in what a model said; none where it is anything else."""
    begin, end = text.find("{"), text.rfind("}")
    try:
        told = json.loads(text[begin : end + 1])
    except (ValueError, RecursionError):
        return []
    match told:
        case {"answers": [*answers]} if len(answers) == count:
            checked: list[Neutral] = [one for one in answers if one in ("yes", "no", "unknown")]
            return checked if len(checked) == count else []
    return []
