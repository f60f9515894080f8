"""Folding: a text without case, accents, format characters and look-alikes, and with one blank for a run of them.

What is said here of one character is so whatever stands beside it; only which letters look like others depends on their
words, and is decided at the end (`guards.alphabets`). That leaves every text as long as it was.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import compress, pairwise

from guards.alphabets import in_latin, in_their_own
from guards.confusables import FOLDS
from guards.decode import Edit
from guards.view import Map, View, later

BLOCK = 1_000
"""Characters, or some more, whose places are worked out together, where one of them is asked for."""
SHORT = 10_000
"""Characters of a text whose places are worked out all at once where it was edited."""
WHOLE = 76_000
"""The work of folding a long text, and of what reads it then: a byte of the folded text counts as one. What takes more is
read at both ends. Enough for the largest file that is attached to a message, in Latin, Cyrillic or Arabic letters and in
ideographs."""
DENSE = 1.5
"""Bytes of a character, on average, from which on most of a text is no ASCII."""
MOST_POINTS = 40_000
NEW_WORK = 5
"""What a letter counts for that was not seen before."""

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_BLANK_SIGNS = {9: " ", 11: "\n", 12: "\n", 13: "\n"}
_RUNS = (("  ", " "), (" \n", "\n"), ("\n ", "\n"), ("\n\n", "\n"))
"""One after the other they leave of a run of blanks one line end where it holds any, else one space."""
_AFTER_BLANK, _BEFORE_BLANK = re.compile(r"(?<=[ \n])[ \n]"), re.compile(r"[ \n](?=[ \n])")
_NO_BLANK = re.compile(r"[^\W\u115f\u1160\u3164\ufbb2-\uffff]")
"""What never folds to something that ends in a blank, or to nothing."""

_NOTHING = re.compile(
    r"[\s\x00-\x1f\u0300-\u036f\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufe00-\ufe0f\U000e0000-\U000e0fff]*"
)

Span = tuple[int, int]


def fold(view: View, chain: tuple[str, ...]) -> View:
    """`view` folded, for which `chain` is named; Cyrillic and Greek words in their own letters."""
    return in_their_own(_fold(view, chain))


def fold_to_latin(view: View, chain: tuple[str, ...]) -> View:
    """`view` folded, with a Latin letter for every one that looks like it."""
    return in_latin(_fold(view, chain))


def _fold(view: View, chain: tuple[str, ...]) -> View:
    text = view.text
    if _is_plain(text):
        text = _lowered(text)
        if not _has_runs(text):
            return View(text, chain, view.starts, view.ends)
    spans = _blocks(text, 0, len(text))
    return _joined(view, chain, spans, [_folded(view.text[start:end]) for start, end in spans])


def fold_ends(original: View) -> list[View]:
    """A long text folded; where that were more work than `WHOLE`, one view of each end."""
    text, length = original.text, len(original.text)
    if length <= WHOLE:
        spans = _blocks(text, 0, length)
    else:
        spans = _blocks(text, 0, WHOLE // 2) + _blocks(text, length - WHOLE // 2, length)
    first, last, work = 0, len(spans), 0
    texts = [""] * last
    while first < last and work < WHOLE // 2:
        texts[first], taken = _measured(text[slice(*spans[first])])
        first, work = first + 1, work + taken
    while first < last and work < WHOLE:
        last -= 1
        texts[last], taken = _measured(text[slice(*spans[last])])
        work += taken
    if first == last and length <= WHOLE:
        return [in_their_own(_joined(original, ("folded",), spans, texts))]
    return [
        in_their_own(_joined(original, ("folded",), spans[part], texts[part]))
        for part in (slice(first), slice(last, None))
    ]


def without(view: View, spans: Sequence[Span]) -> View:
    """A folded `view` with a blank for all that comes from one of `spans` (start and end) of the original."""
    if not spans:
        return _single_blanks(view)
    if "reversed" in view.chain:
        hidden = bytearray(max(view.ends, default=0))
        for start, end in spans:
            hidden[start:end] = b"\1" * len(hidden[start:end])
        text = "".join([" " if hidden[at] else char for at, char in zip(view.starts, view.text, strict=True)])
        return _single_blanks(View(text, view.chain, view.starts, view.ends))
    edits: list[Edit] = []
    starts = view.starts if isinstance(view.starts, range) else list(view.starts)
    last = 0
    for start, end in sorted(spans):
        first, last = max(last, bisect_left(starts, start)), max(last, bisect_left(starts, end))
        if first < last:
            edits.append((first, last, " "))
    return _single_blanks(edited(view, edits, view.chain))


def edited(view: View, edits: Sequence[Edit], chain: tuple[str, ...]) -> View:
    """`view` with its edits made, which are in order and no two of which overlap."""
    if not edits:
        return View(view.text, chain, view.starts, view.ends)
    parts: list[tuple[int, int, str | None]] = []
    texts: list[str] = []
    at = 0
    for start, end, new in (*edits, (len(view.text), len(view.text), "")):
        if start > at:
            parts.append((at, start, None))
            texts.append(view.text[at:start])
        if new:
            parts.append((start, end, new))
            texts.append(new)
        at = end

    def places(_: int) -> Map:
        return _edited_places(view, parts)

    def places_of_one(index: int) -> Map:
        return _edited_places(view, parts[index : index + 1])

    lengths = list(map(len, texts))
    # A long text is an original: no part of its map takes any time. All of a short one's take less than to look for each.
    plain = isinstance(view.starts, range) and len(view.text) > SHORT
    return View(
        "".join(texts),
        chain,
        *later(lengths if plain else [sum(lengths)], places_of_one if plain else places),
    )


def _edited_places(view: View, parts: Sequence[tuple[int, int, str | None]]) -> Map:
    begins, finishes = view.starts, view.ends
    if not isinstance(begins, range):
        begins, finishes = list(begins), list(finishes)
    backwards = "reversed" in view.chain
    starts: list[int] = []
    ends: list[int] = []
    for start, end, new in parts:
        if new is None:
            starts += begins[start:end]
            ends += finishes[start:end]
        else:
            first, last = (
                (min(begins[start:end]), max(finishes[start:end]))
                if backwards
                else (begins[start], finishes[end - 1])
            )
            starts += [first] * len(new)
            ends += [last] * len(new)
    return starts, ends


def _is_plain(text: str) -> bool:
    return text.isascii() and (text.isprintable() or not _CONTROL.search(text))


def _lowered(text: str) -> str:
    text = text.lower()
    return text if text.isprintable() else text.translate(_BLANK_SIGNS)


def _folded(text: str) -> str:
    return _with_single_blanks(_lowered(text) if _is_plain(text) else _looked_up(text))


class _Points(dict[int, int | str]):
    """`FOLDS` by code points, as `str.translate` wants it: a number is a quarter of a string's memory."""

    def __missing__(self, point: int) -> int | str:
        if len(self) >= MOST_POINTS:
            self.clear()
        folded = FOLDS[chr(point)]
        self[point] = known = ord(folded) if len(folded) == 1 else folded
        return known


