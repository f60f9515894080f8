"""The injection guard: does a text try to command the bot, or to get at its instructions?"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from guards.base import Finding, Stage, Subject
from guards.injection.scan import NAME, scan

_SCORERS: tuple[Callable[[Subject], list[Finding]], ...] = (scan,)
"""Each looks at the subject in its own way; what they find is one guard's evidence."""

NEAR = 400
"""Characters between two findings that still count as one attempt."""
EVIDENCE = 0.5
"""A finding below this adds nothing to another."""


class InjectionGuard:
    """Finds instructions to the bot in a text that should be a message, data or a document.

    From 0.8 on a finding means an attack; from 0.5 on it deserves a look. Several findings of
    different codes close to each other are surer than each alone: their chances of being wrong
    are multiplied, and the surest of them carries the result.
    """

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
        found = [finding for scorer in _SCORERS for finding in scorer(subject)]
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
