"""The channels that the bot is in."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from adapters.asking import Channel
from adapters.slack.web import TROUBLE, trouble_of

logger = logging.getLogger(__name__)

ASK_SECONDS = 2.0
MOST = 999
"""Channels that Slack tells at once; nobody chooses among more."""


async def channels_of(web: AsyncWebClient, person: str) -> Sequence[Channel] | None:
    """See `adapters.asking.Channels`."""
    try:
        async with asyncio.timeout(ASK_SECONDS):
            there = await _conversations(web)
            if person:
                # Of private channels Slack names those in which the bot is, too.
                theirs = {each["id"] for each in await _conversations(web, user=person)}
                there = [each for each in there if not each.get("is_private") or each["id"] in theirs]
    except TROUBLE as error:
        logger.warning("the channels could not be looked up: %s", trouble_of(error).code)
        return None
    found = [Channel(str(each["id"]), str(each.get("name") or each["id"])) for each in there]
    return sorted(found, key=lambda channel: channel.name)


async def _conversations(web: AsyncWebClient, **whose: str) -> Sequence[Mapping[str, Any]]:
    """The channels that somebody is in; the bot, where nobody is named."""
    told = await web.users_conversations(
        types="public_channel,private_channel", exclude_archived=True, limit=MOST, **whose
    )
    return list(told["channels"])
