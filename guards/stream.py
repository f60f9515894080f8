"""The output stage on a stream: whole sentences are released once the guards have passed them."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import TypeGuard

from guards.base import AnyGuard, Stage, StreamGuard, Subject, Verdict
from guards.pipeline import Pipeline

LONGEST = 400
"""Characters that wait for the end of a sentence; a longer run is cut."""

CONTEXT = 1_000
"""Characters of the reply before a sentence that its guards get to see with it."""

ENOUGH = 4_000
"""Characters from which a window that sets nothing free is not looked at again until something, or the end, does."""

_CLOSERS = r"""["'”’»›)\]}*_`]*"""
# The end of a sentence belongs to it together with the white space behind it, a line's end likewise.
_END = re.compile(rf"(?:(?<![.!?…])[.!?…]+{_CLOSERS}\s|(?<![。！？])[。！？]+{_CLOSERS}|\n)\s*")

_ZWJ = "\u200d"


@dataclass(frozen=True, slots=True)
class Part(Subject):
    """A part of a reply that still grows. What judges a reply as a whole waits for a `Subject` that is none."""

    offset: int = 0
    """Where `text` begins in the reply, in characters."""


def boundaries(text: str) -> list[int]:
    """Where a growing text can be divided: after each sentence and each line, and at least every 400 characters.

    What comes later changes no boundary: the list for a text begins with the list for any beginning of it.
    """
    found: list[int] = []
    while (boundary := next_boundary(text, found[-1] if found else 0)) is not None:
        found.append(boundary)
    return found


def next_boundary(text: str, start: int) -> int | None:
    """The first boundary after `start`, itself one or 0; None while the text known so far has none."""
    limit = start + LONGEST
    for end in _END.finditer(text, start, limit + 1):
        boundary = end.end()
        if boundary < len(text) and boundary <= limit and _divides(text, boundary, start):
            return boundary
    if len(text) <= limit:
        return None
    return _cut(text, start, limit)


def _cut(text: str, start: int, limit: int) -> int:
    blank = next(
        (at for at in range(limit, start, -1) if text[at - 1].isspace() and _divides(text, at, start)), 0
    )
    # A single cluster that fills all 400 characters is no character of any script: it is cut hard.
    return blank or next((at for at in range(limit, start, -1) if _divides(text, at, start)), limit)


def _divides(text: str, at: int, start: int) -> bool:
    """Whether what a reader sees as one character (UAX #29, its common cases) does not go across `at`."""
    before, after = text[at - 1], text[at]
    if after < "\u0300":
        return not (before == "\r" and after == "\n")
    if before == _ZWJ or after in (_ZWJ, "\u200c") or unicodedata.category(after)[0] == "M":
        return False
    if _between(after, "\U0001f3fb", "\U0001f3ff") or _between(after, "\U000e0020", "\U000e007f"):
        return False
    if _between(after, "\u1160", "\u11ff") or (
        _between(before, "\ud800", "\udbff") and _between(after, "\udc00", "\udfff")
    ):
        return False
    if not _is_flag_letter(after):
        return True
    letters = 0
    while at - letters > start and _is_flag_letter(text[at - letters - 1]):
        letters += 1
    return letters % 2 == 0


def _between(char: str, first: str, last: str) -> bool:
    return first <= char <= last


def _is_flag_letter(char: str) -> bool:
    return _between(char, "\U0001f1e6", "\U0001f1ff")


class GuardedStream:
    """A reply on its way out. Text goes in as it comes; what comes out has passed the guards.

    Args:
        pipeline: the guards. Those with a `hold` also say which end of a reply has to wait.
        subject: the output to judge, without its text.
        blocks: whether a text with these verdicts must not be shown: the stream ends there.
        withholds: whether it may only be shown changed: nothing more is given out, but the reply is heard to
            its end, so that all of it is known when it is changed.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        subject: Subject,
        blocks: Callable[[tuple[Verdict, ...]], bool],
        withholds: Callable[[tuple[Verdict, ...]], bool] = lambda _verdicts: False,
    ) -> None:
        self.text = ""
        """All that was received."""
        self.blocked: tuple[Verdict, ...] | None = None
        """The verdicts that ended the stream; nothing is released after them."""
        self.verdicts: tuple[Verdict, ...] = ()
        """The latest verdicts; after `finish`, those on the whole reply. Spans are in `text`."""
        self._pipeline = pipeline
        self._subject = replace(subject, stage=Stage.OUTPUT)
        self._template = Part(**{field.name: getattr(self._subject, field.name) for field in fields(Subject)})
        self._blocks = blocks
        self._withholds = withholds
        self._withheld = False
        self._holders = [guard for guard in pipeline.guards if _holds(guard)]
        self._boundaries = [0]
        self._shown = 0

    @property
    def released(self) -> str:
        """What was given out so far."""
        return self.text[: self._shown]

    async def feed(self, text: str) -> str:
        """Takes the next piece of the reply; returns what may be shown now, perhaps nothing."""
        self.text += text
        before = self._shown
        while self.blocked is None:
            boundary = next_boundary(self.text, self._boundaries[-1])
            if boundary is None:
                break
            if self._boundaries[-1] > len(self.text) - len(text):
                await asyncio.sleep(
                    0
                )  # A long piece is many checks: the loop's other work goes between them.
            await self._pass(boundary)
        return self.text[before : self._shown]

    async def finish(self) -> str:
        """Takes the end of the reply: checks all of it once more, and returns what is left to show."""
        if self.blocked is not None:
            return ""
        self.verdicts = await self._pipeline.check(replace(self._subject, text=self.text))
        if self._blocks(self.verdicts):
            self.blocked = self.verdicts
            return ""
        if self._withheld or self._withholds(self.verdicts):
            return ""
        before, self._shown = self._shown, len(self.text)
        return self.text[before:]

    async def _pass(self, boundary: int) -> None:
        window = self._window()
        whole = self._part(0, boundary)
        free = min([boundary, *(_held(guard, whole) for guard in self._holders)])
        if free > self._shown or boundary - window <= ENOUGH:
            verdicts = await self._pipeline.check(self._part(window, boundary))
            self.verdicts = tuple(_moved(verdict, window) for verdict in verdicts)
            if self._blocks(self.verdicts):
                self.blocked = self.verdicts
                return
            self._withheld = self._withheld or self._withholds(self.verdicts)
        self._boundaries.append(boundary)
        if not self._withheld:
            self._shown = max(self._shown, free)

    def _window(self) -> int:
        """Where the context of the next sentence begins: at a boundary, and before anything not yet shown."""
        start = bisect_left(self._boundaries, self._boundaries[-1] - CONTEXT)
        while self._boundaries[start] > self._shown:
            start -= 1
        return self._boundaries[start]

    def _part(self, start: int, end: int) -> Part:
        return replace(self._template, text=self.text[start:end], offset=start)


def _holds(guard: AnyGuard) -> TypeGuard[StreamGuard]:
    return Stage.OUTPUT in guard.stages and hasattr(guard, "hold")


def _held(guard: StreamGuard, part: Part) -> int:
    try:
        return guard.hold(part)
    except Exception:  # noqa: BLE001 - a guard that fails lets nothing pass; its verdict comes from its check
        return 0


def _moved(verdict: Verdict, by: int) -> Verdict:
    if not verdict.findings:
        return verdict
    findings = (replace(found, start=found.start + by, end=found.end + by) for found in verdict.findings)
    return replace(verdict, findings=tuple(findings))
