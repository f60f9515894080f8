"""What is played for the pictures: members, moderators and a scripted model; everything else is real."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from drawing import Pictures, under
from slack_html import View, beginning, commands, composer, conversation, menu, pane, working
from slack_text import Names
from surfaces_words import ATTACKS, ATTACKS_ES, CHECKLISTS, COUNTER

from adapters.marks import unmarked
from adapters.slack.manifest import manifest_of
from bot.commands import table
from tests.wire.openai_server import Behaviour
from tests.wire.slack import Channel, Interaction, Message, User
from tests.wire.slack_parts import SECONDS, Desk, Whole, answers, whole

_FEATURES = manifest_of(table())["features"]


class Plaza(Desk):
    """A workspace with its moderators' channel, in one language."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language
        self.ana.display_name, self.mod.display_name = "Ana", "Lucía"
        self.bruno = self.world.add_user("bruno", display_name="Bruno")
        self.locale = self.ana.locale = self.mod.locale = self.bruno.locale = {"en": "en-US", "es": "es-ES"}[
            language
        ]
        self.began = self.clock()

    @property
    def view(self) -> View:
        """How its members see it."""
        users = {one.id: one.display_name for one in self.world.team.users.values()}
        channels = {one.id: one.name for one in self.world.team.channels.values()}
        return View(Names(users, channels), self.began, self.language)

    def room(self, name: str, *also: User) -> Channel:
        """A channel where nobody has said anything."""
        return self.world.add_channel(name, [self.ana, self.mod, self.bruno, *also])

    def later(self) -> None:
        """Some minutes pass: what comes now has a card of its own."""
        self.clock.advance(180)

    def seen(self, channel: Channel, who: User, *, below: str = "") -> str:
        """A channel as somebody sees it."""
        there = [one for one in self.world.visible_to(who, channel) if one.thread_ts in (None, one.ts)]
        return pane(self.view, channel, conversation(self.view, there), below=below)

    def thread(
        self, first: Message, *, who: User | None = None, version: int = -1, below: str = "", style: str = ""
    ) -> str:
        """The thread under a message, as somebody sees it; `version` of its last message."""
        there = self.world.visible_to(who or self.ana, first.channel)
        inside = [one for one in there if one is first or one.thread_ts == first.ts]
        body = conversation(self.view, inside, within=first.ts, version=version)
        return pane(self.view, first.channel, body, thread=True, below=below, style=style)

    def only(self, channel: Channel, messages: Iterable[Message]) -> str:
        """Some messages of a channel."""
        return pane(self.view, channel, conversation(self.view, messages))

    async def replied(self, first: Message, ending: str) -> list[Message]:
        """What the bot wrote in a thread, once its last message is there and ends so."""

        def found() -> list[Message] | None:
            there = [
                one for one in self.world.replies(first.channel, first.ts) if one is not first and one.blocks
            ]
            # Marks, and what they stand for, may come after it.
            done = there and not there[-1].streaming and ending in unmarked(there[-1].all_text)
            return there if done else None

        messages: list[Message] = await self.world.until(found, SECONDS)
        return messages

    async def used(self, interaction: Interaction) -> None:
        """Waits for what somebody is told alone."""
        await self.world.until(lambda: answers(interaction), SECONDS)

    async def command(self, who: User, channel: Channel, command: str, text: str) -> None:
        """Somebody uses a command that is answered for them alone."""
        await self.used(await self.world.slash(who, channel, command, text))

    async def pressed(self, who: User, message: Message, action: str) -> None:
        """Somebody presses a button and reads the answer."""
        await self.used(await self.world.press(who, message, f"sereno:{action}"))

    async def cards_are(self, number: int) -> None:
        """Waits for so many cards."""
        await self.world.until(lambda: len(self.cards) == number, SECONDS)

    async def told(self, who: User, channel: Channel, number: int) -> Message:
        """The last of so many messages that somebody sees alone."""

        def found() -> list[Message] | None:
            mine = [one for one in self.world.visible_to(who, channel) if one.ephemeral_to is who]
            return mine if len(mine) == number else None

        return (await self.world.until(found, SECONDS))[-1]  # type: ignore[no-any-return]


@asynccontextmanager
async def sereno_on(plaza: Plaza, folder: Path) -> AsyncIterator[Whole]:
    """Sereno in the workspace, told where its moderators are."""
    async with plaza.server, whole(plaza, folder) as running:
        setting = f"set language={plaza.language} log-channel={plaza.log.mention} claims=off"
        await plaza.command(plaza.mod, plaza.channel, "/policy", setting)
        yield running


async def english(folder: Path) -> Pictures:
    """The pictures in English."""
    plaza = Plaza("en")
    async with sereno_on(plaza, folder) as running:
        pictures: Pictures = {"commands": [pane(plaza.view, plaza.log, commands(_FEATURES, plaza.me))]}
        for play in (_reply, _parts, _agent, _command, _menu):
            pictures |= await play(plaza, running)
        pictures |= await _held(plaza, ATTACKS[0])
        reported, held, asked = plaza.cards
        pictures["card-asked"] = [plaza.only(plaza.log, [reported, asked])]
        # What is decided teaches: the next text like it would pass.
        return pictures | await _group(plaza) | await _decided(plaza, held)


async def spanish(folder: Path) -> Pictures:
    """Those that a reader of Spanish sees otherwise."""
    plaza = Plaza("es")
    async with sereno_on(plaza, folder):
        pictures = await _held(plaza, ATTACKS_ES[0])
        pictures |= await _decided(plaza, plaza.cards[0])
        return {f"{name}.es": panes for name, panes in pictures.items()}


