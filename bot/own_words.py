"""What the bot answers without a model: commands about itself, and the moderators' desk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from adapters.base import Button, CommandUse, Locale, Message, OutboxEvent
from adapters.once import COMMANDS
from adapters.suggesting import SUGGEST
from bot import answers
from bot.case_texts import tested
from bot.casebook import JUDGES, PAGE, Casebook, has_buttons
from bot.choices import choose
from bot.claims.checker import ClaimChecker
from bot.claims.turns import told
from bot.commands import FOR_MODERATORS
from bot.conversation import LastTurn
from bot.desk import VERDICTS, cards_of, decide, note
from bot.entry import Invitations, knock
from bot.guardlog import CaseFile, filed_by_member, was_filed
from bot.knowledge.desk import KnowledgeDesk, typed
from bot.missed import missed
from bot.policy import Decision, Policy
from bot.rules import CHANGE
from bot.store.base import Commit, GuardLogStore, Loaded
from bot.suggestions import settled, suggested
from bot.voice import Voice
from guards.signatures import Lessons

Look: TypeAlias = Callable[[Message, str, Loaded, Policy], Awaitable[Decision]]
"""What the guards of a community find in a text that somebody might write, and what would be done."""

_MODERATORS = frozenset([*FOR_MODERATORS, *VERDICTS, *JUDGES, CHANGE, PAGE])
"""The commands that only moderators may use, and the presses of buttons."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the bot can say about itself."""

    model: str
    generates: bool
    """Whether the model writes, rather than quotes."""
    sent_to: str
    """The names of all models that a message may be sent to."""
    retention_days: int
    """For so many what is said here is kept."""
    most_days: int
    """For so many it could be."""


@dataclass(frozen=True, slots=True)
class OwnWords:
    """Answers the commands that need no model."""

    guardlog: GuardLogStore
    facts: Facts
    knowledge: KnowledgeDesk
    claims: ClaimChecker
    look: Look
    invitations: Invitations | None = None

    async def answer(
        self, voice: Voice, message: Message, loaded: Loaded, policy: Policy, locale: Locale, now: float
    ) -> Commit | None:
        """The answer to a command that needs no model; None for every other message. `now`: Unix seconds."""
        command = message.command or typed(message)
        if command is None:
            return None
        if command.name in _MODERATORS:
            if message.author.is_moderator:
                return await self._moderate(voice, message, command, loaded, policy, locale, now)
            return await self._refuse(voice, message, command, locale, now)
        match command:
            case CommandUse("reset"):
                return Commit((voice.notice(answers.reset(locale)),), reset=True)
            case CommandUse("why"):
                return Commit((_why(voice, message, loaded.last, locale),))
            case CommandUse(name, options) if name == SUGGEST:
                return suggested(voice, message, options, policy, locale, now)
            case CommandUse("report" | "appeal"):
                return await self._file(voice, message, loaded.lessons, policy, locale, now)
            case CommandUse("feedback", {"turn": str(turn), "rating": "good" | "bad" as rating}):
                # It is counted from the log: of two presses by one author, the later one counts.
                told = {"state": "own_words", "rated": turn[:60], "rating": rating}
                return Commit((voice.notice(answers.noted(locale)),), line=told)
            case CommandUse("deleted", {"turn": str(turn)}):
                # Its question is gone. Whether the reply goes too is the community's choice.
                return Commit((voice.removed(turn),) if policy.delete_replies else (), forgotten=(turn,))
        text = await self._text(message, loaded, policy, locale)
        return None if text is None else Commit((voice.notice(text),))

    async def _moderate(
        self,
        voice: Voice,
        message: Message,
        command: CommandUse,
        loaded: Loaded,
        policy: Policy,
        locale: Locale,
        now: float,
    ) -> Commit | None:
        """What a moderator asks for."""
        if command.name.startswith("knowledge "):
            return await self.knowledge.answer(voice, message, command, policy, locale, now)
        decision = pressed(command)
        if decision is not None:
            if command.name in VERDICTS and not policy.log_channel:
                # Not chosen any more; but that is where the card is.
                policy = replace(policy, log_channel=message.ref.channel)
            message = replace(message, command=decision)
            done = await decide(message, voice, self.guardlog, policy, loaded.lessons, locale, now)
            return await settled(done, self.guardlog, self.knowledge, message, policy, locale, now)
        match command:
            case CommandUse("guard console"):
                return Commit((await self._invite(voice, message, locale),))
            case CommandUse("guardlog export"):
                where = answers.export(message.ref.community_key, locale)
                return Commit((await self._invite(voice, message, locale, where),))
            case CommandUse("guard test", options):
                text = str(options.get("text", ""))
                decision_in = await self.look(message, text, loaded, policy)
                return Commit((voice.notice(tested(decision_in, message, text, locale)),))
            case CommandUse("guard report"):
                return missed(message, voice, loaded.lessons, policy, locale, now)
            case CommandUse("guardlog note"):
                return await note(message, voice, self.guardlog, policy, locale, now)
        read = await Casebook(self.guardlog).answer(voice, message, command, locale, now)
        return read or choose(
            voice,
            command,
            loaded,
            policy,
            locale,
            models=self.facts.sent_to.split(", "),
            days=self.facts.most_days,
        )

    async def _refuse(
        self, voice: Voice, message: Message, command: CommandUse, locale: Locale, now: float
    ) -> Commit:
        """Somebody who is no moderator asked for what only they may have."""
        case = None
        if command.name == "guard console":
            author = message.author
            case = await knock(self.guardlog, message.ref, author.id, author.name, now)
        return Commit((voice.notice(answers.moderators_only(locale)),), cases=(case,) if case else ())

    async def _invite(self, voice: Voice, message: Message, locale: Locale, before: str = "") -> OutboxEvent:
        """A link to the console, under a button where the platform has them; `before` stands above it."""
        link = await self.invitations.link_for(message) if self.invitations else ""
        text = f"{before}\n{answers.console(link, locale)}".strip()
        if link and has_buttons(message):
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
            case CommandUse("check", options):
                text = str(options.get("text", ""))
                return await told(self.claims, text, message.ref, loaded, policy, locale)
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


def _why(voice: Voice, message: Message, last: LastTurn | None, locale: Locale) -> OutboxEvent:
    """How the member's last message ended, and how to appeal where it was held back."""
    text = answers.why(last, locale, moderator=message.author.is_moderator)
    if last is None or last.state != "blocked":
        return voice.notice(text)
    button = has_buttons(message)
    text = f"{text}\n{answers.how_to_appeal(locale, button=button)}"
    ask = Button(answers.ask_a_moderator(locale), "appeal", last.turn)
    return voice.notice(text, (ask,) if button else ())


def pressed(command: CommandUse) -> CommandUse | None:
    """The decision that a press of a button is, under a card or elsewhere; None when it is none."""
    if command.name in JUDGES:
        return CommandUse(COMMANDS[JUDGES[command.name]], {"turns": str(command.options.get("turn", ""))})
    return command if command.name in VERDICTS else None
