"""Messages that are taken back: deleted, or edited into others."""

from __future__ import annotations

import logging
from dataclasses import replace

from adapters.base import ConversationRef, Message, OnMessage, Retracted
from adapters.slack.convert import Event

logger = logging.getLogger(__name__)


class TakenBack:
    """Tells what was taken back where. What could not be told Slack sends again."""

    def __init__(self, on_message: OnMessage) -> None:
        self._take = on_message

    async def deleted(self, ref: ConversationRef, message_id: str) -> bool:
        """A message was deleted; whether that has been told."""
        return await self._tell(Retracted(ref, message_id))

    async def edited(self, message: Message, at: str) -> bool:
        """A message says something else since `at`; it is one of its own, and answered where the old one was."""
        new = replace(message, id=f"{message.id}.e{at}")
        return await self._tell(Retracted(message.ref, message.reply_to.message_id, new))

    async def _tell(self, retracted: Retracted) -> bool:
        try:
            await self._take(retracted)
        except Exception as error:  # noqa: BLE001 - whatever it is, Slack will send it again
            name = type(error).__name__
            logger.warning("it could not be noted that %s was taken back: %s", retracted.message_id, name)
            return False
        return True


def is_deleted(event: Event) -> bool:
    """Whether a message is gone. One with replies is not deleted: another text is put in its place."""
    after = event.get("message") or {}
    return event.get("subtype") == "message_deleted" or after.get("subtype") == "tombstone"
