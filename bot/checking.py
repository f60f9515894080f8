"""The guards from outside: one text in, one verdict out; and how good they are on labelled texts."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import sqrt
from typing import Any, get_args

from bot.claims.base import Limits, Spoken
from bot.claims.checker import ClaimChecker
from bot.claims.given import Given
from bot.policy import Action, Checked, Policy
from guards.base import Document, Finding, Line, Source, Stage, Subject, Task, Verdict
from guards.claims.claim import Claim
from guards.pipeline import Pipeline

TASKS = ("translate", "summarize", "complete")
"""Commands whose text is data."""

CLAIMS_SECONDS = 30.0
"""For the claims of one text: nobody waits for it in a chat."""

_SURROGATES = re.compile("[\ud800-\udfff]")


class BadLine(ValueError):
    """A line that cannot be checked; the text says what is wrong with it."""


def subject_of(line: Any) -> Subject:
    """The subject that a parsed line describes (see docs/guards.md, "sereno check").

    Raises:
        BadLine: a field is missing or has a value that it cannot have.
    """
    if not isinstance(line, dict):
        raise BadLine("not an object")
    if not isinstance(line.get("text"), str):
        raise BadLine("text is missing or no string")
    # null is as good as absent: many programs write all fields.
    line = {name: value for name, value in line.items() if value is not None}
    stage = line.get("stage", "input")
    if stage not in ("input", "output"):
        raise BadLine(f"stage is {_short(stage)}; allowed: input, output")
    source = line.get("source")
    if source not in get_args(Source):
        # Labelled data often says in this field where a row comes from.
        source = "author" if stage == "input" else "model"
    for name in ("question", "system_prompt"):
        if not isinstance(line.get(name, ""), str):
            raise BadLine(f"{name} is no string")
    documents = line.get("documents", [])
    if not isinstance(documents, list) or not all(
        isinstance(item, dict)
        and isinstance(item.get("text"), str)
        and isinstance(item.get("title", ""), str)
        for item in documents
    ):
        raise BadLine("documents is no list of objects with title and text")
    text, question = _whole(line["text"]), _whole(line.get("question", ""))
    return Subject(
        text,
        Stage(stage),
        source,
        question=question,
        evidence=tuple(Document(_whole(item.get("title", "")), _whole(item["text"])) for item in documents),
        task=_task(line.get("task"), text, stage, question),
        system_prompt=_whole(line.get("system_prompt", "")),
    )


def _task(name: object, text: str, stage: str, question: str) -> Task | None:
    """What the bot is asked to do: with the text in the input stage, with the question in the output stage."""
    if name in TASKS:
        # What else labelled data says in this field counts as absent, like another source.
        return Task(str(name), text if stage == "input" else question)
    return Task("chat", question) if question else None


def _short(value: object) -> str:
    return repr(value)[:80]


def _whole(text: str) -> str:
    # One character for one, so that offsets stay those of the text that was given.
    return _SURROGATES.sub("\ufffd", text)


async def check(pipeline: Pipeline, subject: Subject, policy: Policy | None = None) -> dict[str, Any]:
    """What the guards say about `subject`, as the outside sees it."""
    started = time.perf_counter()
    verdicts = await pipeline.check(subject)
    decision = (policy or Policy()).decide(subject.stage, [Checked(subject, verdicts)])
    findings = sorted(
        (finding for verdict in verdicts for finding in verdict.findings), key=lambda item: -item.score
    )
    result: dict[str, Any] = {
        "action": decision.action.word,
        "score": round(max((finding.score for finding in findings), default=0.0), 4),
        "findings": [_finding(finding) for finding in findings],
        "ms": round((time.perf_counter() - started) * 1000, 3),
    }
    if decision.failures:
        result["failures"] = [{"guard": guard, "error": error} for guard, error in decision.failures]
    return result


async def claims_of(subject: Subject) -> list[dict[str, Any]] | None:
    """What becomes of the claims of a chat's reply; None for every other text."""
    if subject.stage is not Stage.OUTPUT or (subject.task and subject.task.name != "chat"):
        return None
    lines = (*subject.conversation, Line("member", "", subject.question))
    given = Given(subject.evidence)
    asked = await given.search([subject.question], community="", revision=0, locale="")
    passages = asked.passages[0]
    spoken = Spoken(subject.text, "", 0, "", question=subject.question, lines=lines, passages=passages)
    marked = await ClaimChecker(given).check(spoken, Limits(CLAIMS_SECONDS))
    return [_claim(claim) for claim in marked.claims]


