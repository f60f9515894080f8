"""The adapter for Discord: stays connected, and comes back when Discord goes away."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import aiohttp
import discord

from adapters.asking import Channel, Standing
from adapters.base import (
    AdapterFailed,
    Capabilities,
    CommandSpec,
    ConversationRef,
    DeliveryFailed,
    Memory,
    OnMessage,
    OutboxEvent,
    Translate,
)
from adapters.discord.address import quieten, redirect
from adapters.discord.client import Client
from adapters.discord.delivery import EDIT_SECONDS, Delivery
from adapters.discord.missed import Missed
from adapters.discord.render import LIMIT
from adapters.discord.standing import channels_of, standing_of

logger = logging.getLogger(__name__)

LOGIN_SECONDS = 10.0
"""How long a delivery waits for a login that is under way."""
BACK_OFF = (1.0, 60.0)
"""The first and the longest wait before logging in again."""

REFUSED = (
    "SERENO_DISCORD__TOKEN is refused by Discord: copy it anew from the Bot page of the developer portal"
)
NO_INTENT = (
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
        quieten()
        # What both know outlives a connection.
        self._delivery = Delivery(self.memory, self.clock, self.translate)
        self._missed = Missed(self.memory, self.clock)
        self.busy: set[asyncio.Task[object]] = set()
        """Events that are being worked on."""
        self._client: Client | None = None
        self._logged_in = asyncio.Event()

    @property
    def ready(self) -> bool:
        """Whether it is connected and knows its guilds."""
        return self._client is not None and self._client.is_ready()

    def capabilities(self, ref: ConversationRef) -> Capabilities:
        """The same in every channel; threads only in guilds."""
        direct = ref.community.startswith("dm-")
        return Capabilities(LIMIT, EDIT_SECONDS, threads=not direct, ephemeral=True, dialect="discord")

    async def standing(self, ref: ConversationRef, person: str) -> Standing | None:
        """What a member may in the channel of `ref`; see `adapters.asking.Moderators`."""
        client = self._client
        return None if client is None else await standing_of(client, ref, person)

    async def channels(self, ref: ConversationRef, person: str) -> Sequence[Channel] | None:
        """See `adapters.asking.Channels`."""
        client = self._client
        return None if client is None else await channels_of(client, ref, person)

    async def run(self, on_message: OnMessage) -> None:
        """Stays connected until cancelled.

        Raises:
            AdapterFailed: the token or the intents are refused: nothing that waiting would mend.
        """
        pause = BACK_OFF[0]
        while True:
            client = Client(self, self._delivery, self._missed, on_message)
            connected: asyncio.Task[None] | None = None
            started = self.clock()
            try:
                await client.login(self.token)
                self._client = client
                self._logged_in.set()
                await client.register()
                # discord.py swallows a cancellation that comes while it connects again: it gets none.
                connected = asyncio.create_task(client.connect(reconnect=True))
                await asyncio.wait([connected])
                connected.result()
            except asyncio.CancelledError:
                await client.settle()
                raise
            except discord.LoginFailure as error:
                raise AdapterFailed(REFUSED) from error
            except discord.PrivilegedIntentsRequired as error:
                raise AdapterFailed(NO_INTENT) from error
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
                await self._delivery.settle()
                with suppress(discord.DiscordException, aiohttp.ClientError, OSError):
                    await client.close()
                if connected is not None:
                    connected.cancel()
                    await asyncio.gather(connected, return_exceptions=True)
            await asyncio.sleep(pause)
            pause = BACK_OFF[0] if self.clock() - started > 60 else min(pause * 2, BACK_OFF[1])

    async def deliver(self, event: OutboxEvent) -> None:
        """Shows `event`; see the port."""
        try:
            async with asyncio.timeout(LOGIN_SECONDS):
                await self._logged_in.wait()
        except TimeoutError:
            raise DeliveryFailed("not logged in", retry_after=5.0) from None
        client = self._client
        if client is None:
            raise DeliveryFailed("not logged in", retry_after=1.0)
        await self._delivery.deliver(event, client)
