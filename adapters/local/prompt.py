"""The interactive screen: line editing with history and completion, and the view of the replies."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from prompt_toolkit import PromptSession
from prompt_toolkit.application import run_in_terminal
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.input import create_input
from prompt_toolkit.input.typeahead import store_typeahead
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.output import create_output
from prompt_toolkit.output.vt100 import Vt100_Output

from adapters.base import Card, CommandSpec, Delta, Locale, Started
from adapters.local.pipe import MAX_LINE, LineTooLong
from adapters.local.view import Reply, Say, View
from adapters.local.wrap import Wrapper

_PROMPT = "› "
_MARKS = 30
"""The most that any language needs, says the stream-safe text format (Unicode Standard Annex 15, 13)."""


_LINES = 1000
"""Lines that are remembered for the next chat."""


class PromptScreen:
    """A person at a terminal.

    Args:
        stdin: a terminal.
        stdout: a terminal.
        commands: what is completed after "/".
        locale: the language of the commands' descriptions.
        say: translates.
        history_file: the lines typed, kept for the next time; None: for this time only.
        ready: called when the prompt is on the screen, each time that it is drawn.
    """

    typed = True

    def __init__(
        self,
        stdin: TextIO,
        stdout: TextIO,
        *,
        commands: Sequence[CommandSpec],
        locale: Locale,
        say: Say,
        history_file: Path | None,
        ready: Callable[[], None],
    ) -> None:
        self._input = create_input(stdin)
        self._output = create_output(stdout)
        if isinstance(self._output, Vt100_Output):
            # Asking the terminal where its cursor is gains nothing here, and not every terminal answers.
            self._output.enable_cpr = False
        self._wrapper = Wrapper(lambda: self._output.get_size().columns)
        self.view = View(
            self._write,
            say,
            colour=not os.environ.get("NO_COLOR"),
            begin=self._wrapper.begin,
            take_back=self._take_back,
        )
        self._held: list[tuple[Reply | Card, str]] = []
        completer = CommandCompleter(commands, locale)
        self._session: PromptSession[str] = PromptSession(
            _PROMPT,
            input=self._input,
            output=self._output,
            history=_history(history_file),
            completer=completer,
            key_bindings=_keys(completer),
            complete_while_typing=Condition(self._types_command),
        )
        self._session.app.after_render += lambda _: ready()

    async def read(self) -> str | None:
        """The next line; None when the person leaves with Ctrl-D. Ctrl-C clears the line.

        Raises:
            LineTooLong: more was pasted than can be sent; the next `read` asks anew.
        """
        while True:
            try:
                # Ctrl-C is a key here; the signal and its handler belong to whoever runs the process.
                line = await self._session.prompt_async(set_exception_handler=False, handle_sigint=False)
            except KeyboardInterrupt:
                continue
            except EOFError:
                return None
            if len(line) > MAX_LINE:
                raise LineTooLong
            return line

    @contextmanager
    def waiting(self, stop: Callable[[], None]) -> Iterator[None]:
        """While a reply is waited for: Ctrl-C calls `stop`, other keys are kept for the next line."""

        def on_keys() -> None:
            keys = self._input.read_keys()
            if self._input.closed or any(key.key == Keys.ControlC for key in keys):
                stop()
            store_typeahead(self._input, [key for key in keys if key.key != Keys.ControlC])

        with self._input.raw_mode(), self._input.attach(on_keys):
            yield

    def tick(self, seconds: float) -> None:
        """Shows how long the reply has been waited for."""
        self.view.tick(seconds)

    def grow(self, event: Started | Delta) -> None:
        """Shows what has come of the reply."""
        if isinstance(event, Started):
            self.view.started()
        else:
            self.view.grow(event.text)

    async def end(self, event: Reply) -> None:
        """Shows the end of the reply."""
        self.view.end(event)
        self._show_held()

    async def sentence(self, text: str) -> None:
        """Shows a sentence of the terminal itself."""
        self.view.sentence(text)
        self._show_held()

    async def late(self, event: Reply | Card, header: str) -> None:
        """Shows an event that nobody waits for: above the prompt, or after the reply that is growing."""
        if self.view.growing:
            self._held.append((event, header))
        else:
            await run_in_terminal(lambda: self.view.block(event, header))

    def _show_held(self) -> None:
        for event, header in self._held:
            self.view.block(event, header)
        self._held.clear()

    def _write(self, text: str) -> None:
        self._output.write_raw(self._wrapper.lay(text))
        self._output.flush()

    def _take_back(self) -> bool:
        back = self._wrapper.take_back(self._output.get_size().rows)
        self._output.write_raw(back)
        self._output.flush()
        return bool(back)

    def _types_command(self) -> bool:
        return self._session.default_buffer.text.startswith("/")


class CommandCompleter(Completer):
    """Completes "/" with the names of commands, then with their options and the options' choices."""

    def __init__(self, commands: Sequence[CommandSpec], locale: Locale) -> None:
        self._commands = {command.name: command for command in commands}
        self._language = locale.partition("-")[0].partition("_")[0].casefold()

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        """What can stand where the cursor is."""
        before = document.text_before_cursor
        if not before.startswith("/") or before.startswith("//"):
            return
        *words, word = before[1:].split(" ")
        if not words:
            for command in self._commands.values():
                if command.name.startswith(word.casefold()):
                    yield self._completion(command.name, word, command.name, command.descriptions)
            return
        known = self._commands.get(words[0].casefold())
        # After the first word that is no option, the text has begun.
        if known is None or not all("=" in earlier for earlier in words[1:] if earlier):
            return
        used = {earlier.partition("=")[0] for earlier in words[1:]}
        for option in known.options:
            name, equals, value = word.partition("=")
            if not equals and option.name.startswith(word) and option.name not in used:
                yield self._completion(f"{option.name}=", word, option.name, option.descriptions)
            elif equals and name == option.name:
                for choice in option.choices:
                    if choice.startswith(value):
                        yield Completion(choice, -len(value))

    def _completion(self, text: str, typed: str, shown: str, descriptions: Mapping[str, str]) -> Completion:
        description = descriptions.get(self._language) or descriptions["en"]
        return Completion(text, -len(typed), display=shown, display_meta=description)


