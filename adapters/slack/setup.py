"""For whoever sets the app up: whether everything it needs is there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.base import AdapterFailed
from adapters.slack.adapter import INCOMPLETE, UNSIGNED, logged_in, socket_url
from adapters.slack.manifest import scopes_of
from adapters.slack.web import TROUBLE, Site, client_of, new_session, trouble_of

HELLO_SECONDS = 10.0
"""What Slack gets to say hello on a new connection."""
_SECRET = re.compile(r"[0-9a-f]{32}")
_ANEW = "make the app again from the manifest that `sereno slack manifest` prints, and install it again"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    good: bool
    text: str
    """What was found; and when it is not good, what to do."""


async def inspect(
    bot_token: str,
    api_url: str,
    *,
    app_token: str,
    signing_secret: str,
    over_http: bool,
    moderators: str,
    log_channels: Mapping[str, str] = MappingProxyType({}),
) -> list[Check]:
    """Looks at tokens, scopes, the connection or the signing secret, the moderators' group and channels.

    `log_channels`: workspace → channel, where a community has chosen one.

    Raises:
        AdapterFailed: the bot token is refused, or Slack cannot be reached.
    """
    async with new_session() as session:
        try:
            site = await logged_in(bot_token, api_url, session)
        except TROUBLE as error:
            raise AdapterFailed(
                f"Slack cannot be reached ({trouble_of(error).code}): try again later"
            ) from error
        found = [Check(True, f"the bot token is one of {site.url or site.team}"), _scopes(site, moderators)]
        if over_http:
            found.append(_secret(signing_secret))
        else:
            found.append(await _socket(client_of("", api_url, session), app_token, session))
        if moderators:
            found.append(await _group(site, moderators))
        found += [await _log_channel(site, each) for team, each in log_channels.items() if team == site.team]
        return found


def credentials(*, client_secret: str, signing_secret: str, over_http: bool) -> list[Check]:
    """Looks at what many workspaces need to install the app."""
    whole = bool(client_secret) and over_http
    return [
        Check(whole, "client id, client secret and port are set" if whole else INCOMPLETE),
        _secret(signing_secret),
    ]


def _scopes(site: Site, moderators: str) -> Check:
    missing = sorted(set(scopes_of(moderators)) - site.scopes)
    if not site.scopes:
        return Check(True, "Slack does not say which scopes the token has")
    if missing:
        return Check(False, f"missing scopes: {', '.join(missing)}: {_ANEW}")
    more = ", ".join(sorted(site.scopes - set(scopes_of(moderators))))
    return Check(
        True, f"all scopes are there, and more than it needs: {more}" if more else "all scopes are there"
    )


def _secret(signing_secret: str) -> Check:
    if not signing_secret:
        return Check(False, UNSIGNED)
    if not _SECRET.fullmatch(signing_secret):
        return Check(
            False,
            "SERENO_SLACK__SIGNING_SECRET does not look like one: 32 digits and letters a to f, on the page Basic "
            "Information of your app",
        )
    return Check(True, "the signing secret is set")


async def _socket(web: AsyncWebClient, app_token: str, session: aiohttp.ClientSession) -> Check:
    try:
        url = await socket_url(web, app_token)
        async with session.ws_connect(url) as socket:
            said = await socket.receive_json(timeout=HELLO_SECONDS)
    except AdapterFailed as error:
        return Check(False, str(error))
    except (*TROUBLE, ValueError, TypeError) as error:
        return Check(
            False, f"Slack opens no connection for Socket Mode ({trouble_of(error).code}): try again later"
        )
    if said.get("type") != "hello":
        return Check(
            False, "Slack takes no more connections of this app: end the processes that hold the others"
        )
    return Check(True, "Slack answers over Socket Mode")


async def _group(site: Site, moderators: str) -> Check:
    try:
        users = (await site.web.usergroups_users_list(usergroup=moderators))["users"]
    except TROUBLE as error:
        return Check(
            False,
            f"the user group {moderators} cannot be read ({trouble_of(error).code}): set SERENO_SLACK__MODERATORS to "
            "the id of one (S…), or unset it",
        )
    return Check(True, f"{len(users)} members of {moderators} moderate, beside the admins")


async def _log_channel(site: Site, channel: str) -> Check:
    another = "or choose another channel with /policy set"
    try:
        there = (await site.web.conversations_info(channel=channel))["channel"]
    except TROUBLE as error:
        return Check(
            False,
            f"the moderators' channel {channel} is gone or closed to the bot ({trouble_of(error).code}): invite it "
            f"there, {another}",
        )
    if not there.get("is_member") or there.get("is_archived"):
        return Check(
            False,
            f"the bot is not in the moderators' channel #{there.get('name')}: invite it there, {another}",
        )
    return Check(True, f"cards for moderators go to #{there.get('name')}")
