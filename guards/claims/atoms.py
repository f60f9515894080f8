"""Sentences cut into claims that can be checked one by one, where that is safe."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from guards.claims.words import GROUPS, GROUPS_OF

MOST_CHARS = 1_000
"""A longer sentence is one claim."""
SHORTEST = 3
"""Words of the shortest claim that is cut off."""
FAR = 5
"""Words between the beginning of a clause and its verb, at most."""

_VERBS_LIST = (
    "is are was were has have had does did can could will would became began died founded wrote won made joined left "
    "went said got moved grew led built sold took gave served received published released directed uses supports "
    "includes contains provides works lives runs costs measures weighs remains belongs holds means requires "
    "allows returns es son está están era eran fue fueron ha han había tiene tienen tuvo hay hizo puede pueden nació "
    "murió vive viven trabaja usa usan permite incluye contiene cuesta mide pesa significa requiere sigue ganó dijo "
    "será serán"
)
_VERBS = frozenset(_VERBS_LIST.split())
_VERB_ENDING = re.compile(r"[a-z]{3,}ed|[a-záéíóúñ]{2,}(?:ó|aron|ieron)")
_PRONOUNS_LIST = "he she it they we there él ella ellos ellas este esta esto ese esa that this these those"
_PRONOUNS = frozenset(_PRONOUNS_LIST.split())
_DETERMINERS_LIST = (
    "the a an its his her their our this that these those el la los las un una su sus este esta estos estas"
)
_DETERMINERS = frozenset(_DETERMINERS_LIST.split())
_UNSAFE_LIST = (
    "if when whenever unless because although though while since until whether neither either both than who which "
    "si cuando aunque porque mientras salvo ni ambos entre between cuyo that que think believe creo"
)
_UNSAFE = frozenset(_UNSAFE_LIST.split())
"""Words in front of a cut that bind both sides: one does not hold without the other."""
_CUT = re.compile(
    r";\s+|,?\s+(?:and|but|whereas|while|y|e|pero|mientras que)\s+",
    re.IGNORECASE,
)
_PAUSE = re.compile("[,;:?]")
_ORDER = GROUPS.index("order")
_WORD = re.compile(r"[^\W_][\w'’.-]*")
_PROTECTED = re.compile(r"“[^”]*”|«[^»]*»|\"[^\"]*\"|\([^()]*\)|\[[^\[\]]*\]|`[^`]*`")


@dataclass(frozen=True, slots=True)
class Atom:
    """Something that a text says, in one clause."""

    start: int
    end: int
    """Span of the clause in the text."""
    text: str
    """The clause, with the subject of the sentence in front where it has none of its own."""


def atoms(text: str, start: int, end: int) -> list[Atom]:
    """The claims of the sentence at `start` to `end` of `text`; one, where a cut might change what is said."""
    sentence = text[start:end]
    if len(sentence) > MOST_CHARS or "?" in sentence:
        return [Atom(start, end, sentence)]
    found, subject = [], ""
    for begin, stop in _places(sentence):
        subject = _subject(sentence, begin, stop) or subject
        clause = sentence[begin:stop]
        own = begin == 0 or _own(sentence, begin, stop)
        found.append(Atom(start + begin, start + stop, clause if own else f"{subject} {clause}"))
    return found


def _places(sentence: str) -> list[tuple[int, int]]:
    """The spans of the clauses."""
    # What is quoted or in brackets stands for one word.
    text, end = _PROTECTED.sub(lambda match: "q" * len(match.group()), sentence), len(sentence)
    cuts = list(_CUT.finditer(text))
    found, begin, subject = [], 0, _subject(text, 0, end)
    for cut, following in zip(cuts, [*(other.start() for other in cuts[1:]), end], strict=False):
        if _begins(text, cut, begin, following, subject):
            found.append((begin, cut.start()))
            begin = cut.end()
            subject = _subject(text, begin, end) or subject
    return [*found, (begin, end)]


def _begins(text: str, cut: re.Match[str], begin: int, following: int, subject: str) -> bool:
    """Whether a clause begins after `cut`: with a subject of its own, or with a verb for `subject`."""
    before = list(_words(text, begin, cut.start()))
    after = list(_words(text, cut.end(), following))
    if len(before) < SHORTEST or len(after) < SHORTEST or not _UNSAFE.isdisjoint(map(str.lower, before)):
        return False
    if not any(_is_verb(word) for word in before):
        return False
    if _own(text, cut.end(), following):
        return True
    # "was born in Haarlem and moved to ...": only where nothing but a verb can follow.
    joins = cut.group().strip(" ,\n").lower() in _JOINS
    return bool(subject) and joins and after[0].islower() and _is_verb(after[0])


_JOINS = frozenset({"and", "but", "y", "e", "pero", ";"})


def _words(text: str, start: int, end: int) -> Iterator[str]:
    return (match.group().rstrip(".") for match in _WORD.finditer(text, start, end))


def _is_verb(word: str) -> bool:
    lower = word.lower()
    return lower in _VERBS or (word.islower() and _VERB_ENDING.fullmatch(lower) is not None)


def _own(text: str, start: int, end: int) -> bool:
    """Whether what is from `start` to `end` begins with a subject and a verb after it."""
    pause = _PAUSE.search(text, start, end)
    end = pause.start() if pause else end
    words = [word for _, word in zip(range(FAR + 2), _words(text, start, end), strict=False)]
    if not words or _is_verb(words[0]):
        return False
    first = words[0].lower()
    if not (first in _PRONOUNS or first in _DETERMINERS or words[0][0].isupper() or words[0][0].isdigit()):
        return False
    return any(_is_verb(word) for word in words[1 : 2 if first in _PRONOUNS else FAR + 1])


def _subject(text: str, start: int, end: int) -> str:
    """What stands in front of the first verb, where that is a plain subject; else ""."""
    for index, match in enumerate(_WORD.finditer(text, start, end)):
        if index > FAR:
            return ""
        if index and _is_verb(match.group()):
            return _plain(text[start : match.start()].strip(" *_"))
    return ""


def _plain(subject: str) -> str:
    """`subject`, where it is a name, a pronoun, or begins with an article; else ""."""
    first = _WORD.match(subject)
    if first is None or _PAUSE.search(subject):
        return ""
    word = first.group().lower()
    # "Add chopped onions and grated garlic": an order.
    if word in _UNSAFE or _ORDER in GROUPS_OF.get(word, ()):
        return ""
    return subject if word in _PRONOUNS | _DETERMINERS or subject[0].isupper() else ""
