"""What `OpenAIModel` makes of a provider that fails, and that it keeps everybody's words to itself."""

from __future__ import annotations

import logging
import socket
import traceback
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, formatdate

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.models.base import ModelError, ModelErrorKind, Prompt, PromptMessage
from bot.models.openai import OpenAIModel, _parse_address, _Reply
from bot.models.openai_errors import Malformed, retry_after_seconds
from tests.wire.openai_server import Behaviour, OpenAIServer, bad_gateway, delta, event, failing
from tests.wire.test_openai import model_on, reply_of

CANARY = "xylophone-quetzal"
SECRET = "sk-marmalade"


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as running:
        yield running


def in_stream(error: object) -> Behaviour:
    return Behaviour(raw=(event({"error": error}),))


FAILURES: list[tuple[str, Behaviour, ModelErrorKind]] = [
    ("400", failing(400, f"Invalid prompt: {CANARY}", code="invalid_prompt"), "rejected"),
    ("content policy", failing(400, f"Your request {CANARY}", code="content_policy_violation"), "rejected"),
    ("moderation", failing(403, f"Your input was flagged: {CANARY}"), "rejected"),
    ("422", failing(422, CANARY), "rejected"),
    (
        "llama.cpp context",
        failing(400, f"the request exceeds the available context size, {CANARY}"),
        "too_long",
    ),
    ("413", failing(413, CANARY), "too_long"),
    ("401", failing(401, f"Incorrect API key provided: {SECRET}"), "unauthorized"),
    ("403", failing(403, f"Country not supported {CANARY}"), "unauthorized"),
    ("402", failing(402, CANARY), "unauthorized"),
    (
        "no credit",
        failing(429, f"You exceeded your quota {CANARY}", code="insufficient_quota"),
        "unauthorized",
    ),
    ("429", failing(429, CANARY), "rate_limited"),
    ("408", failing(408, CANARY), "timeout"),
    ("504", failing(504, CANARY), "timeout"),
    ("500", failing(500, CANARY), "unavailable"),
    ("502", bad_gateway(), "unavailable"),
    ("503", failing(503, CANARY), "unavailable"),
    ("error as a list", Behaviour(status=500, error=[CANARY]), "unavailable"),
    ("error as text", Behaviour(status=400, error={"error": CANARY}), "rejected"),
    ("error as null", Behaviour(status=400, error=None), "rejected"),
    ("html", Behaviour(status=400, error=f"<p>{CANARY}</p>"), "rejected"),
    (
        "redirect",
        Behaviour(status=307, error={}, headers={"Location": f"/elsewhere/{CANARY}"}),
        "unavailable",
    ),
    ("reset before the answer", Behaviour(connect_only=True), "unavailable"),
    ("reset in mid-reply", Behaviour(end="reset", finish=None), "cut"),
    ("cut in mid-reply", Behaviour(end="cut", finish=None), "cut"),
    ("clean early end", Behaviour(end="close", finish=None), "cut"),
    ("done without a reason", Behaviour(finish=None), "cut"),
    ("finish error", Behaviour(finish="error"), "cut"),
    ("content filter", Behaviour(finish="content_filter"), "rejected"),
    ("refusal", Behaviour(text="", raw=(delta(refusal=CANARY),)), "rejected"),
    ("empty", Behaviour(text=""), "malformed"),
    ("blank", Behaviour(text=" \n\t "), "malformed"),
    (
        "only reasoning",
        Behaviour(text="", raw=(delta(reasoning_content=CANARY),), finish="length"),
        "malformed",
    ),
    ("broken json", Behaviour(raw=(b'data: {"choices": "' + CANARY.encode() + b"\n\n",)), "malformed"),
    ("broken utf-8", Behaviour(raw=(b"data: " + CANARY.encode() + b"\xff\n\n",)), "malformed"),
    ("deep json", Behaviour(raw=(event("[" * 100_000),)), "malformed"),
    ("not an object", Behaviour(raw=(event([CANARY]),)), "malformed"),
    ("choices of another type", Behaviour(raw=(event({"choices": CANARY}),)), "malformed"),
    ("choice of another type", Behaviour(raw=(event({"choices": [CANARY]}),)), "malformed"),
    ("delta of another type", Behaviour(raw=(event({"choices": [{"delta": CANARY}]}),)), "malformed"),
    ("content of another type", Behaviour(raw=(delta(content=[CANARY]),)), "malformed"),
    ("html as a reply", Behaviour(content_type="text/html", text=CANARY), "malformed"),
    ("json as a reply", Behaviour(content_type="application/json", text=CANARY), "malformed"),
    ("stream: 502", in_stream({"message": CANARY, "code": 502}), "unavailable"),
    ("stream: 429", in_stream({"message": CANARY, "code": "429"}), "rate_limited"),
    ("stream: text", in_stream(CANARY), "cut"),
    ("stream: server_error", in_stream({"message": CANARY, "type": "server_error"}), "cut"),
    ("stream: too long", in_stream({"message": CANARY, "code": "context_length_exceeded"}), "too_long"),
    ("stream: filter", in_stream({"message": CANARY, "code": "content_filter"}), "rejected"),
    ("stream: odd", in_stream({"message": [CANARY], "code": {"a": CANARY}, "param": 3, "type": []}), "cut"),
]


