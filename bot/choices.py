"""The moderators' commands about the policy: what this community has chosen, and choosing anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adapters.base import CommandUse, Locale, OptionValue
from bot import answers
from bot.case_texts import ACTIONS
from bot.commands import GUARDS, POLICY_SETTINGS
from bot.i18n import N_, translate
from bot.policy import NEVER, PERSONA_CHARACTERS, GuardRule, Policy, PolicyError, with_settings
from bot.rules import chosen, with_rule
from bot.store.base import Commit, Loaded
from bot.voice import Voice

_RULE = N_("{guard}: noted from {flag}, {action} from {block}, on failure {failure}")
_OF_SOURCE = N_("{guard} ({source}): noted from {flag}, {action} from {block}")
_SHADOW = N_("shadow mode: only noted")
_FAILURES = {"open": N_("let through"), "closed": N_("held back")}
_TOO_LONG = N_("The persona has {given} characters; it may have {most}.")
_TOO_MANY_DAYS = N_("Here nothing is kept for more than {most} days.")
_NO_MODEL = N_("There is no model “{given}”. There are: {models}.")
_NOT_CHOSEN = N_("That cannot be chosen: {reason}")


def choose(
    voice: Voice,
    command: CommandUse,
    loaded: Loaded,
    policy: Policy,
    locale: Locale,
    *,
    models: Sequence[str],
    days: int,
) -> Commit | None:
    """The answer to `command`, which a moderator has used, and what it changes; None when it is about no policy.

    `models`: the names of those that can be chosen; `days`: for so many something can be kept.
    """
    options = {name.replace("-", "_"): value for name, value in command.options.items()}
    here = options.pop("here", False) is True
    layer = loaded.policies[int(here)] if loaded.policies else ""
    try:
        match command.name:
            case "policy show":
                return Commit((voice.notice(shown(policy, locale)),))
            case "policy guard" | "policy rule":
                return _rule(voice, options, layer, policy, locale)
            case "policy set":
                wanted: Mapping[str, object] = _wanted(options, models, days, locale)
            case "policy clear":
                wanted = _cleared(str(command.options.get("setting", "")))
            case _:
                return None
        if not wanted:
            return Commit((voice.notice(answers.nothing_chosen(locale)),))
        changed = layer, with_settings(layer, wanted)
        return Commit((voice.notice(answers.chosen(locale, here=here)),), policy=changed, policy_here=here)
    except _Unfit as unfit:
        return Commit((voice.notice(str(unfit)),))
    except PolicyError as error:
        return Commit((voice.notice(translate(_NOT_CHOSEN, locale).format(reason=error)),))


class _Unfit(Exception):
    """What was given cannot be chosen; the text is a sentence for the moderator."""


def _rule(
    voice: Voice, options: Mapping[str, OptionValue], layer: str, policy: Policy, locale: Locale
) -> Commit:
    """Changes one guard's rule; without a change it is shown."""
    guard = str(options.get("name", options.get("guard", "")))
    changes = {name: value for name, value in options.items() if name not in ("name", "guard")}
    if not changes:
        return Commit((voice.notice("\n".join(_lines(guard, policy.rule(guard), locale))),))
    changed = with_rule(layer, guard, changes)
    lines = [answers.chosen(locale), *_lines(guard, chosen(changed).rule(guard), locale)]
    return Commit((voice.notice("\n".join(lines)),), policy=(layer, changed))


def _wanted(
    options: Mapping[str, OptionValue], models: Sequence[str], days: int, locale: Locale
) -> dict[str, object]:
    names = {name.replace("-", "_") for name in POLICY_SETTINGS}
    wanted: dict[str, object] = {name: value for name, value in options.items() if name in names}
    persona, model = str(wanted.get("persona", "")), str(wanted.get("model", ""))
    if len(persona) > PERSONA_CHARACTERS:
        said = translate(_TOO_LONG, locale)
        raise _Unfit(said.format(given=len(persona), most=PERSONA_CHARACTERS))
    if model and model not in models:
        said = translate(_NO_MODEL, locale)
        raise _Unfit(said.format(given=model[:80], models=", ".join(models)))
    kept = wanted.get("retention_days", 0)
    if isinstance(kept, int) and kept > days:
        raise _Unfit(translate(_TOO_MANY_DAYS, locale).format(most=days))
    return wanted


def _cleared(setting: str) -> dict[str, object]:
    if setting == GUARDS:
        return {"rules": None}
    return {setting.replace("-", "_"): None} if setting in POLICY_SETTINGS else {}


def shown(policy: Policy, locale: Locale) -> str:
    """What the community has chosen, a line each, by the names by which it is chosen."""
    lines = [f"{name}: {_setting(policy, name, locale)}" for name in POLICY_SETTINGS]
    for guard, rule in sorted(policy.rules.items()):
        lines += _lines(guard, rule, locale)
    return "\n".join(lines)


def _setting(policy: Policy, name: str, locale: Locale) -> str:
    value = getattr(policy, name.replace("-", "_"))
    if isinstance(value, bool):
        return translate(N_("yes") if value else N_("no"), locale)
    return str(value) if value != "" else "–"


def _lines(guard: str, rule: GuardRule, locale: Locale) -> list[str]:
    """A guard's rule, and where it makes a difference whose words they are."""
    action = translate(ACTIONS[rule.action.word], locale)
    failure = translate(_FAILURES[rule.on_failure], locale)
    line = translate(_RULE, locale).format(
        guard=guard,
        flag=_score(rule.flag, locale),
        action=action,
        block=_score(rule.block, locale),
        failure=failure,
    )
    lines = [f"{line}; {translate(_SHADOW, locale)}" if rule.shadow else line]
    for source in rule.sources:
        flag, block = (_score(score, locale) for score in rule.at(source))
        said = translate(_OF_SOURCE, locale)
        lines.append(said.format(guard=guard, source=source, flag=flag, action=action, block=block))
    return lines


def _score(score: float, locale: Locale) -> str:
    return translate(N_("never"), locale) if score >= NEVER else f"{score:.2f}"
