"""The gateway: what it takes in, and how it delivers."""

from __future__ import annotations

import asyncio
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.base import (
    Attachment,
    Author,
    Card,
    CommandUse,
    ConversationRef,
    DeliveryFailed,
    Delta,
    Final,
    Message,
    NotKept,
    OutboxEvent,
    Quoted,
    ReplyTo,
    Started,
)
from adapters.local.terminal import TerminalAdapter
from bot import delivery, gateway
from bot.gateway import Gateway, cleaned
from bot.store import codec
from bot.store.base import Commit, StoreUnavailable, partition_of
from bot.store.memory import MemoryStore
from bot.store.routes import cards_of
from bot.voice import Voice
from bot.worker import Worker
from tests.helpers import PLAZA, eventually, message
from tests.scripted import Platform

TO = ReplyTo("test", "m1")
CARDS = cards_of("test")


@asynccontextmanager
async def running(store: MemoryStore, platform: Platform, name: str = "g1") -> AsyncIterator[Gateway]:
    gateway = Gateway(platform, store, store, name=name, lease=0.4)
    task = asyncio.create_task(gateway.run())
    yield gateway
    platform.ending.set()
    await asyncio.wait_for(task, 10)


class Shut(Platform):
    """Takes nothing for the channels in `shut`; notes what it was asked to show."""

    def __init__(self, *shut: str, failure: Exception | None = None) -> None:
        super().__init__()
        self.shut = set(shut)
        self.failure = failure or DeliveryFailed("slow down", retry_after=0.01)
        self.asked: list[OutboxEvent] = []

    async def deliver(self, event: OutboxEvent) -> None:
        self.asked.append(event)
        if event.ref.channel in self.shut:
            raise self.failure
        await super().deliver(event)


async def waiting(store: MemoryStore) -> list[OutboxEvent]:
    """What the outbox has given out and not got rid of."""
    return [event for _, event in await store.pending("test", partition_of(PLAZA))]


def final(number: int, channel: str = "general") -> Final:
    return Final(f"t{number}", 1, ConversationRef("test", "plaza", channel), TO, "all")


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
    return not any([await store.pending(route, partition_of(PLAZA)) for route in ("test", CARDS)])


def most_held(gateway: Gateway) -> int:
    """Of all conversations, how many events of one the gateway holds."""
    return max((len(lane.held) for each in gateway._deliveries for lane in each._lanes.values()), default=0)


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


