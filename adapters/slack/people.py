"""Who is who in a workspace: names, languages, and who may moderate."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.asking import Standing
from adapters.base import Author, Locale

logger = logging.getLogger(__name__)

KNOWN_SECONDS = 600.0
"""How long what Slack said about a member is taken for true; a press under a card always asks anew."""
ASK_SECONDS = 1.0
"""What a question about a member may take of the three seconds in which a message must be acknowledged."""
STANDING_SECONDS = 5.0
"""What the same question may take where nothing waits to be acknowledged."""
MOST_PEOPLE = 10_000
_NOBODY = ("user_not_found", "user_not_visible")
MOST_ASKED = 20
"""Members of one message whose names are asked for: Slack answers about 100 such questions a minute."""


@dataclass(frozen=True, slots=True)
class Person:
    """A member, or a bot."""

    id: str
    name: str
    """As others see it; the id where Slack does not tell."""
    is_bot: bool = False
    moderates: bool = False
    locale: Locale = ""
    administers: bool = False
    """As an admin or an owner of this workspace."""

    @property
    def author(self) -> Author:
        """The member as the author of a message."""
        return Author(self.id, self.name, (), self.is_bot, self.moderates)


class People:
    """What Slack says about members, asked once in a while."""

    def __init__(
        self, web: AsyncWebClient, clock: Callable[[], float], moderators: str, team: str = ""
    ) -> None:
        """`clock`: Unix seconds; `moderators`: the id of a user group, "" when only admins moderate; `team`: the
        workspace, whose admins alone moderate: in a shared channel there are another one's, too.
        """
        self._team = team
        self._web = web
        self._clock = clock
        self._moderators = moderators
        self._known: dict[str, tuple[float, Person]] = {}

    async def person(self, user: str, *, anew: bool = False) -> Person:
        """A member; nothing but the id is known when Slack does not answer in time."""
        kept = self._known.get(user)
        if kept and not anew and self._clock() < kept[0]:
            return kept[1]
        try:
            async with asyncio.timeout(ASK_SECONDS):
                found = await self._ask(user)
        except (SlackApiError, aiohttp.ClientError, OSError, TimeoutError, LookupError) as error:
            logger.warning("a member could not be looked up: %s", type(error).__name__)
            # Not the rights that somebody had before: they may be gone.
            return Person(user, kept[1].name if kept else user, locale=kept[1].locale if kept else "")
        self._known.pop(user, None)
        self._known[user] = (self._clock() + KNOWN_SECONDS, found)
        while len(self._known) > MOST_PEOPLE:
            del self._known[next(iter(self._known))]
        return found

    async def standing(self, user: str) -> Standing | None:
        """What a member may, asked anew; None when Slack does not answer."""
        try:
            async with asyncio.timeout(STANDING_SECONDS):
                found = await self._ask(user)
        except (SlackApiError, aiohttp.ClientError, OSError, TimeoutError, LookupError) as error:
            if isinstance(error, SlackApiError) and error.response.get("error") in _NOBODY:
                return "member"
            logger.warning("a member could not be looked up: %s", type(error).__name__)
            return None
        if found.administers:
            return "administrator"
        return "moderator" if found.moderates else "member"

    async def names(self, users: Iterable[str]) -> dict[str, str]:
        """Ids → names, as far as they are known or few enough to be asked for."""
        known, unknown = list[str](), list[str]()
        for user in users:
            (known if user in self._known else unknown).append(user)
        found = await asyncio.gather(*(self.person(user) for user in known + unknown[:MOST_ASKED]))
        return {person.id: person.name for person in found}

    async def _ask(self, user: str) -> Person:
        told = (await self._web.users_info(user=user, include_locale=True))["user"]
        profile = told.get("profile") or {}
        name = profile.get("display_name") or profile.get("real_name") or told.get("name") or user
        administers = self._is_here(told) and bool(
            told.get("is_admin") or told.get("is_owner") or told.get("is_primary_owner")
        )
        moderates = administers
        if self._moderators and not moderates:
            moderates = user in await self._group()
        gone = bool(told.get("deleted"))
        return Person(
            user,
            str(name),
            bool(told.get("is_bot")),
            moderates and not gone,
            str(told.get("locale") or ""),
            administers and not gone,
        )

    def _is_here(self, told: Mapping[str, Any]) -> bool:
        """Whether a member is one of this workspace, or of this one, too, in an organisation of several."""
        teams = (told.get("enterprise_user") or {}).get("teams") or ()
        home = str(told.get("team_id") or self._team)
        return not self._team or home == self._team or self._team in teams

    async def _group(self) -> list[str]:
        answer = await self._web.usergroups_users_list(usergroup=self._moderators)
        return [str(user) for user in answer["users"]]
