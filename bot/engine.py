"""The story of one turn: a member's message in, a guarded reply out.

Reads from top to bottom: load, look at the words that came in, write the prompt, let the model speak while
the guards listen, commit. Nothing is shown before the guards have passed it; everything that a turn changes
is one commit, made by the worker.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, replace

from adapters.base import CommandUse, Locale, Message, OutboxEvent
from bot import answers
from bot.commands import FOR_MODERATORS
from bot.conversation import Conversation, Summary, Turn
from bot.guardlog import filed_by_member
from bot.log import log_turn
from bot.models.base import LanguageModel, ModelError
from bot.outcome import commit_of, marks, redacted, without_findings
from bot.policy import Action, Checked, Decision, Policy, PolicyError, laid
from bot.prompt import OPEN_TURNS, PromptTooLong, PromptWriter, Written
from bot.request import Request, Unusable, understand
from bot.store.base import Commit, GuardLogStore, History, Loaded, Outbox
from bot.voice import Voice
from guards.base import Document, Stage, Subject, Verdict
from guards.pipeline import Pipeline
from guards.stream import GuardedStream

logger = logging.getLogger(__name__)

TURNS = OPEN_TURNS + 8
"""How many past turns are loaded; what is older lives on in the summary. Some more than are open, for when
the model fails to write one."""

SUMMARY_CHARACTERS = 4000

Retrieve = Callable[[str, Locale], tuple[Document, ...]]
"""A question and its locale → the passages that bear on it, best first."""


@dataclass(frozen=True, slots=True)
class Engine:
    """Turns messages into commits. Holds no state of any conversation."""

    history: History
    outbox: Outbox
    guardlog: GuardLogStore
    guards: Pipeline
    model: LanguageModel
    prompts: PromptWriter
    retrieve: Retrieve
    clock: Callable[[], float]
    """Unix seconds."""
    reply_seconds: float
    """Deadline of the whole reply."""
    retention_days: int
    models: str = ""
    """The names of all models that a message may be sent to, when `model` is more than one."""

    async def handle(self, message: Message, attempt: int = 1) -> Commit:
        """One turn, up to what must be committed. Raises only what a bug or a broken store raises."""
        voice = Voice(self.outbox, message, attempt)
        turn = Turn(voice.turn, message, self.clock(), "answered", model=self.model.name)
        loaded = await self.history.load(message, TURNS)
        policy = self._policy(loaded.policies)
        locale = policy.language or message.locale

        own_words = await self._own_words(voice, message, loaded, locale)
        if own_words is not None:
            return own_words
        try:
            request = understand(message, loaded.conversation, locale)
        except Unusable as unusable:
            return Commit((voice.notice(str(unusable)),))

        await voice.started()
        decision = await self._check_input(message, request, loaded.conversation, policy)
        turn = replace(turn, decision_in=decision)
        summary: Summary | None = None
        if decision.action >= Action.HOLD:
            turn = replace(turn, state="blocked")
        else:
            if decision.action is Action.REDACT:
                request = request.with_text(redacted(request.text, decision, "author"))
                turn = replace(turn, message=without_findings(message, decision))
            turn, summary = await self._answer(turn, voice, request, loaded.conversation, policy, locale)

        log_turn(turn, ms=(self.clock() - turn.started_at) * 1000, attempt=attempt)
        return commit_of(turn, self._ending(turn, voice, locale), text=request.told, summary=summary)

    async def _own_words(
        self, voice: Voice, message: Message, loaded: Loaded, locale: Locale
    ) -> Commit | None:
        """The answer to a command that needs no model; None for every other message."""
        moderator = message.author.is_moderator
        model, generates = self.model.name, self.model.generates
        if not moderator and message.command and message.command.name in FOR_MODERATORS:
            return Commit((voice.notice(answers.moderators_only(locale)),))
        match message.command:
            case CommandUse("help"):
                text = answers.help_text(locale, moderator=moderator, model=model, generates=generates)
            case CommandUse("privacy"):
                text = answers.privacy(
                    locale, days=self.retention_days, model=self.models or model, generates=generates
                )
            case CommandUse("why"):
                text = answers.why(loaded.last, locale)
            case CommandUse("reset"):
                return Commit((voice.notice(answers.reset(locale)),), reset=True)
            case CommandUse("guardlog", options):
                given = options.get("limit")
                limit = min(max(given, 1), 25) if isinstance(given, int) else 10
                cases = await self.guardlog.cases(message.ref.community_key, since=0.0, limit=limit)
                text = answers.guardlog(cases, locale)
            case CommandUse("report" | "appeal"):
                case = filed_by_member(message, turn=voice.turn, at=self.clock())
                return Commit((voice.notice(answers.filed(locale)),), cases=(case,))
            case _:
                return None
        return Commit((voice.notice(text),))

    def _policy(self, layers: tuple[str, ...]) -> Policy:
        policy = Policy()
        for layer in filter(None, layers):
            try:
                policy = laid(policy, layer)
            except PolicyError as error:
                # The others still count: one bad layer must not switch a community's guards off.
                logger.error("a stored policy layer is ignored: %s", error)
        return policy

    async def _check_input(
        self, message: Message, request: Request, conversation: Conversation, policy: Policy
    ) -> Decision:
        """Looks at everybody's words in the message, each in its own lane."""
        lines = conversation.lines(8, author=message.author.id)
        subjects = [
            Subject(request.text, Stage.INPUT, "author", conversation=lines, task=request.task),
            *(Subject(name, Stage.INPUT, "name") for name in names_in(message)),
            *(Subject(quoted.text, Stage.INPUT, "quoted") for quoted in message.quoted),
            *(Subject(file.text, Stage.INPUT, "document") for file in message.attachments if file.text),
        ]
        verdicts = await asyncio.gather(*map(self.guards.check, subjects))
        return policy.decide(Stage.INPUT, map(Checked, subjects, verdicts))

    async def _answer(
        self,
        turn: Turn,
        voice: Voice,
        request: Request,
        conversation: Conversation,
        policy: Policy,
        locale: Locale,
    ) -> tuple[Turn, Summary | None]:
        """The reply; and beside it, when turns no longer fit, what to remember of them."""
        try:
            written = self._write(turn.message, request, conversation, policy, locale)
        except PromptTooLong:
            return replace(turn, state="failed", failure="too_long"), None
        turn = replace(turn, sources=tuple(document.title for document in written.prompt.evidence))
        if not (written.dropped and self.model.generates):
            return await self._speak(turn, voice, request, conversation, policy, written), None
        summing_up = asyncio.create_task(self._sum_up(conversation, written))
        try:
            return await self._speak(turn, voice, request, conversation, policy, written), await summing_up
        finally:
            summing_up.cancel()
            await asyncio.gather(summing_up, return_exceptions=True)

    def _write(
        self, message: Message, request: Request, conversation: Conversation, policy: Policy, locale: Locale
    ) -> Written:
        if request.task.name == "chat":
            evidence = self.retrieve(request.text, locale)
            return self.prompts.chat(
                message,
                request.text,
                conversation,
                persona=policy.persona,
                evidence=evidence,
                language=locale,
            )
        return self.prompts.task(
            request.task, language=locale, temperature=request.temperature, max_tokens=request.max_tokens
        )

    async def _speak(
        self,
        turn: Turn,
        voice: Voice,
        request: Request,
        conversation: Conversation,
        policy: Policy,
        written: Written,
    ) -> Turn:
        """The model speaks; each sentence is shown once the guards have passed it."""
        subject = Subject(
            "",
            Stage.OUTPUT,
            "model",
            question=request.text,
            conversation=conversation.lines(8),
            evidence=(*written.prompt.evidence, *others_words(turn.message)),
            task=request.task,
            system_prompt=written.system,
            canary=written.canary,
        )

        def action(verdicts: tuple[Verdict, ...]) -> Action:
            return policy.decide(Stage.OUTPUT, [Checked(subject, verdicts)]).action

        def guarded() -> GuardedStream:
            return GuardedStream(
                self.guards,
                subject,
                blocks=lambda verdicts: action(verdicts) >= Action.HOLD,
                withholds=lambda verdicts: action(verdicts) is Action.REDACT,
            )

        stream = guarded()
        try:
            async with aclosing(self.model.stream(written.prompt, timeout=self.reply_seconds)) as chunks:
                async for chunk in chunks:
                    if chunk.restart:
                        stream = guarded()
                    turn = turn.counting(chunk)
                    if await stream.feed(chunk.text):
                        await voice.delta(stream.released)
                    if stream.blocked:
                        break
            await stream.finish()
        except ModelError as error:
            logger.warning("turn %s: no reply from the model: %s", turn.id, error)
            return replace(turn, state="failed", failure=error.kind)
        if turn.prompt_tokens and written.prompt.mode == "chat":
            # A Completions endpoint counts the bare text, not the messages that were estimated.
            self.prompts.learn(written.prompt, turn.prompt_tokens)

        verdicts = stream.blocked or stream.verdicts
        decision = policy.decide(Stage.OUTPUT, [Checked(replace(subject, text=stream.text), verdicts)])
        turn = replace(turn, decision_out=decision, reply=stream.text)
        if decision.action >= Action.HOLD:
            return replace(turn, state="blocked")
        if decision.action is Action.REDACT:
            return replace(turn, reply=redacted(turn.reply, decision, "model"))
        return turn

    async def _sum_up(self, conversation: Conversation, written: Written) -> Summary | None:
        """What the turns that no longer fit said; None when the model fails: the next turn tries again."""
        prompt = self.prompts.summary(conversation, written.dropped)
        text = ""
        try:
            async with aclosing(self.model.stream(prompt, timeout=self.reply_seconds)) as chunks:
                async for chunk in chunks:
                    text = chunk.text if chunk.restart else text + chunk.text
        except ModelError as error:
            logger.warning("no summary from the model: %s", error)
            return None
        return Summary(text[:SUMMARY_CHARACTERS], written.through)

    def _ending(self, turn: Turn, voice: Voice, locale: Locale) -> OutboxEvent:
        """How the turn ends for the member."""
        if turn.state == "failed":
            return voice.failed(answers.failure(turn.failure or "unavailable", locale))
        decision = turn.decision_out or turn.decision_in
        assert decision is not None
        if turn.state == "blocked":
            return voice.blocked(answers.refusal(decision, locale), answers.ask_a_moderator(locale))
        # After a redaction the spans are those of another text.
        marked = () if decision.action is Action.REDACT else marks(decision, locale)
        return voice.final(turn.reply, marked)


def names_in(message: Message) -> list[str]:
    """What people and files are called: somebody chose it, and it stands in the prompt."""
    names = [message.author.name, *(quoted.author for quoted in message.quoted)]
    return [name for name in (*names, *(file.name for file in message.attachments)) if name]


def others_words(message: Message) -> tuple[Document, ...]:
    """What the message quotes or attaches: a reply that obeys it is a hijacked one."""
    return (
        *(Document(quoted.author, quoted.text) for quoted in message.quoted),
        *(Document(file.name, file.text) for file in message.attachments if file.text),
    )
