"""Six hundred messages at Slack's pace while its API fails and sockets are cut: each is answered once, in order."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from adapters.base import Inbound, Message
from bot.gateway import Gateway
from bot.store.base import PARTITIONS, Store
from bot.store.routes import cards_of
from tests.chaos.test_discord_load import answer_to, answered
from tests.wire.slack import LOST, Fault, User
from tests.wire.slack import Message as Shown
from tests.wire.slack_parts import Scene, id_of, whole

CHANNELS, EACH = 30, 20
CUT_SECONDS = 10.0
SECONDS = 200.0

TROUBLE = (Fault(status=429, retry_after=1), 502, Fault(status=502, carried_out=True), LOST)
"""Half of the failures are answers to what was carried out all the same."""


class Plaza(Scene):
    """Thirty threads in thirty channels, in which three members talk."""

    def __init__(self) -> None:
        super().__init__()
        # What was not acknowledged Slack sends again at once, after a minute, after five: here it is in a hurry.
        self.server.dispatcher.retries = (0.0, 5.0, 20.0)
        self.people: list[User] = [self.ana, *(self.world.add_user(name) for name in ("ben", "eva"))]
        self.places = [self.world.add_channel(f"channel-{each}", self.people) for each in range(CHANNELS)]
        self.threads: list[Shown] = []
        self.names: dict[str, str] = {}
        """By the id of a message."""

    async def talk(self) -> None:
        """All at once."""
        for turn in range(EACH):
            for number, place in enumerate(self.places):
                name, who = f"{number}-{turn}", self.people[turn % len(self.people)]
                text = f"Please answer question {name}"
                if turn == 0:
                    said = await self.ask(text, place, who)
                    self.threads.append(said)
                else:
                    said = await self.world.say(who, place, text, self.threads[number])
                self.names[id_of(said)] = name

    def answers(self, thread: Shown) -> list[str]:
        return [one.all_text for one in self.world.replies(thread.channel, thread.ts)]

    def all_answered(self) -> bool:
        return all(len(self.answers(thread)) >= EACH for thread in self.threads)


@asynccontextmanager
async def cutting(plaza: Plaza) -> AsyncIterator[None]:
    """Cuts the sockets every ten seconds."""

    async def cut() -> None:
        while True:
            await asyncio.sleep(CUT_SECONDS)
            plaza.server.sockets.cut()

    task = asyncio.create_task(cut())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def settled(store: Store) -> bool:
    """Whether nothing is left that could still be delivered, perhaps a second time."""
    routes = ("slack", cards_of("slack"))
    waiting = [await store.pending(route, each) for route in routes for each in range(PARTITIONS)]
    return not any(waiting)


@pytest.mark.timeout(300)
async def test_six_hundred_messages_have_one_reply_each_in_the_order_in_which_they_were_heard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plaza = Plaza()
    heard: dict[str, dict[str, None]] = {}
    accept = Gateway.accept

    async def listen(self: Gateway, inbound: Inbound) -> None:
        await accept(self, inbound)
        if isinstance(inbound, Message):
            heard.setdefault(inbound.ref.thread, {})[plaza.names[inbound.id]] = None

    monkeypatch.setattr(Gateway, "accept", listen)
    async with plaza.server, whole(plaza, tmp_path) as sereno:
        sereno.provider.default = answered
        plaza.server.faults.at_random(0.05, *TROUBLE)
        plaza.server.dispatcher.twice_at_random(0.1)
        async with cutting(plaza):
            await plaza.talk()
            plaza.server.sockets.cut()
            await plaza.world.until(plaza.all_answered, SECONDS)
        await plaza.world.until(lambda: settled(sereno.store))
        for number, thread in enumerate(plaza.threads):
            said = [
                re.sub(r"^This is the answer to (\S+)\..*", r"\1", text) for text in plaza.answers(thread)
            ]
            assert said == list(heard[thread.ts])
            assert sorted(said) == sorted(f"{number}-{turn}" for turn in range(EACH))
            assert plaza.answers(thread) == [answer_to(name) for name in said]
    assert plaza.server.faults.struck > 20
    assert plaza.server.sockets.opened > 2
    assert plaza.server.dispatcher.lost == []
    assert plaza.world.violations == []
