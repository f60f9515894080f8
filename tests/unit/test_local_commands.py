"""Command lines typed in a terminal."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.base import CommandSpec, CommandUse, Locale, OptionSpec, OptionValue
from adapters.commands import ParseError, parse_command

EN = {"en": "x"}
TEXT = OptionSpec("text", EN, required=True)
COMMANDS = (
    CommandSpec("chat", EN, (TEXT,)),
    CommandSpec(
        "complete",
        EN,
        (
            TEXT,
            OptionSpec("temperature", EN, "number", minimum=0, maximum=2),
            OptionSpec("max_tokens", EN, "integer", minimum=1, maximum=4096),
        ),
    ),
    CommandSpec("translate", EN, (OptionSpec("to", EN, required=True), TEXT)),
    CommandSpec("guardlog", EN, (OptionSpec("action", EN, choices=("block", "flag")), OptionSpec("all", EN, "boolean"))),
    CommandSpec("summarize", EN, (OptionSpec("last", EN, "integer", minimum=2),)),
    CommandSpec("reset", EN),
    CommandSpec("policy show", EN),
    CommandSpec("policy set", EN, (OptionSpec("log-channel", EN, "channel"), OptionSpec("cards-from", EN, "number"))),
)  # fmt: skip


def untranslated(sentence: str, locale: Locale) -> str:
    return sentence


def sentence(line: str) -> str:
    error = parse_command(line, COMMANDS)
    assert isinstance(error, ParseError)
    return error.sentence(untranslated, "en")


@pytest.mark.parametrize(
    ("line", "name", "options"),
    [
        ("/chat hello", "chat", {"text": "hello"}),
        ("/CHAT hello", "chat", {"text": "hello"}),
        ("/chat  two  spaces, and one behind ", "chat", {"text": "two  spaces, and one behind "}),
        ("/chat\nfirst\nsecond", "chat", {"text": "first\nsecond"}),
        ('/chat "quoted" text', "chat", {"text": '"quoted" text'}),
        ("/chat x=1 is an equation", "chat", {"text": "x=1 is an equation"}),
        ("/chat --verbose is a flag", "chat", {"text": "--verbose is a flag"}),
        ("/chat text='two words'", "chat", {"text": "two words"}),
        ("/translate to=es Good morning", "translate", {"to": "es", "text": "Good morning"}),
        ("/translate --to es Good morning", "translate", {"to": "es", "text": "Good morning"}),
        ("/translate --to=es Good to=fr", "translate", {"to": "es", "text": "Good to=fr"}),
        ('/translate to="pt BR" Good', "translate", {"to": "pt BR", "text": "Good"}),
        (
            "/complete temperature=0.2 max_tokens=50 The best language is",
            "complete",
            {"temperature": 0.2, "max_tokens": 50, "text": "The best language is"},
        ),
        ("/complete temperature=0,2 --max-tokens 50 x", "complete", {"temperature": 0.2, "max_tokens": 50, "text": "x"}),
        ("/guardlog block", "guardlog", {"action": "block"}),
        ("/guardlog all=sí action=flag", "guardlog", {"all": True, "action": "flag"}),
        ("/guardlog all=off", "guardlog", {"all": False}),
        ("/reset", "reset", {}),
        ("/reset  ", "reset", {}),
        ("/policy show", "policy show", {}),
        ("/Policy  SET log-channel=123", "policy set", {"log-channel": "123"}),
        ("/policy set --log-channel 123 --cards-from=0,5", "policy set", {"log-channel": "123", "cards-from": 0.5}),
        ("/policy set log_channel=123", "policy set", {"log-channel": "123"}),
    ],
)  # fmt: skip
def test_a_line_is_the_command_that_it_reads_as(
    line: str, name: str, options: dict[str, OptionValue]
) -> None:
    assert parse_command(line, COMMANDS) == CommandUse(name, options)


def test_numbers_have_the_type_that_the_option_declares() -> None:
    use = parse_command("/complete temperature=1 max_tokens=7 x", COMMANDS)
    assert isinstance(use, CommandUse)
    assert [type(use.options[name]) for name in ("temperature", "max_tokens")] == [float, int]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/traslate x", "There is no command /traslate. Did you mean /translate? (To send a text that begins with /, write //.)"),
        ("/", "There is no command /. There are: /chat, /complete, /translate, /guardlog, /summarize, /reset, /policy show, /policy set. (To send a text that begins with /, write //.)"),
        ("/policy", "There is no command /policy. There are: /policy show, /policy set. (To send a text that begins with /, write //.)"),
        ("/policy banana", "There is no command /policy banana. There are: /policy show, /policy set. (To send a text that begins with /, write //.)"),
        ("/policy sett x", "There is no command /policy sett. Did you mean /policy set? (To send a text that begins with /, write //.)"),
        ("/polcy set x", "There is no command /polcy. Did you mean /policy set? (To send a text that begins with /, write //.)"),
        ("/policy set log-chanel=1", "/policy set has no option log_chanel. Did you mean log-channel?"),
        ("/complete temprature=1 x", "/complete has no option temprature. Did you mean temperature?"),
        ("/complete --max-token 1 x", "/complete has no option max_token. Did you mean max_tokens?"),
        ("/complete temperature=3 x", "Option temperature: “3” was given; a number is allowed (0 … 2)."),
        ("/complete temperature=nan x", "Option temperature: “nan” was given; a number is allowed (0 … 2)."),
        ("/complete max_tokens=1.5 x", "Option max_tokens: “1.5” was given; a whole number is allowed (1 … 4096)."),
        ("/complete max_tokens=0 x", "Option max_tokens: “0” was given; a whole number is allowed (1 … 4096)."),
        ("/complete max_tokens=٣ x", "Option max_tokens: “٣” was given; a whole number is allowed (1 … 4096)."),
        ("/summarize last=1", "Option last: “1” was given; a whole number is allowed (≥ 2)."),
        ("/summarize 20", "/summarize can do nothing with “20”. Its options are: last."),
        ("/guardlog all=perhaps", "Option all: “perhaps” was given; yes or no is allowed."),
        ("/guardlog maybe", "Option action: “maybe” was given; allowed are: block, flag."),
        ("/translate to= x", "Option to was given without a value."),
        ("/translate --to", "Option to was given without a value."),
        ('/translate to="es x', "Option to: the quotation mark is not closed."),
        ("/translate to=es", "/translate needs text, and it was not given."),
        ("/chat   ", "/chat needs text, and it was not given."),
        ("/reset now", "/reset takes nothing after it, but “now” was given."),
    ],
)  # fmt: skip
def test_an_error_names_what_was_given_and_what_is_allowed(line: str, said: str) -> None:
    assert sentence(line) == said


def test_an_error_repeats_no_more_than_a_few_words() -> None:
    assert len(sentence("/" + "y" * 100_000)) < 300
    assert len(sentence("/policy " + "y" * 100_000)) < 300
    assert len(sentence("/complete max_tokens=" + "9" * 100_000)) < 300
    assert len(sentence("/reset " + "{0} " * 25_000)) < 300


@given(
    st.lists(
        st.sampled_from(
            [
                "chat",
                "complete",
                "guardlog",
                "policy",
                "set",
                " ",
                "\n",
                "=",
                "--",
                '"',
                "'",
                "text",
                "to",
                "all",
                "temperature",
                "1",
                "{x}",
            ]
        ),
        max_size=14,
    ).map("".join)
)
def test_any_line_is_a_valid_use_or_an_error_that_can_be_said(line: str) -> None:
    use = parse_command("/" + line, COMMANDS)
    if isinstance(use, ParseError):
        assert use.sentence(untranslated, "en")
    else:
        spec = next(spec for spec in COMMANDS if spec.name == use.name)
        assert use.options.keys() <= {option.name for option in spec.options}
        assert use.options.keys() >= {option.name for option in spec.options if option.required}


@given(st.text(min_size=1).filter(lambda text: text == text.lstrip() and not set("=-") & set(text)))
def test_text_without_options_arrives_as_it_is(text: str) -> None:
    assert parse_command(f"/chat {text}", COMMANDS) == CommandUse("chat", {"text": text})


@pytest.mark.parametrize(
    "rest",
    [
        "all=1 " * 30_000,
        " " * 200_000,
        "--" * 100_000,
        "a" * 200_000,
        "--a" + " " * 200_000,
        'action="' * 25_000,
    ],
)
def test_a_long_hostile_line_takes_no_time(rest: str) -> None:
    begun = time.process_time()
    parse_command(f"/guardlog {rest}", COMMANDS)
    assert time.process_time() - begun < 2.0
