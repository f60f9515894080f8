"""What the errors of an OpenAI-compatible provider mean.

Nothing that a provider says gets into a `Problem`'s reason: it may quote what a member wrote.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from bot.models.base import ModelErrorKind

if TYPE_CHECKING:
    from openai import APIError

_OPTIONAL = ("store", "stream_options", "temperature", "max_tokens", "logprobs", "response_format")
"""What some provider or model refuses, and a request can do without, or under another name."""

_UNSUPPORTED = re.compile(
    r"un(known|recogni[sz]ed|supported|expected)|not (supported|permitted|allowed)|not support|extra_forbidden|cannot find"
)
_NO_COMPLETIONS = re.compile(r"chat model|v1/completions|completions (endpoint|api)")
_TOO_LONG = re.compile(
    r"context[ _](length|window|size)|maximum context|too many tokens|(prompt|input|request) is too (long|large)"
)
_NO_CREDIT = re.compile(r"insufficient_quota|billing|credit")
_FILTERED = re.compile(r"content[ _](filter|policy)|moderation|flagged")


class Malformed(Exception):
    """A provider sent JSON of the wrong shape."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why there is no reply."""

    kind: ModelErrorKind
    reason: str
    """Goes on after the host's name: "answered 502"."""
    retry_after: float | None = None
    status: int = 0
    parameter: str = ""
    words: str = ""
    """The provider's own, in lower case: to tell problems apart by, never to show."""


LATE = Problem("timeout", "did not finish within the time given")


def sdk_errors() -> tuple[type[Exception], ...]:
    """All that the SDK raises: its own, its HTTP clients', and what JSON and UTF-8 decoding raise."""
    import aiohttp
    import httpx2
    import openai

    return (
        openai.OpenAIError,
        httpx2.HTTPError,
        httpx2.InvalidURL,
        httpx2.StreamError,
        aiohttp.ClientError,
        OSError,
        Malformed,
        ValueError,
        RecursionError,
    )


def problem_of(error: Exception, *, opened: bool) -> Problem:
    """What `error` means; `opened`: the reply had begun."""
    import httpx2
    import openai

    # The transport reports a dropped connection as a connect timeout.
    if isinstance(error, openai.APITimeoutError) and not isinstance(error.__cause__, httpx2.ConnectTimeout):
        return Problem("timeout", "was silent for too long")
    if isinstance(error, openai.APIStatusError):
        return _answered(error, error.status_code, retry_after_seconds(error.response.headers, time.time()))
    if isinstance(error, openai.APIError) and not isinstance(error, openai.APIConnectionError):
        # An error in the middle of a stream: gateways put the status into its code.
        code = error.code or ""
        return _answered(error, int(code) if re.fullmatch("[3-5][0-9][0-9]", code) else 0, None)
    if isinstance(error, Malformed | ValueError | RecursionError):
        return Problem("malformed", "sent something that cannot be read")
    if opened:
        return Problem("cut", "broke the connection off in the middle of the reply")
    return Problem("unavailable", "cannot be reached")


def _answered(error: APIError, status: int, retry_after: float | None) -> Problem:
    words = f"{error.code or ''} {error.type or ''} {_message(error.body)}".lower()[:600]
    kind, reason = _meaning(status, words)
    return Problem(
        kind, reason, retry_after, status, error.param if isinstance(error.param, str) else "", words
    )


def _message(body: object) -> str:
    if not isinstance(body, Mapping):
        return body if isinstance(body, str) else ""
    detail = body.get("detail")
    if isinstance(detail, list):  # pydantic's, as FastAPI sends them
        problems = [problem for problem in detail if isinstance(problem, dict)]
        return " ".join(
            f"{problem.get('type')} {problem.get('loc')} {problem.get('msg')}" for problem in problems
        )
    return str(body.get("message", ""))


_BY_STATUS: Mapping[int, tuple[ModelErrorKind, str]] = {
    401: ("unauthorized", "refuses the API key"),
    402: ("unauthorized", "has no credit left for this account"),
    403: ("unauthorized", "refuses access"),
    404: ("unauthorized", "does not know this model or this address"),
    407: ("unauthorized", "is behind a proxy that wants a login"),
    408: ("timeout", "gave up waiting"),
    413: ("too_long", "finds the prompt too long"),
    429: ("rate_limited", "gets too many requests"),
    504: ("timeout", "gave up waiting"),
}


def _meaning(status: int, words: str) -> tuple[ModelErrorKind, str]:
    """Kind and reason of an error answer; status 0: an error inside a stream that gives none."""
    suffix = f" ({status})" if status else ""
    if status in (0, 400, 422) and _TOO_LONG.search(words):
        return "too_long", "finds the prompt too long" + suffix
    if status in (0, 403) and _FILTERED.search(words):
        return "rejected", "refused the content" + suffix
    if status in (0, 429) and _NO_CREDIT.search(words):
        return "unauthorized", "has no credit left for this account" + suffix
    if status in _BY_STATUS:
        kind, reason = _BY_STATUS[status]
        return kind, reason + suffix
    if status == 0:
        return "cut", "broke the reply off with an error"
    if status < 400:
        return "unavailable", "sends elsewhere: base_url must be the final address" + suffix
    return (
        ("unavailable", "is out of order" + suffix)
        if status >= 500
        else ("rejected", "refused the request" + suffix)
    )


def unsupported(problem: Problem, body: Mapping[str, object]) -> set[str]:
    """The parameters of `body` that the provider says it does not take."""
    # OpenAI's reasoning models answer 403 to who wants probabilities. No other 403 is about a parameter.
    optional = {400: _OPTIONAL, 422: _OPTIONAL, 403: ("logprobs",)}.get(problem.status, ())
    if not _UNSUPPORTED.search(problem.words):
        return set()
    sent = [parameter for parameter in optional if parameter in body]
    if problem.parameter:
        return {parameter for parameter in sent if parameter == problem.parameter}
    return {parameter for parameter in sent if re.search(rf"\b{parameter}\b", problem.words)}


def lacks_completions(problem: Problem) -> bool:
    """Whether the provider, or this model there, has chat only."""
    if problem.status == 400:
        return problem.kind != "too_long" and _NO_COMPLETIONS.search(problem.words) is not None
    return problem.status in (404, 405, 501) and "model_not_found" not in problem.words


def retry_after_seconds(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds to wait (RFC 9110, 10.2.3: seconds or a date; also OpenAI's `retry-after-ms`)."""
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(name, "")) / unit
        except ValueError:
            seconds = _parse_date(headers.get(name, "")) - now
        if math.isfinite(seconds):
            return max(0.0, seconds)
    return None


def _parse_date(text: str) -> float:
    """Unix seconds; NaN when `text` is no date."""
    try:
        date = parsedate_to_datetime(text)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return math.nan
