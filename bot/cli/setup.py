"""What commands share: settings read and logs set up."""

from __future__ import annotations

import os

import click

from bot.log import set_up_logging
from bot.settings import Settings, load, unknown


def prepared() -> Settings:
    """The settings; logging goes where they say.

    Raises:
        SettingsError: a setting cannot be used.
    """
    settings = load()
    set_up_logging(settings.log.level, settings.log.format)
    for sentence in unknown(os.environ):
        click.echo(f"sereno: {sentence}", err=True)
    return settings
