"""The adapter for a terminal or a pipe: one person, one conversation."""

from __future__ import annotations

import asyncio
import errno
import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TextIO

from adapters.base import (
    N_,
    Attachment,
    Author,
    Busy,
    Capabilities,
    Card,
    CommandSpec,
    CommandUse,
    ConversationRef,
    DeliveryFailed,
    Delta,
    Locale,
    Message,
    NotKept,
    OnMessage,
    OutboxEvent,
    Removed,
    ReplyTo,
    Started,
    Translate,
)
from adapters.commands import ParseError, parse_command, text_of
from adapters.local.files import take_files
from adapters.local.pipe import MAX_LINE, LineTooLong, PipeScreen
from adapters.local.view import Reply
from adapters.text import clean

_CAPABILITIES = Capabilities(max_length=100_000, edit_interval=0.05, dialect="plain")
_LEAVE = ("/quit", "/salir")
_REMEMBERED = 4096
"""How many delivered events are known again."""
_TICK = 1.0
"""Seconds between two looks at the clock while waiting."""

_BUSY = N_(
    "Too many messages are waiting for an answer here, so this one was not taken. Try again in a moment."
)
_NOT_KEPT = N_("Your message could not be kept, so nothing of it was sent. Try again in a moment.")
_TOO_LONG = N_("That line has more than {limit} characters, which is too long. Nothing of it was sent.")
_STOPPED = N_("No longer waiting. The reply is shown when it comes.")
_NO_REPLY = N_("No reply has come for {seconds} seconds. It is shown when it comes.")
_LATE = N_("The reply that was not waited for:")


