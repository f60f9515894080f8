"""Where Discord is. discord.py has no setting for it: its three addresses are changed here, and nowhere else."""

from __future__ import annotations

from urllib.parse import urlsplit

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route


def redirect(api_url: str, gateway_url: str) -> None:
    """Sends discord.py to other addresses; "" leaves Discord's own. To be called before a client is made.

    `api_url` ends in /api/v10; `gateway_url` begins with ws:// or wss://.
    """
    if api_url:
        Route.BASE = api_url.rstrip("/")
        parts = urlsplit(api_url)
        discord.Asset.BASE = f"{parts.scheme}://{parts.netloc}"
    if gateway_url:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)
