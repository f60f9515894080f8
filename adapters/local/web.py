"""The adapter for a browser on the console: each person has a chat of their own, and sees it grow.

It knows nothing of HTTP. The console's pages give it what a person wrote, and ask it what has changed.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from adapters.base import (
    N_,
    Author,
    Busy,
    Capabilities,
    Card,
    CommandSpec,
    ConversationRef,
    Locale,
    Message,
    NotKept,
    OnMessage,
    OutboxEvent,
    Removed,
    ReplyTo,
    Translate,
)
from adapters.commands import ParseError, parse_command, text_of
from adapters.text import clean

_CAPABILITIES = Capabilities(max_length=100_000, edit_interval=0.05, dialect="html")
MOST_CHATS = 200
"""Chats that are shown again when their page is opened again; the one that nobody used for longest goes first."""
MOST_EXCHANGES = 50
"""Of one chat."""
MOST_CHARACTERS = 20_000
"""Of one message."""

_BUSY = N_(
    "Too many messages are waiting for an answer here, so this one was not taken. Try again in a moment."
)
_NOT_KEPT = N_("Your message could not be kept, so nothing of it was sent. Try again in a moment.")
_TOO_LONG = N_("That has more than {limit} characters, which is too long. Nothing of it was sent.")


@dataclass(frozen=True, slots=True)
class Exchange:
    """Something that a person wrote, and what is shown of the answer."""

    message: Message
    asked: str
    """As it was typed."""
    event: OutboxEvent | None = None
    """The newest of the answer; None before there is one."""
    change: int = 0
    """Grows with each change of its chat."""

    @property
    def ended(self) -> bool:
        """Whether the answer is there as a whole."""
        return self.event is not None and self.event.kind not in ("started", "delta")


@dataclass(slots=True)
class _Chat:
    exchanges: OrderedDict[str, Exchange] = field(default_factory=OrderedDict)
    change: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, exchange: Exchange) -> None:
        self.change += 1
        self.exchanges[exchange.message.id] = replace(exchange, change=self.change)
        while len(self.exchanges) > MOST_EXCHANGES:
            self.exchanges.popitem(last=False)
        # Whoever waits for this change has the old event; the next change gets a new one.
        self.changed.set()
        self.changed = asyncio.Event()


@dataclass(kw_only=True, eq=False)
class WebAdapter:
    """Chats in browsers, all in this process. Whoever is let in moderates the community that they are let into."""

    session: str
    """Names this run: replies find it by its route."""
    commands: Sequence[CommandSpec]
    translate: Translate
    new_id: Callable[[], str]
    clock: Callable[[], float] = time.time

    def __post_init__(self) -> None:
        self._chats: OrderedDict[str, _Chat] = OrderedDict()
        self._asked: dict[str, asyncio.Future[OutboxEvent]] = {}
        self._on_message: OnMessage | None = None

    @property
    def route(self) -> str:
        """This run's own outbox."""
        return f"web-{self.session}"

    def capabilities(self, ref: ConversationRef) -> Capabilities:
        """The same everywhere: a page scrolls."""
        return _CAPABILITIES

    async def run(self, on_message: OnMessage) -> None:
        """Takes what people write, until cancelled."""
        self._on_message = on_message
        try:
            await asyncio.Event().wait()
        finally:
            self._on_message = None

    async def deliver(self, event: OutboxEvent) -> None:
        """Shows `event`. Delivering it again, or one that is older than what is shown, changes nothing."""
        asked = self._asked.pop(event.to.message_id, None)
        if asked is not None:
            asked.set_result(event)
            return
        chat = self._chats.get(event.ref.key)
        shown = chat.exchanges.get(event.to.message_id) if chat else None
        if chat is None or shown is None or isinstance(event, Card):
            return
        if isinstance(event, Removed) and (shown.event is None or shown.event.turn != event.turn):
            return
        if shown.event is not None and shown.event.turn == event.turn and shown.event.seq >= event.seq:
            return
        chat.put(replace(shown, event=event))

    async def say(self, ref: ConversationRef, author: Author, text: str, locale: Locale) -> str:
        """Sends what a person wrote ("/name …" is a command, "//text" sends "/text").

        "" when it is on its way; else the sentence that says why it is not.
        """
        text = typed = clean(text).strip()
        if len(text) > MOST_CHARACTERS:
            return self.translate(_TOO_LONG, locale).format(limit=MOST_CHARACTERS)
        command = None
        if text.startswith("//"):
            text = text[1:]
        elif text.startswith("/"):
            parsed = parse_command(text, self.commands)
            if isinstance(parsed, ParseError):
                return parsed.sentence(self.translate, locale)
            command = parsed
            text = text_of(command, self.commands)
        message_id = self.new_id()
        message = Message(
            ref,
            message_id,
            author,
            text,
            self.clock(),
            ReplyTo(self.route, message_id),
            command,
            locale=locale,
        )
        chat = self._chat(ref)
        # Before it is sent: the answer may be here first.
        chat.put(Exchange(message, typed))
        refused = await self._send(message)
        if refused:
            chat.exchanges.pop(message_id, None)
        return refused

    async def ask(self, message: Message, seconds: float) -> OutboxEvent | str | None:
        """Sends `message`, which must be answered to this adapter's route, and returns its answer.

        A sentence when it could not be sent; None when there is no answer within `seconds`: it may yet be done.
        """
        answer: asyncio.Future[OutboxEvent] = asyncio.get_running_loop().create_future()
        self._asked[message.reply_to.message_id] = answer
        try:
            refused = await self._send(message)
            if refused:
                return refused
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    return await answer
            return None
        finally:
            self._asked.pop(message.reply_to.message_id, None)

    def chat(self, ref: ConversationRef) -> tuple[Sequence[Exchange], int]:
        """What is shown of a chat, oldest first, and the number of its last change."""
        chat = self._chats.get(ref.key)
        return (list(chat.exchanges.values()), chat.change) if chat else ((), 0)

    async def changes(
        self, ref: ConversationRef, since: int, seconds: float
    ) -> tuple[Sequence[Exchange], int]:
        """What has changed in a chat after the change `since`, and the number of the last one.

        Waits up to `seconds` for one.
        """
        chat = self._chat(ref)
        if chat.change < since:
            # It was forgotten meanwhile, or is another run's.
            since = 0
        changed = chat.changed
        if chat.change == since:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await changed.wait()
        new = [exchange for exchange in chat.exchanges.values() if exchange.change > since]
        return new, chat.change

    def _chat(self, ref: ConversationRef) -> _Chat:
        chat = self._chats.pop(ref.key, None) or _Chat()
        self._chats[ref.key] = chat
        while len(self._chats) > MOST_CHATS:
            self._chats.popitem(last=False)
        return chat

    async def _send(self, message: Message) -> str:
        """Hands a message over; "" when it is durable, else what to tell its author."""
        if self._on_message is None:
            return self.translate(_NOT_KEPT, message.locale)
        try:
            await self._on_message(message)
        except Busy:
            return self.translate(_BUSY, message.locale)
        except NotKept:
            return self.translate(_NOT_KEPT, message.locale)
        return ""
