"""Cards in the moderators' channel: one message for what one member set off, edited as it is decided on."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from slack_sdk.errors import SlackApiError

from adapters.base import N_, About, Button, Card, Memory, Translate
from adapters.cards import Group, read
from adapters.slack.convert import is_direct, team_of, ts_of
from adapters.slack.render import Block, actions, fallback, plain
from adapters.slack.web import Pace, Site, trouble_of
from adapters.text import truncate

logger = logging.getLogger(__name__)

_TITLE, _NAME, _VALUE = 150, 150, 2_000
"""Characters of a heading, of a field's name and of its value."""
_LINE = 200
"""Characters of one decision, and of a field of a card among others."""
_AMONG = 1_200
"""Characters of a card among others."""
_MOST_FIELDS = 5
_MOST_LINES = 10

FILED = "filed-"
"""How the turn of a card begins that is about what a member asked for or reported."""
DELETE_REPLY = N_("Delete my reply")


class Cards:
    """Shows cards, and finds them again after a restart."""

    def __init__(self, memory: Memory, clock: Callable[[], float], translate: Translate) -> None:
        """`clock`: Unix seconds."""
        self._memory = memory
        self._clock = clock
        self._translate = translate

    async def show(self, card: Card, site: Site, pace: Pace) -> None:
        """Sends the card, adds it to its member's last ones, or puts it in the place of an older one.

        A card stands in no thread, so that nobody can look whether it has arrived: when the answer to the call gets
        lost, it may stand there twice.

        Raises:
            SlackApiError: Slack refused it.
        """
        channel = card.ref.channel
        team = team_of(card.ref)
        latest = f"cards of {team} {channel} {card.about.author_id if card.about else ''}"
        known = await self._memory.recall(f"card {card.turn}")
        ts = known or await self._memory.recall(latest)
        group = await group_on(self._memory, team, channel, ts) if ts else None
        if known and (group is None or group.knows(card)):
            return
        if ts and group and (known or group.takes(card, self._clock())):
            group = group.having(card)
            if await _edited(site, channel, ts, await self._shown(group, site)):
                await self._keep(channel, ts, group, card)
                return
            if known:
                # A moderator has taken it away.
                return
        group = Group(self._clock(), (card,))
        await pace.turn(channel)
        sent = await site.web.chat_postMessage(
            channel=channel,
            unfurl_links=False,
            unfurl_media=False,
            **await self._shown(group, site),
        )
        await self._keep(channel, str(sent["ts"]), group, card)
        await self._memory.remember(latest, str(sent["ts"]))

    async def _shown(self, group: Group, site: Site) -> dict[str, Any]:
        delete = self._translate(DELETE_REPLY, group.cards[0].locale)
        replied = [await self._has_reply(card, site) for card in group.cards]
        blocks = blocks_of(group, site.url, delete if any(replied) else "")
        return {"text": fallback(heading_of(group)), "blocks": blocks}

    async def _has_reply(self, card: Card, site: Site) -> bool:
        """Whether the bot wrote something that can be deleted: an app deletes nothing else."""
        actions = {button.action for button in card.buttons}
        if card.about is None or "delete" not in actions:
            return False
        if card.about.author_id == site.me:
            return bool(card.about.message_id)
        if "release" in actions or card.turn.startswith(FILED):
            return False
        # At first the reply may still be on its way.
        return not card.decided or bool(await messages_of(self._memory, card.case))

    async def _keep(self, channel: str, ts: str, group: Group, card: Card) -> None:
        await self._memory.remember(f"cards {team_of(card.ref)} {channel} {ts}", group.note())
        await self._memory.remember(f"card {card.turn}", ts)


async def group_on(memory: Memory, team: str, channel: str, ts: str) -> Group | None:
    """What a message of the moderators' channel shows; None when it is none, or is no longer known."""
    note = await memory.recall(f"cards {team} {channel} {ts}")
    try:
        return read(note) if note else None
    except (ValueError, LookupError, TypeError) as error:
        logger.error("what stands in message %s cannot be read: %s", ts, type(error).__name__)
        return None


