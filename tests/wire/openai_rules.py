"""The parameters that OpenAI's HTTP API knows, and what each may be."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Check: TypeAlias = Callable[[object], bool]


def _is_number(low: float, high: float) -> Callable[[object], bool]:
    return lambda v: isinstance(v, int | float) and not isinstance(v, bool) and low <= v <= high


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _is_bool(value: object) -> bool:
    return isinstance(value, bool)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_stream_options(value: object) -> bool:
    return isinstance(value, dict) and set(value) <= {"include_usage"}


def _is_format(value: object) -> bool:
    """A JSON schema in OpenAI's strict mode: every property is required, and there are no others."""
    match value:
        case {"type": "text" | "json_object", **rest}:
            return not rest
        case {"type": "json_schema", "json_schema": {"name": str(), "strict": True, "schema": schema}}:
            return _is_strict(schema)
    return False


def _is_strict(schema: object) -> bool:
    match schema:
        case {"type": "object", "properties": dict(properties), "required": list(required), **rest}:
            closed = rest.get("additionalProperties") is False and sorted(required) == sorted(properties)
            return closed and all(map(_is_strict, properties.values()))
        case {"type": "array", "items": items}:
            return _is_strict(items)
        case {"type": "string" | "integer" | "number" | "boolean"}:
            return True
    return False


_COMMON: dict[str, Check] = {
    "model": _is_text,
    "max_tokens": _is_count,
    "temperature": _is_number(0, 2),
    "top_p": _is_number(0, 1),
    "n": _is_count,
    "stop": lambda v: isinstance(v, str | list),
    "seed": lambda v: isinstance(v, int),
    "user": _is_text,
    "stream": _is_bool,
    "stream_options": _is_stream_options,
}
CHAT: dict[str, Check] = {
    **_COMMON,
    "messages": lambda v: isinstance(v, list),
    "max_completion_tokens": _is_count,
    "store": _is_bool,
    "logprobs": _is_bool,
    "response_format": _is_format,
    "top_logprobs": lambda v: isinstance(v, int) and not isinstance(v, bool) and 0 <= v <= 20,
    "metadata": lambda v: isinstance(v, dict),
}
COMPLETIONS: dict[str, Check] = {
    **_COMMON,
    "prompt": _is_text,
    "echo": _is_bool,
    "suffix": _is_text,
    "logprobs": lambda v: isinstance(v, int) and not isinstance(v, bool) and 0 <= v <= 5,
}
