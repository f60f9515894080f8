"""A message as a reader sees it: visible text, links, what pings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any

from tests.wire.slack.errors import Json

_CONTROL = re.compile(r"<([^<>\n]+)>")
_MARKDOWN_LINK = re.compile(r"\[([^\]\n]*)\]\(<?([^)\s>]+)>?[^)\n]*\)")
BROADCASTS = ("channel", "here", "everyone")
_SPECIAL = {"channel": "@channel", "here": "@here", "everyone": "@everyone"}


def visible(text: str, blocks: Iterable[Json], attachments: Iterable[Json] = ()) -> str:
    """What stands there. Labels of buttons too (but feedback buttons are two thumbs: their labels only show when they
    are pointed at); of the top-level text nothing where there are blocks.
    """
    found = list(blocks)
    parts = [one for block in found for one in _block(block)] if found else [_shown(text)]
    for one in attachments:
        parts += [_shown(str(one.get(name, ""))) for name in ("pretext", "title", "text", "footer")]
        parts += [part for block in one.get("blocks", ()) for part in _block(block)]
    return "\n".join(part for part in parts if part)


def links(text: str, blocks: Iterable[Json]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for kind, source in sources(text, blocks):
        for inner in _CONTROL.findall(source):
            target, _, label = inner.partition("|")
            if "://" in target or target.startswith("mailto:"):
                found.append((unescape(label or target), unescape(target)))
        if kind == "markdown":
            found += [(label, target) for label, target in _MARKDOWN_LINK.findall(source)]
    for one in walk(list(blocks)):
        if one.get("type") == "link" and "url" in one:
            found.append((str(one.get("text", one["url"])), str(one["url"])))
        elif one.get("type") == "button" and "url" in one:
            found.append((str(one["text"]["text"]), str(one["url"])))
    return found


def pings(text: str, blocks: Iterable[Json], *, mrkdwn: bool = True, link_names: bool = False) -> set[str]:
    """Who is notified: ids of users and groups, and "channel", "here", "everyone".

    Control sequences count inside code too: Slack reads them before it looks for formatting.
    """
    found: set[str] = set()
    everything = list(blocks)
    for _, source in sources(text, everything):
        for inner in _CONTROL.findall(source):
            target = inner.partition("|")[0]
            if target.startswith("@"):
                found.add(target[1:])
            elif target.startswith("!subteam^"):
                found.add(target.removeprefix("!subteam^"))
            elif target.startswith("!") and target[1:] in BROADCASTS:
                found.add(target[1:])
    if not mrkdwn and not everything:
        found.clear()
    if link_names and not everything:
        found |= _bare(text)
    for one in walk(everything):
        if one.get("type") == "mrkdwn" and not one.get("verbatim"):
            # Without `verbatim` Slack looks for bare mentions in blocks itself.
            found |= _bare(str(one.get("text", "")))
        elif one.get("type") == "broadcast":
            found.add(str(one["range"]))
        elif one.get("type") in ("user", "usergroup"):
            found.add(str(one.get("user_id") or one.get("usergroup_id")))
    return found


def _bare(text: str) -> set[str]:
    return {name for name in BROADCASTS if re.search(rf"(?<!\w)@{name}\b", text)}


def sources(text: str, blocks: Iterable[Json]) -> Iterator[tuple[str, str]]:
    """The texts in which Slack looks for control sequences, with their kind: "mrkdwn" or "markdown".

    The top-level text is only notified about where there are blocks: it pings all the same.
    """
    if text:
        yield "mrkdwn", text
    for one in walk(list(blocks)):
        if one.get("type") in ("mrkdwn", "markdown") and isinstance(one.get("text"), str):
            yield str(one["type"]), one["text"]


def actions(blocks: Iterable[Json]) -> list[Json]:
    return [one for one in walk(list(blocks)) if "action_id" in one]


def walk(value: Any) -> Iterator[Json]:
    """Every object inside."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from walk(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from walk(inner)


def _block(block: Json) -> list[str]:
    kind = block.get("type")
    if kind == "markdown":
        return [block["text"]]
    if kind == "rich_text":
        return [_rich(block)]
    found = []
    for name in ("title", "text", "alt_text"):
        value = block.get(name)
        if isinstance(value, dict):
            found.append(_text(value))
        elif isinstance(value, str) and kind in ("image", "plan", "task_card"):
            found.append(value)
    for value in [*block.get("fields", ()), *block.get("elements", ()), block.get("accessory")]:
        if isinstance(value, dict):
            found += _element(value)
    return found


def _element(one: Json) -> list[str]:
    if one.get("type") in ("mrkdwn", "plain_text"):
        return [_text(one)]
    found = [_text(one["text"])] if isinstance(one.get("text"), dict) else []
    found += [_text(option["text"]) for option in one.get("options", ())]
    return found


def _text(one: Json) -> str:
    return _shown(one["text"]) if one.get("type") == "mrkdwn" else str(one["text"])


def _shown(source: str) -> str:
    return unescape(_CONTROL.sub(_control, source))


def _control(match: re.Match[str]) -> str:
    target, _, label = match[1].partition("|")
    if target.startswith("!"):
        return label or _SPECIAL.get(target[1:], f"@{target[1:]}")
    return label or target


def _rich(block: Json) -> str:
    found = []
    for one in walk(block):
        kind = one.get("type")
        if kind in ("text", "link"):
            found.append(str(one.get("text", one.get("url", ""))))
        elif kind == "user":
            found.append(f"@{one['user_id']}")
        elif kind == "broadcast":
            found.append(f"@{one['range']}")
        elif kind == "usergroup":
            found.append(f"@{one['usergroup_id']}")
        elif kind == "channel":
            found.append(f"#{one['channel_id']}")
        elif kind == "emoji":
            found.append(f":{one['name']}:")
    return "".join(found)
