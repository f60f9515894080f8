"""Splitting documents, and finding the passage that a question is about."""

from __future__ import annotations

import codecs
import contextlib
import io
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.index import KnowledgeIndex
from bot.knowledge.passages import PASSAGE_LENGTH, Passage, split
from bot.knowledge.shipped import shipped_index
from bot.knowledge.words import informative, language_of, stem, words

_HOSTILE = (
    "", " ", "\0", "\ud800", "\u202e" * 50, "e" + "\u0301" * 10_000, "ﷺ" * 20_000, "a" * 100_000, "# " * 50_000, "```\n" * 25_000,
    "- x\n" * 25_000, "\n" * 100_000, "#" * 100_000, "word " * 20_000, "*" * 100_000,
)  # fmt: skip


def _bare(text: str) -> str:
    return "".join(text.split())


# ---- split


def test_headings_become_titles_and_stand_in_no_text() -> None:
    passages = split(
        "# Guide\n\nHello.\n\n## Install\n\nRun it.\n\n### Linux\n\nUse apt.\n\n## Use\n\nTalk.",
        document="g.md",
    )
    assert [(passage.title, passage.text) for passage in passages] == [
        ("Guide", "Hello."),
        ("Guide › Install", "Run it."),
        ("Guide › Install › Linux", "Use apt."),
        ("Guide › Use", "Talk."),
    ]


def test_a_document_without_headings_is_cited_by_its_name() -> None:
    assert split("Just a line.", document="notes.txt", language="en") == [
        Passage("notes.txt", "notes.txt", "Just a line.", "en")
    ]


def test_a_heading_with_nothing_under_it_is_not_lost() -> None:
    passages = split("# A\n\n## B\n\n## C\n\nText.\n\n# D", document="d")
    assert [(passage.title, passage.text) for passage in passages] == [
        ("A › B", "B"),
        ("A › C", "Text."),
        ("D", "D"),
    ]


def test_a_fence_stays_whole_and_what_is_in_it_is_no_heading() -> None:
    code = "```python\n# not a heading\n\n" + "print('x')\n" * 200 + "```"
    passages = split(f"# T\n\nBefore.\n\n{code}\n\nAfter.", document="d")
    assert code in [passage.text for passage in passages]
    assert {passage.title for passage in passages} == {"T"}


def test_a_fence_that_never_ends_takes_the_rest() -> None:
    assert split("```\n# a\n\nb", document="d")[0].text == "```\n# a\n\nb"


def test_paragraphs_share_a_passage_up_to_the_limit() -> None:
    passages = split("\n\n".join(f"Paragraph {n}: " + "word " * 40 for n in range(10)), document="d")
    assert len(passages) == 4
    assert all(len(passage.text) <= PASSAGE_LENGTH for passage in passages)


def test_a_long_paragraph_is_cut_after_a_sentence() -> None:
    passages = split("This is a sentence of the text. " * 100, document="d")
    assert len(passages) > 3
    assert all(passage.text.endswith(".") for passage in passages)


_TEXT_LINE = st.text(
    st.characters(exclude_characters="#`~=-\n\r", exclude_categories=("Cs", "Cc", "Z")),
    min_size=1,
    max_size=60,
)
_BLOCK = st.one_of(
    st.tuples(st.just("text"), st.lists(_TEXT_LINE, min_size=1, max_size=4).map("\n".join)),
    st.tuples(st.just("text"), _TEXT_LINE.map(lambda line: line * 60)),
    st.tuples(
        st.just("text"), st.lists(_TEXT_LINE.map("- {}".format), min_size=1, max_size=30).map("\n".join)
    ),
    st.tuples(st.just("text"), _TEXT_LINE.map("```\n# {}\n\nx\n```".format)),
    st.tuples(st.sampled_from("123456"), st.integers(0, 99).map("heading{}".format)),
)


@given(st.lists(_BLOCK, max_size=20))
def test_split_keeps_all_text_in_order_and_every_heading(blocks: list[tuple[str, str]]) -> None:
    markdown = "\n\n".join(text if kind == "text" else "#" * int(kind) + " " + text for kind, text in blocks)
    passages = split(markdown, document="d")
    bodies = [passage.text for passage in passages if passage.text != passage.title.split(" › ")[-1]]
    assert _bare("".join(bodies)) == _bare("".join(text for kind, text in blocks if kind == "text"))
    titles = "\n".join(passage.title for passage in passages)
    assert all(text in titles for kind, text in blocks if kind != "text")


