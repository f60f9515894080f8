"""What is remembered of texts changes nothing of what is said about them, and is bounded."""

from __future__ import annotations

import zlib

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from guards.claims import texts
from guards.claims.forest import ALL, ROWS, Forest
from guards.claims.remembered import LONGEST, remembered
from guards.claims.tables import Tables
from guards.claims.texts import BUCKETS, read

WORDS = st.lists(
    st.sampled_from(
        [
            "12",
            "%",
            "three",
            "y",
            "cuarenta",
            "dos",
            "$5",
            "Ana",
            "Madrid.",
            "at",
            "least",
            "3",
            "mil?",
            "the",
            "books",
            "1990",
            "v1.2",
            "3rd",
            "¿Es",
        ]
    )
)


class Counted:
    def __init__(self) -> None:
        self.done: list[str] = []

    def __call__(self, text: str) -> int:
        self.done.append(text)
        return len(text)


def test_a_text_that_comes_again_is_worked_out_once() -> None:
    work = Counted()
    known = remembered(work, 2)
    assert [known(text) for text in ("a", "bb", "a", "bb")] == [1, 2, 1, 2]
    assert work.done == ["a", "bb"]


def test_of_many_texts_the_last_ones_are_remembered() -> None:
    work = Counted()
    known = remembered(work, 2)
    for text in ("a", "bb", "ccc", "a"):
        known(text)
    assert work.done == ["a", "bb", "ccc", "a"]


def test_nothing_is_remembered_of_a_long_text() -> None:
    work = Counted()
    known = remembered(work, 2)
    long = "x" * (LONGEST + 1)
    assert known(long) == known(long) == LONGEST + 1
    assert len(work.done) == 2


@given(WORDS.map(" ".join), st.integers(1, 12))
def test_a_short_text_that_stays_read_is_read_like_any_other(text: str, most: int) -> None:
    long = f"{text} {'.' * texts.SHORT}"
    assert read(text, most) == read(text, most) == read(long, most)


def test_no_more_tokens_are_known_than_may_be() -> None:
    for start in range(0, texts.KNOWN_TOKENS + 500, 500):
        read(
            " ".join(
                f"w{chr(97 + number % 26)}{'abcdefghij'[number // 26 % 10]}{number}"
                for number in range(start, start + 500)
            )
        )
    read("x" * (texts.LONGEST + 1))
    assert len(texts._KNOWN) <= texts.KNOWN_TOKENS
    assert all(len(token) <= texts.LONGEST for token in texts._KNOWN)


def test_rows_have_the_same_leaves_alone_and_together() -> None:
    rng = np.random.default_rng(5)
    splits = [1, 3, 2, 3, 1, 2]
    starts = np.cumsum([0, *splits[:-1]]).astype(np.int32)
    forest = Forest(
        rng.integers(0, 4, sum(splits)).astype(np.intp),
        rng.integers(0, 3, sum(splits)).astype(np.float32),
        np.concatenate(
            [ALL ^ np.uint32((1 << size) - 1) >> np.arange(size, dtype=np.uint32) for size in splits]
        ),
        starts,
        rng.normal(size=sum(splits) + len(splits)).astype(np.float32),
        (starts + np.arange(len(splits))).astype(np.int32),
        np.array([1, 2], np.float32),
    )
    rows = rng.integers(-1, 4, (3 * ROWS + 1, 4)).astype(np.float32)
    together = forest.logits(rows)
    assert together.shape == (len(rows), 2)
    assert [forest.logits(row[None])[0].tolist() for row in rows] == together.tolist()


def test_vectors_have_the_length_one_and_unknown_words_none() -> None:
    words = ("cat", "dog")
    codes = np.array(sorted(zlib.crc32(word.encode()) for word in words), np.uint32)
    tables = Tables(np.zeros(1 << BUCKETS, np.uint8), codes, np.array([[3, 4], [0, 0]], np.int8))
    rows = tables.rows_of(["cat", "owl", "dog", "x" * 50])
    assert sorted(rows) == [-1, -1, 0, 1]
    assert tables.units([0, 1]).tolist() == [[np.float32(0.6), np.float32(0.8)], [0, 0]]
    assert tables.units([]).shape == (0, 2)
