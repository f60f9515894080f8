"""What the adapter hears on Slack, where from, and when it says so."""

from __future__ import annotations

import asyncio
import logging

import pytest

from adapters.base import Busy, ConversationRef, Inbound, Message, NotKept, Quoted
from adapters.sentences import BUSY
from adapters.slack import taking
from adapters.slack.manifest import scopes_of
from tests.wire.slack_parts import SECONDS, Desk, Heard, Scene, id_of, listening, notes


async def test_a_mention_is_heard_once_though_slack_tells_it_twice() -> None:
    scene = Scene()
    heard = Heard()
    async with scene.server, listening(scene, heard):
        asked = await scene.ask("What is *this*? &amp; <b>")
        await scene.world.until(lambda: not scene.server.sockets.unacked, SECONDS)
        assert len(scene.server.dispatcher.deliveries) == 2
        (message,) = heard.messages
        assert message.ref == ConversationRef("slack", scene.world.team.id, scene.channel.id, asked.ts)
        assert message.id == id_of(asked)
        assert message.text == "What is *this*? &amp; <b>"
        assert (message.author.id, message.author.name) == (scene.ana.id, "Anita")
        assert (message.author.is_moderator, message.locale) == (False, "en-US")
        assert (message.reply_to.message_id, message.reply_to.person) == (id_of(asked), scene.ana.id)
        await scene.world.until(lambda: not scene.server.sockets.unacked, SECONDS)


async def test_what_does_not_mention_it_is_not_heard() -> None:
    scene = Scene()
    heard = Heard()
    async with scene.server, listening(scene, heard):
        await scene.world.say(scene.ana, scene.channel, "Nobody asked the bot.")
        await scene.world.join(scene.world.add_user("ben"), scene.channel)
        await scene.ask("You there?")
        await scene.world.until(lambda: heard.texts[:1], SECONDS)
        assert set(heard.texts) == {"You there?"}


async def test_a_thread_it_was_spoken_to_in_goes_on_without_mentions_also_after_a_restart() -> None:
    scene = Scene()
    memory = notes()
    async with scene.server:
        heard = Heard()
        async with listening(scene, heard, memory):
            asked = await scene.ask("One")
            await scene.world.until(lambda: heard.texts, SECONDS)
            await scene.world.say(scene.mod, scene.channel, "Two", asked)
            await scene.world.until(lambda: "Two" in heard.texts, SECONDS)
            assert heard.messages[-1].ref == heard.messages[0].ref
            other = await scene.world.say(scene.ana, scene.channel, "Another talk")
            await scene.world.say(scene.ana, scene.channel, "not the bot's", other)
        heard = Heard()
        async with listening(scene, heard, memory):
            await scene.world.say(scene.ana, scene.channel, "still not the bot's", other)
            await scene.world.say(scene.ana, scene.channel, "Three", asked)
            await scene.world.until(lambda: heard.texts, SECONDS)
            assert heard.texts == ["Three"]


async def test_a_direct_message_begins_a_talk_of_its_members_own() -> None:
    scene = Scene()
    heard = Heard()
    async with scene.server, listening(scene, heard):
        dm = scene.world.dm(scene.ana)
        asked = await scene.world.say(scene.ana, dm, "Hello")
        await scene.world.until(lambda: heard.texts, SECONDS)
        team = scene.world.team.id
        assert heard.messages[0].ref == ConversationRef("slack", f"dm-{team}-{scene.ana.id}", dm.id, asked.ts)


async def test_bots_are_not_heard() -> None:
    scene = Scene()
    robot = scene.world.add_user("robot", bot=True)
    scene.channel.members[robot.id] = robot
    heard = Heard()
    async with scene.server, listening(scene, heard):
        await scene.ask("I am a bot too", who=robot)
        await scene.ask("I am not")
        await scene.world.until(lambda: heard.texts, SECONDS)
        assert set(heard.texts) == {"I am not"}


async def test_who_is_named_is_read_by_name() -> None:
    scene = Scene()
    group = scene.world.add_group("helpers", [scene.mod])
    heard = Heard()
    async with scene.server, listening(scene, heard):
        await scene.ask(
            f"ask {scene.mod.mention}, <!here>, {group.mention}, a@example.com or https://example.com/x"
        )
        await scene.world.until(lambda: heard.texts, SECONDS)
        assert heard.texts[0] == f"ask @Mod, @here, @{group.id}, a@example.com or https://example.com/x"


async def test_an_admin_is_a_moderator_and_so_is_who_is_in_the_chosen_group() -> None:
    scene = Scene()
    ben = scene.world.add_user("ben")
    scene.channel.members[ben.id] = ben
    group = scene.world.add_group("mods", [ben])
    heard = Heard()
    async with scene.server, listening(scene, heard, moderators=group.id):
        for who in (scene.ana, ben, scene.mod):
            await scene.ask("Hi", who=who)
        await scene.world.until(lambda: len({each.id for each in heard.messages}) == 3, SECONDS)
        moderate = {each.author.name: each.author.is_moderator for each in heard.messages}
        assert moderate == {"Anita": False, "ben": True, "Mod": True}


