"""What every store must do with what moderators teach."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace

import pytest

from adapters.base import ConversationRef
from bot.guardlog import Case, Review
from bot.store.base import Commit, Stale, Store, partition_of
from bot.store.redis import keys
from bot.store.redis.store import RedisStore
from guards.signatures import Kind, Lesson, Lessons
from tests.helpers import PLAZA, message

ELSEWHERE = ConversationRef("test", "market", "general")


@pytest.fixture
async def server(embedded_socket: str) -> AsyncIterator[RedisStore]:
    """An empty store on a real server."""
    async with aclosing(RedisStore(embedded_socket)) as store:
        await store._client.call("FLUSHALL")
        yield store


async def commit(store: Store, given: Commit, ref: ConversationRef = PLAZA) -> None:
    sent = message(ref=ref)
    await store.deliver(sent)
    claim = await store.claim("w", partition_of(ref), 2.0)
    assert claim is not None
    await store.commit(claim, given)


async def known(store: Store, ref: ConversationRef = PLAZA) -> Lessons:
    return (await store.load(message(ref=ref), 1)).lessons


async def signed(store: Store, ref: ConversationRef = PLAZA) -> Lessons:
    """A community that has a case with a signature, and so a secret."""
    lessons = await known(store, ref)
    case = Case("t", 2e9, ref.key, "u1", "Ana", "input", "block", "block", (), (), "…", "m1", "model")
    case = replace(case, signatures=(lessons.sign("text 1"),))
    await commit(store, Commit(cases=(case,), secret=lessons.secret), ref)
    return lessons


def lesson(lessons: Lessons, number: int, kind: Kind = "attack") -> Lesson:
    return Lesson(kind, number, lessons.sign(f"text {number}"), 0.875, ("override", "override"))


async def test_a_community_gets_a_secret_with_its_first_signature_and_keeps_it(store: Store) -> None:
    first, second = await known(store), await known(store)
    assert first.secret != second.secret
    assert len(first.secret) == 16
    secret = (await signed(store)).secret
    assert (await known(store)).secret == secret
    assert (await known(store, ELSEWHERE)).secret != secret
    assert (await known(store)).lessons == ()


async def test_signatures_that_another_secret_made_are_refused_and_nothing_is_changed(store: Store) -> None:
    early = await known(store)
    await signed(store)
    case = Case("late", 2e9, PLAZA.key, "u1", "Ana", "input", "block", "block", (), (), "…", "m1", "model")
    with pytest.raises(Stale):
        await commit(
            store, Commit(cases=(replace(case, signatures=(early.sign("x"),)),), secret=early.secret)
        )
    assert len(await store.cases(PLAZA.community_key, since=0.0, limit=9)) == 1


async def test_a_cases_signatures_are_found_again_with_it(store: Store) -> None:
    lessons = await signed(store)
    file = await store.file(PLAZA.community_key, "t")
    assert file is not None
    assert file.cases[0].signatures == (lessons.sign("text 1"),)


async def test_what_is_taught_is_known_in_its_order_and_in_its_community_alone(store: Store) -> None:
    lessons = await signed(store)
    taught = [lesson(lessons, 1), lesson(lessons, 2, "false_alarm"), lesson(lessons, 3)]
    for each in taught:
        await commit(store, Commit(taught=(each,)))
        assert (await known(store)).lessons[-1] == each
    assert (await known(store)).lessons == tuple(taught)
    assert (await known(store, ELSEWHERE)).lessons == ()
    # As it is used: with the secret that it was made with.
    found = (await known(store)).nearest("Text 2!")
    assert found == (taught[1], True)


async def test_what_a_new_case_teaches_is_known_as_that_cases_and_can_be_taken_back(store: Store) -> None:
    lessons = await signed(store)
    case = Case("t2", 2e9, PLAZA.key, "", "", "input", "flag", "flag", (), (), "…", "", "model")
    case = replace(case, signatures=(lessons.sign("text 2"),))
    new, old = replace(lesson(lessons, 2), case=0), lesson(lessons, 1)
    review = Review("t2", "right", "mo", "Mo", 2e9)
    await commit(store, Commit(cases=(case,), reviews=(review,), secret=lessons.secret, taught=(new, old)))
    taught = (await known(store)).lessons
    assert taught == (replace(new, case=2), old)
    file = await store.file(PLAZA.community_key, "t2")
    assert file is not None
    assert (file.cases[0].number, file.reviews) == (2, (review,))
    await commit(store, Commit(untaught=taught))
    assert (await known(store)).lessons == ()


async def test_what_is_taken_back_is_forgotten_and_what_was_never_known_changes_nothing(store: Store) -> None:
    lessons = await signed(store)
    one, two = lesson(lessons, 1), lesson(lessons, 2, "false_alarm")
    await commit(store, Commit(taught=(one, two)))
    await commit(store, Commit(untaught=(two, lesson(lessons, 3))))
    assert (await known(store)).lessons == (one,)
    await commit(store, Commit(untaught=(one,)))
    assert (await known(store)).lessons == ()
    assert (await known(store)).secret == lessons.secret


async def test_what_is_taught_again_is_the_newest(store: Store) -> None:
    lessons = await signed(store)
    one, two = lesson(lessons, 1), lesson(lessons, 1, "false_alarm")
    await commit(store, Commit(taught=(one, two)))
    await commit(store, Commit(taught=(one,)))
    assert (await known(store)).lessons == (two, one)


async def test_of_each_kind_the_newest_are_kept(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.store.memory_records.LESSONS", 3)
    monkeypatch.setattr("bot.store.redis.committing.LESSONS", 3)
    lessons = await signed(store)
    await commit(store, Commit(taught=(lesson(lessons, 9, "false_alarm"),)))
    for number in range(5):
        await commit(store, Commit(taught=(lesson(lessons, number),)))
    assert [(each.kind, each.case) for each in (await known(store)).lessons] == [
        ("false_alarm", 9),
        ("attack", 2),
        ("attack", 3),
        ("attack", 4),
    ]


async def test_what_has_not_changed_is_not_read_again(store: Store) -> None:
    lessons = await signed(store)
    await commit(store, Commit(taught=(lesson(lessons, 1),)))
    first = await known(store)
    await commit(store, Commit())
    assert await known(store) is first


async def test_what_another_process_was_taught_is_known_with_the_next_message(server: RedisStore) -> None:
    async with aclosing(RedisStore(server._client.url)) as other:
        lessons = await signed(server)
        for number in range(3):
            await commit(other, Commit(taught=(lesson(lessons, number),)))
            assert [each.case for each in (await known(server)).lessons] == list(range(number + 1))
        await server._client.call("FLUSHALL")
        assert (await known(other)).secret != lessons.secret
        assert (await known(other)).lessons == ()


async def test_a_process_holds_the_lessons_of_some_communities_only(
    server: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.redis.records.TAUGHT", 2)
    refs = [ConversationRef("test", f"c{number}", "general") for number in range(4)]
    for number, ref in enumerate(refs):
        lessons = await signed(server, ref)
        await commit(server, Commit(taught=(lesson(lessons, number),)), ref)
    for number, ref in enumerate(refs):
        assert [each.case for each in (await known(server, ref)).lessons] == [number]
    assert len(server._taught) == 2


async def test_a_secret_without_lessons_is_kept_as_long_as_cases_are(server: RedisStore) -> None:
    key = keys.of_community("lessons", PLAZA)
    lessons = await signed(server)
    assert 0 < await server._client.call("TTL", key) <= server._retention.seconds
    one = lesson(lessons, 1)
    await commit(server, Commit(taught=(one,)))
    assert await server._client.call("TTL", key) == -1
    await commit(server, Commit(untaught=(one,)))
    assert await server._client.call("TTL", key) > 0


async def test_a_lesson_that_cannot_be_read_is_left_out(
    server: RedisStore, caplog: pytest.LogCaptureFixture
) -> None:
    lessons = await signed(server)
    await commit(server, Commit(taught=(lesson(lessons, 1),)))
    await server._client.call("ZADD", keys.of_community("attacks", PLAZA), 7, b"{")
    await commit(server, Commit(taught=(lesson(lessons, 2),)))
    assert [each.case for each in (await known(server)).lessons] == [1, 2]
    assert "cannot be read" in caplog.text