@pytest.mark.parametrize("failure", [OSError(104, "reset"), RuntimeError("canary words")])
async def test_a_reply_survives_an_error_that_nobody_knows(
    failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    store, platform = MemoryStore(), Platform()
    platform.failures = [failure]
    async with running(store, platform):
        await store.publish(final(1))
        await eventually(lambda: platform.delivered == [final(1)])
        assert await eventually(lambda: empty(store))
    assert "must wait" in caplog.text
    assert "canary words" not in caplog.text


async def test_an_outage_of_the_platform_loses_no_reply() -> None:
    store, platform = MemoryStore(), Shut("general", "other")
    finals = [final(1), final(2), final(3, "other")]
    async with running(store, platform):
        for event in finals:
            await store.publish(event)
        # Far more often than what is shown on the way only is tried.
        platform.failure = DeliveryFailed("down", retry_after=0.0)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(delivery, "PAUSE_SECONDS", 0.01)
            await eventually(lambda: platform.asked.count(finals[0]) > 3 * delivery.FLEETING_TRIES)
        assert await waiting(store) == finals
        platform.shut.clear()
        await eventually(lambda: len(platform.delivered) == 3)
        assert [event for event in platform.delivered if event.ref == PLAZA] == finals[:2]
        assert await eventually(lambda: empty(store))


async def test_a_reply_that_is_refused_for_a_day_is_given_up(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(delivery, "GIVE_UP_SECONDS", 0.3)
    store, platform = MemoryStore(), Shut("general")
    async with running(store, platform):
        await store.publish(final(1))
        await eventually(lambda: platform.asked)
        assert await eventually(lambda: empty(store))
    assert "turn t1: final not delivered: slow down" in caplog.text


async def test_what_is_shown_on_the_way_is_soon_given_up() -> None:
    store, platform = MemoryStore(), Shut("general")
    async with running(store, platform):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(delivery, "PAUSE_SECONDS", 0.01)
            await store.publish(Started("t1", 1, PLAZA, TO))
            await eventually(lambda: len(platform.asked) == delivery.FLEETING_TRIES)
            assert await eventually(lambda: empty(store))


async def test_stopping_while_the_platform_lets_us_wait_keeps_the_reply_for_the_next_gateway() -> None:
    store, platform = MemoryStore(), Shut("general", failure=DeliveryFailed("slow down", retry_after=30.0))
    async with running(store, platform):
        await store.publish(final(1))
        await eventually(lambda: platform.asked)
    assert len(platform.asked) == 1
    assert await waiting(store) == [final(1)]
    after = Platform()
    async with running(store, after, "g2"):
        await eventually(lambda: after.delivered == [final(1)])


async def test_a_channel_that_takes_nothing_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "LANE", 10)
    store, platform = MemoryStore(), Shut("shut")
    shut = [final(number, "shut") for number in range(35)]
    async with running(store, platform) as running_gateway:
        for event in shut:
            await store.publish(event)
        await eventually(lambda: platform.asked)
        for number in range(20):
            await store.publish(final(number))
        await eventually(lambda: len(platform.delivered) == 20)
        assert most_held(running_gateway) == 10
        platform.shut.clear()
        # What had no room in the gateway comes all the same, in order, and what comes meanwhile behind it.
        await store.publish(final(35, "shut"))
        await eventually(lambda: len(platform.delivered) >= 56, 20)
        assert platform.delivered[20:] == [*shut, final(35, "shut")]
        assert await eventually(lambda: empty(store))


async def test_words_for_a_channel_that_takes_nothing_do_not_pile_up() -> None:
    store, platform = MemoryStore(), Shut("general", failure=DeliveryFailed("slow", retry_after=0.2))
    async with running(store, platform):
        await store.publish(final(1))
        await eventually(lambda: platform.asked)
        for number in range(200):
            await store.publish(delta(number, "t2"))
        await store.publish(final(2))
        platform.shut.clear()
        await eventually(lambda: final(2) in platform.delivered)
        assert len(platform.delivered) < 10


def card(number: int, *, kind: str = "card", seq: int = 1) -> Card:
    mods = ConversationRef("test", "plaza", "mods")
    return Card(f"{kind}-{number:012x}", seq, mods, TO, f"{number:012x}", number, f"Case {number}")


async def test_of_many_cards_that_wait_one_stands_for_the_newer_ones_but_for_no_decision_and_nothing_filed() -> (
    None
):
    store, platform = MemoryStore(), Shut("mods")
    late, filed = card(3, seq=2), card(41, kind="filed")
    sent = [*(card(number) for number in range(1, 41)), late, filed, *map(card, range(42, 1_000))]
    async with running(store, platform) as running_gateway:
        await store.publish(sent[0])
        await eventually(lambda: platform.asked)
        for event in sent[1:]:
            await store.publish(event)
        await store.publish(final(1))
        await eventually(lambda: platform.delivered == [final(1)])
        # What one card stands for is not kept, but for the first and the last of it.
        await eventually(lambda: len(store._outbox[CARDS, partition_of(PLAZA)]) == 17)
        assert most_held(running_gateway) == 17
        platform.shut.clear()
        assert await eventually(lambda: empty(store))
    shown = platform.delivered[1:]
    assert shown[:11] == sent[:11]
    assert shown[12:14] == [late, filed]
    many = [each for each in (shown[11], *shown[14:]) if isinstance(each, Card)]
    assert [each.title for each in many] == [
        "Cases #12 to #40 came too fast for a card each.",
        "Cases #42 to #999 came too fast for a card each.",
    ]
    assert len({each.turn for each in many}) == 2


async def test_cards_that_come_as_fast_as_they_are_shown_are_shown_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gateway, "CARD_SECONDS", 0.01)
    store, platform = MemoryStore(), Platform()
    async with running(store, platform):
        for number in range(1, 30):
            await store.publish(card(number))
            await eventually(lambda: len(platform.delivered) == number)  # noqa: B023 - waited for here
    assert platform.delivered == [card(number) for number in range(1, 30)]


