"""All ports on one Redis-protocol server."""

from __future__ import annotations

from bot.store.base import LEASE_SECONDS
from bot.store.redis.client import Client
from bot.store.redis.committing import Retention
from bot.store.redis.knowledge import RedisKnowledge
from bot.store.redis.mailboxes import RedisMailboxes
from bot.store.redis.outbox import RedisOutbox
from bot.store.redis.passes import RedisPasses
from bot.store.redis.questions import RedisQuestions
from bot.store.redis.records import RedisRecords
from bot.store.redis.retractions import RedisRetractions
from bot.store.redis.tallies import RedisTallies


class RedisStore(
    RedisMailboxes,
    RedisRetractions,
    RedisOutbox,
    RedisRecords,
    RedisKnowledge,
    RedisPasses,
    RedisQuestions,
    RedisTallies,
):
    """The store that every deployment uses; `retention` says how much is kept."""

    def __init__(self, url: str, retention: Retention | None = None, *, lease: float = LEASE_SECONDS) -> None:
        """Connects at first use. `lease`: seconds that a claim lasts without being renewed.

        Raises:
            StoreUnavailable: `url` is none that can be understood.
        """
        self._client = Client(url)
        self._retention = retention or Retention()
        self._lease = lease
        self._swept: dict[int, float] = {}
        self._tidied: dict[int, float] = {}
        self._noticed: dict[str, str] = {}
        self._taught = {}

    async def check(self) -> None:
        """See `bot.store.base.Store`."""
        await self._client.check()

    async def aclose(self) -> None:
        """See `bot.store.base.Store`."""
        await self._client.aclose()
