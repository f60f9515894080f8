"""Presses under a card: who may, done once, and only then written down."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import aiohttp
import discord

from adapters.base import N_, Memory, Message, Translate
from adapters.cards import Group
from adapters.discord.cards import UNKNOWN_MESSAGE, group_on, link_of, plain
from adapters.discord.convert import command_of, may_moderate, place_of
from adapters.once import COMMANDS, NOT_DONE, NOT_KNOWN, NOT_WRITTEN, Once, Refused, Step

logger = logging.getLogger(__name__)

TIME_OUT = timedelta(minutes=10)
ACT_SECONDS = 20.0
"""What Discord gets to do it in, all tries together."""
_UNKNOWN_CHANNEL = 10003

NEEDS_MANAGE = N_("For that you need the permission Manage Messages here.")
NEEDS_MANAGE_THERE = N_("For that you need the permission Manage Messages in the channel of that message.")
NEEDS_TIME_OUT = N_("For that you need the permission Timeout Members.")
NOT_ABOVE = N_("For that your highest role must stand above the member's.")
NEVER = N_("The owner of the server cannot be timed out, and I cannot time myself out.")
NOT_HERE = N_("That member is not here any more.")
I_NEED_TIME_OUT = N_(
    "I could not do that: I need the permission Timeout Members and a role above the member's. Administrators "
    "cannot be timed out at all."
)
I_NEED_MANAGE = N_(
    "I could not do that: I need the permission Manage Messages in the channel of that message."
)
REASON = N_("Case #{number}, decided by the moderator {moderator}")

Take = Callable[[Message], Awaitable[str]]
"""Hands a message over; "" when it is durable, else what to tell whoever sent it."""


class Actions:
    """What happens when a button of a card is pressed."""

    def __init__(self, memory: Memory, translate: Translate, take: Take) -> None:
        self._memory = memory
        self._translate = translate
        self._take = take
        self._steps = Once(memory, translate, plain)

    async def press(self, interaction: discord.Interaction[Any], action: str, argument: str) -> str:
        """Does what the button says and hands the decision over; "" then, else what to tell who pressed it.

        `interaction` has been deferred; `argument` is the card's first turn.
        """
        try:
            return await self._press(interaction, action, argument)
        except Refused as refusal:
            return str(refusal)
        except Exception as error:  # noqa: BLE001 - whatever it is, whoever pressed must not wait for ever
            logger.warning("a press of %s failed: %s", action, type(error).__name__)
            return self._say(interaction, NOT_DONE)

    async def _press(self, interaction: discord.Interaction[Any], action: str, argument: str) -> str:
        assert interaction.message is not None
        group = await group_on(self._memory, interaction.message.id)
        if action not in ("time_out", "delete"):
            if not interaction.permissions.manage_messages:
                raise self._refused(interaction, NEEDS_MANAGE)
            return await self._decide(interaction, action, group.turns if group else (argument,))
        place = str(interaction.guild_id)
        if group is None or any(
            card.about is None or card.about.ref.community != place for card in group.cards
        ):
            raise self._refused(interaction, NOT_KNOWN)
        if action == "time_out":
            member = await self._whom(interaction, group)
            step = partial(member.timeout, TIME_OUT, reason=self._reason(interaction, group))
            done, failure = await self._once(interaction, action, {group.turns[0]: step})
            turns: Sequence[str] = group.turns
        else:
            done, failure = await self._once(interaction, action, self._deletions(interaction, group))
            turns = done
        return await self._note(interaction, action, turns, done, failure) if done else failure

    # Who may

    async def _whom(self, interaction: discord.Interaction[Any], group: Group) -> discord.Member:
        """The member to time out, when the one who pressed may do that."""
        guild, presser = interaction.guild, interaction.user
        assert guild is not None
        assert isinstance(presser, discord.Member)
        assert interaction.client.user is not None
        if not interaction.permissions.moderate_members:
            raise self._refused(interaction, NEEDS_TIME_OUT)
        if not group.author.isdecimal():
            raise self._refused(interaction, NOT_KNOWN)
        if int(group.author) in (guild.owner_id, interaction.client.user.id):
            raise self._refused(interaction, NEVER)
        try:
            async with asyncio.timeout(ACT_SECONDS):
                member = await guild.fetch_member(int(group.author))
        except discord.NotFound as error:
            raise self._refused(interaction, NOT_HERE) from error
        if presser.id != guild.owner_id and presser.top_role <= member.top_role:
            raise self._refused(interaction, NOT_ABOVE)
        return member

    def _deletions(self, interaction: discord.Interaction[Any], group: Group) -> dict[str, Step]:
        """What deletes each case's message, when the one who pressed may do that everywhere."""
        assert interaction.guild is not None
        steps: dict[str, Step] = {}
        reason = self._reason(interaction, group)
        for card in group.cards:
            about = card.about
            if about is None or not link_of(about):
                continue
            channel = interaction.guild.get_channel_or_thread(place_of(about.ref))
            # An archived thread is not known here; in a thread the permissions are its channel's.
            channel = channel or interaction.guild.get_channel(int(about.ref.channel))
            if not may_moderate(interaction.user, channel):
                raise self._refused(interaction, NEEDS_MANAGE_THERE)
            steps[card.case] = partial(
                _delete, interaction.client, place_of(about.ref), int(about.message_id), reason
            )
        if not steps:
            raise self._refused(interaction, NOT_KNOWN)
        return steps

    # Done once, then written down

    async def _once(
        self, interaction: discord.Interaction[Any], action: str, steps: Mapping[str, Step]
    ) -> tuple[list[str], str]:
        """Takes the steps that nobody has taken. The turns of those that are done, and why others are not."""
        return await self._steps.take(
            action,
            steps,
            by=interaction.user.display_name,
            locale=str(interaction.locale),
            seconds=ACT_SECONDS,
            why=lambda error: self._say(interaction, _why(error, action)),
        )

    async def _note(
        self,
        interaction: discord.Interaction[Any],
        action: str,
        turns: Sequence[str],
        done: Sequence[str],
        failure: str,
    ) -> str:
        """Hands over what was done. From then on nobody does it again."""
        if failure:
            # The answer to the interaction will say what was done; beside it stands what was not.
            with suppress(discord.HTTPException, aiohttp.ClientError, OSError):
                await interaction.edit_original_response(content="…")
                await interaction.followup.send(failure, ephemeral=True)
        not_taken = await self._decide(interaction, action, turns)
        await self._steps.settle(action, done, by=interaction.user.display_name, written=not not_taken)
        return self._say(interaction, NOT_WRITTEN) if not_taken else ""

    async def _decide(self, interaction: discord.Interaction[Any], action: str, turns: Sequence[str]) -> str:
        """Hands a decision over; see `Take`."""
        message = command_of(interaction, COMMANDS[action], {"turns": " ".join(turns)})
        # What it takes to do this has been asked for above, and can be another permission than for commands.
        return await self._take(replace(message, author=replace(message.author, is_moderator=True)))

    # Words

    def _say(self, interaction: discord.Interaction[Any], sentence: str, **values: str) -> str:
        return self._translate(sentence, str(interaction.locale)).format(**values)

    def _refused(self, interaction: discord.Interaction[Any], sentence: str) -> Refused:
        return Refused(self._say(interaction, sentence))

    def _reason(self, interaction: discord.Interaction[Any], group: Group) -> str:
        """For the server's audit log."""
        sentence = self._translate(REASON, str(interaction.guild_locale or ""))
        return sentence.format(number=group.cards[0].number, moderator=interaction.user.id)


async def _delete(client: discord.Client, place: int, message: int, reason: str) -> None:
    """Takes a message away; it may be gone already."""
    try:
        await client.http.delete_message(place, message, reason=reason)
    except discord.NotFound as error:
        if error.code not in (UNKNOWN_MESSAGE, _UNKNOWN_CHANNEL):
            raise


def _cause(error: Exception) -> str:
    if isinstance(error, discord.HTTPException):
        return f"HTTP {error.status}, code {error.code}"
    return type(error).__name__


def _why(error: Exception, action: str) -> str:
    """Why something was not done."""
    logger.warning("%s failed: %s", action, _cause(error))
    if isinstance(error, discord.Forbidden):
        return I_NEED_TIME_OUT if action == "time_out" else I_NEED_MANAGE
    if isinstance(error, discord.NotFound):
        return NOT_HERE
    return NOT_DONE
