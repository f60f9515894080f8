"""Log lines: one a turn, JSON, and no word of anyone in any of them."""

from __future__ import annotations

import asyncio
import gc
import io
import json
import logging
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from adapters.base import Attachment, Author, CommandUse, Message, Quoted
from bot.log import ConsoleFormatter, JsonFormatter, failure_of, set_up_logging
from bot.models.base import ModelError, Prompt
from bot.store.base import DeadLetter, partition_of
from bot.worker import ATTEMPTS
from guards.base import Finding, Stage, Subject
from tests.helpers import PLAZA, eventually, message
from tests.scripted import ScriptedModel
from tests.unit.engine_parts import Bench
from tests.unit.test_worker import working

CANARY = "canary"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """All log output, at the finest level, once in each format."""
    root, level = logging.getLogger(), logging.getLogger().level
    stream = io.StringIO()
    handlers = [logging.StreamHandler(stream), logging.StreamHandler(stream)]
    for handler, formatter in zip(handlers, (JsonFormatter(), ConsoleFormatter()), strict=True):
        handler.setFormatter(formatter)
        root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.setLevel(level)
    for handler in handlers:
        root.removeHandler(handler)


def everywhere(**fields: Any) -> Message:
    """A message with a canary in all its words."""
    return message(
        f"{CANARY} in the text",
        author=Author("u7", f"{CANARY}-name"),
        quoted=(Quoted(f"{CANARY}-quoted", f"{CANARY} in a quotation"),),
        attachments=(Attachment(f"{CANARY}.txt", "text/plain", 6, f"{CANARY} in a file"),),
        **fields,
    )


def raising(prompt: Prompt) -> str:
    raise RuntimeError(f"{CANARY} in an exception", prompt.messages)


class Failing:
    """A guard with a bug."""

    stages = frozenset(Stage)

    def __init__(self, name: str) -> None:
        self.name = name

    def check(self, subject: Subject) -> Sequence[Finding]:
        raise ValueError(f"{CANARY}: {subject.text}")


@pytest.mark.parametrize(
    "bench",
    [
        pytest.param(lambda: Bench(ScriptedModel(f"{CANARY} in the reply.")), id="answered"),
        pytest.param(lambda: Bench(ScriptedModel(ModelError("rejected", "status 400"))), id="model refuses"),
        pytest.param(lambda: Bench(ScriptedModel(), guards=[Failing("injection")]), id="guard fails, closed"),
        pytest.param(
            lambda: Bench(ScriptedModel(CANARY), guards=[Failing("hijack")]), id="guard fails, open"
        ),
    ],
)
async def test_a_turn_logs_no_word_of_anyone(bench: Any, written: io.StringIO) -> None:
    await bench().turn(everywhere())
    assert "sereno.turn" in written.getvalue()
    assert CANARY not in written.getvalue()


async def test_a_turn_that_always_raises_logs_classes_and_places_and_no_words(written: io.StringIO) -> None:
    bench = Bench(ScriptedModel(*[raising] * ATTEMPTS))
    await bench.store.deliver(everywhere(command=CommandUse("complete", {"text": f"{CANARY} to go on"})))

    async def put_aside() -> Sequence[DeadLetter]:
        return await bench.store.dead_letters(partition_of(PLAZA), 1)

    async with working(bench.store, bench.engine.handle):
        letters = await eventually(put_aside)
    assert CANARY not in letters[0].error
    assert written.getvalue().count("RuntimeError in raising") >= ATTEMPTS
    assert CANARY not in written.getvalue()


async def test_a_task_that_nobody_awaited_logs_no_words(written: io.StringIO) -> None:
    async def fail() -> None:
        raise RuntimeError(CANARY)

    task = asyncio.create_task(fail(), name=CANARY)
    await asyncio.wait([task])
    del task
    gc.collect()
    assert written.getvalue().count("RuntimeError in fail") == 2
    assert CANARY not in written.getvalue()


def record(text: str, *arguments: object, **fields: Any) -> logging.LogRecord:
    made = logging.LogRecord("sereno.x", logging.WARNING, "file", 1, text, arguments, None)
    vars(made).update(fields)
    return made


def test_a_line_is_one_json_object_with_time_level_and_fields() -> None:
    line = JsonFormatter().format(record("turn\n%s", "x", created=0.0, fields={"ms": 1.5, "input": "block"}))
    assert "\n" not in line
    assert json.loads(line) == {
        "at": "1970-01-01T00:00:00.000+00:00",
        "level": "warning",
        "logger": "sereno.x",
        "message": "turn\nx",
        "ms": 1.5,
        "input": "block",
    }


def test_a_line_for_a_person_is_short() -> None:
    line = ConsoleFormatter().format(record("turn", created=0.0, fields={"ms": 1.5, "input": "block"}))
    assert line == "00:00:00 warning turn ms=1.5 input=block"


@pytest.mark.parametrize("formatter", [JsonFormatter(), ConsoleFormatter()])
def test_an_exception_is_its_class_and_place(formatter: logging.Formatter) -> None:
    try:
        Failing("x").check(Subject(CANARY, Stage.INPUT))
    except ValueError as error:
        line = formatter.format(record("failed", exc_info=(type(error), error, error.__traceback__)))
    assert "ValueError in check (tests/unit/test_log.py:" in line
    assert CANARY not in line
    assert "\n" not in line


def test_a_failure_deep_in_a_library_is_placed_where_we_called_it() -> None:
    with pytest.raises(ValueError, match="Expecting") as raised:
        json.loads(CANARY)
    assert failure_of(raised.value).startswith("JSONDecodeError in test_a_failure_deep_in_a_library")


def test_a_group_of_failures_is_its_first_one() -> None:
    group = BaseExceptionGroup(CANARY, [ExceptionGroup(CANARY, [KeyError(CANARY)])])
    assert failure_of(group) == "KeyError"


@pytest.mark.parametrize(("style", "json_lines"), [("auto", True), ("json", True), ("console", False)])
def test_without_a_terminal_logs_are_json_unless_asked_otherwise(
    style: Any, json_lines: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        set_up_logging("INFO", style)
        logging.getLogger("sereno.test").info("good evening")
        logging.getLogger("sereno.test").debug("not this")
        logging.getLogger("httpx").info("nor what was sent")
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    line = capsys.readouterr().err
    assert line.count("\n") == 1
    assert line.startswith("{") is json_lines
    assert "good evening" in line
