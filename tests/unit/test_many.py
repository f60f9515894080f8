"""One card for many cases: what it says, and that each platform can show it."""

from __future__ import annotations

from adapters.base import Card, ConversationRef, ReplyTo, Started
from adapters.cards import Group
from adapters.discord.cards import embed_of
from adapters.slack.cards import blocks_of, heading_of
from bot.many import is_new, together

MODS = ConversationRef("discord", "42", "mods")
TO = ReplyTo("discord")


def card(number: int, locale: str = "en") -> Card:
    return Card(f"card-{number:012x}", 1, MODS, TO, f"{number:012x}", number, "A case", locale=locale)


def test_one_card_stands_for_all_of_them() -> None:
    many = together(card(4), card(9))
    assert many.title == "Cases #4 to #9 came too fast for a card each."
    assert (many.ref, many.to, many.buttons, many.about) == (MODS, TO, (), None)
    assert together(card(4), card(5, "es")).title.startswith("Los casos #4 a #5")


def test_nothing_but_a_new_case_is_passed_over() -> None:
    decided = Card("card-a", 2, MODS, TO, "a", 3)
    filed = Card("filed-a", 1, MODS, TO, "a", 3)
    assert is_new(card(4))
    for other in (decided, filed, together(card(4), card(5)), Started("t", 1, MODS, TO)):
        assert not is_new(other)


def test_each_platform_shows_it() -> None:
    many = together(card(4), card(9))
    group = Group(0.0, (many,))
    embed = embed_of(group)
    assert "4 to " in (embed.title or "")
    assert [field.value for field in embed.fields] == ["/guardlog recent, /guard console"]
    assert "#4 to #9" in heading_of(group)
    assert "/guardlog recent" in str(blocks_of(group, "https://example.slack.com/", ""))
