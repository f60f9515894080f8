"""Which files beside a message are read."""

from __future__ import annotations

MOST_FILES = 5
MOST_BYTES = 64_000
"""Of one file."""
_TYPES = ("text/", "application/json", "application/xml", "application/yaml", "application/toml")


def is_read(media_type: str, size: int) -> bool:
    """Whether a file is a text that is small enough."""
    return media_type.startswith(_TYPES) and size <= MOST_BYTES
