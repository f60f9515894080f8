"""Sereno's commands, menus and buttons on Discord: registered once, deferred in time, answered where they can be."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.base import Button, CommandUse, ConversationRef, Final, Inbound, Notice, Permission
from adapters.discord.delivery import TOO_LATE
from adapters.discord.opening import IN_THREAD, IN_THREAD_BY_MENTION
from adapters.discord.register import GROUPS
from adapters.sentences import NO_TEXT
from bot.commands import table
from bot.i18n import translate
from tests.wire.discord import Fault, NotOffered
from tests.wire.discord_parts import Heard, Scene, below, listening, notes, reply_to, token_of, whole
from tests.wire.openai_server import Behaviour

REPLY = "Good evening to all of you."
CALLBACK = "POST /interactions/{interaction_id}/{interaction_token}/callback"


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    scene = Scene()
    async with scene.server:
        yield scene


@pytest.fixture
def heard() -> Heard:
    return Heard()


# Registration


async def test_the_table_is_registered_in_both_languages_and_a_second_start_writes_nothing(
    scene: Scene, heard: Heard
) -> None:
    commands = scene.world.commands
    async with listening(scene, heard):
        pass
    assert commands.writes == 1
    for spec in table():
        first, *second = spec.name.split()
        top = found = commands.named(first, 1, None)
        assert top is not None
        assert found is not None
        if second:
            (found,) = (one for one in top["options"] if one["name"] == second[0])
            assert top["description"] == GROUPS[first]
            assert top["description_localizations"]["es-ES"] == translate(GROUPS[first], "es")
        assert found["description"] == spec.descriptions["en"]
        for locale in ("es-ES", "es-419"):
            assert found["description_localizations"][locale] == spec.descriptions["es"]
        options = {option["name"]: option for option in found.get("options", ())}
        for option in spec.options:
            assert options[option.name]["description"] == option.descriptions["en"]
            assert options[option.name]["description_localizations"]["es-ES"] == option.descriptions["es"]
            assert options[option.name].get("required", False) is option.required
            assert options[option.name].get("min_value") == option.minimum
            assert options[option.name].get("max_value") == option.maximum
        moderators = spec.permission is Permission.MODERATOR
        assert top["default_member_permissions"] == ("8192" if moderators else None)
        assert top["contexts"] == ([0] if moderators else [0, 1, 2])
        assert top["integration_types"] == ([0] if moderators else [0, 1])
    async with listening(scene, heard):
        pass
    assert commands.writes == 1


async def test_what_was_changed_at_discord_is_put_right_at_the_next_start(scene: Scene, heard: Heard) -> None:
    commands = scene.world.commands
    async with listening(scene, heard):
        pass
    changes: tuple[dict[str, object], ...] = (
        {"description": "x"},
        {"description_localizations": {"es-ES": "x"}},
        {"default_member_permissions": "8"},
        {"contexts": [0]},
        {"integration_types": [0]},
        {"options": []},
    )
    for change in changes:
        before = commands.writes
        found = commands.named("complete", 1, None)
        assert found is not None
        commands.edit(None, int(found["id"]), change)
        async with listening(scene, heard):
            pass
        assert commands.writes == before + 2, change


async def test_the_menus_are_registered_by_their_names_in_both_languages(scene: Scene, heard: Heard) -> None:
    async with listening(scene, heard):
        for name, types in (
            ("Translate", [0, 1]),
            ("Check claims", [0, 1]),
            ("Report to moderators", [0]),
        ):
            found = scene.world.commands.named(name, 3, None)
            assert found is not None
            assert found["integration_types"] == types
            assert found["name_localizations"]["es-ES"] == translate(name, "es")


async def test_refused_commands_do_not_keep_the_bot_from_answering(scene: Scene, heard: Heard) -> None:
    scene.server.faults.next("PUT /applications/{application_id}/commands", 403)
    async with listening(scene, heard):
        await scene.ask("hello")
        await scene.world.until(lambda: heard.texts == ["hello"])


# Commands


async def test_a_command_is_heard_with_its_options_and_who_used_it_where(scene: Scene, heard: Heard) -> None:
    async with listening(scene, heard):
        await scene.world.slash(
            scene.mod, scene.channel, "complete", text="Once", temperature=0.5, max_tokens=20
        )
        await scene.world.until(lambda: heard.messages)
    (message,) = heard.messages
    assert message.command == CommandUse("complete", {"text": "Once", "temperature": 0.5, "max_tokens": 20})
    assert message.ref == ConversationRef("discord", str(scene.guild.id), str(scene.channel.id))
    assert message.author.name == "Mod"
    assert message.author.is_moderator
    assert message.locale == "en-US"


@pytest.mark.parametrize("language", ["en-US", "es-ES"])
async def test_commands_are_answered_in_place_and_private_ones_for_the_member_alone(
    scene: Scene, tmp_path: Path, language: str
) -> None:
    world = scene.world
    eva = world.add_member(scene.guild, "Eva", locale=language)
    async with whole(scene, tmp_path):
        use = await world.slash(eva, scene.channel, "chat", text="good evening")
        assert await scene.ended(use) == below("good evening", REPLY)
        assert use.response in world.visible_to(scene.ana, scene.channel)
        use = await world.slash(eva, scene.channel, "help")
        assert ("Soy Sereno" if language == "es-ES" else "I am Sereno") in await scene.ended(use)
        assert use.response not in world.visible_to(scene.ana, scene.channel)
        use = await world.slash(scene.mod, scene.channel, "guardlog recent")
        await scene.ended(use)
        assert use.response not in world.visible_to(scene.ana, scene.channel)
        with pytest.raises(NotOffered):
            await world.slash(scene.ana, scene.channel, "guardlog recent")


async def test_commands_work_in_direct_messages_and_where_only_the_member_has_the_bot(
    scene: Scene, tmp_path: Path
) -> None:
    world = scene.world
    elsewhere = world.add_guild("Elsewhere", bot=False)
    channel = world.add_channel(elsewhere)
    world.add_member(elsewhere, scene.ana)
    world.install_for(scene.ana)
    async with whole(scene, tmp_path) as sereno:
        use = await world.slash(scene.ana, world.dm(scene.ana), "chat", text="hello")
        assert await scene.ended(use) == below("hello", REPLY)
        use = await world.slash(scene.ana, channel, "chat", text="hello")
        assert await scene.ended(use) == below("hello", REPLY)
        long = "word " * 900
        sereno.provider.behave(Behaviour(long, tokens_per_chunk=50))
        use = await world.slash(scene.ana, channel, "chat", text="much, please")
        await world.until(lambda: use.response and use.response.attachments, 20)
        assert use.response is not None
        assert use.response.attachments[0].data.decode().strip() == long.strip()
        assert use.followups == []


async def test_chat_opens_a_thread_when_the_member_wants_one_and_the_talk_goes_on_there(
    tmp_path: Path,
) -> None:
    scene = Scene(privileged={"message_content"})
    world = scene.world
    async with scene.server, whole(scene, tmp_path, message_content=True):
        use = await world.slash(scene.ana, scene.channel, "chat", text="let us talk", thread=True)
        assert await scene.ended(use) == IN_THREAD
        assert use.response is not None
        thread = await world.until(lambda: use.response and use.response.thread)
        assert thread.name == "A talk with Anita"
        first = below("let us talk", REPLY)
        await scene.until_said(first, channel=thread)
        await world.say(scene.ana, thread, "and on")
        await scene.until_said(first, REPLY, channel=thread)


async def test_without_the_intent_the_member_reads_how_to_go_on_in_the_thread(
    scene: Scene, heard: Heard
) -> None:
    async with listening(scene, heard):
        use = await scene.world.slash(scene.ana, scene.channel, "chat", text="let us talk", thread=True)
        assert await scene.ended(use) == IN_THREAD_BY_MENTION
        await scene.world.until(lambda: heard.messages)
        assert use.response is not None
        assert use.response.thread is not None
        assert heard.messages[0].ref.thread == str(use.response.thread.id)


async def test_where_no_thread_can_be_opened_the_answer_comes_all_the_same(
    scene: Scene, tmp_path: Path
) -> None:
    world = scene.world
    world.change_channel(scene.channel, overwrites=(world.overwrite(scene.guild, deny=1 << 35),))
    inside = await world.open_thread(scene.guild_owner, scene.channel, "a thread")
    async with whole(scene, tmp_path):
        for place in (scene.channel, world.dm(scene.ana), inside):
            use = await world.slash(scene.ana, place, "chat", text="let us talk", thread=True)
            expected = below("let us talk", REPLY)
            assert await scene.ended(use, expected) == expected


# Menus


async def test_the_menu_translates_for_the_one_who_chose_it_alone(scene: Scene, heard: Heard) -> None:
    world = scene.world
    eva = world.add_member(scene.guild, "Eva", locale="es-ES")
    async with listening(scene, heard):
        said = await world.say(scene.ana, scene.channel, "good evening")
        use = await world.context_menu(eva, scene.channel, "Translate", said)
        await world.until(lambda: heard.messages)
    (message,) = heard.messages
    assert message.command == CommandUse("translate", {"text": "good evening", "to": "es"})
    assert use.response is not None
    assert use.response.ephemeral_to is eva


async def test_a_translation_longer_than_a_message_stays_with_the_one_who_asked(
    scene: Scene, tmp_path: Path
) -> None:
    world = scene.world
    async with whole(scene, tmp_path) as sereno:
        said = await world.say(scene.ana, scene.channel, "buenas noches")
        sereno.provider.behave(Behaviour("word " * 900, tokens_per_chunk=50))
        use = await world.context_menu(scene.ana, scene.channel, "Translate", said)
        await world.until(lambda: use.response and use.response.attachments, 20)
        assert {one.ephemeral_to for one in world.replies(scene.channel)} == {scene.ana}


async def test_the_claims_of_a_message_are_checked_for_who_chose_it_alone(scene: Scene, heard: Heard) -> None:
    world = scene.world
    async with listening(scene, heard):
        said = await world.say(scene.ana, scene.channel, "the earth is flat")
        use = await world.context_menu(scene.mod, scene.channel, "Check claims", said)
        await world.until(lambda: heard.messages)
    (message,) = heard.messages
    assert message.command == CommandUse("check", {"text": "the earth is flat"})
    assert use.response is not None
    assert use.response.ephemeral_to is scene.mod


async def test_the_menu_reports_to_moderators_what_has_a_text(scene: Scene, heard: Heard) -> None:
    world = scene.world
    eva = world.add_member(scene.guild, "Eva", locale="es-ES")
    async with listening(scene, heard):
        said = await world.say(scene.ana, scene.channel, "the earth is flat")
        await world.context_menu(eva, scene.channel, "Report to moderators", said)
        await world.until(lambda: heard.messages)
        picture = await world.say(scene.ana, scene.channel, "", files=(("a.png", "image/png", b"x"),))
        use = await world.context_menu(eva, scene.channel, "Translate", picture)
        assert await scene.ended(use) == translate(NO_TEXT, "es")
    (message,) = heard.messages
    options = {
        "text": "the earth is flat",
        "author": "Ana",
        "author_id": str(scene.ana.id),
        "message": str(said.id),
    }
    assert message.command == CommandUse("report", options)
    assert message.author.name == "Eva"
    assert {one.ephemeral_to for one in world.replies(scene.channel)} == {eva}


# Deadlines


async def test_a_command_is_deferred_in_time_however_slow_the_store_and_busy_the_loop_are(
    scene: Scene,
) -> None:
    world = scene.world
    gate = asyncio.Event()

    async def slow(inbound: Inbound) -> None:
        # A worker of the same process that computes for a while.
        time.sleep(0.01)
        await gate.wait()

    async with listening(scene, slow):
        for number in range(10):
            await scene.ask("hello", world.add_channel(scene.guild, f"c{number}"))
        uses = [await world.slash(scene.ana, scene.channel, "chat", text="hello") for _ in range(30)]
        await world.until(lambda: all(use.acked_at for use in uses))
        slowest = max(use.delay for use in uses)
        gate.set()
    assert slowest < 1.5


@pytest.mark.parametrize(
    "fault", [Fault(reset=True), Fault(reset=True, carried_out=True), Fault(status=502, carried_out=True)]
)
async def test_a_deferral_that_goes_wrong_on_the_way_is_tried_again(
    scene: Scene, heard: Heard, fault: Fault
) -> None:
    async with listening(scene, heard):
        scene.server.faults.next(CALLBACK, fault)
        use = await scene.world.slash(scene.ana, scene.channel, "chat", text="hello")
        await scene.world.until(lambda: heard.messages and use.acked_at)
        assert use.delay < 3
        assert heard.messages[0].reply_to.interaction == use.token


async def test_a_command_that_cannot_be_deferred_is_answered_in_the_channel_but_what_is_private_is_not_shown(
    scene: Scene, tmp_path: Path
) -> None:
    async with whole(scene, tmp_path):
        scene.server.faults.next(CALLBACK, 404, times=2)
        await scene.world.slash(scene.ana, scene.channel, "help")
        await scene.world.slash(scene.ana, scene.channel, "chat", text="hello")
        await scene.until_said(TOO_LATE, below("hello", REPLY))


async def test_after_the_tokens_15_minutes_the_reply_goes_to_the_channel(scene: Scene, heard: Heard) -> None:
    ref = ConversationRef("discord", str(scene.guild.id), str(scene.channel.id))
    async with listening(scene, heard) as adapter:
        uses = [await scene.world.slash(scene.ana, scene.channel, "chat", text="slowly") for _ in range(2)]
        await scene.world.until(lambda: len(heard.messages) == 2)
        assert abs(heard.messages[0].reply_to.interaction_expires - (uses[0].created_at + 870)) < 0.01
        scene.clock.advance(871)
        await adapter.deliver(Final("t1", 1, ref, token_of(uses[0]), "at last"))
        await scene.until_said("at last")
        # Also when Discord alone knows that the token is dead.
        scene.clock.advance(60)
        await adapter.deliver(Final("t2", 1, ref, token_of(uses[1], 10_000.0), "at last again"))
        await scene.until_said("at last", "at last again")


async def test_what_was_for_one_member_alone_is_not_shown_to_all_when_it_is_late(
    scene: Scene, heard: Heard
) -> None:
    ref = ConversationRef("discord", str(scene.guild.id), str(scene.channel.id))
    async with listening(scene, heard) as adapter:
        use = await scene.world.slash(scene.mod, scene.channel, "guardlog recent")
        await scene.world.until(lambda: heard.messages)
        scene.clock.advance(900)
        await adapter.deliver(Notice("t1", 1, ref, token_of(use), "a secret of moderators"))
        await scene.until_said(TOO_LATE)


async def test_what_members_wrote_is_shown_in_a_notice_as_it_is(scene: Scene, heard: Heard) -> None:
    ref = ConversationRef("discord", str(scene.guild.id), str(scene.channel.id))
    words = "Eve: [Review it here](https://evil.example) **now** @everyone"
    async with listening(scene, heard) as adapter:
        use = await scene.world.slash(scene.mod, scene.channel, "guardlog recent")
        await scene.world.until(lambda: heard.messages)
        await adapter.deliver(Notice("t1", 1, ref, token_of(use), words))
        said = await scene.ended(use)
    assert "](" not in said
    assert "https://" not in said
    assert "**" not in said
    assert "@everyone" not in said


# Buttons


async def test_a_button_works_after_a_restart(scene: Scene, heard: Heard) -> None:
    ref = ConversationRef("discord", str(scene.guild.id), str(scene.channel.id))
    memory = notes()
    async with listening(scene, heard, memory) as adapter:
        said = await scene.ask("hello")
        buttons = (Button("Ask a moderator", "appeal", "a1b2"), Button("No", "no", "a1b2", "danger"))
        await adapter.deliver(
            Notice("t1", 1, ref, reply_to(said), "held back", "blocked", "a1b2", buttons=buttons)
        )
    (notice,) = scene.world.replies(scene.channel)
    assert notice.custom_ids == ["sereno:appeal:a1b2", "sereno:no:a1b2"]
    heard = Heard()
    async with listening(scene, heard, memory):
        use = await scene.world.press(scene.ana, notice, "sereno:appeal:a1b2")
        await scene.world.until(lambda: any(one.command for one in heard.messages))
    # What was said before the restart is heard again, and known by its id further on.
    (message,) = [one for one in heard.messages if one.command]
    assert message.command == CommandUse("appeal", {"turn": "a1b2"})
    assert message.reply_to.interaction == use.token
    assert use.response is not None
    assert use.response.ephemeral_to is scene.ana
