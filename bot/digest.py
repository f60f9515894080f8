"""The week in the moderators' channel: cases, decisions, how often each guard was wrong, and a threshold to think about.

Every worker looks now and then whether it is due; a note in the store makes sure that one of them tells it, once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from adapters.base import Card, ConversationRef, Locale, ReplyTo
from bot.casebook import DAY, MONTH, WEEK, counts
from bot.conversation import turn_of
from bot.figures import Span, Suggestion, counted, guards_in, span, suggestion
from bot.i18n import N_, translate
from bot.policy import Policy
from bot.rules import chosen
from bot.store.base import GuardLogStore, Notes, Outbox, Policies, StoreUnavailable

logger = logging.getLogger(__name__)

LOOK_SECONDS = 15 * 60.0
"""How often it is looked whether a digest is due."""
TELL_SECONDS = 120.0
"""How long nobody else tells the same digest: until it is told and noted, or whoever wanted to is gone."""
MORNING = 8 * 3600.0
"""Weeks begin on Monday, so long after midnight (UTC)."""
_MONDAY = 4 * DAY
"""The first one after the Unix epoch."""
NOTES = "digest"
"""What the notes are kept under, in the place of a platform."""

_TITLE = N_("The week")
_WEEK, _GUARD_MONTH = N_("Cases"), N_("Guards, the last 30 days")
_DECISIONS = N_("Decisions")
_DECIDED = N_("{number} this week; {open} cases of this week wait for one")
_SUGGESTION = N_("A threshold to think about")
_SUGGESTED = N_(
    "{guard}: to act from {then} on, not from {now}. Of the last 30 days' cases, {changed} would have ended otherwise; "
    "{false_alarms} of them were false alarms, and no confirmed attack would have passed. "
    "/policy guard name={guard} block={then}"
)


class Kept(GuardLogStore, Outbox, Policies, Notes, Protocol):
    """What a digest reads, and where it is told."""


class Digests:
    """Tells each community with a log channel how the week was, on Monday morning."""

    def __init__(self, kept: Kept, *, clock: Callable[[], float], pause: float = LOOK_SECONDS) -> None:
        """`clock`: Unix seconds; `pause`: seconds between two looks."""
        self._kept = kept
        self._clock = clock
        self._pause = pause
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Until `stop`."""
        while not self._stopping.is_set():
            try:
                await self.tell()
            except StoreUnavailable as error:
                logger.info("digests wait: %s", error)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pause):
                    await self._stopping.wait()

    def stop(self) -> None:
        """Begins nothing more."""
        self._stopping.set()

    async def tell(self) -> None:
        """Tells what is due."""
        for community, layer in (await self._kept.chosen()).items():
            policy = chosen(layer)
            # A terminal has no channels.
            if policy.log_channel and policy.digest and not community.startswith("terminal/"):
                await self._tell(community, policy)

    async def _tell(self, community: str, policy: Policy) -> None:
        now = self._clock()
        week = str(int((now - _MONDAY - MORNING) // WEEK))
        if await self._told(community) == week:
            return
        if await self._kept.reserve(NOTES, f"telling {community}", week, TELL_SECONDS) is not None:
            return
        try:
            told = await self._told(community)
            if told is not None and told != week:
                found = await span(self._kept, community, now - MONTH)
                # Of thousands of cases it takes a while.
                card = await asyncio.to_thread(digest, found, community, policy, week, now)
                if card is not None:
                    await self._kept.publish(card)
            if told != week:
                # The first week is only noted: it began before anybody wanted to know of it.
                await self._kept.keep(NOTES, community, week)
        finally:
            await self._kept.forget(NOTES, f"telling {community}")

    async def _told(self, community: str) -> str | None:
        """The last week of which the community was told."""
        return await self._kept.recall(NOTES, community)


def digest(found: Span, community: str, policy: Policy, week: str, now: float) -> Card | None:
    """The digest of a week, from the last 30 days; None when nothing has happened. `now`: Unix seconds.

    The same week is the same card again.
    """
    locale = policy.language
    last = found.since(now - WEEK)
    decisions = found.decisions(now - WEEK)
    if not last.cases and not decisions:
        return None
    ref = ConversationRef.parse(f"{community}//")
    cases = counted(last)
    waiting = translate(_DECIDED, locale).format(number=decisions, open=cases.states["open"])
    guards = [f"• {guard}: {counts(counted(found, guard), locale)}" for guard in guards_in(found)]
    suggested = [suggestion(found, policy, guard) for guard in guards_in(found)]
    fields = [
        (_WEEK, counts(cases, locale)),
        (_DECISIONS, waiting),
        (_GUARD_MONTH, "\n".join(guards)),
        (_SUGGESTION, "\n".join(_suggested(each, locale) for each in suggested if each)),
    ]
    return Card(
        f"digest-{turn_of(ref.platform, f'{community} {week}')}",
        1,
        ConversationRef(ref.platform, ref.community, policy.log_channel),
        ReplyTo(ref.platform),
        title=translate(_TITLE, locale),
        fields=tuple((translate(name, locale), value) for name, value in fields if value),
        locale=locale,
    )


def _suggested(better: Suggestion, locale: Locale) -> str:
    return translate(_SUGGESTED, locale).format(
        guard=better.guard,
        now=f"{better.now:.2f}",
        then=f"{better.then:.2f}",
        changed=len(better.changed),
        false_alarms=better.false_alarms,
    )
