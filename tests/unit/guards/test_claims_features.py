"""What is read of sentences and passages, without any weights."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guards.claims.compared import Tables, compare, named
from guards.claims.features import DENSE, MARKS, features, is_spanish
from guards.claims.forest import Forest
from guards.claims.texts import BUCKETS, Number, read, stem

ANY = st.text(max_size=120)
BLANK = Tables(
    np.full(1 << BUCKETS, 64, np.uint8), np.zeros(0, np.uint32), np.zeros((0, 8), np.int8)
)  # every word as telling as the others, and no vectors


def marks(sentence: str) -> set[str]:
    return {MARKS[index] for index in np.flatnonzero(features(sentence).dense[: len(MARKS)])}


def stands(claim: str, passage: str) -> dict[str, float]:
    return named(read(claim), read(passage), BLANK)


@pytest.mark.parametrize(
    ("sentence", "there", "absent"),
    [
        (
            "In 1991 Guido van Rossum released Python.",
            {"year", "number", "two names", "name"},
            {"first", "question"},
        ),
        ("I think it is the best one!", {"first and opinion", "opinion", "exclamation"}, {"number", "name"}),
        ("¿Quién lo escribió?", {"ask", "question", "spanish"}, {"exclamation"}),
        ("El paro bajó un 3 % en 2019.", {"percent", "year", "spanish"}, {"first"}),
        ("Please open the settings.", {"begins with social", "order"}, {"year"}),
    ],
)
def test_marks_say_what_kind_of_sentence_it_is(sentence: str, there: set[str], absent: set[str]) -> None:
    assert there <= marks(sentence)
    assert absent.isdisjoint(marks(sentence))


@given(ANY)
def test_any_sentence_has_features_of_the_same_shape(sentence: str) -> None:
    seen = features(sentence)
    assert seen.dense.shape == (DENSE,)
    assert np.isfinite(seen.dense).all()


@pytest.mark.parametrize(
    ("sentence", "spanish"),
    [
        ("The cat is on the table.", False),
        ("El gato está en la mesa.", True),
        ("Python 3.13", False),
        ("", False),
    ],
)
def test_the_language_is_told_apart(sentence: str, spanish: bool) -> None:
    assert is_spanish(sentence) == spanish


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("created", "creates"),
        ("release", "released"),
        ("nations", "nation"),
        ("nacio", "nacieron"),
        ("creado", "creada"),
    ],
)
def test_inflections_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(
    ("text", "value", "relation", "year"),
    [
        ("more than 35 cases", 35, 1, False),
        ("less than 14,000 employees", 14000, -1, False),
        ("2.5 million copies", 2.5e6, 0, False),
        ("twenty-one songs", 21, 0, False),
        ("at least 3 of them", 3, 1, False),
        ("before 2010", 2010, -1, True),
        ("más de 300 casos", 300, 1, False),
        ("desde 1990", 1990, 1, True),
    ],
)
def test_numbers_are_read_with_what_is_said_of_them(
    text: str, value: float, relation: int, year: bool
) -> None:
    (found,) = read(text).numbers
    assert found == Number(found.at, value, relation, year)


def test_a_claim_in_the_words_of_the_passage_has_nothing_missing() -> None:
    same = stands("Python was released in 1991.", "It is known that Python was released in 1991.")
    assert same["near stems"] == pytest.approx(1)
    assert same["missing"] == 0
    assert same["number years same"] == 1


def test_numbers_that_do_not_fit_are_seen() -> None:
    fits = stands("It has more than 30 members.", "The club has 35 members.")
    breaks = stands("It has more than 40 members.", "The club has 35 members.")
    assert (fits["number met"], fits["number broken"]) == (1, 0)
    assert (breaks["number met"], breaks["number broken"]) == (0, 1)


def test_opposites_and_denials_are_seen() -> None:
    assert stands("Prices increased in May.", "Prices decreased in May.")["opposites"] == 1
    assert stands("Los precios subieron siempre.", "Los precios nunca subieron.")["opposites"] == 1
    assert stands("It is not made of wood.", "It is made of wood.")["not in one"] == 1


def test_of_a_long_passage_the_sentence_that_is_alike_is_compared() -> None:
    passage = "The sea is deep. Birds sing. The old mill was built by monks in 1203. Nothing else is known."
    assert stands("The old mill was built by monks.", passage)["near length"] < 12
    assert stands("The old mill was built by monks.", passage)["near stems"] == pytest.approx(1)


@given(ANY, st.text(max_size=300))
def test_any_two_texts_can_be_compared(claim: str, passage: str) -> None:
    values = compare(read(claim), read(passage), BLANK)
    assert len(values) == len(named(read(""), read(""), BLANK))
    assert np.isfinite(values).all()


def test_trees_are_walked_to_their_leaves() -> None:
    # One tree for each of two classes: a split at 0.5 of feature 1, and a single leaf.
    forest = Forest(
        np.array([1, 0, 0, 0], np.int16),
        np.array([0.5, 0, 0, 0], np.float32),
        np.array([1, 1, 2, 3], np.int32),
        np.array([2, 1, 2, 3], np.int32),
        np.array([0, -1, 2, 7], np.float32),
        np.array([0, 3], np.int32),
        np.array([10, 20], np.float32),
    )
    assert forest.logits(np.array([[0, 0.5], [0, 0.6]], np.float32)).tolist() == [[9, 27], [12, 27]]
