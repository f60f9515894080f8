"""What moderators do to the world, done once however many press, and only then written down."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence

from adapters.base import N_, Locale, Memory, Translate

RESERVED_SECONDS = 60.0
"""How long nobody else does the same: until it is done and written down."""

NOT_KNOWN = N_("I no longer know what this card is about.")
NOT_DONE = N_("That could not be done just now. Please press again in a moment.")
NOT_WRITTEN = N_("It is done, but it could not be written down. Please press again.")
BUSY_WITH_IT = N_("{name} is doing that right now.")
DONE_ALREADY = N_("{name} has done that already.")

COMMANDS = {
    "right": "right",
    "false_alarm": "false_alarm",
    "release": "released",
    "time_out": "timed_out",
    "delete": "deleted_message",
    "take_back": "taken_back",
}
"""What a button under a card does → the command that writes it down."""

ELSEWHERE = frozenset(["page", *(f"judge_{action}" for action in COMMANDS)])
"""What a button of moderators does that stands under no card."""

Step = Callable[[], Awaitable[object]]


class Refused(Exception):
    """A sentence for the one who pressed."""


class Once:
    """Takes steps that nobody has taken."""

    def __init__(self, memory: Memory, translate: Translate, shown: Callable[[str, int], str]) -> None:
        """`shown`: somebody's name as it may stand in a sentence, and how long."""
        self._memory = memory
        self._translate = translate
        self._shown = shown

    async def take(
        self,
        action: str,
        steps: Mapping[str, Step],
        *,
        by: str,
        locale: Locale,
        seconds: float,
        why: Callable[[Exception], str],
    ) -> tuple[list[str], str]:
        """Takes the steps. The turns of those that are done, and a sentence that says why others are not.

        Args:
            action: what a button does.
            steps: turn → what to do.
            by: the name of the one who pressed.
            locale: the language of the one who pressed.
            seconds: what all steps together may take.
            why: what a failure means.
        """
        done: list[str] = []
        said = ""
        until = asyncio.get_running_loop().time() + seconds
        for turn, step in steps.items():
            name = _name(action, turn)
            other = await self._memory.reserve(name, _note(by, done=False), RESERVED_SECONDS)
            if other is not None:
                kept = json.loads(other)
                sentence = DONE_ALREADY if kept["done"] else BUSY_WITH_IT
                said = said or self._translate(sentence, locale).format(name=self._shown(kept["by"], 80))
                continue
            try:
                async with asyncio.timeout_at(until):
                    await step()
            except Exception as error:  # noqa: BLE001 - whatever it is, it is not done, and can be tried again
                await self._memory.forget(name)
                return done, why(error)
            done.append(turn)
        return done, "" if done else said

    async def settle(self, action: str, turns: Sequence[str], *, by: str, written: bool) -> None:
        """After steps were taken and written down nobody takes them again; after they were not, anybody may."""
        for turn in turns:
            if written:
                await self._memory.remember(_name(action, turn), _note(by, done=True))
            else:
                await self._memory.forget(_name(action, turn))


def _name(action: str, turn: str) -> str:
    return f"act {action} {turn}"


def _note(by: str, *, done: bool) -> str:
    return json.dumps({"by": by, "done": done})
