"""What was worked out of texts that come again: passages are compared with one claim after the other."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

Result = TypeVar("Result")

LONGEST = 4_000
"""Characters of a text of which anything is remembered."""


def remembered(work: Callable[[str], Result], most: int) -> Callable[[str], Result]:
    """`work`, which remembers what it has made of the last `most` texts; of long ones nothing."""
    cached = lru_cache(maxsize=most)(work)
    return lambda text: cached(text) if len(text) <= LONGEST else work(text)
