"""The terminal adapter on a real pseudo-terminal."""

from __future__ import annotations

import asyncio
import os
import pty
import re
import termios
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from prompt_toolkit.history import FileHistory

from adapters.base import (
    Annotation,
    Card,
    ConversationRef,
    DeliveryFailed,
    Inbound,
    Locale,
    Message,
    Notice,
    OutboxEvent,
    ReplyTo,
    Started,
    Withdrawn,
)
from adapters.local.terminal import TerminalAdapter
from tests.wire.terminal_parts import SECONDS, Bot, close, delta, echo, final, make_adapter

CTRL_C, CTRL_D = "\x03", "\x04"


class Screen:
    """A person at a pseudo-terminal: types keys, and waits for what is shown."""

    running: asyncio.Task[None]

    def __init__(self, master: int, attributes: list[object]) -> None:
        self._master = master
        self.attributes = attributes
        self._changed = asyncio.Event()
        self.raw = ""
        self._bytes = b""
        asyncio.get_running_loop().add_reader(master, self._read)

    def _read(self) -> None:
        try:
            self._bytes += os.read(self._master, 65536)
        except OSError:
            asyncio.get_running_loop().remove_reader(self._master)
        self.raw = self._bytes.decode("utf-8", errors="replace")
        self._changed.set()

    def type(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    @property
    def text(self) -> str:
        """What was written, without escape codes."""
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\r", "", self.raw)

    async def until(self, condition: Callable[[], bool]) -> None:
        try:
            async with asyncio.timeout(SECONDS):
                while not condition():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            pytest.fail(f"never shown; the screen had: {self.raw!r}")

    async def shows(self, text: str, times: int = 1) -> None:
        await self.until(lambda: self.text.count(text) >= times)

    async def asks(self, times: int) -> None:
        """Waits for the prompt to have come `times` times in all."""
        await self.until(lambda: self.raw.count("\x1b[?2004h") >= times)


@contextmanager
def terminal(columns: int = 200) -> Iterator[tuple[Screen, int]]:
    """A pseudo-terminal: the person's side, and the descriptor that the adapter gets."""
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (40, columns))
    try:
        yield Screen(master, termios.tcgetattr(slave)), slave
    finally:
        asyncio.get_running_loop().remove_reader(master)
        os.close(slave)
        os.close(master)


@asynccontextmanager
async def at_terminal(
    bot: Bot, *, locale: Locale = "en", history: Path | None = None, columns: int = 200
) -> AsyncIterator[tuple[Screen, TerminalAdapter]]:
    """A person at a terminal who, at the end, leaves with Ctrl-D."""
    with terminal(columns) as (screen, slave):
        adapter = make_adapter(os.dup(slave), os.dup(slave), locale=locale, history=history)
        try:
            async with bot.behind(adapter) as screen.running:
                await screen.asks(1)
                yield screen, adapter
                if not screen.running.done():
                    screen.type(CTRL_D)
        finally:
            close(adapter)


@pytest.fixture(autouse=True)
def _capable_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)


async def test_a_reply_is_shown_once_however_often_it_is_delivered() -> None:
    bot = Bot(lambda message: [event for event in echo(message) for _ in range(2)])
    async with at_terminal(bot) as (screen, adapter):
        assert "Sereno keeps watch" in screen.text
        screen.type("good evening\r")
        await screen.asks(2)
        for event in echo(bot.messages[0]):
            await adapter.deliver(event)
    assert screen.text.count("echo good evening") == 1


async def test_the_first_words_are_on_the_screen_before_the_last_are_there() -> None:
    bot = Bot(lambda message: [delta(message, 1, "First words")])
    async with at_terminal(bot) as (screen, adapter):
        screen.type("hello\r")
        await screen.shows("First words")
        await adapter.deliver(final(bot.messages[0], "First words and the last."))
        await screen.shows("First words and the last.\n")


async def test_a_final_that_differs_from_what_was_streamed_is_shown_whole() -> None:
    bot = Bot(
        lambda message: [
            delta(message, 1, "It is 7"),
            delta(message, 2, "It was seven"),
            final(message, "It is 8."),
        ]
    )
    async with at_terminal(bot) as (screen, _):
        screen.type("hello\r")
        await screen.shows("It is 7\nThe text above was changed. This is the whole reply:\nIt is 8.\n")


ZEN = "It is: Beautiful is better than ugly. Indeed."
MARK = Annotation(7, 37, "contradicted", "The third sentence is another.", source="PEP 20")


MARKED = "It is: Beautiful is better than ugly.✗¹ Indeed.\n  ✗ 1: The third sentence is another. (PEP 20)\n"


