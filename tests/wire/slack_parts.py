"""A workspace with the adapter in it: alone, or with gateway, worker, engine, store and a loopback provider behind it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from adapters.base import (
    About,
    Button,
    Card,
    ConversationRef,
    Inbound,
    Memory,
    Message,
    OnMessage,
    ReplyTo,
    Retracted,
)
from adapters.slack.adapter import SlackAdapter
from adapters.slack.manifest import EVENTS, scopes_of, slash_commands
from bot import wiring
from bot.commands import table
from bot.gateway import Gateway
from bot.i18n import translate
from bot.settings import load
from bot.store.base import Store
from bot.store.memory import MemoryStore
from tests.wire.openai_server import OpenAIServer
from tests.wire.slack import Channel, Interaction, MovableClock, SlackServer, User
from tests.wire.slack import Message as Shown

SECONDS = 20.0
PING_SECONDS = 1.0


class Scene:
    """A workspace that has installed the app of the manifest; a channel, Ana and an admin in it."""

    def __init__(self, **settings: Any) -> None:
        self.clock = MovableClock()
        given = {
            "scopes": frozenset(scopes_of("a group")),
            "events": frozenset(EVENTS),
            "commands": frozenset(each["command"] for each in slash_commands(table())),
        }
        self.server = SlackServer(clock=self.clock, **(given | settings))
        self.world = self.server.world
        self.ana: User = self.world.add_user("ana", display_name="Anita")
        self.mod: User = self.world.add_user("mod", admin=True, display_name="Mod")
        self.channel: Channel = self.world.add_channel("general", [self.ana, self.mod])
        self.me: User = self.world.me

    async def ask(self, text: str, channel: Channel | None = None, who: User | None = None) -> Shown:
        """Somebody mentions the bot."""
        return await self.world.say(who or self.ana, channel or self.channel, f"{self.me.mention} {text}")

    def said(self, thread: Shown | None = None, channel: Channel | None = None) -> list[str]:
        """What stands there of the bot's, as a reader sees it."""
        place = channel or (thread.channel if thread else self.channel)
        return [one.all_text for one in self.world.replies(place, thread.ts if thread else None)]

    async def until_said(
        self, *texts: str, thread: Shown | None = None, channel: Channel | None = None
    ) -> None:
        """Waits until exactly that stands there."""
        await self.world.until(lambda: self.said(thread, channel) == list(texts), SECONDS)


@dataclass
class Heard:
    """An `on_message` that writes down what it gets."""

    messages: list[Message] = field(default_factory=list)
    retracted: list[Retracted] = field(default_factory=list)

    async def __call__(self, inbound: Inbound) -> None:
        if isinstance(inbound, Message):
            self.messages.append(inbound)
        else:
            self.retracted.append(inbound)

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.messages]


def notes() -> Memory:
    """Notes that end with the test."""
    return wiring.memory_of(MemoryStore(), "slack")


def adapter_for(scene: Scene, memory: Memory | None = None, **fields: Any) -> SlackAdapter:
    """An adapter that talks to the scene's server."""
    given: dict[str, Any] = {
        "bot_token": scene.server.bot_token,
        "app_token": scene.server.app_token,
        "commands": table(),
        "translate": translate,
        "memory": memory or notes(),
        "api_url": scene.server.api_url,
        "clock": scene.clock,
        "ping_seconds": PING_SECONDS,
    }
    return SlackAdapter(**(given | fields))


@asynccontextmanager
async def listening(
    scene: Scene, on_message: OnMessage, memory: Memory | None = None, **fields: Any
) -> AsyncIterator[SlackAdapter]:
    """The adapter alone, connected; inside the scene's server."""
    adapter = adapter_for(scene, memory, **fields)
    task = asyncio.create_task(adapter.run(on_message))
    try:
        await connected(scene, task)
        yield adapter
    finally:
        await ended(task)


