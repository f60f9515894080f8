"""Pages from templates, in the reader's language. Everything that goes into one is escaped."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from adapters.base import Locale
from bot.console.words import preferred, sayer
from bot.entry import Pass, form_key

STATIC = Path(__file__).parent / "static"
_PLATFORMS = {"discord": "Discord", "slack": "Slack", "terminal": "Terminal"}


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        autoescape=True,
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # They are in the package: nobody changes them while we run.
        auto_reload=False,
    )
    environment.filters |= {"instant": _instant, "clock": _clock, "number": _number}
    environment.globals |= {"asset": _asset}
    return environment


def _instant(at: float) -> str:
    return dt.datetime.fromtimestamp(at, dt.UTC).isoformat(timespec="seconds")


def _clock(at: float) -> str:
    # The browser puts its own time in the place of this one.
    return dt.datetime.fromtimestamp(at, dt.UTC).strftime("%Y-%m-%d %H:%M UTC")


def _number(number: int) -> str:
    # Narrow spaces part the thousands: a comma or a point would mean something else in the other language.
    return f"{number:,}".replace(",", "\u202f")


@lru_cache
def _asset(name: str) -> str:
    """The address of a static file: another one for each version of it, so that browsers may keep it."""
    version = sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={version}"


def locale_of(request: Request) -> Locale:
    """The language of whoever asks."""
    who = request.state.who
    return preferred(request.headers.get("accept-language", ""), who.locale if isinstance(who, Pass) else "")


def is_part(request: Request) -> bool:
    """Whether only a part of a page is asked for, by a page that is open."""
    return request.headers.get("hx-request") == "true"


def filled(request: Request, template: str, **values: object) -> str:
    """A template as HTML."""
    who, session = request.state.who, request.state.session
    return part(
        template,
        locale_of(request),
        who=who,
        community=community_name(who.community) if isinstance(who, Pass) else "",
        form_key=form_key(session) if session else "",
        path=request.url.path,
        **values,
    )


def part(template: str, locale: Locale, **values: object) -> str:
    """A template that says the same to everybody who reads that language, as HTML."""
    return _environment().get_template(template).render(say=sayer(locale), locale=locale, **values)


def page(request: Request, template: str, status: int = 200, **values: object) -> Response:
    """A template as an answer."""
    return HTMLResponse(filled(request, template, **values), status, {"vary": "Accept-Language, HX-Request"})


def sentence(request: Request, title: str, text: str, status: int, **values: object) -> Response:
    """A page that says one thing; `title` and `text` are keys of `WORDS`."""
    return page(request, "sentence.html", status, title=title, text=text, **values)


def community_name(key: str) -> str:
    """A community as people know it: its platform and its id."""
    platform, _, community = key.partition("/")
    return f"{_PLATFORMS.get(platform, platform)} · {community}"
