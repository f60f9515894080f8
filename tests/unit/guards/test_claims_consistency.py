"""Other answers to the same question: what they say of a claim, and when they say nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guards.claims.consistency import MOST_SAMPLES, SIGNALS, WEIGHED, Samples, stated, weights
from guards.claims.plain import words

QUESTION = "who plays the saint of killers on preacher"
CLAIM = "Graham McTavish plays the Saint of Killers on Preacher."


def test_answers_that_name_the_same_agree_however_they_put_it() -> None:
    samples = Samples(CLAIM, ["Graham McTavish.", "It is Graham McTavish.", CLAIM], QUESTION)
    assert samples.answer(CLAIM) == "agree"
    assert samples.unsupported(CLAIM) < 0.3


def test_answers_that_name_others_differ() -> None:
    samples = Samples(CLAIM, ["Noah Taylor.", "Dominic Cooper plays him.", "Clint Eastwood."], QUESTION)
    assert samples.answer(CLAIM) == "differ"
    assert samples.unsupported(CLAIM) > 0.7


@pytest.mark.parametrize(("year", "said"), [("1742", "agree"), ("1790", "differ")])
def test_numbers_count_in_spanish_too(year: str, said: str) -> None:
    claim = f"La torre del reloj se terminó en {year}."
    texts = ["Se terminó en 1742.", "En 1742.", "La torre se terminó en 1742, dicen los archivos."]
    assert Samples(claim, texts, "¿Cuándo se terminó la torre del reloj?").answer(claim) == said


def test_one_answer_alone_says_nothing() -> None:
    assert Samples(CLAIM, ["Noah Taylor."], QUESTION).answer(CLAIM) == ""


def test_short_answers_say_nothing_of_what_they_do_not_speak_of() -> None:
    late = "He retired with an average of 2.87 runs."
    reply = f"Rick Mahler pitched for Atlanta. {late}"
    samples = Samples(reply, ["Pitched for Atlanta.", "A pitcher of Atlanta."], "Who was Rick Mahler?")
    assert samples.answer(late) == ""


def test_every_answer_speaks_of_the_claim_that_answers_the_question() -> None:
    reply = "The lighthouse of Farola was built by Tomás Arroyo in 1871. Sailors see it first when they come home."
    samples = Samples(
        reply, ["Pedro Vidal, 1902", "Emilio Cano, 1889"], "Who built the lighthouse of Farola?"
    )
    first, second = reply[:59], reply[60:]
    assert samples.answer(first) == "differ"
    assert samples.answer(second) == ""


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("I'm sorry, I cannot answer this question without more information.", ""),
        ("As an AI language model, I don't have access to real-time data. It opened in 1921.", "It opened in 1921."),
        ("I do not have live data, but Ashrita Furman holds the record.", "Ashrita Furman holds the record."),
        ("Lo siento, no puedo decirlo.", ""),
        ("No dispongo de datos, pero la torre mide 40 metros.", "la torre mide 40 metros."),
        (CLAIM, CLAIM),
    ],
)  # fmt: skip
def test_what_only_says_why_there_is_no_answer_states_nothing(text: str, rest: str) -> None:
    assert stated(text) == rest


def test_a_claim_that_states_nothing_is_not_supported() -> None:
    declined = "I'm sorry, but I cannot answer this question."
    assert Samples(declined, [declined] * 3, QUESTION).unsupported(declined) > 0.5


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.lists(st.text(max_size=80), min_size=1, max_size=3), st.text(max_size=40))
def test_whatever_is_written_every_signal_is_a_share(claim: str, texts: list[str], question: str) -> None:
    samples = Samples(claim, texts, question)
    signals = samples.signals(claim)
    assert tuple(signals) == SIGNALS
    assert all(0 <= one <= 1.0001 for one in signals.values()), signals
    assert 0 < samples.unsupported(claim) < 1
    assert samples.answer(claim) in ("agree", "differ", "")


def test_no_more_samples_are_read_than_count() -> None:
    same = Samples(CLAIM, [CLAIM] * MOST_SAMPLES, QUESTION)
    more = Samples(CLAIM, [CLAIM] * MOST_SAMPLES + ["Noah Taylor."] * 90, QUESTION)
    assert same.signals(CLAIM) == more.signals(CLAIM)


def test_everything_that_speaks_for_a_claim_makes_it_less_likely_to_be_wrong() -> None:
    for part, shipped in weights().items():
        assert set(shipped.signals) == {*WEIGHED[part], "declines"}
        assert all(weight < 0 for name, weight in shipped.signals.items() if name != "declines")
        assert shipped.signals["declines"] > 0
        assert shipped.agree < 0.5 < shipped.differ


def test_yes_and_no_are_not_told_apart_and_nothing_is_said_of_them() -> None:
    assert Samples("Yes.", ["No.", "Yes.", "No."], "Is it?").answer("Yes.") == ""


def test_words_are_found_where_they_stand() -> None:
    text = words("The old town has a clock tower.")
    assert text.find(("the", "old")) == 0
    assert text.find(("clock", "tower")) == 5
    assert text.find(("clock",), 5) == 5
    assert text.find(("clock",), 6) == -1
