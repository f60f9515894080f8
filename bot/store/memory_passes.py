"""Who may enter the console, in this process's memory."""

from __future__ import annotations

from collections.abc import Callable

from bot.entry import Pass


class MemoryPasses:
    """See `bot.store.base.Passes`."""

    _clock: Callable[[], float]
    _passes: dict[str, tuple[Pass, float]]
    """Each with the time up to which it is kept."""

    async def grant(self, digest: str, given: Pass, seconds: float) -> None:
        """See the port."""
        self._passes[digest] = (given, self._clock() + seconds)

    async def granted(self, digest: str) -> Pass | None:
        """See the port."""
        given, until = self._passes.get(digest, (None, 0.0))
        return given if until > self._clock() else None

    async def use(self, digest: str) -> Pass | None:
        """See the port."""
        given = await self.granted(digest)
        self._passes.pop(digest, None)
        return given

    async def revoke(self) -> int:
        """See the port."""
        count = sum(until > self._clock() for _, until in self._passes.values())
        self._passes.clear()
        return count
