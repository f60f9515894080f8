"""Signatures: what is kept of a text that moderators decided on, to know it and its near copies again.

A signature is a MinHash (Broder, "On the resemblance and containment of documents", 1997) of the text's
letters and digits in runs of five, of which one byte is kept for each of 128 hash functions (Li and König,
"b-bit minwise hashing", 2010): of two texts, about as many bytes are equal as the share of runs that both have.
Beside it stand a hash of the whole and its length. All functions are drawn from a secret that each community has
for itself (multilinear and multiply-shift hashing; Lemire and Kaser, "Strongly universal string hashing is fast",
2014): without it nobody can try out guesses. No text can be read from a signature; whoever has the secret too can
find out whether it is the one that he guesses.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b, shake_256
from typing import TYPE_CHECKING, Literal, TypeAlias

from guards.base import N_, Finding

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

VALUES = 128
"""Hash functions, and bytes. The estimate is off by .035 at a resemblance of .8."""
RUN = 5
"""Letters and digits in a run."""
SHORT = 20
"""A text of fewer letters and digits (about four words) is only known by being the same: one word more changes all."""
PIECE = 512
"""Runs that are hashed at once: in the processor's cache."""
LONG = 4_000
"""A text of more characters is only known by being the same, to the character."""
VIEWS = 6
"""Ways to read a text in which it is looked for among the attacks."""
NEAR = 0.8
"""From this estimated resemblance on two texts are nearly the same.

Measured (`python -m guards.evals.signatures`): of 4 million pairs of an attack and a harmless text of the training data
21 are above .6, 3 above .7 and none above .8; of 2 million pairs of harmless texts 1 above .7 and none above .8; of
734,000 pairs of attacks, many of which copy each other, 83. Of 2,850 attacks in disguise 94 % are above .8.
"""
LEAST_EQUAL = int(NEAR * VALUES)
"""Equal bytes of which that takes at least so many."""
LONGER = 8
"""Letters and digits by which what is nearly the same as a false alarm may be longer or shorter: a greeting is."""
CHANGED = 14
"""Runs that only one of both may have then: a slip of the pen makes a dozen, an attack that is added more."""

MARGIN = 0.02
"""By so much the guard may be surer of what is nearly the same as a false alarm."""
SCORE = 0.95
"""How surely what resembles a text is what moderators said of that."""

Kind: TypeAlias = Literal["attack", "false_alarm"]

NEARLY = 1.0
"""What two texts that are nearly the same are alike at most."""
_QUOTATION = re.compile(
    r"\"[^\"]+\"|“[^”]+”|„[^“”]+[“”]|«[^»]+»|»[^«]+«|「[^」]+」|『[^』]+』|‘[^’]+’|`[^`]+`|(?<!\w)'[^']+'(?!\w)"
)
_STORED = re.compile(r"[A-Za-z0-9+/]{16}(?:[A-Za-z0-9+/]{171}=)?")
"""How a signature is written."""

GUARD = "injection"
"""The guard that signatures speak for."""
KNOWN_ATTACK, KNOWN_FALSE_ALARM = "known_attack", "known_false_alarm"
"""Codes of what resembles a text that moderators decided on."""
_CODES: dict[Kind, str] = {"attack": KNOWN_ATTACK, "false_alarm": KNOWN_FALSE_ALARM}
_EXPLANATIONS: dict[Kind, str] = {
    "attack": N_("The text is the same or nearly the same as one that moderators confirmed as an attack."),
    "false_alarm": N_("The text is the same or nearly the same as one that moderators called a false alarm."),
}


@dataclass(frozen=True, slots=True)
class Lesson:
    """What moderators decided of one text."""

    kind: Kind
    case: int
    """The number of the case that they decided on."""
    signature: str
    """The text's, as `Lessons.sign` writes it."""
    score: float = 0.0
    """How surely the guard found something in a false alarm."""
    codes: tuple[str, ...] = ()
    """What it found there, a code for each place."""

    def covers(self, score: float, codes: Sequence[str]) -> bool:
        """Whether what was found in what is nearly the same as a false alarm is no more than was found in that."""
        if score > self.score + MARGIN:
            return False
        return tuple(codes) == self.codes or not Counter(codes) - Counter(self.codes)

    def finding(self, text: str) -> Finding:
        """That `text` resembles it."""
        code, explanation = _CODES[self.kind], _EXPLANATIONS[self.kind]
        return Finding(GUARD, code, SCORE, 0, len(text), explanation, case=self.case)


