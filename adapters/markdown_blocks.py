"""Reads Markdown line by line and knows what is open: what `adapters.markdown` must close and open again.

The blocks of CommonMark 0.31.2 (spec.commonmark.org, appendix "A parsing strategy") and the tables of
GitHub Flavored Markdown. HTML is read as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

QUOTE = 0
"""A block quote among the open blocks; any other number is a list item: the columns of its indentation."""

_DEEPEST = 24
"""Marks of blocks nested deeper are read as text."""

# How good it is to cut before a line, or at a place inside one; the best first.
BLOCK, ITEM, LINE, SENTENCE, WORD, GRAPHEME, NEVER = range(7)


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced code block."""

    marks: str
    """With the indentation before them."""
    info: str
    prefix: str
    """What stands before each of its lines."""

    @property
    def opening(self) -> str:
        """The line that opens it."""
        return f"{self.prefix}{self.marks}{self.info}\n"

    @property
    def closing(self) -> str:
        """The line that closes it."""
        return self.prefix + self.marks


@dataclass(frozen=True, slots=True)
class Table:
    """A table, by its first two lines."""

    head: str
    rule: str


Leaf: TypeAlias = Fence | Table | Literal["paragraph", "code", "other", ""]


@dataclass(frozen=True, slots=True)
class Open:
    """What is open at a place in a text."""

    stack: tuple[int, ...] = ()
    """Block quotes and list items, the outermost first."""
    leaf: Leaf = ""
    inside: bool = False
    """Whether the place is inside a line: no marks of `stack` stand before what follows."""
    inline: str = ""
    """Emphasis and code marks."""

    @property
    def quotes(self) -> str:
        """The marks of the block quotes."""
        return "> " * self.stack.count(QUOTE)

    @property
    def opening(self) -> str:
        """What a part that begins here must begin with."""
        quotes = self.quotes
        own = quotes if self.inside else ""
        if isinstance(self.leaf, Fence):
            return quotes + self.leaf.marks + self.leaf.info + "\n" + own
        if isinstance(self.leaf, Table):
            return f"{quotes}{self.leaf.head}\n{quotes}{self.leaf.rule}\n"
        return own + ("    " if self.inside and self.leaf == "code" else "") + self.inline


@dataclass(slots=True)
class Line:
    """A line of the text, as a part shows it."""

    start: int
    body: int
    """Where its own content begins, after all marks."""
    end: int
    shown: str
    """Ends as the line does; its beginning may differ."""
    level: int
    outer: tuple[int, ...]
    """The open blocks that it goes on with."""
    resumed: Leaf = ""
    """The leaf that it goes on with."""
    stack: tuple[int, ...] = ()
    """What is open after it."""
    leaf: Leaf = ""
    used: int = 0
    """The length of the part before it."""

    def show(self, at: int) -> str:
        """What is shown of the line before `at`: its start, or a place in its body."""
        return self.shown[: max(len(self.shown) - (self.end - at), 0)] if at > self.start else ""

    def escape(self, at: int) -> None:
        """Takes the meaning from the mark at `at`."""
        place = len(self.shown) - (self.end - at)
        self.shown = self.shown[:place] + "\\" + self.shown[place:]

    @property
    def goes_on(self) -> bool:
        """Whether it is in the same paragraph as the line before."""
        return self.resumed == "paragraph"


_BLANK = re.compile(r"[ \t]*(?=[\r\n]|\Z)")
_INDENT = re.compile(r"[ \t]*")
_SETEXT = re.compile(r"(?:=+|-+)[ \t]*(?=[\r\n]|\Z)")
_TABLE_RULE = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*+\|?[ \t]*(?=[\r\n]|\Z)")
_MARK = re.compile(
    r"""(?P<quote>>[ \t]?)
    |(?P<fence>`{3,}(?=[^`\r\n]*(?:[\r\n]|\Z))|~{3,})(?P<info>[^\r\n]*)
    |(?P<heading>\#{1,6}(?:[ \t]+|(?=[\r\n]|\Z)))
    |(?P<rule>(?:(?:\*[ \t]*){3,}+|(?:-[ \t]*){3,}+|(?:_[ \t]*){3,}+)(?=[\r\n]|\Z))
    |(?P<item>(?:[-+*]|(?P<number>\d{1,9})[.)])(?=[ \t\r\n]|\Z))(?P<gap>[ \t]*)(?P<task>\[[ xX]\][ \t]+)?
    """,
    re.VERBOSE,
)
DEFINITION = re.compile(r"\[[^\[\]\r\n]{1,999}\]:")
_MAY_BECOME_MARK = re.compile(r"[-+*_#>=~`|:.)\d\[][-+*_#>=~`|:.)\d\[ \t]{,11}[\r\n]*\Z")


