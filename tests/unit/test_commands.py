"""The one table of commands: what every platform can register."""

from __future__ import annotations

import re

from adapters.base import Context, Permission
from bot.commands import FOR_MODERATORS, MODEL_COMMANDS, TRANSLATION_LANGUAGES, language_named, table
from bot.i18n import LANGUAGES

# Discord's limits (platforms.md): names of 1 to 32 of these characters, descriptions of 1 to 100.
NAME = re.compile(r"[a-z0-9_-]{1,32}")


def test_every_command_is_there_once() -> None:
    names = [command.name for command in table()]
    assert sorted(names) == sorted(set(names))
    assert {*MODEL_COMMANDS, "check", "reset", "help", "privacy", "why", *FOR_MODERATORS} == set(names)


def test_names_and_descriptions_fit_every_platform() -> None:
    for command in table():
        described = [(word, command.descriptions) for word in command.name.split()]
        described += [(option.name, option.descriptions) for option in command.options]
        for name, descriptions in described:
            assert NAME.fullmatch(name)
            assert set(descriptions) == set(LANGUAGES)
            assert all(1 <= len(text) <= 100 for text in descriptions.values())
        assert len(command.options) <= 25


def test_required_options_come_first_and_ranges_are_ranges() -> None:
    for command in table():
        required = [option.required for option in command.options]
        assert required == sorted(required, reverse=True)
        for option in command.options:
            if option.minimum is not None and option.maximum is not None:
                assert option.minimum < option.maximum
            else:
                assert option.type not in ("integer", "number")


def test_what_is_for_moderators_needs_a_community() -> None:
    special = [command for command in table() if command.permission is not Permission.EVERYONE]
    assert {command.name for command in special} == FOR_MODERATORS
    for command in table():
        expected = {Context.COMMUNITY} if command.name in FOR_MODERATORS else set(Context)
        assert command.contexts == expected


def test_no_name_of_a_language_means_two() -> None:
    names = [name for both in TRANSLATION_LANGUAGES.values() for name in {each.casefold() for each in both}]
    assert len(names) == len(set(names))
    assert not set(names) & set(TRANSLATION_LANGUAGES)


def test_no_language_has_no_tag() -> None:
    assert language_named("") is None
    assert language_named("zz") is None
    assert language_named("\0" * 100_000) is None
