"""The pages for people say what the program does: every setting, command, guard, code and default."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import get_args

import click
import pytest

from bot.cli.main import COMMANDS, Commands, sereno
from bot.commands import table
from bot.policy import DEFAULT_RULES, Action, GuardRule
from bot.settings import described, unknown
from bot.wiring import guards_of
from guards import hijack, leak, mentions
from guards.base import Source
from guards.injection.rules import RULES
from guards.injection.turns import CODE
from guards.signatures import KNOWN_ATTACK, KNOWN_FALSE_ALARM

DOCS = Path(__file__).parents[2] / "docs"
CONFIGURATION, COMMANDS_PAGE, GUARDS = (
    (DOCS / name).read_text(encoding="utf-8") for name in ("configuration.md", "commands.md", "guards.md")
)


def rows(page: str) -> list[list[str]]:
    """The cells of all tables of a page."""
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line[:1] == "|"
    ]


def test_every_setting_has_its_row_with_default_and_meaning() -> None:
    written = {row[0].strip("`"): row[1:] for row in rows(CONFIGURATION) if row[0].startswith("`SERENO_")}
    expected = {name: [f"`{default}`" if default else "", meaning] for name, default, meaning in described()}
    # What is found out at the start stands there in words.
    expected["SERENO_DATA_DIR"][0] = "the user's data directory"
    assert written == expected


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_no_page_names_a_setting_that_does_not_exist(page: Path) -> None:
    named = re.findall(r"\bSERENO_[A-Z]+(?:_[A-Z]+|__[A-Z]+)*\b", page.read_text(encoding="utf-8"))
    assert list(unknown(dict.fromkeys(set(named) - {"SERENO_MODEL__", "SERENO_"}, ""))) == []


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_every_link_to_a_file_leads_to_one(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_command_of_a_chat_has_its_row_with_its_options_and_their_ranges() -> None:
    written = {row[0].strip("`/"): row for row in rows(COMMANDS_PAGE) if row[0].startswith("`/")}
    assert set(written) == {command.name for command in table()}
    for command in table():
        options = written[command.name][1]
        assert re.findall(r"(?:^|, )`([\w-]+)`", re.sub(r"\([^)]*\)", "", options)) == [
            option.name for option in command.options
        ]
        for option in command.options:
            if option.minimum is not None and option.maximum is not None:
                assert f"`{option.name}` ({option.minimum:g} to {option.maximum:g}" in options


def test_every_command_of_the_command_line_has_its_row_and_its_options() -> None:
    written = {row[0].strip("`") for row in rows(COMMANDS_PAGE) if row[0].startswith("`sereno")}
    assert written == {"sereno", *(f"sereno {name}" for name in COMMANDS)}
    assert isinstance(sereno, Commands)
    context = click.Context(sereno)
    for name in COMMANDS:
        command = sereno.get_command(context, name)
        assert command is not None
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert all(f"`{option}" in COMMANDS_PAGE for option in parameter.opts), (name, parameter.opts)


def codes() -> dict[str, set[str]]:
    """What each guard can find, from its source."""
    return {
        "injection": {CODE, KNOWN_ATTACK, KNOWN_FALSE_ALARM, *(rule.code for rule in RULES)},
        "leak": set(re.findall(r'"(\w+)": N_\(', inspect.getsource(leak))),
        "hijack": set(re.findall(r'"(\w+)": N_\(', inspect.getsource(hijack))),
        "mentions": set(re.findall(r'"(\w+)", 0\.\d', inspect.getsource(mentions))),
    }


def test_every_guard_and_each_of_its_codes_has_its_row() -> None:
    written: dict[str, set[str]] = {}
    guard = ""
    for row in rows(GUARDS):
        if len(row) == 5 and row[2].startswith("`"):
            guard = row[0].strip("`") or guard
            written.setdefault(guard, set()).add(row[2].strip("`"))
    assert written == codes()
    assert set(written) == {each.name for each in guards_of()}


def test_the_stage_of_every_guard_is_the_one_it_looks_at() -> None:
    stages = {
        row[0].strip("`"): row[1] for row in rows(GUARDS) if len(row) == 5 and row[1] in ("input", "output")
    }
    assert stages == {each.name: " ".join(stage.value for stage in each.stages) for each in guards_of()}


def test_the_default_rules_are_those_of_the_program() -> None:
    written = {
        row[0].strip("`"): [cell.strip("`") for cell in row[1:]] for row in rows(GUARDS) if len(row) == 6
    }
    del written["guard"], written["---"]
    expected = {
        name: [str(rule.flag), str(rule.block), rule.action.word, rule.on_failure, str(rule.shadow).lower()]
        for name, rule in {**DEFAULT_RULES, "any other": GuardRule()}.items()
    }
    assert written == expected


def test_the_default_thresholds_of_sources_are_those_of_the_program() -> None:
    table = [row for row in rows(GUARDS) if len(row) == 3 and row[0].strip("`") in get_args(Source)]
    written = {row[0].strip("`"): (float(row[1]), float(row[2])) for row in table}
    rule = DEFAULT_RULES["injection"]
    assert written == {source: rule.at(source) for source in rule.sources}
    assert all(not rule.sources for name, rule in DEFAULT_RULES.items() if name != "injection")
    page = GUARDS.partition("- **`sources`**")[2].partition("\n\n")[0]
    assert set(re.findall(r"`(\w+)`", page)) == {*get_args(Source), "flag", "block"}


def test_every_action_is_explained_weakest_first() -> None:
    words = [action.word for action in Action]
    assert [row[0].strip("`") for row in rows(GUARDS) if row[0].strip("`") in words] == words
