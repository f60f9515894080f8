"""Application commands: what Discord checks, keeps and gives back.

https://docs.discord.com/developers/interactions/application-commands
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from tests.wire.discord.errors import ApiError, Form, Json, unknown

SLASH, ON_USER, ON_MESSAGE = 1, 2, 3
SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, FILE = range(1, 12)
CHANNEL_TYPES = (0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 16)
LIMITS = {SLASH: 100, ON_USER: 15, ON_MESSAGE: 15}
"""Commands of each type in one scope. (15 context-menu commands of a type since 2026-03-03.)"""
CREATES_A_DAY = 200
LOCALES = frozenset(
    [
        "id",
        "da",
        "de",
        "en-GB",
        "en-US",
        "es-ES",
        "es-419",
        "fr",
        "hr",
        "it",
        "lt",
        "hu",
        "nl",
        "no",
        "pl",
        "pt-BR",
        "ro",
        "fi",
        "sv-SE",
        "vi",
        "tr",
        "cs",
        "el",
        "bg",
        "ru",
        "uk",
        "hi",
        "th",
        "zh-CN",
        "ja",
        "zh-TW",
        "ko",
    ]
)
_DAY = 86_400.0


class Commands:
    """The registered commands by scope: None for global ones, else the guild's id."""

    def __init__(self, new_id: Callable[[], int], clock: Callable[[], float], application: int) -> None:
        self._new_id = new_id
        self._clock = clock
        self._application = application
        self.by_scope: dict[int | None, dict[int, Json]] = defaultdict(dict)
        self.creates: dict[int | None, list[float]] = defaultdict(list)
        """When commands were created, for the daily limit."""
        self.writes = 0
        """Requests that asked to change something."""

    def named(self, name: str, kind: int, guild_id: int | None) -> Json | None:
        """The command that a member of the guild sees under `name`; the guild's own hides a global one."""
        for scope in (guild_id, None) if guild_id is not None else (None,):
            for command in self.by_scope[scope].values():
                if (command["name"], command["type"]) == (name, kind):
                    return command
        return None

    def listed(self, scope: int | None, *, localizations: bool) -> list[Json]:
        return [_shown(one, localizations=localizations) for one in self.by_scope[scope].values()]

    def get(self, scope: int | None, command_id: int) -> Json:
        if command_id not in self.by_scope[scope]:
            raise unknown("application command")
        return self.by_scope[scope][command_id]

    def overwrite(self, scope: int | None, bodies: object) -> list[Json]:
        self.writes += 1
        form = Form()
        checked = form.items("", bodies, 0, sum(LIMITS.values()))
        seen: set[tuple[str, int]] = set()
        for index, body in enumerate(checked):
            _check(form, f"{index}", body)
            key = _key(body)
            if key in seen:
                form.add(
                    f"{index}",
                    "APPLICATION_COMMANDS_DUPLICATE_NAME",
                    "Application command names must be unique",
                )
            seen.add(key)
        form.done()
        for kind, most in LIMITS.items():
            if sum(1 for body in checked if body.get("type", SLASH) == kind) > most:
                raise ApiError(400, 30032, f"Maximum number of application commands reached ({most}).")
        old = {_key(one): one for one in self.by_scope[scope].values()}
        self._count_creates(scope, sum(1 for body in checked if _key(body) not in old))
        kept = [self._stored(scope, body, old.get(_key(body))) for body in checked]
        self.by_scope[scope] = {int(one["id"]): one for one in kept}
        return self.listed(scope, localizations=True)

    def create(self, scope: int | None, body: Json) -> tuple[Json, bool]:
        """Also whether it is new: one with the same name is replaced."""
        self.writes += 1
        form = Form()
        _check(form, "", body)
        form.done()
        old = next((one for one in self.by_scope[scope].values() if _key(one) == _key(body)), None)
        kind = body.get("type", SLASH)
        if old is None:
            if sum(1 for one in self.by_scope[scope].values() if one["type"] == kind) >= LIMITS[kind]:
                raise ApiError(
                    400, 30032, f"Maximum number of application commands reached ({LIMITS[kind]})."
                )
            self._count_creates(scope, 1)
        new = self._stored(scope, body, old)
        self.by_scope[scope][int(new["id"])] = new
        return new, old is None

    def edit(self, scope: int | None, command_id: int, body: Json) -> Json:
        self.writes += 1
        old = self.get(scope, command_id)
        merged = {**old, **body, "type": old["type"]}
        form = Form()
        _check(form, "", merged)
        if any(_key(one) == _key(merged) and one is not old for one in self.by_scope[scope].values()):
            form.add(
                "name", "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique"
            )
        form.done()
        self.by_scope[scope][command_id] = self._stored(scope, merged, old)
        return self.by_scope[scope][command_id]

    def delete(self, scope: int | None, command_id: int) -> None:
        self.writes += 1
        self.get(scope, command_id)
        del self.by_scope[scope][command_id]

    def _count_creates(self, scope: int | None, number: int) -> None:
        now = self._clock()
        recent = [at for at in self.creates[scope] if at > now - _DAY]
        if number and len(recent) + number > CREATES_A_DAY:
            text = f"Max number of daily application command creates has been reached ({CREATES_A_DAY})"
            raise ApiError(400, 30034, text)
        self.creates[scope] = recent + [now] * number

    def _stored(self, scope: int | None, body: Json, old: Json | None) -> Json:
        """As Discord gives it back: defaults filled in or left out, keys in its own order."""
        kind = body.get("type", SLASH)
        found: Json = {
            "id": old["id"] if old else str(self._new_id()),
            "application_id": str(self._application),
            "version": "",
            "default_member_permissions": _text_or_none(body.get("default_member_permissions")),
            "type": kind,
            "name": body["name"],
            "name_localizations": body.get("name_localizations") or None,
            "description": body.get("description", "") if kind == SLASH else "",
            "description_localizations": body.get("description_localizations") or None,
            "dm_permission": body.get("dm_permission", True) if scope is None else False,
            "contexts": body.get("contexts"),
            "integration_types": sorted(body.get("integration_types") or [0]),
            "nsfw": bool(body.get("nsfw", False)),
        }
        if found["contexts"] is not None:
            found["contexts"] = sorted(found["contexts"])
        if scope is not None:
            found["guild_id"] = str(scope)
        if body.get("options"):
            found["options"] = [_stored_option(one) for one in body["options"]]
        same = old is not None and {**old, "version": ""} == found
        found["version"] = old["version"] if same and old is not None else str(self._new_id())
        return found


