"""What the bot says itself, without a model: help, privacy, why, guardlog, and why there is no reply."""

from __future__ import annotations

from adapters.base import Locale, Permission
from bot.claims.showing import GUARD as CLAIMS
from bot.claims.showing import why as why_claims
from bot.commands import POLICY_SETTINGS, table
from bot.conversation import LastTurn
from bot.guardlog import HELD_DAYS
from bot.i18n import N_, language_of, translate
from bot.models.base import QUOTING, ModelErrorKind
from bot.policy import Decision
from guards.base import Stage

BLOCKED: dict[str, str] = {
    "override": N_("Your message reads like an attempt to change my instructions, so I left it unanswered."),
    "role_play": N_("Your message asks me to play a part without my rules, so I left it unanswered."),
    "prompt_extraction": N_("Your message asks for my instructions or secrets, which I keep to myself."),
    "task_hijack": N_("Your text tells me to do something other than the task, so I left it alone."),
    "encoded_payload": N_("Your message hides instructions in an encoding, so I left it unanswered."),
    "multi_turn": N_(
        "Together with what you wrote before, your message reads like an attempt to change my instructions or "
        "to get at them, so I left it unanswered."
    ),
    "indirect": N_("A text that you quoted or attached gives me orders, so I left it alone."),
    "known_attack": N_(
        "Your message is the same or nearly the same as one that moderators here confirmed as an attack, so I left "
        "it unanswered."
    ),
    "pseudo_console": N_(
        "Your message looks like a console trick to get at my instructions, so I left it unanswered."
    ),
}
_BLOCKED_OTHERWISE = N_("The guards of this community held your message back.")
_REPHRASE = N_("If you meant something harmless, say it in other words; /why tells you more.")
_WITHHELD = N_("I withheld my reply: the guards found something in it that must not be shown.")
_WRONG = N_("I held my reply back: what is known here contradicts it. A moderator can let it through.")
_UNCHECKED = N_(
    "I could not check your message well enough to answer it safely. Please try again, or make it shorter."
)

FAILED: dict[ModelErrorKind, str] = {
    "unavailable": N_(
        "The language model cannot be reached right now. Your message is put aside, not lost; please ask again later."
    ),
    "timeout": N_("The language model took too long. Please ask again in a while, or ask for less."),
    "rate_limited": N_("The language model is too busy right now. Please ask again in a minute."),
    "rejected": N_("The language model's provider refused this request."),
    "too_long": N_("That is too long for the language model. Please send less."),
    "unauthorized": N_("The language model refuses our key: whoever runs me has to look at it."),
    "cut": N_("The connection to the language model broke off in the middle of the reply. Please ask again."),
    "malformed": N_("The language model gave no usable reply. Please ask again."),
}
GIVEN_UP = N_(
    "I tried several times and could not answer this message. It was put aside for whoever runs me."
)
_SPENT = N_(
    "This community's tokens for today are used up, so I answer again tomorrow (at midnight UTC). Commands about me still "
    "work."
)
_MODERATORS_ONLY = N_("Only moderators can use this command.")
_QUOTED = N_("Your last message was answered by quoting my documents; the guards let it through.")
_NOT_QUOTED = N_(
    "To your last message I had nothing to quote, and no language model is connected; the guards let it through."
)
_NEEDS_MODEL = N_(
    "Your last message was a command that needs a language model, and none is connected; the guards let it through."
)
_RESET = N_("Done: I have forgotten what was said in this conversation.")
_FILED = N_("The moderators have been told. Thank you.")
_ASK = N_("Ask a moderator")
_APPEAL = N_("If that was wrong, press the button: a moderator will look at it.")
_APPEAL_BY_NUMBER = N_("If that was wrong, tell a moderator the number: they can look at it.")
_EXPORT = N_(
    "The console gives you the cases as a file, JSON lines or CSV. Whoever runs me gets them with:\n"
    "sereno guardlog export --community {community} --format csv"
)
_NOTED = N_("Thanks, noted.")
_CONSOLE = N_("This link is for you alone. It works once, for five minutes.")
_OPEN = N_("Open the console")
_NO_CONSOLE = N_(
    "Nobody has said how the console is reached from here: whoever runs me sets SERENO_CONSOLE__URL."
)
_CHOSEN = N_("Done: that holds for this community from now on.")
_CHOSEN_HERE = N_("Done: that holds in this channel from now on.")
_NOTHING_CHOSEN = N_("Name what to choose: {settings}.")
NOTHING_TO_SUMMARIZE = N_("There is nothing here to sum up yet.")
EMPTY = N_("Your message is empty.")
UNKNOWN_LANGUAGE = N_("I do not know the language “{given}”. Name one like Spanish or es.")
UNKNOWN_COMMAND = N_("There is no command /{name}. /help lists them.")


def refusal(decision: Decision, locale: Locale) -> str:
    """One kind sentence on why a message or reply is held back, and what to do."""
    if decision.stage is Stage.OUTPUT:
        wrong = any(finding.guard == CLAIMS for finding, _ in decision.findings)
        return translate(_WRONG if wrong else _WITHHELD, locale)
    if not decision.findings:
        return translate(_UNCHECKED, locale)
    reason = next(
        (BLOCKED[finding.code] for finding, _ in decision.findings if finding.code in BLOCKED), None
    )
    return f"{translate(reason or _BLOCKED_OTHERWISE, locale)} {translate(_REPHRASE, locale)}"


