"""`OpenAIModel`, over the real SDK, against a loopback provider: what it sends and how a reply comes."""

from __future__ import annotations

import asyncio
import math
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import pytest
from pydantic import SecretStr

from bot.models.base import Chunk, LanguageModel, ModelError, Prompt, PromptMessage, Usage
from bot.models.openai import OpenAIModel
from tests.wire.openai_server import Behaviour, OpenAIServer, delta, event, failing

CHAT, COMPLETIONS = "/chat/completions", "/completions"
PROMPT = Prompt(
    (PromptMessage("system", "You are calm."), PromptMessage("user", "Good evening?")), max_tokens=64
)
COMPLETION = Prompt(
    (PromptMessage("system", "Continue the text."), PromptMessage("user", "The best language is")),
    mode="completion",
    prefix="The best language is",
    max_tokens=32,
)


@asynccontextmanager
async def model_on(server: OpenAIServer, **options: Any) -> AsyncIterator[OpenAIModel]:
    settings: dict[str, Any] = {
        "name": "test-model",
        "base_url": server.base_url,
        "api_key": SecretStr("sk-test"),
    }
    model = OpenAIModel(**{**settings, **options})
    try:
        yield model
    finally:
        await model.aclose()


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as running:
        yield running


@pytest.fixture
async def model(server: OpenAIServer) -> AsyncIterator[OpenAIModel]:
    async with model_on(server) as ready:
        yield ready


async def reply_of(model: LanguageModel, prompt: Prompt = PROMPT, seconds: float = 10.0) -> list[Chunk]:
    return [chunk async for chunk in model.stream(prompt, timeout=seconds)]


def text_of(chunks: list[Chunk]) -> str:
    return "".join(chunk.text for chunk in chunks)


async def test_a_chat_reply_comes_in_pieces_and_ends_with_reason_and_usage(
    server: OpenAIServer, model: OpenAIModel
) -> None:
    server.behave(Behaviour(text="¡Buenas noches! 🌙 Todo en calma."))
    chunks = await reply_of(model)
    assert text_of(chunks) == "¡Buenas noches! 🌙 Todo en calma."
    assert len(chunks) > 3
    assert all(chunk.model == "test-model" and not chunk.restart for chunk in chunks)
    assert [chunk.finish for chunk in chunks] == [""] * (len(chunks) - 1) + ["stop"]
    assert isinstance(chunks[-1].usage, Usage)
    assert chunks[-1].usage.reply_tokens == 8


async def test_a_chat_request_carries_the_prompt_and_forbids_storing(
    server: OpenAIServer, model: OpenAIModel
) -> None:
    await reply_of(model)
    [request] = server.requests
    assert request.path == "/v1/chat/completions"
    assert request.body == {
        "model": "test-model",
        "messages": [
            {"role": "system", "content": "You are calm."},
            {"role": "user", "content": "Good evening?"},
        ],
        "max_tokens": 64,
        "store": False,
        "stream": True,
        "stream_options": {"include_usage": True},
    }


async def test_the_temperature_is_sent_when_the_prompt_has_one(
    server: OpenAIServer, model: OpenAIModel
) -> None:
    await reply_of(model, Prompt(PROMPT.messages, temperature=0.25))
    assert server.requests[0].body["temperature"] == 0.25


@pytest.mark.parametrize("finish", ["length", "some_new_reason"])
async def test_why_the_reply_ended_is_passed_on(
    server: OpenAIServer, model: OpenAIModel, finish: str
) -> None:
    server.behave(Behaviour(finish=finish))
    assert (await reply_of(model))[-1].finish == finish


async def test_events_without_text_are_passed_over(server: OpenAIServer, model: OpenAIModel) -> None:
    noise = (
        event({"choices": []}),
        event({"choices": None, "prompt_filter_results": []}),
        event({"choices": [{"index": 0, "delta": None, "finish_reason": None}]}),
        delta(reasoning_content="Let me think."),
        delta(content=None),
        delta(content=""),
        b": a comment that keeps the connection open\n\n",
    )
    server.behave(Behaviour(text="All is well.", raw=noise))
    chunks = await reply_of(model)
    assert text_of(chunks) == "All is well."
    assert all(chunk.text for chunk in chunks[:-1])


async def test_a_huge_chunk_arrives_whole(server: OpenAIServer, model: OpenAIModel) -> None:
    huge = "ñ🌙" * 500_000
    server.behave(Behaviour(text="", raw=(delta(content=huge),)))
    assert text_of(await reply_of(model)) == huge