@given(st.text(max_size=3000))
def test_split_of_any_text_has_passages_of_bounded_length_unless_a_fence(text: str) -> None:
    for passage in split(text, document="d"):
        assert passage.text.strip()
        assert len(passage.text) <= PASSAGE_LENGTH or "```" in passage.text or "~~~" in passage.text


@pytest.mark.parametrize("text", _HOSTILE)
def test_hostile_documents_and_queries_neither_raise_nor_hang(text: str) -> None:
    index = shipped_index()
    begin = time.perf_counter()
    index.add(split(text, document="d"))
    index.search(text)
    language_of(text)
    assert time.perf_counter() - begin < 3


# ---- words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("messages", "message"), ("blocked", "blocking"), ("bloqueaste", "bloquear"), ("errores", "error"),
        ("guardas", "guardan"), ("traduzco", "traducir"), ("busqué", "buscar"), ("conversación", "conversaciones"),
        ("Guardián", "guardianes"), ("moderators", "MODERATOR"), ("translates", "translate"), ("días", "dia"),
    ],
)  # fmt: skip
def test_forms_of_a_word_share_their_stem(one: str, other: str) -> None:
    assert stem(words(one)[0]) == stem(words(other)[0])


def test_asking_words_do_not_count() -> None:
    assert informative("Can you tell me the 3rd sentence of the Zen?") == ["zen"]
    assert informative("¿Me puedes decir, por favor, la tercera frase del Zen?") == ["zen"]


@pytest.mark.parametrize(
    ("text", "language"),
    [("where is it?", "en"), ("¿dónde está?", "es"), ("Zen Python", ""), ("", ""), ("me gusta mucho", "es")],
)
def test_the_small_words_tell_the_language(text: str, language: str) -> None:
    assert language_of(text) == language


# ---- search


@pytest.fixture(scope="module")
def shipped() -> KnowledgeIndex:
    return shipped_index()


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("what is the third sentence of the Zen of Python?", "PEP 20 – The Zen of Python"),
        ("¿qué dice el Zen de Python sobre los errores?", "PEP 20 – El Zen de Python (traducción)"),
        ("how long do you keep my messages?", "What does Sereno keep about me"),
        ("¿cuánto tiempo guardas mis mensajes?", "¿Qué guarda Sereno sobre mí"),
        ("why did you block my message?", "Why was my message blocked?"),
        ("¿por qué bloqueaste mi mensaje?", "¿Por qué se bloqueó mi mensaje?"),
        ("is my data sent to some company", "Where is my data stored?"),
        ("¿mandáis los datos a una empresa?", "¿Dónde se guardan mis datos?"),
        ("which commands exist?", "The commands"),
        ("qué comandos tienes", "Los comandos"),
        ("can a moderator read my direct messages?", "Who can read what I write"),
        ("¿un moderador puede leer mis mensajes directos?", "¿Quién puede leer"),
        ("the reply was withheld, why?", "Why was a reply withheld?"),
        ("retiraste tu respuesta", "¿Por qué se retiró una respuesta?"),
        ("the provider is down", "What if the provider of the model is down?"),
    ],
)
def test_a_question_finds_its_passage_first(shipped: KnowledgeIndex, question: str, title: str) -> None:
    best = shipped.search(question)[0]
    assert title in best.passage.title
    assert best.score >= 0.5


@pytest.mark.parametrize(
    "question",
    [
        "what's the capital of Mongolia?", "¿cómo cocino paella?", "who painted the Mona Lisa?", "¿quién pintó la Gioconda?",
        "how do I sort a list in Python?", "¿cómo se instala numpy en Windows?", "what is the best programming language?",
        "When has Guido van Rossum started to work at the Python University of Oklahoma?", "write a haiku about autumn",
        "cuéntame un cuento de dragones", "which train goes to Vienna?", "how tall is Mount Everest", "¿qué tiempo hace en Sevilla?",
        "recomiéndame una película de miedo", "is there life on Mars?",
    ],
)  # fmt: skip
def test_a_question_about_something_else_scores_below_half(shipped: KnowledgeIndex, question: str) -> None:
    assert all(hit.score < 0.5 for hit in shipped.search(question))


def test_a_question_prefers_its_own_language_to_the_readers(shipped: KnowledgeIndex) -> None:
    assert shipped.search("¿qué es el zen de python?", language="en")[0].passage.language == "es"
    assert shipped.search("what is the zen of python?", language="es")[0].passage.language == "en"
    assert shipped.search("Zen Python", language="es-MX")[0].passage.language == "es"
    assert shipped.search("Zen Python", language="en")[0].passage.language == "en"


