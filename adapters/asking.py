"""What a platform is asked: what a person may, after the message that showed it, and which channels there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias, runtime_checkable

from adapters.base import ConversationRef

Standing: TypeAlias = Literal["member", "moderator", "administrator"]
"""What somebody may in a community; who is not in it (any more) is a "member", too."""


@dataclass(frozen=True, slots=True)
class Question:
    """What may a person do there, or in which channels of that community can cases be shown?"""

    id: str
    """Never the same twice."""
    ref: ConversationRef
    """Where they showed that they moderate."""
    person: str
    """The person's id on the platform."""
    about: Literal["standing", "channels"] = "standing"


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel as people know it."""

    id: str
    name: str
    """Somebody's words."""


@runtime_checkable
class Moderators(Protocol):
    """An adapter whose platform knows who moderates."""

    async def standing(self, ref: ConversationRef, person: str) -> Standing | None:
        """What a person (by id) may at `ref`, asked anew; None while the platform cannot be asked."""


@runtime_checkable
class Channels(Protocol):
    """An adapter whose platform has channels to choose from."""

    async def channels(self, ref: ConversationRef, person: str) -> Sequence[Channel] | None:
        """Those of the community of `ref` in which the bot can show cases and that a person (by id) sees, too; None while
        the platform cannot be asked. `person`: "" for who may know of all of them."""