async def connected(scene: Scene, task: asyncio.Task[None]) -> None:
    """Waits for the adapter to have a connection: what happens from then on, it hears."""
    await scene.world.until(lambda: task.done() or scene.server.sockets.live, SECONDS)
    if task.done():
        task.result()


async def ended(task: asyncio.Task[None]) -> None:
    """Ends an adapter."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@dataclass
class Whole:
    """Everything behind the adapter."""

    scene: Scene
    store: Store
    provider: OpenAIServer
    adapter: SlackAdapter


@asynccontextmanager
async def whole(scene: Scene, folder: Path, **fields: Any) -> AsyncIterator[Whole]:
    """Sereno on the scene's Slack: an embedded store, a loopback provider, and all that is ours between."""
    async with OpenAIServer() as provider:
        environment = {
            "SERENO_DATA_DIR": str(folder),
            "SERENO_MODEL__NAME": provider.models[0],
            "SERENO_MODEL__BASE_URL": provider.base_url,
            "SERENO_MODEL__API_KEY": provider.api_key or "",
            # Some replies here are longer than most.
            "SERENO_MODEL__MAX_TOKENS": "4096",
            "SERENO_CONSOLE__URL": "https://sereno.example.org",
        }
        settings = load(environment, secrets=folder)
        async with wiring.store_of(settings) as store:
            adapter = adapter_for(scene, wiring.memory_of(store, "slack"), **fields)
            model = wiring.model_of(settings)
            worker = wiring.worker_of(settings, store, model)
            working = asyncio.create_task(worker.run())
            talking = asyncio.create_task(Gateway(adapter, store, store, store, name=wiring.new_name()).run())
            try:
                await connected(scene, talking)
                yield Whole(scene, store, provider, adapter)
            finally:
                talking.cancel()
                worker.stop()
                await asyncio.gather(talking, working, return_exceptions=True)
                await model.aclose()


def ref_in(message: Shown) -> ConversationRef:
    """The conversation that begins with, or goes on under, a message."""
    channel, user = message.channel, message.user
    community = f"dm-{channel.team.id}-{user.id}" if channel.kind == "im" else channel.team.id
    return ConversationRef("slack", community, channel.id, message.thread_ts or message.ts)


def id_of(message: Shown) -> str:
    """What the adapter calls a message."""
    return f"{message.channel.team.id}.{message.channel.id}.{message.ts}"


def reply_to(message: Shown) -> ReplyTo:
    """What answers a message of a channel."""
    return ReplyTo("slack", id_of(message), person=message.user.id)


def answers(interaction: Interaction) -> list[str]:
    """What the member reads of the answers to an interaction."""
    return [one.all_text for one in interaction.messages if not one.deleted]


class Desk(Scene):
    """A scene with a channel for moderators."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.log: Channel = self.world.add_channel("mod-log", [self.mod], private=True)

    @property
    def cards(self) -> list[Shown]:
        """The cards that stand in the moderators' channel."""
        return [one for one in self.world.replies(self.log) if one.ephemeral_to is None]


CARD_BUTTONS = ("right", "false_alarm", "release", "time_out", "delete")


def card_of(
    desk: Desk,
    case: str,
    said: Shown,
    *,
    seq: int = 1,
    number: int = 1,
    offered: tuple[str, ...] = CARD_BUTTONS,
    **fields: Any,
) -> Card:
    """A card about something that was said."""
    where = ref_in(said)
    given: dict[str, Any] = {
        "title": "A message was held back",
        "fields": (
            ("Member", said.user.display_name),
            ("Message", said.text.removeprefix(f"{desk.me.mention} ")),
            ("Why", "• Asks to ignore the instructions (injection/override, 0.97)"),
        ),
        "about": About(where, id_of(said), said.user.id, said.user.display_name),
        "buttons": tuple(Button(action, action, case) for action in offered),
    } | fields
    log = ConversationRef("slack", desk.world.team.id, desk.log.id)
    return Card(f"card-{case}", seq, log, ReplyTo("slack"), case=case, number=number, **given)
