"""A form with a file in it (multipart/form-data, RFC 7578, as browsers write it). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BOUNDARY = re.compile(r"boundary=\"?([A-Za-z0-9'()+_,./:=?-]{1,70})\"?\s*(?:;|$)")
_GIVEN = re.compile(r"(\w+)=\"([^\"\r\n]*)\"")
_HEADERS = 1_000
"""Bytes of a part's headers."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as a browser sends it."""

    name: str
    media_type: str
    data: bytes


def parsed(content_type: str, body: bytes, most: int) -> tuple[dict[str, str], Upload | None]:
    """The fields of a form, and its file.

    Raises:
        ValueError: it cannot be read, or has more than `most` fields.
    """
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        raise ValueError("no boundary")
    # What follows the last delimiter begins with two more dashes.
    _, *parts, end = (b"\r\n" + body).split(b"\r\n--" + boundary[1].encode("ascii"), most + 1)
    if not end.startswith(b"--"):
        raise ValueError("no end, or too many fields")
    fields: dict[str, str] = {}
    file: Upload | None = None
    for part in parts:
        place = part.find(b"\r\n\r\n", 0, _HEADERS)
        if place < 0:
            raise ValueError("no headers")
        headers, content = part[:place].decode("utf-8"), part[place + 4 :]
        disposition = next(
            (line for line in headers.split("\r\n") if line.lower().startswith("content-disposition:")), ""
        )
        given = dict(_GIVEN.findall(disposition))
        if "name" not in given:
            raise ValueError("a field without a name")
        if "filename" in given:
            kind = re.search(r"(?im)^content-type:\s*([\w.+-]+/[\w.+-]+)", headers)
            file = Upload(given["filename"], kind[1] if kind else "", content)
        else:
            fields[given["name"]] = content.decode("utf-8")
    return fields, file
