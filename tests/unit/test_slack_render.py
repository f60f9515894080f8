"""Replies in Slack's form keep to its limits, call nobody, and say what they were to say."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.base import Annotation, Button, ConversationRef, Final, Notice, ReplyTo, Withdrawn
from adapters.slack.render import (
    LIMIT,
    TEXT,
    Part,
    actions,
    escaped_length,
    fallback,
    growing,
    literal,
    parts_of,
    plain_sections,
    safe,
    streamable,
)
from tests.wire.slack.blocks import check_blocks, check_text
from tests.wire.slack.reading import pings, visible

LABELS = ("Good answer", "Bad answer")
REF = ConversationRef("slack", "T1", "C1", "1.2")
PIECES = st.sampled_from(
    [
        "<!channel>", "<!here>", "@everyone", "<!subteam^S12345|@all>", "<@U12345>", "&", "<", ">", "&amp;", "*b*", "`",
        "```\n", "```py\n", "~~~\n", "> ", "- ", "1. ", "\n", "\n\n", "word ", "ñ", "👨‍👩‍👧", "[a.com](https://b.com) ",
        "<https://b.com|a.com> ", "| a | b |\n| - | - |\n", "\u202e", "\x00", "\ud800", "x" * 500, " ",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=60).map("".join) | st.text(max_size=400)


def final(text: str, asked: str = "", **fields: object) -> Final:
    return Final("turn", 1, REF, ReplyTo("slack", asked=asked), text, **fields)  # type: ignore[arg-type]


def is_taken(part: Part) -> None:
    """As strict as Slack: raises what Slack would answer."""
    blocks = check_blocks(part.shown, lambda: "b1")
    check_text(part.fallback)
    assert visible(part.fallback, blocks, ()).strip()
    assert not pings(part.fallback, blocks)


@settings(max_examples=300, deadline=None)
@given(TEXTS, TEXTS)
def test_whatever_a_model_writes_slack_takes_it_and_nobody_is_called(text: str, asked: str) -> None:
    marks = tuple(Annotation(0, 5, "contradicted", text[:400], text[:200]) for _ in range(25))
    for part in parts_of(final(text * 3, asked[:300], annotations=marks), labels=LABELS):
        is_taken(part)


def test_only_the_last_message_of_a_reply_can_be_rated_and_nothing_but_a_reply() -> None:
    *before, last = parts_of(final("A word. " * 3000), labels=LABELS)
    assert len(before) == 2
    assert not any(part.blocks for part in before)
    (rated,) = last.blocks
    (element,) = rated["elements"]
    buttons = [element[name] for name in ("positive_button", "negative_button")]
    assert [(one["text"]["text"], one["value"]) for one in buttons] == [
        ("Good answer", "good turn"),
        ("Bad answer", "bad turn"),
    ]
    notice = Notice("turn", 1, REF, ReplyTo("slack"), "No.")
    withdrawn = Withdrawn("turn", 1, REF, ReplyTo("slack"), "No.", "turn")
    for event in (notice, withdrawn):
        (part,) = parts_of(event, labels=LABELS)
        assert not [block for block in part.blocks if block["type"] == "context_actions"]


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_whatever_a_notice_says_slack_takes_it_and_nobody_is_called(text: str) -> None:
    button = Button(text[:200] or "Ask", "appeal", "turn", "primary")
    notice = Notice("turn", 1, REF, ReplyTo("slack"), text * 20, buttons=(button,))
    for part in parts_of(notice, "Number of the message: turn"):
        is_taken(part)


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.integers(0, 400))
def test_what_is_streamed_of_a_text_is_what_it_begins_with(text: str, cut: int) -> None:
    whole, begun = streamable(text)[0], streamable(text[:cut])[0]
    if whole.startswith(begun):
        assert growing(text)[0].startswith(begun) or growing(text)[0] == "…"


def test_a_long_text_is_split_with_its_code_fenced_and_nothing_is_lost() -> None:
    lines = [f"line {number} <&>" for number in range(2500)]
    parts = growing("```\n" + "\n".join(lines) + "\n```")
    assert len(parts) > 2
    assert all(part.startswith("```\n") and part.endswith("\n```") for part in parts)
    assert all(escaped_length(part) <= LIMIT for part in parts)
    assert [line for part in parts for line in part.splitlines() if line != "```"] == lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[https://a.com](https://b.com/x)", "https://a.com (https://b.com/x)"),
        ("[a.com](https://b.com)", "a.com (https://b.com)"),
        ("<https://b.com|see a.com>", "see a.com (https://b.com)"),
        ("[a.com/x](https://www.a.com/y)", "[a.com/x](https://www.a.com/y)"),
        ("[the docs](https://b.com)", "[the docs](https://b.com)"),
        ("[a.com](javascript:alert)", "a.com (javascript:alert)"),
        ('[a.com](https://b.com "a.com")', "a.com (https://b.com)"),
    ],
)
def test_a_link_that_names_another_place_says_where_it_leads(text: str, shown: str) -> None:
    assert safe(text) == shown


def test_a_question_stands_above_its_reply_as_it_was_typed() -> None:
    (part,) = growing("Yes.", "is *this*\n<!here> [a](b)?")
    head, _, rest = part.partition("\n\n")
    assert rest == "Yes."
    assert re.sub(r"\\(.)", r"\1", head).replace("\u200b", "") == "> is *this* <!here> [a](b)?"
    assert not pings("", [{"type": "markdown", "text": head}])


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_what_notifications_show_is_never_too_long_and_never_empty(text: str) -> None:
    said = fallback(text)
    assert 0 < len(said.encode()) <= TEXT + 3
    assert not re.search(r"&(?!amp;|lt;|gt;)", said)


def test_words_of_members_are_no_marks() -> None:
    assert literal("- a") == "\\- a"
    assert literal("*b* https://x.y") == "\\*b\\* https\\://x.y"


def test_plain_words_of_any_length_are_shown_up_to_slacks_limit() -> None:
    blocks = plain_sections("word " * 5000)
    assert len(check_blocks(blocks, lambda: "b1")) == len(blocks)


def test_a_button_that_could_not_be_understood_later_is_not_made() -> None:
    with pytest.raises(ValueError, match="no id"):
        actions([Button("x", "No Action")])


@pytest.mark.parametrize(
    "piece",
    [
        "## Heading\n\nText.\n\n",
        "```\ncode\n```\n\nText.\n\n",
        "Text.\n\n---\n\n",
        "| a |\n| - |\n| b |\n\nText.\n\n",
    ],
)
@pytest.mark.parametrize("count", [10, 24, 60, 200])
def test_a_reply_of_many_blocks_is_within_slacks_limits_and_loses_nothing(piece: str, count: int) -> None:
    text = piece * count
    for part in parts_of(Final("t", 1, REF, ReplyTo("slack"), text), labels=("Good answer", "Bad answer")):
        assert check_blocks(part.shown, lambda: "b")
    said = "".join(each.text for each in parts_of(Final("t", 1, REF, ReplyTo("slack"), text)))
    assert said.count("Text.") == count
