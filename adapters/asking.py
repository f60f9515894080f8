"""What a platform is asked about a person, after the message that showed what they may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias, runtime_checkable

from adapters.base import ConversationRef

Standing: TypeAlias = Literal["member", "moderator", "administrator"]
"""What somebody may in a community; who is not in it (any more) is a "member", too."""


@dataclass(frozen=True, slots=True)
class Question:
    """What may a person do there?"""

    id: str
    """Never the same twice."""
    ref: ConversationRef
    """Where they showed that they moderate."""
    person: str
    """The person's id on the platform."""


@runtime_checkable
class Moderators(Protocol):
    """An adapter whose platform knows who moderates."""

    async def standing(self, ref: ConversationRef, person: str) -> Standing | None:
        """What a person (by id) may at `ref`, asked anew; None while the platform cannot be asked."""
