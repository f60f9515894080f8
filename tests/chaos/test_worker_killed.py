"""kill -9 of a worker at each step of a turn: no reply and no card is lost, nothing comes twice or out of order."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import defaultdict
from itertools import count
from pathlib import Path

from adapters.base import Card, ConversationRef, Final, Message, OutboxEvent, ReplyTo
from bot.conversation import turn_id
from bot.store.base import PARTITIONS, partition_of
from bot.store.redis.store import RedisStore
from bot.voice import EVENTS_PER_ATTEMPT
from bot.worker import ATTEMPTS
from tests.chaos.steps import Step, step_of, text_of
from tests.helpers import eventually, message, new_events

REFS = [ConversationRef("test", f"plaza{number % 5}", f"channel{number}") for number in range(10)]
COMMUNITIES = {partition_of(ref): ref for ref in REFS}.values()
"""One in each partition."""
KILLS = {
    (number % 10 + number // 10 * 2) % 5 * 10 + number % 10: step
    for number, step in enumerate([*Step, *Step])
}
"""Which of the 50 messages has a worker die at which step: one or two of each conversation, at all places."""

MESSAGES = [
    message(
        text_of(number, KILLS.get(number)), ref=REFS[number % 10], id=f"e{number}", reply_to=ReplyTo("test")
    )
    for number in range(50)
]


class Workers:
    """Two worker processes; one that dies is started anew under a new name."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url = url
        self._folder = folder
        self._numbers = count()
        self._running: list[subprocess.Popen[str]] = []
        self.deaths = 0

    def tend(self) -> None:
        for process in [process for process in self._running if process.poll() is not None]:
            assert process.returncode == -signal.SIGKILL, process.communicate()[1]
            process.communicate()
            self._running.remove(process)
            self.deaths += 1
        while len(self._running) < 2:
            name = f"w{next(self._numbers)}"
            command = [
                sys.executable,
                "-m",
                "tests.chaos.worker_process",
                self._url,
                name,
                str(self._folder),
            ]
            self._running.append(subprocess.Popen(command, stderr=subprocess.PIPE, text=True))

    def end(self, number: signal.Signals) -> list[tuple[int, str]]:
        for process in self._running:
            process.send_signal(number)
        ends = [(process.communicate()[1], process.returncode) for process in self._running]
        self._running.clear()
        return [(code, said) for said, code in ends]


async def test_fifty_messages_survive_workers_that_die_at_every_step(server: str, tmp_path: Path) -> None:
    store = RedisStore(server)
    workers = Workers(server, tmp_path)
    said: dict[str, list[Final]] = defaultdict(list)
    cards: list[Card] = []
    waiting = list(MESSAGES)

    async def all_answered() -> bool:
        workers.tend()
        # Some are there at the start, the others come while workers work and die.
        while waiting and len(MESSAGES) - len(waiting) < 20 + 2 * len(said):
            assert await store.deliver(waiting.pop(0))
        for event in await spoken(store):
            if isinstance(event, Final):
                said[event.turn].append(event)
            elif isinstance(event, Card):
                cards.append(event)
        return len(said) == len(MESSAGES)

    try:
        await eventually(all_answered, 80.0)
        # One that has only just been started in the place of a dead one may not listen yet.
        assert set(workers.end(signal.SIGTERM)) <= {(0, ""), (-signal.SIGTERM, "")}
    finally:
        workers.end(signal.SIGKILL)
    late = await spoken(store)
    assert not [event for event in late if isinstance(event, Final)]
    cards += [event for event in late if isinstance(event, Card)]

    assert {file.name for file in tmp_path.glob("killed-*")} == {
        f"killed-{text_of(number, step)}" for number, step in KILLS.items()
    }
    assert workers.deaths == len(KILLS)
    assert {turn: len(finals) for turn, finals in said.items()} == {turn_id(each): 1 for each in MESSAGES}
    for ref in REFS:
        sent = [each for each in MESSAGES if each.ref == ref]
        await check_history(store, sent)
        turns = [turn_id(each) for each in sent]
        assert [turn for turn, (final,) in said.items() if final.ref == ref] == turns
        assert [card.case for card in cards if card.ref == ref] == turns
    for partition in range(PARTITIONS):
        assert not await store.dead_letters(partition, 10)
        assert await store.claim("late", partition, 0.01) is None
    check_attempts(tmp_path / "journal", {turn: finals[0] for turn, finals in said.items()})
    await store.aclose()


async def spoken(store: RedisStore) -> list[OutboxEvent]:
    return [event for ref in COMMUNITIES for event in await new_events(store, ref, wait=0.001)]


async def check_history(store: RedisStore, sent: list[Message]) -> None:
    conversation = (await store.load(sent[0], 100)).conversation
    assert conversation.total == len(sent)
    assert [turn.text for turn in conversation.turns] == [each.text for each in sent]
    assert [turn.reply for turn in conversation.turns] == [
        f"Well. You said {each.text}. That is all." for each in sent
    ]


def check_attempts(journal: Path, finals: dict[str, Final]) -> None:
    """Every attempt has a number of its own, and the last one is the one that answered."""
    taken_up: dict[str, list[int]] = defaultdict(list)
    for line in journal.read_text().splitlines():
        text, attempt = line.split()
        taken_up[text].append(int(attempt))
    for each in MESSAGES:
        attempts = taken_up[each.text]
        step = step_of(each.text)
        assert attempts == sorted(set(attempts))
        assert finals[turn_id(each)].seq // EVENTS_PER_ATTEMPT == attempts[-1] <= ATTEMPTS
        # A worker that dies after the commit dies when the message is answered.
        assert len(attempts) >= (1 if step in (None, Step.CLAIMED, Step.AFTER_COMMIT) else 2)
        if step is Step.CLAIMED:
            assert attempts[0] >= 2
