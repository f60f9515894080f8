"""The linear model: what n-grams and ideas say about a text, in tens of microseconds."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import ne
from pathlib import Path

import numpy as np
import numpy.typing as npt

from guards.injection.features import (
    MOST_WINDOWS,
    SHORT_IDEA_FEATURES,
    Features,
    features,
    idea_features,
    windows,
)
from guards.normalize import AS_WRITTEN, CLOSE, JUDGED, View, fold

WEIGHTS = Path(__file__).parent.parent / "weights" / "injection.npz"

MOST_READ, OTHERS = 16, 6
"""Windows of all views together that are read, or those of the first view and so many more."""

DECODED = frozenset({"html", "escapes", "url", "hex"})
HIDES = 1.0
"""How much worse a text must be without its odd spelling, as a logit, before that counts as hiding something."""
REWRITTEN = frozenset({"emoji", "joined", "camel"})
"""Views that say better what a short text says, where they hold the whole of it: as it is written it looks odd, whatever it
says."""
HELD = 0.95
"""A view that has so many of the letters and digits of a text holds the whole of it."""
RESPELT = 0.1
"""Where so many characters stand for others in leetspeak, the view of it says better, too, what a short text says."""
CODE = 0.15
"""Where a text could be decoded, a window as it is written with fewer letters from g to z is code for something."""
_WORDLIKE = str.maketrans("", "", "ghijklmnopqrstuvwyz")

FEWEST = 5
"""Words and marks of the shortest text that the model has an opinion about."""

KINDS = ("override", "role_play", "prompt_extraction", "task_hijack", "indirect")
"""What the model can name; in the order of its table."""


_LETTERS = "".join(map(chr, range(0xA0, 0x3400)))
"""Most letters and signs that somebody may write noise in: folding each for the first time takes two microseconds."""
_SENTENCE = re.compile(r"[^.!?;。！？\n]+[.!?;。！？\n]*")
SHORTEST = 12
"""Characters of the shortest sentence that is pointed at."""
PART, PART_STRIDE = 400, 100
"""Characters of a window that are looked at any closer where the text was dear to read, and of the steps to find them in."""
MOST_SENTENCES = 10
"""Sentences of a window of which each is read alone: the longest."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model makes of a text: of its worst window, in its worst view."""

    logit: float
    """The higher, the surer; not calibrated."""
    view: View
    start: int
    end: int
    """The window's span in the view."""

    @property
    def window(self) -> str:
        """The window's text, as it is seen."""
        return self.view.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Model:
    """Tables of weights, as `guards.training.injection` writes them."""

    chars: npt.NDArray[np.int8]
    words: npt.NDArray[np.int8]
    ideas: npt.NDArray[np.int8]
    scales: tuple[float, float, float]
    """What one step of each table is worth."""
    bias: float
    calibration: tuple[float, float, float]
    """Log-odds = first · logit + second · score of the rules + third."""
    kinds: npt.NDArray[np.float32]
    """One row for each of `KINDS`: weights of single and paired ideas, and a constant at the end."""

    def logit(self, seen: Features) -> float:
        """What the window says; 0 is where attacks and harmless texts of the training weigh the same."""
        if seen.length < FEWEST:
            return self.bias
        chars, words, ideas = self.scales
        return (
            self.bias
            + chars * _sum(self.chars, seen.chars) / math.sqrt(max(1, len(seen.chars)))
            + words * _sum(self.words, seen.words) / math.sqrt(max(1, len(seen.words)))
            + ideas * _sum(self.ideas, seen.ideas) / math.sqrt(4 * seen.length + 10)
        )

    def kind(self, reading: Reading) -> str:
        """Which of `KINDS` the window is most like."""
        seen = idea_features(reading.window)
        short = seen[seen < SHORT_IDEA_FEATURES]
        scores = self.kinds[:, short].sum(axis=1) / math.sqrt(max(1, len(short))) + self.kinds[:, -1]
        return KINDS[int(scores.argmax())]

    def read(self, views: Sequence[View]) -> Reading:
        """The worst window of all `views`, folded ones."""
        worst: tuple[float, int, int, View] | None = None
        plain = -math.inf
        # Where all is hidden, what is to be seen is no text.
        views = [view for view in views if view.text] or views
        decoded = any(view.chain[0] in DECODED for view in views)
        for view, start, end in chosen(views):
            window = view.text[start:end]
            coded = decoded and AS_WRITTEN.issuperset(view.chain) and _is_code(window)
            logit = self.bias if coded else self.logit(features(window))
            if view.chain == ("folded",):
                plain = max(plain, logit)
            if worst is None or logit > worst[0]:
                worst = (logit, start, end, view)
        assert worst is not None, "a text has at least one view"
        logit, start, end, view = worst
        if logit - plain < HIDES and AS_WRITTEN.issuperset(view.chain):
            # As it stands the text says as much: nothing is hidden in it.
            view = replace(view, chain=("folded",))
        return Reading(logit, view, start, end)

    def worst_part(self, reading: Reading) -> Reading:
        """`reading` with its window cut to the worst `PART` characters of it."""
        starts = range(reading.start, max(reading.start, reading.end - PART) + 1, PART_STRIDE)
        parts = [(start, min(start + PART, reading.end)) for start in starts]
        text = reading.view.text
        start, end = max(parts, key=lambda part: self.logit(features(text[part[0] : part[1]])))
        return replace(reading, start=start, end=end)

    def place(self, reading: Reading) -> tuple[int, int]:
        """The span in the original of the worst sentence in the window; of all of it where none is long enough."""
        view, start, end = reading.view, reading.start, reading.end
        sentences = [
            match.span()
            for match in _SENTENCE.finditer(view.text, start, end)
            if match.end() - match.start() >= SHORTEST
        ]
        if len(sentences) > MOST_SENTENCES:
            sentences = sorted(sentences, key=lambda span: span[0] - span[1])[:MOST_SENTENCES]
        if len(sentences) > 1:
            start, end = max(sentences, key=lambda span: self.logit(features(view.text[span[0] : span[1]])))
        return view.span(start, end)

    def probability(self, logit: float, rules: float, shift: float = 0.0) -> float:
        """How likely an attack is, after what the model and the rules say; `shift` is added to the log-odds."""
        model, evidence, constant = self.calibration
        odds = model * logit + evidence * rules + constant + shift
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