async def test_a_lone_surrogate_never_gets_through(server: OpenAIServer, model: OpenAIModel) -> None:
    server.behave(Behaviour(text="", raw=(delta(content="a\ud83db"),)))
    chunks = await reply_of(model, Prompt((PromptMessage("user", "x\udc00y"),)))
    assert text_of(chunks) == "a\ufffdb"
    assert server.requests[0].body["messages"] == [{"role": "user", "content": "x\ufffdy"}]


@pytest.mark.parametrize("text", ["", "\x00\x07", "\u202egnp.exe", "e" + "\u0301" * 10_000, "x" * 100_000])
async def test_any_text_reaches_the_provider_as_it_is(text: str) -> None:
    prompt = Prompt((PromptMessage("user", text),), mode="completion", prefix=text)
    async with OpenAIServer(context_window=100_000) as server, model_on(server) as model:
        await reply_of(model, Prompt(prompt.messages))
        await reply_of(model, prompt)
        assert server.requests[0].body["messages"] == [{"role": "user", "content": text}]
        assert server.requests[1].body["prompt"] == text


async def test_connections_are_used_again(server: OpenAIServer, model: OpenAIModel) -> None:
    for _ in range(5):
        await reply_of(model)
    assert server.connections == 1


async def test_a_completion_continues_the_prefix_at_the_completions_endpoint(
    server: OpenAIServer, model: OpenAIModel
) -> None:
    server.behave(Behaviour(text=" the one you know."))
    chunks = await reply_of(model, COMPLETION)
    assert text_of(chunks) == " the one you know."
    assert chunks[-1].finish == "stop"
    assert chunks[-1].usage is not None
    [request] = server.requests
    assert request.path == "/v1/completions"
    assert request.body["prompt"] == "The best language is"
    assert not {"messages", "store"} & request.body.keys()


async def test_without_the_completions_endpoint_chat_completes_and_that_is_remembered() -> None:
    async with OpenAIServer(completions=False) as server, model_on(server) as model:
        for _ in range(2):
            assert text_of(await reply_of(model, COMPLETION)) == "Good evening to all of you."
        assert server.paths == [COMPLETIONS, CHAT, CHAT]
        assert server.requests[1].body["messages"] == [
            {"role": "system", "content": "Continue the text."},
            {"role": "user", "content": "The best language is"},
        ]


@pytest.mark.parametrize(
    "refusal",
    [
        failing(405),
        failing(501),
        failing(400, "This is not supported in the v1/completions endpoint."),
        failing(404, "This is a chat model and not supported in the v1/completions endpoint.", param="model"),
    ],
    ids=lambda behaviour: str(behaviour.status),
)
async def test_a_chat_only_model_completes_through_chat(
    server: OpenAIServer, model: OpenAIModel, refusal: Behaviour
) -> None:
    server.behave(refusal)
    await reply_of(model, COMPLETION)
    await reply_of(model, COMPLETION)
    assert server.paths == [COMPLETIONS, CHAT, CHAT]


async def test_a_missing_model_is_no_missing_endpoint(server: OpenAIServer) -> None:
    async with model_on(server, name="not-there-yet") as model:
        with pytest.raises(ModelError) as caught:
            await reply_of(model, COMPLETION)
        assert caught.value.kind == "unauthorized"
        server.models = ("not-there-yet",)
        await reply_of(model, COMPLETION)
        assert server.paths == [COMPLETIONS, COMPLETIONS]


async def test_other_errors_of_the_completions_endpoint_are_errors(
    server: OpenAIServer, model: OpenAIModel
) -> None:
    server.behave(failing(500))
    with pytest.raises(ModelError) as caught:
        await reply_of(model, COMPLETION)
    assert caught.value.kind == "unavailable"
    assert server.paths == [COMPLETIONS]


async def test_completions_can_be_switched_on_and_off(server: OpenAIServer) -> None:
    async with model_on(server, completions="no") as chat_only:
        await reply_of(chat_only, COMPLETION)
    async with OpenAIServer(completions=False) as without, model_on(without, completions="yes") as sure:
        with pytest.raises(ModelError):
            await reply_of(sure, COMPLETION)
        assert without.paths == [COMPLETIONS]
    assert server.paths == [CHAT]


@pytest.mark.parametrize("wording", ["openai", "pydantic", "plain"])
@pytest.mark.parametrize("parameter", ["store", "stream_options"])
async def test_a_parameter_that_the_provider_does_not_know_is_left_out_from_then_on(
    wording: Any, parameter: str
) -> None:
    async with OpenAIServer(refuses={parameter: wording}) as server, model_on(server) as model:
        for _ in range(2):
            assert (await reply_of(model))[-1].finish == "stop"
        assert [parameter in request.body for request in server.requests] == [True, False, False]


