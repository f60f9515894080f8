"""Shows a turn's events: one reply of one or more messages, edited as it grows, found again after a restart."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import aiohttp
import discord

from adapters.base import (
    N_,
    Card,
    DeliveryFailed,
    Delta,
    Final,
    Memory,
    Notice,
    OutboxEvent,
    ReplyTo,
    Started,
    Withdrawn,
)
from adapters.discord.buttons import view_of
from adapters.discord.convert import place_of
from adapters.discord.render import FILE_NAME, Embed, Part, growing, nonce_of, parts_of

EDIT_SECONDS = 1.25
"""Between two edits in one channel while a reply grows: Discord allows five in five seconds, others' included."""

_ORIGINAL = cast("int", "@original")
"""What Discord calls the message that answers an interaction."""

TOO_LONG = N_("The reply is too long for messages, so it is in the file.")

_REMEMBERED = 1000
_GONE = (10008, 10015, 10062, 50027)
"""Unknown message, webhook, interaction; invalid webhook token."""


@dataclass(slots=True)
class _Shown:
    """What is on the screen for one turn."""

    seq: int = -1
    messages: list[int] = field(default_factory=list)
    """Of each part; 0: the answer to the interaction."""
    texts: list[str] = field(default_factory=list)
    ended: bool = False


class Delivery:
    """Delivers through a logged-in client; needs no gateway connection."""

    def __init__(
        self, client: discord.Client, memory: Memory, clock: Callable[[], float], say: Callable[[str], str]
    ) -> None:
        """`clock`: Unix seconds; `say`: translates the adapter's own sentences."""
        self._client = client
        self._memory = memory
        self._clock = clock
        self._say = say
        self._turns: dict[str, _Shown] = {}
        self._edited: dict[int, float] = {}

    async def deliver(self, event: OutboxEvent) -> None:
        """Shows `event`; see the port.

        Raises:
            DeliveryFailed: Discord refused it, or cannot be reached.
        """
        if isinstance(event, Card):
            return
        shown = await self._shown(event.turn)
        if event.seq <= shown.seq or shown.ended:
            return
        try:
            await self._show(event, shown)
        except discord.RateLimited as error:
            raise DeliveryFailed("rate limited", retry_after=error.retry_after) from error
        except discord.HTTPException as error:
            again = 2.0 if error.status >= 500 or error.status == 429 else None
            raise DeliveryFailed(f"HTTP {error.status}, code {error.code}", retry_after=again) from error
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise DeliveryFailed(type(error).__name__, retry_after=1.0) from error
        shown.seq = event.seq

    async def _shown(self, turn: str) -> _Shown:
        shown = self._turns.get(turn)
        if shown is None:
            note = await self._memory.recall(f"turn {turn}")
            kept = json.loads(note) if note else {}
            messages = kept.get("messages", [])
            shown = _Shown(-1, messages, [""] * len(messages), kept.get("ended", False))
            self._turns[turn] = shown
            while len(self._turns) > _REMEMBERED:
                del self._turns[next(iter(self._turns))]
        return shown

    async def _keep(self, turn: str, shown: _Shown) -> None:
        await self._memory.remember(
            f"turn {turn}", json.dumps({"messages": shown.messages, "ended": shown.ended})
        )

    async def _show(self, event: OutboxEvent, shown: _Shown) -> None:
        place = place_of(event.ref)
        if isinstance(event, Started):
            if not self._answers_interaction(event.to):
                await self._client.http.send_typing(place)
        elif isinstance(event, Delta):
            # A newer delta, or the final text, is never far: one that comes too early is left out.
            if self._clock() - self._edited.get(place, 0.0) >= EDIT_SECONDS:
                await self._put(event, shown, 0, growing(event.text))
        elif isinstance(event, Final | Notice | Withdrawn):
            if isinstance(event, Notice) and event.private and await self._privately(event):
                shown.messages.clear()
            else:
                parts = parts_of(event, self._say(TOO_LONG))
                for number, part in enumerate(parts):
                    await self._put(event, shown, number, part)
                await self._remove(event, shown, len(parts))
            shown.ended = True
            await self._keep(event.turn, shown)

    async def _put(self, event: OutboxEvent, shown: _Shown, number: int, part: Part) -> None:
        """Makes message `number` of the reply say what `part` says."""
        place = place_of(event.ref)
        self._edited[place] = self._clock()
        if number < len(shown.messages):
            if (
                shown.texts[number] != part.text
                or part.embed
                or part.file
                or isinstance(event, Final | Withdrawn)
            ):
                await self._edit(event, shown.messages[number], part)
        elif number == 0 and self._answers_interaction(event.to) and await self._answer(event, part):
            shown.messages.append(0)
            shown.texts.append("")
            await self._keep(event.turn, shown)
        else:
            message = await self._send(event, number, part)
            shown.messages.append(message.id)
            shown.texts.append("")
            await self._keep(event.turn, shown)
            if message.content != part.text and not part.embed:
                # Sent before a restart, when the reply was shorter: Discord gave back that message.
                await self._edit(event, message.id, part)
        shown.texts[number] = part.text

    async def _send(self, event: OutboxEvent, number: int, part: Part) -> discord.Message:
        channel = self._client.get_partial_messageable(place_of(event.ref))
        fields = _fields(event, part)
        if part.file is not None:
            fields["file"] = _file(part.file)
        if number == 0 and not event.to.interaction:
            fields["reference"] = discord.MessageReference(
                message_id=int(event.to.message_id), channel_id=channel.id, fail_if_not_exists=False
            )
        return await channel.send(nonce=nonce_of(event.to.message_id, number), mention_author=False, **fields)

    async def _edit(self, event: OutboxEvent, message: int, part: Part) -> None:
        fields: dict[str, Any] = {"embed": None, "view": None, **_fields(event, part)}
        if part.file is not None:
            fields["attachments"] = [_file(part.file)]
        if message == 0:
            if self._answers_interaction(event.to):
                await self._webhook(event.to).edit_message(_ORIGINAL, **fields)
            return
        channel = self._client.get_partial_messageable(place_of(event.ref))
        await channel.get_partial_message(message).edit(**fields)

    async def _remove(self, event: OutboxEvent, shown: _Shown, kept: int) -> None:
        """Takes away messages that the reply no longer needs."""
        channel = self._client.get_partial_messageable(place_of(event.ref))
        for message in shown.messages[max(kept, 1) :]:
            await channel.get_partial_message(message).delete()
        del shown.messages[kept:], shown.texts[kept:]

    def _answers_interaction(self, to: ReplyTo) -> bool:
        return bool(to.interaction) and self._clock() < to.interaction_expires

    def _webhook(self, to: ReplyTo) -> discord.Webhook:
        assert self._client.application_id is not None
        webhook = discord.Webhook.partial(self._client.application_id, to.interaction, client=self._client)
        # It is one that belongs to an interaction; only those may answer one member alone.
        webhook.type = discord.WebhookType.application
        return webhook

    async def _answer(self, event: OutboxEvent, part: Part) -> bool:
        """Fills in the answer to the interaction; False when its token is no longer good."""
        fields = _fields(event, part)
        if part.file is not None:
            fields["attachments"] = [_file(part.file)]
        try:
            await self._webhook(event.to).edit_message(_ORIGINAL, **fields)
        except discord.HTTPException as error:
            if error.code in _GONE:
                return False
            raise
        return True

    async def _privately(self, event: Notice) -> bool:
        """Shows a notice to the one who asked, alone; False where that is not possible."""
        if not self._answers_interaction(event.to):
            return False
        (part,) = parts_of(event, "")
        webhook = self._webhook(event.to)
        try:
            original = await webhook.fetch_message(_ORIGINAL)
            if original.flags.ephemeral:
                await webhook.edit_message(_ORIGINAL, **_fields(event, part))
            else:
                # Whether an answer is private was settled when it was deferred; a new one is private.
                await webhook.delete_message(_ORIGINAL)
                await webhook.send(ephemeral=True, wait=True, **_fields(event, part))
        except discord.HTTPException as error:
            if error.code in _GONE:
                return False
            raise
        return True


def _fields(event: OutboxEvent, part: Part) -> dict[str, Any]:
    fields: dict[str, Any] = {"content": part.text, "allowed_mentions": discord.AllowedMentions.none()}
    if part.embed is not None:
        fields["embed"] = _embed(part.embed)
    if isinstance(event, Final | Notice) and event.buttons:
        fields["view"] = view_of(event.buttons)
    return fields


def _embed(embed: Embed) -> discord.Embed:
    made = discord.Embed(description=embed.text, colour=embed.colour)
    return made.set_footer(text=embed.footer) if embed.footer else made


def _file(text: str) -> discord.File:
    return discord.File(io.BytesIO(text.encode()), FILE_NAME)
