"""What the bot answers without a model: commands about itself, and the moderators' desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.base import CommandUse, Locale, Message, OptionValue
from bot import answers
from bot.commands import FOR_MODERATORS, POLICY_SETTINGS
from bot.desk import VERDICTS, cards_of, decide
from bot.guardlog import CaseFile, filed_by_member, was_filed
from bot.policy import Policy, PolicyError, with_settings
from bot.store.base import Commit, GuardLogStore, Loaded
from bot.voice import Voice


@dataclass(frozen=True, slots=True)
class Facts:
    """What the bot can say about itself."""

    model: str
    generates: bool
    """Whether the model writes, rather than quotes."""
    sent_to: str
    """The names of all models that a message may be sent to."""
    retention_days: int


@dataclass(frozen=True, slots=True)
class OwnWords:
    """Answers the commands that need no model."""

    guardlog: GuardLogStore
    facts: Facts

    async def answer(
        self, voice: Voice, message: Message, loaded: Loaded, policy: Policy, locale: Locale, now: float
    ) -> Commit | None:
        """The answer to a command that needs no model; None for every other message. `now`: Unix seconds."""
        command = message.command
        if command is None:
            return None
        name = command.name
        decides = VERDICTS.get(name)
        if (name in FOR_MODERATORS or decides) and not message.author.is_moderator:
            return Commit((voice.notice(answers.moderators_only(locale)),))
        if decides:
            return await decide(message, voice, self.guardlog, policy, locale, now)
        match command:
            case CommandUse("reset"):
                return Commit((voice.notice(answers.reset(locale)),), reset=True)
            case CommandUse("report" | "appeal"):
                return await self._file(voice, message, policy, locale, now)
            case CommandUse("feedback", {"turn": str(turn), "rating": "good" | "bad" as rating}):
                # It is counted from the log: of two presses by one author, the later one counts.
                told = {"state": "own_words", "rated": turn[:60], "rating": rating}
                return Commit((voice.notice(answers.noted(locale)),), line=told)
            case CommandUse("policy set" | "policy clear", options):
                return _choose(voice, name, options, loaded, locale)
            case CommandUse("deleted", {"turn": str(turn)}):
                # Its question is gone. Whether the reply goes too is the community's choice.
                return Commit((voice.removed(turn),) if policy.delete_replies else (), forgotten=(turn,))
        text = await self._text(message, loaded, policy, locale)
        return None if text is None else Commit((voice.notice(text),))

    async def _text(self, message: Message, loaded: Loaded, policy: Policy, locale: Locale) -> str | None:
        facts = self.facts
        match message.command:
            case CommandUse("help"):
                moderator = message.author.is_moderator
                return answers.help_text(
                    locale, moderator=moderator, model=facts.model, generates=facts.generates
                )
            case CommandUse("privacy"):
                return answers.privacy(
                    locale, days=facts.retention_days, model=facts.sent_to, generates=facts.generates
                )
            case CommandUse("why"):
                return answers.why(loaded.last, locale, moderator=message.author.is_moderator)
            case CommandUse("policy show"):
                return answers.policy(policy, locale)
            case CommandUse("guardlog", options):
                given = options.get("limit")
                limit = min(max(given, 1), 25) if isinstance(given, int) else 10
                cases = await self.guardlog.cases(message.ref.community_key, since=0.0, limit=limit)
                return answers.guardlog(cases, locale)
        return None

    async def _file(
        self, voice: Voice, message: Message, policy: Policy, locale: Locale, now: float
    ) -> Commit:
        """A member reports a message, or asks a moderator to look at a decision."""
        assert message.command is not None
        about = str(message.command.options.get("turn", ""))[:60]
        appealed = await self.guardlog.file(message.ref.community_key, about) if about else None
        if appealed and any(was_filed(each) for each in appealed.cases):
            # There is a card already: whoever presses again and again adds nothing to it.
            return Commit((voice.notice(answers.filed(locale)),))
        case = filed_by_member(message, turn=about or voice.turn, at=now, appealed=appealed)
        known = appealed or CaseFile(case.turn, ())
        file = CaseFile(case.turn, (*known.cases, case), known.reviews, known.held)
        # The card for what guards found is there already, and is not changed by this.
        cards = [
            card
            for card in cards_of(file, message, policy, policy.language or locale)
            if card.turn.startswith("filed-")
        ]
        return Commit((voice.notice(answers.filed(locale)), *cards), cases=(case,))


def _choose(
    voice: Voice, name: str, options: Mapping[str, OptionValue], loaded: Loaded, locale: Locale
) -> Commit:
    """Changes what the community has chosen."""
    if name == "policy clear":
        wanted: dict[str, object] = {str(options.get("setting", "")): None}
    else:
        wanted = dict(options)
    wanted = {key.replace("-", "_"): value for key, value in wanted.items() if key in POLICY_SETTINGS}
    if not wanted:
        return Commit((voice.notice(answers.nothing_chosen(locale)),))
    layer = loaded.policies[0] if loaded.policies else ""
    try:
        changed = with_settings(layer, wanted)
    except PolicyError as error:
        return Commit((voice.notice(str(error)),))
    return Commit((voice.notice(answers.chosen(locale)),), policy=(layer, changed))
