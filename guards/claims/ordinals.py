"""The n-th sentence of a document: what a claim says it is, and what it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain

from guards.base import Document
from guards.claims.checks import Check, check
from guards.claims.plain import SMALL, foreign, names, words
from guards.claims.quotations import LONGEST, MOST_CHARS, MOST_DOCUMENTS, quoted
from guards.claims.sentences import sentences

SAME = 0.93
"""So alike words are the same but for a slip."""
OTHER = 0.5
"""Below this they are others; between the two only where another unit of the document is more alike."""
SHORT_LINE = 160
"""A document whose lines are no longer is a list: its lines are its aphorisms, rules, items."""

_ORDINALS = (
    "first primer primera primero", "second segundo segunda", "third tercer tercera tercero", "fourth cuarto cuarta",
    "fifth quinto quinta", "sixth sexto sexta", "seventh séptimo séptima", "eighth octavo octava",
    "ninth noveno novena", "tenth décimo décima", "eleventh undécimo undécima decimoprimera",
    "twelfth duodécimo duodécima decimosegunda", "thirteenth decimotercero decimotercera",
    "fourteenth decimocuarto decimocuarta", "fifteenth decimoquinto decimoquinta",
    "sixteenth decimosexto decimosexta", "seventeenth decimoséptimo decimoséptima",
    "eighteenth decimoctavo decimoctava", "nineteenth decimonoveno decimonovena", "twentieth vigésimo vigésima",
)  # fmt: skip
_NUMBER = {word: number for number, forms in enumerate(_ORDINALS, 1) for word in forms.split()}
_NUMBER |= {
    "last": -1,
    "final": -1,
    "último": -1,
    "última": -1,
    "penultimate": -2,
    "penúltimo": -2,
    "penúltima": -2,
}
_UNITS = {
    word: unit
    for unit, forms in {
        "sentence": "sentence frase oración",
        "line": "line línea verso",
        "paragraph": "paragraph párrafo",
        "word": "word palabra",
        "item": "aphorism aforismo rule regla principle principio item punto elemento maxim máxima step paso verse "
        "entry entrada commandment mandamiento law ley point tip consejo article artículo",
    }.items()
    for word in forms.split()
}
_ORDINAL = "|".join(sorted(_NUMBER, key=len, reverse=True))
_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))
_ASK = re.compile(
    rf"\b(?:(?P<word>{_ORDINAL})|(?P<digits>\d{{1,3}})(?:st|nd|rd|th|º|ª|\.º|\.ª))"
    rf"(?:[ -](?P<back>to[ -]last))?\s+(?P<unit>{_UNIT})\s+(?:of|in|from|de|del|en)\s+"
    r"(?P<title>(?:the|el|la|los|las)?\s*[^\s,.;:?!\"“«=][^,.;:?!\"“«=\n]{0,80})",
    re.IGNORECASE,
)
_PLACE = re.compile(rf"\b(?:{_ORDINAL}|\d{{1,3}}(?:st|nd|rd|th|º|ª|\.º|\.ª))\s+(?:{_UNIT})\b", re.IGNORECASE)
_SAYS = re.compile(
    r"\s+(?:is|was|reads|says|states|es|era|dice|reza|afirma|sería)(?!\w)\s*(?:that\s|que\s)?|\s*(?:[:,=–—]|\bis\b)\s*",
    re.IGNORECASE,
)
_NOT = re.compile(r"(?:not|no|never|nunca)\b", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_LETTERS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """The n-th unit of something."""

    number: int
    """From 1 on; negative: counted from the end."""
    unit: str
    title: str
    start: int
    end: int


def asked(text: str) -> Asked | None:
    """The n-th unit of something that `text` speaks of; None: it speaks of none."""
    match = _ASK.search(text) if _counts(text) else None
    if match is None:
        return None
    number = int(match["digits"]) if match["digits"] else _NUMBER[match["word"].lower()]
    if match["back"]:
        number = -number
    title = _SAYS.split(match["title"], maxsplit=1)[0].strip(" *_'`")
    end = match.start("title") + len(title)
    return Asked(number, _UNITS[match["unit"].lower()], title, match.start(), end) if number else None


def is_placed(text: str) -> bool:
    """Whether `text` says of something which one in a row it is, whatever the row."""
    return _counts(text) and _PLACE.search(text) is not None


def _counts(text: str) -> bool:
    """Whether `text` may count units: most do not, and that is quicker to tell."""
    lower = text.lower()
    if not any(map(lower.__contains__, _UNITS)):
        return False
    return _DIGIT.search(lower) is not None or not _NUMBER.keys().isdisjoint(_LETTERS.findall(lower))


def look_up(text: str, documents: Sequence[Document]) -> list[tuple[str, Document]]:
    """What the n-th unit that `text` speaks of may be, in the documents that it names; the likeliest first.

    A document of short lines counts by lines as well as by sentences.
    """
    wanted = asked(text)
    if wanted is None:
        return []
    found = []
    for document in documents[:MOST_DOCUMENTS]:
        if names(document.title, wanted.title):
            for units in _counted(document.text[:MOST_CHARS], wanted.unit):
                index = wanted.number - 1 if wanted.number > 0 else wanted.number
                if -len(units) <= index < len(units) and (units[index], document) not in found:
                    found.append((units[index], document))
    return found


def _counted(text: str, unit: str) -> list[list[str]]:
    """The units of `text`, in each way to count them."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    whole = [text[one.start : one.end] for one in sentences(text)]
    if unit == "word":
        return [[text[start:end] for start, end in words(text).spans]]
    if unit == "paragraph":
        return [[part.strip() for part in re.split(r"\n[ \t]*\n", text) if part.strip()]]
    is_list = len(lines) > 2 and max(map(len, lines)) <= SHORT_LINE
    if unit == "line":
        return [lines]
    if unit == "item":
        return [lines] if is_list else []
    return [whole, lines] if is_list else [whole]


