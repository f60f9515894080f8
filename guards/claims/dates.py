"""Dates that a claim states: which weekday one was, whether it exists, how far two are apart, leap years."""

from __future__ import annotations

import re
from calendar import isleap, monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from guards.claims.checks import Check, check
from guards.claims.features import is_spanish

GREGORIAN = date(1582, 10, 15)
"""Before it nobody counted as we do."""
EVERYWHERE = date(1752, 9, 14)
"""From here on the English-speaking world did, too."""
JULIAN_LAG = 11
"""Days by which a date of the older calendar may be behind, at most, up to `EVERYWHERE`."""
MOST_CHARS = 1_000

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan enero", "february feb febrero", "march mar marzo", "april apr abril", "may mayo",
            "june jun junio", "july jul julio", "august aug agosto", "september sept sep septiembre setiembre",
            "october oct octubre", "november nov noviembre", "december dec diciembre",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_ENGLISH = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SPANISH = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
_WEEKDAYS = {name.lower(): number for names in (_ENGLISH, _SPANISH) for number, name in enumerate(names)}
_WEEKDAYS |= {"miercoles": 2, "sabado": 5}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_WEEKDAY = "|".join(_WEEKDAYS)
_DATE = re.compile(
    rf"\b(?:(?P<m1>{_MONTH})\.?\s+(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?:of\s+)?(?P<y1>\d{{4}})"
    rf"|(?P<d2>\d{{1,2}})(?:st|nd|rd|th|º)?\s+(?:of\s+|de\s+)?(?P<m2>{_MONTH})\.?,?\s+(?:of\s+|de\s+|del\s+)?(?P<y2>\d{{4}})"
    r"|(?P<y3>\d{4})-(?P<m3>\d{2})-(?P<d3>\d{2}))\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(rf"\b(?P<day>{_WEEKDAY}),?\s+(?:the\s+|el\s+|día\s+)?$", re.IGNORECASE)
_SAYS = re.compile(
    r"\s*,?\s*(?:(?:which|that|que)\s+)?"
    r"(?P<no>no\s+)?(?:(?P<is>was|is|fell\s+on|falls\s+on|will\s+be|fue|era|es|cayó\s+en|cae\s+en|será)\s+(?P<not>not\s+)?"
    rf"(?:on\s+)?(?:a\s+|un\s+|en\s+)?|\(\s*)(?P<day>{_WEEKDAY})\b",
    re.IGNORECASE,
)
_ASKED = re.compile(rf"\b(?P<day>{_WEEKDAY})\s+(?:is|was|es|fue)\s+(?:the\s+|el\s+)?$", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_APART = re.compile(
    r"(?P<number>\d[\d.,]*)\s+(?P<unit>days?|weeks?|días?|semanas?)\b|\b(?:between|entre|from|de|del|desde)\b",
    re.IGNORECASE,
)
_LEAP = re.compile(
    r"\b(?P<year>\d{4})\s+(?P<is>(?:was|is|will\s+be|fue|es|era|será)(?P<not1>\s+not|n't)?|(?P<not2>no)\s+(?:fue|es|era|será))\s+"
    r"(?:a\s+|un\s+)?(?:año\s+)?(?:leap\s+year|bisiesto)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Written:
    start: int
    end: int
    day: date | None
    """None: there is no such day."""
    last: str
    """The last day of its month; "" where there is no such month."""


def check_dates(claim: str) -> list[Check]:
    """What `claim` says about dates that can be counted; days before 15 October 1582 are left alone."""
    text = claim[:MOST_CHARS]
    if not _DIGIT.search(text):
        return []
    dates = list(_dates(text))
    names = _SPANISH if dates and is_spanish(text) else _ENGLISH
    found = [check("date", (at.start, at.end), holds=False, right=at.last) for at in dates if at.day is None]
    for at in dates:
        if at.day is not None and at.day >= GREGORIAN:
            found += _weekday(text, at, at.day, names)
    found += _apart(text, [at for at in dates if at.day is not None and at.day >= EVERYWHERE])
    return sorted([*found, *_leaps(text)], key=lambda one: one.start)


def _dates(text: str) -> Iterator[_Written]:
    for match in _DATE.finditer(text):
        year, month, day = (
            next(value for value in (match[f"{part}{way}"] for way in "123") if value is not None)
            for part in "ymd"
        )
        number = _MONTHS.get(month.lower()) or int(month) if not month.isdigit() else int(month)
        days = monthrange(int(year), number)[1] if 1 <= number <= 12 and int(year) else 0
        last = f"{int(year):04}-{number:02}-{days}" if days else ""
        yield _Written(*match.span(), _day(int(year), number, int(day)), last)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _weekday(text: str, at: _Written, day: date, names: tuple[str, ...]) -> Iterator[Check]:
    before = text[max(0, at.start - 30) : at.start]
    said = _BEFORE.search(before) or _ASKED.search(before)
    if said:
        yield _compared(day, said["day"], (at.start - len(before) + said.start(), at.end), names)
    after = _SAYS.match(text, at.end)
    if after:
        denied = bool(after["not"] or after["no"])
        result = _compared(day, after["day"], (at.start, after.end()), names)
        if denied:
            holds = result.verdict == "contradicted"
            result = check("date", (result.start, result.end), holds=holds, right=result.right)
        yield result


def _compared(day: date, said: str, span: tuple[int, int], names: tuple[str, ...]) -> Check:
    number = _WEEKDAYS[said.lower()]
    # By the older calendar the same date was another day: it may be meant.
    older = day < EVERYWHERE and number in {(day.toordinal() + lag - 1) % 7 for lag in (10, JULIAN_LAG)}
    return check("date", span, holds=number == day.weekday() or older, right=names[day.weekday()])


def _apart(text: str, dates: list[_Written]) -> Iterator[Check]:
    if len(dates) != 2:
        return
    words = list(_APART.finditer(text))
    numbers = [match for match in words if match["number"]]
    if len(numbers) != 1 or len(words) < 2:
        return
    stated, unit = numbers[0]["number"].replace(",", "").replace(".", ""), numbers[0]["unit"].lower()
    first, second = (at.day for at in dates)
    assert first is not None
    assert second is not None
    days = abs((second - first).days)
    weeks = unit.startswith(("w", "s"))
    if weeks and days % 7:
        return
    right = days // 7 if weeks else days
    # With or without the first day: both are usual.
    holds = int(stated) == right or (not weeks and int(stated) == days + 1)
    start, end = min(dates[0].start, numbers[0].start()), max(dates[1].end, numbers[0].end())
    yield check("date", (start, end), holds=holds, right=f"{right} {numbers[0]['unit']}")


def _leaps(text: str) -> Iterator[Check]:
    for match in _LEAP.finditer(text):
        year = int(match["year"])
        leap = isleap(year)
        denied = bool(match["not1"] or match["not2"])
        if year >= GREGORIAN.year:
            yield check("date", match.span(), holds=leap != denied, right="366" if leap else "365")
