"""What the console asks a worker to do: the same messages as commands and presses on a platform make, answered here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request

from adapters.base import Author, CommandUse, ConversationRef, Message, ReplyTo
from adapters.local.web import WebAdapter
from bot.console.gate import who_of
from bot.console.pages import locale_of
from bot.console.words import sayer

ANSWER_SECONDS = 10.0
"""How long an answer is waited for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Has things done."""

    web: WebAdapter
    clock: Callable[[], float]
    """Unix seconds."""
    new_id: Callable[[], str]

    async def __call__(self, request: Request, use: CommandUse) -> str:
        """Uses a command for whoever sends `request`; what is answered, or that nobody has answered yet."""
        who, locale, message_id = who_of(request), locale_of(request), self.new_id()
        message = Message(
            # In no channel: what one community asks for waits for each other, and for nobody else.
            ref=ConversationRef.parse(f"{who.community}//"),
            id=message_id,
            author=Author(who.person, who.name, is_moderator=True),
            text="",
            sent_at=self.clock(),
            reply_to=ReplyTo(self.web.route, message_id),
            command=use,
            locale=locale,
        )
        answer = await self.web.ask(message, ANSWER_SECONDS)
        said = answer if isinstance(answer, str) else str(getattr(answer, "text", ""))
        return said or sayer(locale)("not_answered")
