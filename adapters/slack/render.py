"""Replies in Slack's form. Pure: no network, no client."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from adapters.base import Button, Final, Notice, Withdrawn
from adapters.markdown import split
from adapters.marks import Marks, marks_on
from adapters.text import clean, neutralise, printable, truncate

Block = dict[str, Any]

LIMIT = 9_000
"""Characters of a reply in one message, as Slack counts them. It takes 12,000 in a Markdown block and about 13,000 in a
message: what is left is for marks and buttons."""
TEXT = 3_000
"""Bytes of the text beside the blocks, which notifications show: Slack takes about 4,000."""
SECTION = 3_000
"""Characters of a section."""
_CONTEXT = 2_000
"""Characters of an element of a context."""
MOST_TOLD = 12_000
"""Characters of a notice."""
MOST_BLOCKS = 46
"""What Slack may make of a reply's Markdown: it makes blocks of its own, and takes 50 in a message."""
MOST_BUTTONS = 25
_LABEL = 75
_NOTHING = "…"
_STYLES = {"primary": "primary", "success": "primary", "danger": "danger"}
_SEPARATOR = ":"
ACTION = re.compile(r"sereno:(?P<action>[a-z_]{1,20})")
"""The id of a button."""
FEEDBACK = "feedback"
"""The action of the two buttons that rate a reply."""
GOOD, BAD = "good", "bad"

_BREAK = re.compile(r" {0,3}(?:(?P<fence>`{3}|~{3})|#{1,6}\s|(?:[-*_][ \t]*){3,}$)")
"""A line that ends one of Slack's blocks, and begins another."""
_SIGN = re.compile(r"[\\`*_~|\[\]()<>#&!]|:(?=//)")
_LIST = re.compile(r"^(\s*\d*)(?=[-+.])")
_TARGET = r"""
        \(\s{0,3}(?:<(?P<angle>[^<>\n]{1,2000})>|(?P<bare>(?:[^\s()<>]|\([^\s()<>]{0,200}\)){1,2000}))
        (?:\s+(?:"[^"]{0,200}"|'[^']{0,200}'|\([^()]{0,200}\)))?\s{0,3}\)"""
