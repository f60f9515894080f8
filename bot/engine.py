"""The story of one turn: a member's message in, a guarded reply out.

Reads from top to bottom: load, look at the words that came in, write the prompt, let the model speak while
the guards listen, have its claims checked, commit. Nothing is shown before the guards have passed it; everything that
a turn changes is one commit, made by the worker.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Protocol

from adapters.base import Author, Locale, Message
from bot import answers
from bot.claims.ahead import Ahead
from bot.claims.checker import ClaimChecker
from bot.claims.turns import listener, waits, with_claims
from bot.context import TurnContext
from bot.conversation import Conversation, Summary, Turn
from bot.entry import Invitations
from bot.knowledge.desk import KnowledgeDesk
from bot.linking import hosts_of
from bot.models.base import LanguageModel, ModelError
from bot.outcome import commit_of, ending_of, redacted, without_findings
from bot.own_words import Facts, OwnWords
from bot.policy import Action, Checked, Decision, Policy, in_force
from bot.prompt import OPEN_TURNS, PromptTooLong, PromptWriter, Written
from bot.request import Request, Unusable, names_in, others_words, understand
from bot.store.base import Commit, GuardLogStore, History, Loaded, Outbox
from bot.teaching import recalled
from bot.voice import Voice
from guards.base import Document, Stage, Subject, Task, Verdict
from guards.links import released
from guards.pipeline import Pipeline
from guards.stream import GuardedStream

logger = logging.getLogger(__name__)

TURNS = OPEN_TURNS + 8
"""How many past turns are loaded; what is older lives on in the summary. Some more than are open, for when
the model fails to write one."""

SUMMARY_CHARACTERS = 4000


class Retrieve(Protocol):
    """A question → the passages that bear on it, best first."""

    async def __call__(
        self, question: str, *, community: str, revision: int, locale: Locale
    ) -> tuple[Document, ...]:
        """Looks in what `community` (its key) knows; `revision` is what the turn has loaded of that."""


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
    knowledge: KnowledgeDesk
    claims: ClaimChecker
    clock: Callable[[], float]
    """Unix seconds."""
    reply_seconds: float
    """Deadline of the whole reply."""
    retention_days: int
    invitations: Invitations | None = None
    """Into the console; None: there is none."""
    models: str = ""
    """The names of all models that a message may be sent to, when `model` is more than one."""

    async def handle(self, message: Message, attempt: int = 1) -> Commit:
        """One turn, up to what must be committed. Raises only what a bug or a broken store raises."""
        voice = Voice(self.outbox, message, attempt)
        turn = Turn(voice.turn, message, self.clock(), "answered", model=self.model.name)
        loaded = await self.history.load(message, TURNS)
        policy = in_force(loaded.policies)
        locale = policy.language or message.locale
        if policy.session == "member":
            loaded = replace(loaded, conversation=loaded.conversation.of_member(message.author.id))

        own = OwnWords(
            self.guardlog,
            Facts(
                policy.model or self.model.name,
                self.model.generates,
                self.models or self.model.name,
                min(policy.retention_days or self.retention_days, self.retention_days),
                self.retention_days,
            ),
            self.knowledge,
            self.claims,
            self._look,
            self.invitations,
        )
        commit = await own.answer(voice, message, loaded, policy, locale, self.clock())
        if commit is not None:
            return replace(commit, days=policy.retention_days)
        try:
            request = understand(message, loaded.conversation, locale)
        except Unusable as unusable:
            return Commit((voice.notice(str(unusable)),))
        today = message.ref.community_key, self.clock()
        if policy.daily_tokens and await self.history.spent(*today) >= policy.daily_tokens:
            return Commit((voice.notice(answers.spent(locale)),))

        await voice.started()
        decision = await self._check_input(message, request, loaded, policy)
        turn = replace(turn, decision_in=decision)
        summary: Summary | None = None
        if decision.action >= Action.HOLD:
            turn = replace(turn, state="blocked")
        else:
            if decision.action is Action.REDACT:
                request = request.with_text(redacted(request.text, decision, "author"))
                turn = replace(turn, message=without_findings(message, decision))
            context = TurnContext(voice, request, loaded, policy, locale)
            turn, summary = await self._answer(turn, context)

        return commit_of(
            turn,
            ending_of(turn, voice, locale),
            text=request.told,
            summary=summary,
            policy=policy,
            lessons=loaded.lessons,
            locale=locale,
        )

    async def _look(self, message: Message, text: str, loaded: Loaded, policy: Policy) -> Decision:
        """What would be decided about a text where `message` is, whoever wrote it there."""
        said = replace(message, author=Author("", ""), quoted=(), attachments=(), released="")
        alone = replace(loaded, conversation=Conversation(message.ref))
        return await self._check_input(said, Request(text, Task("chat", text)), alone, policy)

    async def _check_input(
        self, message: Message, request: Request, loaded: Loaded, policy: Policy
    ) -> Decision:
        """Looks at everybody's words in the message, each in its own lane."""
        if message.released:
            return Decision(Stage.INPUT)
        lines = loaded.conversation.lines(8, author=message.author.id)
        subjects = [
            Subject(request.text, Stage.INPUT, "author", conversation=lines, task=request.task),
            *(Subject(name, Stage.INPUT, "name") for name in names_in(message)),
            *(Subject(quoted.text, Stage.INPUT, "quoted") for quoted in message.quoted),
            *(Subject(file.text, Stage.INPUT, "document") for file in message.attachments if file.text),
        ]
        verdicts = await asyncio.gather(*map(self.guards.check, subjects))
        checked = list(map(Checked, subjects, verdicts))
        if loaded.lessons.lessons:
            checked = await asyncio.to_thread(recalled, loaded.lessons, checked, policy)
        return policy.decide(Stage.INPUT, checked)

    async def _answer(self, turn: Turn, context: TurnContext) -> tuple[Turn, Summary | None]:
        """The reply; and beside it, when turns no longer fit, what to remember of them."""
        policy = context.policy
        try:
            written = await self._write(turn.message, context)
        except PromptTooLong:
            return replace(turn, state="failed", failure="too_long"), None
        written = replace(written, prompt=replace(written.prompt, model=policy.model))
        turn = replace(turn, sources=tuple(document.title for document in written.prompt.evidence))
        if not (written.dropped and self.model.generates and policy.session == "channel"):
            return await self._reply(turn, context, written), None
        summing_up = asyncio.create_task(self._sum_up(context.loaded.conversation, written))
        try:
            return await self._reply(turn, context, written), await summing_up
        finally:
            summing_up.cancel()
            await asyncio.gather(summing_up, return_exceptions=True)

    async def _write(self, message: Message, context: TurnContext) -> Written:
        request, loaded, locale = context.request, context.loaded, context.locale
        if request.task.name == "chat":
            community = message.ref.community_key
            evidence = await self.retrieve(
                request.text, community=community, revision=loaded.knowledge, locale=locale
            )
            return self.prompts.chat(
                message,
                request.text,
                loaded.conversation,
                persona=context.policy.persona,
                evidence=evidence,
                language=locale,
            )
        return self.prompts.task(
            request.task, language=locale, temperature=request.temperature, max_tokens=request.max_tokens
        )

    async def _reply(self, turn: Turn, context: TurnContext, written: Written) -> Turn:
        """What the model says, guarded, and then what becomes of its claims."""
        # One that generates nothing makes up no word, and names the source of each quotation itself.
        checks = self.model.generates
        prompt = written.prompt
        async with aclosing(
            listener(self.claims, turn, context, prompt) if checks else Ahead(self.claims)
        ) as ahead:
            turn = await self._speak(turn, context, written, ahead)
        return await with_claims(self.claims, turn, context, prompt, ahead.memory) if checks else turn

    async def _speak(self, turn: Turn, context: TurnContext, written: Written, ahead: Ahead) -> Turn:
        """The model speaks; each sentence is shown once the guards have passed it."""
        request, policy = context.request, context.policy
        subject = Subject(
            "",
            Stage.OUTPUT,
            "model",
            question=request.text,
            conversation=context.loaded.conversation.lines(8),
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
        turn = replace(turn, hosts=hosts_of(policy, subject))
        try:
            async with aclosing(self.model.stream(written.prompt, timeout=self.reply_seconds)) as chunks:
                async for chunk in chunks:
                    if chunk.restart:
                        stream = guarded()
                    turn = turn.counting(chunk)
                    if await stream.feed(chunk.text):
                        ahead.hear(stream.released)
                        await self._show(stream.released, turn, context)
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

    async def _show(self, text: str, turn: Turn, context: TurnContext) -> None:
        if not waits(context.request, context.policy):
            await context.voice.delta(released(text, turn.hosts))

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
