"""Who may enter the console."""

from __future__ import annotations

from bot.entry import Pass
from bot.store import codec
from bot.store.base import PARTITIONS
from bot.store.redis import keys
from bot.store.redis.client import Client


class RedisPasses:
    """See `bot.store.base.Passes`."""

    _client: Client

    async def grant(self, digest: str, given: Pass, seconds: float) -> None:
        """See the port."""
        milliseconds = max(1, int(seconds * 1000))
        await self._client.call("SET", keys.granted(digest), codec.granted.dump(given), "PX", milliseconds)

    async def granted(self, digest: str) -> Pass | None:
        """See the port."""
        return _read(await self._client.call("GET", keys.granted(digest)))

    async def use(self, digest: str) -> Pass | None:
        """See the port."""
        return _read(await self._client.call("GETDEL", keys.granted(digest)))

    async def revoke(self) -> int:
        """See the port."""
        revoked = 0
        for partition in range(PARTITIONS):
            cursor = 0
            while True:
                command = ("SCAN", cursor, "MATCH", keys.all_granted(partition), "COUNT", 1000)
                cursor, names = await self._client.call(*command)
                if names:
                    revoked += await self._client.call("DEL", *names)
                if not cursor:
                    break
        return revoked


def _read(data: bytes | None) -> Pass | None:
    """The pass; one that cannot be read (a newer version's, say) lets nobody in."""
    try:
        return None if data is None else codec.granted.load(data)
    except ValueError:
        return None
