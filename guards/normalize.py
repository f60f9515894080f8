"""Canonical views of a text, each with a map back to the original's offsets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from guards import decode
from guards.confusables import FOLDS

MAX_DEPTH = 3
"""So many decodings may be nested."""
MAX_VIEWS = 24
MAX_EXTRA_CHARS = 250_000
"""Characters that are read, beyond the original and its folded view."""
CONTEXT = 400
"""Characters that a decoded view keeps on each side of what was decoded: most of a long text stays as it is."""

_ODD_BLANK = re.compile(r"[\t\r\v\f]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_BLANKS = re.compile(r"[ \n]{2,}")
_WORD = re.compile(r"[a-z]{3,}")
_ANY_WORD = re.compile(r"\w+")
_LEET_SIGN = re.compile(r"[013457@$][a-z]|[a-z][013457@$]|[!|][a-z]")
_LEET = str.maketrans("01345789@$+", "oieastbgast")
_LEET_L = str.maketrans("01345789@$+", "oleastbgast")
_LEET_MARK = re.compile(r"[!|](?=[a-z])")


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
    that an attack that is encoded in part is whole in the view. Bounded by `MAX_DEPTH`, `MAX_VIEWS`
    and `MAX_EXTRA_CHARS`.
    """
    original = _original(text)
    found = [original]
    seen: set[str] = set()
    room = len(text) + MAX_EXTRA_CHARS
    waiting = [original]
    while waiting and len(found) < MAX_VIEWS and room >= 0:
        view = waiting.pop(0)
        folded = _fold(view, view.chain or ("folded",))
        for spelling in (folded, *_respelt(folded)):
            room -= len(spelling.text)
            if spelling.text not in seen and (room >= 0 or spelling is folded):
                seen.add(spelling.text)
                found.append(spelling)
        if len(view.chain) < MAX_DEPTH:
            for decoded in _decoded(view, folded):
                if len(waiting) < MAX_VIEWS and room >= 0:
                    room -= len(decoded.text) // 4
                    waiting.append(decoded)
    return found[:MAX_VIEWS]


def _original(text: str) -> View:
    return View(text, (), range(len(text)), range(1, len(text) + 1))


def _fold(view: View, chain: tuple[str, ...]) -> View:
    text = view.text
    starts, ends = view.starts, view.ends
    if text.isascii() and not _CONTROL.search(text):
        text = text.lower()
        if _ODD_BLANK.search(text):
            text = text.translate({9: " ", 11: "\n", 12: "\n", 13: "\n"})
    else:
        pieces = [FOLDS[char] for char in text]
        text = "".join(pieces)
        if len(text) != len(pieces) or "" in pieces:
            starts = [start for start, piece in zip(starts, pieces, strict=True) for _ in piece]
            ends = [end for end, piece in zip(ends, pieces, strict=True) for _ in piece]
    blanks = [
        (match.start(), match.end(), "\n" if "\n" in match[0] else " ") for match in _BLANKS.finditer(text)
    ]
    return _edited(View(text, chain, starts, ends), blanks, chain)


def _edited(view: View, edits: list[decode.Edit], chain: tuple[str, ...]) -> View:
    if not edits:
        return View(view.text, chain, view.starts, view.ends)
    texts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for start, end, new in edits:
        texts += (view.text[at:start], new)
        starts += view.starts[at:start]
        ends += view.ends[at:start]
        if new:
            first, last = view.span(start, end) if end - start > 1 else (view.starts[start], view.ends[start])
            starts += [first] * len(new)
            ends += [last] * len(new)
        at = end
    texts.append(view.text[at:])
    starts += view.starts[at:]
    ends += view.ends[at:]
    return View("".join(texts), chain, tuple(starts), tuple(ends))


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
    if _LEET_SIGN.search(folded.text):
        chain = _and(folded, "leet")
        for letter, table in (("i", _LEET), ("l", _LEET_L)):
            text = _LEET_MARK.sub(letter, folded.text).translate(table)
            spellings.append(View(text, chain, folded.starts, folded.ends))
    yield from spellings[1:]
    for spelling in spellings:
        apart = decode.glued(spelling.text)
        if apart:
            yield _fold(_edited(spelling, apart, ()), _and(spelling, "split"))


def _decoded(view: View, folded: View) -> Iterator[View]:
    """`view` with what one reader can read in it put in its place, for each reader that can."""
    for name, reader in decode.READERS:
        edits = reader(view.text)
        if edits:
            yield _edited(view, _clipped(edits, len(view.text)), (*view.chain, name))
    words = set(_WORD.findall(folded.text))
    opaque = decode.has_opaque_word(view.text)
    if "rot13" not in view.chain:
        rotated = View(decode.rot13(view.text), (*view.chain, "rot13"), view.starts, view.ends)
        if decode.looks_rotated(words) or (opaque and decode.base64(rotated.text)):
            yield rotated
    if "reversed" not in view.chain:
        back = View(view.text[::-1], (*view.chain, "reversed"), view.starts[::-1], view.ends[::-1])
        if decode.looks_reversed(words) or (opaque and decode.base64(back.text)):
            yield back
            yield _words_reversed(view, back.chain)


def _words_reversed(view: View, chain: tuple[str, ...]) -> View:
    order = list(range(len(view.text)))
    for match in _ANY_WORD.finditer(view.text):
        order[match.start() : match.end()] = range(match.end() - 1, match.start() - 1, -1)
    return View(
        "".join([view.text[at] for at in order]),
        chain,
        [view.starts[at] for at in order],
        [view.ends[at] for at in order],
    )


def _and(view: View, step: str) -> tuple[str, ...]:
    return (step,) if view.chain == ("folded",) else (*view.chain, step)
