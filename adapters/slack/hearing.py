"""Messages that are meant for the bot, edited ones and deleted ones."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from weakref import WeakValueDictionary

import aiohttp

from adapters.base import Message
from adapters.slack.attached import texts_of
from adapters.slack.convert import (
    Event,
    all_text,
    id_of,
    is_direct,
    is_written,
    mentioned,
    message_of,
    place_of,
    ref_of,
)
from adapters.slack.people import People
from adapters.slack.render import fallback
from adapters.slack.retracted import TakenBack, is_deleted
from adapters.slack.taking import NotTaken, Taking
from adapters.slack.web import TROUBLE, Site

logger = logging.getLogger(__name__)

MOST_HEARD = 10_000


class Hearing:
    """See above."""

    def __init__(
        self,
        site: Site,
        session: aiohttp.ClientSession,
        people: People,
        taking: Taking,
        taken_back: TakenBack,
    ) -> None:
        self._site = site
        self._session = session
        self._people = people
        self._taking = taking
        self._taken_back = taken_back
        self._heard: dict[str, None] = {}
        """Messages that were handed over: what comes again is known further on, too, but costs its questions."""
        self._lines: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def hear(self, event: Event, team: str) -> bool:
        """Whether all is done that there is to do; False: Slack should send it again."""
        try:
            # Slack's events become tasks in their order, and the lock is given in the order of asking.
            async with self._lines.setdefault(str(event["channel"]), asyncio.Lock()):
                return await self._hear(event, team)
        except Exception as error:  # noqa: BLE001 - whatever it is, Slack will send it again
            logger.warning("an event could not be heard: %s", type(error).__name__)
            return False

    async def _hear(self, event: Event, team: str) -> bool:
        if event.get("subtype") in ("message_changed", "message_deleted"):
            return await self._changed(event, team)
        # What was edited until it mentions the bot comes as a change, too.
        late = event["type"] == "app_mention" and event.get("edited")
        if late or not is_written(event) or not await self._is_meant(event):
            return True
        name = id_of(team, str(event["channel"]), str(event["ts"]))
        if name in self._heard:
            return True
        message = await self._said(event, team)
        if not (message.text or message.attachments or message.quoted):
            return True
        try:
            refusal = await self._taking.hand_over(message)
        except NotTaken:
            return False
        self._note(name)
        if refusal:
            with suppress(*TROUBLE):
                await self._site.web.chat_postEphemeral(
                    channel=message.ref.channel, user=message.author.id, text=fallback(refusal)
                )
        return True

    def _note(self, name: str) -> None:
        self._heard[name] = None
        while len(self._heard) > MOST_HEARD:
            del self._heard[next(iter(self._heard))]

    async def _said(self, event: Event, team: str) -> Message:
        """What a message says."""
        me = self._site.me
        person, names, texts = await asyncio.gather(
            self._people.person(str(event["user"])),
            self._people.names(mentioned(all_text(event)) - {me}),
            texts_of(event.get("files") or (), self._site, self._session),
        )
        return message_of(
            event, team=team, me=me, author=person.author, names=names, texts=texts, locale=person.locale
        )

    async def _changed(self, event: Event, team: str) -> bool:
        """A message was edited or deleted."""
        channel, before = str(event["channel"]), event.get("previous_message") or {}
        if not is_written(before):
            return True
        ref = ref_of(team, *place_of({**before, "channel": channel}), str(before["user"]))
        if is_deleted(event):
            name = id_of(team, channel, str(before["ts"]))
            # It may not have been taken yet, and come again.
            self._note(name)
            return await self._taken_back.deleted(ref, name)
        after = {**event["message"], "channel": channel}
        # Without a time nobody has edited it: a link has got its preview, a thread was begun.
        edited = after.get("edited")
        if not edited or after.get("text") == before.get("text") or not await self._is_meant(after):
            return True
        return await self._taken_back.edited(await self._said(after, team), str(edited["ts"]))

    async def _is_meant(self, event: Event) -> bool:
        """A direct message, a mention, or a thread that it takes part in."""
        channel, thread = place_of(event)
        if is_direct(channel):
            return True
        if self._site.me in mentioned(str(event.get("text") or "")):
            await self._taking.take_part(self._site.team, channel, thread)
            return True
        return bool(event.get("thread_ts")) and await self._taking.takes_part(
            self._site.team, channel, thread
        )
