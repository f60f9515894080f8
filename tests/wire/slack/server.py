"""The loopback server: Web API, Socket Mode and response URLs on one port; HTTP events go out from here."""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any, Self, TypeAlias

from aiohttp import web

from tests.wire.slack import payloads
from tests.wire.slack.call import Call, Request, read
from tests.wire.slack.chat import Chat, RateLimited
from tests.wire.slack.dispatch import Dispatcher
from tests.wire.slack.errors import Json, SlackError, missing_scope
from tests.wire.slack.faults import Fault, Faults
from tests.wire.slack.limits import Limits
from tests.wire.slack.methods import METHODS, Method, handlers, needed_scopes
from tests.wire.slack.model import Team
from tests.wire.slack.oauth import OAuth
from tests.wire.slack.requests import Answer, Requests
from tests.wire.slack.sockets import Sockets, reset
from tests.wire.slack.state import SCOPES, SUBSCRIBED
from tests.wire.slack.streams import Streams
from tests.wire.slack.web import Web
from tests.wire.slack.world import World

Handler: TypeAlias = Callable[[Call], Awaitable[Json]]


class SlackServer:
    """`async with SlackServer() as server:` listens on 127.0.0.1 at a free port.

    `clock`: Unix seconds (`MovableClock`); `scopes`: granted to the app in the first workspace; `events`: the bot
    events of the app's settings; `commands`: its slash commands, None for any.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] | None = None,
        scopes: frozenset[str] | set[str] = SCOPES,
        events: frozenset[str] | set[str] = SUBSCRIBED,
        commands: frozenset[str] | set[str] | None = None,
    ) -> None:
        self.client_id = "1111111111.2222222222"
        self.client_secret = "slack-test-client-secret"
        self.signing_secret = "slack-test-signing-secret"
        self.app_token = f"xapp-1-{payloads.APP_ID}-1-{secrets.token_hex(8)}"
        self.world = World(clock, frozenset(scopes), frozenset(events))
        self.world.commands = None if commands is None else frozenset(commands)
        self.limits = Limits(self.world.clock)
        self.faults = Faults()
        self.dispatcher = Dispatcher(self.world.clock, self.world.changed)
        self.sockets = Sockets(self.dispatcher, self.world.changed)
        self.outgoing = Requests(self.dispatcher, self.signing_secret)
        self.dispatcher.carrier = self.sockets
        self.oauth = OAuth(self.world, self.client_id, self.client_secret, self.app_token, self._new_link)
        chat = Chat(self.world, self.limits)
        self.streams = Streams(chat)
        self._handlers = handlers(chat, self.streams, Web(self.world, chat), self.oauth)
        self.requests: list[Request] = []
        """Every Web API request in the order of arrival."""
        self.crashes: list[Exception] = []
        """What a handler did not expect; leaving the server fails with it."""
        self.port = 0
        self._runner: web.AppRunner | None = None

    @property
    def bot_token(self) -> str:
        """Of the first workspace."""
        return self.world.team.bot_token

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        return f"{self.origin}/api/"

    def asked(self, method: str) -> list[Request]:
        """The requests for `method`, as in "chat.postMessage"; "response_url" for posts to those."""
        return [one for one in self.requests if one.method == method]

    # HTTP mode

    async def use_url(self, url: str) -> None:
        """Delivers over HTTP from now on, after the handshake that the app's settings make.

        Raises:
            AssertionError: the app did not answer the challenge.
        """
        challenge = secrets.token_hex(8)
        said = {"token": "verification-token", "challenge": challenge, "type": "url_verification"}
        answer = await self.post_event(url, said)
        echoed = answer.json.get("challenge") if answer.text.startswith("{") else answer.text
        assert answer.status == 200, f"status {answer.status}"
        assert echoed == challenge, "the challenge was not answered"
        self.outgoing.url = url
        self.dispatcher.carrier = self.outgoing

    async def post_event(
        self,
        url: str,
        payload: Json | None = None,
        *,
        form: bool = False,
        body: bytes | None = None,
        secret: str | None = None,
        timestamp: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request as Slack signs it; whatever is given instead is sent as it is ("" leaves a header out)."""
        return await self.outgoing.post(
            url,
            payload,
            clock=self.world.clock(),
            form=form,
            body=body,
            secret=secret,
            timestamp=timestamp,
            headers=headers,
        )

    def callback(self, event: Json, team: Team | None = None) -> Json:
        """The Events API envelope around `event`."""
        world = self.world
        home = team or world.team
        body = {"event_ts": world.new_ts()} | event
        return payloads.callback(home, body, world.new_id("Ev"), world.clock())

    # Life

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=8 * 2**20)
        app.router.add_get("/link/", self.sockets.serve)
        app.router.add_route("*", "/api/{method}", self._serve)
        app.router.add_get("/files-pri/{file}/{name}", self._file)
        app.router.add_post("/actions/{team}/{token}", self._serve_response)
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]
        self.world.start(self.dispatcher, self.origin)
        self.dispatcher.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.sockets.down = True
        self.sockets.cut()
        await self.dispatcher.close()
        await self.outgoing.close()
        if self._runner is not None:
            await self._runner.cleanup()
        if self.crashes and error is None:
            raise self.crashes[0]

    def _new_link(self) -> str:
        ticket = self.sockets.ticket()
        return f"ws://127.0.0.1:{self.port}/link/?ticket={ticket}&app_id={payloads.APP_ID}"

    async def _file(self, http: web.Request) -> web.StreamResponse:
        found = self.world.files.get(http.match_info["file"])
        token = self.world.tokens.get(http.headers.get("Authorization", "").removeprefix("Bearer "))
        if found is None or token is None or token.revoked or "files:read" not in token.scopes:
            # Slack does not refuse: it shows its sign-in page.
            return web.Response(text="<!DOCTYPE html><title>Slack</title>", content_type="text/html")
        return web.Response(body=found.content, content_type=found.mimetype)

    # One request

    async def _serve(self, http: web.Request) -> web.StreamResponse:
        name = http.match_info["method"]
        record = Request(name, self.world.clock(), {})
        self.requests.append(record)

        async def work() -> tuple[int, Json]:
            method = METHODS.get(name)
            if method is None:
                raise SlackError("unknown_method", req_method=name)
            call = await read(http, name, form_only=method.form_only)
            record.args = call.args
            self._check(http, call, method, record)
            return 200, {"ok": True, **await self._handlers[name](call), **_warned(call)}

        return await self._answer(http, record, work)

    async def _serve_response(self, http: web.Request) -> web.StreamResponse:
        record = Request("response_url", self.world.clock(), {})
        self.requests.append(record)

        async def work() -> tuple[int, Json]:
            record.args = await _posted(http)
            self.world.response_used(http.match_info["token"], record.args)
            return 200, {"ok": True}

        return await self._answer(http, record, work)

    async def _answer(
        self, http: web.Request, record: Request, work: Callable[[], Awaitable[tuple[int, Json]]]
    ) -> web.StreamResponse:
        fault = self.faults.take(record.method) or Fault()
        await _wait(fault.delay)
        if fault.spoils and not fault.carried_out:
            await http.read()
            return self._struck(http, record, fault)
        headers: dict[str, str] = {}
        try:
            status, answer = await work()
        except SlackError as error:
            status, answer = error.status, error.body
        except RateLimited as limited:
            status, answer = 429, {"ok": False, "error": "ratelimited"}
            headers["Retry-After"] = str(limited.seconds)
        except Exception as error:
            self.crashes.append(error)
            raise
        if fault.spoils:
            return self._struck(http, record, fault)
        return self._answered(record, status, answer, headers)

    def _check(self, http: web.Request, call: Call, method: Method, record: Request) -> None:
        """Credentials, scopes and pace, in Slack's order."""
        call.basic = _basic(http.headers.get("Authorization", ""))
        if not method.token:
            self._paced("", call.method)
            return
        token = _bearer(http, call)
        if not token:
            raise SlackError("not_authed")
        if method.app_level:
            if token.startswith("xoxb") and token in self.world.tokens:
                raise SlackError("not_allowed_token_type")
            if token != self.app_token:
                raise SlackError("invalid_auth")
            self._paced("", call.method)
            return
        found = self.world.tokens.get(token)
        if token == self.app_token:
            raise SlackError("not_allowed_token_type")
        if found is None:
            raise SlackError("invalid_auth")
        if found.revoked:
            raise SlackError("token_revoked")
        if found.expires_at is not None and self.world.clock() > found.expires_at:
            raise SlackError("token_expired")
        if not found.team.installed:
            raise SlackError("account_inactive")
        call.token = found
        record.team_id, record.granted = found.team.id, found.scopes
        needed = needed_scopes(method, call)
        if needed and not needed & found.scopes:
            raise missing_scope(min(needed), found.scopes)
        self._paced(found.team.id, call.method)

    def _paced(self, team: str, method: str) -> None:
        wait = self.limits.method(team, method)
        if wait is not None:
            raise RateLimited(wait)

    def _struck(self, http: web.Request, record: Request, fault: Fault) -> web.StreamResponse:
        if fault.reset:
            reset(http)
            return web.Response()
        if fault.error:
            return self._answered(record, 200, {"ok": False, "error": fault.error}, {})
        if fault.status == 429:
            headers = {"Retry-After": str(fault.retry_after)}
            return self._answered(record, 429, {"ok": False, "error": "ratelimited"}, headers)
        record.status = fault.status
        self.world.changed()
        page = f"<html><head><title>{fault.status}</title></head><body>server error</body></html>"
        return web.Response(status=fault.status, text=page, content_type="text/html")

    def _answered(
        self, record: Request, status: int, answer: Json, headers: dict[str, str]
    ) -> web.StreamResponse:
        record.status, record.answer, record.error = status, answer, str(answer.get("error", ""))
        self.world.changed()
        sent = {"X-Slack-Req-Id": secrets.token_hex(8), **headers}
        if record.granted is not None:
            sent["X-OAuth-Scopes"] = ",".join(sorted(record.granted))
        return web.json_response(answer, status=status, headers=sent)


def _warned(call: Call) -> Json:
    if not call.warnings:
        return {}
    return {"warning": ",".join(call.warnings), "response_metadata": {"warnings": call.warnings}}


def _bearer(http: web.Request, call: Call) -> str:
    header = http.headers.get("Authorization", "")
    if header.startswith("Bearer "):
        return header.removeprefix("Bearer ").strip()
    return str(call.args.pop("token", ""))


def _basic(header: str) -> tuple[str, str] | None:
    if not header.startswith("Basic "):
        return None
    try:
        client_id, _, secret = base64.b64decode(header[6:], validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return client_id, secret


async def _posted(http: web.Request) -> Json:
    raw = await http.read()
    try:
        value: Any = json.loads(raw)
    except ValueError:
        raise SlackError("invalid_payload", status=400) from None
    if not isinstance(value, dict):
        raise SlackError("invalid_payload", status=400)
    return value


async def _wait(delay: float | asyncio.Event) -> None:
    if isinstance(delay, asyncio.Event):
        await delay.wait()
    elif delay:
        await asyncio.sleep(delay)
