"""What a commit touches and changes, as `commit.lua` takes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from adapters.base import Card, Message, OutboxEvent
from bot.conversation import turn_id
from bot.guardlog import HELD_DAYS
from bot.store import codec
from bot.store.base import LESSONS, MEMBER_CASES, SEEN_SECONDS, Claim, Commit
from bot.store.redis import keys
from bot.store.redis.outbox import stays
from bot.store.redis.tallies import added, touched
from bot.store.routes import route_of


@dataclass(frozen=True, slots=True)
class Retention:
    """How much is kept."""

    seconds: int = 30 * 24 * 3600
    """Turns, cases, a member's last turn in a conversation and dead letters are removed after this."""
    turns: int = 10_000
    """Turns of one conversation."""
    cases: int = 100_000
    """Cases of one community."""

    def of(self, days: int) -> int:
        """Seconds that is kept what a community wants kept for so many days (0: as long as may be)."""
        return min(self.seconds, days * 24 * 3600) if days else self.seconds

    @property
    def seen(self) -> int:
        """Seconds that the id of a message is remembered: while its turn may be there, which goes with it."""
        return max(SEEN_SECONDS, self.seconds)


def touched_by(claim: Claim, commit: Commit) -> list[str]:
    """The keys that `commit.lua` touches, in its order."""
    ref, turn = claim.message.ref, turn_id(claim.message)
    return [
        keys.ready(claim.partition),
        *(keys.of_conversation(kind, ref) for kind in ("mailbox", "attempts", "history", "state")),
        keys.last(ref, claim.message.author.id),
        keys.of_community("guardlog", ref),
        keys.dead_letters(claim.partition),
        keys.of_community("policy", ref),
        keys.of_community("numbers", ref),
        keys.of_turn("held", ref, turn),
        keys.seen(ref, claim.message.reply_to.message_id),
        *(keys.of_community(kind, ref) for kind in keys.LESSONS),
        *(
            key
            for case in commit.cases
            for key in (keys.of_turn("file", ref, case.turn), keys.of_member(ref, case.author_id))
        ),
        *(keys.outbox(claim.partition, route_of(event)) for event in commit.events),
        *(keys.of_turn("file", ref, review.turn) for review in commit.reviews),
        *(
            key
            for message in commit.released
            for key in (
                keys.of_conversation("mailbox", message.ref),
                keys.seen(message.ref, message.id),
                keys.of_turn("held", ref, message.released),
            )
        ),
        touched(ref, commit.tally),
    ]


def changes(claim: Claim, commit: Commit, retention: Retention, oldest: int) -> list[Any]:
    """The arguments of `commit.lua`, in its order. `oldest`: what is older than this, in Unix milliseconds, is not kept."""
    seconds, shorter = retention.seconds, retention.of(commit.days)
    summary = commit.summary
    was, shall_be = commit.policy or ("", "")
    return [
        claim.worker,
        claim.entry,
        claim.fence,
        mark_of(claim.message),
        codec.turn.dump(commit.turn) if commit.turn else b"",
        retention.turns,
        shorter,
        codec.last.dump(commit.last) if commit.last else b"",
        summary.text if summary else "",
        summary.through if summary else 0,
        int(commit.reset),
        commit.dead_letter,
        retention.cases,
        oldest + 1000 * (seconds - shorter),
        min(HELD_DAYS * 24 * 3600, shorter) if commit.held else 0,
        was,
        shall_be,
        commit.signed_with,
        LESSONS,
        MEMBER_CASES,
        oldest,
        seconds,
        claim.message.ref.channel if commit.policy_here else "",
        len(commit.forgotten),
        *commit.forgotten,
        len(commit.cases),
        *(codec.case.dump(case) for case in commit.cases),
        len(commit.events),
        *(
            part
            for event in commit.events
            for part in (codec.event.dump(event), stays(route_of(event)), int(_wants_number(event)))
        ),
        len(commit.reviews),
        *(part for review in commit.reviews for part in (codec.review.dump(review), review.number)),
        len(commit.released),
        *(part for message in commit.released for part in (item_of(message), message.ref.key, SEEN_SECONDS)),
        *(
            each
            for lessons in (commit.taught, commit.untaught)
            for each in (
                len(lessons),
                *(part for lesson in lessons for part in (lesson.kind, codec.lesson.dump(lesson))),
            )
        ),
        *added(commit.tally),
    ]


def _wants_number(event: OutboxEvent) -> bool:
    return isinstance(event, Card) and not event.number


def item_of(message: Message) -> bytes:
    """How a message stands in its mailbox."""
    # The id in front lets a script compare it without parsing the message.
    return mark_of(message) + b"\n" + codec.message.dump(message)


def mark_of(message: Message) -> bytes:
    """The message's id, as an item begins with it."""
    return message.id.encode().replace(b"\n", b" ")
