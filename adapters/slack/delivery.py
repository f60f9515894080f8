"""Shows a turn's events: one reply of one or more messages, growing word by word, found again after a restart."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError

from adapters.base import (
    N_,
    Card,
    DeliveryFailed,
    Delta,
    Final,
    Locale,
    Memory,
    Notice,
    OutboxEvent,
    Removed,
    Started,
    Translate,
    Withdrawn,
)
from adapters.sentences import NUMBER
from adapters.slack.cards import Cards
from adapters.slack.convert import ts_of
from adapters.slack.post import ANSWERS, Post
from adapters.slack.render import Part, parts_of, streamable
from adapters.slack.shown import GONE, Shown, noted
from adapters.slack.web import REFUSED, TROUBLE, Pace, Site, WaitLonger, trouble_of
from adapters.slack.working import Working

logger = logging.getLogger(__name__)

APPEND_SECONDS = 1.0
"""Between two times that more words are shown of one reply,"""
UPDATE_SECONDS = 3.0
"""and where it is edited instead."""
STREAM_SECONDS = 240.0
"""How long a stream is written to: Slack ends it after about five minutes."""
DEADLINE = 60.0
"""Seconds that showing one event may take."""
NO_STREAM_SECONDS = 600.0
"""How long nothing is streamed where Slack refused it; also between two log lines about one place."""

PLACE = (
    "not_in_channel",
    "channel_not_found",
    "is_archived",
    "thread_not_found",
    "cannot_reply_to_message",
    *REFUSED,
)
"""What Slack says of a place, or of the token: that is no word on streams, and the end will tell it."""
STOPPED = "stopped_by_user"
"""What Slack says of a stream that a member has stopped."""

GOOD_ANSWER, BAD_ANSWER = N_("Good answer"), N_("Bad answer")

_REMEMBERED = 1000
_Value = TypeVar("_Value")
_Result = TypeVar("_Result")


class Delivery:
    """Delivers through a logged-in client; needs no socket."""

    def __init__(self, memory: Memory, clock: Callable[[], float], translate: Translate) -> None:
        """`clock`: Unix seconds."""
        self._memory = memory
        self._clock = clock
        self._translate = translate
        self.pace = Pace()
        self._turns: dict[str, Shown] = {}
        self._working = Working(self.pace)
        self._no_stream: dict[str, float] = {}
        self._told: dict[str, float] = {}
        self._locales: dict[str, Locale] = {}
        self._cards = Cards(memory, clock, translate)

    def heard(self, person: str, locale: Locale) -> None:
        """Which language the adapter's own sentences to a member are in."""
        _put(self._locales, person, locale)

    def locale_of(self, person: str) -> Locale:
        """The language of a member, as far as it has been heard."""
        return self._locales.get(person, "")

    async def deliver(self, event: OutboxEvent, site: Site, session: aiohttp.ClientSession) -> None:
        """Shows `event`; see the port.

        Raises:
            DeliveryFailed: Slack refused it, or cannot be reached.
        """
        if isinstance(event, Card):
            async with self._reaching(event):
                await self._cards.show(event, site, self.pace)
            return
        shown = await self._shown(event.turn)
        if event.seq <= shown.seq or (shown.ended and not isinstance(event, Removed)):
            return
        post = Post(site, session, event, self._clock(), self.pace)
        try:
            async with self._reaching(event):
                await self._show(event, shown, post)
        finally:
            await self._keep(event.turn, shown)
        shown.seq = event.seq

    @asynccontextmanager
    async def _reaching(self, event: OutboxEvent) -> AsyncIterator[None]:
        """Whatever keeps Slack from showing an event becomes `DeliveryFailed`."""
        try:
            async with asyncio.timeout(DEADLINE):
                yield
        except WaitLonger as error:
            raise DeliveryFailed(str(error), retry_after=error.seconds) from error
        except TROUBLE as error:
            trouble = trouble_of(error)
            if trouble.code == "ratelimited":
                self.pace.later(event.ref.channel, trouble.again or 1.0)
            elif trouble.again is None:
                self._explain(event, trouble.code)
            raise DeliveryFailed(trouble.code, retry_after=trouble.again) from error

    async def _shown(self, turn: str) -> Shown:
        shown = self._turns.get(turn)
        if shown is None:
            shown = noted(await self._memory.recall(f"turn {turn}"))
            _put(self._turns, turn, shown)
        return shown

    async def _keep(self, turn: str, shown: Shown) -> None:
        """Notes what is shown, when that has changed."""
        note = shown.note()
        if note != shown.noted and (shown.messages or shown.trying or shown.ended):
            await self._memory.remember(f"turn {turn}", note)
            shown.noted = note

    async def _show(self, event: OutboxEvent, shown: Shown, post: Post) -> None:
        if isinstance(event, Started):
            if not post.alone and post.thread:
                self._working.begin(event.turn, post)
        elif isinstance(event, Delta):
            await self._grow(event, shown, post)
        elif isinstance(event, Final | Notice | Withdrawn):
            streamed = await self._end(event, shown, post)
            shown.ended = True
            await self._working.end(event.turn, post, told=streamed)
        elif isinstance(event, Removed):
            shown.ended = True
            await self._working.end(event.turn, post, told=False)
            await shown.remove(post)

    async def settle(self) -> None:
        """Shows no more that answers are coming."""
        await self._working.settle()

    # While it grows

    async def _grow(self, event: Delta, shown: Shown, post: Post) -> None:
        """Shows more of the first message. What is left out now, the next delta or the end brings."""
        if post.alone or not post.thread or shown.trying or shown.stopped or None in shown.texts:
            return
        text = streamable(event.text, event.to.asked)[0]
        try:
            if not shown.messages:
                await self._begin(event, shown, post, text)
            elif shown.messages[0] != GONE:
                await self._go_on(shown, post, text)
        except SlackApiError as error:
            trouble = trouble_of(error)
            if not trouble.certain:
                raise
            if trouble.code == "ratelimited":
                for method in ("chat.startStream", "chat.appendStream", "chat.update"):
                    self.pace.never_for(method, trouble.again or 1.0, post.site.team)
            elif trouble.code == "message_not_found":
                shown.messages[0], shown.stream = GONE, None
            elif shown.messages:
                # Too old, or ended by a member: from here on it is edited, or left as it is.
                shown.stream, shown.stopped = None, trouble.code == STOPPED
            elif trouble.code not in PLACE:
                _put(self._no_stream, event.ref.community_key, self._clock() + NO_STREAM_SECONDS)
                logger.info("Slack does not stream here: %s", trouble.code)

    async def _begin(self, event: Delta, shown: Shown, post: Post, text: str) -> None:
        if not text.strip():
            return
        streams = self._clock() >= self._no_stream.get(event.ref.community_key, 0.0)
        if not self.pace.may("chat.startStream" if streams else "chat.update", post.site.team):
            return
        if streams:
            # Only once it has begun is it a stream.
            await self._sending(event.turn, shown, post.start(text), text)
            shown.stream = self._clock()
            await self._keep(event.turn, shown)
        else:
            await self._sending(event.turn, shown, post.send(0, Part(text)), text)
        shown.edited = self._clock()

    async def _go_on(self, shown: Shown, post: Post, text: str) -> None:
        ts, there, now = shown.messages[0], shown.texts[0] or "", self._clock()
        if shown.stream is not None and now - shown.stream > STREAM_SECONDS:
            await post.stop(ts, 0)
            shown.stream = None
        team = post.site.team
        if shown.stream is not None:
            more = text.removeprefix(there)
            due = now - shown.edited >= APPEND_SECONDS
            if more and due and text.startswith(there) and self.pace.may("chat.appendStream", team):
                await self._changing(shown, 0, post.append(ts, more), text)
        elif (
            len(text) > len(there)
            and now - shown.edited >= UPDATE_SECONDS
            and self.pace.may("chat.update", team)
        ):
            await self._changing(shown, 0, post.update(ts, 0, Part(text)), text)

    # The end

    async def _end(self, event: Final | Notice | Withdrawn, shown: Shown, post: Post) -> bool:
        """Shows how the turn ends. Whether a stream was ended with it."""
        parts = parts_of(event, self._number(event), self._labels(event))
        private = post.alone or (isinstance(event, Notice) and event.private)
        if private and not shown.messages and await self._privately(event, parts, post):
            return False
        streamed = shown.stream is not None
        for number, part in enumerate(parts):
            if isinstance(event, Final) and shown.stopped:
                return streamed
            await self._put(event, shown, post, number, part)
        for ts in shown.messages[len(parts) :]:
            if ts != GONE:
                await post.delete(ts)
        del shown.messages[len(parts) :], shown.texts[len(parts) :]
        return streamed

    async def _privately(self, event: Final | Notice | Withdrawn, parts: list[Part], post: Post) -> bool:
        """Shows something to the one who asked, alone; False where all there is is theirs alone, or nobody asked.

        Such a message carries no metadata and cannot be looked for: when its answer gets lost, or this process ends
        before it is noted, the member may read it twice.
        """
        if post.live:
            for number, part in enumerate(parts[:ANSWERS]):
                if not await post.respond(part):
                    post.live = False
                    parts = parts[number:]
                    break
            else:
                await self._clear(event, post)
                return True
        if post.direct or not event.to.person:
            return False
        for part in parts:
            await post.whisper(part)
        await self._clear(event, post)
        return True

    async def _clear(self, event: OutboxEvent, post: Post) -> None:
        """Takes away the message that a thread was to hang on, when nothing came of it."""
        if event.to.interaction and post.thread and ts_of(event.to.message_id) == post.thread:
            with suppress(*TROUBLE):
                await post.delete(post.thread)

    async def _put(self, event: OutboxEvent, shown: Shown, post: Post, number: int, part: Part) -> None:
        """Makes message `number` of the reply say what `part` says."""
        if number == len(shown.messages):
            found = await post.find(number, shown.messages) if shown.trying and post.thread else None
            if found is None:
                await self._sending(event.turn, shown, post.send(number, part), part.text)
                return
            shown.messages.append(found)
            shown.texts.append(None)
            shown.trying = False
            # What was begun and not brought to its end.
            shown.stream = 0.0
        ts = shown.messages[number]
        if ts == GONE:
            return
        try:
            last = number == len(shown.messages) - 1
            if shown.stream is not None and last and await self._stop(shown, post, number, part):
                return
            if shown.stopped and isinstance(event, Final):
                return
            if shown.texts[number] != part.text or part.blocks:
                await self._changing(shown, number, post.update(ts, number, part), part.text)
        except SlackApiError as error:
            if trouble_of(error).code != "message_not_found":
                raise
            # A moderator has taken it away; the other parts are shown all the same.
            shown.messages[number], shown.stream = GONE, None

    async def _stop(self, shown: Shown, post: Post, number: int, part: Part) -> bool:
        """Ends the stream; whether the message now says what `part` says."""
        ts, there = shown.messages[number], shown.texts[number]
        fits = there is not None and part.text.startswith(there) and part.is_markdown
        try:
            if fits and there is not None:
                stopping = post.stop(ts, number, part.text.removeprefix(there), part)
                await self._changing(shown, number, stopping, part.text)
            else:
                await post.stop(ts, number)
        except SlackApiError as error:
            trouble = trouble_of(error)
            if trouble.again is not None or trouble.code == "message_not_found":
                raise
            # Slack, or a member, has ended it already.
            shown.stream, shown.stopped = None, trouble.code == STOPPED
            return False
        shown.stream = None
        return fits

    # Calls whose answer may get lost

    async def _sending(self, turn: str, shown: Shown, call: Coroutine[Any, Any, _Result], text: str) -> None:
        """One more message: that it is being sent is noted first, so that nobody sends it again unlooked."""
        shown.trying = True
        try:
            await self._keep(turn, shown)
        except BaseException:
            call.close()
            raise
        try:
            ts = await call
        except WaitLonger:
            shown.trying = False
            raise
        except SlackApiError as error:
            shown.trying = not trouble_of(error).certain
            raise
        shown.messages.append(str(ts))
        shown.texts.append(text)
        shown.trying = False

    async def _changing(
        self, shown: Shown, number: int, call: Coroutine[Any, Any, _Result], text: str
    ) -> None:
        """Another text for a message: until Slack has answered, it is not known which stands there."""
        before, shown.texts[number] = shown.texts[number], None
        try:
            await call
        except SlackApiError as error:
            if trouble_of(error).certain:
                shown.texts[number] = before
            raise
        shown.texts[number] = text
        shown.edited = self._clock()

    def _number(self, event: Final | Notice | Withdrawn) -> str:
        if isinstance(event, Final) or not event.incident:
            return ""
        locale = self.locale_of(event.to.person)
        return self._translate(NUMBER, locale).format(turn=event.incident)

    def _labels(self, event: OutboxEvent) -> tuple[str, str]:
        locale = self.locale_of(event.to.person)
        return self._translate(GOOD_ANSWER, locale), self._translate(BAD_ANSWER, locale)

    def _explain(self, event: OutboxEvent, code: str) -> None:
        """One clear line about a place where the bot may not do what it has to."""
        place = event.ref.channel
        if self._clock() < self._told.get(place, 0.0):
            return
        _put(self._told, place, self._clock() + NO_STREAM_SECONDS)
        logger.warning(
            "Slack does not let the bot answer in channel %s of %s (%s): invite it there, and see `sereno doctor slack`",
            place,
            event.ref.community,
            code,
        )


def _put(cache: dict[str, _Value], key: str, value: _Value) -> None:
    """Keeps `value` under `key`; of too many, the oldest goes."""
    cache.pop(key, None)
    cache[key] = value
    while len(cache) > _REMEMBERED:
        del cache[next(iter(cache))]
