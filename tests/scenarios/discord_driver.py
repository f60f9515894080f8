"""Discord as members use it: the real discord.py against a loopback Discord."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.base import ConversationRef
from adapters.discord.adapter import DiscordAdapter
from bot import wiring
from bot.commands import table
from bot.gateway import Gateway
from bot.i18n import translate
from bot.settings import Settings
from bot.store.base import Store
from tests.scenarios.stage import Drive, Driver
from tests.wire.discord import Channel, DiscordServer, Message, User

SECONDS = 20.0


class Discord:
    """Members of a guild who mention the bot, or use its commands."""

    def __init__(self, server: DiscordServer, channel: Channel, locale: str) -> None:
        assert channel.guild is not None
        self.ref = ConversationRef("discord", str(channel.guild.id), str(channel.id))
        self.server = server
        self.channel = channel
        self._guild = channel.guild
        self._desk = server.world.add_channel(channel.guild, "mod-log")
        self.log = ConversationRef("discord", str(channel.guild.id), str(self._desk.id))
        self._locale = {"es": "es-ES"}.get(locale, "en-US")
        self._members: dict[str, User] = {}

    async def say(self, who: str, text: str) -> str:
        """The reply, as the member sees it."""
        world = self.server.world
        member = self._member(who)
        known = {spec.name for spec in table()}
        name, _, rest = text.removeprefix("/").partition(" ")
        second, _, after = rest.partition(" ")
        if f"{name} {second}" in known:
            name, rest = f"{name} {second}", after
        if text.startswith("/") and name in known:
            options = _options(name, rest)
            interaction = await world.slash(member, self.channel, name, **options)
            shown = await world.until(
                lambda: self._ended(
                    [*([interaction.response] if interaction.response else []), *interaction.followups]
                ),
                SECONDS,
            )
            # What was asked stands above the reply, for those who could not see it.
            return str(shown).removeprefix(f"> {options.get('text', '')}\n\n")
        said = await world.say(member, self.channel, f"<@{world.me.id}> {text}")
        shown = await world.until(
            lambda: self._ended([each for each in world.replies(self.channel) if each.referenced is said]),
            SECONDS,
        )
        return str(shown)

    def _member(self, who: str) -> User:
        world = self.server.world
        if who not in self._members:
            moderator = world.add_role(self._guild, "mods", 1 << 13)
            self._members[who] = world.add_member(self._guild, who, roles=(moderator,), locale=self._locale)
        return self._members[who]

    @property
    def _cards(self) -> list[Message]:
        return [one for one in self.server.world.replies(self._desk) if one.ephemeral_to is None]

    async def report(self, text: str) -> None:
        """See `Moderated`."""
        world, known = self.server.world, len(self._cards)
        said = await world.say(self._member("Eve"), self.channel, text)
        await world.context_menu(self._member("Ana"), self.channel, "Report to moderators", said)
        await world.until(lambda: len(self._cards) > known, SECONDS)

    async def suggest(self, text: str) -> None:
        """See `Moderated`."""
        world, known, ana = self.server.world, len(self._cards), self._member("Ana")
        reply = [one for one in world.replies(self.channel) if one.custom_ids][-1]
        (button,) = [one for one in reply.custom_ids if one.startswith("sereno:suggest:")]
        use = await world.press(ana, reply, button)
        form = await world.until(lambda: use.modal, SECONDS)
        await world.submit(form, verdict="wrong", text=text)
        await world.until(lambda: len(self._cards) > known, SECONDS)

    async def press(self, action: str) -> None:
        """See `Moderated`."""
        world = self.server.world
        card, button = await world.until(lambda: self._button(action), SECONDS)
        use = await world.press(self._member("Mo"), card, button)
        await world.until(
            lambda: self._ended([*([use.response] if use.response else []), *use.followups]), SECONDS
        )

    def _button(self, action: str) -> tuple[Message, str] | None:
        for card in self._cards[-1:]:
            for custom_id in card.custom_ids:
                if custom_id.startswith(f"sereno:{action}:"):
                    return card, custom_id
        return None

    def _ended(self, messages: list[Message]) -> str:
        """The text of messages that say something; "" while there are none."""
        for message in messages:
            if message.deleted or message.loading:
                continue
            shown = "\n".join(
                [message.content, *(embed.get("description", "") for embed in message.embeds)]
            ).strip("\n")
            if shown:
                return shown
        return ""


def _options(name: str, rest: str) -> dict[str, object]:
    """Options as a person would fill them in: `name=value` first, the text after it."""
    spec = next(spec for spec in table() if spec.name == name)
    types = {option.name: option.type for option in spec.options}
    options: dict[str, object] = {}
    while rest:
        word, _, after = rest.partition(" ")
        key, equals, value = word.partition("=")
        if not (equals and key in types):
            break
        options[key] = {"integer": int, "number": float, "boolean": bool}.get(types[key], str)(value)
        rest = after
    if rest:
        free = [option for option in spec.options if option.type == "text"]
        options[next((option for option in free if option.required), free[0]).name] = rest
    return options


def discord(locale: str = "en") -> Drive:
    """A guild with one channel."""

    @asynccontextmanager
    async def drive(settings: Settings, store: Store) -> AsyncIterator[Driver]:
        async with DiscordServer(identify_every=0.0) as server:
            guild = server.world.add_guild()
            channel = server.world.add_channel(guild)
            driver = Discord(server, channel, locale)
            if locale != "en":
                # A message does not say its author's language; the community's counts.
                await store.save(driver.ref, json.dumps({"language": locale}), channel=False)
            adapter = DiscordAdapter(
                token=server.token,
                commands=table(),
                translate=translate,
                memory=wiring.memory_of(store, "discord"),
                api_url=server.api_url,
                gateway_url=server.gateway_url,
            )
            model = wiring.model_of(settings)
            worker = wiring.worker_of(settings, store, model)
            working = asyncio.create_task(worker.run())
            talking = asyncio.create_task(Gateway(adapter, store, store, name=wiring.new_name()).run())
            try:
                await server.world.until(lambda: talking.done() or adapter.ready, SECONDS)
                yield driver
            finally:
                talking.cancel()
                worker.stop()
                await asyncio.gather(talking, working, return_exceptions=True)
                await model.aclose()

    return drive
