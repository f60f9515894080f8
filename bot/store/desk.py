"""The ports that stand between the console and the rest, beside those of `bot.store.base`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from adapters.asking import Question


class Questions(Protocol):
    """Questions to a platform, which only its gateway can ask. Nothing of them is kept for longer than they are waited for."""

    async def ask(self, question: Question, wait: float) -> str | None:
        """What the gateway says; None when none has said anything within `wait` seconds."""

    async def asked(self, platform: str, wait: float) -> Question | None:
        """The next question to a platform; None after `wait` seconds without one."""

    async def tell(self, question: Question, said: str) -> None:
        """Answers a question."""


class Tallies(Protocol):
    """What turns took, by the hour (see `bot.tally`). Written by `Mailboxes.commit`."""

    async def tallies(self, community: str, until: float) -> Mapping[int, Mapping[str, int]]:
        """The counts of the hours of the `bot.tally.DAYS` days up to the Unix time `until`; hours since 1970 → counts."""


class Desk(Questions, Tallies, Protocol):
    """Both."""
