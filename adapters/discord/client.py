"""One connection to Discord: hears what is meant for the bot, and answers in time that it has."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping
from contextlib import aclosing, contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

import aiohttp
import discord
from discord import app_commands

from adapters.attached import adds_files
from adapters.base import N_, Busy, ConversationRef, Message, OnMessage, OptionValue, ReplyTo
from adapters.discord import register, suggesting
from adapters.discord.actions import Actions
from adapters.discord.attached import given_files, parted, texts_of
from adapters.discord.buttons import Lasting
from adapters.discord.cards import may_be_shown
from adapters.discord.convert import PLATFORM, command_of, is_written, message_of, shown_text
from adapters.discord.delivery import Delivery
from adapters.discord.missed import Missed
from adapters.discord.opening import open_thread
from adapters.discord.register import Given
from adapters.discord.render import nonce_of
from adapters.discord.retracted import TakenBack
from adapters.once import COMMANDS
from adapters.sentences import BUSY, NO_TEXT, NOT_TAKEN
from adapters.suggesting import SUGGEST

if TYPE_CHECKING:
    from adapters.discord.adapter import DiscordAdapter

logger = logging.getLogger(__name__)

_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds between tries to hand a message over."""
TAKE_SECONDS = 0.5
"""How long Discord waits for a deferral until the command is durable: of its three seconds, that is enough."""
SETTLE_SECONDS = 3.0
"""What messages that are being taken get at the end."""
_ACKNOWLEDGED = 40060

