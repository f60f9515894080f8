"""One side of a sum, worked out with fractions: no floats, no eval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

MOST_BITS = 512
"""A number that would have more is not worked out."""

UNITS: dict[str, tuple[str, Fraction]] = {
    word: (kind, Fraction(size))
    for kind, units in {
        "length": {
            "mm millimeter millimeters millimetre millimetres milímetro milímetros": "0.001",
            "cm centimeter centimeters centimetre centimetres centímetro centímetros": "0.01",
            "m meter meters metre metres metro metros": "1",
            "km kilometer kilometers kilometre kilometres kilómetro kilómetros": "1000",
            "inch inches pulgada pulgadas": "0.0254",
            "foot feet ft pie pies": "0.3048",
            "yard yards yarda yardas": "0.9144",
            "mile miles milla millas": "1609.344",
        },
        "time": {
            "second seconds segundo segundos": "1",
            "minute minutes minuto minutos": "60",
            "hour hours hora horas": "3600",
            "day days día días": "86400",
            "week weeks semana semanas": "604800",
        },
        "mass": {
            "mg milligram milligrams miligramo miligramos": "0.000001",
            "g gram grams gramo gramos": "0.001",
            "kg kilogram kilograms kilo kilos kilogramo kilogramos": "1",
            "tonne tonnes tonelada toneladas": "1000",
            "pound pounds lb lbs": "0.45359237",
        },
        "volume": {
            "ml milliliter milliliters millilitre millilitres mililitro mililitros": "0.001",
            "l liter liters litre litres litro litros": "1",
        },
        "data": {
            "bit bits": "1/8", "byte bytes": "1", "kib kibibyte kibibytes": "1024", "mib mebibytes": "1048576",
            "gib gibibytes": "1073741824",
        },
        "": {"dozen docena docenas": "12"},
    }.items()
    for words, size in units.items()
    for word in words.split()
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """A number, a sign or a unit in a text."""

    kind: str
    """A sign, "number", "unit", or "" for what is none of this."""
    start: int
    end: int
    values: tuple[Fraction, ...] = ()
    unit: str = ""
    places: int = 0
    sign: bool = False
    """Whether it is written as a sign, not as a word."""


class Unknown(Exception):
    """What is written is no arithmetic, or too large."""


class Reader:
    """Reads one side: sums of products of powers of values."""

    def __init__(self, tokens: Sequence[Token], chosen: dict[int, Fraction]) -> None:
        self._tokens = tokens
        self._chosen = chosen
        self._at = 0

    def side(self) -> tuple[Fraction, str]:
        """The value in the base unit, and what kind of unit that is."""
        value, kind = self._sum()
        if self._at != len(self._tokens):
            raise Unknown
        return value, kind

    def _next(self) -> str:
        return self._tokens[self._at].kind if self._at < len(self._tokens) else ""

    def _take(self) -> Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _sum(self) -> tuple[Fraction, str]:
        value, kind = self._product()
        while self._next() in ("+", "-"):
            sign = self._take().kind
            other, unit = self._product()
            if unit != kind:
                raise Unknown
            value = _small(value + other if sign == "+" else value - other)
        return value, kind

    def _product(self) -> tuple[Fraction, str]:
        value, kind = self._power()
        while self._next() in ("*", "/", "of"):
            sign = self._take().kind
            other, unit = self._power()
            if unit and kind:
                raise Unknown
            kind = kind or unit
            value = _small(value / other if sign == "/" else value * other)
        return value, kind

    def _power(self) -> tuple[Fraction, str]:
        value, kind = self._value()
        while self._next() in ("²", "³", "^", "%"):
            sign = self._take().kind
            if sign == "%":
                value /= 100
                if self._next() != "of":
                    raise Unknown
                continue
            exponent = Fraction(2 if sign == "²" else 3) if sign != "^" else self._value()[0]
            if exponent.denominator != 1 or abs(exponent) > MOST_BITS or not value:
                raise Unknown
            size = max(value.numerator.bit_length(), value.denominator.bit_length())
            if size * abs(exponent.numerator) > MOST_BITS:
                raise Unknown
            value = value**exponent.numerator
        return value, kind

    def _value(self) -> tuple[Fraction, str]:
        kind = self._next()
        if kind == "-":
            self._take()
            value, unit = self._value()
            return -value, unit
        if kind == "(":
            self._take()
            value, unit = self._sum()
            if self._next() != ")":
                raise Unknown
            self._take()
            return value, unit
        if kind == "number":
            value = self._chosen[self._take().start]
            if self._next() == "unit":
                name, size = UNITS[self._take().unit]
                return _small(value * size), name
            return _small(value), ""
        if kind == "unit":
            # "a day has 24 hours"
            name, size = UNITS[self._take().unit]
            return size, name
        return self._named(kind), ""

    def _named(self, kind: str) -> Fraction:
        if kind not in ("√", "sum", "product", "half", "twice"):
            raise Unknown
        self._take()
        if kind in ("half", "twice"):
            if self._next() == "of":
                self._take()
            value = self._value()[0]
            return value / 2 if kind == "half" else value * 2
        if kind == "√":
            return _root(self._value()[0])
        values = [self._value()[0]]
        while self._next() == "and":
            self._take()
            values.append(self._value()[0])
        if len(values) < 2:
            raise Unknown
        total = Fraction(kind == "product")
        for value in values:
            total = _small(total * value if kind == "product" else total + value)
        return total


def _small(value: Fraction) -> Fraction:
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > MOST_BITS:
        raise Unknown
    return value


def _root(value: Fraction) -> Fraction:
    """The square root, with twelve decimals where it is not rational."""
    if value < 0:
        raise Unknown
    top, bottom = isqrt(value.numerator), isqrt(value.denominator)
    if top * top == value.numerator and bottom * bottom == value.denominator:
        return Fraction(top, bottom)
    return Fraction(isqrt(value.numerator * 10**24 // value.denominator), 10**12)
