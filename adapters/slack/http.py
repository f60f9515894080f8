"""Events over HTTP: the address that Slack sends to. Bolt checks signature and time of each request."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.base import AdapterFailed, Memory
from adapters.slack.installations import STATE_SECONDS, Installations, States
from adapters.slack.manifest import INSTALL_PATH, PATH, REDIRECT_PATH
from adapters.slack.web import QUIET

logger = logging.getLogger(__name__)

REQUEST_SECONDS = 30.0
"""For one request, from its first line to the answer: whoever sends the rest too slowly is not Slack."""
INSTALLS_PER_MINUTE = 60
"""How many may begin to install the app."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def install_flow(
    memory: Memory, web: AsyncWebClient, client_id: str, client_secret: str, scopes: Sequence[str]
) -> AsyncOAuthFlow:
    """How a workspace installs the app."""
    return AsyncOAuthFlow(
        client=web,
        logger=QUIET,
        settings=AsyncOAuthSettings(
            client_id=client_id,
            client_secret=client_secret,
            scopes=list(scopes),
            user_scopes=[],
            install_path=INSTALL_PATH,
            redirect_uri_path=REDIRECT_PATH,
            installation_store=Installations(memory),
            state_store=States(memory),
            state_expiration_seconds=int(STATE_SECONDS),
            logger=QUIET,
        ),
    )


@asynccontextmanager
async def serving(bolt: AsyncApp, port: int, flow: AsyncOAuthFlow | None = None) -> AsyncIterator[int]:
    """Listens meanwhile, on all interfaces; gives the port (0: any that is free).

    `flow`: how workspaces install the app.

    Raises:
        AdapterFailed: the port cannot be had.
    """
    app = bolt.web_app(path=PATH, port=port)
    app.middlewares.append(_unreadable)
    if flow is not None:
        app.router.add_get(INSTALL_PATH, _seldom(_answered_by(flow.handle_installation)))
        app.router.add_get(REDIRECT_PATH, _answered_by(flow.handle_callback))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, None, port).start()
        except OSError as error:
            raise AdapterFailed(
                f"SERENO_SLACK__HTTP_PORT: port {port} cannot be used ({error.strerror})"
            ) from error
        # Where any free port is taken, each kind of address has its own: IPv4's is told.
        yield next(int(address[1]) for address in sorted(runner.addresses, key=len))
    finally:
        await runner.cleanup()


def _answered_by(handle: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]) -> Handler:
    async def answer(request: web.Request) -> web.StreamResponse:
        return await to_aiohttp_response(await handle(await to_bolt_request(request)))

    return answer


def _seldom(handler: Handler) -> Handler:
    """Answers so many requests a minute: each leaves a note in the store, and anybody can send one."""
    begun: deque[float] = deque(maxlen=INSTALLS_PER_MINUTE)

    async def answer(request: web.Request) -> web.StreamResponse:
        now = time.monotonic()
        if len(begun) == INSTALLS_PER_MINUTE and now - begun[0] < 60.0:
            return web.Response(status=429, headers={"Retry-After": "60"})
        begun.append(now)
        return await handler(request)

    return answer


@web.middleware
async def _unreadable(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What cannot even be read is nobody's request."""
    try:
        async with asyncio.timeout(REQUEST_SECONDS):
            return await handler(request)
    except web.HTTPException:
        raise
    except Exception as error:  # noqa: BLE001 - whatever somebody sends, the next request is served
        logger.info("a request could not be read: %s", type(error).__name__)
        return web.Response(status=400)
