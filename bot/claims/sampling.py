"""Asking again: a model that makes something up seldom says the same twice."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.claims.asking import Answer, ask
from bot.claims.base import Asked, Judged
from bot.models.base import LanguageModel
from bot.prompt import again
from guards.claims.claim import Claim
from guards.claims.consistency import FEWEST, Samples

SHORTEST = 12
"""Tokens of the shortest answer that says anything."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """Asks `model` the same again, several times at once, as far as the tokens reach: briefly, so that they do."""

    model: LanguageModel
    name: str = "samples"

    async def judge(self, claims: Sequence[Claim], asked: Asked) -> Judged:
        """See `Opinion`. A claim stays "unverifiable", as "repeated" where the answers agree, as "varied" where not."""
        count = min(asked.samples, asked.tokens // SHORTEST)
        if count < FEWEST or not self.model.generates:
            return Judged(claims)
        prompt = again(asked.prompt, asked.tokens // count)
        asking = (ask(self.model, prompt, asked.seconds) for _ in range(count))
        answers: list[Answer] = await asyncio.gather(*asking)
        tokens = sum(answer.tokens for answer in answers)
        texts = [answer.text for answer in answers if answer.text.strip()]
        if len(texts) < FEWEST:
            return Judged(claims, tokens)
        judged = await asyncio.to_thread(_compared, claims, texts, asked)
        return Judged(judged, tokens)


def _compared(claims: Sequence[Claim], texts: Sequence[str], asked: Asked) -> list[Claim]:
    samples = Samples(asked.reply, texts, asked.question)
    return [_marked(claim, samples) for claim in claims]


def _marked(claim: Claim, samples: Samples) -> Claim:
    match samples.answer(claim.text):
        case "agree":
            return replace(claim, kind="repeated")
        case "differ":
            return replace(claim, kind="varied")
        case _:
            return claim
