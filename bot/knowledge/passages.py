"""A document, cut into passages that can be found and quoted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

PASSAGE_LENGTH = 800
"""Characters that a passage has at most, code fences aside."""

FENCE_LENGTH = 4_000
"""Characters up to which a code fence stays whole."""

PATH_SEPARATOR = " › "
"""Between a document's title and its sections', in a passage's title."""

HEADING_LENGTH = 200
"""A longer line is no heading, whatever it begins with."""

_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_LIST_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s")


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a document."""

    document: str
    """The document that it comes from: a name or an address."""
    title: str
    """What to cite: the document's headings down to this passage."""
    text: str
    language: str
    """Language tag; "" when unknown."""


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a document that belongs together."""

    kind: str
    """heading, fence, list or paragraph"""
    text: str
    level: int = 0
    """Of a heading, from 1."""


def split(markdown: str, *, document: str, language: str = "") -> list[Passage]:
    """The passages of a Markdown text, in order; see `passages_of`."""
    return passages_of(markdown_blocks(markdown), document=document, language=language)


def passages_of(blocks: Iterable[Block], *, document: str, language: str = "") -> list[Passage]:
    """The passages of a document, in order; together they hold all of it.

    Headings become the titles, below the document's name where it has no heading of the first level. Code fences
    stay whole up to `FENCE_LENGTH`, and what stands under one heading shares passages of at most `PASSAGE_LENGTH`
    characters.
    """
    blocks = list(blocks)
    passages: list[Passage] = []
    named = any(block.kind == "heading" and block.level == 1 for block in blocks)
    path: list[tuple[int, str]] = [] if named else [(0, document)]
    pending: list[str] = []
    heading = ""  # the last heading, while nothing stands under it

    def close() -> None:
        nonlocal heading
        title = PATH_SEPARATOR.join(name for _, name in path) or document
        texts = pending or ([heading] if heading else [])
        passages.extend(Passage(document, title, text, language) for text in _joined(texts))
        pending.clear()
        heading = ""

    for block in blocks:
        if block.kind != "heading":
            pending.extend(_cut(block.text, FENCE_LENGTH if block.kind == "fence" else PASSAGE_LENGTH))
            continue
        if heading and not pending and block.level > path[-1][0]:
            heading = ""  # it lives on in the titles of what follows
        else:
            close()
        while path and path[-1][0] >= block.level:
            path.pop()
        path.append((block.level, block.text))
        heading = block.text
    close()
    return passages


def text_blocks(text: str) -> Iterator[Block]:
    """The paragraphs of a text without markup."""
    lines: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line.strip():
            lines.append(line)
        elif lines:
            yield Block("paragraph", "\n".join(lines).rstrip())
            lines = []


def markdown_blocks(markdown: str) -> Iterator[Block]:
    """The blocks of a Markdown text: headings of both kinds, fences, lists, paragraphs; front matter is a fence."""
    lines = markdown.splitlines()
    at = _front_matter(lines)
    if at:
        yield Block("fence", "\n".join(lines[:at]))
    while at < len(lines):
        line = lines[at]
        end = at + 1
        heading = _HEADING.match(line) if len(line) <= HEADING_LENGTH else None
        fence = _FENCE.match(line)
        if heading and heading[2]:
            yield Block("heading", heading[2], len(heading[1]))
        elif fence:
            while end < len(lines) and not lines[end].strip().startswith(fence[1]):
                end += 1
            end += 1
            yield Block("fence", "\n".join(lines[at:end]))
        elif line.strip():
            listed = bool(_LIST_ITEM.match(line))
            underline = _underline(lines, end) if not listed and len(line) <= HEADING_LENGTH else None
            if underline:
                end += 1
                yield Block("heading", line.strip(), 1 if underline == "=" else 2)
            else:
                while end < len(lines) and _continues(lines[end], listed=listed):
                    end += 1
                yield Block("list" if listed else "paragraph", "\n".join(lines[at:end]).rstrip())
        at = end


def _front_matter(lines: list[str]) -> int:
    """Where what stands above a page ends: lines between two of `---`, the first of all among them; 0 without any."""
    if not lines or lines[0].rstrip() != "---":
        return 0
    return next((at + 1 for at, line in enumerate(lines[1:50], 1) if line.rstrip() == "---"), 0)


def _underline(lines: list[str], at: int) -> str:
    """ "=" or "-" when the line underlines the one above it as a heading."""
    match = _UNDERLINE.match(lines[at]) if at < len(lines) else None
    return match[1][0] if match else ""


def _continues(line: str, *, listed: bool) -> bool:
    if not line.strip() or _FENCE.match(line) or (len(line) <= HEADING_LENGTH and _HEADING.match(line)):
        return False
    return listed or not _LIST_ITEM.match(line)


def _cut(text: str, most: int) -> list[str]:
    """`text` in pieces: whole up to `most`, else of at most PASSAGE_LENGTH, cut after a line, a sentence, a word, or
    anywhere.
    """
    pieces: list[str] = []
    start = 0
    while len(text) - start > most:
        window = text[start : start + PASSAGE_LENGTH]
        breaks = (window.rfind(mark) + len(mark) for mark in ("\n", ". ", " "))
        length = next((place for place in breaks if place > PASSAGE_LENGTH // 3), PASSAGE_LENGTH)
        pieces.append(window[:length])
        start += length
        most = PASSAGE_LENGTH
    pieces.append(text[start:])
    return [piece.strip("\n ") for piece in pieces if piece.strip()]


def _joined(texts: list[str]) -> Iterator[str]:
    """`texts` put together, as long as they stay within PASSAGE_LENGTH."""
    together: list[str] = []
    length = 0
    for text in texts:
        if together and length + 2 + len(text) > PASSAGE_LENGTH:
            yield "\n\n".join(together)
            together, length = [], 0
        length += len(text) + (2 if together else 0)
        together.append(text)
    if together:
        yield "\n\n".join(together)
