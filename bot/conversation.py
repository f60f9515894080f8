"""What a conversation is to the bot: turns, and the window of them that is loaded for the next one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import blake2s
from typing import Literal, TypeAlias

from adapters.base import ConversationRef, Message
from bot.claims.base import Marked
from bot.models.base import Chunk, ModelErrorKind, Usage
from bot.policy import Decision
from guards.base import Line
from guards.links import EVERYWHERE

TurnState: TypeAlias = Literal["answered", "blocked", "failed"]


def turn_id(message: Message) -> str:
    """The turn's id: the same for the same message, whoever works on it."""
    return turn_of(message.ref.platform, message.id)


def turn_of(platform: str, message_id: str) -> str:
    """The id of the turn about the message with that id."""
    return blake2s(f"{platform}\n{message_id}".encode(), digest_size=6).hexdigest()


@dataclass(frozen=True, slots=True)
class HistoryTurn:
    """One answered turn as history keeps it. Blocked and failed turns never become one."""

    id: str
    author_id: str
    author_name: str
    text: str
    reply: str
    at: float
    """Unix seconds."""
    command: str = ""
    quoted: str = ""
    """What the message replied to or forwarded; somebody else's words."""
    message: str = ""
    """The message's id on the platform (see `ReplyTo`)."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What the turns before the window said, in the model's words. Data, like everything in it."""

    text: str
    through: int
    """How many turns, from the first, it covers."""


@dataclass(frozen=True, slots=True)
class ClaimCounts:
    """What became of the claims of a reply, without a word of them."""

    supported: int = 0
    contradicted: int = 0
    unverifiable: int = 0
    tokens: int = 0
    """That checking them cost of the model."""
    reply_tokens: int = 0
    error: str = ""
    """See `bot.claims.base.Marked`."""


@dataclass(frozen=True, slots=True)
class LastTurn:
    """How a member's last message here ended: what `/why` tells. Holds no text of anyone."""

    turn: str
    state: TurnState
    action: str
    findings: tuple[tuple[str, str, float, str], ...]
    """Guard, code, score, explanation."""
    model: str
    at: float
    sources: tuple[str, ...] = ()
    """Titles of the passages that the reply rests on."""
    failure: ModelErrorKind | Literal[""] = ""
    """Why the model gave no reply, when it failed."""
    claims: ClaimCounts | None = None
    """None: they were not checked."""
    command: str = ""
    """Its name; "" for a message that was none."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """The part of a conversation that the next turn may use."""

    ref: ConversationRef
    turns: tuple[HistoryTurn, ...] = ()
    """The newest answered turns, oldest first."""
    total: int = 0
    """How many turns were answered here since the beginning or the last reset."""
    summary: Summary | None = None

    def of_member(self, author: str) -> Conversation:
        """The talk with one member alone, as far as it is loaded; nobody sums it up."""
        turns = tuple(turn for turn in self.turns if turn.author_id == author)
        return Conversation(self.ref, turns, len(turns))

    def lines(self, limit: int, *, author: str = "") -> tuple[Line, ...]:
        """The newest `limit` lines, as guards see them; with `author`, of the turns with that member alone."""
        newest: list[Line] = []
        for turn in reversed(self.turns):
            if len(newest) >= limit:
                break
            if author in ("", turn.author_id):
                newest += (Line("bot", "", turn.reply), Line("member", turn.author_name, turn.text))
        return tuple(reversed(newest[:limit]))


@dataclass(frozen=True, slots=True)
class Turn:
    """One message and what became of it."""

    id: str
    message: Message
    started_at: float
    state: TurnState
    reply: str = ""
    decision_in: Decision | None = None
    decision_out: Decision | None = None
    model: str = ""
    prompt_tokens: int = 0
    reply_tokens: int = 0
    failure: ModelErrorKind | Literal[""] = ""
    sources: tuple[str, ...] = ()
    logprobs: tuple[tuple[str, float], ...] = ()
    """See `bot.models.base.Chunk`."""
    claims: Marked | None = None
    """What became of the reply's claims; None: they were not checked."""
    hosts: frozenset[str] = frozenset({EVERYWHERE})
    """Where links of the reply may lead."""

    def counting(self, chunk: Chunk) -> Turn:
        """The turn with what `chunk` tells about the model and its tokens."""
        turn = self
        if chunk.logprobs or chunk.restart:
            before = () if chunk.restart else self.logprobs
            turn = replace(self, logprobs=(*before, *chunk.logprobs))
        if chunk.usage is None and chunk.model in ("", self.model):
            return turn
        usage = chunk.usage or Usage(self.prompt_tokens, self.reply_tokens)
        return replace(
            turn,
            model=chunk.model or self.model,
            prompt_tokens=usage.prompt_tokens,
            reply_tokens=usage.reply_tokens,
        )
