"""A loopback provider that speaks OpenAI's HTTP API, as strictly as a real one.

In tests `OpenAIServer` checks every request and does what the test scripted. Stand-alone
(`python -m tests.wire.openai_server --port N`) a bare protocol answers at once, to measure against.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import socket
import struct
import sys
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Literal, Self, TypeAlias

from aiohttp import web

from tests.wire.openai_rules import CHAT, COMPLETIONS

Json: TypeAlias = dict[str, object]
Pace: TypeAlias = asyncio.Event | float
"""What to wait for: an event, or seconds (math.inf: until the client goes away)."""

CHARACTERS_PER_TOKEN = 4
_EVENT_STREAM = "text/event-stream"
_ROLES = ("system", "developer", "user", "assistant", "tool")


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What the server does with one request that passed its checks."""

    text: str = "Good evening to all of you."
    tokens_per_chunk: int = 1
    before: Pace = 0.0
    """Before the first byte."""
    between: Pace = 0.0
    """Before each chunk but the first."""
    finish: str | None = "stop"
    """None: no chunk says why it ended."""
    raw: tuple[bytes, ...] = ()
    """Lines of an event stream, sent before the text as they are."""
    end: Literal["done", "close", "cut", "reset", "hang"] = "done"
    """After the last chunk: `[DONE]`; a clean end without it; TCP closed in mid-body; TCP reset; nothing."""
    status: int = 200
    error: object = None
    """The JSON body when `status` is an error; a string is sent as an HTML page."""
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = _EVENT_STREAM
    logprobs: Mapping[str, float] | None = field(default_factory=dict)
    """The log-probability of each token that holds one of these texts; any other has -0.01. None: it gives none, even
    when asked, as older servers do."""
    connect_only: bool = False
    """The connection is reset before a status line."""


def failing(
    status: int,
    message: str = "",
    *,
    code: str | None = None,
    param: str | None = None,
    retry_after: str = "",
) -> Behaviour:
    """An error status with OpenAI's error body."""
    return Behaviour(
        status=status,
        error=_error(message or f"Something went wrong ({status}).", code=code, param=param),
        headers={"Retry-After": retry_after} if retry_after else {},
    )


def bad_gateway() -> Behaviour:
    """502 with the page of a proxy."""
    return Behaviour(status=502, error="<html><body><h1>502 Bad Gateway</h1></body></html>")


def event(data: object) -> bytes:
    """One event of a stream; a lone surrogate travels as its JSON escape."""
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    return b"data: " + text.encode("utf-8", "backslashreplace") + b"\n\n"


