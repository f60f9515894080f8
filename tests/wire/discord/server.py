"""The loopback server: REST and gateway on one port."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

import discord
import yarl
from aiohttp import web

from tests.wire.discord.call import Call, Request, read
from tests.wire.discord.channels import Channels
from tests.wire.discord.errors import ApiError, not_found, unauthorized
from tests.wire.discord.faults import Fault, Faults
from tests.wire.discord.gateway import Gateway
from tests.wire.discord.limits import Decision, Limits
from tests.wire.discord.rest import Handler, Rest
from tests.wire.discord.webhooks import Webhooks
from tests.wire.discord.world import World

_PREFIX = "/api/v10"


class DiscordServer:
    """`async with DiscordServer() as server:` listens on 127.0.0.1 at a free port.

    `clock`: Unix seconds (`MovableClock`); `privileged`: the intents switched on in the developer portal.
    """

    def __init__(
        self,
        *,
        token: str = "discord-test-token",
        clock: Callable[[], float] | None = None,
        privileged: frozenset[str] | set[str] = frozenset(),
        heartbeat_interval: float = 41.25,
        identify_every: float = 5.0,
        shards: int = 1,
    ) -> None:
        self.token = token
        self.world = World(token, clock, frozenset(privileged))
        self.gateway = Gateway(
            self.world, heartbeat_interval=heartbeat_interval, identify_every=identify_every, shards=shards
        )
        self.world.gateway = self.gateway
        self.limits = Limits(self.world.clock)
        self.faults = Faults()
        self.requests: list[Request] = []
        """Every REST request in the order of arrival."""
        self.crashes: list[Exception] = []
        """What a handler did not expect; leaving the server fails with it."""
        self.port = 0
        self._runner: web.AppRunner | None = None

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.port}{_PREFIX}"

    @property
    def gateway_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/gateway/"

    @property
    def cdn_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/cdn"

    def asked(self, route: str) -> list[Request]:
        """The requests on `route`, as in "POST /channels/{channel_id}/messages"."""
        return [one for one in self.requests if one.route == route]

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_get("/gateway/", self.gateway.serve)
        app.router.add_get("/cdn/{path:.*}", self._file)
        handlers = {**Rest(self.world, self.gateway).routes(), **Webhooks(self.world).routes()}
        for route, handler in {**handlers, **Channels(self.world).routes()}.items():
            method, path = route.split(" ")
            app.router.add_route(method, _PREFIX + path, self._wrapped(route, handler))
        app.router.add_route("*", "/{path:.*}", self._wrapped("", _nowhere))
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]
        self.gateway.url = self.gateway_url
        self.world.cdn = self.cdn_url
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.gateway.down = True
        self.gateway.cut()
        if self._runner is not None:
            await self._runner.cleanup()
        if self.crashes and error is None:
            raise self.crashes[0]

    async def _file(self, request: web.Request) -> web.StreamResponse:
        found = self.world.files.get("/" + request.match_info["path"])
        if found is None:
            return web.Response(status=404)
        return web.Response(body=found[1], headers={"Content-Type": found[0]})

    def _wrapped(self, route: str, handler: Handler) -> Callable[[web.Request], Any]:
        async def serve(http: web.Request) -> web.StreamResponse:
            return await self._serve(
                http, route or f"{http.method} {http.path.removeprefix(_PREFIX)}", handler
            )

        return serve

    async def _serve(self, http: web.Request, route: str, handler: Handler) -> web.StreamResponse:
        call = Call(route, dict(http.match_info), dict(http.query))
        record = Request(http.method, http.path.removeprefix(_PREFIX), route, self.world.clock(), call.query)
        record.reason = unquote(http.headers.get("X-Audit-Log-Reason", ""))
        self.requests.append(record)
        fault = self.faults.take(route) or Fault()
        await _wait(fault.delay)
        if (fault.status or fault.reset) and not fault.carried_out:
            await http.read()
            return self._struck(http, record, fault)
        decision = Decision({})
        try:
            if self.limits.banned:
                return web.Response(
                    status=429, text="<html>error code: 1015</html>", content_type="text/html"
                )
            self._check_token(http, route)
            decision = self.limits.take(route, call.params, interaction=_is_interaction(route))
            if decision.retry_after is not None:
                await http.read()
                return self._too_many(record, decision)
            await read(http, call)
            record.body = call.data
            status, answer = await handler(call)
        except ApiError as error:
            status, answer = error.status, error.body
        except Exception as error:
            self.crashes.append(error)
            raise
        if fault.status or fault.reset:
            return self._struck(http, record, fault)
        return self._answered(record, status, answer, decision.headers)

    def _check_token(self, http: web.Request, route: str) -> None:
        if _is_interaction(route) or route == "GET /gateway":
            return
        if http.headers.get("Authorization") != f"Bot {self.token}":
            raise unauthorized()

    def _too_many(self, record: Request, decision: Decision) -> web.Response:
        assert decision.retry_after is not None
        wait = round(decision.retry_after, 3)
        body = {"message": "You are being rate limited.", "retry_after": wait, "global": decision.is_global}
        return self._answered(record, 429, body, decision.headers)

    def _struck(self, http: web.Request, record: Request, fault: Fault) -> web.Response:
        if fault.reset:
            _reset(http)
            return web.Response()
        if fault.status == 429:
            headers = {"X-RateLimit-Scope": "global" if fault.is_global else "shared"}
            if fault.is_global:
                headers["X-RateLimit-Global"] = "true"
            return self._too_many(record, Decision(headers, fault.retry_after, fault.is_global))
        if fault.status in (401, 403, 404):
            return self._answered(
                record, fault.status, {"message": f"{fault.status}: injected", "code": 0}, {}
            )
        record.status = fault.status
        self.world.changed()
        page = f"<html><head><title>{fault.status}</title></head><body>cloudflare</body></html>"
        return web.Response(status=fault.status, text=page, content_type="text/html")

    def _answered(self, record: Request, status: int, answer: Any, headers: dict[str, str]) -> web.Response:
        record.status = status
        if status >= 400 and isinstance(answer, dict):
            record.code = answer.get("code", 0)
        if status in (401, 403) or (status == 429 and headers.get("X-RateLimit-Scope") != "shared"):
            self.limits.count_invalid()
        self.world.changed()
        sent = {"Via": "1.1 google", "Server": "cloudflare", **headers}
        if status == 429:
            sent["Retry-After"] = str(int(answer.get("retry_after", 1)) + 1)
        if answer is None:
            return web.Response(status=status, headers=sent)
        sent["Content-Type"] = "application/json"
        return web.Response(status=status, body=json.dumps(answer).encode(), headers=sent)


async def _nowhere(call: Call) -> tuple[int, Any]:
    raise not_found()


def _is_interaction(route: str) -> bool:
    return " /interactions/" in route or " /webhooks/" in route


async def _wait(delay: float | asyncio.Event) -> None:
    if isinstance(delay, asyncio.Event):
        await delay.wait()
    elif delay:
        await asyncio.sleep(delay)


def _reset(http: web.Request) -> None:
    """Sends RST instead of FIN."""
    if http.transport is not None:
        raw = http.transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        http.transport.abort()


@contextmanager
def redirected(server: DiscordServer) -> Iterator[None]:
    """discord.py talks to `server` inside. It has no setting for this; make clients inside, too."""
    before = discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY, discord.Asset.BASE
    discord.http.Route.BASE = server.api_url
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(server.gateway_url)
    discord.Asset.BASE = server.cdn_url
    try:
        yield
    finally:
        discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY, discord.Asset.BASE = before
