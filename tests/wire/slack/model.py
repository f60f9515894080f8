"""What exists in a workspace."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.wire.slack import reading
from tests.wire.slack.errors import Json

CHANNEL, PRIVATE, IM = "channel", "group", "im"


@dataclass(eq=False, slots=True)
class Team:
    """A workspace with the app in it."""

    id: str
    name: str
    bot_token: str = field(repr=False)
    scopes: frozenset[str] = field(repr=False)
    """Those that were granted at installation."""
    me: User = field(init=False, repr=False)
    """The bot."""
    users: dict[str, User] = field(default_factory=dict, repr=False)
    channels: dict[str, Channel] = field(default_factory=dict, repr=False)
    groups: dict[str, Group] = field(default_factory=dict, repr=False)
    installed: bool = True
    edit_window: float | None = None
    """Seconds after which messages can no longer be edited (a preference of the workspace); None: never."""


@dataclass(eq=False, slots=True)
class User:
    """A member, a bot or a guest."""

    id: str
    team: Team = field(repr=False)
    name: str
    display_name: str
    admin: bool = False
    bot_id: str | None = None
    """Of a bot."""
    locale: str = "en-US"
    home: Json | None = None
    """The Home tab that the app has published for them."""
    deleted: bool = False

    @property
    def is_bot(self) -> bool:
        return self.bot_id is not None

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"


@dataclass(eq=False, slots=True)
class Group:
    """A user group, such as @moderators."""

    id: str
    team: Team = field(repr=False)
    handle: str
    users: list[User]
    disabled: bool = False

    @property
    def mention(self) -> str:
        return f"<!subteam^{self.id}>"


@dataclass(eq=False, slots=True)
class Channel:
    """A public or private channel, or a direct conversation with the bot."""

    id: str
    team: Team = field(repr=False)
    kind: str
    name: str = ""
    members: dict[str, User] = field(default_factory=dict, repr=False)
    archived: bool = False
    messages: dict[str, Message] = field(default_factory=dict, repr=False)
    """By `ts`."""
    ephemeral: list[Message] = field(default_factory=list, repr=False)
    """What only one member sees: no API finds it again."""

    @property
    def type(self) -> str:
        """As events name it."""
        return self.kind

    @property
    def mention(self) -> str:
        return f"<#{self.id}>"


@dataclass(frozen=True, slots=True)
class File:
    """Something that came with a message."""

    id: str
    name: str
    mimetype: str
    content: bytes = field(repr=False)
    url: str
    """Needs a token with `files:read`."""


@dataclass(frozen=True, slots=True)
class Version:
    """A message as it stood from `at` on."""

    at: float
    text: str
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    metadata: Json | None = None


@dataclass(eq=False, slots=True)
class Message:
    """A message with everything that it once was."""

    channel: Channel
    ts: str
    user: User
    versions: list[Version]
    thread_ts: str | None = None
    """Of the thread's parent."""
    client_msg_id: str | None = None
    subtype: str | None = None
    ephemeral_to: User | None = None
    username: str | None = None
    by_app: bool = False
    """Posted with a token, not typed."""
    edited_at: str | None = None
    """Set when readers see "(edited)"."""
    deleted_at: float | None = None
    streaming: bool = False
    """Whether it is written word by word right now."""
    stream_started: float | None = None
    stream_chunks: bool | None = None
    """Whether the stream was started with chunks; None: with nothing."""
    recipient: User | None = None
    """Of a stream."""
    stopped_by: User | None = None
    """Who pressed the stop button while it was streaming."""
    unfurl_links: bool = True
    unfurl_media: bool = True
    mrkdwn: bool = True
    unseen: bool = False
    """An ephemeral message in a thread that nobody had replied in: Slack shows it to nobody."""
    files: tuple[File, ...] = ()
    pings: set[str] = field(default_factory=set)
    """Ids of users and groups, and "channel", "here", "everyone": what notified people, ever."""
    reactions: dict[str, list[User]] = field(default_factory=dict)

    @property
    def current(self) -> Version:
        return self.versions[-1]

    @property
    def text(self) -> str:
        return self.current.text

    @property
    def blocks(self) -> tuple[Json, ...]:
        return self.current.blocks

    @property
    def metadata(self) -> Json | None:
        return self.current.metadata

    @property
    def edited(self) -> bool:
        """Whether readers see "(edited)"."""
        return self.edited_at is not None

    @property
    def deleted(self) -> bool:
        return self.deleted_at is not None

    @property
    def all_text(self) -> str:
        """All that a reader sees: the blocks, or the text where there are none, and the attachments."""
        return reading.visible(self.current.text, self.current.blocks, self.current.attachments)

    @property
    def links(self) -> list[tuple[str, str]]:
        """Label and address of every link that can be clicked."""
        return reading.links(self.current.text, self.current.blocks)

    @property
    def action_ids(self) -> list[str]:
        """Of everything that can be pressed or chosen."""
        return [one["action_id"] for one in reading.actions(self.current.blocks)]


@dataclass(eq=False, slots=True)
class Session:
    """What the Agent view shows about a thread."""

    status: str
    title: str = ""
    said: str = ""
    """The legacy free text, "is thinking…"."""
    prompts: tuple[Json, ...] = ()


@dataclass(eq=False, slots=True)
class Interaction:
    """A command, a button or a form, as the member sees it go."""

    user: User
    channel: Channel | None
    payload: Json
    trigger_id: str
    trigger_until: float
    response_until: float
    response_url: str = ""
    message: Message | None = None
    """The one with the button."""
    uses: int = 0
    """Of the response_url."""
    acked: bool = False
    error: str = ""
    """What the member is told: "operation_timeout", "dispatch_failed", …"""
    response: Json | None = None
    """What came with the acknowledgement."""
    modal: Modal | None = None
    trigger_used: bool = False
    messages: list[Message] = field(default_factory=list)
    """What was posted in answer to it."""

    @property
    def timed_out(self) -> bool:
        return self.error == "operation_timeout"


@dataclass(eq=False, slots=True)
class Modal:
    """A view that was opened for a member."""

    id: str
    user: User
    view: Json
    hash: str
    open: bool = True
    errors: Json = field(default_factory=dict)
    """What the app found wrong in the last submission, by block id."""

    @property
    def callback_id(self) -> str:
        return str(self.view.get("callback_id", ""))

    @property
    def title(self) -> str:
        return str(self.view["title"]["text"])
