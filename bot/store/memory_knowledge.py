"""What the memory store knows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.knowledge.documents import MOST_PASSAGES, Catalogue, DocumentHead, KnowledgeFull
from bot.knowledge.passages import Passage
from bot.store import codec


@dataclass(slots=True)
class Known:
    """One community's documents."""

    revision: int = 0
    documents: dict[str, tuple[DocumentHead, tuple[Passage, ...]]] = field(default_factory=dict)


class MemoryKnowledge:
    """See `bot.store.base.Knowledge`."""

    _known: defaultdict[str, Known]

    async def learn(self, community: str, head: DocumentHead, passages: Sequence[Passage]) -> DocumentHead:
        """See the port."""
        # Nothing is written here, but what no other store can write is refused here too.
        codec.passages.dump(tuple(passages))
        known = self._known[community]
        there, before = known.documents.get(head.name, (None, ()))
        if there is not None and head.turn and there.turn == head.turn:
            return there
        total = sum(len(each) for _, each in known.documents.values()) - len(before) + len(passages)
        if total > MOST_PASSAGES:
            raise KnowledgeFull(total, MOST_PASSAGES)
        known.revision += 1
        version = 1 + (there.version if there is not None else 0)
        head = replace(head, passages=len(passages), version=version, revision=known.revision)
        known.documents[head.name] = (head, tuple(passages))
        return head

    async def unlearn(self, community: str, name: str) -> DocumentHead | None:
        """See the port."""
        known = self._known[community]
        if name not in known.documents:
            return None
        known.revision += 1
        return known.documents.pop(name)[0]

    async def catalogue(self, community: str) -> Catalogue:
        """See the port."""
        known = self._known[community]
        heads = sorted((head for head, _ in known.documents.values()), key=lambda head: head.name)
        return Catalogue(known.revision, tuple(heads))

    async def passages(self, community: str, name: str) -> Sequence[Passage]:
        """See the port."""
        _, passages = self._known[community].documents.get(name, (None, ()))
        return passages
