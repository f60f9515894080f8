"""What every adapter speaks: the port and its types.

All types are frozen, plain data: no platform object crosses this line, so a message can be stored,
handed to another process and answered from there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal, Protocol, TypeAlias
from urllib.parse import quote, unquote


def N_(sentence: str) -> str:  # noqa: N802 - the name that extraction tools look for
    """Marks a sentence that people read for the catalogue behind `Translate`."""
    return sentence


Locale: TypeAlias = str
"""A language tag as the platform gives it ("es", "es-ES", "en-US"); "" when it gives none."""


@dataclass(frozen=True, slots=True)
class ConversationRef:
    """Where a conversation takes place. Its text form (`key`) names it everywhere, in the store too."""

    platform: str
    community: str
    """Guild or workspace; for direct messages the id of the person."""
    channel: str
    thread: str = ""

    @property
    def key(self) -> str:
        """`platform/community/channel/thread`, each part percent-encoded."""
        return "/".join(quote(part, safe="") for part in self._parts())

    @property
    def community_key(self) -> str:
        """`platform/community`: what policy, guard log and budget are kept under."""
        return "/".join(quote(part, safe="") for part in self._parts()[:2])

    def _parts(self) -> tuple[str, str, str, str]:
        return (self.platform, self.community, self.channel, self.thread)

    @classmethod
    def parse(cls, key: str) -> ConversationRef:
        """The ref that `key` came from.

        Raises:
            ValueError: `key` is not a text form of a ref.
        """
        parts = [unquote(part) for part in key.split("/")]
        if len(parts) != 4:
            raise ValueError(f"not a conversation: {key!r} (expected platform/community/channel/thread)")
        return cls(*parts)


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a message."""

    id: str
    name: str
    roles: tuple[str, ...] = ()
    is_bot: bool = False
    is_moderator: bool = False
    """Whether the platform lets this person moderate here (asked when the message arrived)."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """A message that this one replies to or forwards: somebody's words, not the author's."""

    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of `size` bytes beside a message. `text` is its content where the adapter could read it as text."""

    name: str
    media_type: str
    size: int
    text: str | None = None
    data: str = ""
    """The file in Base64, where it was given to a command; "" where it is too big, or could not be had."""


@dataclass(frozen=True, slots=True)
class ReplyTo:
    """All that any process needs to answer a message."""

    route: str
    """The outbox that the answer goes to: the platform's name, or one session's own."""
    message_id: str = ""
    interaction: str = ""
    """A token to answer an interaction with; "" when the message was no interaction."""
    interaction_expires: float = 0.0
    """Unix seconds; past it the answer goes to the channel."""
    asked: str = ""
    """The question, shortened, where others see the reply but not the question: shown above the reply."""
    person: str = ""
    """The id of the one who asked, where a platform must be told whom it shows an answer to."""


OptionValue: TypeAlias = str | int | float | bool


