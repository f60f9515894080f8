"""The sentences of a reply, with their spans in it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from guards.claims.blocks import Block, Kind, blocks, code

TOGETHER = 400
"""Characters of the longest quotation or bracket that is not cut."""

_STOP = re.compile(r"(?:[.!?…]+|[。！？]+)[\"'»”’)\]*_~]*")
_BRACKET = re.compile(r"[\"“”«»()\[\]]")
_CLOSES = {"”": "“", "»": "«", ")": "(", "]": "["}
_LAST_WORD = re.compile(r"[^\s(\[«“\"¿¡*_]+$")
_NEXT = re.compile(r"[\s\"'«“‘(\[*_~¿¡—–-]*")
_NEXT_WORD = re.compile(r"[^\W\d_]+")
_INITIAL = re.compile(r"(?:[A-ZÁÉÍÓÚÑ]\.)*[A-ZÁÉÍÓÚÑ]")

_NEVER_LAST_LIST = (
    "mr mrs ms dr prof st sr sra srta dra d dña ud uds vs cf fig figs no nº núm num art arts cap pág págs pag p pp ej "
    "e.g i.e eg ie al ca approx aprox c vol ed eds rev gen col capt lt sgt gov sen rep pres hon dept univ sto sta av v ver "
    "avda tel ext jan feb mar apr jun jul aug sep sept oct nov dec ene abr ago dic lic ing arq"
)
NEVER_LAST = frozenset(_NEVER_LAST_LIST.split())
"""Abbreviations that something follows."""
_MAYBE_LAST_LIST = (
    "etc inc ltd corp co jr a.m p.m am pm u.s u.k u.s.a e.u u.n ee uu ee.uu s.a a.c d.c b.c a.d"
)
MAYBE_LAST = frozenset(_MAYBE_LAST_LIST.split())
"""Abbreviations that may end a sentence."""
_OPENERS_LIST = (
    "the it he she they we you i this that these those in on at a an but and however there when if after before for "
    "el la los las un una lo en este esta esto estos estas ese esa eso pero además sin cuando si él ella ellos hay "
    "también según desde por para no se su sus"
)
OPENERS = frozenset(_OPENERS_LIST.split())
"""What a sentence often begins with: tells whether the abbreviation before it was the last word."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, or what stands for one: an item of a list, a heading, a row of a table."""

    start: int
    end: int
    kind: Kind = "prose"


def sentences(text: str) -> list[Sentence]:
    """The sentences of `text`, in order, none in another.

    Everything is in one but blanks, code, and the marks at the beginning of lines that make them items,
    headings, quotations or rows. Code inside a sentence stays in it.
    """
    hidden = code(text)
    return [sentence for block in blocks(text, hidden) for sentence in _of(text, block, hidden)]


def _of(text: str, block: Block, hidden: list[tuple[int, int]]) -> Iterator[Sentence]:
    start = block.start
    if block.kind != "row":
        whole = list(_whole(text, block))
        for match in _STOP.finditer(text, block.start, block.end):
            end = match.end()
            if (
                end > start
                and _ends(text, match, block)
                and not _within(whole, end)
                and not _within(hidden, end)
            ):
                yield from _sentence(text, start, end, block.kind, hidden)
                start = end
    yield from _sentence(text, start, block.end, block.kind, hidden)


def _sentence(
    text: str, start: int, end: int, kind: Kind, hidden: list[tuple[int, int]]
) -> Iterator[Sentence]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    index = bisect_right(hidden, (start, end)) - 1
    if start < end and not (index >= 0 and end <= hidden[index][1]):
        yield Sentence(start, end, kind)


def _whole(text: str, block: Block) -> Iterator[tuple[int, int]]:
    """Quotations and brackets that are not cut, outermost ones."""
    opened: dict[str, int] = {}
    inside = -1
    for match in _BRACKET.finditer(text, block.start, block.end):
        mark, at = match.group(), match.start()
        begins = opened.pop('"' if mark == '"' else _CLOSES.get(mark, ""), None)
        if begins is None:
            if mark not in _CLOSES:
                opened[mark] = at
        elif at - begins <= TOGETHER and begins > inside:
            inside = at
            yield begins, at


def _within(spans: list[tuple[int, int]], at: int) -> bool:
    index = bisect_right(spans, (at, -1)) - 1
    return index >= 0 and spans[index][0] < at <= spans[index][1]


def _ends(text: str, match: re.Match[str], block: Block) -> bool:
    """Whether a sentence ends with the stop that `match` is."""
    end = match.end()
    if end >= block.end:
        return True
    stop = match.group()
    if stop[0] in "。！？":
        return True
    if not text[end].isspace():
        return False
    after = _NEXT.match(text, end, block.end)
    assert after is not None, "it matches nothing, too"
    following = text[after.end()] if after.end() < block.end else ""
    if following.islower():
        return False
    if stop.rstrip("\"'»”’)]*_~") != ".":
        return True
    return _full_stop(text, match.start(), after.end(), block)


def _full_stop(text: str, at: int, following: int, block: Block) -> bool:
    """Whether the single point at `at` is more than the end of an abbreviation."""
    last = _LAST_WORD.search(text, max(block.start, at - 16), at)
    word = last.group() if last else ""
    lower = word.lower()
    if lower in NEVER_LAST:
        return False
    if lower in MAYBE_LAST or _INITIAL.fullmatch(word):
        opener = _NEXT_WORD.match(text, following, block.end)
        begins = opener is not None and opener.group().lower() in OPENERS
        # "Plan B. The", but "J. R. R. Tolkien": an initial alone needs more than a capital after it.
        return begins and not (len(word) == 1 and word == "I")
    return not (word.isdigit() and len(word) < 3 and at - len(word) == block.start)
