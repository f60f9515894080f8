"""A reply in blocks: paragraphs, quotations and code, with what the guards say about its words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from adapters.base import Locale
from adapters.marks import NAMES, SIGNS, Marks, numbers_of
from bot.i18n import translate

Kind = Literal["text", "quote", "code"]
_FENCE = "```"


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


@dataclass(slots=True)
class Block:
    """Lines of one kind."""

    kind: Kind
    pieces: list[Piece] = field(default_factory=list)


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
    """The blocks of a reply in Markdown. Inside a block Markdown stays as it is: nothing is lost, or made up."""
    blocks: list[Block] = []
    at, fenced = 0, False
    spans = _spans(marks, locale)
    for line in marks.text.splitlines(keepends=True):
        begin, at = at, at + len(line)
        if line.strip().startswith(_FENCE):
            fenced = not fenced
            if fenced:
                blocks.append(Block("code"))
            continue
        kind: Kind = "code" if fenced else "quote" if line.startswith(">") else "text"
        if kind == "quote":
            begin += 2 if line.startswith("> ") else 1
        if not blocks or blocks[-1].kind != kind or (kind == "text" and not line.strip()):
            blocks.append(Block(kind))
        blocks[-1].pieces += _pieces(marks.text, begin, at, spans)
    return [block for block in map(_trimmed, blocks) if block.pieces]


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


def _pieces(text: str, begin: int, end: int, spans: Sequence[_Span]) -> Iterable[Piece]:
    """A line in pieces; the sign of a span stands where its words end."""
    here = [span for span in spans if span.start < end and begin < span.end]
    edges = {begin, end, *(max(begin, span.start) for span in here), *(min(end, span.end) for span in here)}
    for first, last in pairwise(sorted(edges)):
        over = next((span.kind for span in here if span.start <= first and last <= span.end), "")
        yield Piece(text[first:last], over, tuple(span.sign for span in here if span.end == last))


def _trimmed(block: Block) -> Block:
    """Without empty lines at both ends."""
    pieces = block.pieces
    while pieces and not pieces[0].words.strip("\r\n"):
        pieces = pieces[1:]
    while pieces and not pieces[-1].words.strip("\r\n"):
        pieces = pieces[:-1]
    if pieces:
        last = pieces[-1]
        pieces = [*pieces[:-1], Piece(last.words.rstrip("\r\n"), last.over, last.signs)]
    return Block(block.kind, pieces)
