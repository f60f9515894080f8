"""The table of commands as Discord's application commands, and only what differs is written."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import discord
from discord import app_commands

from adapters.base import CommandSpec, Context, OptionSpec, OptionValue, Permission

OnCommand = Callable[[discord.Interaction[Any], str, Mapping[str, OptionValue]], Awaitable[None]]

_TYPES: dict[str, Any] = {"text": str, "integer": int, "number": float, "boolean": bool}
_LOCALES = {"es": (discord.Locale.spain_spanish, discord.Locale.latin_american_spanish)}


class Translator(app_commands.Translator):
    """Gives Discord the descriptions that the table has in other languages."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """The description for `locale`; None where the table has none."""
        found = string.extras.get(str(locale))
        return found if isinstance(found, str) else None


def localised(texts: Mapping[str, str]) -> app_commands.locale_str:
    """A text of the table with its translations."""
    extras = {
        str(locale): texts[tag] for tag, locales in _LOCALES.items() if tag in texts for locale in locales
    }
    return app_commands.locale_str(texts["en"], **extras)


def command_of(spec: CommandSpec, on_command: OnCommand) -> app_commands.Command[Any, ..., None]:
    """One command; what is used of it comes to `on_command`."""

    async def used(interaction: discord.Interaction[Any], **options: Any) -> None:
        await on_command(
            interaction, spec.name, {name: value for name, value in options.items() if value is not None}
        )

    # discord.py reads a command's options from its callback's signature; this one is made from the table.
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = [inspect.Parameter("interaction", kind, annotation=discord.Interaction)]
    for option in sorted(spec.options, key=lambda option: not option.required):
        default = inspect.Parameter.empty if option.required else None
        parameters.append(
            inspect.Parameter(option.name, kind, default=default, annotation=_annotation(option))
        )
    used.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # what `inspect` looks for
    used.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    described = app_commands.describe(
        **{option.name: localised(option.descriptions) for option in spec.options}
    )
    command: app_commands.Command[Any, ..., None] = app_commands.Command(
        name=spec.name,
        description=localised(spec.descriptions),
        callback=described(used) if spec.options else used,
        allowed_contexts=app_commands.AppCommandContext(
            guild=Context.COMMUNITY in spec.contexts,
            dm_channel=Context.DIRECT in spec.contexts,
            private_channel=Context.DIRECT in spec.contexts,
        ),
        allowed_installs=app_commands.AppInstallationType(
            guild=True, user=spec.permission is Permission.EVERYONE
        ),
    )
    if spec.permission is Permission.MODERATOR:
        command.default_permissions = discord.Permissions(manage_messages=True)
    return command


def _annotation(option: OptionSpec) -> Any:
    kind = _TYPES[option.type]
    if option.choices:
        kind = app_commands.Choice[str]
    elif option.minimum is not None or option.maximum is not None:
        kind = app_commands.Range[kind, option.minimum, option.maximum]
    return kind if option.required else kind | None


async def synchronise(client: discord.Client, tree: app_commands.CommandTree[Any]) -> bool:
    """Writes the tree to Discord when it differs from what is there; whether it did."""
    assert client.application_id is not None
    translator = tree.translator
    wanted = [
        await command.get_translated_payload(tree, translator) if translator else command.to_dict(tree)
        for command in tree.get_commands()
    ]
    there: Sequence[Any] = await client.http.request(
        discord.http.Route(
            "GET", "/applications/{application_id}/commands", application_id=client.application_id
        ),
        params={"with_localizations": "true"},
    )
    if _comparable(wanted) == _comparable(there):
        return False
    await tree.sync()
    return True


_COMPARED = (
    "name", "type", "description", "description_localizations", "default_member_permissions", "nsfw", "options",
    "contexts", "integration_types", "required", "min_value", "max_value", "min_length", "max_length", "choices", "value",
)  # fmt: skip


def _comparable(commands: Sequence[Mapping[str, Any]]) -> list[Any]:
    """What decides whether two sets of commands are the same: without ids, versions and defaults."""
    return sorted((_plain(command) for command in commands), key=repr)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        kept = {name: _plain(item) for name, item in value.items() if name in _COMPARED or "-" in name}
        # A localisation in a language is a name with a dash or a bare tag; what is empty or false is a default.
        if not kept and value:
            kept = {name: _plain(item) for name, item in value.items()}
        return {name: item for name, item in sorted(kept.items()) if item not in (None, False, [], {}, "")}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
