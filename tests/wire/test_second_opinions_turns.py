"""Second opinions in a turn, over the real client: what members see of them, and what they cost."""

from __future__ import annotations

import json
import random
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from adapters.base import Final
from bot.models.openai import OpenAIModel
from bot.prompt import PromptWriter
from bot.wiring import claims_of
from guards.base import Document
from tests.helpers import PLAZA, message
from tests.unit.engine_parts import Bench, ask
from tests.wire.openai_server import Behaviour, OpenAIServer, Request
from tests.wire.test_openai import model_on

QUESTION = "Who built the lighthouse of Farola?"
REPLY = (
    "The lighthouse of Farola was built by Tomás Arroyo in 1871. It stands on a low rock in front of the old harbour, "
    "and it is what sailors see first when they come home in the evening. What else would you like to know about it?"
)
KNOWN = Document(
    "Harbour chronicle", "The harbour of Farola has a market. On Sundays people dance in the square."
)


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as running:
        yield running


def bench_on(model: OpenAIModel, *evidence: Document) -> Bench:
    bench = Bench(model, evidence=evidence)
    prompts = PromptWriter(window=8192, reply_tokens=400, rng=random.Random(1))
    bench.engine = replace(bench.engine, claims=claims_of(bench.engine.claims.evidence, model, prompts))
    return bench


async def choose(bench: Bench, **policy: object) -> None:
    await bench.store.save(PLAZA, json.dumps({"claims_seconds": 30, **policy}), channel=True)


def saying(*again: str, judge: str = "", **first: Any) -> Any:
    """A model that says `REPLY`, each of `again` in turn when it is asked again, and `judge` as a judge."""
    left = list(again)

    def behaviour(request: Request) -> Behaviour:
        messages = request.body["messages"]
        assert isinstance(messages, list)
        if "response_format" in request.body:
            return Behaviour(text=judge)
        if "This time say only" in messages[0]["content"]:
            return Behaviour(text=left.pop())
        return Behaviour(text=REPLY, **first)

    return behaviour


async def notes(bench: Bench) -> dict[str, str]:
    ending = await bench.say(QUESTION)
    assert isinstance(ending, Final), ending
    return {ending.text[mark.start : mark.end]: mark.note for mark in ending.annotations}


def note_of(found: dict[str, str], part: str) -> str:
    return next(note for text, note in found.items() if part in text)


async def test_members_see_where_the_model_says_otherwise_when_asked_again(server: OpenAIServer) -> None:
    server.default = saying("Pedro Vidal, 1902", "Lucía Ferrer, 1854", "Emilio Cano, 1889")
    async with model_on(server) as model:
        bench = bench_on(model)
        await choose(bench, claims_samples=3)
        found = await notes(bench)
        assert (
            note_of(found, "Arroyo")
            == "I found nothing on this, and asked again the model says something else."
        )
        # As many as the share of this short reply allows.
        assert len(server.requests) == 3


async def test_what_asking_again_costs_is_within_the_share_and_told(server: OpenAIServer) -> None:
    server.default = saying(*["Tomás Arroyo built it, " + "and so on, " * 50] * 5)
    async with model_on(server) as model:
        bench = bench_on(model)
        await choose(bench, claims_samples=5, claims_tokens=0.6)
        _, commit = await bench.turn(message(QUESTION))
        assert commit.line is not None
        cost = commit.line["claims_tokens"]
        assert isinstance(cost, int)
        own = len(REPLY) // 4
        assert 0 < cost <= 0.6 * own
        why = await ask(bench, "why")
    said = re.search(r"cost (\d+) more tokens of the model, (\d+) percent of the reply's own (\d+)", why)
    assert said, why
    assert [int(number) for number in said.groups()] == [cost, round(100 * cost / own), own]


async def test_nobody_is_asked_again_unless_the_policy_says_so(server: OpenAIServer) -> None:
    server.default = saying()
    async with model_on(server) as model:
        bench = bench_on(model, KNOWN)
        await choose(bench)
        found = await notes(bench)
    assert len(server.requests) == 1
    assert note_of(found, "Arroyo") == "I found nothing that supports or contradicts this."


async def test_members_see_what_the_model_gave_little_probability(server: OpenAIServer) -> None:
    at = REPLY.index("1871") // 4 * 4
    server.default = saying(logprobs={REPLY[at : at + 4]: -3.2})
    async with model_on(server, logprobs=True) as model:
        bench = bench_on(model)
        found = await notes(bench)
    assert note_of(found, "Arroyo") == "I found nothing on this, and the model was not sure of it."


async def test_little_probability_outside_names_and_numbers_says_nothing(server: OpenAIServer) -> None:
    server.default = saying(logprobs={"uil": -3.2})
    async with model_on(server, logprobs=True) as model:
        found = await notes(bench_on(model))
    assert note_of(found, "Arroyo") == "I found nothing that supports or contradicts this."


@pytest.mark.parametrize(("year", "settled"), [("1871", True), ("1902", False)])
async def test_a_judge_settles_what_stands_in_another_language_if_it_quotes_it(
    server: OpenAIServer, year: str, *, settled: bool
) -> None:
    quote = f"Tomás Arroyo construyó el faro de Farola en {year}"
    judge = json.dumps({"claims": [{"id": 1, "verdict": "supported", "quote": quote}]})
    server.default = saying(judge=judge)
    async with model_on(server) as model:
        bench = bench_on(model, Document("Crónica", f"Según los archivos, {quote}."))
        await choose(bench, claims_judge=True, claims_tokens=1)
        found = await notes(bench)
    assert "response_format" in server.requests[1].body
    assert (note_of(found, "Arroyo") == "The source says so.") is settled
