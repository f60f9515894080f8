"""Replies in Discord's form. Pure: no network, no client."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from adapters.base import Final, Notice, Withdrawn
from adapters.discord.cards import plain as as_is
from adapters.markdown import split
from adapters.marks import Marks, marks_on
from adapters.text import clean, neutralise, truncate

LIMIT = 2000
"""Characters of a message."""
MOST_PARTS = 5
"""A longer reply becomes a file."""
FILE_NAME = "reply.md"
EMBED_LIMIT = 4096
"""Characters of an embed's text; all embeds of a message together have 6,000."""

_ASKED = LIMIT // 2
"""Characters of a question above its reply, every sign escaped."""
_FOOTER = 100
_FILE_LIST = 20_000
"""Characters of the list of marks in a file."""
_NOTHING = "…"
_COLOURS = {"info": 0x5865F2, "blocked": 0xF0B232, "failed": 0xDA373C}
_MARK_COLOURS = {
    "contradicted": 0xDA373C,
    "flagged": 0xF0B232,
    "unverifiable": 0xF0B232,
    "supported": 0x23A55A,
    "quoted": 0x80848E,
}


@dataclass(frozen=True, slots=True)
class Embed:
    """A box under a message."""

    text: str
    colour: int
    footer: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One message of a reply."""

    text: str
    embed: Embed | None = None
    file: str | None = None
    """The content of a file beside it."""


def parts_of(event: Final | Notice | Withdrawn, too_long: str, *, most: int = MOST_PARTS) -> list[Part]:
    """The messages that show how a turn ends.

    `too_long`: what stands above a reply that became a file; `most`: parts that are no file yet.
    """
    if isinstance(event, Final):
        return _reply(event, too_long, most)
    tone = event.tone if isinstance(event, Notice) else "failed"
    text = _told(event)
    file = clean(event.text) if len(text) > EMBED_LIMIT else None
    return [Part("", Embed(truncate(text, EMBED_LIMIT), _COLOURS[tone], event.incident[:_FOOTER]), file)]


def _reply(event: Final, too_long: str, most: int) -> list[Part]:
    """A reply with its signs, and the list of its marks in a box under the last message."""
    marks, asked = marks_on(event.text, event.annotations), event.to.asked
    texts = growing(marks.marked, asked)
    bare = growing(event.text, asked) if len(texts) > most else texts
    # Signs do not make a file of what fits into messages: then the list repeats the words.
    words = len(bare) <= most < len(texts)
    parts = [Part(text) for text in (bare if words else texts)]
    if len(parts) > most:
        parts = [Part(quoting(asked, neutralise(too_long)), file=_file(marks))]
    if marks.groups:
        lines = "\n".join(marks.listed(EMBED_LIMIT, as_is, words=words))
        box = Embed(truncate(_safe(lines), EMBED_LIMIT), _MARK_COLOURS[marks.weightiest])
        parts[-1] = replace(parts[-1], embed=box)
    return parts


def _file(marks: Marks) -> str:
    """A whole reply, and its marks."""
    lines = marks.listed(_FILE_LIST) if marks.groups else []
    return clean("\n\n".join([marks.marked, *lines]))


def growing(text: str, asked: str = "") -> list[str]:
    """A reply, or as much of it as there is, as the texts of messages. `asked`: see `ReplyTo`."""
    return [part.text.strip() or _NOTHING for part in split(quoting(asked, _safe(text)), LIMIT)]


def quoting(asked: str, text: str) -> str:
    """`text` below a question that a member asked, as it was typed; without one, `text`."""
    if not asked.strip():
        return text
    # Without an empty line, the reply would go on with the quote, in Markdown if not on Discord.
    return f"> {as_is(' '.join(asked.split()), _ASKED)}\n\n{text}"


def plain(event: Final | Notice | Withdrawn, parts: Sequence[Part]) -> list[Part]:
    """The same where embeds and files are not allowed: everything as text."""
    asked = event.to.asked if isinstance(event, Final) else ""
    texts = (
        growing(_told(event), asked) if any(part.file for part in parts) else [part.text for part in parts]
    )
    embed = parts[-1].embed
    # The box of a notice holds its text, which may stand there already.
    boxed = growing(embed.text) if embed and not (isinstance(event, Notice | Withdrawn) and texts[-1]) else []
    if boxed and len(texts[-1]) + len(boxed[0]) + 2 <= LIMIT:
        texts[-1] = f"{texts[-1]}\n\n{boxed.pop(0)}".strip()
    return [Part(text) for text in (*texts, *boxed)]


def _told(event: Final | Notice | Withdrawn) -> str:
    """What an event says, as Markdown. A notice is none, and may hold what members wrote."""
    if isinstance(event, Final):
        return marks_on(event.text, event.annotations).marked
    return as_is(event.text, 2 * len(event.text) + len(_NOTHING))


def _safe(text: str) -> str:
    return neutralise(clean(text)) if text.strip() else _NOTHING


def nonce_of(name: str, part: int | str) -> str:
    """What lets Discord know a message that is sent again: at most 25 characters."""
    return f"{name}.{part}"[-25:]
