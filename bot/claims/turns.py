"""The claims of a turn's reply: checked, and what the community wants to follow from it."""

from __future__ import annotations

from dataclasses import replace

from adapters.base import ConversationRef, Locale
from adapters.marks import marks_on
from bot.claims.ahead import Ahead, Memory
from bot.claims.base import Limits, Marked, Spoken
from bot.claims.checker import ClaimChecker
from bot.claims.showing import annotated, findings, softened
from bot.claims.summaries import check_summary
from bot.context import TurnContext
from bot.conversation import Turn
from bot.i18n import N_, translate
from bot.models.base import Prompt
from bot.policy import Action, Decision, Policy
from bot.request import Request
from bot.store.base import Loaded
from bot.tokens import count_tokens
from guards.base import Document, Line, Stage, Subject

LINES = 8
"""Earlier lines of the conversation that claims are compared with."""
LIST_CHARACTERS = 1_500
"""Of what /check answers: it fits one message everywhere."""

_CLAIMS = N_("What this text claims:")
_NO_CLAIMS = N_("I find nothing in this text that could be checked.")
_EMPTY = N_("There is no text to check.")
_GIVEN = N_("the text that is summed up")


def checks(request: Request, policy: Policy) -> bool:
    """Whether the claims of a reply to `request` are checked: what is translated or gone on with claims what somebody
    else does."""
    return request.task.name in ("chat", "summarize") and policy.claims != "off"


def waits(request: Request, policy: Policy) -> bool:
    """Whether nothing of the reply may be shown before they are."""
    return checks(request, policy) and policy.claims == "withhold"


async def with_claims(
    checker: ClaimChecker,
    turn: Turn,
    context: TurnContext,
    prompt: Prompt,
    memory: Memory,
) -> Turn:
    """The turn with what became of its reply's claims, where it has a reply whose claims are checked.

    `memory`: of who listened to the reply (see `listener`).
    """
    policy = context.policy
    if turn.state != "answered" or not checks(context.request, policy):
        return turn
    marked = await _checked(checker, turn, context, prompt, memory)
    decision = _decided(turn, marked, policy)
    turn = replace(turn, claims=marked, decision_out=decision)
    if decision is not None and decision.action >= Action.HOLD:
        return replace(turn, state="blocked")
    if policy.claims == "soften":
        reply, marked = softened(turn.reply, marked, context.locale)
        return replace(turn, reply=reply, claims=marked)
    return turn


async def _checked(
    checker: ClaimChecker,
    turn: Turn,
    context: TurnContext,
    prompt: Prompt,
    memory: Memory,
) -> Marked:
    policy, locale = context.policy, context.locale
    if context.request.task.name == "summarize":
        given = _summed_up(context.request, context.loaded, locale)
        return await check_summary(checker, turn.reply, given, locale, policy.claims_seconds)
    spoken = _spoken(turn, context, prompt)
    limits = Limits(
        policy.claims_seconds,
        policy.claims_tokens,
        policy.claims_samples,
        policy.claims_judge,
        policy.claims_premises,
    )
    return await checker.check(spoken, limits, memory)


def listener(checker: ClaimChecker, turn: Turn, context: TurnContext, prompt: Prompt) -> Ahead:
    """Compares the claims of a reply while it is being said, where they are checked."""
    request = context.request
    wanted = request.task.name == "chat" and checks(request, context.policy)
    return Ahead(checker, _spoken(turn, context, prompt) if wanted else None)


def _spoken(turn: Turn, context: TurnContext, prompt: Prompt) -> Spoken:
    request, loaded = context.request, context.loaded
    return Spoken(
        turn.reply,
        turn.message.ref.community_key,
        loaded.knowledge,
        context.locale,
        question=request.text,
        lines=(*loaded.conversation.lines(LINES), Line("member", turn.message.author.name, request.text)),
        passages=prompt.evidence,
        # Asked again, the same one of several models answers.
        prompt=replace(prompt, model=turn.model),
        logprobs=turn.logprobs,
        tokens=turn.reply_tokens or count_tokens(turn.reply),
    )


def _summed_up(request: Request, loaded: Loaded, locale: Locale) -> tuple[Document, ...]:
    """What a summary is of: each message under its author's name, or the text that was given."""
    if not request.gathered:
        return (Document(translate(_GIVEN, locale), request.text),)
    said = (
        (author, text)
        for turn in loaded.conversation.turns
        for author, text in ((turn.author_name, turn.text), ("Sereno", turn.reply))
    )
    return tuple(Document(author, f"{author}: {text}") for author, text in said if text)


async def told(
    checker: ClaimChecker, text: str, ref: ConversationRef, loaded: Loaded, policy: Policy, locale: Locale
) -> str:
    """What /check answers about a text that somebody wrote: a line for each of its claims. No model is asked."""
    if not text.strip():
        return translate(_EMPTY, locale)
    spoken = Spoken(text, ref.community_key, loaded.knowledge, locale)
    marked = await checker.check(spoken, Limits(policy.claims_seconds))
    lines = marks_on(text, annotated(text, marked, locale)).listed(LIST_CHARACTERS, words=True)
    return "\n".join([translate(_CLAIMS, locale), *lines]) if lines else translate(_NO_CLAIMS, locale)


def _decided(turn: Turn, marked: Marked, policy: Policy) -> Decision | None:
    """The turn's decision on its reply, with what is contradicted in it."""
    decision, found = turn.decision_out, findings(marked)
    if decision is None or not found:
        return decision
    # What a moderator has let through is shown with its marks.
    holds = policy.claims == "withhold" and not turn.message.released
    action = Action.HOLD if holds else Action.FLAG
    subject = Subject(turn.reply, Stage.OUTPUT, "model")
    return replace(
        decision,
        action=max(decision.action, action),
        would=max(decision.would, action),
        findings=(*decision.findings, *((finding, subject) for finding in found)),
    )
