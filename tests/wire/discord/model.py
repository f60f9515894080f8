"""What exists in the world: plain records. Ids are numbers here and strings on the wire."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.wire.discord.errors import Json

TEXT, DM, GROUP_DM = 0, 1, 3
PUBLIC_THREAD, PRIVATE_THREAD = 11, 12

EPHEMERAL, LOADING, HAS_THREAD, SUPPRESS_EMBEDS = 1 << 6, 1 << 7, 1 << 5, 1 << 2
SUPPRESS_NOTIFICATIONS, COMPONENTS_V2 = 1 << 12, 1 << 15

DEFAULT_MESSAGE, THREAD_CREATED, REPLY, SLASH_REPLY, THREAD_STARTER, MENU_REPLY = 0, 18, 19, 20, 21, 23


@dataclass(slots=True, eq=False)
class User:
    """A person or a bot."""

    id: int
    name: str
    display_name: str = ""
    bot: bool = False
    locale: str = "en-US"
    takes_dms: bool = True
    """False: a message to them is refused with 50007."""


@dataclass(slots=True, eq=False)
class Role:
    """A role; the one with the guild's id is @everyone."""

    id: int
    name: str
    permissions: int
    position: int
    mentionable: bool = False
    managed: bool = False


@dataclass(slots=True, eq=False)
class Member:
    """A user in a guild."""

    user: User
    roles: list[int] = field(default_factory=list)
    nick: str | None = None
    joined_at: float = 0.0
    timed_out_until: float = 0.0


@dataclass(frozen=True, slots=True)
class Overwrite:
    """What a channel allows and denies a role or a member (`id`)."""

    id: int
    allow: int = 0
    deny: int = 0


@dataclass(slots=True, eq=False)
class Guild:
    """A server. The bot is in it when it is among the members."""

    id: int
    name: str
    owner_id: int
    locale: str = "en-US"
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    """Threads too."""
    removed: bool = False


@dataclass(slots=True, eq=False)
class Channel:
    """A text channel, a thread or a direct conversation."""

    id: int
    type: int
    name: str = ""
    guild: Guild | None = None
    parent: Channel | None = None
    """Of a thread."""
    overwrites: list[Overwrite] = field(default_factory=list)
    recipients: dict[int, User] = field(default_factory=dict)
    """Of a direct conversation, the bot too."""
    messages: dict[int, Message] = field(default_factory=dict)
    """Everything ever written here in order, deleted and ephemeral messages too."""
    owner_id: int = 0
    thread_members: dict[int, float] = field(default_factory=dict)
    """User id → since when."""
    archived: bool = False
    locked: bool = False
    auto_archive: int = 1440
    created_at: float = 0.0
    topic: str | None = None
    slowmode: int = 0
    position: int = 0
    deleted: bool = False

    @property
    def is_thread(self) -> bool:
        return self.type in (PUBLIC_THREAD, PRIVATE_THREAD)

    @property
    def private(self) -> bool:
        return self.type == PRIVATE_THREAD


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a message. `data`: its bytes."""

    id: int
    name: str
    media_type: str
    data: bytes
    url: str
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Pings:
    """Who a message notified when it was sent (editing notifies nobody)."""

    users: frozenset[int] = frozenset()
    roles: frozenset[int] = frozenset()
    everyone: bool = False
    """@everyone or @here."""

    def __bool__(self) -> bool:
        return bool(self.users or self.roles or self.everyone)


@dataclass(frozen=True, slots=True)
class Version:
    """What a message said from `at` on."""

    at: float
    content: str
    embeds: tuple[Json, ...]
    components: tuple[Json, ...]
    attachments: tuple[Attachment, ...]
    flags: int


@dataclass(slots=True, eq=False)
class Message:
    """A message. `versions` holds every state that it was in; the properties speak of the last."""

    id: int
    channel: Channel
    author: User
    type: int
    created_at: float
    versions: list[Version]
    mentions: list[User] = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    pings: Pings = field(default_factory=Pings)
    nonce: str | int | None = None
    reference: Json | None = None
    referenced: Message | None = None
    edited_at: float | None = None
    deleted_at: float | None = None
    ephemeral_to: User | None = None
    interaction: Interaction | None = None
    """That this message answers."""
    webhook_id: int | None = None
    thread: Channel | None = None

    @property
    def content(self) -> str:
        return self.versions[-1].content

    @property
    def embeds(self) -> tuple[Json, ...]:
        return self.versions[-1].embeds

    @property
    def components(self) -> tuple[Json, ...]:
        return self.versions[-1].components

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        return self.versions[-1].attachments

    @property
    def flags(self) -> int:
        return self.versions[-1].flags

    @property
    def loading(self) -> bool:
        """Whether it still shows "thinking…"."""
        return bool(self.flags & LOADING)

    @property
    def deleted(self) -> bool:
        return self.deleted_at is not None

    @property
    def all_text(self) -> str:
        """Content, embeds and text components: all that a reader sees."""
        parts = [self.content]
        for embed in self.embeds:
            parts += [str(embed.get("title", "")), str(embed.get("description", ""))]
            parts += [f"{one['name']}\n{one['value']}" for one in embed.get("fields", ())]
            parts.append(str((embed.get("footer") or {}).get("text", "")))
        for component in walk(self.components):
            parts.append(str(component.get("content", component.get("label", ""))))
        return "\n".join(part for part in parts if part)

    @property
    def custom_ids(self) -> list[str]:
        """Of everything that can be pressed or chosen."""
        return [one["custom_id"] for one in walk(self.components) if "custom_id" in one]


@dataclass(frozen=True, slots=True)
class Modal:
    """A form that was shown to a member."""

    custom_id: str
    title: str
    components: tuple[Json, ...]
    interaction: Interaction


@dataclass(slots=True, eq=False)
class Interaction:
    """One use of a command, a component or a form."""

    id: int
    token: str
    type: int
    user: User
    channel: Channel
    created_at: float
    data: Json
    owners: Json
    """`authorizing_integration_owners`."""
    command: Json | None = None
    source: Message | None = None
    """The message that the component sits on."""
    acked_at: float | None = None
    ack_type: int = 0
    response: Message | None = None
    """What `@original` means."""
    modal: Modal | None = None
    choices: list[Json] = field(default_factory=list)
    """Of an autocompletion."""
    followups: list[Message] = field(default_factory=list)

    @property
    def delay(self) -> float:
        """Seconds until it was acknowledged.

        Raises:
            AssertionError: it was not.
        """
        assert self.acked_at is not None, "never acknowledged"
        return self.acked_at - self.created_at

    @property
    def user_installed_only(self) -> bool:
        return "0" not in self.owners


def walk(components: Iterable[object]) -> list[Json]:
    """Every component, those inside others too, in order."""
    found: list[Json] = []
    for component in components:
        if not isinstance(component, dict):
            continue
        found.append(component)
        inside = component.get("components")
        inside = list(inside) if isinstance(inside, list | tuple) else []
        inside += [
            component[name] for name in ("accessory", "component") if isinstance(component.get(name), dict)
        ]
        found += walk(inside)
    return found
