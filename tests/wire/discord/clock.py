"""Time that a test can move."""

from __future__ import annotations

import time
from datetime import UTC, datetime

DISCORD_EPOCH = 1_420_070_400_000
"""Milliseconds: the first of January 2015, where snowflakes begin."""


class MovableClock:
    """The real time plus what the test added."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        """Unix seconds."""
        return time.time() + self.ahead

    def advance(self, seconds: float) -> None:
        self.ahead += seconds


def iso(seconds: float) -> str:
    """ISO 8601 as Discord writes it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")


def from_iso(text: str) -> float:
    """Unix seconds.

    Raises:
        ValueError: `text` is no ISO 8601 time.
    """
    value = datetime.fromisoformat(text)
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()


def snowflake_time(snowflake: int) -> float:
    """Unix seconds at which `snowflake` was made."""
    return ((snowflake >> 22) + DISCORD_EPOCH) / 1000
