"""The table of commands as Discord's application commands, and only what differs is written."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

import discord
from discord import app_commands

from adapters.base import N_, CommandSpec, Context, OptionSpec, OptionValue, Permission, Translate
from adapters.sentences import MENUS

Given: TypeAlias = OptionValue | discord.Attachment
OnCommand = Callable[[discord.Interaction[Any], str, Mapping[str, Given]], Awaitable[None]]
OnMenu = Callable[[discord.Interaction[Any], str, discord.Message], Awaitable[None]]

THREAD = "thread"
"""The option that this adapter adds to the command for talking."""
_THREAD = N_("Open a thread for the talk, which goes on there")
GROUPS = {
    "guardlog": N_("What the guards found, for moderators"),
    "guard": N_("The guards, for moderators"),
    "policy": N_("What this community has chosen"),
    "knowledge": N_("The documents that this community has added"),
}
"""The first word of commands of two → what stands beside it."""

_LOCALES = {"es": (discord.Locale.spain_spanish, discord.Locale.latin_american_spanish)}


class Translator(app_commands.Translator):
    """Gives Discord the names and descriptions in other languages."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """The text for `locale`; None where there is none."""
        found = string.extras.get(str(locale))
        return found if isinstance(found, str) else None


@dataclass(frozen=True, slots=True)
class Handlers:
    """Who is told of uses."""

    command: OnCommand
    menu: OnMenu


async def fill(
    tree: app_commands.CommandTree[Any], specs: Iterable[CommandSpec], translate: Translate, told: Handlers
) -> None:
    """Puts the table and the context menus into `tree`; nothing is written to Discord."""
    await tree.set_translator(Translator())
    for spec in specs:
        if spec.name == "chat":
            thread = OptionSpec(THREAD, _in_all_languages(_THREAD, translate), "boolean")
            spec = replace(spec, options=(*spec.options, thread))  # noqa: PLW2901 - the table is not changed
        command = _command_of(spec, told.command)
        first, _, second = spec.name.partition(" ")
        if second:
            group = tree.get_command(first)
            if not isinstance(group, app_commands.Group):
                group = _group_of(first, spec, translate)
                tree.add_command(group)
            group.add_command(command)
        else:
            tree.add_command(command)
    for action, name in MENUS.items():
        tree.add_command(_menu_of(action, _localised(_in_all_languages(name, translate)), told.menu))


def _in_all_languages(sentence: str, translate: Translate) -> dict[str, str]:
    return {"en": sentence} | {tag: translate(sentence, tag) for tag in _LOCALES}


def _localised(texts: Mapping[str, str]) -> app_commands.locale_str:
    extras = {
        str(locale): texts[tag] for tag, locales in _LOCALES.items() if tag in texts for locale in locales
    }
    return app_commands.locale_str(texts["en"], **extras)


def _group_of(name: str, spec: CommandSpec, translate: Translate) -> app_commands.Group:
    """What the commands that begin with the same word stand under; who may use it where, Discord asks of it alone."""
    return app_commands.Group(
        name=name,
        description=_localised(_in_all_languages(GROUPS[name], translate)),
        default_permissions=_permissions(spec),
        **_places(spec),
    )


def _command_of(spec: CommandSpec, on_command: OnCommand) -> app_commands.Command[Any, ..., None]:
    # Parameters have no hyphen in their names.
    options = {option.name.replace("-", "_"): option for option in spec.options}

    async def used(interaction: discord.Interaction[Any], **given: Any) -> None:
        values = {options[name].name: value for name, value in given.items() if value is not None}
        await on_command(interaction, spec.name, values)

    # discord.py reads a command's options from its callback's signature; this one is made from the table.
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = [inspect.Parameter("interaction", kind, annotation=discord.Interaction)]
    for name, option in sorted(options.items(), key=lambda item: not item[1].required):
        default = inspect.Parameter.empty if option.required else None
        parameters.append(inspect.Parameter(name, kind, default=default, annotation=_annotation(option)))
    used.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # what `inspect` looks for
    used.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    described = app_commands.describe(
        **{name: _localised(option.descriptions) for name, option in options.items()}
    )
    named = app_commands.rename(**{name: option.name for name, option in options.items()})
    command: app_commands.Command[Any, ..., None] = app_commands.Command(
        name=spec.name.split()[-1],
        description=_localised(spec.descriptions),
        callback=named(described(used)) if spec.options else used,
        **_places(spec),
    )
    command.default_permissions = _permissions(spec)
    return command


def _places(spec: CommandSpec) -> dict[str, Any]:
    direct = Context.DIRECT in spec.contexts
    return {
        "allowed_contexts": app_commands.AppCommandContext(
            guild=Context.COMMUNITY in spec.contexts, dm_channel=direct, private_channel=direct
        ),
        "allowed_installs": app_commands.AppInstallationType(
            guild=True, user=spec.permission is Permission.EVERYONE
        ),
    }


def _permissions(spec: CommandSpec) -> discord.Permissions | None:
    return discord.Permissions(manage_messages=True) if spec.permission is Permission.MODERATOR else None


class _ChannelId(app_commands.Transformer):
    """An option that offers the text channels; its value is the id of one, as a text."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        return [discord.ChannelType.text]

    async def transform(self, interaction: discord.Interaction[Any], value: Any, /) -> str:
        """The id; the channel itself need not be known here."""
        return str(value.id)


