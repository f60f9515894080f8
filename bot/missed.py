"""A text that the guards missed, as a moderator says: a case that is decided at once, and known from then on."""

from __future__ import annotations

from dataclasses import replace

from adapters.base import CommandUse, Locale, Message
from bot.answers import EMPTY
from bot.casebook import has_buttons
from bot.desk import buttons_of, cards_of
from bot.guardlog import FILED_BY_MEMBERS, MISSED, CaseFile, CaseFinding, Review, filed_by_member
from bot.i18n import N_, translate
from bot.policy import Policy
from bot.store.base import Commit
from bot.teaching import taught_by
from bot.voice import Voice
from guards.signatures import Lessons

_WHY = N_("A moderator says that the guards missed this.")
_KNOWN = N_("Noted as a case. From now on the same or nearly the same text counts as an attack here.")


def missed(
    message: Message, voice: Voice, lessons: Lessons, policy: Policy, locale: Locale, at: float
) -> Commit:
    """What the moderator changes who sends `message`, whose command has the option `text`; `at` is Unix seconds."""
    assert message.command is not None
    text = str(message.command.options.get("text", "")).strip()
    if not text:
        return Commit((voice.notice(translate(EMPTY, locale)),))
    case = filed_by_member(
        replace(message, command=CommandUse("report", {"text": text})),
        turn=voice.turn,
        at=at,
        signatures=(lessons.sign(text),),
    )
    case = replace(case, findings=(CaseFinding(FILED_BY_MEMBERS, MISSED, 1.0, _WHY, "author", ""),))
    review = Review(case.turn, "right", message.author.id, case.filed_by, at)
    file = CaseFile(case.turn, (case,), (review,))
    back = [
        replace(button, action="judge_take_back")
        for button in buttons_of(file, case, locale)
        if button.action == "take_back"
    ]
    said = voice.notice(translate(_KNOWN, locale), tuple(back) if has_buttons(message) else ())
    return Commit(
        (said, *cards_of(file, message, policy, policy.language or locale)),
        cases=(case,),
        reviews=(review,),
        secret=lessons.secret,
        taught=taught_by(file, review, lessons),
    )