def _key(body: Json) -> tuple[str, int]:
    return (str(body.get("name")), body.get("type", SLASH))


def _text_or_none(value: object) -> str | None:
    return None if value is None else str(value)


def _stored_option(option: Json) -> Json:
    found: Json = {"type": option["type"], "name": option["name"]}
    found["name_localizations"] = option.get("name_localizations") or None
    found["description"] = option["description"]
    found["description_localizations"] = option.get("description_localizations") or None
    for name in ("required", "autocomplete"):
        if option.get(name):
            found[name] = True
    for name in ("min_value", "max_value", "min_length", "max_length"):
        if option.get(name) is not None:
            found[name] = option[name]
    if option.get("choices"):
        found["choices"] = [
            {
                "name": one["name"],
                "name_localizations": one.get("name_localizations") or None,
                "value": one["value"],
            }
            for one in option["choices"]
        ]
    if option.get("channel_types"):
        found["channel_types"] = option["channel_types"]
    if option.get("options"):
        found["options"] = [_stored_option(one) for one in option["options"]]
    return found


def _shown(value: Any, *, localizations: bool) -> Any:
    """A list without `with_localizations` has no dictionaries of them."""
    if localizations:
        return value
    if isinstance(value, list):
        return [_shown(one, localizations=False) for one in value]
    if isinstance(value, dict):
        return {
            key: _shown(one, localizations=False)
            for key, one in value.items()
            if not key.endswith("_localizations")
        }
    return value


def _check(form: Form, path: str, body: Json) -> None:
    dot = f"{path}." if path else ""
    kind = body.get("type", SLASH)
    if not form.choice(f"{dot}type", kind, (SLASH, ON_USER, ON_MESSAGE)):
        return
    _names(form, dot, body, chat=kind == SLASH)
    permissions = body.get("default_member_permissions")
    if permissions is not None and not str(permissions).isdigit():
        form.add(f"{dot}default_member_permissions", "NUMBER_TYPE_COERCE", "Not a set of permissions.")
    for name, allowed in (("contexts", (0, 1, 2)), ("integration_types", (0, 1))):
        for index, value in enumerate(body.get(name) or ()):
            form.choice(f"{dot}{name}.{index}", value, allowed)
    if kind == SLASH:
        _descriptions(form, dot, body)
        _options(form, dot, body, depth=0)
        if size(body) > 8000:
            text = f"Command exceeds maximum size ({size(body)} > 8000)"
            form.add(path, "APPLICATION_COMMAND_TOO_LARGE", text)
    else:
        for name in ("description", "options"):
            if body.get(name):
                text = f"Context menu commands cannot have {name}"
                form.add(f"{dot}{name}", "APPLICATION_COMMAND_INVALID_FOR_TYPE", text)


