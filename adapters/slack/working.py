"""Shows that an answer is coming, where that takes a while."""

from __future__ import annotations

import asyncio

from adapters.slack.post import Post
from adapters.slack.web import Pace

SECONDS = 0.5
"""Silence before it is shown: an answer that is there at once needs no call for that."""

MOST = 1000
"""Turns that are known at once."""


class Working:
    """The turns that are being worked on."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._turns: dict[str, asyncio.Task[bool]] = {}

    def begin(self, turn: str, post: Post) -> None:
        """Work has begun (again: it is shown once)."""
        if turn not in self._turns:
            self._turns[turn] = asyncio.create_task(self._tell(post))
        while len(self._turns) > MOST:
            # Its end was shown by another process, or could not be shown.
            self._turns.pop(next(iter(self._turns))).cancel()

    async def _tell(self, post: Post) -> bool:
        """Whether it has been told."""
        await asyncio.sleep(SECONDS)
        if not self._pace.may("agents.sessions.setStatus", post.site.team):
            return False
        await post.status("processing")
        return True

    async def end(self, turn: str, post: Post, *, told: bool) -> None:
        """The answer is there. `told`: Slack knows that by itself, as at the end of a stream."""
        task = self._turns.pop(turn, None)
        if task is None:
            return
        was_shown = task.done() and not task.cancelled() and not task.exception() and task.result()
        await _cancel([task])
        if was_shown and not told:
            await post.status("active")

    async def settle(self) -> None:
        """Shows no more that answers are coming."""
        tasks = list(self._turns.values())
        self._turns.clear()
        await _cancel(tasks)


async def _cancel(tasks: list[asyncio.Task[bool]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