class SideBySide:
    """Signatures of one community, of which those of nearly the same texts are looked for."""

    def __init__(self, signatures: Sequence[str]) -> None:
        """One that another version wrote is like none."""
        self._places = [place for place, each in enumerate(signatures) if _STORED.fullmatch(each)]
        self._index = _Index([Lesson("false_alarm", 0, signatures[place]) for place in self._places])

    def near(self, signature: str) -> Mapping[int, bool]:
        """The places of those whose texts pass where the text of `signature` is a false alarm, and whether each is the same."""
        if not self._places or not _STORED.fullmatch(signature):
            return {}
        return {self._places[place]: same for place, same in self._index.all_near(_read(signature)).items()}


class Lessons:
    """All that a community has taught, and its secret."""

    def __init__(self, secret: bytes, lessons: Sequence[Lesson] = ()) -> None:
        """`secret`: 16 bytes. `lessons`: the oldest first; one that another version wrote is left out."""
        self.secret = secret
        self.lessons = tuple(lesson for lesson in lessons if _STORED.fullmatch(lesson.signature))
        self._functions: _Functions | None = None
        self._index: _Index | None = None

    def __eq__(self, other: object) -> bool:
        """Whether both are the same secret and lessons."""
        if not isinstance(other, Lessons):
            return NotImplemented
        return (self.secret, self.lessons) == (other.secret, other.lessons)

    __hash__ = None  # type: ignore[assignment]  # compared by what it holds, and kept in no set

    def sign(self, text: str) -> str:
        """The signature of `text`; nothing of the text can be read from it."""
        return b64encode(self._signed(_letters(text)).stored).decode()

    def nearest(self, text: str) -> tuple[Lesson, bool] | None:
        """What was decided of `text`, or of what is nearly the same, and whether it is the same.

        Of several the likest, of those the newest. An attack is known in every way to read `text`, unless it is
        quoted there; a false alarm only as it stands.
        """
        if not self.lessons:
            return None
        if self._index is None:
            self._index = _Index(self.lessons)
        whole = self._signed(_letters(text))
        found = [self._index.nearest(whole, attacks_only=False)]
        if self._index.has_attacks:
            found += [self._index.nearest(self._signed(each), attacks_only=True) for each in _otherwise(text)]
        likeness, place = max(found)
        same = likeness > NEARLY
        if likeness == 0 or (self.lessons[place].kind == "attack" and not same and _is_quotation(text)):
            return None
        return self.lessons[place], same

    def _signed(self, letters: str) -> _Signature:
        if self._functions is None:
            self._functions = _Functions(self.secret)
        return self._functions.signature(letters)


@dataclass(frozen=True, slots=True)
class _Signature:
    same: int
    size: int
    values: bytes

    @property
    def runs(self) -> int:
        """How many there are to compare."""
        return self.size - RUN + 1 if self.values else 0

    @property
    def stored(self) -> bytes:
        return self.same.to_bytes(8) + self.size.to_bytes(4) + self.values


def _read(stored: str) -> _Signature:
    data = b64decode(stored)
    return _Signature(int.from_bytes(data[:8]), int.from_bytes(data[8:12]), data[12:])


def _letters(text: str) -> str:
    """What is compared of a text: its letters and digits, folded; whatever stands around them, they fold alike."""
    # Only where something is signed: the tables take a while to make.
    from guards.normalize import fold_to_latin

    if len(text) > LONG:
        return text
    letters = _bare(fold_to_latin(text).text)
    # Signs and emoji make a text, too, where there is little else.
    return letters if len(letters) >= RUN else text


def _otherwise(text: str) -> Iterable[str]:
    """What is compared of the other ways to read `text`."""
    from guards.alphabets import in_latin
    from guards.normalize import views

    if len(text) <= LONG:
        for view in views(text)[2 : 1 + VIEWS]:
            yield _bare(in_latin(view).text)


def _is_quotation(text: str) -> bool:
    """Whether half of `text` or more is quoted, and something else is said around it."""
    longest = max((match[0] for match in _QUOTATION.finditer(text)), key=len, default="")
    return len(longest) >= len(text) / 2 and any(map(str.isalnum, text.replace(longest, "", 1)))


def _bare(folded: str) -> str:
    return "".join(filter(str.isalnum, folded))


