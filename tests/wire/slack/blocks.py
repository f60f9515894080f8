"""Block Kit's rules, and those of texts and metadata.

https://docs.slack.dev/reference/block-kit/blocks. Two numbers are from what was seen, not from the documents:
4,000 escaped bytes of text, and about 13,200 characters over all blocks of a message.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from tests.wire.slack.errors import Json, SlackError, invalid_blocks
from tests.wire.slack.reading import walk

MAX_TEXT = 4_000
MAX_MARKDOWN = 12_000
MAX_CHARACTERS = 13_200
MAX_BLOCKS = 50
MAX_VIEW_BLOCKS = 100
MAX_METADATA = 8_000
_BARE_AMPERSAND = re.compile(r"&(?!amp;|lt;|gt;)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}#{1,6}\s")
_RULE = re.compile(r" {0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})$")
_STYLES = ("primary", "danger")


def check_text(text: str) -> None:
    """Raises `msg_too_long` past 4,000 bytes as Slack stores them."""
    if len(_BARE_AMPERSAND.sub("&amp;", text).encode()) > MAX_TEXT:
        raise SlackError("msg_too_long")


def check_metadata(value: Any) -> Json | None:
    """The metadata of a message; None for an empty object, which removes it."""
    if value is None or value == {}:
        return None
    if (
        not isinstance(value, dict)
        or set(value) - {"event_type", "event_payload", "entities"}
        or not isinstance(value.get("event_type"), str)
        or not value["event_type"]
        or not isinstance(value.get("event_payload"), dict)
    ):
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(value)) > MAX_METADATA:
        raise SlackError("metadata_too_large")
    return value


def check_blocks(value: Any, new_id: Callable[[], str], *, most: int = MAX_BLOCKS) -> tuple[Json, ...]:
    """The blocks with ids for those that have none.

    Raises:
        SlackError: `invalid_blocks_format`, `invalid_blocks` or `msg_blocks_too_long`.
    """
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise SlackError("invalid_blocks_format")
    checker = _Checker()
    if len(value) > most:
        checker.wrong(f"no more than {most} items allowed", "/blocks")
    for number, block in enumerate(value):
        checker.block(block, f"/blocks/{number}")
    checker.together(value)
    if checker.errors:
        raise invalid_blocks(*checker.errors)
    if most == MAX_BLOCKS:
        check_size(value)
    return tuple(one if "block_id" in one else one | {"block_id": new_id()} for one in value)


def check_size(blocks: Iterable[Json]) -> None:
    """Raises `msg_blocks_too_long` where all that the blocks become is too much.

    Slack makes blocks of its own out of Markdown (a heading, a run of text, a fence, a table and a line are one
    each), counts those, and takes a heading for about 100 characters more than its text.
    """
    count = size = 0
    for block in blocks:
        size += sum(len(one["text"]) for one in walk(block) if isinstance(one.get("text"), str))
        if block.get("type") == "markdown":
            headings, rendered = _rendered(block["text"])
            size += 100 * headings
            count += rendered
        else:
            count += 1
    if count > MAX_BLOCKS or size > MAX_CHARACTERS:
        raise SlackError("msg_blocks_too_long")


def _rendered(text: str) -> tuple[int, int]:
    """How many headings, and how many blocks in all, Slack makes of Markdown."""
    headings = blocks = 0
    inside, before = "", ""
    for line in text.splitlines():
        fence = _FENCE.match(line)
        if inside:
            inside = "" if fence and fence[1].startswith(inside) else inside
            kind = "code"
        elif fence:
            inside, kind, before = fence[1], "code", ""
        elif _HEADING.match(line):
            headings, kind, before = headings + 1, "heading", ""
        elif _RULE.match(line):
            kind, before = "line", ""
        elif line.lstrip().startswith("|"):
            kind = "table"
        else:
            kind = "text" if line.strip() else before or "text"
        blocks += kind != before
        before = kind
    return headings, blocks


class _Checker:
    """Collects what is wrong, each with a JSON pointer."""

    def __init__(self) -> None:
        self.errors: list[str] = []

    def wrong(self, what: str, where: str) -> None:
        self.errors.append(f"{what} [json-pointer:{where}]")

    def block(self, one: Json, where: str) -> None:
        check = {
            "section": self._section,
            "header": self._header,
            "markdown": self._markdown,
            "context": self._context,
            "actions": self._actions,
            "context_actions": self._context_actions,
            "image": self._image,
            "input": self._input,
        }.get(one.get("type", ""))
        self._id(one, "block_id", where)
        if check is not None:
            check(one, where)
        elif one.get("type") not in ("divider", "rich_text", "table", "plan", "task_card", "alert", "card"):
            self.wrong(f"unsupported type: {one.get('type')}", where)

    def together(self, blocks: list[Json]) -> None:
        ids = [one["block_id"] for one in blocks if "block_id" in one]
        if len(ids) != len(set(ids)):
            self.wrong("block_id already exists", "/blocks")
        for number, block in enumerate(blocks):
            actions = [one["action_id"] for one in walk(block) if "action_id" in one]
            if len(actions) != len(set(actions)):
                self.wrong("action_id already exists in this block", f"/blocks/{number}")
        total = sum(len(str(one.get("text", ""))) for one in blocks if one.get("type") == "markdown")
        if total > MAX_MARKDOWN:
            self.wrong(f"must be no more than {MAX_MARKDOWN} characters over all markdown blocks", "/blocks")

    def _id(self, one: Json, name: str, where: str) -> None:
        if name in one and (not isinstance(one[name], str) or not 1 <= len(one[name]) <= 255):
            self.wrong("must be between 1 and 255 characters", f"{where}/{name}")

    def _object(self, value: Any, where: str, most: int, *, plain: bool = False) -> None:
        kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
        if not isinstance(value, dict) or value.get("type") not in kinds:
            self.wrong(f"must be a {' or '.join(kinds)} object", where)
        elif not isinstance(value.get("text"), str) or not value["text"]:
            self.wrong("must be more than 0 characters", f"{where}/text")
        elif len(value["text"]) > most:
            self.wrong(f"must be less than {most + 1} characters", f"{where}/text")
        elif value["type"] == "mrkdwn" and "emoji" in value:
            self.wrong("emoji is only for plain_text", where)

    def _section(self, one: Json, where: str) -> None:
        if "text" not in one and not one.get("fields"):
            self.wrong("missing required field: text", where)
        if "text" in one:
            self._object(one["text"], f"{where}/text", 3_000)
        for number, field in enumerate(self._items(one, "fields", where, 10, required=False)):
            self._object(field, f"{where}/fields/{number}", 2_000)
        if "accessory" in one:
            self._element(one["accessory"], f"{where}/accessory")

    def _header(self, one: Json, where: str) -> None:
        self._object(one.get("text"), f"{where}/text", 150, plain=True)

    def _markdown(self, one: Json, where: str) -> None:
        text = one.get("text")
        if not isinstance(text, str) or not text:
            self.wrong("must be more than 0 characters", f"{where}/text")
        elif len(text) > MAX_MARKDOWN:
            self.wrong(f"must be less than {MAX_MARKDOWN + 1} characters", f"{where}/text")

    def _context(self, one: Json, where: str) -> None:
        for number, element in enumerate(self._items(one, "elements", where, 10)):
            if element.get("type") != "image":
                self._object(element, f"{where}/elements/{number}", 2_000)

    def _actions(self, one: Json, where: str) -> None:
        for number, element in enumerate(self._items(one, "elements", where, 25)):
            self._element(element, f"{where}/elements/{number}")

    def _context_actions(self, one: Json, where: str) -> None:
        for number, element in enumerate(self._items(one, "elements", where, 5)):
            at = f"{where}/elements/{number}"
            self._id(element, "action_id", at)
            if element.get("type") == "feedback_buttons":
                for name in ("positive_button", "negative_button"):
                    button = element.get(name)
                    if not isinstance(button, dict):
                        self.wrong(f"missing required field: {name}", at)
                        continue
                    self._object(button.get("text"), f"{at}/{name}/text", 75, plain=True)
                    self._value(button, f"{at}/{name}", required=True)
            elif element.get("type") == "icon_button":
                self._object(element.get("text"), f"{at}/text", 75, plain=True)
            else:
                self.wrong(f"unsupported type: {element.get('type')}", at)

    def _image(self, one: Json, where: str) -> None:
        if not one.get("image_url") and not one.get("slack_file"):
            self.wrong("missing required field: image_url", where)
        if not isinstance(one.get("alt_text"), str) or len(one["alt_text"]) > 2_000:
            self.wrong("missing required field: alt_text", where)

    def _input(self, one: Json, where: str) -> None:
        self._object(one.get("label"), f"{where}/label", 2_000, plain=True)
        self._element(one.get("element") or {}, f"{where}/element")

    def _items(self, one: Json, name: str, where: str, most: int, *, required: bool = True) -> list[Json]:
        items = one.get(name, [])
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            self.wrong("must be an array of objects", f"{where}/{name}")
            return []
        if (required and not items) or len(items) > most:
            self.wrong(f"must have between 1 and {most} items", f"{where}/{name}")
        return items

    def _value(self, one: Json, where: str, *, required: bool = False) -> None:
        if required and not one.get("value"):
            self.wrong("missing required field: value", where)
        if "value" in one and (not isinstance(one["value"], str) or len(one["value"]) > 2_000):
            self.wrong("must be less than 2001 characters", f"{where}/value")

    def _element(self, one: Json, where: str) -> None:
        kind = one.get("type")
        self._id(one, "action_id", where)
        if "confirm" in one and not isinstance(one["confirm"], dict):
            self.wrong("must be an object", f"{where}/confirm")
        if kind == "button":
            self._object(one.get("text"), f"{where}/text", 75, plain=True)
            self._value(one, where)
            if one.get("style", "primary") not in _STYLES:
                self.wrong("must be primary or danger", f"{where}/style")
            if "url" in one and len(one["url"]) > 3_000:
                self.wrong("must be less than 3001 characters", f"{where}/url")
        elif kind in ("static_select", "multi_static_select", "radio_buttons", "checkboxes", "overflow"):
            most = {"overflow": 5, "radio_buttons": 10, "checkboxes": 10}.get(kind, 100)
            for number, option in enumerate(self._items(one, "options", where, most, required=False)):
                self._object(option.get("text"), f"{where}/options/{number}/text", 75)
                if not isinstance(option.get("value"), str) or len(option["value"]) > 150:
                    self.wrong("must be less than 151 characters", f"{where}/options/{number}/value")
        elif kind is None:
            self.wrong("missing required field: type", where)
