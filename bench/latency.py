"""Added latency of a turn: everything on, against the bare client that does nothing but ask the model."""

from __future__ import annotations

import asyncio
import gc
import operator
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from statistics import fmean, median

from openai import AsyncOpenAI, DefaultAioHttpClient
from openai.types.chat import ChatCompletionMessageParam

from bench.parts import PARTS, Clock, TimedStore, timed
from bench.report import Bar, Report, percentile, spread
from bench.rig import MODEL, REPLY, TEXTS, Members, Rig, message, place
from bot.gateway import Gateway
from bot.models.base import Prompt, PromptMessage
from bot.running import leave_alone
from bot.wiring import engine_of, model_of, new_name
from bot.worker import Worker

Once = Callable[[int], Awaitable[float]]
"""The number of a conversation → the milliseconds that one call or turn took in it."""


@dataclass(frozen=True, slots=True)
class Load:
    """How many talk at once, and how long each waits after a reply."""

    name: str
    conversations: int
    rounds: int
    turns: int
    """In a round, of all conversations together."""
    pause: float = 0.0
    """Seconds."""


LOADS = (
    Load("20 at once", 20, 7, 200),
    Load("20, each pausing 0.4 s", 20, 3, 120, 0.4),
    Load("1 at a time", 1, 7, 20),
)


@dataclass(slots=True)
class Figures:
    """What the rounds of one kind of call gave, in milliseconds."""

    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    mean: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    """Of this process, per call."""
    taken: list[float] = field(default_factory=list)
    """By each call."""

    async def round(self, once: Once, load: Load) -> None:
        """All conversations talk, each after its last reply, until `load.turns` were answered."""
        taken: list[float] = []
        left = load.turns

        async def converse(number: int) -> None:
            nonlocal left
            # Those that pause do not all begin in step.
            await asyncio.sleep(load.pause * number / load.conversations)
            while left > 0:
                left -= 1
                taken.append(await once(number))
                if load.pause:
                    await asyncio.sleep(load.pause)

        gc.collect()
        began = time.process_time()
        await asyncio.gather(*(converse(number) for number in range(load.conversations)))
        self.cpu.append((time.process_time() - began) * 1000 / len(taken))
        self.p50.append(percentile(taken, 50))
        self.p99.append(percentile(taken, 99))
        self.mean.append(fmean(taken))
        self.taken += taken


class Calls:
    """Calls of the model alone, with a prompt of the same size: by the bare `openai` client, and as the bot does it."""

    def __init__(self, rig: Rig) -> None:
        # The bot's transport too: the client's own is slower.
        self._client = AsyncOpenAI(
            base_url=rig.model_url, api_key="none", max_retries=0, http_client=DefaultAioHttpClient()
        )
        self._model = model_of(rig.settings)
        self.prompt = Prompt(())

    async def bare(self, conversation: int) -> float:
        started = time.perf_counter()
        text = ""
        stream = await self._client.chat.completions.create(
            model=MODEL,
            messages=[_said(each) for each in self.prompt.messages],
            max_tokens=self.prompt.max_tokens,
            stream=True,
            stream_options={"include_usage": True},
        )
        async for chunk in stream:
            if chunk.choices:
                text += chunk.choices[0].delta.content or ""
        assert text == REPLY
        return (time.perf_counter() - started) * 1000

    async def own(self, conversation: int) -> float:
        started = time.perf_counter()
        text = ""
        async for chunk in self._model.stream(self.prompt, timeout=60):
            text += chunk.text
        assert text == REPLY
        return (time.perf_counter() - started) * 1000

    async def aclose(self) -> None:
        await self._client.close()
        await self._model.aclose()


def _said(said: PromptMessage) -> ChatCompletionMessageParam:
    match said.role:
        case "system":
            return {"role": "system", "content": said.text}
        case "user":
            return {"role": "user", "content": said.text}
        case "assistant":
            return {"role": "assistant", "content": said.text}


@dataclass(frozen=True, slots=True)
class Bot:
    """A whole bot in this process, and its members."""

    members: Members
    clock: Clock

    def talk(self, first: int) -> Once:
        """Turns of new conversations, from number `first` on."""
        identities = count()

        async def once(conversation: int) -> float:
            number = next(identities)
            text = TEXTS[number % len(TEXTS)]
            return await self.members.ask(message(place(first + conversation), f"{first}-{number}", text))

        return once


