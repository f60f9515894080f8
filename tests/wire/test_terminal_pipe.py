"""The terminal adapter on real pipes."""

from __future__ import annotations

import asyncio
import os

import pytest

from adapters.base import (
    Annotation,
    ConversationRef,
    Locale,
    Message,
    Notice,
    OutboxEvent,
    ReplyTo,
    Withdrawn,
)
from tests.wire.terminal_parts import Bot, close, delta, echo, final, make_adapter


async def through_pipes(data: bytes, bot: Bot, *, locale: Locale = "en") -> str:
    """What comes out of the adapter when `data` goes in and ends."""
    stdin_read, stdin_write = os.pipe()
    stdout_read, stdout_write = os.pipe()
    adapter = make_adapter(stdin_read, stdout_write, locale=locale)

    def feed() -> None:
        with os.fdopen(stdin_write, "wb") as pipe:
            pipe.write(data)

    def drain() -> bytes:
        with os.fdopen(stdout_read, "rb") as pipe:
            return pipe.read()

    async with asyncio.TaskGroup() as group:
        group.create_task(asyncio.to_thread(feed))
        output = group.create_task(asyncio.to_thread(drain))
        async with bot.behind(adapter):
            pass
        close(adapter)
    return output.result().decode("utf-8")


async def test_a_pipe_gets_one_reply_a_line_in_order_and_nothing_else() -> None:
    bot = Bot(echo)
    assert await through_pipes(b"one\n\n  \ntwo\r\nthree", bot) == "echo one\necho two\necho three\n"
    assert [message.text for message in bot.messages] == ["one", "two", "three"]


async def test_the_next_line_is_sent_only_after_the_reply_to_the_one_before() -> None:
    unanswered: list[str] = []

    def script(message: Message) -> list[OutboxEvent]:
        unanswered.append(str(len(bot.messages)))
        return echo(message)

    bot = Bot(script)
    await through_pipes(b"a\nb\nc\n", bot)
    assert unanswered == ["1", "2", "3"]


async def test_a_message_carries_all_that_is_needed_to_answer_it() -> None:
    bot = Bot(echo)
    await through_pipes("¿qué?\n".encode(), bot, locale="es")
    [message] = bot.messages
    assert message.ref == ConversationRef("terminal", "local", "chat")
    assert message.reply_to == ReplyTo("terminal-s1", "m1")
    assert (message.id, message.text, message.sent_at, message.locale) == ("m1", "¿qué?", 1000.0, "es")
    assert (message.author.name, message.author.is_moderator, message.command) == ("Ana", True, None)


async def test_a_hostile_reply_leaves_no_escape_code_in_a_pipe() -> None:
    bot = Bot(lambda message: [final(message, "a\x1b[2J\x1b]0;owned\x07b\rc\u202ed\nlast\n\n")])
    assert await through_pipes(b"x\n", bot) == "a[2J]0;ownedbcd\nlast\n"


async def test_marks_stand_at_their_words_and_below_the_reply_in_a_pipe_too() -> None:
    mark = Annotation(0, 9, "contradicted", "It was\n\x1b[2J1991.", "history.md")
    late = Annotation(0, 0, "unverifiable", "Checking took too long.")
    bot = Bot(lambda message: [final(message, "From 1989. Yes.\n", mark, late)])
    assert await through_pipes(b"when?\nand?", bot) == 2 * (
        "From 1989✗¹. Yes.\n  ✗ 1: It was [2J1991. (history.md)\n  ⚠ Checking took too long.\n"
    )


async def test_notices_and_withdrawals_stand_for_the_reply_in_a_pipe() -> None:
    def script(message: Message) -> list[OutboxEvent]:
        if message.text == "bad":
            notice = Notice(
                message.id,
                1,
                message.ref,
                message.reply_to,
                text="Not answered.",
                tone="blocked",
                incident="i7",
            )
            return [notice, notice]
        return [
            delta(message, 1, "The secret"),
            Withdrawn(message.id, 2, message.ref, message.reply_to, text="it leaked.", incident="i8"),
        ]

    expected = "Not answered. [i7]\nit leaked. [i8]\n"
    assert await through_pipes(b"bad\nworse\n", Bot(script)) == expected


async def test_a_line_of_a_million_characters_is_refused_and_the_next_goes_on() -> None:
    bot = Bot(echo)
    data = b"first\n" + "ñ".encode() * 1_000_000 + b"\nlast\n" + b"x" * 1_000_000
    refused = "That line has more than 200000 characters, which is too long. Nothing of it was sent."
    assert await through_pipes(data, bot) == f"echo first\n{refused}\necho last\n{refused}\n"
    assert [message.text for message in bot.messages] == ["first", "last"]


@pytest.mark.parametrize(("length", "sent"), [(200_000, True), (200_001, False)])
async def test_a_line_is_handed_on_whole_up_to_the_limit(length: int, sent: bool) -> None:
    bot = Bot(lambda message: [final(message, "ok")])
    await through_pipes("😀".encode() * length + b"\n", bot)
    assert [message.text for message in bot.messages] == (["😀" * length] if sent else [])


async def test_bytes_that_are_no_text_arrive_as_text() -> None:
    bot = Bot(echo)
    data = b"\xef\xbb\xbfmarked\n\xff\xfe caf\xe9\na\0b\n\0\n\xed\xa0\x80\n"
    await through_pipes(data, bot)
    assert [message.text for message in bot.messages] == [
        "marked",
        "\ufffd\ufffd caf\ufffd",
        "ab",
        "\ufffd\ufffd\ufffd",
    ]


async def test_commands_are_parsed_and_a_double_slash_is_text() -> None:
    bot = Bot(echo)
    await through_pipes(b"/translate to=es Good morning\n//translate\n/quit\nnever sent\n", bot)
    first, second = bot.messages
    assert first.command is not None
    assert (first.command.name, first.command.options) == ("translate", {"to": "es", "text": "Good morning"})
    assert first.text == "Good morning"
    assert (second.text, second.command) == ("/translate", None)


async def test_an_unknown_command_is_answered_here_in_the_readers_language() -> None:
    bot = Bot(echo)
    output = await through_pipes(b"/traslate hola\nhola\n", bot, locale="es")
    assert output == "No existe la orden /traslate. ¿Querías decir /translate?\necho hola\n"
    assert len(bot.messages) == 1


async def test_a_full_mailbox_is_said_and_the_chat_goes_on() -> None:
    bot = Bot(echo)
    bot.busy = True
    output = await through_pipes(b"one\ntwo\n", bot)
    assert output.count("this one was not taken") == 2


async def test_a_reader_that_goes_away_ends_the_run() -> None:
    stdin_read, stdin_write = os.pipe()
    stdout_read, stdout_write = os.pipe()
    os.close(stdout_read)
    os.write(stdin_write, b"one\ntwo\n")
    adapter = make_adapter(stdin_read, stdout_write)
    bot = Bot(echo)
    async with bot.behind(adapter):
        pass
    os.close(stdin_write)
    close(adapter)
    assert len(bot.messages) == 1


async def test_a_reply_that_never_comes_is_given_up_with_a_sentence() -> None:
    stdin_read, stdin_write = os.pipe()
    stdout_read, stdout_write = os.pipe()
    os.write(stdin_write, b"one\n")
    os.close(stdin_write)
    adapter = make_adapter(stdin_read, stdout_write)
    adapter.patience = 0.05
    async with Bot(lambda message: []).behind(adapter):
        pass
    close(adapter)
    with os.fdopen(stdout_read) as output:
        assert output.read().startswith("No reply has come for 0 seconds.")
