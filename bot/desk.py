"""The moderators' desk: the cards that a case makes, and what a decision on it changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from adapters.base import About, Button, Card, ConversationRef, Locale, Message, OutboxEvent, ReplyTo
from bot.alike import settled_along
from bot.case_state import JUDGED, REVOCABLE, rival_of, standing
from bot.claims.showing import GUARD as CLAIMS
from bot.guardlog import (
    FILED_BY_MEMBERS,
    MISSED,
    SUGGESTION,
    Case,
    CaseFile,
    CaseFinding,
    Review,
    ReviewVerdict,
    redact,
    was_filed,
)
from bot.i18n import N_, translate
from bot.policy import Action, Policy
from bot.store.base import Commit, GuardLogStore
from bot.teaching import forgotten_by, taught_by
from bot.voice import Voice
from guards.signatures import KNOWN_FALSE_ALARM, Lesson, Lessons

VERDICTS: dict[str, ReviewVerdict] = {
    "right": "right",
    "false_alarm": "false_alarm",
    "released": "released",
    "timed_out": "timed_out",
    "deleted_message": "deleted",
    "taken_back": "taken_back",
}
"""What a press is called as a command, and what it decides."""
NOTE = "guardlog note"
"""The command by which moderators write something down about a case."""
NOTE_CHARACTERS = 500

MOST_TURNS = 25
"""Cases that one press decides on."""

_TITLES = {
    "input": N_("A message was held back"),
    "output": N_("A reply was held back"),
    "noticed": N_("The guards noticed something"),
    "appeal": N_("A member asks you to look at this"),
    "report": N_("A member reported a message"),
    SUGGESTION: N_("A member suggests a source"),
    MISSED: N_("A moderator reported a missed text"),
}
_MEMBER, _REPORTED_BY, _TEXT, _WHY = N_("Member"), N_("Reported by"), N_("Message"), N_("Why")
_DECIDED: dict[ReviewVerdict, str] = {
    "right": N_("{name}: the guards are right."),
    "false_alarm": N_("{name}: false alarm."),
    "released": N_("{name} let the message through."),
    "timed_out": N_("{name} timed the member out for 10 minutes."),
    "deleted": N_("{name} deleted the message."),
    "taken_back": N_("{name} took the decision back."),
    "noted": N_("{name} noted: {note}"),
}
_DECIDED_REPORT: dict[ReviewVerdict, str] = {
    "right": N_("{name}: the report is justified."),
    "false_alarm": N_("{name}: the report is unfounded."),
}
_RIGHT, _FALSE_ALARM, _RELEASE = N_("Right"), N_("False alarm"), N_("Release")
_JUSTIFIED, _UNFOUNDED = N_("Justified"), N_("Unfounded")
_TIME_OUT, _DELETE, _TAKE_BACK = N_("Time out 10 min"), N_("Delete message"), N_("Take back")
_ALSO: dict[ReviewVerdict, str] = {
    "false_alarm": N_("Other open cases of nearly the same text that this settles: {number}."),
    "taken_back": N_("Other cases that are open again with it: {number}."),
}
_WITH = N_("Decided together with case {number}.")
_DONE = N_("Done, and noted in the case.")
_GONE = N_("That case is no longer kept.")
_TOO_LATE = N_("{name} has decided this already.")
_NOTHING_TO_TAKE_BACK = N_("There is no decision on that case to take back.")
_NOTHING_NOTED = N_("Write what is to be noted.")
_NOT_HELD = N_("That message is no longer kept, so it cannot be let through.")


def cards_of(file: CaseFile, message: Message, policy: Policy, locale: Locale) -> tuple[Card, ...]:
    """The cards for a case as it stands: one for what guards found, one for what members filed.

    Args:
        file: the case, with everything that is decided.
        message: says which community it is, and where its gateway reads.
        policy: says where cards go, and from which score on.
        locale: the language of the moderators.
    """
    if not policy.log_channel:
        return ()
    found = [case for case in file.cases if not was_filed(case)]
    filed = [case for case in file.cases if was_filed(case)]
    # What was decided on has a card already, whatever the community has chosen since.
    decided = any(review.verdict != "noted" for review in file.reviews)
    worth = any(_is_worth_a_card(case, policy) for case in found) or (decided and not filed)
    ref, route = message.ref, message.reply_to.route
    if route.partition("-")[0] != ref.platform:
        # It comes from the console. A decision changes the card on the platform; a chat there is to try things.
        if not (message.command and message.command.name in {*VERDICTS, NOTE}):
            return ()
        route = ref.platform
    to = ReplyTo(route)
    place = ConversationRef(ref.platform, ref.community, policy.log_channel)
    return tuple(
        _card(f"{kind}-{file.turn}", cases, file, place, to, locale)
        for kind, cases in (("card", found if worth else []), ("filed", filed))
        if cases
    )


def _is_worth_a_card(case: Case, policy: Policy) -> bool:
    if case.action == Action.ALLOW.word and any(f.code == KNOWN_FALSE_ALARM for f in case.findings):
        # It was decided on before; that it passes stands in the log.
        return False
    held = Action[case.action.upper()] >= Action.HOLD
    if any(finding.guard == CLAIMS for finding in case.findings):
        # A reply that is shown with its marks needs nobody; one that waits for a moderator does.
        return held
    score = max((finding.score for finding in case.findings), default=1.0 if held else 0.0)
    return score >= policy.cards_from


def _card(
    turn: str, cases: Sequence[Case], file: CaseFile, place: ConversationRef, to: ReplyTo, locale: Locale
) -> Card:
    case = cases[0]
    reasons = [_reason(finding, locale) for each in cases for finding in each.findings[:5]]
    reasons += [f"• {guard}: {error}" for each in cases for guard, error in each.failures]
    return Card(
        turn,
        1 + len(file.reviews),
        place,
        to,
        case=file.turn,
        number=case.number,
        title=translate(title_of(case), locale),
        fields=tuple(
            (translate(name, locale), value)
            for name, value in (
                (_MEMBER, case.author_name),
                (_REPORTED_BY, case.filed_by),
                (_TEXT, case.excerpt),
                (_WHY, "\n".join(reasons)),
            )
            if value
        ),
        about=About(ConversationRef.parse(case.conversation), case.link, case.author_id, case.author_name),
        decided=tuple(decision_of(review, case, locale) for review in file.reviews),
        buttons=buttons_of(file, case, locale),
        locale=locale,
    )


def decision_of(review: Review, case: Case, locale: Locale) -> str:
    """Who decided what on a case, or noted what."""
    words = _DECIDED | _DECIDED_REPORT if case.filed_by else _DECIDED
    said = translate(words[review.verdict], locale).format(name=review.by_name, note=review.note)
    if review.like:
        return f"{said} {translate(_WITH, locale).format(number=review.like)}"
    return said + _also(review.verdict, len(review.settled), locale)


def _also(verdict: ReviewVerdict, number: int, locale: Locale) -> str:
    """How many other cases a decision settles along, or opens again."""
    return f" {translate(_ALSO[verdict], locale).format(number=number)}" if number else ""


def _reason(finding: CaseFinding, locale: Locale) -> str:
    said = f"• {translate(finding.explanation, locale)}"
    if finding.guard == FILED_BY_MEMBERS:
        return said
    like = f", #{finding.case}" if finding.case else ""
    return f"{said} ({finding.guard}/{finding.code}, {finding.score:.2f}{like})"


def title_of(case: Case) -> str:
    """What a case is, in one sentence: a message id of the catalogue."""
    if was_filed(case):
        return _TITLES[case.findings[0].code]
    if Action[case.action.upper()] >= Action.HOLD:
        return _TITLES[case.direction]
    return _TITLES["noticed"]


def buttons_of(file: CaseFile, case: Case, locale: Locale) -> tuple[Button, ...]:
    """What can be decided on a case as it stands."""
    done = {review.verdict for review in standing(file.reviews)}
    buttons: list[Button] = []

    def offer(label: str, action: str, style: str = "secondary") -> None:
        buttons.append(Button(translate(label, locale), action, file.turn, style))  # type: ignore[arg-type]  # one of four words

    if not done & JUDGED:
        offer(_JUSTIFIED if case.filed_by else _RIGHT, "right", "success")
        offer(_UNFOUNDED if case.filed_by else _FALSE_ALARM, "false_alarm")
    if done & REVOCABLE:
        offer(_TAKE_BACK, "take_back")
    if file.held and not done & {"right", "released"}:
        offer(_RELEASE, "release", "primary")
    if case.author_id and "timed_out" not in done:
        offer(_TIME_OUT, "time_out", "danger")
    if case.link and "deleted" not in done:
        offer(_DELETE, "delete", "danger")
    return tuple(buttons)


async def decide(
    message: Message,
    voice: Voice,
    guardlog: GuardLogStore,
    policy: Policy,
    lessons: Lessons,
    locale: Locale,
    at: float,
) -> Commit:
    """What a moderator's decision changes: the case, its card, what is known, and for a release the member's mailbox.

    `message` carries one of `VERDICTS` as its command, with the option `turns`; `at` is Unix seconds.
    """
    assert message.command is not None
    verdict = VERDICTS[message.command.name]
    community = message.ref.community_key
    events: list[OutboxEvent] = []
    reviews: list[Review] = []
    released: list[Message] = []
    taught: list[Lesson] = []
    forgotten: list[Lesson] = []
    answer = _GONE
    turns = list(dict.fromkeys(str(message.command.options.get("turns", "")).split()))[:MOST_TURNS]
    files = [file for file in [await guardlog.file(community, turn) for turn in turns] if file is not None]
    alike = await settled_along(guardlog, community, files) if verdict == "false_alarm" else {}
    decided = set(turns)
    for file in files:
        rival = rival_of(file.reviews, verdict)
        along = alike.get(file.turn, ())
        if verdict == "taken_back":
            if rival is None:
                answer = _NOTHING_TO_TAKE_BACK
                continue
            forgotten += forgotten_by(file, rival, lessons)
            along = rival.settled
        elif rival is not None:
            answer = translate(_TOO_LATE, locale).format(name=rival.by_name)
            continue
        if verdict == "released":
            if file.held is None:
                answer = _NOT_HELD
                continue
            released.append(_let_through(file.held, file.turn))
        by = message.author
        review = Review(file.turn, verdict, by.id, redact(by.name, 80), at, len(file.reviews))
        others = await _along(guardlog, file, review, [turn for turn in along if turn not in decided])
        review = replace(review, settled=tuple(other.turn for other, _ in others))
        decided.update(review.settled)
        taught += taught_by(file, review, lessons)
        for each, its in ((file, review), *others):
            reviews.append(its)
            if each is file or cards_of(each, message, policy, locale):
                after = replace(each, reviews=(*each.reviews, its))
                events += cards_of(after, message, policy, policy.language or locale)
    done = translate(_DONE if reviews else answer, locale) + _also(verdict, len(decided) - len(turns), locale)
    return Commit(
        (voice.notice(done), *events),
        reviews=tuple(reviews),
        released=tuple(released),
        taught=tuple(taught),
        untaught=tuple(forgotten),
    )


async def _along(
    guardlog: GuardLogStore, file: CaseFile, review: Review, turns: Sequence[str]
) -> list[tuple[CaseFile, Review]]:
    """The cases of these turns that `review`, of `file`, settles along or opens again, and what is noted in each."""
    first, found = file.cases[0], []
    community = ConversationRef.parse(first.conversation).community_key
    for turn in turns:
        other = await guardlog.file(community, turn)
        rival = rival_of(other.reviews, review.verdict) if other else None
        along = rival.like == first.number if rival else False
        if other and (along if review.verdict == "taken_back" else rival is None):
            found.append((other, replace(review, turn=turn, number=len(other.reviews), like=first.number)))
    return found


async def note(
    message: Message, voice: Voice, guardlog: GuardLogStore, policy: Policy, locale: Locale, at: float
) -> Commit:
    """Writes down what a moderator has to say about a case, beside the decisions; `at` is Unix seconds.

    `message` carries `NOTE` as its command, with the options `case` (see `case_named`) and `text`.
    """
    assert message.command is not None
    options = message.command.options
    file = await case_named(guardlog, message.ref.community_key, str(options.get("case", "")))
    text = redact(str(options.get("text", "")), NOTE_CHARACTERS)
    if file is None or not text:
        return Commit((voice.notice(translate(_NOTHING_NOTED if file else _GONE, locale)),))
    review = Review(
        file.turn, "noted", message.author.id, redact(message.author.name, 80), at, len(file.reviews), text
    )
    file = replace(file, reviews=(*file.reviews, review))
    said = voice.notice(translate(_DONE, locale))
    return Commit((said, *cards_of(file, message, policy, policy.language or locale)), reviews=(review,))


async def case_named(guardlog: GuardLogStore, community: str, given: str) -> CaseFile | None:
    """The case that somebody names: by its number ("12", "#12"), or by the number that the member saw."""
    given = given.strip()
    digits = given.removeprefix("#")
    case = None
    if digits.isascii() and digits.isdecimal() and len(digits) < 10:
        case = await guardlog.numbered(community, int(digits))
    return await guardlog.file(community, case.turn if case else given[:60])


def _let_through(held: Message, turn: str) -> Message:
    """The message as a new one, with a turn of its own: the old one has had its ending."""
    return replace(
        held,
        id=f"{held.id}.r",
        released=turn,
        # By now the interaction has been answered.
        reply_to=replace(held.reply_to, interaction="", interaction_expires=0.0),
    )
