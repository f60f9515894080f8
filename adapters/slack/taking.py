"""Hands over what members say, and keeps where they say it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from adapters.base import Busy, Locale, Memory, Message, OnMessage, Translate
from adapters.sentences import BUSY, NOT_TAKEN
from adapters.slack.convert import team_of

logger = logging.getLogger(__name__)

PAUSES = (0.2, 0.5, 1.0)
"""Seconds between tries to hand a message over; after that Slack, or the member, sends it again."""
_REMEMBERED = 10_000


class NotTaken(Exception):
    """The message could not be made durable."""


class Taking:
    """See above."""

    def __init__(
        self,
        memory: Memory,
        translate: Translate,
        on_message: OnMessage,
        heard: Callable[[str, Locale], None],
    ) -> None:
        """`heard`: is told which language a member speaks."""
        self._memory = memory
        self._translate = translate
        self._take = on_message
        self._heard = heard
        self._threads: dict[tuple[str, str, str], None] = {}
        """Those it takes part in, as far as is known here: another process may have been spoken to in any other."""

    async def hand_over(self, message: Message) -> str:
        """Hands a message over; "" when it is durable, or that the mailbox is full.

        Raises:
            NotTaken: it could not be made durable.
        """
        self._heard(message.author.id, message.locale)
        await self._note_last(message)
        for pause in (*PAUSES, None):
            try:
                await self._take(message)
            except Busy:
                return self._translate(BUSY, message.locale)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is tried again
                logger.warning("message %s could not be taken: %s", message.id, type(error).__name__)
                if pause is not None:
                    await asyncio.sleep(pause)
            else:
                return ""
        raise NotTaken

    async def taken(self, message: Message) -> str:
        """The same for what Slack will not send again: "" or what to tell the member."""
        try:
            return await self.hand_over(message)
        except NotTaken:
            return self._translate(NOT_TAKEN, message.locale)

    async def takes_part(self, team: str, channel: str, thread: str) -> bool:
        """Whether the bot was spoken to in a thread."""
        place = (team, channel, thread)
        if place not in self._threads and await self._memory.recall(f"thread {' '.join(place)}"):
            self._note(place)
        return place in self._threads

    async def take_part(self, team: str, channel: str, thread: str) -> None:
        """From now on it hears all that is said in a thread."""
        place = (team, channel, thread)
        if place not in self._threads:
            await self._memory.remember(f"thread {' '.join(place)}", "1")
            self._note(place)

    def _note(self, place: tuple[str, str, str]) -> None:
        self._threads[place] = None
        while len(self._threads) > _REMEMBERED:
            del self._threads[next(iter(self._threads))]

    async def last_thread(self, team: str, channel: str, user: str) -> str:
        """The thread of a channel in which a member was last heard; "" when there is none."""
        return await self._memory.recall(f"last {team} {channel} {user}") or ""

    async def _note_last(self, message: Message) -> None:
        ref = message.ref
        if ref.thread:
            whose = f"{team_of(ref)} {ref.channel} {message.author.id}"
            # Each time: with another process they may have talked elsewhere since.
            await self._memory.remember(f"last {whose}", ref.thread)
