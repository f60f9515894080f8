"""Numbers, months, weekdays and ordinals of a statement, and those that stand in their place in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from guards.claims.plain import SMALL
from guards.claims.texts import Text

_CALENDAR_LIST = (
    (
        "january/enero february/febrero march/marzo april/abril may/mayo june/junio july/julio august/agosto "
        "september/septiembre october/octubre november/noviembre december/diciembre"
    ),
    (
        "monday/mondays/lunes tuesday/tuesdays/martes wednesday/wednesdays/miercoles thursday/thursdays/jueves "
        "friday/fridays/viernes saturday/saturdays/sabado/sabados sunday/sundays/domingo/domingos"
    ),
)
_CALENDAR = tuple(
    {name: number for number, names in enumerate(group.split()) for name in names.split("/")}
    for group in _CALENDAR_LIST
)
_ORDINALS_LIST = (
    "second/segundo/segunda third/tercer/tercero/tercera fourth/cuarto/cuarta fifth/quinto/quinta sixth/sexto/sexta "
    "seventh/septimo/septima eighth/octavo/octava ninth/noveno/novena tenth/decimo/decima"
)
_ORDINALS = {
    name: number for number, names in enumerate(_ORDINALS_LIST.split(), 2) for name in names.split("/")
}


_ORDINAL = re.compile(r"(\d{1,6})(?:st|nd|rd|th|ª|º)")
_UNITS_LIST = (
    (
        "second seconds minute minutes hour hours day days week weeks month months year years segundo segundos minuto minutos "
        "hora horas dia dias semana semanas mes meses ano anos"
    ),
    "euro euros dollar dollars pound pounds cent cents dolar dolares peso pesos libra libras centimo centimos",
    "time times vez veces",
    "metre metres meter meters kilometre kilometres kilometer kilometers mile miles metro metros kilometro kilometros milla millas",
)
_UNITS = {word: f"#{number}" for number, group in enumerate(_UNITS_LIST) for word in group.split()}
"""Units in which the same is measured."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A number between its neighbours."""

    value: float
    relation: int
    """1: more than it, -1: less, 0: it."""
    year: bool
    before: str
    after: str
    """The stems of the telling words beside it; "" where there is none."""


def slots(text: Text, *, ones: bool = False) -> list[Slot]:
    """The numbers of a text; `ones`: with "one", "una" as numbers."""
    single = [
        Slot(1.0, 0, False, "", _beside(text, at, 1, set()))
        for at, word in enumerate(text.words)
        if ones and word in ("one", "un", "una", "once")
    ]
    return single + _numbers(text)


def _numbers(text: Text) -> list[Slot]:
    at_number = {number.at for number in text.numbers}
    return [
        Slot(number.value, number.relation, number.year, _beside(text, number.at, -1, at_number), _beside(text, number.at, 1, at_number))
        for number in text.numbers
        if not _ORDINAL.search(text.words[number.at])
    ]  # fmt: skip


def _beside(text: Text, at: int, step: int, numbers: set[int]) -> str:
    at += step
    for _ in range(2):
        if 0 <= at < len(text.words) and at not in numbers and (text.words[at] not in SMALL):
            return _UNITS.get(text.words[at], text.stems[at])
        at += step
    return ""


def replaced(said: Text, there: Text, *, surely: bool) -> bool:
    """Whether another number stands in `there` where a text says one that is not in it.

    `surely`: between the same words, so that nothing else can be meant.
    """
    known = {number.value for number in there.numbers}
    for slot in slots(said):
        if slot.value in known:
            continue
        for other in slots(there, ones=True):
            same = (slot.before and slot.before == other.before) or (slot.after and slot.after == other.after)
            if (
                slot.year == other.year
                and (slot.year or slot.relation == other.relation)
                and (same or not surely)
            ):
                return True
    return False


def dated_otherwise(said: Text, there: Text) -> bool:
    """Whether `there` has another month or weekday instead."""
    for group in _CALENDAR:
        wanted = {group[word] for word in said.words if word in group}
        found = {group[word] for word in there.words if word in group}
        if wanted and found and not wanted & found:
            return True
    return False


def beyond(said: Text, there: Text) -> bool:
    """Whether a text speaks of the fourth of something of which `there` has only three."""
    counts = {slot.after: slot.value for slot in slots(there) if slot.after and not slot.year}
    return any(counts.get(stem, number) < number for number, stem in _ordinals(said))


def _ordinals(text: Text) -> Iterator[tuple[int, str]]:
    for at, word in enumerate(text.words[:-1]):
        digits = _ORDINAL.fullmatch(word)
        if digits or word in _ORDINALS:
            yield int(digits[1]) if digits else _ORDINALS[word], text.stems[at + 1]
