"""What a community chose: which guard counts how much, and what follows from a finding."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import IntEnum
from typing import Any, Literal, TypeAlias, get_args

from guards.base import Finding, Source, Stage, Subject, Verdict
from guards.signatures import KNOWN_FALSE_ALARM

logger = logging.getLogger(__name__)

OnFailure: TypeAlias = Literal["open", "closed"]
OnClaims: TypeAlias = Literal["annotate", "soften", "withhold", "off"]
"""What is done about the claims of a reply: marked; those that are contradicted replaced by what the source says; the
reply with one of them held for a moderator; nothing."""

Session: TypeAlias = Literal["channel", "member"]
"""Whose talk a conversation is: everybody's in a channel, or each member's own there. A thread is one of its own anyway."""

NEVER = 1.01
"""A threshold that no score reaches."""


class Action(IntEnum):
    """What is done about a text. The order is the law of merging: the strongest wins."""

    ALLOW = 0
    FLAG = 1
    """Goes on, and is logged."""
    REDACT = 2
    """Goes on without the spans that were found."""
    HOLD = 3
    """Waits for a moderator."""
    BLOCK = 4

    @property
    def word(self) -> str:
        """The action's name as it is shown and stored: "allow", "flag", …"""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Thresholds:
    """A rule's scores for the words of one source; None: as for all others."""

    flag: float | None = None
    block: float | None = None


@dataclass(frozen=True, slots=True)
class GuardRule:
    """What follows from one guard's findings."""

    flag: float = 0.5
    """From this score on a finding is logged."""
    block: float = 0.8
    """From this score on `action` follows, and the finding is logged."""
    action: Action = Action.BLOCK
    on_failure: OnFailure = "open"
    """When the guard fails or is late: let through (flagged) or do as if it had found something.
    Never less than flagged."""
    shadow: bool = False
    """Findings are logged with what would have been done; nothing is done."""
    sources: Mapping[Source, Thresholds] = field(default_factory=dict)
    """Where it makes a difference to `flag` and `block` whose words they are."""

    def at(self, source: Source) -> tuple[float, float]:
        """`flag` and `block` for the words of `source`."""
        own = self.sources.get(source, Thresholds())
        return (
            self.flag if own.flag is None else own.flag,
            self.block if own.block is None else own.block,
        )

    def consequence(self, verdict: Verdict, source: Source) -> Action:
        """What follows from one verdict of the rule's guard on the words of `source`, shadow mode aside."""
        flag, block = self.at(source)
        consequence = Action.ALLOW
        if verdict.error:
            consequence = max(Action.FLAG, self.action if self.on_failure == "closed" else Action.FLAG)
        if not verdict.findings or is_passed(verdict):
            return consequence
        if verdict.score >= block:
            return max(consequence, self.action)
        if verdict.score >= flag:
            # A weaker finding never has the stronger consequence.
            return max(consequence, min(Action.FLAG, self.action))
        return consequence


def is_passed(verdict: Verdict) -> bool:
    """Whether moderators have decided that what the guard finds here is a false alarm."""
    return any(finding.code == KNOWN_FALSE_ALARM for finding in verdict.findings)


OTHERS_WORDS: tuple[Source, ...] = ("quoted", "document", "image", "name")
"""Sources in which an order to the bot has no place."""

DEFAULT_RULES: Mapping[str, GuardRule] = {
    "injection": GuardRule(
        on_failure="closed", sources={source: Thresholds(block=0.7) for source in OTHERS_WORDS}
    ),
    "leak": GuardRule(on_failure="closed"),
    "hijack": GuardRule(),
    # Every adapter makes mentions harmless anyway; a moderator wants to know all the same.
    "mentions": GuardRule(action=Action.FLAG),
}


@dataclass(frozen=True, slots=True)
class Checked:
    """A subject and what the guards said about it."""

    subject: Subject
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows from all verdicts of a stage, and why."""

    stage: Stage
    action: Action = Action.ALLOW
    would: Action = Action.ALLOW
    """What would have been done if no guard were in shadow mode."""
    findings: tuple[tuple[Finding, Subject], ...] = ()
    """The findings that reached their guard's flag or block score, strongest first."""
    passed: tuple[tuple[Finding, Subject], ...] = ()
    """Those of them that have no consequence, because moderators called such a text a false alarm."""
    failures: tuple[tuple[str, str], ...] = ()
    """Guards that failed, each with its error."""
    took: tuple[tuple[str, float], ...] = field(default=(), compare=False)
    """Each guard with the milliseconds that it looked."""

    @property
    def score(self) -> float:
        """The highest score among the findings; 0 without any."""
        return max((finding.score for finding, _ in self.findings), default=0.0)


