"""Cases: what the guards found, for moderators to read."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal, TypeAlias

from adapters.base import Message
from bot.i18n import N_
from bot.policy import Action, Decision
from guards.base import Stage

EXCERPT_CHARACTERS = 200
HELD_DAYS = 7
"""How long a message that was held back is kept for a moderator to release, at most."""


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
    case: int = 0
    """The number of the earlier case that it resembles; 0: none."""


@dataclass(frozen=True, slots=True)
class Case:
    """What the guards found in one message or one reply, or what a member filed about it."""

    turn: str
    """The turn that it is about."""
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
    filed_by: str = ""
    """The member who reported it, when it was reported."""
    signatures: tuple[str, ...] = ()
    """Of the texts that moderators may teach from (see `guards.signatures`)."""
    id: str = ""
    """Time-ordered; given by the store."""
    number: int = 0
    """Counts the cases of the community; given by the store."""


ReviewVerdict: TypeAlias = Literal[
    "right", "false_alarm", "released", "timed_out", "deleted", "taken_back", "noted"
]
"""What a moderator decided or did; "noted": wrote something down about the case."""


@dataclass(frozen=True, slots=True)
class Review:
    """A decision on a case. None is ever overwritten."""

    turn: str
    verdict: ReviewVerdict
    by_id: str
    by_name: str
    at: float
    """Unix seconds."""
    number: int = 0
    """Which review of its case it is, from 0: two that count the same cannot both be stored."""
    note: str = ""
    """What was written down, redacted."""
    settled: tuple[str, ...] = ()
    """The turns of other cases that it settled along, or opened again."""
    like: int = 0
    """The number of the case along with which this one was settled, or opened again; 0: it was decided on for itself."""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """All that is known of one turn's case."""

    turn: str
    cases: tuple[Case, ...]
    """What was found in the message and in the reply, and what members filed about them; oldest first."""
    reviews: tuple[Review, ...] = ()
    held: Message | None = None
    """The message that was held back, as long as it can be released."""


# Each kind of thing that is masked, and the sign that stands for each of its characters until the end:
# a lone surrogate, which is in no text.
_E_MAIL, _KEY, _NUMBER = "\ud800", "\ud801", "\ud802"
_MASKS = {_E_MAIL: "[e-mail]", _KEY: "[key]", _NUMBER: "[number]"}
_SENSITIVE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[^\s@<>]{1,64}@[^\s@<>]{1,190}\.[^\s@<>.]{2,}"), _E_MAIL),
    (
        re.compile(
            r"(?<![A-Za-z0-9])(?:sk-|xox[a-z]-|xapp-|gh[a-z]_|github_pat_|A[KS]IA|AIza)[-_A-Za-z0-9]{8,}"
        ),
        _KEY,
    ),
    (re.compile(r"[A-Za-z0-9_-]{23,28}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}"), _KEY),
    (re.compile(r"(?<!\d)\+?\d[\d .()-]{7,}\d"), _NUMBER),
)
_MASKED = re.compile("|".join(f"{sign}+" for sign in _MASKS))
_SURROGATE = re.compile("[\ud800-\udfff]")
_BLANK = re.compile(r"\s")
_REACH = 300
"""Characters around an excerpt that are read with it: a key that its edge cuts is still known as one."""


def _signed(sign: str, match: re.Match[str]) -> str:
    return sign * len(match[0])


def redact(text: str, limit: int = EXCERPT_CHARACTERS, *, start: int = 0, end: int | None = None) -> str:
    """The beginning of `text[start:end]` on one line, with addresses, keys and long numbers masked."""
    before = max(0, start - _REACH)
    last = min(len(text) if end is None else end, start + limit + _REACH)
    window = _BLANK.sub(" ", _SURROGATE.sub("\ufffd", text[before : last + _REACH]))
    for pattern, sign in _SENSITIVE:
        window = pattern.sub(partial(_signed, sign), window)
    shown = _MASKED.sub(lambda match: _MASKS[match[0][0]], window[start - before : last - before])
    shown = " ".join(shown.split())
    whole = last == (len(text) if end is None else end)
    return shown if whole and len(shown) <= limit else shown[: limit - 1] + "…"


def is_whole(excerpt: str) -> bool:
    """Whether what is kept of a text is all of it: nothing was masked, or cut off."""
    return (
        bool(excerpt) and not excerpt.endswith("…") and not any(mask in excerpt for mask in _MASKS.values())
    )


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
    signatures: tuple[str, ...] = (),
) -> Case | None:
    """The case for a decision; None when there is nothing to tell."""
    found = (*decision.findings, *decision.passed)
    if not found and not decision.failures:
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
                redact(subject.text, 120, start=finding.start, end=finding.end),
                finding.views,
                finding.case,
            )
            for finding, subject in found[:10]
        ),
        failures=decision.failures,
        excerpt=redact(text),
        link=link,
        model=model,
        signatures=signatures,
    )


FILED_BY_MEMBERS = "member"
"""Stands where a guard's name stands in a case that a member opened."""
SUGGESTION = "suggestion"
"""The code of a case in which a member says what is true."""

MISSED = "missed"
"""The code of a case in which a moderator says that the guards missed a text."""

_FILED = {
    "report": N_("A member reported a message."),
    "appeal": N_("The member asks a moderator to look at a message that was held back."),
}


def was_filed(case: Case) -> bool:
    """Whether members filed it, rather than guards."""
    return any(finding.guard == FILED_BY_MEMBERS for finding in case.findings)


def filed_by_member(
    message: Message,
    *,
    turn: str,
    at: float,
    appealed: CaseFile | None = None,
    signatures: tuple[str, ...] = (),
) -> Case:
    """The case that a member opens: `report` somebody's message, or `appeal` against a decision.

    `turn` is the case's; `appealed`: what is known of the decision; `signatures`: of what is reported.
    """
    command = message.command
    assert command is not None
    options = command.options
    finding = CaseFinding(FILED_BY_MEMBERS, command.name, 1.0, _FILED[command.name], "author", "")
    case = Case(
        turn=turn,
        at=at,
        conversation=message.ref.key,
        author_id=message.author.id,
        author_name=redact(message.author.name, 80),
        direction="input",
        action=Action.FLAG.word,
        would=Action.FLAG.word,
        findings=(finding,),
        failures=(),
        excerpt="",
        link="",
        model="",
    )
    if command.name == "appeal":
        first = appealed.cases[0] if appealed else case
        return replace(
            case,
            conversation=first.conversation,
            author_id=first.author_id,
            author_name=first.author_name,
            excerpt=first.excerpt,
            link=first.link,
        )
    return replace(
        case,
        author_id=str(options.get("author_id", "")),
        author_name=redact(str(options.get("author", "")), 80),
        excerpt=redact(str(options.get("text", ""))),
        link=str(options.get("message", "")),
        filed_by=redact(message.author.name, 80),
        signatures=signatures,
    )
