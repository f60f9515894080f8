"""The models that are shipped: what they say of plain cases, none of which they were trained on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guards.base import Document
from guards.claims.verify import verifier
from guards.claims.weights import WEIGHTS
from guards.claims.worthy import worthy

GARDEN = Document(
    "The garden",
    "The botanical garden of Lisbon was opened in 1873. It has more than 1,500 species of plants. Entrance is free on "
    "Sundays. The gardener Maria Souza planted the first palm in 1875.",
)
JARDIN = Document(
    "El jardín",
    "El jardín botánico de Lisboa se inauguró en 1873. Tiene más de 1.500 especies de plantas. La entrada es gratuita "
    "los domingos. La jardinera Maria Souza plantó la primera palmera en 1875.",
)
OTHER = Document("Trains", "The night train leaves at ten and arrives in Madrid in the morning.")


@pytest.mark.parametrize(
    "sentence",
    [
        "The botanical garden of Lisbon was opened in 1873.",
        "Mount Fuji is 3,776 metres high.",
        "Ada Lovelace wrote the first published program in 1843.",
        "El jardín botánico de Lisboa se inauguró en 1873.",
        "El Everest mide 8.849 metros.",
        "Rosalía de Castro nació en Santiago de Compostela en 1837.",
        "Python tiene listas y diccionarios.",
        "Madrid es la capital de España.",
        "Las cadenas son secuencias de caracteres.",
    ],
)
def test_what_can_be_checked_is_a_claim(sentence: str) -> None:
    assert worthy().is_claim(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Hello, how are you today?",
        "I think you should take a break.",
        "Thank you so much!",
        "What do you want to do next?",
        "Let me know if that works for you.",
        "¡Hola! ¿Qué tal estás?",
        "Creo que deberías descansar un poco.",
        "¡Muchas gracias por todo!",
        "¿Qué quieres hacer ahora?",
        "Me alegro de que te guste.",
        "Hay muchas formas de hacerlo.",
        "...",
        "",
    ],
)
def test_small_talk_opinions_and_questions_are_no_claims(sentence: str) -> None:
    assert not worthy().is_claim(sentence)


def test_a_spanish_tweet_must_be_surer_to_be_a_claim_than_another_text() -> None:
    said = "La función sorted devuelve una lista nueva."
    assert worthy().is_claim(said)
    assert not worthy().is_claim(f"{said} #python https://t.co/x1")


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("The botanical garden of Lisbon was opened in 1873.", GARDEN),
        ("The garden has over 1,500 species.", GARDEN),
        ("El jardín botánico de Lisboa se inauguró en 1873.", JARDIN),
    ],
)
def test_what_a_passage_says_is_supported_by_it(claim: str, passage: Document) -> None:
    found = verifier().verify(claim, [OTHER, passage])
    assert found.answer == "supported"
    assert found.passage is passage


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("The botanical garden of Lisbon was opened in 1901.", GARDEN),
        ("The garden has fewer than 300 species of plants.", GARDEN),
        ("El jardín botánico de Lisboa se inauguró en 1901.", JARDIN),
        ("The kitchen staff went on strike last winter.", GARDEN),
        ("Los precios del pescado subieron mucho.", JARDIN),
    ],
)
def test_what_a_passage_does_not_say_is_not_supported(claim: str, passage: Document) -> None:
    assert verifier().verify(claim, [passage, OTHER]).answer != "supported"


def test_a_passage_about_something_else_contradicts_nothing() -> None:
    for claim in ("The kitchen staff went on strike last winter.", "Los precios del pescado subieron mucho."):
        assert verifier().verify(claim, [GARDEN, JARDIN, OTHER]).answer == "unverifiable"


def test_without_passages_nothing_can_be_verified() -> None:
    found = verifier().verify("The garden was opened in 1873.", [])
    assert (found.answer, found.passage) == ("unverifiable", None)


@settings(max_examples=30)
@given(st.text(max_size=80), st.text(max_size=200))
def test_any_text_gets_probabilities(claim: str, passage: str) -> None:
    assert 0 <= worthy().probability(claim) <= 1
    (chances,) = verifier().probabilities(claim, [passage])
    assert chances.shape == (3,)
    assert chances.sum() == pytest.approx(1, abs=1e-5)


def test_the_weights_are_small_and_hold_no_objects() -> None:
    assert WEIGHTS.stat().st_size < 6_000_000
    with np.load(WEIGHTS, allow_pickle=False) as arrays:
        assert all(arrays[name].dtype != object for name in arrays)
