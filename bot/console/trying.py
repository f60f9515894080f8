"""*Try*: a chat with the bot, and beside each message what the guards see in it."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from time import perf_counter

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from adapters.base import Author, ConversationRef, Delta, Final, Message, OutboxEvent
from adapters.local.web import Exchange, WebAdapter
from adapters.marks import Marks, marks_on
from bot.console.gate import who_of
from bot.console.pages import filled, is_part, locale_of, page
from bot.console.reply import Block, NoteView, blocks_of, notes_of
from bot.console.stream import Sent, stream
from bot.console.views import PartView, case_of_file, percent
from bot.console.words import sayer
from bot.conversation import Conversation, turn_id
from bot.entry import Door, Pass
from bot.guardlog import redact
from bot.i18n import translate
from bot.request import Unusable, understand
from bot.store.base import GuardLogStore
from guards.base import Stage, Subject
from guards.pipeline import Pipeline

CHANNEL = "try"
"""Where these conversations take place, in the community that the session is for."""
WAIT_SECONDS = 5.0
"""After so long without a change it is asked again whether the session has ended."""
PACE_SECONDS = 0.05
"""Between two pieces of a growing reply."""
LOOKED_AT = 500
"""Messages whose look is kept."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one guard said about a message."""

    guard: str
    percent: int
    explanation: str
    excerpt: str
    failed: bool


@dataclass(frozen=True, slots=True)
class Look:
    """What the guards of the input stage said about a message."""

    guards: Sequence[Said]
    ms: float


@dataclass(frozen=True, slots=True)
class View:
    """An exchange with what the guards see in it."""

    exchange: Exchange
    look: Look | None
    """None where the bot answers a command itself."""
    number: int
    """Of the case that was made of it; 0: none."""
    turn: str
    parts: Sequence[PartView]
    blocks: Sequence[Block]
    """The reply."""
    notes: Sequence[NoteView]
    """The list under it."""


class Looks:
    """Has the guards look at what is tried. Once for each message: a page may be loaded again."""

    def __init__(self, guards: Pipeline) -> None:
        self._guards = guards
        self._kept: OrderedDict[str, Look | None] = OrderedDict()

    async def at(self, message: Message, locale: str) -> Look | None:
        """What they say; None where there is nothing for them to look at."""
        if message.id not in self._kept:
            self._kept[message.id] = await self._look(message, locale)
            while len(self._kept) > LOOKED_AT:
                self._kept.popitem(last=False)
        return self._kept[message.id]

    async def _look(self, message: Message, locale: str) -> Look | None:
        try:
            request = understand(message, Conversation(message.ref), locale)
        except Unusable:
            return None
        started = perf_counter()
        verdicts = await self._guards.check(Subject(request.text, Stage.INPUT, "author", task=request.task))
        ms = 1000 * (perf_counter() - started)
        said = []
        for verdict in verdicts:
            surest = max(verdict.findings, key=lambda finding: finding.score, default=None)
            said.append(
                Said(
                    verdict.guard,
                    percent(verdict.score),
                    translate(surest.explanation, locale) if surest else "",
                    redact(request.text, 120, start=surest.start, end=surest.end) if surest else "",
                    bool(verdict.error),
                )
            )
        return Look(said, ms)


def routes(guardlog: GuardLogStore, door: Door, web: WebAdapter, guards: Pipeline) -> Sequence[BaseRoute]:
    """The page and what it asks for."""
    looks = Looks(guards)

    async def view(request: Request, exchange: Exchange) -> View:
        locale = locale_of(request)
        look = await looks.at(exchange.message, locale)
        turn = exchange.event.turn if exchange.event else turn_id(exchange.message)
        marks = _marks(exchange.event)
        shown = (blocks_of(marks, locale), notes_of(marks, locale))
        file = await guardlog.file(who_of(request).community, turn) if exchange.ended else None
        if file is None:
            return View(exchange, look, 0, turn, (), *shown)
        case = case_of_file(replace(file, held=None), locale)
        return View(exchange, look, case.number, turn, case.parts, *shown)

    async def html(request: Request, exchange: Exchange) -> str:
        return filled(request, "_exchange.html", view=await view(request, exchange))

    async def index(request: Request, notice: str = "", text: str = "") -> Response:
        exchanges, change = web.chat(_ref(who_of(request)))
        views = [await view(request, exchange) for exchange in exchanges]
        return page(request, "try.html", views=views, change=change, notice=notice, text=text)

    async def say(request: Request) -> Response:
        who, text = who_of(request), request.state.form.get("text", "")
        locale = locale_of(request)
        if text.strip():
            author = Author(who.person, who.name, is_moderator=True)
            notice = await web.say(_ref(who), author, text, locale)
        else:
            notice = sayer(locale)("empty_message")
        if is_part(request):
            return page(request, "_say.html", notice=notice, text=text if notice else "")
        return await index(request, notice, text) if notice else RedirectResponse("/try", 303)

    async def growing(request: Request) -> Response:
        who = who_of(request)
        given = request.headers.get("last-event-id", "") or request.query_params.get("since", "")
        since = int(given) if given.isdecimal() and len(given) < 16 else 0

        async def sent() -> AsyncIterator[Sequence[Sent]]:
            last = since
            while await door.who(request.state.session) is not None:
                changed, last = await web.changes(_ref(who), last, WAIT_SECONDS)
                yield [
                    Sent(f"x-{exchange.message.id}", await html(request, exchange), str(last))
                    for exchange in changed
                ]
                await asyncio.sleep(PACE_SECONDS)

        return stream(sent())

    return [
        Route("/try", index),
        Route("/try", say, methods=["POST"]),
        Route("/try/stream", growing),
    ]


def _marks(event: OutboxEvent | None) -> Marks:
    """The reply as far as it is there, with its marks."""
    if isinstance(event, Final):
        return marks_on(event.text, event.annotations)
    return Marks(event.text if isinstance(event, Delta) else "")


def _ref(who: Pass) -> ConversationRef:
    """Each person's own conversation, in the community that the session is for: what it has chosen holds."""
    community = ConversationRef.parse(f"{who.community}//")
    return ConversationRef(community.platform, community.community, CHANNEL, who.person)
