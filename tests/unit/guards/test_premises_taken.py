"""A mark on an open claim names the premise that it takes up."""

from __future__ import annotations

import pytest

from guards.claims.claim import Claim
from guards.premise import premises
from guards.premises.taken import taken_up


def open_claim(text: str) -> Claim:
    return Claim(0, len(text), "unverifiable", 0.9, "passage", text=text)


@pytest.mark.parametrize(
    ("question", "reply", "says"),
    [
        (
            "When has Guido van Rossum started to work at the Python University of Oklahoma?",
            "Guido van Rossum started to work at the Python University of Oklahoma in October 2020.",
            "“Guido van Rossum has started to work at the Python University of Oklahoma”",
        ),
        (
            "¿En qué año empezó Guido van Rossum a trabajar en la Universidad Python de Oklahoma?",
            "Guido van Rossum empezó a trabajar en la Universidad Python de Oklahoma en 2020.",
            "“Guido van Rossum empezó a trabajar en la Universidad Python de Oklahoma”",
        ),
        ("Who is Clara Nyström?", "Clara Nyström was born in 1931 in Uppsala.", "Clara Nyström"),
    ],
)
def test_an_open_claim_that_takes_up_a_premise_names_it(question: str, reply: str, says: str) -> None:
    (claim,) = taken_up([open_claim(reply)], premises(question))
    assert (claim.kind, claim.verdict, claim.says) == ("premise", "unverifiable", says)


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("Where is Spain?", "Spain is in Europe."),
        ("What is the capital of Eldoria?", "The capital of Eldoria is Port Maris."),
        ("Who wrote The Silver Anchor?", "It was published in 1962."),
        ("Hello!", "The tower was built in 1742."),
    ],
)
def test_others_stay_as_they_are(question: str, reply: str) -> None:
    claims = [open_claim(reply)]
    assert taken_up(claims, premises(question)) == claims


def test_what_is_settled_stays_as_it_is() -> None:
    text = "The capital of Eldoria is Port Maris."
    claim = Claim(0, len(text), "supported", 0.9, "passage", text=text)
    assert taken_up([claim], premises("What is the capital of Eldoria?")) == [claim]