async def test_several_unknown_parameters_are_left_out_one_by_one() -> None:
    refuses: Any = {"store": "openai", "stream_options": "plain", "temperature": "pydantic"}
    async with OpenAIServer(refuses=refuses) as server, model_on(server) as model:
        chunks = await reply_of(model, Prompt(PROMPT.messages, temperature=0.5))
        assert chunks[-1].finish == "stop"
        assert chunks[-1].usage is None
        assert len(server.requests) == 4


async def test_a_reasoning_model_gets_its_limit_under_the_other_name() -> None:
    async with OpenAIServer(reasoning=True) as server, model_on(server) as model:
        await reply_of(model, Prompt(PROMPT.messages, max_tokens=77, temperature=0.5))
        await reply_of(model, Prompt(PROMPT.messages, max_tokens=78))
        limits = [(r.body.get("max_tokens"), r.body.get("max_completion_tokens")) for r in server.requests]
        assert limits[0] == (77, None)
        assert limits[-2:] == [(None, 77), (None, 78)]


async def test_a_refusal_that_only_mentions_a_parameter_changes_nothing(
    server: OpenAIServer, model: OpenAIModel
) -> None:
    server.behave(failing(400, "The store said no."), failing(400, "Unknown store.", param="messages"))
    for _ in range(2):
        with pytest.raises(ModelError):
            await reply_of(model)
    await reply_of(model)
    assert [request.body["store"] for request in server.requests] == [False, False, False]


async def test_without_a_key_no_authorization_is_sent(
    server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-another-providers")
    monkeypatch.setenv("OPENAI_ADMIN_KEY", "sk-another-providers")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-another")
    server.api_key = None
    async with model_on(server, api_key=None) as model:
        await reply_of(model)
    headers = {name.lower(): value for name, value in server.requests[0].headers.items()}
    assert "authorization" not in headers
    assert not any("another" in value for value in headers.values())


async def test_a_login_in_the_url_becomes_a_header(server: OpenAIServer) -> None:
    server.api_key = None
    url = server.base_url.replace("http://", "http://me:pass%40word@")
    async with model_on(server, base_url=url, api_key=None) as model:
        await reply_of(model)
    assert server.requests[0].headers["Authorization"] == "Basic bWU6cGFzc0B3b3Jk"


async def test_a_key_from_a_file_may_end_with_a_newline(server: OpenAIServer) -> None:
    async with model_on(server, api_key=SecretStr("sk-test\n")) as model:
        await reply_of(model)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:8080",
        "ftp://host/v1",
        "http:///v1",
        "http://host:x/v1",
        "http://h/v1?key=s",
        "http://a b/",
    ],
)
def test_an_unusable_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ValueError, match="base_url must look like") as caught:
        OpenAIModel(name="m", base_url=url)
    assert url == "" or url not in str(caught.value)


@pytest.mark.parametrize("key", ["clave-ñ", "two\nlines", "nul\x00"])
def test_an_unusable_key_is_refused_without_repeating_it(key: str) -> None:
    with pytest.raises(ValueError, match="api_key has characters") as caught:
        OpenAIModel(name="m", base_url="http://host/v1", api_key=SecretStr(key))
    assert key not in str(caught.value)


async def test_no_more_replies_are_under_way_than_allowed(server: OpenAIServer) -> None:
    gate = asyncio.Event()
    server.default = Behaviour(before=gate)
    async with model_on(server, max_concurrency=3) as model, asyncio.TaskGroup() as group:
        replies = [group.create_task(reply_of(model)) for _ in range(10)]
        await server.until(lambda: server.streaming == 3)
        gate.set()
    assert all(reply.result()[-1].finish == "stop" for reply in replies)
    assert len(server.requests) == 10
    assert server.peak == 3


async def test_waiting_for_a_slot_counts_towards_the_deadline(server: OpenAIServer) -> None:
    server.default = Behaviour(end="hang", finish=None)
    async with (
        model_on(server, max_concurrency=1) as model,
        aclosing(model.stream(PROMPT, timeout=10)) as first,
    ):
        await anext(first)
        with pytest.raises(ModelError) as caught:
            await reply_of(model, seconds=0.1)
        assert caught.value.kind == "timeout"
        assert len(server.requests) == 1


