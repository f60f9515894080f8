"""Shows a turn's events: one reply of one or more messages, edited as it grows, found again after a restart."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from typing import TypeVar

import aiohttp
import discord

from adapters.base import (
    N_,
    Button,
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
from adapters.discord.cards import Cards
from adapters.discord.convert import place_of
from adapters.discord.post import MISSING_PERMISSION, UNKNOWN_MESSAGE, Post
from adapters.discord.render import MOST_PARTS, Part, growing, parts_of, plain
from adapters.sentences import NUMBER

logger = logging.getLogger(__name__)

EDIT_SECONDS = 1.25
"""Between two edits in one channel while a reply grows: Discord allows five in five seconds, others' included."""
TYPING_AGAIN = 8.0
"""Discord shows for 10 seconds that an answer is coming."""
TYPING_SECONDS = 0.5
"""Silence before it is shown that an answer is coming: one that is there at once needs no request for that, of
which there are fifty a second in all."""
DEADLINE = 60.0
"""Seconds that showing one event may take: Discord may make us wait for several."""

TOO_LONG = N_("The reply is too long for messages, so it is in the file.")
TOO_LATE = N_("The answer came too late to be shown to you alone. Please use the command again.")

_REMEMBERED = 1000
_PLAIN_SECONDS = 600.0
"""How long embeds and files are left out where they were refused; also between two log lines about one place."""
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")

_GONE = -1
"""In the place of a message's id: somebody has deleted it, so it stays away."""


@dataclass(slots=True)
class _Shown:
    """What is on the screen for one turn."""

    seq: int = -1
    messages: list[int] = field(default_factory=list)
    """The id of each part's message."""
    texts: list[str | None] = field(default_factory=list)
    """What each says; None: not known."""
    answer: bool = False
    """The first message is the answer to an interaction."""
    ended: bool = False
    noted: str = ""

    def note(self) -> str:
        return json.dumps({"messages": self.messages, "answer": self.answer, "ended": self.ended})