def _names(form: Form, dot: str, body: Json, *, chat: bool) -> None:
    name = form.text(f"{dot}name", body.get("name"), 1, 32, required=True)
    places = [(f"{dot}name", name)]
    for locale, text in (body.get("name_localizations") or {}).items():
        place = f"{dot}name_localizations.{locale}"
        _locale(form, place, locale)
        places.append((place, form.text(place, text, 1, 32, required=True)))
    for place, text in places:
        if chat and text and not _is_chat_name(text):
            form.add(place, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def _is_chat_name(text: str) -> bool:
    letters = all(
        one in "-_'"
        or one.isalpha()
        or one.isnumeric()
        or "\u0900" <= one <= "\u097f"
        or "\u0e00" <= one <= "\u0e7f"
        for one in text
    )
    return letters and text == text.lower()


def _descriptions(form: Form, dot: str, body: Json) -> None:
    form.text(f"{dot}description", body.get("description"), 1, 100, required=True)
    for locale, text in (body.get("description_localizations") or {}).items():
        _locale(form, f"{dot}description_localizations.{locale}", locale)
        form.text(f"{dot}description_localizations.{locale}", text, 1, 100, required=True)


def _locale(form: Form, path: str, locale: str) -> None:
    if locale not in LOCALES:
        form.add(path, "ENUM_TYPE_COERCE", f'Value "{locale}" is not a valid enum value.')


def _options(form: Form, dot: str, body: Json, *, depth: int) -> None:
    options = form.items(f"{dot}options", body.get("options"), 0, 25)
    names = [option.get("name") for option in options]
    allowed = ((SUBCOMMAND, GROUP), (SUBCOMMAND,), ())[depth] if depth < 3 else ()
    optional_seen = False
    for index, option in enumerate(options):
        path = f"{dot}options.{index}."
        if not form.choice(f"{path}type", option.get("type"), (*allowed, *range(STRING, FILE + 1))):
            continue
        _names(form, path, option, chat=True)
        _descriptions(form, path, option)
        if names.index(option.get("name")) != index:
            text = "Option names must be unique"
            form.add(f"{path}name", "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", text)
        if option["type"] in (SUBCOMMAND, GROUP):
            if option.get("required"):
                form.add(
                    f"{path}required", "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Not on subcommands"
                )
            _options(form, path, option, depth=2 if option["type"] == SUBCOMMAND else 1)
            continue
        if option.get("required") and optional_seen:
            text = "Required options must be placed before non-required options"
            form.add(f"{dot}options.{index}", "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", text)
        optional_seen = optional_seen or not option.get("required")
        _value_limits(form, path, option)
    nested = {option.get("type") in (SUBCOMMAND, GROUP) for option in options}
    if len(nested) > 1:
        text = "Sub-command and sub-command group option types are mutually exclusive to all other types"
        form.add(f"{dot}options", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", text)


def _value_limits(form: Form, path: str, option: Json) -> None:
    kind = option["type"]
    choices = form.items(f"{path}choices", option.get("choices"), 0, 25)
    if choices and (kind not in (STRING, INTEGER, NUMBER) or option.get("autocomplete")):
        form.add(
            f"{path}choices", "APPLICATION_COMMAND_OPTION_CHOICES_INVALID", "Choices are not possible here"
        )
    for index, choice in enumerate(choices):
        form.text(f"{path}choices.{index}.name", choice.get("name"), 1, 100, required=True)
        value = choice.get("value")
        if kind == STRING:
            form.text(f"{path}choices.{index}.value", value, 1, 100, required=True)
        elif isinstance(value, bool) or not isinstance(value, int if kind == INTEGER else int | float):
            form.add(
                f"{path}choices.{index}.value", "NUMBER_TYPE_COERCE", f'Value "{value}" is not a number.'
            )
        if [one.get("name") for one in choices].index(choice.get("name")) != index:
            text = "Choice names must be unique"
            form.add(f"{path}choices.{index}", "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS", text)
    _channel_types(form, path, option)
    for name in ("min_value", "max_value"):
        value = option.get(name)
        if value is not None and (
            kind not in (INTEGER, NUMBER) or (kind == INTEGER and not isinstance(value, int))
        ):
            form.add(f"{path}{name}", "NUMBER_TYPE_COERCE", f'Value "{value}" is not valid here.')
        if value is not None and abs(value) > 2**53:
            form.add(f"{path}{name}", "NUMBER_TYPE_MAX", "int value should be less than or equal to 2^53.")
    for name, low in (("min_length", 0), ("max_length", 1)):
        value = option.get(name)
        if value is not None and (kind != STRING or not isinstance(value, int) or not low <= value <= 6000):
            form.add(f"{path}{name}", "NUMBER_TYPE_MAX", "int value should be less than or equal to 6000.")


def _channel_types(form: Form, path: str, option: Json) -> None:
    types = form.list_of(f"{path}channel_types", option.get("channel_types"))
    if types and option["type"] != CHANNEL:
        text = "Channel types are only possible on options that take a channel"
        form.add(f"{path}channel_types", "APPLICATION_COMMAND_OPTION_CHANNEL_TYPES_INVALID", text)
    for index, value in enumerate(types):
        form.choice(f"{path}channel_types.{index}", value, CHANNEL_TYPES)


def size(body: Json) -> int:
    """Characters of all names, descriptions and values; of localised ones the longest counts."""
    total = sum(
        max(
            len(text)
            for text in (str(body.get(name) or ""), *(body.get(f"{name}_localizations") or {}).values())
        )
        for name in ("name", "description")
    )
    if isinstance(body.get("value"), str):
        total += len(body["value"])
    inside = [*(body.get("options") or ()), *(body.get("choices") or ())]
    return total + sum(size(one) for one in inside if isinstance(one, dict))
