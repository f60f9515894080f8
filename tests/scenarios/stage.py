"""Plays a chat that is written down as a transcript, on real parts, through an adapter.

    model: …       the language model's next reply (a real client asks a loopback provider)
    model! 502     the provider answers with this status instead
    policy: {…}    the channel's policy from here on
    Ana: …         a member says this
    bot: …         the bot answers exactly this
    bot~ …         the bot's answer contains this
    bot!~ …        the bot's answer does not contain this

and on the platforms where moderators have cards:

    desk: on       cards go to a channel of their own from here on
    report: …      somebody writes this to the others, and a member reports it
    press: right   a moderator presses this button under the newest card
    suggest: …     Ana says in the form under the newest reply that its marks are wrong, and this

Lines that begin with two spaces belong to the line above.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from adapters.base import ConversationRef
from bot import wiring
from bot.settings import Settings, load
from bot.store.base import Store
from tests.wire.openai_server import Behaviour, OpenAIServer, failing

_LINE = re.compile(r"(\w+)(:|!~|~|!) ?(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a transcript."""

    who: str
    sign: str
    text: str


def parse(transcript: str) -> list[Line]:
    """The lines of a transcript."""
    joined = re.sub(r"\n {2}", "\0", "\n".join(line.strip("\n") for line in transcript.strip().splitlines()))
    lines = []
    for raw in joined.splitlines():
        match = _LINE.fullmatch(raw.replace("\0", "\n"))
        assert match, f"not a line of a transcript: {raw!r}"
        lines.append(Line(*match.groups()))
    return lines


class Driver(Protocol):
    """A platform as a member sees it."""

    ref: ConversationRef

    async def say(self, who: str, text: str) -> str:
        """What the bot answers to `text`."""


@runtime_checkable
class Moderated(Driver, Protocol):
    """A platform where moderators have cards."""

    log: ConversationRef
    """Where the cards go."""

    async def report(self, text: str) -> None:
        """Somebody writes `text` to the others and is reported; returns when there is a card."""

    async def suggest(self, text: str) -> None:
        """Ana says what is true of the newest reply; returns when there is a card."""

    async def press(self, action: str) -> None:
        """A moderator presses a button under the newest card; returns when that is done."""


Drive = Callable[[Settings, Store], AbstractAsyncContextManager[Driver]]


async def play(transcript: str, drive: Drive, folder: Path) -> None:
    """Plays `transcript`; fails at the first line that goes otherwise."""
    async with _stage(drive, folder) as (driver, store, provider):
        answer = ""
        for line in parse(transcript):
            match line.who, line.sign:
                case "model", ":":
                    provider.behave(Behaviour(line.text, tokens_per_chunk=3))
                case "model", "!":
                    # The chain tries a failing provider once more.
                    provider.behave(*[failing(int(line.text))] * 2)
                case "policy", ":":
                    await store.save(driver.ref, line.text, channel=True)
                case ("desk" | "report" | "press" | "suggest") as what, ":":
                    await _moderate(what, line.text, driver, store)
                case "bot", ":":
                    # Platforms trim what they show.
                    assert answer.strip() == line.text.strip(), answer
                case "bot", "~":
                    assert line.text in answer, answer
                case "bot", "!~":
                    assert line.text not in answer
                case who, ":":
                    answer = await driver.say(who, line.text)
                case other:
                    raise AssertionError(f"not a line of a transcript: {other}")


async def _moderate(what: str, text: str, driver: Driver, store: Store) -> None:
    assert isinstance(driver, Moderated)
    if what == "desk":
        await store.save(driver.ref, json.dumps({"log_channel": driver.log.channel}), channel=True)
    elif what == "report":
        await driver.report(text)
    elif what == "suggest":
        await driver.suggest(text)
    else:
        await driver.press(text)


@asynccontextmanager
async def _stage(drive: Drive, folder: Path) -> AsyncIterator[tuple[Driver, Store, OpenAIServer]]:
    async with OpenAIServer() as provider:
        environment = {
            "SERENO_DATA_DIR": str(folder),
            "SERENO_MODEL__NAME": provider.models[0],
            "SERENO_MODEL__BASE_URL": provider.base_url,
            "SERENO_MODEL__API_KEY": provider.api_key or "",
        }
        settings = load(environment, secrets=folder)
        async with wiring.store_of(settings) as store, drive(settings, store) as driver:
            yield driver, store, provider
