"""Replies in Discord's form. Pure: no network, no client."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.base import Annotation, Card, Final, Notice, Withdrawn
from adapters.markdown import split
from adapters.text import neutralise, truncate

LIMIT = 2000
"""Characters of a message."""
MOST_PARTS = 5
"""A longer reply becomes a file."""
FILE_NAME = "reply.md"

_EMBED_TEXT = 4096
_EMBED_NOTE = 300
_COLOURS = {"info": 0x5865F2, "blocked": 0xF0B232, "failed": 0xDA373C, "marks": 0x80848E}
_MARKS = {"supported": "✓", "contradicted": "✗", "unverifiable": "⚠", "quoted": "❝", "flagged": "⚑"}


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


def parts_of(event: Final | Notice | Withdrawn, too_long: str) -> list[Part]:
    """The messages that show how a turn ends. `too_long`: what stands above a reply that became a file."""
    if isinstance(event, Final):
        parts = [Part(part.text) for part in split(neutralise(event.text), LIMIT)]
        if len(parts) > MOST_PARTS:
            parts = [Part(neutralise(too_long), file=event.text)]
        if event.annotations:
            last = parts[-1]
            parts[-1] = Part(last.text, _marks(event.text, event.annotations), last.file)
        return parts
    tone = event.tone if isinstance(event, Notice) else "failed"
    return [Part("", Embed(truncate(neutralise(event.text), _EMBED_TEXT), _COLOURS[tone], event.incident))]


def growing(text: str) -> Part:
    """A reply that is still being written: its first message."""
    return Part(split(neutralise(text), LIMIT)[0].text)


def _marks(text: str, annotations: tuple[Annotation, ...]) -> Embed:
    lines: list[str] = []
    for mark in annotations[:10]:
        words = truncate(" ".join(text[mark.start : mark.end].split()), 80)
        source = f" ({mark.source})" if mark.source else ""
        lines.append(f"{_MARKS[mark.mark]} “{words}”: {truncate(mark.note, _EMBED_NOTE)}{source}")
    return Embed(truncate(neutralise("\n".join(lines)), _EMBED_TEXT), _COLOURS["marks"])


def nonce_of(message_id: str, part: int) -> str:
    """What lets Discord know a message that is sent again: at most 25 characters."""
    return f"{message_id}.{part}"[-25:]


def card_of(card: Card) -> Part:
    """A case, for the moderators' channel."""
    lines = [f"**{name}** {value}" for name, value in card.fields]
    text = "\n".join([f"**{card.title}**", *lines, card.link])
    return Part("", Embed(truncate(neutralise(text), _EMBED_TEXT), _COLOURS["blocked"]))
