"""What Discord checks in the body of a message.

https://docs.discord.com/developers/resources/message#create-message,
https://docs.discord.com/developers/components/reference
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.wire.discord import mentions
from tests.wire.discord.errors import Form, Json, empty_message
from tests.wire.discord.model import (
    COMPONENTS_V2,
    EPHEMERAL,
    SUPPRESS_EMBEDS,
    SUPPRESS_NOTIFICATIONS,
    walk,
)

MAX_FILE = 10 * 2**20
"""Bytes in one file, without boosts."""

ROW, BUTTON, STRING_SELECT, TEXT_INPUT, LABEL = 1, 2, 3, 4, 18
SELECTS = (3, 5, 6, 7, 8)
SECTION, TEXT_DISPLAY, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = 9, 10, 11, 12, 13, 14, 17
_V2 = (SECTION, TEXT_DISPLAY, GALLERY, FILE, SEPARATOR, CONTAINER)


def message(body: Json, *, files: int, flags: int, flags_allowed: int, editing: Json | None = None) -> None:
    """Checks a message.

    `flags`: what the message has (an edit cannot take V2 away). `editing`: content, embeds, components and
    attachments as they will be after an edit.

    Raises:
        ApiError: 50035 or 50006.
    """
    form = Form()
    form.text("content", body.get("content"), 0, 2000)
    nonce = body.get("nonce")
    if isinstance(nonce, str) and len(nonce) > 25:
        form.add("nonce", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    elif nonce is not None and (isinstance(nonce, bool) or not isinstance(nonce, str | int)):
        form.add("nonce", "NONCE_TYPE_CONVERT", "Could not interpret as a nonce.")
    _embeds(form, body.get("embeds"))
    mentions.check(form, body.get("allowed_mentions"))
    wrong = form.whole("flags", body.get("flags")) & ~flags_allowed
    if wrong:
        form.add("flags", "FLAGS_NOT_ALLOWED", f"These flags cannot be set: {wrong}")
    v2 = bool(flags & COMPONENTS_V2)
    after = body if editing is None else editing
    if v2:
        for name in ("content", "embeds", "poll", "sticker_ids"):
            if after.get(name):
                text = f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
                form.add(name, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", text)
    _components(form, body.get("components"), v2=v2)
    if len(form.items("attachments", body.get("attachments"), 0, 10)) > 10 or files > 10:
        form.add("attachments", "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
    form.done()
    shown = (
        ("components",) if v2 else ("content", "embeds", "components", "attachments", "sticker_ids", "poll")
    )
    has = [after.get(name) for name in shown]
    content = str(after.get("content") or "").strip()
    if not (content or any(has[1:] if not v2 else has) or files):
        raise empty_message()


SENDING = SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | COMPONENTS_V2
"""Flags that a bot may set on a message."""
ANSWERING = SENDING | EPHEMERAL
"""Flags that an answer to an interaction may have."""


_PARTS = ("footer", "author", "image")


def _embeds(form: Form, value: object) -> None:
    total = 0
    for index, embed in enumerate(form.items("embeds", value, 0, 10)):
        path = f"embeds.{index}"
        total += len(form.text(f"{path}.title", embed.get("title"), 0, 256))
        total += len(form.text(f"{path}.description", embed.get("description"), 0, 4096))
        for number, one in enumerate(form.items(f"{path}.fields", embed.get("fields"), 0, 25)):
            for name, most in (("name", 256), ("value", 1024)):
                # Discord takes the blanks off first.
                text = one.get(name)
                text = text.strip() if isinstance(text, str) else text
                total += len(form.text(f"{path}.fields.{number}.{name}", text, 1, most, required=True))
        footer, author, image = (form.record(f"{path}.{one}", embed.get(one)) for one in _PARTS)
        if footer:
            total += len(form.text(f"{path}.footer.text", footer.get("text"), 1, 2048, required=True))
        if author:
            total += len(form.text(f"{path}.author.name", author.get("name"), 1, 256, required=True))
        colour = embed.get("color")
        if colour is not None and not (isinstance(colour, int) and 0 <= colour <= 0xFFFFFF):
            form.add(
                f"{path}.color", "NUMBER_TYPE_MAX", "int value should be less than or equal to 16777215."
            )
        for where, url in (("url", embed.get("url")), ("image.url", image.get("url"))):
            _url(form, f"{path}.{where}", url)
    if total > 6000:
        form.add("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")


def _url(form: Form, path: str, url: object) -> None:
    if url is None:
        return
    if not str(url).startswith(("http://", "https://", "attachment://")):
        text = f'Scheme "{str(url).split(":", maxsplit=1)[0]}" is not supported.'
        form.add(path, "URL_TYPE_INVALID_SCHEME", f"{text} Scheme must be one of ('http', 'https').")
    elif len(str(url)) > 2048:
        form.add(path, "BASE_TYPE_MAX_LENGTH", "Must be 2048 or fewer in length.")


def _components(form: Form, value: object, *, v2: bool) -> None:
    if not v2:
        for index, row in enumerate(form.items("components", value, 0, 5)):
            if form.choice(f"components.{index}.type", row.get("type"), (ROW,)):
                _row(form, f"components.{index}", row)
    else:
        components = form.items("components", value, 0, 40)
        for index, component in enumerate(components):
            _v2(form, f"components.{index}", component, (ROW, *_V2))
        if len(walk(components)) > 40:
            form.add("components", "BASE_TYPE_MAX_LENGTH", "Must be 40 or fewer in length.")
        shown = sum(
            len(str(one.get("content", ""))) for one in walk(components) if one.get("type") == TEXT_DISPLAY
        )
        if shown > 4000:
            text = "Displayable text size exceeds maximum size of 4000"
            form.add("components", "COMPONENT_MAX_TEXT_SIZE_EXCEEDED", text)
    _unique_ids(form, "components", value)


def _unique_ids(form: Form, path: str, value: object) -> None:
    seen: set[str] = set()
    for component in walk(value if isinstance(value, list) else []):
        custom_id = component.get("custom_id")
        if not isinstance(custom_id, str):
            continue
        if custom_id in seen:
            text = "Component custom id cannot be duplicated"
            form.add(path, "COMPONENT_CUSTOM_ID_DUPLICATED", text)
        seen.add(custom_id)


def _row(form: Form, path: str, row: Json) -> None:
    inside = form.items(f"{path}.components", row.get("components"), 1, 5)
    for index, component in enumerate(inside):
        place = f"{path}.components.{index}"
        if not form.choice(f"{place}.type", component.get("type"), (BUTTON, *SELECTS)):
            continue
        if component["type"] == BUTTON:
            _button(form, place, component)
            continue
        _select(form, place, component)
        if len(inside) > 1:
            form.add(
                f"{path}.components",
                "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
                "The specified component exceeds the maximum width",
            )


def _button(form: Form, path: str, button: Json) -> None:
    if not form.choice(f"{path}.style", button.get("style"), (1, 2, 3, 4, 5, 6)):
        return
    form.text(f"{path}.label", button.get("label"), 0, 80)
    if not button.get("label") and not button.get("emoji") and button["style"] != 6:
        form.add(path, "BUTTON_COMPONENT_INVALID_LABEL_OR_EMOJI", "A button must have a label or an emoji")
    if button["style"] == 5:
        if not button.get("url"):
            form.add(path, "BUTTON_COMPONENT_URL_REQUIRED", "A url is required")
        if button.get("custom_id"):
            form.add(
                path,
                "BUTTON_COMPONENT_CUSTOM_ID_URL_EXCLUSIVE",
                "A custom id and url cannot both be specified",
            )
        _url(form, f"{path}.url", button.get("url"))
        form.text(f"{path}.url", button.get("url"), 0, 512)
    elif button["style"] != 6:
        if button.get("url"):
            form.add(
                path,
                "BUTTON_COMPONENT_CUSTOM_ID_URL_EXCLUSIVE",
                "A custom id and url cannot both be specified",
            )
        form.text(f"{path}.custom_id", button.get("custom_id"), 1, 100, required=True)


def _select(form: Form, path: str, select: Json) -> None:
    form.text(f"{path}.custom_id", select.get("custom_id"), 1, 100, required=True)
    form.text(f"{path}.placeholder", select.get("placeholder"), 0, 150)
    if select.get("type") != STRING_SELECT:
        return
    options = form.items(f"{path}.options", select.get("options"), 1, 25)
    values = [option.get("value") for option in options]
    for index, option in enumerate(options):
        form.text(f"{path}.options.{index}.label", option.get("label"), 1, 100, required=True)
        form.text(f"{path}.options.{index}.value", option.get("value"), 1, 100, required=True)
        form.text(f"{path}.options.{index}.description", option.get("description"), 0, 100)
        if values.index(option.get("value")) != index:
            text = "The specified option value is already used"
            form.add(f"{path}.options.{index}.value", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", text)
    low = form.whole(f"{path}.min_values", select.get("min_values"), 1)
    high = form.whole(f"{path}.max_values", select.get("max_values"), 1)
    if not 0 <= low <= 25 or not 1 <= high <= 25 or low > high or high > max(1, len(options)):
        form.add(
            f"{path}.max_values",
            "BASE_TYPE_BAD_LENGTH",
            "Must be between min_values and the number of options.",
        )


def _v2(form: Form, path: str, component: Json, allowed: tuple[int, ...]) -> None:
    if not form.choice(f"{path}.type", component.get("type"), allowed):
        return
    _V2_CHECKS[component["type"]](form, path, component)


def _container(form: Form, path: str, component: Json) -> None:
    inside = tuple(kind for kind in (ROW, *_V2) if kind != CONTAINER)
    for index, one in enumerate(form.items(f"{path}.components", component.get("components"), 1, 40)):
        _v2(form, f"{path}.components.{index}", one, inside)


def _section(form: Form, path: str, component: Json) -> None:
    for index, one in enumerate(form.items(f"{path}.components", component.get("components"), 1, 3)):
        _v2(form, f"{path}.components.{index}", one, (TEXT_DISPLAY,))
    accessory = component.get("accessory")
    if not isinstance(accessory, dict):
        form.required(f"{path}.accessory")
    elif form.choice(f"{path}.accessory.type", accessory.get("type"), (BUTTON, THUMBNAIL)):
        if accessory["type"] == BUTTON:
            _button(form, f"{path}.accessory", accessory)
        else:
            _media(form, f"{path}.accessory.media", accessory.get("media"))


def _gallery(form: Form, path: str, component: Json) -> None:
    for index, one in enumerate(form.items(f"{path}.items", component.get("items"), 1, 10)):
        _media(form, f"{path}.items.{index}.media", one.get("media"))


def _media(form: Form, path: str, value: Any) -> None:
    url = value.get("url") if isinstance(value, dict) else None
    if url is None:
        form.required(f"{path}.url")
    _url(form, f"{path}.url", url)


def _text_display(form: Form, path: str, component: Json) -> None:
    form.text(f"{path}.content", component.get("content"), 1, 4000, required=True)


_V2_CHECKS: dict[int, Callable[[Form, str, Json], None]] = {
    ROW: _row,
    SECTION: _section,
    TEXT_DISPLAY: _text_display,
    GALLERY: _gallery,
    FILE: lambda form, path, component: _media(form, f"{path}.file", component.get("file")),
    SEPARATOR: lambda form, path, component: None,
    CONTAINER: _container,
}


def modal(data: Json) -> None:
    """Checks a modal.

    Raises:
        ApiError: 50035.
    """
    form = Form()
    form.text("data.custom_id", data.get("custom_id"), 1, 100, required=True)
    form.text("data.title", data.get("title"), 1, 45, required=True)
    components = form.items("data.components", data.get("components"), 1, 5)
    for index, component in enumerate(components):
        path = f"data.components.{index}"
        if not form.choice(f"{path}.type", component.get("type"), (ROW, TEXT_DISPLAY, LABEL)):
            continue
        if component["type"] == LABEL:
            form.text(f"{path}.label", component.get("label"), 1, 45, required=True)
            form.text(f"{path}.description", component.get("description"), 0, 100)
            _field(form, f"{path}.component", component.get("component"), labelled=True)
        elif component["type"] == ROW:
            for number, one in enumerate(form.items(f"{path}.components", component.get("components"), 1, 1)):
                _field(form, f"{path}.components.{number}", one, labelled=False)
        else:
            _text_display(form, path, component)
    _unique_ids(form, "data.components", data.get("components"))
    form.done()


def _field(form: Form, path: str, value: object, *, labelled: bool) -> None:
    if not isinstance(value, dict):
        form.required(path)
        return
    allowed = (TEXT_INPUT, *SELECTS, 19, 21, 22, 23) if labelled else (TEXT_INPUT,)
    if not form.choice(f"{path}.type", value.get("type"), allowed):
        return
    if value["type"] in SELECTS:
        _select(form, path, value)
        return
    form.text(f"{path}.custom_id", value.get("custom_id"), 1, 100, required=True)
    if value["type"] != TEXT_INPUT:
        return
    form.choice(f"{path}.style", value.get("style"), (1, 2))
    if not labelled:
        form.text(f"{path}.label", value.get("label"), 1, 45, required=True)
    form.text(f"{path}.placeholder", value.get("placeholder"), 0, 100)
    form.text(f"{path}.value", value.get("value"), 0, 4000)