async def test_an_annotation_is_a_coloured_sign_at_its_words_with_a_line_below() -> None:
    async with at_terminal(Bot(lambda message: [final(message, ZEN, MARK)])) as (screen, _):
        screen.type("zen?\r")
        await screen.shows(MARKED)
    red = "\x1b[31m"
    assert f"It is: {red}Beautiful is better than ugly.\x1b[0m{red}✗¹\x1b[0m Indeed." in screen.raw


async def test_a_streamed_reply_is_taken_back_and_shown_with_its_signs() -> None:
    bot = Bot(lambda message: [delta(message, 1, ZEN), final(message, ZEN, MARK)])
    async with at_terminal(bot, columns=30) as (screen, _):
        screen.type("zen?\r")
        await screen.shows("✗ 1: The third")
    assert "\x1b[1A\r\x1b[JIt is: " in screen.raw


async def test_where_a_streamed_reply_has_left_the_screen_the_list_repeats_the_words() -> None:
    long = "line\n" * 100 + ZEN
    mark = replace(MARK, start=507, end=537)
    bot = Bot(lambda message: [delta(message, 1, long), final(message, long, mark)])
    async with at_terminal(bot) as (screen, _):
        screen.type("zen?\r")
        await screen.shows(f"{ZEN}\n  ✗ “Beautiful is better than ugly.”: The third")


def blocked(message: Message) -> list[OutboxEvent]:
    notice = Notice(
        message.id,
        1,
        message.ref,
        message.reply_to,
        text="I do not follow that.",
        tone="blocked",
        incident="i7",
    )
    return [notice]


async def test_a_blocked_notice_is_coloured_and_names_its_incident() -> None:
    async with at_terminal(Bot(blocked)) as (screen, _):
        screen.type("ignore all\r")
        await screen.asks(2)
    assert "\x1b[33mI do not follow that.\x1b[0m \x1b[2m[i7]\x1b[0m" in screen.raw


async def test_no_color_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with at_terminal(Bot(blocked)) as (screen, _):
        screen.type("ignore all\r")
        await screen.asks(2)
    assert "I do not follow that. [i7]" in screen.text
    assert not re.search(r"\x1b\[(3[0-7]|2|9[0-7])m", screen.raw)


async def test_a_withdrawn_reply_is_named_as_such() -> None:
    def script(message: Message) -> list[OutboxEvent]:
        withdrawn = Withdrawn(message.id, 2, message.ref, message.reply_to, text="it leaked.", incident="i8")
        return [delta(message, 1, "The secret is"), withdrawn]

    async with at_terminal(Bot(script)) as (screen, _):
        screen.type("tell\r")
        await screen.shows("The secret is\nThe text above was withdrawn: it leaked. [i8]\n")


async def test_a_reply_that_is_withdrawn_before_a_word_of_it_was_shown_gives_the_reason_alone() -> None:
    def script(message: Message) -> list[OutboxEvent]:
        started = Started(message.id, 0, message.ref, message.reply_to)
        text = "I withheld my reply."
        return [started, Withdrawn(message.id, 2, message.ref, message.reply_to, text, "i8")]

    async with at_terminal(Bot(script)) as (screen, _):
        screen.type("tell\r")
        await screen.shows("I withheld my reply. [i8]\n")
    assert "withdrawn" not in screen.text


async def test_a_reply_breaks_between_words_as_it_grows_and_when_it_is_whole() -> None:
    text = "The watchman keeps the keys of the street."
    lines = "The watchman keeps \nthe keys of the \nstreet.\n"

    def script(message: Message) -> list[OutboxEvent]:
        parts = [delta(message, size, text[:size]) for size in range(1, len(text))]
        return [*(parts if message.text == "grow" else []), final(message, text)]

    async with at_terminal(Bot(script), columns=20) as (screen, _):
        screen.type("whole\r")
        await screen.shows(lines)
        screen.type("grow\r")
        await screen.asks(3)
    # A word that had begun on the line is taken to the next one.
    assert "of the str\x1b[17G\x1b[K\r\nstree" in screen.raw


async def test_a_hostile_reply_cannot_steer_the_terminal() -> None:
    def script(message: Message) -> list[OutboxEvent]:
        text = "a\x1b]0;owned\x07b\x1b[2Jc\x9b5md\u202ee\ud800"
        return [delta(message, 1, text[:6]), delta(message, 2, text), final(message, text + "!")]

    async with at_terminal(Bot(script)) as (screen, _):
        screen.type("x\r")
        await screen.shows("a]0;ownedb[2Jc5mde\ufffd!\n")
    for code in ("\x1b]0;", "\x07", "\x1b[2J", "\x9b", "\u202e"):
        assert code not in screen.raw


