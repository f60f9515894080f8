"""A statement beside a passage: what of it stands there, what does not, and what stands there instead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from guards.base import Document
from guards.claims.antonyms import OPPOSITES
from guards.claims.atoms import atoms
from guards.claims.numbers import WORDS as _IN_WORDS
from guards.claims.plain import SMALL, plain, words
from guards.claims.texts import Text, read
from guards.premises.names import Thing, things
from guards.premises.numbered import beyond, dated_otherwise, replaced, slots
from guards.premises.premise import fold

_EMPTY_LIST = (
    "there such thing something someone some somebody anybody anyone everybody everyone any be been was were are is has have had did does do will would can could "
    "existe alguien algo algun alguna algunos algunas hay es son fue fueron ser estuvo esta estan que se le les la el los "
    "las ever so much very first han ha habia sido por para con su sus un una it its he she they his her their this that "
    "tiene tienen cada every all todos todas not no never nunca after before when while since until because into onto with "
    "without between during about from now today currently then also already still after exactly around despues antes cuando "
    "can see puede pueden ver second third fourth fifth sixth seventh eighth ninth tenth segundo segunda tercer tercero tercera "
    "cuarto cuarta quinto quinta sexto sexta septimo septima octavo octava noveno novena decimo decima "
    "mientras hasta desde durante entre sobre sin tras ahora actualmente ya tambien sea sean haya exactamente how why who"
)
_EMPTY = frozenset(_EMPTY_LIST.split()) | SMALL
"""Words of a statement that no passage needs to have."""
_DENIES = re.compile(
    r"\b(?:no|not|never|cannot|without|nobody|none|nunca|jam[aá]s|sin|tampoco|ning[uú]n\w*)\b|n't\b",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"\s+(?:of|the|de|del|la|los|las|el|for|van|von)\s+")
_CLAUSE = re.compile(r"[;,:]|\s+(?:but|pero|sino)\s+")
_OWNS = re.compile(r"['’]s\b")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")

TOLD = 0.6
"""The share of what is said besides a number from which on another number means another fact."""
_ASKS_WHY = re.compile(
    r"\W*(?:why|how|when|where|who|what|which|por que|como|cuando|donde|quien|que|cuant\w+)\b"
)
TITLED, MOSTLY = 0.5, 0.7
"""The share of a statement's words from which on a question as a title is about it: one that asks nothing else, any."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """A statement beside the sentence of a passage that has most of it."""

    document: Document
    sentence: str
    covered: float
    """The share of the statement's telling words that the sentence, the one before, or the title has."""
    missing: tuple[str, ...]
    """Its telling words that they do not have, in order."""
    before: str = ""
    """The sentence in front of it."""

    @property
    def titled(self) -> bool:
        """Whether the title asks about what the statement says, so that the passage takes it to be so."""
        return bool(self.sentence) and self.sentence == self.document.title


