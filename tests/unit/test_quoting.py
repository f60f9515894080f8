"""The model that only quotes: what it answers to real questions on the shipped documents."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n import translate
from bot.knowledge.index import KnowledgeIndex
from bot.knowledge.shipped import shipped_index
from bot.models.base import Chunk, LanguageModel, ModelError, Prompt, PromptMessage
from bot.models.quoting import SENTENCES, QuotingModel, reply_to
from bot.tokens import count_tokens
from guards.base import Document

ZEN = "PEP 20 – The Zen of Python"
ZEN_ES = "PEP 20 – El Zen de Python (traducción)"


@pytest.fixture(scope="module")
def shipped() -> KnowledgeIndex:
    return shipped_index()


def _prompt(index: KnowledgeIndex, question: str, language: str, minimum: float = 0.5) -> Prompt:
    hits = index.search(question, language=language)
    evidence = tuple(Document(hit.passage.title, hit.passage.text) for hit in hits if hit.score >= minimum)
    return Prompt(
        (PromptMessage("user", question),), question=question, evidence=evidence, language=language, tokens=7
    )


async def _chunks(prompt: Prompt) -> list[Chunk]:
    model: LanguageModel = QuotingModel()
    return [chunk async for chunk in model.stream(prompt, timeout=5)]


# ---- questions with an answer


@pytest.mark.parametrize(
    ("question", "language", "quoted", "title"),
    [
        ("what is the third sentence of the Zen of Python?", "en", "Simple is better than complex.", ZEN),
        ("Can you provide the 3rd sentence of PEP 20?", "en", "Simple is better than complex.", ZEN),
        ("Tell me the last line of the Zen of Python", "en", "Namespaces are one honking great idea -- let's do more of those!", ZEN),
        ("the 12th line of the Zen of Python, please", "en", "In the face of ambiguity, refuse the temptation to guess.", ZEN),
        ("la segunda frase del Zen de Python", "es", "Lo explícito es mejor que lo implícito.", ZEN_ES),
        ("¿Cuál es la 3.ª frase del Zen de Python?", "es", "Lo simple es mejor que lo complejo.", ZEN_ES),
        ("dime la última frase del zen de python", "es", "Los espacios de nombres son una idea genial: ¡hagamos más de esas!", ZEN_ES),
        ("¿qué dice el Zen de Python sobre los errores?", "es", "Los errores nunca deberían pasar en silencio.", ZEN_ES),
        ("what does the Zen of Python say about errors?", "en", "Errors should never pass silently.", ZEN),
    ],
)  # fmt: skip
def test_a_sentence_that_is_asked_for_is_all_that_is_quoted(
    shipped: KnowledgeIndex, question: str, language: str, quoted: str, title: str
) -> None:
    assert reply_to(_prompt(shipped, question, language)) == f"> {quoted}\n— {title}"


@pytest.mark.parametrize(
    ("question", "language", "quoted", "title"),
    [
        ("how long do you keep my messages?", "en", "kept for a limited number of days", "for how long?"),
        (
            "¿cuánto tiempo guardas mis mensajes?",
            "es",
            "un número limitado de días",
            "durante cuánto tiempo?",
        ),
        ("why did you block my message?", "en", "A guard took it for", "Why was my message blocked?"),
        (
            "¿por qué bloqueaste mi mensaje?",
            "es",
            "Un guardián lo tomó por",
            "¿Por qué se bloqueó mi mensaje?",
        ),
        ("how do I translate something?", "en", "`/translate`", "The commands"),
        ("¿cómo traduzco un texto?", "es", "`/translate`", "Los comandos"),
        ("where is my data stored?", "en", "with `store` off", "Where is my data stored?"),
        (
            "what happens without a language model?",
            "en",
            "only quotes",
            "What happens without a language model?",
        ),
    ],
)
def test_a_question_is_answered_with_a_passage_and_its_source(
    shipped: KnowledgeIndex, question: str, language: str, quoted: str, title: str
) -> None:
    reply = reply_to(_prompt(shipped, question, language))
    assert reply.startswith("> ")
    assert quoted in reply
    assert any(line.startswith("— ") and title in line for line in reply.split("\n"))


def test_every_quoted_line_stands_in_the_evidence(shipped: KnowledgeIndex) -> None:
    for question in ("the zen of python", "what are the commands?", "why was my message blocked?"):
        prompt = _prompt(shipped, question, "en")
        known = {line.rstrip() for document in prompt.evidence for line in document.text.split("\n")}
        titles = {document.title for document in prompt.evidence}
        for line in filter(None, reply_to(prompt).split("\n")):
            assert line.removeprefix("> ") in known or line.removeprefix("— ") in titles


def test_a_sentence_beyond_the_last_is_not_made_up(shipped: KnowledgeIndex) -> None:
    reply = reply_to(_prompt(shipped, "the 25th sentence of the Zen of Python", "en"))
    assert reply.count("> ") == 19


def test_the_place_of_a_sentence_in_a_section_is_not_guessed() -> None:
    evidence = (Document("Manual › Setup", "One. Two. Three."),)
    reply = reply_to(
        Prompt((), question="third sentence of the manual setup", evidence=evidence, language="en")
    )
    assert "> One. Two. Three." in reply


def test_at_most_three_passages_are_quoted_and_each_adds_something() -> None:
    question = "apples bananas cherries damsons elderberries figs"
    evidence = (
        Document("A", "apples bananas cherries damsons"), Document("B", "apples bananas cherries"),
        Document("C", "cherries damsons elderberries"), Document("D", "damsons apples figs"),
        Document("E", "apples only"),
    )  # fmt: skip
    reply = reply_to(Prompt((), question=question, evidence=evidence, language="en"))
    assert [line for line in reply.split("\n") if line.startswith("— ")] == ["— A", "— C", "— D"]


# ---- questions without


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("what's the capital of Mongolia?", "en"),
        ("¿cómo cocino paella?", "es"),
        ("who won the chess olympiad?", "en"),
        ("¿quién ganó la liga?", "es"),
        ("how do I sort a list in Python?", "en"),
    ],
)
@pytest.mark.parametrize("minimum", [0.0, 0.5])
def test_a_question_that_no_document_answers_gets_an_honest_no(
    shipped: KnowledgeIndex, question: str, language: str, minimum: float
) -> None:
    """Also when the engine hands over passages that hardly fit."""
    assert reply_to(_prompt(shipped, question, language, minimum)) == translate(
        SENTENCES["nothing"], language
    )


@pytest.mark.parametrize(
    ("question", "language", "sentence"),
    [
        ("hola", "es", "greeting"), ("hi", "en", "greeting"), ("Hello Sereno!", "en", "greeting"), ("¡Buenos días!", "es", "greeting"),
        ("thanks a lot 🙏", "en", "thanks"), ("muchas gracias", "es", "thanks"), ("what can you do?", "en", "abilities"),
        ("¿qué puedes hacer?", "es", "abilities"), ("help", "en", "abilities"), ("ayuda", "es", "abilities"), ("???", "en", "abilities"),
        ("hola", "en", "greeting"), ("hi", "es-MX", "greeting"),
    ],
)  # fmt: skip
def test_small_talk_gets_one_kind_sentence_in_the_readers_language(
    question: str, language: str, sentence: str
) -> None:
    assert reply_to(Prompt((), question=question, language=language)) == translate(
        SENTENCES[sentence], language[:2]
    )


@pytest.mark.parametrize(
    ("question", "language"), [("¿dónde está el gato?", "es"), ("where is the cat?", "en"), ("gato", "en")]
)
def test_without_a_known_language_the_question_tells_it(question: str, language: str) -> None:
    for tag in ("", "fr"):
        assert reply_to(Prompt((), question=question, language=tag)) == translate(
            SENTENCES["nothing"], language
        )


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("task", ["complete", "translate", "summarize"])
def test_what_needs_a_language_model_is_refused_with_where_to_look(
    shipped: KnowledgeIndex, task: str, language: str
) -> None:
    prompt = Prompt(
        (), task=task, question="zen of python", evidence=(Document(ZEN, "Simple."),), language=language
    )
    reply = reply_to(prompt)
    assert reply == f"{translate(SENTENCES[task], language)} {translate(SENTENCES['ask'], language)}"
    assert "connect a model" in reply


def test_completion_mode_is_refused_too() -> None:
    reply = reply_to(Prompt((), mode="completion", prefix="The best programming language is", language="en"))
    assert reply.startswith(translate(SENTENCES["complete"], "en"))


async def test_a_summary_to_remember_is_an_error_and_no_refusal() -> None:
    with pytest.raises(ModelError) as raised:
        await _chunks(Prompt((), task="summary"))
    assert not raised.value.retryable


# ---- the stream


async def test_the_reply_comes_a_sentence_a_chunk_and_ends_with_its_usage(shipped: KnowledgeIndex) -> None:
    prompt = _prompt(shipped, "why was my message blocked?", "en")
    *chunks, last = await _chunks(prompt)
    assert len(chunks) > 4
    assert "".join(chunk.text for chunk in chunks) == reply_to(prompt)
    assert all(chunk.text.count(". ") <= 1 and not chunk.finish for chunk in chunks)
    assert last.finish == "stop"
    assert last.usage is not None
    assert last.usage.prompt_tokens == 7
    assert last.usage.reply_tokens == sum(count_tokens(chunk.text) for chunk in chunks)
    assert last.model == QuotingModel().name


async def test_a_reply_is_whole_however_few_tokens_were_asked_for() -> None:
    prompt = Prompt(
        (),
        question="zebra",
        evidence=(Document("Zebra", "A zebra runs. " * 40),),
        language="en",
        max_tokens=50,
    )
    *chunks, last = await _chunks(prompt)
    assert last.finish == "stop"
    assert "".join(chunk.text for chunk in chunks) == reply_to(prompt)


def test_it_says_of_itself_that_it_does_not_generate() -> None:
    model = QuotingModel()
    assert not model.generates
    assert model.context_window > 100_000


@given(st.text(max_size=200), st.text(max_size=200), st.text(max_size=200), st.text(max_size=6))
async def test_any_prompt_gets_a_whole_reply(question: str, title: str, text: str, language: str) -> None:
    prompt = Prompt(
        (),
        question=question,
        evidence=(Document(title, text), Document(question, question)),
        language=language,
    )
    *chunks, last = await _chunks(prompt)
    assert "".join(chunk.text for chunk in chunks) == reply_to(prompt) != ""
    assert last.finish == "stop"


@pytest.mark.parametrize(
    "text", ["a" * 100_000, "third sentence " * 7_000, ".\n" * 50_000, "1" * 100_000, "e" + "\u0301" * 10_000]
)
async def test_hostile_questions_and_documents_get_a_reply(text: str) -> None:
    chunks = await _chunks(Prompt((), question=text, evidence=(Document(text, text),), language="en"))
    assert chunks[-1].finish in ("stop", "length")
