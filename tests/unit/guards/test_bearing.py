"""What is taken for a claim in a reply, and which verdicts on it are worth a mark."""

from __future__ import annotations

import pytest

from guards.base import Document
from guards.claims.bearing import is_shown
from guards.claims.stating import is_claim
from guards.claims.verify import Verified

LIBRARY = Document("Library rules", "The library was founded in 1987 by Elena Ruiz. It opens at nine.")


def supported(likely: float, passage: Document = LIBRARY) -> Verified:
    return Verified("supported", likely, 0.05, 0.95 - likely, passage)


def contradicted(passage: Document = LIBRARY) -> Verified:
    return Verified("contradicted", 0.1, 0.8, 0.1, passage)


@pytest.mark.parametrize(
    ("claim", "likely", "shown"),
    [
        ("The library was founded in 1987 by Elena Ruiz.", 0.7, True),
        ("The library was founded in 1987 by Elena Ruiz.", 0.5, False),
        ("The library was founded in 1987 by Mario Gil.", 0.7, False),
        ("The library was founded in 1993 by Elena Ruiz.", 0.95, False),
        ("Half of the library was founded in 1987 by Elena Ruiz.", 0.95, False),
        ("On Mondays the library opens at nine.", 0.95, False),
        ("Whales sing under the ice of northern seas.", 0.7, False),
        ("La biblioteca fue fundada en 1987 por Elena Ruiz.", 0.95, False),
    ],
)
def test_support_is_shown_where_the_passage_names_what_the_claim_names(
    claim: str, likely: float, shown: bool
) -> None:
    assert is_shown(claim, supported(likely)) is shown


def test_contradiction_is_shown_where_the_passage_speaks_of_the_same() -> None:
    assert is_shown("The library was founded in 1993 by Elena Ruiz.", contradicted())
    assert not is_shown("Whales sing under the ice of northern seas.", contradicted())


def test_a_verdict_that_says_nothing_is_shown_as_it_is() -> None:
    assert is_shown("Whales sing.", Verified("unverifiable", 0.0, 0.0, 1.0, None))


@pytest.mark.parametrize(
    "sentence",
    [
        "El río Ebro nace en Fontibre y desemboca en el Mediterráneo.",
        "El presidente del club es Mario Gil.",
        "La biblioteca abre a las nueve de la mañana.",
        "Cervantes escribió el Quijote en 1605.",
        "Madrid is the capital of Spain.",
        "Set theory was founded by Georg Cantor in 1874.",
        "Use of the tunnel grew by 30 percent in 2012.",
    ],
)
def test_a_plain_fact_is_a_claim_in_both_languages(sentence: str) -> None:
    assert is_claim(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Creo que es una gran idea, y me gusta cómo lo has planteado.",
        "Deberías dividir la función en 3 partes.",
        "Primero abre los ajustes y después pulsa Guardar.",
        "Si me das 2 detalles más, te puedo ayudar.",
        "¿Nació Cervantes en 1547?",
        "Let me know if you need anything else.",
        "**Grid** – use `display: grid` with `place-items: center`.",
        "Open the file and change the port to 8080.",
        "Then set the timeout to 30 seconds.",
        "Press Escape, type :q! and press Enter.",
        "Pon el temporizador a 30 segundos.",
        "",
    ],
)
def test_opinions_advice_and_questions_are_none(sentence: str) -> None:
    assert not is_claim(sentence)
