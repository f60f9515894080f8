"""Asks a platform what somebody may, and which channels it has, through the store: only its gateway holds the token,
perhaps in another process."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from typing import get_args

from adapters.asking import Channel, Channels, Moderators, Question, Standing
from adapters.base import ConversationRef
from bot.log import failure_of
from bot.store.base import StoreUnavailable
from bot.store.desk import Questions

logger = logging.getLogger(__name__)

ANSWER_SECONDS = 3.0
"""How long a gateway's answer is waited for."""
SILENCE_SECONDS = 30.0
"""A platform whose gateway did not answer is not asked again for so long: else each request would wait."""
WAIT_SECONDS = 2.0
"""How long a gateway waits for a question at once."""


class Asking:
    """Asks what people may, and where; those who want to know the same of a person at once share one question."""

    def __init__(
        self,
        questions: Questions,
        clock: Callable[[], float],
        new_id: Callable[[], str],
        *,
        wait: float = ANSWER_SECONDS,
    ) -> None:
        """`clock`: Unix seconds; `wait`: seconds that an answer is waited for."""
        self._questions = questions
        self._clock = clock
        self._new_id = new_id
        self._wait = wait
        self._silent: dict[str, float] = {}
        """Platform → until when it is not asked."""
        self._asking: dict[tuple[str, str], asyncio.Task[Standing | None]] = {}

    async def standing(self, ref: ConversationRef, person: str) -> Standing | None:
        """What a person (by id) may at `ref`; None when nobody can say."""
        if self._silent.get(ref.platform, 0.0) > self._clock():
            return None
        task = self._asking.get((ref.key, person))
        if task is None:
            task = self._asking[ref.key, person] = asyncio.create_task(self._ask(ref, person))
            task.add_done_callback(lambda _: self._asking.pop((ref.key, person), None))
        # Whoever asked first may go away; the others still want to know.
        return await asyncio.shield(task)

    async def channels(self, ref: ConversationRef, person: str) -> Sequence[Channel] | None:
        """The channels of the community of `ref` in which cases can be shown, of those that a person (by id) sees; None
        when nobody can say. `person`: "" for who may know of all of them."""
        if self._silent.get(ref.platform, 0.0) > self._clock():
            return None
        said = await self._questions.ask(Question(self._new_id(), ref, person, "channels"), self._wait)
        if said is None:
            self._silent[ref.platform] = self._clock() + SILENCE_SECONDS
        return _channels_in(said or "")

    async def _ask(self, ref: ConversationRef, person: str) -> Standing | None:
        said = await self._questions.ask(Question(self._new_id(), ref, person), self._wait)
        for standing in get_args(Standing):
            if said == standing:
                return standing  # type: ignore[no-any-return]  # one of its words
        self._silent[ref.platform] = self._clock() + SILENCE_SECONDS
        return None


def _channels_in(said: str) -> Sequence[Channel] | None:
    """What a gateway says about channels; None where it says nothing of them."""
    try:
        return [Channel(str(channel), str(name)) for channel, name in json.loads(said)]
    except (ValueError, TypeError):
        return None


async def _said(platform: Moderators, question: Question) -> str:
    """The answer to a question; "" while there is none."""
    if question.about == "standing":
        return await platform.standing(question.ref, question.person) or ""
    if not isinstance(platform, Channels):
        return ""
    channels = await platform.channels(question.ref, question.person)
    return "" if channels is None else json.dumps([(each.id, each.name) for each in channels])


async def answer(
    moderators: Moderators, platform: str, questions: Questions, stopping: asyncio.Event
) -> None:
    """Has a platform answer what is asked about it, until `stopping` is set."""
    while not stopping.is_set():
        try:
            question = await questions.asked(platform, WAIT_SECONDS)
            if question is not None:
                await questions.tell(question, await _said(moderators, question))
        except StoreUnavailable:
            await asyncio.sleep(1.0)
        except Exception as error:  # noqa: BLE001 - a question that cannot be answered ends no others
            logger.error("a question to a platform was not answered: %s", failure_of(error))
