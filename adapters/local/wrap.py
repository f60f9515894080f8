"""Lines that break between words, of text that comes in pieces."""

from __future__ import annotations

import re
from collections.abc import Callable

from prompt_toolkit.utils import get_cwidth

_PIECE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\s\S]")
_TAB = 8
_JOINER = "\u200d"


class Wrapper:
    """Knows where the cursor is, and begins a new line before a word that does not fit.

    A piece may end within a word: it is shown, and taken to the next line when the rest does not fit. A word
    longer than a line breaks where the terminal breaks it. Wide characters are words of their own.
    """

    def __init__(self, columns: Callable[[], int]) -> None:
        """`columns`: how wide the terminal is now. The cursor is at the beginning of a line."""
        self._columns = columns
        self._out: list[str] = []
        self._column = 0
        self._inked = False
        """Whether something stands before the word on its line."""
        self._word = ""
        """The word that the cursor is in, with its colours."""
        self._width = 0
        self._written = 0
        """How much of `_word` is on the screen."""
        self._rows = 0
        """Lines that were begun since `begin`,"""
        self._begun = 0
        """when a line had so many columns."""

    def begin(self) -> None:
        """What follows may be taken back. The cursor is at the beginning of a line."""
        self._rows, self._begun = 0, max(1, self._columns())

    def take_back(self, rows: int) -> str:
        """What to write so that nothing is left of what came since `begin`; "" where it no longer fits on the screen,
        which has `rows` lines, or their width has changed.
        """
        columns = max(1, self._columns())
        above = self._rows + max(0, self._column + self._width - 1) // columns
        if columns != self._begun or above >= rows:
            return ""
        self._column, self._inked, self._word, self._width, self._written = 0, False, "", 0, 0
        return (f"\x1b[{above}A" if above else "") + "\r\x1b[J"

    def lay(self, text: str) -> str:
        """What to write for `text`: no longer than a line, and some of the line again where a word moves."""
        # The last column stays free: what a terminal does after it differs.
        edge = max(1, self._columns() - 1)
        for piece in _PIECE.findall(text):
            if piece in "\r\n":
                self._end(edge)
                self._out.append(piece)
                self._rows += piece == "\n"
                self._column, self._inked = 0, False
            elif piece in " \t":
                self._end(edge)
                width = 1 if piece == " " else _TAB - self._column % _TAB
                if self._column + width <= edge:
                    self._out.append(piece)
                    self._column += width
            elif piece.startswith("\x1b") and not piece.endswith("m"):
                self._end(edge)
                self._out.append(piece)
            else:
                width = 0 if piece.startswith("\x1b") else get_cwidth(piece)
                if width > 1 and not self._word.endswith(_JOINER):
                    self._end(edge)
                self._word += piece
                self._width += width
        self._show(edge)
        written = "".join(self._out)
        self._out.clear()
        return written

    def _show(self, edge: int) -> None:
        """Writes what is not yet written of the word, on the next line when it does not fit."""
        if self._column + self._width > edge and self._inked:
            if self._written:
                self._out.append(f"\x1b[{self._column + 1}G\x1b[K")
            self._out.append("\n")
            self._rows += 1
            self._column, self._inked, self._written = 0, False, 0
        self._out.append(self._word[self._written :])
        self._written = len(self._word)

    def _end(self, edge: int) -> None:
        """The word is complete."""
        self._show(edge)
        self._column += self._width
        if self._column > edge + 1:
            self._rows += (self._column - 1) // (edge + 1)
            self._column = (self._column - 1) % (edge + 1) + 1
        self._inked = self._inked or self._width > 0
        self._word, self._width, self._written = "", 0, 0
