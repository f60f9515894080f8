"""Cases as a page shows them. Pure: what comes in is data, and what goes out is escaped where it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from adapters.base import ConversationRef, Locale
from bot import answers
from bot.case_state import state_of
from bot.case_texts import STATES
from bot.console.words import ACTIONS, SOURCES, WORDS
from bot.conversation import HistoryTurn
from bot.desk import buttons_of, decision_of, title_of
from bot.entry import GUARD as CONSOLE
from bot.guardlog import FILED_BY_MEMBERS, Case, CaseFile, CaseFinding, Review, redact, was_filed
from bot.i18n import translate
from bot.policy import Action, Decision
from guards.base import Finding, Stage, Subject

HERE = ("right", "false_alarm", "release", "take_back")
"""What can be decided in the console; the rest is the platform's to do."""
BEFORE, AFTER = 3, 2
"""Turns of the conversation around a case."""
MOST_LINE = 300
"""Characters of a line of it."""
MOST_RELATED = 5
"""Other cases of the same member that stand beside one."""
MOST_TEXT = 4_000
"""Characters of a held-back message that are shown."""


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text, and the numbers of the findings that it belongs to."""

    text: str
    findings: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding."""

    number: int
    guard: str
    code: str
    percent: int
    explanation: str
    source: str
    excerpt: str
    views: str
    case: int
    """The earlier case that it resembles; 0: none."""


@dataclass(frozen=True, slots=True)
class PartView:
    """What was found in the message, in the reply, or filed by a member."""

    title: str
    action: str
    """As it is called in the code."""
    said: str
    """What was done, in words."""
    would: str
    """What would have been done without shadow mode; "" when it is the same."""
    spans: Sequence[Span]
    findings: Sequence[FindingView]
    failures: Sequence[tuple[str, str]]
    shown: str
    """What the member saw; "" when it says nothing."""
    model: str


@dataclass(frozen=True, slots=True)
class ButtonView:
    """Something that can be decided."""

    label: str
    action: str
    style: str


@dataclass(frozen=True, slots=True)
class Row:
    """A case in the list."""

    id: str
    turn: str
    number: int
    at: float
    title: str
    action: str
    said: str
    excerpt: str
    member: str
    place: str
    reasons: tuple[tuple[str, int], ...]
    """Each guard with its surest finding, in percent."""
    decided: str
    """The last decision; "" while there is none."""
    state: str
    """How it stands, in words."""
    actions: tuple[str, ...]
    """What can be decided."""
    along: int = 0
    """How many other open cases a false alarm settles, too."""


@dataclass(frozen=True, slots=True)
class LineView:
    """A line of the conversation around a case."""

    who: str
    text: str
    at: float | None = None
    """When, where it is the first of its turn (Unix seconds)."""


