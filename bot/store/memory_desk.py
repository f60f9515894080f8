"""What stands between the console and the rest, in this process's memory."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Mapping

from adapters.asking import Question
from bot.store.base import Commit
from bot.tally import DAYS, HOUR, tokens_in


class MemoryDesk(ABC):
    """See `Questions` and `Tallies` in `bot.store.desk`."""

    _clock: Callable[[], float]
    _questions: defaultdict[str, deque[Question]]
    """By platform."""
    _told: dict[str, str]
    _tallies: defaultdict[tuple[str, int], Counter[str]]
    """By community and hour."""

    @abstractmethod
    async def _wait(self, seconds: float) -> None: ...

    @abstractmethod
    async def _wake(self) -> None: ...

    async def ask(self, question: Question, wait: float) -> str | None:
        """See the port."""
        self._questions[question.ref.platform].append(question)
        await self._wake()
        until = self._clock() + wait
        while question.id not in self._told and self._clock() < until:
            await self._wait(until - self._clock())
        return self._told.pop(question.id, None)

    async def asked(self, platform: str, wait: float) -> Question | None:
        """See the port."""
        waiting, until = self._questions[platform], self._clock() + wait
        while not waiting and self._clock() < until:
            await self._wait(until - self._clock())
        return waiting.popleft() if waiting else None

    async def tell(self, question: Question, said: str) -> None:
        """See the port."""
        self._told[question.id] = said
        await self._wake()

    def _count(self, community: str, commit: Commit) -> None:
        if commit.tally:
            self._tallies[community, int(commit.tally.at // HOUR)].update(commit.tally.counts)

    async def spent(self, community: str, at: float) -> int:
        """See `bot.store.base.History`."""
        first = int(at // (24 * HOUR)) * 24
        return sum(tokens_in(self._tallies.get((community, hour), {})) for hour in range(first, first + 24))

    async def tallies(self, community: str, until: float) -> Mapping[int, Mapping[str, int]]:
        """See the port."""
        last = int(until // (24 * HOUR)) * 24 + 23
        return {
            hour: counts
            for (known, hour), counts in self._tallies.items()
            if known == community and last - 24 * DAYS < hour <= last
        }
