"""Cuts a long Markdown text into messages that each stand on their own."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, replace
from itertools import chain

from adapters.markdown_blocks import (
    BLOCK,
    GRAPHEME,
    ITEM,
    LINE,
    NEVER,
    SENTENCE,
    WORD,
    Blocks,
    Fence,
    Leaf,
    Line,
    Open,
    Table,
    begins_block,
)  # fmt: skip
from adapters.markdown_spans import Span, spans
from adapters.text import cut_before


@dataclass(frozen=True, slots=True)
class Part:
    """One message of a text."""

    text: str
    """What is sent: valid Markdown on its own."""
    source: str
    """The slice of the original that it shows."""


_SHORTEST = 32
"""A smaller limit leaves no room for what must be closed and opened again."""

_LONGEST = 64
"""What reads as one character is not longer, or may be cut."""

_MOST_MARKS = 8
"""Emphasis nested deeper is not opened again."""

_VISIBLE = re.compile(r"\S")
_EMPHASIS = re.compile(r"[*_~|`\\].?|.[*_~|`]", re.DOTALL)
_LINE_END = re.compile(r"\r\n?|\n")
_SENTENCE_END = re.compile(
    r"""[.!?…][*_~|"'”’»)\]]*[ \t]+(?=\S|\Z)|[。！？][*_~|”’」』）]*(?=[^\s。！？*_~|”’」』）])"""
)
_WORD_END = re.compile(r"[ \t]+(?=\S|\Z)|[、，；：](?=\S)")


def split(text: str, limit: int, *, length: Callable[[str], int] = len) -> list[Part]:
    """`text` in parts of at most `limit` each, measured by `length`; at least one part.

    The sources of the parts, joined, are `text`. A part begins inside what the one before it ends in: a
    code fence is closed and opened again, block quote marks and a table's head are repeated, the
    indentation of a list item that began earlier is left out (it would make code of the text), a sign
    that would begin a block by mistake gets a backslash. A fence that `text` itself leaves open is closed
    where there is room. A link by reference whose definition is in another part is shown as written.

    Stable while a text grows: parts are filled from the left, and where one ends is decided by what fits
    into it and the one character after that, by nothing further on. So a part that is not the last does
    not change when text is appended. The price: whether a "**" or "[" near the end of a part has its
    partner beyond is not known, and taken for granted.

    `length` must add up over the characters of a text, and give at least 1 for each. Discord counts code
    points, as `len` does (its API is written in Python 3: github.com/discord/discord-api-docs/issues/1315).
    Slack's 12,000 are documented as the characters of all markdown blocks of one message together
    (docs.slack.dev/reference/block-kit/blocks/markdown-block); where a call counts "&", "<" and ">" as
    escaped, pass a `length` that does.

    Raises:
        ValueError: `limit` is less than 32.
    """
    if limit < _SHORTEST:
        raise ValueError(f"cannot split into parts of {limit} characters: at least {_SHORTEST} are needed")
    if not _VISIBLE.search(text):
        return [Part(text[:limit], text)]
    if length(text) <= limit:
        return [Part(_Page(text, 0, Open(), limit, length).whole(), text)]
    parts: list[Part] = []
    at, state = 0, Open()
    while at < len(text):
        shown, end, state = _Page(text, at, state, limit, length).cut()
        parts.append(Part(shown, text[at:end]))
        at = end
    return parts


@dataclass(frozen=True, slots=True)
class _Cut:
    """A place where a part may end."""

    index: int
    """The line that is cut, or cut before."""
    end: int
    """What is shown of the text ends here,"""
    next: int
    """and the next part begins here: the marks between are not shown, or repeated."""
    state: Open
    fence: Fence | None = None
    """The code that is cut, or ends here without an end of its own."""
    size: int = 0
    """The length of what is shown."""
    depth: int = 0
    """What is cut apart: 0 nothing, 1 emphasis, 2 code or a link."""
    apart: int = 0
    """Where that begins."""

    @property
    def closing(self) -> str:
        """What ends a part that ends here."""
        return "\n" + self.fence.closing if self.fence else self.state.inline[::-1]