def begins_block(text: str, at: int, end: int) -> bool:
    """Whether a text that began at `at` would begin with a mark; in doubt, where it is unknown what follows
    `end`, true."""
    return bool(
        _MARK.match(text, at, end) or DEFINITION.match(text, at, end) or _MAY_BECOME_MARK.match(text, at, end)
    )


class Blocks:
    """What is open while a text is read."""

    def __init__(self, text: str, state: Open, room: int, length: Callable[[str], int]) -> None:
        self._text = text
        self._room = room
        """The most that opening and closing a fence, or repeating the head of a table, may take."""
        self._length = length
        self._stack = state.stack
        self._kept = len(state.stack)
        """How many of the open blocks began in an earlier part: their indentation is not shown."""
        self._leaf = state.leaf
        if isinstance(self._leaf, Fence):
            self._leaf = replace(self._leaf, prefix=state.quotes)
        self._bond = BLOCK
        """The best that a cut before the next line can be: a heading stays with what follows."""
        self._row = (0, 0)
        """The last line of a paragraph: the next one may show that it was the head of a table."""

    def read(self, start: int, end: int, *, inside: bool = False) -> Line:
        """The next line; the first of a part may begin `inside` a line."""
        if not self._stack and self._text[start].isalpha() and not isinstance(self._leaf, Fence):
            line = Line(start, start, end, self._text[start:end], NEVER, ())  # the usual line, fast
            self._read_text(line, start, ())
        elif inside:
            line = self._read_rest(start, end)
        elif not isinstance(self._leaf, Fence) and _BLANK.match(self._text, start, end):
            line = Line(start, end, end, self._text[start:end], NEVER, self._stack)
            self._end_quotes()
            self._leaf = ""
        else:
            line = self._match(start, end)
            if isinstance(self._leaf, Fence) and line.outer == self._stack:
                self._read_code(line)
            else:
                self._read_marks(line)
        line.stack, line.leaf = self._stack, self._leaf
        return line

    def _read_rest(self, start: int, end: int) -> Line:
        """The rest of a line that began in the part before."""
        line = Line(start, start, end, self._text[start:end], NEVER, self._stack)
        if self._leaf == "paragraph":
            mark = _MARK.match(self._text, start, end)
            if mark or DEFINITION.match(self._text, start, end):
                line.escape(mark.end("number") if mark and mark["number"] else start)
            self._row = (start, end)
        line.resumed = self._leaf
        return line

    def _end_quotes(self) -> None:
        if QUOTE in self._stack:
            self._stack = self._stack[: self._stack.index(QUOTE)]
            self._kept = min(self._kept, len(self._stack))

    def _match(self, start: int, end: int) -> Line:
        """The line, read as far as the marks of the blocks that it goes on with."""
        text, at, shown, drawn = self._text, start, "", start
        matched = 0
        for block in self._stack:
            first, columns = self._indent(at, end)
            blank = self._is_blank(first, end)
            if block == QUOTE:
                if blank or columns > 3 or text[first] != ">":
                    break
                at = first + 2 if first + 1 < end and text[first + 1] in " \t" else first + 1
            elif blank or columns >= block:
                after = self._skip(at, first, block)
                if matched < self._kept:
                    shown += text[drawn:at]
                    drawn = after
                at = after
            else:
                break
            matched += 1
        return Line(start, at, end, shown + text[drawn:end], NEVER, self._stack[:matched])

    def _is_blank(self, at: int, end: int) -> bool:
        return at == end or self._text[at] in "\r\n"

    def _indent(self, at: int, end: int) -> tuple[int, int]:
        """The first place from `at` that is no space, and the columns before it."""
        match = _INDENT.match(self._text, at, end)
        first = match.end() if match else at
        space = self._text[at:first]
        return first, len(space.expandtabs(4)) if "\t" in space else len(space)

    def _skip(self, at: int, first: int, columns: int) -> int:
        while at < first and columns > 0:
            columns -= 4 if self._text[at] == "\t" else 1
            at += 1
        return at

    def _read_code(self, line: Line) -> None:
        """A line in a code fence, or its end."""
        fence = self._leaf
        assert isinstance(fence, Fence)
        line.resumed = fence
        first, columns = self._indent(line.body, line.end)
        marks = fence.marks.lstrip()
        if (
            columns <= 3
            and self._text.startswith(marks, first, line.end)
            and not self._text[first : line.end].strip().strip(marks[0])
        ):
            self._leaf, line.body = "", line.end
        else:
            line.level = max(LINE, self._bond)
        self._bond = BLOCK

    def _read_marks(self, line: Line) -> None:
        """The marks of the blocks that begin in a line, and what comes after them."""
        text, at, end = self._text, line.body, line.end
        new: tuple[int, ...] = ()
        whole = line.outer == self._stack
        while True:
            first, columns = self._indent(at, end)
            paragraph = self._leaf == "paragraph" and not new
            line.body = first
            if self._is_blank(first, end):  # nothing after the marks
                return self._begin(line, new, "")
            if columns > 3:
                return self._read_text(line, first, new) if paragraph else self._read_indented(line, new)
            if paragraph and whole and self._read_underline(line):
                return None
            mark = _MARK.match(text, first, end)
            if mark is None or len(line.outer) + len(new) == _DEEPEST:
                return self._read_text(line, first, new)
            if mark["quote"]:
                at, block = mark.end(), QUOTE
            elif mark["item"]:
                if paragraph and whole and not self._interrupts(mark):
                    return self._read_text(line, first, new)
                at, block = self._item(mark, columns)
            else:
                return self._read_leaf(line, mark, columns, new)
            new += (block,)

    def _read_indented(self, line: Line, new: tuple[int, ...]) -> None:
        """A line of an indented code block."""
        if self._leaf == "code" and not new and line.outer == self._stack:
            line.level, line.resumed = LINE, "code"
        else:
            self._begin(line, new, "code")

    def _interrupts(self, mark: re.Match[str]) -> bool:
        """Whether a list item may begin right after a line of a paragraph."""
        return not self._is_blank(mark.end(), mark.endpos) and (
            mark["number"] is None or int(mark["number"]) == 1
        )

    def _item(self, mark: re.Match[str], columns: int) -> tuple[int, int]:
        """Where the content of a list item begins, and the columns of its indentation."""
        gap = len(mark["gap"].expandtabs(4))
        if gap > 4 or self._is_blank(mark.end("gap"), mark.endpos):
            return min(mark.end("item") + 1, mark.end("gap")), columns + len(mark["item"]) + 1
        return mark.end("gap"), columns + len(mark["item"]) + gap

    def _read_underline(self, line: Line) -> bool:
        """The second line of a table or of a heading."""
        text, first = self._text, line.body
        if text[first] not in "|:-=":
            return False
        if "|" in text[first : line.end] and _TABLE_RULE.match(text, first, line.end):
            head, rule = text[self._row[0] : self._row[1]].strip(), text[first : line.end].strip()
            if _cells(head) != _cells(rule):
                return False
            again = Open(self._stack, Table(head, rule)).opening
            self._leaf = Table(head, rule) if self._length(again) <= self._room else "paragraph"
            self._bond = NEVER
        elif _SETEXT.match(text, first, line.end):
            self._leaf, self._bond = "other", LINE
        else:
            return False
        line.resumed, line.body = "other", line.end
        return True

    def _read_leaf(self, line: Line, mark: re.Match[str], columns: int, new: tuple[int, ...]) -> None:
        """A fence, a heading or a rule."""
        if not mark["fence"]:
            self._begin(line, new, "other")
            line.body = mark.end()
            self._bond = LINE if mark["heading"] else BLOCK
            return
        kept = min(self._kept, len(line.outer))
        prefix = "".join(
            "> " if block == QUOTE else " " * block if depth >= kept else ""
            for depth, block in enumerate(line.outer + new)
        )
        fence = Fence(" " * columns + mark["fence"], mark["info"].rstrip(), prefix)
        if self._length(fence.opening + fence.closing) + 1 <= self._room:
            self._begin(line, new, fence)
            line.body, self._bond = line.end, NEVER
        else:  # too long to be repeated: shown as text
            line.escape(mark.start())
            self._begin(line, new, "paragraph")

    def _read_text(self, line: Line, first: int, new: tuple[int, ...]) -> None:
        """A line of a paragraph or of a table."""
        line.body = first
        if self._leaf == "paragraph" and not new:
            line.level, line.resumed = LINE, "paragraph"
        elif isinstance(self._leaf, Table) and not new and line.outer == self._stack:
            line.level, line.resumed = max(LINE, self._bond), self._leaf
            self._bond = BLOCK
            return
        else:
            self._begin(line, new, "paragraph")
        self._row = (first, line.end)
        if self._text[first : line.end].rstrip(" \t\r\n*_").endswith(":"):
            self._bond = LINE
        else:
            self._bond = BLOCK

    def _begin(self, line: Line, new: tuple[int, ...], leaf: Leaf) -> None:
        """A new block: ends the blocks that the line does not go on with."""
        line.level = max(ITEM if line.outer else BLOCK, min(self._bond, LINE))
        if len(line.outer) < self._kept:
            # What ended the block before was the indentation that is not shown.
            if isinstance(self._leaf, Fence):
                line.shown = f"{self._leaf.closing}\n{line.shown}"
            elif self._leaf == "paragraph":
                line.shown = f"{Open(line.outer).quotes}\n{line.shown}"
        self._kept = min(self._kept, len(line.outer))
        self._stack = line.outer + new
        self._leaf = leaf
        self._bond = BLOCK


def _cells(row: str) -> int:
    row = row.replace("\\|", "")
    return row.strip().removeprefix("|").removesuffix("|").count("|") + 1