"""Of a link: its address, and perhaps a title."""
_LINKS = (
    # A link within the text of another is the one that can be clicked.
    re.compile(rf"(?<!\\)\[(?P<text>[^\[\]]{{1,500}})\]{_TARGET}", re.VERBOSE),
    re.compile(rf"(?<!\\)\[(?P<text>(?:[^\[\]]|\[[^\[\]]{{0,200}}\]){{1,500}})\]{_TARGET}", re.VERBOSE),
)
_MARK = re.compile(r"[\\*_~`]")
_SLACK_LINK = re.compile(r"<(?P<url>[a-zA-Z][a-zA-Z0-9+.-]{1,20}:[^|>\s]{1,2000})\|(?P<text>[^>\n]{1,500})>")
_DOTTED = re.compile(r"(?<![\w-])[\w-]+(?:\.[\w-]+)+")
_TOP = re.compile(r"[a-z]{2,24}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """One message of a reply."""

    text: str
    """Markdown; "" where all is in the blocks."""
    blocks: tuple[Block, ...] = ()
    """What stands below the text."""

    @property
    def shown(self) -> list[Block]:
        """The blocks of the message."""
        if not self.text:
            return list(self.blocks)
        words = [{"type": "markdown", "text": self.text}] if self.is_markdown else plain_sections(self.text)
        return [*words, *self.blocks]

    @property
    def is_markdown(self) -> bool:
        """Whether Slack takes the text as Markdown: with dozens of headings it does not, and gets plain words."""
        return _most_blocks(self.text) <= MOST_BLOCKS

    @property
    def fallback(self) -> str:
        """What notifications show."""
        said = self.text or "\n".join(_texts(self.blocks))
        return fallback(said)


def parts_of(
    event: Final | Notice | Withdrawn, number: str = "", labels: tuple[str, str] | None = None
) -> list[Part]:
    """The messages that show how a turn ends. `number`: the line that names the incident; `labels`: what the two
    buttons that rate a reply say, the good one first.
    """
    if isinstance(event, Final):
        marks = marks_on(event.text, event.annotations)
        parts = [Part(text) for text in growing(marks.marked, event.to.asked)]
        last: list[Block] = []
        if marks.groups:
            last.append(_list(marks))
        if event.buttons:
            last.append(actions(event.buttons))
        if labels:
            last.append(_feedback(event.turn, *labels))
        parts[-1] = replace(parts[-1], blocks=tuple(last))
        return parts
    blocks = plain_sections(event.text)
    if number:
        blocks.append({"type": "context", "elements": [plain(number, 300)]})
    if isinstance(event, Notice) and event.buttons:
        blocks.append(actions(event.buttons))
    return [Part("", tuple(blocks))]


def _most_blocks(text: str) -> int:
    """How many blocks Slack makes of Markdown at most."""
    found, before = 1, ""
    for line in text.splitlines():
        breaks = _BREAK.match(line)
        if breaks:
            # A fence ends with another; after a heading or a line something else begins.
            found += 1 if breaks["fence"] else 2
        elif line.lstrip().startswith("|") and not before.startswith("|"):
            found += 2
        before = line.lstrip()
    return found


def growing(text: str, asked: str = "") -> list[str]:
    """A reply, or as much of it as there is, as the texts of messages. `asked`: see `ReplyTo`."""
    parts = split(quoting(asked, safe(text)), LIMIT, length=escaped_length)
    return [part.text.strip("\n") or _NOTHING for part in parts]


def streamable(text: str, asked: str = "") -> list[str]:
    """The same without an end that more text would change: the mark that closes what is not at its end yet."""
    parts = split(quoting(asked, safe(text)), LIMIT, length=escaped_length)
    texts = [part.text.strip("\n") for part in parts]
    head, _, end = texts[-1].rpartition("\n")
    if re.fullmatch(r"[\s>]*(`{3,}|~{3,})", end) and not parts[-1].source.rstrip().endswith(end.strip()):
        texts[-1] = head
    texts[-1] = texts[-1].rstrip()
    return texts


def quoting(asked: str, text: str) -> str:
    """`text` below a question that a member asked, as it was typed; without one, `text`."""
    if not asked.strip():
        return text
    return f"> {literal(' '.join(asked.split()))}\n\n{text}"


def literal(text: str) -> str:
    """Somebody's words in Markdown as they are: nothing in them is a mark, a link or a mention."""
    return _LIST.sub(r"\1\\", _SIGN.sub(r"\\\g<0>", neutralise(printable(clean(text)))))


def safe(text: str) -> str:
    """What a model wrote, so that it calls nobody and every link says where it leads."""
    if not text.strip():
        return _NOTHING
    text = clean(text)
    for link in (*_LINKS, _SLACK_LINK):
        text = link.sub(_honest, text)
    return neutralise(text)


def _honest(match: re.Match[str]) -> str:
    """A link as it is, unless its text names another place than the one it leads to."""
    # As a reader sees it: marks are not shown.
    claimed = _host_in(_MARK.sub("", match["text"]))
    if not claimed:
        return match[0]
    url = next(found for name, found in match.groupdict().items() if found and name != "text")
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    if _bare(claimed) == _bare(host):
        return match[0]
    return f"{match['text']} ({url})"


def _host_in(text: str) -> str:
    """The first name of a host that stands in a text; "" when there is none."""
    for found in _DOTTED.findall(text):
        labels = found.split(".")
        while len(labels) > 1 and not _TOP.fullmatch(labels[-1]):
            labels.pop()
        if len(labels) > 1:
            return ".".join(labels)
    return ""


def _bare(host: str) -> str:
    return host.casefold().removeprefix("www.")


def escaped(text: str) -> str:
    """`text` in a field where Slack would read marks of its own."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escaped_length(text: str) -> int:
    """The length of a text as Slack counts it."""
    return len(text) + 4 * text.count("&") + 3 * (text.count("<") + text.count(">"))


def fallback(text: str) -> str:
    """`text` for notifications: no mention, no mark, never too long and never empty."""
    said = escaped(neutralise(printable(text.strip()))) or _NOTHING
    if len(said.encode()) <= TEXT:
        return said
    kept = said.encode()[:TEXT].decode(errors="ignore")
    # Half of "&amp;" says nothing.
    return kept[: kept.rfind("&")] + _NOTHING if "&" in kept[-5:] else kept + _NOTHING


def plain(text: str, limit: int) -> Block:
    """Words that are nothing but words: no mark, no link, no mention; never none."""
    said = truncate(neutralise(printable(clean(text)).strip()), limit) or _NOTHING
    return {"type": "plain_text", "text": said, "emoji": False}


def plain_sections(text: str) -> list[Block]:
    """A text of any length as sections of plain words."""
    said = truncate(text.strip(), MOST_TOLD) or _NOTHING
    return [{"type": "section", "text": plain(part.source, SECTION)} for part in split(said, SECTION - 100)]


def actions(buttons: Sequence[Button]) -> Block:
    """A row of buttons: all that a press needs stands in them.

    Raises:
        ValueError: a button whose press could not be understood later.
    """
    return {"type": "actions", "elements": [_button(button) for button in buttons[:MOST_BUTTONS]]}


def _button(button: Button) -> Block:
    action_id = f"sereno{_SEPARATOR}{button.action}"
    if not ACTION.fullmatch(action_id):
        raise ValueError(f"no id of a button: {action_id!r}")
    made: Block = {
        "type": "button",
        "action_id": action_id,
        "text": plain(button.label, _LABEL),
        "value": button.argument or "-",
    }
    if button.action == "open":
        made["url"] = button.argument
    if button.style in _STYLES:
        made["style"] = _STYLES[button.style]
    return made


def _feedback(turn: str, good: str, bad: str) -> Block:
    """Slack's own buttons for a reply. Which reply it is, and which button, stands in each."""

    def button(rating: str, label: str) -> Block:
        return {"text": plain(label, _LABEL), "value": f"{rating} {turn}"}

    element = {
        "type": "feedback_buttons",
        "action_id": f"sereno{_SEPARATOR}{FEEDBACK}",
        "positive_button": button(GOOD, good),
        "negative_button": button(BAD, bad),
    }
    return {"type": "context_actions", "elements": [element]}


def _list(marks: Marks) -> Block:
    """What the signs in a reply stand for, in small print."""
    lines = "\n".join(marks.listed(_CONTEXT))
    return {"type": "context", "elements": [plain(lines, _CONTEXT)]}


def _texts(blocks: Sequence[Mapping[str, Any]]) -> list[str]:
    """What stands in blocks, as far as it is text."""
    found: list[str] = []
    for block in blocks:
        inside = block.get("text")
        if block["type"] in ("section", "header") and isinstance(inside, Mapping):
            found.append(str(inside["text"]))
    return found
