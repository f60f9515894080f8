"""The injection guard: does a text try to command the bot, or to get at its instructions?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from guards.base import N_, Finding, Source, Stage, Subject
from guards.injection.scan import NAME, in_task, scan
from guards.normalize import views

if TYPE_CHECKING:
    from guards.injection.linear import Model

NEAR = 400
"""Characters between two findings that still count as one attempt."""
EVIDENCE = 0.5
"""A finding below this adds nothing to another."""
LEAST = 0.01
"""What the model finds below this is no finding."""
HIGHEST = 0.999
SPOKEN_OF = 0.4
"""The lowest score of a rule. What is below it, the rules found in a text that only speaks of it."""
CERTAIN = 0.8
"""From this score on the rules need nobody beside them."""

LANES: Mapping[Source, float] = {"quoted": 0.5, "document": 0.5, "image": 0.5, "name": 0.5}
"""What is added to the log-odds where a text is not the member's own words: an order to the bot has no place there."""
IN_TASK = -1.5
"""What is added to the log-odds of a task's data: it may tell its readers what it likes."""

EXPLANATIONS = {
    "override": N_("The text reads like attempts to set the bot's instructions aside."),
    "role_play": N_("The text reads like attempts to give the bot a role without its rules."),
    "prompt_extraction": N_("The text reads like attempts to get at the bot's instructions or secrets."),
    "task_hijack": N_("The text reads like attempts to make the bot do something else than its task."),
    "indirect": N_("The text reads like orders to a language model, hidden in other text."),
}


class InjectionGuard:
    """Finds instructions to the bot in a text that should be a message, data or a document.

    The score is a probability. From 0.8 on a finding means an attack; from 0.5 on it deserves a look.
    Rules come first. Several of their findings of different codes close to each other are surer than
    each alone: their chances of being wrong are multiplied, and the surest of them carries the result.
    Where they are not certain, a linear model reads the text, and knows what the rules found.
    """

    def __init__(self, model: Model | None = None) -> None:
        """Without a `model` (see `guards.injection.linear.model`) the rules are alone."""
        self._model = model

    @property
    def name(self) -> str:
        """ "injection"."""
        return NAME

    @property
    def stages(self) -> frozenset[Stage]:
        """INPUT."""
        return frozenset({Stage.INPUT})

    def check(self, subject: Subject) -> Sequence[Finding]:
        """What commands the bot in `subject.text`, the surest first; spans are those of the original."""
        readings = views(subject.text)[1:]
        found = joined(scan(subject, readings))
        rules = found[0].score if found else 0.0
        model = self._model
        if model is None or rules >= CERTAIN or not subject.text.strip():
            return found
        rest = _without_known(subject, found)
        reading = model.read(views(rest)[1:] if rest != subject.text else readings)
        shift = IN_TASK if in_task(subject) else LANES.get(subject.source, 0.0)
        probability = min(HIGHEST, round(model.probability(reading.logit, rules, shift), 3))
        if probability <= max(rules, LEAST):
            return found
        if found:
            # The rules know what it is and where.
            return (replace(found[0], score=probability), *found[1:])
        kind = model.kind(reading)
        start, end = model.place(reading)
        chain = () if reading.view.chain == ("folded",) else reading.view.chain
        return (Finding(NAME, kind, probability, start, end, EXPLANATIONS[kind], chain),)


def _without_known(subject: Subject, found: Sequence[Finding]) -> str:
    """The text with blanks for what the rules know and take for no order: the model reads the rest.

    That is what is only spoken of, and what may be meant for the reader of a manual.
    """
    text = subject.text
    manual = in_task(subject) and [finding.code for finding in found] == ["override"]
    for finding in found:
        if finding.score < SPOKEN_OF or manual:
            text = text[: finding.start] + " " * (finding.end - finding.start) + text[finding.end :]
    return text


def joined(found: list[Finding]) -> Sequence[Finding]:
    """What the rules found, the surest first and with what the others add to it."""
    if not found:
        return ()
    found.sort(key=lambda finding: (-finding.score, finding.start))
    return (replace(found[0], score=_together(found)), *found[1:])


def _together(found: list[Finding]) -> float:
    surest = found[0]
    chances: dict[str, float] = {surest.code: surest.score}
    for finding in found[1:]:
        near = finding.start - NEAR <= surest.end and surest.start <= finding.end + NEAR
        if near and finding.score >= EVIDENCE and finding.code != "encoded_payload":
            chances[finding.code] = max(finding.score, chances.get(finding.code, 0.0))
    return round(1 - math.prod(1 - score for score in chances.values()), 3)
