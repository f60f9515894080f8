"""What the rules of the injection guard say of a text, without the models."""

from __future__ import annotations

import pytest

from guards.base import Finding, Stage, Subject, Task
from guards.injection import rules
from guards.injection.judge import Judge

GUARD = Judge()


def found(text: str, task: Task | None = None) -> Finding | None:
    """The surest finding, if there is one."""
    return next(iter(GUARD.check(Subject(text, Stage.INPUT, task=task))), None)


def score(text: str, task: Task | None = None) -> float:
    """Of the surest finding."""
    finding = found(text, task)
    return finding.score if finding else 0.0


def lengths_read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How long the texts are that the rules read from now on, one after the other."""
    read: list[int] = []
    fired = rules.fired

    def noted(text: str) -> list[int]:
        read.append(len(text))
        return fired(text)

    monkeypatch.setattr(rules, "fired", noted)
    return read
