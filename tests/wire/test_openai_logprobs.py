"""What a reply may carry beside its text: the probabilities of its tokens. And what may be asked of its form."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from bot.claims.judge import VERDICTS
from bot.models.base import Chunk
from bot.models.chain import ModelChain
from tests.wire.openai_server import Behaviour, Json, OpenAIServer, event
from tests.wire.test_openai import COMPLETION, PROMPT, model_on, reply_of, text_of

KEY = {"Authorization": "Bearer sk-test"}


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as running:
        yield running


def tokens_of(chunks: list[Chunk]) -> list[tuple[str, float]]:
    return [token for chunk in chunks for token in chunk.logprobs]


def told(text: str, content: object) -> bytes:
    choice = {"index": 0, "delta": {"content": text}, "logprobs": {"content": content}}
    return event({"object": "chat.completion.chunk", "choices": [choice]})


async def test_probabilities_come_with_their_text_when_the_settings_ask_for_them(
    server: OpenAIServer,
) -> None:
    server.behave(Behaviour(text="Nació en 1957 en Austin.", tokens_per_chunk=2, logprobs={"195": -2.5}))
    async with model_on(server, logprobs=True) as model:
        chunks = await reply_of(model)
    tokens = tokens_of(chunks)
    assert "".join(token for token, _ in tokens) == text_of(chunks) == "Nació en 1957 en Austin."
    assert [logprob for token, logprob in tokens if "195" in token] == [-2.5]
    assert {logprob for token, logprob in tokens if "195" not in token} == {-0.01}
    assert server.requests[0].body["logprobs"] is True


async def test_nobody_asks_for_probabilities_otherwise(server: OpenAIServer) -> None:
    async with model_on(server) as model:
        assert tokens_of(await reply_of(model)) == []
    async with model_on(server, logprobs=True) as model:
        await reply_of(model, replace(PROMPT, task="summary"))
        await reply_of(model, COMPLETION)
    assert all("logprobs" not in request.body for request in server.requests)


@pytest.mark.parametrize("wording", ["openai", "pydantic", "plain", "reasoning"])
async def test_a_provider_that_refuses_them_still_answers_and_is_asked_once(wording: Any) -> None:
    refuses = {} if wording == "reasoning" else {"logprobs": wording}
    async with (
        OpenAIServer(refuses=refuses, reasoning=wording == "reasoning") as server,
        model_on(server, logprobs=True) as model,
    ):
        for _ in range(2):
            chunks = await reply_of(model)
            assert text_of(chunks) == "Good evening to all of you."
            assert tokens_of(chunks) == []
        asked = ["logprobs" in request.body for request in server.requests]
        assert asked[-2:] == [False, False]
        assert all(request.body["store"] is False for request in server.requests)


async def test_an_older_server_that_gives_none_changes_nothing(server: OpenAIServer) -> None:
    server.behave(Behaviour(logprobs=None))
    async with model_on(server, logprobs=True) as model:
        chunks = await reply_of(model)
    assert text_of(chunks) == "Good evening to all of you."
    assert tokens_of(chunks) == []


async def test_a_character_of_several_tokens_is_in_the_last_one(server: OpenAIServer) -> None:
    moon = "🌙".encode()
    parts = [
        {"token": "\\xf0\\x9f", "logprob": -0.5, "bytes": list(moon[:2])},
        {"token": "\\x8c\\x99", "logprob": -0.25, "bytes": list(moon[2:])},
    ]
    server.behave(Behaviour(text="", raw=(told("", parts[:1]), told("🌙", parts[1:]), told("!", None))))
    async with model_on(server, logprobs=True) as model:
        chunks = await reply_of(model)
    assert text_of(chunks) == "🌙!"
    assert tokens_of(chunks) == [("🌙", -0.25)]


@pytest.mark.parametrize(
    "content",
    [
        None, 7, "x", [None], [[]], [{}], [{"token": "a"}], [{"token": "a", "logprob": "low"}],
        [{"token": "a", "logprob": True}], [{"logprob": float("nan")}], [{"logprob": float("-inf")}],
    ],
)  # fmt: skip
async def test_what_cannot_be_read_is_left_out_and_the_reply_is_whole(
    server: OpenAIServer, content: object
) -> None:
    server.behave(Behaviour(text=" is well.", raw=(told("All", content),)))
    async with model_on(server, logprobs=True) as model:
        chunks = await reply_of(model)
    assert text_of(chunks) == "All is well."
    assert all(token != "a" for token, _ in tokens_of(chunks))


async def test_a_chain_hands_them_on(server: OpenAIServer) -> None:
    async with model_on(server, logprobs=True) as model:
        chain = ModelChain([model], clock=time.monotonic, sleep=asyncio.sleep, rng=random.Random(1))
        chunks = await reply_of(chain)
    assert "".join(token for token, _ in tokens_of(chunks)) == text_of(chunks)


async def test_a_reply_in_a_schema_is_asked_for_in_openais_strict_mode(server: OpenAIServer) -> None:
    async with model_on(server) as model:
        await reply_of(model, replace(PROMPT, task="judge", schema=VERDICTS))
    given = server.requests[0].body["response_format"]
    assert isinstance(given, dict)
    assert given["type"] == "json_schema"
    assert given["json_schema"]["schema"] == json.loads(json.dumps(VERDICTS))


@pytest.mark.parametrize("wording", ["openai", "pydantic", "plain"])
async def test_a_provider_without_schemas_is_asked_without_one(wording: Any) -> None:
    async with OpenAIServer(refuses={"response_format": wording}) as server, model_on(server) as model:
        for _ in range(2):
            await reply_of(model, replace(PROMPT, task="judge", schema=VERDICTS))
        assert ["response_format" in request.body for request in server.requests] == [True, False, False]


@pytest.mark.parametrize(
    "change",
    [
        {"logprobs": 1},
        {"top_logprobs": 2},
        {"logprobs": True, "top_logprobs": 21},
        {"response_format": {"type": "json_schema"}},
        {
            "response_format": {
                "type": "json_schema",
                "json_schema": {
                    "name": "x", "strict": True, "schema": {"type": "object", "properties": {}, "required": []},
                },
            }
        },
    ],
)  # fmt: skip
async def test_the_loopback_provider_takes_no_wrong_parameters(server: OpenAIServer, change: Json) -> None:
    body = {"model": "test-model", "messages": [{"role": "user", "content": "Hi"}], **change}
    async with (
        aiohttp.ClientSession(headers=KEY) as http,
        http.post(f"{server.base_url}/chat/completions", json=body) as response,
    ):
        assert response.status == 400
