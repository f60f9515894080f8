"""The loopback provider is as strict as a real one; a client that passes here would pass there."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.models.openai import OpenAIModel
from tests.wire.openai_server import Behaviour, Json, OpenAIServer
from tests.wire.test_openai import COMPLETION, PROMPT, reply_of, text_of

KEY = {"Authorization": "Bearer sk-test"}
GOOD: Json = {"model": "test-model", "messages": [{"role": "user", "content": "Hi"}]}


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer(context_window=1000) as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(headers=KEY) as session:
        yield session


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"model": "other"}, 404, "model_not_found"),
        ({"messages": []}, 400, "empty_array"),
        ({"messages": [{"role": "member", "content": "Hi"}]}, 400, "invalid_value"),
        ({"messages": [{"role": "user", "content": 7}]}, 400, "invalid_type"),
        ({"messages": [{"role": "user", "content": "four" * 1000}]}, 400, "context_length_exceeded"),
        ({"max_tokens": 1000}, 400, "context_length_exceeded"),
        ({"max_tokens": 0}, 400, "invalid_value"),
        ({"max_tokens": "12"}, 400, "invalid_value"),
        ({"max_tokens": 5, "max_completion_tokens": 5}, 400, "invalid_parameter_combination"),
        ({"temperature": 2.5}, 400, "invalid_value"),
        ({"temperature": True}, 400, "invalid_value"),
        ({"stream_options": {"include_usage": True}}, 400, None),
        ({"store": "no"}, 400, "invalid_value"),
        ({"prefix": "x"}, 400, "unknown_parameter"),
    ],
)
async def test_a_wrong_request_is_refused_with_openais_error(
    server: OpenAIServer, http: aiohttp.ClientSession, change: Json, status: int, code: str | None
) -> None:
    async with http.post(f"{server.base_url}/chat/completions", json={**GOOD, **change}) as response:
        assert response.status == status
        error = (await response.json())["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert error["code"] == code


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff"])
async def test_a_body_that_is_no_object_is_refused(
    server: OpenAIServer, http: aiohttp.ClientSession, body: bytes
) -> None:
    async with http.post(f"{server.base_url}/chat/completions", data=body) as response:
        assert response.status == 400


async def test_a_missing_or_wrong_key_is_refused(server: OpenAIServer) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        async with aiohttp.ClientSession(headers=headers) as http:
            async with http.post(f"{server.base_url}/chat/completions", json=GOOD) as response:
                assert response.status == 401
                assert (await response.json())["error"]["code"] == "invalid_api_key"
            async with http.get(f"{server.base_url}/models") as response:
                assert response.status == 401


async def test_models_are_listed(server: OpenAIServer, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{server.base_url}/models") as response:
        assert [model["id"] for model in (await response.json())["data"]] == ["test-model"]


async def test_a_reply_comes_in_one_piece_to_those_who_do_not_stream(
    server: OpenAIServer, http: aiohttp.ClientSession
) -> None:
    server.behave(Behaviour(text="Hello."), Behaviour(text=" world"))
    async with http.post(f"{server.base_url}/chat/completions", json=GOOD) as response:
        body = await response.json()
    assert body["choices"][0]["message"]["content"] == "Hello."
    assert body["usage"]["completion_tokens"] == 1
    wanted = {"model": "test-model", "prompt": "Hello"}
    async with http.post(f"{server.base_url}/completions", json=wanted) as response:
        assert (await response.json())["choices"][0]["text"] == " world"


async def test_usage_comes_only_when_it_was_asked_for(
    server: OpenAIServer, http: aiohttp.ClientSession
) -> None:
    seen = []
    for options in ({}, {"stream_options": {"include_usage": True}}):
        async with http.post(
            f"{server.base_url}/chat/completions", json={**GOOD, "stream": True, **options}
        ) as response:
            assert response.content_type == "text/event-stream"
            text = await response.text()
            assert text.endswith("data: [DONE]\n\n")
            seen.append("usage" in text)
    assert seen == [False, True]


async def test_standing_alone_it_answers_chat_and_completion_at_once() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.wire.openai_server", "--text", "At once.", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    url = (await process.stdout.readline()).decode().strip()
    model = OpenAIModel(name="any", base_url=url)
    try:
        for prompt in (PROMPT, COMPLETION, PROMPT):
            chunks = await reply_of(model, prompt)
            assert text_of(chunks) == "At once."
            assert chunks[-1].usage is not None
        async with (
            aiohttp.ClientSession() as http,
            http.post(f"{url}/chat/completions", json=GOOD) as response,
        ):
            assert (await response.json())["choices"][0]["message"]["content"] == "At once."
    finally:
        await model.aclose()
        process.send_signal(signal.SIGTERM)
        await process.wait()
