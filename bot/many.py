"""Cards that come faster than a channel takes them: those of cases that nobody has looked at yet become one."""

from __future__ import annotations

from adapters.base import Card, OutboxEvent
from bot.i18n import N_, translate

GUARDS = "card-"
"""How the turn of a card begins that is about what guards found."""
MANY = "many-"
"""How the turn of a card begins that stands for many cases."""

_TITLE = N_("Cases #{first} to #{last} came too fast for a card each.")
_WHERE = N_("Where they are")
_COMMANDS = "/guardlog recent, /guard console"


def together(waiting: OutboxEvent, card: Card) -> Card | None:
    """The one card that stands for the one that waits and for the one after it; None when each must be shown.

    Each must be shown of which something was decided, and what a member filed. The cases stay in the guard log.
    """
    if not (isinstance(waiting, Card) and _is_new(card)):
        return None
    if waiting.turn.startswith(MANY):
        first, last = map(int, waiting.turn.split("-")[1:3])
    elif _is_new(waiting):
        first = last = waiting.number
    else:
        return None
    last = max(last, card.number)
    title = translate(_TITLE, card.locale).format(first=first, last=last)
    return Card(
        f"{MANY}{first}-{last}-{card.ref.community}",
        1,
        card.ref,
        card.to,
        title=title,
        fields=((translate(_WHERE, card.locale), _COMMANDS),),
        locale=card.locale,
    )


def _is_new(card: Card) -> bool:
    return card.seq == 1 and card.number > 0 and card.turn.startswith(GUARDS)
