"""Cases as moderators read them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.base import Locale
from bot.case_state import CaseState
from bot.case_texts import case_line, listed, shown
from bot.guardlog import Case, CaseFile, CaseFinding, Review
from tests.helpers import message

CASE = Case(
    turn="t1",
    at=0.0,
    conversation="test/plaza/general/",
    author_id="u1",
    author_name="Ana",
    direction="input",
    action="block",
    would="block",
    findings=(CaseFinding("injection", "override", 0.934, "Why.", "author", "Ignore"),),
    failures=(),
    excerpt="Ignore all",
    link="m1",
    model="quoting",
    number=12,
)


def test_a_list_is_in_the_order_in_which_it_is_given_and_says_what_was_decided() -> None:
    cases = [replace(CASE, author_name=name, number=number) for number, name in ((2, "Ben"), (1, "Ana"))]
    lines = listed(cases, ["open", "false_alarm"], "en").splitlines()
    assert lines[0].startswith("#2 · t1 · 1970-01-01 00:00:00 BLOCK input Ben:")
    assert lines[1].startswith("#1 · false alarm · t1 · 1970-01-01 00:00:00 BLOCK input Ana:")
    assert "found nothing" in listed([], [], "en")
    assert "no older" in listed([], [], "en", older=True)


@pytest.mark.parametrize(
    ("locale", "line"),
    [
        ("en", "1970-01-01 00:00:00 BLOCK input Ana: injection/override 0.93 | Ignore all"),
        ("es", "1970-01-01 00:00:00 BLOQUEADO entrada Ana: injection/override 0.93 | Ignore all"),
    ],
)
def test_a_case_is_one_line_with_all_that_matters(locale: Locale, line: str) -> None:
    assert case_line(CASE, locale) == line


def test_a_case_in_shadow_mode_says_what_would_have_been_done() -> None:
    assert " FLAG (would block) input Ana:" in case_line(replace(CASE, action="flag"))


def test_a_case_of_a_failed_guard_names_guard_and_error() -> None:
    failed = replace(CASE, findings=(), failures=(("injection", "late"), ("leak", "RuntimeError")))
    assert " Ana: injection: late, leak: RuntimeError | " in case_line(failed)


def test_all_that_is_known_of_a_case_is_shown() -> None:
    reviews = (
        Review("t1", "false_alarm", "m", "Mo", 60.0),
        Review("t1", "taken_back", "m", "Mo", 61.0, 1),
        Review("t1", "noted", "n", "Nu", 62.0, 2, "Asked {her} about it"),
    )
    file = CaseFile("t1", (CASE, replace(CASE, direction="output", number=13)), reviews, message())
    others: list[tuple[Case, CaseState]] = [
        (replace(CASE, number=4), "confirmed"),
        (replace(CASE, number=3), "open"),
    ]
    assert shown(file, others, "en").splitlines() == [
        "#12 · undecided · A message was held back",
        "1970-01-01 00:00:00 · Ana · general",
        "BLOCK input: “Ignore all”",
        "• Why. (injection/override, 0.93): “Ignore”",
        "BLOCK output: “Ignore all”",
        "• Why. (injection/override, 0.93): “Ignore”",
        "It is kept, and can be let through.",
        "What was decided:",
        "1970-01-01 00:01:00 Mo: false alarm.",
        "1970-01-01 00:01:01 Mo took the decision back.",
        "1970-01-01 00:01:02 Nu noted: Asked {her} about it",
        "More cases of Ana: #4 (confirmed), #3 (undecided)",
        "Number that the member saw: t1",
    ]
