"""The ports to what is kept, and the errors that they raise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol
from zlib import crc32

from adapters.base import ConversationRef, Delta, Message, OutboxEvent, Retracted, Started
from bot.conversation import Conversation, HistoryTurn, LastTurn, Summary
from bot.entry import Pass
from bot.guardlog import Case, CaseFile, Review
from bot.knowledge.documents import Catalogue, DocumentHead
from bot.knowledge.passages import Passage
from bot.store.desk import Desk
from bot.tally import Tally
from guards.signatures import Lesson, Lessons

PARTITIONS = 4
"""How many parts the keys are spread over. Each is one hash slot of a cluster, with its own queues."""

MAILBOX_LIMIT = 100
"""Messages of one conversation that may wait; one more is refused with `Busy`."""

OUTBOX_LIMIT = 100_000
"""Events of one route and partition that may wait; what comes then and is only shown on the way is left out."""

SEEN_SECONDS = 24 * 3600
"""How long an event id is remembered, to drop what a platform delivers twice."""

LESSONS = 1_000
"""What moderators of a community have taught, of each kind: so much is known, and the oldest goes first."""

MEMBER_CASES = 100
"""The cases of one member that can be found by the member: the newest."""

FOLLOWED = 200
"""Cases that whoever follows the guard log is given at once."""

LEASE_SECONDS = 20.0
"""A worker that has not renewed its claim for this long has lost it."""


def partition_of(ref: ConversationRef) -> int:
    """The partition of a conversation: all of a community is in one, so that one script can touch all of it."""
    return crc32(ref.community_key.encode()) % PARTITIONS


def is_fleeting(event: OutboxEvent) -> bool:
    """Whether `event` is shown on the way only: what comes after it makes up for it."""
    return isinstance(event, Started | Delta)


class StoreUnavailable(Exception):
    """The store cannot be reached or refuses to work. The text says what to do."""


class LeaseLost(Exception):
    """Another worker owns the conversation now: drop the work."""


class Stale(Exception):
    """What a commit builds on has changed meanwhile: nothing was changed; load again and decide anew."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A worker's hold on a conversation, and the message at its head."""

    partition: int
    conversation: str
    """The conversation's key."""
    entry: str
    """The entry in the partition's `ready` stream; holding it pending is the lock."""
    worker: str
    fence: int
    """How often the entry was handed out: two claims of one worker on one entry differ in it."""
    message: Message
    attempts: int
    """How often this message was tried, this time included.

    What counts is what is the message's own: an attempt that failed with an error, and one that the worker did
    not survive while it was `alone` with it. Being given back without error is no attempt.
    """
    taken: int
    """How often this message was taken up, this time included: never the same number twice."""
    error: str = ""
    """Why the last attempt failed, when it said so."""
    vanished: int = 0
    """How often a worker that held this message among others was not heard of again: no attempt, but a reason to
    be `alone` with it."""


@dataclass(frozen=True, slots=True)
class Commit:
    """Everything that a finished turn changes, at once."""

    events: tuple[OutboxEvent, ...] = ()
    """A card without a number gets that of the new case of its turn."""
    turn: HistoryTurn | None = None
    cases: tuple[Case, ...] = ()
    last: LastTurn | None = None
    summary: Summary | None = None
    reset: bool = False
    """Forget the conversation's turns and summary."""
    forgotten: tuple[str, ...] = ()
    """Turns to take out of the history of the conversation, and out of its summary."""
    dead_letter: str = ""
    """Why the message is given up: it goes to the dead letters."""
    held: bool = False
    """Keep the message for a moderator to release, under its turn's case."""
    reviews: tuple[Review, ...] = ()
    released: tuple[Message, ...] = ()
    """Messages to put into their own mailboxes, each once; they are no longer held."""
    policy: tuple[str, str] | None = None
    """The community's layer as it was loaded, and as it shall be."""
    policy_here: bool = False
    """Whether `policy` is the layer of the message's channel, and not its community's."""
    secret: bytes = b""
    """What the signatures of `cases` were made with (see `Loaded.lessons`)."""
    taught: tuple[Lesson, ...] = ()
    """One of case 0 gets the number of the first of `cases`."""
    untaught: tuple[Lesson, ...] = ()
    days: int = 0
    """How long what this stores is kept, at most; 0: as long as the store keeps anything."""
    tally: Tally | None = None
    """What the turn took."""
    line: Mapping[str, object] = field(default_factory=lambda: {"state": "own_words"})
    """What the log tells of the turn, once this is stored."""

    @property
    def signed_with(self) -> bytes:
        """The secret, when there are signatures; else b""."""
        return self.secret if any(case.signatures for case in self.cases) else b""


