"""All rows: the families of the files, and those that programs put together."""

from __future__ import annotations

import random
from typing import TypedDict

from guards.training.written.compose import composed
from guards.training.written.grammar import Family, choices, dice, families, fill
from guards.training.written.noise import roughen

SEED = 20240
_MOST = 7
"""Texts of one template at most: more would be the same text again."""
_LONGEST = 1500
_MAIN = ("en", "es")

_CALLS = ("@{bot} ", "{bot}, ", "{bot}: ", "<@{digits}> ", "hey {bot} ", "@{bot}: ", "{bot} ")


class Row(TypedDict):
    """One training text."""

    text: str
    label: int
    kind: str
    lang: str
    source: str
    family: str


def _call(text: str, lang: str, chance: random.Random) -> str:
    name = fill(chance.choice(_CALLS), lang, chance)
    return f"{name} {text}" if chance.random() < 0.8 else f"{text} {name.strip(' :,')}"


def _texts(family: Family, chance: random.Random) -> list[str]:
    """The family's texts, each once; more of a template the more of its places vary."""
    found: dict[str, None] = {}
    for template in family.templates:
        varied = 0 if "once" in family.marks else choices(template, family.lang)
        varied += bool(varied) and family.lang not in _MAIN  # these have fewer templates
        for _ in range(min(_MOST, 1 + varied)):
            text = fill(template, family.lang, chance)
            if "raw" not in family.marks:
                text = roughen(text, family.lang, chance)
            if "bot" in family.marks and "\n" not in text and chance.random() < 0.12:
                text = _call(text, family.lang, chance)
            if len(text) <= _LONGEST:
                found[text] = None
    return list(found)


def rows(seed: int = SEED) -> list[Row]:
    """Every row, the same for the same seed."""
    found: list[Row] = []
    seen: set[str] = set()
    for family in [*(one for one in families() if one.kind != "list"), *composed(seed)]:
        chance = dice(seed, family.lang, family.name)
        for text in _texts(family, chance):
            key = " ".join(text.casefold().split())
            if key in seen:
                continue
            seen.add(key)
            found.append(
                Row(
                    text=text,
                    label=family.label,
                    kind=family.kind,
                    lang=family.lang,
                    source="sereno_written",
                    family=f"{family.lang}.{family.name}",
                )
            )
    return found
