"""Channels: what they are called, as far as the platform tells, and which one somebody names by its link or its id."""

from __future__ import annotations

import re
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.console.gate import who_of
from bot.console.kept import Kept
from bot.console.pages import page
from bot.entry import Door
from bot.rules import chosen

_GIVEN = {
    "discord": re.compile(
        r"(?:https://(?:[a-z]+\.)?discord(?:app)?\.com/channels/(?P<community>\w+)/|<#)?(?P<channel>\d{15,20})(?:[/>].*)?"
    ),
    "slack": re.compile(
        r"(?:https://app\.slack\.com/client/(?P<community>[TE][A-Z0-9]+)/|https://[\w.-]+\.slack\.com/archives/|<#)?"
        r"(?P<channel>[CG][A-Z0-9]{5,})(?:[/|>?].*)?"
    ),
}


def routes(kept: Kept, door: Door) -> Sequence[BaseRoute]:
    """What pages ask for once they are there: the platform may take its time to say."""

    async def names(request: Request) -> Response:
        found = await door.channels(who_of(request))
        return JSONResponse({channel.id: channel.name for channel in found})

    async def choices(request: Request) -> Response:
        who = who_of(request)
        found = await door.channels(who)
        if not found:
            return Response(status_code=204)
        value = chosen(await kept.layer(who.community)).log_channel
        return page(request, "_channels.html", channels=found, value=value)

    return [Route("/channels", names), Route("/policy/channels", choices)]


def channel_id(given: str, community: str) -> str | None:
    """The id of the channel that `given` names in `community` (its key); None where it names none of its channels.

    Of a platform of which it is not known how it writes them, it is what is given.
    """
    platform, _, its_id = community.partition("/")
    form = _GIVEN.get(platform)
    if form is None:
        return given
    found = form.fullmatch(given)
    if found is None or found["community"] not in (None, its_id):
        return None
    return found["channel"]
