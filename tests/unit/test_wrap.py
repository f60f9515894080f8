"""Words on lines: what a terminal shows of text that comes in pieces."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.utils import get_cwidth

from adapters.local.wrap import Wrapper


class Paper:
    """A terminal: what stands on its lines after all that was written to it."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.rows: list[list[str]] = [[]]
        self.row = self.column = 0

    def write(self, text: str) -> None:
        for token in re.findall(r"\x1b\[[0-9;]*[A-Za-z]|[\s\S]", text):
            if token == "\n":
                self._next_row()
            elif token == "\t":
                self.write(" " * (8 - self.column % 8))
            elif token == "\r":
                self.column = 0
            elif token == "\x1b[K":
                del self.rows[self.row][self.column :]
            elif token == "\x1b[J":
                del self.rows[self.row][self.column :], self.rows[self.row + 1 :]
            elif token.startswith("\x1b") and token.endswith("A"):
                self.row -= int(token[2:-1])
            elif token.endswith("G") and token.startswith("\x1b"):
                self.column = int(token[2:-1]) - 1
            elif not token.startswith("\x1b"):
                self._put(token)

    def _put(self, char: str) -> None:
        width = get_cwidth(char)
        if self.column + width > self.columns:
            self._next_row()
        if width:
            self.rows[self.row][self.column : self.column + width] = [char, *[""] * (width - 1)]
        self.column += width

    def _next_row(self) -> None:
        self.row += 1
        self.column = 0
        if self.row == len(self.rows):
            self.rows.append([])

    @property
    def lines(self) -> list[str]:
        return ["".join(row).rstrip() for row in self.rows]


def shown(*pieces: str, columns: int = 20) -> list[str]:
    paper, wrapper = Paper(columns), Wrapper(lambda: columns)
    for piece in pieces:
        paper.write(wrapper.lay(piece))
    return paper.lines


@pytest.mark.parametrize(
    ("pieces", "lines"),
    [
        (("",), [""]),
        (("one two three four five",), ["one two three four", "five"]),
        (("one two three fo", "ur five"), ["one two three four", "five"]),
        (("one two three four f", "ive"), ["one two three four", "five"]),
        # Nineteen columns are used of twenty.
        (("123456789 123456789 1",), ["123456789 123456789", "1"]),
        (("123456789 1234567890",), ["123456789", "1234567890"]),
        (("one\n\n  two\n",), ["one", "", "  two", ""]),
        (("one      two                          three",), ["one      two", "three"]),
        (("see https://example.org/a/long/way more",), ["see", "https://example.org/", "a/long/way more"]),
        (("    https://example.org/a/long/way",), ["    https://example.", "org/a/long/way"]),
        (("夜回りの人が鍵を持って歩く",), ["夜回りの人が鍵を持", "って歩く"]),
        (("a\tb\tcccccc d",), ["a       b", "cccccc d"]),
    ],
)
def test_lines_break_between_words(pieces: tuple[str, ...], lines: list[str]) -> None:
    assert shown(*pieces) == lines


def test_colours_take_no_room_and_move_with_their_word() -> None:
    red = "\x1b[31m"
    laid = Wrapper(lambda: 20).lay(f"one two three {red}four\x1b[0m {red}five\x1b[0m six")
    assert laid == f"one two three {red}four\x1b[0m \n{red}five\x1b[0m six"


def test_a_status_that_is_erased_leaves_a_whole_line() -> None:
    assert shown("\r\x1b[K… 12 s", "\r\x1b[K", "one two three four five") == ["one two three four", "five"]


WORDS = st.text(st.sampled_from("abcé. \n\n  "), max_size=120)


@given(WORDS, st.lists(st.integers(1, 9), max_size=120), st.integers(5, 40))
def test_however_a_text_comes_in_it_looks_the_same_and_is_the_same(
    text: str, sizes: list[int], columns: int
) -> None:
    pieces, rest = [], text
    for size in sizes:
        pieces.append(rest[:size])
        rest = rest[size:]
    lines = shown(*pieces, rest, columns=columns)
    assert lines == shown(text, columns=columns)
    if all(len(word) < columns for word in text.split()):
        assert " ".join(lines).split() == text.split()
        assert all(len(line) < columns for line in lines)


@given(
    st.text(st.sampled_from("ab夜\t. \n\n  "), max_size=120) | st.text(st.sampled_from("abc"), max_size=200),
    st.lists(st.integers(1, 9), max_size=20),
    st.integers(5, 40),
)
def test_what_was_taken_back_has_left_nothing_on_the_screen(
    text: str, sizes: list[int], columns: int
) -> None:
    paper, wrapper = Paper(columns), Wrapper(lambda: columns)
    paper.write(wrapper.lay("---\n"))
    wrapper.begin()
    for size in sizes:
        paper.write(wrapper.lay(text[:size]))
        text = text[size:]
    paper.write(wrapper.lay(text))
    height = len(paper.rows) - 1
    # What has scrolled off the screen, or was broken anew, cannot be taken back.
    assert wrapper.take_back(height - 1) == ""
    paper.write(wrapper.take_back(height))
    paper.write(wrapper.lay("new"))
    assert paper.lines == ["---", "new"]


def test_where_the_width_has_changed_nothing_is_taken_back() -> None:
    columns = 20
    wrapper = Wrapper(lambda: columns)
    wrapper.begin()
    wrapper.lay("one")
    columns = 30
    assert wrapper.take_back(10) == ""


@given(st.text(max_size=60), st.integers(1, 12))
def test_any_text_goes_on_any_terminal(text: str, columns: int) -> None:
    whole = Wrapper(lambda: columns).lay(text)
    assert "".join(whole.split()) == "".join(text.split())
    wrapper = Wrapper(lambda: columns)
    for char in text:
        wrapper.lay(char)
