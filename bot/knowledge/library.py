"""Finds what a question is about: in a community's own documents, and in those that come with Sereno."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from adapters.base import Locale
from bot.claims.base import Findings
from bot.knowledge.index import Hit, KnowledgeIndex, rows_of
from bot.knowledge.passages import PATH_SEPARATOR, Passage
from bot.knowledge.shipped import HOSTS, MEMBERS, PEP_20, shipped_index
from bot.knowledge.words import stem, stems, words
from bot.store.base import Knowledge
from guards.base import Document

logger = logging.getLogger(__name__)

EVIDENCE_SCORE = 0.5
"""How surely a passage is about the question before it counts as evidence."""
MOST_FOUND = 4
"""Passages that a question gets."""
MOST_WHOLE = 4
"""Documents that are looked at whole beside the passages."""
LONGEST_WHOLE = 20_000
"""Characters up to which they are given."""
REFRESH_SECONDS = 5.0
"""How long a question waits for what has changed; then it goes on with what is there."""
SLICE = 25
"""Passages that are put into an index at once: some milliseconds, in which nobody else is answered."""
MOST_HELD = 100_000
"""Passages of all communities in this process's memory; beyond it, those go that were asked least lately."""

_OF_SERENO = re.compile(
    r"sereno|\bbots?\b|(?<![\w/:.])/[a-z]|moderat|moderador|\bguards?\b|guardi[aá]n|command|comando|discord|slack|"
    r"\bare you\b|\beres\b",
    re.IGNORECASE,
)
"""What is said of Sereno, perhaps."""
_ASKED_OF_IT = """
message mensaje data dato reply respuesta block bloquear withheld retirar translate traducir summarize resumir model
modelo provider proveedor privacy privacidad password contraseña mark marca claim afirmación conversation conversación write
escribir setting ajuste configure configurar redis docker kubernetes log logged registro secret secreto knowledge attack ataque alarm
alarma console policy
"""
_SUBJECTS = frozenset(map(stem, words(_ASKED_OF_IT)))
"""Stems of what people ask a bot about without naming it."""


@dataclass(slots=True)
class _Shelf:
    """One community's documents as they stand in this process."""

    index: KnowledgeIndex = field(default_factory=KnowledgeIndex)
    revision: int = 0
    held: dict[str, int] = field(default_factory=dict)
    """Document → the revision since which it is as it is here."""
    refreshing: asyncio.Task[None] | None = None


class Library:
    """See `bot.engine.Retrieve`. Holds an index of each community that asks, and renews it when a turn has loaded a new revision:
    nothing is read from the store while nothing changes.
    """

    def __init__(self, knowledge: Knowledge, *, seconds: float = REFRESH_SECONDS) -> None:
        """`seconds`: how long a question waits for what has changed."""
        self._knowledge = knowledge
        self._seconds = seconds
        self._shelves: dict[str, _Shelf] = {}
        """The one that was asked last at the end."""
        self._shipped: list[KnowledgeIndex] = []

    async def __call__(
        self, question: str, *, community: str, revision: int, locale: Locale
    ) -> tuple[Document, ...]:
        """See the port.

        Raises:
            StoreUnavailable: what has changed cannot be read.
        """
        own, shipped = await self._asked(community, revision)
        return _documents(_found(question, locale, own, shipped, guides=_is_asked_of_it(question)))

    async def search(
        self, texts: Sequence[str], *, community: str, revision: int, locale: Locale
    ) -> Findings:
        """See `bot.claims.base.Evidence`. Others are answered between two texts.

        Raises:
            StoreUnavailable: what has changed cannot be read.
        """
        own, shipped = await self._asked(community, revision)
        passages: list[tuple[Document, ...]] = []
        wholes: dict[tuple[str, str], Document] = {}
        for text in texts:
            hits = _found(text, locale, own, shipped, guides=_is_of_sereno(text))
            passages.append(_documents(hits))
            for hit in hits:
                name = (hit.passage.document, hit.passage.language)
                if name not in wholes and len(wholes) < MOST_WHOLE:
                    index = next(each for each in (*own, *shipped) if each.beside(hit.passage))
                    wholes[name] = whole_of(index.beside(hit.passage))
            await asyncio.sleep(0)
        documents = (whole for whole in wholes.values() if len(whole.text) <= LONGEST_WHOLE)
        return Findings(tuple(passages), tuple(documents))

    async def _asked(
        self, community: str, revision: int
    ) -> tuple[list[KnowledgeIndex], list[KnowledgeIndex]]:
        """The community's own, if it has any; and what comes with Sereno."""
        if not self._shipped:
            self._shipped = [shipped_index(MEMBERS), shipped_index(HOSTS)]
        return [await self._current(community, revision)] if revision else [], self._shipped

    async def _current(self, community: str, revision: int) -> KnowledgeIndex:
        """The community's index, not older than `revision` if that can be had in time."""
        shelf = self._shelves.pop(community, None) or _Shelf()
        self._shelves[community] = shelf
        # What was under way when it changed may have read what was there before.
        for _ in range(2):
            if shelf.revision < revision:
                if shelf.refreshing is None or shelf.refreshing.done():
                    shelf.refreshing = asyncio.create_task(self._refresh(community, shelf))
                    shelf.refreshing.add_done_callback(_seen)
                done, _ = await asyncio.wait([shelf.refreshing], timeout=self._seconds)
                for task in done:
                    task.result()
        return shelf.index

    async def _refresh(self, community: str, shelf: _Shelf) -> None:
        catalogue = await self._knowledge.catalogue(community)
        current = {head.name: head.revision for head in catalogue.heads}
        before = len(shelf.index)
        for name in [name for name, since in shelf.held.items() if current.get(name) != since]:
            await _take_out(shelf, name)
        for name, since in current.items():
            if name not in shelf.held:
                passages = await self._knowledge.passages(community, name)
                rows = await asyncio.to_thread(rows_of, passages)
                for start in range(0, len(rows), SLICE):
                    shelf.index.insert(rows[start : start + SLICE])
                    await asyncio.sleep(0)
                shelf.held[name] = since
        if len(shelf.index) > 2 * before:
            await _tidy(shelf)
        shelf.revision = catalogue.revision
        self._make_room()

    def _make_room(self) -> None:
        while len(self._shelves) > 1 and sum(len(each.index) for each in self._shelves.values()) > MOST_HELD:
            del self._shelves[next(iter(self._shelves))]


