"""Cards in the moderators' channel: one message for what one member set off, edited as it is decided on."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable

import discord

from adapters.base import About, Card, Memory
from adapters.cards import Group, read
from adapters.discord.buttons import view_of
from adapters.discord.convert import place_of
from adapters.text import neutralise, printable, truncate

logger = logging.getLogger(__name__)

NEEDED = discord.Permissions(view_channel=True, send_messages=True, embed_links=True)
"""What the bot uses in the moderators' channel."""
UNKNOWN_MESSAGE = 10008
_TITLE, _NAME, _VALUE, _ALL = 256, 256, 1024, 6000
"""Characters of an embed: its title, a field's name and value, all together."""
_MOST_FIELDS = 25
_LINE = 200
"""Characters of one decision, and of a field of a card among others."""
_MOST_LINES = 10
_ENOUGH = 20
"""With less room than that for its value, a field is left out."""
_NOTHING = "…"
_OPEN, _SETTLED = 0xF0B232, 0x80848E

# Whatever Markdown could begin with. A link has no sign of its own, and begins with its scheme.
_SIGN = re.compile(r"[\\`*_~|\[\]()<>#]|:(?=//)")
_LIST = re.compile(r"^(\s*\d*)(?=[-+.])", re.MULTILINE)


class Cards:
    """Shows cards, and finds them again after a restart."""

    def __init__(self, memory: Memory, clock: Callable[[], float]) -> None:
        """`clock`: Unix seconds."""
        self._memory = memory
        self._clock = clock

    async def show(self, card: Card, client: discord.Client) -> None:
        """Sends the card, adds it to its member's last ones, or puts it in the place of an older one.

        Raises:
            discord.HTTPException: Discord refused it.
        """
        latest = f"cards of {place_of(card.ref)} {card.about.author_id if card.about else ''}"
        known = await self._memory.recall(f"card {card.turn}")
        message = known or await self._memory.recall(latest)
        group = await group_on(self._memory, int(message)) if message else None
        if known and (group is None or group.knows(card)):
            return
        if message and group and (known or group.takes(card, self._clock())):
            group = group.having(card)
            if await _edited(client, int(message), group):
                await self._keep(int(message), group, card)
                return
            if known:
                # A moderator has taken it away.
                return
        group = Group(self._clock(), (card,))
        sent = await client.get_partial_messageable(place_of(card.ref)).send(
            embed=embed_of(group),
            view=view_of(group.buttons),
            allowed_mentions=discord.AllowedMentions.none(),
            nonce=card.turn[-25:],
        )
        await self._keep(sent.id, group, card)
        await self._memory.remember(latest, str(sent.id))

    async def _keep(self, message: int, group: Group, card: Card) -> None:
        await self._memory.remember(f"cards {message}", group.note())
        await self._memory.remember(f"card {card.turn}", str(message))


async def group_on(memory: Memory, message: int) -> Group | None:
    """What a message of the moderators' channel shows; None when it is none, or is no longer known."""
    note = await memory.recall(f"cards {message}")
    try:
        return read(note) if note else None
    except (ValueError, LookupError, TypeError) as error:
        logger.error("what stands in message %d cannot be read: %s", message, type(error).__name__)
        return None


async def _edited(client: discord.Client, message: int, group: Group) -> bool:
    """Makes a message show the group; False when it is gone."""
    place = client.get_partial_messageable(place_of(group.cards[0].ref))
    try:
        await place.get_partial_message(message).edit(
            embed=embed_of(group),
            view=view_of(group.buttons) if group.buttons else None,
            allowed_mentions=discord.AllowedMentions.none(),
        )
    except discord.NotFound as error:
        if error.code != UNKNOWN_MESSAGE:
            raise
        return False
    return True


def embed_of(group: Group) -> discord.Embed:
    """The box that shows a group, within every limit."""
    embed = discord.Embed(colour=_OPEN if group.buttons else _SETTLED)
    if len(group.cards) == 1:
        (card,) = group.cards
        embed.title = _heading(card, _TITLE)
        embed.description = "\n".join(_head(card, _MOST_LINES)) or None
        for name, value in card.fields[:_MOST_FIELDS]:
            _add(embed, plain(name, _NAME), plain(value, _VALUE), _ALL - len(embed))
        return embed
    about = group.cards[0].about
    numbers = f"#{group.cards[0].number}–#{group.cards[-1].number} · "
    embed.title = numbers + plain(about.author_name if about else "", _TITLE - len(numbers))
    more = len(group.cards) - len(group.listed)
    if more:
        embed.set_footer(text=f"… +{more}")
    share = (_ALL - len(embed)) // len(group.listed)
    for card in group.listed:
        lines = [
            *_head(card, 2),
            *(
                f"{plain(name, 30)}:{chr(10) if '•' in value[:1] else ' '}{plain(value, _LINE)}"
                for name, value in card.fields
                # The title names the member.
                if about is None or value != about.author_name
            ),
        ]
        _add(embed, _heading(card, 100), "\n".join(lines) or _NOTHING, share)
    return embed


def _heading(card: Card, limit: int) -> str:
    number = f"#{card.number} · " if card.number else ""
    return number + plain(card.title, limit - len(number))


def _head(card: Card, most: int) -> list[str]:
    """Where to look, and the last decisions."""
    link = link_of(card.about)
    return [*([link] if link else []), *(plain(line, _LINE) for line in card.decided[-most:])]


def _add(embed: discord.Embed, name: str, value: str, room: int) -> None:
    """Adds a field that takes up at most `room`."""
    room -= len(name)
    if room >= _ENOUGH:
        embed.add_field(name=name, value=truncate(value, min(_VALUE, room)), inline=False)


def may_be_shown(guild: discord.Guild, channel: int) -> bool:
    """Whether the bot may show cards in a channel, as far as that is known here."""
    there = guild.get_channel(channel)
    return there is not None and there.permissions_for(guild.me) >= NEEDED


def link_of(about: About | None) -> str:
    """The address of a message; "" where moderators could not look at it."""
    if about is None or not (about.ref.community.isdecimal() and about.message_id.isdecimal()):
        return ""
    return f"https://discord.com/channels/{about.ref.community}/{place_of(about.ref)}/{about.message_id}"


def plain(text: str, limit: int) -> str:
    """Somebody's words as they are: no Markdown, no link, no mention; at most `limit` characters, and never none."""
    text = _LIST.sub(r"\1\\", _SIGN.sub(r"\\\g<0>", printable(text).strip()))
    return truncate(neutralise(text), limit) or _NOTHING