_POINTS = _Points()


def _looked_up(text: str) -> str:
    # In noise of all scripts every letter is another, and where it folds to is in no cache of the processor: the smaller
    # table is four times as quick. Where few letters come again and again the other is.
    dense = len(text.encode("utf-8", "replace")) > DENSE * len(text)
    return text.translate(_POINTS) if dense else "".join(map(FOLDS.__getitem__, text))


def _measured(text: str) -> tuple[str, int]:
    """`text` folded, and what work it was."""
    known = FOLDS.learned
    folded = _folded(text)
    if text.isascii():
        return folded, len(text)
    return folded, len(folded.encode()) + NEW_WORK * (FOLDS.learned - known)


def _has_runs(text: str) -> bool:
    return "  " in text or ("\n" in text and any(run in text for run, _ in _RUNS[1:]))


def _with_single_blanks(text: str) -> str:
    for run, one in _RUNS:
        while run in text:
            text = text.replace(run, one)
    return text


def _single_blanks(view: View) -> View:
    if not _has_runs(view.text):
        return view
    spans = _blocks(view.text, 0, len(view.text))
    texts = [_with_single_blanks(view.text[start:end]) for start, end in spans]
    return _joined(view, view.chain, spans, texts)


def _blocks(text: str, start: int, end: int) -> list[Span]:
    """The spans that are folded one by one: no run of blanks lies across two of them."""
    cuts = [start]
    while cuts[-1] < end:
        cuts.append(_cut(text, cuts[-1] + BLOCK, end))
    return list(pairwise(cuts))


def _cut(text: str, at: int, end: int) -> int:
    """Where the first character ends from `at` on that folds to something, and to no blank at its end."""
    if at >= end:
        return end
    inside = _NO_BLANK.search(text, at, min(at + BLOCK, end))
    if inside:
        return inside.end()
    at = _NOTHING.match(text, at, end).end()  # type: ignore[union-attr]
    while at < end and FOLDS[text[at]][-1:] in ("", " ", "\n"):
        at += 1
    return min(at + 1, end)


def _joined(view: View, chain: tuple[str, ...], spans: Sequence[Span], texts: Sequence[str]) -> View:
    """A view of `texts`, to which the `spans` of `view` fold."""
    return View(
        "".join(texts), chain, *later(list(map(len, texts)), lambda index: _places(view, *spans[index]))
    )


def _places(view: View, start: int, end: int) -> Map:
    """Where the characters come from to which `view.text[start:end]` folds."""
    pieces = list(map(FOLDS.__getitem__, view.text[start:end]))
    begins, finishes = view.starts[start:end], view.ends[start:end]
    text = "".join(pieces)
    if not (all(pieces) and len(text) == len(pieces)):
        origin = [at for at, piece in enumerate(pieces) for _ in piece]
        begins, finishes = [begins[at] for at in origin], [finishes[at] for at in origin]
    if not _has_runs(text):
        return begins, finishes
    first = _AFTER_BLANK.sub("\0", text).encode("latin-1", "replace")
    last = _BEFORE_BLANK.sub("\0", text).encode("latin-1", "replace")
    if "reversed" in view.chain:
        return (
            list(map(min, compress(begins, first), compress(begins, last))),
            list(map(max, compress(finishes, first), compress(finishes, last))),
        )
    return list(compress(begins, first)), list(compress(finishes, last))