@asynccontextmanager
async def bot_on(rig: Rig) -> AsyncIterator[Bot]:
    settings = rig.settings
    clock = Clock()
    store = TimedStore(rig.store_url)
    store.clock = clock
    model = model_of(settings)
    members = Members(clock)
    worker = Worker(store, store, timed(engine_of(settings, store, model), clock).handle, name=new_name())
    gateway = Gateway(members, store, store, name=new_name())
    leave_alone()
    working = asyncio.create_task(worker.run())
    talking = asyncio.create_task(gateway.run())
    try:
        yield Bot(members, clock)
    finally:
        members.end()
        worker.stop()
        await asyncio.gather(working, talking)
        await model.aclose()
        await store.aclose()


async def latency(rig: Rig) -> list[Report]:
    """The table of latencies, and where the time of a turn goes."""
    report = Report(
        "Latency, ms (each: lowest / median of the rounds)",
        ("", "p50", "p99", "cpu of this process"),
    )
    shares: list[list[float]] = []
    calls = Calls(rig)
    firsts = count(0, 1000)
    async with bot_on(rig) as bot:
        await Figures().round(bot.talk(next(firsts)), LOADS[0])
        by_size = sorted(bot.clock.prompts, key=lambda prompt: prompt.tokens)
        calls.prompt = by_size[len(by_size) // 2]
        await Figures().round(calls.own, LOADS[0])
        await Figures().round(calls.bare, LOADS[0])
        for load in LOADS:
            turn, bare, own = Figures(), Figures(), Figures()
            bot.clock.clear()
            # Alternating, so that a busy machine troubles all three alike.
            for _ in range(load.rounds):
                await bare.round(calls.bare, load)
                await turn.round(bot.talk(next(firsts)), load)
                await own.round(calls.own, load)
            _rows(report, load, turn, bare, own)
            shares.append(_shares(bot.clock, turn, load))
    await calls.aclose()
    messages = calls.prompt.messages
    report.notes.append(
        f"Gateway, worker and members share this process; store and model have their own. Prompt: "
        f"{len(messages)} messages, {sum(len(each.text) for each in messages):,} characters."
    )
    breakdown = Report(
        "Where the time of a turn goes, ms (mean of the same turns; waiting for the processor included)",
        ("", *(load.name for load in LOADS)),
    )
    for index, name in enumerate((*PARTS, "the rest (engine, tasks)", "a whole turn")):
        breakdown.row(name, *(f"{share[index]:.2f}" for share in shares))
    return [report, breakdown]


def _rows(report: Report, load: Load, turn: Figures, bare: Figures, own: Figures) -> None:
    for name, figures in (
        ("a whole turn", turn),
        ("bare openai client", bare),
        ("the bot's model call alone", own),
    ):
        report.row(f"{load.name}: {name}", spread(figures.p50), spread(figures.p99), spread(figures.cpu, 2))
    for name, base in (("bare client", bare), ("model call alone", own)):
        added = [_each(operator.sub, turn, base, of) for of in OF]
        report.row(f"… added to the {name}", *(spread(each) for each in added))
        report.row(
            f"… ratio to the {name}",
            *(spread(_each(operator.truediv, turn, base, of), 2) for of in OF),
        )
        if load.conversations > 1:
            report.bars += [
                Bar(f"{load.name}: {of} added to the {name}, median round", median(values), limit, "ms")
                for of, values, limit in zip(OF, added, (12, 40), strict=False)
            ]


OF = ("p50", "p99", "cpu")


def _each(compare: Callable[[float, float], float], turn: Figures, base: Figures, of: str) -> list[float]:
    """Round by round: what ran at about the same time is compared."""
    return [compare(*pair) for pair in zip(getattr(turn, of), getattr(base, of), strict=True)]


def _shares(clock: Clock, turns: Figures, load: Load) -> list[float]:
    """Milliseconds of each part of a turn, of the rest, and of all."""
    number = load.turns * load.rounds
    parts = [clock.seconds[part] * 1000 / number for part in PARTS]
    whole = fmean(turns.mean)
    return [*parts, whole - sum(parts), whole]
