"""Any provider that speaks OpenAI's HTTP API: OpenAI itself, llama.cpp, Ollama, vLLM, gateways.

Replies are read as plain JSON rather than as the SDK's types: compatible servers differ in what they
send, and the SDK does not check it. Nothing that a provider says gets into an error's text, for it may
quote what a member wrote.
"""

from __future__ import annotations

import asyncio
import base64
import logging
import re
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote, urlsplit

from bot.models.base import Chunk, ModelError, Prompt, Usage
from bot.models.logprobs import Probabilities
from bot.models.openai_errors import (
    LATE,
    Malformed,
    Problem,
    lacks_completions,
    problem_of,
    sdk_errors,
    unsupported,
)

if TYPE_CHECKING:
    from openai import AsyncOpenAI, AsyncStream
    from pydantic import SecretStr

logger = logging.getLogger(__name__)

_CHAT = "/chat/completions"
_COMPLETIONS = "/completions"
_CONNECT_SECONDS = 5.0
_USAGE_SECONDS = 1.0
"""How long to wait for the usage once the reply itself is whole."""

_RENAMED = {"max_tokens": "max_completion_tokens"}
"""OpenAI's reasoning models know the limit by another name."""


_HOST = re.compile(r"[a-z0-9._-]*[a-z0-9][a-z0-9._-]*|[0-9a-f:.]+:[0-9a-f:.]*")
"""A name (an international one in its xn-- form) or an IPv6 address."""


