"""What the loopback Discord holds, as Discord's client would show it: messages, boxes, buttons, menus.

Everything that is shown goes through `escape` or through `surfaces_text`, which does.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from drawing import EYE, MOON, disc, hash_sign
from surfaces_text import Names, blocks, inline

from tests.wire.discord import Channel, Interaction, Message, User
from tests.wire.discord.model import DEFAULT_MESSAGE, THREAD_STARTER

_WORDS = {
    "en": {
        "used": "used", "alone": "Only you can see this", "dismiss": "Dismiss message", "edited": "(edited)",
        "typing": "is typing…", "app": "APP", "message": "Message", "messages": "Messages", "whole": "View whole file",
        "apps": "Apps", "attached": "Click to see attachment", "reply": "Reply", "forward": "Forward", "copy": "Copy Message Link",
    },
    "es": {
        "used": "ha usado", "alone": "Solo tú puedes ver esto", "dismiss": "Descartar mensaje", "edited": "(editado)",
        "typing": "está escribiendo…", "app": "APP", "message": "mensaje", "messages": "mensajes",
        "whole": "Ver el archivo entero", "apps": "Aplicaciones", "attached": "Haz clic para ver el adjunto", "reply": "Responder",
        "forward": "Reenviar", "copy": "Copiar enlace del mensaje",
    },
}  # fmt: skip
"""What Discord's own client says."""
_STYLES = {1: "primary", 2: "secondary", 3: "success", 4: "danger"}
_CLOCK = 18 * 3600 + 4 * 60
"""What the first message's clock shows: seconds of the day."""
_TOGETHER = 420.0
"""Seconds within which one author's messages stand under one name."""
_LINES = 6
"""Of a file that is shown under a message."""


@dataclass(frozen=True, slots=True)
class View:
    """How somebody sees a world."""

    names: Names
    began: float
    """Unix seconds that the clock on the first message stands for."""
    language: str = "en"

    def says(self, word: str) -> str:
        """One of the client's own words."""
        return _WORDS[self.language][word]

    def name(self, user: User) -> str:
        """What somebody is called here."""
        return escape(self.names.users[user.id])

    def time(self, at: float) -> str:
        """What the clock shows."""
        return time.strftime("%H:%M", time.gmtime(_CLOCK + at - self.began))


def conversation(
    view: View, messages: Iterable[Message], *, versions: Mapping[int, int] | None = None
) -> str:
    """Messages under each other. `versions`: an older state of some of them, by their ids."""
    shown: list[str] = []
    last: Message | None = None
    for message in messages:
        number = (versions or {}).get(message.id, len(message.versions) - 1)
        together = (
            last is not None
            and last.author is message.author
            and message.type == DEFAULT_MESSAGE
            and message.created_at - last.created_at < _TOGETHER
            and (message.ephemeral_to is None) == (last.ephemeral_to is None)
        )
        shown.append(_message(view, message, number, together=together))
        last = message if message.type != THREAD_STARTER else None
    return "".join(shown)


def pane(view: View, channel: Channel, body: str, *, below: str = "", width: int = 0) -> str:
    """A column of the client: the channel's name, what stands in it, and something below."""
    guild = channel.guild
    name = (
        channel.name
        if guild
        else next(view.names.users[one.id] for one in channel.recipients.values() if one.bot)
    )
    sign = (
        hash_sign(20)
        if guild and not channel.is_thread
        else _thread_sign(20)
        if guild
        else '<b class="at">@</b>'
    )
    style = f"width:{width}px" if width else ""
    body = f'<div class="talk">{body}</div>' if body else ""
    return (
        f'<section class="pane" style="{style}"><header>{sign}<b>{escape(name)}</b></header>'
        f"{body}{below}</section>"
    )


def typing(view: View, user: User) -> str:
    """The line that says that somebody writes."""
    return f'<div class="typing"><i></i><i></i><i></i><b>{view.name(user)}</b> {view.says("typing")}</div>'


def composer(view: View, interaction: Interaction) -> str:
    """The box that a command was typed into, from what Discord sent about it."""
    chips = "".join(
        f'<span class="option"><b>{escape(one["name"])}</b><span>{escape(_plainly(one["value"]))}</span></span>'
        for one in interaction.data.get("options", ())
    )
    return f'<div class="composer"><b>/{escape(interaction.data["name"])}</b>{chips}</div>'


