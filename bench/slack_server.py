"""The loopback Slack in a process of its own, with the members who talk: `python -m bench.slack_server`.

Told by lines of JSON on standard input, answers each with a line on standard output; the first line it says is
where it is.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from itertools import count
from typing import Any

from adapters.slack.manifest import EVENTS, scopes_of
from bench.rig import TEXTS
from tests.wire.slack import Channel, Message, SlackServer

LOOK = 0.02
"""Seconds between two looks at whether all is answered."""
PATIENCE = 120.0


class Plaza:
    """A workspace whose members mention the bot; new channels for each load."""

    def __init__(self, server: SlackServer) -> None:
        self._server = server
        self._world = server.world
        self._ana = self._world.add_user("ana", display_name="Ana")
        self._numbers = count()

    async def talk(
        self, *, channels: int, each: int, limited: bool, at_once: bool, expect: str
    ) -> dict[str, Any]:
        """`each` messages in each channel, all at once or each after the last reply.

        `limited`: at Slack's pace, or without any limit; `expect`: what the bot answers, "": the same words.
        """
        places = [
            self._world.add_channel(f"channel-{next(self._numbers)}", [self._ana]) for _ in range(channels)
        ]
        limits = self._server.limits
        limits.reset()
        limits.on = limited
        self._server.requests.clear()
        self._server.dispatcher.deliveries.clear()
        asked: list[Message] = []
        began, cpu = time.perf_counter(), time.process_time()
        for number in range(each):
            for place in places:
                words = f"{self._world.me.mention} {TEXTS[number % len(TEXTS)]}"
                asked.append(await self._world.say(self._ana, place, words))
                if not at_once:
                    await self._answered(asked[-1:], expect)
        await self._answered(asked, expect)
        return {
            "seconds": time.perf_counter() - began,
            "cpu": time.process_time() - cpu,
            "turns": [
                [
                    f"{one.channel.team.id}.{one.channel.id}.{one.ts}",
                    one.versions[0].at,
                    reply.versions[-1].at,
                ]
                for one in asked
                for reply in self._world.replies(one.channel, one.ts)
            ],
            # Each mention begins a thread of its own, with one reply.
            "in order": True,
            "requests": Counter(one.method for one in self._server.requests),
            "too many": limits.refused,
        }

    async def _answered(self, asked: list[Message], expect: str) -> None:
        until = time.monotonic() + PATIENCE
        open_ = list(asked)
        while open_:
            await asyncio.sleep(LOOK)
            said: dict[tuple[str, str], Message] = {}
            for place in {one.channel.id: one.channel for one in open_}.values():
                said |= _threads(place)
            open_ = [
                one for one in open_ if not _is_answered(one, said.get((one.channel.id, one.ts)), expect)
            ]
            assert time.monotonic() < until, f"{len(open_)} of {len(asked)} messages are not answered"


def _threads(place: Channel) -> dict[tuple[str, str], Message]:
    """The bot's messages of a channel, by the thread."""
    return {
        (place.id, one.thread_ts): one
        for one in place.messages.values()
        if one.by_app and one.thread_ts is not None
    }


def _is_answered(asked: Message, reply: Message | None, expect: str) -> bool:
    if reply is None or reply.streaming:
        return False
    return reply.all_text == expect if expect else reply.text == asked.text


async def main() -> None:
    commands: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def hear() -> None:
        line = sys.stdin.readline()
        commands.put_nowait(json.loads(line) if line else None)

    async with SlackServer(scopes=frozenset(scopes_of("")), events=frozenset(EVENTS)) as server:
        loop.add_reader(sys.stdin, hear)
        plaza = Plaza(server)
        _say({"api": server.api_url, "bot token": server.bot_token, "app token": server.app_token})
        while (command := await commands.get()) is not None:
            _say(await plaza.talk(**command))
        loop.remove_reader(sys.stdin)


def _say(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
