"""What members say is true of what a reply claims: a case for the moderators, and a document once they accept it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from adapters.base import Locale, Message, Notice, OptionValue
from bot.desk import cards_of
from bot.guardlog import FILED_BY_MEMBERS, SUGGESTION, Case, CaseFile, CaseFinding, redact
from bot.i18n import N_, translate
from bot.knowledge.desk import KnowledgeDesk
from bot.policy import Action, Policy
from bot.store.base import Commit, GuardLogStore
from bot.voice import Voice

MOST = 1_000
"""Characters of a suggestion."""

_WHY = {
    "right": N_("A member says that the marks of a reply are right, and why."),
    "wrong": N_("A member says that the marks of a reply are wrong, and what is true."),
}
_THANKS = N_("Thank you. The moderators will look at it, and may add it to what is known here.")
_NOTHING = N_("There is nothing in it to look at.")


def suggested(
    voice: Voice,
    message: Message,
    options: Mapping[str, OptionValue],
    policy: Policy,
    locale: Locale,
    now: float,
) -> Commit:
    """Files what a member suggests: `options` are those of `adapters.suggesting.SUGGEST`. `now`: Unix seconds."""
    text, why = redact(str(options.get("text", "")), MOST), _WHY.get(str(options.get("verdict")))
    if not text or why is None:
        return Commit((voice.notice(translate(_NOTHING, locale)),))
    name = redact(message.author.name, 80)
    case = Case(
        turn=voice.turn,
        at=now,
        conversation=message.ref.key,
        author_id=message.author.id,
        author_name=name,
        direction="input",
        action=Action.FLAG.word,
        would=Action.FLAG.word,
        findings=(CaseFinding(FILED_BY_MEMBERS, SUGGESTION, 1.0, why, "author", ""),),
        failures=(),
        excerpt=text,
        link=str(options.get("message", ""))[:60],
        model="",
        filed_by=name,
    )
    cards = cards_of(CaseFile(case.turn, (case,)), message, policy, policy.language or locale)
    return Commit((voice.notice(translate(_THANKS, locale)), *cards), cases=(case,))


async def settled(
    commit: Commit,
    guardlog: GuardLogStore,
    knowledge: KnowledgeDesk,
    message: Message,
    policy: Policy,
    locale: Locale,
    now: float,
) -> Commit:
    """`commit`, a moderator's decision on cases, once what it accepts is known and what it takes back is not.

    A decision that is carried out again puts the same document in place of itself.
    """
    told = []
    for review in commit.reviews:
        file = await guardlog.file(message.ref.community_key, review.turn)
        for case in file.cases if file else ():
            if case.findings and case.findings[0].code == SUGGESTION:
                name = f"suggestion-{case.number}"
                if review.verdict == "right":
                    told.append(
                        await knowledge.accept(message, name, case.excerpt, review.turn, policy, locale, now)
                    )
                elif review.verdict == "taken_back":
                    told.append(await knowledge.drop(message.ref.community_key, name, locale))
    notice, *events = commit.events
    if not any(told) or not isinstance(notice, Notice):
        return commit
    text = "\n".join([notice.text, *filter(None, told)])
    return replace(commit, events=(replace(notice, text=text), *events))
