"""Sereno on Slack, in Socket Mode, beside an echo app of ten lines; see `bench.beside`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp, AsyncSay
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from adapters.base import Memory
from adapters.slack.adapter import SlackAdapter
from adapters.slack.web import Pace
from bench.beside import (
    CHANNELS,
    EACH,
    Connecting,
    Running,
    Server,
    adapter_alone,
    delays,
    measured,
    rates,
    ratio,
    sereno,
    server_process,
)
from bench.report import Bar, Report
from bench.rig import REPLY
from bot.commands import table
from bot.i18n import translate

RATIO = 0.7
_TRIES = 100
"""Of the echo app, with Slack's own handler for its 429s: without one most of its replies would be lost."""


def echo_app(web: AsyncWebClient) -> AsyncApp:
    """The ten lines."""
    app = AsyncApp(client=web)

    @app.event("app_mention")
    async def on_mention(event: dict[str, Any], say: AsyncSay) -> None:
        await say(text=event["text"], thread_ts=event["ts"])

    @app.event("message")
    async def on_message() -> None:
        """Else Slack sends it again."""

    return app


@asynccontextmanager
async def echo(server: Server) -> AsyncIterator[Running]:
    """The echo app, connected."""
    async with aiohttp.ClientSession() as session:
        web = AsyncWebClient(
            token=server.told["bot token"],
            base_url=server.told["api"],
            session=session,
            retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=_TRIES)],
        )
        handler = AsyncSocketModeHandler(echo_app(web), server.told["app token"], web_client=web)
        await handler.connect_async()  # type: ignore[no-untyped-call]
        try:
            yield Running()
        finally:
            await handler.close_async()  # type: ignore[no-untyped-call]


class Unpaced(Pace):
    """No message waits for its turn; streams are as few as ever."""

    async def turn(self, channel: str) -> None: ...


def adapter_of(server: Server, memory: Memory) -> tuple[Connecting, Callable[[], None]]:
    """The adapter. It keeps to Slack's pace by itself."""
    adapter = SlackAdapter(
        bot_token=server.told["bot token"],
        app_token=server.told["app token"],
        commands=table(),
        translate=translate,
        memory=memory,
        api_url=server.told["api"],
    )

    def unpaced() -> None:
        adapter.delivery.pace = Unpaced()

    return adapter, unpaced


async def slack_beside_echo() -> list[Report]:
    """The tables of rates and of delays."""
    async with server_process("bench.slack_server") as server:
        make = partial(adapter_of, server)
        found = await measured(
            server,
            {
                "echo bot": (partial(echo, server), ""),
                "the adapter alone": (partial(adapter_alone, make, "slack"), REPLY),
                "all of Sereno": (partial(sereno, make, "slack"), REPLY),
            },
        )
    reports = [
        rates("at Slack's pace (about one message a second and channel)", "limited", found),
        rates(
            "the server's limits and the adapter's pace switched off (no app has that)", "unlimited", found
        ),
        delays(found, "slack-bolt"),
    ]
    bar = f"{CHANNELS} × {EACH} messages at Slack's pace: all of Sereno, of the echo app's rate"
    reports[0].bars.append(Bar(bar, ratio(found, "all of Sereno", "limited"), RATIO, "", at_least=True))
    return reports
