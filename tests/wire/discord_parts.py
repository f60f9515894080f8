"""A guild with the adapter in it: alone, or with gateway, worker, engine, store and a loopback provider behind it."""

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
from adapters.discord.adapter import DiscordAdapter
from bot import wiring
from bot.commands import table
from bot.gateway import Gateway
from bot.i18n import translate
from bot.settings import load
from bot.store.base import Store
from bot.store.memory import MemoryStore
from tests.wire.discord import Channel, DiscordServer, Guild, Interaction, MovableClock, Permission, User
from tests.wire.discord import Message as Shown
from tests.wire.openai_server import OpenAIServer

SECONDS = 20.0
CONSOLE = "https://sereno.example.org"
"""Where the console is said to be."""
SEND = "POST /channels/{channel_id}/messages"
EDIT = "PATCH /channels/{channel_id}/messages/{message_id}"
ANSWER = "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"


class Scene:
    """A guild with a channel, Ana and a moderator in it."""

    def __init__(self, **settings: Any) -> None:
        self.clock = MovableClock()
        self.server = DiscordServer(clock=self.clock, **({"identify_every": 0.0} | settings))
        self.world = self.server.world
        self.guild: Guild = self.world.add_guild("Plaza")
        self.channel: Channel = self.world.add_channel(self.guild)
        self.ana: User = self.world.add_member(self.guild, "Ana", nick="Anita")
        self.guild_owner: User = self.world.users[self.guild.owner_id]
        moderators = self.world.add_role(self.guild, "moderators", 1 << 13)
        self.mod: User = self.world.add_member(self.guild, "Mod", roles=(moderators,))
        self.mention = f"<@{self.world.me.id}>"

    async def ask(self, text: str, channel: Channel | None = None, who: User | None = None) -> Shown:
        """Somebody mentions the bot."""
        return await self.world.say(who or self.ana, channel or self.channel, f"{self.mention} {text}")

    def said(self, channel: Channel | None = None) -> list[str]:
        """What stands there of the bot's, as a reader sees it."""
        return [
            one.all_text
            for one in self.world.replies(channel or self.channel)
            if one.type not in (18, 21) and not one.loading
        ]

    async def until_said(self, *texts: str, channel: Channel | None = None) -> None:
        """Waits until exactly that stands there."""
        await self.world.until(lambda: self.said(channel) == list(texts), SECONDS)

    async def ended(self, interaction: Interaction, text: str = "") -> str:
        """The text of the answer, when there is one (or `text` is it)."""

        def ended() -> str:
            found = answered(interaction)
            return found if text in ("", found) else ""

        return str(await self.world.until(ended, SECONDS))


def below(question: str, reply: str) -> str:
    """A reply to a command as all see it: with what was asked."""
    return f"> {question}\n\n{reply}"


def answered(interaction: Interaction) -> str:
    """What the member reads; "" while there is nothing."""
    shown = [*([interaction.response] if interaction.response else []), *interaction.followups]
    return "\n".join(one.all_text for one in shown if not one.deleted and not one.loading)


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
    return wiring.memory_of(MemoryStore(), "discord")


def adapter_for(
    scene: Scene, memory: Memory | None = None, *, token: str = "", **fields: Any
) -> DiscordAdapter:
    """An adapter that talks to the scene's server."""
    return DiscordAdapter(
        token=token or scene.server.token,
        commands=table(),
        translate=translate,
        memory=memory or notes(),
        api_url=scene.server.api_url,
        gateway_url=scene.server.gateway_url,
        clock=scene.clock,
        **fields,
    )


@asynccontextmanager
async def listening(
    scene: Scene, on_message: OnMessage, memory: Memory | None = None, **fields: Any
) -> AsyncIterator[DiscordAdapter]:
    """The adapter alone, connected; inside the scene's server."""
    adapter = adapter_for(scene, memory, **fields)
    task = asyncio.create_task(adapter.run(on_message))
    try:
        await connected(scene, task)
        yield adapter
    finally:
        await ended(task)


async def connected(scene: Scene, task: asyncio.Task[None]) -> None:
    """Waits for the adapter to have a session: what happens from then on, it hears."""
    await scene.world.until(lambda: task.done() or scene.server.gateway.live, SECONDS)
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
    adapter: DiscordAdapter


@asynccontextmanager
async def whole(scene: Scene, folder: Path, **fields: Any) -> AsyncIterator[Whole]:
    """Sereno on the scene's Discord: an embedded store, a loopback provider, and all that is ours between."""
    async with OpenAIServer() as provider:
        environment = {
            "SERENO_DATA_DIR": str(folder),
            "SERENO_MODEL__NAME": provider.models[0],
            "SERENO_MODEL__BASE_URL": provider.base_url,
            "SERENO_MODEL__API_KEY": provider.api_key or "",
            # Some replies here are longer than most.
            "SERENO_MODEL__MAX_TOKENS": "4096",
            "SERENO_CONSOLE__URL": CONSOLE,
        }
        settings = load(environment, secrets=folder)
        async with wiring.store_of(settings) as store:
            adapter = adapter_for(scene, wiring.memory_of(store, "discord"), **fields)
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


def reply_to(message: Shown) -> ReplyTo:
    """What answers a message of a channel."""
    return ReplyTo("discord", str(message.id))


def token_of(interaction: Interaction, left: float = 870.0) -> ReplyTo:
    """What answers an interaction for `left` seconds more."""
    return ReplyTo("discord", str(interaction.id), interaction.token, interaction.created_at + left)


class Desk(Scene):
    """A scene with a channel for moderators, who may do all that a card offers, and so may the bot."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        may = Permission.MANAGE_MESSAGES | Permission.MODERATE_MEMBERS
        self.mine, self.moderators = (
            next(role for role in self.guild.roles.values() if role.name == name)
            for name in (self.world.me.name, "moderators")
        )
        for role in (self.mine, self.moderators):
            self.world.change_role(self.guild, role, may)
        see = Permission.VIEW_CHANNEL
        hidden = self.world.overwrite(self.guild, deny=see)
        shown = (self.world.overwrite(role, allow=see) for role in (self.mine, self.moderators))
        self.log: Channel = self.world.add_channel(self.guild, "mod-log", overwrites=(hidden, *shown))

    @property
    def cards(self) -> list[Shown]:
        """The cards that stand in the moderators' channel."""
        return [one for one in self.world.replies(self.log) if one.ephemeral_to is None]


CARD_BUTTONS = ("right", "false_alarm", "release", "time_out", "delete")


def card_of(desk: Desk, case: str, said: Shown, *, seq: int = 1, number: int = 1, **fields: Any) -> Card:
    """A card about something that was said, with every button."""
    member = said.channel.guild.members[said.author.id] if said.channel.guild else None
    name = member.nick if member and member.nick else said.author.display_name
    channel = said.channel.parent or said.channel
    thread = str(said.channel.id) if said.channel.is_thread else ""
    where = ConversationRef("discord", str(desk.guild.id), str(channel.id), thread)
    given: dict[str, Any] = {
        "title": "A message was held back",
        "fields": (
            ("Member", name),
            ("Message", said.content.removeprefix(f"{desk.mention} ")),
            ("Why", "• Asks to ignore the instructions (injection/override, 0.97)"),
        ),
        "about": About(where, str(said.id), str(said.author.id), name),
        "buttons": tuple(Button(action, action, case) for action in CARD_BUTTONS),
    } | fields
    log = ConversationRef("discord", str(desk.guild.id), str(desk.log.id))
    return Card(f"card-{case}", seq, log, ReplyTo("discord"), case=case, number=number, **given)
