"""Slack's events as messages. Pure: no network, no client."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from adapters.base import Attachment, Author, CommandUse, ConversationRef, Locale, Message, Quoted, ReplyTo
from adapters.marks import unmarked

PLATFORM = "slack"
RESPONSE_SECONDS = 30 * 60 - 60
"""How long the address for answering an interaction is used: Slack's 30 minutes, less what a request may take."""

Event = Mapping[str, Any]
"""A part of what Slack sends."""

_DIRECT = "dm-"
_SUBTYPES = ("", "file_share", "thread_broadcast", "me_message")
"""Of messages that members wrote; all others are Slack's own."""
_SCHEMES = ("http://", "https://", "mailto:", "tel:")
_TOKEN = re.compile(r"<([^<>\n]{1,3000})>")
_USER = re.compile(r"<@([A-Z0-9]{2,20})(?:\|[^<>\n]*)?>")
_CHANNEL = re.compile(r"<#([A-Z0-9]{2,20})(?:\|[^<>\n]*)?>")


def ref_of(team: str, channel: str, thread: str, user: str) -> ConversationRef:
    """The conversation of a thread, or of a channel without one; a direct one is its member's."""
    community = f"{_DIRECT}{team}-{user}" if is_direct(channel) else team
    return ConversationRef(PLATFORM, community, channel, thread)


def is_direct(channel: str) -> bool:
    """Whether a channel is the conversation of one member with the bot."""
    return channel.startswith("D")


def team_of(ref: ConversationRef) -> str:
    """The workspace that a conversation is in."""
    community = ref.community
    return community.removeprefix(_DIRECT).partition("-")[0] if community.startswith(_DIRECT) else community


def is_written(event: Event) -> bool:
    """Whether a member wrote it: no bot, no webhook, not Slack itself."""
    user = str(event.get("user") or "")
    return (
        bool(user)
        and user != "USLACKBOT"
        and not event.get("bot_id")
        and not event.get("bot_profile")
        and (event.get("subtype") or "") in _SUBTYPES
    )


def mentioned(text: str) -> set[str]:
    """The ids of those whom a text mentions."""
    return set(_USER.findall(text))


def all_text(event: Event) -> str:
    """The text of a message and of those that it forwards, as Slack writes it."""
    attached = event.get("attachments") or ()
    return "\n".join(str(each.get("text") or "") for each in (event, *attached))


def place_of(event: Event) -> tuple[str, str]:
    """Channel and thread of a message; one that is in no thread begins its own."""
    return str(event["channel"]), str(event.get("thread_ts") or event["ts"])


def id_of(team: str, channel: str, ts: str) -> str:
    """The id of a message: what Slack sends twice (as `message` and as `app_mention`, or again) has one."""
    return f"{team}.{channel}.{ts}"


def ts_of(message_id: str) -> str:
    """What Slack calls the message in its channel."""
    return ".".join(message_id.split(".")[-2:])


def message_of(
    event: Event,
    *,
    team: str,
    me: str,
    author: Author,
    names: Mapping[str, str],
    texts: Mapping[str, str],
    locale: Locale,
) -> Message:
    """A message of a channel. `me`: the bot's id; `names`: members' ids → their names; `texts`: files' ids → what could
    be read of them.
    """
    channel, thread = place_of(event)
    name = id_of(team, channel, str(event["ts"]))
    return Message(
        ref=ref_of(team, channel, thread, author.id),
        id=name,
        author=author,
        text=words_of(str(event.get("text") or ""), me, names),
        sent_at=float(event["ts"]),
        reply_to=ReplyTo(PLATFORM, name, person=author.id),
        quoted=tuple(_quoted(event, me, names)),
        attachments=tuple(
            Attachment(
                str(file.get("name") or ""),
                str(file.get("mimetype") or ""),
                int(file.get("size") or 0),
                texts.get(str(file.get("id"))),
            )
            for file in event.get("files") or ()
        ),
        locale=locale,
    )


def _quoted(event: Event, me: str, names: Mapping[str, str]) -> list[Quoted]:
    """Messages that this one forwards."""
    found: list[Quoted] = []
    for attached in event.get("attachments") or ():
        if attached.get("is_share") or attached.get("is_msg_unfurl"):
            text = words_of(str(attached.get("text") or ""), me, names)
            if text:
                found.append(Quoted(str(attached.get("author_name") or ""), text))
    return found


def words_of(text: str, me: str, names: Mapping[str, str]) -> str:
    """What was typed: without the mention of the bot; members, groups, channels and links as a reader sees them."""

    def read(match: re.Match[str]) -> str:
        what, _, label = match[1].partition("|")
        if what.startswith("@"):
            return "" if what[1:] == me else f"@{names.get(what[1:]) or label or what[1:]}"
        if what.startswith("#"):
            return f"#{label or what[1:]}"
        if what.startswith("!"):
            name = label or what[1:].replace("subteam^", "")
            return name if name.startswith("@") or what.startswith("!date") else f"@{name}"
        # An address that was typed: Slack made a link of it.
        if not label or what in (label, *(f"{scheme}{label}" for scheme in _SCHEMES)):
            return label or what
        return f"{label} ({what})"

    return _unescaped(_TOKEN.sub(read, text)).strip()


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def channel_ids(text: str) -> str:
    """`text` with each channel in it by its id."""
    return _CHANNEL.sub(r"\1", text)


def shown_text(message: Event, me: str, names: Mapping[str, str]) -> str:
    """All that a reader sees of a message: its text, else what stands in its blocks; of a reply, without its marks."""
    text = words_of(str(message.get("text") or ""), me, names)
    said: list[str] = []
    for block in message.get("blocks") or ():
        inside = block.get("text")
        if block.get("type") == "markdown":
            said.append(str(inside or ""))
        elif isinstance(inside, Mapping):
            said.append(words_of(str(inside.get("text") or ""), me, names))
    blocks = "\n".join(each for each in said if each)
    # Where there are blocks, the text beside them may be shortened.
    shown = blocks if len(blocks) > len(text) else text
    return unmarked(shown) if message.get("user") == me else shown


def interaction_of(
    payload: Event,
    *,
    ref: ConversationRef,
    author: Author,
    use: CommandUse,
    now: float,
    locale: Locale,
    reply_to: ReplyTo,
) -> Message:
    """A command that was used, a press or a choice, which `reply_to` tells how to answer."""
    return Message(
        ref=ref,
        id=f"{team_in(payload)}.{payload['trigger_id']}",
        author=author,
        text=str(use.options.get("text", "")),
        sent_at=now,
        reply_to=reply_to,
        command=use,
        locale=locale,
    )


def team_in(payload: Event) -> str:
    """The workspace that something comes from."""
    # In a channel that several workspaces share an event names the sender's, and here the one it is meant for.
    granted = next((each.get("team_id") for each in payload.get("authorizations") or ()), None)
    team = payload.get("team")
    inside = team.get("id") if isinstance(team, Mapping) else team
    return str(granted or payload.get("team_id") or inside or "")
