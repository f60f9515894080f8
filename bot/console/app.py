"""The console as one ASGI application: its routes, and the gate before them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

from adapters.local.web import WebAdapter
from bot.console import channels, choosing, exporting, knowing, live, setting, trends, trying
from bot.console.asked import Asked
from bot.console.gate import Addresses, Gate, let_in, let_out
from bot.console.kept import Kept
from bot.console.pages import STATIC, page, sentence
from bot.entry import Door
from bot.knowledge.adding import Adding
from bot.log import failure_of
from bot.store.base import StoreUnavailable
from guards.pipeline import Pipeline

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parts:
    """What the console stands on."""

    kept: Kept
    door: Door
    web: WebAdapter
    """Takes what is written here to the bot, and brings what it answers."""
    guards: Pipeline
    adding: Adding
    """Adds documents, looked at by `guards`."""
    addresses: Addresses
    clock: Callable[[], float]
    """Unix seconds."""
    new_id: Callable[[], str]
    prices: trends.Prices = field(default_factory=dict)
    """What the models cost, as far as that is set."""


def console(parts: Parts) -> ASGIApp:
    """The application. It answers nobody who has no session, and each session from its own community alone."""
    secure = parts.addresses.secure
    asked = Asked(parts.web, parts.clock, parts.new_id)

    async def enter(request: Request) -> Response:
        if request.method != "POST":
            # A link is only used by a press: what looks ahead at links must not use it up.
            query = request.query_params
            return page(request, "enter.html", link=query.get("link", "")[:200], to=query.get("to", ""))
        session = await parts.door.enter(request.state.form.get("link", ""))
        if session is None:
            return sentence(request, "used_title", "used_text", 403, command=True)
        if request.state.session:
            await parts.door.leave(request.state.session)
        # Of our own pages one that a link may name, and no other address.
        response = RedirectResponse("/try" if request.state.form.get("to") == "try" else "/", 303)
        let_in(response, session, secure=secure)
        return response

    async def leave(request: Request) -> Response:
        await parts.door.leave(request.state.session)
        request.state.who, request.state.session = None, ""
        response = sentence(request, "left_title", "left_text", 200, command=True)
        let_out(response, secure=secure)
        return response

    async def healthz(request: Request) -> Response:
        return PlainTextResponse("ok\n")

    routes = [
        Route("/enter", enter, methods=["GET", "POST"]),
        Route("/leave", leave, methods=["POST"]),
        Route("/healthz", healthz),
        *live.routes(parts.kept, parts.door, asked),
        *choosing.routes(parts.kept, asked, parts.clock),
        *setting.routes(asked),
        *channels.routes(parts.kept, parts.door),
        *exporting.routes(parts.kept, parts.door),
        *knowing.routes(parts.kept, parts.adding, parts.clock, parts.new_id),
        *trends.routes(parts.kept, parts.clock, parts.prices),
        *trying.routes(parts.kept, parts.door, parts.web, parts.guards),
        Mount("/static", _Static(directory=STATIC)),
    ]
    app = Starlette(
        routes=routes,
        exception_handlers={HTTPException: _lost, StoreUnavailable: _unavailable, Exception: _failed},
    )
    # A path is right or wrong: nothing is redirected to where somebody else may have chosen.
    app.router.redirect_slashes = False
    return Gate(app, door=parts.door, addresses=parts.addresses, refuse=_refused)


class _Static(StaticFiles):
    """Our files, which browsers may keep: each version has an address of its own."""

    def file_response(
        self, full_path: object, stat_result: object, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)  # type: ignore[arg-type]  # handed on
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


async def _refused(request: Request, status: int) -> Response:
    return sentence(request, "refused_title", "refused_text", status, command=True)


async def _lost(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return sentence(request, "lost_title", "lost_text", error.status_code, command=False)


async def _unavailable(request: Request, error: Exception) -> Response:
    logger.warning("console: %s", error)
    return sentence(request, "broken_title", "broken_text", 503, command=False)


async def _failed(request: Request, error: Exception) -> Response:
    logger.error("console: %s", failure_of(error))
    return sentence(request, "broken_title", "broken_text", 500, command=False)
