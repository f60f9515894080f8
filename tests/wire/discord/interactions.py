"""What members do with commands, buttons, menus and forms, as far as Discord's client lets them."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from tests.wire.discord import commands as kinds
from tests.wire.discord import payloads
from tests.wire.discord.checks import BUTTON, SELECTS, STRING_SELECT, TEXT_INPUT
from tests.wire.discord.commands import Commands
from tests.wire.discord.errors import Json, NotOffered
from tests.wire.discord.model import DM, Channel, Interaction, Message, Modal, User, walk
from tests.wire.discord.permissions import IN_DM, Permission, in_channel
from tests.wire.discord.talk import Talk

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
IN_GUILD, IN_BOT_DM = 0, 1
ATTACHMENT_LIMIT = 10 * 2**20
"""Bytes of a file, for members and bots without more."""
_VALUES: dict[int, tuple[type, ...]] = {
    kinds.STRING: (str,),
    kinds.INTEGER: (int,),
    kinds.BOOLEAN: (bool,),
    kinds.NUMBER: (int, float),
}


class Interactions(Talk):
    """Makes interactions from what is registered and shown; everything else is `NotOffered`."""

    def __init__(self, token: str, clock: Callable[[], float] | None, privileged: frozenset[str]) -> None:
        super().__init__(token, clock, privileged)
        self.commands = Commands(self.new_id, self.clock, self.me.id)

    async def slash(self, who: User, channel: Channel, name: str, /, **options: Any) -> Interaction:
        """Uses `/name`; a subcommand is written with a space ("policy set").

        Raises:
            NotOffered: there is no such command or option, a value does not fit, or they may not.
        """
        command, data = self._command_data(who, channel, name, options, autocomplete="")
        return self._interact(COMMAND, who, channel, data, command=command)

    async def autocomplete(
        self, who: User, channel: Channel, name: str, focused: str, **options: Any
    ) -> Interaction:
        """Types in the option `focused` of `/name`; the choices come into `interaction.choices`."""
        command, data = self._command_data(who, channel, name, options, autocomplete=focused)
        return self._interact(AUTOCOMPLETE, who, channel, data, command=command)

    async def context_menu(
        self, who: User, channel: Channel, name: str, target: Message | User
    ) -> Interaction:
        """Uses a command of a message's or a user's context menu."""
        on_message = isinstance(target, Message)
        command = self._find(who, channel, name, kinds.ON_MESSAGE if on_message else kinds.ON_USER)
        data: Json = {"id": command["id"], "name": name, "type": command["type"], "target_id": str(target.id)}
        if "guild_id" in command:
            data["guild_id"] = command["guild_id"]
        if isinstance(target, Message):
            if target not in self.visible_to(who, channel):
                raise NotOffered("they do not see that message")
            data["resolved"] = {"messages": {str(target.id): self.message_json(target, all_content=True)}}
        else:
            data["resolved"] = self._resolved_user(channel, target)
        return self._interact(COMMAND, who, channel, data, command=command)

    async def press(self, who: User, message: Message, custom_id: str) -> Interaction:
        """Presses a button."""
        button = self._component(who, message, custom_id)
        if button["type"] != BUTTON:
            raise NotOffered(f"{custom_id} is no button")
        data = {"custom_id": custom_id, "component_type": BUTTON, "id": button.get("id", 1)}
        return self._interact(COMPONENT, who, message.channel, data, source=message)

    async def select(self, who: User, message: Message, custom_id: str, *values: str) -> Interaction:
        """Chooses from a menu."""
        menu = self._component(who, message, custom_id)
        if menu["type"] not in SELECTS:
            raise NotOffered(f"{custom_id} is no menu")
        offered = {one["value"] for one in menu.get("options", ())}
        if menu["type"] == STRING_SELECT and not set(values) <= offered:
            raise NotOffered(f"the menu offers {offered}")
        if not menu.get("min_values", 1) <= len(values) <= menu.get("max_values", 1):
            raise NotOffered("too few or too many were chosen")
        data = {
            "custom_id": custom_id,
            "component_type": menu["type"],
            "values": list(values),
            "id": menu.get("id", 1),
        }
        return self._interact(COMPONENT, who, message.channel, data, source=message)

    async def submit(self, modal: Modal, **values: str) -> Interaction:
        """Fills in a form (text inputs, and the value of one option, by custom id) and sends it.

        Raises:
            NotOffered: a field is unknown, too long, too short or missing.
        """
        fields = {
            one["custom_id"]: one
            for one in walk(modal.components)
            if one.get("type") in (TEXT_INPUT, STRING_SELECT)
        }
        if set(values) - set(fields):
            raise NotOffered(f"the form has the fields {list(fields)}")
        for custom_id, field in fields.items():
            if field["type"] == STRING_SELECT:
                if values.get(custom_id) not in {option["value"] for option in field["options"]}:
                    raise NotOffered(f"{custom_id} must be chosen")
                continue
            value = values.get(custom_id, field.get("value") or "")
            low = field.get("min_length") or (1 if field.get("required", True) else 0)
            if (value or low) and not low <= len(value) <= field.get("max_length", 4000):
                raise NotOffered(f"{custom_id} has a wrong length")
        data = {
            "custom_id": modal.custom_id,
            "components": [_filled(one, values) for one in modal.components],
        }
        before = modal.interaction
        return self._interact(MODAL_SUBMIT, before.user, before.channel, data, source=before.source)

    def expired(self, interaction: Interaction) -> bool:
        """Whether the member reads "The application did not respond"."""
        return interaction.acked_at is None and self.clock() - interaction.created_at > 3

    def _component(self, who: User, message: Message, custom_id: str) -> Json:
        if message not in self.visible_to(who, message.channel):
            raise NotOffered("they do not see that message")
        if message.author is not self.me:
            raise NotOffered("the message is another application's")
        for component in walk(message.components):
            if component.get("custom_id") == custom_id:
                if component.get("disabled"):
                    raise NotOffered(f"{custom_id} is disabled")
                return component
        raise NotOffered(f"the message has {message.custom_ids}, not {custom_id}")

    def _find(self, who: User, channel: Channel, name: str, kind: int) -> Json:
        guild = channel.guild
        command = self.commands.named(name, kind, guild.id if guild else None)
        if command is None:
            raise NotOffered(f"no command {name!r} of type {kind} is registered here")
        context = IN_GUILD if guild is not None else IN_BOT_DM
        if command["contexts"] is not None and context not in command["contexts"]:
            raise NotOffered(f"{name!r} is not offered here")
        if command["contexts"] is None and guild is None and not command["dm_permission"]:
            raise NotOffered(f"{name!r} is not offered in direct messages")
        if not self._owners(who, channel, command["integration_types"]):
            raise NotOffered("the application is installed neither here nor for them")
        if guild is None:
            return command
        held = in_channel(channel, who, self.clock())
        if not held & Permission.USE_APPLICATION_COMMANDS or not held & Permission.VIEW_CHANNEL:
            raise NotOffered("they may not use application commands here")
        needed = command["default_member_permissions"]
        lacking = needed is not None and (not int(needed) or held & int(needed) != int(needed))
        if lacking and not held & Permission.ADMINISTRATOR:
            raise NotOffered(f"{name!r} is not offered to them")
        return command

    def _owners(self, who: User, channel: Channel, types: list[int] | tuple[int, ...] = (0, 1)) -> Json:
        """`authorizing_integration_owners`; empty when the application is not installed for this use."""
        owners: Json = {}
        if channel.guild is None:
            shared = any({who.id, self.me.id} <= guild.members.keys() for guild in self.guilds.values())
            if 0 in types and shared:
                owners["0"] = "0"
        elif 0 in types and self.me.id in channel.guild.members:
            owners["0"] = str(channel.guild.id)
        if 1 in types and who.id in self.user_installs:
            owners["1"] = str(who.id)
        return owners

    def _command_data(
        self, who: User, channel: Channel, name: str, options: dict[str, Any], *, autocomplete: str
    ) -> tuple[Json, Json]:
        first, *rest = name.split(" ")
        command = self._find(who, channel, first, kinds.SLASH)
        data: Json = {"id": command["id"], "name": first, "type": kinds.SLASH}
        if "guild_id" in command:
            data["guild_id"] = command["guild_id"]
        place, spec = data, command
        for part in rest:
            spec = _named(spec, part, name)
            inner: Json = {"name": part, "type": spec["type"]}
            place["options"] = [inner]
            place = inner
        specs = spec.get("options", [])
        if any(one["type"] in (kinds.SUBCOMMAND, kinds.GROUP) for one in specs):
            raise NotOffered(f"{name!r} has subcommands: {[one['name'] for one in specs]}")
        unknown = set(options) - {one["name"] for one in specs}
        if unknown:
            raise NotOffered(f"{name!r} has no option {unknown}")
        resolved: Json = {}
        given = []
        for one in specs:
            if one["name"] in options:
                typing = one["name"] == autocomplete
                value = (
                    options[one["name"]]
                    if typing
                    else self._given(channel, one, options[one["name"]], resolved)
                )
                given.append({"name": one["name"], "type": one["type"], "value": value})
                if typing:
                    given[-1]["focused"] = True
            elif one.get("required") and not autocomplete:
                raise NotOffered(f"{name!r} needs {one['name']}")
        if given:
            place["options"] = given
        if resolved:
            data["resolved"] = resolved
        return command, data

    def _given(self, channel: Channel, spec: Json, value: Any, resolved: Json) -> Any:
        if spec["type"] == kinds.FILE and isinstance(value, tuple):
            return self._upload(channel, value, resolved)
        return self._value(channel, spec, value, resolved)

    def _value(self, channel: Channel, spec: Json, value: Any, resolved: Json) -> Any:
        kind, name = spec["type"], spec["name"]
        if kind in (kinds.USER, kinds.MENTIONABLE) and isinstance(value, User):
            for key, records in self._resolved_user(channel, value).items():
                resolved.setdefault(key, {}).update(records)
            return str(value.id)
        if kind == kinds.CHANNEL and isinstance(value, Channel):
            if value.type not in spec.get("channel_types", kinds.CHANNEL_TYPES):
                raise NotOffered(f"{name} takes channels of the types {spec['channel_types']}")
            if value.deleted or value.guild is not channel.guild:
                raise NotOffered(f"{name} offers the channels of this server")
            shown = payloads.channel(value, self.me) | {
                "permissions": str(int(self.permissions(self.me, value)))
            }
            resolved.setdefault("channels", {})[str(value.id)] = shown
            return str(value.id)
        expected = _VALUES.get(kind)
        if expected is None:
            raise NotOffered(f"{name} is of the type {kind}")
        if not isinstance(value, expected) or (isinstance(value, bool) and kind != kinds.BOOLEAN):
            raise NotOffered(f"{name} does not take {value!r}")
        if spec.get("choices") and value not in [one["value"] for one in spec["choices"]]:
            raise NotOffered(f"{name} offers {[one['value'] for one in spec['choices']]}")
        if isinstance(value, str):
            if not spec.get("min_length", 0) <= len(value) <= spec.get("max_length", 6000):
                raise NotOffered(f"{name} has a wrong length")
        elif not spec.get("min_value", -(2**53)) <= value <= spec.get("max_value", 2**53):
            raise NotOffered(f"{name} is out of range")
        return value

    def _upload(self, channel: Channel, value: tuple[str, str, bytes], resolved: Json) -> str:
        (file,) = self.uploaded(channel, (value,))
        if len(file.data) > ATTACHMENT_LIMIT:
            raise NotOffered("the file is too large")
        shown = payloads.attachment(file) | {"ephemeral": True}
        resolved.setdefault("attachments", {})[str(file.id)] = shown
        return str(file.id)

    def _resolved_user(self, channel: Channel, user: User) -> Json:
        found: Json = {"users": {str(user.id): payloads.user(user)}}
        if channel.guild is not None and user.id in channel.guild.members:
            member = payloads.member(channel.guild.members[user.id], with_user=False)
            found["members"] = {
                str(user.id): member | {"permissions": str(int(self.permissions(user, channel)))}
            }
        return found

    def _interact(
        self,
        kind: int,
        who: User,
        channel: Channel,
        data: Json,
        *,
        command: Json | None = None,
        source: Message | None = None,
    ) -> Interaction:
        if command is not None:
            owners = self._owners(who, channel, command["integration_types"])
        elif source is not None and source.interaction is not None:
            owners = source.interaction.owners
        else:
            owners = self._owners(who, channel)
        now = self.clock()
        token = secrets.token_urlsafe(60)
        made = Interaction(self.new_id(), token, kind, who, channel, now, data, owners, command, source)
        self.interactions[token] = made
        self.emit("INTERACTION_CREATE", self._interaction_json(made), channel.guild)
        return made

    def _interaction_json(self, made: Interaction) -> Json:
        channel, guild = made.channel, made.channel.guild
        app = IN_DM if guild is None else self.app_permissions(channel)
        found: Json = {
            "id": str(made.id),
            "application_id": str(self.me.id),
            "type": made.type,
            "data": made.data,
            "token": made.token,
            "version": 1,
            "channel_id": str(channel.id),
            "channel": payloads.channel(channel, self.me)
            | {"permissions": str(int(self.permissions(made.user, channel)))},
            "locale": made.user.locale,
            "app_permissions": str(int(app)),
            "entitlements": [],
            "entitlement_sku_ids": [],
            "authorizing_integration_owners": made.owners,
            "context": IN_BOT_DM if channel.type == DM else IN_GUILD,
            "attachment_size_limit": ATTACHMENT_LIMIT,
        }
        if guild is None:
            found["user"] = payloads.user(made.user)
        else:
            member = payloads.member(guild.members[made.user.id])
            found |= {
                "guild_id": str(guild.id),
                "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
                "guild_locale": guild.locale,
                "member": member | {"permissions": str(int(self.permissions(made.user, channel)))},
            }
        if made.source is not None:
            found["message"] = self.message_json(made.source, all_content=True)
        return found

    def app_permissions(self, channel: Channel) -> Permission:
        """What the app may do there; where the bot is no member, what @everyone's overwrites leave an answer."""
        assert channel.guild is not None
        if self.me.id in channel.guild.members:
            return self.permissions(self.me, channel)
        everyone = channel.guild.roles[channel.guild.id]
        return Permission(everyone.permissions & IN_DM)


def _named(spec: Json, name: str, whole: str) -> Json:
    for one in spec.get("options", ()):
        if one["name"] == name and one["type"] in (kinds.SUBCOMMAND, kinds.GROUP):
            found: Json = one
            return found
    raise NotOffered(f"no command {whole!r}")


def _filled(component: Json, values: dict[str, str]) -> Json:
    """A form's component as it comes back."""
    found: Json = {"type": component["type"], "id": component.get("id", 1)}
    if "components" in component:
        found["components"] = [_filled(one, values) for one in component["components"]]
    elif "component" in component:
        found["component"] = _filled(component["component"], values)
    elif component["type"] == TEXT_INPUT:
        found["custom_id"] = component["custom_id"]
        found["value"] = values.get(component["custom_id"], component.get("value") or "")
    elif component["type"] == STRING_SELECT:
        found["custom_id"] = component["custom_id"]
        found["values"] = [values[component["custom_id"]]]
    return found
