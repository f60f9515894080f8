"""What a reply is made of: lines of prose, list items, headings, table rows; code is none of them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["prose", "heading", "item", "row", "quoted"]
"""Where a sentence stands; "quoted": in a block quotation."""

_FENCE = re.compile(r"[ \t]*(?:>[ \t]?)*(`{3,}|~{3,})")
_MARKER = re.compile(
    r"[ \t]*(?P<quote>(?:>{1,3}[ \t]*)*)"
    r"(?P<item>(?:[-*+•‣·–—]|\(?\d{1,4}[.)]|\(?[a-zA-Z][)])[ \t]+(?:\[[ xX]\][ \t]+)?)?"
    r"(?P<heading>#{1,6}[ \t]+)?"
)
_RULE = re.compile(r"[ \t]*(?:[-*_=~|:+][ \t]*)+")
_ROW = re.compile(r"[ \t]*\|.*\|[ \t]*")
_TICKS = re.compile("`+")
_BEYOND = 1 << 62
"""A place that no text has."""
_ENDS = re.compile(r"[.!?…:;。！？][\"'»”’)\]*_~]*")


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a text in which sentences are looked for."""

    start: int
    end: int
    kind: Kind


def code(text: str) -> list[tuple[int, int]]:
    """The spans of code in `text`, in order: fenced blocks, and what is between backticks.

    A fence that is never closed reaches to the end. Backticks without a partner in their paragraph are text.
    """
    fences = list(_fences(text))
    runs = [match for match in _TICKS.finditer(text) if not _inside(fences, match.start())]
    paragraphs = [match.start() for match in re.finditer(r"\n[ \t]*\n", text)]
    partner: dict[int, int] = {}
    last: dict[int, int] = {}
    for index in range(len(runs) - 1, -1, -1):
        length = len(runs[index].group())
        if length in last:
            partner[index] = last[length]
        last[length] = index
    spans = []
    index = 0
    while index < len(runs):
        other = partner.get(index)
        if other is not None and _together(runs[index], runs[other], paragraphs, fences):
            spans.append((runs[index].start(), runs[other].end()))
            index = other + 1
        else:
            index += 1
    return sorted([*fences, *spans])


def _fences(text: str) -> Iterator[tuple[int, int]]:
    opened: tuple[int, str] | None = None
    for start, end in _lines(text):
        match = _FENCE.match(text, start, end)
        if opened is None:
            # More backticks on the line that opens: code within a line.
            if match and "`" not in text[match.end() : end]:
                opened = (start, match.group(1))
        elif match and match.group(1).startswith(opened[1]) and not text[match.end() : end].strip():
            yield opened[0], end
            opened = None
    if opened is not None:
        yield opened[0], len(text)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield start, end
        start = end + 1


def _inside(spans: list[tuple[int, int]], at: int) -> bool:
    index = bisect_right(spans, (at, _BEYOND)) - 1
    return index >= 0 and at < spans[index][1]


def _together(
    first: re.Match[str], second: re.Match[str], paragraphs: list[int], fences: list[tuple[int, int]]
) -> bool:
    ends = (first.end(), second.start())
    if bisect_right(fences, (ends[0], 0)) != bisect_right(fences, (ends[1], 0)):
        return False
    return len(first.group()) > 2 or bisect_right(paragraphs, ends[0]) == bisect_right(paragraphs, ends[1])


def blocks(text: str, hidden: list[tuple[int, int]]) -> Iterator[Block]:
    """The blocks of `text` without the code in `hidden` that fills whole lines.

    Lines of prose are one block where the later ones go on with a small letter.
    """
    current: Block | None = None
    for start, end in _lines(text):
        found = None if _covered(hidden, start, end) else _block(text, start, end)
        if found is None:
            if current:
                yield current
            current = None
        elif current and _goes_on(text, current, found):
            current = Block(current.start, found.end, current.kind)
        else:
            if current:
                yield current
            current = found
    if current:
        yield current


def _covered(hidden: list[tuple[int, int]], start: int, end: int) -> bool:
    index = bisect_right(hidden, (start, _BEYOND)) - 1
    return index >= 0 and end <= hidden[index][1]


def _block(text: str, start: int, end: int) -> Block | None:
    if _RULE.fullmatch(text, start, end) or start == end:
        return None
    match = _MARKER.match(text, start, end)
    assert match is not None, "every part of a marker is optional"
    at = match.end()
    while end > at and text[end - 1].isspace():
        end -= 1
    if at >= end:
        return None
    if match["heading"]:
        return Block(at, end, "heading")
    if match["item"]:
        return Block(at, end, "item")
    if match["quote"]:
        return Block(at, end, "quoted")
    if _ROW.fullmatch(text, at, end):
        inner = text[at:end]
        left, right = len(inner) - len(inner.lstrip("| \t")), len(inner) - len(inner.rstrip("| \t"))
        return Block(at + left, end - right, "row") if left + right < len(inner) else None
    return Block(at, end, "prose")


def _goes_on(text: str, before: Block, found: Block) -> bool:
    if found.kind not in ("prose", "quoted") or before.kind in ("heading", "row"):
        return False
    if found.kind == "quoted" and before.kind != "quoted":
        return False
    # Lines that only an indentation tells from prose belong to the item above them.
    return text[found.start].islower() and not _ENDS.fullmatch(
        text, max(before.start, before.end - 1), before.end
    )
