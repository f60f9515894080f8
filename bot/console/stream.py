"""Server-sent events: pieces of a page that are new, or have changed."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from starlette.responses import Response, StreamingResponse

from bot.store.base import StoreUnavailable

logger = logging.getLogger(__name__)

RETRY_MS = 1000
"""After so long a browser that lost the connection tries again."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A piece of a page."""

    element: str
    """The element's id: one of that id is replaced, else it is new."""
    html: str
    id: str
    """From where a browser that lost the connection goes on."""


def stream(pieces: AsyncIterator[Sequence[Sent]]) -> Response:
    """The pieces, some at a time, as an answer that goes on until there are no more; none say only that we are still here."""

    async def lines() -> AsyncIterator[str]:
        yield f"retry: {RETRY_MS}\n\n"
        try:
            async for some in pieces:
                yield "".join(map(_event, some)) or ": \n\n"
        except StoreUnavailable as error:
            # The browser comes back.
            logger.warning("console: %s", error)

    return StreamingResponse(lines(), media_type="text/event-stream", headers={"x-accel-buffering": "no"})


def _event(piece: Sent) -> str:
    data = json.dumps({"id": piece.element, "html": piece.html})
    return f"id: {piece.id}\ndata: {data}\n\n"
