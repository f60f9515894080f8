"""What a turn says: its events, numbered, and how they look for each way it can end."""

from __future__ import annotations

from adapters.base import (
    Annotation,
    Button,
    ConversationRef,
    Delta,
    Final,
    Message,
    Notice,
    OutboxEvent,
    Removed,
    ReplyTo,
    Started,
    Withdrawn,
)
from bot.conversation import turn_id
from bot.store.base import Outbox

EVENTS_PER_ATTEMPT = 100_000
LAST_SEQ = 1 << 52
"""Above the numbers of all that a turn says."""


class Voice:
    """Speaks for one attempt at a turn. What is shown on the way is published; the ending is committed."""

    def __init__(self, outbox: Outbox, message: Message, attempt: int) -> None:
        self.turn = turn_id(message)
        self._outbox = outbox
        self._message = message
        # A later attempt counts on above an earlier one, so that nobody takes its events for old ones.
        self._seq = attempt * EVENTS_PER_ATTEMPT
        # An earlier attempt may have shown words that nobody must go on reading.
        self._shown = attempt > 1

    async def started(self) -> None:
        """Work has begun."""
        await self._outbox.publish(Started(*self._next()))

    async def delta(self, text: str) -> None:
        """All of the reply that has been passed so far."""
        self._shown = True
        await self._outbox.publish(Delta(*self._next(), text))

    def final(
        self, text: str, annotations: tuple[Annotation, ...], buttons: tuple[Button, ...] = ()
    ) -> OutboxEvent:
        """The whole reply."""
        return Final(*self._next(), text, annotations, buttons)

    def notice(self, text: str, buttons: tuple[Button, ...] = ()) -> OutboxEvent:
        """The bot's own answer to a command."""
        return Notice(*self._next(), text, buttons=buttons)

    def removed(self, turn: str) -> OutboxEvent:
        """All that another turn has said goes."""
        return Removed(turn, LAST_SEQ, self._message.ref, self._message.reply_to)

    def blocked(self, text: str, ask: str) -> OutboxEvent:
        """The guards hold the message or the reply back; a button labelled `ask` calls a moderator."""
        if self._shown:
            return Withdrawn(*self._next(), text, self.turn)
        return Notice(*self._next(), text, "blocked", self.turn, buttons=(Button(ask, "appeal", self.turn),))

    def failed(self, text: str) -> OutboxEvent:
        """There is no reply, and it is nobody's fault here."""
        if self._shown:
            return Withdrawn(*self._next(), text, self.turn)
        return Notice(*self._next(), text, "failed", self.turn, private=False)

    def _next(self) -> tuple[str, int, ConversationRef, ReplyTo]:
        self._seq += 1
        return (self.turn, self._seq, self._message.ref, self._message.reply_to)