@pytest.mark.parametrize(("behaviour", "kind"), [f[1:] for f in FAILURES], ids=[f[0] for f in FAILURES])
async def test_each_failure_has_its_kind_and_repeats_nobodys_words(
    server: OpenAIServer, caplog: pytest.LogCaptureFixture, behaviour: Behaviour, kind: ModelErrorKind
) -> None:
    caplog.set_level(logging.DEBUG)
    server.api_key = SECRET
    server.behave(behaviour)
    url = server.base_url.replace("http://", f"http://{CANARY}:{SECRET}@")
    prompt = Prompt((PromptMessage("user", CANARY),))
    async with model_on(server, base_url=url, api_key=SecretStr(SECRET)) as model:
        with pytest.raises(ModelError) as caught:
            await reply_of(model, prompt)
        assert caught.value.kind == kind
        assert (await reply_of(model))[-1].finish == "stop"  # nothing of it lingers
    told = [record.getMessage() + str(record.args) + str(record.exc_info) for record in caplog.records]
    told += traceback.format_exception(caught.value)
    assert CANARY not in "\n".join(told)
    assert SECRET not in "\n".join(told)
    assert f"127.0.0.1:{server.port}" in str(caught.value)
    assert "test-model" in str(caught.value)
    assert caught.value.__context__ is None


