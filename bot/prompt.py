"""From a conversation to what the model is given. With `bot.instructions` the only place that writes
instructions.

Whatever a member, a template's argument, a quoted message, a display name or a document says is data. It is
marked so by spotlighting (Hines et al. 2024, "Defending Against Indirect Prompt Injection Attacks With
Spotlighting", arXiv 2403.14720): *delimiting*, every text stands in a block whose marker is drawn anew for
each request, so nobody can write its end; and *datamarking*, a character drawn anew too stands between the
words of every text that is not the member's own request, and in front of each line of the request itself.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from adapters.base import Message
from bot import instructions
from bot.conversation import Conversation, HistoryTurn, Summary
from bot.models.base import Prompt, PromptMessage
from bot.tokens import count_tokens
from guards.base import Document, Task

DATA_MARKS = "ˆ¦¤§¬†‡¶"
"""Characters that are rare in chat, short in tokens, and not part of any markup."""

EVIDENCE_SHARE = 0.25
SUMMARY_TOKENS = 400
OPEN_TURNS = 24
"""Turns that may be in no summary, however short they are; from then on the older half is summed up."""

MARGIN = 0.03
"""Share of the window left free, because the count is an estimate."""
AROUND = 4
"""Tokens that providers put around a message."""
REMEMBERED = 2_000
"""Characters of the longest text whose count is remembered."""

TASKS = frozenset({"translate", "summarize", "complete"})
"""Commands that work on a text."""


@dataclass(frozen=True, slots=True)
class Written:
    """A prompt, what must not leak from it, and what did not fit."""

    prompt: Prompt
    system: str
    """The system prompt without what is drawn anew for each request: for the guard that looks for leaks."""
    canary: str
    dropped: tuple[HistoryTurn, ...] = ()
    """Turns that no longer fit and are in no summary yet, oldest first."""
    through: int = 0
    """How many turns, from the first, a summary of `dropped` would cover."""


class PromptTooLong(Exception):
    """The member's own text does not fit into the model's window."""


@dataclass(frozen=True, slots=True)
class _Marks:
    """What marks data in one request."""

    mark: str
    dot: str
    canary: str

    def filled(self, template: str) -> str:
        """Instructions with the marks in them. Nothing else is filled in: a persona may have braces."""
        return (
            template.replace("{mark}", self.mark).replace("{dot}", self.dot).replace("{canary}", self.canary)
        )

    def block(self, kind: str, *parts: str) -> str:
        """Data of `kind`, its words joined by the mark character."""
        return self._enclosed(kind, [self._joined(part) for part in parts if part])

    def request(self, name: str, text: str) -> str:
        """A member's request: words left readable, each line begun with the mark character."""
        lines = [self.dot + line for line in self._safe(text).splitlines() or [""]]
        return self._enclosed("request", [f"{self._joined(name)}:", *lines])

    def _enclosed(self, kind: str, lines: Sequence[str]) -> str:
        return "\n".join([f"[{self.mark} {kind}", *lines, f"{self.mark}]"])

    def _joined(self, text: str) -> str:
        return "\n".join(self.dot.join(line.split()) for line in self._safe(text).splitlines())

    def _safe(self, text: str) -> str:
        # Random as they are, nobody can know them; were one there by chance, it must not work.
        return text.replace(self.mark, "").replace(self.canary, "").replace(self.dot, " ")


