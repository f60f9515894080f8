"""Cases as moderators read them in a chat and in a terminal. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from adapters.base import ConversationRef, Locale, Message
from bot import answers
from bot.case_state import CaseState, state_of
from bot.desk import decision_of, title_of
from bot.guardlog import FILED_BY_MEMBERS, Case, CaseFile, CaseFinding, case_of
from bot.i18n import N_, translate
from bot.policy import Action, Decision

RELATED = 5
"""Other cases of the same member that are named beside a case."""
_REASONS = 10
"""Findings of one part of a case that are shown."""

ACTIONS = {
    "allow": N_("allow"),
    "flag": N_("flag"),
    "redact": N_("redact"),
    "hold": N_("hold"),
    "block": N_("block"),
}
"""What was done, by the action's word."""
_DIRECTIONS = {"input": N_("input"), "output": N_("output")}
STATES: Mapping[CaseState, str] = {
    "open": N_("undecided"),
    "confirmed": N_("confirmed"),
    "false_alarm": N_("false alarm"),
    "released": N_("let through"),
}
"""How a case stands."""
_WOULD = N_("would {action}")
_NONE = N_("The guards have found nothing here yet.")
_NO_MORE = N_("There are no older cases.")
_NO_CASE = N_("There is no case “{given}” here (any more).")
_NONE_OF = N_("There is no case of “{given}” here.")
_HELD = N_("It is kept, and can be let through.")
_HISTORY = N_("What was decided:")
WOULD_SETTLE = N_("“False alarm” also settles other open cases of nearly the same text: {number}.")
_RELATED = N_("More cases of {name}: {cases}")
_TESTED = {
    Action.ALLOW: N_("That would be answered."),
    Action.FLAG: N_("That would be answered, and noted as a case."),
    Action.REDACT: N_("That would be answered without what was found in it."),
    Action.HOLD: N_("That would be held back."),
    Action.BLOCK: N_("That would be held back."),
}
_WOULD_READ = N_("Whoever wrote it would read: “{text}”")
_WITHOUT_SHADOW = N_("Without shadow mode: {action}.")
_NOT_KEPT = N_("Nothing of this is kept.")
_TURN = N_("Number that the member saw: {turn}")


def listed(cases: Sequence[Case], states: Sequence[CaseState], locale: Locale, *, older: bool = False) -> str:
    """Cases, a line each; `states`: how each stands; `older`: somebody asked for more of them."""
    if not cases:
        return translate(_NO_MORE if older else _NONE, locale)
    return "\n".join(
        f"#{case.number} · {_state(state, locale)}{case.turn} · {case_line(case, locale)}"
        for case, state in zip(cases, states, strict=True)
    )


def _state(state: CaseState, locale: Locale) -> str:
    """A decision that stands; "" while there is none."""
    return "" if state == "open" else f"{translate(STATES[state], locale)} · "


def no_case(given: str, locale: Locale) -> str:
    """That there is no such case."""
    return translate(_NO_CASE, locale).format(given=given[:40])


def none_of(member: str, locale: Locale) -> str:
    """That there is no case of a member."""
    return translate(_NONE_OF, locale).format(given=member[:80])


def case_line(case: Case, locale: Locale = "") -> str:
    """One case on one line: when, action, who, what, how sure, the excerpt."""
    found = ", ".join(f"{finding.guard}/{finding.code} {finding.score:.2f}" for finding in case.findings[:3])
    failed = ", ".join(f"{guard}: {error}" for guard, error in case.failures)
    return f"{when(case.at)} {_done(case, locale)} {case.author_name}: {found or failed} | {case.excerpt}"


def when(at: float) -> str:
    """A time (Unix seconds) as it is shown: UTC."""
    return dt.datetime.fromtimestamp(at, dt.UTC).strftime("%Y-%m-%d %H:%M:%S")


def _done(case: Case, locale: Locale) -> str:
    """What was done, and with what."""
    done = translate(ACTIONS[case.action], locale).upper()
    if case.would != case.action and case.action != Action.ALLOW.word:
        # A guard in shadow mode.
        would = translate(_WOULD, locale).format(action=translate(ACTIONS[case.would], locale))
        done = f"{done} ({would})"
    return f"{done} {translate(_DIRECTIONS[case.direction], locale)}"


def shown(
    file: CaseFile, related: Sequence[tuple[Case, CaseState]], locale: Locale, *, along: int = 0
) -> str:
    """All that is known of a case.

    Args:
        file: the case.
        related: others of the same member, newest first, and how they stand.
        locale: the reader's language.
        along: how many other open cases a false alarm would settle.
    """
    first = file.cases[0]
    ref = ConversationRef.parse(first.conversation)
    place = " / ".join(part for part in (ref.channel, ref.thread) if part)
    lines = [
        f"#{first.number} · {translate(STATES[state_of(file.reviews)], locale)} · {translate(title_of(first), locale)}",
        f"{when(first.at)} · {first.author_name} · {place}",
    ]
    for case in file.cases:
        lines += _part(case, locale)
    if file.held is not None:
        lines.append(translate(_HELD, locale))
    if file.reviews:
        lines.append(translate(_HISTORY, locale))
        lines += [f"{when(review.at)} {decision_of(review, first, locale)}" for review in file.reviews]
    if along:
        lines.append(translate(WOULD_SETTLE, locale).format(number=along))
    if related:
        others = ", ".join(
            f"#{case.number} ({translate(STATES[state], locale)})" for case, state in related[:RELATED]
        )
        lines.append(translate(_RELATED, locale).format(name=first.author_name, cases=others))
    lines.append(translate(_TURN, locale).format(turn=file.turn))
    return "\n".join(lines)


def _part(case: Case, locale: Locale) -> list[str]:
    """What was found in the message, in the reply, or filed by a member."""
    lines = [_done(case, locale) + (f": “{case.excerpt}”" if case.excerpt else "")]
    lines += [reason(finding, locale) for finding in case.findings[:_REASONS]]
    return lines + [f"• {guard}: {error}" for guard, error in case.failures]


def reason(finding: CaseFinding, locale: Locale) -> str:
    """Why something was found, where, and how surely."""
    said = f"• {translate(finding.explanation, locale)}"
    if finding.guard == FILED_BY_MEMBERS:
        return said
    like = f", #{finding.case}" if finding.case else ""
    words = f": “{finding.excerpt}”" if finding.excerpt else ""
    return f"{said} ({finding.guard}/{finding.code}, {finding.score:.2f}{like}){words}"


def tested(decision: Decision, message: Message, text: str, locale: Locale) -> str:
    """What would happen to a text in the community of `message`, and why."""
    lines = [translate(_TESTED[decision.action], locale)]
    if decision.action >= Action.HOLD:
        lines.append(translate(_WOULD_READ, locale).format(text=answers.refusal(decision, locale)))
    if decision.would != decision.action:
        would = translate(ACTIONS[decision.would.word], locale)
        lines.append(translate(_WITHOUT_SHADOW, locale).format(action=would))
    case = case_of(
        decision,
        turn="",
        at=0.0,
        conversation=message.ref.key,
        author_id="",
        author_name="",
        text=text,
        link="",
        model="",
    )
    if case is not None:
        lines += [reason(finding, locale) for finding in case.findings[:_REASONS]]
        lines += [f"• {guard}: {error}" for guard, error in case.failures]
    return "\n".join([*lines, translate(_NOT_KEPT, locale)])
