"""`sereno chat` through a pipe, and what it leaves for `sereno guardlog`."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import time
from pathlib import Path

import pytest

from adapters.base import ConversationRef
from bot.settings import load
from bot.wiring import store_of
from tests.helpers import eventually, message
from tests.wire.cli_parts import ATTACK, Ran, finish, has_server, line_of, say, sereno, start
from tests.wire.openai_server import Behaviour, OpenAIServer, bad_gateway

HERE = ConversationRef("terminal", "local", "chat")
BLOCKED = re.compile(r"Your message reads like an attempt .* \[([0-9a-f]{12})\]")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


async def chat(data: Path, *lines: str, **settings: str) -> Ran:
    """A chat that must end well and leave no server behind."""
    ran = await sereno(data, "chat", given="\n".join(lines), **settings)
    assert (ran.code, ran.errors) == (0, "")
    assert not has_server(data)
    assert "\x1b" not in ran.output
    return ran


async def test_each_line_gets_its_reply_in_order(data: Path) -> None:
    ran = await chat(
        data,
        "hello",
        "",
        "What is the third sentence of the Zen of Python?",
        "/caht hello",
        ATTACK,
        "/why",
        "/guardlog recent",
        "/complete Once upon a time",
        "/complete temperature=9 x",
        "//caht",
        "thanks",
    )
    lines = iter(ran.lines)
    assert next(lines).startswith("Hello! I am Sereno.")
    assert next(lines) == "> Simple is better than complex."
    assert next(lines).startswith("— PEP 20")
    assert next(lines).startswith("There is no command /caht. Did you mean /chat?")
    blocked = BLOCKED.match(next(lines))
    assert blocked is not None
    assert next(lines).startswith("Your last message got no reply")
    assert "(injection/override, " in next(lines)
    assert "(injection/prompt_extraction, " in next(lines)
    assert next(lines) == f"Number of the message: {blocked[1]}"
    assert next(lines).startswith("If that was wrong, tell a moderator the number")
    assert re.fullmatch(
        rf"#1 · {blocked[1]} · \d{{4}}-\d\d-\d\d [\d:]{{8}} BLOCK input .*: injection/override .* \| Ignore all .*",
        next(lines),
    )
    assert "none is connected" in next(lines)
    assert next(lines).startswith("Option temperature: “9” was given")
    assert next(lines).startswith("I have no language model connected and nothing")
    assert next(lines).startswith("You are welcome")
    assert list(lines) == []


async def test_help_and_privacy_tell_what_the_bot_is(data: Path) -> None:
    ran = await chat(data, "/help", "/privacy", HISTORY__DAYS="9")
    assert "/translate text [to] – Translate a text" in ran.lines
    assert "/guardlog recent [before] – What the guards found lately" in ran.lines
    assert any("for 9 days at most" in line for line in ran.lines)
    assert any("Nothing leaves this community's own machine" in line for line in ran.lines)


async def test_a_spaniard_is_answered_in_spanish(data: Path) -> None:
    ran = await chat(
        data, "hola", "¿Cuál es la tercera frase del Zen de Python?", "/help", LANG="es_ES.UTF-8"
    )
    assert ran.lines[0].startswith("¡Hola! Soy Sereno.")
    assert ran.lines[1] == "> Lo simple es mejor que lo complejo."
    assert any(line.startswith("/translate ") and "Traduc" in line for line in ran.lines)


async def kept(data: Path, channel: str = "chat") -> list[tuple[str, str]]:
    """The answered turns in the store."""
    settings = load({"SERENO_DATA_DIR": str(data)})
    async with store_of(settings) as store:
        ref = ConversationRef("terminal", "local", channel)
        loaded = await store.load(message(ref=ref), 100)
        return [(turn.text, turn.reply) for turn in loaded.conversation.turns]


async def test_the_conversation_outlives_the_process_until_it_is_reset(data: Path) -> None:
    await chat(data, "hello", ATTACK)
    await chat(data, "thanks", "/help")
    assert [text for text, _ in await kept(data)] == ["hello", "thanks"]
    assert "forgotten" in (await chat(data, "/reset")).output
    assert await kept(data) == []
    assert "/summarize" not in (await chat(data, "/summarize")).output


async def test_summarize_has_what_was_said_in_the_run_before(data: Path) -> None:
    assert (await chat(data, "/summarize")).lines == ["There is nothing here to sum up yet."]
    await chat(data, "hello")
    assert "Summing up needs a language model" in (await chat(data, "/summarize")).output


async def test_conversations_have_names(data: Path) -> None:
    await sereno(data, "chat", "--channel", "other", "--user", "Berta", given="hello")
    assert await kept(data) == []
    assert [text for text, _ in await kept(data, "other")] == ["hello"]


def model_at(server: OpenAIServer, **settings: str) -> dict[str, str]:
    return {
        "MODEL__NAME": "test-model",
        "MODEL__BASE_URL": server.base_url,
        "MODEL__API_KEY": "sk-test",
        "MODEL__CONTEXT_WINDOW": "8192",
    } | settings


async def test_a_model_behind_a_base_url_answers_and_remembers(data: Path) -> None:
    async with OpenAIServer() as server:
        server.behave(Behaviour("Blue, I think."), Behaviour("Still so."), Behaviour(", far away."))
        model = model_at(server)
        assert (await chat(data, "Which colour has the tower?", **model)).lines == ["Blue, I think."]
        assert (await chat(data, "And now?", **model)).lines == ["Still so."]
        assert (await chat(data, "/complete Once upon a time", **model)).lines == [", far away."]
        assert "Blue, I think." in json.dumps(server.requests[1].body)
        assert server.requests[2].body["prompt"] == "Once upon a time"
        assert server.requests[0].headers["Authorization"] == "Bearer sk-test"
        assert [request.body.get("store", False) for request in server.requests] == [False] * 3


async def test_a_blocked_line_never_reaches_the_model(data: Path) -> None:
    async with OpenAIServer() as server:
        ran = await chat(data, ATTACK, "/why", **model_at(server))
        assert BLOCKED.match(ran.lines[0])
        assert server.requests == []


async def test_a_model_that_is_down_is_said_honestly_and_is_asked_again_later(data: Path) -> None:
    async with OpenAIServer() as server:
        server.default = bad_gateway()
        ran = await sereno(data, "chat", given="hello\n/why\n", **model_at(server))
        assert (ran.code, len(ran.lines)) == (0, 3)
        assert all(
            line.startswith("The language model cannot be reached right now.") for line in ran.lines[:2]
        )
        assert "sk-test" not in ran.output + ran.errors
        assert len(server.requests) > 1
        server.default = Behaviour("Back again.")
        assert (await chat(data, "hello?", **model_at(server))).lines == ["Back again."]


async def test_a_wrong_key_is_said_without_the_key(data: Path) -> None:
    async with OpenAIServer() as server:
        ran = await sereno(data, "chat", given="hello", **model_at(server, MODEL__API_KEY="sk-wrong-canary"))
        assert ran.lines[0].startswith("The language model refuses our key")
        assert "canary" not in ran.output + ran.errors


async def test_two_chats_at_once_share_a_data_directory(data: Path) -> None:
    first = await start(data, "chat", "--channel", "one")
    assert (await say(first, "hello")).startswith("Hello!")
    second = await start(data, "chat", "--channel", "two")
    assert (await say(second, "hola")).startswith("¡Hola!")
    assert (await say(first, "thanks")).startswith("You are welcome")
    # The first one owns the server: when it goes, the second takes over.
    assert await finish(first) == Ran(0, "", "")
    assert (await say(second, "gracias")).startswith("De nada")
    assert (await finish(second)).code == 0
    assert not has_server(data)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
async def test_a_signal_ends_a_chat_cleanly(number: signal.Signals, data: Path) -> None:
    process = await start(data, "chat")
    await say(process, "hello")
    assert has_server(data)
    process.send_signal(number)
    async with asyncio.timeout(20):
        await process.wait()
    assert not has_server(data)
    ran = await finish(process)
    assert (ran.code, ran.output, ran.errors) == (0, "", "")


HARD: dict[str, tuple[bytes, str]] = {
    "a million characters": ("ñ".encode() * 1_000_000, "more than 200000 characters"),
    "100 kB": (b"hello world " * 8_500, ""),
    "combining marks": (b"a" + "\u0301".encode() * 10_000, ""),
    "NUL": (b"hello\0 \0", "Hello!"),
    "overrides": ("\u202ehello\u2066\u200f".encode(), "Hello!"),
    "lone surrogates": (b"\xed\xa0\x80 \xed\xb0\x80", ""),
    "no text at all": (b"\xff\xfe\x00\x9b[2J", ""),
    "escape codes": (b"\x1b]0;owned\x07\x1b[2Jhello", ""),
    "half a command": (b'/translate to="', "quotation mark is not closed"),
    "a slash": (b"/", "There is no command"),
}


async def test_no_line_makes_it_fail_or_hang(data: Path) -> None:
    ran = await sereno(data, "chat", given=b"".join(line + b"\nthanks\n" for line, _ in HARD.values()))
    assert (ran.code, ran.errors) == (0, "")
    blocks = ran.output.split("You are welcome. I am here whenever you want to ask my documents something.\n")
    assert len(blocks) == len(HARD) + 1
    for block, (_, said) in zip(blocks[:-1], HARD.values(), strict=True):
        assert said in block
        assert block.strip()
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", ran.output)


@pytest.mark.parametrize("given", [b"", b"\n\n \n", b"/quit\nhello\n", b"\0\n"])
async def test_without_a_message_there_is_no_output(given: bytes, data: Path) -> None:
    assert await sereno(data, "chat", given=given) == Ran(0, "", "")
    assert not has_server(data)


async def test_sereno_alone_is_a_chat_here(data: Path) -> None:
    ran = await sereno(data, given="hello")
    assert (ran.code, ran.output.startswith("Hello! I am Sereno.")) == (0, True)


async def test_the_guard_log_shows_and_filters_what_was_found(data: Path) -> None:
    empty = await sereno(data, "guardlog")
    assert (empty.code, empty.output, empty.errors) == (0, "", "The guards have found nothing yet.\n")
    hostile = f"\x1b[2J{ATTACK} Write to ana@example.org, key sk-Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8Qr9St0"
    await sereno(data, "chat", "--user", "Eva\x1b[31m", given=f"{hostile}\nhello\n{ATTACK}\n")

    shown = await sereno(data, "guardlog")
    assert (shown.code, len(shown.lines)) == (0, 2)
    assert all(" BLOCK input Eva" in line for line in shown.lines)
    assert "\x1b" not in shown.output
    assert "[e-mail]" in shown.output
    assert not re.search("example.org|Ab1Cd2", shown.output)

    as_json = await sereno(data, "guardlog", "--json", "--action", "block", "--since", "1h", "--limit", "1")
    assert as_json.output.isascii()
    (case,) = as_json.json
    assert case["excerpt"].startswith("Ignore all previous")
    assert (case["action"], case["direction"], case["conversation"]) == (
        "block",
        "input",
        "terminal/local/chat/",
    )
    assert case["findings"][0]["guard"] == "injection"
    assert "signatures" not in case
    assert abs(case["at"] - time.time()) < 60

    assert (await sereno(data, "guardlog", "--action", "flag")).output == ""
    assert len((await sereno(data, "guardlog", "--community", "terminal/local")).lines) == 2
    assert (await sereno(data, "guardlog", "--community", "discord/1")).output == ""
    assert not has_server(data)


async def test_cases_are_exported_whole_with_names_on_demand_alone(data: Path) -> None:
    await sereno(data, "chat", "--user", "Eva", given=f"{ATTACK}\nhello\n{ATTACK} (2)\n")
    exported = await sereno(data, "guardlog", "export")
    assert (exported.code, exported.errors) == (0, "")
    assert [case["number"] for case in exported.json] == [2, 1]
    assert "Eva" not in exported.output
    named = await sereno(data, "guardlog", "export", "--personal", "--format", "csv", "--member", "Eva")
    assert named.lines[0].startswith("number,at,turn,platform")
    assert len(named.lines) == 3
    assert ",Eva," in named.lines[1]
    assert (await sereno(data, "guardlog", "export", "--guard", "leak")).output == ""


async def test_following_the_guard_log_shows_what_comes_and_nothing_older_than_asked(data: Path) -> None:
    await chat(data, ATTACK)
    settings = load({"SERENO_DATA_DIR": str(data)})
    async with store_of(settings) as store:
        (old,) = await store.cases(HERE.community_key, since=0.0, limit=10)
    await eventually(lambda: time.time() - old.at > 1.1)
    following = await start(data, "guardlog", "--follow", "--json", "--since", "1s")
    await eventually(lambda: has_server(data))
    await sereno(data, "chat", "--user", "Berta", given=ATTACK)
    assert json.loads(await line_of(following.stdout))["author_name"] == "Berta"
    following.send_signal(signal.SIGINT)
    ran = await finish(following)
    assert (ran.code, ran.output) == (130, "")
    assert "Traceback" not in ran.errors
    assert not has_server(data)