class Delivery:
    """Delivers through a logged-in client; needs no gateway connection."""

    def __init__(self, memory: Memory, clock: Callable[[], float], translate: Translate) -> None:
        """`clock`: Unix seconds."""
        self._memory = memory
        self._clock = clock
        self._translate = translate
        self._turns: dict[str, _Shown] = {}
        self._typing: dict[str, asyncio.Task[None]] = {}
        self._edited: dict[int, float] = {}
        self._plain: dict[int, float] = {}
        self._told: dict[int, float] = {}
        self._locales: dict[str, Locale] = {}
        self._cards = Cards(memory, clock)
        self._held: dict[str, asyncio.Event] = {}

    def heard(self, message_id: str, locale: Locale) -> None:
        """Which language the adapter's own sentences about a message are in."""
        _put(self._locales, message_id, locale)

    @contextmanager
    def held(self, message_id: str) -> Iterator[None]:
        """Shows nothing for a message meanwhile."""
        done = self._held[message_id] = asyncio.Event()
        try:
            yield
        finally:
            del self._held[message_id]
            done.set()

    async def deliver(self, event: OutboxEvent, client: discord.Client) -> None:
        """Shows `event`; see the port.

        Raises:
            DeliveryFailed: Discord refused it, or cannot be reached.
        """
        if isinstance(event, Card):
            async with self._reaching(event, client):
                await self._cards.show(event, client)
            return
        held = self._held.get(event.to.message_id)
        if held is not None:
            await held.wait()
        shown = await self._shown(event.turn)
        if event.seq <= shown.seq or (shown.ended and not isinstance(event, Removed)):
            return
        post = Post(client, event, self._clock())
        try:
            async with self._reaching(event, client):
                await self._show(event, shown, post)
        finally:
            await self._keep(event.turn, shown)
        shown.seq = event.seq

    @asynccontextmanager
    async def _reaching(self, event: OutboxEvent, client: discord.Client) -> AsyncIterator[None]:
        """Whatever keeps Discord from showing an event becomes `DeliveryFailed`."""
        try:
            async with asyncio.timeout(DEADLINE):
                yield
        except discord.RateLimited as error:
            raise DeliveryFailed("rate limited", retry_after=error.retry_after) from error
        except discord.HTTPException as error:
            self._explain(event, error)
            again = 2.0 if error.status >= 500 or error.status in (401, 429) else None
            raise DeliveryFailed(f"HTTP {error.status}, code {error.code}", retry_after=again) from error
        # RuntimeError and AttributeError: what discord.py raises once its session is closed.
        except (aiohttp.ClientError, OSError, TimeoutError, RuntimeError, AttributeError) as error:
            if isinstance(error, RuntimeError | AttributeError) and not client.is_closed():
                raise
            raise DeliveryFailed(type(error).__name__, retry_after=1.0) from error

    async def _shown(self, turn: str) -> _Shown:
        shown = self._turns.get(turn)
        if shown is None:
            note = await self._memory.recall(f"turn {turn}")
            kept = json.loads(note) if note else {}
            messages = kept.get("messages", [])
            shown = _Shown(
                -1,
                messages,
                [None] * len(messages),
                kept.get("answer", False),
                kept.get("ended", False),
                note or "",
            )
            _put(self._turns, turn, shown)
        return shown

    async def _keep(self, turn: str, shown: _Shown) -> None:
        """Notes what is shown, when that has changed."""
        note = shown.note()
        if note != shown.noted and (shown.messages or shown.ended):
            await self._memory.remember(f"turn {turn}", note)
            shown.noted = note

    async def _show(self, event: OutboxEvent, shown: _Shown, post: Post) -> None:
        typing = self._typing.pop(event.turn, None)
        if typing is not None:
            typing.cancel()
        if isinstance(event, Started):
            typing = self._typing[event.turn] = asyncio.create_task(_type(post))
            typing.add_done_callback(lambda done: self._typed(event.turn, done))
        elif isinstance(event, Delta):
            await self._grow(event, shown, post)
        elif isinstance(event, Final | Notice | Withdrawn):
            await self._end(event, shown, post)
            shown.ended = True
        elif isinstance(event, Removed):
            shown.ended = True
            await _remove(shown, post)

    def _typed(self, turn: str, done: asyncio.Task[None]) -> None:
        if self._typing.get(turn) is done:
            del self._typing[turn]

    async def settle(self) -> None:
        """Shows no more that answers are coming."""
        typing = list(self._typing.values())
        for task in typing:
            task.cancel()
        if typing:
            # discord.py may go on waiting for a limit to end, and then ends by itself.
            await asyncio.wait(typing, timeout=1.0)

    async def _grow(self, event: Delta, shown: _Shown, post: Post) -> None:
        place = place_of(event.ref)
        # A newer delta, or the final text, is never far: one that comes too early is left out.
        if self._clock() - self._edited.get(place, 0.0) < EDIT_SECONDS:
            return
        texts = growing(event.text, event.to.asked)
        if shown.messages and None in shown.texts:
            await self._look(shown, post)
            # Delivered again: what stands there is newer.
            if len("".join(texts)) < len("".join(text or "" for text in shown.texts)):
                return
        # More than one message is shown only where all may see it; else the end decides on its form.
        for number, text in enumerate(texts[: 1 if post.live else MOST_PARTS]):
            await self._put(shown, post, number, Part(text))

    async def _look(self, shown: _Shown, post: Post) -> None:
        """Reads what the messages of a reply say, after a restart."""
        for number, message in enumerate(shown.messages):
            try:
                there = await post.read(message, answer=shown.answer and number == 0)
                shown.texts[number] = there.content
            except discord.NotFound:
                shown.messages[number], shown.texts[number] = _GONE, ""

    async def _end(self, event: Final | Notice | Withdrawn, shown: _Shown, post: Post) -> None:
        if isinstance(event, Notice) and event.private and event.to.interaction:
            if await post.privately(self._parts(event, post.place)[0], event.buttons):
                return
            if event.tone == "info":
                # Perhaps for moderators' eyes only: never shown to all because the time ran out.
                await self._put(shown, post, 0, Part(self._say(TOO_LATE, event)))
                return
        parts = self._parts(event, post.place)
        if len(parts) > 1 and post.live and await post.is_alone():
            parts = self._parts(event, post.place, most=1)
        for attempt in range(2):
            try:
                for number, part in enumerate(parts):
                    if number:
                        # The next one may have to wait, for longer than Discord knows the last one's nonce.
                        await self._keep(event.turn, shown)
                    last = number == len(parts) - 1
                    buttons = event.buttons if last and isinstance(event, Final | Notice) else ()
                    await self._put(shown, post, number, part, buttons)
                break
            except discord.Forbidden as error:
                dressed = any(part.embed or part.file for part in parts)
                if error.code != MISSING_PERMISSION or attempt or not dressed:
                    raise
                _put(self._plain, post.place, self._clock() + _PLAIN_SECONDS)
                parts = plain(event, parts)
        for message in shown.messages[len(parts) :]:
            if message != _GONE:
                await post.delete(message)
        del shown.messages[len(parts) :], shown.texts[len(parts) :]

    def _parts(self, event: Final | Notice | Withdrawn, place: int, most: int = MOST_PARTS) -> list[Part]:
        if not isinstance(event, Final) and event.incident:
            event = replace(event, incident=self._say(NUMBER, event).format(turn=event.incident))
        parts = parts_of(event, self._say(TOO_LONG, event), most=most)
        return plain(event, parts) if self._clock() < self._plain.get(place, 0.0) else parts

    async def _put(
        self,
        shown: _Shown,
        post: Post,
        number: int,
        part: Part,
        buttons: tuple[Button, ...] = (),
    ) -> None:
        """Makes message `number` of the reply say what `part` says."""
        if number < len(shown.messages) and shown.messages[number] == _GONE:
            return
        dressed = bool(part.embed or part.file or buttons)
        if number < len(shown.messages):
            if shown.texts[number] == part.text and not dressed:
                return
            _put(self._edited, post.place, self._clock())
            try:
                await post.edit(shown.messages[number], part, buttons, answer=shown.answer and number == 0)
            except discord.NotFound as error:
                if error.code != UNKNOWN_MESSAGE:
                    raise
                # A moderator has taken it away; the other parts are shown all the same.
                shown.messages[number] = _GONE
        else:
            _put(self._edited, post.place, self._clock())
            message = await post.answer(part, buttons) if number == 0 and post.live else None
            shown.answer = shown.answer or message is not None
            message = message or await post.send(number, part, buttons)
            shown.messages.append(message)
            shown.texts.append("")
        shown.texts[number] = part.text

    def _say(self, sentence: str, event: OutboxEvent) -> str:
        return self._translate(sentence, self._locales.get(event.to.message_id, ""))

    def _explain(self, event: OutboxEvent, error: discord.HTTPException) -> None:
        """One clear line about a place where the bot may not do what it has to."""
        place = place_of(event.ref)
        gone = isinstance(event, Card) and error.status == 404
        if not (error.status == 403 or gone) or self._clock() < self._told.get(place, 0.0):
            return
        _put(self._told, place, self._clock() + _PLAIN_SECONDS)
        needed = "View Channel and Send Messages" + (" in Threads" if event.ref.thread else "") + " there"
        if isinstance(event, Card):
            needed = (
                "View Channel, Send Messages and Embed Links there, or let /policy set choose another channel"
            )
        logger.warning(
            "Discord does not let the bot answer in channel %s of %s (code %s): give it %s",
            place,
            event.ref.community,
            error.code,
            needed,
        )


async def _remove(shown: _Shown, post: Post) -> None:
    """Takes all messages of a reply away, the last one first; some may be gone already."""
    while shown.messages:
        if shown.messages[-1] != _GONE:
            await post.delete(shown.messages[-1])
        del shown.messages[-1], shown.texts[-1]


async def _type(post: Post) -> None:
    pause = TYPING_SECONDS
    while True:
        await asyncio.sleep(pause)
        await post.type()
        pause = TYPING_AGAIN


def _put(cache: dict[_Key, _Value], key: _Key, value: _Value) -> None:
    """Keeps `value` under `key`; of too many, the oldest goes."""
    cache.pop(key, None)
    cache[key] = value
    while len(cache) > _REMEMBERED:
        del cache[next(iter(cache))]
