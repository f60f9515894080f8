"""What the loopback Slack holds, as Slack's client would show it: messages, blocks, buttons, threads, menus.

Everything that is shown goes through `escape` or through `slack_text`, which does.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from drawing import EYE, MOON, disc, hash_sign
from slack_text import Names, markdown, mrkdwn, rich, text_of, texts

from tests.wire.slack import Channel, Message, User

_WORDS = {
    "en": {
        "alone": "Only visible to you", "edited": "(edited)", "app": "APP", "thread": "Thread", "reply": "reply",
        "replies": "replies", "last": "Last reply today at", "working": "is working…", "stop": "Stop",
    },
    "es": {
        "alone": "Solo visible para ti", "edited": "(editado)", "app": "APLICACIÓN", "thread": "Hilo",
        "reply": "respuesta", "replies": "respuestas", "last": "Última respuesta hoy a las",
        "working": "está trabajando…", "stop": "Detener",
    },
}  # fmt: skip
"""What Slack's own client says."""
_CLOCK = 18 * 3600 + 4 * 60
"""What the first message's clock shows: seconds of the day."""
_TOGETHER = 300.0
"""Seconds within which one author's messages stand under one name."""

_THUMB = (
    '<svg width="18" height="18" viewBox="0 0 24 24"><path d="M7 10.500v9.500M3.500 10.500H7v9.500H3.500zM7 11l4-7.500c1.500 0 '
    '2.500 1 2.500 2.500L13 9.500h5.500a2 2 0 0 1 2 2.400l-1.300 6.500a2 2 0 0 1-2 1.600H7"/></svg>'
)


@dataclass(frozen=True, slots=True)
class View:
    """How somebody sees a workspace."""

    names: Names
    began: float
    """Unix seconds that the clock on the first message stands for."""
    language: str = "en"

    def says(self, word: str) -> str:
        """One of the client's own words."""
        return _WORDS[self.language][word]

    def time(self, ts: str) -> str:
        """What the clock shows."""
        at = time.gmtime(_CLOCK + float(ts) - self.began)
        return time.strftime("%-I:%M %p" if self.language == "en" else "%H:%M", at)


def conversation(view: View, messages: Iterable[Message], *, within: str = "", version: int = -1) -> str:
    """Messages under each other.

    Args:
        view: who looks.
        messages: in their order.
        within: the `ts` of the thread that is looked at; without one it is the channel.
        version: which state of the last one.
    """
    messages = list(messages)
    shown: list[str] = []
    last: Message | None = None
    for message in messages:
        together = (
            last is not None
            and last.user is message.user
            and last.ts != within
            and float(message.ts) - float(last.ts) < _TOGETHER
            and message.ephemeral_to is last.ephemeral_to is None
            and (within != "" or not _answers(last))
        )
        number = version if message is messages[-1] else -1
        shown.append(_message(view, message, number, together=together, within=within))
        if message.ts == within:
            count = len(_answers(message))
            shown.append(f'<div class="count"><span>{_replies(view, count)}</span></div>' if count else "")
        last = message
    return "".join(shown)


def pane(
    view: View, channel: Channel, body: str, *, thread: bool = False, below: str = "", style: str = ""
) -> str:
    """A column of the client: where this is, what stands there, and something below."""
    if channel.kind == "im":
        head = f'<span class="mini">{MOON}</span><b>{escape(channel.team.me.display_name)}</b>'
    elif thread:
        head = f"<b>{view.says('thread')}</b><small># {escape(channel.name)}</small>"
    else:
        head = f"{hash_sign(18)}<b>{escape(channel.name)}</b>"
    body = f'<div class="talk">{body}</div>' if body else ""
    return f'<section class="pane {style}"><header>{head}</header>{body}{below}</section>'


def working(view: View, me: User) -> str:
    """The line that says that an answer is coming, and the button that stops it."""
    name = escape(me.display_name)
    return (
        f'<div class="working"><i></i><i></i><i></i>{name} {view.says("working")}'
        f'<span class="button">{view.says("stop")}</span></div>'
    )


def beginning(features: Mapping[str, Any], me: User) -> str:
    """The Agent view before anything was said, from the app's manifest."""
    view = features["agent_view"]
    prompts = "".join(f"<li>{escape(one['title'])}</li>" for one in view["suggested_prompts"])
    return (
        f'<div class="beginning"><span>{MOON}</span><h2>{escape(me.display_name)}</h2>'
        f"<p>{escape(view['agent_description'])}</p><ul>{prompts}</ul></div>"
    )


