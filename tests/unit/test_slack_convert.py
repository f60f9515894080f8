"""Slack's events as messages."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.base import Author, ConversationRef
from adapters.slack.convert import (
    channel_ids,
    id_of,
    is_written,
    mentioned,
    message_of,
    ref_of,
    shown_text,
    team_in,
    team_of,
    ts_of,
    words_of,
)

ME = "U0ME"
NAMES = {"U0ANA": "Ana", "U0ODD": "<!here>"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"<@{ME}> hello", "hello"),
        (f"hello <@{ME}|sereno>", "hello"),
        ("<@U0ANA> and <@U0NEW|new> and <@U0GONE>", "@Ana and @new and @U0GONE"),
        ("<#C123|general> <#C124>", "#general #C124"),
        ("<!here> <!channel|channel> <!subteam^S1|@mods> <!subteam^S2>", "@here @channel @mods @S2"),
        ("<!date^1392734382^{date}|2014-02-18>", "2014-02-18"),
        ("<mailto:a@b.com|a@b.com>", "a@b.com"),
        ("<https://a.com/x> <http://a.com|a.com>", "https://a.com/x a.com"),
        ("<https://a.com/x|here>", "here (https://a.com/x)"),
        ("&lt;b&gt; &amp;amp; a &lt; b", "<b> &amp; a < b"),
        ("  a\nb  ", "a\nb"),
        ("a <b", "a <b"),
    ],
)
def test_what_was_typed_is_read_as_a_reader_sees_it(text: str, words: str) -> None:
    assert words_of(text, ME, NAMES) == words


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    words_of(text, ME, {})
    mentioned(text)
    shown_text(
        {"text": text, "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]}, ME, {}
    )


@pytest.mark.parametrize(
    "event",
    [
        {"user": "U1", "bot_id": "B1"},
        {"bot_id": "B1", "subtype": "bot_message"},
        {"user": "USLACKBOT"},
        {"user": "U1", "subtype": "channel_join"},
        {"user": "U1", "subtype": "message_changed"},
        {"user": "U1", "bot_profile": {"id": "B1"}},
        {"subtype": "message_deleted"},
        {},
    ],
)
def test_bots_webhooks_and_slack_itself_write_nothing(event: dict[str, Any]) -> None:
    assert not is_written(event)


@pytest.mark.parametrize("subtype", [None, "file_share", "thread_broadcast", "me_message"])
def test_members_do(subtype: str | None) -> None:
    assert is_written({"user": "U1", **({"subtype": subtype} if subtype else {})})


def test_the_same_post_told_in_two_ways_is_one_message() -> None:
    event = {"user": "U0ANA", "channel": "C1", "ts": "17.000001", "text": "x"}
    both = [
        message_of(
            {**event, "type": kind},
            team="T1",
            me=ME,
            author=Author("U0ANA", "Ana"),
            names={},
            texts={},
            locale="es-ES",
        )
        for kind in ("message", "app_mention")
    ]
    assert both[0] == both[1]
    assert both[0].id == both[0].reply_to.message_id == "T1.C1.17.000001"
    assert ts_of(both[0].id) == "17.000001"
    assert (both[0].sent_at, both[0].locale) == (17.000001, "es-ES")


def test_the_same_time_in_two_channels_is_two_messages() -> None:
    assert id_of("T1", "C1", "1.2") != id_of("T1", "C2", "1.2")


def test_a_direct_talk_is_its_members_own_and_still_says_its_workspace() -> None:
    ref = ref_of("T1", "D1", "1.2", "U0ANA")
    assert ref == ConversationRef("slack", "dm-T1-U0ANA", "D1", "1.2")
    assert team_of(ref) == team_of(ref_of("T1", "C1", "", "U0ANA")) == "T1"


def test_a_channel_that_was_chosen_is_known_by_its_id() -> None:
    assert channel_ids("set log-channel=<#C0123456|mods> <#C2>") == "set log-channel=C0123456 C2"


def test_a_reader_sees_the_blocks_of_a_message_whose_text_is_shortened() -> None:
    blocks = [{"type": "markdown", "text": "All of it"}, {"type": "divider"}]
    assert shown_text({"text": "All", "blocks": blocks}, ME, {}) == "All of it"


@pytest.mark.parametrize("payload", [{"team_id": "T1"}, {"team": {"id": "T1"}}, {"team": "T1"}])
def test_the_workspace_stands_in_one_of_three_places(payload: dict[str, Any]) -> None:
    assert team_in(payload) == "T1"