class _Functions:
    """The hash functions that belong to a secret."""

    def __init__(self, secret: bytes) -> None:
        import numpy as np

        drawn = np.frombuffer(shake_256(secret).digest(8 * (RUN + 2 + VALUES)), np.uint64) | np.uint64(1)
        self._secret = secret
        self._run, self._mix = drawn[:RUN], drawn[RUN : RUN + 2]
        # 32 bits: a processor multiplies many of them at once.
        self._times, self._plus = drawn[RUN + 2 :].view(np.uint32).reshape(2, VALUES) | np.uint32(1)

    def signature(self, letters: str) -> _Signature:
        data = letters.encode("utf-8", "surrogatepass")
        same = int.from_bytes(blake2b(data, digest_size=8, key=self._secret).digest())
        size = len(letters)
        return _Signature(same, size, self._values(letters) if SHORT <= size <= LONG else b"")

    def _values(self, letters: str) -> bytes:
        import numpy as np

        points = np.frombuffer(letters.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
        last = len(points) - RUN + 1
        runs = np.zeros(last, np.uint64)
        for place in range(RUN):
            runs += points[place : place + last] * self._run[place]
        for factor in self._mix:
            runs ^= runs >> np.uint64(32)
            runs *= factor
        mixed = (runs >> np.uint64(32)).astype(np.uint32)
        least = np.full(VALUES, np.iinfo(np.uint32).max, np.uint32)
        for start in range(0, last, PIECE):
            hashed = mixed[start : start + PIECE, None] * self._times
            hashed += self._plus
            np.minimum(least, hashed.min(axis=0), out=least)
        # Not the highest bits: they are those of a minimum, and nearly always 0.
        return (least >> np.uint32(8)).astype(np.uint8).tobytes()


class _Index:
    """Lessons, side by side to be compared at once."""

    def __init__(self, lessons: Sequence[Lesson]) -> None:
        import numpy as np

        self._read = [_read(lesson.signature) for lesson in lessons]
        self._attack = [lesson.kind == "attack" for lesson in lessons]
        self.has_attacks = any(self._attack)
        self._same = {each.same: place for place, each in enumerate(self._read)}
        self._same_attack = {each.same: place for place, each in enumerate(self._read) if self._attack[place]}
        # A row for each function: what is added up lies side by side.
        values = b"".join(each.values.ljust(VALUES, b"\0") for each in self._read)
        self._values = np.frombuffer(values, np.uint8).reshape(-1, VALUES).T.copy()

    def nearest(self, given: _Signature, *, attacks_only: bool) -> tuple[float, int]:
        """How alike the likest lesson is, and its place; (0, -1) when none is near."""
        import numpy as np

        same = (self._same_attack if attacks_only else self._same).get(given.same)
        if same is not None:
            return 2 * NEARLY, same
        if not given.values:
            return 0.0, -1
        equal = self._equal(given)
        likely = np.flatnonzero(equal >= LEAST_EQUAL).tolist()
        for place in sorted(likely, key=lambda place: (equal[place], place), reverse=True):
            likeness = likeness_of(int(equal[place]))
            if self._is_near(place, given, likeness, attacks_only=attacks_only):
                return likeness, place
        return 0.0, -1

    def all_near(self, given: _Signature) -> dict[int, bool]:
        """The places of all that are near, and whether each is the same."""
        import numpy as np

        found = {}
        if given.values:
            equal = self._equal(given)
            for place in np.flatnonzero(equal >= LEAST_EQUAL).tolist():
                if self._is_near(place, given, likeness_of(int(equal[place])), attacks_only=False):
                    found[place] = False
        return found | {place: True for place, each in enumerate(self._read) if each.same == given.same}

    def _equal(self, given: _Signature) -> NDArray[np.uint8]:
        """Of how many bytes each is equal to `given`."""
        import numpy as np

        values = np.frombuffer(given.values, np.uint8)[:, None]
        equal: NDArray[np.uint8] = (self._values == values).view(np.uint8).sum(axis=0, dtype=np.uint8)
        return equal

    def _is_near(self, place: int, given: _Signature, likeness: float, *, attacks_only: bool) -> bool:
        other = self._read[place]
        if likeness < NEAR:
            return False
        if self._attack[place] or attacks_only:
            return self._attack[place]
        if abs(given.size - other.size) > LONGER:
            return False
        alone = (given.runs + other.runs) * (1 - likeness) / (1 + likeness)
        return alone <= CHANGED


def likeness_of(equal: int) -> float:
    """The estimated resemblance of two texts of whose bytes so many are equal: one in 256 is by chance."""
    return min(NEARLY, (256 * equal / VALUES - 1) / 255)
