"""What the pictures of every platform share: the page, the signs, code in Markdown, and how they are made smaller."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Awaitable, Callable, Iterable, Sequence
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import chromium
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

HERE = Path(__file__).parent
MOST_BYTES = 150_000
COLOURS = 48

Pictures = dict[str, list[str]]
"""A picture's name → its columns."""
Play = Callable[[Path], Awaitable[Pictures]]
"""Plays something, with a folder for its store, and returns what was seen."""

MOON = (
    '<svg viewBox="0 0 40 40"><circle cx="20" cy="20" r="20" fill="#22345f"/>'
    '<path d="M24.5 8.500a12.5 12.5 0 1 0 7 17.500A11.5 11.5 0 0 1 24.5 8.500z" fill="#f7e3b0"/>'
    '<path d="M29 11l1 2.5 2.5 1-2.5 1-1 2.5-1-2.5-2.5-1 2.5-1z" fill="#fff"/></svg>'
)
EYE = (
    '<svg class="eye" width="16" height="16" viewBox="0 0 24 24"><path fill-rule="evenodd" d="M12 5C6.5 5 2.7 9.4 1.5 '
    "12c1.2 2.6 5 7 10.5 7s9.3-4.4 10.5-7C21.3 9.4 17.5 5 12 5zm0 11.500a4.5 4.5 0 1 1 0-9 4.5 4.5 0 0 1 0 "
    '9zm0-2.500a2 2 0 1 0 0-4 2 2 0 0 0 0 4z"/></svg>'
)
_DISCS = ("#e8743b", "#3ba55d", "#b5489b", "#2d8fd5", "#c2882b")


def disc(name: str, number: int) -> str:
    """A member without a picture: the first letter, in the colour of their number."""
    colour = _DISCS[number % len(_DISCS)]
    return f'<span class="disc" style="background:{colour}">{escape(name[:1])}</span>'


def hash_sign(size: int) -> str:
    """The sign of a channel."""
    path = "M10 3 8 21M16 3l-2 18M4 9h17M3 15h17"
    return f'<svg class="sign" width="{size}" height="{size}" viewBox="0 0 24 24"><path d="{path}"/></svg>'


def under(*panes: str) -> str:
    """One above the other."""
    return f'<div class="column">{"".join(panes)}</div>'


class Renderer(RendererHTML):
    """CommonMark's, for pictures."""

    def link_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """A link; it leads nowhere, for this is a picture."""
        return '<a class="link">'

    def fence(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """A block of code, coloured where its language is known."""
        code = tokens[idx].content
        try:
            shown = highlight(code, get_lexer_by_name(tokens[idx].info.strip()), HtmlFormatter(nowrap=True))
        except ClassNotFound:
            shown = escape(code)
        return f"<pre>{shown.rstrip()}</pre>"


async def draw(platform: str, style: str, plays: Iterable[Play], wanted: Sequence[str]) -> None:
    """Plays everything, one after the other, and draws what is wanted: all, or pictures by their names.

    `style`: the name of a style sheet.
    """
    program = chromium.found()
    if not program or not shutil.which("pngquant"):
        raise SystemExit("These pictures need chromium and pngquant on PATH.")
    shown: Pictures = {}
    for play in plays:
        with TemporaryDirectory() as folder:
            shown |= await play(Path(folder))
    async with chromium.browser(program) as picture:
        for name, panes in shown.items():
            if wanted and name not in wanted:
                continue
            data = _smaller(await picture(_page(panes, (HERE / style).read_text())))
            file = HERE / f"{platform}-{name}.png"
            file.write_bytes(data)
            print(file.name, len(data), "" if len(data) <= MOST_BYTES else "is too big")  # noqa: T201


def _page(panes: Iterable[str], style: str) -> str:
    """Columns beside each other as one document."""
    return (
        f'<!doctype html><meta charset="utf-8"><style>{style}</style>'
        f'<body><div class="panes">{"".join(panes)}</div></body>'
    )


def _smaller(png: bytes) -> bytes:
    """The same picture with fewer colours."""
    return subprocess.run(
        ["pngquant", "--strip", str(COLOURS), "-"], input=png, capture_output=True, check=True
    ).stdout
