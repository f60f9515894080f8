"""What moderators teach: their decisions on cases, laid over what the injection guard finds from then on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.guardlog import Case, CaseFile, CaseFinding, Review, was_filed
from bot.policy import Checked, Decision, Policy
from guards.base import Finding, Subject, Verdict
from guards.signatures import GUARD, KNOWN_ATTACK, KNOWN_FALSE_ALARM, Kind, Lesson, Lessons

MULTI_TURN = "multi_turn"
"""The code of what is found only with what the member wrote before: it is known again with the same words before it."""
LINES = 4
"""So many of them count."""
MOST_TEXTS = 3
"""Texts of one message that are signed: the member's words, a quotation, a file."""

KNOWN = {KNOWN_ATTACK, KNOWN_FALSE_ALARM}

_TEACHES: dict[str, Kind] = {"right": "attack", "false_alarm": "false_alarm"}


def recalled(lessons: Lessons, checked: Iterable[Checked], policy: Policy) -> list[Checked]:
    """What guards said of texts, and what moderators have decided of them or of nearly the same texts.

    A finding says which case it resembles, and is the injection guard's: the community's rule for that holds. What
    is only nearly the same as a false alarm must not have more of what the guard finds. Takes some milliseconds
    for a long text.
    """
    return [_recalled(lessons, each, policy) for each in checked]


def _recalled(lessons: Lessons, checked: Checked, policy: Policy) -> Checked:
    subject, verdicts = checked.subject, checked.verdicts
    said = next((verdict for verdict in verdicts if verdict.guard == GUARD), Verdict(GUARD))
    least = min(policy.rule(GUARD).at(subject.source))
    found = [finding for finding in said.findings if finding.score >= least]
    nearest = lessons.nearest(subject.text)
    if any(finding.code == MULTI_TURN for finding in found) and (
        nearest is None or nearest[0].kind == "false_alarm"
    ):
        # The text alone is harmless; what was decided of it says nothing of the whole.
        nearest = lessons.nearest(_with_lines(subject))
    if nearest is None:
        return checked
    lesson, same = nearest
    if lesson.kind == "false_alarm" and not (found and (same or lesson.covers(*_told(found)))):
        return checked
    more = replace(said, findings=(lesson.finding(subject.text), *said.findings))
    return Checked(subject, (*(verdict for verdict in verdicts if verdict is not said), more))


def signatures_of(lessons: Lessons, decision: Decision) -> tuple[str, ...]:
    """The signatures of the texts in which the injection guard found something, the strongest finding first."""
    told = [
        _with_lines(subject) if finding.code == MULTI_TURN else subject.text
        for finding, subject in decision.findings
        if finding.guard == GUARD
    ]
    return tuple(map(lessons.sign, list(dict.fromkeys(told))[:MOST_TEXTS]))


def taught_by(file: CaseFile, review: Review, lessons: Lessons) -> tuple[Lesson, ...]:
    """What a decision on a case teaches, that is not known: nothing, unless it says what the text is.

    Of several texts the one with the strongest finding is the attack, and all are false alarms. That a report is
    unfounded does not say that the text is harmless for the bot.
    """
    kind = _TEACHES.get(review.verdict)
    if kind is None:
        return ()
    latest = {lesson.signature: lesson.kind for lesson in lessons.lessons}
    return tuple(
        lesson
        for case in file.cases
        for lesson in (_attacks_of(case) if kind == "attack" else false_alarms_of(case))
        if latest.get(lesson.signature) != kind
    )


def _attacks_of(case: Case) -> Sequence[Lesson]:
    return [Lesson("attack", case.number, signature) for signature in case.signatures[:1]]


def false_alarms_of(case: Case) -> Sequence[Lesson]:
    """What a case teaches when it is a false alarm."""
    if was_filed(case):
        return ()
    # Beside what moderators have said of the text.
    found = [each for each in case.findings if each.guard == GUARD and each.code not in KNOWN]
    return [Lesson("false_alarm", case.number, signature, *_told(found)) for signature in case.signatures]


def _told(found: Sequence[Finding | CaseFinding]) -> tuple[float, tuple[str, ...]]:
    """What the guard found: how surely, and the code of each place."""
    return max((each.score for each in found), default=0.0), tuple(each.code for each in found)


def forgotten_by(file: CaseFile, review: Review, lessons: Lessons) -> tuple[Lesson, ...]:
    """What is no longer known once `review` is taken back: what it taught, or an earlier one of the same text.

    What was settled along with another case has taught nothing itself.
    """
    kind = None if review.like else _TEACHES.get(review.verdict)
    signatures = {signature for case in file.cases for signature in case.signatures}
    return tuple(
        lesson for lesson in lessons.lessons if lesson.kind == kind and lesson.signature in signatures
    )


def _with_lines(subject: Subject) -> str:
    """The text at the end of what its author wrote before."""
    lines = [line.text for line in subject.conversation if line.role == "member"][-LINES:]
    return "\n".join([*lines, subject.text])