async def messages_of(memory: Memory, turn: str) -> list[str]:
    """The `ts` of each message of the bot's that shows a turn."""
    note = await memory.recall(f"turn {turn}")
    return [ts for ts in json.loads(note).get("messages", []) if ts] if note else []


async def _edited(site: Site, channel: str, ts: str, shown: dict[str, Any]) -> bool:
    """Makes a message show something else; False when it is gone."""
    try:
        await site.web.chat_update(channel=channel, ts=ts, **shown)
    except SlackApiError as error:
        if trouble_of(error).code != "message_not_found":
            raise
        return False
    return True


def heading_of(group: Group) -> str:
    """The line above a group."""
    first = group.cards[0]
    if len(group.cards) == 1:
        return f"#{first.number} · {first.title}" if first.number else first.title
    name = first.about.author_name if first.about else ""
    return f"#{first.number}–#{group.cards[-1].number} · {name}"


def blocks_of(group: Group, url: str, delete: str) -> list[Block]:
    """What shows a group, within every limit. `url`: the workspace's address; `delete`: what stands on that button, ""
    where there is nothing to delete.
    """
    blocks: list[Block] = [{"type": "header", "text": plain(heading_of(group), _TITLE)}]
    if len(group.cards) == 1:
        (card,) = group.cards
        blocks += _whole(card, url)
    else:
        for card in group.listed:
            blocks += _among_others(card, url)
        more = len(group.cards) - len(group.listed)
        if more:
            blocks.append(_small(f"… +{more}"))
    buttons = offered(group.buttons, delete)
    if buttons:
        blocks.append(actions(buttons))
    return blocks


def _whole(card: Card, url: str) -> list[Block]:
    blocks = _link(card.about, url)
    for name, value in card.fields[:_MOST_FIELDS]:
        blocks += [_small(name, _NAME), {"type": "section", "text": plain(value, _VALUE)}]
    if card.decided:
        blocks.append(_small("\n".join(truncate(line, _LINE) for line in card.decided[-_MOST_LINES:])))
    return blocks


def _among_others(card: Card, url: str) -> list[Block]:
    name = card.about.author_name if card.about else None
    lines = [
        f"#{card.number} · {truncate(card.title, 100)}",
        *(truncate(line, _LINE) for line in card.decided[-2:]),
        *(
            f"{truncate(field, 30)}:{_gap(value)}{truncate(value, _LINE)}"
            for field, value in card.fields[:_MOST_FIELDS]
            # The heading names the member.
            if value != name
        ),
    ]
    words: Block = {"type": "section", "text": plain("\n".join(lines), _AMONG)}
    return [{"type": "divider"}, words, *_link(card.about, url)]


def _gap(value: str) -> str:
    """What stands between a name and its value: a list begins below it."""
    return "\n" if value.startswith("•") else " "


def _small(text: str, limit: int = 2_000) -> Block:
    return {"type": "context", "elements": [plain(text, limit)]}


def _link(about: About | None, url: str) -> list[Block]:
    link = link_of(about, url)
    return [{"type": "context", "elements": [{"type": "mrkdwn", "text": f"<{link}>"}]}] if link else []


def link_of(about: About | None, url: str) -> str:
    """The address of a message; "" where moderators could not look at it."""
    if about is None or not url or is_direct(about.ref.channel):
        return ""
    ts = ts_of(about.message_id)
    if not ts.replace(".", "").isdecimal() or not about.ref.channel.isalnum():
        return ""
    link = f"{url.rstrip('/')}/archives/{about.ref.channel}/p{ts.replace('.', '')}"
    if about.ref.thread and about.ref.thread != ts:
        link += f"?thread_ts={about.ref.thread}&amp;cid={about.ref.channel}"
    return link


def offered(buttons: Sequence[Button], delete: str) -> list[Button]:
    """What can be done on Slack: nobody can be timed out there. `delete`: see `blocks_of`."""
    absent = ("time_out",) if delete else ("time_out", "delete")
    return [
        replace(button, label=delete) if button.action == "delete" else button
        for button in buttons
        if button.action not in absent
    ]