def commands(view: View, me: User, registered: Sequence[Mapping[str, Any]], typed: str) -> str:
    """The list that opens over the box when somebody types "/"."""
    rows = []
    for command in _flat(registered):
        name = _local(view, command, "name")
        description = _local(view, command, "description")
        options = "".join(
            f'<span class="chip">{escape(_local(view, one, "name"))}</span>'
            for one in command.get("options", ())
        )
        rows.append(
            f'<li><span class="mini">{MOON}</span><div><b>/{escape(name)}</b>{options}<p>{escape(description)}</p></div>'
            f"<em>{view.name(me)}</em></li>"
        )
    return (
        f'<div class="commands"><h4><span class="mini">{MOON}</span>{view.name(me)}</h4><ul>{"".join(rows)}</ul></div>'
        f'<div class="composer"><span>{escape(typed)}</span><i class="caret"></i></div>'
    )


def menu(view: View, registered: Iterable[Mapping[str, Any]]) -> str:
    """The menu of a message, with what lies under "Apps"."""
    own = "".join(f"<li>{view.says(word)}</li>" for word in ("reply", "forward", "copy"))
    ours = "".join(
        f'<li><span class="mini">{MOON}</span>{escape(_local(view, one, "name"))}</li>'
        for one in registered
        if one["type"] == 3
    )
    return f'<div class="menus"><ul>{own}<li class="over">{view.says("apps")}<b>›</b></li></ul><ul>{ours}</ul></div>'