class Counting(MemoryStore):
    """Counts what readers were given."""

    def __init__(self) -> None:
        super().__init__()
        self.given: dict[str, list[int]] = defaultdict(list)

    async def read(self, route: str, partition: int, wait: float) -> Sequence[tuple[str, OutboxEvent]]:
        events = await super().read(route, partition, wait)
        if events:
            self.given[route].append(len(events))
        return events


async def test_cards_wake_nobody_who_delivers_replies_and_many_are_read_at_once() -> None:
    store, platform = Counting(), Platform()
    async with running(store, platform):
        await store.publish(card(1))
        # The first one does not wait.
        await eventually(lambda: platform.delivered == [card(1)])
        for number in range(2, 200):
            await store.publish(card(number))
            # As each comes from a turn of its own.
            await asyncio.sleep(0)
        await eventually(lambda: sum(store.given[CARDS]) == 199)
        # Far fewer reads than cards, however slow the machine is.
        assert len(store.given[CARDS]) < 20
        assert store.given["test"] == []
        await store.publish(final(1))
        await eventually(lambda: final(1) in platform.delivered)
        assert store.given["test"] == [1]


async def test_cards_of_a_gateway_that_was_killed_are_shown_by_the_next_one_in_order() -> None:
    store, shut, after = MemoryStore(lease=0.4), Shut("mods"), Platform()
    sent = [card(1), card(2), card(1, seq=2), card(3, kind="filed"), card(2, seq=2)]
    dying = Gateway(shut, store, store, name="g1", lease=0.4)
    killed = asyncio.create_task(dying.run())
    for event in sent:
        await store.publish(event)
    await eventually(lambda: most_held(dying) == len(sent))
    # As after kill -9: its lease is not given back.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MemoryStore, "close", gone)
        killed.cancel()
        await asyncio.gather(killed, return_exceptions=True)
    async with running(store, after, "g2"):
        await eventually(lambda: len(after.delivered) == len(sent))
        assert await eventually(lambda: empty(store))
    assert after.delivered == sent


async def gone(store: MemoryStore, route: str, name: str) -> None:
    """Nobody is there any more to close anything."""


async def test_what_waits_in_the_gateway_is_not_queued_again_when_the_store_was_away() -> None:
    class Blinking(MemoryStore):
        reads = 0

        async def read(self, route: str, partition: int, wait: float) -> Sequence[tuple[str, OutboxEvent]]:
            if partition == partition_of(PLAZA):
                self.reads += 1
                if self.reads in (2, 3, 4):
                    raise StoreUnavailable("away")
            return await super().read(route, partition, min(wait, 0.1))

    store, platform = Blinking(), Shut("general")
    finals = [final(number) for number in range(5)]
    for event in finals:
        await store.publish(event)
    async with running(store, platform):
        await eventually(lambda: store.reads > 5)
        assert not platform.delivered
        platform.shut.clear()
        await eventually(lambda: len(platform.delivered) >= 5)
        await store.publish(final(9))
        await eventually(lambda: final(9) in platform.delivered)
    assert platform.delivered == [*finals, final(9)]