def chosen(views: Sequence[View]) -> Iterator[tuple[View, int, int]]:
    """The windows of `views` that are read, each text once: those of `JUDGED` characters of views, or one view more; of other
    views than the first where they are most dangerous, when they were more than `MOST_READ` and `OTHERS` allow."""
    odd = _odd(views)
    seen: set[tuple[str, bool]] = set()
    room = JUDGED
    most = 0
    for view in views:
        if view.chain in odd:
            continue
        written = AS_WRITTEN.issuperset(view.chain)
        left = most - len(seen) if seen else MOST_WINDOWS
        new = _new(view, windows(view.text), written, seen)
        if len(new) > left:
            new = _new(view, windows(view.text, left), written, seen) if left > 0 else []
        for start, end in new:
            seen.add((view.text[start:end], written))
            yield view, start, end
        most = most or max(MOST_READ, len(new) + OTHERS)
        room -= len(view.text)
        if room <= 0:
            break


def _odd(views: Sequence[View]) -> Collection[tuple[str, ...]]:
    """The chains of those `views` of a short text that are not read: another holds what they say, and looks less odd."""
    plain = next((view.text for view in views if view.chain == ("folded",)), "")
    if not plain or len(plain) > CLOSE:
        return ()
    respelt = next((view.text for view in views if view.chain == ("leet",)), plain)
    if sum(map(ne, plain, respelt)) > RESPELT * len(plain):
        return [("folded",)]
    rewritten = [view for view in views if len(view.chain) == 1 and view.chain[0] in REWRITTEN]
    if not rewritten:
        return ()
    # Of a text with few such places a view may hold their surroundings alone.
    letters = sum(map(str.isalnum, plain))
    whole = {view.chain for view in rewritten if sum(map(str.isalnum, view.text)) >= HELD * letters}
    if ("joined",) in whole:
        # The signs between letters that were kept apart are no blanks.
        return ("folded",), ("split",)
    return [("folded",)] if whole else ()


def _new(
    view: View, spans: Sequence[tuple[int, int]], written: bool, seen: Collection[tuple[str, bool]]
) -> list[tuple[int, int]]:
    """Those of `spans` whose texts were not read before, each text once."""
    new: dict[tuple[str, bool], tuple[int, int]] = {}
    for start, end in spans:
        new.setdefault((view.text[start:end], written), (start, end))
    return [span for each, span in new.items() if each not in seen]


def _is_code(text: str) -> bool:
    return text.isascii() and len(text) - len(text.translate(_WORDLIKE)) < CODE * len(text)


def _sum(table: npt.NDArray[np.int8], indices: npt.NDArray[np.intp]) -> int:
    return int(table[indices].sum(dtype=np.int64))


@lru_cache(maxsize=1)
def model() -> Model:
    """The model that is shipped; read once, when it is first needed."""
    fold(_LETTERS)
    with np.load(WEIGHTS) as stored:
        numbers = [float(number) for number in stored["numbers"]]
        return Model(
            stored["chars"],
            stored["words"],
            stored["ideas"],
            (numbers[0], numbers[1], numbers[2]),
            numbers[3],
            (numbers[4], numbers[5], numbers[6]),
            stored["kinds"].astype(np.float32),
        )
