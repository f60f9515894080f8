"""What `sereno` says when it is used wrongly or cannot work, and what it never says."""

from __future__ import annotations

import os
from importlib.metadata import version
from pathlib import Path

import pytest

from bot.cli.main import COMMANDS
from tests.wire.cli_parts import Ran, has_server, sereno
from tests.wire.openai_server import OpenAIServer

SECRET = "hunter2-canary"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def fine(ran: Ran) -> bool:
    """Whether nothing in `ran` looks like a crash."""
    everything = ran.output + ran.errors
    return "Traceback" not in everything and "should not have happened" not in everything


async def test_the_version_is_the_packages(data: Path) -> None:
    assert await sereno(data, "--version") == Ran(0, f"sereno {version('sereno')}\n", "")


@pytest.mark.parametrize("command", ["", *COMMANDS])
@pytest.mark.parametrize("option", ["--help", "-h"])
async def test_every_command_has_help(command: str, option: str, data: Path) -> None:
    ran = await sereno(data, *command.split(), option)
    assert (ran.code, ran.errors) == (0, "")
    assert ran.lines[0].startswith(f"Usage: sereno {command}".rstrip())
    assert len(ran.lines) > 4
    assert not data.exists()


async def test_help_lists_every_command(data: Path) -> None:
    said = (await sereno(data, "--help")).output
    assert all(f"\n  {command} " in said for command in COMMANDS)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("caht", "chat"), ("chekc", "check"), ("guard-log", "guardlog"), ("dcotor", "doctor")],
)
async def test_a_misspelt_command_gets_the_nearest_one(typed: str, meant: str, data: Path) -> None:
    ran = await sereno(data, typed)
    assert (ran.code, ran.output) == (2, "")
    assert f"There is no command '{typed}'. Did you mean '{meant}'?" in ran.errors


async def test_an_unknown_command_gets_the_list(data: Path) -> None:
    ran = await sereno(data, "zzzzzz")
    assert ran.code == 2
    assert all(command in ran.errors for command in COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "--gaurds", "x"], "--guards"),
        (["chat", "extra"], "extra"),
        (["doctor", "stroe"], "'store'"),
        (["guardlog", "--action", "kill"], "'block'"),
        (["guardlog", "--since", "yesterday"], "give a number and s, m, h or d, such as 2h"),
        (["guardlog", "--limit", "0"], "1<=x<=10000"),
        (["guardlog", "--community", "plaza"], "give platform/id"),
        (["guardlog", "export", "--community", "plaza"], "give platform/id"),
        (["guardlog", "--since", "2h", "export"], "Options go behind 'export'"),
        (["run", "--role", "boss"], "'worker'"),
    ],
)
async def test_wrong_usage_says_what_is_allowed(arguments: list[str], said: str, data: Path) -> None:
    ran = await sereno(data, *arguments)
    assert (ran.code, ran.output) == (2, "")
    assert said in ran.errors
    assert fine(ran)


@pytest.mark.parametrize(
    ("settings", "lines"),
    [
        ({"LOG__LEVEL": "loud"}, ["SERENO_LOG__LEVEL is \"loud\"; input should be 'DEBUG', 'INFO'"]),
        ({"HISTORY__DAYS": "0"}, ['SERENO_HISTORY__DAYS is "0"; input should be greater than or equal to 1']),
        ({"MODEL__API_KEY": SECRET}, ["SERENO_MODEL__NAME is not set, and is needed"]),
        ({"MODELS": f'[{{"api_key": "{SECRET}"'}, ["SERENO_MODELS is no valid JSON"]),
        ({"MODELS": f'["{SECRET}"]'}, ["SERENO_MODELS, entry 0"]),
        (
            {"MODEL__NAME": "m", "MODEL__BASE_URL": f"http://ana:{SECRET}@[::1/v1"},
            ["SERENO_MODEL__… or SERENO_MODELS: base_url must look like http://host:port/v1"],
        ),
        (
            {"MODEL__NAME": "m", "MODEL__API_KEY": f"{SECRET}\n\u202e"},
            ["SERENO_MODEL__… or SERENO_MODELS: api_key has characters"],
        ),
        ({"LOG__COLOUR": "1"}, ["SERENO_LOG__COLOUR: there is no such setting"]),
        (
            {"WORKER__SLOTS": "x", "MODELS": f'[{{"name": "m", "api_key": "{SECRET}", "timeout": 0}}]'},
            [
                'SERENO_MODELS, entry 0, timeout is "0"; input should be greater than 0',
                "SERENO_WORKER__SLOTS",
            ],
        ),
    ],
)
async def test_a_setting_that_cannot_be_used_is_named(
    settings: dict[str, str], lines: list[str], data: Path
) -> None:
    ran = await sereno(data, "chat", given="hello", **settings)
    assert (ran.code, ran.output) == (2, "")
    assert len(ran.errors.splitlines()) == len(lines)
    for line, expected in zip(ran.errors.splitlines(), lines, strict=True):
        assert line.startswith(f"sereno: {expected}")
    assert SECRET not in ran.errors
    assert not data.exists()


