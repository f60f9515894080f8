"""What was said below a message before the bot heard of it.

In a thread the bot hears everything from the message on in which it is first spoken to. Slack may bring that message
after those that follow it: its first delivery got lost, and it comes again at once, after a minute, or after five.
What follows it was passed over then, since the bot took no part in that thread yet. So it is noted where and when
something was passed over last (not what was said: it may be no talk of the bot's). Where that is below a message that
speaks to the bot, what stands there is read from the thread once, and heard after it in its order.

That takes one call of `conversations.replies`. Slack allows most apps 50 a minute, some only one a minute with 15
messages: where it refuses, the message itself is heard all the same, but not acknowledged, so that it comes again and
the rest is asked for again; after Slack's last try that is given up.
"""

from __future__ import annotations

import logging

from adapters.base import Memory
from adapters.slack.convert import Event, is_direct, is_written, place_of
from adapters.slack.taking import Taking
from adapters.slack.web import TROUBLE, Site, trouble_of

logger = logging.getLogger(__name__)

LAST_TRY = 3
"""How often Slack sends an event again."""
MOST = 100
"""Messages that are heard late: as many as may wait in one conversation."""


class Missed:
    """See above. The notes are in the store: another process may hear what begins a thread."""

    def __init__(self, site: Site, memory: Memory, taking: Taking) -> None:
        self._site = site
        self._memory = memory
        self._taking = taking

    async def pass_over(self, event: Event) -> bool:
        """Notes that something in a thread was not meant for the bot; False: meanwhile it is."""
        await self._memory.remember(self._name(event), str(event["ts"]))
        # Whoever begins to take part does it in this order, too: one of the two sees the other.
        return not await self._taking.takes_part(self._site.team, *place_of(event))

    async def below(self, event: Event, attempt: int) -> list[Event] | None:
        """What members wrote below a message that was passed over, in order; None: Slack should send the message again,
        and this should be asked again then. `attempt`: how often Slack has sent it before.
        """
        channel, thread = place_of(event)
        passed = None if is_direct(channel) else await self._memory.recall(self._name(event))
        if passed is None or float(passed) < float(event["ts"]):
            return []
        try:
            answer = await self._site.web.conversations_replies(
                channel=channel, ts=thread, oldest=str(event["ts"]), limit=MOST
            )
        except TROUBLE as error:
            trouble = trouble_of(error)
            if trouble.again is not None and attempt < LAST_TRY:
                return None
            logger.warning("what was said below a message before it was heard is not known: %s", trouble.code)
            return []
        found = [
            {**each, "channel": channel}
            for each in answer["messages"]
            # The first message of the thread comes in any case.
            if is_written(each) and float(each["ts"]) > float(event["ts"])
        ]
        return sorted(found, key=lambda each: float(each["ts"]))

    async def heard(self, event: Event) -> None:
        """What was passed over in a thread has been heard."""
        await self._memory.forget(self._name(event))

    def _name(self, event: Event) -> str:
        return " ".join(("passed", self._site.team, *place_of(event)))