async def test_a_successful_reply_leaves_no_words_in_the_log(
    server: OpenAIServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.behave(Behaviour(text=CANARY, tokens_per_chunk=100))
    async with model_on(server) as model:
        await reply_of(model, Prompt((PromptMessage("user", CANARY),)))
    assert CANARY not in caplog.text
    assert "sk-test" not in caplog.text


async def test_a_wrong_key_and_an_unknown_model_are_the_operators_to_mend(server: OpenAIServer) -> None:
    async with (
        model_on(server, api_key=SecretStr("sk-wrong")) as model,
        model_on(server, name="other") as other,
    ):
        with pytest.raises(ModelError, match="refuses the API key") as caught:
            await reply_of(model)
        assert caught.value.kind == "unauthorized"
        with pytest.raises(ModelError, match="does not know this model") as caught:
            await reply_of(other)
        assert caught.value.kind == "unauthorized"


async def test_a_prompt_over_the_context_window_is_too_long() -> None:
    async with OpenAIServer(context_window=100) as server, model_on(server) as model:
        with pytest.raises(ModelError) as caught:
            await reply_of(model, Prompt((PromptMessage("user", "word " * 100),), max_tokens=16))
        assert caught.value.kind == "too_long"
        assert not caught.value.retryable


async def test_nobody_listening_is_unavailable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        model = OpenAIModel(name="m", base_url=f"http://127.0.0.1:{free.getsockname()[1]}/v1")
        with pytest.raises(ModelError, match="cannot be reached") as caught:
            await reply_of(model)
        await model.aclose()
    assert caught.value.kind == "unavailable"


async def test_a_host_without_a_name_is_unavailable() -> None:
    model = OpenAIModel(name="m", base_url="http://nowhere.invalid/v1")
    with pytest.raises(ModelError) as caught:
        await reply_of(model)
    await model.aclose()
    assert caught.value.kind == "unavailable"


async def test_a_redirect_is_not_followed(server: OpenAIServer) -> None:
    async with OpenAIServer() as elsewhere:
        target = f"{elsewhere.base_url}/chat/completions"
        server.behave(Behaviour(status=307, error={}, headers={"Location": target}))
        async with model_on(server) as model:
            with pytest.raises(ModelError, match="base_url must be the final address"):
                await reply_of(model)
        assert elsewhere.requests == []


async def test_the_sdk_never_retries_by_itself(server: OpenAIServer) -> None:
    server.behave(failing(429, retry_after="0"), failing(500))
    async with model_on(server) as model:
        for kind in ("rate_limited", "unavailable"):
            with pytest.raises(ModelError) as caught:
                await reply_of(model)
            assert caught.value.kind == kind
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", [429, 503])
async def test_retry_after_in_seconds_is_passed_on(server: OpenAIServer, status: int) -> None:
    server.behave(failing(status, retry_after="7"))
    async with model_on(server) as model:
        with pytest.raises(ModelError) as caught:
            await reply_of(model)
    assert caught.value.retry_after == 7.0


async def test_retry_after_as_a_date_is_passed_on_in_seconds(server: OpenAIServer) -> None:
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    server.behave(failing(429, retry_after=then))
    async with model_on(server) as model:
        with pytest.raises(ModelError) as caught:
            await reply_of(model)
    assert caught.value.retry_after is not None
    assert 80 < caught.value.retry_after <= 90


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "12"}, 12.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after-ms": "soon", "retry-after": "9"}, 9.0),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 60.0),
        ({"retry-after": "Wed, 21 Oct 2015 07:26:00 GMT"}, 0.0),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "tomorrow"}, None),
        ({"retry-after": ""}, None),
    ],
)
def test_retry_after_is_read_as_the_standard_says(headers: dict[str, str], seconds: float | None) -> None:
    now = datetime(2015, 10, 21, 7, 27, 0, tzinfo=UTC).timestamp()
    assert retry_after_seconds(headers, now) == seconds


@given(st.integers(0, 4_000_000_000), st.integers(-100_000, 100_000))
def test_a_date_is_that_far_from_now(now: int, ahead: int) -> None:
    then = max(0, now + ahead)
    assert retry_after_seconds({"retry-after": formatdate(then, usegmt=True)}, now) == max(0, then - now)


@given(st.text())
def test_any_retry_after_is_harmless(value: str) -> None:
    seconds = retry_after_seconds({"retry-after": value}, 1e9)
    assert seconds is None or seconds >= 0


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["choices", "delta", "content", "text", "finish_reason", "usage", "prompt_tokens", "x"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.lists(json_values, max_size=4))
def test_any_json_is_an_event_or_malformed(events: list[object]) -> None:
    reply = _Reply(deadline=0.0)
    for data in events:
        try:
            reply.add(data).encode()
        except Malformed:
            continue
    reply.problem()


hosts = st.text(max_size=12) | st.text("abcxn012.-_:[]@%", max_size=12)


@given(st.sampled_from(["http://", "https://", ""]), hosts, st.text(max_size=8))
def test_any_address_is_taken_or_refused_with_one_sentence(scheme: str, host: str, path: str) -> None:
    try:
        url, label, _ = _parse_address(f"{scheme}{host}/{path}")
    except ValueError as error:
        outcome = str(error)
    else:
        outcome = "taken"
        assert httpx2.URL(url).host
        assert "@" not in label
    assert outcome in ("taken", "base_url must look like http://host:port/v1, without a query")


def test_an_address_keeps_its_parts() -> None:
    assert _parse_address("https://[::1]:8080/v1/") == ("https://[::1]:8080/v1/", "[::1]:8080", "")
    assert _parse_address(" http://u:p@Example.org/v1 ")[:2] == ("http://example.org/v1", "example.org")
