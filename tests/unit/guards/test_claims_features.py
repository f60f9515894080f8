"""What is read of sentences and passages, without any weights."""

from __future__ import annotations

from difflib import SequenceMatcher

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guards.claims.aligned import blocks, places
from guards.claims.compared import NAMES, compare
from guards.claims.features import DENSE, MARKS, cleaned, features, is_spanish
from guards.claims.forest import ALL, Forest
from guards.claims.sides import Given, Stated
from guards.claims.tables import Tables
from guards.claims.texts import BUCKETS, Number, read, stem

ANY = st.text(max_size=120)
BLANK = Tables(
    np.full(1 << BUCKETS, 64, np.uint8), np.zeros(0, np.uint32), np.zeros((0, 8), np.int8)
)  # every word as telling as the others, and no vectors


def marks(sentence: str) -> set[str]:
    return {MARKS[index] for index in np.flatnonzero(features(sentence).dense[: len(MARKS)])}


def stands(claim: str, passage: str) -> dict[str, float]:
    values = compare(Stated(read(claim), BLANK), Given(read(passage), BLANK))
    return dict(zip(NAMES, values, strict=True))


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
    assert np.isfinite(list(stands(claim, passage).values())).all()


def test_a_passage_that_was_compared_says_the_same_of_the_next_claim() -> None:
    passage = "The mill was built by monks in 1203. It burned down in 1350, and nobody rebuilt it."
    claims = ("It burned down in 1350.", "The mill was built in 1350.", "It burned down in 1350.")
    known = Given(read(passage), BLANK)
    found = [compare(Stated(read(claim), BLANK), known) for claim in claims]
    assert found == [list(stands(claim, passage).values()) for claim in claims]


@given(st.lists(st.sampled_from("abcd"), max_size=12), st.lists(st.sampled_from("abcd"), max_size=12))
def test_what_two_texts_share_is_what_difflib_finds(one: list[str], other: list[str]) -> None:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    assert blocks(one, places(other)) == [tuple(block) for block in matcher.get_matching_blocks()[:-1]]


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (
            "El paro baja un 14,5 % en España. ¡El paro, por fin, baja! https://t.co/x @alguien 👏",
            "El paro baja un 14 5 % en España.¡El por fin baja! @<USER>",
        ),
        (
            "Ávila recibe «520.000 €», dice la ministra. La obra sigue.",
            "vila recibe 520.000 euros dice la ministra.obra sigue.",
        ),
        ("Según l’Estat, Àngel lo vio.", "Según lEstat ngel lo vio."),
    ],
)
def test_a_spanish_text_is_read_like_those_that_were_trained_on(now: str, then: str) -> None:
    assert cleaned(now).split() == cleaned(then).split()


def test_an_english_text_keeps_its_words_and_marks() -> None:
    assert cleaned("The cat, the “old” cat, is here: see https://a.example/b") == (
        'The cat, the "old" cat, is here: see'
    )


def test_rows_end_in_the_leaf_that_no_split_keeps_them_from() -> None:
    # One tree for each of two classes: two splits with three leaves, and a single leaf.
    forest = Forest(
        np.array([1, 0, 0], np.intp),
        np.array([0.5, 3, np.inf], np.float32),
        np.array([ALL ^ 0b011, ALL ^ 0b001, ALL], np.uint32),
        np.array([0, 2], np.int32),
        np.array([-1, 1, 2, 7], np.float32),
        np.array([0, 3], np.int32),
        np.array([10, 20], np.float32),
    )
    rows = np.array([[0, 0.5], [4, 0.5], [0, 0.6]], np.float32)
    assert forest.logits(rows).tolist() == [[9, 27], [11, 27], [12, 27]]
