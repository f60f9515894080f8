"""A reply in blocks: headings, paragraphs, quotations and code, with what the guards say about its words. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from adapters.base import Locale
from adapters.markdown_spans import spans as spans_in
from adapters.marks import NAMES, SIGNS, Marks, numbers_of
from bot.i18n import translate

Kind = Literal["text", "heading", "quote", "code"]
Look = Literal["strong", "em", "s", "code"]
"""How words look: the element that makes it."""

_FENCE = "```"
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(?=\S)")
_ESCAPE = re.compile(r"\\[!-/:-@\[-`{-~]")
_LOOKS: dict[str, Look] = {"*": "em", "_": "em", "**": "strong", "__": "strong", "~~": "s"}


@dataclass(frozen=True, slots=True)
class Sign:
    """What stands behind words that the guards say something of."""

    text: str
    name: str
    """The same in the reader's language."""
    note: str
    line: int
    """The line of the list that says more; see `NoteView.first`."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that the guards say the same of."""

    words: str
    over: str = ""
    """The kind of mark on them; "" where there is none."""
    signs: tuple[Sign, ...] = ()
    looks: tuple[Look, ...] = ()
    """The outermost first."""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of one kind."""

    kind: Kind
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class NoteView:
    """A line of the list under a reply."""

    first: int
    """The number of its first mark; 0: it is about the whole reply."""
    kind: str
    sign: str
    numbers: str
    name: str
    """What the sign means, in the reader's language."""
    note: str
    source: str


def blocks_of(marks: Marks, locale: Locale) -> list[Block]:
    """The blocks of a reply in Markdown. All that is no heading, quotation, code or emphasis stays as it is: nothing is
    lost, or made up."""
    text, spans = marks.text, _spans(marks, locale)
    blocks = []
    for kind, lines in _lines(text):
        styles = [] if kind == "code" else _styles(text, lines[0][0], lines[-1][1])
        pieces = [piece for begin, end in lines for piece in _pieces(text, begin, end, spans, styles)]
        blocks.append(Block(kind, _trimmed(pieces)))
    return [block for block in blocks if block.pieces]


def _lines(text: str) -> list[tuple[Kind, list[tuple[int, int]]]]:
    """The lines of each block: where they begin, behind what says their kind, and where they end."""
    blocks: list[tuple[Kind, list[tuple[int, int]]]] = []
    at, fenced = 0, False
    for line in text.splitlines(keepends=True):
        begin, at = at, at + len(line)
        if line.strip().startswith(_FENCE):
            fenced = not fenced
            if fenced:
                blocks.append(("code", []))
            continue
        kind, skipped = _kind_of(line) if not fenced else ("code", 0)
        starts = kind == "heading" or (kind == "text" and not line.strip())
        if not blocks or blocks[-1][0] != kind or starts:
            blocks.append((kind, []))
        blocks[-1][1].append((begin + skipped, at))
    return [(kind, lines) for kind, lines in blocks if lines]


def _kind_of(line: str) -> tuple[Kind, int]:
    """What a line outside of code is, and how many characters at its beginning say so."""
    if line.startswith(">"):
        return "quote", 2 if line.startswith("> ") else 1
    heading = _HEADING.match(line)
    return ("heading", heading.end()) if heading else ("text", 0)


def notes_of(marks: Marks, locale: Locale) -> list[NoteView]:
    """The list under a reply."""
    more = [NoteView(0, "", "…", "", "", f"+{marks.left}", "")] if marks.left else []
    notes = [
        NoteView(
            group[0].number,
            group[0].annotation.mark,
            SIGNS[group[0].annotation.mark],
            numbers_of(group) if group[0].number else "",
            translate(NAMES[group[0].annotation.mark], locale),
            group[0].annotation.note,
            group[0].annotation.source,
        )
        for group in marks.groups
    ]
    return notes + more


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    kind: str
    sign: Sign


def _spans(marks: Marks, locale: Locale) -> list[_Span]:
    spans = []
    lines = {mark.number: group[0].number for group in marks.groups for mark in group}
    for mark in (mark for stop in marks.stops for mark in stop.marks):
        said, number = mark.annotation, mark.number
        name = f"{translate(NAMES[said.mark], locale)} {number}"
        sign = Sign(f"{SIGNS[said.mark]}{number}", name, said.note, lines[number])
        spans.append(_Span(said.start, len(marks.text[: said.end].rstrip()), said.mark, sign))
    return spans


@dataclass(frozen=True, slots=True)
class _Style:
    """Words with a look, or what gives it to them."""

    start: int
    end: int
    look: Look | None
    """None: it is not shown itself."""


def _styles(text: str, begin: int, end: int) -> list[_Style]:
    """What looks how between two places, the outermost first."""
    found = spans_in(text[begin:end], longest=0)
    styles = []
    for span in found:
        look = "code" if span.marks[:1] == "`" else _LOOKS.get(span.marks)
        if look is not None:
            start, stop, size = begin + span.start, begin + span.end, len(span.marks)
            styles += [
                _Style(start, start + size, None),
                _Style(start + size, stop - size, look),
                _Style(stop - size, stop, None),
            ]
    for escape in _ESCAPE.finditer(text, begin, end):
        at = escape.start()
        if not any(span.depth > 1 and begin + span.start <= at < begin + span.end for span in found):
            styles.append(_Style(at, at + 1, None))
    return styles


def _pieces(
    text: str, begin: int, end: int, spans: Sequence[_Span], styles: Sequence[_Style]
) -> Iterator[Piece]:
    """A line in pieces; the sign of a span stands where its words end."""
    spans = [span for span in spans if span.start < end and begin < span.end]
    styles = [style for style in styles if style.start < end and begin < style.end]
    places = [(each.start, each.end) for each in spans] + [(each.start, each.end) for each in styles]
    edges = {begin, end, *(min(max(begin, at), end) for place in places for at in place)}
    for first, last in pairwise(sorted(edges)):
        looks = [style.look for style in styles if style.start <= first and last <= style.end]
        over = next((span.kind for span in spans if span.start <= first and last <= span.end), "")
        signs = tuple(span.sign for span in spans if span.end == last)
        if None not in looks:
            yield Piece(text[first:last], over, signs, tuple(look for look in looks if look))
        elif signs:
            yield Piece("", signs=signs)


def _trimmed(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """Without empty lines at both ends."""
    shown = [at for at, piece in enumerate(pieces) if piece.words.strip("\r\n") or piece.signs]
    if not shown:
        return []
    *before, last = pieces[shown[0] : shown[-1] + 1]
    return [*before, replace(last, words=last.words.rstrip("\r\n"))]