def failure(kind: ModelErrorKind, locale: Locale) -> str:
    """One honest sentence on why there is no reply."""
    return translate(FAILED[kind], locale)


def spent(locale: Locale) -> str:
    """That the community's budget is used up."""
    return translate(_SPENT, locale)


def reset(locale: Locale) -> str:
    """That a conversation was forgotten."""
    return translate(_RESET, locale)


def console(link: str, locale: Locale) -> str:
    """What stands with a link to the console; "": there is none to give."""
    return translate(_CONSOLE if link else _NO_CONSOLE, locale)


def open_console(locale: Locale) -> str:
    """The label of the button that leads there."""
    return translate(_OPEN, locale)


def noted(locale: Locale) -> str:
    """That it is noted what a member thinks of a reply."""
    return translate(_NOTED, locale)


def moderators_only(locale: Locale) -> str:
    """That a command is not for this member."""
    return translate(_MODERATORS_ONLY, locale)


def filed(locale: Locale) -> str:
    """That moderators were told of something."""
    return translate(_FILED, locale)


def how_to_appeal(locale: Locale, *, button: bool) -> str:
    """What to do about a message that was held back; `button`: there is one below."""
    return translate(_APPEAL if button else _APPEAL_BY_NUMBER, locale)


def export(community: str, locale: Locale) -> str:
    """How moderators get the cases of a community (its key) as a file."""
    return translate(_EXPORT, locale).format(community=community)


def ask_a_moderator(locale: Locale) -> str:
    """The label of the button under a message that was held back."""
    return translate(_ASK, locale)


def chosen(locale: Locale, *, here: bool = False) -> str:
    """That the choice for the community is kept, or that for the channel alone."""
    return translate(_CHOSEN_HERE if here else _CHOSEN, locale)


def nothing_chosen(locale: Locale) -> str:
    """That there is nothing to keep."""
    return translate(_NOTHING_CHOSEN, locale).format(settings=", ".join(POLICY_SETTINGS))


def help_text(locale: Locale, *, moderator: bool, model: str, generates: bool, typed: bool = False) -> str:
    """The commands, and how to talk to the bot. `typed`: options are typed in one line with the text."""
    language = language_of(locale)
    lines = [translate(N_("I am Sereno. Write to me, or use a command:"), locale)]
    for command in table():
        if command.permission is Permission.EVERYONE or moderator:
            options = " ".join(
                option.name if option.required else f"[{option.name}]" for option in command.options
            )
            lines.append(
                f"/{command.name}{' ' if options else ''}{options} – {command.descriptions[language]}"
            )
    if typed:
        lines.append(
            translate(N_("Options are typed before the text: /translate to=es Good morning"), locale)
        )
    if generates:
        lines.append(
            translate(N_("Replies come from the language model {model}."), locale).format(model=model)
        )
    else:
        lines.append(
            translate(
                N_("No language model is connected: I only quote from the documents that I have."), locale
            )
        )
    return "\n".join(lines)


def privacy(locale: Locale, *, days: int, model: str, generates: bool) -> str:
    """What is kept, where and for how long."""
    lines = [
        translate(
            N_(
                "I keep what you say to me and what I answer in this community's own store, for {days} days at most."
            ),
            locale,
        ).format(days=days),
        translate(
            N_("When a guard finds something, moderators see your name and a shortened, masked excerpt."),
            locale,
        ),
        translate(
            N_(
                "A message that was held back is kept for {days} days, so that a moderator can let it through."
            ),
            locale,
        ).format(days=min(days, HELD_DAYS)),
        translate(
            N_(
                "When moderators decide whether that was an attack, I keep a fingerprint of the text, from which it "
                "cannot be read, and not who wrote it."
            ),
            locale,
        ),
        translate(
            N_("To answer, I send the conversation to the model {model}, with storing there switched off.")
            if generates
            else N_("Nothing leaves this community's own machine: no language model is connected."),
            locale,
        ).format(model=model),
        translate(N_("/reset forgets this conversation."), locale),
    ]
    return "\n".join(lines)


def why(last: LastTurn | None, locale: Locale, *, moderator: bool) -> str:
    """How the member's last message ended, and why; which guard was how sure, only for moderators."""
    if last is None:
        return translate(N_("I have no earlier message of yours in this conversation."), locale)
    lines = [_ending(last, locale)]
    lines += [
        f"• {translate(explanation, locale)}" + (f" ({guard}/{code}, {score:.2f})" if moderator else "")
        for guard, code, score, explanation in last.findings
    ]
    if last.sources and last.state == "answered":
        lines.append(translate(N_("It rests on: {sources}."), locale).format(sources="; ".join(last.sources)))
    if last.claims is not None:
        lines += why_claims(last.claims, locale)
    lines.append(translate(N_("Number of the message: {turn}"), locale).format(turn=last.turn))
    return "\n".join(lines)


def _ending(last: LastTurn, locale: Locale) -> str:
    if last.state == "failed":
        return translate(FAILED[last.failure or "unavailable"], locale)
    if last.state == "blocked":
        return translate(N_("Your last message got no reply because of what the guards found:"), locale)
    if last.model == QUOTING:
        if last.sources:
            return translate(_QUOTED, locale)
        return translate(_NOT_QUOTED if last.command in ("", "chat") else _NEEDS_MODEL, locale)
    return translate(
        N_("Your last message was answered by {model}; the guards let it through."), locale
    ).format(model=last.model)
