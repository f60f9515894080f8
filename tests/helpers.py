"""What many tests need: messages, and waiting for a condition."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import Any

from adapters.base import Author, ConversationRef, Message, OutboxEvent, ReplyTo
from bot.store.base import Outbox, partition_of
from bot.store.routes import cards_of

ANA = Author("u1", "Ana")
BEN = Author("u2", "Ben")
PLAZA = ConversationRef("test", "plaza", "general")

_numbers = itertools.count(1)


def message(
    text: str = "hello", *, ref: ConversationRef = PLAZA, author: Author = ANA, **fields: Any
) -> Message:
    """A message with a new id, unless one is given."""
    number = f"m{next(_numbers)}"
    values: dict[str, Any] = {"id": number, "sent_at": time.time(), "reply_to": ReplyTo("test", number)}
    return Message(ref=ref, author=author, text=text, **(values | fields))


async def new_events(store: Outbox, ref: ConversationRef = PLAZA, wait: float = 0.01) -> list[OutboxEvent]:
    """What nobody has read yet of what is to be delivered around a conversation: replies, then cards."""
    routes = {"test": wait, cards_of("test"): 0.0}
    read = [await store.read(route, partition_of(ref), seconds) for route, seconds in routes.items()]
    return [event for events in read for _, event in events]


async def eventually(condition: Callable[[], Any | Awaitable[Any]], seconds: float = 10.0) -> Any:
    """The first true value of `condition`; fails when there is none within `seconds`."""
    until = time.monotonic() + seconds
    while True:
        value = condition()
        if isawaitable(value):
            value = await value
        if value:
            return value
        assert time.monotonic() < until, f"not within {seconds} s: {condition}"
        await asyncio.sleep(0.01)
