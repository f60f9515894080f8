"""Takes conversations, keeps hold of them, has the engine answer, and gives up on what cannot be answered."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from adapters.base import Message
from bot import answers
from bot.i18n import translate
from bot.log import failure_of
from bot.store.base import (
    LEASE_SECONDS,
    PARTITIONS,
    Claim,
    Commit,
    LeaseLost,
    Mailboxes,
    Outbox,
    StoreUnavailable,
)
from bot.voice import Voice

logger = logging.getLogger(__name__)

ATTEMPTS = 5
"""A message that fails this often goes to the dead letters."""

CLAIM_SECONDS = 2.0
"""How long one claim waits for work."""

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
        self._slots = asyncio.Semaphore(slots)
        self._lease = lease
        self._turn_seconds = turn_seconds
        self._stopping = asyncio.Event()
        self._serving: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Works until `stop`; then finishes what it has begun and gives back the rest."""
        readers = [asyncio.create_task(self._take(partition)) for partition in range(PARTITIONS)]
        stopped = asyncio.create_task(self._stopping.wait())
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
            await asyncio.gather(*self._serving, return_exceptions=True)
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
            async with self._slots:
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

    async def _turns(self, claim: Claim, begun: asyncio.Event) -> None:
        following: Claim | None = claim
        try:
            async with self._slots:
                begun.set()
                while following is not None:
                    if self._stopping.is_set():
                        await self._mailboxes.abandon(following)
                        return
                    claim = following
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

    async def _turn(self, claim: Claim) -> Claim | None:
        """One message; returns the claim on the next one, None when the conversation was given back."""
        if claim.attempts > ATTEMPTS:
            return await self._give_up(claim, claim.error or "the worker died")
        try:
            async with asyncio.timeout(self._turn_seconds):
                commit = await self._handle(claim.message, claim.taken)
            return await self._mailboxes.commit(claim, commit)
        except (LeaseLost, StoreUnavailable):
            raise
        except Exception as error:  # noqa: BLE001 - whatever a turn fails with, the conversation goes on
            failure = failure_of(error)
            logger.error("attempt %d at a turn failed: %s", claim.attempts, failure)
            if claim.attempts >= ATTEMPTS:
                return await self._give_up(claim, failure)
            await self._rest(0.05 * 2**claim.attempts)
            await self._mailboxes.abandon(claim, failure)
            return None

    async def _give_up(self, claim: Claim, error: str) -> Claim | None:
        message = claim.message
        # Numbered above all that the attempts have said, or the sentence is taken for one of theirs.
        voice = Voice(self._outbox, message, claim.taken + 1)
        logger.error("turn %s is put aside: %s", voice.turn, error)
        sorry = voice.failed(translate(answers.GIVEN_UP, message.locale))
        return await self._mailboxes.commit(claim, Commit((sorry,), dead_letter=error))