class PromptWriter:
    """Writes prompts within a token budget."""

    def __init__(self, *, window: int, reply_tokens: int, rng: random.Random | None = None) -> None:
        """`window`: tokens that the model takes, reply included. `reply_tokens`: reserved for the reply."""
        self._window = window
        self._reply_tokens = min(reply_tokens, window // 2)
        # Unpredictable from outside, also for somebody who has seen earlier marks.
        self._rng = rng or random.SystemRandom()
        self._factor = 1.0

    def learn(self, prompt: Prompt, counted: int) -> None:
        """Corrects the estimate by the tokens that the provider counted for `prompt`."""
        seen = counted / (prompt.tokens / self._factor)
        self._factor += 0.2 * (min(max(seen, 0.7), 2.0) - self._factor)

    def chat(
        self,
        message: Message,
        text: str,
        conversation: Conversation,
        *,
        persona: str = "",
        evidence: Sequence[Document] = (),
        language: str = "",
    ) -> Written:
        """A reply to `text` in its conversation.

        Raises:
            PromptTooLong: `text` alone does not fit.
        """
        marks = self._marks()
        template = instructions.CHAT + (
            f"\n\nHow this community wants you to be:\n{persona}" if persona else ""
        )
        system = marks.filled(template)
        context = [marks.block("quoted message", quoted.author, quoted.text) for quoted in message.quoted]
        context += [
            marks.block("attached file", file.name, file.text) for file in message.attachments if file.text
        ]
        newest = "\n\n".join([*context, marks.request(message.author.name, text)])
        available = self._budget(self._reply_tokens)
        # The template is never shorter than what it is filled to, and is counted only once.
        budget = available - self._known(template) - self._count(newest) - 2 * AROUND
        if budget < 0:
            raise PromptTooLong
        fitting: list[str] = []
        room = int(budget * EVIDENCE_SHARE)
        for document in evidence:
            passage = marks.block("document", document.title, document.text)
            tokens = self._count(passage)
            if (room := room - tokens) < 0:
                break
            fitting.append(passage)
            budget -= tokens
        first = self._remembered(conversation.summary, marks, budget)
        budget -= self._total(first)
        turns, budget, dropped, through = self._window_of(conversation, marks, budget)
        user = "\n\n".join([*fitting, newest])
        messages = (PromptMessage("system", system), *first, *turns, PromptMessage("user", user))
        prompt = Prompt(
            messages,
            max_tokens=self._reply_tokens,
            question=text,
            evidence=tuple(evidence[: len(fitting)]),
            language=language,
            tokens=available - budget,
        )
        return Written(prompt, _Marks("", "", "").filled(template), marks.canary, dropped, through)

    def task(
        self,
        task: Task,
        *,
        language: str = "",
        temperature: float | None = None,
        max_tokens: int | None = None,
    ) -> Written:
        """A command that works on a text: translate, summarize, complete.

        Raises:
            PromptTooLong: the text does not fit.
        """
        marks = self._marks()
        template = instructions.TASK.replace(
            "{task}", instructions.WORK[task.name].replace("{language}", task.language)
        )
        messages = (
            PromptMessage("system", marks.filled(template)),
            PromptMessage("user", marks.block("text", task.data)),
        )
        tokens = self._total(messages)
        reply = min(max_tokens or self._reply_tokens, self._reply_tokens)
        if tokens > self._budget(reply):
            raise PromptTooLong
        completing = task.name == "complete"
        prompt = Prompt(
            messages,
            mode="completion" if completing else "chat",
            prefix=task.data if completing else "",
            max_tokens=reply,
            temperature=temperature,
            question=task.data,
            task=task.name,
            language=language,
            tokens=tokens,
        )
        return Written(prompt, _Marks("", "", "").filled(template), marks.canary)

    def summary(
        self, conversation: Conversation, dropped: Sequence[HistoryTurn], language: str = ""
    ) -> Prompt:
        """What a model needs to sum up `dropped`, together with the summary so far."""
        marks = self._marks()
        system = marks.filled(instructions.TASK.replace("{task}", instructions.WORK["summary"]))
        lines = [conversation.summary.text] if conversation.summary else []
        # Each turn has its share, so that a long one takes no other's place. A token has two characters at
        # least here: the marks between the words count too.
        share = (self._budget(SUMMARY_TOKENS) - self._count(system)) * 2 // max(1, len(dropped) + 1)
        lines = [line[:share] for line in lines]
        told = [
            f"{turn.author_name}: {turn.text[: share // 2]}\nSereno: {turn.reply[: share // 3]}"
            for turn in dropped
        ]
        messages = (
            PromptMessage("system", system),
            PromptMessage("user", marks.block("text", *lines, *told)),
        )
        return Prompt(
            messages, max_tokens=SUMMARY_TOKENS, temperature=0.0, task="summary", language=language,
            tokens=self._total(messages),
        )  # fmt: skip

    def judge(self, claims: Sequence[str], evidence: Sequence[Document], *, tokens: int) -> Prompt:
        """What a model needs to compare `claims`, numbered from 1, with as much of `evidence` as fits."""
        marks = self._marks()
        system = marks.filled(instructions.JUDGE)
        stated = [marks.block(f"statement {number}", claim) for number, claim in enumerate(claims, 1)]
        room = self._budget(tokens) - self._count(system) - sum(map(self._count, stated)) - 2 * AROUND
        fitting = []
        for document in evidence:
            passage = marks.block("document", document.title, document.text)
            if (room := room - self._count(passage)) < 0:
                break
            fitting.append(passage)
        messages = (
            PromptMessage("system", system),
            PromptMessage("user", "\n\n".join([*fitting, *stated])),
        )
        return Prompt(
            messages, max_tokens=tokens, temperature=0.0, task="judge", tokens=self._total(messages)
        )

    def premises(self, statements: Sequence[str], *, tokens: int) -> Prompt:
        """What a model needs to tell which of `statements` are so."""
        marks = self._marks()
        messages = (
            PromptMessage("system", marks.filled(instructions.PREMISES)),
            PromptMessage(
                "user",
                "\n\n".join(
                    marks.block(f"statement {number}", one) for number, one in enumerate(statements, 1)
                ),
            ),
        )
        return Prompt(
            messages, max_tokens=tokens, temperature=0.0, task="premises", tokens=self._total(messages)
        )

    def _remembered(self, summary: Summary | None, marks: _Marks, budget: int) -> list[PromptMessage]:
        if summary is None:
            return []
        told = marks.block("summary of earlier turns", summary.text)
        messages = [PromptMessage("user", told), PromptMessage("assistant", "…")]
        return messages if self._total(messages) <= budget else []

    def _window_of(
        self, conversation: Conversation, marks: _Marks, budget: int
    ) -> tuple[list[PromptMessage], int, tuple[HistoryTurn, ...], int]:
        """The newest turns that fit, and what they leave of `budget`.

        And, when some do not fit, the older half of all: to be summed up.
        """
        first = conversation.total - len(conversation.turns)
        covered = conversation.summary.through if conversation.summary else 0
        open_turns = conversation.turns[max(0, covered - first) :]
        pairs: list[list[PromptMessage]] = []
        empty = self._total(self._pair(HistoryTurn("", "", "", "", "", 0.0), marks))
        for turn in reversed(open_turns):
            tokens = empty + self._tokens_of(turn, marks)
            if tokens > budget:
                break
            budget -= tokens
            pairs.append(self._pair(turn, marks))
        messages = [message for pair in reversed(pairs) for message in pair]
        if len(pairs) == len(open_turns) <= OPEN_TURNS:
            return messages, budget, (), covered
        # Half at once, so that a long conversation is not summed up again at every turn.
        dropped = open_turns[: max(len(open_turns) - len(pairs), len(open_turns) // 2)]
        return messages, budget, dropped, conversation.total - len(open_turns) + len(dropped)

    def _pair(self, turn: HistoryTurn, marks: _Marks) -> list[PromptMessage]:
        if turn.command in TASKS:
            # A text that was worked on, and what came of it: nobody's request and nobody's answer.
            told = marks.block(f"text given to {turn.command}", turn.author_name, turn.text)
            told += "\n\n" + marks.block("its result", turn.reply)
            return [PromptMessage("user", told), PromptMessage("assistant", "…")]
        asked = marks.request(turn.author_name, turn.text)
        if turn.quoted:
            asked = marks.block("quoted message", turn.quoted) + "\n\n" + asked
        return [PromptMessage("user", asked), PromptMessage("assistant", turn.reply)]

    def _tokens_of(self, turn: HistoryTurn, marks: _Marks) -> int:
        """What `turn` adds to an empty pair of messages: its texts, and two tokens for each mark in them."""
        tokens = sum(map(self._known, (turn.text, turn.reply, turn.author_name)))
        if turn.command in TASKS:
            tokens += self._count(marks.block("text given to summarize") + marks.block("its result"))
            marked = len(turn.text.split()) + len(turn.reply.split()) + len(turn.author_name.split())
            return tokens + int(2 * marked * self._factor)
        marked = len(turn.text.splitlines()) + len(turn.author_name.split())
        if turn.quoted:
            tokens += self._known(turn.quoted) + self._count(marks.block("quoted message"))
            marked += len(turn.quoted.split())
        return tokens + int(2 * marked * self._factor)

    def _marks(self) -> _Marks:
        # Lower-case letters alone: no token of its own, no hex that a model might take for a hash to explain.
        mark, canary = ("".join(self._rng.choices("bcdfghjkmnpqrstvwxz", k=size)) for size in (8, 12))
        return _Marks(mark, self._rng.choice(DATA_MARKS), canary)

    def _budget(self, reply_tokens: int) -> int:
        return int(self._window * (1 - MARGIN)) - reply_tokens

    def _count(self, text: str) -> int:
        return int(count_tokens(text) * self._factor) + 1

    def _known(self, text: str) -> int:
        """The same for a text that comes again, turn after turn."""
        tokens = _remembered_tokens(text) if len(text) <= REMEMBERED else count_tokens(text)
        return int(tokens * self._factor) + 1

    def _total(self, messages: Sequence[PromptMessage]) -> int:
        return sum(self._count(message.text) + AROUND for message in messages)


def again(prompt: Prompt, tokens: int) -> Prompt:
    """`prompt` once more, for an answer of `tokens` at most: the facts alone."""
    # A word has a token and a half, and some are left, so that few answers are cut.
    instruction = instructions.AGAIN.replace("{words}", str(max(3, tokens // 2)))
    first, *rest = prompt.messages
    return replace(
        prompt,
        messages=(replace(first, text=first.text + instruction), *rest),
        max_tokens=tokens,
        task="again",
        tokens=prompt.tokens + count_tokens(instruction),
    )


@lru_cache(maxsize=4096)
def _remembered_tokens(text: str) -> int:
    return count_tokens(text)
