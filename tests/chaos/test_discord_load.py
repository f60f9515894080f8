"""Six hundred messages at Discord's pace while REST fails and the gateway is cut: each is answered once, in order."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.store.base import PARTITIONS, Store
from bot.store.routes import cards_of
from tests.wire.discord import Channel, Fault, User
from tests.wire.discord_parts import Scene, whole
from tests.wire.openai_server import Behaviour, Request

CHANNELS, EACH = 30, 20
CUT_SECONDS = 10.0
SECONDS = 150.0

TROUBLE = (429, 502, Fault(status=502, carried_out=True))
"""Half of the 502s are answers to what was carried out all the same."""


def answer_to(name: str) -> str:
    """Every fifth one has two sentences, so that it grows and is edited."""
    more = " That is all that there is to say." if name.endswith(("4", "9")) else ""
    return f"This is the answer to {name}.{more}"


def answered(request: Request) -> Behaviour:
    """A reply that names its question."""
    messages = request.body["messages"]
    assert isinstance(messages, list)
    name = re.findall(r"question (\d+-\d+)", str(messages[-1]["content"]))[-1]
    return Behaviour(answer_to(name), tokens_per_chunk=9)


class Plaza(Scene):
    """Thirty channels, three members who talk in all of them."""

    def __init__(self) -> None:
        super().__init__(identify_every=5.0)
        self.places = [self.world.add_channel(self.guild, f"channel-{number}") for number in range(CHANNELS)]
        self.people: list[User] = [
            self.ana,
            *(self.world.add_member(self.guild, name) for name in ("Ben", "Eva")),
        ]
        self.asked: dict[int, list[str]] = {place.id: [] for place in self.places}

    async def talk(self, each: int) -> None:
        """So many more messages in every channel, all at once."""
        for _ in range(each):
            for number, place in enumerate(self.places):
                name = f"{number}-{len(self.asked[place.id])}"
                self.asked[place.id].append(name)
                who = self.people[len(self.asked[place.id]) % len(self.people)]
                await self.ask(f"Please answer question {name}", place, who)

    def answers(self, place: Channel) -> list[tuple[str, str]]:
        """What members read there of the bot: whom it answers, and what."""
        return [
            (reply.referenced.content.rpartition(" ")[2] if reply.referenced else "", reply.all_text)
            for reply in self.world.replies(place)
        ]

    def wanted(self, place: Channel) -> list[tuple[str, str]]:
        """Each question with one answer, its own and whole, in the order of the questions."""
        return [(name, answer_to(name)) for name in self.asked[place.id]]

    def all_answered(self) -> bool:
        return all(set(self.wanted(place)) <= set(self.answers(place)) for place in self.places)


@asynccontextmanager
async def cutting(plaza: Plaza, ways: tuple[str, ...]) -> AsyncIterator[None]:
    """Cuts the gateway every ten seconds, each time in the next way."""

    async def cut() -> None:
        number = 0
        while True:
            await asyncio.sleep(CUT_SECONDS)
            if ways[number % len(ways)] == "forgotten":
                plaza.server.gateway.forget_sessions()
            plaza.server.gateway.cut()
            number += 1

    task = asyncio.create_task(cut())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def settled(store: Store) -> bool:
    """Whether nothing is left that could still be delivered, perhaps a second time."""
    routes = ("discord", cards_of("discord"))
    waiting = [await store.pending(route, each) for route in routes for each in range(PARTITIONS)]
    return not any(waiting)


async def all_at_once(plaza: Plaza) -> None:
    """The connection goes while the messages are on their way."""
    await plaza.talk(EACH)
    plaza.server.gateway.cut()


async def around_a_lost_session(plaza: Plaza) -> None:
    """Some are said before the session ends, some while there is none, some as soon as there is a new one."""
    gateway = plaza.server.gateway
    await plaza.talk(8)
    gateway.down = True
    gateway.forget_sessions()
    gateway.cut()
    await plaza.world.until(lambda: not gateway.live)
    await plaza.talk(7)
    gateway.down = False
    await plaza.world.until(lambda: gateway.live, 20)
    await plaza.talk(5)


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    ("talk", "ways"),
    [(all_at_once, ("resumed",)), (around_a_lost_session, ("resumed", "forgotten"))],
    ids=["all at once", "around a lost session"],
)
async def test_six_hundred_messages_have_one_reply_each_in_order(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    talk: Callable[[Plaza], Awaitable[None]],
    ways: tuple[str, ...],
) -> None:
    # On a busy machine reading what was missed takes longer than new messages wait for it.
    monkeypatch.setattr("adapters.discord.missed.PATIENCE", 120.0)
    plaza = Plaza()
    async with plaza.server, whole(plaza, tmp_path) as sereno:
        sereno.provider.default = answered
        await plaza.world.until(lambda: sereno.adapter.ready, 20)
        plaza.server.faults.at_random(0.05, *TROUBLE)
        async with cutting(plaza, ways):
            await talk(plaza)
            await plaza.world.until(plaza.all_answered, SECONDS)
        await plaza.world.until(lambda: settled(sereno.store))
        for place in plaza.places:
            assert plaza.answers(place) == plaza.wanted(place)
    assert plaza.server.faults.struck > 20
    assert plaza.server.gateway.resumes
    assert len(plaza.server.gateway.identifies) > ways.count("forgotten")
