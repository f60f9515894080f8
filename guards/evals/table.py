"""Shares with their intervals, and other figures of a list of scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan, sqrt


@dataclass(frozen=True, slots=True)
class Share:
    """A share of a count, with its 95 % Wilson interval (Wilson 1927)."""

    hits: int
    of: int

    def __str__(self) -> str:
        if not self.of:
            return "–"
        z, n, p = 1.959964, self.of, self.hits / self.of
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        low, high = max(0.0, middle - half), min(1.0, middle + half)
        return f"{100 * p:.1f} ({100 * low:.1f}–{100 * high:.1f})"


def share(scores: Sequence[float], least: float) -> Share:
    """How many of `scores` are at least `least`."""
    return Share(sum(score >= least for score in scores), len(scores))


def below(scores: Sequence[float], least: float) -> Share:
    """How many of `scores` are under `least`."""
    return Share(sum(score < least for score in scores), len(scores))


def right(attacks: Sequence[float], harmless: Sequence[float], least: float) -> Share:
    """How many of all texts are on the right side of `least`: the accuracy."""
    hits = share(attacks, least).hits + below(harmless, least).hits
    return Share(hits, len(attacks) + len(harmless))


def f1(attacks: Sequence[float], harmless: Sequence[float], least: float) -> float:
    """The harmonic mean of precision and recall at `least`."""
    found, wrong = share(attacks, least).hits, share(harmless, least).hits
    return 2 * found / (found + wrong + len(attacks)) if attacks else nan


def auc(attacks: Sequence[float], harmless: Sequence[float]) -> float:
    """How often an attack scores above a harmless text, ties counting half (Mann-Whitney)."""
    if not attacks or not harmless:
        return nan
    ranked = sorted([(score, 1) for score in attacks] + [(score, 0) for score in harmless])
    ranks, index = 0.0, 0
    while index < len(ranked):
        end = index
        while end < len(ranked) and ranked[end][0] == ranked[index][0]:
            end += 1
        ranks += (index + end + 1) / 2 * sum(label for _, label in ranked[index:end])
        index = end
    return (ranks - len(attacks) * (len(attacks) + 1) / 2) / (len(attacks) * len(harmless))


def recall_at(attacks: Sequence[float], harmless: Sequence[float], alarms: float) -> Share:
    """The recall at the threshold where no more than the share `alarms` of `harmless` is above it."""
    ranked = sorted(harmless, reverse=True)
    least = ranked[int(len(ranked) * alarms)]
    return Share(sum(score > least for score in attacks), len(attacks))
