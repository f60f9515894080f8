"""A reply in blocks: paragraphs, quotations and code, with what the guards say about its words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from adapters.base import Annotation

Kind = Literal["text", "quote", "code"]
_FENCE = "```"


@dataclass(slots=True)
class Block:
    """Lines of one kind."""

    kind: Kind
    pieces: list[tuple[str, str]] = field(default_factory=list)
    """Words, each with what the guards say about them."""


def blocks_of(text: str, annotations: Sequence[Annotation] = ()) -> list[Block]:
    """The blocks of a reply in Markdown. Inside a block Markdown stays as it is: nothing is lost, or made up."""
    blocks: list[Block] = []
    at, fenced = 0, False
    for line in text.splitlines(keepends=True):
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
        blocks[-1].pieces += _pieces(text, begin, at, annotations)
    return [block for block in map(_trimmed, blocks) if block.pieces]


def _pieces(text: str, begin: int, end: int, annotations: Sequence[Annotation]) -> list[tuple[str, str]]:
    pieces: list[tuple[str, str]] = []
    for mark in sorted(annotations, key=lambda each: each.start):
        first, last = max(begin, mark.start), min(end, mark.end)
        if first < last:
            pieces += [(text[begin:first], ""), (text[first:last], mark.note)]
            begin = last
    return [piece for piece in (*pieces, (text[begin:end], "")) if piece[0]]


def _trimmed(block: Block) -> Block:
    """Without empty lines at both ends."""
    pieces = block.pieces
    while pieces and not pieces[0][0].strip("\r\n"):
        pieces = pieces[1:]
    while pieces and not pieces[-1][0].strip("\r\n"):
        pieces = pieces[:-1]
    if pieces:
        pieces = [*pieces[:-1], (pieces[-1][0].rstrip("\r\n"), pieces[-1][1])]
    return Block(block.kind, pieces)
