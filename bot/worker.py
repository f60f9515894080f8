"""Takes conversations, keeps hold of them, has the engine answer, and gives up on what cannot be answered.

A message has failed when its turn ended with an error, and when it took its worker along. Who did that cannot be
told from many that were being answered; so a message that workers have vanished with is answered alone: nothing
else begins beside it, and if the worker dies then, it is this message that has failed. What merely stood beside it
does not count as a failure, however often.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from adapters.base import Message
from bot import answers
from bot.i18n import translate
from bot.log import failure_of, log_turn
from bot.store.base import (
    LEASE_SECONDS,
    PARTITIONS,
    Claim,
    Commit,
    LeaseLost,
    Mailboxes,
    Outbox,
    Stale,
    StoreUnavailable,
)
from bot.voice import Voice

logger = logging.getLogger(__name__)

ATTEMPTS = 5
"""A message that fails this often goes to the dead letters."""

VANISHED = 2
"""A message that so many workers have vanished with, among others, is answered alone."""

CLAIM_SECONDS = 2.0
"""How long one claim waits for work."""

REMEMBERED = 1000
"""Messages that were taken back."""

STOP_SECONDS = 20.0
"""How long turns that have begun may go on after `stop`."""

Handle = Callable[[Message, int], Awaitable[Commit]]
"""A message and how often it was taken up → what to commit (see `Engine.handle`)."""


class Worker:
    """Works on up to `slots` conversations at once, one message of each at a time; one community may have them all."""

    def __init__(
        self,
        mailboxes: Mailboxes,
        outbox: Outbox,
        handle: Handle,
        *,
        name: str,
        slots: int = 32,
        lease: float = LEASE_SECONDS,
        turn_seconds: float = 180.0,
    ) -> None:
        """`name` must be this process's alone. `lease` and `turn_seconds` (deadline of one attempt) in seconds."""
        self._mailboxes = mailboxes
        self._outbox = outbox
        self._handle = handle
        self._name = name
        self._all = slots
        self._slots = asyncio.Semaphore(slots)
        self._door = asyncio.Lock()
        self._alone = 0
        """Conversations that wait for being answered alone, or are."""
        self._lease = lease
        self._turn_seconds = turn_seconds
        self._stopping = asyncio.Event()
        self._serving: set[asyncio.Task[None]] = set()
        self._at_work: dict[tuple[str, str], asyncio.Task[Commit]] = {}
        """By conversation and message id."""
        self._taken_back: dict[tuple[str, str], None] = {}
        """The last ones: the news may be here before the message is."""

    async def run(self) -> None:
        """Works until `stop`; then finishes what it has begun and gives back the rest."""
        readers = [asyncio.create_task(self._take(partition)) for partition in range(PARTITIONS)]
        stopped = asyncio.create_task(self._stopping.wait())
        watching = asyncio.create_task(self._watch())
        try:
            await asyncio.wait([stopped, *readers], return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._stopping.set()
            for task in (stopped, *readers):
                task.cancel()
            results = await asyncio.gather(*readers, return_exceptions=True)
            if self._serving:
                await asyncio.wait(self._serving, timeout=STOP_SECONDS)
            for task in self._serving:
                task.cancel()
            watching.cancel()
            await asyncio.gather(watching, *self._serving, return_exceptions=True)
            with suppress(StoreUnavailable):
                # What a cancelled read was given meanwhile is found here.
                await self._mailboxes.leave(self._name)
        for result in results:
            if isinstance(result, Exception):
                raise result

    def stop(self) -> None:
        """Takes nothing more."""
        self._stopping.set()

    async def _take(self, partition: int) -> None:
        """Claims conversations of a partition while there is room for them."""
        pause = 0.1
        while not self._stopping.is_set():
            # Waiting for work takes no slot. What is then claimed beyond them, one conversation for each
            # partition at most, waits for the next slot.
            async with self._room(1):
                pass
            try:
                claim = await self._mailboxes.claim(self._name, partition, CLAIM_SECONDS)
                pause = 0.1
            except Exception as error:  # noqa: BLE001 - one conversation that cannot be read ends no other
                reason = str(error) if isinstance(error, StoreUnavailable) else failure_of(error)
                brief = isinstance(error, StoreUnavailable) and pause < 1.0
                logger.log(logging.INFO if brief else logging.WARNING, "worker waits: %s", reason)
                await self._rest(pause)
                pause = min(pause * 2, 5.0)
                continue
            if claim is not None:
                begun = asyncio.Event()
                task = asyncio.create_task(self._serve(claim, begun))
                self._serving.add(task)
                task.add_done_callback(self._served)
                await begun.wait()

    def _served(self, task: asyncio.Task[None]) -> None:
        self._serving.discard(task)
        if not task.cancelled() and task.exception():
            logger.error("worker lost a conversation: %s", failure_of(task.exception() or RuntimeError()))

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()

    async def _serve(self, claim: Claim, begun: asyncio.Event) -> None:
        """Works through a conversation's mailbox in a slot, renewing the claim four times a lease.

        `begun` is set when it has a slot, or needs none any more.
        """
        turns = asyncio.create_task(self._turns(claim, begun))
        try:
            while not (await asyncio.wait([turns], timeout=self._lease / 4))[0]:
                try:
                    held = await self._mailboxes.renew(claim)
                except StoreUnavailable:
                    continue
                if not held:
                    logger.warning("worker lost its claim on %s", claim.conversation)
                    break
        finally:
            turns.cancel()
            with suppress(asyncio.CancelledError):
                await turns
            begun.set()

    @asynccontextmanager
    async def _room(self, slots: int) -> AsyncIterator[None]:
        """Holds so many slots. Whoever waits for them lets nobody past, so that all of them come free some time."""
        held = 0
        try:
            async with self._door:
                while held < slots:
                    await self._slots.acquire()
                    held += 1
            yield
        finally:
            for _ in range(held):
                self._slots.release()

    async def _turns(self, claim: Claim, begun: asyncio.Event) -> None:
        following: Claim | None = claim
        alone = claim.vanished >= VANISHED
        self._alone += alone
        try:
            async with self._room(self._all if alone else 1):
                begun.set()
                while following is not None:
                    # Who waits to be alone waits for the turns that have begun, not for whole mailboxes.
                    if self._stopping.is_set() or (self._alone and following is not claim):
                        await self._mailboxes.abandon(following)
                        return
                    claim = following
                    if alone:
                        await self._mailboxes.alone(claim)
                    following = await self._turn(claim)
        except asyncio.CancelledError:
            # Stopped in the middle: not the message's fault, so the attempt does not count.
            with suppress(StoreUnavailable):
                await self._mailboxes.abandon(claim)
            raise
        except LeaseLost:
            logger.warning("worker lost its claim on %s", claim.conversation)
        except StoreUnavailable as error:
            # The claim runs out, and the message is taken up again.
            logger.warning("worker drops its work on %s: %s", claim.conversation, error)
        finally:
            self._alone -= alone

    async def _turn(self, claim: Claim) -> Claim | None:
        """One message; returns the claim on the next one, None when the conversation was given back."""
        began = asyncio.get_running_loop().time()
        if claim.attempts > ATTEMPTS:
            return await self._give_up(claim, claim.error or "the worker died")
        try:
            async with asyncio.timeout(self._turn_seconds):
                commit = await self._worked_out(claim)
            return await self._commit(claim, commit, began)
        except (LeaseLost, StoreUnavailable):
            raise
        except Stale:
            # Somebody decided on the same thing at the same moment: this one goes again, and sees it.
            await self._mailboxes.abandon(claim)
            return None
        except Exception as error:  # noqa: BLE001 - whatever a turn fails with, the conversation goes on
            failure = failure_of(error)
            logger.error("attempt %d at a turn failed: %s", claim.attempts, failure)
            if claim.attempts >= ATTEMPTS:
                return await self._give_up(claim, failure)
            await self._rest(0.05 * 2**claim.attempts)
            await self._mailboxes.abandon(claim, failure)
            return None

    async def _commit(self, claim: Claim, commit: Commit, began: float) -> Claim | None:
        following = await self._mailboxes.commit(claim, commit)
        ms = (asyncio.get_running_loop().time() - began) * 1000
        log_turn(claim.message, commit.line, ms=ms, attempt=claim.taken)
        return following

    async def _worked_out(self, claim: Claim) -> Commit:
        """What the turn changes: nothing when its message was taken back meanwhile."""
        key = (claim.conversation, claim.message.id)
        work = self._at_work[key] = asyncio.create_task(self._do(claim))
        if key in self._taken_back:
            work.cancel()
        try:
            await asyncio.wait([work])
            return Commit(line={"state": "retracted"}) if key in self._taken_back else work.result()
        finally:
            del self._at_work[key]
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)

    async def _do(self, claim: Claim) -> Commit:
        return await self._handle(claim.message, claim.taken)

    async def _watch(self) -> None:
        """Ends the turns whose messages are taken back; what they would commit would change nothing."""
        while True:
            try:
                taken_back = await self._mailboxes.retractions(CLAIM_SECONDS)
            except StoreUnavailable:
                # Those who have something to do say so.
                await asyncio.sleep(1.0)
                continue
            for key in taken_back:
                self._taken_back[key] = None
                if len(self._taken_back) > REMEMBERED:
                    del self._taken_back[next(iter(self._taken_back))]
                if key in self._at_work:
                    self._at_work[key].cancel()

    async def _give_up(self, claim: Claim, error: str) -> Claim | None:
        message = claim.message
        # Numbered above all that the attempts have said, or the sentence is taken for one of theirs.
        voice = Voice(self._outbox, message, claim.taken + 1)
        logger.error("turn %s is put aside: %s", voice.turn, error)
        sorry = voice.failed(translate(answers.GIVEN_UP, message.locale))
        commit = Commit((sorry,), dead_letter=error, line={"state": "given_up"})
        return await self._commit(claim, commit, asyncio.get_running_loop().time())
