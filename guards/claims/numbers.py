"""Numbers as people write them: in digits of either custom, and in English and Spanish words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

LONGEST = 30
"""Characters of the longest number that is read."""

_PLAIN = re.compile(r"\d+")
_GROUPED = {
    ",": re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?"),
    ".": re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?"),
}
_SPACED = re.compile(r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?")
_DECIMAL = re.compile(r"\d+[.,]\d+")

_UNITS = {
    word: number
    for number, words in enumerate(
        (
            "zero cero", "one uno un una", "two dos", "three tres", "four cuatro", "five cinco", "six seis",
            "seven siete", "eight ocho", "nine nueve", "ten diez", "eleven once", "twelve doce", "thirteen trece",
            "fourteen catorce", "fifteen quince", "sixteen dieciséis dieciseis", "seventeen diecisiete",
            "eighteen dieciocho", "nineteen diecinueve", "twenty veinte", "veintiuno veintiún veintiun",
            "veintidós veintidos", "veintitrés veintitres", "veinticuatro", "veinticinco", "veintiséis veintiseis",
            "veintisiete", "veintiocho", "veintinueve",
        )
    )
    for word in words.split()
}  # fmt: skip
_TENS = {
    word: 10 * number
    for number, words in enumerate(
        (
            "thirty treinta", "forty cuarenta", "fifty cincuenta", "sixty sesenta", "seventy setenta",
            "eighty ochenta", "ninety noventa",
        ),
        3,
    )
    for word in words.split()
} | {"twenty": 20}  # fmt: skip
_HUNDREDS = {
    word: 100 * number
    for number, words in enumerate(
        ("cien ciento", "doscientos doscientas", "trescientos trescientas", "cuatrocientos cuatrocientas",
         "quinientos quinientas", "seiscientos seiscientas", "setecientos setecientas", "ochocientos ochocientas",
         "novecientos novecientas"),
        1,
    )
    for word in words.split()
}  # fmt: skip
_SCALES = {
    "thousand": 1000, "mil": 1000, "million": 10**6, "millions": 10**6, "millón": 10**6, "millon": 10**6, "millones": 10**6,
    "billion": 10**9, "billions": 10**9, "trillion": 10**12,
}  # fmt: skip
WORDS = frozenset({*_UNITS, *_TENS, *_HUNDREDS, *_SCALES, "hundred"})
"""Words that may be in a number."""
ARTICLES = frozenset({"un", "una", "one", "uno"})
"""Those of them that are more often no number."""


def readings(written: str) -> tuple[Fraction, ...]:
    """What a number in digits may stand for: "1.234" is two numbers, "1,234.5" is one; none if it is too long."""
    text = written.strip()
    if not text or len(text) > LONGEST:
        return ()
    found: list[str] = []
    if _PLAIN.fullmatch(text):
        found.append(text)
    for separator, grouped in _GROUPED.items():
        if grouped.fullmatch(text):
            found.append(text.replace(separator, "").replace(",", "."))
    if _SPACED.fullmatch(text):
        found.append(re.sub(r"\s", "", text).replace(",", "."))
    if _DECIMAL.fullmatch(text):
        found.append(text.replace(",", "."))
    return tuple(dict.fromkeys(Fraction(number) for number in found))


def decimals(written: str) -> int:
    """Digits after the mark that separates them, where `written` can be a decimal number."""
    match = re.search(r"[.,](\d+)$", written.strip())
    return len(match.group(1)) if match else 0


def in_words(words: Sequence[str]) -> Fraction | None:
    """The number that lower-case `words` are: "two hundred and five", "cuarenta y dos"; None: they are none."""
    total, current, last = 0, 0, 0
    for word in words:
        if word in ("and", "y"):
            continue
        if word in _SCALES:
            # "million" before "thousand", never the other way round.
            if last and _SCALES[word] >= last:
                return None
            total += max(1, current) * _SCALES[word]
            current, last = 0, _SCALES[word]
        elif word == "hundred":
            current = max(1, current) * 100
        elif word in _HUNDREDS:
            if current:
                return None
            current = _HUNDREDS[word]
        elif word in _TENS:
            if current % 100:
                return None
            current += _TENS[word]
        elif word in _UNITS:
            if current % 10 or (current % 100 and _UNITS[word] > 9):
                return None
            current += _UNITS[word]
        else:
            return None
    return Fraction(total + current) if words else None


def written(number: Fraction, places: int = 6) -> str:
    """`number` for people: whole, or with up to `places` decimals."""
    if number.denominator == 1:
        return str(number.numerator)
    rounded = round(number, places)
    sign, rounded = "-" if rounded < 0 else "", abs(rounded)
    whole, rest = divmod(rounded.numerator * 10**places // rounded.denominator, 10**places)
    digits = f"{rest:0{places}d}".rstrip("0")
    return f"{sign}{whole}.{digits}" if digits else f"{sign}{whole}"