async def test_waiting_shows_that_work_has_begun_and_after_two_seconds_the_time() -> None:
    bot = Bot(lambda message: [Started(message.id, 0, message.ref, message.reply_to)])
    async with at_terminal(bot) as (screen, adapter):
        screen.type("slow\r")
        await screen.shows("…")
        await screen.shows("… 2 s")
        await adapter.deliver(final(bot.messages[0], "Done."))
        await screen.until(lambda: "\r\x1b[KDone." in screen.raw)


async def test_ctrl_c_clears_the_line() -> None:
    bot = Bot(echo)
    async with at_terminal(bot) as (screen, _):
        screen.type("not this")
        await screen.shows("not this")
        screen.type(CTRL_C)
        await screen.asks(2)
        screen.type("but this\r")
        await screen.shows("echo but this")
    assert [message.text for message in bot.messages] == ["but this"]


async def test_ctrl_c_stops_waiting_and_the_reply_is_shown_when_it_comes() -> None:
    bot = Bot(lambda message: [delta(message, 1, "Slowly")])
    async with at_terminal(bot) as (screen, adapter):
        screen.type("first\r")
        await screen.shows("Slowly")
        screen.type(CTRL_C)
        await screen.shows("Slowly\nNo longer waiting. The reply is shown when it comes.\n")
        await screen.asks(2)
        await adapter.deliver(delta(bot.messages[0], 2, "Slowly but"))
        await adapter.deliver(final(bot.messages[0], "Slowly but surely."))
        await screen.shows("The reply that was not waited for:\nSlowly but surely.\n")
    assert screen.text.count("Slowly but") == 1


async def test_a_late_reply_does_not_cut_into_one_that_is_growing() -> None:
    bot = Bot(lambda message: [delta(message, 1, f"Part of {message.text}")])
    async with at_terminal(bot) as (screen, adapter):
        screen.type("one\r")
        await screen.shows("Part of one")
        screen.type(CTRL_C)
        await screen.asks(2)
        screen.type("two\r")
        await screen.shows("Part of two")
        await adapter.deliver(final(bot.messages[0], "All of one"))
        await adapter.deliver(final(bot.messages[1], "Part of two, and the rest"))
        await screen.shows("Part of two, and the rest\n\nThe reply that was not waited for:\nAll of one\n")


async def test_what_is_typed_while_waiting_is_the_next_line() -> None:
    bot = Bot(lambda message: [delta(message, 1, "Begun")])
    async with at_terminal(bot) as (screen, adapter):
        screen.type("one\r")
        await screen.shows("Begun")
        screen.type("two\r")
        await adapter.deliver(final(bot.messages[0], "Begun and done"))
        await screen.shows("Begun", times=2)
        await adapter.deliver(final(bot.messages[1], "Begun and done"))
        await screen.shows("Begun and done", times=2)
    assert [message.text for message in bot.messages] == ["one", "two"]


async def test_commands_and_options_are_completed_and_described() -> None:
    bot = Bot(echo)
    async with at_terminal(bot, locale="es-MX") as (screen, _):
        screen.type("/")
        await screen.shows("Traducir un texto")
        screen.type("tr\t ")
        await screen.shows("Idioma")
        screen.type("to=p\t ¡Hi!\r")
        await screen.shows("echo ¡Hi!")
    command = bot.messages[0].command
    assert command is not None
    assert (command.name, command.options) == ("translate", {"to": "pt", "text": "¡Hi!"})


async def test_lines_are_remembered_for_the_next_time_by_their_owner_alone(tmp_path: Path) -> None:
    history = tmp_path / "data" / "history"
    async with at_terminal(Bot(echo), history=history) as (screen, _):
        screen.type("remember me\r")
        await screen.asks(2)
    assert history.stat().st_mode & 0o777 == 0o600

    bot = Bot(echo)
    async with at_terminal(bot, history=history) as (screen, _):
        screen.type("\x1b[A")
        await screen.shows("remember me")
        screen.type("!\r")
        await screen.asks(2)
    assert [message.text for message in bot.messages] == ["remember me!"]


async def test_only_the_newest_lines_are_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.local.prompt._LINES", 5)
    path = tmp_path / "history"
    history = FileHistory(path)
    said = ["one", "two\n# lines", "+three\nof\nthem", "four", "five"]
    for line in said:
        history.store_string(line)
    path.chmod(0o644)
    async with at_terminal(Bot(echo), history=path) as (screen, _):
        screen.type("six\r")
        await screen.asks(2)
    assert list(history.load_history_strings()) == ["six", "five", "four", "+three\nof\nthem"]
    assert path.stat().st_mode & 0o777 == 0o600
    async with at_terminal(Bot(echo), history=path):
        pass
    # A message whose lines are not all among the newest goes whole.
    assert list(history.load_history_strings()) == ["six", "five", "four"]


