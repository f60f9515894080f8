"""A moderator goes from Discord to the console, and a decision there reaches the card and the member on Discord."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.base import ConversationRef
from bot.entry import CHECK_SECONDS
from tests.wire.console_parts import Clock, enter, form_of, visited
from tests.wire.discord import Channel, Permission, User
from tests.wire.discord.errors import NotOffered
from tests.wire.discord_parts import SECONDS, Desk, Heard, listening, whole
from tests.wire.openai_server import Behaviour
from tests.wire.test_discord_desk import (
    ATTACK,
    choose_log_channel,
    held_back,
    press,
    replies,
    until_card_says,
)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    desk = Desk()
    async with desk.server:
        yield desk


async def link_for(desk: Desk, who: User) -> str:
    """What the one who asks for a link is shown."""
    asked = await desk.world.slash(who, desk.channel, "guard console")
    assert "for you alone" in await desk.ended(asked)
    (answer,) = (*asked.followups, *filter(None, [asked.response]))
    assert answer.ephemeral_to
    return repr(answer.components)


async def test_a_decision_in_the_console_reaches_the_card_and_a_decision_on_the_card_the_console(
    desk: Desk, tmp_path: Path
) -> None:
    async with (
        whole(desk, tmp_path) as everything,
        visited(everything.store) as browser,
    ):
        await choose_log_channel(desk)
        with pytest.raises(NotOffered):
            await desk.world.slash(desk.ana, desk.channel, "guard console")
        await enter(browser, await link_for(desk, desk.mod))

        said = await held_back(desk)
        case = re.search(r'href="(/cases/\w+)"', (await browser.get("/")).text)
        assert case
        await browser.post(case[1], data=form_of(browser, action="right"))
        await until_card_says(desk, "Mod: the guards are right.")
        use = await press(desk, desk.mod, "take_back")
        assert "Done" in await desk.ended(use)
        assert "Mod took the decision back." in (await browser.get(case[1])).text

        everything.provider.behave(Behaviour("I keep that to myself."))
        await browser.post(case[1], data=form_of(browser, action="release"))
        await desk.world.until(lambda: "I keep that to myself." in replies(desk, said), SECONDS)
        await until_card_says(desk, "Mod let the message through.")
        assert ATTACK in (await browser.get("/")).text


async def test_a_moderator_whose_role_is_taken_away_is_out_within_ten_minutes(
    desk: Desk, tmp_path: Path
) -> None:
    clock = Clock()
    async with whole(desk, tmp_path) as everything, visited(everything.store, clock) as browser:
        await enter(browser, await link_for(desk, desk.mod))
        clock.ahead += CHECK_SECONDS + 1
        assert (await browser.get("/")).status_code == 200
        desk.guild.members[desk.mod.id].roles.remove(desk.moderators.id)
        assert (await browser.get("/")).status_code == 200
        clock.ahead += CHECK_SECONDS + 1
        assert (await browser.get("/")).status_code == 403
        assert (await browser.get("/trends")).status_code == 403
        community = ConversationRef("discord", str(desk.guild.id), "").community_key
        (case,) = await everything.store.cases(community, since=0.0, limit=10)
        assert (case.author_id, case.findings[0].guard) == (str(desk.mod.id), "console")


async def test_a_channel_for_cards_is_chosen_by_name_of_those_in_which_the_bot_can_show_them(
    desk: Desk, tmp_path: Path
) -> None:
    deaf = desk.world.overwrite(desk.guild, deny=Permission.SEND_MESSAGES)
    closed = desk.world.add_channel(desk.guild, "closed", overwrites=(deaf,))
    hidden = desk.world.overwrite(desk.moderators, deny=Permission.VIEW_CHANNEL)
    owners = desk.world.add_channel(desk.guild, "owners", overwrites=(hidden,))
    async with whole(desk, tmp_path) as everything, visited(everything.store) as browser:
        await enter(browser, await link_for(desk, desk.mod))
        shown = (await browser.get("/policy/channels")).text
        assert f'<option value="{desk.log.id}">#{desk.log.name}</option>' in shown
        assert str(closed.id) not in shown
        # Nobody hears of a channel that they do not see.
        assert str(owners.id) not in shown
        fields = form_of(browser, setting="log-channel", value=str(desk.log.id))
        await browser.post("/policy/setting", data=fields)
        assert f'<option value="{desk.log.id}" selected>' in (await browser.get("/policy/channels")).text
        await held_back(desk)
        await desk.world.until(lambda: bool(desk.cards), SECONDS)


async def test_what_somebody_may_is_asked_of_the_guild_as_it_is_now(desk: Desk) -> None:
    world, guild = desk.world, desk.guild

    def ref(channel: Channel) -> ConversationRef:
        return ConversationRef("discord", str(guild.id), str(channel.id))

    helper = world.add_member(guild, "Helper")
    may = world.overwrite(helper, allow=Permission.MANAGE_MESSAGES)
    corner = world.add_channel(guild, "corner", overwrites=(may,))
    async with listening(desk, Heard()) as adapter:
        await world.until(lambda: adapter.ready, SECONDS)
        for who, channel, standing in (
            (desk.guild_owner, desk.channel, "administrator"),
            (desk.mod, desk.channel, "moderator"),
            (desk.ana, desk.channel, "member"),
            (helper, desk.channel, "member"),
            (helper, corner, "moderator"),
        ):
            assert await adapter.standing(ref(channel), str(who.id)) == standing, who.name
        assert await adapter.standing(ref(desk.channel), "local") == "member"
        # Where the channel is gone, the whole guild counts.
        world.delete_channel(corner)
        await world.until(lambda: True, SECONDS)
        world.remove_member(guild, desk.mod)
        assert await adapter.standing(ref(desk.channel), str(desk.mod.id)) == "member"
        elsewhere = ConversationRef("discord", "1", "2")
        assert await adapter.standing(elsewhere, str(desk.ana.id)) is None
    assert await adapter.standing(ref(desk.channel), str(desk.ana.id)) is None
