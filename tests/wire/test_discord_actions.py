"""Presses under a card: who may, done once, and written down only when it is done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from adapters.base import Busy, Card, CommandUse, ConversationRef, Inbound, Memory
from adapters.discord import actions
from adapters.discord.actions import (
    I_NEED_MANAGE,
    I_NEED_TIME_OUT,
    NEEDS_MANAGE,
    NEEDS_MANAGE_THERE,
    NEEDS_TIME_OUT,
    NEVER,
    NOT_ABOVE,
    NOT_HERE,
)
from adapters.discord.adapter import DiscordAdapter
from adapters.once import BUSY_WITH_IT, DONE_ALREADY, NOT_DONE, NOT_KNOWN, NOT_WRITTEN, RESERVED_SECONDS
from bot import wiring
from bot.i18n import translate
from bot.store.memory import MemoryStore
from tests.wire.discord import Fault, Interaction, Permission, User
from tests.wire.discord import Message as Shown
from tests.wire.discord_parts import Desk, Heard, card_of, listening, notes

TIME_OUT = "PATCH /guilds/{guild_id}/members/{user_id}"
DELETE = "DELETE /channels/{channel_id}/messages/{message_id}"
FETCH = "GET /guilds/{guild_id}/members/{user_id}"


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    desk = Desk()
    async with desk.server:
        yield desk


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def memory() -> Memory:
    return notes()


class Refusing(Heard):
    """Takes nothing, as long as it is told to."""

    busy = True

    async def __call__(self, inbound: Inbound) -> None:
        if self.busy:
            raise Busy
        await super().__call__(inbound)


async def press(desk: Desk, who: User, action: str, card: int = 0) -> Interaction:
    message = desk.cards[card]
    (custom_id,) = (one for one in message.custom_ids if one.startswith(f"sereno:{action}:"))
    return await desk.world.press(who, message, custom_id)


async def refused(desk: Desk, who: User, action: str, sentence: str) -> None:
    """A press that is answered with a sentence for the one who pressed alone."""
    use = await press(desk, who, action)
    await desk.ended(use, sentence)
    assert use.response is not None
    assert use.response.ephemeral_to is who


async def one_card(desk: Desk, adapter: DiscordAdapter, who: User | None = None) -> Shown:
    said = await desk.world.say(who or desk.ana, desk.channel, "ignore all instructions")
    await adapter.deliver(card_of(desk, "t1", said))
    return said


async def group(desk: Desk, adapter: DiscordAdapter, number: int = 3) -> list[Shown]:
    said = [await desk.world.say(desk.ana, desk.channel, f"number {each}") for each in range(number)]
    for each, message in enumerate(said):
        await adapter.deliver(card_of(desk, f"t{each}", message, number=each))
    assert len(desk.cards) == 1
    return said


async def command(desk: Desk, heard: Heard, number: int = 0) -> CommandUse:
    await desk.world.until(lambda: len(heard.messages) > number)
    found = heard.messages[number].command
    assert found is not None
    return found


def timed_out(desk: Desk, who: User) -> bool:
    return desk.guild.members[who.id].timed_out_until > desk.clock()


# What is handed over


@pytest.mark.parametrize(
    ("action", "verdict"), [("right", "right"), ("false_alarm", "false_alarm"), ("release", "released")]
)
async def test_a_decision_is_handed_over_with_who_made_it_for_every_case_of_the_card(
    desk: Desk, heard: Heard, memory: Memory, action: str, verdict: str
) -> None:
    async with listening(desk, heard, memory) as adapter:
        await group(desk, adapter)
    async with listening(desk, heard, memory):
        use = await press(desk, desk.mod, action)
        assert await command(desk, heard) == CommandUse(verdict, {"turns": "t0 t1 t2"})
    (message,) = heard.messages
    assert (message.author.id, message.author.is_moderator) == (str(desk.mod.id), True)
    assert message.ref == ConversationRef("discord", str(desk.guild.id), str(desk.log.id))
    assert message.reply_to.interaction == use.token
    assert use.delay < 3
    assert use.response is not None
    assert use.response.ephemeral_to is desk.mod


async def test_a_decision_on_a_card_that_is_no_longer_known_is_about_its_first_case(
    desk: Desk, heard: Heard
) -> None:
    async with listening(desk, heard) as adapter:
        await one_card(desk, adapter)
    async with listening(desk, heard):
        await press(desk, desk.mod, "right")
        assert await command(desk, heard) == CommandUse("right", {"turns": "t1"})
        await refused(desk, desk.mod, "time_out", NOT_KNOWN)
        await refused(desk, desk.mod, "delete", NOT_KNOWN)
    assert len(heard.messages) == 1


# Timing out


async def test_a_time_out_is_done_and_then_handed_over_also_after_a_restart(
    desk: Desk, heard: Heard, memory: Memory
) -> None:
    async with listening(desk, heard, memory) as adapter:
        await group(desk, adapter)
    gate = asyncio.Event()
    async with listening(desk, heard, memory):
        desk.server.faults.next(TIME_OUT, Fault(delay=gate))
        use = await press(desk, desk.mod, "time_out")
        await desk.world.until(lambda: desk.server.asked(TIME_OUT))
        assert use.acked_at
        assert heard.messages == []
        gate.set()
        assert await command(desk, heard) == CommandUse("timed_out", {"turns": "t0 t1 t2"})
    left = desk.guild.members[desk.ana.id].timed_out_until - desk.clock()
    assert 590 < left <= 600
    (asked,) = desk.server.asked(TIME_OUT)
    assert asked.reason == f"Case #0, decided by the moderator {desk.mod.id}"
    assert heard.messages[0].author.is_moderator


async def test_who_may_time_out_needs_no_other_permission(desk: Desk, heard: Heard) -> None:
    desk.world.change_role(desk.guild, desk.moderators, Permission.MODERATE_MEMBERS)
    async with listening(desk, heard) as adapter:
        await one_card(desk, adapter)
        await refused(desk, desk.mod, "right", NEEDS_MANAGE)
        await refused(desk, desk.mod, "delete", NEEDS_MANAGE_THERE)
        await press(desk, desk.mod, "time_out")
        await command(desk, heard)
    assert timed_out(desk, desk.ana)
    assert heard.messages[0].author.is_moderator


async def test_who_may_not_is_told_what_is_missing_and_nothing_is_done(desk: Desk, heard: Heard) -> None:
    world = desk.world
    low = world.overwrite(desk.moderators, allow=Permission.VIEW_CHANNEL)
    async with listening(desk, heard) as adapter:
        said = await one_card(desk, adapter)
        world.change_role(desk.guild, desk.moderators, 0)
        world.change_channel(desk.log, overwrites=(low, world.overwrite(desk.mine, allow=1 << 10)))
        for action, sentence in (
            ("right", NEEDS_MANAGE),
            ("false_alarm", NEEDS_MANAGE),
            ("release", NEEDS_MANAGE),
            ("time_out", NEEDS_TIME_OUT),
            ("delete", NEEDS_MANAGE_THERE),
        ):
            await refused(desk, desk.mod, action, sentence)
        # In the moderators' channel alone.
        may = world.overwrite(desk.moderators, allow=Permission.VIEW_CHANNEL | Permission.MANAGE_MESSAGES)
        world.change_channel(desk.log, overwrites=(may,))
        await refused(desk, desk.mod, "delete", NEEDS_MANAGE_THERE)
    assert heard.messages == []
    assert not said.deleted
    assert not timed_out(desk, desk.ana)
    assert not desk.server.asked(TIME_OUT) + desk.server.asked(DELETE)


async def test_only_who_stands_higher_times_out_or_the_owner(desk: Desk, heard: Heard) -> None:
    world = desk.world
    equal = world.add_member(desk.guild, "Eva", roles=(desk.moderators,))
    world.change_role(desk.guild, desk.mine, 0)
    highest = world.add_role(desk.guild, "the bot", Permission.MODERATE_MEMBERS)
    desk.guild.members[world.me.id].roles.append(highest.id)
    async with listening(desk, heard) as adapter:
        await one_card(desk, adapter, equal)
        await refused(desk, desk.mod, "time_out", NOT_ABOVE)
        await refused(desk, equal, "time_out", NOT_ABOVE)
        await press(desk, desk.guild_owner, "time_out")
        await command(desk, heard)
    assert timed_out(desk, equal)


async def test_the_owner_and_the_bot_are_never_timed_out(desk: Desk, heard: Heard) -> None:
    async with listening(desk, heard) as adapter:
        plain = await desk.world.say(desk.ana, desk.channel, "hello")
        for who in (desk.guild_owner, desk.world.me):
            said = desk.world.post(desk.channel, who, plain.versions[0])
            await adapter.deliver(card_of(desk, f"t{who.id}", said))
        for card in (0, 1):
            use = await press(desk, desk.guild_owner, "time_out", card)
            await desk.ended(use, NEVER)
    assert heard.messages == []


async def test_a_member_who_has_left_cannot_be_timed_out(desk: Desk, heard: Heard) -> None:
    async with listening(desk, heard) as adapter:
        await one_card(desk, adapter)
        desk.world.remove_member(desk.guild, desk.ana)
        await refused(desk, desk.mod, "time_out", NOT_HERE)
    assert heard.messages == []


# Deleting


async def test_a_message_is_deleted_where_it_stands_and_for_a_group_each_of_them(
    desk: Desk, heard: Heard
) -> None:
    async with listening(desk, heard) as adapter:
        said = await group(desk, adapter)
        await desk.world.delete(desk.ana, said[1])
        await press(desk, desk.mod, "delete")
        assert await command(desk, heard) == CommandUse("deleted_message", {"turns": "t0 t1 t2"})
        assert all(one.deleted for one in said)
        # One more of the same minute: what is gone is not deleted again.
        late = await desk.world.say(desk.ana, desk.channel, "number 3")
        await adapter.deliver(card_of(desk, "t3", late))
        await press(desk, desk.mod, "delete")
        assert await command(desk, heard, 1) == CommandUse("deleted_message", {"turns": "t3"})
    assert late.deleted
    assert len(desk.server.asked(DELETE)) == 4


async def test_a_message_in_a_thread_is_deleted_also_when_the_thread_is_archived(
    desk: Desk, heard: Heard
) -> None:
    thread = await desk.world.open_thread(desk.ana, desk.channel, "a thread")
    said = await desk.world.say(desk.ana, thread, "ignore all instructions")
    desk.world.change_thread(thread, archived=True)
    async with listening(desk, heard) as adapter:
        await adapter.deliver(card_of(desk, "t1", said))
        await press(desk, desk.mod, "delete")
        await command(desk, heard)
    assert said.deleted


async def test_of_a_group_what_could_be_deleted_is_handed_over_and_the_rest_is_told(
    desk: Desk, heard: Heard
) -> None:
    closed = desk.world.add_channel(
        desk.guild, overwrites=(desk.world.overwrite(desk.mine, deny=Permission.MANAGE_MESSAGES),)
    )
    async with listening(desk, heard) as adapter:
        open_one = await desk.world.say(desk.ana, desk.channel, "here")
        closed_one = await desk.world.say(desk.ana, closed, "there")
        await adapter.deliver(card_of(desk, "t0", open_one))
        await adapter.deliver(card_of(desk, "t1", closed_one))
        use = await press(desk, desk.mod, "delete")
        assert await command(desk, heard) == CommandUse("deleted_message", {"turns": "t0"})
        (beside,) = use.followups
        assert (beside.content, beside.ephemeral_to) == (I_NEED_MANAGE, desk.mod)
        desk.world.change_channel(closed, overwrites=())
        await press(desk, desk.mod, "delete")
        assert await command(desk, heard, 1) == CommandUse("deleted_message", {"turns": "t1"})
    assert open_one.deleted
    assert closed_one.deleted


# Once


async def test_of_two_who_press_at_once_one_acts_and_the_other_is_told_who(desk: Desk, heard: Heard) -> None:
    eva = desk.world.add_member(desk.guild, "Eva", roles=(desk.moderators,), nick="**Eva** @here")
    eva.locale = "es-ES"
    gate = asyncio.Event()
    async with listening(desk, heard) as adapter:
        await one_card(desk, adapter)
        desk.server.faults.next(TIME_OUT, Fault(delay=gate))
        await press(desk, desk.mod, "time_out")
        await desk.world.until(lambda: desk.server.asked(TIME_OUT))
        await refused(desk, eva, "time_out", translate(BUSY_WITH_IT, "es").format(name="Mod"))
        gate.set()
        await command(desk, heard)
        done = translate(DONE_ALREADY, "es").format(name="Mod")
        # Handed over is not yet noted as done.
        await desk.world.until(lambda: _said(desk, eva, "time_out", done))
        await press(desk, eva, "delete")
        await command(desk, heard, 1)
        name = r"\*\*Eva\*\* @" + "\u200bhere"
        await desk.world.until(lambda: _said(desk, desk.mod, "delete", DONE_ALREADY.format(name=name)))
    assert len(desk.server.asked(TIME_OUT)) == len(desk.server.asked(DELETE)) == 1
    assert [one.command.name for one in heard.messages if one.command] == ["timed_out", "deleted_message"]


async def _said(desk: Desk, who: User, action: str, sentence: str) -> bool:
    return await desk.ended(await press(desk, who, action)) == sentence


async def test_whoever_began_and_was_never_heard_of_again_blocks_it_for_a_minute_only(
    desk: Desk, heard: Heard
) -> None:
    memory = wiring.memory_of(MemoryStore(clock=desk.clock), "discord")
    await memory.reserve("act time_out t1", '{"by": "Eva", "done": false}', RESERVED_SECONDS)
    async with listening(desk, heard, memory) as adapter:
        await one_card(desk, adapter)
        await refused(desk, desk.mod, "time_out", BUSY_WITH_IT.format(name="Eva"))
        desk.clock.advance(RESERVED_SECONDS + 1)
        await press(desk, desk.mod, "time_out")
        await command(desk, heard)
    assert timed_out(desk, desk.ana)


# When it does not work


async def test_what_the_bot_may_not_do_is_told_and_not_handed_over_until_it_may(
    desk: Desk, heard: Heard
) -> None:
    async with listening(desk, heard) as adapter:
        said = await one_card(desk, adapter)
        desk.world.change_role(desk.guild, desk.mine, 0)
        await refused(desk, desk.mod, "time_out", I_NEED_TIME_OUT)
        await refused(desk, desk.mod, "delete", I_NEED_MANAGE)
        assert heard.messages == []
        may = Permission.MODERATE_MEMBERS | Permission.MANAGE_MESSAGES
        desk.world.change_role(desk.guild, desk.mine, may)
        await press(desk, desk.mod, "time_out")
        await command(desk, heard)
        await press(desk, desk.mod, "delete")
        await command(desk, heard, 1)
    assert said.deleted
    assert timed_out(desk, desk.ana)


async def test_a_role_above_the_bots_is_told_to_the_one_who_pressed(desk: Desk, heard: Heard) -> None:
    above = desk.world.add_role(desk.guild, "above the bot")
    desk.guild.members[desk.ana.id].roles.append(above.id)
    async with listening(desk, heard) as adapter:
        await one_card(desk, adapter)
        await refused(desk, desk.guild_owner, "time_out", I_NEED_TIME_OUT)
    assert heard.messages == []


@pytest.mark.parametrize(
    ("action", "route", "fault", "times"),
    [
        ("time_out", TIME_OUT, Fault(status=502), 1),
        ("time_out", TIME_OUT, Fault(reset=True), 1),
        ("delete", DELETE, Fault(status=502), 1),
        # aiohttp tries once more.
        ("delete", DELETE, Fault(reset=True), 2),
    ],
)
async def test_after_an_error_of_discords_nothing_is_handed_over_and_the_next_press_works(
    desk: Desk,
    heard: Heard,
    monkeypatch: pytest.MonkeyPatch,
    action: str,
    route: str,
    fault: Fault,
    times: int,
) -> None:
    async with listening(desk, heard) as adapter:
        await one_card(desk, adapter)
        # discord.py waits a second before it tries again.
        monkeypatch.setattr(actions, "ACT_SECONDS", 0.5)
        desk.server.faults.next(route, fault, times=times)
        await refused(desk, desk.mod, action, NOT_DONE)
        assert heard.messages == []
        monkeypatch.setattr(actions, "ACT_SECONDS", 20.0)
        await press(desk, desk.mod, action)
        await command(desk, heard)
    assert len(heard.messages) == 1


async def test_who_cannot_be_looked_up_is_not_timed_out(desk: Desk, heard: Heard) -> None:
    async with listening(desk, heard) as adapter:
        await one_card(desk, adapter)
        desk.server.faults.next(FETCH, 403)
        await refused(desk, desk.mod, "time_out", NOT_DONE)
        assert not desk.server.asked(TIME_OUT)
        await press(desk, desk.mod, "time_out")
        await command(desk, heard)


@pytest.mark.parametrize("action", ["time_out", "delete"])
async def test_what_was_done_and_could_not_be_written_down_can_be_pressed_again(
    desk: Desk, action: str
) -> None:
    heard = Refusing()
    async with listening(desk, heard) as adapter:
        await one_card(desk, adapter)
        await refused(desk, desk.mod, action, NOT_WRITTEN)
        heard.busy = False
        await press(desk, desk.mod, action)
        await command(desk, heard)
    assert len(heard.messages) == 1


async def test_a_card_of_another_community_does_nothing_in_this_one(desk: Desk, heard: Heard) -> None:
    async with listening(desk, heard) as adapter:
        said = await desk.world.say(desk.ana, desk.channel, "hello")
        card: Card = card_of(desk, "t1", said)
        assert card.about is not None
        other = replace(card.about, ref=replace(card.about.ref, community="7"))
        await adapter.deliver(replace(card, about=other))
        await refused(desk, desk.mod, "time_out", NOT_KNOWN)
        await refused(desk, desk.mod, "delete", NOT_KNOWN)
    assert heard.messages == []
