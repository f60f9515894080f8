"""The form in which a member suggests a source. All that an answer needs stands in it. Pure: no network."""

from __future__ import annotations

import json
from typing import Any

from adapters.base import CommandUse, Locale, Translate
from adapters.slack.convert import Event
from adapters.slack.render import Block, plain
from adapters.suggesting import (
    CANCEL,
    HINT,
    MOST,
    SEND,
    SUGGEST,
    TEXT,
    TITLE,
    TRUE_IS,
    VERDICT,
    VERDICTS,
    YOUR_VERDICT,
)

FORM = f"sereno_form_{SUGGEST}"
"""The id of the form."""
_TITLE = 24
_LABEL = 75


def form_of(turn: str, channel: str, message: str, translate: Translate, locale: Locale) -> Block:
    """The form about a turn's reply, which is `message` in `channel`."""

    def said(sentence: str, limit: int = _LABEL) -> Block:
        return plain(translate(sentence, locale), limit)

    def field(name: str, label: str, element: Block) -> Block:
        return {
            "type": "input",
            "block_id": name,
            "label": said(label),
            "element": element | {"action_id": name},
        }

    options = [{"text": said(word), "value": value} for value, word in VERDICTS.items()]
    text = {
        "type": "plain_text_input",
        "multiline": True,
        "min_length": 1,
        "max_length": MOST,
        "placeholder": said(HINT),
    }
    return {
        "type": "modal",
        "callback_id": FORM,
        "title": said(TITLE, _TITLE),
        "submit": said(SEND, _TITLE),
        "close": said(CANCEL, _TITLE),
        "private_metadata": json.dumps({"turn": turn, "channel": channel, "message": message}),
        "blocks": [
            field(VERDICT, YOUR_VERDICT, {"type": "radio_buttons", "options": options}),
            field(TEXT, TRUE_IS, text),
        ],
    }


def answered(payload: Event) -> tuple[str, CommandUse]:
    """The channel that a filled form is about, and the command that it becomes."""
    view = payload["view"]
    kept: dict[str, Any] = json.loads(view["private_metadata"])
    values = view["state"]["values"]
    options = {
        "turn": str(kept["turn"]),
        VERDICT: str(values[VERDICT][VERDICT]["selected_option"]["value"]),
        TEXT: str(values[TEXT][TEXT]["value"] or "")[:MOST],
        "message": str(kept["message"]),
    }
    return str(kept["channel"]), CommandUse(SUGGEST, options)