@dataclass(frozen=True, slots=True)
class Retraction:
    """Where a message that was taken back was found."""

    state: Literal["unknown", "waiting", "worked_on", "answered"]
    turn: str = ""
    """The turn that is (or was) about it; "" where there is none."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one turn needs to know, read in one round trip."""

    conversation: Conversation
    policies: tuple[str, ...] = ()
    """Policy layers as JSON: community, then channel; "" where there is none."""
    last: LastTurn | None = None
    """The author's last turn here."""
    lessons: Lessons = field(default_factory=lambda: Lessons(b""))
    """What moderators have taught. A community that has no secret yet has a new one each time, until it is committed."""
    knowledge: int = 0
    """The revision of what the community knows (see `Catalogue`)."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that was given up."""

    id: str
    message: Message | None
    """None when it cannot be read."""
    error: str


class Mailboxes(Protocol):
    """Messages waiting, in order, a mailbox for each conversation; one worker at a time owns one."""

    async def deliver(self, message: Message, *, beyond: bool = False) -> bool:
        """Stores `message` durably; False when its event id was seen before, as long as that is remembered.

        `beyond`: also when the mailbox is full.

        Raises:
            Busy: the conversation's mailbox is full.
        """

    async def claim(self, worker: str, partition: int, wait: float) -> Claim | None:
        """The next conversation that waits (or whose owner is gone); None after `wait` seconds without one.

        A message that cannot be read goes to the dead letters, here and in `commit`, and the next one counts.
        """

    async def renew(self, claim: Claim) -> bool:
        """Holds on for another lease; False when the claim is lost."""

    async def alone(self, claim: Claim) -> None:
        """Notes that the worker does nothing else until the message is done.

        If the worker is not heard of again, the message is what ended it, and that is a failed attempt.

        Raises:
            LeaseLost: another worker owns the conversation; nothing was changed.
        """

    async def commit(self, claim: Claim, commit: Commit) -> Claim | None:
        """Applies `commit`, takes the message off and returns the claim on the next one, None when there is none.

        Raises:
            LeaseLost: another worker owns the conversation; nothing was changed.
            Stale: a review or the policy is not the next after what was loaded, what is released is no longer
                held, or signatures were not made with the community's secret; nothing was changed.
            ValueError: something in `commit` cannot be stored; nothing was changed.
        """

    async def retract(self, retracted: Retracted) -> Retraction:
        """Takes a message off its mailbox, or puts its replacement in its place; a turn that works on it ends in vain."""

    async def retractions(self, wait: float) -> Sequence[tuple[str, str]]:
        """Conversations and message ids taken back since the last call while worked on; waits for the first one."""

    async def abandon(self, claim: Claim, error: str = "") -> None:
        """Gives the conversation back, for any worker to take at once; `error` says why it failed.

        Without `error` the attempt does not count. A lost claim is no error.
        """

    async def leave(self, worker: str) -> None:
        """Gives back all that `worker` still holds."""

    async def workers(self) -> Sequence[str]:
        """The workers that hold conversations, living or dead."""

    async def dead_letters(self, partition: int, limit: int) -> Sequence[DeadLetter]:
        """The newest messages that were given up, newest first."""

    async def play_back(self, partition: int) -> int:
        """Puts the messages that were given up back into their conversations' mailboxes; how many that were.

        Each goes once, in the order in which they were given up, after what waits there, and is a new message with
        an id of its own: the old one has had its ending. What cannot be read stays a dead letter, and so does what
        finds its mailbox full, with what comes after it in the same conversation.
        """


class Outbox(Protocol):
    """What workers have to say, in order, for the gateway of a route to deliver. Cards have a route of their own."""

    async def publish(self, event: OutboxEvent) -> None:
        """Appends `event` to the outbox of its route (see `route_of`); a fleeting one is left out when that is full."""

    async def own(self, route: str, partition: int, gateway: str) -> bool:
        """Becomes or stays the one gateway that reads a route's partition; False while another is.

        Lasts `LEASE_SECONDS`; call it again within that.
        """

    async def pending(self, route: str, partition: int) -> Sequence[tuple[str, OutboxEvent]]:
        """What was read before but never done, with ids, oldest first. What cannot be read is removed."""

    async def read(self, route: str, partition: int, wait: float) -> Sequence[tuple[str, OutboxEvent]]:
        """What is new, with ids, oldest first; empty after `wait` seconds without anything.

        What cannot be read is removed.
        """

    async def done(self, route: str, partition: int, ids: Sequence[str]) -> None:
        """Removes delivered events."""

    async def close(self, route: str, gateway: str) -> None:
        """Gives up reading; a route of one session alone is removed with all that is in it."""


class History(Protocol):
    """Past turns, and the rest that a turn must know. Written by `Mailboxes.commit`."""

    async def load(self, message: Message, turns: int) -> Loaded:
        """The newest `turns` turns of the message's conversation, its policies, its author's last turn."""

    async def spent(self, community: str, at: float) -> int:
        """Tokens of prompts and replies that a community's turns took on the day (UTC) of the Unix time `at`."""


