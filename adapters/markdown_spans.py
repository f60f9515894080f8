"""What in a paragraph of Markdown should not be cut apart: links, code, emphasis."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A piece that belongs together."""

    start: int
    end: int
    marks: str = ""
    """What closes it and opens it again where it must be cut; "" where nothing does."""

    @property
    def depth(self) -> int:
        """What is lost when it is cut: 1 the look of a text, which its marks give back; 2 code or a link."""
        return 1 if self.marks and self.marks[0] != "`" else 2


_TOKEN = re.compile(
    r"""\\[!-/:-@\[-`{-~]
    |(?P<code>`+)
    |(?P<atom><[^\s<>][^<>\r\n]*(?:>|\Z)
        |https?://[^\s<>()\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]*+
            (?:\([^\s<>()]*\)[^\s<>()\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]*+)*+
        |&(?:\#\w{1,8}|\w{2,31});
        |:\w{2,32}:)
    |(?P<open>!?\[)
    |(?P<close>\](?:
        \(\s*(?:<[^<>\r\n]*>|(?:[^\s()\\<]|\\.|\((?:[^\s()\\]|\\.)*+\))(?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.)*+\))*+)?
            (?:\s+(?:"[^"]*"|'[^']*'|\([^()]*\)))?\s*(?:\)|\Z)
        |\((?=(?:[^()]++|\([^()]*\))*+\(?[^()]*\Z)
        |\[[^\[\]]*(?:\]|\Z))?)
    |(?P<run>\*+|_+|~~+|\|\|)""",
    re.VERBOSE | re.DOTALL,
)
_MOST = 9
"""More emphasis than this is not open at once."""
_BACKTICKS = re.compile("`+")


@dataclass(slots=True)
class _Run:
    """Emphasis marks that wait for their partner."""

    start: int
    mark: str
    count: int
    """How many of them are left."""


def spans(text: str, *, longest: int) -> list[Span]:
    """The spans of a paragraph or, with `longest`, of the beginning of one, in order.

    What is open where the beginning ends is taken for a span that goes on: emphasis always, a link or code
    unless it would be longer than `longest`.
    """
    return _Scan(text, longest).spans()


class _Scan:
    def __init__(self, text: str, longest: int) -> None:
        self._text = text
        self._goes_on = longest > 0
        self._least = len(text) - longest
        self._found: list[Span] = []
        self._runs: list[_Run] = []
        self._waiting: dict[str, int] = {}
        self._brackets: list[int] = []
        self._backticks: dict[int, list[int]] = {}
        """Where a run of so many of them begins, the last first."""
        for match in reversed(list(_BACKTICKS.finditer(text))):
            self._backticks.setdefault(len(match[0]), []).append(match.start())

    def spans(self) -> list[Span]:
        at = 0
        while match := _TOKEN.search(self._text, at):
            at = match.end()
            kind = match.lastgroup
            if kind == "code":
                at = self._code(match)
            elif kind == "atom":
                self._piece(match.start(), at, closed=match[0][0] != "<" or match[0][-1] == ">")
            elif kind == "open":
                self._brackets.append(match.start())
            elif kind == "close":
                self._close(match)
            elif kind == "run":
                self._run(match.start(), at)
        if self._goes_on:
            end = len(self._text) + 1
            self._found += [Span(start, end) for start in self._brackets if start >= self._least][:1]
            self._found += [Span(run.start, end, run.mark * min(run.count, 3)) for run in self._runs[:_MOST]]
        return sorted(self._found, key=lambda span: (span.start, -span.end))

    def _end(self, at: int) -> int:
        """The end of a span that was read up to `at`."""
        return at + 1 if self._goes_on and at == len(self._text) else at

    def _piece(self, start: int, end: int, marks: str = "", *, closed: bool) -> None:
        """A link or code; one that is not `closed` only where it may be further on."""
        if closed:
            self._found.append(Span(start, self._end(end), marks))
        elif self._goes_on and start >= self._least:
            self._found.append(Span(start, len(self._text) + 1, marks))

    def _code(self, match: re.Match[str]) -> int:
        marks = match[0]
        closers = self._backticks.get(len(marks), [])
        while closers and closers[-1] < match.end():
            closers.pop()
        if closers:
            end = closers[-1] + len(marks)
            self._piece(match.start(), end, marks, closed=True)
            return end
        self._piece(match.start(), len(self._text), marks, closed=False)
        return match.end()

    def _close(self, match: re.Match[str]) -> None:
        if not self._brackets:
            return
        start = self._brackets.pop()
        if len(match[0]) > 1 or match.end() == len(self._text):
            closed = len(match[0]) > 1 and match[0][-1] in ")]"
            self._piece(start, match.end(), closed=closed)

    def _run(self, start: int, end: int) -> None:
        """Emphasis marks: the delimiter stack of CommonMark, without its "rule of three"."""
        before = self._text[start - 1] if start else " "
        after = self._text[end] if end < len(self._text) else "x" if self._goes_on else " "
        left = not after.isspace() and (after.isalnum() or not before.isalnum())
        right = not before.isspace() and (before.isalnum() or not after.isalnum())
        mark = self._text[start]
        opens, closes = left, right
        if mark == "_":
            opens = left and not (right and before.isalnum())
            closes = right and not (left and after.isalnum())
        elif mark in "~|":
            mark, start = mark * 2, max(start, end - 2)
        count = (end - start) // len(mark)
        if closes:
            while count and self._waiting.get(mark):
                count = self._pair(mark, count, end)
        if opens and count:
            self._runs.append(_Run(end - count * len(mark), mark, count))
            self._waiting[mark] = self._waiting.get(mark, 0) + 1

    def _pair(self, mark: str, count: int, end: int) -> int:
        """Closes the last run of `mark` that waits; how many of the closing marks are left."""
        while (run := self._runs[-1]).mark != mark:
            self._runs.pop()
            self._waiting[run.mark] -= 1
        used = 2 if run.count > 1 and count > 1 else 1
        run.count -= used
        left = count - used
        self._found.append(
            Span(run.start + run.count * len(mark), self._end(end - left * len(mark)), mark * used)
        )
        if not run.count:
            self._runs.pop()
            self._waiting[mark] -= 1
        return left
