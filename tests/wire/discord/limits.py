"""Rate limits: buckets, the global limit, and the ban for too many invalid requests.

https://docs.discord.com/developers/topics/rate-limits. The numbers of buckets are not documented: these were
seen in answers of the real API.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

ROUTES: dict[str, tuple[int, float]] = {
    "POST /channels/{channel_id}/messages": (5, 5.0),
    "PATCH /channels/{channel_id}/messages/{message_id}": (5, 5.0),
    "DELETE /channels/{channel_id}/messages/{message_id}": (5, 1.0),
    "POST /channels/{channel_id}/messages/bulk-delete": (1, 3.0),
    "POST /channels/{channel_id}/typing": (5, 5.0),
    "GET /channels/{channel_id}/messages": (5, 5.0),
    "POST /channels/{channel_id}/threads": (10, 10.0),
    "POST /channels/{channel_id}/messages/{message_id}/threads": (10, 10.0),
    "POST /users/@me/channels": (10, 10.0),
    "PATCH /guilds/{guild_id}/members/{user_id}": (10, 10.0),
    "POST /webhooks/{webhook_id}/{webhook_token}": (5, 2.0),
    "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}": (5, 2.0),
    "DELETE /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}": (5, 2.0),
}
"""Requests and seconds, for each channel, guild or webhook."""
OTHERS = (10, 1.0)
_MAJOR = ("channel_id", "guild_id", "webhook_id", "webhook_token")


@dataclass(slots=True)
class _Bucket:
    resets_at: float = 0.0
    used: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a request may pass, and the headers that say so."""

    headers: dict[str, str]
    retry_after: float | None = None
    """Seconds; None: it passes."""
    is_global: bool = False


class Limits:
    """Counts requests."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.routes = dict(ROUTES)
        self.others: tuple[int, float] = OTHERS
        self.global_limit = 50
        """Requests a second; interactions' endpoints do not count."""
        self.invalid_limit = 10_000
        """Answers 401, 403 and 429 in ten minutes; past it Cloudflare answers."""
        self.exceeded = 0
        """429s that a bucket or the global limit gave."""
        self._buckets: dict[tuple[str, ...], _Bucket] = {}
        self._global = _Bucket()
        self._invalid: deque[float] = deque()

    def off(self) -> None:
        """No limits (for tests of something else)."""
        self.routes, self.others = dict.fromkeys(self.routes, (10_000, 1.0)), (10_000, 1.0)
        self.global_limit = 1_000_000

    @property
    def invalid(self) -> int:
        """Invalid requests in the last ten minutes."""
        now = self._clock()
        while self._invalid and self._invalid[0] < now - 600:
            self._invalid.popleft()
        return len(self._invalid)

    @property
    def banned(self) -> bool:
        return self.invalid >= self.invalid_limit

    def count_invalid(self) -> None:
        self._invalid.append(self._clock())

    def take(self, route: str, major: dict[str, str], *, interaction: bool) -> Decision:
        """Counts a request on `route`."""
        now = self._clock()
        if not interaction:
            if now >= self._global.resets_at:
                self._global = _Bucket(now + 1.0)
            self._global.used += 1
            if self._global.used > self.global_limit:
                self.exceeded += 1
                headers = {"X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"}
                return Decision(headers, self._global.resets_at - now, is_global=True)
        if route.endswith("/callback"):
            return Decision({})
        limit, window = self.routes.get(route, self.others)
        key = (route, *(f"{name}={major[name]}" for name in _MAJOR if name in major))
        bucket = self._buckets.setdefault(key, _Bucket())
        if now >= bucket.resets_at:
            bucket.resets_at, bucket.used = now + window, 0
        over = bucket.used >= limit
        bucket.used += 0 if over else 1
        left = max(0.001, bucket.resets_at - now)
        headers = {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(limit - bucket.used),
            "X-RateLimit-Reset": f"{bucket.resets_at:.3f}",
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Bucket": sha256(route.encode()).hexdigest()[:32],
        }
        if not over:
            return Decision(headers)
        self.exceeded += 1
        return Decision({**headers, "X-RateLimit-Scope": "user"}, left)
