"""What a claim says that can be worked out or looked up."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guards.base import Document
from guards.claims.arithmetic import check_arithmetic
from guards.claims.dates import GREGORIAN, check_dates
from guards.claims.exact import exact
from guards.claims.numbers import readings, written
from guards.claims.ordinals import asked

YES, NO = "supported", "contradicted"

RULES = Document(
    "The Rules of the Quiet Garden",
    "Walk slowly.\nNever pick the blue flowers.\nThe gate closes at nine.\nFeed the fish on Sundays.\nLeave as you came.",
)
REGLAS = Document(
    "Las reglas del jardín tranquilo",
    "Camina despacio.\nNunca arranques las flores azules.\nLa puerta se cierra a las nueve.\nDeja todo como estaba.",
)
STORY = Document(
    "The Lantern Maker",
    "The lantern maker lived by the sea. Every evening she lit one lamp for each boat. Nobody paid her for it.\n\n"
    "When the storm came, all the boats found their way home.",
)
LIBRARY = (RULES, REGLAS, STORY)


def said(claim: str, question: str = "") -> list[tuple[str, str, str]]:
    return [(one.kind, one.verdict, one.right) for one in exact(claim, LIBRARY, question)]


@pytest.mark.parametrize(
    ("claim", "verdict", "right"),
    [
        ("17 × 23 is 391.", YES, "391"),
        ("17 x 23 = 381", NO, "391"),
        ("Two plus two is five.", NO, "4"),
        ("Dos más dos son cuatro.", YES, "4"),
        ("Cuarenta y dos por dos es 84", YES, "84"),
        ("twenty-one times two is forty-two", YES, "42"),
        ("15% of 80 is 12", YES, "12"),
        ("El 15 % de 80 es 13.", NO, "12"),
        ("12 is 25% of 48", YES, "12"),
        ("10 / 3 = 3.33", YES, "3.3333"),
        ("17 × 23 is about 400", YES, "391"),
        ("17 × 23 is about 600", NO, "391"),
        ("1,234.5 + 1 = 1235.5", YES, "1235.5"),
        ("1.000 + 500 = 1.500", YES, "1500"),
        ("2 + 3 × 4 = 20", NO, "14"),
        ("(2 + 3) × 4 = 20", YES, "20"),
        ("-3 + 5 = 2", YES, "2"),
        ("2^10 is 1024", YES, "1024"),
        ("12 squared is 144", YES, "144"),
        ("The square root of 144 is 13.", NO, "12"),
        ("la suma de 5 y 7 es 13", NO, "12"),
        ("half of 30 is 15", YES, "15"),
        ("2 + 2 is not 5", YES, "4"),
        ("9 × 9 > 80", YES, "81"),
        ("3 feet is 36 inches", YES, "36 inches"),
        ("A week has 8 days.", NO, "7 days"),
        ("un día tiene 24 horas", YES, "24 horas"),
        ("1 mile is 1.6 km", YES, "1.6093 km"),
    ],
)
def test_sums_are_worked_out(claim: str, verdict: str, right: str) -> None:
    assert said(claim) == [("arithmetic", verdict, right)]


@pytest.mark.parametrize(
    "claim",
    [
        "Python 3 is 15 years old",
        "She was 12 in 1990 and there are 5 of them.",
        "pages 10-20 is 30",
        "Chapter 2 - 3 is 10 pages",
        "Open 24/7 is 5 words",
        "x + 2 = 5",
        "1/0 = 3",
        "9^99^99 = 1",
        "The 3 of 4 was 5",
        "__import__('os').system('ls') = 1",
        "A year has 365 days.",
        "1 dollar is 1 euro",
        "5 km is 5 hours",
        "one is two",
        "The decimal value of binary 1010 = 8 + 2",
        "10 hours per day = 480 hours",
        "",
    ],
)
def test_what_is_no_sum_is_left_alone(claim: str) -> None:
    assert said(claim) == []


@given(
    st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9), st.sampled_from("+-*×"), st.integers(-3, 3)
)
def test_any_sum_is_right_exactly_where_it_is(one: int, other: int, sign: str, off: int) -> None:
    right = {"+": one + other, "-": one - other}.get(sign, one * other)
    (found,) = check_arithmetic(f"({one}) {sign} ({other}) = {right + off}")
    assert (found.verdict == YES) == (off == 0)
    assert found.right == str(right)


@given(st.text(alphabet="0123456789.,+-*/^()%=<> ofisdeplustimes√²x", max_size=120))
def test_no_text_breaks_the_arithmetic(text: str) -> None:
    for one in check_arithmetic(text):
        assert 0 <= one.start < one.end <= len(text)


@given(st.integers(0, 10**12), st.integers(0, 999))
def test_a_number_is_read_as_either_custom_writes_it(whole: int, thousandths: int) -> None:
    wanted = whole + Fraction(thousandths, 1000)
    english = f"{whole:,}.{thousandths:03}"
    spanish = english.translate(str.maketrans(",.", ".,"))
    assert wanted in readings(english)
    assert wanted in readings(spanish)
    assert Fraction(written(wanted)) == wanted


@pytest.mark.parametrize(
    ("claim", "verdict", "right"),
    [
        ("July 4, 1776 was a Thursday.", YES, "Thursday"),
        ("July 4, 1776 was a Monday.", NO, "Thursday"),
        ("The 25th of December, 2021 fell on a Saturday", YES, "Saturday"),
        ("2026-11-28 is a Saturday", YES, "Saturday"),
        ("It came out on Friday, 3 December 2008.", NO, "Wednesday"),
        ("July 4, 1776 was not a Monday", YES, "Thursday"),
        ("November 28, 2026 (Saturday)", YES, "Saturday"),
        ("El 4 de julio de 1776 fue jueves.", YES, "jueves"),
        ("Se firmó el lunes 4 de julio de 1776.", NO, "jueves"),
        ("El 4 de julio de 1776 no fue lunes.", YES, "jueves"),
        ("It was released on February 30, 2020.", NO, "2020-02-29"),
        ("Salió el 31 de abril de 2021.", NO, "2021-04-30"),
        ("2024 was a leap year", YES, "366"),
        ("1900 fue bisiesto", NO, "365"),
        ("1900 was not a leap year", YES, "365"),
        ("From January 1, 2020 to March 1, 2020 there are 60 days.", YES, "60 days"),
        ("Entre el 1 de enero de 2020 y el 1 de marzo de 2020 hay 50 días.", NO, "60 días"),
    ],
)
def test_dates_are_counted(claim: str, verdict: str, right: str) -> None:
    assert said(claim) == [("date", verdict, right)]


def test_days_of_the_older_calendar_are_left_alone_or_may_be_meant() -> None:
    assert said("October 12, 1492 was a Friday.") == []
    # In London it was still the older calendar.
    assert said("January 30, 1649 was a Tuesday.")[0][1] == YES
    assert said("January 30, 1649 was a Saturday.")[0][1] == YES
    assert said("January 30, 1649 was a Sunday.")[0][1] == NO


_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()  # noqa: SIM905


@given(st.dates(date(1753, 1, 1), date(2400, 1, 1)), st.integers(0, 6))
def test_a_weekday_is_right_exactly_where_it_is(day: date, weekday: int) -> None:
    claim = f"{day:%B} {day.day}, {day.year} was a {_DAYS[weekday]}."
    (found,) = check_dates(claim)
    assert (found.verdict == YES) == (day.weekday() == weekday)


@given(st.dates(GREGORIAN, date(2400, 1, 1) - timedelta(1)))
def test_every_day_that_there_is_is_accepted(day: date) -> None:
    assert check_dates(f"on {day.isoformat()}") == []


@pytest.mark.parametrize(
    ("claim", "question", "expected"),
    [
        ('The third rule of the Quiet Garden is "The gate closes at nine."', "",
         [("ordinal", YES, "The gate closes at nine.")]),
        ('The third rule of the Quiet Garden is "Walk slowly."', "", [("ordinal", NO, "The gate closes at nine.")]),
        ("The second line of The Quiet Garden reads: Never pick the blue flowers.", "",
         [("ordinal", YES, "Never pick the blue flowers.")]),
        ('The last sentence of the Quiet Garden is "Feed the fish on Sundays."', "",
         [("ordinal", NO, "Leave as you came.")]),
        ('The second-to-last rule of the Quiet Garden is "Feed the fish".', "",
         [("ordinal", YES, "Feed the fish on Sundays.")]),
        ('It is "Walk slowly."', "Can you give me the third rule of the Quiet Garden?",
         [("ordinal", NO, "The gate closes at nine.")]),
        ("La tercera frase de las reglas del jardín tranquilo es «La puerta se cierra a las nueve».", "",
         [("ordinal", YES, "La puerta se cierra a las nueve.")]),
        ("La tercera frase de las reglas del jardín tranquilo es «Camina despacio».", "",
         [("ordinal", NO, "La puerta se cierra a las nueve.")]),
        ('The second sentence of "The Lantern Maker" is unknown to me', "", []),
        ("The second sentence of The Lantern Maker is: Every evening she lit one lamp for each boat.", "",
         [("ordinal", YES, "Every evening she lit one lamp for each boat.")]),
        ('The third rule of the Loud Garden is "Sing".', "", []),
        ('The ninth rule of the Quiet Garden is "Sing".', "", []),
        ('The third rule of the Quiet Garden is not "Sing".', "", []),
    ],
)  # fmt: skip
def test_the_nth_sentence_is_looked_up(
    claim: str, question: str, expected: list[tuple[str, str, str]]
) -> None:
    assert said(claim, question) == expected


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ('The Lantern Maker says "nobody paid her for it".', [("quotation", YES, "nobody paid her for it")]),
        ('As someone wrote, "Every evening she lit … each boat".',
         [("quotation", YES, "Every evening she lit … each boat")]),
        ('The Lantern Maker says "Every morning she lit one lamp for each boat."',
         [("quotation", NO, "Every evening she lit one lamp for each boat.")]),
        ('Someone once said "Every morning she lit one lamp for each boat."', []),
        ('The Lantern Maker says "I never liked the rain in Spain".', []),
        ('She said "no way".', []),
        ("El jardín tranquilo dice «Nunca arranques las flores rojas».",
         [("quotation", NO, "Nunca arranques las flores azules.")]),
    ],
)  # fmt: skip
def test_quotations_are_compared_with_the_documents(claim: str, expected: list[tuple[str, str, str]]) -> None:
    assert said(claim) == expected


@pytest.mark.parametrize(
    ("text", "number", "unit", "title"),
    [
        ("Can you provide the third sentence of the Zen of Python?", 3, "sentence", "the Zen of Python"),
        ("the 12th line of Hamlet", 12, "line", "Hamlet"),
        ("¿Cuál es la última palabra del Quijote?", -1, "word", "Quijote"),
        ("the third-to-last verse of Ozymandias is here", -3, "item", "Ozymandias"),
    ],
)
def test_what_is_asked_for_is_understood(text: str, number: int, unit: str, title: str) -> None:
    found = asked(text)
    assert found is not None
    assert (found.number, found.unit, found.title) == (number, unit, title)


@given(st.text(max_size=200), st.text(max_size=300))
def test_no_text_breaks_a_check(claim: str, text: str) -> None:
    for one in exact(claim, [Document("Title", text)], claim):
        assert 0 <= one.start < one.end <= len(claim)
