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
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count, cycle
from statistics import median

from adapters.base import ConversationRef
from bench.latency import Figures, Load
from bench.parts import Clock, TimedStore
from bench.report import Bar, Report, around_median, percentile, spread
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
TOKENS_A_SECOND = 100
LOADS = (
    (Load("1 at a time, 100 tokens/s", 1, 7, 1), TOKENS_A_SECOND),
    (Load("20 ending at once, 100 tokens/s", 20, 9, 20), TOKENS_A_SECOND),
    (Load("1 at a time, a model that answers at once", 1, 11, 1), 0),
    (Load("20 at once, a model that answers at once", 20, 6, 20), 0),
)
"""What is said in a round is said once with and once without: a pair."""
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

    def __init__(self) -> None:
        self.replies: Iterator[str] = iter(())
        self.tokens_a_second = 0.0
        """0: it speaks at once."""

    async def stream(self, prompt: Prompt, *, timeout: float) -> AsyncGenerator[Chunk, None]:
        words = re.findall(r"\S+\s*", next(self.replies))
        for start in range(0, len(words), 3):
            await asyncio.sleep(4 / self.tokens_a_second if self.tokens_a_second else 0.0)
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
    for number in range(max(load.conversations for load, _ in LOADS)):
        await store.save(_place(number, OFF), json.dumps({"claims": "off"}), channel=True)
    report = Report(
        "A turn with the claims of its reply checked, beside the same without, ms (p50: lowest / median of the rounds)",
        ("", "without", "with", "ratio: median of the pairs (95 %)"),
    )
    model = Paced()
    async with _bot(rig, model) as members:
        talk = _Talk(members, model)
        await talk.round(Figures(), ON, Load("warming up", 1, 1, 8), [written.reply() for _ in range(8)])
        for load, speed in LOADS:
            model.tokens_a_second = speed
            without, checked = Figures(), Figures()
            for number in range(load.rounds):
                # Each reply twice, and now this way first and now the other: what a busy machine does troubles both alike.
                replies = [written.reply() for _ in range(load.turns)]
                for on in (OFF, ON) if number % 2 else (ON, OFF):
                    await talk.round(checked if on else without, on, load, replies, number)
            ratios = [on / off for off, on in zip(without.p50, checked.p50, strict=True)]
            low, high = around_median(ratios)
            ratio = f"{median(ratios):.3f} ({low:.3f}–{high:.3f})"
            report.row(load.name, spread(without.p50), spread(checked.p50), ratio)
            if speed:
                report.bars.append(
                    Bar(
                        f"{load.name}: with / without, median of {load.rounds} pairs", median(ratios), 1.1, ""
                    )
                )
    await store.aclose()
    report.notes.append("A reply has ten sentences, and each is said twice; no model is asked about claims.")
    return report


class _Talk:
    """Rounds of turns."""

    def __init__(self, members: Members, model: Paced) -> None:
        self._members = members
        self._model = model
        self._turns = count()

    async def round(
        self, figures: Figures, on: int, load: Load, replies: Sequence[str], pair: int = 0
    ) -> None:
        """Turns with these replies, whose claims are checked where they are `on`."""
        self._model.replies = cycle(replies)

        async def once(conversation: int) -> float:
            text = TEXTS[(pair + conversation) % len(TEXTS)]
            turn = message(_place(conversation, on), f"turn-{next(self._turns)}", text)
            return await self._members.ask(turn)

        await figures.round(once, load)
