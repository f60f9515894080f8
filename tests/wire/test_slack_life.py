"""The connection to Slack: cut, silent, refused; and how it ends."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from adapters.base import AdapterFailed, DeliveryFailed, Final, Inbound
from adapters.slack import adapter as adapters_slack
from adapters.slack.adapter import CONNECTIONS
from tests.wire.openai_server import Behaviour
from tests.wire.slack import Fault
from tests.wire.slack_parts import (
    SECONDS,
    Heard,
    Scene,
    adapter_for,
    ended,
    listening,
    notes,
    ref_in,
    reply_to,
    whole,
)


async def test_a_connection_that_is_cut_comes_back_and_what_was_said_meanwhile_is_heard() -> None:
    scene = Scene()
    heard = Heard()
    async with scene.server, listening(scene, heard):
        await all_open(scene)
        scene.server.sockets.cut()
        await scene.world.say(scene.ana, scene.world.dm(scene.ana), "Meanwhile")
        await scene.world.until(lambda: scene.server.sockets.live, SECONDS)
        scene.clock.advance(60.0)
        await scene.world.until(lambda: heard.texts == ["Meanwhile"], SECONDS)


async def all_open(scene: Scene, adapters: int = 1) -> None:
    """Waits until an adapter, or several, have all their connections."""
    await scene.world.until(lambda: scene.server.sockets.live == adapters * CONNECTIONS, SECONDS)


async def test_when_one_connection_is_cut_the_other_hears_at_once() -> None:
    scene = Scene()
    heard = Heard()
    # So rarely does it look at its connections that the broken one stays broken here.
    async with scene.server, listening(scene, heard, ping_seconds=60.0):
        await all_open(scene)
        scene.server.sockets.cut(1)
        said = [f"Number {number}" for number in range(5)]
        for text in said:
            await scene.world.say(scene.ana, scene.world.dm(scene.ana), text)
        await scene.world.until(lambda: not scene.server.sockets.unacked, SECONDS)
        assert sorted(heard.texts) == said
        # Nothing had to be sent a second time, and no new connection was needed.
        assert [one.attempt for one in scene.server.dispatcher.deliveries] == [0] * len(said)
        assert scene.server.sockets.opened == CONNECTIONS


async def test_what_slack_sends_on_both_connections_is_heard_once() -> None:
    scene = Scene()
    heard = Heard()
    async with scene.server, listening(scene, heard):
        await all_open(scene)
        scene.server.dispatcher.twice_at_random(1.0)
        said = [f"Number {number}" for number in range(10)]
        for text in said:
            await scene.world.say(scene.ana, scene.world.dm(scene.ana), text)
        await scene.world.until(lambda: not scene.server.sockets.unacked, SECONDS)
        assert all(one.received for one in scene.server.sockets.connections)
        assert len(scene.server.dispatcher.deliveries) == 2 * len(said)
        assert sorted(heard.texts) == said


@pytest.mark.parametrize("count", [1, CONNECTIONS])
async def test_a_connection_that_slack_says_goodbye_on_is_replaced(count: int) -> None:
    scene = Scene()
    heard = Heard()
    async with scene.server, listening(scene, heard):
        await all_open(scene)
        assert await scene.server.sockets.disconnect("refresh_requested", count) == count
        if count < CONNECTIONS:
            await scene.world.say(scene.ana, scene.world.dm(scene.ana), "Meanwhile")
            await scene.world.until(lambda: heard.texts == ["Meanwhile"], SECONDS)
        await all_open(scene)
        assert scene.server.sockets.opened == CONNECTIONS + count
        await scene.world.say(scene.ana, scene.world.dm(scene.ana), "Hello")
        await scene.world.until(lambda: "Hello" in heard.texts, SECONDS)


async def test_it_hears_with_one_connection_while_slack_gives_it_no_second() -> None:
    scene = Scene()
    heard = Heard()
    async with scene.server:
        scene.server.faults.next("apps.connections.open", Fault(delay=0.0))
        scene.server.faults.next("apps.connections.open", Fault(status=429, retry_after=60))
        async with listening(scene, heard) as adapter:
            await scene.world.until(lambda: adapter.ready and scene.server.faults.struck == 2, SECONDS)
            await scene.world.say(scene.ana, scene.world.dm(scene.ana), "Hello")
            await scene.world.until(lambda: heard.texts, SECONDS)
            assert scene.server.sockets.opened == 1


async def test_a_dead_connection_that_says_nothing_is_noticed() -> None:
    scene = Scene()
    heard = Heard()
    async with scene.server, listening(scene, heard, ping_seconds=0.1):
        await all_open(scene)
        scene.server.sockets.go_quiet()
        await scene.world.until(lambda: scene.server.sockets.opened >= 2 * CONNECTIONS, SECONDS)
        await scene.world.say(scene.ana, scene.world.dm(scene.ana), "Hello")

        async def heard_it() -> bool:
            # What went to the dead connection Slack sends again.
            scene.clock.advance(1.0)
            return bool(heard.texts)

        await scene.world.until(heard_it, SECONDS)


@pytest.mark.parametrize(
    ("field", "name"), [("bot_token", "SERENO_SLACK__BOT_TOKEN"), ("app_token", "SERENO_SLACK__APP_TOKEN")]
)
async def test_a_refused_token_is_named(field: str, name: str) -> None:
    scene = Scene()
    async with scene.server:
        with pytest.raises(AdapterFailed) as failed:
            await adapter_for(scene, None, **dict[str, Any]({field: "xoxb-wrong"})).run(Heard())
        assert name in str(failed.value)
        assert "xoxb-wrong" not in str(failed.value)


async def test_it_starts_when_slack_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapters_slack, "BACK_OFF", (0.01, 0.02))
    scene = Scene()
    heard = Heard()
    async with scene.server:
        scene.server.faults.next("auth.test", 503, times=2)
        scene.server.faults.next("apps.connections.open", Fault(reset=True))
        async with listening(scene, heard):
            await scene.world.say(scene.ana, scene.world.dm(scene.ana), "Hello")
            await scene.world.until(lambda: heard.texts, SECONDS)


async def test_what_cannot_be_delivered_while_it_is_not_logged_in_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(adapters_slack, "LOGIN_SECONDS", 0.01)
    scene = Scene()
    async with scene.server:
        asked = await scene.world.say(scene.ana, scene.channel, "Hello")
        with pytest.raises(DeliveryFailed) as failed:
            await adapter_for(scene).deliver(Final("turn", 1, ref_in(asked), reply_to(asked), "Yes."))
        assert failed.value.retry_after is not None


async def test_what_is_being_taken_when_it_ends_is_taken_or_sent_again_to_the_next() -> None:
    scene = Scene()
    gate = asyncio.Event()
    first, second = Heard(), Heard()

    async def take(inbound: Inbound) -> None:
        gate.set()
        await asyncio.sleep(0.01)
        await first(inbound)

    async with scene.server:
        adapter = adapter_for(scene, memory := notes())
        task = asyncio.create_task(adapter.run(take))
        await scene.world.until(lambda: scene.server.sockets.live, SECONDS)
        dm = scene.world.dm(scene.ana)
        await scene.world.say(scene.ana, dm, "One")
        await gate.wait()
        await ended(task)
        await scene.world.say(scene.ana, dm, "Two")
        async with listening(scene, second, memory):
            scene.clock.advance(60.0)
            await scene.world.until(lambda: not scene.server.sockets.unacked, SECONDS)
        assert set(first.texts + second.texts) == {"One", "Two"}


async def test_many_talks_at_once_with_trouble_get_each_reply_once_and_in_order(tmp_path: Path) -> None:
    scene = Scene()
    scene.server.limits.on = False
    channels = [scene.world.add_channel(f"room-{number}", [scene.ana]) for number in range(4)]
    async with scene.server, whole(scene, tmp_path) as sereno:
        sereno.provider.default = Behaviour("A reply.")
        scene.server.dispatcher.twice_at_random(0.2)
        scene.server.dispatcher.retries = (1.0, 2.0, 2.0)
        scene.server.faults.at_random(0.1, 500, Fault(status=429, retry_after=1), method="chat.postMessage")
        asked = [
            await scene.ask(f"Question {number}?", channel) for channel in channels for number in range(2)
        ]
        scene.server.sockets.cut()

        def all_said() -> bool:
            return all(scene.said(each) for each in asked) and not scene.server.sockets.unacked

        await scene.world.until(all_said, 60.0)
        assert [scene.said(each) for each in asked] == [["A reply."]] * len(asked)


async def test_from_a_question_that_is_edited_to_its_new_answer_and_deleted_with_it(tmp_path: Path) -> None:
    scene = Scene()
    async with scene.server, whole(scene, tmp_path) as sereno:
        sereno.provider.behave(Behaviour("Two."))
        asked = await scene.ask("What is 1 + 1?")
        await scene.until_said("Two.", thread=asked)
        sereno.provider.behave(Behaviour("Three."))
        await scene.world.say(scene.ana, scene.channel, "And 1 + 2?", asked)
        await scene.until_said("Two.", "Three.", thread=asked)
        await scene.world.delete(scene.ana, asked)
        await scene.until_said("Three.", thread=asked)


async def test_several_gateways_share_what_slack_sends() -> None:
    scene = Scene()
    first, second = Heard(), Heard()
    memory = notes()
    async with scene.server, listening(scene, first, memory), listening(scene, second, memory):
        await all_open(scene, adapters=2)
        for number in range(20):
            await scene.world.say(scene.ana, scene.world.dm(scene.ana), f"Number {number}")
        await scene.world.until(lambda: not scene.server.sockets.unacked, SECONDS)
        assert sorted(first.texts + second.texts) == sorted(f"Number {number}" for number in range(20))
        assert first.texts
        assert second.texts