async def _reply(plaza: Plaza, running: Whole) -> Pictures:
    """A mention, answered in its thread while the model writes."""
    room = plaza.room("python")
    running.provider.behave(Behaviour(COUNTER, between=0.04))
    question = await plaza.ask("how do I count the words of a file?", room)
    (reply,) = await plaza.replied(question, COUNTER[-20:])
    versions = reply.versions
    growing = next(number for number, one in enumerate(versions) if "```" in one.text)
    assert growing < len(versions) - 1
    return {"reply": [plaza.thread(question, version=growing), plaza.thread(question)]}


async def _parts(plaza: Plaza, running: Whole) -> Pictures:
    """A reply of two messages, the code in it cut and taken up again."""
    room = plaza.room("releases")
    running.provider.behave(Behaviour(CHECKLISTS, tokens_per_chunk=40))
    question = await plaza.ask("write the release checklists as Python classes, with some advice", room)
    await plaza.replied(question, "in the issue.")
    return {"parts": [plaza.thread(question, style="top"), plaza.thread(question, style="end")]}


async def _agent(plaza: Plaza, running: Whole) -> Pictures:
    """The Agent view: what it offers, that it works, and what it answers."""
    text = "A **language model** is a program that has read a great deal of text and has learned which word comes next. \
It writes one word at a time, each from all that stands before it. It knows nothing by itself, so check what matters."
    talk = plaza.world.dm(plaza.ana)
    first = pane(plaza.view, talk, "", below=beginning(_FEATURES, plaza.me), style="narrow")
    running.provider.behave(Behaviour(text, before=1.5))
    asked = await plaza.world.say(plaza.ana, talk, _FEATURES["agent_view"]["suggested_prompts"][2]["message"])

    def busy() -> bool:
        session = plaza.world.sessions.get((talk.id, asked.ts))
        return session is not None and session.status == "processing"

    await plaza.world.until(busy, SECONDS)
    status = working(plaza.view, plaza.me)
    waiting = plaza.thread(asked, below=status, style="narrow")
    await plaza.replied(asked, "matters.")
    return {"agent": [first, waiting, plaza.thread(asked, style="narrow")]}


async def _command(plaza: Plaza, running: Whole) -> Pictures:
    """A command, answered in a thread of its own."""
    room = plaza.room("kitchen")
    running.provider.behave(
        Behaviour("Chickpeas: soak them overnight, then simmer for about an hour with a bay leaf."),
        Behaviour("Yes. Rinse them and let them warm through for ten minutes; the cooking is done already."),
    )
    text = "What can I cook that keeps for three days?"
    await plaza.world.slash(plaza.ana, room, "/chat", text)
    (anchor, *_) = await plaza.world.until(lambda: plaza.world.replies(room), SECONDS)
    await plaza.replied(anchor, "bay leaf.")
    await plaza.world.say(plaza.ana, room, "and with the ones from a jar?", anchor)
    await plaza.replied(anchor, "already.")
    typed = pane(plaza.view, room, "", below=f"<br>{composer(f'/chat {text}')}")
    return {"command": [under(typed, plaza.seen(room, plaza.ana)), plaza.thread(anchor)]}


async def _menu(plaza: Plaza, running: Whole) -> Pictures:
    """The menu of a message, and what comes of it."""
    room = plaza.room("news")
    plaza.later()
    running.provider.behave(Behaviour("The library closes at eight tonight."))
    said = await plaza.world.say(plaza.mod, room, "Esta noche la biblioteca cierra a las ocho.")
    opened = pane(plaza.view, room, conversation(plaza.view, [said]) + menu(_FEATURES, plaza.me))
    before = len(plaza.cards)
    for action in ("translate", "check", "report"):
        await plaza.used(await plaza.world.shortcut(plaza.ana, said, f"sereno_{action}"))
    await plaza.cards_are(before + 1)
    return {"menu": [opened, plaza.seen(room, plaza.ana)]}


async def _held(plaza: Plaza, attack: str) -> Pictures:
    """What a member and the moderators see of a message that is held back."""
    room = plaza.room("general" if plaza.language == "en" else "charla")
    before = len(plaza.cards)
    plaza.later()
    await plaza.ask(attack, room, plaza.bruno)
    notice = await plaza.told(plaza.bruno, room, 1)
    await plaza.cards_are(before + 1)
    card = plaza.cards[before]
    pictures = {"card": [plaza.only(plaza.log, [card])]}
    plaza.later()
    await plaza.pressed(plaza.bruno, notice, "appeal")
    await plaza.cards_are(before + 2)
    pictures["blocked"] = [plaza.seen(room, plaza.bruno)]
    return pictures


async def _decided(plaza: Plaza, card: Message) -> Pictures:
    """The same card after a moderator has decided."""
    for action in ("false_alarm", "release"):
        await plaza.pressed(plaza.mod, card, action)
    await plaza.world.until(lambda: "sereno:release" not in card.action_ids, SECONDS)
    answer = await plaza.told(plaza.mod, plaza.log, 2)
    return {"card-decided": [plaza.only(plaza.log, [card, answer])]}


async def _group(plaza: Plaza) -> Pictures:
    """What one member sets off within a minute."""
    room = plaza.room("random")
    before = len(plaza.cards)
    plaza.later()
    for number, attack in enumerate(ATTACKS, 1):
        await plaza.ask(attack, room, plaza.bruno)
        await plaza.told(plaza.bruno, room, number)
    await plaza.cards_are(before + 1)
    card = plaza.cards[-1]
    # Two numbers in the heading, and one for each.
    await plaza.world.until(lambda: card.all_text.count("#") == 2 + len(ATTACKS), SECONDS)
    return {"card-group": [plaza.only(plaza.log, [card])]}
