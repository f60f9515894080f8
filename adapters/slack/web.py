"""Slack's Web API: the client, what its refusals mean, and how fast it may be asked."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

REQUEST_SECONDS = 15.0
POST_EVERY = 1.05
"""Seconds between two messages in one channel: Slack takes about one a second,"""
POST_BURST = 3
"""and a few at once."""
LONGEST_WAIT = 30.0
"""Seconds that a message waits here for its turn; past it the one who sends it asks again later."""
PER_MINUTE = {
    "chat.startStream": 18,
    "chat.appendStream": 90,
    "chat.update": 30,
    # Each is taken back by a second one.
    "agents.sessions.setStatus": 24,
    "assistant.threads.setSuggestedPrompts": 60,
}
"""Calls of what may be left out: Slack's tiers, less what must not be left out."""
TROUBLE = (SlackApiError, aiohttp.ClientError, OSError, TimeoutError)
"""What a call may raise."""

_FLEETING = ("internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org")
REFUSED = (
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "token_revoked",
    "token_expired",
    "no_permission",
)
"""The token is not, or no longer, one that Slack knows."""


QUIET = logging.getLogger("slack_bolt")
"""For the SDKs: no log of what is sent and received, whatever the level."""
QUIET.setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Site:
    """The workspace that a token belongs to."""

    web: AsyncWebClient
    team: str
    me: str
    """The bot's id as a user."""
    bot: str
    """The bot's id as a bot."""
    url: str
    """The workspace's address, which ends in "/"."""
    scopes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a call failed."""

    code: str
    again: float | None
    """Seconds until it makes sense to try again; None: never."""
    certain: bool
    """Nothing was done."""


def new_session() -> aiohttp.ClientSession:
    """A session for all calls: without one, each would open a connection of its own."""
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=REQUEST_SECONDS))


def client_of(token: str, api_url: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """A client that tries each call once: whether a message was sent all the same, it cannot know."""
    return AsyncWebClient(
        token=token or None,
        base_url=api_url or AsyncWebClient.BASE_URL,
        session=session,
        retry_handlers=[],
        logger=QUIET,
    )


async def site_of(web: AsyncWebClient) -> Site:
    """The workspace of the client's token.

    Raises:
        SlackApiError: the token is refused.
    """
    told = await web.auth_test()
    scopes = next((value for name, value in told.headers.items() if name.lower() == "x-oauth-scopes"), "")
    return Site(
        web,
        str(told["team_id"]),
        str(told["user_id"]),
        str(told.get("bot_id") or ""),
        str(told.get("url") or ""),
        frozenset(scope.strip() for scope in scopes.split(",") if scope.strip()),
    )


def trouble_of(error: Exception) -> Trouble:
    """What a failed call means."""
    if not isinstance(error, SlackApiError):
        return Trouble(type(error).__name__, 1.0, certain=False)
    response = error.response
    status = getattr(response, "status_code", 0) or getattr(response, "status", 0)
    data = getattr(response, "data", None)
    code = str(data.get("error") or "") if isinstance(data, Mapping) else ""
    if status == 429 or code == "ratelimited":
        return Trouble("ratelimited", _retry_after(response), certain=True)
    if status >= 500 or not code or code in _FLEETING:
        return Trouble(code or f"HTTP {status}", 2.0, certain=False)
    return Trouble(code, 5.0 if code in REFUSED else None, certain=True)


def _retry_after(response: Any) -> float:
    for name, value in (getattr(response, "headers", None) or {}).items():
        if name.lower() == "retry-after":
            try:
                return max(float(value), 0.1)
            except ValueError:
                break
    return 1.0


class WaitLonger(Exception):
    """So many messages wait for a channel that this one should come again later."""

    def __init__(self, seconds: float) -> None:
        super().__init__("a channel takes one message a second")
        self.seconds = seconds


@dataclass(slots=True)
class Pace:
    """How fast Slack may be asked."""

    now: Callable[[], float] = time.monotonic
    _next: dict[str, float] = field(default_factory=dict)
    """Channel, or method and workspace → when the next call would be in time, were there no bursts."""

    async def turn(self, channel: str) -> None:
        """Returns when a message may be sent to `channel`.

        Raises:
            WaitLonger: that would take too long.
        """
        at = max(self._next.get(channel, 0.0), self.now())
        wait = at - (POST_BURST - 1) * POST_EVERY - self.now()
        if wait > LONGEST_WAIT:
            raise WaitLonger(wait)
        self._next[channel] = at + POST_EVERY
        if wait > 0:
            await asyncio.sleep(wait)
        elif len(self._next) > 10_000:
            self._next = {name: when for name, when in self._next.items() if when > self.now()}

    def passed(self, channel: str) -> None:
        """A message goes to `channel` without waiting for its turn: the others wait longer."""
        self._next[channel] = max(self._next.get(channel, 0.0), self.now()) + POST_EVERY

    def may(self, method: str, team: str = "") -> bool:
        """Takes one call of what can be left out, when there is one left in that workspace."""
        every, name = 60 / PER_MINUTE[method], f"{method} {team}"
        at = max(self._next.get(name, 0.0), self.now())
        if at - (PER_MINUTE[method] - 1) * every > self.now():
            return False
        self._next[name] = at + every
        return True

    def later(self, channel: str, seconds: float) -> None:
        """No message to `channel` for so long."""
        at = self.now() + seconds + (POST_BURST - 1) * POST_EVERY
        self._next[channel] = max(self._next.get(channel, 0.0), at)

    def never_for(self, method: str, seconds: float, team: str = "") -> None:
        """No call of `method` for so long in that workspace."""
        self._next[f"{method} {team}"] = self.now() + seconds + 60.0
