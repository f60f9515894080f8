"""Files of many kinds as passages. Runs in a process of its own (see `bot.knowledge.reading`): files may be hostile."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING, cast

from bot.knowledge.documents import MOST_PASSAGES
from bot.knowledge.html import html_blocks
from bot.knowledge.passages import (
    HEADING_LENGTH,
    PATH_SEPARATOR,
    Block,
    Passage,
    markdown_blocks,
    passages_of,
    text_blocks,
)
from bot.knowledge.words import language_of

if TYPE_CHECKING:
    from pypdf import PdfReader
    from pypdf.types import OutlineType

MOST_CHARACTERS = 8_000_000
"""Of one document's text."""

_HTML = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_HYPHEN = re.compile(r"(?<=\w)-\n(?=[^\W\d_A-Z])")
"""A word that was parted at the end of a printed line."""
_PAGE_LEVEL = 99
"""A page stands below all headings."""
_MOST_BLOCKS = 200_000
_SAMPLE = 20_000
"""Characters by which a document's language is told."""


class Unreadable(Exception):
    """The file cannot be read; the text is a code, a key of `bot.knowledge.reading.REASONS`."""


def passages_in(data: bytes, name: str, media_type: str = "") -> list[Passage]:
    """The passages of a file, in order.

    Args:
        data: the file.
        name: what it is called; its ending tells what it is where its content does not.
        media_type: what its sender says that it is, or "".

    Raises:
        Unreadable: it is of no kind that can be read, is damaged or locked, or holds no text, or too much.
    """
    kind = _kind(data, name.lower(), media_type.partition(";")[0].strip().lower())
    if kind == "jsonl":
        found = _rows(_decoded(data), name)
    else:
        blocks = list(_bounded(_pdf_blocks(data) if kind == "pdf" else _text_blocks(kind, _decoded(data))))
        sample = " ".join(block.text[:_SAMPLE] for block in blocks[:200])[:_SAMPLE]
        found = passages_of(blocks, document=name, language=language_of(sample))
    if not found:
        raise Unreadable("empty")
    if len(found) > MOST_PASSAGES:
        raise Unreadable("long")
    return found


def tidy(text: str) -> str:
    """`text` without what can neither be shown nor stored: control characters, halves of characters."""
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub(" ", text))


def _kind(data: bytes, name: str, media_type: str) -> str:
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if name.endswith(".jsonl"):
        return "jsonl"
    if name.endswith((".html", ".htm", ".xhtml")) or media_type in ("text/html", "application/xhtml+xml"):
        return "html"
    if name.endswith((".txt", ".text", ".log")):
        return "text"
    return "html" if _HTML.match(data[:4096]) else "markdown"


def _decoded(data: bytes) -> str:
    """The text of a file: UTF-8 or UTF-16, else what Windows writes in western Europe.

    Raises:
        Unreadable: it is no text.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", "replace")
    # A few strays are somebody's slip; a file that is full of them is no text.
    if len(_CONTROLS.findall(text)) + text.count("\ufffd") > len(text) / 200:
        raise Unreadable("binary")
    if len(text) > MOST_CHARACTERS:
        raise Unreadable("long")
    return tidy(text)


def _text_blocks(kind: str, text: str) -> Iterator[Block]:
    match kind:
        case "html":
            return html_blocks(text)
        case "text":
            return text_blocks(text)
    return markdown_blocks(text)


def _bounded(blocks: Iterator[Block]) -> Iterator[Block]:
    characters = 0
    for number, block in enumerate(blocks):
        characters += len(block.text)
        if characters > MOST_CHARACTERS or number >= _MOST_BLOCKS:
            raise Unreadable("long")
        yield block


def _rows(text: str, name: str) -> list[Passage]:
    """The passages of JSON lines: objects with a `title`, perhaps a `section`, and a `text`, or one for each
    language (`text_en`, `text_es`).
    """
    rows: list[tuple[str, str, str]] = []
    for line in filter(str.strip, text.splitlines()):
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            raise Unreadable("rows") from None
        if not isinstance(row, dict):
            raise Unreadable("rows")
        title = PATH_SEPARATOR.join(part for part in (_field(row, "title"), _field(row, "section")) if part)
        for key in row:
            if key == "text" or key.startswith("text_"):
                said = _field(row, key)
                language = key.removeprefix("text").removeprefix("_") or language_of(said)
                rows.append((language, title, said))
    rows = [row for row in rows if row[2].strip()]
    found: list[Passage] = []
    # Rows under one title belong together, each language by itself.
    for language in dict.fromkeys(row[0] for row in rows):
        mine = (row for row in rows if row[0] == language)
        for title, group in groupby(mine, key=lambda row: row[1]):
            blocks = [Block("paragraph", said) for _, _, said in group]
            if title:
                blocks.insert(0, Block("heading", title, 1))
            found += passages_of(blocks, document=name, language=language)
    return found


def _field(row: dict[str, object], key: str) -> str:
    value = row.get(key)
    return tidy(value) if isinstance(value, str) else ""


def _pdf_blocks(data: bytes) -> Iterator[Block]:
    """The pages of a PDF, below the headings of its table of contents."""
    # Only PDFs need it, and it takes a moment.
    import pypdf
    from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError

    try:
        reader = pypdf.PdfReader(BytesIO(data))
        # Many are locked against changes alone, and open without a password.
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("locked")
        headings: dict[int, list[Block]] = {}
        for place, heading in _outline(reader, reader.outline, 1):
            headings.setdefault(place, []).append(heading)
        for number, page in enumerate(reader.pages):
            yield from headings.get(number, ())
            text = tidy(_HYPHEN.sub("", page.extract_text()))
            if text.strip():
                yield Block("heading", f"p. {number + 1}", _PAGE_LEVEL)
                yield from text_blocks(text)
    except (DependencyError, FileNotDecryptedError):
        # What it is locked with is not known here.
        raise Unreadable("locked") from None
    except LimitReachedError:
        raise Unreadable("heavy") from None


def _outline(reader: PdfReader, entries: OutlineType, level: int) -> Iterator[tuple[int, Block]]:
    """The headings of a table of contents, each with the number of its page, from 0."""
    for entry in entries:
        if isinstance(entry, list):
            yield from _outline(reader, cast("OutlineType", entry), level + 1)
            continue
        page = reader.get_destination_page_number(entry)
        title = tidy(" ".join(str(entry.title).split()))[:HEADING_LENGTH]
        if page is not None and title:
            yield page, Block("heading", title, level)
