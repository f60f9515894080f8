"""The worker: what it takes up, finishes, gives back and gives up."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.base import CommandUse, ConversationRef, Message, Notice, Withdrawn
from bot.settings import load
from bot.store.base import LEASE_SECONDS, PARTITIONS, Claim, Commit, StoreUnavailable, partition_of
from bot.store.memory import MemoryStore
from bot.voice import Voice
from bot.wiring import worker_of
from bot.worker import ATTEMPTS, VANISHED, Worker
from tests.helpers import PLAZA, eventually, message
from tests.scripted import ScriptedModel

HERE = partition_of(PLAZA)


@asynccontextmanager
async def working(
    store: MemoryStore, handle: Callable[[Message, int], Awaitable[Commit]], name: str = "w1", slots: int = 32
) -> AsyncIterator[Worker]:
    worker = Worker(store, store, handle, name=name, slots=slots, lease=0.4)
    task = asyncio.create_task(worker.run())
    yield worker
    worker.stop()
    await asyncio.wait_for(task, 10)


def answer(store: MemoryStore, message: Message, text: str) -> Commit:
    return Commit((Voice(store, message, 1).notice(text),))


async def outcome(store: MemoryStore) -> list[str]:
    return [
        event.text for _, event in await store.pending("test", HERE) if isinstance(event, Notice | Withdrawn)
    ] + [
        event.text
        for _, event in await store.read("test", HERE, 0.01)
        if isinstance(event, Notice | Withdrawn)
    ]


async def test_messages_of_a_conversation_are_answered_in_order() -> None:
    store, seen = MemoryStore(), []

    async def handle(message: Message, attempt: int) -> Commit:
        await asyncio.sleep(0)
        seen.append(message.text)
        return answer(store, message, message.text)

    async with working(store, handle):
        for number in range(20):
            await store.deliver(message(str(number)))
        await eventually(lambda: len(seen) == 20)
    assert seen == [str(number) for number in range(20)]
    assert await outcome(store) == seen


async def test_a_slow_conversation_holds_up_no_other() -> None:
    store, release, seen = MemoryStore(), asyncio.Event(), []

    async def handle(message: Message, attempt: int) -> Commit:
        if message.text == "slow":
            await release.wait()
        seen.append(message.text)
        return Commit()

    async with working(store, handle):
        await store.deliver(message("slow"))
        await store.deliver(message("quick", ref=ConversationRef("test", "plaza", "other")))
        await eventually(lambda: seen == ["quick"])
        release.set()
        await eventually(lambda: seen == ["quick", "slow"])


async def test_a_turn_longer_than_the_lease_is_kept() -> None:
    store, release, seen = MemoryStore(lease=0.4), asyncio.Event(), []

    async def handle(message: Message, attempt: int) -> Commit:
        seen.append(attempt)
        await release.wait()
        return answer(store, message, "done")

    async with working(store, handle), working(store, handle, "w2"):
        await store.deliver(message())
        await eventually(lambda: seen)
        until = asyncio.get_running_loop().time() + 1.2
        await eventually(lambda: asyncio.get_running_loop().time() > until)
        assert seen == [1]
        release.set()
        assert await eventually(lambda: outcome(store)) == ["done"]


async def test_a_message_that_always_fails_is_put_aside_and_the_conversation_goes_on() -> None:
    store, attempts = MemoryStore(), []

    async def handle(message: Message, attempt: int) -> Commit:
        if message.text == "poison":
            attempts.append(attempt)
            raise ValueError("the text must not be kept: poison")
        return answer(store, message, "fine")

    async with working(store, handle):
        await store.deliver(message("poison"))
        await store.deliver(message("after", locale="es"))
        said = await eventually(lambda: two(store))
    assert attempts == list(range(1, ATTEMPTS + 1))
    assert said[0].startswith("I tried several times")
    assert said[1] == "fine"
    (letter,) = await store.dead_letters(HERE, 10)
    assert letter.message is not None
    assert letter.message.text == "poison"
    assert letter.error.startswith("ValueError in handle")
    assert "poison" not in letter.error


async def test_a_turn_that_cannot_be_committed_is_a_failed_attempt_like_any_other() -> None:
    store, attempts = MemoryStore(), []

    async def handle(message: Message, attempt: int) -> Commit:
        if message.text == "poison":
            attempts.append(attempt)
        return answer(store, message, "a\ud800" if message.text == "poison" else "fine")

    async with working(store, handle):
        await store.deliver(message("poison"))
        await store.deliver(message("after"))
        said = await eventually(lambda: two(store))
    assert attempts == list(range(1, ATTEMPTS + 1))
    assert said[0].startswith("I tried several times")
    assert said[1] == "fine"
    (letter,) = await store.dead_letters(HERE, 10)
    assert letter.error.startswith("PydanticSerializationError")


async def test_what_is_said_about_a_message_is_never_numbered_twice() -> None:
    store = MemoryStore()

    async def handle(message: Message, attempt: int) -> Commit:
        voice = Voice(store, message, attempt)
        await voice.started()
        await voice.delta("and then")
        raise ValueError

    await store.deliver(message())
    claim = await store.claim("w0", HERE, 0.1)
    assert claim is not None
    await Voice(store, claim.message, claim.taken).started()
    await store.abandon(claim)
    async with working(store, handle):
        await eventually(lambda: store.dead_letters(HERE, 1))
    numbers = [event.seq for _, event in await store.read("test", HERE, 0.01)]
    assert len(numbers) == 1 + 2 * ATTEMPTS + 1
    assert numbers == sorted(set(numbers))


async def test_a_conversation_that_cannot_be_read_ends_nothing() -> None:
    class Unreadable(MemoryStore):
        down = 2

        async def claim(self, worker: str, partition: int, wait: float) -> Claim | None:
            if self.down:
                self.down -= 1
                raise ValueError("no message")
            return await super().claim(worker, partition, wait)

    store, seen = Unreadable(), []

    async def handle(message: Message, attempt: int) -> Commit:
        seen.append(message.text)
        return Commit()

    async with working(store, handle):
        await store.deliver(message("patient"))
        await eventually(lambda: seen == ["patient"])


async def two(store: MemoryStore) -> list[str] | None:
    said = [
        event.text for _, event in await store.pending("test", HERE) if isinstance(event, Notice | Withdrawn)
    ]
    await store.read("test", HERE, 0.01)
    return said if len(said) == 2 else None


class Mortal(MemoryStore):
    """A store whose workers can be made to vanish."""

    def __init__(self) -> None:
        self.passed = 0.0
        super().__init__(clock=lambda: time.monotonic() + self.passed)

    async def vanish(self, *, alone: bool = False) -> None:
        """A worker takes the next conversation and is never heard of again."""
        claim = await self.claim("dead", HERE, 0.1)
        assert claim is not None
        if alone:
            await self.alone(claim)
        self.passed += LEASE_SECONDS + 1.0


async def test_a_message_that_kills_workers_is_put_aside() -> None:
    store = Mortal()

    async def never(message: Message, attempt: int) -> Commit:
        raise AssertionError(f"attempt {attempt}")

    await store.deliver(message("killer"))
    for number in range(VANISHED + ATTEMPTS):
        await store.vanish(alone=number >= VANISHED)
    async with working(store, never):
        (said,) = await eventually(lambda: outcome(store))
    assert said.startswith("I tried several times")
    (letter,) = await store.dead_letters(HERE, 10)
    assert letter.error == "the worker died"


async def test_a_message_that_only_stood_beside_what_killed_workers_is_answered() -> None:
    store = Mortal()

    async def handle(message: Message, attempt: int) -> Commit:
        return answer(store, message, f"taken up {attempt} times")

    await store.deliver(message("innocent"))
    for _ in range(5 * ATTEMPTS):
        await store.vanish()
    async with working(store, handle):
        assert await eventually(lambda: outcome(store)) == [f"taken up {5 * ATTEMPTS + 1} times"]
    assert await store.dead_letters(HERE, 10) == []


async def test_a_message_that_workers_have_vanished_with_is_answered_alone() -> None:
    store, running = Mortal(), set[str]()
    release = {name: asyncio.Event() for name in ("suspect", "before", "after")}
    beside: dict[str, set[str]] = {}

    async def handle(message: Message, attempt: int) -> Commit:
        beside[message.text] = set(running)
        running.add(message.text)
        if message.text in release:
            await release[message.text].wait()
        running.remove(message.text)
        return Commit()

    busy, other = (ConversationRef("test", "plaza", name) for name in ("busy", "other"))
    await store.deliver(message("suspect"))
    for _ in range(VANISHED):
        await store.vanish()
    # Nobody finds it yet.
    entry, suspect = store._held[HERE].popitem()
    await store.deliver(message("before", ref=busy))
    await store.deliver(message("its next", ref=busy))
    async with working(store, handle, slots=4) as worker:
        await eventually(lambda: running == {"before"})
        store._held[HERE][entry] = suspect
        await store._wake()
        await eventually(lambda: worker._alone)
        await store.deliver(message("after", ref=other))
        # A turn that goes on is waited for; what its conversation has more of is not.
        assert running == {"before"}
        release["before"].set()
        await eventually(lambda: running == {"suspect"})
        release["suspect"].set()
        release["after"].set()
        await eventually(lambda: beside.keys() == {"before", "suspect", "after", "its next"})
    assert beside["suspect"] == set()
    assert not any("suspect" in there for there in beside.values())


async def test_stopping_finishes_the_turn_that_has_begun_and_leaves_the_rest_waiting() -> None:
    store, begun, release = MemoryStore(), asyncio.Event(), asyncio.Event()

    async def handle(message: Message, attempt: int) -> Commit:
        begun.set()
        await release.wait()
        return answer(store, message, message.text)

    async with working(store, handle) as worker:
        await store.deliver(message("one"))
        await store.deliver(message("two"))
        await begun.wait()
        worker.stop()
        release.set()
    assert await outcome(store) == ["one"]
    claim = await store.claim("w2", HERE, 0.1)
    assert claim is not None
    assert (claim.message.text, claim.attempts) == ("two", 1)


@pytest.mark.parametrize("slots", [1, 3])
async def test_slots_are_how_many_turns_run_at_once_and_one_community_may_have_them_all(slots: int) -> None:
    store, release, running = MemoryStore(), asyncio.Event(), []
    lone = [ConversationRef("test", "plaza", str(number)) for number in range(8)]
    many = [ConversationRef("test", f"plaza{number}", "general") for number in range(16)]
    assert {partition_of(ref) for ref in many} == set(range(PARTITIONS))
    most = 0

    async def handle(message: Message, attempt: int) -> Commit:
        nonlocal most
        running.append(message)
        most = max(most, len(running))
        await release.wait()
        await asyncio.sleep(0)
        running.remove(message)
        return answer(store, message, "done")

    async with working(store, handle, slots=slots):
        for ref in lone:
            await store.deliver(message(ref=ref))
        await eventually(lambda: len(running) == slots)
        for ref in many:
            await store.deliver(message(ref=ref))
        until = asyncio.get_running_loop().time() + 0.2
        await eventually(lambda: asyncio.get_running_loop().time() > until)
        # Whoever looked for work when there was a slot may have found some; nobody else looks for more.
        assert sum(map(len, store._held.values())) < slots + PARTITIONS
        release.set()
        done = 0

        async def all_done() -> bool:
            nonlocal done
            for partition in range(PARTITIONS):
                done += len(await store.read("test", partition, 0.01))
            return done == len(lone) + len(many)

        await eventually(all_done)
    assert most == slots


@pytest.mark.parametrize("timeout", ["5", "600"])
async def test_a_turn_may_take_longer_than_the_most_patient_model(timeout: str, tmp_path: Path) -> None:
    settings = load({"SERENO_MODEL__NAME": "m", "SERENO_MODEL__TIMEOUT": timeout}, tmp_path)
    worker = worker_of(settings, MemoryStore(), ScriptedModel())
    assert worker._turn_seconds >= float(timeout) + 30.0


async def test_what_waits_for_a_slot_is_given_back_when_the_worker_stops() -> None:
    store, begun, release = MemoryStore(), asyncio.Event(), asyncio.Event()
    refs = [ConversationRef("test", "plaza", str(number)) for number in range(3)]

    async def handle(message: Message, attempt: int) -> Commit:
        begun.set()
        await release.wait()
        return Commit()

    async with working(store, handle, slots=1) as worker:
        for ref in refs:
            await store.deliver(message(ref=ref))
        await begun.wait()
        worker.stop()
        release.set()
    for _ in refs[1:]:
        claim = await store.claim("w2", HERE, 0.1)
        assert claim is not None
        assert claim.attempts == 1


async def test_no_more_conversations_are_taken_than_there_are_slots() -> None:
    store, release, running = MemoryStore(), asyncio.Event(), []

    async def handle(message: Message, attempt: int) -> Commit:
        running.append(message.text)
        await release.wait()
        return Commit()

    async with working(store, handle, slots=6):
        for number in range(12):
            await store.deliver(message(ref=ConversationRef("test", "plaza", str(number))))
        await eventually(lambda: running)
        until = asyncio.get_running_loop().time() + 0.2
        await eventually(lambda: asyncio.get_running_loop().time() > until)
        assert len(running) <= 6
        release.set()
        await eventually(lambda: len(running) == 12)


async def test_a_store_that_fails_for_a_while_ends_nothing() -> None:
    class Failing(MemoryStore):
        down = 3

        async def claim(self, worker: str, partition: int, wait: float) -> object:  # type: ignore[override]
            if self.down:
                self.down -= 1
                raise StoreUnavailable("down")
            return await super().claim(worker, partition, wait)

    store, seen = Failing(), []

    async def handle(message: Message, attempt: int) -> Commit:
        seen.append(message.text)
        return Commit()

    async with working(store, handle):
        await store.deliver(message("patient"))
        await eventually(lambda: seen == ["patient"])


@pytest.mark.parametrize("text", ["", "x" * 100_000, "\u202e right to left", "e" + "\u0301" * 10_000])
async def test_any_text_goes_through(text: str) -> None:
    store, seen = MemoryStore(), []

    async def handle(message: Message, attempt: int) -> Commit:
        seen.append(message.text)
        return Commit()

    async with working(store, handle):
        await store.deliver(message(text))
        await eventually(lambda: seen == [text])


async def test_every_turn_has_one_line_in_the_log_once_it_is_stored_a_command_too(
    caplog: pytest.LogCaptureFixture,
) -> None:
    store = MemoryStore()
    caplog.set_level(logging.INFO, "sereno.turn")

    async def handle(sent: Message, taken: int) -> Commit:
        return replace(answer(store, sent, "ok"), line={"state": "answered"} if sent.text else {})

    async with working(store, handle):
        await store.deliver(message("hello"))
        await store.deliver(message("", command=CommandUse("help")))
        await eventually(lambda: len(caplog.records) == 2)
    fields = [record.__dict__["fields"] for record in caplog.records]
    assert [(each["command"], each.get("state"), each["attempt"]) for each in fields] == [
        ("chat", "answered", 1),
        ("help", None, 1),
    ]
    assert all(each["ms"] >= 0 for each in fields)


async def test_a_turn_whose_lease_was_lost_has_no_line(caplog: pytest.LogCaptureFixture) -> None:
    store = MemoryStore()
    caplog.set_level(logging.INFO)

    async def handle(sent: Message, taken: int) -> Commit:
        await store.leave("w1")
        return answer(store, sent, "late")

    async with working(store, handle):
        await store.deliver(message("hello"))
        await eventually(lambda: any("lost its claim" in record.message for record in caplog.records))
    assert not [record for record in caplog.records if record.name == "sereno.turn"]
