"""Sentences of a reply, and the claims that they are cut into."""

from __future__ import annotations

import re
from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guards.claims.atoms import atoms
from guards.claims.blocks import code
from guards.claims.sentences import sentences


def cut(text: str) -> list[str]:
    return [text[one.start : one.end] for one in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("He met Dr. Smith at 5 p.m. on Sunday. They left.", ["He met Dr. Smith at 5 p.m. on Sunday.", "They left."]),
        ("Pi is 3.14. It costs $1,234.56.", ["Pi is 3.14.", "It costs $1,234.56."]),
        ("Use e.g. Node.js, v. 2.0.1, or https://a.b/c.d?e=1. Then go.",
         ["Use e.g. Node.js, v. 2.0.1, or https://a.b/c.d?e=1.", "Then go."]),
        ("J. R. R. Tolkien wrote it. He lived in the U.K. The end.",
         ["J. R. R. Tolkien wrote it.", "He lived in the U.K.", "The end."]),
        ("Well... it works. Wait… Really?", ["Well... it works.", "Wait…", "Really?"]),
        ('She said "Stop. Now." and left. Good.', ['She said "Stop. Now." and left.', "Good."]),
        ("It is (see p. 5. Really.) so. Yes.", ["It is (see p. 5. Really.) so.", "Yes."]),
        ("El Sr. Pérez llegó, p. ej. ayer. ¿Vino solo? ¡Sí!",
         ["El Sr. Pérez llegó, p. ej. ayer.", "¿Vino solo?", "¡Sí!"]),
        ("Vive en EE. UU. desde 1990. Cuesta 1.234,56 €.", ["Vive en EE. UU. desde 1990.", "Cuesta 1.234,56 €."]),
        ("Dijo «Hola. Adiós.» y se fue. Fin.", ["Dijo «Hola. Adiós.» y se fue.", "Fin."]),
        ("**Bold.** Next one.", ["**Bold.**", "Next one."]),
        ("Is it Yahoo! or not? Yes.", ["Is it Yahoo! or not?", "Yes."]),
    ],
)  # fmt: skip
def test_a_text_is_cut_where_its_sentences_end(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


def test_markup_is_no_part_of_a_sentence() -> None:
    text = (
        "# Title\n\n- One. Two.\n2. Three\n> Said. Again.\n\n| a | b |\n|---|---|\n| c | 1956 |\n\n---\nEnd"
    )
    found = sentences(text)
    assert [(one.kind, text[one.start : one.end]) for one in found] == [
        ("heading", "Title"), ("item", "One."), ("item", "Two."), ("item", "Three"), ("quoted", "Said."),
        ("quoted", "Again."), ("row", "a | b"), ("row", "c | 1956"), ("prose", "End"),
    ]  # fmt: skip


def test_code_is_no_sentence_but_may_be_in_one() -> None:
    text = "Before.\n```python\nx = 1. Foo\n```\nCall `f. G()` twice. Now:\n`only code`\n~~~\nunclosed. Block"
    assert cut(text) == ["Before.", "Call `f. G()` twice.", "Now:"]


def test_a_lone_backtick_is_text() -> None:
    assert cut("A ` here. B there.") == ["A ` here.", "B there."]


def test_a_line_that_goes_on_is_one_sentence_and_a_new_one_is_not() -> None:
    assert cut("It was built\nin 1990. Good") == ["It was built\nin 1990.", "Good"]
    assert cut("Madrid\nBarcelona") == ["Madrid", "Barcelona"]


_PIECES = st.lists(
    st.sampled_from(
        ["Hello", "el Sr.", "EE. UU.", "3.14", "...", "…", "?", "!", ".", " ", "\n", "\n\n", "`", "```", "\n```\n", "«",
         "»", '"', "(", ")", "- ", "\n- ", "\n# ", "\n> ", "\n| a | b |\n", "https://a.b/c.", "¿Qué", "¡Sí!", "1. ",
         "**", "。", "a", "B", "~~~", "\t", "\u00a0", "\u2028", "😀"]
    )
).map("".join)  # fmt: skip
_MARKUP = re.compile(r"[\s>#|*+•‣·–—=~:_\-\[\]xX().0-9a-zA-Z]*")


@given(_PIECES | st.text(max_size=200))
def test_sentences_come_in_order_and_hold_everything_but_blanks_code_and_markers(text: str) -> None:
    found = sentences(text)
    hidden = code(text)
    last = 0
    gaps = []
    for one in found:
        assert last <= one.start < one.end <= len(text)
        assert not text[one.start].isspace()
        assert not text[one.end - 1].isspace()
        gaps.append((last, one.start))
        last = one.end
    for start, end in [*gaps, (last, len(text))]:
        outside = "".join(
            text[at] for at in range(start, end) if not any(low <= at < high for low, high in hidden)
        )
        # What makes a line an item ("12) ", "a) ", "[x]") is short; no word is ever lost.
        assert all(len(word) <= 4 for word in re.findall(r"\w+", outside)), outside
        assert _MARKUP.fullmatch(outside), outside


@given(_PIECES)
def test_a_text_without_code_or_markers_loses_no_letter(text: str) -> None:
    plain = re.sub(r"[`~#>|*+\-()\[\]\n]", " ", text)
    plain = re.sub(r"^\s*\w+[.)]\s", "", plain)
    kept = "".join(plain[one.start : one.end] for one in sentences(plain))
    assert [char for char in kept if char.isalpha()] == [char for char in plain if char.isalpha()]


@pytest.mark.parametrize(
    "piece",
    [
        "word ",
        ". ",
        "a. ",
        '"a" ',
        "(",
        "`",
        "` `` ",
        "Sr. ",
        "\n",
        "- ",
        "|",
        "> ",
        "***",
        '."',
        "\n```",
        "«a. ",
        "A.B.",
    ],
)
def test_hostile_texts_take_linear_time(piece: str) -> None:
    def seconds(characters: int) -> float:
        text = (piece * characters)[:characters]
        started = process_time()
        sentences(text)
        return process_time() - started

    seconds(5_000)
    few, many = (min(seconds(size) for _ in range(2)) for size in (5_000, 40_000))
    # Eight times the text: a quadratic reading would take sixty-four times as long.
    assert many < 30 * few + 0.02


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Guido was born in Haarlem and created Python in 1991.",
         ["Guido was born in Haarlem", "Guido created Python in 1991."]),
        ("Python is a language, and it was released in 1991.", ["Python is a language", "it was released in 1991."]),
        ("Madrid es la capital de España y tiene tres millones de habitantes, pero Barcelona es más densa.",
         ["Madrid es la capital de España", "Madrid tiene tres millones de habitantes", "Barcelona es más densa."]),
        ("The cat and the dog were asleep and tired.", ["The cat and the dog were asleep and tired."]),
        ("If it rains, the ground is wet and the river is full.", ["If it rains, the ground is wet and the river is full."]),
        ("She said that he left and that he was tired.", ["She said that he left and that he was tired."]),
        ("Is it good and was it made here?", ["Is it good and was it made here?"]),
        ('He wrote "this is it and that was it" and moved to Texas.',
         ['He wrote "this is it and that was it"', "He moved to Texas."]),
    ],
)  # fmt: skip
def test_a_sentence_is_cut_into_claims_only_where_each_holds_alone(text: str, expected: list[str]) -> None:
    found = atoms(text, 0, len(text))
    assert [one.text for one in found] == expected


_WORDS = 'It was Guido and wrote , ; ( ) y pero tiene " The is 1991 nació'


@given(st.lists(st.sampled_from(_WORDS.split())).map(" ".join))
def test_claims_lie_in_order_within_their_sentence(text: str) -> None:
    start, end = 0, len(text)
    found = atoms(text, start, end)
    assert found[0].start == start
    assert found[-1].end == end
    for one, other in pairwise(found):
        assert one.start < one.end <= other.start
        assert text[one.start : one.end] in one.text
