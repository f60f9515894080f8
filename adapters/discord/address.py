"""What must be set in discord.py before a client is made, and nowhere else: addresses and logs."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route


def redirect(api_url: str, gateway_url: str) -> None:
    """Sends discord.py to other addresses, for which it has no setting; "" leaves Discord's own.

    `api_url` ends in /api/v10; `gateway_url` begins with ws:// or wss://.
    """
    if api_url:
        Route.BASE = api_url.rstrip("/")
        parts = urlsplit(api_url)
        discord.Asset.BASE = f"{parts.scheme}://{parts.netloc}"
    if gateway_url:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)


def quieten() -> None:
    """No warnings about voice, which is not used; no log of what is sent and received, whatever the level."""
    discord.VoiceClient.warn_nacl = False
    discord.VoiceClient.warn_dave = False
    logger = logging.getLogger("discord")
    if logger.getEffectiveLevel() < logging.INFO:
        logger.setLevel(logging.INFO)
