"""How replies look in a terminal: streamed text, marks with footnotes, notices in colour."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from adapters.base import N_, Annotation, Card, Final, Notice, Withdrawn
from adapters.text import printable, truncate

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
_MARK_NAMES = {
    "supported": N_("supported"),
    "contradicted": N_("contradicted"),
    "unverifiable": N_("unverifiable"),
    "quoted": N_("quoted"),
    "flagged": N_("flagged"),
}
_TONE_COLOURS = {"info": "36", "blocked": "33", "failed": "31"}
_WITHDRAWN_COLOUR = "31"

_ERASE_LINE = "\r\x1b[K"
_QUOTE = 60
"""Characters of a marked span that its footnote repeats."""
_PROGRESS_AFTER = 2.0
"""Seconds without a word of the reply before the time is shown."""


def plain(event: Reply) -> str:
    """A reply as text alone, for a pipe: no colour, no mark."""
    if isinstance(event, Final):
        return printable(event.text)
    # Nothing was shown before that could be called withdrawn.
    return printable(f"{event.text} [{event.incident}]" if event.incident else event.text)


class View:
    """Draws on a terminal through `write`. One reply grows at a time.

    Args:
        write: puts text, escape codes and all, on the screen at once.
        say: translates.
        colour: whether to colour; everything can be read without.
    """

    def __init__(self, write: Callable[[str], None], say: Say, *, colour: bool) -> None:
        self._write = write
        self._say = say
        self._colour = colour
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
            self._write(printable(text[len(self._shown) :]))
            self._shown = text

    def end(self, event: Reply) -> None:
        """Ends the reply on the screen with `event`."""
        self._clear_status()
        shown, self._shown = self._shown, ""
        if shown and isinstance(event, Final):
            if event.text.startswith(shown) or event.text.rstrip() == shown.rstrip():
                self._write(
                    printable(event.text[len(shown) :].rstrip()) + "\n" + self._footnotes(event) + "\n"
                )
                return
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
            return f"{self._marked(event).rstrip()}\n{self._footnotes(event)}"
        if isinstance(event, Card):
            lines = [event.title, *(f"{name}: {value}" for name, value in event.fields), *event.decided]
            return "".join(self._paint(line, _TONE_COLOURS["info"]) + "\n" for line in lines if line)
        if isinstance(event, Withdrawn):
            text = self._say(_WITHDRAWN_ABOVE).format(reason=event.text) if above else event.text
            text = self._paint(text, _WITHDRAWN_COLOUR)
        else:
            text = self._paint(event.text.rstrip(), _TONE_COLOURS[event.tone])
        return text + (" " + self._paint(f"[{event.incident}]", _DIM) if event.incident else "") + "\n"

    def _marked(self, event: Final) -> str:
        """The reply's text with each annotated span in its colour and a number behind it."""
        parts = []
        position = 0
        for number, mark in enumerate(_in_order(event.annotations), start=1):
            start, end = max(mark.start, position), max(mark.end, position)
            colour = _MARK_COLOURS[mark.mark]
            parts.append(printable(event.text[position:start]))
            parts.append(self._paint(event.text[start:end], colour))
            parts.append(self._paint(f"[{number}]", colour))
            position = end
        parts.append(printable(event.text[position:]))
        return "".join(parts)

    def _footnotes(self, event: Final) -> str:
        """A line for each annotation: number, mark, the words that it is about, note and source."""
        lines = []
        for number, mark in enumerate(_in_order(event.annotations), start=1):
            label = self._paint(f"[{number}] {self._say(_MARK_NAMES[mark.mark])}", _MARK_COLOURS[mark.mark])
            words = truncate(" ".join(event.text[mark.start : mark.end].split()), _QUOTE)
            note = f": “{words}” {mark.note}" + (f" ({mark.source})" if mark.source else "")
            lines.append(f"  {label}{printable(' '.join(note.split()))}\n")
        return "".join(lines)

    def _paint(self, text: str, colour: str) -> str:
        text = printable(text)
        return f"\x1b[{colour}m{text}\x1b[0m" if self._colour and text else text


def _in_order(annotations: Iterable[Annotation]) -> Sequence[Annotation]:
    return sorted(annotations, key=lambda mark: (mark.start, mark.end))