def test_accents_and_case_do_not_matter(shipped: KnowledgeIndex) -> None:
    with_accents = shipped.search("¿qué dice el zen sobre la ambigüedad?")
    without = shipped.search("que dice el ZEN sobre la AMBIGUEDAD")
    assert [hit.passage for hit in with_accents] == [hit.passage for hit in without]


def test_limit_bounds_the_hits_and_scores_fall(shipped: KnowledgeIndex) -> None:
    hits = shipped.search("what happens with my message in the conversation", limit=3, language="en")
    assert len(hits) == 3
    scores = [hit.score for hit in hits if hit.passage.language == "en"]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    "query",
    [
        'zen"', '"zen', "zen*", "zen AND", "NOT zen", "NEAR(zen python, 2)", "title:zen", "{title text}: zen", "zen OR OR", "^zen", "(zen",
        "zen + python -silently", "zen'; DROP TABLE passages;--", "zen\0",
    ],
)  # fmt: skip
def test_search_syntax_in_a_query_is_only_words(shipped: KnowledgeIndex, query: str) -> None:
    assert any("Zen" in hit.passage.title for hit in shipped.search(query))


@given(st.text(max_size=200), st.text(max_size=8))
def test_search_never_raises_and_scores_lie_between_0_and_1(query: str, language: str) -> None:
    index = KnowledgeIndex()
    index.add([Passage("d", "Title", query, ""), Passage("d", query, "other words", "es")])
    for hit in index.search(query, language=language):
        assert 0 < hit.score <= 1


def test_an_empty_index_finds_nothing() -> None:
    assert KnowledgeIndex().search("anything at all") == []


def test_the_rare_word_of_a_question_weighs_more_than_the_common_one() -> None:
    index = KnowledgeIndex()
    index.add(Passage("d", f"Server {n}", "The server has a port and a name.", "en") for n in range(50))
    index.add([Passage("d", "Wireguard", "A tunnel with keys.", "en")])
    hits = index.search("wireguard server", limit=2)
    assert hits[0].passage.title == "Wireguard"
    assert hits[0].score > 0.5 > hits[1].score


def test_what_is_about_a_query_is_found_among_many_that_share_one_of_its_words() -> None:
    index = KnowledgeIndex()
    index.add(Passage("d", f"Tunnel {n}", "tunnel " * 9 + "A road.", "en") for n in range(70))
    index.add([Passage("d", "Keys", "A tunnel has a lantern, a ladder, an anchor and two keys.", "en")])
    (hit,) = index.search("tunnel lantern ladder anchor", limit=4, least=0.5)
    assert hit.passage.title == "Keys"


def test_a_passage_below_the_least_score_is_no_hit() -> None:
    index = KnowledgeIndex()
    index.add(
        [Passage("d", "Server", "The server has a port.", "en"), Passage("d", "Wire", "A tunnel.", "en")]
    )
    assert [hit.passage.title for hit in index.search("server tunnel port", least=0.5)] == ["Server"]
    assert len(index.search("server tunnel port")) == 2


def test_a_query_of_100_kb_among_3000_passages_is_answered_all_the_same() -> None:
    rng = random.Random(3)
    vocabulary = ["".join(rng.choices("abcdefghij", k=6)) for _ in range(2000)]
    index = KnowledgeIndex()
    index.add(Passage("d", f"t{n}", " ".join(rng.choices(vocabulary, k=60)), "") for n in range(3000))
    query = " ".join(rng.choices(vocabulary, k=15_000))
    begin = time.perf_counter()
    assert index.search(query)
    assert time.perf_counter() - begin < 2.0


# ---- what is shipped


def test_pep_20_is_shipped_word_for_word(shipped: KnowledgeIndex) -> None:
    with contextlib.redirect_stdout(io.StringIO()):
        import this
    heading, _, *aphorisms = codecs.decode(this.s, "rot13").split("\n")
    zen = shipped.search("The Zen of Python", language="en")[0].passage
    assert zen.text.split("\n") == aphorisms
    assert zen.title == "PEP 20 – The Zen of Python"
    assert heading.startswith("The Zen of Python")
    translated = shipped.search("El Zen de Python", language="es")[0].passage
    assert "traducción" in translated.title
    assert len(translated.text.split("\n")) == len(aphorisms)


def test_both_guides_tell_about_every_command(shipped: KnowledgeIndex) -> None:
    from bot.commands import table

    for question in ("what are the commands?", "¿cuáles son los comandos?"):
        text = shipped.search(question)[0].passage.text
        assert [spec.name for spec in table() if f"`/{spec.name.split()[0]}`" not in text] == []
