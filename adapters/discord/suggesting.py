"""The form in which a member suggests a source. All that an answer needs stands in its id: it works after a restart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import discord
from discord import ui

from adapters.base import OptionValue, Translate
from adapters.suggesting import HINT, MOST, SUGGEST, TEXT, TITLE, TRUE_IS, VERDICT, VERDICTS, YOUR_VERDICT

_ID = re.compile(rf"sereno:{SUGGEST}:(?P<turn>[\w.-]{{0,60}})")


async def ask(interaction: discord.Interaction[Any], translate: Translate, turn: str) -> None:
    """Shows the form about a turn's reply."""
    locale = str(interaction.locale)
    form: ui.Modal = ui.Modal(title=translate(TITLE, locale), custom_id=f"sereno:{SUGGEST}:{turn}")
    options = [
        discord.SelectOption(label=translate(word, locale), value=value) for value, word in VERDICTS.items()
    ]
    verdict: ui.Select[ui.Modal] = ui.Select(custom_id=VERDICT, options=options)
    text: ui.TextInput[ui.Modal] = ui.TextInput(
        custom_id=TEXT,
        style=discord.TextStyle.paragraph,
        placeholder=translate(HINT, locale),
        min_length=1,
        max_length=MOST,
    )
    form.add_item(ui.Label(text=translate(YOUR_VERDICT, locale), component=verdict))
    form.add_item(ui.Label(text=translate(TRUE_IS, locale), component=text))
    # discord.py need not keep it: the answer is known by its id.
    form.stop()
    await interaction.response.send_modal(form)


def answered(interaction: discord.Interaction[Any]) -> dict[str, OptionValue] | None:
    """The options of the command that a filled form becomes; None for every other interaction."""
    if interaction.type is not discord.InteractionType.modal_submit:
        return None
    data: Mapping[str, Any] = interaction.data or {}
    match = _ID.fullmatch(str(data.get("custom_id")))
    if match is None:
        return None
    fields = dict(_fields(data))
    message = str(interaction.message.id) if interaction.message else ""
    return {
        "turn": match["turn"],
        VERDICT: fields.get(VERDICT, ""),
        TEXT: fields.get(TEXT, "")[:MOST],
        "message": message,
    }


def _fields(component: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What was filled in, by the field's name."""
    for inside in (*component.get("components", ()), *filter(None, [component.get("component")])):
        given = inside.get("value") or next(iter(inside.get("values") or ()), "")
        if "custom_id" in inside:
            yield str(inside["custom_id"]), str(given)
        yield from _fields(inside)
