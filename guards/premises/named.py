"""Which premise of a question is named in the reply, if any."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from guards.claims.claim import Claim
from guards.premises.premise import Premise, fold
from guards.premises.support import Settled

Neutral: TypeAlias = Literal["yes", "no", "unknown"]
"""What a model says when it is asked whether a premise is so."""

MOST_ASKED = 5
"""Premises that a model is asked about."""
SCORES = {"contradicted": 0.9, "no": 0.8, "silent": 0.7, "unknown": 0.6}
"""How sure it is that a premise does not hold. Nothing measures it; the order is what counts."""
_VOWEL = re.compile(r"(?:8|11|18)(?!\d)|8\d|eigh|eleven", re.IGNORECASE)
_FIRST = {"exists": 0, "place": 0, "author": 1, "fact": 2}


def to_ask(settled: Sequence[Settled]) -> list[Premise]:
    """The premises that nothing known settles, those first that say most."""
    held = " ".join(fold(one.premise.statement) for one in settled if one.state == "supported")
    found = [
        one.premise
        for one in settled
        if one.state in ("open", "silent")
        # What a supported statement is about exists.
        and not (one.premise.kind == "exists" and fold(one.premise.what) in held)
    ]
    return found[:MOST_ASKED]


def wrong_premise(settled: Sequence[Settled], answers: Mapping[Premise, Neutral]) -> Claim | None:
    """What is to be said of the question's premises: of those that fail the one that says most; None: nothing.

    Where a document says otherwise, that counts. Where nothing is known, only the model can tell; without its answer,
    a premise is named only if a document about it is silent.
    """
    failing = [(one, why) for one in settled if (why := _failing(one, answers))]
    if not failing:
        return None
    chosen, why = min(failing, key=_weight)
    return _claim(chosen, SCORES[why])


def _weight(failing: tuple[Settled, str]) -> tuple[bool, int, int]:
    """What comes first: that there is no such thing, for it says why nothing else about it holds; of two that nobody
    knows the one with the longer name, for that says more."""
    one, why = failing
    return why == "unknown", _FIRST[one.premise.kind], -len(one.premise.what.split())


def _failing(one: Settled, answers: Mapping[Premise, Neutral]) -> str:
    """Why a premise does not hold; "" where it does, or may."""
    answer = answers.get(one.premise)
    if one.state in ("supported", "contradicted"):
        return one.state if one.state == "contradicted" else ""
    if answer == "unknown" and (one.met or not _is_known_to_many(one.premise)):
        return ""
    if answer is not None:
        return "" if answer == "yes" else answer
    return one.state if one.state == "silent" else ""


def _is_known_to_many(premise: Premise) -> bool:
    """Whether it says something of a model that it does not know of this: of "Ana" and "the meetup" only members do."""
    return any(not name.isalpha() for name in premise.names)


def _claim(one: Settled, score: float) -> Claim:
    premise = one.premise
    source = one.passage.title if one.passage else ""
    if one.state == "contradicted" and one.says:
        return Claim(0, 0, "contradicted", score, "premise", one.says, source, premise.statement)
    says = premise.what
    if premise.kind in ("author", "fact"):
        says = f"“{says}”"
    elif premise.kind == "place" and premise.language == "en":
        says = f"{'an' if _VOWEL.match(says) else 'a'} {says}"
    return Claim(0, 0, "unverifiable", score, "premise", says, source, premise.statement)
