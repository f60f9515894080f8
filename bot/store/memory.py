"""All ports in this process's memory: for tests of what stands above the store. Nothing survives it."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from adapters.base import Busy, Card, ConversationRef, Message, OutboxEvent
from bot.conversation import Conversation, HistoryTurn, LastTurn, Summary, turn_id
from bot.store import codec
from bot.store.base import (
    LEASE_SECONDS,
    MAILBOX_LIMIT,
    SEEN_SECONDS,
    Claim,
    Commit,
    DeadLetter,
    LeaseLost,
    Loaded,
    Stale,
    partition_of,
)
from bot.store.memory_desk import MemoryDesk
from bot.store.memory_knowledge import Known, MemoryKnowledge
from bot.store.memory_outbox import MemoryOutbox
from bot.store.memory_passes import MemoryPasses
from bot.store.memory_records import MemoryRecords, layer_of
from bot.store.memory_retractions import MemoryRetractions


@dataclass(slots=True)
class _Held:
    conversation: str
    worker: str
    fence: int
    renewed: float
    alone: bool = False


@dataclass(slots=True)
class _Kept:
    """One conversation's own."""

    mailbox: deque[Message] = field(default_factory=deque)
    failed: int = 0
    vanished: int = 0
    taken: int = 0
    error: str = ""
    turns: list[HistoryTurn] = field(default_factory=list)
    total: int = 0
    summary: Summary | None = None
    last: dict[str, LastTurn] = field(default_factory=dict)

    def forget(self, turn: str) -> None:
        """Takes a turn out, and drops a summary that knows of it."""
        place = next((place for place, each in enumerate(self.turns) if each.id == turn), None)
        if place is not None:
            if self.summary and self.total - len(self.turns) + place < self.summary.through:
                self.summary = None
            del self.turns[place]
            self.total -= 1


