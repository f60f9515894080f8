"""The way out for cases: those that a filter finds, as a file that is written while it is sent."""

from __future__ import annotations

import logging
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from bot.console.find import Filter
from bot.console.gate import who_of
from bot.console.pages import sentence
from bot.entry import Door
from bot.export import Format, Names, exported, heading
from bot.store.base import GuardLogStore

logger = logging.getLogger(__name__)

WRITTEN = 200
"""Cases that are sent at once."""
_TYPES: Mapping[Format, str] = {"jsonl": "application/x-ndjson", "csv": "text/csv; charset=utf-8"}


def routes(guardlog: GuardLogStore, door: Door) -> Sequence[BaseRoute]:
    """What the form on *Live* is sent to."""

    async def export(request: Request) -> Response:
        form, who = request.state.form, who_of(request)
        kind = next((each for each in _TYPES if each == form.get("kind")), None)
        if kind is None:
            raise HTTPException(400)
        names = Names(secrets.token_bytes(16))
        if form.get("names") == "on":
            if not await door.administers(who):
                return sentence(request, "no_names_title", "no_names_text", 403, command=False)
            names = Names()
        logger.info("console: cases exported, %s names", "without" if names.key else "with")
        cases = exported(
            guardlog,
            who.community,
            kind,
            names,
            wanted=Filter.of(form).matches,
            decided=form.get("decided") == "on",
        )
        return StreamingResponse(
            _pieces(heading(kind), cases),
            media_type=_TYPES[kind],
            headers={"content-disposition": f'attachment; filename="sereno-cases.{kind}"'},
        )

    return [Route("/export", export, methods=["POST"])]


async def _pieces(first: str, cases: AsyncIterator[str]) -> AsyncIterator[str]:
    """Some cases at a time: each on its own would be a write of its own."""
    piece = [first]
    async for case in cases:
        piece.append(case)
        if len(piece) > WRITTEN:
            yield "".join(piece)
            piece = []
    yield "".join(piece)
