"""Logs: one canonical line per turn, JSON unless a person is reading. No message text, ever."""

from __future__ import annotations

import datetime as dt
import json
import logging
import sys
from collections.abc import Mapping
from pathlib import Path
from traceback import walk_tb
from typing import Literal

from adapters.base import Message
from bot.claims.showing import line_of as claims_line
from bot.conversation import Turn, turn_id

_HOME = f"{Path(__file__).parents[1]}/"
_turns = logging.getLogger("sereno.turn")


def line_of(turn: Turn) -> dict[str, object]:
    """What the canonical line tells of a turn that the guards and the model had to do with."""
    line: dict[str, object] = {
        "state": turn.state,
        "model": turn.model,
        "prompt_tokens": turn.prompt_tokens,
        "reply_tokens": turn.reply_tokens,
        "failure": turn.failure,
    }
    if turn.claims is not None:
        line |= claims_line(turn.claims)
    for name, decision in (("input", turn.decision_in), ("output", turn.decision_out)):
        if decision is not None:
            line[name] = decision.action.word
            line[f"{name}_score"] = round(decision.score, 3)
            line[f"{name}_findings"] = [f"{finding.guard}/{finding.code}" for finding, _ in decision.findings]
            line[f"{name}_passed"] = [f"{finding.guard}/{finding.code}" for finding, _ in decision.passed]
            line[f"{name}_failures"] = [f"{guard}: {error}" for guard, error in decision.failures]
    return {key: value for key, value in line.items() if value not in ("", [])}


def log_turn(message: Message, line: Mapping[str, object], *, ms: float, attempt: int) -> None:
    """The canonical line of a turn: who decided what, how long it took. Ids only, no words."""
    fields = {
        "turn": turn_id(message),
        "conversation": message.ref.key,
        "author": message.author.id,
        "command": message.command.name if message.command else "chat",
        "attempt": attempt,
        "ms": round(ms, 1),
        **line,
    }
    _turns.info("turn", extra={"fields": fields})


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """`record` as JSON."""
        line = {
            "at": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["where"] = _where(record)
        return json.dumps(line, ensure_ascii=False)


class ConsoleFormatter(logging.Formatter):
    """One readable line."""

    def format(self, record: logging.LogRecord) -> str:
        """`record` for a person."""
        fields = " ".join(f"{key}={value}" for key, value in getattr(record, "fields", {}).items())
        at = dt.datetime.fromtimestamp(record.created, dt.UTC).strftime("%H:%M:%S")
        where = f" [{_where(record)}]" if record.exc_info else ""
        return f"{at} {record.levelname.lower():7} {_message(record)}{' ' if fields else ''}{fields}{where}"


def _message(record: logging.LogRecord) -> str:
    text = record.getMessage()
    # The lines below asyncio's first one show objects, exceptions with their texts among them.
    return text.partition("\n")[0] if record.name == "asyncio" else text


def _where(record: logging.LogRecord) -> str:
    """Class and place of an exception: its text may hold a member's words."""
    return failure_of(record.exc_info[1]) if record.exc_info and record.exc_info[1] else ""


def failure_of(error: BaseException) -> str:
    """An exception as it may be logged and stored: its class, and where it was raised."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    places = [frame.f_code for frame, _ in walk_tb(error.__traceback__)]
    lines = [line for _, line in walk_tb(error.__traceback__)]
    if not places:
        return type(error).__name__
    # The deepest place of ours tells more than the library's below it.
    ours = [index for index, code in enumerate(places) if code.co_filename.startswith(_HOME)]
    index = ours[-1] if ours else -1
    file = places[index].co_filename.removeprefix(_HOME)
    return f"{type(error).__name__} in {places[index].co_name} ({file}:{lines[index]})"


def set_up_logging(level: str, style: Literal["auto", "console", "json"]) -> None:
    """Sends all logs to standard error in `style`; "auto": console in a terminal, else JSON."""
    handler = logging.StreamHandler(sys.stderr)
    readable = style == "console" or (style == "auto" and sys.stderr.isatty())
    handler.setFormatter(ConsoleFormatter() if readable else JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # Both would log what is sent and received.
    for name in ("openai", "httpx2", "httpx", "httpcore", "httpcore2", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)