def delta(**content: object) -> bytes:
    """A chat event whose delta is `content`."""
    return event({"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": content}]})


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came in."""

    path: str
    body: Json
    headers: Mapping[str, str]


class Refused(Exception):
    """A request that a provider does not take."""

    def __init__(self, status: int, body: object) -> None:
        super().__init__(status)
        self.status = status
        self.body = body


class OpenAIServer:
    """`async with OpenAIServer() as server:` listens on 127.0.0.1 at a free port."""

    def __init__(
        self,
        *,
        models: tuple[str, ...] = ("test-model",),
        api_key: str | None = "sk-test",
        context_window: int = 8192,
        completions: bool = True,
        refuses: Mapping[str, Literal["openai", "pydantic", "plain"]] | None = None,
        reasoning: bool = False,
    ) -> None:
        self.models = models
        self.api_key = api_key
        self.context_window = context_window
        self.completions = completions
        self.refuses = dict(refuses or {})
        """Parameters that this provider does not know, and how its 400 or 422 words it."""
        self.reasoning = reasoning
        """Like OpenAI's reasoning models: max_completion_tokens only, temperature 1 only."""
        self.default: Behaviour | Callable[[Request], Behaviour] = Behaviour()
        """What it does when nothing is queued."""
        self.requests: list[Request] = []
        self.streaming = 0
        """Replies under way now."""
        self.peak = 0
        """The most replies that were under way at once."""
        self.disconnects = 0
        """Clients that went away in the middle of a reply."""
        self.connections = 0
        """Distinct TCP connections that a request came on."""
        self._queue: deque[Behaviour] = deque()
        self._changed = asyncio.Condition()
        self._seen: set[object] = set()
        self._runner: web.AppRunner | None = None
        self.port = 0

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def paths(self) -> list[str]:
        """Where the requests went, in order."""
        return [request.path.removeprefix("/v1") for request in self.requests]

    def behave(self, *behaviours: Behaviour) -> None:
        """Queues what happens with the next requests, one each."""
        self._queue.extend(behaviours)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Waits until `condition` holds, 10 s at most; it is looked at whenever a reply starts or ends."""
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(condition)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_get("/v1/models", self._list_models)
        app.router.add_post("/v1/chat/completions", self._answer)
        if self.completions:
            app.router.add_post("/v1/completions", self._answer)
        app.router.add_route("*", "/{path:.*}", self._no_such_url)
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _no_such_url(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(Request(request.path, {}, dict(request.headers)))
        message = f"Invalid URL ({request.method} {request.path})"
        return web.json_response(_error(message), status=404)

    async def _list_models(self, request: web.Request) -> web.StreamResponse:
        refusal = self._check_key(request)
        if refusal is not None:
            return web.json_response(refusal.body, status=refusal.status)
        data = [{"id": name, "object": "model", "created": 0, "owned_by": "test"} for name in self.models]
        return web.json_response({"object": "list", "data": data})

    async def _answer(self, http: web.Request) -> web.StreamResponse:
        chat = http.path.endswith("/chat/completions")
        request = Request(http.path, _parse(await http.read()), dict(http.headers))
        self.requests.append(request)
        if http.transport not in self._seen:
            self._seen.add(http.transport)
            self.connections += 1
        try:
            self._check(http, request, chat=chat)
        except Refused as refusal:
            return web.json_response(refusal.body, status=refusal.status)
        if self._queue:
            behaviour = self._queue.popleft()
        else:
            behaviour = self.default(request) if callable(self.default) else self.default
        behaviour = _within_limit(behaviour, request.body)
        async with self._counted():
            await _pause(behaviour.before)
            if behaviour.connect_only:
                _reset(http)
                return web.Response()
            if behaviour.status >= 300:
                return _failure(behaviour)
            if request.body.get("stream"):
                return await _stream(http, request, behaviour, chat=chat)
            return web.json_response(_whole(request, behaviour, chat=chat))

    @asynccontextmanager
    async def _counted(self) -> AsyncIterator[None]:
        self.streaming += 1
        self.peak = max(self.peak, self.streaming)
        await self._tell()
        try:
            yield
        except (asyncio.CancelledError, ConnectionResetError):
            self.disconnects += 1
            raise
        finally:
            self.streaming -= 1
            await self._tell()

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _check_key(self, http: web.Request) -> Refused | None:
        if self.api_key is None or http.headers.get("Authorization") == f"Bearer {self.api_key}":
            return None
        message = "Incorrect API key provided."
        if "Authorization" not in http.headers:
            message = "You didn't provide an API key."
        return Refused(401, _error(message, code="invalid_api_key"))

    def _check(self, http: web.Request, request: Request, *, chat: bool) -> None:
        """Raises `Refused` for what a real provider does not take."""
        refusal = self._check_key(http)
        if refusal is not None:
            raise refusal
        body = request.body
        if not body:
            raise Refused(400, _error("We could not parse the JSON body of your request."))
        self._check_parameters(body, chat=chat)
        if body["model"] not in self.models:
            message = f"The model `{body['model']}` does not exist or you do not have access to it."
            raise Refused(404, _error(message, code="model_not_found"))
        characters = _check_messages(body["messages"]) if chat else len(str(body["prompt"]))
        reply = body.get("max_completion_tokens", body.get("max_tokens", 16))
        total = -(-characters // CHARACTERS_PER_TOKEN) + (reply if isinstance(reply, int) else 0)
        if total > self.context_window:
            message = (
                f"This model's maximum context length is {self.context_window} tokens. However, you requested "
                f"{total} tokens. Please reduce the length of the messages or completion."
            )
            raise Refused(400, _error(message, param="messages", code="context_length_exceeded"))

    def _check_parameters(self, body: Json, *, chat: bool) -> None:
        known = CHAT if chat else COMPLETIONS
        for name, value in body.items():
            if name in self.refuses:
                raise _unknown(name, self.refuses[name])
            if name not in known:
                raise _unknown(name, "openai")
            if not known[name](value):
                message = f"Invalid type or value for '{name}'."
                raise Refused(400, _error(message, param=name, code="invalid_value"))
        for name in ("model", "messages" if chat else "prompt"):
            if name not in body:
                message = f"Missing required parameter: '{name}'."
                raise Refused(400, _error(message, param=name, code="missing_required_parameter"))
        self._check_combinations(body, chat=chat)

    def _check_combinations(self, body: Json, *, chat: bool) -> None:
        if body.get("stream_options") is not None and not body.get("stream"):
            message = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
            raise Refused(400, _error(message, param="stream_options"))
        if chat and body.get("top_logprobs") is not None and not body.get("logprobs"):
            message = "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled."
            raise Refused(400, _error(message, param="top_logprobs"))
        if "max_tokens" in body and "max_completion_tokens" in body:
            message = "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported."
            raise Refused(400, _error(message, code="invalid_parameter_combination"))
        if self.reasoning and "max_tokens" in body:
            message = (
                "Unsupported parameter: 'max_tokens' is not supported with this model. "
                "Use 'max_completion_tokens' instead."
            )
            raise Refused(400, _error(message, param="max_tokens", code="unsupported_parameter"))
        if self.reasoning and body.get("temperature", 1) != 1:
            message = "Unsupported value: 'temperature' does not support this value with this model."
            raise Refused(400, _error(message, param="temperature", code="unsupported_value"))
        if self.reasoning and body.get("logprobs"):
            raise Refused(403, _error("You are not allowed to request logprobs from this model."))


def _check_messages(messages: object) -> int:
    """How many characters `messages` holds."""
    assert isinstance(messages, list)
    if not messages:
        message = "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array."
        raise Refused(400, _error(message, param="messages", code="empty_array"))
    characters = 0
    for index, message in enumerate(messages):
        if not isinstance(message, dict) or message.get("role") not in _ROLES:
            text = f"Invalid value: expected a role, one of {', '.join(_ROLES)}."
            raise Refused(400, _error(text, param=f"messages[{index}].role", code="invalid_value"))
        if not isinstance(message.get("content"), str) or set(message) - {"role", "content", "name"}:
            text = "Invalid type for message content: expected a string."
            raise Refused(400, _error(text, param=f"messages[{index}].content", code="invalid_type"))
        characters += len(message["content"])
    return characters


def _error(message: str, *, param: str | None = None, code: str | None = None) -> Json:
    return {"error": {"message": message, "type": "invalid_request_error", "param": param, "code": code}}


def _unknown(name: str, wording: Literal["openai", "pydantic", "plain"]) -> Refused:
    if wording == "openai":
        return Refused(400, _error(f"Unknown parameter: '{name}'.", param=name, code="unknown_parameter"))
    if wording == "pydantic":
        problem = {"type": "extra_forbidden", "loc": ["body", name], "msg": "Extra inputs are not permitted"}
        return Refused(422, {"detail": [{**problem, "input": False}]})
    return Refused(400, {"message": f"property '{name}' is unsupported"})


def _parse(body: bytes) -> Json:
    try:
        value = json.loads(body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


async def _pause(pace: Pace) -> None:
    if isinstance(pace, asyncio.Event):
        await pace.wait()
    elif math.isinf(pace):
        await asyncio.Event().wait()
    elif pace:
        await asyncio.sleep(pace)


def _reset(http: web.Request) -> None:
    """Sends RST instead of FIN."""
    assert http.transport is not None
    raw = http.transport.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    http.transport.abort()


def _failure(behaviour: Behaviour) -> web.Response:
    if isinstance(behaviour.error, str):
        return web.Response(
            text=behaviour.error, status=behaviour.status, content_type="text/html", headers=behaviour.headers
        )
    return web.json_response(behaviour.error, status=behaviour.status, headers=behaviour.headers)


def _within_limit(behaviour: Behaviour, body: Json) -> Behaviour:
    """No more text than the tokens that were asked for."""
    limit = body.get("max_completion_tokens", body.get("max_tokens"))
    most = limit * CHARACTERS_PER_TOKEN if isinstance(limit, int) else len(behaviour.text)
    if len(behaviour.text) <= most:
        return behaviour
    return replace(behaviour, text=behaviour.text[:most], finish=behaviour.finish and "length")


def _usage(request: Request, behaviour: Behaviour) -> Json:
    said = sum(len(str(value)) for key, value in request.body.items() if key in ("messages", "prompt"))
    asked, replied = max(1, said // CHARACTERS_PER_TOKEN), max(1, len(behaviour.text) // CHARACTERS_PER_TOKEN)
    return {"prompt_tokens": asked, "completion_tokens": replied, "total_tokens": asked + replied}


def _whole(request: Request, behaviour: Behaviour, *, chat: bool) -> Json:
    said: Json = (
        {"message": {"role": "assistant", "content": behaviour.text}} if chat else {"text": behaviour.text}
    )
    body = _envelope(request, "chat.completion" if chat else "text_completion")
    body |= {"choices": [{"index": 0, **said, "finish_reason": behaviour.finish}]}
    return body | {"usage": _usage(request, behaviour)}


def _envelope(request: Request, kind: str) -> Json:
    return {"id": "cmpl-1", "object": kind, "created": 0, "model": request.body["model"]}


def _events(request: Request, behaviour: Behaviour, *, chat: bool) -> list[bytes]:
    envelope = _envelope(request, "chat.completion.chunk" if chat else "text_completion")
    size = behaviour.tokens_per_chunk * CHARACTERS_PER_TOKEN
    pieces = [behaviour.text[at : at + size] for at in range(0, len(behaviour.text), size)]
    choices: list[Json] = []
    if chat:
        choices.append({"delta": {"role": "assistant", "content": ""}, "finish_reason": None})
    told = chat and request.body.get("logprobs") is True
    choices += [
        {
            **({"delta": {"content": p}} if chat else {"text": p}),
            **({"logprobs": _logprobs(p, behaviour.logprobs)} if told else {}),
            "finish_reason": None,
        }
        for p in pieces
    ]
    if behaviour.finish is not None:
        choices.append({**({"delta": {}} if chat else {"text": ""}), "finish_reason": behaviour.finish})
    options = request.body.get("stream_options")
    counted = isinstance(options, dict) and options.get("include_usage") is True
    empty: Json = {"usage": None} if counted else {}
    events = [event({**envelope, "choices": [{"index": 0, **choice}], **empty}) for choice in choices]
    if counted and behaviour.finish is not None:
        events.append(event({**envelope, "choices": [], "usage": _usage(request, behaviour)}))
    return events


def _logprobs(piece: str, given: Mapping[str, float] | None) -> Json | None:
    """What OpenAI tells of the tokens of `piece`: text, bytes, log-probability."""
    if given is None:
        return None
    tokens = [piece[at : at + CHARACTERS_PER_TOKEN] for at in range(0, len(piece), CHARACTERS_PER_TOKEN)]
    content = [
        {
            "token": token,
            "logprob": next((number for text, number in given.items() if text in token), -0.01),
            "bytes": list(token.encode("utf-8", "replace")),
            "top_logprobs": [],
        }
        for token in tokens
    ]
    return {"content": content, "refusal": None}


async def _stream(
    http: web.Request, request: Request, behaviour: Behaviour, *, chat: bool
) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": behaviour.content_type, **behaviour.headers})
    await response.prepare(http)
    for index, data in enumerate([*behaviour.raw, *_events(request, behaviour, chat=chat)]):
        if index:
            await _pause(behaviour.between)
        await response.write(data)
    match behaviour.end:
        case "done":
            await response.write(event("[DONE]"))
        case "hang":
            await asyncio.Event().wait()
        case "reset":
            _reset(http)
            return response
        case "cut":
            assert http.transport is not None
            http.transport.close()
            return response
        case "close":
            pass
    await response.write_eof()
    return response


class InstantProtocol(asyncio.Protocol):
    """Answers every POST at once from bytes made beforehand: what is measured is the client, not this."""

    def __init__(self, replies: Mapping[tuple[bool, bool], bytes]) -> None:
        self._replies = replies
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = bytes(self._buffer[:end]).lower()
            _, found, length = head.partition(b"\r\ncontent-length:")
            size = int(length.partition(b"\r\n")[0]) if found else 0
            if len(self._buffer) < end + 4 + size:
                return
            body = _parse(bytes(self._buffer[end + 4 : end + 4 + size]))
            del self._buffer[: end + 4 + size]
            assert self._transport is not None
            chat = b"/chat/completions " in head.partition(b"\r\n")[0]
            self._transport.write(self._replies[chat, bool(body.get("stream"))])


def instant_protocol(text: str) -> Callable[[], InstantProtocol]:
    """A protocol factory whose every reply is `text`."""
    request = Request("", {"model": "instant", "stream_options": {"include_usage": True}}, {})
    behaviour = Behaviour(text=text)
    replies: dict[tuple[bool, bool], bytes] = {}
    for chat in (True, False):
        stream = b"".join(_events(request, behaviour, chat=chat)) + event("[DONE]")
        replies[chat, True] = _http(stream, _EVENT_STREAM)
        replies[chat, False] = _http(
            json.dumps(_whole(request, behaviour, chat=chat)).encode(), "application/json"
        )
    return lambda: InstantProtocol(replies)


def _http(body: bytes, content_type: str) -> bytes:
    return (
        f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        + body
    )


async def _serve(port: int, text: str) -> None:
    server = await asyncio.get_running_loop().create_server(instant_protocol(text), "127.0.0.1", port)
    sys.stdout.write(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1\n")
    sys.stdout.flush()
    async with server:
        await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description="A provider that answers at once.")
    parser.add_argument("--port", type=int, default=0, help="0: a free one; the address is printed")
    parser.add_argument("--text", default="The watchman walks his round, and all is well tonight.")
    arguments = parser.parse_args()
    asyncio.run(_serve(arguments.port, arguments.text))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(0)