class Screen(Protocol):
    """Where lines come from and replies go: a person's terminal, or a pipe."""

    @property
    def typed(self) -> bool:
        """Whether a person types the lines, who may name files of this machine."""

    async def read(self) -> str | None:
        """The next line; None when there is none any more. Raises `LineTooLong`."""

    def waiting(self, stop: Callable[[], None]) -> AbstractContextManager[None]:
        """Entered while a reply is waited for; `stop` is called when the person waits no longer."""

    def tick(self, seconds: float) -> None:
        """The reply has been waited for so long."""

    def grow(self, event: Started | Delta) -> None:
        """More of the reply has come."""

    async def end(self, event: Reply) -> None:
        """The reply is here."""

    async def sentence(self, text: str) -> None:
        """Something that the terminal itself has to say."""

    async def late(self, event: Reply | Card, header: str) -> None:
        """Something that nobody waits for has come."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """The message whose reply is waited for."""

    message_id: str
    ended: asyncio.Future[Reply | None]
    """The reply; None when the person waits no longer."""

    def end(self, reply: Reply | None) -> None:
        if not self.ended.done():
            self.ended.set_result(reply)


@dataclass(kw_only=True, eq=False)
class TerminalAdapter:
    """A chat in this process's terminal, whose owner moderates it.

    With a terminal on both sides it edits lines, completes commands and streams replies in colour. With a
    pipe on either side (or a terminal without cursor control, TERM=dumb) it writes one block for each line,
    in order, and ends at the end of the input: the reply or notice, or a sentence on why the line was not
    sent. Blocks are separated by exactly one newline, and those inside a reply stay. Lines of nothing but
    spaces are skipped and get no block.

    "/name …" is a command, "//text" sends "/text", "/quit" and "/salir" leave.
    """

    session: str
    """Names this run: replies find it by its route."""
    commands: Sequence[CommandSpec]
    translate: Translate
    new_id: Callable[[], str]
    channel: str = "chat"
    user: str = "you"
    """The person's name."""
    locale: Locale = ""
    stdin: TextIO | None = field(default_factory=lambda: sys.stdin)
    stdout: TextIO | None = field(default_factory=lambda: sys.stdout)
    history_file: Path | None = None
    clock: Callable[[], float] = time.time
    banner: str = ""
    """Stands above an interactive chat."""
    patience: float = 900.0
    """Seconds to wait for a reply before the next line."""
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the first line can be typed."""

    def __post_init__(self) -> None:
        self._ref = ConversationRef("terminal", "local", self.channel)
        self._screen: Screen | None = None
        self._waiting: _Waiting | None = None
        self._delivered: dict[tuple[str, int, str], None] = {}
        self._left: set[str] = set()

    @property
    def route(self) -> str:
        """This run's own outbox."""
        return f"terminal-{self.session}"

    def capabilities(self, ref: ConversationRef) -> Capabilities:
        """The same everywhere: a terminal scrolls."""
        return _CAPABILITIES

    async def run(self, on_message: OnMessage) -> None:
        """Sends lines until the person leaves or the input ends, and every reply has come.

        Ends too when the pipe that it writes to, or the terminal, is closed.
        """
        screen = self._open()
        if screen is None:
            return
        self._screen = screen
        try:
            await self._chat(screen, on_message)
        except OSError as error:
            if error.errno not in (errno.EPIPE, errno.EIO):
                raise
        finally:
            self._screen = None

    async def deliver(self, event: OutboxEvent) -> None:
        """Shows `event`. Delivering the same event again changes nothing.

        Raises:
            DeliveryFailed: the terminal was closed.
        """
        key = (event.turn, event.seq, event.kind)
        screen = self._screen
        if screen is None or key in self._delivered:
            return
        self._delivered[key] = None
        if len(self._delivered) > _REMEMBERED:
            del self._delivered[next(iter(self._delivered))]

        try:
            await self._show(event, screen)
        except OSError as error:
            raise DeliveryFailed("the terminal is gone", retry_after=None) from error

    async def _show(self, event: OutboxEvent, screen: Screen) -> None:
        waiting, message_id = self._waiting, event.to.message_id
        expected = waiting is not None and waiting.message_id == message_id and not waiting.ended.done()
        if isinstance(event, Started | Delta):
            if expected:
                screen.grow(event)
        elif isinstance(event, Removed):
            pass  # Nobody takes a line back here.
        elif waiting is not None and expected and not isinstance(event, Card):
            waiting.end(event)
        elif message_id in self._left:
            self._left.discard(message_id)
            await screen.late(event, self._say(_LATE))
        else:
            await screen.late(event, "")

    async def _chat(self, screen: Screen, on_message: OnMessage) -> None:
        while True:
            try:
                line = await screen.read()
            except LineTooLong:
                await screen.sentence(self._say(_TOO_LONG).format(limit=MAX_LINE))
                continue
            if line is None or line.strip() in _LEAVE:
                return
            line = clean(line)
            if not line.strip():
                continue
            message = await self._message(line, screen)
            if isinstance(message, ParseError):
                await screen.sentence(message.sentence(self.translate, self.locale))
            else:
                await self._exchange(message, screen, on_message)

    async def _exchange(self, message: Message, screen: Screen, on_message: OnMessage) -> None:
        """Sends a message and waits for its reply."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        # Before the message is sent: its reply may be here before `on_message` returns.
        waiting = self._waiting = _Waiting(message.id, loop.create_future())
        try:
            with screen.waiting(lambda: waiting.end(None)):
                await on_message(message)
                while not waiting.ended.done() and (waited := loop.time() - begun) < self.patience:
                    screen.tick(waited)
                    await asyncio.wait({waiting.ended}, timeout=min(_TICK, self.patience - waited))
        except Busy:
            await screen.sentence(self._say(_BUSY))
            return
        except NotKept:
            await screen.sentence(self._say(_NOT_KEPT))
            return
        finally:
            self._waiting = None
        reply = waiting.ended.result() if waiting.ended.done() else None
        if reply is not None:
            await screen.end(reply)
            return
        self._left.add(message.id)
        if waiting.ended.done():
            await screen.sentence(self._say(_STOPPED))
        else:
            await screen.sentence(self._say(_NO_REPLY).format(seconds=round(self.patience)))

    async def _message(self, line: str, screen: Screen) -> Message | ParseError:
        command: CommandUse | None = None
        attached: tuple[Attachment, ...] = ()
        text = line
        if line.startswith("//"):
            text = line[1:]
        elif line.startswith("/"):
            parsed = parse_command(line, self.commands)
            if isinstance(parsed, ParseError):
                return parsed
            taken = await take_files(parsed, self.commands, typed=screen.typed)
            if isinstance(taken, ParseError):
                return taken
            command, attached = taken
            text = text_of(command, self.commands)
        message_id = self.new_id()
        return Message(
            ref=self._ref,
            id=message_id,
            author=Author("local", self.user, is_moderator=True),
            text=text,
            sent_at=self.clock(),
            reply_to=ReplyTo(self.route, message_id),
            command=command,
            attachments=attached,
            locale=self.locale,
        )

    def _say(self, sentence: str) -> str:
        return self.translate(sentence, self.locale)

    def _open(self) -> Screen | None:
        """The screen for what stdin and stdout are; None when one of them was closed before the start."""
        if self.stdin is None or self.stdout is None:
            return None
        cursor_control = os.environ.get("TERM", "").casefold() not in ("", "dumb", "unknown")
        if not (self.stdin.isatty() and self.stdout.isatty() and (cursor_control or os.name == "nt")):
            self.ready.set()
            return PipeScreen(self.stdin.fileno(), self.stdout.fileno())
        # prompt_toolkit takes most of the start: whoever pipes does not wait for it.
        from adapters.local.prompt import PromptScreen

        screen = PromptScreen(
            self.stdin,
            self.stdout,
            commands=self.commands,
            locale=self.locale,
            say=self._say,
            history_file=self.history_file,
            ready=self.ready.set,
        )
        if self.banner:
            screen.view.banner(self.banner)
        return screen