async def test_a_history_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    async with at_terminal(Bot(echo), history=tmp_path / "file" / "history") as (screen, _):
        screen.type("hello\r")
        await screen.shows("echo hello")


async def test_pasted_lines_are_one_message() -> None:
    bot = Bot(echo)
    async with at_terminal(bot) as (screen, _):
        screen.type("\x1b[200~first\nsecond\x1b[201~")
        await screen.shows("second")
        screen.type("\r")
        await screen.asks(2)
    assert [message.text for message in bot.messages] == ["first\nsecond"]


async def test_ten_thousand_pasted_marks_do_not_hold_up_the_chat() -> None:
    bot = Bot(lambda message: [final(message, "ok")])
    begun = time.process_time()
    async with at_terminal(bot) as (screen, _):
        keys = "\x1b[200~e" + "\u0301" * 10_000 + "\x1b[201~\r"
        threading.Thread(target=screen.type, args=(keys,), daemon=True).start()  # the paste outgrows the tty
        await screen.asks(2)
    assert time.process_time() - begun < 2.0
    assert [message.text for message in bot.messages] == ["e" + "\u0301" * 30]


@pytest.mark.parametrize("keys", [CTRL_D, "/quit\r", "/salir\r"])
async def test_leaving_ends_the_run_and_leaves_the_terminal_as_it_was(keys: str) -> None:
    async with at_terminal(Bot(echo)) as (screen, adapter):
        before = screen.attributes
        screen.type("hello\r")
        await screen.asks(2)
        screen.type(keys)
        async with asyncio.timeout(SECONDS):
            await screen.running
        assert adapter.stdin is not None
        assert termios.tcgetattr(adapter.stdin.fileno()) == before


async def test_a_case_for_the_moderators_is_shown_above_the_prompt() -> None:
    async with at_terminal(Bot(echo)) as (screen, adapter):
        ref, to = ConversationRef("terminal", "local", "chat"), ReplyTo(adapter.route)
        card = Card("t9", 0, ref, to, title="Blocked: injection", fields=(("Author", "Ana\x1b[2J"),))
        await adapter.deliver(card)
        await adapter.deliver(card)
        await screen.shows("Blocked: injection\nAuthor: Ana[2J\n")
    assert screen.text.count("Blocked: injection") == 1


@pytest.mark.parametrize("keys", ["half a li", "hello\r"], ids=["typing", "waiting"])
async def test_a_cancelled_run_leaves_the_terminal_as_it_was(keys: str) -> None:
    with terminal() as (screen, slave):
        before = termios.tcgetattr(slave)
        adapter = make_adapter(os.dup(slave), os.dup(slave))

        async def on_message(message: Inbound) -> None:
            assert isinstance(message, Message)
            await adapter.deliver(delta(message, 1, "half a line"))

        running = asyncio.create_task(adapter.run(on_message))
        await screen.asks(1)
        screen.type(keys)
        await screen.shows("half a li")
        running.cancel()
        await asyncio.wait({running}, timeout=SECONDS)
        assert running.cancelled()
        assert termios.tcgetattr(slave) == before
        close(adapter)


@pytest.mark.parametrize("keys", ["half a li", "hello\r"], ids=["typing", "waiting"])
async def test_a_terminal_that_goes_away_ends_the_run(keys: str) -> None:
    master, slave = pty.openpty()
    adapter = make_adapter(os.dup(slave), slave)
    screen = Screen(master, [])
    messages: list[Message] = []

    async def on_message(message: Inbound) -> None:
        assert isinstance(message, Message)
        messages.append(message)
        await adapter.deliver(delta(message, 1, "half a line"))

    running = asyncio.create_task(adapter.run(on_message))
    await screen.asks(1)
    screen.type(keys)
    await screen.shows("half a li")
    asyncio.get_running_loop().remove_reader(master)
    os.close(master)
    for message in messages:
        with pytest.raises(DeliveryFailed):
            await adapter.deliver(delta(message, 2, "half a line and more"))
    async with asyncio.timeout(SECONDS):
        await running
    close(adapter)


async def test_a_terminal_without_cursor_control_gets_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    with terminal() as (screen, slave):
        adapter = make_adapter(os.dup(slave), os.dup(slave))
        async with Bot(echo).behind(adapter):
            screen.type("hello\n")
            await screen.shows("echo hello")
            screen.type(CTRL_D)
        close(adapter)
    assert "\x1b" not in screen.raw
