"""Questions to a platform, and what its gateway says."""

from __future__ import annotations

import json

from adapters.asking import Question
from adapters.base import ConversationRef
from bot.store.redis import keys
from bot.store.redis.client import Client

KEPT_SECONDS = 30
"""What nobody has taken by then is gone."""


class RedisQuestions:
    """See `bot.store.desk.Questions`."""

    _client: Client

    async def ask(self, question: Question, wait: float) -> str | None:
        """See the port."""
        waiting = keys.questions(question.ref.platform)
        item = json.dumps([question.id, question.ref.key, question.person, question.about])
        await self._client.call("RPUSH", waiting, item)
        await self._client.call("EXPIRE", waiting, KEPT_SECONDS)
        said = await self._client.wait(wait, "BLPOP", keys.answer(question.id), _timeout(wait))
        return None if said is None else said[1].decode()

    async def asked(self, platform: str, wait: float) -> Question | None:
        """See the port."""
        taken = await self._client.wait(wait, "BLPOP", keys.questions(platform), _timeout(wait))
        if taken is None:
            return None
        identity, place, *rest = json.loads(taken[1])
        return Question(identity, ConversationRef.parse(place), *rest)

    async def tell(self, question: Question, said: str) -> None:
        """See the port."""
        await self._client.call("RPUSH", keys.answer(question.id), said)
        await self._client.call("EXPIRE", keys.answer(question.id), KEPT_SECONDS)


def _timeout(seconds: float) -> str:
    # 0 would wait for ever.
    return f"{max(0.01, seconds):.3f}"
