"""What only a server can do wrong: lost answers, forgotten scripts, refusals."""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest

from adapters.base import Final, ReplyTo, Retracted, Started
from bot.conversation import HistoryTurn, LastTurn, Summary, turn_id
from bot.guardlog import Case, Review
from bot.store import codec, embedded
from bot.store.base import Commit, StoreUnavailable, partition_of
from bot.store.redis import keys
from bot.store.redis.committing import Retention
from bot.store.redis.store import RedisStore
from tests.contract.conftest import LEASE
from tests.helpers import BEN, PLAZA, eventually, message

HERE = partition_of(PLAZA)
TO = ReplyTo("test")
DAY = 24 * 3600


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


async def test_the_outbox_of_a_session_that_has_ended_does_not_come_back_for_good(redis: RedisStore) -> None:
    outbox = keys.outbox(HERE, "terminal-s1")
    to = ReplyTo("terminal-s1")
    await redis.deliver(message(reply_to=to))
    claim = await redis.claim("w1", HERE, 2.0)
    assert claim is not None
    await redis.close("terminal-s1", "g1")
    await redis.publish(Started("t1", 1, PLAZA, to))
    assert await redis._client.call("TTL", outbox) > 0
    await redis._client.call("PERSIST", outbox)
    await redis.commit(claim, Commit((Final("t1", 2, PLAZA, to, "all"),)))
    assert await redis._client.call("TTL", outbox) > 0


@pytest.mark.parametrize("entry", [b'{"kind": "hologram", "turn": "t1"}', b"no JSON", b"\xff\x00", b""])
async def test_an_event_that_cannot_be_read_is_dropped_and_holds_up_no_other(
    redis: RedisStore, caplog: pytest.LogCaptureFixture, entry: bytes
) -> None:
    outbox = keys.outbox(HERE, "test")
    finals = [Final(f"t{number}", 1, PLAZA, TO, "all") for number in range(3)]
    await redis.publish(finals[0])
    number = await redis._client.call("XADD", outbox, "*", "event", entry)
    await redis.publish(finals[1])
    # Read by somebody who could not go on, as by one that knew of no such thing.
    await redis._client.in_group(
        outbox, "gateway", lambda: redis._client.call("XREADGROUP", *READ, "STREAMS", outbox, ">")
    )
    await redis._client.call("XADD", outbox, "*", "event", entry)
    await redis.publish(finals[2])
    assert [event for _, event in await redis.pending("test", HERE)] == finals[:2]
    assert [event for _, event in await redis.read("test", HERE, 0.1)] == finals[2:]
    assert await redis._client.call("XLEN", outbox) == 3
    assert number.decode() in caplog.text


READ = ("GROUP", "gateway", "gateway", "COUNT", 10)

UNREADABLE = [b"m1\n{}", b"m1\nno JSON", b"without an id", b"", b"\xff\n\xff"]


@pytest.mark.parametrize("item", UNREADABLE)
async def test_a_message_that_cannot_be_read_is_put_aside_and_its_conversation_goes_on(
    redis: RedisStore, item: bytes
) -> None:
    mailbox = keys.of_conversation("mailbox", PLAZA)
    await redis.deliver(message("one"))
    await redis._client.call("LSET", mailbox, 0, item)
    await redis._client.call("RPUSH", mailbox, item)
    await redis.deliver(message("two"))
    await redis._client.call("RPUSH", mailbox, item)
    await redis.deliver(message("three"))
    claim = await redis.claim("w1", HERE, 2.0)
    assert claim is not None
    assert (claim.message.text, claim.attempts, claim.taken) == ("two", 1, 1)
    assert await redis.renew(claim)
    following = await redis.commit(claim, Commit())
    assert following is not None
    assert (following.message.text, following.attempts, following.taken) == ("three", 1, 1)
    assert await redis.commit(following, Commit()) is None
    letters = await redis.dead_letters(HERE, 10)
    assert [(letter.message, letter.error) for letter in letters] == [(None, "it cannot be read")] * 3
    assert await redis.claim("w1", HERE, 0.01) is None
    await redis.deliver(message("four"))
    assert await redis.claim("w1", HERE, 1.0)


