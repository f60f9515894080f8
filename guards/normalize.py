"""Canonical views of a text, each with a map back to the original's offsets."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain as chained
from itertools import compress, repeat

from guards import decode, leet
from guards.cells import CELL, EDGE, cells
from guards.confusables import FOLDS
from guards.spelling import (
    decorated,
    glued,
    humped,
    listed,
    looks_reversed,
    spaced,
    words_to_reverse,
)

MAX_DEPTH = 3
"""So many decodings may be nested."""
MAX_VIEWS = 24
WHOLE = 175_000
"""Characters of a text that are folded, if all of it is ASCII; of a longer one, half of them at each end.
More than the largest file that is attached to a message has, in any script."""
UNICODE_WORK, BLANK_WORK, LONG_WORK, NEW_WORK = 2, 6, 7, 15
"""How many ASCII characters could be folded while one of any script is, or a run of blanks, or a letter that folds to
several, or one that was never seen."""
SEARCHED = 100_000
"""Characters of a text that are searched for something encoded, half of them at each end."""
CLOSE = 6_000
"""Characters of it that every reader reads: both ends, and between them where most looks encoded."""
ROOM = 20_000
"""Characters of all its views together that are searched or respelt."""
EDIT_WORK = 4
"""How many of them could be read while one place is read otherwise."""
MOST_EDITS = 1_500
"""So many places of one view are read otherwise by one reader: the first ones and the last ones."""
MOST_LETTERS = 18_000
"""A long text of more different characters is noise in any script: only its ends are read."""
FEW = 8
"""Where one in so many letters folds to several, or more, all of them are handled alike."""
CONTEXT = 400
"""Characters that a decoded view keeps on each side of what was decoded: most of a long text stays as it is."""

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_BLANKS = re.compile(r"[ \n]{2,}")
_AFTER_BLANK, _BEFORE_BLANK = re.compile(r"(?<=[ \n])[ \n]"), re.compile(r"[ \n](?=[ \n])")
_LINE_ENDS, _SPACES = re.compile(r"(?<! ) *\n[ \n]*"), re.compile(r" {2,}")
_WORD = re.compile(r"[a-z]{3,}")

AS_WRITTEN = frozenset({"folded", "leet", "split", "emoji", "joined", "camel"})


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
        if "reversed" not in self.chain:
            return self.starts[start], self.ends[end - 1]
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
    has a folded view of each end; of one of more than `CLOSE`, what is read in other ways are both ends and
    the places where most looks encoded. Bounded by `MAX_DEPTH`, `MAX_VIEWS`, `WHOLE` and `ROOM`, so that no
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


def without(view: View, spans: Sequence[tuple[int, int]]) -> View:
    """A folded `view` with a blank for all that comes from one of `spans` (start and end) of the original."""
    if "reversed" in view.chain:
        hidden = [any(start <= at < end for start, end in spans) for at in view.starts]
        text = "".join([" " if hides else char for hides, char in zip(hidden, view.text, strict=True)])
        return _single_blanks(View(text, view.chain, view.starts, view.ends))
    edits: list[decode.Edit] = []
    last = 0
    for start, end in sorted(spans):
        first, last = max(last, bisect_left(view.starts, start)), max(last, bisect_left(view.starts, end))
        if first < last:
            edits.append((first, last, " "))
    return _single_blanks(_edited(view, edits, view.chain))


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
        work += (UNICODE_WORK - 1) * most
        letters = set(read)
        if len(letters) > MOST_LETTERS:
            return CLOSE
        work += NEW_WORK * FOLDS.learn(letters)
        if not letters.isdisjoint(FOLDS.long):
            counted = Counter(read)
            work += LONG_WORK * sum(counted[letter] for letter in letters & FOLDS.long)
    return most if work <= WHOLE else max(CLOSE, most * WHOLE // work)


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
    return _edited(view, gaps, view.chain)


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
        if "" in pieces:
            starts, ends = list(compress(starts, pieces)), list(compress(ends, pieces))
            pieces = list(filter(None, pieces))
        if len(text) != len(pieces):
            lengths = list(map(len, pieces))
            starts, ends = _stretched(starts, lengths), _stretched(ends, lengths)
    return _single_blanks(View(text, chain, starts, ends))


def _stretched(places: Sequence[int], lengths: list[int]) -> list[int]:
    """Each of `places` as many times as its length says."""
    longer = list(compress(range(len(lengths)), map((1).__lt__, lengths)))
    if FEW * len(longer) > len(lengths):
        return list(chained.from_iterable(map(repeat, places, lengths)))
    stretched: list[int] = []
    last = 0
    for at in longer:
        stretched += places[last:at]
        stretched += [places[at]] * lengths[at]
        last = at + 1
    stretched += places[last:]
    return stretched


def _single_blanks(view: View) -> View:
    """A run of blanks is one line end where it holds any, else one space."""
    if not _BLANKS.search(view.text):
        return view
    first, last = _without(_AFTER_BLANK, view.text), _without(_BEFORE_BLANK, view.text)
    starts, ends = list(compress(view.starts, first)), list(compress(view.ends, last))
    if "reversed" in view.chain:
        starts = list(map(min, starts, compress(view.starts, last)))
        ends = list(map(max, ends, compress(view.ends, first)))
    text = _SPACES.sub(" ", _LINE_ENDS.sub("\n", view.text))
    return View(text, view.chain, starts, ends)


def _without(blank: re.Pattern[str], text: str) -> bytes:
    """0 for each character of a folded `text` that `blank` matches."""
    return blank.sub("\0", text).encode("latin-1", "replace")


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
