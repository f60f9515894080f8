"""One REST request: read, checked, answered."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from tests.wire.discord.checks import MAX_FILE
from tests.wire.discord.errors import ApiError, Json, form_error, invalid_json, snowflake, too_large


@dataclass(slots=True)
class Call:
    """A request as a handler sees it."""

    route: str
    """As in "POST /channels/{channel_id}/messages"."""
    params: dict[str, str]
    query: dict[str, str]
    data: Any = None
    """The JSON body, or the `payload_json` of a form."""
    files: dict[int, tuple[str, str, bytes]] = field(default_factory=dict)
    """Number in `files[n]` → name, media type, content."""

    @property
    def body(self) -> Json:
        if self.data is None:
            return {}
        if not isinstance(self.data, dict):
            raise form_error("", "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
        return self.data

    def id(self, name: str) -> int:
        """The id in the path.

        Raises:
            ApiError: it is none.
        """
        return snowflake(name, self.params[name])

    def flag(self, name: str) -> bool:
        """A boolean of the query."""
        return self.query.get(name, "").lower() in ("1", "true")


@dataclass(slots=True)
class Request:
    """A request as it was recorded. `status` 0: not answered (yet, or the connection was cut)."""

    method: str
    path: str
    route: str
    at: float
    query: dict[str, str]
    body: Any = None
    status: int = 0
    code: int = 0
    """Discord's error code."""
    reason: str = ""
    """X-Audit-Log-Reason."""


async def read(request: web.Request, call: Call) -> None:
    """Reads the body into `call`.

    Raises:
        ApiError: it is neither JSON nor a form with JSON, or a file is too large.
    """
    kind = request.content_type
    if kind == "multipart/form-data":
        await _read_form(request, call)
        return
    raw = await request.read()
    if not raw:
        return
    if kind != "application/json":
        raise ApiError(
            400,
            50035,
            "Invalid Form Body",
            {
                "_errors": [
                    {
                        "code": "CONTENT_TYPE_INVALID",
                        "message": 'Expected "Content-Type" header to be one of {"application/json"}.',
                    }
                ]
            },
        )
    call.data = _json(raw)


async def _read_form(request: web.Request, call: Call) -> None:
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        content = bytes(await part.read(decode=True))
        name = part.name or ""
        if name == "payload_json":
            call.data = _json(content)
        elif name.startswith("files[") and name.endswith("]") and name[6:-1].isdigit():
            if len(content) > MAX_FILE:
                raise too_large()
            media_type = part.headers.get("Content-Type", "application/octet-stream")
            call.files[int(name[6:-1])] = (part.filename or "unknown", media_type, content)
        else:
            raise form_error(name, "UNKNOWN_FIELD", f"Unexpected form field {name!r}")


def _json(raw: bytes) -> Any:
    try:
        value = json.loads(raw)
        json.dumps(value, ensure_ascii=False).encode()
    except ValueError:
        # A lone surrogate is no Unicode text: it ends here too.
        raise invalid_json() from None
    return value