async def test_a_mailbox_of_nothing_but_unreadable_messages_is_given_back(redis: RedisStore) -> None:
    await redis.deliver(message("one"))
    await redis._client.call("LSET", keys.of_conversation("mailbox", PLAZA), 0, b"m1\n{}")
    assert await redis.claim("w1", HERE, 1.0) is None
    assert not await redis._client.call("XLEN", keys.ready(HERE))


async def test_a_dead_letter_that_cannot_be_read_is_not_played_back_and_holds_up_no_other(
    redis: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.redis.mailboxes.BATCH", 2)
    for number in range(7):
        await commit(redis, Commit(dead_letter="ValueError"))
        if number % 3 == 0:
            await redis._client.call(
                "XADD", keys.dead_letters(HERE), "*", "message", b"no JSON", "error", "it cannot be read"
            )
    assert await redis.play_back(HERE) == 7
    letters = await redis.dead_letters(HERE, 10)
    assert [(letter.message, letter.error) for letter in letters] == [(None, "it cannot be read")] * 3
    assert await redis._client.call("LLEN", keys.of_conversation("mailbox", PLAZA)) == 7


async def commit(redis: RedisStore, given: Commit) -> None:
    await redis.deliver(message())
    claim = await redis.claim("w1", HERE, 2.0)
    assert claim is not None
    await redis.commit(claim, given)


def turn(number: int, at: float) -> HistoryTurn:
    return HistoryTurn(f"t{number}", "u1", "Ana", f"q{number}", "r", at)


@pytest.mark.parametrize("data", [b'{"id": "t1", "text": "secret"}', b"secret", b"]", b"", b'"\xff"'])
async def test_a_turn_that_cannot_be_read_is_left_out_and_stops_nobody(
    redis: RedisStore, caplog: pytest.LogCaptureFixture, data: bytes
) -> None:
    now = time.time()
    last = LastTurn("t1", "answered", "allow", (), "model", now)
    for number in range(3):
        await commit(redis, Commit(turn=turn(number, now), last=last))
    assert (await redis.load(message(), 10)).last == last
    await redis._client.call("LSET", keys.of_conversation("history", PLAZA), 1, data)
    await redis._client.call("SET", keys.last(PLAZA, "u1"), data or b"{}")
    loaded = await redis.load(message(), 10)
    assert [each.id for each in loaded.conversation.turns] == ["t0", "t2"]
    assert (loaded.conversation.total, loaded.last) == (3, None)
    assert "turns of test/plaza/general/ that cannot be read are left out: 1" in caplog.text
    assert "secret" not in caplog.text


async def test_a_busy_conversation_keeps_no_turn_beyond_its_time(redis: RedisStore) -> None:
    now = time.time()
    summary = Summary("before", 15)
    for number in range(20):
        await commit(redis, Commit(turn=turn(number, now), summary=summary))
    history = keys.of_conversation("history", PLAZA)
    for number in range(20):
        # As if they had been said over a month ago.
        old = codec.turn.dump(turn(number, now - 31 * DAY))
        await redis._client.call("LSET", history, number, old)
    for number in range(20, 24):
        await commit(redis, Commit(turn=turn(number, now)))
    conversation = (await redis.load(message(), 100)).conversation
    assert [each.id for each in conversation.turns] == ["t20", "t21", "t22", "t23"]
    # Indices of turns count from the beginning, what is gone included.
    assert (conversation.total, conversation.summary) == (24, summary)


async def test_commands_do_not_keep_what_was_said_beyond_its_time(redis: RedisStore) -> None:
    await commit(redis, Commit(turn=turn(1, time.time()), summary=Summary("before", 0)))
    for kind in ("history", "state"):
        await redis._client.call("EXPIRE", keys.of_conversation(kind, PLAZA), 100)
    await commit(redis, Commit())
    for kind in ("history", "state"):
        assert await redis._client.call("TTL", keys.of_conversation(kind, PLAZA)) <= 100


async def test_a_members_last_turn_goes_whatever_others_say(redis: RedisStore) -> None:
    last = LastTurn("t1", "answered", "allow", (), "model", time.time())
    await commit(redis, Commit(last=last))
    key = keys.last(PLAZA, "u1")
    assert 0 < await redis._client.call("TTL", key) <= 30 * DAY
    await redis._client.call("EXPIRE", key, 100)
    await redis.deliver(message(author=BEN))
    claim = await redis.claim("w1", HERE, 2.0)
    assert claim is not None
    await redis.commit(claim, Commit(last=last))
    assert await redis._client.call("TTL", key) <= 100


async def test_a_busy_guard_log_keeps_no_case_beyond_its_time(embedded_socket: str) -> None:
    async with aclosing(RedisStore(embedded_socket, Retention(seconds=1))) as redis:
        await redis._client.call("FLUSHALL")
        case = Case("t", 1.0, PLAZA.key, "u1", "Ana", "input", "flag", "flag", (), (), "", "", "")
        await commit(redis, Commit(cases=(case,)))
        (first,) = await redis.cases(PLAZA.community_key, since=0.0, limit=10)
        # Others' cases keep the log as a whole.
        await redis._client.call("PERSIST", keys.of_community("guardlog", PLAZA))
        over = time.monotonic() + 1.1
        await eventually(lambda: time.monotonic() > over)
        await commit(redis, Commit(cases=(case,)))
        (second,) = await redis.cases(PLAZA.community_key, since=0.0, limit=10)
        assert second.id > first.id


async def test_what_a_community_wants_kept_for_fewer_days_goes_sooner_and_nobody_elses_dead_letters_do(
    redis: RedisStore,
) -> None:
    call = redis._client.call
    case = Case("t", 1.0, PLAZA.key, "u1", "Ana", "input", "flag", "flag", (), (), "", "", "")
    ten_days_ago = time.time() - 10 * DAY
    old, new = (
        HistoryTurn(f"t{n}", "u1", "Ana", "a", "b", at) for n, at in enumerate((ten_days_ago, time.time()))
    )
    await call("XADD", keys.dead_letters(HERE), f"{int(ten_days_ago * 1000)}-0", "message", "m", "error", "e")
    await call(
        "XADD",
        keys.of_community("guardlog", PLAZA),
        f"{int(ten_days_ago * 1000)}-0",
        "case",
        "{}",
        "number",
        0,
    )
    await commit(redis, Commit(turn=old))
    last = LastTurn("t1", "failed", "allow", (), "model", time.time(), failure="unavailable")
    await commit(redis, Commit(turn=new, cases=(case,), last=last, held=True, dead_letter="no model", days=2))
    kept = [
        *(keys.of_conversation(kind, PLAZA) for kind in ("history", "state")),
        *(keys.of_community(kind, PLAZA) for kind in ("guardlog", "numbers")),
        keys.last(PLAZA, "u1"),
        keys.of_turn("file", PLAZA, "t"),
        keys.of_member(PLAZA, "u1"),
    ]
    assert [1 * DAY < await call("TTL", key) <= 2 * DAY for key in kept] == [True] * len(kept)
    loaded = await redis.load(message(), 9)
    assert [turn.id for turn in loaded.conversation.turns] == ["t1"]
    assert len(await redis.cases(PLAZA.community_key, since=0.0, limit=9)) == 1
    assert await call("XLEN", keys.dead_letters(HERE)) == 2
    assert await call("TTL", keys.dead_letters(HERE)) > 29 * DAY


async def test_a_worker_that_was_killed_long_ago_is_forgotten_unless_it_holds_something(
    redis: RedisStore, embedded_socket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await redis.deliver(message())
    held = await redis.claim("killed at work", HERE, 1.0)
    assert held is not None
    assert await redis.claim("killed", HERE, 0.01) is None
    assert await names(redis) == {"killed", "killed at work"}
    # As if an hour had passed.
    monkeypatch.setattr("bot.store.redis.mailboxes.GONE_SECONDS", -1.0)
    async with aclosing(RedisStore(embedded_socket)) as other:
        assert await other.claim("alive", HERE, 0.01) is None
    assert "killed" not in await names(redis)
    assert "killed at work" in await names(redis)
    assert await redis.renew(held)


async def names(redis: RedisStore) -> set[str]:
    consumers = await redis._client.call("XINFO", "CONSUMERS", keys.ready(HERE), "workers")
    return {consumer[consumer.index(b"name") + 1].decode() for consumer in consumers}


async def test_a_cluster_is_refused(tmp_path: Path) -> None:
    socket = tmp_path / "s.sock"
    *_, binary = embedded._servers()
    command = [binary, "--port", "0", "--unixsocket", str(socket), "--cluster-enabled", "yes"]
    process = subprocess.Popen([*command, "--cluster-port", "1"], cwd=tmp_path, stdout=subprocess.DEVNULL)
    try:
        async with aclosing(RedisStore(f"unix://{socket}")) as redis:
            # The socket is there before the server listens.
            await eventually(lambda: embedded._ask(socket, b"PING"))
            with pytest.raises(StoreUnavailable, match=r"is a Redis Cluster.*set SERENO_REDIS_URL"):
                await redis.check()
    finally:
        process.terminate()
        process.wait()


async def test_all_that_a_held_back_message_leaves_has_an_end(redis: RedisStore) -> None:
    sent = message("secret")
    about = turn_id(sent)
    case = Case(about, 1.0, PLAZA.key, "u1", "Ana", "input", "block", "block", (), (), "", "", "")
    last = LastTurn(about, "blocked", "block", (), "model", time.time())
    await redis.deliver(sent)
    claim = await redis.claim("w1", HERE, 2.0)
    assert claim is not None
    await redis.commit(claim, Commit(cases=(case,), held=True, last=last))
    await commit(redis, Commit(turn=turn(1, time.time()), dead_letter="no reply"))
    review = Review(about, "right", "m", "Mo", 1.0, 0)
    await commit(redis, Commit(reviews=(review,)))
    # As if a case had gone just now, after it was read.
    await redis._client.call("DEL", keys.of_turn("file", PLAZA, about))
    await commit(redis, Commit(reviews=(review,)))
    await redis.deliver(sent_again := message())
    claim = await redis.claim("w1", HERE, 2.0)
    assert claim is not None
    await redis.retract(Retracted(PLAZA, sent_again.id))
    await redis.abandon(claim, "it failed")
    assert await redis.claim("w1", HERE, 0.01) is None
    names = await redis._client.call("KEYS", "*")
    assert len(names) > 8
    endless = [name for name in names if await redis._client.call("TTL", name) < 0]
    # The queue itself, in which nothing stands.
    assert endless == [keys.ready(HERE).encode()]
    assert not await redis._client.call("XLEN", keys.ready(HERE))


async def test_a_case_that_cannot_be_read_is_left_out_and_hides_no_other(
    redis: RedisStore, caplog: pytest.LogCaptureFixture
) -> None:
    case = Case("t", 1.0, PLAZA.key, "u1", "Ana", "input", "flag", "flag", (), (), "", "", "")
    await commit(redis, Commit(cases=(case,)))
    newer = b'{"turn": "t", "excerpt": "secret"}'
    log, file = keys.of_community("guardlog", PLAZA), keys.of_turn("file", PLAZA, "t")
    entry = await redis._client.call("XADD", log, "*", "case", newer, "number", 2)
    known = await redis._client.call("HGET", file, "cases")
    await redis._client.call("HSET", file, "cases", known + entry + b" ")
    assert len(await redis.cases(PLAZA.community_key, since=0.0, limit=9)) == 1
    found = await redis.file(PLAZA.community_key, "t")
    assert found is not None
    assert len(found.cases) == 1
    assert "cannot be read" in caplog.text
    assert "secret" not in caplog.text


async def test_what_a_deletion_looks_through_does_not_grow_with_the_dead_letters(redis: RedisStore) -> None:
    sent = message()
    await redis.deliver(sent)
    claim = await redis.claim("w1", HERE, 2.0)
    assert claim is not None
    await redis.commit(claim, Commit(dead_letter="no reply"))
    await commit(redis, Commit(dead_letter="no reply"))
    await redis._client.call("CONFIG", "RESETSTAT")
    await redis.retract(Retracted(PLAZA, sent.id))
    calls = await redis._client.call("INFO", "commandstats")
    assert calls["cmdstat_xdel"]["calls"] == 1
    assert "cmdstat_xrange" not in calls
    assert len(await redis.dead_letters(HERE, 9)) == 1
