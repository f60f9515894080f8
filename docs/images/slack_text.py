"""What stands in Slack's blocks as HTML. What members, models and documents say is text and stays text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape, unescape
from typing import Any

from drawing import Renderer
from markdown_it import MarkdownIt
from markdown_it.token import Token

_CONTROL = re.compile(r"<([^<>\n]+)>")
# In a text that is escaped already.
_ADDRESS = re.compile(r"https?://[^\s<>)&]+(?:&amp;[^\s<>)&]+)*")


@dataclass(frozen=True, slots=True)
class Names:
    """What ids stand for."""

    users: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)


def markdown(text: str) -> str:
    """The text of a Markdown block, or of a stream."""
    return str(_PARSER.render(text)).strip()


def plain(text: str) -> str:
    """Words that are nothing but words."""
    return escape(text).replace("\n", "<br>")


def mrkdwn(text: str, names: Names) -> str:
    """Text in which Slack reads marks of its own; only those that the bot makes: links and mentions."""
    shown, at = "", 0
    for match in _CONTROL.finditer(text):
        shown += plain(unescape(text[at : match.start()])) + _control(match[1], names)
        at = match.end()
    return shown + plain(unescape(text[at:]))


def rich(block: Mapping[str, Any], names: Names) -> str:
    """What somebody typed."""
    return "".join(_typed(one, names) for part in block["elements"] for one in part["elements"])


def _typed(one: Mapping[str, Any], names: Names) -> str:
    if one["type"] == "user":
        return _mention(f"@{names.users.get(str(one['user_id']), 'unknown')}")
    if one["type"] == "channel":
        return _mention(f"#{names.channels.get(str(one['channel_id']), 'unknown')}")
    if one["type"] == "link":
        return f'<a class="link">{escape(str(one.get("text") or one["url"]))}</a>'
    return plain(str(one.get("text") or ""))


def _control(inner: str, names: Names) -> str:
    target, _, label = inner.partition("|")
    if target[:1] == "@":
        return _mention(f"@{names.users.get(target[1:], 'unknown')}")
    if target[:1] == "#":
        return _mention(f"#{names.channels.get(target[1:], 'unknown')}")
    return f'<a class="link">{escape(unescape(label or target))}</a>'


def _mention(name: str) -> str:
    return f'<span class="mention">{escape(name)}</span>'


def texts(values: Iterable[Mapping[str, Any]], names: Names) -> str:
    """Text objects one after the other."""
    return " ".join(text_of(one, names) for one in values)


def text_of(value: Mapping[str, Any], names: Names) -> str:
    """A text object of either kind."""
    words = str(value["text"])
    return mrkdwn(words, names) if value["type"] == "mrkdwn" else plain(words)


class _Renderer(Renderer):
    def text(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """Words, in which addresses are found."""
        return _ADDRESS.sub(lambda match: f'<a class="link">{match[0]}</a>', escape(tokens[idx].content))

    # What a backslash stands before is no part of an address.
    text_special = text


_PARSER = (
    MarkdownIt("commonmark", {"html": False, "breaks": True}, renderer_cls=_Renderer)
    .enable(["strikethrough", "table"])
    .disable(["image", "html_block", "html_inline", "text_join"])
)