async def test_a_slot_is_free_again_after_every_way_to_end(server: OpenAIServer) -> None:
    async with model_on(server, max_concurrency=1) as model:
        server.behave(failing(500), Behaviour(finish=None), Behaviour(end="hang", finish=None))
        for _ in range(2):
            with pytest.raises(ModelError):
                await reply_of(model)
        async with aclosing(model.stream(PROMPT, timeout=10)) as chunks:
            await anext(chunks)
        assert (await reply_of(model))[-1].finish == "stop"


@pytest.mark.parametrize("closing", [True, False], ids=["closed", "dropped"])
async def test_the_connection_is_closed_when_the_consumer_stops_early(
    server: OpenAIServer, model: OpenAIModel, *, closing: bool
) -> None:
    server.behave(Behaviour(end="hang", finish=None))
    chunks = model.stream(PROMPT, timeout=60)
    async for chunk in chunks:
        assert chunk.text
        break
    if closing:
        await chunks.aclose()
    del chunks
    await server.until(lambda: server.disconnects == 1)


@pytest.mark.parametrize(
    "behaviour",
    [
        Behaviour(before=math.inf),
        Behaviour(between=math.inf),
        Behaviour(end="hang", finish=None),
    ],
    ids=["before the first byte", "after the first event", "after the text"],
)
async def test_the_deadline_ends_the_reply_and_the_connection(
    server: OpenAIServer, model: OpenAIModel, behaviour: Behaviour
) -> None:
    await model.warm()
    server.behave(behaviour)
    begun = time.monotonic()
    with pytest.raises(ModelError) as caught:
        await reply_of(model, seconds=1.0)
    assert caught.value.kind == "timeout"
    assert 0.95 <= time.monotonic() - begun < 6.0
    await server.until(lambda: server.disconnects == 1)


async def test_a_reply_that_never_pauses_ends_at_the_deadline_too(
    server: OpenAIServer, model: OpenAIModel
) -> None:
    await model.warm()
    server.behave(Behaviour(raw=(delta(content="la ") * 200,) * 1000))
    begun = time.monotonic()
    with pytest.raises(ModelError) as caught:
        await reply_of(model, seconds=0.3)
    assert caught.value.kind == "timeout"
    assert time.monotonic() - begun < 6.0


async def test_what_has_arrived_already_is_late_after_the_deadline(
    server: OpenAIServer, model: OpenAIModel
) -> None:
    await model.warm()
    server.behave(Behaviour(raw=(b"".join(delta(content="la ") for _ in range(100)),)))
    async with aclosing(model.stream(PROMPT, timeout=0.3)) as chunks:
        assert (await anext(chunks)).text == "la "
        time.sleep(0.3)  # a consumer that holds everything up
        with pytest.raises(ModelError) as caught:
            await anext(chunks)
    assert caught.value.kind == "timeout"


async def test_silence_ends_the_reply_before_the_deadline(server: OpenAIServer) -> None:
    server.behave(Behaviour(end="hang", finish=None))
    async with model_on(server, timeout=0.2) as model:
        begun = time.monotonic()
        with pytest.raises(ModelError, match="silent") as caught:
            await reply_of(model, seconds=60)
        assert caught.value.kind == "timeout"
        assert time.monotonic() - begun < 5


async def test_a_whole_reply_counts_even_when_its_end_never_comes(
    server: OpenAIServer, model: OpenAIModel
) -> None:
    server.behave(Behaviour(end="hang"), Behaviour(end="cut"), Behaviour(end="reset"))
    begun = time.monotonic()
    for _ in range(3):
        assert (await reply_of(model, seconds=60))[-1].finish == "stop"
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("behaviour", [Behaviour(before=math.inf), Behaviour(end="hang", finish=None)])
async def test_cancelling_ends_the_reply_within_a_second(
    server: OpenAIServer, model: OpenAIModel, behaviour: Behaviour
) -> None:
    server.behave(behaviour)
    task = asyncio.create_task(reply_of(model, seconds=60))
    await server.until(lambda: server.streaming == 1)
    begun = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - begun < 5
    await server.until(lambda: server.disconnects == 1)
    assert (await reply_of(model))[-1].finish == "stop"


async def test_the_model_works_again_after_it_was_closed(server: OpenAIServer, model: OpenAIModel) -> None:
    await reply_of(model)
    await model.aclose()
    assert (await reply_of(model))[-1].finish == "stop"


def test_importing_the_module_does_not_import_the_sdk() -> None:
    code = "import sys, bot.models.openai; print([m for m in ('openai', 'httpx2', 'aiohttp') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
