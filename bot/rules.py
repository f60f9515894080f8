"""Changing a guard's rule, and what another rule would have made of what was found."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast, get_args

from bot.guardlog import Case, CaseFinding, was_filed
from bot.policy import Action, GuardRule, Policy, PolicyError, laid, with_settings
from guards.base import Finding, Source, Verdict

CHANGE = "policy rule"
"""The command by which the console changes a rule. Nobody can type it."""


def chosen(layer: str) -> Policy:
    """The policy of a community with that layer; one that cannot be read counts as none, as in a turn."""
    try:
        return laid(Policy(), layer) if layer else Policy()
    except PolicyError:
        return Policy()


def with_rule(layer: str, guard: str, changes: Mapping[str, object]) -> str:
    """A stored layer with a guard's rule changed, and the next version.

    Raises:
        PolicyError: the result is no policy.
    """
    try:
        rules = json.loads(layer or "{}")["rules"]
    except (ValueError, RecursionError, LookupError, TypeError):
        rules = {}
    rules = rules if isinstance(rules, dict) else {}
    known = rules.get(guard)
    changed = {**(known if isinstance(known, dict) else {}), **changes}
    return with_settings(layer, {"rules": {**rules, guard: changed}})


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A case that another rule would have ended otherwise."""

    case: Case
    now: Action
    then: Action


def otherwise(cases: Sequence[Case], policy: Policy, guard: str, rule: GuardRule) -> list[Otherwise]:
    """The cases that would end otherwise if `rule` held for `guard`."""
    then = replace(policy, rules={**policy.rules, guard: rule})
    ends = [(case, outcome(case, policy), outcome(case, then)) for case in cases if not was_filed(case)]
    return [Otherwise(*each) for each in ends if each[1] != each[2]]


def outcome(case: Case, policy: Policy) -> Action:
    """What follows from what was found in a case."""
    found: defaultdict[tuple[str, Source], list[CaseFinding]] = defaultdict(list)
    for finding in case.findings:
        if finding.source in get_args(Source):
            found[finding.guard, cast("Source", finding.source)].append(finding)
    errors = dict(case.failures)
    action = Action.ALLOW
    failed: set[tuple[str, Source]] = {(guard, "author") for guard in errors}
    for guard, source in {*found, *failed}:
        verdict = Verdict(
            guard,
            tuple(
                Finding(each.guard, each.code, each.score, 0, 0, each.explanation)
                for each in found.get((guard, source), ())
            ),
            error=errors.get(guard, ""),
        )
        rule = policy.rule(guard)
        follows = rule.consequence(verdict, source)
        action = max(action, min(follows, Action.FLAG) if rule.shadow else follows)
    return action
