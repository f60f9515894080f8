"""Messages that members take back, in memory."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from adapters.base import Message, Retracted
from bot.conversation import turn_of
from bot.store.base import SEEN_SECONDS, DeadLetter, Retraction, partition_of

if TYPE_CHECKING:
    from bot.store.memory import _Kept


class MemoryRetractions(ABC):
    """See `Mailboxes` in `bot.store.base`."""

    _clock: Callable[[], float]
    _kept: defaultdict[str, _Kept]
    _seen: dict[tuple[str, str], float]
    _dead: defaultdict[int, list[DeadLetter]]
    _withheld: dict[tuple[str, str], Message]
    _edited: dict[tuple[str, str], str]
    """The id of the message that stands for one that was edited, or played back."""
    _retractions: list[tuple[str, str]]

    @abstractmethod
    async def _wake(self) -> None: ...

    @abstractmethod
    async def _wait(self, seconds: float) -> None: ...

    async def retract(self, retracted: Retracted) -> Retraction:
        """See the port."""
        kept = self._kept[retracted.ref.key]
        waiting = [each for each in kept.mailbox if _is_about(each, retracted)]
        if waiting:
            return await self._take_back(retracted, kept, waiting[0])
        for turn in reversed(kept.turns):
            if turn.message == retracted.message_id:
                return Retraction("answered", turn.id)
        return self._let_go(retracted)

    async def _take_back(self, retracted: Retracted, kept: _Kept, message: Message) -> Retraction:
        ref, new = retracted.ref, retracted.replacement
        if new is not None and new.id == message.id:
            return Retraction("waiting")
        index = kept.mailbox.index(message)
        if new is not None:
            kept.mailbox[index] = new
            self._edited[ref.platform, retracted.message_id] = new.id
            self._seen[ref.platform, retracted.message_id] = self._clock() + SEEN_SECONDS
        else:
            del kept.mailbox[index]
        if index or not kept.taken:
            return Retraction("waiting")
        kept.failed, kept.vanished, kept.taken, kept.error = 0, 0, 0, ""
        self._retractions.append((ref.key, message.id))
        await self._wake()
        return Retraction("worked_on", turn_of(ref.platform, message.id))

    def _let_go(self, retracted: Retracted) -> Retraction:
        """Of a message that is in no mailbox and no turn."""
        ref = retracted.ref
        mark = (ref.platform, retracted.message_id)
        turn = turn_of(ref.platform, self._edited.get(mark, retracted.message_id))
        taken = self._seen.get(mark, 0.0) > self._clock()
        if retracted.replacement is None:
            taken = bool(self._withheld.pop((ref.community_key, turn), None)) or taken
            dead = self._dead[partition_of(ref)]
            dead[:] = [
                letter for letter in dead if not (letter.message and _is_about(letter.message, retracted))
            ]
        return Retraction("answered", turn) if taken else Retraction("unknown")

    async def retractions(self, wait: float) -> Sequence[tuple[str, str]]:
        """See the port."""
        until = self._clock() + wait
        while not self._retractions and (left := until - self._clock()) > 0:
            await self._wait(left)
        found = self._retractions[:]
        self._retractions.clear()
        return found


def _is_about(message: Message, retracted: Retracted) -> bool:
    own = f"{retracted.message_id}.d"
    return message.reply_to.message_id == retracted.message_id and message.id != own
