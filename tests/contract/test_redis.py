"""What only a server can do wrong: lost answers, forgotten scripts, refusals."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.base import ReplyTo, Started
from bot.store.base import Commit, StoreUnavailable, partition_of
from bot.store.redis import keys
from bot.store.redis.store import RedisStore
from tests.contract.conftest import LEASE
from tests.helpers import PLAZA, message

HERE = partition_of(PLAZA)


@pytest.fixture
async def redis(embedded_socket: str) -> AsyncIterator[RedisStore]:
    """An empty store."""
    store = RedisStore(embedded_socket, lease=LEASE)
    await store._client.call("FLUSHALL")
    yield store
    await store.aclose()


async def test_taking_up_a_message_again_because_the_answer_was_lost_is_one_attempt(
    redis: RedisStore,
) -> None:
    await redis.deliver(message())
    claim = await redis.claim("w1", HERE, 2.0)
    assert claim is not None
    fields = [keys.ready(HERE), *(keys.of_conversation(kind, PLAZA) for kind in ("mailbox", "attempts"))]
    fence, attempts, taken, *_ = await redis._client.script("take", fields, ["w1", claim.entry])
    assert (fence, attempts, taken) == (claim.fence, 1, 1)


async def test_a_server_that_has_forgotten_the_scripts_is_told_them_again(redis: RedisStore) -> None:
    assert await redis.deliver(message())
    await redis._client.call("SCRIPT", "FLUSH")
    assert await redis.deliver(message())


@pytest.mark.parametrize(
    ("setting", "value", "normal", "words"),
    [("min-replicas-to-write", 1, 0, "the store refuses"), ("maxmemory", 1, 0, "the store is full")],
)
async def test_a_server_that_takes_nothing_for_a_while_is_unavailable_and_then_goes_on(
    redis: RedisStore, setting: str, value: int, normal: int, words: str
) -> None:
    sent = message()
    await redis._client.call("CONFIG", "SET", setting, value)
    try:
        with pytest.raises(StoreUnavailable, match=words):
            await redis.deliver(sent)
    finally:
        await redis._client.call("CONFIG", "SET", setting, normal)
    assert await redis.deliver(sent)


async def test_a_command_that_cannot_be_sent_fails_and_holds_up_no_other(redis: RedisStore) -> None:
    async with asyncio.timeout(5):
        for _ in range(2):
            outcomes = await asyncio.gather(
                redis._client.call("SET", "\ud800", "x"), redis._client.call("PING"), return_exceptions=True
            )
            assert isinstance(outcomes[0], UnicodeError)
            assert outcomes[1]


async def test_the_outbox_of_a_session_does_not_outlive_it_by_much(redis: RedisStore) -> None:
    outbox = keys.outbox(HERE, "terminal-s1")
    await redis.publish(Started("t1", 1, PLAZA, ReplyTo("terminal-s1")))
    assert await redis.own("terminal-s1", HERE, "g1")
    assert await redis._client.call("TTL", outbox) > 0
    # As after a night's sleep.
    await redis._client.call("DEL", keys.owner(HERE, "terminal-s1"))
    await redis.close("terminal-s1", "g1")
    assert not await redis._client.call("EXISTS", outbox)


async def test_the_outbox_of_a_platform_stays(redis: RedisStore) -> None:
    await redis.publish(Started("t1", 1, PLAZA, ReplyTo("test")))
    assert await redis.own("test", HERE, "g1")
    await redis.close("test", "g1")
    assert await redis._client.call("TTL", keys.outbox(HERE, "test")) == -1


async def test_given_up_messages_do_not_stay_for_ever(redis: RedisStore) -> None:
    await redis.deliver(message())
    claim = await redis.claim("w1", HERE, 2.0)
    assert claim is not None
    await redis.commit(claim, Commit(dead_letter="ValueError"))
    assert 0 < await redis._client.call("TTL", keys.dead_letters(HERE)) <= 30 * 24 * 3600