class OpenAIModel:
    """One model of one provider, over the `openai` SDK.

    Args:
        name: the model's name, as the provider knows it.
        base_url: up to and including `/v1`; http or https, without a query.
        api_key: None for a provider that wants none.
        context_window: tokens of prompt and reply together.
        completions: whether the provider has the Completions endpoint; "auto": try once, and remember.
        timeout: seconds that the provider may stay silent.
        max_concurrency: replies under way at once; more wait for their turn.
        logprobs: whether to ask for the probabilities of a chat reply's tokens.

    Raises:
        ValueError: `base_url` or `api_key` cannot be used.
    """

    generates = True

    def __init__(
        self,
        *,
        name: str,
        base_url: str,
        api_key: SecretStr | None = None,
        context_window: int = 8192,
        completions: Literal["auto", "yes", "no"] = "auto",
        timeout: float = 60.0,
        max_concurrency: int = 16,
        logprobs: bool = False,
    ) -> None:
        self._name = name
        self._context_window = context_window
        self._base_url, self._host, login = _parse_address(base_url)
        key = api_key.get_secret_value().strip() if api_key is not None else ""
        if not (key.isascii() and (key + "x").isprintable()):
            raise ValueError("api_key has characters that cannot travel in an HTTP header")
        self._authorization = f"Bearer {key}" if key else login
        self._completions = completions
        self._silence = timeout
        self._logprobs = logprobs
        self._slots = asyncio.Semaphore(max_concurrency)
        self._refused: dict[str, set[str]] = {_CHAT: set(), _COMPLETIONS: set()}
        self._client: AsyncOpenAI | None = None
        self._warming = asyncio.Lock()

    @property
    def name(self) -> str:
        """The model's name, as the provider knows it."""
        return self._name

    @property
    def context_window(self) -> int:
        """Tokens of prompt and reply together."""
        return self._context_window

    async def warm(self) -> None:
        """Makes the client, in a thread: importing the SDK takes more than a second."""
        await self._ready()

    async def aclose(self) -> None:
        """Closes connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    def stream(self, prompt: Prompt, *, timeout: float) -> AsyncGenerator[Chunk, None]:
        """The reply to `prompt`, in pieces; the last one has `finish`.

        `timeout` is in seconds for the whole reply, the wait for a free slot included. Whoever stops
        before the end closes the connection by closing this generator (`contextlib.aclosing`).

        Raises:
            ModelError: no reply, or not all of it.
        """
        return self._stream(prompt, _Reply(deadline=asyncio.get_running_loop().time() + timeout))

    async def _stream(self, prompt: Prompt, reply: _Reply) -> AsyncGenerator[Chunk, None]:
        await self._take_slot(reply.deadline)
        try:
            events = await self._open(prompt, reply.deadline)
            try:
                while (text := await self._next_text(events, reply)) is not None:
                    if text:
                        yield Chunk(text=text, model=self._name, logprobs=reply.logprobs)
            finally:
                await events.close()
        finally:
            self._slots.release()
        problem = reply.problem()
        if problem is not None:
            raise self._error(problem)
        yield Chunk(finish=reply.finish, usage=reply.usage, model=self._name)

    async def _take_slot(self, deadline: float) -> None:
        try:
            async with asyncio.timeout_at(deadline):
                await self._slots.acquire()
                return
        except TimeoutError:
            problem = Problem("timeout", "has as many replies under way as it may")
        raise self._error(problem)

    async def _open(self, prompt: Prompt, deadline: float) -> AsyncStream[object]:
        """The reply, begun."""
        wants_completions = prompt.mode == "completion" and self._completions != "no"
        if wants_completions:
            opened = await self._request(_COMPLETIONS, self._body(prompt, _COMPLETIONS), deadline)
            if not isinstance(opened, Problem):
                return opened
            if self._completions == "yes" or not lacks_completions(opened):
                raise self._error(opened)
        opened = await self._request(_CHAT, self._body(prompt, _CHAT), deadline)
        if isinstance(opened, Problem):
            raise self._error(opened)
        if wants_completions:
            # Not before chat has worked: a 404 may also say that the model is not there yet.
            self._completions = "no"
            logger.info("%s has no Completions endpoint: completing through chat from now on", self._host)
        return opened

    def _body(self, prompt: Prompt, path: str) -> dict[str, object]:
        body: dict[str, object] = {
            "model": self._name,
            "max_tokens": prompt.max_tokens,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if prompt.temperature is not None:
            body["temperature"] = prompt.temperature
        if path == _COMPLETIONS:
            body["prompt"] = _encodable(prompt.prefix)
        else:
            body["messages"] = [{"role": m.role, "content": _encodable(m.text)} for m in prompt.messages]
            body["store"] = False
            if prompt.schema is not None:
                body["response_format"] = {
                    "type": "json_schema",
                    "json_schema": {"name": prompt.task, "strict": True, "schema": prompt.schema},
                }
            if self._logprobs and prompt.task == "chat":
                body["logprobs"] = True
        return body

    async def _request(
        self, path: str, body: dict[str, object], deadline: float
    ) -> AsyncStream[object] | Problem:
        """Asks again without what the provider does not take, and remembers that."""
        refused = self._refused[path]
        while True:
            for parameter in refused & body.keys():
                value = body.pop(parameter)
                if parameter in _RENAMED:
                    body[_RENAMED[parameter]] = value
            opened = await self._post(path, body, deadline)
            if not isinstance(opened, Problem):
                return opened
            unknown = unsupported(opened, body)
            if not unknown:
                return opened
            refused |= unknown
            logger.info("%s does not take %s: left out from now on", self._host, ", ".join(sorted(unknown)))

    async def _post(
        self, path: str, body: dict[str, object], deadline: float
    ) -> AsyncStream[object] | Problem:
        try:
            async with asyncio.timeout_at(deadline):
                client = await self._ready()
                from openai import AsyncStream, Omit

                stream = await client.post(
                    path,
                    cast_to=object,
                    body=body,
                    options={"headers": {"Authorization": self._authorization or Omit()}},
                    stream=True,
                    stream_cls=AsyncStream[object],
                )
                content_type = stream.response.headers.get("content-type", "text/event-stream")
                if content_type.lower().startswith("text/event-stream"):
                    return stream
                await stream.close()
                return Problem("malformed", "sent something else than an event stream")
        except TimeoutError:
            return LATE
        except asyncio.CancelledError:
            # The next line would wait for the SDK, and hold up everybody, while that is being loaded in its thread.
            raise
        except sdk_errors() as error:
            return problem_of(error, opened=False)

    async def _next_text(self, events: AsyncStream[object], reply: _Reply) -> str | None:
        """What the next event adds to the reply; None at its end."""
        loop = asyncio.get_running_loop()
        problem = LATE
        if loop.time() < reply.deadline:  # a reply that is always there already never lets the timeout in
            try:
                async with asyncio.timeout_at(reply.deadline):
                    event = await anext(events)
                text = reply.add(event)
            except StopAsyncIteration:
                return None
            except TimeoutError:
                problem = LATE
            except sdk_errors() as error:
                problem = problem_of(error, opened=True)
            else:
                if reply.finish:
                    reply.deadline = min(reply.deadline, loop.time() + _USAGE_SECONDS)
                return text
        if reply.finish:
            return None  # the reply is whole, only its usage is missing
        raise self._error(problem)

    async def _ready(self) -> AsyncOpenAI:
        async with self._warming:
            if self._client is None:
                self._client = await asyncio.to_thread(self._connect)
            return self._client

    def _connect(self) -> AsyncOpenAI:
        import openai

        seconds = openai.Timeout(self._silence, connect=min(_CONNECT_SECONDS, self._silence))
        client = openai.AsyncOpenAI(
            base_url=self._base_url,
            # Each request has its own header. None would make the SDK take a key from the environment,
            # which may be another provider's.
            api_key="none",
            max_retries=0,
            timeout=seconds,
            # aiohttp below takes half the time of the SDK's own transport. No redirects: what members wrote
            # goes to the configured address and nowhere else.
            http_client=openai.DefaultAioHttpClient(timeout=seconds, follow_redirects=False),
        )
        client.organization = client.project = None
        return client

    def _error(self, problem: Problem) -> ModelError:
        reason = f"{self._host} {problem.reason} (model {self._name})"
        return ModelError(problem.kind, reason, retry_after=problem.retry_after)


class _Reply:
    """What has come of a reply so far."""

    def __init__(self, *, deadline: float) -> None:
        self.deadline = deadline
        self.finish = ""
        self.usage: Usage | None = None
        self.logprobs: tuple[tuple[str, float], ...] = ()
        """Of the text that was added last."""
        self._blank = True
        self._declined = False
        self._probabilities = Probabilities()

    def add(self, event: object) -> str:
        """The text that `event` adds.

        Raises:
            Malformed: not an event of a chat or a completion.
        """
        event = _expect_object(event)
        self.usage = _usage(event.get("usage")) or self.usage
        choices = event.get("choices") or []
        if not isinstance(choices, list):
            raise Malformed
        if not choices:
            return ""
        choice = _expect_object(choices[0])
        delta = _expect_object(choice.get("delta") or {})
        self._declined = self._declined or bool(delta.get("refusal"))
        if isinstance(reason := choice.get("finish_reason"), str):
            self.finish = self.finish or reason
        text = delta.get("content") or choice.get("text") or ""
        if not isinstance(text, str):
            raise Malformed
        self._blank = self._blank and not text.strip()
        self.logprobs = tuple(self._probabilities.read(choice)) if "logprobs" in choice else ()
        return _encodable(text)

    def problem(self) -> Problem | None:
        """What is wrong with the reply, now that no more comes."""
        if not self.finish:
            return Problem("cut", "ended the reply early")
        if self.finish == "content_filter" or (self._blank and self._declined):
            return Problem("rejected", "withheld the reply for its content")
        if self.finish == "error":
            return Problem("cut", "broke the reply off with an error")
        if self._blank:
            return Problem("malformed", "sent a reply without text")
        return None


def _expect_object(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise Malformed
    return value


def _usage(value: object) -> Usage | None:
    if not isinstance(value, dict):
        return None
    asked, replied = value.get("prompt_tokens"), value.get("completion_tokens", 0)
    return Usage(asked, replied) if isinstance(asked, int) and isinstance(replied, int) else None


def _encodable(text: str) -> str:
    """`text`, with U+FFFD for lone surrogates: they have no UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _parse_address(base_url: str) -> tuple[str, str, str]:
    """The URL without a login, the host to name in logs, and the login as an Authorization header or ""."""
    unusable = ValueError("base_url must look like http://host:port/v1, without a query")
    try:
        parts = urlsplit(base_url.strip())
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port is not None else ""
    except ValueError:
        raise unusable from None
    plain = (
        _HOST.fullmatch(host) and parts.path.isascii() and parts.path.isprintable() and " " not in parts.path
    )
    if parts.scheme not in ("http", "https") or not plain or parts.query or parts.fragment:
        raise unusable
    name = f"[{host}]" if ":" in host else host
    login = ""
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        login = "Basic " + base64.b64encode(pair.encode("utf-8", "replace")).decode()
    return f"{parts.scheme}://{name}{port}{parts.path}", f"{name}{port}", login
