"""Canonical views of a text, each with a map back to the original's offsets."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import re2

from guards import decode, leet
from guards.confusables import FOLDS
from guards.spelling import decorated, glued, humped, listed, looks_reversed, spaced, words_to_reverse

MAX_DEPTH = 3
"""So many decodings may be nested."""
MAX_VIEWS = 24
WHOLE = 24_000
"""Characters of a text that are folded, if all of it is ASCII; of a longer one, half of them at each end."""
UNICODE_WORK, BLANK_WORK = 2, 15
"""How many ASCII characters could be folded while one of any script is, or a run of blanks."""
SEARCHED = 100_000
"""Characters of a text that are searched for something encoded, half of them at each end."""
CLOSE = 6_000
"""Characters of it that every reader reads: both ends, and between them what looks encoded."""
ROOM = 20_000
"""Characters of all its views together that are searched or respelt."""
EDIT_WORK = 4
"""How many of them could be read while one place is read otherwise."""
MOST_EDITS = 1_500
"""So many places of one view are read otherwise by one reader: the first ones and the last ones."""
MOST_LETTERS = 4_000
"""A text of more different characters is noise in any script: less of it is read."""
MOST_OF_ONE = 3
"""Letters that one character folds to, but for a few ornaments."""
CONTEXT = 400
"""Characters that a decoded view keeps on each side of what was decoded: most of a long text stays as it is."""

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_BLANKS = re.compile(r"[ \n]{2,}")
_WORD = re.compile(r"[a-z]{3,}")
_ENCODED = (
    r"[A-Za-z0-9+/_-]{24,}|%[0-9A-Fa-f]{2}|&#?[0-9A-Za-z]{2,8};|\\[uUx]|[\x{e0020}-\x{e007e}]{3,}"
    r"|[\x{fe00}-\x{fe0f}\x{e0100}-\x{e01ef}]{4,}|(?:[0-9a-fA-F]{2,3}[ ,:]){6,}|[01]{8} [01]{8}"
)
"""The beginnings of what a reader of encodings may read."""


@dataclass(frozen=True, slots=True)
class View:
    """A text read in another way, and where each character of it comes from."""

    text: str
    chain: tuple[str, ...]
    """What was done to the original, in order; empty for the original itself."""
    starts: Sequence[int]
    """For each character: where it begins in the original."""
    ends: Sequence[int]
    """For each character: where it ends in the original, exclusive."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span in the original that `text[start:end]` (not empty) comes from."""
        return min(self.starts[start:end]), max(self.ends[start:end])


def squash(text: str) -> View:
    """Letters and digits only, compatibility-folded and without case: what is left of a text however it is spaced."""
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for index, char in enumerate(text):
        for folded in unicodedata.normalize("NFKC", char).casefold():
            if folded.isalnum():
                chars.append(folded)
                starts.append(index)
                ends.append(index + 1)
    return View("".join(chars), ("squash",), tuple(starts), tuple(ends))


def fold(text: str) -> View:
    """Without case, accents, format characters and look-alikes; a run of blanks is one space or one line end."""
    return _fold(_original(text), ("folded",))


def views(text: str) -> list[View]:
    """The original, its folded view, and a folded view of each other way to read it that it shows a sign of.

    A chain names what was undone, outermost first: ("base64", "rot13") is base64 of rotated text.
    "folded" is named only where nothing else was done. What is not encoded stays in its place, so
    that an attack that is encoded in part is whole in the view. A text of more than `WHOLE` characters
    has a folded view of each end. Bounded by `MAX_DEPTH`, `MAX_VIEWS`, `WHOLE` and `ROOM`, so that no
    text takes longer than some milliseconds.
    """
    return read(text)[0]


