"""HTTP mode: signed requests to the app's own address.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import aiohttp

from tests.wire.slack.dispatch import EVENTS_API, INTERACTIVE, Delivery, Dispatcher
from tests.wire.slack.errors import Json


@dataclass(frozen=True, slots=True)
class Answer:
    """What the app answered."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """The `x-slack-signature` of a request."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, sha256).hexdigest()


class Requests:
    """Brings everything to `url`."""

    def __init__(self, dispatcher: Dispatcher, secret: str) -> None:
        self._dispatcher = dispatcher
        self._secret = secret
        self.url = ""
        """Where the app listens; "" means Socket Mode."""
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def post(
        self,
        url: str,
        payload: Json | None = None,
        *,
        clock: float,
        form: bool = False,
        body: bytes | None = None,
        secret: str | None = None,
        timestamp: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request, signed as Slack signs unless `secret`, `timestamp`, `body` or `headers` say otherwise."""
        if body is None:
            body = urlencode(payload or {}).encode() if form else json.dumps(payload).encode()
        at = str(int(clock)) if timestamp is None else timestamp
        sent = {
            "Content-Type": "application/x-www-form-urlencoded" if form else "application/json",
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": at,
            "X-Slack-Signature": signature(self._secret if secret is None else secret, at, body),
        }
        sent |= dict(headers or {})
        if self._session is None:
            self._session = aiohttp.ClientSession(trust_env=False)
        async with self._session.post(
            url, data=body, headers={name: value for name, value in sent.items() if value}
        ) as answer:
            return Answer(answer.status, answer.headers.copy(), await answer.text())

    def send(self, delivery: Delivery) -> bool:
        task = asyncio.create_task(self._carry(delivery))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    def forget(self, delivery: Delivery) -> None:
        """Answers to an earlier attempt are not listened to."""

    async def _carry(self, delivery: Delivery) -> None:
        headers = {}
        if delivery.attempt:
            reason = {"timeout": "http_timeout"}.get(delivery.reason, delivery.reason)
            headers = {"X-Slack-Retry-Num": str(delivery.attempt), "X-Slack-Retry-Reason": reason}
        form = delivery.kind != EVENTS_API
        payload = delivery.payload
        if delivery.kind == INTERACTIVE:
            payload = {"payload": json.dumps(payload)}
        attempt = delivery.attempt
        try:
            answer = await self.post(self.url, payload, clock=delivery.sent_at, form=form, headers=headers)
        except (aiohttp.ClientError, OSError):
            if delivery.attempt == attempt:
                self._dispatcher.failed(delivery, "connection_failed")
            return
        if delivery.attempt != attempt:
            return
        if not 200 <= answer.status < 300:
            retry = answer.headers.get("X-Slack-No-Retry") != "1"
            self._dispatcher.failed(delivery, "http_error", retry=retry)
            return
        self._dispatcher.acknowledged(delivery, _response(answer) if delivery.accepts else None)

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()


def _response(answer: Answer) -> Json | None:
    if not answer.text.strip():
        return None
    try:
        found = answer.json
    except ValueError:
        return {"text": answer.text}
    return found if isinstance(found, dict) else {"text": answer.text}
