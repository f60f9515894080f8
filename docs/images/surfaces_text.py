"""Discord's Markdown as HTML. What members, models and documents say is text and stays text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from drawing import Renderer, hash_sign
from markdown_it import MarkdownIt
from markdown_it.token import Token

# In a text that is escaped already.
_SPECIAL = re.compile(
    r"&lt;@!?(?P<user>\d+)&gt;|&lt;#(?P<channel>\d+)&gt;"
    r"|https://discord\.com/channels/\d+/(?P<place>\d+)/\d+|(?P<link>https?://[^\s<>)&]+(?:&amp;[^\s<>)&]+)*)"
)


@dataclass(frozen=True, slots=True)
class Names:
    """What ids stand for."""

    users: Mapping[int, str] = field(default_factory=dict)
    channels: Mapping[int, str] = field(default_factory=dict)


def blocks(text: str, names: Names) -> str:
    """A message, or the text of an embed."""
    return str(_PARSER.render(text, {"names": names})).strip()


def inline(text: str, names: Names) -> str:
    """A line without blocks: the title of an embed, the name of a field."""
    return str(_PARSER.renderInline(text, {"names": names}))


class _Renderer(Renderer):
    """CommonMark's, with what Discord does otherwise."""

    def text(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """Words, in which mentions and addresses are found."""

        def shown(match: re.Match[str]) -> str:
            names: Names = env["names"]
            if match["user"]:
                return f'<span class="mention">@{escape(names.users.get(int(match["user"]), "unknown-user"))}</span>'
            if match["channel"]:
                name = escape(names.channels.get(int(match["channel"]), "unknown"))
                return f'<span class="mention">{hash_sign(14)}{name}</span>'
            if match["place"]:
                name = escape(names.channels.get(int(match["place"]), "unknown"))
                return f'<span class="mention">{hash_sign(14)}{name} <b>›</b> {_BUBBLE}</span>'
            return f'<a class="link">{match["link"]}</a>'

        return _SPECIAL.sub(shown, escape(tokens[idx].content))

    # What a backslash stands before is no part of an address or a mention.
    text_special = text

    def strong_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """Two underscores underline."""
        return "<u>" if tokens[idx].markup == "__" else "<b>"

    def strong_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """See `strong_open`."""
        return "</u>" if tokens[idx].markup == "__" else "</b>"


_BUBBLE = (
    '<svg class="bubble" width="14" height="14" viewBox="0 0 24 24">'
    '<path d="M12 3a9 9 0 1 1-4.5 16.8L3 21l1.2-4.500A9 9 0 0 1 12 3z"/></svg>'
)
_PARSER = (
    MarkdownIt("commonmark", {"html": False, "breaks": True}, renderer_cls=_Renderer)
    .enable("strikethrough")
    .disable(
        ["image", "html_block", "html_inline", "lheading", "hr", "code", "entity", "reference", "text_join"]
    )
)