@dataclass(frozen=True, slots=True)
class Policy:
    """A community's choices. Layers: defaults ← community ← channel."""

    version: int = 0
    rules: Mapping[str, GuardRule] = field(default_factory=lambda: DEFAULT_RULES)
    language: str = ""
    """The community's language; "" follows each member's own."""
    persona: str = ""
    """How the bot should speak, in the community's words; goes into the system prompt."""
    log_channel: str = ""
    """The channel, by its id on the platform, where moderators get a card for each case; "": nowhere."""
    cards_from: float = 0.8
    """The lowest score of a finding that makes a card. What members report or appeal against always makes one."""
    delete_replies: bool = True
    """Whether a reply goes when its question is deleted."""
    model: str = ""
    """The name of the model that is asked first, of those that are set up; "" for their order."""
    session: Session = "channel"
    daily_tokens: int = 0
    """So many tokens of prompts and replies the model may take on a day (UTC); 0: any number."""
    retention_days: int = 0
    """For so many days turns and cases are kept, where that is less than whoever runs the bot has set; 0: as they have."""
    digest: bool = True
    """Whether the log channel is told each week how it was."""
    links: str = ""
    """Hosts that links in replies may lead to, with spaces between them, beside those that documents and members have
    named; "*": all. Any other address is shown, but is no link."""
    claims: OnClaims = "annotate"
    claims_seconds: float = 4.0
    """How long a finished reply may wait for its claims to be checked."""
    claims_tokens: float = 0.6
    """What checking may cost in tokens of the model, where it is asked at all: as a share of the reply's own."""
    claims_samples: int = 0
    """How often the model is asked the same again where nothing settles a claim; 0: never."""
    claims_judge: bool = False
    """Whether the model is asked about claims that nothing settles, with what is known beside them."""
    claims_premises: bool = False
    """Whether the model is asked about what a question takes for granted and nothing settles."""

    def rule(self, guard: str) -> GuardRule:
        """The rule for `guard`; a guard nobody named has the default one."""
        return self.rules.get(guard, GuardRule())

    def decide(self, stage: Stage, checked: Iterable[Checked]) -> Decision:
        """One decision from all verdicts of a stage."""
        action = would = Action.ALLOW
        findings: list[tuple[Finding, Subject]] = []
        passed: list[tuple[Finding, Subject]] = []
        failures: list[tuple[str, str]] = []
        took: dict[str, float] = {}
        for item in checked:
            for verdict in item.verdicts:
                took[verdict.guard] = took.get(verdict.guard, 0.0) + verdict.ms
                rule, source = self.rule(verdict.guard), item.subject.source
                consequence = rule.consequence(verdict, source)
                if verdict.error:
                    failures.append((verdict.guard, verdict.error))
                (passed if is_passed(verdict) else findings).extend(
                    (finding, item.subject)
                    for finding in verdict.findings
                    if finding.score >= min(rule.at(source))
                )
                would = max(would, consequence)
                # In shadow mode the finding is still worth a line in the log.
                action = max(action, min(consequence, Action.FLAG) if rule.shadow else consequence)
        findings.sort(key=lambda pair: -pair[0].score)
        return Decision(
            stage, action, would, tuple(findings), tuple(passed), tuple(failures), tuple(took.items())
        )


MOST_DAYS = 3650
"""For which something may be kept."""
MOST_TOKENS = 100_000_000
"""A day's, that can be chosen."""
PERSONA_CHARACTERS = 2000
"""It stands in every prompt."""


class PolicyError(ValueError):
    """A stored or given policy that cannot be used; the text names the field and what is allowed."""


def layered(*layers: str | None) -> Policy:
    """The defaults with each JSON layer laid over them in turn; None and "" change nothing.

    Raises:
        PolicyError: a layer is no JSON object, or names a field or a value that does not exist.
    """
    policy = Policy()
    for layer in layers:
        if layer:
            policy = laid(policy, layer)
    return policy


def in_force(layers: Iterable[str]) -> Policy:
    """The defaults with each stored layer laid over them in turn. One that cannot be used is left out: it must not
    switch a community's guards off."""
    policy = Policy()
    for layer in filter(None, layers):
        try:
            policy = laid(policy, layer)
        except PolicyError as error:
            logger.error("a stored policy layer is ignored: %s", error)
    return policy


def laid(policy: Policy, layer: str) -> Policy:
    """`policy` with one JSON layer laid over it; raises as `layered` does."""
    try:
        data = json.loads(layer)
    except (ValueError, RecursionError) as error:
        raise PolicyError(f"a policy must be a JSON object: {error}") from error
    if not isinstance(data, dict):
        raise PolicyError("a policy must be a JSON object")
    rules = dict(policy.rules)
    changed = data.pop("rules", {})
    _require(isinstance(changed, dict), "rules", changed, "an object, by guard")
    for guard, changes in changed.items():
        rules[guard] = _rule(guard, rules.get(guard, GuardRule()), changes)
    unknown = set(data) - {item.name for item in fields(Policy)}
    if unknown:
        raise PolicyError(f"a policy has no {', '.join(sorted(unknown))}")
    for name, value in data.items():
        _require_fit(name, value)
    persona = data.get("persona", "")
    _require(
        len(persona) <= PERSONA_CHARACTERS, "persona", f"{len(persona)} characters", f"{PERSONA_CHARACTERS}"
    )
    return replace(policy, rules=rules, **data)


