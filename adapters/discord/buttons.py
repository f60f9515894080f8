"""Buttons that work after a restart: all that a press needs stands in the button's own id."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import discord
from discord import ui

from adapters.base import Button

OnPress = Callable[[discord.Interaction[Any], str, str], Awaitable[None]]
"""Interaction, action, argument."""

MOST_BUTTONS = 25
TEMPLATE = r"sereno:(?P<action>[a-z_]{1,20}):(?P<argument>[\w.-]{0,60})"

_STYLES = {
    "primary": discord.ButtonStyle.primary,
    "secondary": discord.ButtonStyle.secondary,
    "success": discord.ButtonStyle.success,
    "danger": discord.ButtonStyle.danger,
}


class Lasting(ui.DynamicItem[ui.Button[Any]], template=TEMPLATE):
    """One button; discord.py makes it anew from its id when it is pressed."""

    def __init__(self, item: ui.Button[Any], action: str, argument: str) -> None:
        super().__init__(item)
        self.action = action
        self.argument = argument

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str]
    ) -> Lasting:
        """The button behind a press."""
        assert isinstance(item, ui.Button)
        return cls(item, match["action"], match["argument"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hands the press to whoever the client says."""
        on_press: OnPress = interaction.client.on_press
        await on_press(interaction, self.action, self.argument)


def view_of(buttons: Sequence[Button]) -> ui.View:
    """Rows of buttons.

    Raises:
        ValueError: a button whose press could not be understood later.
    """
    view = ui.View(timeout=None)
    for button in buttons[:MOST_BUTTONS]:
        if button.action == "open":
            view.add_item(ui.Button(label=button.label[:80], url=button.argument))
            continue
        custom_id = f"sereno:{button.action}:{button.argument}"
        if not re.fullmatch(TEMPLATE, custom_id):
            raise ValueError(f"no id of a button: {custom_id!r}")
        view.add_item(
            ui.Button(label=button.label[:80] or "…", style=_STYLES[button.style], custom_id=custom_id)
        )
    # Nobody waits for presses in this process: the ids say all.
    view.stop()
    return view
