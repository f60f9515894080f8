"""One connection to Discord: hears what is meant for the bot, and answers in time that it has."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

import aiohttp
import discord
from discord import app_commands

from adapters.base import N_, Busy, ConversationRef, Message, OnMessage, OptionValue, ReplyTo
from adapters.discord import register
from adapters.discord.buttons import Lasting
from adapters.discord.convert import PLATFORM, command_of, message_of, shown_text
from adapters.discord.delivery import Delivery
from adapters.discord.missed import Missed
from adapters.discord.render import nonce_of
from adapters.text import clean, neutralise, truncate

if TYPE_CHECKING:
    from adapters.discord.adapter import DiscordAdapter

logger = logging.getLogger(__name__)

TEXT_FILE = 64_000
"""Bytes of an attached text that are read."""
_TEXT_TYPES = ("text/", "application/json", "application/xml", "application/yaml", "application/toml")
_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds between tries to hand a message over."""
SETTLE_SECONDS = 3.0
"""What messages that are being taken get at the end."""
_ACKNOWLEDGED = 40060

BUSY = N_(
    "Too many messages are waiting for an answer here, so this one was not taken. Try again in a moment."
)
NOT_TAKEN = N_("Your message could not be taken. Please try again in a moment.")
NO_TEXT = N_("There is no text in that message.")
CHECK = N_(
    "This will compare what the message claims with the documents of this community. It cannot do that yet."
)
THREAD_NAME = N_("A talk with {name}")
IN_THREAD = N_("The talk goes on in this thread: just write there.")
IN_THREAD_BY_MENTION = N_("The talk goes on in this thread: mention me there, or reply to me.")


