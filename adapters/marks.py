"""What the guards say about a reply: signs with numbers at its words, and a list under it. Pure: no network."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from adapters.base import N_, Annotation
from adapters.markdown_places import Place, Places
from adapters.text import truncate

SIGNS = {"supported": "✓", "contradicted": "✗", "unverifiable": "⚠", "quoted": "❝", "flagged": "⚑"}
NAMES = {
    "supported": N_("supported"),
    "contradicted": N_("contradicted"),
    "unverifiable": N_("unverifiable"),
    "quoted": N_("quoted"),
    "flagged": N_("flagged"),
}

MOST_LINES = 20
"""Of a list; what is weightiest comes first."""
MOST_MARKS = 60
_WEIGHT = ("contradicted", "flagged", "unverifiable", "supported", "quoted")
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_SIGNED = re.compile(rf"\u00a0?(?:[{''.join(SIGNS.values())}][⁰¹²³⁴⁵⁶⁷⁸⁹]+)+(?:\u00a0(?=[*_~|]))?")
_NOTE_LIMITS = (300, 200, 120, 80, 40)
"""Characters of a note; fewer where the list would be too long."""
_SOURCE = 100
_WORDS = 60
_MOST_WORDS = 3
"""Of how many marks on one line the words are repeated."""

Shown = Callable[[str, int], str]
"""Somebody's words as they may stand in the list, and in how many characters."""


@dataclass(frozen=True, slots=True)
class Mark:
    """An annotation and the number that it has in its reply."""

    annotation: Annotation
    number: int = 0
    """0: it is about the whole reply, and no sign stands in the text."""

    @property
    def sign(self) -> str:
        """What stands behind the words."""
        return SIGNS[self.annotation.mark] + str(self.number).translate(_SUPERSCRIPT)


@dataclass(frozen=True, slots=True)
class Stop:
    """A place in the text with all signs that stand there."""

    place: Place
    marks: tuple[Mark, ...]

    @property
    def text(self) -> str:
        """What is put into the text."""
        return self.place.before + "".join(mark.sign for mark in self.marks) + self.place.after


@dataclass(frozen=True, slots=True)
class Marks:
    """All that is said about one reply."""

    text: str
    """Of the reply."""
    stops: tuple[Stop, ...] = ()
    """In the order of the text."""
    groups: tuple[tuple[Mark, ...], ...] = ()
    """Marks that say the same: a line of the list each."""
    left: int = 0
    """How many annotations are too many to be shown."""

    @property
    def marked(self) -> str:
        """The text with its signs."""
        parts, at = [], 0
        for stop in self.stops:
            parts += [self.text[at : stop.place.at], stop.text]
            at = stop.place.at
        return "".join(parts) + self.text[at:]

    @property
    def weightiest(self) -> str:
        """The kind of mark that matters most; "" where there is none."""
        there = {group[0].annotation.mark for group in self.groups}
        return next((kind for kind in _WEIGHT if kind in there), "")

    def listed(self, room: int, shown: Shown = truncate, *, words: bool = False) -> list[str]:
        """The list under the reply, a line each, in at most `room` characters.

        `words`: the lines repeat what they are about, for there are no signs in the text.
        """
        more = [f"… +{self.left}"] if self.left else []
        lines: list[str] = []
        for limit in _NOTE_LIMITS:
            lines = [self._line(group, limit, shown, words) for group in self.groups] + more
            if len("\n".join(lines)) <= room:
                return lines
        while len("\n".join(lines)) > room:
            # Each is short: this is a very small room.
            del lines[-1]
        return lines

    def _line(self, group: Sequence[Mark], limit: int, shown: Shown, words: bool) -> str:
        first = group[0].annotation
        label = SIGNS[first.mark]
        if words:
            said = [shown(_flat(self.words(mark)), _WORDS) for mark in group if mark.number]
            label += "".join(f" “{each}”" for each in said[:_MOST_WORDS])
            label += " …" if len(said) > _MOST_WORDS else ""
        elif group[0].number:
            label += " " + numbers_of(group)
        note = shown(_flat(first.note), limit)
        source = f" ({shown(_flat(first.source), min(_SOURCE, limit))})" if first.source.strip() else ""
        # A label without a number is a sign alone.
        return f"{label}{':' if len(label) > 1 else ''} {note}{source}"

    def words(self, mark: Mark) -> str:
        """What a mark is about."""
        return self.text[mark.annotation.start : mark.annotation.end]


def marks_on(text: str, annotations: Sequence[Annotation]) -> Marks:
    """The marks on `text`, which is Markdown: numbered in its order; those that say the same share a line."""
    if not annotations:
        return Marks(text)
    found = list(dict.fromkeys(annotations))
    kept = _weightiest(found)
    places = Places(text)
    placed: dict[Place, list[Annotation]] = {}
    general: list[Mark] = []
    for each in sorted(kept, key=lambda each: (each.end, each.start)):
        if text[each.start : each.end].strip():
            placed.setdefault(places.behind(each.end), []).append(each)
        else:
            general.append(Mark(each))
    stops, number = [], 0
    for place in sorted(placed, key=lambda place: place.at):
        marks = [Mark(each, number) for number, each in enumerate(placed[place], number + 1)]
        number += len(marks)
        stops.append(Stop(place, tuple(marks)))
    groups: dict[tuple[bool, tuple[str, ...]], list[Mark]] = {}
    for mark in [*(mark for stop in stops for mark in stop.marks), *general]:
        groups.setdefault((mark.number > 0, _saying(mark.annotation)), []).append(mark)
    return Marks(text, tuple(stops), tuple(map(tuple, groups.values())), len(found) - len(kept))


def unmarked(text: str) -> str:
    """What the bot wrote, without the signs in it."""
    return _SIGNED.sub("", text)


def numbers_of(marks: Sequence[Mark]) -> str:
    """The numbers of marks, in order: "1–3, 7"."""
    runs: list[list[int]] = []
    for mark in marks:
        if runs and mark.number == runs[-1][-1] + 1:
            runs[-1].append(mark.number)
        else:
            runs.append([mark.number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def _weightiest(annotations: Sequence[Annotation]) -> list[Annotation]:
    """No more than can be shown; those of one line go together."""
    kept: list[Annotation] = []
    lines: set[tuple[str, ...]] = set()
    for each in sorted(annotations, key=lambda each: _WEIGHT.index(each.mark)):
        line = _saying(each)
        if len(kept) < MOST_MARKS and (line in lines or len(lines) < MOST_LINES):
            lines.add(line)
            kept.append(each)
    return kept


def _saying(annotation: Annotation) -> tuple[str, ...]:
    """What marks on one line have in common."""
    return annotation.mark, annotation.note, annotation.source


def _flat(text: str) -> str:
    return " ".join(text.split())
