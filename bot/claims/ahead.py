"""A reply's claims, compared while the rest of it is still being said: then little is left to do at its end.

Nothing is shown of it. What is worked out is remembered for the check of the whole reply, which decides everything: a
claim that turns out to be another one there is compared again.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from bot.log import failure_of
from guards.base import Document
from guards.claims.claim import Claim

if TYPE_CHECKING:
    from bot.claims.base import Spoken
    from bot.claims.checker import ClaimChecker

logger = logging.getLogger(__name__)

MOST_CLAIMS = 60
"""Claims of a reply of which anything is remembered."""

LONGEST_END = 20
_ENDS = re.compile(r"(?:[.!?…:。！？][\"'»”’)\]*_`]*\s*|\n[ \t]*\n\s*)\Z")
"""The end of a sentence or a paragraph, within so many characters."""

Asked: TypeAlias = tuple[str, int, tuple[Document, ...]]
"""All that a claim's verdict depends on: its text, the length of its span, its passages."""


@dataclass(slots=True)
class Memory:
    """What was worked out about a reply's claims."""

    found: dict[str, tuple[Document, ...]] = field(default_factory=dict)
    """By the text of a claim, the passages that were found for it."""
    settled: dict[Asked, Claim | None] = field(default_factory=dict)
    """What became of a claim; None: it is not worth a mark."""

    def forgotten(self, claims: Sequence[Claim], passages: Sequence[tuple[Document, ...]]) -> list[int]:
        """Which of `claims` with these passages nothing is remembered of."""
        pairs = enumerate(zip(claims, passages, strict=True))
        return [index for index, (claim, own) in pairs if _asked(claim, own) not in self.settled]

    def remember(self, claim: Claim, passages: tuple[Document, ...], settled: Claim | None) -> None:
        """Takes note of what became of `claim`."""
        self.settled[_asked(claim, passages)] = settled

    def recalled(self, claim: Claim, passages: tuple[Document, ...]) -> Claim | None:
        """What became of `claim`, at its place in the text."""
        settled = self.settled[_asked(claim, passages)]
        return settled and replace(settled, start=claim.start, end=claim.end)


def _asked(claim: Claim, passages: tuple[Document, ...]) -> Asked:
    return claim.text, claim.end - claim.start, passages


class Ahead:
    """Listens to a reply."""

    def __init__(self, checker: ClaimChecker, spoken: Spoken | None = None) -> None:
        """`spoken`: all that is known of it before a word of it is there; None: nobody wants to know its claims."""
        self.memory = Memory()
        self._checker = checker
        self._spoken = spoken
        self._heard = 0
        self._task: asyncio.Task[None] | None = None

    def hear(self, text: str) -> None:
        """`text` is there so far. What ends amid a sentence, or comes while something is worked out, waits for more."""
        if len(text) < self._heard:
            # It was begun again.
            self._heard = 0
        busy = self._task is not None and not self._task.done()
        enough = len(text) == self._heard or len(self.memory.found) >= MOST_CLAIMS
        if self._spoken is None or busy or enough or not _ENDS.search(text[-LONGEST_END:]):
            return
        part, self._heard = text[self._heard :], len(text)
        self._task = asyncio.create_task(self._look(replace(self._spoken, text=part)))

    async def aclose(self) -> None:
        """Listens no longer."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _look(self, spoken: Spoken) -> None:
        try:
            await self._checker.look_ahead(spoken, self.memory)
        except Exception as failure:  # noqa: BLE001 - the check of the whole reply says what is wrong
            logger.info("claims could not be compared ahead: %s", failure_of(failure))
