"""Canonical views of a text, each with a map back to the original's offsets."""

from __future__ import annotations

import unicodedata
from collections import deque
from collections.abc import Iterator, Sequence

from guards import decode, folding, leet
from guards.alphabets import written_in_either
from guards.cells import CELL, EDGE, cells
from guards.folding import WHOLE, edited, without
from guards.spelling import (
    decorated,
    glued,
    humped,
    listed,
    spaced,
    words_to_reverse,
)
from guards.turned import turned
from guards.view import Map, View, later

__all__ = [
    "WHOLE",
    "View",
    "fold",
    "fold_to_latin",
    "folded_without",
    "read",
    "spellings",
    "squash",
    "views",
    "without",
]

MAX_DEPTH = 3
"""So many decodings may be nested."""
MAX_VIEWS = 24
SEARCHED = 100_000
"""Characters of a text that are searched for something encoded, half of them at each end."""
CLOSE = 6_000
"""Characters of it that every reader reads: both ends, and between them where most looks encoded."""
ROOM = 20_000
"""Characters of all its views together that are searched or respelt; what was decoded twice is respelt while half is left."""
EDIT_WORK = 4
"""How many of them could be read while one place is read otherwise."""
MOST_EDITS = 800
"""So many places of one view are read otherwise by one reader: the first ones and the last ones."""
JUDGED = 12_000
"""Characters of all views together that a model reads; the views come in the order of how sure they are."""
CONTEXT = 400
"""Characters that a decoded view keeps on each side of what was decoded: most of a long text stays as it is."""

_OVERRIDE = "\u202e"
"""What follows it is shown backwards, whatever the script."""

AS_WRITTEN = frozenset({"folded", "leet", "split", "emoji", "joined", "camel"})


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
    """Without case, accents, format characters and look-alikes; a run of blanks is one space or one line end.

    A Cyrillic or Greek word keeps its letters. One that has Latin ones too is Latin in disguise, and so is one that has none
    but look-alikes, unless it stands beside a word of its alphabet that has others and reads as no frequent Latin word.
    """
    return folding.fold(_original(text), ("folded",))


def fold_to_latin(text: str) -> View:
    """The same, with a Latin letter for every one that looks like it: what does not depend on the words around it."""
    return folding.fold_to_latin(_original(text), ("folded",))


def spellings(word: str) -> tuple[str, ...]:
    """How `word` may stand in a folded text: in its own letters, and as Latin look-alikes of them where it is disguised."""
    if not written_in_either(word):
        return (fold(word).text,)
    # Beside a word of an alphabet, a look-alike is of that alphabet; and what an accent makes of a letter may be written as two.
    own = [
        fold(f"{beside} {written}").text.removeprefix(f"{beside} ")
        for written in {word: None, unicodedata.normalize("NFD", word): None}
        for beside in "ыπ"
    ]
    return tuple(dict.fromkeys((*own, fold_to_latin(word).text)))


def folded_without(text: str, spans: Sequence[tuple[int, int]]) -> list[View]:
    """The folded views of a long text with a blank for each of `spans` (start and end)."""
    edits: list[decode.Edit] = []
    last = 0
    for start, end in sorted(spans):
        if end > max(last, start):
            edits.append((max(last, start), end, " "))
            last = end
    return folding.fold_ends(edited(_original(text), edits, ()))


