"""What a finished turn leaves behind: history, cases, the member's last turn."""

from __future__ import annotations

from dataclasses import replace

from adapters.base import Annotation, Button, Locale, Message, OutboxEvent
from adapters.suggesting import SUGGEST, TITLE
from bot import answers
from bot.casebook import has_buttons
from bot.claims.showing import GUARD as CLAIMS
from bot.claims.showing import annotated
from bot.conversation import ClaimCounts, HistoryTurn, LastTurn, Summary, Turn
from bot.desk import cards_of
from bot.guardlog import CaseFile, case_of
from bot.i18n import translate
from bot.linking import shown
from bot.log import line_of
from bot.models.base import QUOTING, ModelErrorKind
from bot.policy import Action, Decision, Policy
from bot.store.base import Commit
from bot.tally import tally_of
from bot.teaching import signatures_of
from bot.tokens import count_tokens
from bot.voice import Voice
from guards.signatures import Lessons

KEPT: tuple[ModelErrorKind, ...] = (
    "unavailable",
    "timeout",
    "rate_limited",
    "cut",
    "malformed",
    "unauthorized",
)
"""Failures that are not the message's own: it is put aside, so that nothing a member wrote is lost."""

REDACTED = "[…]"


def commit_of(
    turn: Turn,
    event: OutboxEvent,
    *,
    text: str,
    summary: Summary | None,
    policy: Policy,
    lessons: Lessons,
    locale: Locale,
) -> Commit:
    """The commit for `turn`, which ends with `event`; `text` is what the member asked, as the model was given it."""
    message = turn.message
    # What can be let through: a message, or a reply that only its claims hold back.
    held = turn.state == "blocked" and (turn.decision_out is None or turn.claims is not None)
    found = [
        case_of(
            decision,
            turn=turn.id,
            at=turn.started_at,
            conversation=message.ref.key,
            author_id=message.author.id,
            author_name=message.author.name,
            text=shown,
            # A command is no message that one could look at.
            link="" if message.command else message.reply_to.message_id,
            model=turn.model,
            signatures=signatures_of(lessons, decision),
        )
        for decision, shown in ((turn.decision_in, text), (turn.decision_out, turn.reply))
        if decision is not None
    ]
    cases = tuple(case for case in found if case is not None)
    file = CaseFile(turn.id, cases, held=message if held else None)
    return Commit(
        events=(event, *cards_of(file, message, policy, policy.language or locale)),
        turn=_history_turn(turn, text) if turn.state == "answered" else None,
        cases=cases,
        secret=lessons.secret,
        held=held,
        last=_last_turn(turn),
        summary=summary,
        dead_letter=f"no reply from the model: {turn.failure}" if turn.failure in KEPT else "",
        days=policy.retention_days,
        tally=tally_of(turn),
        line=line_of(turn),
    )


def _history_turn(turn: Turn, text: str) -> HistoryTurn:
    message = turn.message
    return HistoryTurn(
        turn.id,
        message.author.id,
        message.author.name,
        text,
        turn.reply,
        turn.started_at,
        message.command.name if message.command else "",
        "\n".join(f"{quoted.author}: {quoted.text}" for quoted in message.quoted),
        message.reply_to.message_id,
    )


def _last_turn(turn: Turn) -> LastTurn:
    decisions = [decision for decision in (turn.decision_in, turn.decision_out) if decision is not None]
    return LastTurn(
        turn.id,
        turn.state,
        max((decision.action for decision in decisions), default=Action.ALLOW).word,
        tuple(
            (finding.guard, finding.code, round(finding.score, 3), finding.explanation)
            for decision in decisions
            for finding, _ in (*decision.findings, *decision.passed)[:5]
        ),
        turn.model,
        turn.started_at,
        _sources(turn),
        turn.failure,
        _counts(turn),
        turn.message.command.name if turn.message.command else "",
    )


def _sources(turn: Turn) -> tuple[str, ...]:
    """What the reply rests on. Where nothing was generated, only what was quoted: under each quotation stands its title."""
    if turn.model != QUOTING:
        return turn.sources
    named = turn.reply.splitlines()
    return tuple(title for title in turn.sources if f"— {title}" in named)


def _counts(turn: Turn) -> ClaimCounts | None:
    marked = turn.claims
    if marked is None:
        return None
    return ClaimCounts(
        marked.count("supported"),
        marked.count("contradicted"),
        marked.count("unverifiable"),
        marked.tokens,
        turn.reply_tokens or count_tokens(turn.reply),
        marked.error,
    )


def ending_of(turn: Turn, voice: Voice, locale: Locale) -> OutboxEvent:
    """How the turn ends for the member."""
    if turn.state == "failed":
        return voice.failed(answers.failure(turn.failure or "unavailable", locale))
    decision = turn.decision_out or turn.decision_in
    assert decision is not None
    if turn.state == "blocked":
        return voice.blocked(answers.refusal(decision, locale), answers.ask_a_moderator(locale))
    # After a redaction, or where claims were replaced, the spans of guards are those of another text.
    marked = () if decision.action is Action.REDACT else marks(turn, decision, locale)
    claims = annotated(turn.reply, turn.claims, locale) if turn.claims else ()
    ordered = sorted((*marked, *claims), key=lambda mark: mark.start)
    asks = has_buttons(turn.message) and any(mark.start < mark.end for mark in claims)
    suggest = (Button(translate(TITLE, locale), SUGGEST, turn.id),) if asks else ()
    return voice.final(*shown(turn.reply, ordered, turn.hosts), suggest)


def marks(turn: Turn, decision: Decision, locale: Locale) -> tuple[Annotation, ...]:
    """Marks on the spans of a reply that guards found but let through."""
    return tuple(
        Annotation(finding.start, finding.end, "flagged", translate(finding.explanation, locale))
        for finding, subject in decision.findings
        if finding.guard != CLAIMS and subject.text == turn.reply
    )


def without_findings(message: Message, decision: Decision) -> Message:
    """`message` without what was found in others' words in it: quoted, attached, a display name."""
    author = message.author
    return replace(
        message,
        author=replace(author, name=redacted(author.name, decision, "name")),
        quoted=tuple(replace(each, text=redacted(each.text, decision, "quoted")) for each in message.quoted),
        attachments=tuple(
            replace(file, text=None if file.text is None else redacted(file.text, decision, "document"))
            for file in message.attachments
        ),
    )


def redacted(text: str, decision: Decision, source: str) -> str:
    """`text`, the words of `source`, without the spans that were found in it."""
    spans = sorted(
        (finding.start, finding.end)
        for finding, subject in decision.findings
        if (subject.source, subject.text) == (source, text)
    )
    parts: list[str] = []
    at = 0
    for start, end in spans:
        # Spans may overlap, or touch.
        if start > at or not parts:
            parts += (text[at:start], REDACTED)
        at = max(at, end)
    return "".join(parts) + text[at:]
