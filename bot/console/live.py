"""*Live* and *Case*: cases as they arrive, one of them in full, and decisions on it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from functools import lru_cache
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from adapters.base import Author, ConversationRef, Locale, Message, ReplyTo
from adapters.base import CommandUse as Use
from adapters.once import COMMANDS
from bot.alike import settled_along
from bot.claims.showing import GUARD as CLAIMS
from bot.console.asked import Asked
from bot.console.find import Filter, files, find
from bot.console.following import Following
from bot.console.gate import who_of
from bot.console.kept import Kept
from bot.console.pages import filled, is_part, locale_of, page, part
from bot.console.stream import Sent, stream
from bot.console.views import HERE, MOST_RELATED, CaseView, Row, case_of_file, row_of
from bot.console.words import ACTIONS
from bot.desk import NOTE
from bot.entry import GUARD as CONSOLE
from bot.entry import Door
from bot.guardlog import FILED_BY_MEMBERS, Case, CaseFile
from bot.i18n import translate
from bot.policy import DEFAULT_RULES
from bot.store.base import FOLLOWED, GuardLogStore

FOLLOW_SECONDS = 5.0
"""After so long without a case it is asked again whether the session has ended."""
WATCHED = 50
"""The newest cases that somebody may decide on elsewhere while they are shown."""
PACE_SECONDS = 0.1
"""Between two looks."""
AT_ONCE = 10
"""Cases that are sent after one look: when more come, the newest. Nobody reads faster, and each costs time that others wait."""
FLOOD_SECONDS = 0.7
"""Between two looks while more come than are sent, as long as a look still reads all of them."""
REMEMBERED = 50
"""Turns of a conversation among which those around a case are looked for."""

_TURN = re.compile(r"[0-9a-f]{12}")
_ID = re.compile(r"[0-9]{1,20}(?:-[0-9]{1,20})?")


def routes(kept: Kept, door: Door, asked: Asked) -> Sequence[BaseRoute]:
    """The pages and what they ask for."""
    following = Following(kept)

    async def found(request: Request, *, counted: bool = False) -> dict[str, Any]:
        """The list, as the templates want it; see `_rows`. Who types in the filter waits for no count: it comes later."""
        community, query = who_of(request).community, request.query_params
        wanted = Filter.of(query)
        # Asked first, so that none falls between the list and what arrives, whatever is looked for.
        newest = await kept.older(community, "", 1)
        cases = await find(kept, community, wanted, _id(query.get("before", "")))
        rows = await _rows(request, kept, cases.cases, counted=counted)
        after = newest[0].id if newest else ""
        return {"rows": rows, "filter": wanted, "before": cases.before, "after": after}

    async def index(request: Request) -> Response:
        guards = [*DEFAULT_RULES, CLAIMS, FILED_BY_MEMBERS, CONSOLE]
        actions = [(word, translate(name, locale_of(request))) for word, name in ACTIONS.items()]
        return page(
            request, "live.html", guards=guards, actions=actions, **await found(request, counted=True)
        )

    async def cases(request: Request) -> Response:
        return page(
            request, "_cases.html", older=bool(request.query_params.get("before")), **await found(request)
        )

    async def arriving(request: Request) -> Response:
        rows = (await found(request))["rows"]
        return stream(_arrivals(request, kept, following, door, {row.id: row for row in reversed(rows)}))

    async def case(request: Request) -> Response:
        return await _shown(request, await _file(request, kept), kept)

    async def decide(request: Request) -> Response:
        file, who = await _file(request, kept), who_of(request)
        action, locale = request.state.form.get("action", ""), locale_of(request)
        if action in HERE:
            use = Use(COMMANDS[action], {"turns": file.turn})
        elif action == "note":
            use = Use(NOTE, {"case": file.turn, "text": request.state.form.get("text", "")})
        else:
            raise HTTPException(400)
        said = await asked(request, use)
        if not is_part(request):
            return RedirectResponse(f"/cases/{file.turn}", 303)
        file = await kept.file(who.community, file.turn) or file
        last = file.reviews[-1] if file.reviews else None
        others = await files(kept, who.community, last.settled if last else ())
        shown = [file, *(other for other in others.values() if other is not None)]
        rows = [row_of(each, its, locale) for its in shown for each in its.cases]
        view = await _view(file, locale, kept)
        alone = "/cases/" in request.headers.get("hx-current-url", "")
        return page(request, "_decided.html", case=view, rows=rows, notice=said, alone=alone)

    return [
        Route("/", index),
        Route("/cases", cases),
        Route("/stream", arriving),
        Route("/cases/{turn}", case),
        Route("/cases/{turn}", decide, methods=["POST"]),
    ]


async def _shown(request: Request, file: CaseFile, kept: Kept) -> Response:
    template = "_case.html" if is_part(request) else "case.html"
    return page(request, template, case=await _view(file, locale_of(request), kept))


async def _view(file: CaseFile, locale: str, kept: Kept) -> CaseView:
    """A case, with what was said around it as far as that is kept, and others of the same member."""
    case = file.cases[0]
    anybody = Message(
        ConversationRef.parse(case.conversation), "", Author(case.author_id, ""), "", 0.0, ReplyTo("")
    )
    community = anybody.ref.community_key
    loaded, its = await asyncio.gather(
        kept.load(anybody, REMEMBERED),
        kept.of_member(community, case.author_id, MOST_RELATED + len(file.cases)),
    )
    others = [each for each in its if each.turn != file.turn][:MOST_RELATED] if case.author_id else []
    reviews = await kept.reviews(community, [each.turn for each in others])
    related = list(zip(others, reviews, strict=True))
    along = await settled_along(kept, community, [file])
    return case_of_file(file, locale, loaded.conversation.turns, related, len(along.get(file.turn, ())))


@lru_cache(maxsize=4 * WATCHED)
def _html(row: Row, locale: Locale) -> str:
    # Whoever looks on sees the same.
    return part("_row.html", locale, row=row)


def _sent(request: Request, row: Row, last: str) -> Sent:
    return Sent(f"c-{row.id}", _html(row, locale_of(request)), last)


async def _arrivals(
    request: Request, guardlog: GuardLogStore, following: Following, door: Door, shown: dict[str, Row]
) -> AsyncIterator[Sequence[Sent]]:
    """New cases as they come, and those that are shown once somebody has decided on them elsewhere."""
    community, query = who_of(request).community, request.query_params
    wanted = Filter.of(query)
    last = _id(request.headers.get("last-event-id", "") or query.get("after", ""))
    while await door.who(request.state.session) is not None:
        new = await following.follow(community, last, FOLLOW_SECONDS)
        last = new[-1].id if new else last
        matching = [case for case in new if wanted.matches(case)]
        sent = []
        for row in await _rows(request, guardlog, matching[-AT_ONCE:]):
            shown[row.id] = row
            sent.append(_sent(request, row, last))
            # Whoever waits for a reply goes first.
            await asyncio.sleep(0)
        if len(matching) > AT_ONCE:
            sent.append(Sent("skipped", filled(request, "_skipped.html", filter=wanted), last))
        while len(shown) > WATCHED:
            del shown[next(iter(shown))]
        if not new:
            sent += [_sent(request, row, last) async for row in _decided(request, guardlog, shown)]
        yield sent
        await asyncio.sleep(FLOOD_SECONDS if AT_ONCE < len(new) < FOLLOWED else PACE_SECONDS)


async def _decided(request: Request, guardlog: GuardLogStore, shown: dict[str, Row]) -> AsyncIterator[Row]:
    """The rows of those that are shown of which something is otherwise by now: somebody has decided, on a platform or in
    another window, or there are others like it."""
    community = who_of(request).community
    known = await files(guardlog, community, (row.turn for row in shown.values()))
    cases = [case for file in known.values() if file for case in file.cases if case.id in shown]
    for row in await _rows(request, guardlog, cases, counted=True):
        if row != shown[row.id]:
            shown[row.id] = row
            yield row


async def _file(request: Request, guardlog: GuardLogStore) -> CaseFile:
    """The case that the path names, if it is one of the session's community."""
    turn = request.path_params["turn"]
    file = await guardlog.file(who_of(request).community, turn) if _TURN.fullmatch(turn) else None
    if file is None:
        raise HTTPException(404)
    return file


async def _rows(
    request: Request, guardlog: GuardLogStore, cases: Sequence[Case], *, counted: bool = False
) -> list[Row]:
    """The rows of cases; `counted`: with how many others a false alarm settles, which takes some ten milliseconds."""
    community, locale = who_of(request).community, locale_of(request)
    known = await files(guardlog, community, (case.turn for case in cases))
    wanted = [file for file in known.values() if file] if counted else []
    along = await settled_along(guardlog, community, wanted)
    return [row_of(case, known[case.turn], locale, len(along.get(case.turn, ()))) for case in cases]


def _id(given: str) -> str:
    """A case's id; "" when it is none."""
    return given if _ID.fullmatch(given) else ""
