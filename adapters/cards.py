"""Cards for moderators in groups: what one member sets off within a minute is one message. Pure: no network."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from adapters.base import About, Button, Card, ConversationRef, ReplyTo

GROUP_SECONDS = 60.0
"""After its first card a group takes no more."""
MOST_CARDS = 25
"""Of one group: one press decides on all of them."""
LISTED = 8
"""Cards of a group that are shown with what they say; the others are counted."""


@dataclass(frozen=True, slots=True)
class Group:
    """What one message of the moderators' channel shows: one card or more."""

    since: float
    """Unix seconds."""
    cards: tuple[Card, ...]

    @property
    def author(self) -> str:
        """The id of the member that all of it is about; "" when it is not known."""
        about = self.cards[0].about
        return about.author_id if about else ""

    @property
    def turns(self) -> tuple[str, ...]:
        """The cases, each once."""
        return tuple(dict.fromkeys(card.case for card in self.cards))

    @property
    def listed(self) -> tuple[Card, ...]:
        """The cards that are shown in full."""
        return self.cards[:LISTED]

    @property
    def buttons(self) -> tuple[Button, ...]:
        """Each action once, for all cases together."""
        offered = {button.action: button for card in self.cards for button in card.buttons}
        return tuple(replace(button, argument=self.turns[0]) for button in offered.values())

    def takes(self, card: Card, now: float) -> bool:
        """Whether a new card belongs in here."""
        about = card.about
        return (
            about is not None
            and about.author_id == self.author != ""
            and now - self.since < GROUP_SECONDS
            and len(self.cards) < MOST_CARDS
        )

    def knows(self, card: Card) -> bool:
        """Whether it shows the card already, or a newer one of its turn."""
        return any(one.turn == card.turn and one.seq >= card.seq for one in self.cards)

    def having(self, card: Card) -> Group:
        """The group with the card in it, in the place of an older one of its turn."""
        turns = [one.turn for one in self.cards]
        place = turns.index(card.turn) if card.turn in turns else len(turns)
        # The group stays where it is, also when the community has chosen another channel since.
        card = replace(card, ref=self.cards[0].ref)
        if place >= LISTED:
            card = replace(card, title="", fields=(), decided=())
        return replace(self, cards=(*self.cards[:place], card, *self.cards[place + 1 :]))

    def note(self) -> str:
        """As a text; see `read`."""
        return json.dumps(asdict(self), separators=(",", ":"))


def read(note: str) -> Group:
    """The group of a note."""
    kept = json.loads(note)
    return Group(kept["since"], tuple(_card(card) for card in kept["cards"]))


def _card(kept: Mapping[str, Any]) -> Card:
    about = kept["about"]
    return Card(
        kept["turn"],
        kept["seq"],
        ConversationRef(**kept["ref"]),
        ReplyTo(**kept["to"]),
        case=kept["case"],
        number=kept["number"],
        title=kept["title"],
        fields=tuple((name, value) for name, value in kept["fields"]),
        about=About(**{**about, "ref": ConversationRef(**about["ref"])}) if about else None,
        decided=tuple(kept["decided"]),
        buttons=tuple(Button(**button) for button in kept["buttons"]),
        locale=kept.get("locale", ""),
    )
