"""What is known of a document beside its passages."""

from __future__ import annotations

from dataclasses import dataclass

from bot.knowledge.passages import Passage

MOST_PASSAGES = 10_000
"""Of all documents of a community together."""


@dataclass(frozen=True, slots=True)
class DocumentHead:
    """One document of a community."""

    name: str
    passages: int
    characters: int
    """Of all passages together."""
    added_at: float
    """Unix seconds."""
    added_by: str
    """The moderator's name; "" when it was added on the command line."""
    turn: str = ""
    """The turn that added it: the same one again changes nothing."""
    left_out: int = 0
    """Passages that are not used, because of what the guards found in them."""
    version: int = 0
    """Grows each time that the document is replaced, from 1; given by the store."""
    revision: int = 0
    """The community's revision (see `Catalogue`) since which it is as it is; given by the store."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A community's documents."""

    revision: int = 0
    """Grows with every change."""
    heads: tuple[DocumentHead, ...] = ()
    """By name."""

    @property
    def passages(self) -> int:
        """Of all documents together."""
        return sum(head.passages for head in self.heads)

    def head(self, name: str) -> DocumentHead | None:
        """The document of that name, whatever its case; None when there is none."""
        exact = next((head for head in self.heads if head.name == name), None)
        return exact or next((head for head in self.heads if head.name.casefold() == name.casefold()), None)


class KnowledgeFull(Exception):
    """A community would have more passages than it may; nothing was changed."""

    def __init__(self, passages: int, most: int) -> None:
        super().__init__(f"{passages} passages; {most} are allowed")
        self.passages = passages
        """How many it would have."""
        self.most = most


def head_of(
    name: str, passages: list[Passage], *, at: float, by: str, turn: str = "", left_out: int = 0
) -> DocumentHead:
    """What is known of a document before the store has it. `at`: Unix seconds."""
    characters = sum(len(passage.text) for passage in passages)
    return DocumentHead(name, len(passages), characters, at, by, turn, left_out)
