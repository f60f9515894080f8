"""Where a sign can be put into a Markdown text so that all the rest of it is read as before."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from adapters.markdown_blocks import DEFINITION, QUOTE, Blocks, Fence, Line, Open
from adapters.markdown_spans import Span, spans
from adapters.text import cut_before

_TIGHT = "\u00a0"
"""A space at which no line breaks."""
_MOST_STEPS = 8
_LINE_END = re.compile(r"\r\n?|\n")
_HEADING_END = re.compile(r"[ \t]+#+[ \t]*\Z")
_QUOTATION_END = re.compile(r"""["”»](?!\w)""")
_ADDRESS = re.compile(r"://|www\.|@", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sign can stand."""

    at: int
    """An offset into the text."""
    before: str = ""
    """What must stand between the text and the sign,"""
    after: str = ""
    """and between the sign and the rest of the text."""


class Places:
    """The places in one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = list(_lines(text))
        self._starts = [line.start for line in self._lines]
        self._found: dict[int, tuple[int, list[Span]]] = {}
        """By the first line of a paragraph: where its content begins, and what is in it."""

    def behind(self, end: int) -> Place:
        """The nearest place behind the words that end at `end`.

        Behind the link or the code that they are in, before the marks that end their emphasis; behind a block of code
        on a line of its own. Signs for several ends may share a place.
        """
        text = self._text
        end = len(text[:end].rstrip()) or len(text.rstrip())
        if not end:
            return Place(0)
        index = self._line_at(end)
        if self._lines[index].resumed == "other" and index:
            # What underlines a heading, or the head of a table.
            index -= 1
            end = self._content_end(index)
        line = self._lines[index]
        if line.leaf == "code" or isinstance(line.leaf, Fence) or isinstance(line.resumed, Fence):
            return self._below(self._last_of_code(index))
        if line.body >= self._content_end(index) or DEFINITION.match(text, line.body, line.end):
            return self._below(index)
        return self._inside(index, end)

    def _line_at(self, end: int) -> int:
        """The line whose words end at `end`."""
        return bisect_right(self._starts, end - 1) - 1

    def _content_end(self, index: int) -> int:
        line = self._lines[index]
        content = self._text[: line.end].rstrip()
        if line.leaf == "other" and "#" in self._text[line.start : line.body]:
            return len(_HEADING_END.sub("", content))
        return len(content)

    # On a line of its own

    def _last_of_code(self, index: int) -> int:
        """The last line of the code that a line belongs to."""
        lines, last = self._lines, index
        if lines[index].leaf != "code":
            while last + 1 < len(lines) and isinstance(lines[last + 1].resumed, Fence):
                last += 1
            return last
        for later in range(index + 1, len(lines)):
            if lines[later].leaf == "code":
                last = later
            elif self._text[lines[later].start : lines[later].end].strip():
                break
        return last

    def _below(self, index: int) -> Place:
        """Below a line that is no prose."""
        line, text = self._lines[index], self._text
        prefix = "".join("> " if block == QUOTE else " " * block for block in line.stack)
        closing = f"\n{line.leaf.closing}" if isinstance(line.leaf, Fence) else ""
        more = text[line.end :].strip()
        at = len(text[: line.end].rstrip("\r\n"))
        return Place(at, f"{closing}\n{prefix}", f"\n{prefix.rstrip()}" if more else "")

    # In a line of prose

    def _inside(self, index: int, end: int) -> Place:
        text, body = self._text, self._lines[index].body
        last = self._content_end(index)
        at = min(end, last) if end > body else last
        # In a table, behind the words of a cell and not behind the cell.
        words = len(text[:at].rstrip(" \t|"))
        at = words if words > body else at
        base, found = self._spans(index)
        for _ in range(_MOST_STEPS):
            before, at = at, self._whole(_out_of(found, at - base) + base)
            if at == before:
                break
        return Place(at, self._gap_before(at, base, found), self._gap_after(at, base, found))

    def _spans(self, index: int) -> tuple[int, list[Span]]:
        """Where the content of a line's paragraph begins, and what stands in it."""
        first = last = index
        while first > 0 and self._lines[first].goes_on:
            first -= 1
        if first not in self._found:
            while last + 1 < len(self._lines) and self._lines[last + 1].goes_on:
                last += 1
            base = self._lines[first].body
            self._found[first] = (base, spans(self._text[base : self._lines[last].end], longest=0))
        return self._found[first]

    def _whole(self, at: int) -> int:
        """`at`, or the next place that is not inside a word or a sign, before the end of a quotation, or between a
        backslash and what it is for.
        """
        text, last = self._text, self._content_end(self._line_at(at))
        if (at - len(text[:at].rstrip("\\"))) % 2:
            at += 1 if at < last else -1
        while 0 < at < last and _are_one(text[at - 1], text[at]):
            at += 1
        if closing := _QUOTATION_END.match(text, at, last):
            at = closing.end()
        while 0 < at < last and cut_before(text, at, at - 1) != at:
            at += 1
        return at

    def _gap_before(self, at: int, base: int, found: list[Span]) -> str:
        """Without a space, the sign would belong to an address."""
        word = self._text[base:at].rsplit(None, 1)[-1:]
        if not word or not _ADDRESS.search(word[0]):
            return ""
        ends = any(span.end + base == at and self._text[span.start + base] in "[!<`" for span in found)
        return "" if ends else _TIGHT

    def _gap_after(self, at: int, base: int, found: list[Span]) -> str:
        """Whether marks begin emphasis depends on what stands before them: no letter, as the sign may be taken for."""
        text = self._text
        if at >= len(text) or text[at] not in "*_~|" or text[at - 1].isalnum():
            return ""
        closes = any(span.depth == 1 and span.end - len(span.marks) + base == at for span in found)
        return "" if closes else _TIGHT


def _are_one(before: str, after: str) -> bool:
    """Whether two characters are in one word, or one run of marks."""
    return before == after if after in "*_~|`" else before.isalnum() and after.isalnum()


def _out_of(found: list[Span], at: int) -> int:
    """`at`, or the next place that is in no code, link or mark of emphasis."""
    for span in found:
        if span.depth > 1:
            if span.start < at < span.end:
                at = span.end
        elif span.start < at <= span.start + len(span.marks) or span.end - len(span.marks) < at <= span.end:
            at = span.end - len(span.marks)
    return at


def _lines(text: str) -> Iterator[Line]:
    blocks = Blocks(text, Open(), 2 * len(text) + 2, len)
    at = 0
    while at < len(text):
        match = _LINE_END.search(text, at)
        end = match.end() if match else len(text)
        yield blocks.read(at, end)
        at = end