@dataclass(frozen=True, slots=True)
class RelatedView:
    """Another case of the same member."""

    turn: str
    number: int
    title: str
    at: float
    state: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with all that is known of it."""

    turn: str
    number: int
    at: float
    title: str
    state: str
    """How it stands, in words."""
    member: str
    member_id: str
    filed_by: str
    place: str
    parts: Sequence[PartView]
    held: bool
    decisions: Sequence[tuple[str, float]]
    """Who decided what, and when (Unix seconds)."""
    buttons: Sequence[ButtonView]
    before: Sequence[LineView]
    """What was said in its conversation just before."""
    after: Sequence[LineView]
    related: Sequence[RelatedView]
    along: int
    """How many other open cases a false alarm settles, too."""


def row_of(case: Case, file: CaseFile | None, locale: Locale, along: int = 0) -> Row:
    """A line of the list; `along`: how many other open cases a false alarm settles, too."""
    decided = [review for review in (file.reviews if file else ()) if review.verdict != "noted"]
    surest: dict[str, int] = {}
    for finding in case.findings:
        if finding.guard != FILED_BY_MEMBERS:
            surest[finding.guard] = max(surest.get(finding.guard, 0), percent(finding.score))
    return Row(
        case.id,
        case.turn,
        case.number,
        case.at,
        translate(title_of(case), locale),
        case.action,
        said(case, locale),
        case.excerpt,
        case.author_name,
        place_of(case),
        tuple(surest.items()),
        decision_of(decided[-1], case, locale) if decided else "",
        translate(STATES[state_of(file.reviews if file else ())], locale),
        tuple(each.action for each in _buttons(file, locale)) if file else (),
        along,
    )


def case_of_file(
    file: CaseFile,
    locale: Locale,
    turns: Sequence[HistoryTurn] = (),
    related: Sequence[tuple[Case, Sequence[Review]]] = (),
    along: int = 0,
) -> CaseView:
    """All that is known of a turn's case.

    Args:
        file: the case.
        locale: the reader's language.
        turns: what is kept of its conversation, oldest first.
        related: other cases of the same member, and what was decided on them.
        along: how many other open cases a false alarm settles, too.
    """
    first = file.cases[0]
    return CaseView(
        file.turn,
        first.number,
        first.at,
        translate(title_of(first), locale),
        translate(STATES[state_of(file.reviews)], locale),
        first.author_name,
        first.author_id,
        next((case.filed_by for case in file.cases if case.filed_by), ""),
        place_of(first),
        [_part(case, file, locale) for case in file.cases],
        file.held is not None,
        [(decision_of(review, first, locale), review.at) for review in file.reviews],
        _buttons(file, locale),
        *_around(first, turns),
        [
            RelatedView(
                case.turn,
                case.number,
                translate(title_of(case), locale),
                case.at,
                translate(STATES[state_of(reviews)], locale),
            )
            for case, reviews in related
        ],
        along,
    )


def _around(case: Case, turns: Sequence[HistoryTurn]) -> tuple[list[LineView], list[LineView]]:
    """What was said just before a case, and just after it."""
    others = [turn for turn in turns if turn.id != case.turn]
    before = [turn for turn in others if turn.at < case.at][-BEFORE:]
    after = [turn for turn in others if turn.at >= case.at][:AFTER]
    return [line for turn in before for line in _lines(turn)], [
        line for turn in after for line in _lines(turn)
    ]


def _lines(turn: HistoryTurn) -> list[LineView]:
    said = ((redact(turn.author_name, 80), turn.text, turn.at), ("Sereno", turn.reply, None))
    return [LineView(who, redact(text, MOST_LINE), at) for who, text, at in said if text.strip()]


def said(case: Case, locale: Locale) -> str:
    """What was done, in a word or two."""
    return translate(WORDS["filed"] if was_filed(case) else ACTIONS[case.action], locale)


def place_of(case: Case) -> str:
    """The channel and thread, by their ids."""
    ref = ConversationRef.parse(case.conversation)
    return " / ".join(part for part in (ref.channel, ref.thread) if part)


def percent(score: float) -> int:
    """A score as it is shown."""
    return round(100 * score)


def _buttons(file: CaseFile, locale: Locale) -> list[ButtonView]:
    offered = buttons_of(file, file.cases[0], locale)
    return [ButtonView(each.label, each.action, each.style) for each in offered if each.action in HERE]


def _part(case: Case, file: CaseFile, locale: Locale) -> PartView:
    text = case.excerpt
    if file.held is not None and case.direction == "input" and not was_filed(case):
        text = redact(file.held.text, MOST_TEXT)
    # A document that is given to the bot in the console has no channel: no member saw anything, and nothing was held back.
    place = place_of(case)
    return PartView(
        translate(WORDS["part_filed" if was_filed(case) else f"part_{case.direction}"], locale),
        case.action,
        said(case, locale),
        translate(ACTIONS[case.would], locale) if place and case.would != case.action else "",
        marked(text, case.findings),
        [_finding(number, each, locale) for number, each in enumerate(case.findings, 1)],
        case.failures,
        shown_to_member(case, locale) if place and not was_filed(case) else "",
        case.model,
    )


def _finding(number: int, finding: CaseFinding, locale: Locale) -> FindingView:
    return FindingView(
        number,
        finding.guard,
        finding.code,
        percent(finding.score),
        translate(finding.explanation, locale),
        translate(SOURCES.get(finding.source, ""), locale),
        finding.excerpt,
        " → ".join(finding.views),
        finding.case,
    )


def shown_to_member(case: Case, locale: Locale) -> str:
    """The sentence that the member got instead of an answer, or what became of the answer."""
    action = Action[case.action.upper()]
    if any(finding.guard == CONSOLE for finding in case.findings):
        return answers.moderators_only(locale)
    if action < Action.REDACT:
        return translate(WORDS["saw_answer"], locale)
    if action is Action.REDACT:
        return translate(WORDS[f"saw_redacted_{case.direction}"], locale)
    stage = Stage(case.direction)
    subject = Subject("", stage)
    found = tuple(
        (Finding(each.guard, each.code, each.score, 0, 0, each.explanation), subject)
        for each in case.findings
    )
    return answers.refusal(Decision(stage, action, findings=found), locale)


def marked(text: str, findings: Sequence[CaseFinding]) -> list[Span]:
    """`text` in pieces, each with the findings whose words it is.

    A case keeps the words that were found, not where: they are looked for where they first stand.
    """
    places = []
    for number, finding in enumerate(findings, 1):
        words = finding.excerpt.removesuffix("…")
        start = text.find(words) if words else -1
        if start >= 0:
            places.append((start, start + len(words), number))
    edges = sorted({0, len(text), *(edge for start, end, _ in places for edge in (start, end))})
    return [
        Span(
            text[start:end],
            tuple(number for first, last, number in places if first <= start and end <= last),
        )
        for start, end in pairwise(edges)
    ]
