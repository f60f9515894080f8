"""The calls that show one event: to its channel or thread, or to one member alone."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from adapters.base import OutboxEvent
from adapters.slack.convert import is_direct, team_of, ts_of
from adapters.slack.render import Part
from adapters.slack.web import TROUBLE, Pace, Site, trouble_of

EVENT_TYPE = "sereno_part"
"""Of the metadata of all that it says: what tells afterwards whether a message has arrived."""
ANSWERS = 5
"""How many times an interaction can be answered."""
_PAGE = 200


class Post:
    """Where an event is shown."""

    def __init__(
        self, site: Site, session: aiohttp.ClientSession, event: OutboxEvent, now: float, pace: Pace
    ) -> None:
        """`now`: Unix seconds."""
        self.site = site
        self._session = session
        self._event = event
        self._pace = pace
        self.channel = event.ref.channel
        self.thread = event.ref.thread
        self.live = bool(event.to.interaction) and now < event.to.interaction_expires
        """The interaction can still be answered."""
        self.alone = bool(event.to.interaction) and not self.thread
        """Only the one who asked sees the answer."""
        self.direct = is_direct(self.channel)

    async def send(self, number: int, part: Part) -> str:
        """A message; its `ts`."""
        await self._pace.turn(self.channel)
        answer = await self.site.web.chat_postMessage(
            channel=self.channel,
            unfurl_links=False,
            unfurl_media=False,
            **self._threaded(),
            **self._content(number, part),
        )
        return str(answer["ts"])

    async def update(self, ts: str, number: int, part: Part) -> None:
        """Makes a message say something else."""
        await self.site.web.chat_update(channel=self.channel, ts=ts, **self._content(number, part))

    async def delete(self, ts: str) -> None:
        """Takes a message away; it may be gone already."""
        try:
            await self.site.web.chat_delete(channel=self.channel, ts=ts)
        except SlackApiError as error:
            if trouble_of(error).code not in ("message_not_found", "channel_not_found"):
                raise

    # Streams

    async def start(self, text: str) -> str:
        """Begins a message that is written word by word; its `ts`."""
        await self._pace.turn(self.channel)
        whom: dict[str, Any] = {}
        if not self.direct:
            whom = {"recipient_user_id": self._event.to.person, "recipient_team_id": team_of(self._event.ref)}
        answer = await self.site.web.chat_startStream(
            channel=self.channel, thread_ts=self.thread, markdown_text=text, **whom
        )
        return str(answer["ts"])

    async def append(self, ts: str, more: str) -> None:
        """Writes more words."""
        await self.site.web.chat_appendStream(channel=self.channel, ts=ts, markdown_text=more)

    async def stop(self, ts: str, number: int, more: str = "", part: Part | None = None) -> None:
        """Writes the last words, and what stands below."""
        await self.site.web.chat_stopStream(
            channel=self.channel,
            ts=ts,
            markdown_text=more or None,
            blocks=list(part.blocks) if part and part.blocks else None,
            metadata=self._metadata(number),
        )

    # One member alone

    async def respond(self, part: Part) -> bool:
        """Answers the interaction, for its member alone; False where that is no longer possible."""
        body = {
            "response_type": "ephemeral",
            "replace_original": False,
            "text": part.fallback,
            "blocks": part.shown,
        }
        async with self._session.post(self._event.to.interaction, json=body) as answer:
            if answer.status in (404, 410) or 400 <= answer.status < 429:
                return False
            answer.raise_for_status()
        return True

    async def whisper(self, part: Part) -> None:
        """Shows something to the one who asked, alone: in the thread only where one is, else Slack shows it nowhere."""
        begun = ts_of(self._event.to.message_id) != self.thread
        await self.site.web.chat_postEphemeral(
            channel=self.channel,
            user=self._event.to.person,
            text=part.fallback,
            blocks=part.shown,
            **(self._threaded() if begun else {}),
        )

    async def status(self, word: str) -> None:
        """Tells that it works on an answer ("processing"), or no longer does ("active"); it may fail."""
        with suppress(*TROUBLE):
            await self.site.web.agents_sessions_setStatus(
                channel_id=self.channel, thread_ts=self.thread, status=word
            )

    # What has arrived

    async def find(self, number: int, known: list[str]) -> str | None:
        """The message of the thread that is part `number` of this turn; None when it never arrived.

        Before it is stopped a stream has no metadata: one of its own that is not known otherwise is this one's, for
        turns of one conversation follow each other.
        """
        stream: str | None = None
        cursor: str | None = None
        while True:
            page = await self.site.web.conversations_replies(
                channel=self.channel,
                ts=self.thread,
                # Of a long thread only what was said since the question.
                oldest=ts_of(self._event.to.message_id) or self.thread,
                limit=_PAGE,
                cursor=cursor,
                include_all_metadata=True,
            )
            for message in page["messages"]:
                if message.get("user") != self.site.me and message.get("bot_id") != self.site.bot:
                    continue
                metadata = message.get("metadata") or {}
                if not metadata and message["ts"] not in (self.thread, *known):
                    stream = str(message["ts"])
                if metadata == self._metadata(number):
                    return str(message["ts"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return stream

    def _threaded(self) -> dict[str, Any]:
        return {"thread_ts": self.thread} if self.thread else {}

    def _content(self, number: int, part: Part) -> dict[str, Any]:
        return {"text": part.fallback, "blocks": part.shown, "metadata": self._metadata(number)}

    def _metadata(self, number: int) -> dict[str, Any]:
        return {"event_type": EVENT_TYPE, "event_payload": {"turn": self._event.turn, "part": number}}
