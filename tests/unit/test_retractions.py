"""What gateway, worker and engine make of messages that are taken back."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from adapters.base import (
    Author,
    CommandUse,
    Final,
    Message,
    NotKept,
    Removed,
    ReplyTo,
    Retracted,
)
from adapters.commands import ParseError, parse_command
from bot.commands import table
from bot.conversation import turn_id
from bot.gateway import DELETED, Gateway
from bot.store.base import Commit, StoreUnavailable, partition_of
from bot.store.memory import MemoryStore
from bot.voice import EVENTS_PER_ATTEMPT, LAST_SEQ, Voice
from bot.worker import ATTEMPTS, Worker
from tests.helpers import PLAZA, eventually, message
from tests.scripted import Platform, ScriptedModel
from tests.unit.engine_parts import Bench

HERE = partition_of(PLAZA)


def gateway_on(store: MemoryStore) -> Gateway:
    return Gateway(Platform(), store, store, name="g1")


def deleted(of: Message) -> Retracted:
    return Retracted(of.ref, of.reply_to.message_id)


def edited(of: Message, text: str, **fields: object) -> Retracted:
    new = replace(of, id=f"{of.id}.e1", text=text, **fields)  # type: ignore[arg-type]  # fields of a message
    return Retracted(of.ref, of.reply_to.message_id, new)


async def shown(store: MemoryStore) -> list[object]:
    return [event for _, event in await store.read("test", HERE, 0.01)]


async def mailbox(store: MemoryStore) -> list[Message]:
    found = []
    claim = await store.claim("w", HERE, 0.01)
    while claim is not None:
        found.append(claim.message)
        claim = await store.commit(claim, Commit())
    return found


# The gateway


async def test_what_was_shown_of_a_deleted_question_is_removed_above_all_that_its_turn_says() -> None:
    store, sent = MemoryStore(), message()
    gateway = gateway_on(store)
    await gateway.accept(sent)
    claim = await store.claim("w", HERE, 1.0)
    assert claim is not None
    await gateway.accept(deleted(sent))
    assert await shown(store) == [Removed(turn_id(sent), LAST_SEQ, PLAZA, ReplyTo("test", sent.id))]
    assert LAST_SEQ > EVENTS_PER_ATTEMPT * (ATTEMPTS + 2) * 1000
    assert await store.commit(claim, Commit()) is None


async def test_of_a_question_that_only_waits_nothing_is_removed() -> None:
    store, sent = MemoryStore(), message()
    gateway = gateway_on(store)
    await gateway.accept(sent)
    await gateway.accept(deleted(sent))
    assert await shown(store) == []
    assert await mailbox(store) == []


async def test_the_engine_hears_once_that_an_answered_question_is_deleted() -> None:
    store, sent = MemoryStore(), message()
    gateway = gateway_on(store)
    await gateway.accept(sent)
    assert await mailbox(store) == [sent]
    for _ in range(2):
        await gateway.accept(deleted(sent))
    (gone,) = await mailbox(store)
    assert gone.command == CommandUse(DELETED, {"turn": turn_id(sent)})
    assert (gone.id, gone.reply_to) == (f"{sent.id}.d", ReplyTo("test", sent.id))
    assert await shown(store) == []


async def test_an_edit_of_an_answered_question_and_what_nobody_knows_change_nothing() -> None:
    store, sent = MemoryStore(), message()
    gateway = gateway_on(store)
    await gateway.accept(sent)
    assert await mailbox(store) == [sent]
    for taken_back in (edited(sent, "new"), deleted(message()), edited(message(), "new")):
        await gateway.accept(taken_back)
    assert await mailbox(store) == []
    assert await shown(store) == []


async def test_an_edited_question_is_stored_as_one_that_can_be() -> None:
    store, sent = MemoryStore(), message("one")
    gateway = gateway_on(store)
    await gateway.accept(sent)
    await gateway.accept(edited(sent, "two\x00\ud800"))
    assert [each.text for each in await mailbox(store)] == ["two\ufffd"]


async def test_a_deletion_that_cannot_be_kept_is_told_to_the_adapter() -> None:
    class Away(MemoryStore):
        async def retract(self, retracted: Retracted) -> object:  # type: ignore[override]  # never returns
            raise StoreUnavailable("away")

    with pytest.raises(NotKept):
        await gateway_on(Away()).accept(deleted(message()))


async def test_nobody_can_say_that_a_message_is_deleted_but_the_gateway() -> None:
    store = MemoryStore()
    forged = message("", command=CommandUse(DELETED, {"turn": "t1"}))
    await gateway_on(store).accept(forged)
    assert await mailbox(store) == []
    assert DELETED not in {spec.name for spec in table()}
    assert isinstance(parse_command(f"/{DELETED} turn=t1", table()), ParseError)


# The worker


async def test_a_turn_whose_question_is_deleted_ends_at_once_and_the_conversation_goes_on() -> None:
    store, seen = MemoryStore(), list[str]()
    ended = list[str]()

    async def handle(message: Message, attempt: int) -> Commit:
        seen.append(message.text)
        try:
            if message.text == "slow":
                await asyncio.Event().wait()
        finally:
            ended.append(message.text)
        return Commit((Voice(store, message, attempt).final(f"to {message.text}", ()),))

    worker = Worker(store, store, handle, name="w1", lease=0.4)
    working = asyncio.create_task(worker.run())
    sent = message("slow")
    await store.deliver(sent)
    await eventually(lambda: seen == ["slow"])
    await store.deliver(message("next"))
    await store.retract(deleted(sent))
    await eventually(lambda: ended == ["slow", "next"])
    again = message("slow")
    await store.deliver(again)
    await eventually(lambda: seen[2:] == ["slow"])
    await store.retract(edited(again, "quick"))
    await eventually(lambda: ended[2:] == ["slow", "quick"])
    worker.stop()
    await asyncio.wait_for(working, 10)
    finals = [event for event in await shown(store) if isinstance(event, Final)]
    assert [event.text for event in finals] == ["to next", "to quick"]
    assert await store.dead_letters(HERE, 9) == []


async def test_a_turn_that_is_cancelled_for_another_reason_is_not_taken_for_a_retracted_one() -> None:
    store, tries = MemoryStore(), list[int]()

    async def handle(message: Message, attempt: int) -> Commit:
        tries.append(attempt)
        if len(tries) == 1:
            raise asyncio.CancelledError
        return Commit((Voice(store, message, attempt).final("here", ()),))

    worker = Worker(store, store, handle, name="w1", lease=0.4)
    working = asyncio.create_task(worker.run())
    await store.deliver(message())
    await eventually(lambda: len(tries) == 2)
    worker.stop()
    await asyncio.wait_for(working, 10)
    assert [event.text for event in await shown(store) if isinstance(event, Final)] == ["here"]


# The engine


async def gone(bench: Bench, turn: str) -> tuple[list[object], Commit]:
    command = CommandUse(DELETED, {"turn": turn})
    events, commit = await bench.turn(message("", author=Author("", ""), command=command))
    return list(events), commit


async def test_a_deleted_question_goes_out_of_the_history_with_its_reply() -> None:
    bench = Bench(ScriptedModel("Blue.", "Green.", "No."))
    await bench.say("My first colour?")
    await bench.say("My second colour?")
    first, second = await bench.history()
    assert first.message
    events, _ = await gone(bench, first.id)
    (removed,) = events
    assert isinstance(removed, Removed)
    assert (removed.turn, removed.seq) == (first.id, LAST_SEQ)
    assert await bench.history() == (second,)
    await bench.say("Do you know it?")
    model = bench.engine.model
    assert isinstance(model, ScriptedModel)
    told = "".join(part.text for part in model.prompts[-1].messages)
    assert "second colour" in told
    assert "first colour" not in told
    assert "Blue" not in told


async def test_a_community_can_keep_the_replies_to_deleted_questions_but_not_their_turns() -> None:
    bench = Bench(ScriptedModel("Blue."))
    await bench.store.save(PLAZA, '{"delete_replies": false}', channel=False)
    await bench.say("My first colour?")
    (turn,) = await bench.history()
    events, _ = await gone(bench, turn.id)
    assert events == []
    assert await bench.history() == ()


async def test_a_turn_without_history_is_removed_too() -> None:
    bench = Bench(ScriptedModel())
    events, _ = await gone(bench, "blocked")
    assert [type(event) for event in events] == [Removed]
