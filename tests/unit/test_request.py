"""What a message asks for, and what is said when it cannot be worked on."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.base import CommandUse, OptionValue
from bot.commands import TRANSLATION_LANGUAGES, table
from bot.conversation import Conversation, HistoryTurn
from bot.i18n import translate
from bot.request import Request, Unusable, understand
from guards.base import Task
from tests.helpers import PLAZA, message

EMPTY = Conversation(PLAZA)
TALK = Conversation(PLAZA, (HistoryTurn("t1", "u1", "Ana", "Where is it?", "In the plaza.", 1.0),))


def asked(name: str | None, options: dict[str, OptionValue] | None = None, locale: str = "en") -> Request:
    command = None if name is None else CommandUse(name, options or {})
    return understand(message("what was typed", command=command), EMPTY, locale)


def refused(name: str, options: dict[str, OptionValue] | None = None, locale: str = "en") -> str:
    with pytest.raises(Unusable) as raised:
        understand(message("", command=CommandUse(name, options or {})), EMPTY, locale)
    return str(raised.value)


def test_a_message_without_a_command_is_chat() -> None:
    assert asked(None) == Request("what was typed", Task("chat", "what was typed"))


def test_a_commands_text_is_its_option_and_else_the_message() -> None:
    assert asked("chat", {"text": "from the option"}).text == "from the option"
    assert asked("chat").text == "what was typed"


@pytest.mark.parametrize(
    ("given", "language"),
    [
        ("es", "Spanish"),
        ("Spanish", "Spanish"),
        ("español", "Spanish"),
        ("ESPAÑOL", "Spanish"),
        ("es-MX", "Spanish"),
        (" fr ", "French"),
        ("alemán", "German"),
        ("ast", "Asturian"),
        ("pt_BR", "Portuguese"),
    ],
)
def test_a_language_has_a_tag_and_a_name_in_two_languages(given: str, language: str) -> None:
    assert asked("translate", {"text": "x", "to": given}).task == Task("translate", "x", language)


@pytest.mark.parametrize(
    ("locale", "language"), [("es-ES", "Spanish"), ("en-GB", "English"), ("fr", "English")]
)
def test_without_a_language_it_is_the_readers(locale: str, language: str) -> None:
    assert asked("translate", {"text": "x"}, locale).task.language == language


def test_every_language_can_be_named_as_it_is_listed() -> None:
    for tag, names in TRANSLATION_LANGUAGES.items():
        for name in (tag, *names, names[0].upper()):
            assert asked("translate", {"text": "x", "to": name}).task.language == names[0]


@pytest.mark.parametrize("given", ["Klingon", "x" * 100_000, "{given}", "{0.__class__}", "\ud800", "-", "_"])
def test_an_unknown_language_is_named_in_a_short_sentence(given: str) -> None:
    said = refused("translate", {"text": "x", "to": given})
    assert given[:50] in said
    assert len(said) < 200


def test_complete_takes_its_options_at_both_ends_of_their_range() -> None:
    for temperature, max_tokens in ((0, 1), (2, 2048), (0.5, 7)):
        request = asked("complete", {"text": "x", "temperature": temperature, "max_tokens": max_tokens})
        assert (request.temperature, request.max_tokens) == (temperature, max_tokens)
        assert type(request.max_tokens) is int
    assert asked("complete", {"text": "x"}).temperature is None


@pytest.mark.parametrize("locale", ["en", "es"])
@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("temperature", -0.01, "2.0"),
        ("temperature", 2.01, "2.0"),
        ("temperature", math.nan, "2.0"),
        ("temperature", math.inf, "2.0"),
        ("max_tokens", 0, "2048"),
        ("max_tokens", 2049, "2048"),
    ],
)
def test_an_option_out_of_range_says_what_it_may_be(
    name: str, value: float, allowed: str, locale: str
) -> None:
    said = refused("complete", {"text": "x", name: value}, locale)
    assert name in said
    assert str(value) in said
    assert allowed in said
    pattern = translate("The option {name} is {given}; it must be between {minimum} and {maximum}.", locale)
    assert said.startswith(pattern.partition("{")[0])


@pytest.mark.parametrize("locale", ["en", "es"])
@pytest.mark.parametrize("value", ["hot", "", "0.5", True, "9" * 100_000])
def test_an_option_of_the_wrong_type_says_so(value: OptionValue, locale: str) -> None:
    said = refused("complete", {"text": "x", "temperature": value}, locale)
    assert "temperature" in said
    assert str(value)[:50] in said
    assert len(said) < 200
    pattern = translate("The option {name} is “{given}”; it must be a number.", locale)
    assert said.startswith(pattern.partition("{")[0])


def test_an_option_of_another_command_is_not_looked_at() -> None:
    request = asked("chat", {"text": "x", "temperature": "hot", "to": "Klingon"})
    assert (request.temperature, request.task.language) == (None, "")


@pytest.mark.parametrize("text", ["", " \n\t"])
@pytest.mark.parametrize("name", ["chat", "complete", "translate"])
def test_an_empty_text_is_said_to_be_empty(name: str, text: str) -> None:
    assert refused(name, {"text": text}) == "Your message is empty."


def test_summarize_without_a_text_is_about_the_conversation() -> None:
    request = understand(message("", command=CommandUse("summarize")), TALK, "en")
    assert request.text == request.task.data == "Ana: Where is it?\nSereno: In the plaza."
    assert "nothing here to sum up" in refused("summarize")
    assert asked("summarize", {"text": "this"}).text == "this"


def test_an_unknown_command_is_named_in_a_short_sentence() -> None:
    assert refused("dance") == "There is no command /dance. /help lists them."
    assert len(refused("{x}" * 10_000)) < 200


def test_another_text_changes_what_the_task_is_about() -> None:
    request = asked("translate", {"text": "secret", "to": "es"}).with_text("[…]")
    assert (request.text, request.task) == ("[…]", Task("translate", "[…]", "Spanish"))


names = st.sampled_from([command.name for command in table()]) | st.text(max_size=5)
options = st.dictionaries(
    st.sampled_from(("text", "to", "temperature", "max_tokens", "limit")),
    st.text(max_size=8) | st.integers() | st.floats() | st.booleans(),
)


@given(names, options, st.text(max_size=5), st.sampled_from(("en", "es", "", "es-MX", "\ud800")))
def test_any_command_is_a_request_or_one_sentence(
    name: str, given: dict[str, OptionValue], text: str, locale: str
) -> None:
    try:
        request = understand(message(text, command=CommandUse(name, given)), EMPTY, locale)
    except Unusable as unusable:
        said = str(unusable)
    else:
        said = request.text
        assert request.max_tokens is None or 1 <= request.max_tokens <= 2048
        assert request.temperature is None or 0 <= request.temperature <= 2
    assert said.strip()
