"""What the bot says itself."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from bot import answers
from bot.conversation import LastTurn
from bot.i18n import translate
from bot.models.base import ModelErrorKind
from bot.policy import Action, Decision
from guards.base import Finding, Stage, Subject
from guards.injection.rules import RULES
from guards.injection.turns import CODE
from guards.signatures import KNOWN_ATTACK

SUBJECT = Subject("words of a member", Stage.INPUT)
LAST = LastTurn("t1", "blocked", "block", (("injection", "override", 0.934, "Why."),), "quoting", 1.0)


def decision(*codes: str, stage: Stage = Stage.INPUT) -> Decision:
    found = tuple((Finding("injection", code, 0.9, 0, 5, "Why."), SUBJECT) for code in codes)
    return Decision(stage, Action.BLOCK, Action.BLOCK, found)


@pytest.mark.parametrize("code", sorted({CODE, KNOWN_ATTACK, *(rule.code for rule in RULES)}))
def test_every_code_of_the_injection_guard_has_a_kind_sentence_of_its_own(code: str) -> None:
    said = answers.refusal(decision(code), "en")
    assert said.startswith(answers.BLOCKED[code])
    assert said.endswith("/why tells you more.")
    assert [other for other in answers.BLOCKED if answers.BLOCKED[other] == answers.BLOCKED[code]] == [code]


def test_a_refusal_names_the_strongest_reason_that_it_has_words_for() -> None:
    said = answers.refusal(decision("unheard_of", "role_play", "override"), "en")
    assert said.startswith(answers.BLOCKED["role_play"])
    assert "held your message back" in answers.refusal(decision("unheard_of"), "en")


def test_a_message_that_could_not_be_checked_is_not_called_an_attack() -> None:
    failed = Decision(Stage.INPUT, Action.BLOCK, Action.BLOCK, failures=(("injection", "late"),))
    assert answers.refusal(failed, "en").startswith("I could not check your message")


def test_a_withheld_reply_is_never_blamed_on_the_member() -> None:
    said = answers.refusal(decision("override", stage=Stage.OUTPUT), "en")
    assert "my reply" in said
    assert "Your" not in said


@pytest.mark.parametrize("code", ["override", "unheard_of"])
def test_a_refusal_repeats_no_word_of_the_message(code: str) -> None:
    assert "words of a member" not in answers.refusal(decision(code), "en")


@pytest.mark.parametrize("kind", get_args(ModelErrorKind))
def test_every_failure_of_a_model_has_a_sentence(kind: ModelErrorKind) -> None:
    assert answers.failure(kind, "en") == answers.FAILED[kind]
    assert answers.failure(kind, "es") == translate(answers.FAILED[kind], "es")


def test_help_lists_the_commands_and_shows_moderators_theirs() -> None:
    said = answers.help_text("en", moderator=False, model="m", generates=True)
    assert "/translate text [to] – Translate a text" in said.splitlines()
    assert "/guardlog" not in said
    assert "language model m." in said
    assert "/guardlog recent [before]" in answers.help_text("en", moderator=True, model="m", generates=True)


def test_help_says_when_there_is_no_model() -> None:
    assert "No language model" in answers.help_text("en", moderator=False, model="quoting", generates=False)


def test_privacy_names_the_days_and_the_model() -> None:
    said = answers.privacy("en", days=17, model="house-model", generates=True)
    assert "17 days" in said
    assert "house-model" in said
    assert "/reset" in said


def test_privacy_says_when_nothing_leaves_the_machine() -> None:
    said = answers.privacy("en", days=30, model="quoting", generates=False)
    assert "Nothing leaves" in said
    assert "quoting" not in said


def test_why_of_nothing_says_so() -> None:
    assert "no earlier message" in answers.why(None, "en", moderator=False)


def test_why_names_reasons_and_number_and_to_moderators_guard_code_and_score() -> None:
    lines = answers.why(LAST, "en", moderator=False).splitlines()
    assert lines[0].startswith("Your last message got no reply")
    assert lines[1:] == ["• Why.", "Number of the message: t1"]
    assert "• Why. (injection/override, 0.93)" in answers.why(LAST, "en", moderator=True).splitlines()


def test_why_of_an_answered_message_names_the_model_and_its_sources() -> None:
    last = replace(LAST, state="answered", findings=(), model="house-model", sources=("PEP 20", "Guide"))
    said = answers.why(last, "en", moderator=False)
    assert "answered by house-model" in said
    assert "It rests on: PEP 20; Guide." in said


def test_why_of_a_failed_message_says_what_failed() -> None:
    last = replace(LAST, state="failed", findings=(), failure="rate_limited", sources=("PEP 20",))
    said = answers.why(last, "en", moderator=False)
    assert said.startswith(answers.FAILED["rate_limited"])
    # What was found for a reply that never came supports nothing.
    assert "PEP 20" not in said


def test_braces_in_names_and_titles_are_no_placeholders() -> None:
    last = replace(LAST, state="answered", model="{model} {0}", sources=("{sources}",))
    said = answers.why(last, "en", moderator=False)
    assert "{model} {0}" in said
    assert "{sources}" in said
