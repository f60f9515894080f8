"""What is found of what a community knows, and when it is read again."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence

import pytest

from bot.knowledge import library
from bot.knowledge.documents import Catalogue, head_of
from bot.knowledge.index import KnowledgeIndex
from bot.knowledge.library import Library
from bot.knowledge.passages import PATH_SEPARATOR, Passage, split
from bot.knowledge.shipped import MEMBERS, shipped_passages
from bot.store.memory import MemoryStore
from guards.base import Document
from tests.helpers import eventually

HERE, ELSEWHERE = "test/plaza", "test/elsewhere"


class Counted(MemoryStore):
    """A store that writes down what is read of its documents."""

    def __init__(self) -> None:
        super().__init__()
        self.read_of: list[str] = []
        self.go_on = asyncio.Event()
        self.go_on.set()

    async def catalogue(self, community: str) -> Catalogue:
        self.read_of.append("catalogue")
        found = await super().catalogue(community)
        await self.go_on.wait()
        return found

    async def passages(self, community: str, name: str) -> Sequence[Passage]:
        self.read_of.append(name)
        return await super().passages(community, name)


@pytest.fixture
def store() -> Counted:
    return Counted()


async def learn(store: MemoryStore, name: str, text: str, community: str = HERE) -> int:
    """The revision since which it is known."""
    passages = split(text, document=name, language="en")
    return (await store.learn(community, head_of(name, passages, at=0.0, by=""), passages)).revision


async def ask(
    found: Library, question: str, revision: int, community: str = HERE, locale: str = "en"
) -> list[str]:
    documents = await found(question, community=community, revision=revision, locale=locale)
    assert all(isinstance(document, Document) for document in documents)
    return [document.title for document in documents]


async def test_while_nothing_changes_nothing_is_read(store: Counted) -> None:
    found = Library(store)
    assert await ask(found, "When does the pool open?", 0) == []
    assert store.read_of == []
    revision = await learn(store, "pool.md", "# Pool\n\nThe pool opens at ten.")
    for _ in range(3):
        assert await ask(found, "When does the pool open?", revision) == ["Pool"]
    assert store.read_of == ["catalogue", "pool.md"]


async def test_of_what_changes_only_that_is_read(store: Counted) -> None:
    found = Library(store)
    await learn(store, "pool.md", "# Pool\n\nThe pool opens at ten.")
    revision = await learn(store, "bar.md", "# Bar\n\nThe bar closes at midnight.")
    assert await ask(found, "When does the bar close?", revision) == ["Bar"]
    store.read_of.clear()
    revision = await learn(store, "bar.md", "# Tavern\n\nThe tavern closes at one.")
    assert await ask(found, "When does the tavern close?", revision) == ["Tavern"]
    assert "Bar" not in await ask(found, "When does the bar close?", revision)
    assert store.read_of == ["catalogue", "bar.md"]
    await store.unlearn(HERE, "bar.md")
    assert "Tavern" not in await ask(found, "When does the tavern close?", revision + 1)
    assert await ask(found, "When does the pool open?", revision + 1) == ["Pool"]


async def test_a_document_that_was_removed_and_added_again_is_read_again(store: Counted) -> None:
    found = Library(store)
    revision = await learn(store, "bar.md", "# Bar\n\nThe bar closes at midnight.")
    await ask(found, "bar", revision)
    await store.unlearn(HERE, "bar.md")
    revision = await learn(store, "bar.md", "# Tavern\n\nThe tavern closes at one.")
    assert await ask(found, "When does the tavern close?", revision) == ["Tavern"]


async def test_communities_stay_apart(store: Counted) -> None:
    found = Library(store)
    await learn(store, "pool.md", "# Pool\n\nThe pool opens at ten.")
    await learn(store, "pool.md", "# Bar\n\nThe bar closes at midnight.", ELSEWHERE)
    assert await ask(found, "When does the pool open?", 1) == ["Pool"]
    assert "Pool" not in await ask(found, "When does the pool open?", 1, ELSEWHERE)
    assert await ask(found, "When does the bar close?", 1, ELSEWHERE) == ["Bar"]
    assert "Bar" not in await ask(found, "When does the bar close?", 1)


async def test_many_questions_at_once_read_a_change_once(store: Counted) -> None:
    found = Library(store)
    revision = await learn(store, "pool.md", "# Pool\n\nThe pool opens at ten.")
    answers = await asyncio.gather(*(ask(found, "When does the pool open?", revision) for _ in range(10)))
    assert answers == [["Pool"]] * 10
    assert store.read_of == ["catalogue", "pool.md"]


async def test_a_change_that_takes_long_to_read_is_not_waited_for(store: Counted) -> None:
    found = Library(store, seconds=0.01)
    revision = await learn(store, "pool.md", "# Pool\n\nThe pool opens at ten.")
    store.go_on.clear()
    assert await ask(found, "When does the pool open?", revision) == []
    store.go_on.set()
    while not await ask(found, "When does the pool open?", revision):
        pass
    assert store.read_of == ["catalogue", "pool.md"]


async def test_what_changes_while_it_is_read_is_read_once_more_before_the_answer(store: Counted) -> None:
    found = Library(store)
    revision = await learn(store, "pool.md", "# Pool\n\nThe pool opens at ten.")
    store.go_on.clear()
    first = asyncio.create_task(ask(found, "When does the pool open?", revision))
    await eventually(lambda: store.read_of)
    revision = await learn(store, "bar.md", "# Bar\n\nThe bar closes at midnight.")
    second = asyncio.create_task(ask(found, "When does the bar close?", revision))
    await asyncio.sleep(0)
    store.go_on.set()
    assert (await first, await second) == (["Pool"], ["Bar"])


async def test_the_guides_answer_beside_the_communitys_own_documents(store: Counted) -> None:
    found = Library(store)
    revision = await learn(store, "pool.md", "# Pool\n\nThe pool opens at ten.")
    first, *_ = await ask(found, "what is the third sentence of the Zen of Python?", revision)
    assert first == "PEP 20 – The Zen of Python"
    first, *_ = await ask(found, "why was my message blocked?", revision)
    assert "Why was my message blocked?" in first


async def test_what_was_asked_least_lately_makes_room(
    store: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "MOST_HELD", 2)
    found = Library(store)
    for community in ("a/1", "a/2", "a/3"):
        await learn(store, "pool.md", "# Pool\n\nThe pool opens at ten.", community)
        assert await ask(found, "When does the pool open?", 1, community) == ["Pool"]
    store.read_of.clear()
    for community in ("a/3", "a/2"):
        assert await ask(found, "When does the pool open?", 1, community) == ["Pool"]
    assert store.read_of == []
    assert await ask(found, "When does the pool open?", 1, "a/1") == ["Pool"]
    assert store.read_of == ["catalogue", "pool.md"]


def test_an_index_from_which_passages_were_taken_is_as_if_they_had_never_been_there() -> None:
    rng = random.Random(2)
    vocabulary = ["".join(rng.choices("abcdefghij", k=6)) for _ in range(200)]

    def passage(document: str, number: int) -> Passage:
        return Passage(document, f"{document} {number}", " ".join(rng.choices(vocabulary, k=20)), "en")

    kept, gone = [passage("kept", n) for n in range(30)], [passage("gone", n) for n in range(70)]
    once, twice = KnowledgeIndex(), KnowledgeIndex()
    once.add(kept)
    twice.add([*kept[:10], *gone, *kept[10:]])
    while twice.remove("gone", 16):
        pass
    assert not twice.remove("gone")
    assert len(twice) == len(once) == 30
    for _ in range(50):
        question = " ".join(rng.choices(vocabulary, k=5))
        assert {(hit.passage, round(hit.score, 9)) for hit in twice.search(question, limit=30)} == {
            (hit.passage, round(hit.score, 9)) for hit in once.search(question, limit=30)
        }


async def test_our_own_guides_settle_nothing_but_what_is_said_of_sereno(store: Counted) -> None:
    found = Library(store)
    revision = await learn(
        store, "pool.md", "# Pool\n\nThe pool is told how the week was on Mondays at eight."
    )

    async def bearing(text: str) -> list[str]:
        findings = await found.search([text], community=HERE, revision=revision, locale="en")
        return [passage.title for passage in findings.passages[0]]

    assert await bearing("On Mondays at eight the pool is told how the week was.") == ["Pool"]
    told = "On Mondays at eight the log channel of a bot is told how the week was: cases, decisions."
    assert any("Commands" in title for title in await bearing(told))
    assert await bearing(told.replace(" of a bot", "")) == []
    assert "PEP 20 – The Zen of Python" in await bearing("Beautiful is better than ugly.")


UNRELATED = (
    "17 times 23 is 381?", "How many seconds are in a day?", "¿Cuántos segundos tiene un día?", "Where is the nearest store?",
    "How do I add two lists?", "What is the limit of 1/x?", "¿Cuánto es 100 entre 8?", "What is half of 500?",
    "¿Qué documentos necesito para el pasaporte?", "How do I delete a file in Linux?", "What does https://example.org/half cost?",
)  # fmt: skip


@pytest.mark.parametrize("question", UNRELATED)
async def test_our_own_guides_answer_no_question_about_something_else(store: Counted, question: str) -> None:
    for locale in ("en", "es"):
        assert await ask(Library(store), question, 0, locale=locale) == []


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("how long do you keep my messages?", "What does Sereno keep about me"),
        ("¿cuánto tiempo guardas mis mensajes?", "¿Qué guarda Sereno sobre mí"),
        ("how do I translate something?", "What can Sereno do?"),
        ("¿cómo traduzco un texto?", "¿Qué puede hacer Sereno?"),
        ("is my data sent to some company?", "Where is my data stored?"),
        ("who can read what I write?", "Who can read what I write"),
        ("¿eres una persona?", "¿Qué es Sereno?"),
        ("How do I connect a model?", "without a language model"),
        ("¿qué significan las marcas?", "¿Qué significan las marcas"),
        ("Which settings are there?", "Every setting"),
        ("How good is the injection guard?", "How good the injection guard is"),
        ("What does /check do?", "What can Sereno do?"),
    ],
)
async def test_a_question_about_sereno_is_answered_from_our_own_guides(
    store: Counted, question: str, title: str
) -> None:
    assert any(title in found for found in await ask(Library(store), question, 0))


async def test_every_question_of_the_guide_for_members_is_answered_from_it(store: Counted) -> None:
    found = Library(store)
    guides = [passage for passage in shipped_passages(MEMBERS) if passage.document.endswith(".md")]
    for passage in guides:
        guide, *_, heading = passage.title.split(PATH_SEPARATOR)
        answers = await ask(found, heading, 0, locale=passage.language)
        assert any(title.startswith(guide) for title in answers), heading


async def test_members_documents_answer_whatever_they_are_about(store: Counted) -> None:
    found = Library(store)
    revision = await learn(store, "sums.md", "# Sums\n\n17 times 23 is 391. A day has 86,400 seconds.")
    assert await ask(found, "What is 17 times 23?", revision) == ["Sums"]
    assert await ask(found, "How many seconds are in a day?", revision) == ["Sums"]
