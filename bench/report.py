"""How figures are printed, and whether a bar holds."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import comb
from statistics import median

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Bar:
    """A limit that a figure must keep."""

    what: str
    figure: float
    limit: float
    unit: str
    at_least: bool = False
    """The figure must not be under the limit, instead of not over it."""

    @property
    def holds(self) -> bool:
        return self.figure >= self.limit if self.at_least else self.figure <= self.limit


@dataclass(slots=True)
class Report:
    """One part's table, and its bars."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)

    def row(self, *cells: str) -> None:
        self.rows.append(cells)


def spread(values: Sequence[float], digits: int = 1) -> str:
    """Lowest and median of several rounds: the lowest is what the code costs, the rest is the machine."""
    return f"{min(values):,.{digits}f} / {median(values):,.{digits}f}"


def around_median(values: Sequence[float]) -> tuple[float, float]:
    """Two of `values` that have the median of what they are drawn from between them in 95 % of all cases (sign test)."""
    ordered, count = sorted(values), len(values)
    outside, tail = 0, 1 / 2**count
    while tail <= 0.025:
        outside += 1
        tail += comb(count, outside) / 2**count
    return ordered[max(0, outside - 1)], ordered[min(count - 1, count - outside)]


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that `percent` of `values` do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100).__int__() - 1)]


def machine() -> str:
    """What it was measured on, and how busy that was."""
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {cores} cores, load {load}"


def show(report: Report) -> None:
    console = Console(highlight=False, width=110 if not os.isatty(1) else None)
    table = Table(title=report.title, title_justify="left", title_style="bold")
    for index, column in enumerate(report.columns):
        table.add_column(column, justify="right" if index else "left")
    for row in report.rows:
        table.add_row(*row)
    console.print(table)
    for note in report.notes:
        console.print(f"  {note}")
    for bar in report.bars:
        verdict = "[green]holds[/]" if bar.holds else "[red]does not hold[/]"
        sign, digits = ("≥", 2) if bar.at_least else ("≤", 1)
        limit, figure = f"{bar.limit:g} {bar.unit}".strip(), f"{bar.figure:,.{digits}f} {bar.unit}".strip()
        console.print(f"  {bar.what} {sign} {limit}: {figure}, {verdict}")
    console.print()
