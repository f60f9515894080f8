"""Slash commands typed as a line: `/name option=value … text`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from adapters.base import N_, CommandSpec, CommandUse, Locale, OptionSpec, OptionValue, Translate
from adapters.text import nearest, truncate

_COMMAND = re.compile(r"/(\S*)(.*)", re.DOTALL)
_SECOND = re.compile(r"\s+(\S+)")
"""The second word of a command of two."""

# `name=value`, `--name value` or `--name=value`; the value may stand in quotes.
_OPTION = re.compile(
    r"""\s*(?:--(?P<long>[\w-]+)(?:=|\s+|$)|(?P<short>\w[\w-]*)=)
        (?:(?P<quote>["'])(?P<quoted>.*?)(?:(?P<closed>(?P=quote))(?=\s|$)|$)|(?P<bare>\S*))""",
    re.VERBOSE | re.DOTALL,
)
_INTEGER = re.compile(r"[+-]?[0-9]{1,15}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:[.,][0-9]{1,15})?")
_YES = ("yes", "true", "on", "1", "sí", "si")
_NO = ("no", "false", "off", "0")
_SHOWN = 40
"""Characters of what was given that an error repeats."""

_NO_COMMAND_BUT = N_(
    "There is no command /{given}. Did you mean /{nearest}? (To send a text that begins with /, write //.)"
)
_NO_COMMAND = N_(
    "There is no command /{given}. There are: {commands}. (To send a text that begins with /, write //.)"
)
_NO_OPTION_BUT = N_("/{command} has no option {given}. Did you mean {nearest}?")
_NO_OPTION = N_("/{command} can do nothing with “{given}”. Its options are: {options}.")
_TAKES_NOTHING = N_("/{command} takes nothing after it, but “{given}” was given.")
_MISSING = N_("/{command} needs {option}, and it was not given.")
_NO_VALUE = N_("Option {option} was given without a value.")
_UNCLOSED = N_("Option {option}: the quotation mark is not closed.")
_NOT_INTEGER = N_("Option {option}: “{given}” was given; a whole number is allowed{range}.")
_NOT_NUMBER = N_("Option {option}: “{given}” was given; a number is allowed{range}.")
_NOT_BOOLEAN = N_("Option {option}: “{given}” was given; yes or no is allowed.")
_NOT_CHOICE = N_("Option {option}: “{given}” was given; allowed are: {choices}.")


@dataclass(frozen=True, slots=True)
class ParseError:
    """Why a line is no use of a command: a sentence in English with placeholders, and what goes in them."""

    message: str
    values: Mapping[str, str] = field(default_factory=dict)

    def sentence(self, translate: Translate, locale: Locale) -> str:
        """The error in the reader's language."""
        return translate(self.message, locale).format(**self.values)


def parse_command(line: str, commands: Sequence[CommandSpec]) -> CommandUse | ParseError:
    """The command that `line`, which begins with "/", uses.

    Options come first, as `name=value` or `--name value`, the value in quotes where it has spaces. What is
    left of the line goes, as it is, to the first required text option that was not given, or else to the
    first text option that was not given.
    """
    match = _COMMAND.match(line)
    name, rest = (match[1], match[2]) if match else ("", line)
    second = _SECOND.match(rest)
    known = {command.name: command for command in commands}
    spec = known.get(f"{name} {second[1]}".casefold()) if second else None
    if spec is not None and second is not None:
        rest = rest[second.end() :]
    else:
        spec = known.get(name.casefold())
    if spec is None:
        return _no_command(name, second[1] if second else "", list(known))

    given: dict[str, OptionValue] = {}
    position = _read_options(spec, rest, given)
    if isinstance(position, ParseError):
        return position
    text = rest[position:].lstrip()
    if text:
        option = _text_option(spec, given)
        if option is None:
            return _unused(spec, text)
        value = _convert(option, text)
        if isinstance(value, ParseError):
            return value
        given[option.name] = value
    for option in spec.options:
        if option.required and option.name not in given:
            return ParseError(_MISSING, {"command": spec.name, "option": option.name})
    return CommandUse(spec.name, given)


def text_of(command: CommandUse, commands: Sequence[CommandSpec]) -> str:
    """What a command's message says: its first required text; "" when it takes none."""
    spec = next(spec for spec in commands if spec.name == command.name)
    return next(
        (
            str(command.options[option.name])
            for option in spec.options
            if option.type == "text" and option.required
        ),
        "",
    )


def _read_options(spec: CommandSpec, rest: str, given: dict[str, OptionValue]) -> int | ParseError:
    """Fills `given` from the options that `rest` begins with; where they end."""
    options = {option.name.replace("-", "_"): option for option in spec.options}
    position = 0
    while match := _OPTION.match(rest, position):
        name = (match["long"] or match["short"]).casefold().replace("-", "_")
        option = options.get(name)
        if option is None:
            likely = nearest(name, options)
            if likely is None or (
                match["short"] and len(name) < 3
            ):  # text that has a "=" in it, not an option
                break
            return ParseError(
                _NO_OPTION_BUT,
                {"command": spec.name, "given": truncate(name, _SHOWN), "nearest": options[likely].name},
            )
        if match["quote"] and not match["closed"]:
            return ParseError(_UNCLOSED, {"option": option.name})
        if not match["quote"] and not match["bare"]:
            return ParseError(_NO_VALUE, {"option": option.name})
        value = _convert(option, match["quoted"] if match["quote"] else match["bare"])
        if isinstance(value, ParseError):
            return value
        given[option.name] = value
        position = match.end()
    return position


def _text_option(spec: CommandSpec, given: Mapping[str, OptionValue]) -> OptionSpec | None:
    free = [option for option in spec.options if option.type == "text" and option.name not in given]
    return next((option for option in free if option.required), free[0] if free else None)


def _convert(option: OptionSpec, given: str) -> OptionValue | ParseError:
    """`given` as the option's type, if it is allowed."""
    values = {"option": option.name, "given": truncate(given, _SHOWN), "range": _range(option)}
    if option.type == "integer":
        if not _INTEGER.fullmatch(given) or not _in_range(option, int(given)):
            return ParseError(_NOT_INTEGER, values)
        return int(given)
    if option.type == "number":
        # 0,5 is what a Spanish keyboard's owner writes.
        if not _NUMBER.fullmatch(given) or not _in_range(option, float(given.replace(",", "."))):
            return ParseError(_NOT_NUMBER, values)
        return float(given.replace(",", "."))
    if option.type == "boolean":
        word = given.casefold()
        return word in _YES if word in (*_YES, *_NO) else ParseError(_NOT_BOOLEAN, values)
    if option.choices and given not in option.choices:
        return ParseError(_NOT_CHOICE, {**values, "choices": ", ".join(option.choices)})
    return given


def _in_range(option: OptionSpec, value: float) -> bool:
    return (option.minimum is None or value >= option.minimum) and (
        option.maximum is None or value <= option.maximum
    )


def _range(option: OptionSpec) -> str:
    """The option's bounds, in signs that need no translation."""
    low = "" if option.minimum is None else f"{option.minimum:.15g}"
    high = "" if option.maximum is None else f"{option.maximum:.15g}"
    if low and high:
        return f" ({low} … {high})"
    if low:
        return f" (≥ {low})"
    return f" (≤ {high})" if high else ""


def _no_command(name: str, second: str, names: Sequence[str]) -> ParseError:
    inside = [each.partition(" ")[2] for each in names if each.startswith(f"{name.casefold()} ")]
    if inside:
        given, likely = f"{name} {second}".strip(), nearest(second, inside)
        likely = likely and f"{name.casefold()} {likely}"
        names = [f"{name.casefold()} {each}" for each in inside]
    else:
        given, likely = name, nearest(f"{name} {second}", names) or nearest(name, names)
    given = truncate(given, _SHOWN)
    if likely is not None:
        return ParseError(_NO_COMMAND_BUT, {"given": given, "nearest": likely})
    return ParseError(_NO_COMMAND, {"given": given, "commands": ", ".join(f"/{each}" for each in names)})


def _unused(spec: CommandSpec, text: str) -> ParseError:
    given = truncate(text, _SHOWN)
    if not spec.options:
        return ParseError(_TAKES_NOTHING, {"command": spec.name, "given": given})
    options = ", ".join(option.name for option in spec.options)
    return ParseError(_NO_OPTION, {"command": spec.name, "given": given, "options": options})