@dataclass(frozen=True, slots=True)
class CommandUse:
    """A command that a member used, with the options as given."""

    name: str
    options: Mapping[str, OptionValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Message:
    """One thing that a member said to the bot."""

    ref: ConversationRef
    id: str
    """The platform's event id: the same event delivered twice has the same id."""
    author: Author
    text: str
    sent_at: float
    """Unix seconds."""
    reply_to: ReplyTo
    command: CommandUse | None = None
    """None: ordinary chat."""
    quoted: tuple[Quoted, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    locale: Locale = ""
    released: str = ""
    """The turn in which it was held back, when a moderator has let it through: now it counts as harmless."""


@dataclass(frozen=True, slots=True)
class Retracted:
    """A member took a message back: deleted it, or put another in its place."""

    ref: ConversationRef
    message_id: str
    """As in `ReplyTo.message_id`."""
    replacement: Message | None = None
    """What it says now, as a message with an id of its own; None: it was deleted."""


Inbound: TypeAlias = Message | Retracted
"""What a platform tells the bot."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """A mark on a span of a reply: what the guards say about it."""

    start: int
    end: int
    """Offsets in characters into the reply's text, end exclusive; without words between them: about all of it."""
    mark: Literal["supported", "contradicted", "unverifiable", "quoted", "flagged"]
    note: str
    """One sentence in the reader's language."""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message. `action` and `argument` are all that the handler gets back; "open" leads to an address."""

    label: str
    action: str
    argument: str = ""
    style: Literal["primary", "secondary", "success", "danger"] = "secondary"


@dataclass(frozen=True, slots=True)
class _Event:
    """What every outbox event carries."""

    turn: str
    """The turn's id; a turn taken over by another worker keeps it."""
    seq: int
    """Grows within one turn, also from one attempt to the next; the same number twice is the same event again."""
    ref: ConversationRef
    to: ReplyTo


@dataclass(frozen=True, slots=True)
class Started(_Event):
    """Work on the turn has begun (again: the adapter shows it once). Shown as typing."""

    kind: Literal["started"] = "started"


@dataclass(frozen=True, slots=True)
class Delta(_Event):
    """More of the reply, already passed by the guards. `text` is all of it so far, not the difference."""

    text: str = ""
    kind: Literal["delta"] = "delta"


@dataclass(frozen=True, slots=True)
class Final(_Event):
    """The whole reply. Replaces every delta."""

    text: str = ""
    annotations: tuple[Annotation, ...] = ()
    buttons: tuple[Button, ...] = ()
    kind: Literal["final"] = "final"


@dataclass(frozen=True, slots=True)
class Withdrawn(_Event):
    """What was shown of the reply must go; `text` says why in one sentence."""

    text: str = ""
    incident: str = ""
    kind: Literal["withdrawn"] = "withdrawn"


@dataclass(frozen=True, slots=True)
class Notice(_Event):
    """A sentence of the bot itself: blocked, failed, busy, or a command's answer."""

    text: str = ""
    tone: Literal["info", "blocked", "failed"] = "info"
    incident: str = ""
    private: bool = True
    """Only for the one who asked, where the platform can."""
    buttons: tuple[Button, ...] = ()
    kind: Literal["notice"] = "notice"


@dataclass(frozen=True, slots=True)
class Removed(_Event):
    """All that was shown of the turn goes, without a word: its question is gone. Nothing comes after it."""

    kind: Literal["removed"] = "removed"


@dataclass(frozen=True, slots=True)
class About:
    """The message that a card is about: what a link leads to, and what an action is done to."""

    ref: ConversationRef
    message_id: str
    author_id: str
    author_name: str


@dataclass(frozen=True, slots=True)
class Card(_Event):
    """A case for the moderators' channel, which `ref` names. A later one of the same turn replaces it."""

    case: str = ""
    """The turn that the case is about: what a press of a button gives back."""
    number: int = 0
    """Of the case, in its community; given by the store."""
    title: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    about: About | None = None
    decided: tuple[str, ...] = ()
    """What moderators decided, a line each."""
    buttons: tuple[Button, ...] = ()
    locale: Locale = ""
    """The language that it is written in."""
    kind: Literal["card"] = "card"


OutboxEvent: TypeAlias = Started | Delta | Final | Withdrawn | Notice | Removed | Card


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a place can show. Asked per ref: a thread may differ from a channel."""

    max_length: int
    """Characters in one message."""
    edit_interval: float
    """Seconds between two edits of one message."""
    native_stream: bool = False
    threads: bool = False
    ephemeral: bool = False
    dialect: Literal["discord", "slack", "plain", "html"] = "plain"


class Permission(Enum):
    """Who may use a command."""

    EVERYONE = "everyone"
    MODERATOR = "moderator"


class Context(Enum):
    """Where a command may be used."""

    COMMUNITY = "community"
    DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class OptionSpec:
    """One option of a command."""

    name: str
    descriptions: Mapping[str, str]
    """Language → text; always has "en"."""
    type: Literal["text", "integer", "number", "boolean", "channel", "file"] = "text"
    """"channel": the id of one of the community's channels, as a text. "file": comes as an `Attachment`."""
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """One command, platform-neutral. Its name is one word, or two: a command and what it does ("policy set")."""

    name: str
    descriptions: Mapping[str, str]
    """Language → text; always has "en"."""
    options: tuple[OptionSpec, ...] = ()
    permission: Permission = Permission.EVERYONE
    private: bool = False
    """Its answer is for the one who asked alone, where the platform can."""
    contexts: frozenset[Context] = frozenset(Context)


class Busy(Exception):
    """The conversation's mailbox is full: the message was not taken, and the member should be told so."""


class NotKept(Exception):
    """The message could not be made durable: the platform should send it again, or the member be told."""


OnMessage: TypeAlias = Callable[[Inbound], Awaitable[None]]
"""Returns when what came in is durable; only then may the platform be acknowledged. Raises `Busy` and `NotKept`."""

Translate: TypeAlias = Callable[[str, Locale], str]
"""A sentence in English → the same in the locale's language."""


class Memory(Protocol):
    """What an adapter must know again after a restart: small notes, forgotten when the conversations are."""

    async def recall(self, name: str) -> str | None:
        """The note of that name; None when there is none (any more)."""

    async def remember(self, name: str, note: str) -> None:
        """Keeps a note under a name, in place of the one before."""

    async def keep(self, name: str, note: str) -> None:
        """The same for a note that stays until it is forgotten by name."""

    async def reserve(self, name: str, note: str, seconds: float) -> str | None:
        """Keeps a note for so many seconds if there is none of that name; else returns the one that is there."""

    async def forget(self, name: str) -> None:
        """Removes a note."""


class Adapter(Protocol):
    """A platform. Found by name through the entry-point group `sereno.adapters`."""

    @property
    def route(self) -> str:
        """Whose outbox it delivers: the platform's name; with "-" and more, one session's own, forgotten with it."""

    def capabilities(self, ref: ConversationRef) -> Capabilities:
        """What can be shown at `ref`. No network, no waiting."""

    async def run(self, on_message: OnMessage) -> None:
        """Takes messages from the platform until it ends or the task is cancelled."""

    async def deliver(self, event: OutboxEvent) -> None:
        """Shows `event`. Delivering the same event again, or one that is older than what is shown, changes nothing.

        Raises:
            DeliveryFailed: the platform refused; `retry_after` says whether and when to try again.
        """


class AdapterFailed(Exception):
    """The adapter cannot work as it is set up. The text names the setting and what to do."""


class DeliveryFailed(Exception):
    """The platform did not take an event."""

    def __init__(self, reason: str, *, retry_after: float | None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        """Seconds until it makes sense to try again; None: never."""
