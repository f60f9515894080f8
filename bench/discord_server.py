"""The loopback Discord in a process of its own, with the members who talk: `python -m bench.discord_server`.

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

from bench.rig import TEXTS
from tests.wire.discord import Channel, DiscordServer, Guild, Message, User
from tests.wire.discord.limits import Limits

LOOK = 0.02
"""Seconds between two looks at whether all is answered."""
PATIENCE = 120.0


class Plaza:
    """Guilds whose members mention the bot; a new one for each load, so that none finds another's limits used up."""

    def __init__(self, server: DiscordServer) -> None:
        self._server = server
        self._world = server.world
        self._numbers = count()
        self._guild: Guild | None = None

    async def talk(
        self, *, channels: int, each: int, limited: bool, at_once: bool, expect: str
    ) -> dict[str, Any]:
        """`each` messages in each channel, all at once or each after the last reply.

        `limited`: at Discord's pace, or without any limit; `expect`: what the bot answers, "": the same words.
        """
        places, who = self._places(channels)
        self._server.limits = Limits(self._world.clock)
        if not limited:
            self._server.limits.off()
        self._server.requests.clear()
        asked: list[Message] = []
        began, cpu = time.perf_counter(), time.process_time()
        for _ in range(each):
            for place in places:
                words = f"<@{self._world.me.id}> {TEXTS[next(self._numbers) % len(TEXTS)]}"
                asked.append(await self._world.say(who, place, words))
                if not at_once:
                    await self._answered(asked[-1:], expect)
        await self._answered(asked, expect)
        return {
            "seconds": time.perf_counter() - began,
            "cpu": time.process_time() - cpu,
            "turns": [
                [str(one.id), one.created_at, reply.versions[-1].at]
                for one in asked
                for reply in self._replies(one)
            ],
            "in order": all(self._in_order(place) for place in places),
            "requests": Counter(one.route for one in self._server.requests),
            "too many": self._server.limits.exceeded,
        }

    def _places(self, channels: int) -> tuple[list[Channel], User]:
        if self._guild is not None:
            self._world.remove_bot(self._guild)
        guild = self._guild = self._world.add_guild()
        places = [self._world.add_channel(guild, f"channel-{number}") for number in range(channels)]
        return places, self._world.add_member(guild, "Ana")

    def _replies(self, question: Message) -> list[Message]:
        return [one for one in self._world.replies(question.channel) if one.referenced is question]

    def _in_order(self, place: Channel) -> bool:
        told = [one.referenced.id for one in self._world.replies(place) if one.referenced]
        return told == sorted(told)

    async def _answered(self, asked: list[Message], expect: str) -> None:
        until = time.monotonic() + PATIENCE
        open_ = list(asked)
        while open_:
            await asyncio.sleep(LOOK)
            said: dict[int, str] = {}
            for place in {one.channel.id: one.channel for one in open_}.values():
                for reply in self._world.replies(place):
                    if reply.referenced is not None:
                        said[reply.referenced.id] = reply.content
            open_ = [one for one in open_ if said.get(one.id) != (expect or one.content)]
            assert time.monotonic() < until, f"{len(open_)} of {len(asked)} messages are not answered"


async def main() -> None:
    commands: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def hear() -> None:
        line = sys.stdin.readline()
        commands.put_nowait(json.loads(line) if line else None)

    async with DiscordServer(identify_every=0.0) as server:
        loop.add_reader(sys.stdin, hear)
        plaza = Plaza(server)
        _say({"api": server.api_url, "gateway": server.gateway_url, "token": server.token})
        while (command := await commands.get()) is not None:
            _say(await plaza.talk(**command))
        loop.remove_reader(sys.stdin)


def _say(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
