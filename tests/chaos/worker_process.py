"""A worker with a real engine that kills itself, once for each message, at the step that the message names.

`python -m tests.chaos.worker_process URL NAME FOLDER`: a message's text is its step; FOLDER remembers, across
processes, which messages have had their kill, and holds a journal of all that was taken up.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from pathlib import Path

from adapters.base import Card, Delta, Final, Message, OutboxEvent, Started
from bot.claims.checker import ClaimChecker
from bot.conversation import turn_id
from bot.engine import Engine
from bot.knowledge.desk import KnowledgeDesk
from bot.knowledge.library import Library
from bot.models.base import Chunk, Prompt
from bot.prompt import PromptWriter
from bot.store.base import Claim, Commit, LeaseLost, Loaded
from bot.store.redis.store import RedisStore
from bot.wiring import adding_of
from bot.worker import Worker
from guards.base import Finding, Stage, Subject
from guards.pipeline import Pipeline
from tests.chaos.steps import LEASE, Step, step_of
from tests.scripted import Found

WAIT = 0.05
"""Seconds that one look for work takes: the four queues take turns."""


class Killer:
    """Ends this process, as kill -9 does, at the first time that a message is at its step."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def at(self, step: Step, text: str) -> None:
        if step_of(text) is not step:
            return
        try:
            (self.folder / f"killed-{text}").touch(exist_ok=False)
        except FileExistsError:
            return
        os.kill(os.getpid(), signal.SIGKILL)


class KilledStore(RedisStore):
    """The store, with the steps that it is part of; hands out one conversation at a time.

    One at a time, because a kill is then an attempt at one message alone, and attempts can be counted.
    """

    def __init__(self, url: str, killer: Killer) -> None:
        super().__init__(url, lease=LEASE)
        self._killer = killer
        self._texts: dict[str, str] = {}
        self._looking = asyncio.Lock()
        self._idle = asyncio.Event()
        self._idle.set()

    async def claim(self, worker: str, partition: int, wait: float) -> Claim | None:
        async with self._looking:
            await self._idle.wait()
            claim = await super().claim(worker, partition, WAIT)
            if claim is not None:
                self._taken(claim)
        return claim

    def _taken(self, claim: Claim) -> None:
        self._idle.clear()
        self._texts[turn_id(claim.message)] = claim.message.text
        self._killer.at(Step.CLAIMED, claim.message.text)

    async def load(self, message: Message, turns: int) -> Loaded:
        loaded = await super().load(message, turns)
        self._killer.at(Step.LOADED, message.text)
        return loaded

    async def publish(self, event: OutboxEvent) -> None:
        await super().publish(event)
        if isinstance(event, Started | Delta):
            step = Step.STARTED if isinstance(event, Started) else Step.SHOWN
            self._killer.at(step, self._texts[event.turn])

    async def commit(self, claim: Claim, commit: Commit) -> Claim | None:
        self._killer.at(Step.BEFORE_COMMIT, claim.message.text)
        try:
            following = await super().commit(claim, commit)
        except LeaseLost:
            self._idle.set()
            raise
        self._killer.at(Step.AFTER_COMMIT, claim.message.text)
        if following is None:
            self._idle.set()
        else:
            self._taken(following)
        return following

    async def abandon(self, claim: Claim, error: str = "") -> None:
        await super().abandon(claim, error)
        self._idle.set()


class KillingGuard:
    """An input guard with a step in it."""

    name = "killing"
    stages = frozenset({Stage.INPUT})

    def __init__(self, killer: Killer) -> None:
        self._killer = killer

    def check(self, subject: Subject) -> Sequence[Finding]:
        if subject.source == "author":
            self._killer.at(Step.GUARDED, subject.text)
        return ()


class KillingModel:
    """Answers each message in three sentences, with steps around them."""

    name = "killing"
    context_window = 16_384
    generates = True

    def __init__(self, killer: Killer) -> None:
        self._killer = killer

    async def stream(self, prompt: Prompt, *, timeout: float) -> AsyncGenerator[Chunk, None]:
        self._killer.at(Step.ASKED, prompt.question)
        for text in ("Well. ", f"You said {prompt.question}. ", "That is all."):
            await asyncio.sleep(0)
            yield Chunk(text)
        yield Chunk(finish="stop")
        self._killer.at(Step.ANSWERED, prompt.question)

    async def warm(self) -> None:
        pass

    async def aclose(self) -> None:
        pass


async def main(url: str, name: str, folder: Path) -> None:
    killer = Killer(folder)
    store = KilledStore(url, killer)
    guards = Pipeline([KillingGuard(killer)], deadline=10.0)
    engine = Engine(
        history=store,
        outbox=store,
        guardlog=store,
        guards=guards,
        model=KillingModel(killer),
        prompts=PromptWriter(window=16_384, reply_tokens=512),
        retrieve=Found(),
        knowledge=KnowledgeDesk(store, adding_of(store, guards)),
        claims=ClaimChecker(Library(store)),
        clock=time.time,
        reply_seconds=30.0,
        retention_days=30,
    )

    async def handle(message: Message, attempt: int) -> Commit:
        with (folder / "journal").open("a") as journal:
            journal.write(f"{message.text} {attempt}\n")
        commit = await engine.handle(message, attempt)
        assert isinstance(commit.events[-1], Final), commit.events
        turn = turn_id(message)
        card = Card(f"card-{turn}", 1, message.ref, message.reply_to, turn)
        return replace(commit, events=(*commit.events, card))

    worker = Worker(store, store, handle, name=name, lease=LEASE)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, worker.stop)
    await worker.run()
    await store.aclose()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
