"""What is played for the pictures: members, moderators and a scripted model; everything else is real."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from drawing import Pictures, under
from surfaces_html import View, commands, composer, conversation, menu, pane, typing
from surfaces_text import Names
from surfaces_words import ATTACKS, ATTACKS_ES, CHECKLIST, COUNTER

from tests.wire.discord import Channel, Interaction, Message, User
from tests.wire.discord_parts import SECONDS, Desk, Whole, answered, whole
from tests.wire.openai_server import Behaviour


class Plaza(Desk):
    """A server with its moderators' channel, in one language."""

    def __init__(self, language: str) -> None:
        super().__init__()
        tag = {"en": "en-US", "es": "es-ES"}[language]
        self.language = language
        self.world.me.name = self.world.me.display_name = "Sereno"
        self.guild.locale = self.ana.locale = self.mod.locale = tag
        self.guild.members[self.ana.id].nick = None
        self.guild.members[self.mod.id].nick = "Lucía"
        self.bruno = self.world.add_member(self.guild, "Bruno", locale=tag)
        self.began = self.clock()

    @property
    def view(self) -> View:
        """How its members see it."""
        users = {one.id: one.display_name for one in self.world.users.values()}
        users |= {member.user.id: member.nick for member in self.guild.members.values() if member.nick}
        channels = {one.id: one.name for one in self.world.channels.values()}
        return View(Names(users, channels), self.began, self.language)

    def seen(self, channel: Channel, who: User, *, below: str = "", width: int = 0) -> str:
        """A channel as somebody sees it."""
        body = conversation(self.view, self.world.visible_to(who, channel))
        return pane(self.view, channel, body, below=below, width=width)

    def room(self, name: str) -> Channel:
        """A channel where nobody has said anything."""
        return self.world.add_channel(self.guild, name)

    def later(self) -> None:
        """Some minutes pass: what comes now has a card of its own."""
        self.clock.advance(180)

    async def replied(self, question: Message, ending: str = "") -> Message:
        """The finished reply to a message."""

        def found() -> Message | None:
            replies = [one for one in self.world.replies(question.channel) if one.referenced is question]
            return next((one for one in replies if one.all_text.rstrip().endswith(ending)), None)

        message: Message = await self.world.until(found, SECONDS)
        return message

    async def used(self, interaction: Interaction) -> str:
        """What a command was answered."""
        return str(await self.world.until(lambda: answered(interaction), SECONDS))

    async def pressed(self, who: User, message: Message, action: str) -> None:
        """Somebody presses a button and reads the answer."""
        custom_id = next(one for one in message.custom_ids if one.startswith(f"sereno:{action}:"))
        await self.used(await self.world.press(who, message, custom_id))

    async def cards_are(self, number: int) -> None:
        """Waits for so many cards."""
        await self.world.until(lambda: len(self.cards) == number, SECONDS)


@asynccontextmanager
async def sereno_on(plaza: Plaza, folder: Path) -> AsyncIterator[Whole]:
    """Sereno in the server, told where its moderators are."""
    async with plaza.server, whole(plaza, folder) as running:
        await plaza.used(
            # Marks have a picture of their own.
            await plaza.world.slash(
                plaza.mod, plaza.log, "policy set", **{"log-channel": plaza.log, "claims": "off"}
            )
        )
        yield running


async def english(folder: Path) -> Pictures:
    """The pictures in English."""
    plaza = Plaza("en")
    async with sereno_on(plaza, folder) as running:
        pictures: Pictures = {}
        for play in (_reply, _parts, _thread, _file, _flagged, _direct, _marks):
            pictures |= await play(plaza, running)
        return pictures | await _everywhere(plaza, running, ATTACKS, "")


async def spanish(folder: Path) -> Pictures:
    """Those that a reader of Spanish sees otherwise."""
    plaza = Plaza("es")
    async with sereno_on(plaza, folder) as running:
        return await _everywhere(plaza, running, ATTACKS_ES, ".es")


async def _everywhere(plaza: Plaza, running: Whole, attacks: tuple[str, ...], ending: str) -> Pictures:
    pictures = await _held(plaza, attacks) | await _menu(plaza, running) | _commands(plaza)
    # What Ana asked about, and what she reported; the group came between.
    pictures["card-asked"] = [_only(plaza, plaza.log, [plaza.cards[-3], plaza.cards[-1]])]
    return {f"{name}{ending}": panes for name, panes in pictures.items()}