def composer(text: str) -> str:
    """The box that something is typed into."""
    return f'<div class="composer"><span>{escape(text)}</span><i></i></div>'


def commands(features: Mapping[str, Any], me: User) -> str:
    """The list that opens over the box when somebody types "/"."""
    rows = "".join(
        f'<li><span class="avatar">{MOON}</span><div><p><b>{escape(one["command"])}</b> '
        f"<code>{escape(one.get('usage_hint', ''))}</code></p><p>{escape(one['description'])}</p></div></li>"
        for one in features["slash_commands"]
    )
    return f'<div class="commands"><h4>{escape(me.display_name)}</h4><ul>{rows}</ul></div>{composer("/")}'


def menu(features: Mapping[str, Any], me: User) -> str:
    """The menu of a message, with its shortcuts."""
    name = escape(me.display_name)
    rows = "".join(
        f'<li><span class="mini">{MOON}</span>{escape(one["name"])}<em>{name}</em></li>'
        for one in features["shortcuts"]
        if one["type"] == "message"
    )
    own = "".join(f"<li>{word}</li>" for word in ("Turn off notifications for replies", "Copy link"))
    return f'<div class="menu"><ul>{own}<hr>{rows}<hr><li>More message shortcuts…</li></ul></div>'


# One message


def _message(view: View, message: Message, number: int, *, together: bool, within: str) -> str:
    state = message.versions[number]
    body = "".join(_block(view, one) for one in state.blocks)
    body = body or f'<div class="words">{mrkdwn(state.text, view.names)}</div>'
    if message.edited and number == -1:
        body += f'<small class="edited">{view.says("edited")}</small>'
    if not within:
        body += _thread_bar(view, message)
    alone = f'<div class="only">{EYE}{view.says("alone")}</div>' if message.ephemeral_to else ""
    head = ""
    if not together:
        tag = f'<span class="app">{view.says("app")}</span>' if message.user.is_bot else ""
        head = (
            f'<div class="avatar">{_avatar(view, message.user)}</div><div class="head">'
            f"<b>{escape(message.user.display_name)}</b>{tag}<time>{view.time(message.ts)}</time></div>"
        )
    kind = "message together" if together else "message"
    return f'<article class="{kind}">{alone}{head}{body}</article>'


def _block(view: View, block: Mapping[str, Any]) -> str:
    """One block; KeyError for one that has no picture yet."""
    kind = block["type"]
    if kind == "divider":
        return '<hr class="divider">'
    if kind == "markdown":
        return f'<div class="words">{markdown(str(block["text"]))}</div>'
    if kind == "rich_text":
        return f'<div class="words">{rich(block, view.names)}</div>'
    if kind == "actions":
        return f'<div class="row">{"".join(_button(one) for one in block["elements"])}</div>'
    if kind == "context":
        return f'<div class="context">{texts(block["elements"], view.names)}</div>'
    if kind == "context_actions":
        return f'<div class="row">{"".join(_feedback(one) for one in block["elements"])}</div>'
    name = {"header": "heading", "section": "words"}[kind]
    return f'<div class="{name}">{text_of(block["text"], view.names)}</div>'


def _button(button: Mapping[str, Any]) -> str:
    return f'<span class="button {button.get("style", "")}">{escape(button["text"]["text"])}</span>'


def _feedback(element: Mapping[str, Any]) -> str:
    """Thumbs under a reply; their labels are read out only."""
    assert element["type"] == "feedback_buttons"
    return f'<span class="thumb">{_THUMB}</span><span class="thumb down">{_THUMB}</span>'


def _avatar(view: View, user: User) -> str:
    return MOON if user.is_bot else disc(user.display_name, list(view.names.users).index(user.id))


def _answers(message: Message) -> list[Message]:
    """What stands in the thread under a message."""
    there: Sequence[Message] = list(message.channel.messages.values())
    return [one for one in there if one.thread_ts == message.ts and one is not message and not one.deleted]


def _replies(view: View, count: int) -> str:
    return f"{count} {view.says('reply' if count == 1 else 'replies')}"


def _thread_bar(view: View, message: Message) -> str:
    answers = _answers(message)
    if not answers:
        return ""
    authors = {one.user.id: one.user for one in answers}.values()
    heads = "".join(f'<span class="mini">{_avatar(view, one)}</span>' for one in authors)
    last = f"{view.says('last')} {view.time(answers[-1].ts)}"
    return f'<div class="bar">{heads}<b>{_replies(view, len(answers))}</b><small>{last}</small></div>'
