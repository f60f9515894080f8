"""How stored things are written: JSON of the frozen types, in one place."""

from __future__ import annotations

from typing import Annotated, Any, Generic, TypeVar

from pydantic import Field, TypeAdapter

from adapters.base import Message, OutboxEvent
from bot.conversation import HistoryTurn, LastTurn
from bot.entry import Pass
from bot.guardlog import Case, Review
from bot.knowledge.documents import DocumentHead
from bot.knowledge.passages import Passage
from guards.signatures import Lesson

T = TypeVar("T")


class Codec(Generic[T]):
    """JSON to and from one type. The schema is built at first use: it takes longer than most commands."""

    def __init__(self, kind: Any, *, tagged: bool = False) -> None:
        self._kind = kind
        # The tag that tells the members of a union apart is a default, and must be written all the same.
        self._short = not tagged
        self._adapter: TypeAdapter[T] | None = None

    @property
    def _schema(self) -> TypeAdapter[T]:
        if self._adapter is None:
            self._adapter = TypeAdapter(self._kind)
        return self._adapter

    def dump(self, value: T) -> bytes:
        """`value` as JSON."""
        return self._schema.dump_json(value, exclude_defaults=self._short)

    def load(self, data: bytes | str) -> T:
        """The value that `data` was written from.

        Raises:
            ValueError: `data` is not JSON of this type.
        """
        return self._schema.validate_json(data)


message: Codec[Message] = Codec(Message)
event: Codec[OutboxEvent] = Codec(Annotated[OutboxEvent, Field(discriminator="kind")], tagged=True)
turn: Codec[HistoryTurn] = Codec(HistoryTurn)
turns: Codec[tuple[HistoryTurn, ...]] = Codec(tuple[HistoryTurn, ...])
last: Codec[LastTurn] = Codec(LastTurn)
case: Codec[Case] = Codec(Case)
review: Codec[Review] = Codec(Review)
head: Codec[DocumentHead] = Codec(DocumentHead)
passages: Codec[tuple[Passage, ...]] = Codec(tuple[Passage, ...])
lesson: Codec[Lesson] = Codec(Lesson)
granted: Codec[Pass] = Codec(Pass)
