"""The workspaces that have installed the app: kept until they remove it, with tokens that are changed in time."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import time
from collections.abc import Callable
from datetime import datetime
from logging import Logger
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackTokenRotationError
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator

from adapters.base import Memory
from adapters.slack.web import QUIET, REFUSED, TROUBLE, Site, client_of, site_of, trouble_of

logger = logging.getLogger(__name__)

STATE_SECONDS = 600.0
"""How long somebody may take to install the app."""
ROTATE_MINUTES = 120
"""A token is changed when it is good for less than that."""
ROTATING_SECONDS = 30.0
"""How long one process alone changes a token: the one before is good meanwhile."""


class Installations(AsyncInstallationStore):
    """What was granted at installation, by workspace."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    @property
    def logger(self) -> Logger:
        """Says nothing: a token might be in it."""
        return QUIET

    async def async_save(self, installation: Installation) -> None:
        """Keeps an installation in the place of an older one.

        Raises:
            ValueError: it is for a whole organisation, which the manifest does not offer.
        """
        if not installation.team_id:
            raise ValueError("not an installation into a workspace")
        note = json.dumps(installation.to_dict_for_copying(), default=datetime.isoformat)
        await self._memory.keep(_name(installation.team_id), note)

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None = None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        """The installation of a workspace; None when there is none."""
        del enterprise_id, user_id, is_enterprise_install
        note = await self._memory.recall(_name(team_id)) if team_id else None
        return Installation(**json.loads(note)) if note else None

    async def async_find_bot(
        self,
        *,
        enterprise_id: str | None = None,
        team_id: str | None,
        is_enterprise_install: bool | None = False,
    ) -> Bot | None:
        """The same, as far as it is about the bot."""
        del enterprise_id, is_enterprise_install
        found = await self.async_find_installation(team_id=team_id)
        return found.to_bot() if found else None

    async def async_delete_all(self, *, enterprise_id: str | None = None, team_id: str | None) -> None:
        """Forgets a workspace."""
        del enterprise_id
        if team_id:
            await self._memory.forget(_name(team_id))


class States(AsyncOAuthStateStore):
    """Who has begun to install the app: each state is good once."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    @property
    def logger(self) -> Logger:
        """Says nothing."""
        return QUIET

    async def async_issue(self, *_: Any, **__: Any) -> str:
        """A new state."""
        state = secrets.token_urlsafe(24)
        await self._memory.reserve(f"state {state}", "1", STATE_SECONDS)
        return state

    async def async_consume(self, state: str) -> bool:
        """Whether a state was issued and not used yet."""
        if await self._memory.recall(f"state {state}") is None:
            return False
        return await self._memory.reserve(f"used state {state}", "1", STATE_SECONDS) is None


class Installed:
    """The sites of all workspaces, each made when it is first asked for."""

    def __init__(
        self,
        memory: Memory,
        *,
        client_id: str,
        client_secret: str,
        api_url: str,
        session: aiohttp.ClientSession,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`clock`: Unix seconds."""
        self._memory = memory
        self._api_url = api_url
        self._session = session
        self._clock = clock
        self._rotator = AsyncTokenRotator(
            client=client_of("", api_url, session), client_id=client_id, client_secret=client_secret
        )
        self._sites: dict[str, Site] = {}
        self._lines: dict[str, asyncio.Lock] = {}
        self.installations = Installations(memory)

    async def site(self, team: str) -> Site | None:
        """The workspace, with a token that is good; None when it has not installed the app, or has removed it.

        Raises:
            SlackApiError: Slack does not answer as it should.
        """
        async with self._lines.setdefault(team, asyncio.Lock()):
            installation = await self.installations.async_find_installation(team_id=team)
            if installation is None:
                self._sites.pop(team, None)
                return None
            installation = await self._rotated(installation)
            known = self._sites.get(team)
            if known is None or known.web.token != installation.bot_token:
                try:
                    known = await site_of(
                        client_of(installation.bot_token or "", self._api_url, self._session)
                    )
                except SlackApiError as error:
                    if trouble_of(error).code not in REFUSED:
                        raise
                    logger.warning("workspace %s refuses its token: it must install the app again", team)
                    return None
                self._sites[team] = known
            return known

    async def forget(self, team: str, at: float) -> None:
        """A workspace has removed the app at that time, in Unix seconds; perhaps it has installed it again since."""
        # Not while its token is being changed: that would be kept afterwards.
        async with self._lines.setdefault(team, asyncio.Lock()):
            found = await self.installations.async_find_installation(team_id=team)
            if found is not None and found.installed_at > at + 1.0:
                return
            await self.installations.async_delete_all(team_id=team)
            self._sites.pop(team, None)

    async def _rotated(self, installation: Installation) -> Installation:
        """The installation with a token that is good for a while."""
        until, team = installation.bot_token_expires_at, str(installation.team_id)
        if until is None or until - self._clock() > ROTATE_MINUTES * 60:
            return installation
        if await self._memory.reserve(f"rotating {team}", "1", ROTATING_SECONDS) is not None:
            # Another process is about it.
            return installation
        found = await self.installations.async_find_installation(team_id=team)
        if found is None or found.bot_token != installation.bot_token:
            # Another process has done it since this one looked: what changes a token is good once.
            await self._memory.forget(f"rotating {team}")
            return found or installation
        try:
            # It compares with its own clock: whether it is time has been decided.
            new = await self._rotator.perform_token_rotation(
                installation=installation, minutes_before_expiration=1_000_000
            )
        except (SlackTokenRotationError, *TROUBLE) as error:
            logger.warning("the token of workspace %s could not be changed: %s", team, type(error).__name__)
            return installation
        if new is None or new.bot_token_expires_at is None:
            return installation
        # Slack says how long it is good for, and slack_sdk counts from its own now.
        new.bot_token_expires_at += int(self._clock() - time.time())
        await self.installations.async_save(new)
        await self._memory.forget(f"rotating {team}")
        return new


def _name(team: str) -> str:
    return f"installed {team}"