async def _reply(plaza: Plaza, running: Whole) -> Pictures:
    """A mention, answered while the model writes."""
    room = plaza.room("python")
    running.provider.behave(Behaviour(COUNTER, between=0.025))
    question = await plaza.ask("how do I count the words of a file?", room)
    reply = await plaza.replied(question, COUNTER[-20:])
    growing = next(
        number
        for number, one in enumerate(reply.versions)
        if "```" in one.content and number < len(reply.versions) - 1
    )
    view = plaza.view
    before = conversation(view, [question, reply], versions={reply.id: growing})
    return {
        "reply": [
            pane(view, room, before, below=typing(view, plaza.world.me)),
            plaza.seen(room, plaza.ana),
        ]
    }


async def _parts(plaza: Plaza, running: Whole) -> Pictures:
    """A reply of two messages, the code in it cut and taken up again."""
    room = plaza.room("releases")
    running.provider.behave(Behaviour(CHECKLIST))
    question = await plaza.ask("write the release checklist as a Python class, with some advice", room)
    await plaza.replied(question)
    await plaza.world.until(lambda: plaza.said(room)[-1].endswith("in the issue."), SECONDS)
    return {"parts": [plaza.seen(room, plaza.ana, width=760)]}


async def _thread(plaza: Plaza, running: Whole) -> Pictures:
    """`/chat` with a thread of its own."""
    room = plaza.room("kitchen")
    running.provider.behave(
        Behaviour("Chickpeas: soak them overnight, then simmer for about an hour with a bay leaf."),
        Behaviour("Yes. Rinse them and let them warm through for ten minutes; the cooking is done already."),
    )
    use = await plaza.world.slash(
        plaza.ana, room, "chat", text="What can I cook that keeps for three days?", thread=True
    )
    await plaza.world.until(lambda: any(one.parent is room for one in plaza.world.channels.values()), SECONDS)
    (thread,) = (one for one in plaza.world.channels.values() if one.parent is room)
    await plaza.world.until(lambda: any("bay leaf" in one for one in plaza.said(thread)), SECONDS)
    question = await plaza.ask("and with the ones from a jar?", thread)
    await plaza.replied(question, "already.")
    asked = pane(plaza.view, room, "", below=composer(plaza.view, use))
    return {"thread": [under(asked, plaza.seen(room, plaza.ana)), plaza.seen(thread, plaza.ana)]}


async def _file(plaza: Plaza, running: Whole) -> Pictures:
    """A reply that is too long for messages."""
    weeks = "\n\n".join(
        f"## Week {number}\n\n- Read chapter {number} and mark what you doubt.\n"
        + "- Write down one sentence that you would have written otherwise, and how.\n" * 9
        for number in range(1, 15)
    )
    room = plaza.room("reading-club")
    running.provider.behave(Behaviour(f"# A plan for fourteen weeks\n\n{weeks}", tokens_per_chunk=400))
    question = await plaza.ask("make us a reading plan for the whole term, in detail", room)
    await plaza.replied(question)
    await plaza.world.until(lambda: any(one.attachments for one in plaza.world.replies(room)), SECONDS)
    return {"file": [plaza.seen(room, plaza.ana)]}


async def _flagged(plaza: Plaza, running: Whole) -> Pictures:
    """A reply that the guards let through with a mark."""
    text = "The tutorial is at [docs.python.org](https://docs-python.example/tutorial); chapter 4 is about functions."
    room = plaza.room("beginners")
    running.provider.behave(Behaviour(text))
    question = await plaza.ask("where is the tutorial?", room)
    reply = await plaza.replied(question)
    await plaza.world.until(lambda: reply.embeds, SECONDS)
    return {"flagged": [plaza.seen(room, plaza.ana)]}


