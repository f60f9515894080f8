"""How replies look in a terminal: streamed text, marks with a list under it, notices in colour."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TypeAlias

from adapters.base import N_, Card, Final, Notice, Withdrawn
from adapters.marks import SIGNS, Marks, Stop, marks_on
from adapters.text import printable

Reply: TypeAlias = Final | Notice | Withdrawn
"""What ends a turn."""

Say: TypeAlias = Callable[[str], str]
"""A sentence in English → the same in the reader's language."""

_CHANGED = N_("The text above was changed. This is the whole reply:")
_WITHDRAWN_ABOVE = N_("The text above was withdrawn: {reason}")

# Select Graphic Rendition parameters (ECMA-48, 8.3.117).
_DIM = "2"
_MARK_COLOURS = {
    "supported": "32",
    "contradicted": "31",
    "unverifiable": "33",
    "quoted": "36",
    "flagged": "35",
}
_SIGN_COLOURS = {SIGNS[kind]: colour for kind, colour in _MARK_COLOURS.items()}
_TONE_COLOURS = {"info": "36", "blocked": "33", "failed": "31"}
_WITHDRAWN_COLOUR = "31"

_ERASE_LINE = "\r\x1b[K"
_LIST = 20_000
"""Characters of the list of marks."""
_PROGRESS_AFTER = 2.0
"""Seconds without a word of the reply before the time is shown."""


def plain(event: Reply) -> str:
    """A reply as text alone, for a pipe: no colour, and its marks as on a terminal."""
    if isinstance(event, Final):
        marks = marks_on(event.text, event.annotations)
        lines = [f"  {line}" for line in marks.listed(_LIST)]
        return printable("\n".join([marks.marked.rstrip("\n"), *lines]) if lines else event.text)
    # Nothing was shown before that could be called withdrawn.
    return printable(f"{event.text} [{event.incident}]" if event.incident else event.text)


class View:
    """Draws on a terminal through `write`. One reply grows at a time.

    Args:
        write: puts text, escape codes and all, on the screen at once.
        say: translates.
        colour: whether to colour; everything can be read without.
        begin: called before what `take_back` takes off the screen; it says whether it could.
    """

    def __init__(
        self,
        write: Callable[[str], None],
        say: Say,
        *,
        colour: bool,
        begin: Callable[[], None],
        take_back: Callable[[], bool],
    ) -> None:
        self._write = write
        self._say = say
        self._colour = colour
        self._begin = begin
        self._take_back = take_back
        self._shown = ""
        self._status = False

    @property
    def growing(self) -> bool:
        """Whether part of a reply is on the screen and its end is not."""
        return bool(self._shown)

    def started(self) -> None:
        """Shows that work on the reply has begun."""
        self._show_status("…")

    def tick(self, seconds: float) -> None:
        """Shows how long the reply has been waited for, once it is worth saying."""
        if seconds >= _PROGRESS_AFTER:
            self._show_status(f"… {int(seconds)} s")

    def grow(self, text: str) -> None:
        """Shows what is new in `text`, the whole reply so far.

        Text that does not go on from what is on the screen waits for the end of the reply.
        """
        if len(text) > len(self._shown) and text.startswith(self._shown):
            self._clear_status()
            if not self._shown:
                self._begin()
            self._write(printable(text[len(self._shown) :]))
            self._shown = text

    def end(self, event: Reply) -> None:
        """Ends the reply on the screen with `event`."""
        self._clear_status()
        shown, self._shown = self._shown, ""
        if shown and isinstance(event, Final):
            if event.annotations and self._take_back():
                shown = ""
            elif event.text.startswith(shown) or event.text.rstrip() == shown.rstrip():
                rest = printable(event.text[len(shown) :].rstrip())
                # The words have no signs, so that the list repeats them.
                listed = self._listed(marks_on(event.text, event.annotations), words=True)
                self._write(f"{rest}\n{listed}\n")
                return
            else:
                self._write("\n" + self._paint(self._say(_CHANGED), _DIM))
        if shown:
            self._write("\n")
        self._write(self._render(event, above=bool(shown)) + "\n")

    def block(self, event: Reply | Card, header: str = "") -> None:
        """Shows an event that belongs to no reply on the screen, under `header` if there is one."""
        self._clear_status()
        if header:
            self._write(self._paint(header, _DIM) + "\n")
        self._write(self._render(event) + "\n")

    def sentence(self, text: str) -> None:
        """Shows a sentence of the terminal itself; a reply on the screen ends there."""
        self._clear_status()
        if self._shown:
            self._shown = ""
            self._write("\n")
        self._write(self._paint(text, _TONE_COLOURS["info"]) + "\n\n")

    def banner(self, text: str) -> None:
        """Shows what stands above the chat."""
        self._write(self._paint(text, _DIM) + "\n")

    def _show_status(self, text: str) -> None:
        if not self._shown:
            self._write(_ERASE_LINE + self._paint(text, _DIM))
            self._status = True

    def _clear_status(self) -> None:
        if self._status:
            self._write(_ERASE_LINE)
            self._status = False

    def _render(self, event: Reply | Card, *, above: bool = False) -> str:
        """`event` as a block of whole lines; `above`: part of the reply stands above it."""
        if isinstance(event, Final):
            marks = marks_on(event.text, event.annotations)
            return f"{self._marked(marks).rstrip()}\n{self._listed(marks)}"
        if isinstance(event, Card):
            lines = [event.title, *(f"{name}: {value}" for name, value in event.fields), *event.decided]
            return "".join(self._paint(line, _TONE_COLOURS["info"]) + "\n" for line in lines if line)
        if isinstance(event, Withdrawn):
            text = self._say(_WITHDRAWN_ABOVE).format(reason=event.text) if above else event.text
            text = self._paint(text, _WITHDRAWN_COLOUR)
        else:
            text = self._paint(event.text.rstrip(), _TONE_COLOURS[event.tone])
        return text + (" " + self._paint(f"[{event.incident}]", _DIM) if event.incident else "") + "\n"

    def _marked(self, marks: Marks) -> str:
        """The reply's text, what is marked in its colour, with the signs."""
        text, last = marks.text, len(marks.text)
        spans = [mark.annotation for stop in marks.stops for mark in stop.marks]
        stops = {stop.place.at: stop for stop in marks.stops}
        ends = (min(end, last) for span in spans for end in (span.start, span.end))
        parts = []
        for start, end in pairwise(sorted({0, last, *stops, *ends})):
            parts.append(self._signs(stops.get(start)))
            over = next((span for span in spans if span.start <= start and end <= span.end), None)
            words = text[start:end]
            parts.append(self._paint(words, _MARK_COLOURS[over.mark]) if over else printable(words))
        return "".join(parts) + self._signs(stops.get(last))

    def _signs(self, stop: Stop | None) -> str:
        if stop is None:
            return ""
        signs = (self._paint(mark.sign, _MARK_COLOURS[mark.annotation.mark]) for mark in stop.marks)
        return stop.place.before + "".join(signs) + stop.place.after

    def _listed(self, marks: Marks, *, words: bool = False) -> str:
        """The list of the marks, each line with its sign in colour."""
        lines = []
        for line in marks.listed(_LIST, words=words):
            label, space, rest = line.partition(" ")
            lines.append(
                f"  {self._paint(label, _SIGN_COLOURS.get(label[0], _DIM))}{space}{printable(rest)}\n"
            )
        return "".join(lines)

    def _paint(self, text: str, colour: str) -> str:
        text = printable(text)
        return f"\x1b[{colour}m{text}\x1b[0m" if self._colour and text else text