NO_CARDS_THERE = N_(
    "I cannot show cards there: I need View Channel, Send Messages and Embed Links in that channel. Give me these, "
    "then choose it again."
)


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
        self._connected: set[int] = set()
        """The shards that have had a session."""
        self._lines: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._members: dict[tuple[int, int], discord.Member] = {}
        """Who wrote what it catches up with, by guild and id: asked for once."""
        self._taken_back = TakenBack(self, on_message)
        self._actions = Actions(self._memory, self._translate, self._taken)
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

    async def on_shard_connect(self, shard: int) -> None:
        """A new session: what was said before it comes first."""
        self._connected.add(shard)
        await self._missed.pause()

    async def on_guild_available(self, _guild: discord.Guild) -> None:
        """Hears what was said before, once all guilds are there."""
        if len(self._connected) == self.shard_count and not any(guild.unavailable for guild in self.guilds):
            await self._catch_up()

    async def on_ready(self) -> None:
        """The same when a guild is out of order: discord.py waits two seconds for the next one."""
        await self._catch_up()

    async def on_shard_ready(self, _shard: int) -> None:
        """The same when one of several shards began anew."""
        if self.is_ready():
            await self._catch_up()

    async def _catch_up(self) -> None:
        # discord.py may say that it is ready when the connection has ended meanwhile.
        if self._ending or self.is_closed():
            return
        with self._under_way():
            async with aclosing(self._missed.messages(self)) as messages:
                async for message in messages:
                    await self._hear(message, late=True)
            self._members.clear()

    async def on_message(self, message: discord.Message) -> None:
        """Hears what is meant for the bot."""
        # What is said while it ends, it hears when it starts again.
        if not self._ending:
            with self._under_way():
                await self._hear(message)

    async def _hear(self, message: discord.Message, *, late: bool = False) -> None:
        if not is_written(message):
            return
        with self._missed.hearing(message.id):
            if not late:
                await self._missed.caught_up()
            line = self._lines.setdefault(message.channel.id, asyncio.Lock())
            # Discord's events become tasks in their order, and the lock is given in the order of asking.
            async with line:
                if await self._is_meant(message):
                    await self._hand_over(message, late=late)
        await self._missed.note()

    async def _hand_over(self, message: discord.Message, *, late: bool) -> None:
        if late and message.guild is not None:
            # Read by REST a message does not tell which member wrote it.
            key = (message.guild.id, message.author.id)
            with suppress(discord.HTTPException, aiohttp.ClientError, OSError):
                if key not in self._members:
                    self._members[key] = await message.guild.fetch_member(message.author.id)
                message.author = self._members[key]
        heard = await self._said(message)
        if heard is None:
            return
        if message.guild is None:
            await self._missed.note_direct(message.channel.id)
        refusal = await self._taken(heard)
        if refusal:
            with suppress(discord.HTTPException, aiohttp.ClientError, OSError):
                await message.channel.send(
                    refusal, reference=message, mention_author=False, nonce=nonce_of(heard.id, "no")
                )

    async def _said(self, message: discord.Message) -> Message | None:
        """What a message says; None when that is nothing."""
        assert self.user is not None
        heard = message_of(message, self.user.id, await texts_of(message.attachments))
        if adds_files(heard.text):
            heard = replace(heard, attachments=await given_files(message.attachments))
        return heard if heard.text or heard.attachments or heard.quoted else None

    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        """Hears that a message is gone."""
        await self._gone(event.guild_id, event.channel_id, {event.message_id})

    async def on_raw_bulk_message_delete(self, event: discord.RawBulkMessageDeleteEvent) -> None:
        """Hears that many messages are gone at once."""
        await self._gone(event.guild_id, event.channel_id, event.message_ids)

    async def _gone(self, guild: int | None, place: int, messages: set[int]) -> None:
        if not self._ending:
            with self._under_way():
                # What is still being taken must be there before it can be taken back.
                await self._missed.caught_up()
                async with self._lines.setdefault(place, asyncio.Lock()):
                    await self._taken_back.deleted(guild, place, messages)

    async def on_raw_message_edit(self, event: discord.RawMessageUpdateEvent) -> None:
        """Hears that a message says something else."""
        message = event.message
        # Without a time nobody has edited it: a link has got its preview, a thread was opened, it was pinned.
        if self._ending or message.edited_at is None or not is_written(message):
            return
        with self._under_way():
            await self._missed.caught_up()
            async with self._lines.setdefault(message.channel.id, asyncio.Lock()):
                heard = await self._said(message) if await self._is_meant(message) else None
                if heard is not None:
                    await self._taken_back.edited(heard, message.edited_at)

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
        self, interaction: discord.Interaction[Any], name: str, options: Mapping[str, Given]
    ) -> None:
        """Takes a command."""
        with self._under_way():
            given, files = parted({key: value for key, value in options.items() if key != register.THREAD})
            message = command_of(interaction, name, given, public=name not in self._private)
            channel, guild = str(given.get("log-channel", "")), interaction.guild
            if channel and guild is not None and not may_be_shown(guild, int(channel)):
                await self._defer(interaction, private=True)
                await self._answer_refusal(interaction, self._translate(NO_CARDS_THERE, message.locale))
            elif files:
                # Discord waits three seconds, and a file may take longer.
                await self._defer(interaction, private=name in self._private)
                message = replace(message, attachments=await given_files(files))
                await self._answer_refusal(interaction, await self._taken(message))
            elif options.get(register.THREAD):
                await self._use_in_thread(interaction, message)
            else:
                if isinstance(interaction.channel, discord.Thread):
                    await self._take_part(interaction.channel.id)
                await self._use(interaction, message, private=name in self._private)

    async def _use(self, interaction: discord.Interaction[Any], message: Message, *, private: bool) -> None:
        """Durable first: whoever reads that an answer will come gets it, whatever ends meanwhile.

        But Discord waits three seconds, so that a slow mailbox is not waited for.
        """
        taking = asyncio.create_task(self._taken(message))
        try:
            # Before Discord knows that there will be an answer, it takes none.
            with self._delivery.held(message.reply_to.message_id):
                await asyncio.wait([taking], timeout=TAKE_SECONDS)
                # Where that fails, the answer goes to the channel.
                await self._defer(interaction, private=private)
            await self._answer_refusal(interaction, await taking)
        finally:
            taking.cancel()

    async def _use_in_thread(self, interaction: discord.Interaction[Any], message: Message) -> None:
        """A command whose answer, and all that follows, has a thread of its own."""
        deferred = await self._defer(interaction, private=False)
        hears = self.intents.message_content
        thread = await open_thread(interaction, self._translate, hears=hears) if deferred else None
        if thread is not None:
            await self._take_part(thread.id)
            ref = message.ref
            message = replace(
                message,
                ref=ConversationRef(PLATFORM, ref.community, ref.channel, str(thread.id)),
                reply_to=ReplyTo(PLATFORM, message.id, asked=message.reply_to.asked),
            )
        await self._answer_refusal(interaction, await self._taken(message))

    async def on_press(self, interaction: discord.Interaction[Any], action: str, argument: str) -> None:
        """Takes a press of a button: one of a card, or a command whose only option is what stands in the button."""
        with self._under_way():
            if action == SUGGEST:
                await suggesting.ask(interaction, self._translate, argument)
            elif action not in COMMANDS:
                message = command_of(interaction, action, {"turn": argument})
                await self._use(interaction, message, private=True)
            elif await self._defer(interaction, private=True):
                refusal = await self._actions.press(interaction, action, argument)
                await self._answer_refusal(interaction, refusal)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Takes a form that was filled in; all else discord.py has handed on itself."""
        options = suggesting.answered(interaction)
        if options is not None:
            with self._under_way():
                await self._use(interaction, command_of(interaction, SUGGEST, options), private=True)

    async def on_menu(
        self, interaction: discord.Interaction[Any], action: str, target: discord.Message
    ) -> None:
        """Takes a choice from a message's menu; the answer is for the one who chose alone."""
        with self._under_way():
            chosen = self._chosen(interaction, action, target)
            if isinstance(chosen, str):
                await self._defer(interaction, private=True)
                await self._answer_refusal(interaction, chosen)
            else:
                await self._use(interaction, chosen, private=True)

    def _chosen(
        self, interaction: discord.Interaction[Any], action: str, target: discord.Message
    ) -> Message | str:
        """What a choice asks for, or what to tell the member."""
        assert self.user is not None
        locale, text = str(interaction.locale), shown_text(target, self.user.id)
        if not text:
            return self._translate(NO_TEXT, locale)
        options: dict[str, OptionValue] = {"text": text}
        if action == "translate":
            options["to"] = locale.partition("-")[0]
        elif action == "report":
            options |= {"author": target.author.display_name, "author_id": str(target.author.id)}
            options["message"] = str(target.id)
        return command_of(interaction, action, options)

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
