"""`ModelChain` over real `OpenAIModel`s and loopback providers, some of which fail."""

from __future__ import annotations

import asyncio
import logging
import math
import random
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.models.base import Chunk, ModelError, Prompt, PromptMessage
from bot.models.chain import FAILURES_TO_OPEN, OPEN_SECONDS, Breaker, ModelChain
from bot.models.openai import OpenAIModel
from tests.wire.openai_server import Behaviour, OpenAIServer, bad_gateway, failing

CANARY = "xylophone-quetzal"
PROMPT = Prompt((PromptMessage("user", CANARY),))
HANGS = Behaviour(before=math.inf)


@dataclass
class Time:
    """A clock that only sleeping moves."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class House:
    """Two providers, "first" and "second", each with one model, in one chain."""

    def __init__(self, first: OpenAIServer, second: OpenAIServer) -> None:
        self.first = first
        self.second = second
        self.time = Time()
        self.models = [
            OpenAIModel(
                name=server.models[0],
                base_url=server.base_url,
                api_key=SecretStr("sk-test"),
                context_window=window,
            )
            for server, window in ((first, 8000), (second, 4000))
        ]
        self.chain = self.chain_of(*self.models)

    def use_real_time(self) -> None:
        self.chain = ModelChain(self.models, clock=time.monotonic, sleep=asyncio.sleep, rng=random.Random(7))

    def chain_of(self, *models: OpenAIModel) -> ModelChain:
        return ModelChain(models, clock=self.time.clock, sleep=self.time.sleep, rng=random.Random(7))

    @property
    def asked(self) -> tuple[int, int]:
        """How many requests each provider got."""
        return len(self.first.requests), len(self.second.requests)

    async def reply(self, *, seconds: float = 20.0) -> list[Chunk]:
        return [chunk async for chunk in self.chain.stream(PROMPT, timeout=seconds)]

    async def failure(self, *, seconds: float = 20.0) -> ModelError:
        with pytest.raises(ModelError) as caught:
            await self.reply(seconds=seconds)
        return caught.value


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with AsyncExitStack() as stack:
        servers = [
            await stack.enter_async_context(OpenAIServer(models=(name,))) for name in ("first", "second")
        ]
        servers[0].default = Behaviour(text="The first says so.")
        servers[1].default = Behaviour(text="The second says so.")
        house = House(*servers)
        stack.push_async_callback(house.chain.aclose)
        for model in house.models:
            await model.warm()
        yield house


def shown(chunks: list[Chunk]) -> str:
    """What a reader has before them at the end."""
    text = ""
    for chunk in chunks:
        text = chunk.text if chunk.restart else text + chunk.text
    return text


async def test_the_first_model_answers_when_it_can(house: House) -> None:
    chunks = await house.reply()
    assert shown(chunks) == "The first says so."
    assert {chunk.model for chunk in chunks} == {"first"}
    assert chunks[-1].finish == "stop"
    assert chunks[-1].usage is not None
    assert house.asked == (1, 0)


async def test_the_model_that_a_prompt_names_is_asked_first_and_the_others_take_over(house: House) -> None:
    prompt = replace(PROMPT, model="second")

    async def said() -> str:
        return shown([chunk async for chunk in house.chain.stream(prompt, timeout=20.0)])

    assert await said() == "The second says so."
    assert house.asked == (0, 1)
    house.second.behave(failing(500), failing(500))
    assert await said() == "The first says so."


def test_the_chain_goes_by_the_first_name_and_the_smallest_window() -> None:
    models = [OpenAIModel(name=f"m{n}", base_url="http://host/v1", context_window=n) for n in (9, 4, 6)]
    chain = ModelChain(models, clock=time.monotonic, sleep=asyncio.sleep, rng=random.Random(7))
    assert (chain.name, chain.context_window, chain.generates) == ("m9", 4, True)


def test_a_chain_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        ModelChain([], clock=time.monotonic, sleep=asyncio.sleep, rng=random.Random(7))


async def test_a_passing_failure_is_tried_once_more_after_a_short_wait(house: House) -> None:
    house.first.behave(failing(500))
    assert shown(await house.reply()) == "The first says so."
    assert house.asked == (2, 0)
    [wait] = house.time.slept
    assert 0.25 <= wait <= 0.75


async def test_after_two_failures_the_next_model_answers(house: House) -> None:
    house.first.behave(bad_gateway(), bad_gateway())
    chunks = await house.reply()
    assert shown(chunks) == "The second says so."
    assert {chunk.model for chunk in chunks} == {"second"}
    assert not any(chunk.restart for chunk in chunks)
    assert house.asked == (2, 1)


@pytest.mark.parametrize(
    "refusal",
    [
        failing(400, code="content_policy_violation"),
        failing(401),
        failing(404),
        failing(400, code="context_length_exceeded"),
        Behaviour(finish="content_filter", text=""),
    ],
    ids=["rejected", "unauthorized", "no such model", "too long", "filtered"],
)
async def test_a_refusal_is_not_tried_again_but_the_next_model_is(house: House, refusal: Behaviour) -> None:
    house.first.behave(refusal)
    assert shown(await house.reply()) == "The second says so."
    assert house.asked == (1, 1)
    assert house.time.slept == []


@pytest.mark.parametrize(
    "broken",
    [
        Behaviour(text="The first says", finish=None, end="cut"),
        Behaviour(text="The first says", finish=None, end="reset"),
        Behaviour(text="The first says", finish=None, end="close"),
    ],
    ids=["cut", "reset", "ended early"],
)
async def test_a_reply_that_breaks_off_begins_anew(house: House, broken: Behaviour) -> None:
    house.first.behave(broken, broken)
    chunks = await house.reply()
    assert shown(chunks) == "The second says so."
    models = [chunk.model for chunk in chunks if chunk.restart]
    assert models in (["first", "second"], ["second"])
    assert all(chunk.text == "" for chunk in chunks if chunk.restart)
    assert house.asked == (2, 1)


async def test_nothing_begins_anew_where_nothing_was_said(house: House) -> None:
    house.first.behave(Behaviour(text="", finish=None), failing(500))
    assert not any(chunk.restart for chunk in await house.reply())


async def test_retry_after_is_waited_for_when_it_fits(house: House) -> None:
    house.first.behave(failing(429, retry_after="6"))
    assert shown(await house.reply(seconds=20)) == "The first says so."
    assert house.time.slept == [6.0]


async def test_retry_after_beyond_the_models_share_means_the_next_model_at_once(house: House) -> None:
    house.first.behave(failing(429, retry_after="11"))
    assert shown(await house.reply(seconds=20)) == "The second says so."
    assert house.time.slept == []
    assert house.asked == (1, 1)


async def test_the_last_model_may_use_all_the_time_that_is_left(house: House) -> None:
    house.chain = house.chain_of(house.models[0])
    house.first.behave(failing(429, retry_after="19"), failing(503, retry_after="20"))
    failure = await house.failure(seconds=20)
    assert house.time.slept == [19.0]
    assert (failure.kind, failure.retry_after) == ("unavailable", 20.0)


async def test_no_wait_ever_passes_the_deadline(house: House) -> None:
    for server in (house.first, house.second):
        server.default = failing(503, retry_after="3")
    for seconds in (0.1, 1.0, 5.0, 7.0, 60.0):
        house.chain = house.chain_of(*house.models)
        begun = house.time.now
        await house.failure(seconds=seconds)
        assert house.time.now <= begun + seconds


async def test_when_all_fail_the_last_error_tells_which_were_tried(house: House) -> None:
    house.first.default = failing(500)
    house.second.default = failing(429, retry_after="42")
    failure = await house.failure()
    assert (failure.kind, failure.retry_after) == ("rate_limited", 42.0)
    assert "first: unavailable, first: unavailable, second: rate_limited" in str(failure)
    assert "(429)" in str(failure)
    assert failure.__context__ is None


async def test_a_model_that_hangs_leaves_time_for_the_next(house: House) -> None:
    house.use_real_time()
    house.first.default = HANGS
    begun = time.monotonic()
    assert shown(await house.reply(seconds=1.0)) == "The second says so."
    assert 0.45 <= time.monotonic() - begun < 5.0
    await house.first.until(lambda: house.first.disconnects > 0)


async def test_a_model_that_speaks_may_use_the_share_of_the_others(house: House) -> None:
    house.use_real_time()
    house.first.behave(Behaviour(text="abcdefghijkl", between=0.15))
    chunks = await house.reply(seconds=1.0)  # begins at 0.15 s, ends at 0.75 s; its share is 0.5 s
    assert shown(chunks) == "abcdefghijkl"
    assert house.asked == (1, 0)


async def test_the_deadline_holds_when_everything_hangs(house: House) -> None:
    house.use_real_time()
    house.first.default = house.second.default = HANGS
    begun = time.monotonic()
    failure = await house.failure(seconds=0.6)
    assert failure.kind == "timeout"
    assert 0.55 <= time.monotonic() - begun < 5.0


async def test_without_time_nobody_is_asked(house: House) -> None:
    failure = await house.failure(seconds=0.0)
    assert failure.kind == "timeout"
    assert house.asked == (0, 0)


async def test_after_five_failures_in_a_row_a_model_rests_for_half_a_minute(house: House) -> None:
    house.first.default = bad_gateway()
    for _ in range(4):
        assert shown(await house.reply()) == "The second says so."
    assert len(house.first.requests) == FAILURES_TO_OPEN
    assert len(house.time.slept) == 2  # none after the fifth failure: a resting model is not waited for
    house.time.now += OPEN_SECONDS - 1
    await house.reply()
    assert len(house.first.requests) == FAILURES_TO_OPEN

    house.time.now += OPEN_SECONDS  # one probe, which fails: the model rests again
    await house.reply()
    await house.reply()
    assert len(house.first.requests) == FAILURES_TO_OPEN + 1

    house.time.now += OPEN_SECONDS  # one probe, which works
    house.first.default = Behaviour(text="Back again.")
    assert shown(await house.reply()) == "Back again."
    assert shown(await house.reply()) == "Back again."


async def test_only_one_probe_is_under_way_at_a_time(house: House) -> None:
    house.first.default = bad_gateway()
    for _ in range(4):
        await house.reply()
    house.time.now += OPEN_SECONDS
    gate = asyncio.Event()
    house.first.default = Behaviour(text="Back again.", before=gate)
    before = len(house.first.requests)
    async with asyncio.TaskGroup() as group:
        probe = group.create_task(house.reply())
        await house.first.until(lambda: house.first.streaming == 1)
        assert shown(await house.reply()) == "The second says so."
        gate.set()
    assert shown(probe.result()) == "Back again."
    assert len(house.first.requests) == before + 1


async def test_a_probe_that_nobody_waits_for_leaves_room_for_another(house: House) -> None:
    house.first.default = bad_gateway()
    for _ in range(4):
        await house.reply()
    house.time.now += OPEN_SECONDS
    house.first.default = HANGS
    probe = asyncio.create_task(house.reply())
    await house.first.until(lambda: house.first.streaming == 1)
    probe.cancel()
    with pytest.raises(asyncio.CancelledError):
        await probe
    house.first.default = Behaviour(text="Back again.")
    assert shown(await house.reply()) == "Back again."


async def test_when_every_model_rests_the_error_says_for_how_long(house: House) -> None:
    house.first.default = house.second.default = bad_gateway()
    for _ in range(3):
        await house.failure()
    asked = house.asked
    failure = await house.failure()
    assert failure.kind == "unavailable"
    assert "first, second" in str(failure)
    assert failure.retry_after is not None
    assert 0 < failure.retry_after <= OPEN_SECONDS
    assert house.asked == asked


@pytest.mark.parametrize(
    "answer",
    [
        failing(400),
        failing(400, code="context_length_exceeded"),
        Behaviour(text=""),
        Behaviour(finish="content_filter"),
    ],
    ids=["rejected", "too long", "empty", "filtered"],
)
async def test_what_a_member_can_bring_about_never_shuts_a_model_off(house: House, answer: Behaviour) -> None:
    house.first.default = answer
    for _ in range(FAILURES_TO_OPEN + 2):
        await house.reply()
    house.first.default = Behaviour(text="Still here.")
    assert shown(await house.reply()) == "Still here."


async def test_a_model_that_breaks_off_before_it_speaks_rests_too(house: House) -> None:
    house.first.default = Behaviour(text="", finish=None)
    for _ in range(FAILURES_TO_OPEN):
        await house.reply()
    assert len(house.first.requests) == FAILURES_TO_OPEN


async def test_a_model_that_breaks_off_after_it_spoke_does_not_rest(house: House) -> None:
    house.first.default = Behaviour(finish=None)
    for _ in range(FAILURES_TO_OPEN):
        await house.reply()
    assert len(house.first.requests) == 2 * FAILURES_TO_OPEN


async def test_a_probe_that_is_refused_shows_that_the_model_works(house: House) -> None:
    house.first.default = bad_gateway()
    for _ in range(4):
        await house.reply()
    house.time.now += OPEN_SECONDS
    house.first.default = Behaviour(text="Back again.")
    house.first.behave(failing(400))
    assert shown(await house.reply()) == "The second says so."
    async with aclosing(house.chain.stream(PROMPT, timeout=20)) as chunks:
        assert (await anext(chunks)).model == "first"
        assert shown(await house.reply()) == "Back again."  # two at once: it is no probe any more


async def test_a_success_in_between_starts_the_count_again(house: House) -> None:
    for _ in range(4):
        house.first.behave(failing(500), failing(500), Behaviour(text="ok"))
        assert shown(await house.reply()) == "The second says so."
        assert shown(await house.reply()) == "ok"
    assert len(house.first.requests) == 12


async def test_stopping_early_closes_the_connection(house: House) -> None:
    house.first.default = Behaviour(finish=None, end="hang")
    async with aclosing(house.chain.stream(PROMPT, timeout=60)) as chunks:
        assert (await anext(chunks)).text
    await house.first.until(lambda: house.first.disconnects == 1)


async def test_cancelling_ends_within_a_second(house: House) -> None:
    house.first.default = HANGS
    task = asyncio.create_task(house.reply(seconds=60))
    await house.first.until(lambda: house.first.streaming == 1)
    begun = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - begun < 5
    assert house.asked == (1, 0)


async def test_nobodys_words_are_in_errors_or_logs(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    house.first.default = failing(400, f"Refused: {CANARY}")
    house.second.default = Behaviour(text=CANARY, finish=None)
    failure = await house.failure()
    assert CANARY not in str(failure)
    assert CANARY not in caplog.text
    assert "model first failed" in caplog.text


@given(st.lists(st.sampled_from(["fail", "answer", "leave", "wait"]), max_size=40))
def test_a_breaker_always_lets_somebody_try_again(events: list[str]) -> None:
    breaker, now = Breaker(), 0.0
    in_a_row = 0
    for happening in events:
        if happening == "wait":
            now += OPEN_SECONDS / 3
            continue
        if not breaker.admits(now):
            assert in_a_row >= FAILURES_TO_OPEN
            continue
        probe = breaker.start()
        assert probe == (in_a_row >= FAILURES_TO_OPEN)
        assert breaker.admits(now) != probe
        if happening == "fail":
            in_a_row += 1
            breaker.failed(now, probe=probe)
        elif happening == "answer":
            in_a_row = 0
            breaker.answered()
        else:
            breaker.left(probe=probe)
    assert breaker.wait(now) <= OPEN_SECONDS
    assert breaker.admits(now + breaker.wait(now))