async def test_a_delivery_that_could_not_be_noted_is_noted_later_and_not_made_again() -> None:
    class Forgetful(MemoryStore):
        failures = 2

        async def done(self, route: str, partition: int, ids: Sequence[str]) -> None:
            if self.failures:
                self.failures -= 1
                raise StoreUnavailable("away")
            await super().done(route, partition, ids)

    store, platform = Forgetful(), Platform()
    async with running(store, platform):
        await store.publish(final(1))
        await eventually(lambda: not store.failures)
        assert await eventually(lambda: empty(store))
    assert platform.delivered == [final(1)]


async def test_a_gateway_that_lost_its_route_leaves_what_waits_to_the_new_owner(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(delivery, "PAUSE_SECONDS", 0.01)
    store, first, second = MemoryStore(lease=0.4), Shut("general"), Platform()
    async with running(store, first, "g1"):
        await store.publish(final(1))
        await eventually(lambda: first.asked)
        # As when the first could not reach the store for longer than a lease.
        await store.close("test", "g1")
        assert await store.own("test", partition_of(PLAZA), "g2")
        async with running(store, second, "g2"):
            await eventually(lambda: second.delivered == [final(1)])
            until = asyncio.get_running_loop().time() + 0.6
            await eventually(lambda: asyncio.get_running_loop().time() > until)
            tries = len(first.asked)
            first.shut.clear()
            await store.publish(final(2))
            await eventually(lambda: second.delivered == [final(1), final(2)])
            assert not first.delivered
            assert len(first.asked) == tries


async def test_what_somebody_read_and_left_while_the_route_passed_on_is_found() -> None:
    store, platform = MemoryStore(), Platform()
    async with running(store, platform):
        await store.publish(final(1))
        await eventually(lambda: platform.delivered == [final(1)])
        # Between two reads of the gateway, which gets nothing of it.
        store._outbox["test", partition_of(PLAZA)]["stray"] = final(2)
        store._read["test", partition_of(PLAZA)].add("stray")
        await eventually(lambda: platform.delivered == [final(1), final(2)])


async def test_a_message_that_the_store_does_not_take_is_said_to_be_not_kept() -> None:
    class Away(MemoryStore):
        async def deliver(self, message: Message, *, beyond: bool = False) -> bool:
            raise StoreUnavailable("the store at … cannot be reached")

    store, platform = Away(), Platform()
    async with running(store, platform):
        on_message = await eventually(lambda: platform.on_message)
        with pytest.raises(NotKept):
            await on_message(message("hello"))


async def test_an_event_that_is_refused_for_good_does_not_end_the_delivery_of_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    store, platform = MemoryStore(), Platform()
    platform.failures = [DeliveryFailed("gone", retry_after=None)]
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

    monkeypatch.setattr(delivery, "LANE", 2)
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


async def test_a_chat_in_the_terminal_says_what_was_not_kept_and_goes_on(tmp_path: Path) -> None:
    class AwayOnce(MemoryStore):
        away = True

        async def deliver(self, message: Message, *, beyond: bool = False) -> bool:
            if self.away:
                self.away = False
                raise StoreUnavailable("the store cannot be reached")
            return await super().deliver(message)

    async def handle(message: Message, attempt: int) -> Commit:
        return Commit((Voice(store, message, attempt).notice(f"You said {message.text}."),))

    store = AwayOnce()
    (tmp_path / "in").write_text("one\ntwo\n")
    with (tmp_path / "in").open() as given, (tmp_path / "out").open("w") as said:
        terminal = TerminalAdapter(
            session="s",
            commands=(),
            translate=lambda sentence, _locale: sentence,
            new_id=lambda: secrets.token_hex(4),
            stdin=given,
            stdout=said,
        )
        worker = Worker(store, store, handle, name="w")
        working = asyncio.create_task(worker.run())
        async with asyncio.timeout(10):
            await Gateway(terminal, store, store, name="g").run()
        worker.stop()
        await working
    not_kept, answer = (tmp_path / "out").read_text().splitlines()
    assert "could not be kept" in not_kept
    assert answer == "You said two."


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
