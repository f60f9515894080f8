"""kill -9 of gateway, worker or both at random moments on Slack: every message has one whole reply in the end.

Slack tries to deliver an event four times: at once, again at once, after a minute, after five more. An app that is
down each time never hears of it, and no program can mend that. Within five minutes a gateway that was killed is back;
here, where all is quicker, it might be killed again and again meanwhile. So the last try comes once one is back, and
nothing is killed until it has arrived. No try is added: what was said must be answered, whatever is killed when.

A command Slack brings once. It needs no answer where the member was told that it failed, or may have.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, zip_longest
from pathlib import Path
from random import Random

import pytest

from adapters.sentences import BUSY, NOT_TAKEN
from adapters.slack.client import SLOW
from adapters.slack.manifest import EVENTS, scopes_of
from tests.chaos.test_discord_killed import ROLES, SEED, Processes, redis
from tests.chaos.town import question, words
from tests.wire.openai_server import Behaviour, OpenAIServer, Request
from tests.wire.slack import Channel, Interaction, Message, SlackServer, User
from tests.wire.slack.dispatch import EVENTS_API

__all__ = ["redis"]

MESSAGES = 100
KILLS = 20
WAITING = 20
"""Messages that have no reply yet at any time: some are always sent while nobody listens."""
SECONDS = 60.0
RETRIES = (0.5, 3.0, 3600.0)
"""Seconds from a failed try to the next: Slack's minute is short here, and of the last one see above."""
EVERY = 2
"""Replies between two kills."""
_MARK = re.compile(r"\bq(\d+)\b")
_TOLD = (BUSY, NOT_TAKEN, SLOW)


def reply(number: int) -> str:
    """Every sentence names its question. One in six takes two messages."""
    sentences = 210 if number % 6 == 0 else 8 + number % 7
    return " ".join(
        f"Step {step} of q{number}: does he walk on, and is all well?" for step in range(1, sentences + 1)
    )


def answering(request: Request) -> Behaviour:
    """What the model says to the newest question, slowly."""
    messages = request.body["messages"]
    assert isinstance(messages, list)
    number = int(_MARK.findall(messages[-1]["content"])[-1])
    text = reply(number)
    return Behaviour(text=text, tokens_per_chunk=12, between=60.0 / len(text) if len(text) > 2000 else 0.15)


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that a member asked."""

    number: int
    use: Interaction | None = None

    @property
    def refused(self) -> bool:
        """The member was told that there will be no answer, or perhaps none."""
        use = self.use
        return use is not None and (not use.acked or any(one.all_text in _TOLD for one in use.messages))


class Town:
    """A workspace of six channels and three direct conversations."""

    def __init__(self, server: SlackServer, random: Random) -> None:
        self.server = server
        self.world = world = server.world
        self._random = random
        self._numbers = count(1)
        self.asked: list[Ask] = []
        people = [world.add_user(name) for name in ("ana", "ben", "eva")]
        self.places: list[tuple[Channel, User]] = [
            (world.add_channel(f"room-{number}", people), people[number % 3]) for number in range(6)
        ]
        self.places += [(world.dm(person), person) for person in people]
        self._threads: dict[str, Message] = {}

    async def ask(self) -> None:
        """Somebody asks: by a mention, in a thread that goes on, directly, or by a command."""
        number = next(self._numbers)
        channel, who = self._random.choice(self.places)
        thread = self._threads.get(channel.id)
        kind = self._random.choices(("new", "thread", "command"), (4, 4, 2))[0]
        if kind == "command":
            self.asked.append(Ask(number, await self.world.slash(who, channel, "/chat", question(number))))
        elif kind == "thread" and thread is not None:
            await self.world.say(who, channel, question(number), thread)
            self.asked.append(Ask(number))
        else:
            text = f"{self.world.me.mention} {question(number)}"
            self._threads[channel.id] = await self.world.say(who, channel, text)
            self.asked.append(Ask(number))

    def read(self) -> Mapping[int, Sequence[Message]]:
        """What stands for each question, in the order in which a member reads it."""
        found: dict[int, list[Message]] = defaultdict(list)
        for channel, _ in self.places:
            for message in self.world.replies(channel):
                marks = set(_MARK.findall(message.all_text))
                if not marks:
                    # What the answer to a command hangs on, or what somebody was told.
                    assert message.all_text.endswith(": /chat") or message.all_text in _TOLD
                    continue
                assert len(marks) == 1, message.all_text
                found[int(marks.pop())].append(message)
        return found

    def unlike(self) -> list[tuple[int, list[str]]]:
        """Questions that have not exactly one whole reply; one that was refused needs none."""
        read = self.read()
        return [
            (ask.number, [one.all_text[:80] for one in read.get(ask.number, ())])
            for ask in self.asked
            if not is_final(ask, read.get(ask.number, ())) and (read.get(ask.number) or not ask.refused)
        ]

    async def last_tries(self) -> None:
        """Slack's last tries, while a gateway is there."""
        dispatcher = self.server.dispatcher
        for delivery in dispatcher.at_last_try:
            delivery.due = 0.0
        await self.world.until(lambda: not dispatcher.at_last_try, SECONDS)

    def halves(self) -> int:
        """Replies that are shown in part."""
        read = self.read()
        return sum(bool(read.get(ask.number)) and not is_final(ask, read[ask.number]) for ask in self.asked)


