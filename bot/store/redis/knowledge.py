"""The communities' documents. They are kept until somebody removes them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from adapters.base import ConversationRef
from bot.knowledge.documents import MOST_PASSAGES, Catalogue, DocumentHead, KnowledgeFull
from bot.knowledge.passages import Passage
from bot.store import codec
from bot.store.redis import keys
from bot.store.redis.client import Client

logger = logging.getLogger(__name__)


class RedisKnowledge:
    """See `bot.store.base.Knowledge`."""

    _client: Client

    async def learn(self, community: str, head: DocumentHead, passages: Sequence[Passage]) -> DocumentHead:
        """See the port."""
        done, *numbers = await self._client.script(
            "learn",
            _touched(community, head.name),
            [
                head.name,
                head.turn,
                len(passages),
                codec.head.dump(replace(head, passages=len(passages))),
                codec.passages.dump(tuple(passages)),
                MOST_PASSAGES,
            ],
        )
        if not done:
            raise KnowledgeFull(numbers[0], MOST_PASSAGES)
        version, revision = numbers
        return replace(head, passages=len(passages), version=version, revision=revision)

    async def unlearn(self, community: str, name: str) -> DocumentHead | None:
        """See the port."""
        there = await self._client.script("unlearn", _touched(community, name), [name])
        return _head(community, there) if there else None

    async def catalogue(self, community: str) -> Catalogue:
        """See the port."""
        documents, _, known = _touched(community, "")
        revision, values = await self._client.script("catalogue", [documents, known])
        found = [head for head in (_head(community, value) for value in values) if head is not None]
        return Catalogue(int(revision or 0), tuple(sorted(found, key=lambda head: head.name)))

    async def passages(self, community: str, name: str) -> Sequence[Passage]:
        """See the port."""
        _, passages, _ = _touched(community, name)
        stored = await self._client.call("GET", passages)
        return codec.passages.load(stored) if stored else ()


def _touched(community: str, name: str) -> list[str]:
    ref = ConversationRef.parse(f"{community}//")
    return [
        keys.of_community("documents", ref),
        keys.of_document(ref, name),
        keys.of_community("known", ref),
    ]


def _head(community: str, stored: bytes) -> DocumentHead | None:
    """The head; None for one that cannot be read (a newer version's, say), which hides no other."""
    numbers, _, head = stored.partition(b"\n")
    version, revision, *_ = numbers.split(b" ")
    try:
        return replace(codec.head.load(head), version=int(version), revision=int(revision))
    except ValueError:
        logger.error("a document of %s cannot be read and is left out", community)
        return None
