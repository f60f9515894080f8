"""Every key there is. The partition in braces puts all that a script touches into one slot of a cluster."""

from __future__ import annotations

from adapters.base import ConversationRef
from bot.store.base import PARTITIONS, partition_of

LESSONS = ("lessons", "attacks", "false_alarms")
"""What moderators have taught: a secret with how often it has changed, and the lessons of each kind."""


def ready(partition: int) -> str:
    """Stream of conversations that have mail."""
    return f"sereno:{{{partition}}}:ready"


def dead_letters(partition: int) -> str:
    """Stream of messages that were given up."""
    return f"sereno:{{{partition}}}:deadletters"


def retractions(partition: int) -> str:
    """Stream of messages that were taken back while somebody worked on them."""
    return f"sereno:{{{partition}}}:retractions"


def outbox(partition: int, route: str) -> str:
    """Stream of events for one route."""
    return f"sereno:{{{partition}}}:outbox:{route}"


def owner(partition: int, route: str) -> str:
    """Which gateway reads that stream."""
    return f"sereno:{{{partition}}}:owner:{route}"


def seen(ref: ConversationRef, event: str) -> str:
    """Mark that an event was delivered."""
    return f"sereno:{{{partition_of(ref)}}}:seen:{ref.platform}:{event}"


def of_conversation(kind: str, ref: ConversationRef) -> str:
    """A conversation's own: `mailbox`, `attempts`, `history`, `state`."""
    return f"sereno:{{{partition_of(ref)}}}:{kind}:{ref.key}"


def last(ref: ConversationRef, author: str) -> str:
    """A member's last turn in a conversation."""
    return f"sereno:{{{partition_of(ref)}}}:last:{ref.key}:{author}"


def of_community(kind: str, ref: ConversationRef) -> str:
    """A community's own: `policy`, `guardlog`, `numbers` (how many cases there were), those of `LESSONS`, `documents`
    (their heads), `known` (how many passages there are, and the revision)."""
    return f"sereno:{{{partition_of(ref)}}}:{kind}:{ref.community_key}"


def of_turn(kind: str, ref: ConversationRef, turn: str) -> str:
    """A turn's own: `file` (its case), `held` (its message, until a moderator releases it)."""
    return f"sereno:{{{partition_of(ref)}}}:{kind}:{ref.community_key}:{turn}"


def of_member(ref: ConversationRef, author: str) -> str:
    """The entries of the guard log that are about a member of a community, the newest first."""
    return f"sereno:{{{partition_of(ref)}}}:member:{ref.community_key}:{author}"


def of_day(kind: str, ref: ConversationRef, day: int) -> str:
    """A community's own for a day, since 1970: `tally` (what its turns took)."""
    return f"sereno:{{{partition_of(ref)}}}:{kind}:{ref.community_key}:{day}"


def questions(platform: str) -> str:
    """List of questions to a platform's gateway."""
    return f"sereno:{{0}}:questions:{platform}"


def answer(question: str) -> str:
    """What the gateway says to a question."""
    return f"sereno:{{0}}:answer:{question}"


def of_document(ref: ConversationRef, name: str) -> str:
    """The passages of a community's document."""
    return f"sereno:{{{partition_of(ref)}}}:passages:{ref.community_key}:{name}"


def granted(digest: str) -> str:
    """A pass into the console. Spread by its digest."""
    return f"sereno:{{{int(digest, 16) % PARTITIONS}}}:pass:{digest}"


def all_granted(partition: int) -> str:
    """The pattern of a partition's passes."""
    return f"sereno:{{{partition}}}:pass:*"


def note(platform: str, name: str) -> str:
    """An adapter's note. Spread like communities are, each note on its own."""
    return f"sereno:{{{partition_of(ConversationRef(platform, name, ''))}}}:note:{platform}:{name}"
