"""What a summary says otherwise than what it sums up, and what it adds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.base import CommandUse, Final
from guards.claims.summed import strays
from tests.scripted import ScriptedModel
from tests.unit.engine_parts import Bench

TALK = (
    "The Kiosk meetup begins at 19:30 on Friday.",
    "Priya brings 12 chairs, and Tomasz Wilk brings the projector.",
)
FAITHFUL = "The meetup begins at 19:30 on Friday. Priya brings 12 chairs, and Tomasz Wilk the projector."


async def summed_up(summary: str, *said: str, text: str = "", **fields: object) -> Final:
    bench = Bench(ScriptedModel(*["Noted."] * len(said), summary))
    for each in said:
        await bench.say(each)
    command = CommandUse("summarize", {"text": text} if text else {})
    ending = await bench.say("", command=command, **fields)
    assert isinstance(ending, Final), ending
    return ending


async def test_a_faithful_summary_has_no_marks() -> None:
    assert (await summed_up(FAITHFUL, *TALK)).annotations == ()
    assert (await summed_up(FAITHFUL, text=" ".join(TALK))).annotations == ()


async def test_a_name_that_nobody_said_is_named() -> None:
    (mark,) = (await summed_up(f"{FAITHFUL} They all go to Café Lumen afterwards.", *TALK)).annotations
    assert (mark.mark, mark.note) == ("unverifiable", "I found nothing on Café Lumen.")


async def test_a_name_in_anothers_place_is_wrong() -> None:
    (mark,) = (await summed_up(FAITHFUL.replace("Tomasz Wilk", "Oren Baptiste"), *TALK)).annotations
    assert (mark.mark, mark.source) == ("contradicted", "Ana")


async def test_a_number_that_nobody_said_is_doubted() -> None:
    for ending in (
        await summed_up(FAITHFUL.replace("12", "40"), *TALK),
        await summed_up(FAITHFUL.replace("12", "40"), text=" ".join(TALK)),
    ):
        (mark,) = ending.annotations
        assert mark.mark in ("unverifiable", "contradicted")
        assert "40" in ending.text[mark.start : mark.end]


async def test_what_a_message_says_otherwise_is_shown_under_its_authors_name() -> None:
    said = "The library was founded in 1987 by Elena Ruiz."
    (mark,) = (await summed_up("The library was founded in 1993 by Elena Ruiz.", said)).annotations
    assert (mark.mark, mark.source) == ("contradicted", "Ana")
    assert "1987" in mark.note


async def test_a_wrong_sum_that_somebody_made_is_theirs() -> None:
    assert (await summed_up("17 times 23 is 381.", "I say 17 times 23 is 381.")).annotations == ()


@pytest.mark.parametrize(
    ("summary", "source", "says"),
    [
        ("They meet in Room B at 10:30.", "We meet in Room B at 10:30.", []),
        ("They meet in Room C.", "We meet in Room B.", ["Room C"]),
        ("Three members asked about PyPI.", "Ana: PyPI? Bo: pypi. Cleo: pypi!", []),
        ("Forty members asked.", "Ana: yes. Bo: yes.", ["forty"]),
        ("El taller cerró en 2020 y Rosa Ibáñez lo reabrió.", "El taller cerró en 2019; Rosa Ibáñez lo reabrió.", ["2020"]),
        ("Participants agreed.", "ok", []),
        ("- **Ana** will call Hugo Lema.\n- Bo will pay.", "Ana: I call Hugo. Bo: I pay.", ["Hugo Lema"]),
        ("## Plan of Marta\n\nThey agreed.", "ok", []),
        ("The capital of Spain is Madrid, and it is the largest.", "La capital de España es Madrid, y es la más grande.", []),
        ("", "ok", []),
    ],
)  # fmt: skip
def test_names_and_numbers_that_are_not_in_the_text_are_found(
    summary: str, source: str, says: list[str]
) -> None:
    assert [claim.says for claim in strays(summary, [source])] == says


def test_a_name_far_down_in_a_long_text_is_found() -> None:
    assert strays("It was about Hugo Lema.", ["word " * 10_000 + "Hugo Lema came."]) == []


PIECES = st.sampled_from(
    (
        "Ana ",
        "Bo Li said 12. ",
        "½ ",
        "٣ ",
        "1,000 ",
        "- x\n",
        "# H\n",
        "```\n",
        "**B** ",
        "\ud800",
        "«x» ",
        "doce ",
    )
)
TEXTS = st.lists(PIECES | st.text(max_size=8), max_size=25).map("".join)


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.lists(TEXTS, max_size=3))
def test_no_summary_breaks_it_and_what_it_finds_is_in_the_summary(summary: str, texts: list[str]) -> None:
    assert all(0 <= claim.start < claim.end <= len(summary) for claim in strays(summary, texts))