class _Page:
    """One part while it is filled."""

    def __init__(self, text: str, at: int, state: Open, limit: int, length: Callable[[str], int]) -> None:
        self._text = text
        self._at = at
        self._state = state
        self._limit = limit
        self._length = length
        self._lines: list[Line] = []
        self._visible = False
        """Whether anything is shown yet."""
        self._edge = at
        """Where the limit is reached."""
        self._spans: dict[int, list[Span]] = {}
        """By the first line of a paragraph."""
        self._found: dict[int, tuple[list[_Cut], Iterator[_Cut]]] = {}
        """By level: the places found so far, and more."""

    def whole(self) -> str:
        """What is shown of a text that fits."""
        self._fill()
        return _closed(self._text, self._lines[-1].leaf, self._limit, self._length)

    def cut(self) -> tuple[str, int, Open]:
        """What is shown, where the next part begins, and what is open there."""
        if self._fill():
            shown = self._state.opening + "".join(line.shown for line in self._lines)
            return _closed(shown, self._lines[-1].leaf, self._limit, self._length), len(self._text), Open()
        cut = self._best() or self._anywhere()
        return self._show(cut), cut.next, cut.state

    def _fill(self) -> bool:
        """Takes lines until the limit is reached; whether all the rest of the text fits."""
        text, state = self._text, self._state
        blocks = Blocks(text, state, self._limit // 2, self._length)
        used = self._length(state.opening)
        hidden = sum(state.stack) + 1
        start = self._at
        if state.inside and not isinstance(state.leaf, Fence):
            beginning = text[start : start + self._limit]
            start += len(beginning) - len(beginning.lstrip(" \t"))
        while start < len(text):
            ahead = min(start + self._limit - used + hidden, len(text))
            match = _LINE_END.search(text, start, ahead)
            end = match.end() if match else ahead
            near = used + self._length(text[start:end]) > self._limit - self._limit // 4 - _LONGEST
            before = copy(blocks) if near else blocks
            line = self._read(blocks, start, end)
            fits = self._fitting(line.shown, self._limit - used)
            over = fits < len(line.shown)
            if over:
                self._edge = max(end - (len(line.shown) - fits), start)
                # Not a character more is looked at, lest it make a difference.
                line = self._read(before, start, min(end, self._edge + 1))
                if line.body >= line.end and not isinstance(line.resumed, Fence):
                    line.level = NEVER  # who knows what comes
            line.used = used
            self._lines.append(line)
            self._visible = self._visible or bool(line.shown)
            if over:
                return not _VISIBLE.search(text, self._edge)
            used += self._length(line.shown)
            start = end
        return True

    def _read(self, blocks: Blocks, start: int, end: int) -> Line:
        """The next line; without what is blank at the beginning of a part."""
        line = blocks.read(start, end, inside=self._state.inside and not self._lines)
        if self._visible:
            return line
        line.level = NEVER
        if isinstance(line.resumed, Fence):
            return line
        shown = line.shown.lstrip()
        if not shown or line.goes_on or len(line.shown) - len(shown) > self._limit // 4:
            line.shown = shown
        return line

    def _fitting(self, shown: str, room: int) -> int:
        """How many characters of `shown` fit into `room`."""
        if self._length is len or self._length(shown) <= room:
            return min(room, len(shown))
        return bisect_right(range(len(shown)), room, key=lambda index: self._length(shown[: index + 1]))

    def _best(self) -> _Cut | None:
        """The best place in the second half; one a little before it rather than one inside something."""
        half = self._limit // 2
        for depth in (0, 1, 2):
            for floor in (half, half // 2):
                for level in (BLOCK, ITEM, LINE, SENTENCE, WORD):
                    if cut := self._last(level, floor, depth):
                        return cut
            if cut := self._last(GRAPHEME, half, depth):
                return cut
        return None

    def _last(self, level: int, floor: int, depth: int) -> _Cut | None:
        """The last place of `level` that has at least `floor` before it and cuts nothing apart but to `depth`."""
        if level not in self._found:
            self._found[level] = ([], self._cuts(level))
        found, more = self._found[level]
        for cut in chain(found, _kept(more, found)):
            if cut.size < floor:
                return None
            if cut.depth <= depth:
                return cut
        return None

    def _cuts(self, level: int) -> Iterator[_Cut]:
        """The places of `level`, the last first."""
        least = len(self._text)
        for index in range(len(self._lines) - 1, -1, -1):
            line = self._lines[index]
            if level > LINE:
                for at in self._places(level, line):
                    if at <= least:  # else it would cut apart the same as the place before
                        for cut in self._fit(_within(index, line, at)):
                            least = cut.apart if cut.depth else least
                            yield cut
            elif line.level == level:
                yield from self._fit(_before(index, self._lines))

    def _places(self, level: int, line: Line) -> Iterator[int]:
        """The places of `level` inside a line, the last first."""
        last = min(line.end - 1, self._edge)
        if level == GRAPHEME:
            while last > line.body:
                last = cut_before(self._text, last, max(last - _LONGEST, line.body))
                if last > line.body and not (
                    _EMPHASIS.match(self._text, last - 1) and line.leaf == "paragraph"
                ):
                    yield last
                last -= 1
        elif level == WORD or not isinstance(line.leaf, Fence):
            pattern = _WORD_END if level == WORD else _SENTENCE_END
            found = pattern.finditer(self._text, line.body + 1, last + 1)
            yield from reversed([min(match.end(), last) for match in found if match.start() <= last])

    def _fit(self, cut: _Cut) -> Iterator[_Cut]:
        """`cut` with all that is to be known of it; nothing where one must not cut."""
        text, state, seen = self._text, cut.state, self._edge + 1
        depth, apart = 0, 0
        if isinstance(state.leaf, Fence) and not text[cut.next : seen].strip(state.leaf.marks[-1] + " \t"):
            return  # nothing but the end of the fence, as far as one can see
        if state.inside:
            if begins_block(text, cut.next, seen) or cut_before(text, cut.next, cut.next - 1) != cut.next:
                return
            if state.leaf == "paragraph":
                depth, apart, marks = self._inside(cut)
                state = replace(state, inline=marks)
            state = self._bounded(state)
        line = self._lines[cut.index]
        size = line.used + self._length(line.show(cut.end))
        cut = replace(cut, state=state, size=size, depth=depth, apart=apart)
        if cut.size + self._length(cut.closing) <= self._limit:
            yield cut

    def _inside(self, cut: _Cut) -> tuple[int, int, str]:
        """What is cut apart (0 nothing, 1 emphasis, 2 code or a link), where it begins, what marks are open."""
        first = last = cut.index
        while first > 0 and self._lines[first].goes_on:
            first -= 1
        opened = self._state.inline if first == 0 else ""
        base = self._lines[first].body
        if first not in self._spans:
            while last + 1 < len(self._lines) and self._lines[last + 1].goes_on:
                last += 1
            seen = self._text[base : min(self._lines[last].end, self._edge + 1)]
            self._spans[first] = spans(
                opened + seen, longest=self._limit // 2 if last + 1 == len(self._lines) else 0
            )
        place = cut.next - base + len(opened)
        depth, apart, marks = 0, 0, ""
        for span in self._spans[first]:
            if span.start >= place:
                break
            if span.end > place:
                marks += span.marks
                if span.depth > depth:
                    depth, apart = span.depth, base + span.start - len(opened)
        return depth, apart, marks if len(marks) <= _MOST_MARKS else ""

    def _anywhere(self) -> _Cut:
        """Where the limit is reached, whatever is there."""
        for index in range(len(self._lines) - 1, -1, -1):
            line = self._lines[index]
            cut = _within(index, line, line.end)
            cut = replace(cut, state=self._bounded(cut.state))
            room = self._limit - line.used - self._length(cut.closing)
            fits = self._fitting(line.shown, room) if room > 0 else 0
            at = max(line.end - (len(line.shown) - fits), line.start)
            if at > line.body:
                least = max(at - _LONGEST, line.body)
                whole = cut_before(self._text, at, least)
                at = whole if whole > least else at
                cut = replace(cut, end=at, next=at)
            else:
                cut = _Cut(index, at, at, Open())
            if at > line.start or index == 0:
                break
        return cut if cut.next > self._at else _Cut(0, self._at + 1, self._at + 1, Open())

    def _bounded(self, state: Open) -> Open:
        """`state`, or what is left of it where too much of the next part would be needed to open it again."""
        if self._length(state.opening) <= self._limit // 2:
            return state
        return Open(leaf="paragraph", inside=True)

    def _show(self, cut: _Cut) -> str:
        shown = self._state.opening + "".join(line.shown for line in self._lines[: cut.index])
        shown += self._lines[cut.index].show(cut.end)
        if cut.fence:
            return shown.removesuffix("\n") + cut.closing
        return shown.rstrip() + cut.closing


def _kept(cuts: Iterator[_Cut], found: list[_Cut]) -> Iterator[_Cut]:
    """`cuts`, each kept in `found`."""
    for cut in cuts:
        found.append(cut)
        yield cut


def _before(index: int, lines: list[Line]) -> _Cut:
    """The cut before a line."""
    line, leaf_before = lines[index], lines[index - 1].leaf if index else ""
    fence = leaf_before if isinstance(leaf_before, Fence) else None
    if line.goes_on:
        return _Cut(index, line.start, line.body, Open(line.stack, "paragraph", inside=True))
    leaf: Leaf = ""
    if isinstance(line.resumed, Fence | Table):
        leaf = line.resumed
    return _Cut(index, line.start, line.start, Open(line.outer, leaf), fence)


def _within(index: int, line: Line, at: int) -> _Cut:
    """The cut inside a line."""
    leaf: Leaf = "paragraph"
    if isinstance(line.leaf, Fence):
        leaf = line.leaf
    elif line.leaf == "code":
        leaf = "code"
    fence = line.leaf if isinstance(line.leaf, Fence) else None
    return _Cut(index, at, at, Open(line.stack, leaf, inside=True), fence)


def _closed(shown: str, leaf: Leaf, limit: int, length: Callable[[str], int]) -> str:
    """The end of a text, with the fence closed that it leaves open, where there is room."""
    if isinstance(leaf, Fence):
        for text in (shown, shown.rstrip()):
            closed = text.removesuffix("\n") + "\n" + leaf.closing
            if length(closed) <= limit:
                return closed
    return shown if length(shown) <= limit else shown.rstrip()
