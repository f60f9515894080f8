"""Files beside a message, as far as they are texts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from adapters.attached import MOST_BYTES, MOST_FILES, MOST_GIVEN, given, is_read
from adapters.base import Attachment
from adapters.slack.web import Site

logger = logging.getLogger(__name__)

SECONDS = 1.0
"""For all files of a message, of the three in which it must be acknowledged."""
GIVEN_SECONDS = 20.0
"""For one that is given to a command. Slack sends the message again meanwhile, and is told when it is done."""


async def texts_of(
    files: Sequence[Mapping[str, Any]], site: Site, session: aiohttp.ClientSession
) -> dict[str, str]:
    """What attached text files say, by their ids, as far as they are small and can be had in time."""
    texts: dict[str, str] = {}
    with suppress(TimeoutError):
        async with asyncio.timeout(SECONDS):
            for file in files[:MOST_FILES]:
                address = str(file.get("url_private") or "")
                wanted = is_read(str(file.get("mimetype") or ""), int(file.get("size") or 0))
                if wanted and _is_slacks(address, site):
                    text = await _read(address, site, session)
                    if text is not None:
                        texts[str(file["id"])] = text
    return texts


def _is_slacks(address: str, site: Site) -> bool:
    """Whether the bot's token may be sent there."""
    found, own = urlsplit(address), urlsplit(site.web.base_url)
    slack = found.scheme == "https" and (found.hostname or "").endswith(".slack.com")
    return slack or (found.scheme, found.netloc) == (own.scheme, own.netloc)


async def given_files(
    files: Sequence[Mapping[str, Any]], site: Site, session: aiohttp.ClientSession
) -> tuple[Attachment, ...]:
    """Files that were given to a command, as far as they are small enough and can be had in time."""
    return tuple(await asyncio.gather(*(_given(file, site, session) for file in files[:MOST_FILES])))


async def _given(file: Mapping[str, Any], site: Site, session: aiohttp.ClientSession) -> Attachment:
    address, size = str(file.get("url_private") or ""), int(file.get("size") or 0)
    data = None
    if size <= MOST_GIVEN and _is_slacks(address, site):
        with suppress(TimeoutError):
            async with asyncio.timeout(GIVEN_SECONDS):
                data = await _bytes(address, site, session, MOST_GIVEN, size)
    return given(str(file.get("name") or ""), str(file.get("mimetype") or ""), size, data)


async def _read(address: str, site: Site, session: aiohttp.ClientSession) -> str | None:
    content = await _bytes(address, site, session, MOST_BYTES)
    return None if content is None else content.decode("utf-8", "replace")


async def _bytes(
    address: str, site: Site, session: aiohttp.ClientSession, most: int, size: int = -1
) -> bytes | None:
    """Up to `most` bytes of a file; a page only when it has the `size` that the file has."""
    headers = {"Authorization": f"Bearer {site.web.token}"}
    try:
        async with session.get(address, headers=headers, allow_redirects=False) as answer:
            # Without the scope Slack shows, or leads to, its sign-in page: that is nobody's file.
            page = answer.content_type == "text/html"
            if answer.status != 200 or (page and size < 0):
                logger.info("a file could not be read: HTTP %s", answer.status)
                return None
            content = bytearray()
            # What is read at once is what has come by then, and not all of it.
            while len(content) < most and (more := await answer.content.read(most - len(content))):
                content += more
            return None if page and len(content) != size else bytes(content)
    except (aiohttp.ClientError, OSError) as error:
        logger.info("a file could not be read: %s", type(error).__name__)
        return None