_TYPES: dict[str, Any] = {
    "text": str,
    "integer": int,
    "number": float,
    "boolean": bool,
    "channel": app_commands.Transform[str, _ChannelId],
    "file": discord.Attachment,
}


def _annotation(option: OptionSpec) -> Any:
    kind = _TYPES[option.type]
    if option.choices:
        kind = Literal.__getitem__(option.choices)
    elif option.minimum is not None or option.maximum is not None:
        kind = app_commands.Range[kind, option.minimum, option.maximum]
    return kind if option.required else kind | None


def _menu_of(action: str, name: app_commands.locale_str, on_menu: OnMenu) -> app_commands.ContextMenu:
    async def used(interaction: discord.Interaction[Any], message: discord.Message) -> None:
        await on_menu(interaction, action, message)

    # There are moderators to report to only where the bot is.
    everywhere = action != "report"
    return app_commands.ContextMenu(
        name=name,
        callback=used,
        allowed_contexts=app_commands.AppCommandContext(
            guild=True, dm_channel=everywhere, private_channel=everywhere
        ),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=everywhere),
    )


async def differs(client: discord.Client, tree: app_commands.CommandTree[Any]) -> bool:
    """Whether what is registered at Discord is not what `tree` holds."""
    assert tree.translator is not None
    wanted = [await command.get_translated_payload(tree, tree.translator) for command in tree.get_commands()]
    route = discord.http.Route(
        "GET", "/applications/{application_id}/commands", application_id=client.application_id
    )
    # discord.py's own way to fetch them leaves their translations out.
    there: Sequence[Any] = await client.http.request(route, params={"with_localizations": "true"})
    return _comparable(wanted) != _comparable(there)


async def synchronise(client: discord.Client, tree: app_commands.CommandTree[Any]) -> bool:
    """Writes the tree to Discord when it differs from what is there; whether it did."""
    if not await differs(client, tree):
        return False
    await tree.sync()
    return True


_COMPARED = (
    "name", "name_localizations", "type", "description", "description_localizations", "default_member_permissions",
    "nsfw", "options", "contexts", "integration_types", "required", "min_value", "max_value", "min_length",
    "max_length", "choices", "value", "channel_types",
)  # fmt: skip


def _comparable(commands: Sequence[Mapping[str, Any]]) -> list[Any]:
    """What decides whether two sets of commands are the same: without ids, versions and defaults."""
    return sorted((_plain("", command) for command in commands), key=repr)


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        every = name.endswith("_localizations")
        kept = {key: _plain(key, value[key]) for key in sorted(value) if every or key in _COMPARED}
        # Discord leaves some defaults out and fills others in.
        return {key: item for key, item in kept.items() if item not in ("None", "False", "", [], {})}
    if isinstance(value, list | tuple):
        items = [_plain("", item) for item in value]
        return sorted(items) if name in ("contexts", "integration_types") else items
    # A whole number may be written as a float, and permissions are a number or a text.
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
