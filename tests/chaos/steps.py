"""Where a worker may die between taking a message up and having answered it."""

from __future__ import annotations

from enum import Enum

LEASE = 2.0
"""Seconds. Long enough that a busy machine does not lose a living worker's claim."""


class Step(Enum):
    """In the order in which a turn comes by."""

    CLAIMED = "claimed"
    LOADED = "loaded"
    STARTED = "started"
    GUARDED = "guarded"
    ASKED = "asked"
    SHOWN = "shown"
    ANSWERED = "answered"
    BEFORE_COMMIT = "before-commit"
    AFTER_COMMIT = "after-commit"


def text_of(number: int, step: Step | None) -> str:
    """The text of a message at which a worker dies at `step`; None: it lives."""
    return f"{number}/{step.value if step else ''}".replace("/", "_")


def step_of(text: str) -> Step | None:
    """The step that a message's text names."""
    _, _, name = text.partition("_")
    return Step(name) if name else None


POISON = "poison"
"""The text of a message that kills every worker that answers it."""
