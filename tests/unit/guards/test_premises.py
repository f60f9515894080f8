"""What questions take for granted, and whether anything known says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guards.base import Document
from guards.evals.premises import rows, table
from guards.premise import premises
from guards.premises.named import Neutral, to_ask, wrong_premise
from guards.premises.names import things
from guards.premises.premise import Premise, fold
from guards.premises.support import settle

ZEN = Document(
    "PEP 20 – The Zen of Python",
    (Path(__file__).parents[3] / "bot/knowledge/shipped/zen.txt").read_text(encoding="utf-8").strip(),
)
TRAM = Document(
    "Blue Line",
    "The Blue Line has 19 stops. The first tram leaves at 5:10. Dogs travel free, bicycles do not. "
    "It was opened by Queen Astrid in 1931.",
)


def said(question: str) -> list[str]:
    """What `question` takes for granted, but for the things it names."""
    return [one.statement for one in premises(question) if one.what not in one.names[:1]]


@pytest.mark.parametrize(
    ("question", "statement"),
    [
        (
            "When has Guido van Rossum started to work at the Python University of Oklahoma?",
            "Guido van Rossum has started to work at the Python University of Oklahoma",
        ),
        ("Why Guido van Rossum loves vanilla cakes?", "Guido van Rossum loves vanilla cakes"),
        ("Why does the moon produce its own light?", "the moon produces its own light"),
        ("what year did shakespeare win the nobel prize", "shakespeare won the nobel prize"),
        ("Who wrote the Odyssey of Mars?", "someone wrote the Odyssey of Mars"),
        ("What did Plato tweet about democracy?", "Plato tweeted something about democracy"),
        ("Which Swiss city hosted the final?", "some Swiss city hosted the final"),
        ("How many Oscars did Newton win?", "Newton won oscars"),
        ("By how much is Iceland larger than Australia?", "Iceland is larger than Australia"),
        ("How much older is TypeScript than JavaScript?", "TypeScript is older than JavaScript"),
        ("Why isn't Rust compiled?", "Rust is not compiled"),
        ("Now that Iceland has left NATO, who patrols?", "Iceland has left NATO"),
        ("What made Gandhi invent the helicopter?", "Gandhi invented the helicopter"),
        ("Can you explain why PHP is compiled to wasm?", "PHP is compiled to wasm"),
        ("What is in Hamlet, by Charles Dickens?", "Hamlet is by Charles Dickens"),
        (
            "What's the title of Hawking's third cookbook?",
            "there is such a thing as Hawking's third cookbook",
        ),
        (
            "¿Cuándo empezó Guido van Rossum a trabajar en Google?",
            "Guido van Rossum empezó a trabajar en Google",
        ),
        ("¿Por qué le encantan a Guido las tartas?", "a Guido le encantan las tartas"),
        ("por que los gatos ponen huevos", "los gatos ponen huevos"),
        ("¿Cuántos Óscar ganó Newton?", "Newton ganó Óscar"),
        ("¿Cuánto más alto es el Teide que el Everest?", "el Teide es más alto que el Everest"),
        ("¿Quién pintó el Guernica en Lima?", "alguien pintó el Guernica en Lima"),
        ("¿Qué río cruza la Luna de norte a sur?", "algún río cruza la Luna de norte a sur"),
        ("Ya que Rust no tiene compilador, ¿cómo va?", "Rust no tiene compilador"),
        ("¿De qué trata la novela Rayuela de García Márquez?", "Rayuela es de García Márquez"),
        ("¿Cómo se titula el tercer libro de Hawking?", "existe el tercer libro de Hawking"),
    ],
)
def test_a_question_says_what_it_takes_for_granted(question: str, statement: str) -> None:
    assert statement in said(question)


@pytest.mark.parametrize(
    "question",
    [
        "hey sereno what's up",
        "thanks!",
        "why won't my code run",
        "How do I stop my bot from crashing?",
        "Where do we meet tomorrow?",
        "Is Python faster than C?",
        "Write a story about the Python University of Oklahoma.",
        "Pretend that Guido van Rossum lives on Mars.",
        "¿Por qué tarda tanto en cargar mi página?",
        "¿Cómo puedo ordenar una lista?",
        "Escribe un cuento sobre por qué la Luna es de queso.",
        "",
    ],
)
def test_what_is_asked_openly_invented_or_the_members_own_is_no_premise(question: str) -> None:
    assert said(question) == []


def test_a_document_has_no_more_sentences_than_it_has() -> None:
    (premise, *_) = premises("Can you provide the 24th sentence of the Zen of Python?")
    assert (premise.kind, premise.what) == ("place", "24th sentence of the Zen of Python")
    assert settle(premise, [ZEN]).state == "contradicted"
    (there, *_) = premises("Can you provide the third sentence of the Zen of Python?")
    assert settle(there, [ZEN]).state == "supported"


def test_of_a_section_no_sentences_are_counted() -> None:
    (premise, *_) = premises("What is the 24th sentence of the Zen of Python?")
    assert settle(premise, [Document("Manual › The Zen of Python", ZEN.text)]).state != "contradicted"


@pytest.mark.parametrize(
    ("question", "state"),
    [
        ("Why did Queen Astrid open the Blue Line in 1931?", "supported"),
        ("Why did Queen Astrid open the Blue Line in 1951?", "contradicted"),
        ("Why are bicycles free on the Blue Line?", "contradicted"),
        ("Why is the Blue Line painted by vampires from Saturn?", "silent"),
        ("Why does the Green Line stop at Saturn?", "open"),
    ],
)
def test_passages_support_contradict_or_are_silent(question: str, state: str) -> None:
    assert settle(premises(question)[0], [TRAM]).state == state


def test_what_members_said_supports() -> None:
    fact, *_ = premises("When does Bruno's workshop on pottery start?")
    assert settle(fact, [], ["Bruno's workshop on pottery starts in May"]).state == "supported"


def test_an_attribution_is_compared_with_what_the_document_says() -> None:
    about = Document("PEP 20 › abstract", "PEP 20, The Zen of Python, was written by Tim Peters in 2004.")
    wrong, *_ = premises("The Zen of Python, by Al Pacino (Godfather):")
    right, *_ = premises("The Zen of Python, by Tim Peters:")
    assert (wrong.kind, wrong.names) == ("author", ("Zen of Python", "Al Pacino"))
    found = settle(wrong, [ZEN, about])
    assert (found.state, found.says) == ("contradicted", about.text)
    assert settle(right, [ZEN, about]).state == "supported"
    assert settle(wrong, [ZEN]).state == "silent"


def answered(question: str, answer: Neutral, *documents: Document) -> str:
    """What is said of a question where a model gives the same answer to everything."""
    settled = [settle(one, documents) for one in premises(question)]
    claim = wrong_premise(settled, dict.fromkeys(to_ask(settled), answer))
    return claim.says if claim else ""


def test_what_nobody_knows_is_named_and_what_the_model_affirms_is_not() -> None:
    question = "When has Guido van Rossum started to work at the Python University of Oklahoma?"
    assert answered(question, "yes") == ""
    assert "Python University of Oklahoma" in answered(question, "unknown")
    settled = [settle(one, []) for one in premises(question)]
    assert wrong_premise(settled, {}) is None


def test_a_thing_that_does_not_exist_is_named_before_what_is_said_of_it() -> None:
    question = "When has Guido van Rossum started to work at the Python University of Oklahoma?"
    settled = [settle(one, []) for one in premises(question)]
    answers: dict[Premise, Neutral] = {
        one: "no" if "Oklahoma" in one.statement else "yes" for one in to_ask(settled)
    }
    claim = wrong_premise(settled, answers)
    assert claim is not None
    assert (claim.kind, claim.verdict, claim.says) == (
        "premise",
        "unverifiable",
        "Python University of Oklahoma",
    )
    assert (claim.start, claim.end) == (0, 0)


def test_what_only_members_can_know_is_not_named_because_a_model_does_not_know_it() -> None:
    assert answered("When does the next meetup start?", "unknown") == ""
    assert answered("Why did Ana leave?", "unknown") == ""


def test_what_a_document_says_counts_more_than_the_model() -> None:
    assert "1931" in answered("Why did Queen Astrid open the Blue Line in 1951?", "yes", TRAM)
    assert answered("Why did Queen Astrid open the Blue Line in 1931?", "no", TRAM) == ""


def test_names_are_found_as_they_are_written() -> None:
    text = (
        "Did Guido van Rossum use `list.sort()`, --fast or “Types without tears” at the University of Tartu?"
    )
    assert [thing.text for thing in things(text)] == [
        "Guido van Rossum", "list.sort()", "--fast", "Types without tears", "University of Tartu",
    ]  # fmt: skip


@given(st.text(max_size=200))
def test_spans_lie_in_any_question(question: str) -> None:
    for one in premises(question):
        assert 0 <= one.start < one.end <= len(question)
        assert one.statement
        settle(one, [TRAM], [question])


@given(st.text())
def test_folding_keeps_every_place(text: str) -> None:
    assert len(fold(text)) == len(text)


@pytest.mark.parametrize(
    "hostile", ["why " * 5000, "the a of " * 5000, "¿por qué " * 3000, "A of " * 4000, "'" * 20000]
)
def test_long_questions_take_no_longer_than_others(hostile: str) -> None:
    assert len(premises(hostile)) < 20


def test_the_sets_are_pairs_of_both_languages_that_share_no_question() -> None:
    test, dev = rows("test"), rows("dev")
    assert len(test) == 240
    assert sum(row.label for row in test) == 120
    assert sum(row.lang == "es" for row in test) == 120
    assert not {row.text for row in test} & {row.text for row in dev}
    assert all(bool(row.wrong) == bool(row.label) for row in test)


def test_figures_of_the_test_set_hold() -> None:
    line = list(table("test"))[2]
    named, flagged = (float(cell.split()[0]) for cell in line.strip("| ").split(" | ")[1:])
    assert named >= 80
    assert flagged <= 5


def test_what_a_member_has_said_supports_a_premise_and_contradicts_none() -> None:
    (premise,) = premises("When was the library of Madrigal founded by Elena Ruiz?")[:1]
    said = "The library of Madrigal was founded by Elena Ruiz."
    other = "The library of Madrigal was founded by Marta Sanz."
    assert settle(premise, (), [said]).state == "supported"
    assert settle(premise, (), [other]).state == "open"