class Client(discord.AutoShardedClient):
    """See above."""

    def __init__(
        self, adapter: DiscordAdapter, delivery: Delivery, missed: Missed, on_message: OnMessage
    ) -> None:
        intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
        intents.message_content = adapter.message_content
        super().__init__(
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
        )
        self._memory = adapter.memory
        self._translate = adapter.translate
        self._commands = adapter.commands
        self._private = {spec.name for spec in adapter.commands if spec.private}
        self._delivery = delivery
        self._missed = missed
        self._take = on_message
        self._threads: dict[int, bool] = {}
        """Whether it takes part, as far as that has been asked."""
        self._busy = adapter.busy
        self._ending = False
        self._lines: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self.tree: app_commands.CommandTree[Client] = app_commands.CommandTree(self)

    async def register(self) -> None:
        """Registers commands and buttons; writes only what differs."""
        told = register.Handlers(self.on_command, self.on_menu)
        await register.fill(self.tree, self._commands, self._translate, told)
        self.add_dynamic_items(Lasting)
        try:
            wrote = await register.synchronise(self, self.tree)
        except discord.HTTPException as error:
            if error.status >= 500:
                raise
            # Messages can be answered all the same.
            logger.error("Discord refuses the commands: HTTP %s, code %s", error.status, error.code)
        else:
            logger.info("Discord commands %s", "registered" if wrote else "are up to date")

    async def settle(self) -> None:
        """Begins nothing new, and lets what is under way come to its end if it does so soon."""
        self._ending = True
        if self._busy:
            _, late = await asyncio.wait(self._busy, timeout=SETTLE_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    @contextmanager
    def _under_way(self) -> Iterator[None]:
        # discord.py makes a task of each event, and forgets it.
        task = asyncio.current_task()
        assert task is not None
        self._busy.add(task)
        try:
            yield
        finally:
            self._busy.discard(task)

    # Messages

    async def on_ready(self) -> None:
        """A new session: hears what was said before it."""
        # discord.py waits some seconds before it says so, also when the connection has ended meanwhile.
        if self._ending or self.is_closed():
            return
        with self._under_way():
            async for message in self._missed.messages(self):
                await self._hear(message, late=True)

    async def on_message(self, message: discord.Message) -> None:
        """Hears what is meant for the bot."""
        # What is said while it ends, it hears when it starts again.
        if not self._ending:
            with self._under_way():
                await self._hear(message)

    async def _hear(self, message: discord.Message, *, late: bool = False) -> None:
        if message.author.bot or message.webhook_id or message.type not in _WRITTEN:
            return
        line = self._lines.setdefault(message.channel.id, asyncio.Lock())
        with self._missed.hearing(message.id):
            # Discord's events become tasks in their order, and the lock is given in the order of asking.
            async with line:
                if await self._is_meant(message):
                    await self._hand_over(message, late=late)
        await self._missed.note()

    async def _hand_over(self, message: discord.Message, *, late: bool) -> None:
        assert self.user is not None
        if late and message.guild is not None:
            # Read by REST a message does not tell which member wrote it.
            with suppress(discord.HTTPException, aiohttp.ClientError, OSError):
                message.author = await message.guild.fetch_member(message.author.id)
        heard = message_of(message, self.user.id, await _texts(message.attachments))
        if not heard.text and not heard.attachments and not heard.quoted:
            return
        if message.guild is None:
            await self._missed.note_direct(message.channel.id)
        refusal = await self._taken(heard)
        if refusal:
            with suppress(discord.HTTPException, aiohttp.ClientError, OSError):
                await message.channel.send(
                    refusal, reference=message, mention_author=False, nonce=nonce_of(heard.id, "no")
                )

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
        if not message.content and not message.attachments:
            # Without the intent that is all that can be seen of what does not mention the bot.
            return False
        if thread not in self._threads:
            self._threads[thread] = await self._memory.recall(f"thread {thread}") is not None
        return self._threads[thread]

    async def _take_part(self, thread: int) -> None:
        if not self._threads.get(thread):
            await self._memory.remember(f"thread {thread}", "1")
            self._threads[thread] = True

    async def _taken(self, message: Message) -> str:
        """Hands a message over; "" when it is durable, else what to tell the member."""
        self._delivery.heard(message.reply_to.message_id, message.locale)
        for pause in (*_PAUSES, None):
            try:
                await self._take(message)
            except Busy:
                return self._translate(BUSY, message.locale)
            except Exception as error:  # noqa: BLE001 - whatever it is, Discord will not send the message again
                logger.warning("message %s could not be taken: %s", message.id, type(error).__name__)
                if pause is not None:
                    await asyncio.sleep(pause)
            else:
                return ""
        return self._translate(NOT_TAKEN, message.locale)

    # Interactions

    async def on_command(
        self, interaction: discord.Interaction[Any], name: str, options: Mapping[str, OptionValue]
    ) -> None:
        """Takes a command: deferred first, because the mailbox may be slow and Discord waits 3 seconds."""
        with self._under_way():
            await self._command(interaction, name, options)

    async def _command(
        self, interaction: discord.Interaction[Any], name: str, options: Mapping[str, OptionValue]
    ) -> None:
        given = {key: value for key, value in options.items() if key != register.THREAD}
        private = name in self._private
        deferred = await self._defer(interaction, private=private)
        if private and not deferred:
            # It could only be answered for all to see. The member reads that there was no answer, and tries again.
            return
        message = command_of(interaction, name, given)
        if not deferred:
            message = _to_channel(message, message.ref)
        elif options.get(register.THREAD):
            thread = await self._open_thread(interaction)
            if thread is not None:
                await self._take_part(thread.id)
                ref = message.ref
                message = _to_channel(
                    message, ConversationRef(PLATFORM, ref.community, ref.channel, str(thread.id))
                )
        elif isinstance(interaction.channel, discord.Thread):
            await self._take_part(interaction.channel.id)
        await self._answer_refusal(interaction, await self._taken(message))

    async def on_press(self, interaction: discord.Interaction[Any], action: str, argument: str) -> None:
        """Takes a press of a button: a command whose only option is what stands in the button."""
        with self._under_way():
            if await self._defer(interaction, private=True):
                refusal = await self._taken(command_of(interaction, action, {"turn": argument}))
                await self._answer_refusal(interaction, refusal)

    async def on_menu(
        self, interaction: discord.Interaction[Any], action: str, target: discord.Message
    ) -> None:
        """Takes a choice from a message's menu; the answer is for the one who chose alone."""
        with self._under_way():
            if await self._defer(interaction, private=True):
                await self._answer_refusal(interaction, await self._chosen(interaction, action, target))

    async def _chosen(
        self, interaction: discord.Interaction[Any], action: str, target: discord.Message
    ) -> str:
        """Hands a choice over; "" when that is done, else what to tell the member."""
        locale, text = str(interaction.locale), shown_text(target)
        if action == "check":
            return self._translate(CHECK, locale)
        if not text:
            return self._translate(NO_TEXT, locale)
        options: dict[str, OptionValue] = {"text": text}
        if action == "translate":
            options["to"] = locale.partition("-")[0]
        else:
            options |= {"author": target.author.display_name, "link": target.jump_url}
        return await self._taken(command_of(interaction, action, options))

    async def _defer(self, interaction: discord.Interaction[Any], *, private: bool) -> bool:
        """Tells Discord that an answer will come; False when it is too late for that."""
        for _ in range(2):
            try:
                await interaction.response.defer(thinking=True, ephemeral=private)
            except discord.InteractionResponded:
                return True
            except discord.HTTPException as error:
                if error.code == _ACKNOWLEDGED:
                    # An earlier try was carried out, and only its answer got lost.
                    return True
                logger.warning("an interaction could not be deferred: code %s", error.code)
                return False
            except (aiohttp.ClientError, OSError):
                continue
            else:
                return True
        return False

    async def _answer_refusal(self, interaction: discord.Interaction[Any], refusal: str) -> None:
        if refusal:
            with suppress(discord.HTTPException, aiohttp.ClientError, OSError):
                await interaction.edit_original_response(content=refusal)

    async def _open_thread(self, interaction: discord.Interaction[Any]) -> discord.Thread | None:
        """A thread under the answer to the interaction; None where that is not possible."""
        channel = interaction.channel
        if not isinstance(channel, discord.TextChannel) or not interaction.is_guild_integration():
            return None
        locale = str(interaction.locale)
        where = IN_THREAD if self.intents.message_content else IN_THREAD_BY_MENTION
        name = self._translate(THREAD_NAME, locale).format(name=interaction.user.display_name)
        try:
            # A message that still says "thinking…" is no place for a thread.
            original = await interaction.edit_original_response(content=self._translate(where, locale))
            message = channel.get_partial_message(original.id)
            return await message.create_thread(name=truncate(" ".join(neutralise(clean(name)).split()), 100))
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            logger.warning("no thread could be opened in channel %s: %s", channel.id, type(error).__name__)
            return None


_WRITTEN = (discord.MessageType.default, discord.MessageType.reply)
"""Messages that members wrote; all others are Discord's own."""


def _to_channel(message: Message, ref: ConversationRef) -> Message:
    """A command that is answered like a message."""
    return replace(message, ref=ref, reply_to=ReplyTo(PLATFORM, message.id))


async def _texts(files: Sequence[discord.Attachment]) -> dict[int, str]:
    """What attached text files say, as far as they are small and can be had in time."""
    texts: dict[int, str] = {}
    for file in files[:5]:
        if (file.content_type or "").startswith(_TEXT_TYPES) and file.size <= TEXT_FILE:
            with suppress(discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError):
                async with asyncio.timeout(5):
                    texts[file.id] = (await file.read()).decode("utf-8", "replace")
    return texts
