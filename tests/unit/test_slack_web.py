"""What Slack's refusals mean, and how fast it may be asked."""

from __future__ import annotations

import time

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack import web
from adapters.slack.web import PER_MINUTE, POST_BURST, POST_EVERY, Pace, Trouble, WaitLonger, trouble_of


def answered(status: int, data: object, headers: dict[str, str] | None = None) -> SlackApiError:
    response = AsyncSlackResponse(
        client=AsyncWebClient(),
        http_verb="POST",
        api_url="",
        req_args={},
        data=data,  # type: ignore[arg-type]
        headers=headers or {},
        status_code=status,
    )
    return SlackApiError("", response)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (answered(429, {"error": "ratelimited"}, {"Retry-After": "30"}), Trouble("ratelimited", 30.0, True)),
        (answered(429, {}, {"retry-after": "x"}), Trouble("ratelimited", 1.0, True)),
        (answered(500, {}), Trouble("HTTP 500", 2.0, False)),
        (answered(200, {"error": "internal_error"}), Trouble("internal_error", 2.0, False)),
        (answered(200, {"error": "not_in_channel"}), Trouble("not_in_channel", None, True)),
        (answered(200, {"error": "token_revoked"}), Trouble("token_revoked", 5.0, True)),
        (answered(503, "<html>"), Trouble("HTTP 503", 2.0, False)),
        (aiohttp.ServerDisconnectedError(), Trouble("ServerDisconnectedError", 1.0, False)),
        (TimeoutError(), Trouble("TimeoutError", 1.0, False)),
    ],
)
def test_what_a_failed_call_means(error: Exception, trouble: Trouble) -> None:
    assert trouble_of(error) == trouble


class Now:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


async def test_a_few_messages_go_at_once_and_so_many_wait_that_the_next_comes_later() -> None:
    now = Now()
    pace = Pace(now)
    for _ in range(POST_BURST):
        await pace.turn("C1")
    pace.later("C1", 40.0)
    with pytest.raises(WaitLonger) as longer:
        await pace.turn("C1")
    assert 39.0 < longer.value.seconds <= 40.0 + POST_EVERY
    await pace.turn("C2")
    now.seconds += 42.0
    await pace.turn("C1")


@pytest.mark.parametrize("method", PER_MINUTE)
def test_of_what_can_be_left_out_there_is_so_much_a_minute(method: str) -> None:
    now = Now()
    pace = Pace(now)
    taken = 0
    for _ in range(600):
        taken += pace.may(method)
        now.seconds += 0.1
    # What was saved up, and a minute's worth.
    assert PER_MINUTE[method] <= taken <= 2 * PER_MINUTE[method]


def test_after_a_refusal_nothing_is_asked_for_a_while() -> None:
    now = Now()
    pace = Pace(now)
    pace.never_for("chat.update", 30.0)
    assert not pace.may("chat.update")
    now.seconds += 29.0
    assert not pace.may("chat.update")
    now.seconds += 61.0
    assert pace.may("chat.update")


async def test_more_messages_than_a_few_wait_for_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "POST_EVERY", 0.02)
    pace = Pace()
    began = time.monotonic()
    for _ in range(POST_BURST + 3):
        await pace.turn("C1")
    assert time.monotonic() - began > 0.05
