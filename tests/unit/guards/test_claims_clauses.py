"""Passages that have all words of a claim, and say something else with them."""

from __future__ import annotations

import pytest

from guards.base import Document
from guards.claims.clauses import clauses, told
from guards.claims.marking import drafted, settled

RULES = (
    "Pictures are allowed in every channel, while videos are only allowed in #media. New members must wait 48 hours before "
    "they can post in #market. Trusted members can post there at once."
)
PENALTIES = (
    "After a second warning a member is muted for 3 days; after a third one the member is banned. An appeal is sent to Priya, "
    "not to the moderator who gave the warning. Bans never expire, whereas mutes end by themselves."
)
CLUB = (
    "Marta Olivares modera las sesiones en línea; Julián Pardo modera las presenciales. El club se fundó en 2016 y se trasladó "
    "a la calle Mayor en 2021. El café está abierto todos los días excepto los lunes."
)
PRICES = "La cuota es de 12 euros al año, pero los estudiantes no pagan nada. Sin embargo, los socios pagan el café."
TESTS = "Identity tests are usually faster than equality tests. A string is immutable. Selling accounts is forbidden."


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("Videos are allowed in every channel.", RULES),
        ("Trusted members must wait 48 hours before they can post in #market.", RULES),
        ("After a third warning a member is muted for 3 days.", PENALTIES),
        ("An appeal is sent to the moderator who gave the warning.", PENALTIES),
        ("Mutes never expire.", PENALTIES),
        ("Bans expire.", PENALTIES),
        ("Julián Pardo modera las sesiones en línea.", CLUB),
        ("El club se fundó en 2021.", CLUB),
        ("El club se trasladó a la calle Mayor en 2016.", CLUB),
        ("El café está abierto todos los días.", CLUB),
        ("El café está abierto los lunes.", CLUB),
        ("Los estudiantes pagan 12 euros al año.", PRICES),
        ("Identity tests are usually slower than equality tests.", TESTS),
        ("A string is mutable.", TESTS),
        ("Selling accounts is allowed.", TESTS),
        ("Only moderators read the appeal.", "Moderators read the appeal."),
        ("All moderators read the appeal.", "Moderators read the appeal."),
        ("Music plays until midnight on weekdays.", "Music plays until 22:00 on weekdays and until midnight on weekends."),
        ("Lists are immutable, while tuples are mutable.", "Lists are mutable, while tuples are immutable."),
    ],
)  # fmt: skip
def test_what_a_passage_says_of_something_else_or_denies_is_not_told(claim: str, passage: str) -> None:
    assert not told(claim, Document("", passage))


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("Pictures are allowed in every channel.", RULES),
        ("Videos are allowed in #media.", RULES),
        ("New members must wait 48 hours before they can post in #market.", RULES),
        ("After a third warning the member is banned.", PENALTIES),
        ("An appeal is sent to Priya.", PENALTIES),
        ("Bans never expire.", PENALTIES),
        ("Bans do not expire.", PENALTIES),
        ("Julián Pardo modera las sesiones presenciales.", CLUB),
        ("El club se trasladó a la calle Mayor en 2021.", CLUB),
        ("El club se trasladó en 2021.", CLUB),
        ("El café está abierto todos los días excepto los lunes.", CLUB),
        ("El café no está abierto los lunes.", CLUB),
        ("Los estudiantes no pagan nada.", PRICES),
        ("Los socios pagan el café.", PRICES),
        ("A string is not mutable.", TESTS),
        ("Music plays until midnight on weekends.", "Music plays until 22:00 on weekdays and until midnight on weekends."),
        ("Lists are mutable, while tuples are immutable.", "Lists are mutable, while tuples are immutable."),
        ("The film has more than 60 reviews.", "The film has a score of 63 percent, and 67 reviews."),
        ("The library opens at nine.", "The library was founded in 1987. It opens at nine."),
        ("Whales sing.", ""),
    ],
)  # fmt: skip
def test_what_a_passage_says_of_the_same_is_told(claim: str, passage: str) -> None:
    assert told(claim, Document("", passage))


WHEN = "The museum opens at nine. In summer the garden is open, too, and when it rains there is tea."
ENTRE = "El museo abre a las nueve. En verano también se abre el jardín."


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("In winter the museum opens at nine.", WHEN), ("In winter, the museum opens at nine.", WHEN),
        ("At night members find the museum open.", WHEN), ("When it snows, the museum opens at nine.", WHEN),
        ("If the moon is full, the museum opens at nine.", WHEN), ("Before breakfast, the museum opens at nine.", WHEN),
        ("En invierno el museo abre a las nueve.", ENTRE), ("Cuando nieva, el museo abre a las nueve.", ENTRE),
        ("Después de la tormenta, el museo abre a las nueve.", ENTRE),
    ],
)  # fmt: skip
def test_a_time_place_or_condition_that_the_passage_lacks_is_not_told(claim: str, passage: str) -> None:
    assert not told(claim, Document("", passage))


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("In summer, the garden is open.", WHEN), ("When it rains, there is tea.", WHEN), ("In general, the museum opens at nine.", WHEN),
        ("In the first place the museum opens at nine.", WHEN), ("In fact, the museum opens at nine.", WHEN),
        ("Por ejemplo, el museo abre a las nueve.", ENTRE), ("En verano, se abre el jardín.", ENTRE),
        ("At the Prado, the museum opens at nine.", WHEN),
    ],
)  # fmt: skip
def test_one_that_it_has_or_that_only_leads_on_is_told(claim: str, passage: str) -> None:
    assert told(claim, Document("", passage))


def test_a_time_in_the_title_needs_no_place_in_the_passage() -> None:
    assert told(
        "In winter, the museum opens at ten.", Document("The museum in winter", "The museum opens at ten.")
    )


def test_what_the_title_names_needs_no_place_in_the_passage() -> None:
    passage = "It was written by Tim Peters. It lists principles."
    assert told("The Zen was written by Tim Peters.", Document("The Zen of Python", passage))


def test_clauses_end_where_a_contrast_begins() -> None:
    found = clauses("Ana sings, but Bo plays; Cleo neither sings nor plays. Dan dances and Eva paints.")
    assert [(clause.stems, clause.after, clause.sentence) for clause in found] == [
        (("ana", "sing"), "end", 0),
        (("bo", "play"), "but", 0),
        (("cle", "sing", "play"), "but", 0),
        (("dan", "danc"), "end", 1),
        (("eva", "paint"), "and", 1),
    ]
    assert found[2].denies
    assert found[2].denied == {"sing", "play"}


@pytest.mark.parametrize(("claim", "verdict"), [("Videos are allowed in every channel.", "unverifiable"), ("Pictures are allowed in every channel.", "supported")])  # fmt: skip
def test_what_is_told_of_something_else_stays_open(claim: str, verdict: str) -> None:
    drafts = drafted(claim)
    (found,) = settled(drafts, [[Document("Rules", RULES)]])
    assert found.verdict == verdict