def views(text: str) -> list[View]:
    """The original, its folded view, and a folded view of each other way to read it that it shows a sign of.

    A chain names what was undone, outermost first: ("base64", "rot13") is base64 of rotated text.
    "folded" is named only where nothing else was done. What is not encoded stays in its place, so
    that an attack that is encoded in part is whole in the view. A text that takes more than the work
    `WHOLE` to fold has a folded view of each end; of one of more than `CLOSE` characters, what is read in other
    ways are both ends and the places where most looks encoded. Bounded by `MAX_DEPTH`, `MAX_VIEWS`, `WHOLE` and `ROOM`, so that no
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
        found += folding.fold_ends(original)
        parts = _ends(original, SEARCHED)
        waiting.extend(_close(part, CLOSE // len(parts)) for part in parts)
    while waiting and room > 0 and len(found) < MAX_VIEWS:
        view = _cut(waiting.popleft(), room)
        folded = folding.fold(view, view.chain or ("folded",))
        room -= len(view.text)
        if view.chain or whole:
            _add(found, folded, seen)
        for spelling in _respelt(folded) if room > (ROOM // 2 if len(view.chain) > 1 else 0) else ():
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


def _slice(view: View, start: int, end: int) -> View:
    return View(view.text[start:end], view.chain, view.starts[start:end], view.ends[start:end])


def _close(view: View, most: int) -> View:
    """The ends of `view` and the places between them where most looks encoded, `most` characters in all."""
    gaps: list[decode.Edit] = []
    at = EDGE
    for cell in cells(view.text, (most - 2 * EDGE) // (2 * CELL)):
        if cell - CELL // 2 > at:
            gaps.append((at, cell - CELL // 2, "\n"))
        at = cell + CELL + CELL // 2
    if len(view.text) - EDGE > at:
        gaps.append((at, len(view.text) - EDGE, "\n"))
    return edited(view, gaps, view.chain)


def _cut(view: View, most: int) -> View:
    """`view`, or both ends of it where it is longer than `most`."""
    length = len(view.text)
    if length <= most:
        return view
    return edited(view, [(most // 2, length - (most - most // 2), "\n")], view.chain)


def _original(text: str) -> View:
    return View(text, (), range(len(text)), range(1, len(text) + 1))


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
            yield folding.fold(edited(spelling, apart, ()), _and(spelling, "split"))


def _few(edits: list[decode.Edit]) -> list[decode.Edit]:
    half = MOST_EDITS // 2
    return edits if len(edits) <= MOST_EDITS else edits[:half] + edits[-half:]


def _decoded(view: View, folded: View) -> Iterator[tuple[View, int]]:
    """`view` with what one reader can read in it put in its place, for each reader that can; and at how many places."""
    for name, reader in _READERS if view.text.isascii() else (*_UNICODE_READERS, *_READERS):
        edits = _few(reader(view.text))
        if edits:
            yield edited(view, _clipped(edits, len(view.text)), (*view.chain, name)), len(edits)
    rotated, backwards = turned(folded.text)
    opaque = decode.has_opaque_word(view.text)
    if "rot13" not in view.chain and (rotated or (opaque and decode.hides_base64(decode.rot13(view.text)))):
        yield View(decode.rot13(view.text), (*view.chain, "rot13"), view.starts, view.ends), 0
    backwards = backwards or _OVERRIDE in view.text
    if "reversed" not in view.chain and (backwards or (opaque and decode.hides_base64(view.text[::-1]))):
        yield _reordered(view, range(len(view.text))[::-1]), 0
        yield _words_reversed(view), 0


def _words_reversed(view: View) -> View:
    order = list(range(len(view.text)))
    for match in words_to_reverse(view.text).finditer(view.text):
        start, end = match.span()
        order[start:end] = order[start:end][::-1]
    return _reordered(view, order)


def _reordered(view: View, order: Sequence[int]) -> View:
    """`view` with its characters in another `order`."""

    def places(_: int) -> Map:
        starts, ends = list(view.starts), list(view.ends)
        return [starts[at] for at in order], [ends[at] for at in order]

    starts, ends = later([len(order)], places)
    return View("".join([view.text[at] for at in order]), (*view.chain, "reversed"), starts, ends)


def _and(view: View, step: str) -> tuple[str, ...]:
    return (step,) if view.chain == ("folded",) else (*view.chain, step)


_UNICODE_READERS = (*decode.HIDDEN, ("emoji", decorated))
_READERS = (*decode.READERS, ("joined", spaced), ("listed", listed), ("camel", humped))
