"""Slack as members use it: the real slack-bolt against a loopback Slack."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.base import ConversationRef
from adapters.slack.adapter import SlackAdapter
from bot import wiring
from bot.commands import table
from bot.gateway import Gateway
from bot.i18n import translate
from bot.settings import Settings
from bot.store.base import Store
from tests.scenarios.stage import Drive, Driver
from tests.wire.slack import Channel, Message, SlackServer, User

SECONDS = 20.0


class Slack:
    """Members of a workspace who mention the bot and go on in its thread, or use its commands."""

    def __init__(self, server: SlackServer, channel: Channel, locale: str) -> None:
        self.ref = ConversationRef("slack", channel.team.id, channel.id)
        self.server = server
        self.channel = channel
        self._desk = server.world.add_channel("mod-log")
        self.log = ConversationRef("slack", channel.team.id, self._desk.id)
        self._locale = {"es": "es-ES"}.get(locale, "en-US")
        self._members: dict[str, User] = {}
        self._talk: Message | None = None

    async def say(self, who: str, text: str) -> str:
        """The reply, as the member sees it."""
        world = self.server.world
        member, before = self._member(who), len(self._replies())
        name, _, rest = text.removeprefix("/").partition(" ")
        command = text.startswith("/") and name in {spec.name.split()[0] for spec in table()}
        if command:
            await world.slash(member, self.channel, f"/{name}", rest)
        elif self._talk is None:
            self._talk = await world.say(member, self.channel, f"{world.me.mention} {text}")
        else:
            await world.say(member, self.channel, text, self._talk)
        shown = str(await world.until(lambda: self._ended(before, command=command), SECONDS))
        # What was asked stands above the reply, for those who could not see it.
        question, _, reply = shown.partition("\n\n")
        return reply if command and question.startswith("> ") else shown

    def _member(self, who: str) -> User:
        if who not in self._members:
            member = self.server.world.add_user(who, admin=True, locale=self._locale)
            self.channel.members[member.id] = self._desk.members[member.id] = member
            self._members[who] = member
        return self._members[who]

    @property
    def _cards(self) -> list[Message]:
        return [one for one in self.server.world.replies(self._desk) if one.ephemeral_to is None]

    async def report(self, text: str) -> None:
        """See `Moderated`."""
        world, known = self.server.world, len(self._cards)
        said = await world.say(self._member("Eve"), self.channel, text)
        await world.shortcut(self._member("Ana"), said, "sereno_report")
        await world.until(lambda: len(self._cards) > known, SECONDS)

    async def suggest(self, text: str) -> None:
        """See `Moderated`."""
        world, known, ana = self.server.world, len(self._cards), self._member("Ana")
        reply = [one for one in self._replies() if "sereno:suggest" in one.action_ids][-1]
        await world.press(ana, reply, "sereno:suggest")
        form = await world.until(lambda: world.modals and world.modals[-1], SECONDS)
        await world.submit(form, {"verdict": "wrong", "text": text})
        await world.until(lambda: len(self._cards) > known, SECONDS)

    async def press(self, action: str) -> None:
        """See `Moderated`."""
        world = self.server.world
        card = await world.until(lambda: self._card(f"sereno:{action}"), SECONDS)
        use = await world.press(self._member("Mo"), card, f"sereno:{action}")
        await world.until(lambda: [one for one in use.messages if one.all_text], SECONDS)

    def _card(self, action: str) -> Message | None:
        return next((card for card in self._cards[-1:] if action in card.action_ids), None)

    def _ended(self, before: int, *, command: bool) -> str:
        """What was answered; "" while there is nothing, or not all."""
        said = self._replies()[before:]
        if command:
            # What the answer hangs on is no answer.
            said = [one for one in said if one.ephemeral_to or one.thread_ts not in (None, one.ts)]
        return said[0].all_text if said and not any(one.streaming for one in said) else ""

    def _replies(self) -> list[Message]:
        """All that the bot ever said, in order."""
        said = [*self.channel.messages.values(), *self.channel.ephemeral]
        return sorted((one for one in said if one.user is self.server.world.me), key=lambda one: one.ts)


def slack(locale: str = "en") -> Drive:
    """A workspace with one channel."""

    @asynccontextmanager
    async def drive(settings: Settings, store: Store) -> AsyncIterator[Driver]:
        async with SlackServer() as server:
            driver = Slack(server, server.world.add_channel(), locale)
            adapter = SlackAdapter(
                bot_token=server.bot_token,
                app_token=server.app_token,
                commands=table(),
                translate=translate,
                memory=wiring.memory_of(store, "slack"),
                api_url=server.api_url,
            )
            model = wiring.model_of(settings)
            worker = wiring.worker_of(settings, store, model)
            working = asyncio.create_task(worker.run())
            talking = asyncio.create_task(Gateway(adapter, store, store, name=wiring.new_name()).run())
            try:
                await server.world.until(lambda: talking.done() or server.sockets.live, SECONDS)
                yield driver
            finally:
                talking.cancel()
                worker.stop()
                await asyncio.gather(talking, working, return_exceptions=True)
                await model.aclose()

    return drive
