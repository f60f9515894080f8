"""Server-sent events: pieces of a page that are new, or have changed."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
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


def stream(pieces: AsyncIterator[Sent | None]) -> Response:
    """The pieces as an answer that goes on until there are no more; None says only that we are still here."""

    async def lines() -> AsyncIterator[str]:
        yield f"retry: {RETRY_MS}\n\n"
        try:
            async for piece in pieces:
                if piece is None:
                    yield ": \n\n"
                else:
                    data = json.dumps({"id": piece.element, "html": piece.html})
                    yield f"id: {piece.id}\ndata: {data}\n\n"
        except StoreUnavailable as error:
            # The browser comes back.
            logger.warning("console: %s", error)

    return StreamingResponse(lines(), media_type="text/event-stream", headers={"x-accel-buffering": "no"})