def _keys(completer: Completer) -> KeyBindings:
    keys = KeyBindings()

    @keys.add("tab")
    def complete(event: KeyPressEvent) -> None:
        """Inserts what can only be one thing at once; the menu, made while typing, may not be there yet."""
        buffer = event.current_buffer
        found = list(completer.get_completions(buffer.document, CompleteEvent(completion_requested=True)))
        if len(found) == 1:
            buffer.apply_completion(found[0])
        elif buffer.complete_state:
            buffer.complete_next()
        else:
            buffer.start_completion(insert_common_part=True)

    @keys.add(Keys.BracketedPaste)
    def paste(event: KeyPressEvent) -> None:
        lines = event.data.replace("\r\n", "\n").replace("\r", "\n")
        event.current_buffer.insert_text(_drawable(lines))

    return keys


def _drawable(text: str) -> str:
    """`text` with no more than `_MARKS` characters of no width in a row.

    Drawing a line takes prompt_toolkit time that grows with the square of such a run: 6 s for 10,000.
    """
    kept = []
    run = 0
    for char in text:
        run = run + 1 if unicodedata.category(char) in ("Mn", "Me", "Cf") else 0
        if run <= _MARKS:
            kept.append(char)
    return "".join(kept)


class _FileHistory(FileHistory):
    """A history that a full disk does not stop."""

    def store_string(self, string: str) -> None:
        with suppress(OSError):
            super().store_string(string)


def _shorten(path: Path) -> None:
    """Leaves the newest `_LINES` lines in a history, without the rest of a message whose first lines go."""
    # What FileHistory writes: an empty line and a comment before each message, a + before each of its lines.
    entries = path.read_bytes().split(b"\n# ")
    kept, lines = len(entries), 0
    while kept and (lines := lines + entries[kept - 1].count(b"\n+")) <= _LINES:
        kept -= 1
    if kept:
        path.write_bytes(b"".join(b"\n# " + entry for entry in entries[kept:]))


def _history(path: Path | None) -> History:
    """The history in `path`, readable by its owner alone; in memory where it cannot be written.

    Of what earlier chats left, the newest `_LINES` stay.
    """
    if path is None:
        return InMemoryHistory()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.chmod(0o600)
        _shorten(path)
    except OSError:
        return InMemoryHistory()
    return _FileHistory(path)
