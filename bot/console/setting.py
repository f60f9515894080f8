"""*Policy*, beside the guards' rules: every setting of the table of commands, with its meaning and what holds now."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from adapters.base import CommandUse, Locale, OptionSpec, OptionValue
from adapters.text import clean
from bot.commands import POLICY_SETTINGS, table
from bot.console.asked import Asked
from bot.console.channels import channel_id
from bot.console.gate import who_of
from bot.console.pages import is_part, locale_of, page, sentence
from bot.console.words import sayer
from bot.i18n import language_of
from bot.policy import PERSONA_CHARACTERS, Policy

LONG = "persona"
"""The one setting that is a text of several lines."""


@dataclass(frozen=True, slots=True)
class SettingView:
    """One setting as a form shows it."""

    name: str
    """As `/policy set` calls it."""
    meaning: str
    hint: str
    """How it is given, where that needs saying; else ""."""
    value: str
    chosen: bool
    """Whether it is another one than without a choice."""
    choices: Sequence[tuple[str, str]]
    """Value and words of each; empty: it is written."""
    number: bool
    least: float | None
    most: float | None
    step: str
    long: bool
    length: int


@lru_cache(maxsize=1)
def _options() -> dict[str, OptionSpec]:
    spec = next(spec for spec in table() if spec.name == "policy set")
    return {option.name: option for option in spec.options if option.name in POLICY_SETTINGS}


def settings_of(policy: Policy, locale: Locale) -> list[SettingView]:
    """Every setting as it is."""
    return [_view(option, policy, locale) for option in _options().values()]


def _view(option: OptionSpec, policy: Policy, locale: Locale) -> SettingView:
    say = sayer(locale)
    field = option.name.replace("-", "_")
    value, default = getattr(policy, field), getattr(Policy(), field)
    choices = [(each, each) for each in option.choices]
    if option.type == "boolean":
        choices = [("true", say("yes")), ("false", say("no"))]
    elif choices and default == "":
        choices = [("", say("unset")), *choices]
    return SettingView(
        option.name,
        option.descriptions[language_of(locale)],
        say("channel_hint") if option.type == "channel" else "",
        _shown(value),
        value != default,
        choices,
        option.type in ("integer", "number"),
        option.minimum,
        option.maximum,
        "1" if option.type == "integer" else "any",
        option.name == LONG,
        PERSONA_CHARACTERS if option.name == LONG else 500,
    )


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def routes(asked: Asked) -> Sequence[BaseRoute]:
    """What the forms are sent to."""

    async def change(request: Request) -> Response:
        form = request.state.form
        option = _options().get(form.get("setting", ""))
        if option is None:
            raise HTTPException(400)
        given = clean(form.get("value", "")).strip()
        if option.type == "channel" and given and "clear" not in form:
            channel = channel_id(given, who_of(request).community)
            if channel is None:
                return _no_channel(request)
            given = channel
        if "clear" in form or not given:
            use = CommandUse("policy clear", {"setting": option.name})
        else:
            use = CommandUse("policy set", {option.name: value_of(option, given)})
        said = await asked(request, use)
        if is_part(request):
            return page(request, "_toast.html", notice=said)
        return RedirectResponse("/policy", 303)

    return [Route("/policy/setting", change, methods=["POST"])]


def _no_channel(request: Request) -> Response:
    """That nothing was changed, and how to name a channel."""
    if is_part(request):
        say = sayer(locale_of(request))
        return page(request, "_toast.html", notice=f"{say('no_channel_title')}. {say('channel_hint')}")
    return sentence(request, "no_channel_title", "channel_hint", 400, command=False)


def value_of(option: OptionSpec, given: str) -> OptionValue:
    """What a form gives, as the option's type.

    Raises:
        HTTPException: it is none that can be chosen; our own page sends no such thing.
    """
    if option.type == "boolean" and given in ("true", "false"):
        return given == "true"
    if option.type in ("integer", "number"):
        with suppress(ValueError):
            number = int(given) if option.type == "integer" else float(given)
            if (option.minimum or 0) <= number <= (number if option.maximum is None else option.maximum):
                return number
    elif option.type != "boolean" and (not option.choices or given in option.choices):
        return given
    raise HTTPException(400)