def _claim(claim: Claim) -> dict[str, Any]:
    told: dict[str, Any] = {
        "start": claim.start,
        "end": claim.end,
        "verdict": claim.verdict,
        "score": round(claim.score, 4),
        "kind": claim.kind,
    }
    return told | {name: value for name in ("says", "source") if (value := getattr(claim, name))}


def _finding(finding: Finding) -> dict[str, Any]:
    views = f" (read as: {' → '.join(finding.views)})" if finding.views else ""
    return {
        "guard": finding.guard,
        "code": finding.code,
        "score": round(finding.score, 4),
        "start": finding.start,
        "end": finding.end,
        "explanation": finding.explanation + views,
    }


@dataclass(frozen=True, slots=True)
class Judged:
    """One labelled text and what the guards said."""

    label: int
    """1: an attack. 0: harmless."""
    score: float
    action: str
    ms: float
    guards: Mapping[str, Judged] = field(default_factory=dict)
    """The same for each guard alone."""


async def judge(pipeline: Pipeline, subject: Subject, label: int) -> Judged:
    """What the guards say of a labelled text, together and each alone."""
    started = time.perf_counter()
    verdicts = await pipeline.check(subject)
    ms = (time.perf_counter() - started) * 1000

    def said(some: Sequence[Verdict], ms: float) -> Judged:
        action = Policy().decide(subject.stage, [Checked(subject, tuple(some))]).action
        return Judged(label, max((verdict.score for verdict in some), default=0.0), action.word, ms)

    alone = {verdict.guard: said([verdict], verdict.ms) for verdict in verdicts}
    return replace(said(verdicts, ms), guards=alone)


@dataclass(frozen=True, slots=True)
class Share:
    """A share of a count, with its 95 % Wilson interval (Wilson 1927)."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """The share; nan of nothing."""
        return self.hits / self.of if self.of else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper bound."""
        if not self.of:
            return float("nan"), float("nan")
        z, n, p = 1.959964, self.of, self.hits / self.of
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True)
class Figures:
    """How good the guards are on a set of labelled texts."""

    blocked: Share
    """Attacks that were blocked: the recall."""
    flagged: Share
    """Attacks that were blocked or flagged."""
    false_blocks: Share
    """Harmless texts that were blocked."""
    false_flags: Share
    """Harmless texts that were blocked or flagged."""
    auc: float
    """Area under the ROC curve of the score; nan with one class only."""
    ms_median: float
    ms_p99: float


def figures(judged: Sequence[Judged]) -> Figures:
    """The figures of a judged set."""
    attacks = [item for item in judged if item.label == 1]
    harmless = [item for item in judged if item.label == 0]
    times = sorted(item.ms for item in judged) or [float("nan")]
    return Figures(
        _share(attacks, Action.BLOCK),
        _share(attacks, Action.FLAG),
        _share(harmless, Action.BLOCK),
        _share(harmless, Action.FLAG),
        _auc([item.score for item in attacks], [item.score for item in harmless]),
        times[len(times) // 2],
        times[min(len(times) - 1, len(times) * 99 // 100)],
    )


def by_guard(judged: Sequence[Judged]) -> Mapping[str, Figures]:
    """The figures of each guard alone, on the texts that it looked at."""
    names = dict.fromkeys(name for each in judged for name in each.guards)
    return {name: figures([each.guards[name] for each in judged if name in each.guards]) for name in names}


def _share(items: Sequence[Judged], least: Action) -> Share:
    return Share(sum(Action[item.action.upper()] >= least for item in items), len(items))


def _auc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """The Mann-Whitney statistic: how often an attack scores above a harmless text, ties counting half."""
    if not positive or not negative:
        return float("nan")
    ranked = sorted([(score, 1) for score in positive] + [(score, 0) for score in negative])
    rank_sum, index = 0.0, 0
    while index < len(ranked):
        end = index
        while end < len(ranked) and ranked[end][0] == ranked[index][0]:
            end += 1
        rank_sum += (index + end + 1) / 2 * sum(label for _, label in ranked[index:end])
        index = end
    return (rank_sum - len(positive) * (len(positive) + 1) / 2) / (len(positive) * len(negative))
