"""What every guard speaks. Standard library only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Literal, Protocol, TypeAlias


def N_(sentence: str) -> str:  # noqa: N802 - the name that extraction tools look for
    """Marks a sentence that people read for the catalogue of whoever shows it."""
    return sentence


class Stage(Enum):
    """When a guard looks: before the model (INPUT) or at the model's words (OUTPUT)."""

    INPUT = "input"
    OUTPUT = "output"


Source: TypeAlias = Literal["author", "quoted", "document", "image", "name", "model"]
"""Whose words a text is: the member's own, quoted or forwarded, a document's, text in an image, a
display name, or the model's. Each may have thresholds of its own: a guard says how sure it is, whosever words they
are, and policy says what follows (`bot.policy.GuardRule.sources`)."""


@dataclass(frozen=True, slots=True)
class Line:
    """One earlier line of the conversation."""

    role: Literal["member", "bot"]
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A passage that the reply may rest on."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Task:
    """What the bot was asked to do with a text: a command and the data that it works on."""

    name: str
    """One of "chat", "complete", "translate", "summarize"."""
    data: str
    """The member's text that the task is about; data, never an instruction."""
    language: str = ""
    """translate: the language to translate to."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A text to look at, with what a guard may need to judge it."""

    text: str
    stage: Stage
    source: Source = "author"
    question: str = ""
    """OUTPUT: the message that is being answered."""
    conversation: tuple[Line, ...] = ()
    """What was said before, the newest last; INPUT: by the same member, and to them."""
    evidence: tuple[Document, ...] = ()
    task: Task | None = None
    system_prompt: str = ""
    canary: str = ""
    """A random word that stands in the system prompt and nowhere else; "" when there is none."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a guard found."""

    guard: str
    code: str
    """What it is, a stable word: "override", "prompt_extraction", "canary", …"""
    score: float
    """0…1: how sure the guard is that this is what `code` says."""
    start: int
    end: int
    """Span in the original text, in characters, end exclusive."""
    explanation: str
    """One sentence for a moderator, in English: a message id of the catalogue, without values in it."""
    views: tuple[str, ...] = ()
    """How the text had to be read to see it: the chain of decodings, e.g. ("base64", "rot13")."""
    case: int = 0
    """The number of the community's earlier case whose text it resembles; 0: none."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one guard says about one subject."""

    guard: str
    findings: tuple[Finding, ...] = ()
    ms: float = 0.0
    """Wall milliseconds that the guard took."""
    error: str = ""
    """Why there is no finding to rely on: "late", or the exception's class name; "" when all is well."""

    @property
    def score(self) -> float:
        """The highest score among the findings; 0 without any."""
        return max((finding.score for finding in self.findings), default=0.0)


class Guard(Protocol):
    """A guard that only computes: synchronous, under a millisecond for a chat message."""

    @property
    def name(self) -> str:
        """The word that policies, logs and the command line know it by."""

    @property
    def stages(self) -> frozenset[Stage]:
        """The stages that it looks at."""

    def check(self, subject: Subject) -> Sequence[Finding]:
        """What is wrong with `subject`; nothing when it is fine. Must not change any state."""


class AsyncGuard(Protocol):
    """A guard that asks a model or the network."""

    @property
    def name(self) -> str:
        """The word that policies, logs and the command line know it by."""

    @property
    def stages(self) -> frozenset[Stage]:
        """The stages that it looks at."""

    async def check(self, subject: Subject) -> Sequence[Finding]:
        """What is wrong with `subject`; nothing when it is fine. Ends when cancelled."""


class StreamGuard(Guard, Protocol):
    """An OUTPUT guard whose finding may begin in words that look harmless until more has come."""

    def hold(self, subject: Subject) -> int:
        """The offset from which `subject.text`, still growing, may yet become part of a finding.

        Everything before it is safe to show once `check` has passed it; `len(subject.text)` when
        nothing needs to wait.
        """


AnyGuard: TypeAlias = Guard | AsyncGuard