async def _marks(plaza: Plaza, running: Whole) -> Pictures:
    """A reply whose claims are marked."""
    text = (
        'The third sentence of the Zen of Python is "Beautiful is better than ugly." '
        "Tim Peters wrote it down on a train to Lisbon in 1997."
    )
    room = plaza.room("zen")
    await plaza.used(await plaza.world.slash(plaza.mod, plaza.log, "policy set", claims="annotate"))
    running.provider.behave(Behaviour(text))
    reply = await plaza.replied(await plaza.ask("what is the Zen of Python?", room))
    await plaza.world.until(lambda: reply.embeds, SECONDS)
    await plaza.used(await plaza.world.slash(plaza.mod, plaza.log, "policy set", claims="off"))
    return {"marks": [plaza.seen(room, plaza.ana)]}


async def _direct(plaza: Plaza, running: Whole) -> Pictures:
    """A direct message."""
    running.provider.behave(Behaviour("Good evening, Ana. Of course. What is it about?"))
    talk = plaza.world.dm(plaza.ana)
    await plaza.world.say(plaza.ana, talk, "can I ask you something in private?")
    await plaza.world.until(lambda: any(one.endswith("about?") for one in plaza.said(talk)), SECONDS)
    return {"direct": [plaza.seen(talk, plaza.ana)]}


async def _held(plaza: Plaza, attacks: tuple[str, ...]) -> Pictures:
    """What members and moderators see of messages that are held back."""
    room = plaza.room("general" if plaza.language == "en" else "charla")
    before = len(plaza.cards)
    plaza.later()
    await plaza.replied(await plaza.ask(attacks[0], room, plaza.bruno))
    await plaza.cards_are(before + 1)
    await plaza.used(await plaza.world.slash(plaza.ana, room, "chat", text=attacks[0]))
    await plaza.cards_are(before + 2)
    notice = plaza.world.visible_to(plaza.ana, room)[-1]
    plaza.later()
    await plaza.pressed(plaza.ana, notice, "appeal")
    await plaza.cards_are(before + 3)
    pictures = {"blocked": [plaza.seen(room, plaza.ana)]}

    card = plaza.cards[before]
    pictures["card"] = [_only(plaza, plaza.log, [card])]
    for action in ("right", "time_out", "delete"):
        await plaza.pressed(plaza.mod, card, action)
    # What is left takes the decision back.
    await plaza.world.until(lambda: [len(row["components"]) for row in card.components] == [1], SECONDS)
    answer = [one for one in plaza.world.visible_to(plaza.mod, plaza.log) if one.ephemeral_to is plaza.mod][
        -1
    ]
    pictures["card-decided"] = [_only(plaza, plaza.log, [card, answer])]

    quieter = plaza.room("random")
    carla = plaza.world.add_member(plaza.guild, "Carla", locale=plaza.ana.locale)
    for attack in attacks:
        await plaza.replied(await plaza.ask(attack, quieter, carla))
    group = plaza.cards[-1]
    await plaza.world.until(
        lambda: group.embeds and len(group.embeds[0].get("fields", ())) == len(attacks), SECONDS
    )
    return pictures | {"card-group": [_only(plaza, plaza.log, [group])]}


def _only(plaza: Plaza, channel: Channel, messages: Iterable[Message]) -> str:
    """Some messages of a channel."""
    return pane(plaza.view, channel, conversation(plaza.view, messages))


async def _menu(plaza: Plaza, running: Whole) -> Pictures:
    """The menu of a message, and what comes of it."""
    words = ["The library closes at eight tonight.", "Esta noche la biblioteca cierra a las ocho."]
    if plaza.language == "en":
        words.reverse()
    room = plaza.room("news" if plaza.language == "en" else "noticias")
    plaza.later()
    running.provider.behave(Behaviour(words[1]))
    said = await plaza.world.say(plaza.mod, room, words[0])
    registered = list(plaza.world.commands.by_scope[None].values())
    opened = pane(plaza.view, room, conversation(plaza.view, [said]) + menu(plaza.view, registered))
    before = len(plaza.cards)
    for name in ("Translate", "Check claims", "Report to moderators"):
        await plaza.used(await plaza.world.context_menu(plaza.ana, room, name, said))
    await plaza.cards_are(before + 1)
    return {"menu": [opened, plaza.seen(room, plaza.ana)]}


def _commands(plaza: Plaza) -> Pictures:
    """The list of commands, as a moderator sees it."""
    registered = list(plaza.world.commands.by_scope[None].values())
    below = commands(plaza.view, plaza.world.me, registered, "/")
    return {"commands": [pane(plaza.view, plaza.log, "", below=below)]}
