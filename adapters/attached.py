"""Which files beside a message are read."""

from __future__ import annotations

import base64

from adapters.base import Attachment

MOST_FILES = 5
MOST_BYTES = 64_000
"""Of one file."""
MOST_GIVEN = 8_000_000
"""Bytes of a file that is given to a command."""
ADDING = "/knowledge add"
"""The command that takes files. On platforms whose commands bring none, a message with files may begin with it."""
_TYPES = ("text/", "application/json", "application/xml", "application/yaml", "application/toml")


def is_read(media_type: str, size: int) -> bool:
    """Whether a file is a text that is small enough."""
    return media_type.startswith(_TYPES) and size <= MOST_BYTES


def adds_files(text: str) -> bool:
    """Whether a message gives the files beside it to a command."""
    return text.startswith(ADDING)


def given(name: str, media_type: str, size: int, data: bytes | None) -> Attachment:
    """A file that was given to a command; `data` is None where it could not be had. `size` in bytes."""
    encoded = base64.b64encode(data).decode("ascii") if data and len(data) <= MOST_GIVEN else ""
    return Attachment(name, media_type, size, data=encoded)