def read(text: str) -> tuple[list[View], int]:
    """The views of `text`, and how many characters were searched or respelt to get them: little more than `ROOM`."""
    original = _original(text)
    found = [original]
    seen: set[str] = set()
    room = ROOM
    waiting: deque[View] = deque()
    whole = len(text) <= CLOSE
    if whole:
        waiting.append(original)
    else:
        found += [_fold(part, ("folded",)) for part in _ends(original, _foldable(text))]
        parts = _ends(original, SEARCHED)
        waiting.extend(_close(part, CLOSE // len(parts)) for part in parts)
    while waiting and room > 0 and len(found) < MAX_VIEWS:
        view = _cut(waiting.popleft(), room)
        folded = _fold(view, view.chain or ("folded",))
        room -= len(view.text)
        if view.chain or whole:
            _add(found, folded, seen)
        for spelling in _respelt(folded) if room > 0 else ():
            room -= len(spelling.text)
            _add(found, spelling, seen)
        nested = len(view.chain) >= MAX_DEPTH
        for decoded, edits in () if nested or room <= 0 else _decoded(view, folded):
            room -= len(decoded.text) // 4 + EDIT_WORK * edits
            waiting.append(decoded)
            if room <= 0:
                break
    return found[:MAX_VIEWS], ROOM - room


def _add(found: list[View], view: View, seen: set[str]) -> None:
    if view.text not in seen:
        seen.add(view.text)
        found.append(view)


def _ends(view: View, most: int) -> list[View]:
    """`view`, or half of `most` characters at each of its ends where it is longer."""
    length = len(view.text)
    if length <= most:
        return [view]
    return [_slice(view, 0, most // 2), _slice(view, length - most // 2, length)]


def _foldable(text: str) -> int:
    """How many characters of a long text can be folded in the time of `WHOLE` ASCII ones."""
    most = min(len(text), WHOLE)
    read = text if len(text) == most else text[: most // 2] + text[-most // 2 :]
    work = most + BLANK_WORK * len(_BLANKS.findall(read))
    if not read.isascii():
        letters = set(read)
        work += (UNICODE_WORK - 1) * most
        if len(letters) > MOST_LETTERS or any(len(FOLDS[letter]) > MOST_OF_ONE for letter in letters):
            return CLOSE
    return most if work <= WHOLE else max(CLOSE, most * WHOLE // work)


def _slice(view: View, start: int, end: int) -> View:
    return View(view.text[start:end], view.chain, view.starts[start:end], view.ends[start:end])


def _close(view: View, most: int) -> View:
    """The ends of `view` and what looks encoded between them, `most` characters in all."""
    text = view.text if view.text.isascii() else view.text.encode("utf-8", "replace").decode()
    at, last, room = most // 3, len(text) - most // 3, most // 3
    gaps: list[decode.Edit] = []
    while room > 0 and (match := _encoded().search(text[at:last])):
        start = max(at, at + match.start() - CONTEXT)
        end = min(last, at + match.end() + CONTEXT, start + room)
        if start > at:
            gaps.append((at, start, "\n"))
        room -= end - start
        at = end
    return _edited(view, [*gaps, (at, last, "\n")], view.chain)


@cache
def _encoded() -> re2.Pattern[str]:
    return re2.compile(_ENCODED)


def _cut(view: View, most: int) -> View:
    """`view`, or both ends of it where it is longer than `most`."""
    length = len(view.text)
    if length <= most:
        return view
    return _edited(view, [(most // 2, length - (most - most // 2), "\n")], view.chain)


def _original(text: str) -> View:
    return View(text, (), range(len(text)), range(1, len(text) + 1))


def _fold(view: View, chain: tuple[str, ...]) -> View:
    text = view.text
    starts, ends = view.starts, view.ends
    if text.isascii() and (text.isprintable() or not _CONTROL.search(text)):
        text = text.lower()
        if not text.isprintable():
            text = text.translate({9: " ", 11: "\n", 12: "\n", 13: "\n"})
    else:
        pieces = list(map(FOLDS.__getitem__, text))
        text = "".join(pieces)
        letters = len(pieces) - pieces.count("")
        if len(text) != letters:
            lengths = list(map(len, pieces))
            starts = list(itertools.chain.from_iterable(map(itertools.repeat, starts, lengths)))
            ends = list(itertools.chain.from_iterable(map(itertools.repeat, ends, lengths)))
        elif letters != len(pieces):
            starts, ends = list(itertools.compress(starts, pieces)), list(itertools.compress(ends, pieces))
    blanks = [
        (match.start(), match.end(), "\n" if "\n" in match[0] else " ") for match in _BLANKS.finditer(text)
    ]
    return _edited(View(text, chain, starts, ends), blanks, chain)


def _edited(view: View, edits: list[decode.Edit], chain: tuple[str, ...]) -> View:
    text, begins, finishes = view.text, view.starts, view.ends
    if not edits:
        return View(text, chain, begins, finishes)
    texts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    in_order = "reversed" not in view.chain
    at = 0
    for start, end, new in edits:
        if start > at:
            texts.append(text[at:start])
            starts += begins[at:start]
            ends += finishes[at:start]
        if new:
            texts.append(new)
            first, last = (begins[start], finishes[end - 1]) if in_order else view.span(start, end)
            starts += [first] * len(new)
            ends += [last] * len(new)
        at = end
    texts.append(text[at:])
    starts += begins[at:]
    ends += finishes[at:]
    return View("".join(texts), chain, starts, ends)


def _clipped(edits: list[decode.Edit], length: int) -> list[decode.Edit]:
    """`edits`, and a line end for what lies far from all of them."""
    clipped: list[decode.Edit] = []
    at = -CONTEXT
    for edit in (*edits, (length + CONTEXT, length + CONTEXT, "")):
        if edit[0] - at > 2 * CONTEXT:
            clipped.append((at + CONTEXT, edit[0] - CONTEXT, "\n"))
        if edit[0] < length:
            clipped.append(edit)
        at = edit[1]
    return clipped


def _respelt(folded: View) -> Iterator[View]:
    """`folded` with leetspeak unfolded, and with glued words apart."""
    spellings = [folded]
    unfolded = leet.unfolded(folded.text)
    if unfolded:
        spellings.append(View(unfolded, _and(folded, "leet"), folded.starts, folded.ends))
        yield spellings[1]
    for spelling in spellings:
        apart = _few(glued(spelling.text))
        if apart:
            yield _fold(_edited(spelling, apart, ()), _and(spelling, "split"))


def _few(edits: list[decode.Edit]) -> list[decode.Edit]:
    half = MOST_EDITS // 2
    return edits if len(edits) <= MOST_EDITS else edits[:half] + edits[-half:]


def _decoded(view: View, folded: View) -> Iterator[tuple[View, int]]:
    """`view` with what one reader can read in it put in its place, for each reader that can; and at how many places."""
    for name, reader in _READERS if view.text.isascii() else (*_UNICODE_READERS, *_READERS):
        edits = _few(reader(view.text))
        if edits:
            yield _edited(view, _clipped(edits, len(view.text)), (*view.chain, name)), len(edits)
    words = set(_WORD.findall(folded.text))
    opaque = decode.has_opaque_word(view.text)
    if "rot13" not in view.chain:
        rotated = View(decode.rot13(view.text), (*view.chain, "rot13"), view.starts, view.ends)
        if decode.looks_rotated(words) or (opaque and decode.base64(rotated.text)):
            yield rotated, 0
    if "reversed" not in view.chain:
        back = View(view.text[::-1], (*view.chain, "reversed"), view.starts[::-1], view.ends[::-1])
        if looks_reversed(words) or (opaque and decode.base64(back.text)):
            yield back, 0
            yield _words_reversed(view, back.chain), 0


def _words_reversed(view: View, chain: tuple[str, ...]) -> View:
    order = list(range(len(view.text)))
    for match in words_to_reverse(view.text).finditer(view.text):
        start, end = match.span()
        order[start:end] = order[start:end][::-1]
    text, starts, ends = view.text, view.starts, view.ends
    return View(
        "".join([text[at] for at in order]), chain, [starts[at] for at in order], [ends[at] for at in order]
    )


def _and(view: View, step: str) -> tuple[str, ...]:
    return (step,) if view.chain == ("folded",) else (*view.chain, step)


_UNICODE_READERS = (*decode.HIDDEN, ("emoji", decorated))
_READERS = (*decode.READERS, ("joined", spaced), ("listed", listed), ("camel", humped))
