"""The manifest holds the commands of the table, the shortcuts, and no scope too many."""

from __future__ import annotations

import json
import re

import pytest

from adapters.commands import ParseError, parse_command
from adapters.sentences import MENUS
from adapters.slack.manifest import EVENTS, SCOPES, manifest_of, scopes_of
from bot.commands import table
from tests.wire.slack.methods import METHODS
from tests.wire.slack.oauth import _wrong as wrong
from tests.wire.slack.state import EVENTS as NEEDED

MANIFEST = manifest_of(table())

# Slack refuses a whole manifest because of one of them.
RESERVED = re.findall(
    r"\w+",
    "active archive away call collapse dm dnd expand feed invite join kick leave me msg mute open part prefs pro remind "
    "remove rename search shortcuts shrug star status topic unarchive who",
)


def test_no_command_has_a_name_that_slack_keeps_for_itself() -> None:
    assert {spec.name.split()[0] for spec in table()} & set(RESERVED) == set()


def test_every_command_of_the_table_is_in_it_once() -> None:
    commands = [each["command"] for each in MANIFEST["features"]["slash_commands"]]
    assert commands == list(dict.fromkeys(f"/{spec.name.split()[0]}" for spec in table()))


def test_what_the_hints_offer_is_understood() -> None:
    hints = {each["command"]: each.get("usage_hint", "") for each in MANIFEST["features"]["slash_commands"]}
    assert hints["/translate"] == "[to=…] text"
    assert not isinstance(parse_command("/translate to=es text", table()), ParseError)
    assert hints["/policy"].startswith("show | set [log-channel=#channel] ")


def test_the_menu_of_a_message_is_in_it() -> None:
    shortcuts = MANIFEST["features"]["shortcuts"]
    assert [each["name"] for each in shortcuts] == list(MENUS.values())
    assert all(len(each["name"]) <= 24 and each["type"] == "message" for each in shortcuts)


def test_every_event_has_its_scope_and_every_scope_is_needed_by_something() -> None:
    scopes = set(MANIFEST["oauth_config"]["scopes"]["bot"])
    assert {NEEDED[event] for event in EVENTS} - {""} <= scopes
    called = (
        "agents.sessions.setStatus", "chat.postMessage", "conversations.info", "conversations.replies", "users.info"
    )  # fmt: skip
    used = {scope for method in called for scope in METHODS[method].scopes}
    used |= {f"{kind}:{METHODS['conversations.info'].by_channel}" for kind in ("channels", "groups")}
    used |= {NEEDED[event] for event in EVENTS} | {"commands", "assistant:write", "files:read"}
    assert scopes <= used
    assert scopes == set(SCOPES)


def test_a_user_group_that_moderates_needs_one_scope_more() -> None:
    assert set(scopes_of("S1")) - set(scopes_of("")) == {"usergroups:read"}


def test_it_is_for_the_agent_view_over_socket_mode_and_keeps_to_slacks_lengths() -> None:
    features, settings = MANIFEST["features"], MANIFEST["settings"]
    assert (settings["socket_mode_enabled"], settings["interactivity"]) == (True, {"is_enabled": True})
    assert len(features["agent_view"]["agent_description"]) <= 300
    assert "assistant_view" not in features
    assert len(MANIFEST["display_information"]["description"]) <= 140
    assert all(len(each["usage_hint"]) <= 1000 for each in features["slash_commands"] if "usage_hint" in each)
    assert json.loads(json.dumps(MANIFEST)) == MANIFEST


@pytest.mark.parametrize(
    ("url", "many"), [("", False), ("https://sereno.example.org", False), ("https://a.b", True)]
)
def test_slack_takes_it(url: str, many: bool) -> None:
    assert wrong(manifest_of(table(), "S1", url, many=many)) == []
