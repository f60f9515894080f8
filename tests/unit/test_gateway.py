"""The gateway: what it takes in, and how it delivers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from adapters.base import (
    Attachment,
    Author,
    CommandUse,
    ConversationRef,
    DeliveryFailed,
    Delta,
    Final,
    OutboxEvent,
    Quoted,
    ReplyTo,
    Started,
)
from bot.gateway import Gateway, cleaned
from bot.store import codec
from bot.store.base import Commit, partition_of
from bot.store.memory import MemoryStore
from tests.helpers import PLAZA, eventually, message
from tests.scripted import Platform

TO = ReplyTo("test", "m1")


@asynccontextmanager
async def running(store: MemoryStore, platform: Platform, name: str = "g1") -> AsyncIterator[None]:
    task = asyncio.create_task(Gateway(platform, store, store, name=name, lease=0.4).run())
    yield
    platform.ending.set()
    await asyncio.wait_for(task, 10)


def delta(number: int, turn: str = "t1", ref: ConversationRef = PLAZA) -> OutboxEvent:
    return Delta(turn, number, ref, TO, "so far " + "x" * number)


async def test_events_of_a_conversation_are_delivered_in_order_and_forgotten() -> None:
    store, platform = MemoryStore(), Platform()
    events: list[OutboxEvent] = [Started("t1", 0, PLAZA, TO), Final("t1", 1, PLAZA, TO, "all")]
    async with running(store, platform):
        for event in events:
            await store.publish(event)
        await eventually(lambda: platform.delivered == events)
        assert await eventually(lambda: empty(store))


async def empty(store: MemoryStore) -> bool:
    return not await store.pending("test", partition_of(PLAZA))


async def test_words_that_newer_words_replace_are_passed_over() -> None:
    store, platform = MemoryStore(), Platform()
    final = Final("t1", 9, PLAZA, TO, "all")
    for event in [*(delta(number) for number in range(5)), final]:
        await store.publish(event)
    async with running(store, platform):
        await eventually(lambda: final in platform.delivered)
        assert len(platform.delivered) < 6
        assert await eventually(lambda: empty(store))


async def test_a_delta_is_not_dropped_for_another_turns_event() -> None:
    store, platform = MemoryStore(), Platform()
    events = [delta(1, "t1"), delta(1, "t2")]
    for event in events:
        await store.publish(event)
    async with running(store, platform):
        await eventually(lambda: platform.delivered == events)


async def test_a_refused_event_is_tried_again_when_the_platform_says() -> None:
    store, platform = MemoryStore(), Platform()
    platform.failures = [DeliveryFailed("slow down", retry_after=0.01) for _ in range(3)]
    final = Final("t1", 1, PLAZA, TO, "all")
    async with running(store, platform):
        await store.publish(final)
        await eventually(lambda: platform.delivered == [final])


@pytest.mark.parametrize("failure", [DeliveryFailed("gone", retry_after=None), RuntimeError("a bug")])
async def test_an_event_that_cannot_be_delivered_does_not_end_the_delivery_of_others(
    failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    store, platform = MemoryStore(), Platform()
    platform.failures = [failure]
    after = Final("t2", 1, PLAZA, TO, "after")
    async with running(store, platform):
        await store.publish(Final("t1", 1, PLAZA, TO, "canary words"))
        await store.publish(after)
        await eventually(lambda: platform.delivered == [after])
    assert "not delivered" in caplog.text
    assert "canary words" not in caplog.text


async def test_what_the_gateway_before_left_is_delivered_first() -> None:
    store, platform = MemoryStore(), Platform()
    events = [Final("t1", 1, PLAZA, TO, "left"), Final("t2", 1, PLAZA, TO, "new")]
    await store.publish(events[0])
    await store.read("test", partition_of(PLAZA), 0.1)
    await store.publish(events[1])
    async with running(store, platform):
        await eventually(lambda: platform.delivered == events)


async def test_a_second_gateway_waits_until_the_first_is_gone() -> None:
    store, first, second = MemoryStore(lease=0.4), Platform(), Platform()
    final = Final("t1", 1, PLAZA, TO, "once")
    async with running(store, second, "g2"):
        async with running(store, first, "g1"):
            await store.publish(final)
            await eventually(lambda: first.delivered or second.delivered)
        assert len(first.delivered + second.delivered) == 1
        await store.publish(replace(final, seq=2))
        await eventually(lambda: len(first.delivered + second.delivered) == 2)


async def test_a_gateway_that_waits_for_a_slow_platform_keeps_its_route(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Slow(Platform):
        async def deliver(self, event: OutboxEvent) -> None:
            await self.ending.wait()
            await super().deliver(event)

    monkeypatch.setattr("bot.gateway.WAITING", 2)
    store, slow, second = MemoryStore(lease=0.4), Slow(), Platform()
    async with running(store, slow, "g1"):
        for number in range(3):
            await store.publish(Final("t1", number, PLAZA, TO, "words"))
        await eventually(lambda: store.pending("test", partition_of(PLAZA)))
        async with running(store, second, "g2"):
            until = asyncio.get_running_loop().time() + 1.2
            await eventually(lambda: asyncio.get_running_loop().time() > until)
            assert not second.delivered
            slow.ending.set()


async def test_a_bots_message_is_not_heard() -> None:
    store, platform = MemoryStore(), Platform()
    async with running(store, platform):
        await eventually(lambda: platform.on_message)
        assert platform.on_message is not None
        await platform.on_message(message("beep", author=Author("b", "Bot", is_bot=True)))
        await platform.on_message(message("hello"))
        claim = await eventually(lambda: store.claim("w", partition_of(PLAZA), 0.1))
        assert claim.message.text == "hello"
        assert await store.commit(claim, Commit()) is None


def test_what_cannot_be_stored_is_cleaned_everywhere_in_a_message() -> None:
    bad = "a\ud800b\x00c"
    sent = message(
        bad,
        author=Author("u", bad),
        command=CommandUse("translate", {"text": bad, "limit": 3, "temperature": float("inf")}),
        quoted=(Quoted(bad, bad),),
        attachments=(Attachment(bad, "text/plain", 3, bad), Attachment("x.png", "image/png", 3)),
    )
    clean = cleaned(sent)
    assert "\ud800" not in repr(clean)
    assert repr(clean).encode()
    assert clean.command == CommandUse("translate", {"text": "a\ufffdbc", "limit": 3, "temperature": "inf"})
    assert codec.message.load(codec.message.dump(clean)) == clean
    assert clean.attachments[1] == sent.attachments[1]
