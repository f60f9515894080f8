"""A reply's claims: what is one, what settles it, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest

from guards.base import Document, Line
from guards.claims.claim import Claim
from guards.claims.marking import MOST_CHARS, MOST_CLAIMS, drafted, looked_up, nearest, settled

ZEN = Document(
    "PEP 20 – The Zen of Python",
    "Beautiful is better than ugly.\nExplicit is better than implicit.\nSimple is better than complex.\n"
    "Complex is better than complicated.",
)
LIBRARY = Document(
    "Library rules",
    "The library was founded in 1987 by Elena Ruiz. It opens at nine in the morning. It has 12,000 books.",
)
THIRD = "Can you provide the third sentence of the Zen of Python?"


def marked(text: str, *documents: Document, question: str = "", lines: Sequence[Line] = ()) -> list[Claim]:
    claims = drafted(text, question=question, documents=documents, passages=documents)
    return settled(claims, [documents] * len(claims), lines)


def told(text: str, *documents: Document, **rest: object) -> list[tuple[str, str, str]]:
    """Verdict, kind and words of each claim."""
    found = marked(text, *documents, **rest)  # type: ignore[arg-type]  # what `marked` takes
    return [(claim.verdict, claim.kind, text[claim.start : claim.end]) for claim in found]


def test_what_a_passage_says_is_supported_with_its_source_and_its_words() -> None:
    (claim,) = marked("The library was founded in 1987 by Elena Ruiz.", LIBRARY)
    assert (claim.verdict, claim.kind, claim.source) == ("supported", "passage", "Library rules")
    assert claim.says == "The library was founded in 1987 by Elena Ruiz."
    assert 0.5 < claim.score <= 1


def test_another_number_than_the_passages_is_contradicted() -> None:
    (claim,) = marked("The library was founded in 1993 by Elena Ruiz.", LIBRARY)
    assert claim.verdict == "contradicted"
    assert "1987" in claim.says


def test_what_no_passage_tells_stays_open() -> None:
    assert told("Madrid is the capital of Spain.", LIBRARY) == [
        ("unverifiable", "passage", "Madrid is the capital of Spain.")
    ]
    assert told("Madrid es la capital de España desde 1561.") == [
        ("unverifiable", "passage", "Madrid es la capital de España desde 1561.")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Hello Ana! How can I help you today?",
        "¡Hola! ¿En qué puedo ayudarte?",
        "I think that is a lovely idea.",
        "You could try to restart it, and then look again.",
        "```\nprint(2 + 2 == 5)\n```",
        "",
        "🙂",
        "Thanks, I am glad to hear that!",
    ],
)
def test_what_claims_nothing_has_no_mark(text: str) -> None:
    assert marked(text, ZEN, LIBRARY) == []


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (
            "The third sentence of the Zen of Python is: “Beautiful is better than ugly.”",
            "third sentence of the Zen of Python is: “Beautiful is better than ugly.",
        ),
        ('"Beautiful is better than ugly."', "Beautiful is better than ugly."),
        ("Beautiful is better than ugly.", "Beautiful is better than ugly."),
        ("> Beautiful is better than ugly.", "Beautiful is better than ugly."),
    ],
)
def test_the_wrong_sentence_of_a_document_is_contradicted_however_it_is_given(reply: str, words: str) -> None:
    found = [claim for claim in marked(reply, ZEN, question=THIRD) if claim.verdict == "contradicted"]
    if reply.startswith(">"):
        # It does stand there: as a quotation it is right.
        assert told(reply, ZEN, question=THIRD) == [("supported", "quotation", words)]
        return
    (claim,) = found
    assert (claim.kind, claim.says, claim.source) == ("ordinal", "Simple is better than complex.", ZEN.title)
    assert reply[claim.start : claim.end] == words


def test_that_words_stand_in_a_document_does_not_make_them_its_third_sentence() -> None:
    found = told("The Zen of Python is PEP 20. Its third sentence is “Beautiful is better than ugly.”", ZEN)
    assert ("supported", "quotation") not in [(verdict, kind) for verdict, kind, _ in found]


def test_one_word_that_a_passage_has_too_supports_nothing() -> None:
    released = Document("Release notes", "The new version is released. It is out for everybody.")
    assert "supported" not in [verdict for verdict, _, _ in told("It is released.", released)]


def test_that_something_is_not_known_is_no_wrong_sentence() -> None:
    assert marked("I don't know that, sorry.", ZEN, question=THIRD) == []


def test_sums_and_dates_need_no_document() -> None:
    found = marked("17 × 23 is 381. July 4, 1776 was a Monday. 12 × 12 is 144.")
    assert [(claim.verdict, claim.kind, claim.says) for claim in found] == [
        ("contradicted", "arithmetic", "391"),
        ("contradicted", "date", "Thursday"),
        ("supported", "arithmetic", "144"),
    ]


def test_of_a_sentence_only_what_is_wrong_is_called_wrong() -> None:
    text = "The library was founded in 1987 by Elena Ruiz, and 12 times 12 is 145."
    assert [(claim.verdict, text[claim.start : claim.end]) for claim in marked(text, LIBRARY)][-1] == (
        "contradicted",
        "12 times 12 is 145",
    )


def test_a_block_quotation_is_one_claim_and_its_credit_none() -> None:
    text = f"> Beautiful is better than ugly.\n> Explicit is better than implicit.\n— {ZEN.title}"
    (claim,) = marked(text, ZEN)
    assert (claim.verdict, claim.kind, claim.source) == ("supported", "quotation", ZEN.title)
    assert text[claim.end :] == f"\n— {ZEN.title}"


def test_what_a_member_said_before_supports_with_their_name_but_never_contradicts() -> None:
    lines = [
        Line("member", "Ana", "Our flat in Toledo was built in 1954."),
        Line("bot", "", "It has 900 rooms."),
    ]
    (claim,) = marked("Your flat in Toledo was built in 1954.", lines=lines)
    assert (claim.verdict, claim.kind, claim.source) == ("supported", "said", "Ana")
    (claim,) = marked("The flat in Toledo was built in 1961.", lines=lines)
    assert claim.verdict == "unverifiable"
    assert [one.verdict for one in marked("The flat in Toledo has 900 rooms.", lines=lines)] == [
        "unverifiable"
    ]


def test_a_question_states_nothing() -> None:
    question = "When has Guido van Rossum started to work at the Python University of Oklahoma?"
    reply = "Guido van Rossum started to work at the Python University of Oklahoma in October 2020."
    lines = [Line("member", "Ana", question)]
    assert [claim.verdict for claim in marked(reply, ZEN, question=question, lines=lines)] == ["unverifiable"]


@pytest.mark.parametrize(
    "question", ["Write a short story about a dragon", "Cuéntame un cuento de un dragón", "Tell us a joke!"]
)
def test_in_what_is_made_up_on_request_nothing_is_a_claim(question: str) -> None:
    assert marked("The dragon Fafnir was born in Toledo in 1212.", question=question) == []
    assert marked("The dragon Fafnir was born in Toledo in 1212.", question="Who was Fafnir?") != []


def test_only_sentences_that_quote_or_count_are_looked_up_in_whole_documents() -> None:
    text = "Madrid is big. The second sentence of PEP 20 is short. She said “nothing at all”.\n> quoted"
    assert looked_up(text) == [
        "The second sentence of PEP 20 is short.",
        "She said “nothing at all”.",
        "quoted",
    ]
    assert looked_up("Madrid is big.", THIRD) == [THIRD]
    assert looked_up("Madrid is big.", "Is it?") == []


def test_spans_are_in_the_text_in_order_and_apart() -> None:
    text = (
        "**Madrid** is the capital of Spain, and Lisbon is the capital of Portugal. 2 + 2 = 5.\n\n"
        "- La biblioteca fue fundada en 1987 por Elena Ruiz.\n"
    )
    claims = marked(text, LIBRARY)
    assert len(claims) >= 3
    assert all(0 <= claim.start < claim.end <= len(text) for claim in claims)
    assert all(one.end <= other.start for one, other in pairwise(claims))


def test_no_reply_is_too_long() -> None:
    claims = marked("Madrid has 3,223,334 people. " * 5_000)
    assert 0 < len(claims) <= MOST_CLAIMS
    assert claims[-1].end <= MOST_CHARS


def test_the_nearest_sentence_is_that_with_the_claims_words() -> None:
    assert nearest("It opens at ten.", LIBRARY.text) == "It opens at nine in the morning."
    assert len(nearest("x", "x " * 1_000)) <= 300
