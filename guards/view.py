"""A text read in another way, and where its characters come from: worked out only where somebody asks."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import TypeAlias, overload

Map: TypeAlias = tuple[Sequence[int], Sequence[int]]
"""For each character: where it begins in the original, and where it ends there, exclusive."""


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
        if "reversed" not in self.chain:
            return self.starts[start], self.ends[end - 1]
        return min(self.starts[start:end]), max(self.ends[start:end])


class _Blocks:
    """A map that is made block by block."""

    def __init__(self, lengths: Sequence[int], make: Callable[[int], Map]) -> None:
        self.starts = tuple(accumulate(lengths, initial=0))
        self._make = make
        self._made: dict[int, Map] = {}

    def block(self, index: int) -> Map:
        made = self._made.get(index)
        if made is None:
            made = self._made[index] = self._make(index)
        return made


class _Places(Sequence[int]):
    """One side of such a map."""

    __slots__ = ("_blocks", "_side")

    def __init__(self, blocks: _Blocks, side: int) -> None:
        self._blocks = blocks
        self._side = side

    def __len__(self) -> int:
        return self._blocks.starts[-1]

    @overload
    def __getitem__(self, at: int) -> int: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[int]: ...
    def __getitem__(self, at: int | slice) -> int | Sequence[int]:
        starts = self._blocks.starts
        if isinstance(at, slice):
            first, last, step = at.indices(len(self))
            if step != 1:
                return list(self)[at]
            if first >= last:
                return []
            begin, end = bisect_right(starts, first) - 1, bisect_right(starts, last - 1)
            parts = [self._blocks.block(index)[self._side] for index in range(begin, end)]
            found = parts[0] if len(parts) == 1 else list(chain.from_iterable(parts))
            return found[first - starts[begin] : last - starts[begin]]
        index = bisect_right(starts, at) - 1
        return self._blocks.block(index)[self._side][at - starts[index]]

    def __iter__(self) -> Iterator[int]:
        return chain.from_iterable(
            self._blocks.block(index)[self._side] for index in range(len(self._blocks.starts) - 1)
        )


def later(lengths: Sequence[int], make: Callable[[int], Map]) -> Map:
    """A map of blocks of so many characters, each of which is made by its number when one of its places is asked for."""
    blocks = _Blocks(lengths, make)
    return _Places(blocks, 0), _Places(blocks, 1)
