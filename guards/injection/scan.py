"""The rules' scorer: which rules a text breaks, where, and how surely."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from guards.base import N_, Finding, Subject
from guards.confusables import disguised
from guards.injection import rules
from guards.injection.context import may_be_text, mentioned, negated_or_reported, somebody_elses
from guards.normalize import View, fold

NAME = "injection"
TEMPLATES = frozenset({"translate", "summarize", "complete"})
"""Tasks whose text is data."""

_MENTION = 0.4
_TEXT = 0.7
"""The most for an order in a task's data that may be meant for the reader of a manual."""
_ENCODED = N_("The text hides something in an encoding or in characters that look like others.")


def scan(subject: Subject, read: Sequence[View]) -> list[Finding]:
    """What the rules find in `subject`, whose text reads as `read`: the surest finding of each code."""
    found: list[Finding] = []
    for view in read:
        for index in rules.fired(view.text):
            found.extend(_findings(subject, view, index))
    surest: dict[str, Finding] = {}
    for finding in found:
        known = surest.get(finding.code)
        if known is None or finding.score > known.score:
            surest[finding.code] = finding
    alone = surest.get("override")
    if alone and len(surest) == 1 and in_task(subject) and may_be_text(subject.text, alone.start, alone.end):
        return [replace(alone, score=min(alone.score, _TEXT))]
    return list(surest.values())


def in_task(subject: Subject) -> bool:
    """Whether the text is data that a task is done with."""
    return subject.task is not None and subject.task.name in TEMPLATES


def _findings(subject: Subject, view: View, index: int) -> Iterator[Finding]:
    rule = rules.PATTERNS[index].rule
    for at, to in rules.spans(index, view.text):
        start, end = view.span(at, to)
        original = subject.text[start:end]
        chain = view.chain
        if chain == ("folded",):
            hidden = disguised(original)
        else:
            # What is far longer than what it says needs no closer look.
            hidden = end - start > 4 * (to - at) + 400 or (
                fold(original).text.strip() != view.text[at:to].strip()
            )
            if not hidden:
                continue
        certain = hidden
        score = rule.task_score if in_task(subject) else rule.score
        if hidden:
            score = _surer(score)
        else:
            factor = _discount(subject, rule.code, start, end)
            certain = factor == 1.0
            score *= factor
            chain = ()
        score = round(score, 3)
        yield Finding(NAME, rule.code, score, start, end, rule.explanation, chain)
        if hidden and rule.code != "encoded_payload":
            yield Finding(NAME, "encoded_payload", score, start, end, _ENCODED, chain)
        if certain:
            return


def _discount(subject: Subject, code: str, start: int, end: int) -> float:
    text = subject.text
    if subject.source == "author" and mentioned(text, start, end, asking=code == "prompt_extraction"):
        return _MENTION
    if code == "override" and negated_or_reported(text, start, end):
        return _MENTION
    if code == "prompt_extraction" and somebody_elses(text, start, end):
        return _MENTION
    return 1.0


def _surer(score: float) -> float:
    return 1 - (1 - score) * 0.5 if score >= 0.5 else score
