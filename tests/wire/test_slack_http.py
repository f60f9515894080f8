"""Events over HTTP: signed and fresh, or not heard at all."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random
from typing import Any

import pytest

from adapters.base import AdapterFailed, Inbound, NotKept
from adapters.slack import taking
from adapters.slack.manifest import PATH
from tests.wire.slack import signature
from tests.wire.slack_parts import SECONDS, Heard, Scene, adapter_for, ended, notes


@asynccontextmanager
async def serving(scene: Scene, on_message: Any, **fields: Any) -> AsyncIterator[str]:
    """The adapter, told everything over HTTP; its address."""
    adapter = adapter_for(
        scene, notes(), app_token="", signing_secret=scene.server.signing_secret, http_port=0, **fields
    )
    task = asyncio.create_task(adapter.run(on_message))
    try:
        await scene.world.until(lambda: task.done() or adapter.ready, SECONDS)
        url = f"http://127.0.0.1:{adapter.port}{PATH}"
        await scene.server.use_url(url)
        yield url
    finally:
        await ended(task)


async def test_messages_commands_and_choices_come_in_and_are_acknowledged() -> None:
    scene = Scene()
    heard = Heard()
    async with scene.server, serving(scene, heard):
        asked = await scene.ask("One")
        await scene.world.until(lambda: heard.texts, SECONDS)
        used = await scene.world.slash(scene.ana, scene.channel, "/chat", "Two")
        chosen = await scene.world.shortcut(scene.mod, asked, "sereno_translate")
        assert used.acked
        assert chosen.acked
        await scene.world.until(lambda: not scene.server.dispatcher.unacked, SECONDS)
        assert heard.texts[-2:] == ["Two", "One"]
        assert scene.server.dispatcher.lost == []


async def test_what_is_not_durable_is_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "PAUSES", ())
    scene = Scene()
    heard = Heard()
    trouble = [NotKept("away"), NotKept("away")]

    async def take(inbound: Inbound) -> None:
        if trouble:
            raise trouble.pop()
        await heard(inbound)

    async with scene.server, serving(scene, take):
        await scene.world.say(scene.ana, scene.world.dm(scene.ana), "Hello")
        await scene.world.until(lambda: not trouble, SECONDS)
        scene.clock.advance(60.0)
        await scene.world.until(lambda: heard.texts == ["Hello"], SECONDS)


async def test_a_thousand_forged_stale_and_broken_requests_get_in_nowhere_and_break_nothing() -> None:
    scene = Scene()
    heard = Heard()
    random = Random(5)
    async with scene.server, serving(scene, heard) as url:
        server = scene.server
        dm = scene.world.dm(scene.ana)
        event = {"type": "message", "channel": dm.id, "user": scene.ana.id, "text": "let me in", "ts": "1.2"}
        body = json.dumps(server.callback(event)).encode()
        form = b"command=%2Fchat&text=let+me+in&trigger_id=1.2.3&team_id=T1&channel_id=C1&user_id=U1"
        now = int(scene.clock())
        good = signature(server.signing_secret, str(now), body)
        statuses = set()
        for number in range(1000):
            sent = bytearray(random.choice((body, form, b'{"ssl_check": "1"}' + body)))
            headers: dict[str, str] = {}
            timestamp, secret = str(now), None
            match number % 6:
                case 0:
                    secret = random.choice(("", "wrong", server.bot_token))
                case 1:
                    timestamp = str(now - random.randint(301, 10**6))
                case 2:
                    # Cut off, or changed, after it was signed.
                    sent = sent[: random.randrange(len(sent))] if random.random() < 0.5 else sent
                    headers["X-Slack-Signature"] = good[: random.randrange(len(good))] + "0"
                case 3:
                    sent[random.randrange(len(sent))] ^= 1 << random.randrange(8)
                    headers["X-Slack-Signature"] = good
                case 4:
                    headers["X-Slack-Signature"] = random.choice(("", "v0=", "v1=" + good[3:], "v0=é"))
                case _:
                    timestamp = random.choice(("x", "-1", str(now + 10**5), "9" * 40))
            answer = await server.post_event(
                url,
                body=bytes(sent),
                secret=secret,
                timestamp=timestamp,
                headers=headers,
                form=random.random() < 0.3,
            )
            statuses.add(answer.status)
        assert heard.messages == []
        assert statuses <= {400, 401, 500}
        answer = await server.post_event(url, server.callback(event))
        assert answer.status == 200
        assert heard.texts == ["let me in"]


async def test_what_is_replayed_is_no_new_message_and_no_second_command() -> None:
    scene = Scene()
    heard = Heard()
    async with scene.server, serving(scene, heard) as url:
        used = await scene.world.slash(scene.ana, scene.channel, "/chat", "Hello")
        for _ in range(3):
            assert (await scene.server.post_event(url, used.payload, form=True)).status == 200
        assert len({message.id for message in heard.messages}) == len(heard.messages) == 1
        assert len(scene.world.replies(scene.channel)) == 1


async def test_a_port_that_is_taken_is_named() -> None:
    scene = Scene()
    async with scene.server:
        with pytest.raises(AdapterFailed, match="SERENO_SLACK__HTTP_PORT"):
            await adapter_for(scene, signing_secret="x", http_port=scene.server.port).run(Heard())


async def test_without_a_signing_secret_it_listens_to_nobody() -> None:
    scene = Scene()
    async with scene.server:
        with pytest.raises(AdapterFailed, match="SERENO_SLACK__SIGNING_SECRET"):
            await adapter_for(scene, http_port=0).run(Heard())
