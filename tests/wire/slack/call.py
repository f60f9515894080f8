"""One Web API request: read, checked, recorded."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.wire.slack.errors import Json, SlackError, invalid_arguments
from tests.wire.slack.model import Team, User
from tests.wire.slack.state import Token

MAX_BODY = 1 << 20
"""Bytes. Where Slack's own limit lies is not documented."""


@dataclass(slots=True)
class Call:
    """A request as a handler sees it."""

    method: str
    args: Json
    """Of the query, the form or the JSON body."""
    token: Token | None = None
    basic: tuple[str, str] | None = None
    """Client id and secret."""
    warnings: list[str] = field(default_factory=list)

    @property
    def team(self) -> Team:
        assert self.token is not None
        return self.token.team

    @property
    def me(self) -> User:
        return self.team.me

    def has(self, name: str) -> bool:
        return self.args.get(name) not in (None, "")

    def text(self, name: str, default: str = "") -> str:
        """A text argument.

        Raises:
            SlackError: it is none.
        """
        value = self.args.get(name)
        if value is None:
            return default
        if isinstance(value, (dict, list, bool)):
            raise invalid_arguments(f"must be a string [json-pointer:/{name}]")
        return str(value)

    def required(self, name: str) -> str:
        found = self.text(name)
        if not found:
            raise invalid_arguments(f"missing required field: {name}")
        return found

    def flag(self, name: str, default: bool) -> bool:
        value = self.args.get(name)
        if value is None:
            return default
        return str(value).lower() in ("1", "true")

    def structure(self, name: str, error: str) -> Any:
        """An argument that is JSON, or a text with JSON in it.

        Raises:
            SlackError: `error`, where it is neither.
        """
        value = self.args.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, str):
            try:
                return json.loads(value)
            except ValueError:
                raise SlackError(error) from None
        return value


@dataclass(slots=True)
class Request:
    """A request as it was recorded. `status` 0: not answered (yet, or the connection was cut)."""

    method: str
    at: float
    args: Json
    team_id: str = ""
    status: int = 0
    error: str = ""
    """Slack's code, "" when all was well."""
    answer: Json = field(default_factory=dict)
    granted: frozenset[str] | None = None
    """The token's scopes."""


async def read(http: web.Request, method: str, *, form_only: bool) -> Call:
    """Reads the arguments. A token in a JSON body is not listened to; `form_only`: nothing in it is.

    Raises:
        SlackError: the body is not what its Content-Type says.
    """
    call = Call(method, dict(http.query))
    raw = await http.read()
    if len(raw) > MAX_BODY:
        raise SlackError("request_entity_too_large", status=413)
    if raw and http.content_type == "application/json":
        if http.charset is None:
            call.warnings.append("missing_charset")
        said = _object(raw)
        said.pop("token", None)
        if not form_only:
            call.args |= said
    elif http.content_type == "application/x-www-form-urlencoded":
        try:
            raw.decode()
        except ValueError:
            raise SlackError("invalid_form_data") from None
        call.args |= {name: value for name, value in (await http.post()).items() if isinstance(value, str)}
    elif raw:
        raise SlackError("invalid_post_type")
    return call


def _object(raw: bytes) -> Json:
    try:
        value = json.loads(raw)
        json.dumps(value, ensure_ascii=False).encode()
    except ValueError:
        # A lone surrogate is no Unicode text: it ends here too.
        raise SlackError("invalid_json") from None
    if not isinstance(value, dict):
        raise SlackError("json_not_object")
    return value
