"""Adds documents to what a community knows: read, looked at by the guards, kept."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.knowledge.documents import DocumentHead, head_of
from bot.knowledge.passages import Passage
from bot.knowledge.reading import CannotRead, Reading
from bot.policy import Action, Checked, Decision, Policy
from bot.store.base import Knowledge
from guards.base import Stage, Subject
from guards.pipeline import Pipeline


@dataclass(frozen=True, slots=True)
class File:
    """A file that somebody gave, and who that was."""

    name: str
    data: bytes
    media_type: str = ""
    by: str = ""
    turn: str = ""
    """The turn that adds it; "" where there is none."""


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a file."""

    name: str
    head: DocumentHead | None
    """None: nothing of it is used, and what was there before of that name stays."""
    decision: Decision
    """What the guards found in it, and what was done."""
    passages: int = 0
    """How many there were in it."""
    flagged: tuple[tuple[Passage, str], ...] = ()
    """The passages with something in them that policy does not let through, each with one reason (a sentence of the
    catalogue). They are in the document only where a moderator wanted them to be."""


class Adding:
    """See above."""

    def __init__(self, knowledge: Knowledge, guards: Pipeline, reading: Reading) -> None:
        self._knowledge = knowledge
        self._guards = guards
        self._reading = reading

    async def add(
        self,
        community: str,
        file: File,
        policy: Policy,
        *,
        at: float,
        use_flagged: bool,
        most: int | None = None,
    ) -> Added:
        """Adds a file to what `community` (a key) knows, in place of a document of the same name.

        Args:
            community: its key.
            file: what to add.
            policy: says what follows from what the guards find.
            at: Unix seconds.
            use_flagged: with the passages that the guards would rather leave out.
            most: passages that it may have; None: as many as there is room for.

        Raises:
            CannotRead: the file cannot be used.
            KnowledgeFull: there is no room for it.
        """
        passages = await self._reading.read(file.data, file.name, file.media_type)
        if most is not None and len(passages) > most:
            raise CannotRead("chat")
        decision, flagged = await self._look(passages, policy)
        kept = passages if use_flagged else [each for each in passages if each not in flagged]
        if flagged and use_flagged:
            decision = replace(decision, action=Action.FLAG)
        elif flagged and kept:
            decision = replace(decision, action=Action.REDACT)
        head = None
        if kept:
            head = head_of(
                file.name, kept, at=at, by=file.by, turn=file.turn, left_out=len(passages) - len(kept)
            )
            head = await self._knowledge.learn(community, head, kept)
        return Added(file.name, head, decision, len(passages), tuple(flagged.items()))

    async def _look(self, passages: Sequence[Passage], policy: Policy) -> tuple[Decision, dict[Passage, str]]:
        """One decision on all passages, and those that do not go through it as they are, each with a reason."""
        checked: list[Checked] = []
        flagged: dict[Passage, str] = {}
        for passage in passages:
            subject = Subject(f"{passage.title}\n\n{passage.text}", Stage.INPUT, "document")
            looked_at = Checked(subject, await self._guards.check(subject))
            decision = policy.decide(Stage.INPUT, [looked_at])
            if decision.findings or decision.failures:
                checked.append(looked_at)
            if decision.action > Action.FLAG:
                flagged[passage] = decision.findings[0][0].explanation if decision.findings else ""
            # Guards that only compute do not let others in by themselves.
            await asyncio.sleep(0)
        return policy.decide(Stage.INPUT, checked), flagged
