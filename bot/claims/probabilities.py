"""How sure the model was of the names and numbers of a claim when it wrote them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.claims.base import Asked, Judged
from guards.claims.claim import Claim
from guards.claims.words import GROUPS_OF

LEAST = math.log(0.3)
"""A name or number whose least likely token has less is one that the model was unsure of. Chosen, not measured: no
labelled replies with probabilities are at hand."""
_NAMED = re.compile(r"(?<!\w)(?:\d+(?:[.,:]\d+)*|[^\W\d_][\w'’-]*)")


@dataclass(frozen=True, slots=True)
class Probabilities:
    """Looks at the probabilities that came with the reply. Costs no token."""

    name: str = "probabilities"

    async def judge(self, claims: Sequence[Claim], asked: Asked) -> Judged:
        """See `Opinion`. A claim stays "unverifiable", as "unsure" where a name or number had little probability."""
        if "".join(token for token, _ in asked.logprobs) != asked.reply:
            return Judged(claims)  # None came, or for another text.
        doubts = list(_doubts(asked.logprobs))
        return Judged(
            [
                replace(claim, kind="unsure") if _doubted(claim, asked.reply, doubts) else claim
                for claim in claims
            ]
        )


def _doubts(logprobs: Sequence[tuple[str, float]]) -> Iterator[tuple[int, int]]:
    """The spans of the tokens that had little probability."""
    at = 0
    for token, logprob in logprobs:
        if logprob < LEAST and token.strip():
            yield at + len(token) - len(token.lstrip()), at + len(token)
        at += len(token)


def _doubted(claim: Claim, reply: str, doubts: Sequence[tuple[int, int]]) -> bool:
    return any(
        start < high and low < end
        for low, high in _named(reply, claim.start, claim.end)
        for start, end in doubts
    )


def _named(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The spans of names and numbers. What a claim begins with has a capital in any case, and may be put in many ways."""
    for match in _NAMED.finditer(text, start, end):
        word = match.group()
        if word[0].isdigit() or (
            word[0].isupper() and match.start() > start and word.lower() not in GROUPS_OF
        ):
            yield match.span()