def _require_fit(name: str, value: Any) -> None:
    """Whether a field of the policy can have that value."""
    match name:
        case "version":
            _require(type(value) is int, name, value, "a whole number")
        case "claims_samples":
            _require(type(value) is int and 0 <= value <= 10, name, value, "0 to 10")
        case "session":
            _require(value in get_args(Session), name, value, ", ".join(get_args(Session)))
        case "retention_days":
            _require(type(value) is int and 0 <= value <= MOST_DAYS, name, value, f"0 to {MOST_DAYS}")
        case "daily_tokens":
            _require(type(value) is int and 0 <= value <= MOST_TOKENS, name, value, f"0 to {MOST_TOKENS}")
        case "delete_replies" | "digest" | "claims_judge" | "claims_premises":
            _require(isinstance(value, bool), name, value, "true, false")
        case "cards_from" | "claims_tokens":
            _require_score(name, value)
        case "claims":
            _require(value in get_args(OnClaims), name, value, ", ".join(get_args(OnClaims)))
        case "claims_seconds":
            _require_seconds(name, value)
        case _:
            _require(isinstance(value, str), name, value, "a text")


def _rule(guard: str, rule: GuardRule, changes: Any) -> GuardRule:
    field = f"rules.{guard}"
    values = _fields(field, GuardRule, changes)
    # A score that is chosen for the guard holds for every source, but for those that are named beside it.
    same: dict[str, None] = dict.fromkeys({"flag", "block"} & set(values))
    own = {source: replace(each, **same) for source, each in rule.sources.items()}
    rule = replace(rule, sources={source: each for source, each in own.items() if each != Thresholds()})
    words = [action.word for action in Action]
    for name, value in values.items():
        match name:
            case "action":
                _require(value in words, f"{field}.action", value, ", ".join(words))
                values[name] = Action[value.upper()]
            case "on_failure":
                _require(value in ("open", "closed"), f"{field}.on_failure", value, "open, closed")
            case "shadow":
                _require(isinstance(value, bool), f"{field}.shadow", value, "true, false")
            case "sources":
                values[name] = _sources(f"{field}.sources", rule.sources, value)
            case _:
                _require_score(f"{field}.{name}", value)
    return replace(rule, **values)


def _sources(field: str, sources: Mapping[Source, Thresholds], changes: Any) -> Mapping[Source, Thresholds]:
    """`sources` with the thresholds that `changes` names."""
    _require(isinstance(changes, dict), field, changes, "an object, by source")
    changed = dict(sources)
    for source, thresholds in changes.items():
        _require(source in get_args(Source), field, source, ", ".join(get_args(Source)))
        values = _fields(f"{field}.{source}", Thresholds, thresholds)
        for name, value in values.items():
            _require_score(f"{field}.{source}.{name}", value)
        changed[source] = replace(changed.get(source, Thresholds()), **values)
    return changed


def _fields(field: str, kind: type[GuardRule | Thresholds], changes: Any) -> dict[str, Any]:
    """`changes` to some fields of a `kind`."""
    _require(isinstance(changes, dict), field, changes, "an object")
    unknown = set(changes) - {item.name for item in fields(kind)}
    if unknown:
        raise PolicyError(f"{field} has no {', '.join(sorted(unknown))}")
    return dict(changes)


def with_settings(layer: str, settings: Mapping[str, object]) -> str:
    """A stored layer with some of the policy's fields set anew, and the next version; None puts back the default.

    Raises:
        PolicyError: the result is no policy.
    """
    try:
        data = json.loads(layer or "{}")
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        data = {}  # It was ignored, and is replaced.
    data |= settings
    data = {name: value for name, value in data.items() if value is not None}
    data["version"] = data.get("version", 0) + 1
    changed = json.dumps(data, ensure_ascii=False)
    layered(changed)
    return changed


def _require_score(field: str, value: object) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    _require(number and 0 <= value <= NEVER, field, value, f"0 to 1 ({NEVER}: never)")  # type: ignore[operator]


def _require_seconds(field: str, value: object) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    _require(number and 0.1 <= value <= 30, field, value, "0.1 to 30")  # type: ignore[operator]


def _require(true: bool, field: str, given: object, allowed: str) -> None:
    if not true:
        raise PolicyError(f"{field} is {repr(given)[:80]}; allowed: {allowed}")