async def test_a_message_is_acknowledged_only_when_it_is_durable_and_sent_again_until_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(taking, "PAUSES", (0.0,))
    scene = Scene()
    heard = Heard()
    down = asyncio.Event()

    async def take(inbound: Inbound) -> None:
        if not down.is_set():
            raise NotKept("the store is away")
        await heard(inbound)

    async with scene.server, listening(scene, take):
        dm = scene.world.dm(scene.ana)
        await scene.world.say(scene.ana, dm, "Hello")
        (delivery,) = scene.server.dispatcher.deliveries

        async def tried_twice() -> bool:
            scene.clock.advance(0.2)
            return delivery.attempt == 2

        # The first attempt fails, and so does the one right after it.
        await scene.world.until(tried_twice, SECONDS)
        assert not delivery.acked
        down.set()
        scene.clock.advance(60.0)
        await scene.world.until(lambda: not scene.server.sockets.unacked, SECONDS)
        assert heard.texts == ["Hello"]
        assert not scene.server.dispatcher.lost


async def test_a_thread_that_cannot_be_taken_holds_up_no_other_of_its_channel() -> None:
    scene, heard = Scene(), Heard()
    gate = asyncio.Event()

    async def take(inbound: Inbound) -> None:
        if isinstance(inbound, Message) and inbound.text == "One":
            await gate.wait()
        await heard(inbound)

    async with scene.server, listening(scene, take):
        await scene.ask("One")
        await scene.ask("Two")
        await scene.world.until(lambda: heard.texts == ["Two"], SECONDS)
        gate.set()
        await scene.world.until(lambda: set(heard.texts) == {"One", "Two"}, SECONDS)


async def test_a_full_mailbox_is_told_to_the_one_who_wrote_alone() -> None:
    scene = Scene()

    async def take(_: Inbound) -> None:
        raise Busy

    async with scene.server, listening(scene, take):
        await scene.ask("One more")
        await scene.world.until(scene.said, SECONDS)
        assert set(scene.said()) == {BUSY}
        assert all(one.ephemeral_to is scene.ana for one in scene.world.replies(scene.channel))


async def test_what_slack_sends_again_is_the_same_message_also_after_a_restart() -> None:
    scene = Scene()
    memory = notes()
    async with scene.server:
        first, second = Heard(), Heard()
        async with listening(scene, first, memory):
            await scene.world.say(scene.ana, scene.world.dm(scene.ana), "Hello")
            await scene.world.until(lambda: not scene.server.sockets.unacked, SECONDS)
            scene.server.sockets.redeliver()
            await scene.world.until(lambda: not scene.server.sockets.unacked, SECONDS)
        async with listening(scene, second, memory):
            scene.server.sockets.redeliver(scene.server.dispatcher.deliveries[:1])
            await scene.world.until(lambda: second.messages, SECONDS)
        assert len(first.messages) == 1
        # The mailbox knows it by its id.
        assert second.messages[0].id == first.messages[0].id


async def test_an_edited_message_is_taken_back_and_said_anew() -> None:
    scene = Scene()
    heard = Heard()
    async with scene.server, listening(scene, heard):
        asked = await scene.ask("What is 1 + 1?")
        await scene.world.until(lambda: heard.texts, SECONDS)
        await scene.world.edit(scene.ana, asked, f"{scene.me.mention} What is 1 + 2?")
        await scene.world.until(lambda: heard.retracted, SECONDS)
        (retracted,) = heard.retracted
        assert (retracted.ref, retracted.message_id) == (heard.messages[0].ref, id_of(asked))
        assert retracted.replacement is not None
        assert retracted.replacement.text == "What is 1 + 2?"
        assert retracted.replacement.id == f"{heard.messages[0].id}.e{asked.edited_at}"


async def test_a_message_that_is_edited_until_it_mentions_the_bot_is_heard_once() -> None:
    scene = Scene()
    heard = Heard()
    async with scene.server, listening(scene, heard):
        asked = await scene.world.say(scene.ana, scene.channel, "What is 1 + 1?")
        await scene.world.edit(scene.ana, asked, f"{scene.me.mention} What is 1 + 1?")
        await scene.world.until(lambda: heard.retracted and not scene.server.sockets.unacked, SECONDS)
        assert (heard.messages, len(heard.retracted)) == ([], 1)


