"""Claims: what checking a reply costs, and what it adds to a turn.

The passages are Sereno's own documents, their sentences mixed anew until there are 1,000; a reply is ten of these
sentences, every second one with another number or word in it.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from statistics import median

from adapters.base import ConversationRef
from bench.latency import Figures, Load
from bench.parts import Clock, TimedStore
from bench.report import Bar, Report, percentile, spread
from bench.rig import TEXTS, Members, Rig, message, place
from bot.claims.base import Limits, Spoken
from bot.claims.checker import ClaimChecker
from bot.gateway import Gateway
from bot.knowledge.documents import head_of
from bot.knowledge.library import Library
from bot.knowledge.passages import Passage
from bot.knowledge.shipped import HOSTS, MEMBERS, shipped_passages
from bot.models.base import Chunk, Prompt, Usage
from bot.store.memory import MemoryStore
from bot.store.redis.store import RedisStore
from bot.wiring import engine_of, model_of, new_name
from bot.worker import Worker
from guards.claims.sentences import sentences

PASSAGES, SENTENCES, REPLIES = 1_000, 10, 60
COMMUNITY = "bench/claims"
LOADS = (Load("1 at a time", 1, 5, 4), Load("20 at once", 20, 3, 40))
TOKENS_A_SECOND = 100
_NUMBER = re.compile(r"\d+")


class Written:
    """Sentences of the documents, and what is made of them."""

    def __init__(self) -> None:
        self._rng = random.Random(11)
        self._passages = shipped_passages((*MEMBERS, *HOSTS))
        texts = [each.text for each in self._passages if each.language != "es"]
        found = [
            text[one.start : one.end] for text in texts for one in sentences(text) if one.kind == "prose"
        ]
        self._sentences = [each for each in found if 40 < len(each) < 200]

    def passages(self) -> list[Passage]:
        made = [
            Passage(
                f"d{number // 50}", f"Chapter {number}", " ".join(self._rng.sample(self._sentences, 5)), "en"
            )
            for number in range(PASSAGES - len(self._passages))
        ]
        return [*self._passages, *made][:PASSAGES]

    def reply(self) -> str:
        chosen = self._rng.sample(self._sentences, SENTENCES)
        return " ".join(self._changed(each) if at % 2 else each for at, each in enumerate(chosen))

    def _changed(self, sentence: str) -> str:
        if _NUMBER.search(sentence):
            return _NUMBER.sub(lambda match: str(int(match.group()[:6]) + 3), sentence)
        return f"In Toledo {sentence[0].lower()}{sentence[1:]}"


class Paced:
    """A model that says one reply after the other, as fast as models speak, or at once."""

    name = "paced"
    context_window = 16_384
    generates = True

    def __init__(self, replies: Iterator[str], tokens_a_second: float) -> None:
        self._replies = replies
        self._pause = 4 / tokens_a_second if tokens_a_second else 0.0

    async def stream(self, prompt: Prompt, *, timeout: float) -> AsyncGenerator[Chunk, None]:
        words = re.findall(r"\S+\s*", next(self._replies))
        for start in range(0, len(words), 3):
            await asyncio.sleep(self._pause)
            yield Chunk("".join(words[start : start + 3]))
        yield Chunk(finish="stop", usage=Usage(prompt.tokens, len(words)), model=self.name)

    async def warm(self) -> None: ...

    async def aclose(self) -> None: ...


async def claims(rig: Rig) -> list[Report]:
    """Two tables: a check alone, and turns with and without it."""
    written = Written()
    return [await _alone(written), await _turns(rig, written)]


async def _alone(written: Written) -> Report:
    store = MemoryStore()
    passages = written.passages()
    await _learn(store, passages)
    checker = ClaimChecker(Library(store, seconds=600.0))
    revision = (await store.catalogue(COMMUNITY)).revision
    report = Report(
        f"Checking a reply of {SENTENCES} sentences, {PASSAGES} passages, no model asked, ms",
        ("what", "median", "99 %", "claims"),
    )
    busy: list[float] = []
    wall: list[float] = []
    found = 0
    for number in range(REPLIES + 1):
        spoken = Spoken(written.reply(), COMMUNITY, revision, "en", question=TEXTS[0])
        began, started = time.process_time(), time.perf_counter()
        marked = await checker.check(spoken, Limits(60.0))
        assert not marked.error
        if number:  # The first one reads the weights.
            busy.append((time.process_time() - began) * 1000)
            wall.append((time.perf_counter() - started) * 1000)
            found += len(marked.claims)
    for name, values in (("processor", busy), ("wall", wall)):
        report.row(
            name, *(f"{percentile(values, percent):.1f}" for percent in (50, 99)), f"{found / REPLIES:.1f}"
        )
    report.bars.append(Bar("a check, processor (median)", median(busy), 40.0, "ms"))
    return report


async def _learn(
    store: MemoryStore | RedisStore, passages: list[Passage], community: str = COMMUNITY
) -> None:
    by_document: dict[str, list[Passage]] = {}
    for passage in passages:
        by_document.setdefault(passage.document, []).append(passage)
    for name, mine in by_document.items():
        await store.learn(community, head_of(name, mine, at=0.0, by=""), mine)


OFF, ON = 0, 1


def _place(number: int, on: int) -> ConversationRef:
    """All in one community, whose documents are read once."""
    return replace(place(0), channel=f"claims-{on}-{number}")


@asynccontextmanager
async def _bot(rig: Rig, model: Paced) -> AsyncIterator[Members]:
    clock = Clock()
    members = Members(clock)
    store = TimedStore(rig.store_url)
    store.clock = clock
    engine = replace(engine_of(rig.settings, store, model_of(rig.settings)), model=model)
    worker = Worker(store, store, engine.handle, name=new_name())
    working = asyncio.create_task(worker.run())
    talking = asyncio.create_task(Gateway(members, store, store, name=new_name()).run())
    try:
        yield members
    finally:
        members.end()
        worker.stop()
        await asyncio.gather(working, talking)
        await store.aclose()


async def _turns(rig: Rig, written: Written) -> Report:
    store = RedisStore(rig.store_url)
    await _learn(store, written.passages(), place(0).community_key)
    report = Report(
        "A turn with the claims of its reply checked, beside one without, ms (p50: lowest / median of the rounds)",
        ("", "without", "with", "ratio"),
    )
    for speed in (TOKENS_A_SECOND, 0):
        replies = iter(written.reply, None)
        async with _bot(rig, Paced(replies, speed)) as members:
            for load in LOADS:
                ratios = await _rounds(members, store, load, report, speed)
                if speed:
                    name = f"{load.name}, {speed} tokens/s: with / without (median of the rounds)"
                    report.bars.append(Bar(name, median(ratios), 1.1, ""))
    await store.aclose()
    report.notes.append("Every turn has another reply of ten sentences; no model is asked about claims.")
    return report


async def _rounds(
    members: Members, store: RedisStore, load: Load, report: Report, speed: float
) -> list[float]:
    figures = (Figures(), Figures())
    for number in range(load.conversations):
        await store.save(_place(number, OFF), json.dumps({"claims": "off"}), channel=True)
    identities = iter(range(10**9))

    async def once(conversation: int, on: int) -> float:
        number = next(identities)
        text = TEXTS[number % len(TEXTS)]
        return await members.ask(
            message(_place(conversation, on), f"{load.name}-{speed}-{on}-{number}", text)
        )

    async def without(conversation: int) -> float:
        return await once(conversation, OFF)

    async def checked(conversation: int) -> float:
        return await once(conversation, ON)

    await Figures().round(checked, load)
    for _ in range(load.rounds):
        # In turn, so that a busy machine troubles both alike.
        await figures[OFF].round(without, load)
        await figures[ON].round(checked, load)
    ratios = [on / off for off, on in zip(figures[OFF].p50, figures[ON].p50, strict=True)]
    name = f"{load.name}, {f'{speed} tokens/s' if speed else 'a model that answers at once'}"
    report.row(name, spread(figures[OFF].p50), spread(figures[ON].p50), spread(ratios, 2))
    return ratios
