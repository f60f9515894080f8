"""What follows from the guards' verdicts, and the layers in which a community chooses it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.outcome import REDACTED, redacted
from bot.policy import (
    DEFAULT_RULES,
    NEVER,
    Action,
    Checked,
    Decision,
    GuardRule,
    Policy,
    PolicyError,
    Thresholds,
    layered,
)
from guards.base import Finding, Source, Stage, Subject, Verdict
from guards.signatures import KNOWN_FALSE_ALARM

SUBJECT = Subject("some words", Stage.INPUT)
GUARDS = ("injection", "leak", "hijack", "mentions", "another")


def finding(guard: str, score: float) -> Finding:
    return Finding(guard, "override", score, 0, 4, "Why.")


def verdict(guard: str, *scores: float, error: str = "") -> Verdict:
    return Verdict(guard, tuple(finding(guard, score) for score in scores), error=error)


def decide(policy: Policy, *verdicts: Verdict) -> Decision:
    return policy.decide(Stage.INPUT, [Checked(SUBJECT, verdicts)])


actions = st.sampled_from(Action)
scores = st.floats(0, 1)
rules = st.builds(
    GuardRule,
    flag=st.floats(0, NEVER),
    block=st.floats(0, NEVER),
    action=actions,
    on_failure=st.sampled_from(("open", "closed")),
    shadow=st.booleans(),
    sources=st.dictionaries(
        st.sampled_from(get_args(Source)),
        st.builds(Thresholds, flag=st.none() | st.floats(0, NEVER), block=st.none() | st.floats(0, NEVER)),
    ),
)
policies = st.builds(Policy, rules=st.dictionaries(st.sampled_from(GUARDS), rules))
verdicts = st.builds(
    lambda guard, found, error: verdict(guard, *found, error=error),
    st.sampled_from(GUARDS),
    st.lists(scores, max_size=3),
    st.sampled_from(("", "late", "RuntimeError")),
)


@given(policies, verdicts, verdicts, verdicts)
def test_merging_is_a_lattice(policy: Policy, a: Verdict, b: Verdict, c: Verdict) -> None:
    def merged(*groups: tuple[Verdict, ...]) -> tuple[Action, Action]:
        decision = policy.decide(Stage.INPUT, [Checked(SUBJECT, group) for group in groups])
        return decision.action, decision.would

    assert merged((a, a)) == merged((a,))
    assert merged((a, b)) == merged((b, a))
    assert merged((a, b), (c,)) == merged((a,), (b, c)) == merged((a, b, c))
    assert merged() == (Action.ALLOW, Action.ALLOW)


@given(
    policies,
    st.lists(verdicts, max_size=5).flatmap(lambda given: st.tuples(st.just(given), st.permutations(given))),
)
def test_the_order_of_verdicts_does_not_matter(
    policy: Policy, orders: tuple[Sequence[Verdict], Sequence[Verdict]]
) -> None:
    one, other = (decide(policy, *order) for order in orders)
    assert (one.action, one.would, one.score) == (other.action, other.would, other.score)


@given(policies, st.lists(verdicts, max_size=4), st.lists(verdicts, max_size=4))
def test_a_decision_is_the_strongest_of_its_parts_and_saying_it_twice_changes_nothing(
    policy: Policy, some: list[Verdict], others: list[Verdict]
) -> None:
    parts = decide(policy, *some), decide(policy, *others)
    whole = decide(policy, *some, *others, *some)
    assert whole.action is max(part.action for part in parts)
    assert whole.would is max(part.would for part in parts)


@given(policies, st.sampled_from(GUARDS), scores, scores)
def test_a_surer_finding_never_has_a_weaker_consequence(
    policy: Policy, guard: str, a: float, b: float
) -> None:
    weak, strong = sorted((a, b))
    assert decide(policy, verdict(guard, weak)).action <= decide(policy, verdict(guard, strong)).action


@given(policies, st.lists(verdicts, max_size=4))
def test_whatever_is_done_can_be_explained(policy: Policy, given: list[Verdict]) -> None:
    decision = decide(policy, *given)
    assert decision.action <= decision.would
    assert decision.action is Action.ALLOW or decision.findings or decision.failures
    listed = [found.score for found, _ in decision.findings]
    assert listed == sorted(listed, reverse=True)


@pytest.mark.parametrize(
    ("score", "action", "listed"),
    [(0.49, Action.ALLOW, 0), (0.5, Action.FLAG, 1), (0.79, Action.FLAG, 1), (0.8, Action.BLOCK, 1)],
)
def test_the_default_thresholds_are_inclusive(score: float, action: Action, listed: int) -> None:
    decision = decide(Policy(), verdict("injection", score))
    assert (decision.action, len(decision.findings)) == (action, listed)


def test_a_block_score_below_the_flag_score_still_blocks() -> None:
    policy = layered('{"rules": {"injection": {"block": 0.3}}}')
    decision = decide(policy, verdict("injection", 0.35))
    assert decision.action is Action.BLOCK
    assert decision.findings


def test_never_is_a_threshold_that_no_score_reaches() -> None:
    policy = layered('{"rules": {"injection": {"block": 1.01}}}')
    assert decide(policy, verdict("injection", 1.0)).action is Action.FLAG


def test_a_threshold_of_zero_takes_every_finding_and_nothing_else() -> None:
    policy = layered('{"rules": {"injection": {"block": 0, "flag": 0}}}')
    assert decide(policy, verdict("injection", 0.0)).action is Action.BLOCK
    assert decide(policy, verdict("injection")).action is Action.ALLOW


def test_mentions_are_only_flagged_and_an_unnamed_guard_blocks() -> None:
    assert decide(Policy(), verdict("mentions", 1.0)).action is Action.FLAG
    assert decide(Policy(), verdict("another", 1.0)).action is Action.BLOCK


@pytest.mark.parametrize("error", ["late", "RuntimeError"])
@given(rule=rules)
def test_a_failed_guard_is_never_a_pass(error: str, rule: GuardRule) -> None:
    decision = decide(Policy(rules={"leak": rule}), verdict("leak", error=error))
    assert decision.failures == (("leak", error),)
    assert decision.action >= Action.FLAG
    closed = rule.on_failure == "closed"
    assert decision.would is (max(rule.action, Action.FLAG) if closed else Action.FLAG)
    assert decision.action is (Action.FLAG if rule.shadow else decision.would)


def test_by_default_a_failed_injection_or_leak_guard_blocks_and_a_failed_hijack_guard_flags() -> None:
    actions = {guard: decide(Policy(), verdict(guard, error="late")).action for guard in DEFAULT_RULES}
    assert actions == {
        "injection": Action.BLOCK,
        "leak": Action.BLOCK,
        "hijack": Action.FLAG,
        "mentions": Action.FLAG,
    }


def test_in_shadow_mode_nothing_is_done_and_the_log_says_what_would_have_been() -> None:
    policy = layered('{"rules": {"injection": {"shadow": true}}}')
    decision = decide(policy, verdict("injection", 0.99), verdict("leak", 0.6))
    assert (decision.action, decision.would) == (Action.FLAG, Action.BLOCK)
    assert len(decision.findings) == 2
    assert decide(policy, verdict("injection", 0.99), verdict("leak", 0.9)).action is Action.BLOCK


def test_later_layers_win_field_by_field() -> None:
    community = {
        "language": "es",
        "persona": "Kind.",
        "rules": {"injection": {"block": 0.9, "action": "hold"}},
    }
    channel = {
        "persona": "Brief.",
        "version": 7,
        "rules": {"injection": {"block": 0.7}, "leak": {"flag": 0.2}},
    }
    policy = layered(json.dumps(community), json.dumps(channel))
    assert (policy.language, policy.persona, policy.version) == ("es", "Brief.", 7)
    assert policy.rule("injection") == GuardRule(block=0.7, action=Action.HOLD, on_failure="closed")
    assert policy.rule("leak") == GuardRule(flag=0.2, on_failure="closed")
    assert policy.rule("mentions") == DEFAULT_RULES["mentions"]


def consequence(policy: Policy, source: Source, score: float) -> Action:
    checked = Checked(Subject("some words", Stage.INPUT, source), (verdict("injection", score),))
    return policy.decide(Stage.INPUT, [checked]).action


def test_an_order_in_others_words_is_blocked_sooner_than_the_authors_own() -> None:
    for source in ("quoted", "document", "image", "name"):
        assert consequence(Policy(), source, 0.7) is Action.BLOCK
        assert consequence(Policy(), source, 0.69) is Action.FLAG
    assert consequence(Policy(), "author", 0.79) is Action.FLAG


def test_each_source_may_have_thresholds_of_its_own_field_by_field() -> None:
    community = {"rules": {"injection": {"sources": {"document": {"flag": 0.3, "block": 0.6}}}}}
    channel = {"rules": {"injection": {"sources": {"document": {"block": 0.65}, "author": {"block": 0.9}}}}}
    policy = layered(json.dumps(community), json.dumps(channel))
    assert consequence(policy, "document", 0.3) is Action.FLAG
    assert consequence(policy, "document", 0.64) is Action.FLAG
    assert consequence(policy, "document", 0.65) is Action.BLOCK
    assert consequence(policy, "author", 0.89) is Action.FLAG
    assert consequence(policy, "name", 0.7) is Action.BLOCK
    assert Policy().rule("injection").at("document") == (0.5, 0.7)


def test_what_is_chosen_for_a_guard_holds_for_all_sources_that_are_not_named_beside_it() -> None:
    off = layered('{"rules": {"injection": {"flag": 1.01, "block": 1.01}}}')
    assert {consequence(off, source, 1.0) for source in get_args(Source)} == {Action.ALLOW}
    both = layered('{"rules": {"injection": {"block": 0.95, "sources": {"image": {"block": 0.4}}}}}')
    assert consequence(both, "document", 0.9) is Action.FLAG
    assert consequence(both, "image", 0.4) is Action.BLOCK


def test_what_moderators_called_a_false_alarm_has_no_consequence_and_is_told_apart() -> None:
    found = (finding("injection", 0.9), Finding("injection", KNOWN_FALSE_ALARM, 0.95, 0, 4, "Why.", case=3))
    passed = decide(Policy(), Verdict("injection", found))
    assert (passed.action, passed.would, passed.findings) == (Action.ALLOW, Action.ALLOW, ())
    assert [each for each, _ in passed.passed] == list(found)
    # Another guard's finding, and a guard that failed, count all the same.
    assert decide(Policy(), Verdict("injection", found), verdict("leak", 0.9)).action is Action.BLOCK
    assert decide(Policy(), Verdict("injection", found, error="late")).action is Action.BLOCK


def test_empty_layers_change_nothing_and_no_layer_changes_the_defaults() -> None:
    assert layered() == layered(None, "", "{}") == Policy()
    layered('{"rules": {"injection": {"block": 0.1}}}')
    assert Policy().rule("injection").block == 0.8


@pytest.mark.parametrize(
    ("layer", "names"),
    [
        ("nonsense", "JSON"),
        ("[]", "JSON object"),
        ("[" * 100_000, "JSON"),
        ('{"colour": "red"}', "colour"),
        ('{"rules": []}', "rules"),
        ('{"rules": null}', "rules"),
        ('{"rules": {"injection": 5}}', "rules.injection"),
        ('{"rules": {"injection": "flag"}}', "rules.injection"),
        ('{"rules": {"injection": {"blok": 0.5}}}', "blok"),
        ('{"rules": {"injection": {"block": "never"}}}', "rules.injection.block"),
        ('{"rules": {"injection": {"block": true}}}', "rules.injection.block"),
        ('{"rules": {"injection": {"flag": -0.1}}}', "rules.injection.flag"),
        ('{"rules": {"injection": {"flag": 2}}}', "rules.injection.flag"),
        ('{"rules": {"injection": {"flag": NaN}}}', "rules.injection.flag"),
        ('{"rules": {"injection": {"action": "kill"}}}', "rules.injection.action"),
        ('{"rules": {"injection": {"action": ["block"]}}}', "rules.injection.action"),
        ('{"rules": {"injection": {"on_failure": "ajar"}}}', "rules.injection.on_failure"),
        ('{"rules": {"injection": {"shadow": "yes"}}}', "rules.injection.shadow"),
        ('{"rules": {"injection": {"sources": []}}}', "rules.injection.sources"),
        ('{"rules": {"injection": {"sources": {"paper": {}}}}}', "quoted, document"),
        ('{"rules": {"injection": {"sources": {"image": 0.5}}}}', "rules.injection.sources.image"),
        ('{"rules": {"injection": {"sources": {"image": {"blok": 1}}}}}', "blok"),
        ('{"rules": {"injection": {"sources": {"image": {"block": 7}}}}}', "injection.sources.image.block"),
        ('{"rules": {"injection": {"sources": {"image": {"flag": null}}}}}', "injection.sources.image.flag"),
        ('{"language": 5}', "language"),
        ('{"persona": null}', "persona"),
        ('{"version": "1"}', "version"),
    ],
)
def test_an_invalid_layer_says_which_field_and_what_is_allowed(layer: str, names: str) -> None:
    with pytest.raises(PolicyError) as raised:
        layered(layer)
    assert names in str(raised.value)
    assert len(str(raised.value)) < 300


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from((*GUARDS, "rules", "block", "action", "language")), inner)
    ),
)


@given(json_values | st.text())
def test_any_layer_makes_a_policy_or_a_policy_error(layer: object) -> None:
    try:
        policy = layered(layer if isinstance(layer, str) else json.dumps(layer))
    except PolicyError:
        return
    decide(policy, verdict("injection", 0.9))


spans = st.tuples(st.integers(0, 20), st.integers(0, 20)).map(lambda pair: (min(pair), max(pair) + 1))


@given(st.lists(spans, max_size=5))
def test_what_is_redacted_is_gone_and_all_else_stays_however_the_spans_lie(
    found: list[tuple[int, int]],
) -> None:
    text = "".join(chr(ord("A") + at) for at in range(21))
    subject = replace(SUBJECT, text=text)
    marked = Decision(
        Stage.INPUT,
        findings=tuple((Finding("personal", "phone", 0.9, *span, "Why."), subject) for span in found),
    )
    covered = {at for start, end in found for at in range(start, end)}
    left = redacted(text, marked, "author")
    assert left.replace(REDACTED, "") == "".join(char for at, char in enumerate(text) if at not in covered)
    assert left.count(REDACTED) <= len(found)
    assert redacted(text, marked, "model") == text
    assert redacted("another text of theirs", marked, "author") == "another text of theirs"