def _flat(registered: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Slash commands as the list shows them: those of two words by both."""
    found: list[dict[str, Any]] = []
    for command in registered:
        if command["type"] != 1:
            continue
        inner = [one for one in command.get("options", ()) if one["type"] == 1]
        found += [{**one, "name": f"{command['name']} {one['name']}"} for one in inner] or [dict(command)]
    return found


def _local(view: View, command: Mapping[str, Any], key: str) -> str:
    tag = {"es": "es-ES"}.get(view.language, "")
    return str((command.get(f"{key}_localizations") or {}).get(tag) or command[key])


def _plainly(value: object) -> str:
    return str(value) if not isinstance(value, bool) else ("True" if value else "False")


# One message


def _message(view: View, message: Message, number: int, *, together: bool) -> str:
    starts = message.type == THREAD_STARTER
    if starts:
        assert message.referenced is not None
        message = message.referenced
        number = len(message.versions) - 1
    state = message.versions[number]
    final = number == len(message.versions) - 1
    edited = (message.edited_at is not None and final) or _edited_before(message, number)
    above = _above(view, message)
    classes = ["message"]
    if together and not above:
        classes.append("together")
    if message.ephemeral_to is not None:
        classes.append("alone")
    head = ""
    if not together or above:
        tag = f'<span class="app">{view.says("app")}</span>' if message.author.bot else ""
        head = f'<div class="head"><b>{view.name(message.author)}</b>{tag}<time>{view.time(message.created_at)}</time></div>'
        head = f'<div class="avatar">{_avatar(view, message.author)}</div>{head}'
    words = f'<div class="words">{_words(view, state.content, edited=edited)}</div>' if state.content else ""
    body = words + "".join(_embed(view, one) for one in state.embeds)
    body += "".join(_file(view, one.name, one.data) for one in state.attachments)
    body += _buttons(state.components)
    if message.thread is not None and final and not starts:
        body += _thread_chip(view, message.thread)
    if message.ephemeral_to is not None:
        body += (
            f'<div class="only">{EYE}{view.says("alone")} • <a class="link">{view.says("dismiss")}</a></div>'
        )
    if edited and not state.content:
        body += f'<small class="edited">{view.says("edited")}</small>'
    return f'<article class="{" ".join(classes)}">{above}{head}<div class="body">{body}</div></article>'


def _edited_before(message: Message, number: int) -> bool:
    """Whether an older state was an edit already: filling in "thinking…" is none."""
    return number > 0 and not message.versions[number - 1].flags & 1 << 7


def _words(view: View, text: str, *, edited: bool) -> str:
    shown = blocks(text, view.names)
    mark = f' <small class="edited">{view.says("edited")}</small>'
    if edited:
        shown = shown[:-4] + mark + "</p>" if shown.endswith("</p>") else shown + mark
    return shown


def _above(view: View, message: Message) -> str:
    """The line over a message: what it replies to, or the command that it answers."""
    use = message.interaction
    if use is not None and use.source is not None:
        return _spine(view, use.source.author, _preview(view, use.source))
    if use is not None:
        assert use.command is not None
        name = _local(view, use.command, "name")
        name = f"/{name}" if use.command["type"] == 1 else name
        sub = [one["name"] for one in use.data.get("options", ()) if one.get("type") == 1]
        return _spine(
            view, use.user, f'{view.says("used")} <span class="used">{escape(" ".join((name, *sub)))}</span>'
        )
    if message.type == 19 and message.referenced is not None:
        return _spine(view, message.referenced.author, _preview(view, message.referenced), at=True)
    return ""


def _spine(view: View, user: User, words: str, *, at: bool = False) -> str:
    tag = f'<span class="app">{view.says("app")}</span>' if user.bot else ""
    name = ("@" if at else "") + view.name(user)
    return f'<div class="above"><i></i><span class="mini">{_avatar(view, user)}</span>{tag}<b>{name}</b><span>{words}</span></div>'


def _preview(view: View, message: Message) -> str:
    return inline(" ".join(message.content.split()), view.names) or f"<i>{view.says('attached')}</i>"


def _avatar(view: View, user: User) -> str:
    if user.bot:
        return MOON
    return disc(view.names.users[user.id], list(view.names.users).index(user.id))


def _embed(view: View, embed: Mapping[str, Any]) -> str:
    colour = f"#{int(embed.get('color') or 0):06x}"
    parts = []
    if embed.get("title"):
        parts.append(f"<h3>{inline(str(embed['title']), view.names)}</h3>")
    if embed.get("description"):
        parts.append(f'<div class="words">{blocks(str(embed["description"]), view.names)}</div>')
    for one in embed.get("fields", ()):
        name, value = inline(str(one["name"]), view.names), blocks(str(one["value"]), view.names)
        parts.append(f'<div class="field"><b>{name}</b><div class="words">{value}</div></div>')
    footer = str((embed.get("footer") or {}).get("text", ""))
    if footer:
        parts.append(f"<footer>{escape(footer)}</footer>")
    return f'<div class="embed" style="border-left-color:{colour}">{"".join(parts)}</div>'


def _buttons(components: Iterable[Mapping[str, Any]]) -> str:
    """Rows of buttons; whatever else there is has no picture yet."""
    rows = []
    for row in components:
        buttons = "".join(
            f'<span class="button {_STYLES[one["style"]]}">{escape(one["label"])}</span>'
            for one in row.get("components", ())
        )
        rows.append(f'<div class="row">{buttons}</div>')
    return "".join(rows)


def _file(view: View, name: str, data: bytes) -> str:
    lines = data.decode("utf-8", "replace").splitlines()
    size = f"{len(data) / 1024:.2f} KB" if len(data) >= 1024 else f"{len(data)} bytes"
    return (
        f'<div class="file"><pre>{escape(chr(10).join(lines[:_LINES]))}</pre>'
        f'<div><span>⌄ {view.says("whole")}</span><a class="link">{escape(name)}</a><small>{size}</small></div></div>'
    )


def _thread_chip(view: View, thread: Channel) -> str:
    there = [one for one in thread.messages.values() if not one.deleted and one.type != THREAD_STARTER]
    word = view.says("message" if len(there) == 1 else "messages")
    last = there[-1] if there else None
    said = (
        f'<span class="mini">{_avatar(view, last.author)}</span><b>{view.name(last.author)}</b>'
        f"<span>{_preview(view, last)}</span>"
        if last
        else ""
    )
    return (
        f'<div class="thread"><i></i><div><b>{escape(thread.name)}</b> <a class="link"><b>{len(there)} {word} ›</b></a></div>'
        f"<div>{said}</div></div>"
    )


def _thread_sign(size: int) -> str:
    path = "M5 4h14v10H9l-4 4zM9 8h7M9 11h5"
    return f'<svg class="sign" width="{size}" height="{size}" viewBox="0 0 24 24"><path d="{path}"/></svg>'
