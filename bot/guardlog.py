"""Cases: what the guards found, for moderators to read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from bot.policy import Decision
from guards.base import Stage

EXCERPT_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class CaseFinding:
    """One finding of a case."""

    guard: str
    code: str
    score: float
    explanation: str
    source: str
    """Whose words it was found in (see `guards.base.Source`)."""
    excerpt: str
    """The found span, redacted."""
    views: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """What the guards found in one message or one reply."""

    turn: str
    at: float
    """Unix seconds."""
    conversation: str
    """The conversation's key."""
    author_id: str
    author_name: str
    direction: Literal["input", "output"]
    action: str
    would: str
    """What would have been done without shadow mode."""
    findings: tuple[CaseFinding, ...]
    failures: tuple[tuple[str, str], ...]
    """Guards that failed, each with its error."""
    excerpt: str
    """The beginning of the text, redacted."""
    link: str
    """The message's id on its platform."""
    model: str
    id: str = ""
    """Time-ordered; given by the store."""


_REDACTIONS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"), "[e-mail]"),
    (re.compile(r"\b(?:sk|xox[abp]|ghp|gho|AKIA|AIza)[-_A-Za-z0-9]{12,200}"), "[key]"),
    (re.compile(r"\b[A-Za-z0-9_-]{24,28}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40}\b"), "[key]"),
    (re.compile(r"(?<![\w.])\+?\d[\d .()-]{7,18}\d(?!\w)"), "[number]"),
)


def redact(text: str, limit: int = EXCERPT_CHARACTERS) -> str:
    """The beginning of `text` on one line, with addresses, keys and long numbers masked."""
    # Masking needs some text beyond the cut, so that half a key at the edge is not left standing.
    head = " ".join(text[: limit + 300].split())
    for pattern, mask in _REDACTIONS:
        head = pattern.sub(mask, head)
    return head if len(head) <= limit else head[: limit - 1] + "…"


def case_of(
    decision: Decision,
    *,
    turn: str,
    at: float,
    conversation: str,
    author_id: str,
    author_name: str,
    text: str,
    link: str,
    model: str,
) -> Case | None:
    """The case for a decision; None when there is nothing to tell."""
    if not decision.findings and not decision.failures:
        return None
    return Case(
        turn=turn,
        at=at,
        conversation=conversation,
        author_id=author_id,
        author_name=redact(author_name, 80),
        direction="input" if decision.stage is Stage.INPUT else "output",
        action=decision.action.word,
        would=decision.would.word,
        findings=tuple(
            CaseFinding(
                finding.guard,
                finding.code,
                round(finding.score, 3),
                finding.explanation,
                subject.source,
                redact(subject.text[finding.start : finding.end], 120),
                finding.views,
            )
            for finding, subject in decision.findings[:10]
        ),
        failures=decision.failures,
        excerpt=redact(text),
        link=link,
        model=model,
    )
