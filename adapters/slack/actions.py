"""Presses under a card: who may, done once, and only then written down."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from slack_sdk.errors import SlackApiError

from adapters.base import N_, CommandUse, Memory, Message, ReplyTo, Translate
from adapters.cards import Group
from adapters.once import COMMANDS, NOT_DONE, NOT_KNOWN, NOT_WRITTEN, Once, Refused, Step
from adapters.slack.cards import group_on, messages_of
from adapters.slack.convert import PLATFORM, RESPONSE_SECONDS, Event, interaction_of, ref_of, team_in, ts_of
from adapters.slack.people import Person
from adapters.slack.web import Site, trouble_of
from adapters.text import truncate

logger = logging.getLogger(__name__)

ACT_SECONDS = 20.0
"""What Slack gets to do it in, all tries together."""

NEEDS_ADMIN = N_("For that you must be an admin of this workspace, or in the user group of its moderators.")
NOTHING_OF_MINE = N_(
    "Slack lets me delete only what I wrote myself, and there is nothing of mine left to delete."
)

Take = Callable[[Message], Awaitable[str]]
"""Hands a message over; "" when it is durable, else what to tell whoever sent it."""


@dataclass(frozen=True, slots=True)
class Press:
    """Somebody pressed a button, or chose something."""

    payload: Event
    person: Person
    """As Slack knows them now."""
    now: float
    """Unix seconds."""

    @property
    def channel(self) -> str:
        """Where."""
        inside = self.payload.get("channel") or {}
        return str(inside.get("id") or self.payload.get("container", {}).get("channel_id") or "")

    @property
    def message_ts(self) -> str:
        """Under which message."""
        return str(self.payload.get("container", {}).get("message_ts") or "")

    @property
    def reply_to(self) -> ReplyTo:
        """How to answer: for the one who pressed, alone."""
        response_url = str(self.payload.get("response_url") or "")
        return ReplyTo(PLATFORM, "", response_url, self.now + RESPONSE_SECONDS, person=self.person.id)

    def message(self, use: CommandUse) -> Message:
        """The press as a use of a command."""
        return interaction_of(
            self.payload,
            ref=ref_of(team_in(self.payload), self.channel, "", self.person.id),
            author=self.person.author,
            use=use,
            now=self.now,
            locale=self.person.locale,
            reply_to=self.reply_to,
        )


class Actions:
    """What happens when a button of a card is pressed."""

    def __init__(self, memory: Memory, translate: Translate, take: Take) -> None:
        self._memory = memory
        self._translate = translate
        self._take = take
        self._steps = Once(memory, translate, truncate)

    async def press(self, press: Press, site: Site, action: str, argument: str) -> str:
        """Does what the button says and hands the decision over; "" then, else what to tell who pressed it.

        `argument` is the card's first turn.
        """
        try:
            return await self._press(press, site, action, argument)
        except Refused as refusal:
            return str(refusal)
        except Exception as error:  # noqa: BLE001 - whatever it is, whoever pressed must not wait for ever
            logger.warning("a press of %s failed: %s", action, type(error).__name__)
            return self._say(press, NOT_DONE)

    async def _press(self, press: Press, site: Site, action: str, argument: str) -> str:
        if not press.person.moderates:
            raise Refused(self._say(press, NEEDS_ADMIN))
        group = await group_on(self._memory, site.team, press.channel, press.message_ts)
        if action != "delete":
            return await self._decide(press, action, group.turns if group else (argument,))
        if group is None:
            raise Refused(self._say(press, NOT_KNOWN))
        done, failure = await self._steps.take(
            action,
            await self._deletions(press, site, group),
            by=press.person.name,
            locale=press.person.locale,
            seconds=ACT_SECONDS,
            why=lambda error: self._why(press, error),
        )
        if not done:
            return failure
        not_taken = await self._decide(press, action, done)
        await self._steps.settle(action, done, by=press.person.name, written=not not_taken)
        return self._say(press, NOT_WRITTEN) if not_taken else failure

    async def _deletions(self, press: Press, site: Site, group: Group) -> dict[str, Step]:
        """What deletes each case's messages of the bot."""
        team = team_in(press.payload)
        steps: dict[str, Step] = {}
        for card in group.cards:
            about = card.about
            if about is None or about.ref.community != team:
                raise Refused(self._say(press, NOT_KNOWN))
            if about.author_id == site.me and about.message_id:
                mine = [ts_of(about.message_id)]
            else:
                mine = await messages_of(self._memory, card.case)
            if mine:
                steps[card.case] = partial(_delete, site, about.ref.channel, mine)
        if not steps:
            raise Refused(self._say(press, NOTHING_OF_MINE))
        return steps

    async def _decide(self, press: Press, action: str, turns: Sequence[str]) -> str:
        """Hands a decision over; see `Take`."""
        message = press.message(CommandUse(COMMANDS[action], {"turns": " ".join(turns)}))
        return await self._take(replace(message, author=replace(message.author, is_moderator=True)))

    def _why(self, press: Press, error: Exception) -> str:
        logger.warning("delete failed: %s", trouble_of(error).code)
        return self._say(press, NOT_DONE)

    def _say(self, press: Press, sentence: str, **values: Any) -> str:
        return self._translate(sentence, press.person.locale).format(**values)


async def _delete(site: Site, channel: str, messages: Sequence[str]) -> None:
    """Takes messages away, the last one first; some may be gone already."""
    for ts in reversed(messages):
        try:
            await site.web.chat_delete(channel=channel, ts=ts)
        except SlackApiError as error:
            if trouble_of(error).code != "message_not_found":
                raise