def check_ordinals(claim: str, documents: Sequence[Document], question: str = "") -> list[Check]:
    """Whether what `claim` says is the n-th sentence (line, aphorism, …) of a document is it.

    A claim that only quotes is read as the answer to `question`, where that asks for one. Nothing is said of a
    claim in another language than the document's.
    """
    wanted = asked(claim)
    said = _said(claim, wanted) if wanted else _answer(claim) if asked(question) else None
    if said is None:
        return []
    start, end = said
    text = claim[start:end]
    options = [
        (unit, document)
        for unit, document in look_up(claim if wanted else question, documents)
        if not foreign(text, document.text[:1000])
    ]
    if not options:
        return []
    ratios = [_alike(text, unit) for unit, _ in options]
    best = max(range(len(options)), key=lambda index: ratios[index])
    span = (wanted.start if wanted else start, end)
    if ratios[best] >= SAME:
        return [check("ordinal", span, holds=True, right=options[best][0], document=options[best][1])]
    right, document = options[0]
    if ratios[best] < OTHER or _elsewhere(text, document, (wanted or asked(question)), ratios[best]):
        return [check("ordinal", span, holds=False, right=right, document=document)]
    return []


def _elsewhere(said: str, document: Document, wanted: Asked | None, alike: float) -> bool:
    """Whether another unit of `document` is more like what is said."""
    units = _counted(document.text[:MOST_CHARS], wanted.unit) if wanted else []
    return any(_alike(said, unit) > max(alike, SAME) for unit in chain(*units))


def _said(claim: str, wanted: Asked) -> tuple[int, int] | None:
    """The span of what the claim says it is."""
    says = _SAYS.match(claim, wanted.end)
    if says is None or _NOT.match(claim, says.end()):
        return None
    within = [span for span in quoted(claim) if span[0] >= says.end()]
    if within:
        return within[0]
    end = len(claim.rstrip())
    return (says.end(), end) if set(words(claim[says.end() : end]).words) - SMALL else None


def _answer(claim: str) -> tuple[int, int] | None:
    within = quoted(claim)
    if len(within) == 1:
        return within[0]
    return None


def _alike(said: str, unit: str) -> float:
    first, second = words(said).words, words(unit).words
    # Only the beginning of it is quoted.
    if 2 < len(first) < len(second) and first == second[: len(first)]:
        return 1.0
    if (
        not first
        or max(len(first), len(second)) > LONGEST
        or len(set(first) & set(second)) < OTHER * len(set(first)) / 2
    ):
        return 0.0
    ratio = SequenceMatcher(None, first, second, autojunk=False).ratio()
    one, other = (tuple(word for word in side if word not in SMALL) for side in (first, second))
    telling = SequenceMatcher(None, one, other, autojunk=False).ratio() if one and other else 0.0
    return max(ratio, telling)
