"""Named things in a question: names in capitals, titles in quotation marks, code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from guards.claims.words import GROUPS_OF
from guards.premises.premise import Word, words

LONGEST = 9
"""Words of the longest name."""

_JOINS = frozenset(["of", "van", "von", "der", "den", "de", "del", "da", "dos", "do", "di", "du", "for"])
_AFTER_JOINS = frozenset(["the", "la", "las", "los", "el", "der", "den"])
_NEVER_LIST = (
    # No names, though a sentence begins with them.
    "why when where who whom whose what which how can could would will should do does did is are was were has have had "
    "please hi hello hey ok okay so and but or if since given now that because after before while the a an my our your in "
    "on at to from by for with of about tell explain describe list show give name summarize summarise quote write say "
    "remind i i'm i've i'd i'll it it's there this these those not no yes any some every all both also just also then "
    "considering seeing despite although though even until during according as be let's thanks thank good morning sereno "
    "por para que cuando donde quien quienes cual cuales como cuanto cuanta cuantos cuantas es son era fue eran fueron ha "
    "han hay el la los las un una unos unas y o pero si ya dado puesto ahora aunque desde hasta en de del al a con sin "
    "sobre segun mi mis tu tus su sus me te se lo le les no explica explicame dime cuentame describe describeme resume "
    "resumeme enumera muestra muestrame cita oye hola buenas buenos gracias sabes podrias puedes puede alguien esto eso "
    "este esta ese esa estos estas tras sabiendo teniendo considerando porque quiero quisiera necesito recuerdame dame "
    "against under over between within without into onto through across among behind beyond except near off toward towards "
    "upon via whose besides beneath above below above inside outside around like unlike whether unless once whenever wherever "
    "contra entre bajo ante hacia mediante durante excepto salvo ademas incluso tampoco tambien aun cada algun alguna "
    "english spanish monday tuesday wednesday thursday friday saturday sunday january february march april may june july "
    "august september october november december"
)
_ARTICLES = frozenset(["al", "el", "la", "las", "los", "le"])
_NEVER = frozenset(_NEVER_LIST.split())
_ROMAN = re.compile(r"[IVXLC]+|\d[\d.]*")
_CODE = re.compile(
    r"[a-z_]\w*(?:\.[a-z_]\w*)+(?:\(\))?|[a-z_]\w*\(\)|--[a-z][\w-]+|@\w+|\w+_\w+", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Thing:
    """A named thing."""

    start: int
    end: int
    text: str
    """Without quotation marks."""
    kind: Literal["name", "title", "code"]


def things(text: str, start: int = 0, end: int | None = None) -> list[Thing]:
    """The named things in `text`, in order."""
    return named(words(text, start, end))


def named(found: Sequence[Word]) -> list[Thing]:
    """The named things among words."""
    result: list[Thing] = []
    index = 0
    while index < len(found):
        word = found[index]
        if word.text[0] in "\"“«'" and len(word.text) > 2:
            result.append(Thing(word.start, word.end, word.text[1:-1].strip(" .,!?"), "title"))
        elif word.text[0] == "`" or _CODE.fullmatch(word.text):
            code = word.text.strip("`")
            if _CODE.fullmatch(code) or word.text[0] == "`":
                result.append(Thing(word.start, word.end, code, "code"))
        elif begins(found, index):
            last = _last(found, index)
            shown = " ".join(each.text for each in found[index : last + 1])
            result.append(
                Thing(word.start, found[last].end, shown.removesuffix("'s").removesuffix("’s"), "name")
            )
            index = last
        index += 1
    return [
        thing for thing in result if sum(char.isalpha() for char in thing.text) > 1 and "__" not in thing.text
    ]


def begins(found: Sequence[Word], index: int) -> bool:
    """Whether a name begins with the word at `index`."""
    word = found[index]
    following = found[index + 1] if index + 1 < len(found) else None
    if (
        index
        and word.plain in _ARTICLES
        and word.text[0].isupper()
        and following
        and following.text[0].isupper()
    ):
        return True  # "Al Pacino", "El Greco"
    if not word.text[0].isupper() or word.plain.removesuffix("'s") in _NEVER:
        return False
    if index == 0 or found[index - 1].plain in {":", ";"}:
        # Any sentence begins with a capital: of a name nobody uses the word otherwise.
        return word.plain not in GROUPS_OF or (len(found) > 1 and found[1].text[0].isupper())
    return True


def _last(found: Sequence[Word], index: int) -> int:
    """The index of the last word of the name that begins at `index`."""
    last = index
    while last + 1 < len(found) and last - index < LONGEST and not found[last].owns:
        following = last + 1
        if found[following].text[0].isupper() or _ROMAN.fullmatch(found[following].text):
            last = following
            continue
        # "Guido van Rossum del Zen": after a whole name another one begins.
        if (
            following < len(found)
            and found[following].plain in _JOINS
            and not (found[following].plain == "del" and last > index)
        ):
            following += 1
            following += following < len(found) and found[following].plain in _AFTER_JOINS
        if following == last + 1 or following >= len(found) or not found[following].text[0].isupper():
            break
        last = following
    return last
