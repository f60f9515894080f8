"""The adapter for Discord: hears, registers commands, answers in time, and comes back when Discord goes away."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import discord
from discord import app_commands

from adapters.base import (
    N_,
    AdapterFailed,
    Busy,
    Capabilities,
    CommandSpec,
    ConversationRef,
    DeliveryFailed,
    Locale,
    Memory,
    Message,
    OnMessage,
    OptionValue,
    OutboxEvent,
    Translate,
)
from adapters.discord import register
from adapters.discord.address import redirect
from adapters.discord.buttons import Lasting
from adapters.discord.convert import command_of, message_of
from adapters.discord.delivery import Delivery
from adapters.discord.render import LIMIT

logger = logging.getLogger(__name__)

LOGIN_SECONDS = 10.0
BACK_OFF = (1.0, 60.0)
"""The first and the longest wait before connecting again."""
TEXT_FILE = 64_000
"""Bytes of an attached text that are read."""

_BUSY = N_(
    "Too many messages are waiting for an answer here, so this one was not taken. Try again in a moment."
)
_NOT_TAKEN = N_("Your message could not be taken. Please try again in a moment.")
_REFUSED = (
    "SERENO_DISCORD__TOKEN is refused by Discord: copy it anew from the Bot page of the developer portal"
)
_NO_INTENT = (
    "Discord does not let this bot have the message content intent: switch it on in the developer portal (Bot page, "
    "Privileged Gateway Intents), or unset SERENO_DISCORD__MESSAGE_CONTENT"
)


@dataclass(kw_only=True, eq=False)
class DiscordAdapter:
    """Discord, as one bot with one token."""

    token: str = field(repr=False)
    commands: Sequence[CommandSpec]
    translate: Translate
    memory: Memory
    message_content: bool = False
    """Whether to ask for the message content intent: then threads go on without mentions."""
    api_url: str = ""
    gateway_url: str = ""
    clock: Callable[[], float] = time.time

    route = "discord"

    def __post_init__(self) -> None:
        redirect(self.api_url, self.gateway_url)
        self._client: Client | None = None
        self._logged_in = asyncio.Event()

    @property
    def ready(self) -> bool:
        """Whether it is connected and knows its guilds."""
        return self._client is not None and self._client.is_ready()

    def capabilities(self, ref: ConversationRef) -> Capabilities:
        """The same in every channel; threads only in guilds."""
        direct = ref.community.startswith("dm-")
        return Capabilities(LIMIT, 1.25, threads=not direct, ephemeral=True, dialect="discord")

    async def run(self, on_message: OnMessage) -> None:
        """Stays connected until cancelled.

        Raises:
            AdapterFailed: the token or the intents are refused: nothing that waiting would mend.
        """
        pause = BACK_OFF[0]
        while True:
            client = Client(self, on_message)
            started = self.clock()
            try:
                await client.login(self.token)
                self._client = client
                self._logged_in.set()
                await client.connect(reconnect=True)
            except discord.LoginFailure as error:
                raise AdapterFailed(_REFUSED) from error
            except discord.PrivilegedIntentsRequired as error:
                raise AdapterFailed(_NO_INTENT) from error
            # AttributeError: discord.py's own way to fail when the first connection does.
            except (
                discord.DiscordException,
                aiohttp.ClientError,
                OSError,
                TimeoutError,
                AttributeError,
            ) as error:
                logger.warning(
                    "Discord went away (%s); connecting again in %.0f s", type(error).__name__, pause
                )
            finally:
                self._logged_in.clear()
                self._client = None
                with suppress(discord.DiscordException, aiohttp.ClientError, OSError):
                    await client.close()
            await asyncio.sleep(pause)
            pause = BACK_OFF[0] if self.clock() - started > 60 else min(pause * 2, BACK_OFF[1])

    async def deliver(self, event: OutboxEvent) -> None:
        """Shows `event`; see the port."""
        try:
            async with asyncio.timeout(LOGIN_SECONDS):
                await self._logged_in.wait()
        except TimeoutError:
            raise DeliveryFailed("not logged in", retry_after=2.0) from None
        client = self._client
        if client is None:
            raise DeliveryFailed("not logged in", retry_after=1.0)
        await client.delivery.deliver(event)


class Client(discord.AutoShardedClient):
    """One connection's life."""

    def __init__(self, adapter: DiscordAdapter, on_message: OnMessage) -> None:
        intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
        intents.message_content = adapter.message_content
        super().__init__(
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
        )
        self._adapter = adapter
        self._deliver_message = on_message
        self._threads: set[int] = set()
        self.tree: app_commands.CommandTree[Client] = app_commands.CommandTree(self)
        self.delivery = Delivery(
            self, adapter.memory, adapter.clock, lambda sentence: adapter.translate(sentence, "")
        )
        self._private = {spec.name for spec in adapter.commands if spec.private}

    async def setup_hook(self) -> None:
        """Registers commands and buttons."""
        await self.tree.set_translator(register.Translator())
        for spec in self._adapter.commands:
            self.tree.add_command(register.command_of(spec, self.on_command))
        self.add_dynamic_items(Lasting)
        wrote = await register.synchronise(self, self.tree)
        logger.info("Discord commands %s", "registered" if wrote else "are up to date")

    async def on_message(self, message: discord.Message) -> None:
        """Hears what is meant for the bot."""
        assert self.user is not None
        if (
            message.author.bot
            or message.webhook_id
            or message.type
            not in (
                discord.MessageType.default,
                discord.MessageType.reply,
            )
        ):
            return
        if not await self._is_meant(message):
            return
        heard = message_of(message, self.user.id, await _texts(message.attachments))
        if not heard.text and not heard.attachments and not heard.quoted:
            return
        try:
            await self._deliver_message(heard)
        except Busy:
            await message.reply(self._say(_BUSY, heard.locale), mention_author=False)

    async def _is_meant(self, message: discord.Message) -> bool:
        """A direct message, a mention, a reply that pings the bot, or a thread that it takes part in."""
        assert self.user is not None
        if message.guild is None:
            return True
        mentioned = any(user.id == self.user.id for user in message.mentions)
        if not isinstance(message.channel, discord.Thread):
            return mentioned
        thread = message.channel.id
        if mentioned:
            await self._take_part(thread)
            return True
        if thread not in self._threads and await self._adapter.memory.recall(f"thread {thread}"):
            self._threads.add(thread)
        # Without the intent what is said there comes empty, unless it mentions the bot.
        return thread in self._threads and bool(message.content or message.attachments)

    async def _take_part(self, thread: int) -> None:
        if thread not in self._threads:
            self._threads.add(thread)
            await self._adapter.memory.remember(f"thread {thread}", "1")

    async def on_command(
        self, interaction: discord.Interaction[Any], name: str, options: Mapping[str, OptionValue]
    ) -> None:
        """Takes a command: deferred first, because the mailbox may be slow and Discord waits 3 seconds."""
        await interaction.response.defer(thinking=True, ephemeral=name in self._private)
        await self._hand_over(interaction, command_of(interaction, name, options))

    async def on_press(self, interaction: discord.Interaction[Any], action: str, argument: str) -> None:
        """Takes a press of a button: a command whose only option is what stands in the button."""
        await interaction.response.defer(thinking=True, ephemeral=True)
        await self._hand_over(interaction, command_of(interaction, action, {"turn": argument}))

    async def _hand_over(self, interaction: discord.Interaction[Any], message: Message) -> None:
        try:
            await self._deliver_message(message)
        except Busy:
            await interaction.edit_original_response(content=self._say(_BUSY, message.locale))
        except Exception:
            # The member waits for an answer; whoever runs the bot finds the cause in the log.
            await interaction.edit_original_response(content=self._say(_NOT_TAKEN, message.locale))
            raise

    def _say(self, sentence: str, locale: Locale) -> str:
        return self._adapter.translate(sentence, locale)


async def _texts(files: Sequence[discord.Attachment]) -> dict[int, str]:
    """What attached text files say, as far as they are small and can be had in time."""
    texts: dict[int, str] = {}
    for file in files[:5]:
        if (file.content_type or "").startswith("text/") and file.size <= TEXT_FILE:
            with suppress(discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError):
                async with asyncio.timeout(5):
                    texts[file.id] = (await file.read()).decode("utf-8", "replace")
    return texts