def is_final(ask: Ask, shown: Sequence[Message]) -> bool:
    """Whether a member reads the whole reply, once."""
    if shown and all(one.ephemeral_to for one in shown):
        # For one member alone, where no thread could be begun in time: that cannot be looked for before it is sent again.
        return all(words(one.all_text) == words(reply(ask.number)) for one in shown)
    whole = f"> {question(ask.number)}\n\n{reply(ask.number)}" if ask.use else reply(ask.number)
    text = " ".join(one.all_text for one in shown).replace("\\", "")
    return words(text) == words(whole) and not any(one.streaming for one in shown)


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer(scopes=frozenset(scopes_of("")), events=frozenset(EVENTS)) as server:
        server.dispatcher.retries = RETRIES
        yield server


@pytest.mark.timeout(440)
async def test_every_message_survives_twenty_kills(redis: str, slack: SlackServer, tmp_path: Path) -> None:
    random = Random(SEED)
    town = Town(slack, random)
    victims: list[tuple[str, ...]] = [("gateway",)] * 10 + [("worker",)] * 5 + [ROLES] * 5
    random.shuffle(victims)
    async with OpenAIServer(context_window=100_000) as provider:
        provider.default = answering
        processes = Processes(tmp_path, environment(redis, slack, provider, tmp_path))
        for role in ROLES:
            processes.start(role)
        try:
            async with asyncio.timeout(400):
                halves = await talk(town, processes, victims, random)
        except TimeoutError:
            pytest.fail(f"SERENO_TEST_SEED={SEED}, logs in {tmp_path}:\n" + report(town, redis))
        finally:
            processes.end()
    assert town.unlike() == [], f"SERENO_TEST_SEED={SEED}, logs in {tmp_path}"
    assert slack.world.violations == []
    # Replies that were cut in half are what this is about; a quick machine has fewer of them.
    assert halves >= KILLS // 4


def report(town: Town, redis: str) -> str:
    """All that is known of what has no whole reply: what is shown, how it was brought, and what the store holds."""
    unlike = town.unlike()
    lines = [f"no whole reply to {unlike}"]
    for one in town.server.dispatcher.deliveries:
        event = one.payload.get("event", one.payload)
        if (one.error and one.kind == EVENTS_API) or any(f"q{number}?" in str(event) for number, _ in unlike):
            tries = [
                (round(at - time.time(), 1), result)
                for at, result in zip_longest(one.attempts, one.results, fillvalue="under way")
                if isinstance(at, float)
            ]
            lines.append(f"{one.kind} {event.get('type')} {event.get('text')!r}: {tries} {one.error}")
    lines += [line[:500] for line in held_in(redis) if any(f"q{number}?" in line for number, _ in unlike)]
    return "\n".join(lines)


def held_in(redis: str) -> Iterator[str]:
    """All that lies in mailboxes, streams and notes."""

    def ask(*command: str) -> str:
        path = redis.removeprefix("unix://")
        return subprocess.run(["redis-cli", "-s", path, *command], capture_output=True, text=True).stdout

    for key in ask("KEYS", "*").splitlines():
        read = {"list": ("LRANGE", "0", "-1"), "stream": ("XRANGE", "-", "+"), "string": ("GET",)}
        command = read.get(ask("TYPE", key).strip())
        if command:
            yield from (f"{key}: {line}" for line in ask(command[0], key, *command[1:]).splitlines())


def environment(redis: str, slack: SlackServer, provider: OpenAIServer, home: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "PYTHONPATH": str(Path.cwd()),
        "SERENO_REDIS_URL": redis,
        "SERENO_SLACK__BOT_TOKEN": slack.bot_token,
        "SERENO_SLACK__APP_TOKEN": slack.app_token,
        "SERENO_SLACK__API_URL": slack.api_url,
        "SERENO_MODEL__NAME": provider.models[0],
        "SERENO_MODEL__BASE_URL": provider.base_url,
        "SERENO_MODEL__API_KEY": provider.api_key or "",
        "SERENO_MODEL__MAX_TOKENS": "4096",
        "SERENO_MODEL__MAX_CONCURRENCY": "32",
        "SERENO_LOG__LEVEL": "INFO",
    }


async def talk(town: Town, processes: Processes, victims: list[tuple[str, ...]], random: Random) -> int:
    """Asks everything, kills along the way, waits for the replies; how many a kill has cut in half."""
    sockets = town.server.sockets
    await town.world.until(lambda: sockets.live, SECONDS)
    halves = killed_at = opened = 0
    while (missing := town.unlike()) or victims or len(town.asked) < MESSAGES:
        done = len(town.asked) - len(missing)
        # At least one is left to be asked after each kill.
        room = MESSAGES - len(victims) - len(town.asked)
        for _ in range(min(room, WAITING - len(missing))):
            await town.ask()
        is_back = sockets.live > 0 and sockets.opened > opened
        if is_back:
            await town.last_tries()
        if victims and is_back and (done - killed_at >= EVERY or not (missing or room)):
            killed_at = done
            await asyncio.sleep(random.uniform(0.0, 1.0))
            await town.last_tries()
            halves += town.halves()
            if "gateway" in victims[-1]:
                opened = sockets.opened
            processes.kill(victims.pop())
        await asyncio.sleep(0.1)
    return halves
