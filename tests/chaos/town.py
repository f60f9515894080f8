"""Guilds full of members who ask, and what each of them reads."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from random import Random

from tests.wire.discord import Channel, DiscordServer, Interaction, Message, User
from tests.wire.discord.commands import SLASH
from tests.wire.discord_parts import below
from tests.wire.openai_server import Behaviour, Request

PATIENCE = 3.0
"""Seconds after which Discord tells a member that the application did not respond."""
_MARK = re.compile(r"\bq(\d+)\b")


def question(number: int) -> str:
    return f"What does the watchman do in q{number}?"


def reply(number: int) -> str:
    """Every sentence names its question, so that half a reply can be told from another's."""
    # Most grow through some edits; one in six takes two messages.
    sentences = 48 if number % 6 == 0 else 8 + number % 7
    return " ".join(
        f"Step {step} of q{number}: does he walk on, and is all well?" for step in range(1, sentences + 1)
    )


def answering(request: Request) -> Behaviour:
    """What the model says to the newest question, slowly."""
    messages = request.body["messages"]
    assert isinstance(messages, list)
    number = int(_MARK.findall(messages[-1]["content"])[-1])
    text = reply(number)
    return Behaviour(text=text, tokens_per_chunk=12, between=100.0 / len(text) if len(text) > 2000 else 0.12)


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation, and who asks there."""

    channel: Channel
    who: User


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that a member asked."""

    number: int
    place: Place
    mention: Message | None = None
    use: Interaction | None = None
    private: bool = False


class Town:
    """Three guilds of three channels, one with a thread, and three direct conversations."""

    def __init__(self, server: DiscordServer, random: Random) -> None:
        self.server = server
        self.world = world = server.world
        self._random = random
        self._numbers = count(1)
        self.asked: list[Ask] = []
        self.places: list[Place] = []
        members: list[User] = []
        for name in ("Plaza", "Mercado", "Puerto"):
            guild = world.add_guild(name)
            member = world.add_member(guild, f"member of {name}")
            members.append(member)
            self.places += [Place(world.add_channel(guild, f"{name}-{each}"), member) for each in range(3)]
        thread = world.add_thread(self.places[0].channel, "apart", self.places[0].who)
        self.places.append(Place(thread, self.places[0].who))
        self.places += [Place(world.dm(member), member) for member in members]

    def is_open(self) -> bool:
        """Whether the bot is there, with its commands."""
        known = self.world.commands.named("chat", SLASH, None)
        return known is not None and bool(self.server.gateway.live)

    async def ask(self, place: Place, kind: str = "") -> Ask:
        """Somebody asks: by a mention, by a command, or something that is answered to them alone."""
        number = next(self._numbers)
        kind = kind or self._random.choices(("mention", "command", "private"), (12, 6, 1))[0]
        if kind == "mention":
            text = f"<@{self.world.me.id}> {question(number)}"
            ask = Ask(number, place, mention=await self.world.say(place.who, place.channel, text))
        elif kind == "command":
            use = await self.world.slash(place.who, place.channel, "chat", text=question(number))
            ask = Ask(number, place, use=use)
        else:
            use = await self.world.slash(place.who, place.channel, "privacy")
            ask = Ask(number, place, use=use, private=True)
        self.asked.append(ask)
        return ask

    async def ask_somewhere(self) -> Ask:
        return await self.ask(self._random.choice(self.places))

    def refused(self, ask: Ask) -> bool:
        """Discord told the member that there will be no answer."""
        use = ask.use
        return use is not None and use.acked_at is None and self.world.clock() - use.created_at > PATIENCE

    @property
    def counted(self) -> list[Ask]:
        """All that must be answered."""
        return [ask for ask in self.asked if not self.refused(ask)]

    def read(self) -> Mapping[int, Sequence[Message]]:
        """What stands for each question, in the order in which a member reads it.

        Raises:
            AssertionError: something belongs to no question, or to several.
        """
        found: dict[int, list[Message]] = defaultdict(list)
        for place in self.places:
            for message in self.world.visible_to(place.who, place.channel):
                if message.author is not self.world.me or message.loading or message.ephemeral_to:
                    continue
                marks = set(_MARK.findall(message.content))
                assert len(marks) == 1, message.all_text
                found[int(marks.pop())].append(message)
        for ask in self.asked:
            if ask.private and ask.use is not None:
                shown = [*([ask.use.response] if ask.use.response else []), *ask.use.followups]
                found[ask.number] = [one for one in shown if not one.deleted and not one.loading]
        return found

    def missing(self) -> list[Ask]:
        """What has no whole reply yet; one that Discord refused needs none, but if there is one, it must be whole."""
        read = self.read()
        shown = [(ask, read.get(ask.number, ())) for ask in self.asked]
        return [ask for ask, one in shown if not is_final(ask, one) and (one or not self.refused(ask))]

    def halves(self) -> int:
        """Replies that are shown in part."""
        read = self.read()
        return sum(bool(read.get(ask.number)) and not is_final(ask, read[ask.number]) for ask in self.counted)

    def wrong(self) -> list[object]:
        """What is not as it should be: replies that are not whole, or doubled; and places out of order."""
        read = self.read()
        found: list[object] = [
            (ask.number, [one.content for one in read.get(ask.number, ())])
            for ask in self.asked
            # Who was told that there will be no answer may get one all the same.
            if not is_final(ask, read.get(ask.number, ())) and (read.get(ask.number) or not self.refused(ask))
        ]
        if found:
            return found
        for place in self.places:
            # A command cannot wait for messages that the gateway has still to read: Discord gives it 3 seconds.
            for used in (True, False):
                asks = [ask for ask in self.counted if ask.place is place and bool(ask.use) is used]
                ends = [finished_at(read[ask.number]) for ask in asks if not ask.private]
                if ends != sorted(ends):
                    found.append((place.channel.name, [ask.number for ask in asks], ends))
        return found


def is_final(ask: Ask, shown: Sequence[Message]) -> bool:
    """Whether a member reads the whole reply, once."""
    if ask.private:
        return len(shown) == 1 and bool(shown[0].all_text)
    whole = reply(ask.number)
    if ask.use is not None:
        whole = below(question(ask.number), whole)
    return words(" ".join(one.content for one in shown)) == words(whole)


def words(text: str) -> list[str]:
    """A text however it was cut into messages."""
    return text.split()


def finished_at(shown: Sequence[Message]) -> float:
    """When the last word of a reply stood there."""
    return max(
        next(version.at for version in one.versions if version.content == one.content) for one in shown
    )
