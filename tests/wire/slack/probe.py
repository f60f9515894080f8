"""A small real Bolt app, for tests of the loopback Slack itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from tests.wire.slack.server import SlackServer
from tests.wire.slack.state import SUBSCRIBED


@asynccontextmanager
async def web_client(server: SlackServer, token: str | None = None) -> AsyncIterator[AsyncWebClient]:
    """slack_sdk's client, pointed at `server`. It repeats nothing: by default it does, after a broken connection,
    and posts twice."""
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(
            token=server.bot_token if token is None else token,
            base_url=server.api_url,
            session=session,
            retry_handlers=[],
        )


class Probe:
    """Keeps every request that reaches it."""

    def __init__(self, server: SlackServer, client: AsyncWebClient, *, app: AsyncApp | None = None) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.retries: list[tuple[str, str]] = []
        """Number and reason of each request that had them."""
        self.no_retry = False
        """Whether such an answer asks Slack not to come again."""
        self.fail = 0
        """How many requests are answered with an error from now on."""
        self.gate: asyncio.Event | None = None
        """What every request waits for."""
        self.waiting: list[dict[str, Any]] = []
        """Those that did."""
        self.app = app or _app(server, client)
        self.app.middleware(self._note)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [body["event"] for body in self.bodies if "event" in body]

    def kinds(self) -> list[str]:
        """ "message", "app_mention", "message_changed", …"""
        return [one.get("subtype", one["type"]) for one in self.events]

    async def _note(self, body: dict[str, Any], req: Any, next_: Any) -> Any:
        number = req.headers.get("x-slack-retry-num")
        if number:
            self.retries.append((number[0], req.headers.get("x-slack-retry-reason", [""])[0]))
        if self.gate is not None:
            self.waiting.append(body)
            await self.gate.wait()
        if self.fail:
            self.fail -= 1
            return BoltResponse(status=500, headers={"X-Slack-No-Retry": "1"} if self.no_retry else {})
        self.bodies.append(body)
        await next_()
        return None


def _app(server: SlackServer, client: AsyncWebClient) -> AsyncApp:
    app = AsyncApp(client=client, signing_secret=server.signing_secret, process_before_response=True)
    for name in SUBSCRIBED:
        app.event(name.partition(".")[0])(_nothing)
    return app


async def _nothing() -> None:
    pass


@asynccontextmanager
async def connected(server: SlackServer, probe: Probe, *, ping_interval: float = 5.0) -> AsyncIterator[Any]:
    """The probe's app over Socket Mode; gives the handler."""
    handler: Any = AsyncSocketModeHandler(probe.app, server.app_token, ping_interval=ping_interval)
    before = server.sockets.live
    await handler.connect_async()
    await server.world.until(lambda: server.sockets.live > before)
    try:
        yield handler
    finally:
        await handler.close_async()


@asynccontextmanager
async def listening(probe: Probe) -> AsyncIterator[str]:
    """The probe's app over HTTP; gives its address."""
    runner = web.AppRunner(probe.app.web_app("/slack/events"), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    finally:
        await runner.cleanup()
