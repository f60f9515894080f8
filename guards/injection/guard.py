"""The injection guard: does a text try to command the bot, or to get at its instructions?"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from guards.base import Finding, Line, Stage, Subject
from guards.injection import turns
from guards.injection.judge import Judge, Opinion, Room
from guards.injection.scan import NAME

logger = logging.getLogger(__name__)

ON_LOOP = 1_000
"""Characters up to which rules and linear model read a text on the event loop: about a millisecond."""

PATIENCE = 1.5
"""Seconds that a check waits for the encoder, less than its deadline. Only the first text of a process, for which the
encoder's weights are read, or a flood of doubtful ones could take so long; then the stages before it judge alone."""


class InjectionGuard:
    """Finds instructions to the bot in a text that should be a message, data or a document; see `Judge`.

    The first one of a process takes some tenths of a second: it reads the linear model. So does the first doubtful
    text: the encoder's weights are read in its thread.
    """

    name = NAME

    def __init__(self) -> None:
        self._judge = loaded()
        # One: the encoder's session has one thread of its own, and more would only take turns.
        self._thread = ThreadPoolExecutor(1, "injection")

    @property
    def stages(self) -> frozenset[Stage]:
        """INPUT."""
        return frozenset({Stage.INPUT})

    async def check(self, subject: Subject) -> Sequence[Finding]:
        """What commands the bot in `subject.text`, with the lines before it; the surest first."""
        judge = self._judge
        until = asyncio.get_running_loop().time() + PATIENCE
        if len(subject.text) <= ON_LOOP:
            opinion = judge.begin(subject)
        else:
            opinion = await asyncio.get_running_loop().run_in_executor(self._thread, judge.begin, subject)
        room = judge.room(opinion)
        alone = await self._ended(judge, opinion, room, until)
        read = []
        for together, before in turns.readings(judge, subject, alone):
            found = await self._ended(judge, together, room, until)
            if turns.counts(found, alone):
                less = await self._ended(judge, before, room, until)
                read.append((judge.end(together, None) if room.missed else found, less))
        return turns.found(subject, alone, read)

    async def _ended(self, judge: Judge, opinion: Opinion, room: Room, until: float) -> Sequence[Finding]:
        logit = None
        if opinion.window and judge.encoder is not None:
            reading = asyncio.get_running_loop().run_in_executor(self._thread, judge.logit, opinion, room)
            try:
                async with asyncio.timeout_at(until):
                    logit = await reading
            except TimeoutError:
                room.missed = True
        return judge.end(opinion, logit)


def loaded() -> Judge:
    """The judge with all that this machine has; takes some tenths of a second.

    Where a model cannot be had, the stages before it judge alone, and a line in the log says so.
    """
    model = encoder = None
    try:
        from guards.injection import linear

        model = linear.model()
        from guards.injection import encoder as transformer

        encoder = transformer.encoder()
    except Exception as error:  # noqa: BLE001 - whatever it is, the rules must go on
        left = "its rules are alone" if model is None else "its rules and its linear model are alone"
        logger.warning("the injection guard lacks a model (%s): %s", type(error).__name__, left)
    judge = Judge(model, encoder)
    # What is made at the first use is made now, also what reads longer texts than `rules.SHORT`.
    for text in ("now do it again", "now do it again. " * 150):
        judge.check(Subject(text, Stage.INPUT, conversation=(Line("member", "", "x = 1"),)))
    return judge
