"""Rate limits: tiers per method and workspace, and about one message a second and channel.

https://docs.slack.dev/apis/web-api/rate-limits. "20+ per minute" is read as 20: what is above it is a gift.
How large "short bursts" may be is not documented.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

TIER_1, TIER_2, TIER_3, TIER_4 = 1, 20, 50, 100
METHODS: dict[str, int] = {
    "agents.sessions.rename": TIER_3,
    "agents.sessions.setStatus": TIER_3,
    "apps.connections.open": 60,  # tier 1 on paper; apps that reconnect often are seen to live
    "apps.manifest.validate": TIER_3,
    "apps.uninstall": TIER_1,
    "assistant.threads.setStatus": 600,
    "assistant.threads.setSuggestedPrompts": TIER_4,
    "assistant.threads.setTitle": TIER_3,
    "auth.revoke": TIER_3,
    "auth.test": 600,
    "chat.appendStream": TIER_4,
    "chat.delete": TIER_3,
    "chat.getPermalink": 600,
    "chat.postEphemeral": TIER_4,
    "chat.startStream": TIER_2,
    "chat.stopStream": TIER_2,
    "chat.update": TIER_3,
    "conversations.info": TIER_3,
    "conversations.members": TIER_4,
    "conversations.open": TIER_3,
    "conversations.replies": TIER_3,
    "oauth.v2.access": 600,
    "reactions.add": TIER_3,
    "reactions.remove": TIER_2,
    "team.info": TIER_3,
    "usergroups.list": TIER_2,
    "usergroups.users.list": TIER_2,
    "users.conversations": TIER_3,
    "users.info": TIER_4,
    "views.open": TIER_4,
    "views.publish": TIER_4,
    "views.update": TIER_4,
}
"""Calls a minute, for each workspace."""
POSTING = (4, 1.0)
"""Messages at once in a channel, and how many come back a second."""
WORKSPACE_POSTING = (600, 10.0)
"""The same for all channels of a workspace ("several hundred messages a minute")."""


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Limits:
    """Counts calls."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.on = True
        """False: nothing is limited."""
        self.methods = dict(METHODS)
        self.posting = POSTING
        self.workspace_posting = WORKSPACE_POSTING
        self.refused = 0
        """How many calls were."""
        self._buckets: dict[tuple[str, ...], _Bucket] = {}

    def reset(self) -> None:
        """As after a quiet hour."""
        self._buckets.clear()
        self.refused = 0

    def method(self, team: str, method: str) -> int | None:
        """Takes one call. Seconds to wait where there is none left."""
        per_minute = self.methods.get(method)
        if per_minute is None:
            return None
        return self._take((team, method), per_minute, per_minute / 60)

    def post(self, team: str, channel: str) -> int | None:
        """Takes one message to `channel`. Seconds to wait where there is none left."""
        return self._take((team, "post", channel), *self.posting) or self._take(
            (team, "post"), *self.workspace_posting
        )

    def _take(self, key: tuple[str, ...], size: float, per_second: float) -> int | None:
        if not self.on:
            return None
        now = self._clock()
        bucket = self._buckets.setdefault(key, _Bucket(size, now))
        bucket.left = min(size, bucket.left + (now - bucket.at) * per_second)
        bucket.at = now
        if bucket.left < 1:
            self.refused += 1
            return max(1, ceil((1 - bucket.left) / per_second))
        bucket.left -= 1
        return None