async def test_a_preview_of_a_link_is_no_edit() -> None:
    scene = Scene()
    heard = Heard()
    async with scene.server, listening(scene, heard):
        asked = await scene.ask("Look: https://example.com/a")
        await scene.world.unfurl(asked, "Example")
        await scene.world.until(lambda: heard.texts and not scene.server.sockets.unacked, SECONDS)
        assert heard.retracted == []


@pytest.mark.parametrize("answered", [False, True])
async def test_a_deleted_message_is_taken_back(answered: bool) -> None:
    scene = Scene()
    heard = Heard()
    async with scene.server, listening(scene, heard):
        asked = await scene.ask("Forget this")
        await scene.world.until(lambda: heard.texts, SECONDS)
        if answered:
            await scene.world.say(scene.mod, scene.channel, "What?", asked)
        await scene.world.delete(scene.ana, asked)
        await scene.world.until(lambda: heard.retracted, SECONDS)
        (retracted,) = heard.retracted
        assert (retracted.ref, retracted.message_id) == (heard.messages[0].ref, id_of(asked))
        assert retracted.replacement is None


async def test_a_member_without_a_name_is_heard_all_the_same() -> None:
    scene = Scene()
    heard = Heard()
    async with scene.server, listening(scene, heard):
        scene.server.faults.next("users.info", 500, times=2)
        await scene.ask("Hello")
        await scene.world.until(lambda: heard.texts, SECONDS)
        assert heard.messages[0].author.name == scene.ana.id


async def test_a_forwarded_message_is_somebody_elses_words() -> None:
    desk = Desk()
    heard = Heard()
    async with desk.server, listening(desk, heard):
        shared = {"is_share": True, "author_name": "Ben", "text": "Buy &lt;now&gt;!"}
        event = {
            "type": "message",
            "user": desk.ana.id,
            "channel": desk.world.dm(desk.ana).id,
            "ts": desk.world.new_ts(),
            "text": "Is this true?",
            "attachments": [shared],
            "files": [{"name": "a.txt", "mimetype": "text/plain", "size": 3}],
        }
        desk.world.emit(desk.world.team, "message.im", event)
        await desk.world.until(lambda: heard.texts, SECONDS)
        assert heard.messages[0].quoted == (Quoted("Ben", "Buy <now>!"),)
        assert [(each.name, each.size) for each in heard.messages[0].attachments] == [("a.txt", 3)]


async def test_no_words_of_members_and_no_token_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    scene = Scene()
    heard = Heard()
    with caplog.at_level(logging.DEBUG):
        async with scene.server, listening(scene, heard):
            await scene.ask("my secret is swordfish")
            await scene.world.until(lambda: heard.texts, SECONDS)
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert "swordfish" not in logged
    assert scene.server.bot_token not in logged
    assert scene.server.app_token not in logged


async def test_a_small_text_file_is_read_and_any_other_is_named() -> None:
    scene = Scene()
    heard = Heard()
    files = (
        ("a.txt", "text/plain", "¿Qué?".encode()),
        ("b.png", "image/png", b"png"),
        ("c.txt", "text/plain", b"x" * 70_000),
    )
    async with scene.server, listening(scene, heard):
        await scene.world.say(scene.ana, scene.world.dm(scene.ana), "Read this", files=files)
        await scene.world.until(lambda: heard.texts, SECONDS)
        found = [(each.name, each.media_type, each.text) for each in heard.messages[0].attachments]
        assert found == [
            ("a.txt", "text/plain", "¿Qué?"),
            ("b.png", "image/png", None),
            ("c.txt", "text/plain", None),
        ]


async def test_the_token_goes_to_slack_alone() -> None:
    scene = Scene()
    other = Scene()
    heard = Heard()
    async with scene.server, other.server, listening(scene, heard):
        file = {"id": "F1", "name": "a.txt", "mimetype": "text/plain", "size": 3}
        for address in (f"{other.server.api_url}auth.test", "https://files.slack.com.example.org/a"):
            event = {
                "type": "message",
                "user": scene.ana.id,
                "channel": scene.world.dm(scene.ana).id,
                "ts": scene.world.new_ts(),
                "text": "Read this",
                "files": [{**file, "url_private": address}],
            }
            scene.world.emit(scene.world.team, "message.im", event)
        await scene.world.until(lambda: len(heard.texts) == 2, SECONDS)
        assert [each.text for message in heard.messages for each in message.attachments] == [None, None]
        assert other.server.requests == []


async def test_without_its_scope_a_file_is_named_and_slacks_sign_in_page_is_not_read() -> None:
    scene = Scene(scopes=frozenset(scopes_of("")) - {"files:read"})
    heard = Heard()
    async with scene.server, listening(scene, heard):
        await scene.world.say(
            scene.ana, scene.world.dm(scene.ana), "Read this", files=(("a.txt", "text/plain", b"x"),)
        )
        await scene.world.until(lambda: heard.texts, SECONDS)
        assert [each.text for each in heard.messages[0].attachments] == [None]
