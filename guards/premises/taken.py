"""Premises that a reply takes up: what it states of them is open, and the mark there can name them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from guards.claims.claim import Claim
from guards.claims.plain import SMALL
from guards.claims.texts import read
from guards.premises.premise import Premise, fold

SHARED = 0.5
"""The share of a premise's telling words that a claim must have to be about it."""


def taken_up(claims: Sequence[Claim], premises: Sequence[Premise]) -> list[Claim]:
    """`claims`, the first open one that takes up one of `premises`, which nothing settles, as that premise.

    It is open either way; that its question took the same for granted says more than that nothing was found.
    """
    for premise in premises:
        for index, claim in enumerate(claims):
            if claim.verdict == "unverifiable" and claim.kind == "passage" and _takes_up(claim.text, premise):
                thing = premise.kind in ("exists", "place")
                says = premise.what if thing else f"“{premise.what}”"
                return [*claims[:index], replace(claim, kind="premise", says=says), *claims[index + 1 :]]
    return list(claims)


def _takes_up(said: str, premise: Premise) -> bool:
    plain = fold(said)
    if premise.kind in ("exists", "place"):
        # "I found nothing on Spain" would be silly; of a whole name it says something.
        return premise.what in premise.names and " " in premise.what and fold(premise.what) in plain
    if not premise.names or not all(fold(name) in plain for name in premise.names):
        return False
    if fold(premise.what).startswith(("someone ", "somebody ", "something ", "alguien ", "algo ")):
        return False
    text = read(premise.what)
    wanted = {stem for word, stem in zip(text.words, text.stems, strict=True) if word not in SMALL}
    return len(wanted.intersection(read(said).stems)) >= SHARED * len(wanted)
