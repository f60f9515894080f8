"""Runs one adapter: its messages go into mailboxes, its outbox is delivered in order, coalesced and retried."""

from __future__ import annotations

import asyncio
import logging
import math
from contextlib import suppress
from dataclasses import replace

from adapters.asking import Moderators
from adapters.base import (
    Adapter,
    Author,
    CommandUse,
    Inbound,
    Message,
    NotKept,
    OptionValue,
    Removed,
    ReplyTo,
    Retracted,
)
from adapters.text import clean
from bot.asking import answer
from bot.delivery import Delivery
from bot.store.base import LEASE_SECONDS, PARTITIONS, Mailboxes, Outbox, StoreUnavailable
from bot.store.desk import Questions
from bot.store.routes import cards_of
from bot.voice import LAST_SEQ

logger = logging.getLogger(__name__)

DELETED = "deleted"
"""The command by which the engine hears that an answered message is gone. Nobody can type it."""
CARD_SECONDS = 0.2
"""Between two looks for cards: in a flood many are read at once, and no reply waits for each of them."""


class Gateway:
    """Between one adapter and the store."""

    def __init__(
        self,
        adapter: Adapter,
        mailboxes: Mailboxes,
        outbox: Outbox,
        questions: Questions | None = None,
        *,
        name: str,
        lease: float = LEASE_SECONDS,
    ) -> None:
        """`name` must be this process's alone; `questions`: to the platform, where it can be asked."""
        self._adapter = adapter
        self._mailboxes = mailboxes
        self._outbox = outbox
        self._questions = questions
        self._name = name
        self._stopping = asyncio.Event()
        self._routes = {adapter.route: 0.0, cards_of(adapter.route): CARD_SECONDS}
        """Each with the pause between two reads."""
        self._deliveries = [
            Delivery(adapter, outbox, route, partition, self._stopping, name=name, lease=lease, pause=pause)
            for route, pause in self._routes.items()
            for partition in range(PARTITIONS)
        ]

    async def run(self) -> None:
        """Until the adapter ends (a terminal's end of input, say), or until cancelled."""
        working = [asyncio.create_task(delivery.run()) for delivery in self._deliveries]
        if self._questions is not None and isinstance(self._adapter, Moderators):
            answering = answer(self._adapter, self._adapter.route, self._questions, self._stopping)
            working.append(asyncio.create_task(answering))
        receiving = asyncio.create_task(self._adapter.run(self.accept))
        try:
            await asyncio.wait([receiving, *working], return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._stopping.set()
            for task in (receiving, *working):
                task.cancel()
            ended = await asyncio.gather(receiving, *working, return_exceptions=True)
            for delivery in self._deliveries:
                await delivery.drop()
            with suppress(StoreUnavailable):
                for route in self._routes:
                    await self._outbox.close(route, self._name)
        for result in ended:
            if isinstance(result, Exception):
                raise result

    async def accept(self, inbound: Inbound) -> None:
        """Returns when `inbound` is durable. Bots are not heard, so that two of them cannot go round and round.

        Raises:
            Busy: the conversation has too much waiting.
            NotKept: the store did not take it.
        """
        try:
            if isinstance(inbound, Retracted):
                await self._take_back(inbound)
            elif not inbound.author.is_bot and (inbound.command is None or inbound.command.name != DELETED):
                await self._mailboxes.deliver(cleaned(inbound))
        except StoreUnavailable as error:
            logger.warning("a message was not kept: %s", error)
            raise NotKept(str(error)) from error

    async def _take_back(self, retracted: Retracted) -> None:
        """A message was deleted or edited: what was shown about it may have to go."""
        ref, message_id, new = retracted.ref, retracted.message_id, retracted.replacement
        found = await self._mailboxes.retract(replace(retracted, replacement=new and cleaned(new)))
        to = ReplyTo(self._adapter.route, message_id)
        if found.state == "worked_on":
            await self._outbox.publish(Removed(found.turn, LAST_SEQ, ref, to))
        elif found.state == "answered" and new is None:
            # What becomes of the reply is the community's choice, and the history is a worker's to change.
            command = CommandUse(DELETED, {"turn": found.turn})
            gone = Message(ref, f"{message_id}.d", Author("", ""), "", 0.0, to, command)
            # However much waits there: a platform says it once, and what was deleted must not stay.
            await self._mailboxes.deliver(gone, beyond=True)


def cleaned(message: Message) -> Message:
    """`message` with nothing in it that cannot be stored: lone surrogates, NUL, infinite numbers."""
    command = message.command
    if command is not None:
        command = replace(
            command, options={name: _storable(value) for name, value in command.options.items()}
        )
    return replace(
        message,
        text=clean(message.text),
        author=replace(message.author, name=clean(message.author.name)),
        command=command,
        quoted=tuple(
            replace(quoted, author=clean(quoted.author), text=clean(quoted.text)) for quoted in message.quoted
        ),
        attachments=tuple(
            replace(file, name=clean(file.name), text=None if file.text is None else clean(file.text))
            for file in message.attachments
        ),
    )


def _storable(value: OptionValue) -> OptionValue:
    if isinstance(value, str):
        return clean(value)
    # JSON has no such number; as a text it is refused like any other that is none.
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