def _seen(task: asyncio.Task[None]) -> None:
    """Takes note of how a task ended that nobody may be waiting for any more; the next question tries again."""
    if not task.cancelled() and task.exception() is not None:
        logger.warning("a community's documents could not be read: %s", task.exception())


async def _tidy(shelf: _Shelf) -> None:
    afresh = True
    while shelf.index.tidy(afresh=afresh):
        afresh = False
        await asyncio.sleep(0)


async def _take_out(shelf: _Shelf, name: str) -> None:
    del shelf.held[name]
    while shelf.index.remove(name, SLICE):  # noqa: ASYNC110 - it waits for nothing, but lets others in
        await asyncio.sleep(0)


def whole_of(passages: Sequence[Passage]) -> Document:
    """A document put together from all of its passages, under what their titles have in common."""
    titles = [passage.title.split(PATH_SEPARATOR) for passage in passages]
    common = [names[0] for names in zip(*titles, strict=False) if len(set(names)) == 1]
    title = PATH_SEPARATOR.join(common) or passages[0].document
    return Document(title, "\n\n".join(passage.text for passage in passages))


def _is_of_sereno(text: str) -> bool:
    return _OF_SERENO.search(text) is not None


def _is_asked_of_it(question: str) -> bool:
    return _is_of_sereno(question) or not _SUBJECTS.isdisjoint(stems(question))


def _found(
    text: str,
    locale: Locale,
    own: Sequence[KnowledgeIndex],
    shipped: Sequence[KnowledgeIndex],
    *,
    guides: bool,
) -> list[Hit]:
    """What bears on `text`. Without `guides` nothing of our own guides does: they have words for everything.

    What members ask stands in their own guide: the one for those who run it is asked only where nothing else bears.
    """
    among = () if guides else PEP_20
    for_members, for_hosts = ((index, among) for index in shipped)
    first = [*((index, ()) for index in own), for_members]
    return _about(text, locale, first) or _about(text, locale, [for_hosts])


def _documents(hits: list[Hit]) -> tuple[Document, ...]:
    return tuple(Document(hit.passage.title, hit.passage.text) for hit in hits)


def _about(text: str, locale: Locale, asked: Sequence[tuple[KnowledgeIndex, Sequence[str]]]) -> list[Hit]:
    """The hits that count, best first, of indexes and what of them is asked; of two that are as good, the first index's."""
    hits = [
        hit
        for index, among in asked
        for hit in index.search(
            text, limit=MOST_FOUND, language=locale[:2], least=EVIDENCE_SCORE, among=among
        )
    ]
    return sorted(hits, key=lambda hit: -hit.rank)[:MOST_FOUND]
