"""The loopback Discord, as the real discord.py meets it: gateway, messages, interactions, trouble."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import discord
import pytest
from discord import app_commands

from tests.helpers import eventually
from tests.wire.discord import (
    Channel,
    DiscordServer,
    Fault,
    Guild,
    MovableClock,
    NotOffered,
    Permission,
    User,
    redirected,
)
from tests.wire.discord.probe import INTENTS, Probe, running

MESSAGES = "POST /channels/{channel_id}/messages"
NOBODY = discord.AllowedMentions.none()


class Scene:
    """A guild with a channel and Ana in it."""

    def __init__(self, **settings: Any) -> None:
        self.clock = MovableClock()
        self.server = DiscordServer(clock=self.clock, **({"identify_every": 0.0} | settings))
        self.world = self.server.world
        self.guild: Guild = self.world.add_guild("Plaza")
        self.channel: Channel = self.world.add_channel(self.guild)
        self.ana: User = self.world.add_member(self.guild, "Ana")
        self.mention = f"<@{self.world.me.id}>"


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    scene = Scene()
    async with scene.server:
        yield scene


def with_commands() -> Probe:
    """A bot that defers `/chat` and fills in the answer, and has a menu and a slow command."""
    probe = Probe()

    @probe.tree.command(description="Talk")
    @app_commands.allowed_installs(guilds=True, users=True)
    async def chat(interaction: discord.Interaction[Any], text: str, private: bool = False) -> None:
        await interaction.response.defer(thinking=True, ephemeral=private)
        await interaction.edit_original_response(content=f"echo {text}")

    @probe.tree.command(description="Two")
    @app_commands.guild_only()
    @app_commands.default_permissions(manage_messages=True)
    async def review(interaction: discord.Interaction[Any], number: app_commands.Range[int, 1, 9]) -> None:
        view = discord.ui.View(timeout=None)
        view.add_item(discord.ui.Button(label="Right", custom_id="right:7"))
        await interaction.response.send_message(f"case {number}", view=view, ephemeral=True)

    @probe.tree.context_menu(name="Translate")
    async def translate(interaction: discord.Interaction[Any], message: discord.Message) -> None:
        await interaction.response.send_message(f"[{message.content}]", allowed_mentions=NOBODY)

    probe.registers = True
    return probe


# The gateway


async def test_a_bot_logs_in_and_sees_the_guild(scene: Scene) -> None:
    async with running(scene.server) as bot:
        assert bot.user is not None
        assert bot.user.id == scene.world.me.id
        guild = bot.get_guild(scene.guild.id)
        assert guild is not None
        assert [channel.name for channel in guild.text_channels] == ["general"]
        assert scene.server.gateway.identifies[0]["intents"] == INTENTS.value


async def test_a_wrong_token_is_refused(scene: Scene) -> None:
    with redirected(scene.server):
        bot = Probe()
        with pytest.raises(discord.LoginFailure):
            await bot.start("wrong")
        await bot.close()
    assert scene.server.requests[0].status == 401


async def test_an_intent_that_the_portal_has_off_is_refused(scene: Scene) -> None:
    intents = discord.Intents(guilds=True, message_content=True)
    with redirected(scene.server):
        bot = Probe(intents)
        with pytest.raises(discord.PrivilegedIntentsRequired):
            await bot.start(scene.server.token)
        await bot.close()
    assert scene.server.gateway.refused == [4014]


async def test_after_a_cut_the_session_is_resumed_and_nothing_is_missed(scene: Scene) -> None:
    async with running(scene.server) as bot:
        await scene.world.say(scene.ana, scene.channel, f"{scene.mention} one")
        await scene.world.until(lambda: len(bot.heard) == 1)
        scene.server.gateway.down = True
        scene.server.gateway.cut()
        await scene.world.until(lambda: not scene.server.gateway.live)
        await scene.world.say(scene.ana, scene.channel, f"{scene.mention} two")
        scene.server.gateway.down = False
        await scene.world.until(lambda: len(bot.heard) == 2, 20)
        assert bot.texts[1].endswith("two")
        assert scene.server.gateway.resumes == 1
        assert len(scene.server.gateway.identifies) == 1


async def test_an_invalid_session_makes_the_bot_identify_again(scene: Scene) -> None:
    async with running(scene.server) as bot:
        scene.server.gateway.invalidate()
        await scene.world.until(lambda: len(scene.server.gateway.identifies) == 2, 20)
        await scene.world.say(scene.ana, scene.channel, f"{scene.mention} hello")
        await scene.world.until(lambda: bot.heard)


async def test_a_reconnect_is_answered_with_a_resume(scene: Scene) -> None:
    async with running(scene.server):
        scene.server.gateway.reconnect()
        await scene.world.until(lambda: scene.server.gateway.resumes == 1)


async def test_who_identifies_too_soon_gets_an_invalid_session() -> None:
    scene = Scene(identify_every=60.0)
    async with scene.server:
        async with running(scene.server):
            pass
        with redirected(scene.server):
            bot = Probe()
            task = asyncio.create_task(bot.start(scene.server.token))
            await scene.world.until(lambda: scene.server.gateway.connections)
            await scene.world.until(lambda: not scene.server.gateway.connections)
            assert len(scene.server.gateway.identifies) == 1
            await bot.close()
            await asyncio.gather(task, return_exceptions=True)


async def test_heartbeats_are_acknowledged_and_a_zombie_is_noticed() -> None:
    scene = Scene(heartbeat_interval=0.1)
    gateway = scene.server.gateway
    async with scene.server, running(scene.server, Probe(heartbeat_timeout=1.5)) as bot:
        await scene.world.until(lambda: gateway.heartbeats >= 8)
        assert bot.latency < 1.5
        assert gateway.resumes == 0
        gateway.make_zombies()
        await scene.world.say(scene.ana, scene.channel, f"{scene.mention} hello")
        await scene.world.until(lambda: bot.heard)
        assert gateway.resumes == 1


async def test_who_sends_no_heartbeat_is_dropped() -> None:
    scene = Scene(heartbeat_interval=0.01)
    async with scene.server, aiohttp.ClientSession() as http:
        url = scene.server.gateway_url + "?v=10&encoding=json"
        async with http.ws_connect(url) as socket:
            assert (await socket.receive_json())["op"] == 10
            assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
            assert socket.close_code == 4000


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"op": 8, "d": {}}, 4003),
        ({"op": 2, "d": {"token": "wrong", "intents": 0, "properties": {}}}, 4004),
        ({"op": 2, "d": {"token": "discord-test-token", "intents": 1 << 30, "properties": {}}}, 4013),
        (
            {"op": 2, "d": {"token": "discord-test-token", "intents": 1, "properties": {}, "shard": [3, 2]}},
            4010,
        ),
        ({"op": 2, "d": {"token": "x" * 5000}}, 4002),
        ("no object", 4002),
    ],
)
async def test_a_wrong_payload_closes_the_connection(scene: Scene, payload: object, code: int) -> None:
    url = scene.server.gateway_url + "?v=10&encoding=json"
    async with aiohttp.ClientSession() as http, http.ws_connect(url) as socket:
        await socket.receive_json()
        await socket.send_json(payload)
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
        assert socket.close_code == code


async def test_guilds_are_shared_out_over_shards() -> None:
    scene = Scene(shards=2)
    scene.server.gateway.max_concurrency = 2
    async with scene.server:
        while (scene.guild.id >> 22) % 2 == 0:
            scene.guild = scene.world.add_guild()
        channel = scene.world.add_channel(scene.guild)
        scene.world.add_member(scene.guild, scene.ana)
        async with running(scene.server) as bot:
            assert bot.shard_count == 2
            await scene.world.say(scene.ana, channel, scene.mention)
            await scene.world.until(lambda: bot.heard)
            assert [one.sequence for one in scene.server.gateway.live if one.shard == (1, 2)] >= [2]
            assert bot.heard[0].guild is not None
            assert bot.heard[0].guild.shard_id == 1


# What the bot may read


async def test_without_the_intent_only_what_concerns_the_bot_has_text(scene: Scene) -> None:
    world = scene.world
    async with running(scene.server) as bot:
        own = await bot.get_partial_messageable(scene.channel.id).send("mine")
        said = world.messages[own.id]
        await world.say(scene.ana, scene.channel, "between us")
        await world.say(scene.ana, scene.channel, f"hello {scene.mention}")
        await world.say(scene.ana, scene.channel, "with a ping", reply_to=said)
        await world.say(scene.ana, scene.channel, "without", reply_to=said, ping=False)
        await world.say(scene.ana, world.dm(scene.ana), "directly")
        await world.until(lambda: len(bot.heard) == 6)
        assert bot.texts == ["mine", "", f"hello {scene.mention}", "with a ping", "", "directly"]
        read = await bot.get_partial_messageable(scene.channel.id).fetch_message(bot.heard[1].id)
        assert read.content == ""


async def test_with_the_intent_everything_has_text() -> None:
    scene = Scene(privileged={"message_content"})
    intents = discord.Intents(guilds=True, guild_messages=True, message_content=True)
    async with scene.server, running(scene.server, Probe(intents)) as bot:
        message = await scene.world.say(scene.ana, scene.channel, "between us")
        await scene.world.until(lambda: bot.heard)
        await scene.world.edit(scene.ana, message, "all of us")
        await scene.world.delete(scene.ana, message)
        await scene.world.until(lambda: len(bot.events) == 2)
        assert bot.texts == ["between us"]
        assert bot.events == [("edit", "all of us"), ("delete", message.id)]


async def test_a_channel_that_the_bot_does_not_see_is_silent(scene: Scene) -> None:
    world = scene.world
    hidden = world.add_channel(scene.guild, "hidden")
    world.change_channel(hidden, overwrites=(world.overwrite(world.me, deny=Permission.VIEW_CHANNEL),))
    async with running(scene.server) as bot:
        await world.say(scene.ana, hidden, scene.mention)
        await world.say(scene.ana, scene.channel, scene.mention)
        await world.until(lambda: bot.heard)
        assert [message.channel.id for message in bot.heard] == [scene.channel.id]


# Interactions


async def test_a_command_is_deferred_and_answered(scene: Scene) -> None:
    async with running(scene.server, with_commands()):
        use = await scene.world.slash(scene.ana, scene.channel, "chat", text="good evening")
        message = await scene.world.until(lambda: use.response and not use.response.loading and use.response)
        assert message.content == "echo good evening"
        assert use.delay < 3
        assert [version.content for version in message.versions] == ["", "echo good evening"]


async def test_only_what_is_registered_and_allowed_is_offered(scene: Scene) -> None:
    world = scene.world
    async with running(scene.server, with_commands()):
        for wrong in ({"txt": "x"}, {}, {"text": 3}, {"text": "x" * 6001}, {"text": "x", "private": 1}):
            with pytest.raises(NotOffered):
                await world.slash(scene.ana, scene.channel, "chat", **wrong)
        with pytest.raises(NotOffered):
            await world.slash(scene.ana, scene.channel, "nothing")
        with pytest.raises(NotOffered, match="not offered to them"):
            await world.slash(scene.ana, scene.channel, "review", number=3)
        moderators = world.add_role(scene.guild, "moderators", Permission.MANAGE_MESSAGES)
        mod = world.add_member(scene.guild, "Mod", roles=(moderators,))
        with pytest.raises(NotOffered, match="out of range"):
            await world.slash(mod, scene.channel, "review", number=10)
        with pytest.raises(NotOffered):
            await world.slash(mod, world.dm(mod), "review", number=3)


async def test_an_ephemeral_answer_is_seen_by_its_user_only_and_its_button_works(scene: Scene) -> None:
    world = scene.world
    moderators = world.add_role(scene.guild, "moderators", Permission.MANAGE_MESSAGES)
    mod = world.add_member(scene.guild, "Mod", roles=(moderators,))
    async with running(scene.server, with_commands()) as bot:
        use = await world.slash(mod, scene.channel, "review", number=3)
        message = await world.until(lambda: use.response)
        assert message in world.visible_to(mod, scene.channel)
        assert message not in world.visible_to(scene.ana, scene.channel)
        with pytest.raises(NotOffered):
            await world.press(scene.ana, message, "right:7")
        with pytest.raises(NotOffered):
            await world.press(mod, message, "wrong")
        await world.press(mod, message, "right:7")
        await world.until(lambda: len(bot.events) == 2)
        pressed = bot.events[1][1]
        assert pressed.data["custom_id"] == "right:7"
        assert pressed.message.content == "case 3"
        await pressed.response.edit_message(content="done", view=None)
        assert message.content == "done"
        assert message.components == ()


async def test_a_context_menu_carries_the_text_of_its_target(scene: Scene) -> None:
    async with running(scene.server, with_commands()):
        said = await scene.world.say(scene.ana, scene.channel, "buenas noches")
        use = await scene.world.context_menu(scene.ana, scene.channel, "Translate", said)
        message = await scene.world.until(lambda: use.response)
        assert message.content == "[buenas noches]"


async def test_a_late_first_answer_meets_an_unknown_interaction(scene: Scene) -> None:
    async with running(scene.server) as bot:
        await bot.ask(
            "PUT", f"/applications/{scene.world.me.id}/commands", [{"name": "slow", "description": "x"}]
        )
        use = await scene.world.slash(scene.ana, scene.channel, "slow")
        interaction = await _got(bot)
        scene.clock.advance(3.1)
        with pytest.raises(discord.NotFound) as caught:
            await interaction.response.defer()
        assert caught.value.code == 10062
        assert scene.world.expired(use)
        with pytest.raises(discord.NotFound) as caught:
            await interaction.followup.send("late")
        assert caught.value.code == 10015


async def test_an_answer_is_given_once_and_the_token_lives_15_minutes(scene: Scene) -> None:
    async with running(scene.server) as bot:
        await bot.ask(
            "PUT", f"/applications/{scene.world.me.id}/commands", [{"name": "slow", "description": "x"}]
        )
        await scene.world.slash(scene.ana, scene.channel, "slow")
        interaction = await _got(bot)
        await interaction.response.defer(ephemeral=True)
        path = f"/interactions/{interaction.id}/{interaction.token}/callback"
        with pytest.raises(discord.HTTPException) as caught:
            await bot.ask("POST", path, {"type": 5})
        assert (caught.value.status, caught.value.code) == (400, 40060)
        filled = await interaction.followup.send("first", wait=True)
        assert filled.id == (await interaction.original_response()).id
        scene.clock.advance(901)
        with pytest.raises(discord.HTTPException) as caught:
            await interaction.edit_original_response(content="too late")
        assert (caught.value.status, caught.value.code) == (401, 50027)


async def test_where_only_the_user_has_the_app_there_are_five_follow_ups(scene: Scene) -> None:
    world = scene.world
    elsewhere = world.add_guild("Elsewhere", bot=False)
    channel = world.add_channel(elsewhere)
    world.add_member(elsewhere, scene.ana)
    async with running(scene.server, with_commands()) as bot:
        with pytest.raises(NotOffered, match="installed"):
            await world.slash(scene.ana, channel, "chat", text="x")
        world.install_for(scene.ana)
        use = await world.slash(scene.ana, channel, "chat", text="x")
        await world.until(lambda: use.response and not use.response.loading)
        interaction = bot.events[0][1]
        assert interaction.is_user_integration()
        for number in range(5):
            await interaction.followup.send(str(number))
        with pytest.raises(discord.HTTPException) as caught:
            await interaction.followup.send("6")
        assert caught.value.code == 40094
        with pytest.raises(discord.Forbidden):
            await bot.ask("POST", f"/channels/{channel.id}/messages", {"content": "as a bot"})


async def test_a_form_is_shown_and_filled_in(scene: Scene) -> None:
    world = scene.world

    class Form(discord.ui.Modal, title="Ask a moderator"):
        why: discord.ui.TextInput[Any] = discord.ui.TextInput(label="Why", custom_id="why", max_length=20)

        async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
            await interaction.response.send_message(f"because {self.why.value}", ephemeral=True)

    probe = Probe()
    probe.registers = True

    @probe.tree.command(description="x")
    async def ask(interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_modal(Form())

    async with running(scene.server, probe):
        use = await world.slash(scene.ana, scene.channel, "ask")
        modal = await world.until(lambda: use.modal)
        with pytest.raises(NotOffered):
            await world.submit(modal, why="x" * 21)
        sent = await world.submit(modal, why="I said so")
        message = await world.until(lambda: sent.response)
        assert message.content == "because I said so"


async def _got(bot: Probe) -> discord.Interaction[Any]:
    await eventually(lambda: bot.events)
    found = bot.events[0][1]
    assert isinstance(found, discord.Interaction)
    return found


# Trouble


async def test_a_429_of_the_bucket_is_waited_out_by_the_sdk(scene: Scene) -> None:
    scene.server.limits.routes[MESSAGES] = (2, 0.3)
    async with running(scene.server) as bot:
        place = bot.get_partial_messageable(scene.channel.id)
        await asyncio.gather(*(place.send(str(number)) for number in range(6)))
        assert sorted(message.content for message in scene.world.replies(scene.channel)) == list("012345")
        scene.server.faults.next(MESSAGES, Fault(status=429, retry_after=0.05))
        await place.send("seven")
        assert [one.status for one in scene.server.asked(MESSAGES)][-2:] == [429, 200]
        assert scene.world.replies(scene.channel)[-1].content == "seven"


async def test_an_answer_that_gets_lost_makes_no_double_because_of_the_nonce(scene: Scene) -> None:
    async with running(scene.server) as bot:
        scene.server.faults.next(MESSAGES, Fault(status=502, carried_out=True))
        sent = await bot.get_partial_messageable(scene.channel.id).send("once")
        assert [one.status for one in scene.server.asked(MESSAGES)] == [502, 200]
        (only,) = scene.world.replies(scene.channel)
        assert only.id == sent.id


async def test_a_reset_connection_reaches_the_bot_as_an_error(scene: Scene) -> None:
    async with running(scene.server) as bot:
        scene.server.faults.next(MESSAGES, Fault(reset=True))
        with pytest.raises((OSError, aiohttp.ServerDisconnectedError)):
            await bot.get_partial_messageable(scene.channel.id).send("lost")
        assert scene.world.replies(scene.channel) == []


async def test_a_request_can_be_held_back(scene: Scene) -> None:
    gate = asyncio.Event()
    async with running(scene.server) as bot:
        scene.server.faults.next(MESSAGES, Fault(delay=gate))
        sending = asyncio.create_task(bot.get_partial_messageable(scene.channel.id).send("wait"))
        await scene.world.until(lambda: scene.server.asked(MESSAGES))
        assert scene.world.replies(scene.channel) == []
        gate.set()
        await sending
        assert len(scene.world.replies(scene.channel)) == 1


def test_random_trouble_is_the_same_for_the_same_seed() -> None:
    def struck(seed: int) -> list[bool]:
        faults = DiscordServer().faults
        faults.at_random(0.3, 429, 502, seed=seed)
        return [faults.take(MESSAGES) is not None for _ in range(200)]

    assert struck(1) == struck(1)
    assert struck(1) != struck(2)
    assert 30 < sum(struck(1)) < 90