class Statement:
    """A statement, read for comparing."""

    def __init__(self, text: str, names: Sequence[str] = ()) -> None:
        self.text = text
        self.names = tuple(names)
        self._read = read(text)
        self.stems = {
            stem: word
            for word, stem in zip(self._read.words, self._read.stems, strict=True)
            if word not in _EMPTY and (len(word) > 1 or word.isdigit())
        }
        """Its telling words, by their stems, in order."""
        self.values = {number.value for number in self._read.numbers}

    @cached_property
    def denies(self) -> bool:
        """Whether it says that something is not so."""
        return _DENIES.search(self.text) is not None

    def beside(self, document: Document) -> Likeness:
        """The part of `document` that has most of it."""
        title = set(_read(document.title).stems)
        best = Likeness(document, "", 0.0, tuple(self.stems.values()))
        before = ""
        for sentence in parts(document.text):
            has = set(_read(sentence).stems)
            told = has | title | _named_in(before)
            missing = tuple(word for stem, word in self.stems.items() if stem not in told)
            covered = 1 - len(missing) / max(1, len(self.stems))
            own = len(has & self.stems.keys())
            if own and (covered, own) > (
                best.covered,
                len(set(_read(best.sentence).stems) & self.stems.keys()),
            ):
                best = Likeness(document, sentence, covered, missing, before)
            before = sentence
        if document.title.rstrip().endswith("?") and _ASKS_WHY.match(fold(document.title)):
            # What a title asks for is what the passage takes to be so.
            missing = tuple(word for stem, word in self.stems.items() if stem not in title)
            covered = 1 - len(missing) / max(1, len(self.stems))
            asked = Statement(re.sub(r"^\W*\w+", "", document.title)).stems.keys()
            if covered >= (TITLED if asked <= self.stems.keys() else MOSTLY):
                return Likeness(document, document.title, covered, missing)
        return best

    def denied_in(self, sentence: str) -> bool:
        """Whether the part of `sentence` that has most of the statement's words says that something is not so."""
        return _DENIES.search(self._clause(sentence)) is not None

    def _clause(self, sentence: str) -> str:
        """The part of `sentence` that is likeliest about the same: what it is about and what it names count twice."""
        named = _named_in(self.text) | set(list(self.stems)[:1])

        def shared(clause: str) -> int:
            there = set(_read(clause).stems)
            return len(there & self.stems.keys()) + len(there & named)

        return max(_CLAUSE.split(sentence), key=shared)

    def reversed_in(self, sentence: str) -> bool:
        """Whether `sentence` denies what the statement affirms, or says the opposite of one of its words."""
        if self.denies != self.denied_in(sentence) and self.denies != (_DENIES.search(sentence) is not None):
            return True
        clause = self._clause(sentence)
        there = set(_read(clause).words)
        return any(
            plain(other) in there and not there & {word, plain(word)}
            for word in self.stems.values()
            for other in _opposites(word)
        )

    def other_number(self, one: Likeness, *, surely: bool = False) -> bool:
        """Whether the sentence has another number, month or weekday where the statement has one that is missing there.

        `surely`: in the very same place.
        """
        there = _read(f"{one.document.title}. {one.sentence}")
        return replaced(self._read, there, surely=surely) or dated_otherwise(self._read, there)

    def beyond(self, document: Document) -> str:
        """The sentence of `document` that has fewer of what the statement names the n-th of; "" where none has."""
        return next((each for each in parts(document.text) if beyond(self._read, _read(each))), "")

    def names_otherwise(self, one: Likeness, gone: Sequence[str]) -> bool:
        """Whether the sentence says all the rest of it, of something with another name; `gone`: words of names that are
        nowhere."""
        return (
            bool(gone)
            and set(one.missing) <= set(gone)
            and len(one.missing) < len(self.stems) - 1
            and self.other_name(one)
        )

    def counts_otherwise(self, one: Likeness) -> bool:
        """Whether the sentence says all the rest of it, and has another number of the same."""
        counted = {each.after for each in slots(self._read)} | {
            stem for stem, word in self.stems.items() if word in _IN_WORDS or word[0].isdigit()
        }
        rest = [word for stem, word in self.stems.items() if stem not in counted]
        told = sum(word not in one.missing for word in rest) / max(1, len(rest))
        return told >= TOLD and self.other_number(one, surely=told < 1)

    def lost(self, one: Likeness) -> bool:
        """Whether one of the statement's numbers is not in the sentence, nor in the title."""
        there = _read(f"{one.document.title}. {one.sentence}")
        return not self.values <= {number.value for number in there.numbers}

    def other_name(self, one: Likeness) -> bool:
        """Whether the sentence has other names, and just one of the statement's is not there."""
        there = f"{one.document.title}\n{one.before}\n{one.sentence}"
        gone = sum(bool(lacks(there, name)) for name in self.names)
        return gone == 1 and any(_is_other(thing, self.text) for thing in things(one.sentence))


def _is_other(thing: Thing, text: str) -> bool:
    return not set(words(thing.text).words) <= set(words(text).words)


def _opposites(word: str) -> set[str]:
    found = set(OPPOSITES.get(word, ()))
    # "Mutable" and "immutable", "legal" and "ilegal".
    found |= {prefix + word for prefix in ("in", "im", "un", "il", "ir", "dis", "non")}
    return found | {
        word.removeprefix(prefix)
        for prefix in ("in", "im", "un", "il", "ir", "dis")
        if word.startswith(prefix)
    }


def _named_in(sentence: str) -> set[str]:
    """The stems of the names in a sentence: the next one may go on with "it" or "she"."""
    return {stem for thing in things(f"– {sentence}") for stem in _read(thing.text).stems}


@lru_cache(maxsize=256)
def _read(text: str) -> Text:
    return read(text)


@lru_cache(maxsize=64)
def parts(text: str) -> tuple[str, ...]:
    """The sentences and lines of a passage, and where one says two things each of them."""
    whole = [part.strip() for part in _SENTENCE.split(text) if part.strip()]
    return tuple(atom.text for part in whole for atom in atoms(part, 0, len(part)))


def has(text: str, name: str) -> bool:
    """Whether a text names `name`: each part of it word for word, "of" and the like aside."""
    return not lacks(text, name)


def lacks(text: str, name: str) -> tuple[str, ...]:
    """The words of `name` that a text does not have where they belong.

    "Rut Vega Siemens" may be two names, one after the other: what stands together there is looked for together.
    """
    found = words(_OWNS.sub("", text))
    gone: list[str] = []
    for part in _SPLIT.split(f" {name} "):
        wanted = tuple(word for word in words(part).words if word not in SMALL)
        while wanted:
            size = next((size for size in range(len(wanted), 0, -1) if found.find(wanted[:size]) >= 0), 0)
            if not size:
                gone.append(wanted[0])
            elif size == 1 and len(wanted) > 1 and len(wanted) == len(words(part).words):
                # A first name alone may be anybody's.
                gone += wanted[1:]
                break
            wanted = wanted[max(1, size) :]
    return tuple(gone)
