"""What every request passes first: is it meant for us, small enough, ours, and from somebody who may.

Nothing behind it reads a body, a cookie or a header that it has not looked at.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.attached import MOST_GIVEN
from bot.console.upload import Upload, parsed
from bot.entry import SESSION_SECONDS, Door, Pass, is_form_key

logger = logging.getLogger(__name__)

MOST_BYTES = 128 * 1024
"""Of a form."""
MOST_FIELDS = 20
WITH_FILE = "/knowledge"
"""The one path that takes a file."""
MOST_FILE_BYTES = MOST_GIVEN + MOST_BYTES
"""Of a form with a file."""
UPLOADS = 2
"""Forms with a file that are read at once."""
UPLOAD_SECONDS = 120.0
"""What reading one may take."""

_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Not "no-referrer": browsers would hide the origin of our own forms with it.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_PUBLIC = ("/enter", "/healthz")
_STATIC = "/static/"

Refuse = Callable[[Request, int], Awaitable[Response]]
"""The page that says why somebody is not let in; the status."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the console is reached."""

    origins: frozenset[str]
    """Scheme, host and port, as browsers write them."""

    @property
    def hosts(self) -> frozenset[str]:
        """Host and port alone."""
        return frozenset(urlsplit(origin).netloc for origin in self.origins)

    @property
    def secure(self) -> bool:
        """Whether it is reached by https alone."""
        return all(origin.startswith("https:") for origin in self.origins)

    @classmethod
    def of(
        cls, url: str, port: int, loopback: Collection[str] = ("127.0.0.1", "localhost", "[::1]")
    ) -> Addresses:
        """The address `url`; "" for this machine's own names, with `port`."""
        if not url:
            return cls(frozenset(f"http://{name}:{port}" for name in loopback))
        parts = urlsplit(url.lower())
        default = {"http": ":80", "https": ":443"}[parts.scheme]
        return cls(frozenset({f"{parts.scheme}://{parts.netloc.removesuffix(default)}"}))


class Gate:
    """Lets requests through to `app`, with `request.state.who`, `.form` and `.file`; answers all others itself."""

    def __init__(self, app: ASGIApp, *, door: Door, addresses: Addresses, refuse: Refuse) -> None:
        self._app = app
        self._door = door
        self._addresses = addresses
        self._refuse = refuse
        self._uploads = asyncio.Semaphore(UPLOADS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See `Gate`."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                # What a page shows is gone from the browser, too, when the session is.
                headers.setdefault("cache-control", "no-store")
            await send(message)

        refused = await self._looked_at(scope, receive, path)
        await (refused or self._app)(scope, receive, send_with_headers)

    async def _looked_at(self, scope: Scope, receive: Receive, path: str) -> Response | None:
        """None when the request may go on."""
        headers = Headers(scope=scope)
        state = scope.setdefault("state", {})
        state["who"], state["session"], state["form"], state["file"] = None, "", {}, None
        if headers.get("host", "").lower() not in self._addresses.hosts and path != "/healthz":
            # A page elsewhere whose name leads to this machine would be of the same origin as we are.
            return _plain("This is not an address of the console: see SERENO_CONSOLE__URL.", 400)
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return _plain("Not allowed.", 405, allow="GET, HEAD, POST")
        if path.startswith(_STATIC):
            return None
        secret = _cookie(headers.get("cookie", ""), cookie_name(self._addresses.secure))
        who = await self._door.who(secret)
        if who is not None:
            state["who"], state["session"] = who, secret
        if who is None and path not in _PUBLIC:
            logger.warning("console: refused a request without a session")
            return await self._refuse(Request(scope), 403)
        return await self._form(scope, receive, headers, path) if scope["method"] == "POST" else None

    async def _form(self, scope: Scope, receive: Receive, headers: Headers, path: str) -> Response | None:
        """Reads a form that was sent from one of our pages."""
        site, origin = headers.get("sec-fetch-site", "same-origin"), headers.get("origin")
        if site != "same-origin" or (origin is not None and origin.lower() not in self._addresses.origins):
            logger.warning("console: refused a form that another site has sent")
            return _plain("This form was not sent from the console.", 403)
        kind = headers.get("content-type", "").partition(";")[0].strip()
        if kind != "application/x-www-form-urlencoded" and (kind, path) != ("multipart/form-data", WITH_FILE):
            return _plain("This is no form.", 415)
        file: Upload | None = None
        try:
            if kind == "multipart/form-data":
                body = await self._upload(headers, receive)
                form, file = parsed(headers["content-type"], body, MOST_FIELDS)
            else:
                body = await _read(headers, receive, MOST_BYTES)
                pairs = parse_qsl(
                    body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict"
                )
                form = dict(pairs)
        except _TooLong:
            return _plain("That is too long.", 413)
        except TimeoutError:
            return _plain("That took too long.", 408)
        except ValueError:
            return _plain("This form cannot be read.", 400)
        if path != "/enter" and not is_form_key(form.pop("key", ""), scope["state"]["session"]):
            logger.warning("console: refused a form without its key")
            return _plain(
                "This form is not from your session. Go back, load the page again and try once more.", 403
            )
        scope["state"]["form"], scope["state"]["file"] = form, file
        return None

    async def _upload(self, headers: Headers, receive: Receive) -> bytes:
        """The body of a form with a file: few at once, so that many do not fill the memory."""
        async with self._uploads, asyncio.timeout(UPLOAD_SECONDS):
            return await _read(headers, receive, MOST_FILE_BYTES)


class _TooLong(Exception):
    """A body has more bytes than it may."""


async def _read(headers: Headers, receive: Receive, most: int) -> bytes:
    """The body.

    Raises:
        _TooLong: it has more than `most` bytes; the rest is not read.
    """
    length = headers.get("content-length", "0")
    if not length.isdecimal() or len(length) > 9 or int(length) > most:
        raise _TooLong
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b""
        body += message.get("body", b"")
        if len(body) > most:
            raise _TooLong
        if not message.get("more_body"):
            return bytes(body)


def cookie_name(secure: bool) -> str:
    """With the prefix browsers take such a cookie only over https, from us alone, for all paths."""
    return "__Host-sereno" if secure else "sereno"


def let_in(response: Response, session: str, *, secure: bool) -> None:
    """Gives the browser its session."""
    response.set_cookie(
        cookie_name(secure),
        session,
        max_age=int(SESSION_SECONDS),
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def let_out(response: Response, *, secure: bool) -> None:
    """Takes the session from the browser."""
    response.delete_cookie(cookie_name(secure), secure=secure, httponly=True, samesite="lax")


def who_of(request: Request) -> Pass:
    """Whose request it is; behind the gate there is always somebody."""
    who = request.state.who
    assert isinstance(who, Pass)
    return who


def _cookie(header: str, name: str) -> str:
    try:
        found = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return found.value[:200] if found else ""


def _plain(text: str, status: int, **headers: str) -> Response:
    return PlainTextResponse(text + "\n", status, headers)