class GuardLogStore(Protocol):
    """Cases, a stream per community. Written by `Mailboxes.commit`, and by `record`."""

    async def communities(self) -> Sequence[str]:
        """Keys of the communities that have cases."""

    async def cases(self, community: str, *, since: float, limit: int) -> Sequence[Case]:
        """The newest `limit` cases since the Unix time `since`, oldest first."""

    async def older(self, community: str, before: str, limit: int) -> Sequence[Case]:
        """The newest `limit` cases before the one with the id `before` ("": of all), newest first."""

    async def numbered(self, community: str, number: int) -> Case | None:
        """The case with that number; None when there is none (any more)."""

    async def of_member(self, community: str, author: str, limit: int) -> Sequence[Case]:
        """The newest `limit` cases that are about the member with that id, newest first; of each `MEMBER_CASES` are known."""

    async def reviews(self, community: str, turns: Sequence[str]) -> Sequence[Sequence[Review]]:
        """What moderators decided on the case of each turn, in order; nothing where there is no such case."""

    async def having(
        self, community: str, exact: Sequence[str], loose: Sequence[str], before: str, look: int, most: int
    ) -> tuple[Sequence[Case], str]:
        """Of the newest `look` cases before the one with the id `before`, those in whose record all words stand, `exact` as they
        are and `loose` (in lower case) in any, newest first, but at most `most`; and the id of the last that was looked at,
        "" when there are no more."""

    async def file(self, community: str, turn: str) -> CaseFile | None:
        """All that is known of a turn's case; None when there is none (any more)."""

    async def record(self, community: str, case: Case) -> None:
        """Adds a case that no turn is about."""

    async def follow(self, community: str, after: str, wait: float) -> Sequence[Case]:
        """The first `FOLLOWED` cases after the id `after` ("" for the beginning), waiting up to `wait` seconds for one."""


class Policies(Protocol):
    """The policy layers of communities and channels."""

    async def save(self, ref: ConversationRef, layer: str, *, channel: bool) -> None:
        """Stores a layer (JSON; see `bot.policy.layered`) for the ref's channel or its whole community."""

    async def layer(self, community: str) -> str:
        """What a community (its key) has chosen; "" for nothing."""

    async def chosen(self) -> Mapping[str, str]:
        """The communities that have chosen something: key → layer."""


class Knowledge(Protocol):
    """The communities' documents, kept until somebody removes them. A community is named by its key."""

    async def learn(self, community: str, head: DocumentHead, passages: Sequence[Passage]) -> DocumentHead:
        """Keeps a document in place of the one of the same name; what is then known of it.

        Raises:
            KnowledgeFull: the community would have more than `MOST_PASSAGES`; nothing was changed.
            ValueError: something in it cannot be stored; nothing was changed.
        """

    async def unlearn(self, community: str, name: str) -> DocumentHead | None:
        """Removes a document; what was known of it, None when there is none of that name."""

    async def catalogue(self, community: str) -> Catalogue:
        """The documents of a community."""

    async def passages(self, community: str, name: str) -> Sequence[Passage]:
        """The passages of a document, in order; none when there is none of that name."""


class Notes(Protocol):
    """What adapters must know again after a restart (see `adapters.base.Memory`)."""

    async def recall(self, platform: str, name: str) -> str | None:
        """The note of that name; None when there is none (any more)."""

    async def remember(self, platform: str, name: str, note: str) -> None:
        """Keeps a note, as long as a conversation."""

    async def keep(self, platform: str, name: str, note: str) -> None:
        """Keeps a note until it is forgotten."""

    async def reserve(self, platform: str, name: str, note: str, seconds: float) -> str | None:
        """Keeps a note for so many seconds if there is none of that name; else returns the one that is there."""

    async def forget(self, platform: str, name: str) -> None:
        """Removes a note."""


class Passes(Protocol):
    """Who may enter the console (see `bot.entry`). A pass is kept under a digest of its secret, in hexadecimal."""

    async def grant(self, digest: str, given: Pass, seconds: float) -> None:
        """Keeps a pass for so many seconds."""

    async def granted(self, digest: str) -> Pass | None:
        """The pass; None when there is none (any more)."""

    async def use(self, digest: str) -> Pass | None:
        """The pass, which is gone then: of several who use it at once, one gets it."""

    async def revoke(self) -> int:
        """Removes every pass; how many there were."""


class Store(Mailboxes, Outbox, History, GuardLogStore, Policies, Knowledge, Passes, Notes, Desk, Protocol):
    """All ports together: what an implementation is."""

    async def check(self) -> None:
        """Finds out whether the store can be used.

        Raises:
            StoreUnavailable: it cannot be reached, is too old, is a cluster, or cannot run scripts.
        """

    async def aclose(self) -> None:
        """Closes connections."""