class MemoryStore(MemoryOutbox, MemoryRecords, MemoryRetractions, MemoryKnowledge, MemoryPasses, MemoryDesk):
    """See the ports in `bot.store.base`."""

    def __init__(self, *, lease: float = LEASE_SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._lease = lease
        self._clock = clock
        self._changed = asyncio.Condition()
        self._numbers = iter(range(1, 1 << 62))
        self._seen: dict[tuple[str, str], float] = {}
        self._kept: defaultdict[str, _Kept] = defaultdict(_Kept)
        self._ready: defaultdict[int, deque[tuple[str, str]]] = defaultdict(deque)
        self._held: defaultdict[int, dict[str, _Held]] = defaultdict(dict)
        self._dead: defaultdict[int, list[DeadLetter]] = defaultdict(list)
        self._outbox: defaultdict[tuple[str, int], dict[str, OutboxEvent]] = defaultdict(dict)
        self._read: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
        self._owners: dict[tuple[str, int], tuple[str, float]] = {}
        self._notes = {}
        self._policies = {}
        self._cases = defaultdict(list)
        self._reviews = defaultdict(list)
        self._withheld = {}
        self._taught = {}
        self._known = defaultdict(Known)
        self._edited = {}
        self._retractions = []
        self._passes = {}
        self._questions, self._told, self._tallies = defaultdict(deque), {}, defaultdict(Counter)

    def _number(self) -> str:
        return f"{next(self._numbers):015d}"

    async def _wake(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait()
        except TimeoutError:
            pass

    # Mailboxes

    async def deliver(self, message: Message, *, beyond: bool = False) -> bool:
        """See the port."""
        if self._is_seen(message):
            return False
        if not beyond and len(self._kept[message.ref.key].mailbox) >= MAILBOX_LIMIT:
            raise Busy(message.ref.key)
        self._put(message)
        await self._wake()
        return True

    def _is_seen(self, message: Message) -> bool:
        return self._seen.get((message.ref.platform, message.id), 0.0) > self._clock()

    def _put(self, message: Message) -> None:
        if self._is_seen(message):
            return
        self._seen[message.ref.platform, message.id] = self._clock() + SEEN_SECONDS
        mailbox = self._kept[message.ref.key].mailbox
        mailbox.append(message)
        if len(mailbox) == 1 and not self._stands(message.ref):
            self._ready[partition_of(message.ref)].append((self._number(), message.ref.key))

    def _stands(self, ref: ConversationRef) -> bool:
        """Whether a conversation is queued or being worked on; its only message may have been taken back."""
        partition = partition_of(ref)
        known = {conversation for _, conversation in self._ready[partition]}
        return ref.key in known | {held.conversation for held in self._held[partition].values()}

    async def claim(self, worker: str, partition: int, wait: float) -> Claim | None:
        """See the port."""
        until = self._clock() + wait
        while True:
            entry = self._orphan(worker, partition) or self._fresh(worker, partition)
            if entry is not None:
                held = self._held[partition][entry]
                kept = self._kept[held.conversation]
                if not kept.mailbox:
                    del self._held[partition][entry]
                    continue
                kept.taken += 1
                return Claim(
                    partition,
                    held.conversation,
                    entry,
                    worker,
                    held.fence,
                    kept.mailbox[0],
                    kept.failed + 1,
                    kept.taken,
                    kept.error,
                    kept.vanished,
                )
            left = until - self._clock()
            if left <= 0:
                return None
            await self._wait(min(left, self._lease / 4))

    def _fresh(self, worker: str, partition: int) -> str | None:
        if not self._ready[partition]:
            return None
        entry, conversation = self._ready[partition].popleft()
        self._held[partition][entry] = _Held(conversation, worker, 1, self._clock())
        return entry

    def _orphan(self, worker: str, partition: int) -> str | None:
        for entry, held in self._held[partition].items():
            if self._clock() - held.renewed >= self._lease:
                kept = self._kept[held.conversation]
                if held.alone:
                    kept.failed, kept.error = kept.failed + 1, ""
                else:
                    kept.vanished += 1
                self._held[partition][entry] = _Held(held.conversation, worker, held.fence + 1, self._clock())
                return entry
        return None

    def _holds(self, claim: Claim) -> _Held | None:
        held = self._held[claim.partition].get(claim.entry)
        if held is None or (held.worker, held.fence) != (claim.worker, claim.fence):
            return None
        return held

    async def renew(self, claim: Claim) -> bool:
        """See the port."""
        held = self._holds(claim)
        if held is None:
            return False
        held.renewed = self._clock()
        return True

    async def alone(self, claim: Claim) -> None:
        """See the port."""
        held = self._holds(claim)
        if held is None:
            raise LeaseLost(claim.conversation)
        held.alone = True

    async def commit(self, claim: Claim, commit: Commit) -> Claim | None:
        """See the port."""
        _must_be_storable(commit)
        held = self._holds(claim)
        if held is None:
            raise LeaseLost(claim.conversation)
        kept = self._kept[claim.conversation]
        if kept.mailbox and kept.mailbox[0].id == claim.message.id:
            self._refuse_stale(claim.message.ref, commit)
            self._apply(claim, commit, kept)
        await self._wake()
        if not kept.mailbox:
            del self._held[claim.partition][claim.entry]
            return None
        held.renewed, held.alone = self._clock(), False
        kept.taken = 1
        return replace(claim, message=kept.mailbox[0], attempts=1, taken=1, error="", vanished=0)

    def _refuse_stale(self, ref: ConversationRef, commit: Commit) -> None:
        known = [len(self._reviews[ref.community_key, review.turn]) for review in commit.reviews]
        if known != [review.number for review in commit.reviews]:
            raise Stale(ref.key)
        gone = any((ref.community_key, each.released) not in self._withheld for each in commit.released)
        place = layer_of(ref, here=commit.policy_here)
        if gone or (commit.policy and commit.policy[0] != self._policies.get(place, "")):
            raise Stale(ref.key)
        self._must_have_made(ref.community_key, commit)

    def _apply(self, claim: Claim, commit: Commit, kept: _Kept) -> None:
        ref = claim.message.ref
        self._count(ref.community_key, commit)
        if commit.reset:
            kept.turns, kept.total, kept.summary = [], 0, None
        for turn in commit.forgotten:
            kept.forget(turn)
        if commit.turn:
            kept.turns.append(commit.turn)
            kept.total += 1
        if commit.summary:
            kept.summary = commit.summary
        if commit.last:
            kept.last[claim.message.author.id] = commit.last
        if commit.dead_letter:
            self._dead[claim.partition].append(DeadLetter(self._number(), claim.message, commit.dead_letter))
        if commit.policy:
            self._policies[layer_of(ref, here=commit.policy_here)] = commit.policy[1]
        self._apply_cases(claim, commit)
        kept.mailbox.popleft()
        kept.failed, kept.vanished, kept.taken, kept.error = 0, 0, 0, ""

    def _apply_cases(self, claim: Claim, commit: Commit) -> None:
        ref = claim.message.ref
        if commit.held:
            self._withheld[ref.community_key, turn_id(claim.message)] = claim.message
        cases = self._cases[ref.community_key]
        number = len(cases) + 1
        cases += (replace(case, id=self._number(), number=n) for n, case in enumerate(commit.cases, number))
        for review in commit.reviews:
            self._reviews[ref.community_key, review.turn].append(review)
        taught = tuple(replace(each, case=each.case or number) for each in commit.taught)
        self._teach(ref.community_key, replace(commit, taught=taught))
        for event in commit.events:
            if isinstance(event, Card) and not event.number:
                event = replace(event, number=number)  # noqa: PLW2901 - as it goes out
            self._say(event)
        for message in commit.released:
            self._put(message)
            self._withheld.pop((ref.community_key, message.released), None)

    async def abandon(self, claim: Claim, error: str = "") -> None:
        """See the port."""
        if self._holds(claim) is None:
            return
        kept = self._kept[claim.conversation]
        # Not when the message was taken back meanwhile.
        if error and kept.taken:
            kept.failed, kept.error = kept.failed + 1, error
        del self._held[claim.partition][claim.entry]
        self._ready[claim.partition].append((self._number(), claim.conversation))
        await self._wake()

    async def leave(self, worker: str) -> None:
        """See the port."""
        for partition, entries in self._held.items():
            for entry in [entry for entry, held in entries.items() if held.worker == worker]:
                self._ready[partition].append((self._number(), entries.pop(entry).conversation))
        await self._wake()

    async def workers(self) -> Sequence[str]:
        """See the port."""
        return sorted({held.worker for entries in self._held.values() for held in entries.values()})

    async def dead_letters(self, partition: int, limit: int) -> Sequence[DeadLetter]:
        """See the port."""
        return self._dead[partition][::-1][:limit]

    async def play_back(self, partition: int) -> int:
        """See the port."""
        letters, self._dead[partition] = self._dead[partition], []
        for letter in letters:
            assert letter.message is not None
            again = replace(letter.message, id=f"{letter.message.id}/{letter.id}")
            try:
                await self.deliver(again)
                self._edited[again.ref.platform, again.reply_to.message_id] = again.id
            except Busy:
                self._dead[partition].append(letter)
        return len(letters) - len(self._dead[partition])

    # History

    async def load(self, message: Message, turns: int) -> Loaded:
        """See the port."""
        ref = message.ref
        kept = self._kept[ref.key]
        return Loaded(
            Conversation(ref, tuple(kept.turns[-turns:]), kept.total, kept.summary),
            (
                self._policies.get((ref.community_key, ""), ""),
                self._policies.get((ref.community_key, ref.channel), ""),
            ),
            kept.last.get(message.author.id),
            self._lessons(ref.community_key),
            self._known[ref.community_key].revision,
        )

    async def check(self) -> None:
        """See the port."""

    async def aclose(self) -> None:
        """See the port."""


def _must_be_storable(commit: Commit) -> None:
    """Nothing is written here, but what no other store can write is refused here too."""
    for event in commit.events:
        codec.event.dump(event)
    for case in commit.cases:
        codec.case.dump(case)
    if commit.turn:
        codec.turn.dump(commit.turn)
    if commit.last:
        codec.last.dump(commit.last)
