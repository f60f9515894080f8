"""The rules' scorer: which rules a text breaks, where, and how surely."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from guards.base import N_, Finding, Subject
from guards.confusables import disguised, may_be_disguised
from guards.injection import rules
from guards.injection.context import failed, may_be_text, mentioned, negated_or_reported, somebody_elses
from guards.normalize import View, fold

NAME = "injection"
TEMPLATES = frozenset({"translate", "summarize", "complete"})
"""Tasks whose text is data."""

CERTAIN = 0.8
"""From this score on the rules need nobody beside them."""
BEGINNINGS = (8_000, 24_000)
"""Characters of a longer text that are read before the whole of it: what is certain then needs no more."""
MOST_LOOKS = 100
"""So many places of a text are looked at for whether it only speaks of what a rule found there. What has more of them is no
talk about attacks: it is taken at its word, and no text takes longer."""
_MENTION = 0.4
_TEXT = 0.7
"""The most for an order in a task's data that may be meant for the reader of a manual."""
_ENCODED = N_("The text hides something in an encoding or in characters that look like others.")


def scan(subject: Subject, read: Sequence[View]) -> list[Finding]:
    """What the rules find in `subject`, whose text reads as `read`: the surest finding of each code."""
    surest = _Search(subject).through(read)
    alone = surest.get("override")
    if alone and len(surest) == 1 and in_task(subject) and may_be_text(subject.text, alone.start, alone.end):
        return [replace(alone, score=min(alone.score, _TEXT))]
    return list(surest.values())


def in_task(subject: Subject) -> bool:
    """Whether the text is data that a task is done with."""
    return subject.task is not None and subject.task.name in TEMPLATES


class _Search:
    """One text's search for rules: what was found, and how many places it took."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._surest: dict[str, Finding] = {}
        self._looks = 0

    @cached_property
    def _disguised(self) -> bool:
        return may_be_disguised(self._subject.text)

    def through(self, read: Sequence[View]) -> dict[str, Finding]:
        """The surest finding of each code in any of the views."""
        long = any(len(view.text) > BEGINNINGS[0] for view in read)
        for view in read:
            # Each time from the start, not the rest: nothing that lies across the end of a part is missed.
            lengths = [length for length in BEGINNINGS if length < len(view.text)]
            known: set[int] = set()
            for length in (*lengths, len(view.text)):
                fired = rules.fired(view.text[:length])
                self._look(view, [index for index in fired if index not in known])
                known.update(fired)
                if long and self._is_decided():
                    return self._surest
        return self._surest

    def _look(self, view: View, fired: Sequence[int]) -> None:
        """Keeps what is found where the patterns `fired` match in `view`, if it is the surest of its code."""
        for index in fired:
            rule = rules.PATTERNS[index].rule
            if self._adds_nothing(view, rule):
                continue
            looked_at = self._looks < MOST_LOOKS
            for finding in self._findings(view, index) if looked_at else (self._taken(view, rule),):
                known = self._surest.get(finding.code)
                if known is None or finding.score > known.score:
                    self._surest[finding.code] = finding

    def _is_decided(self) -> bool:
        """Whether what else is found would change nothing: what was found is certain, whatever stands beside it."""
        alone = in_task(self._subject) and len(self._surest) == 1
        return not alone and any(finding.score >= CERTAIN for finding in self._surest.values())

    def _adds_nothing(self, view: View, rule: rules.Rule) -> bool:
        """Whether all that `rule` could find is known more surely."""
        codes, most = {rule.code}, self._score(rule)
        if self._disguised or view.chain != ("folded",):
            codes.add("encoded_payload")
            most = round(_surer(most), 3)
        return all(code in self._surest and self._surest[code].score >= most for code in codes)

    def _score(self, rule: rules.Rule) -> float:
        return rule.task_score if in_task(self._subject) else rule.score

    def _taken(self, view: View, rule: rules.Rule) -> Finding:
        """The text taken at its word."""
        chain = () if view.chain == ("folded",) else view.chain
        score = round(self._score(rule), 3)
        return Finding(NAME, rule.code, score, 0, len(self._subject.text), rule.explanation, chain)

    def _findings(self, view: View, index: int) -> Iterator[Finding]:
        subject, rule = self._subject, rules.PATTERNS[index].rule
        for at, to in rules.spans(index, view.text):
            self._looks += 1
            start, end = view.span(at, to)
            original = subject.text[start:end]
            chain = view.chain
            if chain == ("folded",):
                hidden = disguised(original)
            else:
                # What is far longer than what it says needs no closer look.
                hidden = end - start > 4 * (to - at) + 400 or not _says(
                    fold(original).text, view.text[at:to], index
                )
                if not hidden:
                    continue
            certain = hidden
            score = self._score(rule)
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


def _says(plain: str, read: str, index: int) -> bool:
    """Whether what stands there plainly says as much as what was read: it differs in another word at most, an address, say."""
    return plain.strip() == read.strip() or next(rules.spans(index, plain, 1), None) is not None


def _discount(subject: Subject, code: str, start: int, end: int) -> float:
    text = subject.text
    if subject.source == "author" and mentioned(text, start, end, asking=code == "prompt_extraction"):
        return _MENTION
    if code == "pseudo_console" and subject.source == "author" and failed(text, end):
        return _MENTION
    if code == "override" and negated_or_reported(text, start, end):
        return _MENTION
    if code == "prompt_extraction" and somebody_elses(text, start, end):
        return _MENTION
    return 1.0


def _surer(score: float) -> float:
    return 1 - (1 - score) * 0.5 if score >= 0.5 else score
