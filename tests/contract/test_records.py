"""What every `Outbox`, `History`, `GuardLogStore` and `Policies` must do."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import pytest

from adapters.base import (
    About,
    Annotation,
    Button,
    Card,
    ConversationRef,
    Delta,
    Final,
    Notice,
    OutboxEvent,
    Removed,
    ReplyTo,
    Started,
)
from bot.conversation import HistoryTurn
from bot.guardlog import Case, CaseFinding
from bot.store.base import Commit, Store, partition_of
from bot.store.routes import cards_of, route_of
from tests.helpers import PLAZA, eventually, message

HERE = partition_of(PLAZA)
NOW = time.time()
TO = ReplyTo("test", "m1", "token", 99.5)
EVENTS: list[OutboxEvent] = [
    Started("t", 0, PLAZA, TO),
    Delta("t", 1, PLAZA, TO, "so far"),
    Final(
        "t", 2, PLAZA, TO, "all", (Annotation(0, 3, "quoted", "note", "source"),), (Button("ok", "act", "1"),)
    ),
    Notice("t", 3, PLAZA, TO, "no", "blocked", "abc", False),
    Removed("t", 5, PLAZA, TO),
]
CARDS = [
    Card(
        f"card-{number}",
        1,
        PLAZA,
        TO,
        "t",
        number,
        "held back",
        (("who", "Ana"),),
        About(PLAZA, "m1", "u1", "Ana"),
        ("Mo: right",),
        (Button("Right", "right", style="success"),),
    )
    for number in range(1, 200)
]


async def commit(store: Store, given: Commit, ref: ConversationRef = PLAZA) -> None:
    await store.deliver(message(ref=ref))
    claim = await store.claim("w", partition_of(ref), 2.0)
    assert claim is not None
    await store.commit(claim, given)


async def test_events_come_out_in_order_and_as_they_were(store: Store) -> None:
    for event in EVENTS:
        await store.publish(event)
    assert [event for _, event in await store.read("test", HERE, 1.0)] == EVENTS


async def test_cards_wake_nobody_who_reads_replies_and_come_together_in_order(store: Store) -> None:
    for_replies = asyncio.create_task(store.read("test", HERE, 10.0))
    for_cards = asyncio.create_task(store.read(cards_of("test"), HERE, 10.0))
    await asyncio.sleep(0)
    await store.publish(CARDS[0])
    assert [event for _, event in await asyncio.wait_for(for_cards, 5.0)] == CARDS[:1]
    await asyncio.gather(*(store.publish(card) for card in CARDS[1:100]))
    await commit(store, Commit(tuple(CARDS[100:])))
    assert [event for _, event in await store.read(cards_of("test"), HERE, 1.0)] == CARDS[1:]
    assert not for_replies.done()
    await commit(store, Commit((CARDS[0], EVENTS[0])))
    assert [event for _, event in await asyncio.wait_for(for_replies, 5.0)] == EVENTS[:1]


async def test_a_full_outbox_leaves_out_what_is_fleeting_and_never_an_ending(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.memory_outbox.OUTBOX_LIMIT", 3)
    monkeypatch.setattr("bot.store.redis.outbox.OUTBOX_LIMIT", 3)
    endings = [Final(f"t{number}", 1, PLAZA, TO, "all") for number in range(4)]
    await store.publish(endings[0])
    for number in range(200):
        await store.publish(Delta("t1", number, PLAZA, TO, "so far"))
    for ending in endings[1:]:
        await commit(store, Commit((ending,)))
    await store.publish(Started("t5", 0, PLAZA, TO))
    found = []
    while events := [event for _, event in await store.read("test", HERE, 0.01)]:
        found += events
    assert [event for event in found if isinstance(event, Final)] == endings
    assert [event.seq for event in found if isinstance(event, Delta)] == [0, 1]
    assert len(found) == 6


async def test_a_waiting_reader_gets_what_is_published_meanwhile(store: Store) -> None:
    waiting = asyncio.create_task(store.read("test", HERE, 10.0))
    await asyncio.sleep(0)
    await store.publish(EVENTS[0])
    assert [event for _, event in await asyncio.wait_for(waiting, 5.0)] == EVENTS[:1]


@pytest.mark.parametrize("events", [EVENTS[:3], CARDS[:3]], ids=["replies", "cards"])
async def test_what_was_read_but_not_done_is_found_by_the_next_reader(
    store: Store, events: list[OutboxEvent]
) -> None:
    route = route_of(events[0])
    for event in events:
        await store.publish(event)
    (first, _), *_ = await store.read(route, HERE, 1.0)
    await store.done(route, HERE, [first])
    assert [event for _, event in await store.pending(route, HERE)] == events[1:]
    assert await store.read(route, HERE, 0.01) == []


async def test_a_route_reads_only_its_own(store: Store) -> None:
    await store.publish(EVENTS[0])
    assert await store.read("other", HERE, 0.01) == []
    assert len(await store.read("test", HERE, 0.01)) == 1


async def test_one_gateway_owns_a_route_until_it_lets_go_or_its_lease_ends(store: Store) -> None:
    assert await store.own("test", HERE, "g1")
    assert await store.own("test", HERE, "g1")
    assert not await store.own("test", HERE, "g2")
    await store.close("test", "g2")
    assert not await store.own("test", HERE, "g2")
    await store.close("test", "g1")
    assert await store.own("test", HERE, "g2")
    assert await eventually(lambda: store.own("test", HERE, "g3"))


async def test_closing_a_sessions_route_removes_it(store: Store) -> None:
    to = replace(TO, route="terminal-1")
    for event in (EVENTS[0], CARDS[0]):
        route = route_of(replace(event, to=to))
        assert await store.own(route, HERE, "g")
        await store.publish(replace(event, to=to))
        await store.close(route, "g")
        assert await store.read(route, HERE, 0.01) == []


async def test_history_gives_the_newest_turns_oldest_first(store: Store) -> None:
    turns = [HistoryTurn(f"t{n}", "u1", "Ana", f"q{n}", f"r{n}", NOW + n, "chat", "quoted") for n in range(5)]
    for turn in turns:
        await commit(store, Commit(turn=turn))
    conversation = (await store.load(message(), 3)).conversation
    assert conversation.turns == tuple(turns[2:])
    assert conversation.total == 5


async def test_conversations_do_not_mix(store: Store) -> None:
    await commit(store, Commit(turn=HistoryTurn("t", "u1", "Ana", "secret", "r", NOW)))
    thread = ConversationRef("test", "plaza", "general", "thread")
    loaded = await store.load(message(ref=thread), 10)
    assert (loaded.conversation.turns, loaded.last) == ((), None)


async def test_policy_layers_belong_to_a_community_and_a_channel(store: Store) -> None:
    await store.save(PLAZA, '{"version": 1}', channel=False)
    await store.save(PLAZA, '{"version": 2}', channel=True)
    assert (await store.load(message(), 1)).policies == ('{"version": 1}', '{"version": 2}')
    other_channel = ConversationRef("test", "plaza", "other")
    assert (await store.load(message(ref=other_channel), 1)).policies == ('{"version": 1}', "")
    elsewhere = ConversationRef("test", "elsewhere", "general")
    assert (await store.load(message(ref=elsewhere), 1)).policies == ("", "")


def case(number: int) -> Case:
    finding = CaseFinding("injection", "override", 0.9, "why", "author", "ignore …", ("base64",))
    return Case(
        f"t{number}",
        10.0 + number,
        PLAZA.key,
        "u1",
        "Ana",
        "input",
        "block",
        "block",
        (finding,),
        (),
        "…",
        "m",
        "q",
    )


async def test_cases_are_kept_by_community_in_order(store: Store) -> None:
    for number in range(4):
        await commit(store, Commit(cases=(case(number),)))
    found = await store.cases(PLAZA.community_key, since=0.0, limit=3)
    assert [replace(each, id="") for each in found] == [replace(case(n), number=n + 1) for n in (1, 2, 3)]
    assert [each.id for each in found] == sorted(each.id for each in found)
    assert await store.communities() == [PLAZA.community_key]
    assert await store.cases("test/elsewhere", since=0.0, limit=3) == []


async def test_a_case_that_no_turn_is_about_is_counted_with_the_others(store: Store) -> None:
    await commit(store, Commit(cases=(case(0),)))
    await store.record(PLAZA.community_key, case(1))
    found = await store.cases(PLAZA.community_key, since=0.0, limit=9)
    assert [(each.turn, each.number) for each in found] == [("t0", 1), ("t1", 2)]
    file = await store.file(PLAZA.community_key, "t1")
    assert file is not None
    assert file.cases == (found[1],)
    assert await store.communities() == [PLAZA.community_key]


async def test_the_guard_log_can_be_followed(store: Store) -> None:
    await commit(store, Commit(cases=(case(0),)))
    (first,) = await store.follow(PLAZA.community_key, "", 1.0)
    waiting = asyncio.create_task(store.follow(PLAZA.community_key, first.id, 10.0))
    await asyncio.sleep(0)
    await commit(store, Commit(cases=(case(1),)))
    (second,) = await asyncio.wait_for(waiting, 5.0)
    assert second.turn == "t1"
    waiting = asyncio.create_task(store.follow(PLAZA.community_key, second.id, 10.0))
    await asyncio.sleep(0)
    await store.record(PLAZA.community_key, case(2))
    (third,) = await asyncio.wait_for(waiting, 5.0)
    assert third.turn == "t2"


async def test_an_adapters_notes_are_found_again_and_replaced(store: Store) -> None:
    assert await store.recall("test", "thread 1") is None
    await store.remember("test", "thread 1", "ours")
    await store.remember("test", "thread 1", "ñ")
    await store.remember("other", "thread 1", "theirs")
    assert await store.recall("test", "thread 1") == "ñ"


async def test_an_adapters_note_that_is_kept_stays_until_it_is_forgotten(store: Store) -> None:
    await store.keep("test", "installed", "one")
    await store.keep("test", "installed", "ñ")
    assert await store.recall("test", "installed") == "ñ"
    await store.forget("test", "installed")
    assert await store.recall("test", "installed") is None
