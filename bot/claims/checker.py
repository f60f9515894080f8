"""Checks the claims of a text within a deadline: what is known first, then what policy allows to ask."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

from bot.claims.ahead import Memory
from bot.claims.base import Asked, Evidence, Findings, Limits, Marked, Opinion, Spoken
from bot.claims.premises import Premises
from bot.log import failure_of
from guards.base import Document
from guards.claims.claim import Claim, ClaimKind
from guards.claims.marking import begun, drafted, is_open, merged, settled
from guards.claims.verify import Second
from guards.premises.names import things
from guards.premises.premise import Premise
from guards.premises.taken import taken_up
from guards.sources import made_up

logger = logging.getLogger(__name__)

Params = ParamSpec("Params")
Result = TypeVar("Result")

MOST_COMPARED, OWN = 4, 3
"""Passages that one claim is compared with; and of these, how many at most were found for the claim alone."""
ASKED: tuple[ClaimKind, ...] = ("passage", "unsure", "varied", "repeated")
"""Kinds of open claims that opinions are asked about, whatever earlier ones have said."""


@dataclass(frozen=True, slots=True)
class ClaimChecker:
    """Finds the claims of a text and what is to be said of each. Holds no state of any conversation."""

    evidence: Evidence
    opinions: Sequence[Opinion] = ()
    """Asked in this order about the claims that are still open, the cheapest first."""
    premises: Premises | None = None
    """Looks at what the question takes for granted; None: nobody does."""
    second: Second | None = None
    """Asked about passages that the trees are not sure of; None: nobody is."""
    one: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    early: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    """Of those who look ahead one alone may be in the way of those who wait for a check."""

    async def check(self, spoken: Spoken, limits: Limits, memory: Memory | None = None) -> Marked:
        """The claims of `spoken.text`. Never fails: what could not be done is in the result.

        `memory`: what was worked out while the text was still growing.
        """
        started = time.perf_counter()
        work = _Work(self, spoken, limits, started + limits.seconds, memory or Memory())
        error = ""
        try:
            async with asyncio.timeout(limits.seconds):
                await work.compare()
                await work.look_behind()
                await work.ask()
                work.name_premises()
        except TimeoutError:
            error = "late"
        except Exception as failure:  # noqa: BLE001 - a check that fails must not take the reply with it
            error = type(failure).__name__
            logger.error("claims could not be checked: %s", failure_of(failure))
        ms = (time.perf_counter() - started) * 1000
        return Marked(tuple(work.claims), error, work.tokens, ms)

    async def look_ahead(self, spoken: Spoken, memory: Memory) -> None:
        """Compares the claims of a part of a text, only to put what comes of it into `memory`.

        Raises:
            StoreUnavailable: what is known cannot be read.
        """
        async with self.early:
            await _Work(self, spoken, Limits(0.0), 0.0, memory).look_ahead()


class _Work:
    """One check, as far as it has come."""

    def __init__(
        self, checker: ClaimChecker, spoken: Spoken, limits: Limits, end: float, memory: Memory
    ) -> None:
        self.claims: Sequence[Claim] = ()
        self.tokens = 0
        self._checker = checker
        self._spoken = spoken
        self._limits = limits
        self._budget = int(limits.share * spoken.tokens)
        self._end = end
        self._memory = memory
        self._evidence: dict[Document, None] = dict.fromkeys(spoken.passages)
        self._whole: tuple[Document, ...] = ()
        self._premises: tuple[Premise, ...] = ()

    async def compare(self) -> None:
        """With what can be worked out, and with what is known."""
        text, question = self._spoken.text, self._spoken.question
        wanted, self.claims, sources = await self._aside(begun, text, question, self._known())
        if wanted:
            self._whole = await self._search(wanted)
            passages = tuple(self._evidence)
            self.claims = await self._aside(drafted, text, question, self._whole, passages)
        await self._settle()
        if sources:
            # What the claims have not turned up may still stand somewhere.
            await self._search([source.text for source in sources])
            sources = await self._aside(made_up, text, self._known())
            self.claims = merged(self.claims, sources)

    async def look_ahead(self) -> None:
        """At the claims of a part of a text."""
        self.claims = await self._aside(drafted, self._spoken.text, self._spoken.question)
        await self._settle()

    async def _settle(self) -> None:
        """The claims that are still open, with passages that bear on them."""
        opened = [claim for claim in self.claims if is_open(claim)]
        if not opened:
            return
        passages = await self._passages(opened)
        new = self._memory.forgotten(opened, passages)
        if new:
            await self._aside(self._compare, [(opened[index], passages[index]) for index in new])
        recalled = map(self._memory.recalled, opened, passages)
        answers = dict(zip(opened, recalled, strict=True))
        self.claims = [answer for claim in self.claims if (answer := answers.get(claim, claim)) is not None]

    def _compare(self, pairs: Sequence[tuple[Claim, tuple[Document, ...]]]) -> None:
        for claim, passages in pairs:
            answer = settled([claim], [passages], self._spoken.lines, self._checker.second)
            self._memory.remember(claim, passages, answer[0] if answer else None)

    async def _passages(self, opened: Sequence[Claim]) -> list[tuple[Document, ...]]:
        """For each claim the passages that it is compared with."""
        found = self._memory.found
        new = [text for text in dict.fromkeys(claim.text for claim in opened) if text not in found]
        if new:
            found |= zip(new, (await self._findings(new)).passages, strict=True)
        self._evidence |= dict.fromkeys(each for claim in opened for each in found[claim.text])
        return [self._on_topic(claim, self._bearing(found[claim.text])) for claim in opened]

    async def look_behind(self) -> None:
        """At what the question takes for granted."""
        premises = self._checker.premises
        if premises is not None and self._spoken.question:
            tokens = self._budget if self._limits.premises else 0
            judged = await premises.check(self._spoken, seconds=self._left(), tokens=tokens)
            self.tokens += judged.tokens
            self.claims = [*judged.claims, *self.claims]
            self._premises = judged.open

    def name_premises(self) -> None:
        """Where a claim that is still open is one that the question took for granted."""
        self.claims = taken_up(self.claims, self._premises)

    async def _search(self, texts: Sequence[str]) -> tuple[Document, ...]:
        """The documents that passages on these texts are from."""
        found = await self._findings(texts)
        self._evidence |= dict.fromkeys(passage for each in found.passages for passage in each)
        return found.documents

    async def _findings(self, texts: Sequence[str]) -> Findings:
        spoken = self._spoken
        return await self._checker.evidence.search(
            texts, community=spoken.community, revision=spoken.revision, locale=spoken.locale
        )

    def _bearing(self, found: tuple[Document, ...]) -> tuple[Document, ...]:
        """The passages for a claim: those that were found for it, and those that are surely about all of them."""
        return tuple(dict.fromkeys((*found[:OWN], *self._spoken.passages, *found)))[:MOST_COMPARED]

    def _on_topic(self, claim: Claim, found: tuple[Document, ...]) -> tuple[Document, ...]:
        """The passages for a claim: where it names nothing, those of the documents that the question is about."""
        titles = {passage.title for passage in self._spoken.passages}
        own = tuple(passage for passage in found if passage.title in titles)
        # Any sentence begins with a capital.
        if not own or any(thing.start or " " in thing.text for thing in things(claim.text)):
            return found
        return own

    def _known(self) -> list[str]:
        """Every text that a source may be named in."""
        documents = {**self._evidence, **dict.fromkeys(self._whole)}
        # What the bot has made up once is no source the next time.
        lines = (line.text for line in self._spoken.lines if line.role == "member")
        return [*(f"{each.title}\n{each.text}" for each in documents), self._spoken.question, *lines]

    async def _aside(
        self, work: Callable[Params, Result], *given: Params.args, **named: Params.kwargs
    ) -> Result:
        """`work` in a thread: one at a time, so that the loop shares the processor with one thread, not with many."""
        async with self._checker.one:
            return await asyncio.to_thread(work, *given, **named)

    def _left(self) -> float:
        return max(0.0, self._end - time.perf_counter())

    async def ask(self) -> None:
        """About what is still open, those whose opinion may be asked."""
        spoken = self._spoken
        if spoken.prompt is None:
            return
        for opinion in self._checker.opinions:
            opened = [
                claim for claim in self.claims if claim.verdict == "unverifiable" and claim.kind in ASKED
            ]
            if not opened or not self._limits.allows(opinion.name):
                continue
            asked = Asked(
                spoken.text,
                spoken.question,
                tuple(self._evidence),
                spoken.prompt,
                spoken.logprobs,
                self._left(),
                self._budget - self.tokens,
                spoken.locale,
                self._limits.samples,
            )
            judged = await opinion.judge(opened, asked)
            self.tokens += judged.tokens
            answers = dict(zip(opened, judged.claims, strict=True))
            self.claims = [answers.get(claim, claim) for claim in self.claims]
