"""Messages that are meant for the bot, edited ones and deleted ones."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import replace
from weakref import WeakValueDictionary

import aiohttp

from adapters.attached import adds_files
from adapters.base import Message
from adapters.slack.attached import given_files, texts_of
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
from adapters.slack.missed import Missed
from adapters.slack.people import People
from adapters.slack.render import fallback
from adapters.slack.retracted import TakenBack, is_deleted
from adapters.slack.taking import NotTaken, Taking
from adapters.slack.web import TROUBLE, Site

logger = logging.getLogger(__name__)

MOST_HEARD = 10_000
TELL_SECONDS = 1.0
"""For a sentence to a member: what is said next waits for it."""


class Hearing:
    """See above."""

    def __init__(
        self,
        site: Site,
        session: aiohttp.ClientSession,
        people: People,
        taking: Taking,
        taken_back: TakenBack,
        missed: Missed,
    ) -> None:
        self._site = site
        self._session = session
        self._people = people
        self._taking = taking
        self._taken_back = taken_back
        self._missed = missed
        self._heard: dict[str, None] = {}
        """Messages that were handed over: what comes again is known further on, too, but costs its questions."""
        self._lines: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
        """By channel and thread: what is slow in one holds up no other."""

    async def hear(self, event: Event, team: str, attempt: int) -> bool:
        """Whether all is done that there is to do; False: Slack should send it again. `attempt`: how often it has."""
        try:
            # Slack's events become tasks in their order, and the lock is given in the order of asking.
            async with self._lines.setdefault(_line_of(event), asyncio.Lock()):
                return await self._hear(event, team, attempt)
        except Exception as error:  # noqa: BLE001 - whatever it is, Slack will send it again
            logger.warning("an event could not be heard: %s", type(error).__name__)
            return False

    async def _hear(self, event: Event, team: str, attempt: int) -> bool:
        if event.get("subtype") in ("message_changed", "message_deleted"):
            return await self._changed(event, team)
        # What was edited until it mentions the bot comes as a change, too.
        late = event["type"] == "app_mention" and event.get("edited")
        if late or not is_written(event):
            return True
        if not await self._is_meant(event) and (
            not event.get("thread_ts") or await self._missed.pass_over(event)
        ):
            return True
        name = id_of(team, str(event["channel"]), str(event["ts"]))
        if name in self._heard:
            return True
        if not await self._take(event, team):
            return False
        if self._site.me in mentioned(str(event.get("text") or "")):
            missed = await self._missed.below(event, attempt)
            if missed is None:
                return False
            for each in missed:
                again = id_of(team, str(each["channel"]), str(each["ts"]))
                if again not in self._heard and not await self._take(each, team):
                    return False
                self._note(again)
            if missed:
                await self._missed.heard(event)
        self._note(name)
        return True

    async def _take(self, event: Event, team: str) -> bool:
        """Hands a message over; whether that is done."""
        message = await self._said(event, team)
        if not (message.text or message.attachments or message.quoted):
            return True
        try:
            refusal = await self._taking.hand_over(message)
        except NotTaken:
            return False
        if refusal:
            with suppress(*TROUBLE):
                async with asyncio.timeout(TELL_SECONDS):
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
        message = message_of(
            event, team=team, me=me, author=person.author, names=names, texts=texts, locale=person.locale
        )
        if not adds_files(message.text):
            return message
        # What somebody may here is asked anew, as for a command.
        person = await self._people.person(str(event["user"]), anew=True)
        files = await given_files(event.get("files") or (), self._site, self._session)
        return replace(message, author=person.author, attachments=files)

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


def _line_of(event: Event) -> tuple[str, str]:
    """The channel and thread that an event is about."""
    about = event.get("previous_message") or event
    return str(event["channel"]), str(about.get("thread_ts") or about.get("ts") or "")
