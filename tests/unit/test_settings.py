"""Settings: where they come from, what they may be, and what is said about those that may not."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import SettingsError, described, load, unknown

MODEL = {"SERENO_MODEL__NAME": "m", "SERENO_MODEL__BASE_URL": "http://127.0.0.1:8080/v1"}
SECRET = "hunter2-canary"


def refused(environment: dict[str, str], secrets: Path = Path("/nowhere")) -> str:
    with pytest.raises(SettingsError) as raised:
        load(environment, secrets)
    assert raised.value.__cause__ is None or SECRET not in repr(raised.value.__cause__)
    return str(raised.value)


def test_without_any_setting_everything_has_a_default() -> None:
    settings = load({}, Path("/nowhere"))
    assert settings.redis_url is None
    assert settings.all_models == ()
    assert settings.history.days == 30
    assert settings.log.level == "WARNING"
    assert settings.data_dir.name == "sereno"


def test_names_are_read_in_any_case_and_empty_values_are_no_values(tmp_path: Path) -> None:
    settings = load({"sereno_log__level": "INFO", "SERENO_DATA_DIR": str(tmp_path), "SERENO_REDIS_URL": ""})
    assert (settings.log.level, settings.data_dir, settings.redis_url) == ("INFO", tmp_path, None)


def test_one_model_or_a_list_in_order_of_preference() -> None:
    one = load({**MODEL, "SERENO_MODEL__API_KEY": SECRET})
    assert [model.name for model in one.all_models] == ["m"]
    key = one.all_models[0].api_key
    assert key is not None
    assert key.get_secret_value() == SECRET
    listed = load({**MODEL, "SERENO_MODELS": '[{"name": "a"}, {"name": "b", "max_tokens": 99}]'})
    assert [model.name for model in listed.all_models] == ["a", "b"]
    assert listed.all_models[1].max_tokens == 99
    assert listed.all_models[0].base_url == "https://api.openai.com/v1"


def test_a_section_may_be_given_as_json() -> None:
    environment = {"SERENO_HISTORY": '{"days": 7}', "SERENO_HISTORY__TURNS": "50"}
    assert (load(environment).history.days, load(environment).history.turns) == (7, 50)
    assert list(unknown(environment)) == []


def test_a_secret_file_gives_a_setting_and_the_environment_comes_first(tmp_path: Path) -> None:
    (tmp_path / "SERENO_MODEL__API_KEY").write_text(f"{SECRET}\n")
    (tmp_path / "sereno_log__level").write_text("ERROR")
    (tmp_path / "other").write_text("no setting")
    (tmp_path / "SERENO_FOLDER").mkdir()
    settings = load({**MODEL, "SERENO_LOG__LEVEL": "INFO"}, tmp_path)
    assert settings.model is not None
    assert settings.model.api_key is not None
    assert settings.model.api_key.get_secret_value() == SECRET
    assert settings.log.level == "INFO"


def test_a_secret_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "SERENO_REDIS_URL").write_bytes(b"\xff\xfe")
    assert str(tmp_path) in refused({}, tmp_path)


@pytest.mark.parametrize(
    ("name", "given", "allowed"),
    [
        ("SERENO_LOG__LEVEL", "loud", "DEBUG"),
        ("SERENO_LOG__FORMAT", "xml", "json"),
        ("SERENO_HISTORY__DAYS", "many", "integer"),
        ("SERENO_HISTORY__DAYS", "0", "greater than or equal to 1"),
        ("SERENO_HISTORY__TURNS", "1.5", "integer"),
        ("SERENO_GUARDLOG__CASES", "99", "greater than or equal to 100"),
        ("SERENO_WORKER__SLOTS", "10001", "less than or equal to 10000"),
        ("SERENO_MODEL__BASE_URL", "ftp://example.org", "http:// or https://"),
        ("SERENO_MODEL__TIMEOUT", "0", "greater than 0"),
        ("SERENO_MODEL__TIMEOUT", "NaN", "less than or equal to 600"),
        ("SERENO_MODEL__COMPLETIONS", "perhaps", "auto"),
        ("SERENO_MODEL__CONTEXT_WINDOW", "12", "greater than or equal to 1024"),
    ],
)
def test_a_setting_error_names_it_and_says_what_was_given_and_what_is_allowed(
    name: str, given: str, allowed: str
) -> None:
    said = refused({**MODEL, name: given})
    assert said.startswith(f'{name} is "{given}"; ')
    assert allowed in said
    assert "\n" not in said


def test_every_problem_has_a_line_of_its_own() -> None:
    lines = refused({"SERENO_LOG__LEVEL": "loud", "SERENO_HISTORY__DAYS": "x"}).splitlines()
    assert {line.split()[0] for line in lines} == {"SERENO_LOG__LEVEL", "SERENO_HISTORY__DAYS"}


def test_half_a_model_says_what_is_missing() -> None:
    assert refused({"SERENO_MODEL__API_KEY": SECRET}).startswith("SERENO_MODEL__NAME is not set")


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ('[{"name": "a"}, {"name": "b", "timeout": "x"}]', "SERENO_MODELS, entry 1, timeout"),
        ('[{"base_url": "http://x"}]', "SERENO_MODELS, entry 0, name"),
        ('[{"name": "a", "modle": 1}]', "SERENO_MODELS, entry 0, modle"),
        ('[{"name": ""}]', "SERENO_MODELS, entry 0, name"),
        ("[", "SERENO_MODELS is no valid JSON"),
        ("5", "SERENO_MODELS"),
    ],
)
def test_an_error_in_the_list_of_models_says_where(value: str, place: str) -> None:
    assert refused({"SERENO_MODELS": value}).startswith(place)


def test_broken_json_is_blamed_on_the_setting_that_has_it() -> None:
    environment = {"SERENO_MODEL": '{"name": "a"}', "SERENO_MODELS": "{"}
    assert refused(environment) == "SERENO_MODELS is no valid JSON"


@pytest.mark.parametrize(
    "environment",
    [
        {"SERENO_MODELS": f'["{SECRET}"]'},
        {"SERENO_MODELS": f'[["{SECRET}"]]'},
        {"SERENO_MODELS": f'"{SECRET}"'},
        {"SERENO_MODELS": f'{{"api_key": "{SECRET}"'},
        {"SERENO_MODELS": f'{{"name": "a", "api_key": "{SECRET}"}}'},
        {"SERENO_MODELS": f'[{{"name": "a", "api_key": ["{SECRET}"]}}]'},
        {"SERENO_MODELS": f'[{{"name": "a", "api_key": "{SECRET}", "timeout": "x"}}]'},
        {"SERENO_MODELS": f'[{{"api_key": "{SECRET}"}}]'},
        {"SERENO_MODELS": f'[{{"name": "a", "apikey": "{SECRET}"}}]'},
        {"SERENO_MODEL": f'["{SECRET}"]'},
        {"SERENO_MODEL": SECRET},
        {"SERENO_MODEL": f'{{"api_key": "{SECRET}"}}'},
        {**MODEL, "SERENO_MODEL__API_KEY": f'{{"{SECRET}": 1}}', "SERENO_MODEL__TIMEOUT": "x"},
        {**MODEL, "SERENO_MODEL__BASE_URL": f"ftp://ana:{SECRET}@example.org/v1"},
        {**MODEL, "SERENO_MODEL__BASE_URL": f"ana:{SECRET}@example.org/v1"},
        {**MODEL, "SERENO_MODEL__API_KEYS": SECRET},
    ],
)
def test_no_error_repeats_a_secret(environment: dict[str, str]) -> None:
    assert SECRET not in refused(environment)


def test_settings_never_show_a_secret() -> None:
    environment = {**MODEL, "SERENO_MODEL__API_KEY": SECRET, "SERENO_REDIS_URL": f"redis://:{SECRET}@x"}
    settings = load(environment)
    assert SECRET not in repr(settings) + str(settings) + settings.model_dump_json()


def test_an_error_is_short_whatever_was_given() -> None:
    assert len(refused({"SERENO_LOG__LEVEL": "x" * 100_000})) < 300


names = st.sampled_from([name for name, _, _ in described()] + ["SERENO_MODEL", "SERENO_LOG", "SERENO_X__Y"])
values = st.text(st.characters(exclude_characters="\0"), max_size=20) | st.sampled_from(
    ("[]", "{}", "[{}]", '{"a": {}}', "null", "NaN", "-1", "1e400", "[[[")
)


@given(st.dictionaries(names, values, max_size=4))
def test_any_values_are_settings_or_a_settings_error(environment: dict[str, str]) -> None:
    with suppress(SettingsError):
        load(environment, Path("/nowhere"))
    list(unknown(environment))


def test_a_misspelt_setting_is_named_with_the_one_that_was_meant() -> None:
    environment = {
        "SERENO_LOG__LEVLE": "INFO",
        "SERENO_ZZZ": "1",
        "SERENO_LOG__LEVEL": "INFO",
        "PATH": "/bin",
    }
    assert list(unknown(environment)) == [
        "SERENO_LOG__LEVLE is no setting: did you mean SERENO_LOG__LEVEL?",
        "SERENO_ZZZ is no setting, and is ignored",
    ]


def test_every_setting_is_described_and_none_twice() -> None:
    settings = list(described())
    assert len({name for name, _, _ in settings}) == len(settings) > 15
    assert all(meaning for _, _, meaning in settings)


def test_a_described_default_can_be_given_as_it_is_written() -> None:
    given = {name: default for name, default, _ in described() if default}
    assert load({**given, "SERENO_MODEL__NAME": "m"}).history == load({}).history


def test_settings_cannot_be_changed() -> None:
    settings = load({})
    with pytest.raises(ValueError, match="frozen"):
        settings.history.days = 3
    assert json.loads(settings.history.model_dump_json())["days"] == 30
