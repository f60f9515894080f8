"""Names with the wrong numbers, and two kinds of Spanish statements."""

from __future__ import annotations

import pytest

from guards.claims.pairs import listed, swapped
from guards.claims.stating import is_claim

ENGLISH = "The cup was won by Olga Marchetti in 2019 and by Theo Baptiste in 2021. In 2020 there was none."
SPANISH = "Olga Marchena ganó la copa en 2019 y Teo Bautista en 2021."


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("Olga Marchetti won the cup in 2021.", ENGLISH),
        ("Theo Baptiste won the cup in 2019.", ENGLISH),
        ("Teo Bautista ganó la copa en 2019.", SPANISH),
    ],
)
def test_a_claim_that_gives_somebody_anothers_number_is_found(claim: str, passage: str) -> None:
    assert swapped(claim, passage)


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("Olga Marchetti won the cup in 2019.", ENGLISH),
        ("Olga Marchetti won in 2019, Theo Baptiste in 2021.", ENGLISH),
        ("Nobody won in 2020.", ENGLISH),
        ("Ana Ruiz won the cup in 2021.", ENGLISH),
        ("Guadalajara was founded in 1542.", "Guadalajara was founded on February 14, 1542 in the Valley of Atemajac."),
        ("Olga won twice.", "Olga won and Theo lost."),
    ],
)  # fmt: skip
def test_everything_else_is_left_to_the_verifier(claim: str, passage: str) -> None:
    assert not swapped(claim, passage)


def test_only_a_list_in_which_every_part_has_one_of_both_is_one() -> None:
    assert listed("by Olga Marchetti in 2019 and by Theo Baptiste in 2021") == {
        "olga marchetti": frozenset({2019.0}),
        "theo baptiste": frozenset({2021.0}),
    }
    assert listed("by Olga Marchetti in 2019 and in 2021") == {}


@pytest.mark.parametrize(
    "sentence",
    [
        "Una instantánea puede tener como mucho 500 GB.",
        "Sofía Quiroga estudió Medicina en la Universidad de Buenos Aires.",
    ],
)
def test_what_something_can_have_and_names_like_greetings_are_statements_in_spanish(sentence: str) -> None:
    assert is_claim(sentence)
