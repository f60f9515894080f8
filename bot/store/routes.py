"""Which outbox an event waits in."""

from __future__ import annotations

from adapters.base import Card, OutboxEvent


def cards_of(route: str) -> str:
    """The route of a route's cards, which is one of its own: whoever waits for a reply must not wait for cards as well."""
    return f"{route}:cards"


def route_of(event: OutboxEvent) -> str:
    """The route whose outbox `event` goes into."""
    return cards_of(event.to.route) if isinstance(event, Card) else event.to.route
