"""Where Sereno answers on Discord, what it understands of a message, and whom it never hears."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.base import Author, Busy, ConversationRef, Inbound, Message, Quoted
from adapters.sentences import BUSY
from bot.i18n import translate
from tests.wire.discord.model import THREAD_CREATED, THREAD_STARTER
from tests.wire.discord_parts import Heard, Scene, listening, notes, whole


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    scene = Scene()
    async with scene.server:
        yield scene


@pytest.fixture
def heard() -> Heard:
    return Heard()


async def test_it_answers_mentions_replies_direct_messages_and_the_threads_it_is_in(
    scene: Scene, tmp_path: Path
) -> None:
    world, ana = scene.world, scene.ana
    async with whole(scene, tmp_path):
        await scene.ask("good evening")
        await scene.until_said("Good evening to all of you.")
        (said,) = world.replies(scene.channel)
        await world.say(ana, scene.channel, "and how are you?", reply_to=said)
        await scene.until_said(*["Good evening to all of you."] * 2)
        direct = world.dm(ana)
        await world.say(ana, direct, "just between us")
        await scene.until_said("Good evening to all of you.", channel=direct)
        thread = await world.open_thread(ana, scene.channel, "apart")
        await scene.ask("come here", thread)
        await scene.until_said("Good evening to all of you.", channel=thread)


async def test_nothing_else_is_answered(scene: Scene, heard: Heard) -> None:
    world, ana = scene.world, scene.ana
    robot = world.add_member(scene.guild, "Robot", bot=True)
    async with listening(scene, heard):
        said = await scene.ask("first")
        await world.say(ana, scene.channel, "between ourselves")
        await world.say(robot, scene.channel, f"{scene.mention} I am a bot")
        await world.say_by_webhook(scene.channel, f"{scene.mention} I am a webhook")
        await world.say(ana, scene.channel, "a reply to Ana", reply_to=said)
        thread = await world.open_thread(ana, scene.channel, f"thread {scene.mention}", message=said)
        await world.open_thread(ana, scene.channel, f"thread {scene.mention}")
        kinds = {one.type for place in (scene.channel, thread) for one in place.messages.values()}
        assert {THREAD_CREATED, THREAD_STARTER} <= kinds
        await world.say(ana, thread, "a thread it is not in")
        await world.say(ana, scene.channel, scene.mention)
        await scene.ask("last")
        await world.until(lambda: "last" in heard.texts)
        assert heard.texts == ["first", "last"]


async def test_two_bots_that_mention_each_other_do_not_go_on_for_ever(scene: Scene, tmp_path: Path) -> None:
    world = scene.world
    robot = world.add_member(scene.guild, "Robot", bot=True)
    async with whole(scene, tmp_path):
        await scene.ask("hello")
        await scene.until_said("Good evening to all of you.")
        (said,) = world.replies(scene.channel)
        await world.say(robot, scene.channel, f"{scene.mention} hello", reply_to=said)
        await world.say(robot, scene.channel, f"{scene.mention} hello again")
        await scene.ask("and you?")
        await scene.until_said(*["Good evening to all of you."] * 2)
        assert [one.referenced.author for one in world.replies(scene.channel) if one.referenced] == [
            scene.ana,
            scene.ana,
        ]


@pytest.mark.parametrize("intent", [False, True])
async def test_a_thread_goes_on_after_a_restart_and_with_the_intent_without_mentions(
    heard: Heard, intent: bool
) -> None:
    scene = Scene(privileged={"message_content"} if intent else set())
    world, memory = scene.world, notes()
    async with scene.server:
        thread = await world.open_thread(scene.ana, scene.channel, "apart")
        async with listening(scene, heard, memory, message_content=intent):
            await scene.ask("one", thread)
            await world.until(lambda: heard.texts == ["one"])
        async with listening(scene, heard, memory, message_content=intent):
            await world.say(scene.ana, thread, "two")
            await world.say(scene.ana, scene.channel, "not here")
            await scene.ask("three", thread)
            await world.until(lambda: "three" in heard.texts)
        # What is heard again after a restart is known by its id further on.
        texts = list(dict.fromkeys(heard.texts))
        assert texts == (["one", "two", "three"] if intent else ["one", "three"])
        expected = ConversationRef("discord", str(scene.guild.id), str(scene.channel.id), str(thread.id))
        assert {message.ref for message in heard.messages} == {expected}


async def test_what_is_heard_names_people_and_places_and_carries_what_is_quoted(
    scene: Scene, heard: Heard
) -> None:
    world = scene.world
    ben = world.add_member(scene.guild, "Ben", nick="Benito")
    role = world.add_role(scene.guild, "cooks")
    async with listening(scene, heard):
        asked = await world.say(ben, scene.channel, f"{scene.mention} is it <@{scene.ana.id}>?")
        await world.say(
            scene.ana,
            scene.channel,
            f"  {scene.mention} ask <@{ben.id}>, <@&{role.id}> in <#{scene.channel.id}> <:yes:123456> <@99>",
            reply_to=asked,
        )
        await world.until(lambda: len(heard.messages) == 2)
    first, second = heard.messages
    assert first.author == Author(str(ben.id), "Benito")
    assert first.text == "is it @Anita?"
    assert second.author == Author(str(scene.ana.id), "Anita")
    assert second.text == "ask @Benito, @cooks in #general :yes: @99"
    assert second.quoted == (Quoted("Ben", "is it @Ana?"),)
    assert second.locale == "en-US"


async def test_a_moderator_is_one_who_may_manage_messages_there(scene: Scene, heard: Heard) -> None:
    world = scene.world
    quiet = world.add_channel(scene.guild, "quiet")
    world.change_channel(quiet, overwrites=(world.overwrite(scene.mod, deny=1 << 13),))
    thread = await world.open_thread(scene.mod, scene.channel, "apart")
    async with listening(scene, heard):
        for who, where in [
            (scene.mod, scene.channel),
            (scene.ana, scene.channel),
            (scene.mod, quiet),
            (scene.mod, thread),
            (scene.mod, world.dm(scene.mod)),
        ]:
            await scene.ask("hello", where, who)
        await world.until(lambda: len(heard.messages) == 5)
    by_place = {(one.author.name, one.ref.thread or one.ref.channel): one.author for one in heard.messages}
    assert by_place["Mod", str(scene.channel.id)].is_moderator
    assert by_place["Mod", str(thread.id)].is_moderator
    assert not by_place["Anita", str(scene.channel.id)].is_moderator
    assert not by_place["Mod", str(quiet.id)].is_moderator
    assert not by_place["Mod", str(world.dm(scene.mod).id)].is_moderator


async def test_attached_texts_are_read_and_other_files_are_named(scene: Scene, heard: Heard) -> None:
    files = (
        ("notes.txt", "text/plain; charset=utf-8", "¿Qué tal?".encode()),
        ("bad.txt", "text/plain", b"\xff\x00caf\xe9"),
        ("data.json", "application/json", b'{"a": 1}'),
        ("cat.png", "image/png", b"\x89PNG"),
        ("long.txt", "text/plain", b"x" * 64_001),
    )
    async with listening(scene, heard):
        await scene.world.say(scene.ana, scene.channel, scene.mention, files=files)
        await scene.world.until(lambda: heard.messages)
    (message,) = heard.messages
    assert [(file.name, file.size, file.text) for file in message.attachments] == [
        ("notes.txt", 11, "¿Qué tal?"),
        ("bad.txt", 6, "�\x00caf�"),
        ("data.json", 8, '{"a": 1}'),
        ("cat.png", 4, None),
        ("long.txt", 64_001, None),
    ]


async def test_messages_of_a_channel_are_taken_in_their_order_and_channels_do_not_wait_for_each_other(
    scene: Scene,
) -> None:
    other = scene.world.add_channel(scene.guild, "other")
    gate, taken = asyncio.Event(), list[str]()

    async def slow_at_first(message: Inbound) -> None:
        assert isinstance(message, Message)
        if message.text == "a0":
            await gate.wait()
        taken.append(message.text)

    async with listening(scene, slow_at_first):
        for number in range(5):
            await scene.ask(f"a{number}")
            await scene.ask(f"b{number}", other)
        await scene.world.until(lambda: len(taken) == 5)
        assert taken == ["b0", "b1", "b2", "b3", "b4"]
        gate.set()
        await scene.world.until(lambda: len(taken) == 10)
        assert taken[5:] == ["a0", "a1", "a2", "a3", "a4"]


async def test_a_message_that_the_store_does_not_take_is_tried_again(scene: Scene) -> None:
    tries = list[str]()

    async def broken_at_first(message: Inbound) -> None:
        assert isinstance(message, Message)
        tries.append(message.id)
        if len(tries) < 3:
            raise RuntimeError("no store")

    async with listening(scene, broken_at_first):
        said = await scene.ask("hello")
        await scene.world.until(lambda: len(tries) == 3)
        assert set(tries) == {str(said.id)}
        assert scene.said() == []


async def test_where_too_much_waits_the_member_is_told_in_the_language_of_the_guild() -> None:
    scene = Scene()
    scene.guild.locale = "es-ES"

    async def full(inbound: Inbound) -> None:
        raise Busy

    async with scene.server, listening(scene, full):
        said = await scene.ask("hola")
        await scene.world.until(scene.said)
        (reply,) = scene.world.replies(scene.channel)
        assert reply.referenced is said
        assert reply.content == translate(BUSY, "es") != BUSY
        assert not scene.world.pinged(scene.ana)


async def test_the_model_knows_members_apart_by_their_names_and_the_names_are_data(
    scene: Scene, tmp_path: Path
) -> None:
    world = scene.world
    ben = world.add_member(scene.guild, "Ben", nick="Ben the Cook")
    async with whole(scene, tmp_path) as sereno:
        await scene.ask("I like tea", who=scene.ana)
        await scene.until_said("Good evening to all of you.")
        await scene.ask("I like coffee", who=ben)
        await scene.until_said(*["Good evening to all of you."] * 2)
        sent = sereno.provider.requests[-1].body["messages"]
    assert isinstance(sent, list)
    asked = [str(message["content"]) for message in sent if message["role"] == "user"]
    assert "Anita:" in asked[0]
    assert "I like tea" in asked[0]
    # Spotlighted like all that is data: no blanks between its words.
    assert "Ben the Cook" not in str(sent)
    assert re.search(r"Ben(\S)the\1Cook:", asked[-1])
    assert "I like coffee" in asked[-1]
