"""Documents that are handed over with a text, to compare its claims with: nothing is stored."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from adapters.base import Locale
from bot.claims.base import Findings
from bot.knowledge.index import KnowledgeIndex
from bot.knowledge.passages import Passage, split
from guards.base import Document

MOST_FOUND = 4
"""Passages that a text gets."""


class Given:
    """See `bot.claims.base.Evidence`."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = tuple(documents)
        # Each is cited by the title that it was given, whatever headings it has.
        self._passages = [
            Passage(one.title, one.title, part.text, "")
            for one in documents
            for part in split(one.text, document=one.title)
        ]

    @cached_property
    def _index(self) -> KnowledgeIndex:
        index = KnowledgeIndex()
        index.add(self._passages)
        return index

    async def search(
        self, texts: Sequence[str], *, community: str, revision: int, locale: Locale
    ) -> Findings:
        """See the port. Where there are few passages, all of them bear on every text."""
        return Findings(tuple(tuple(self._found(text)) for text in texts), self._documents)

    def _found(self, text: str) -> list[Document]:
        found = self._passages
        if len(found) > MOST_FOUND:
            found = [hit.passage for hit in self._index.search(text, limit=MOST_FOUND)]
        return [Document(passage.title, passage.text) for passage in found]