async def test_a_misspelt_setting_is_a_warning_with_a_suggestion(data: Path) -> None:
    ran = await sereno(data, "chat", given="hello", LOG_LEVEL="INFO", ZZZ=SECRET)
    assert ran.code == 0
    assert ran.output.startswith("Hello!")
    assert ran.errors.splitlines() == [
        "sereno: SERENO_LOG_LEVEL is no setting: did you mean SERENO_LOG__LEVEL?",
        "sereno: SERENO_ZZZ is no setting, and is ignored",
    ]


@pytest.mark.parametrize("command", ["chat", "doctor", "guardlog", "run"])
@pytest.mark.parametrize(
    "url",
    [
        f"redis://:{SECRET}@127.0.0.1:1/0",
        f"redis://ana:{SECRET}@127.0.0.1:port/0",
        f"http://:{SECRET}@127.0.0.1:1",
        f"unix:///nowhere/at/all.sock?password={SECRET}",
    ],
)
async def test_a_store_that_cannot_be_reached_is_said_without_its_password(
    command: str, url: str, data: Path
) -> None:
    ran = await sereno(data, command, given="hello", REDIS_URL=url)
    assert ran.code == (1 if command == "doctor" else 2)
    assert "SERENO_REDIS_URL" in ran.output + ran.errors
    assert SECRET not in ran.output + ran.errors
    assert fine(ran)


@pytest.mark.parametrize("command", ["chat", "guardlog"])
async def test_a_data_directory_that_cannot_be_used_is_named(command: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("in the way")
    ran = await sereno(file, command, given="hello")
    assert (ran.code, ran.output) == (2, "")
    assert str(file) in ran.errors
    assert "SERENO_DATA_DIR" in ran.errors
    assert len(ran.errors.splitlines()) == 1


async def test_a_long_path_and_one_with_spaces_are_data_directories(tmp_path: Path) -> None:
    deep = tmp_path / ("a long name " * 8) / ("y" * 100)
    ran = await sereno(deep, "chat", given="hello")
    assert (ran.code, ran.errors) == (0, "")
    assert not has_server(deep)


async def test_a_gateway_without_a_platform_says_so(data: Path) -> None:
    ran = await sereno(data, "run", "--role", "gateway")
    assert (ran.code, ran.output) == (2, "")
    assert "no platform is configured" in ran.errors


async def test_the_doctor_finds_the_embedded_store_and_leaves_none_behind(data: Path) -> None:
    ran = await sereno(data, "doctor", "store")
    assert (ran.code, ran.errors) == (0, "")
    assert ran.output.startswith(f"✓ store: embedded, in {data} (")
    assert not has_server(data)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
async def test_a_terminal_that_lacks_a_sign_still_gets_its_line(encoding: str, data: Path) -> None:
    process = await sereno(data, "doctor", "models", LANG="C", PYTHONIOENCODING=encoding)
    assert process.code == 0
    assert "models: none connected" in process.output


async def test_the_doctor_says_what_a_model_answers(data: Path) -> None:
    async with OpenAIServer() as server:
        model = {"MODEL__NAME": "test-model", "MODEL__BASE_URL": server.base_url}
        good = await sereno(data, "doctor", "models", **model, MODEL__API_KEY="sk-test")
        assert (good.code, good.output[:28]) == (0, "✓ models: test-model answers")
        bad = await sereno(data, "doctor", "models", **model, MODEL__API_KEY=SECRET)
        assert bad.code == 1
        assert bad.output.startswith("✗ models: ")
        assert SECRET not in bad.output + bad.errors
    gone = await sereno(data, "doctor", "models", **model)
    assert gone.code == 1
    assert gone.output.startswith("✗ models: ")
    assert fine(gone)
    assert not data.exists()


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
async def test_a_data_directory_without_permission_is_named(tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    ran = await sereno(tmp_path / "locked" / "data", "chat", given="hello")
    assert ran.code == 2
    assert "SERENO_DATA_DIR" in ran.errors
