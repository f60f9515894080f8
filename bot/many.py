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


def is_new(event: OutboxEvent) -> bool:
    """Whether `event` may be one of many: nothing was decided on it, and no member filed it. The cases stay in the guard log."""
    return isinstance(event, Card) and event.seq == 1 and event.number > 0 and event.turn.startswith(GUARDS)


def together(first: Card, last: Card) -> Card:
    """The one card that stands for new ones, from `first` to `last`."""
    title = translate(_TITLE, last.locale).format(first=first.number, last=last.number)
    return Card(
        f"{MANY}{first.number}-{last.number}-{last.ref.community}",
        1,
        last.ref,
        last.to,
        title=title,
        fields=((translate(_WHERE, last.locale), _COMMANDS),),
        locale=last.locale,
    )
