"""What random kills hit too seldom: the worst moments at which a gateway can die, one by one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.base import ConversationRef, Final, Inbound
from bot.store.memory import MemoryStore
from bot.wiring import memory_of
from tests.wire.discord import Fault
from tests.wire.discord_parts import SECONDS, SEND, Heard, Scene, below, listening, notes, reply_to, whole
from tests.wire.openai_server import Behaviour

REPLY = "Good evening to all of you."
LONG = "Words, words. " * 200


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    scene = Scene()
    async with scene.server:
        yield scene


@pytest.fixture
def heard() -> Heard:
    return Heard()


async def test_a_command_is_durable_before_the_member_reads_that_an_answer_will_come(scene: Scene) -> None:
    acknowledged: list[bool] = []

    async def on_message(_message: Inbound) -> None:
        acknowledged.append(use.acked_at is not None)

    async with listening(scene, on_message):
        use = await scene.world.slash(scene.ana, scene.channel, "chat", text="hello")
        await scene.world.until(lambda: use.acked_at)
        use = await scene.world.slash(scene.ana, scene.channel, "help")
        await scene.world.until(lambda: use.acked_at)
    assert acknowledged == [False, False]


@pytest.mark.parametrize("reply", [REPLY, LONG])
async def test_a_command_that_was_taken_but_never_deferred_is_answered_in_the_channel(
    scene: Scene, tmp_path: Path, reply: str
) -> None:
    callback = "POST /interactions/{interaction_id}/{interaction_token}/callback"
    async with whole(scene, tmp_path) as sereno:
        sereno.provider.default = Behaviour(text=reply)
        scene.server.faults.next(callback, 404, times=2)
        await scene.world.slash(scene.ana, scene.channel, "chat", text="hello")
        whole_of_it = below("hello", reply).split()
        await scene.world.until(lambda: " ".join(scene.said()).split() == whole_of_it, SECONDS)


async def test_what_was_said_before_a_restart_is_heard_before_what_is_said_after_it(
    scene: Scene, heard: Heard
) -> None:
    world, memory = scene.world, notes()
    async with listening(scene, Heard(), memory):
        await world.until(lambda: memory.recall("heard"), SECONDS)
    for number in range(5):
        await scene.ask(f"meanwhile {number}")
    async with listening(scene, heard, memory):
        # It has a session, but does not know yet what it missed.
        await scene.ask("after")
        await world.until(lambda: "after" in heard.texts, SECONDS)
    # What waited for the others may be heard with them too: further on it is known by its id.
    assert list(dict.fromkeys(heard.texts)) == [*(f"meanwhile {number}" for number in range(5)), "after"]


async def test_what_is_said_at_a_start_does_not_hide_what_was_said_long_before(
    scene: Scene, heard: Heard
) -> None:
    """Even if that start was a short one."""
    world, memory = scene.world, notes()
    other = world.add_channel(scene.guild, "other")
    async with listening(scene, heard, memory):
        await scene.ask("before")
        await world.until(lambda: heard.texts == ["before"], SECONDS)
    await scene.ask("meanwhile", other)
    scene.clock.advance(600)
    history = asyncio.Event()
    scene.server.faults.next("GET /channels/{channel_id}/messages", Fault(delay=history), times=5)
    async with listening(scene, Heard(), memory):
        await scene.ask("after")
        await world.until(lambda: scene.server.asked("GET /channels/{channel_id}/messages"), SECONDS)
    history.set()
    async with listening(scene, heard, memory):
        await world.until(lambda: {"meanwhile", "after"} <= set(heard.texts), SECONDS)


async def test_a_first_start_that_ends_at_once_hides_nothing(scene: Scene, heard: Heard) -> None:
    world, memory = scene.world, notes()
    async with listening(scene, Heard(), memory):
        await world.until(lambda: memory.recall("heard"), SECONDS)
    await scene.ask("meanwhile")
    async with listening(scene, heard, memory):
        await world.until(lambda: heard.texts == ["meanwhile"], SECONDS)


async def test_what_one_of_several_shards_missed_is_heard_when_it_is_back(heard: Heard) -> None:
    """Of one shard alone discord.py does not say that it is ready again."""
    scene = Scene(shards=2)
    world, gateway = scene.world, scene.server.gateway
    channels = {(scene.guild.id >> 22) % 2: scene.channel}
    while len(channels) < 2:
        guild = world.add_guild("Mercado")
        world.add_member(guild, scene.ana)
        channels[(guild.id >> 22) % 2] = world.add_channel(guild)
    async with scene.server, listening(scene, heard) as adapter:
        await world.until(lambda: adapter.ready and len(gateway.live) == 2, SECONDS)
        (lost,) = [one for one in gateway.live if one.shard == (1, 2)]
        del gateway.sessions[lost.id]
        assert lost.connection is not None
        lost.connection.send({"op": 9, "d": False})
        await scene.ask("meanwhile", channels[1])
        await scene.ask("elsewhere", channels[0])
        await world.until(lambda: sorted(heard.texts) == ["elsewhere", "meanwhile"], SECONDS)


class Mortal(MemoryStore):
    """A store that a dead process writes nothing to."""

    dead = False

    async def remember(self, platform: str, name: str, note: str) -> None:
        if not self.dead:
            await super().remember(platform, name, note)


async def test_a_reply_cut_between_its_messages_is_finished_long_after_discord_forgot_their_nonces(
    scene: Scene,
) -> None:
    store, stuck = Mortal(), asyncio.Event()
    asked = await scene.ask("hello")
    ref = ConversationRef("discord", str(scene.guild.id), str(scene.channel.id))
    final = Final("t1", 1, ref, reply_to(asked), LONG)
    scene.server.faults.next(SEND, Fault())
    scene.server.faults.next(SEND, Fault(delay=stuck))
    async with listening(scene, Heard(), memory_of(store, "discord")) as adapter:
        delivering = asyncio.create_task(adapter.deliver(final))
        await scene.world.until(lambda: len(scene.server.asked(SEND)) == 2, SECONDS)
        store.dead = True
        delivering.cancel()
        await asyncio.gather(delivering, return_exceptions=True)
    store.dead = False
    scene.clock.advance(600)
    async with listening(scene, Heard(), memory_of(store, "discord")) as adapter:
        await adapter.deliver(final)
    assert " ".join(scene.said()).split() == LONG.split()
