"""What the bot answers without a model: commands about itself, and the moderators' desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.base import Button, CommandUse, Locale, Message, OptionValue, OutboxEvent
from bot import answers
from bot.commands import FOR_MODERATORS, POLICY_SETTINGS
from bot.desk import VERDICTS, cards_of, decide
from bot.entry import Invitations
from bot.guardlog import CaseFile, filed_by_member, was_filed
from bot.knowledge.desk import KnowledgeDesk, typed
from bot.policy import Policy, PolicyError, with_settings
from bot.rules import CHANGE, with_rule
from bot.store.base import Commit, GuardLogStore, Loaded
from bot.voice import Voice
from guards.signatures import Lessons


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
    knowledge: KnowledgeDesk
    invitations: Invitations | None = None

    async def answer(
        self, voice: Voice, message: Message, loaded: Loaded, policy: Policy, locale: Locale, now: float
    ) -> Commit | None:
        """The answer to a command that needs no model; None for every other message. `now`: Unix seconds."""
        command = message.command or typed(message)
        if command is None:
            return None
        name = command.name
        decides = VERDICTS.get(name)
        if (name in FOR_MODERATORS or name == CHANGE or decides) and not message.author.is_moderator:
            return Commit((voice.notice(answers.moderators_only(locale)),))
        if decides:
            return await decide(message, voice, self.guardlog, policy, loaded.lessons, locale, now)
        if name.startswith("knowledge "):
            return await self.knowledge.answer(voice, message, command, policy, locale, now)
        match command:
            case CommandUse("reset"):
                return Commit((voice.notice(answers.reset(locale)),), reset=True)
            case CommandUse("guard console"):
                return Commit((await self._invite(voice, message, locale),))
            case CommandUse("report" | "appeal"):
                return await self._file(voice, message, loaded.lessons, policy, locale, now)
            case CommandUse("feedback", {"turn": str(turn), "rating": "good" | "bad" as rating}):
                # It is counted from the log: of two presses by one author, the later one counts.
                told = {"state": "own_words", "rated": turn[:60], "rating": rating}
                return Commit((voice.notice(answers.noted(locale)),), line=told)
            case CommandUse("policy rule", options):
                return _choose_rule(voice, options, loaded, locale)
            case CommandUse("policy set" | "policy clear", options):
                return _choose(voice, name, options, loaded, locale)
            case CommandUse("deleted", {"turn": str(turn)}):
                # Its question is gone. Whether the reply goes too is the community's choice.
                return Commit((voice.removed(turn),) if policy.delete_replies else (), forgotten=(turn,))
        text = await self._text(message, loaded, policy, locale)
        return None if text is None else Commit((voice.notice(text),))

    async def _invite(self, voice: Voice, message: Message, locale: Locale) -> OutboxEvent:
        """A link to the console: under a button where the platform has them."""
        link = await self.invitations.link_for(message) if self.invitations else ""
        text = answers.console(link, locale)
        if link and message.reply_to.route == message.ref.platform:
            return voice.notice(text, (Button(answers.open_console(locale), "open", link, "primary"),))
        return voice.notice(f"{text}\n{link}".strip())

    async def _text(self, message: Message, loaded: Loaded, policy: Policy, locale: Locale) -> str | None:
        facts = self.facts
        match message.command:
            case CommandUse("help"):
                moderator = message.author.is_moderator
                return answers.help_text(
                    locale,
                    moderator=moderator,
                    model=facts.model,
                    generates=facts.generates,
                    typed=message.ref.platform == "slack",
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
        self, voice: Voice, message: Message, lessons: Lessons, policy: Policy, locale: Locale, now: float
    ) -> Commit:
        """A member reports a message, or asks a moderator to look at a decision."""
        assert message.command is not None
        about = str(message.command.options.get("turn", ""))[:60]
        appealed = await self.guardlog.file(message.ref.community_key, about) if about else None
        if appealed and any(was_filed(each) for each in appealed.cases):
            # There is a card already: whoever presses again and again adds nothing to it.
            return Commit((voice.notice(answers.filed(locale)),))
        reported = str(message.command.options.get("text", ""))
        signatures = (lessons.sign(reported),) if reported else ()
        case = filed_by_member(
            message, turn=about or voice.turn, at=now, appealed=appealed, signatures=signatures
        )
        known = appealed or CaseFile(case.turn, ())
        file = CaseFile(case.turn, (*known.cases, case), known.reviews, known.held)
        # The card for what guards found is there already, and is not changed by this.
        cards = [
            card
            for card in cards_of(file, message, policy, policy.language or locale)
            if card.turn.startswith("filed-")
        ]
        said = voice.notice(answers.filed(locale))
        return Commit((said, *cards), cases=(case,), secret=lessons.secret)


def _choose_rule(voice: Voice, options: Mapping[str, OptionValue], loaded: Loaded, locale: Locale) -> Commit:
    """Changes one guard's rule, as the console asks for it."""
    layer = loaded.policies[0] if loaded.policies else ""
    changes = {name: value for name, value in options.items() if name != "guard"}
    try:
        changed = with_rule(layer, str(options.get("guard", "")), changes)
    except PolicyError as error:
        return Commit((voice.notice(str(error)),))
    return Commit((voice.notice(answers.chosen(locale)),), policy=(layer, changed))


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
