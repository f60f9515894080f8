"""A Markdown document, cut into passages that can be found and quoted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

PASSAGE_LENGTH = 800
"""Characters that a passage has at most, code fences aside."""

PATH_SEPARATOR = " › "
"""Between a document's title and its sections', in a passage's title."""

_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
_HEADING_LENGTH = 200
"""A longer line is no heading, whatever it begins with."""
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
class _Block:
    kind: str
    """heading, fence, list or paragraph"""
    text: str
    level: int = 0


def split(markdown: str, *, document: str, language: str = "") -> list[Passage]:
    """The passages of a Markdown text, in order; together they hold all of it.

    Headings become the titles, code fences stay whole, and what stands under one heading shares passages
    of at most `PASSAGE_LENGTH` characters.
    """
    passages: list[Passage] = []
    path: list[tuple[int, str]] = []
    pending: list[str] = []
    heading = ""  # the last heading, while nothing stands under it

    def close() -> None:
        nonlocal heading
        title = PATH_SEPARATOR.join(name for _, name in path) or document
        texts = pending or ([heading] if heading else [])
        passages.extend(Passage(document, title, text, language) for text in _joined(texts))
        pending.clear()
        heading = ""

    for block in _blocks(markdown):
        if block.kind != "heading":
            pending.extend([block.text] if block.kind == "fence" else _cut(block.text))
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


def _blocks(markdown: str) -> Iterator[_Block]:
    lines = markdown.splitlines()
    at = 0
    while at < len(lines):
        line = lines[at]
        end = at + 1
        heading = _HEADING.match(line) if len(line) <= _HEADING_LENGTH else None
        fence = _FENCE.match(line)
        if heading and heading[2]:
            yield _Block("heading", heading[2], len(heading[1]))
        elif fence:
            while end < len(lines) and not lines[end].strip().startswith(fence[1]):
                end += 1
            end += 1
            yield _Block("fence", "\n".join(lines[at:end]))
        elif line.strip():
            listed = bool(_LIST_ITEM.match(line))
            while end < len(lines) and _continues(lines[end], listed=listed):
                end += 1
            yield _Block("list" if listed else "paragraph", "\n".join(lines[at:end]).rstrip())
        at = end


def _continues(line: str, *, listed: bool) -> bool:
    if not line.strip() or _FENCE.match(line) or (len(line) <= _HEADING_LENGTH and _HEADING.match(line)):
        return False
    return listed or not _LIST_ITEM.match(line)


def _cut(text: str) -> list[str]:
    """`text` in pieces of at most PASSAGE_LENGTH, cut after a line, a sentence, a word, or anywhere."""
    pieces: list[str] = []
    start = 0
    while len(text) - start > PASSAGE_LENGTH:
        window = text[start : start + PASSAGE_LENGTH]
        breaks = (window.rfind(mark) + len(mark) for mark in ("\n", ". ", " "))
        length = next((place for place in breaks if place > PASSAGE_LENGTH // 3), PASSAGE_LENGTH)
        pieces.append(window[:length])
        start += length
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
