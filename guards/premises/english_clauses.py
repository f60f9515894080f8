"""English clauses, put in the order of statements."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from guards.premises.english_patterns import (
    ADJECTIVES,
    AUX,
    COMPARATIVE,
    DETERMINERS,
    DO,
    MEMBERS,
    OURS,
    PREPOSITIONS,
    PRONOUNS,
)
from guards.premises.names import begins, named
from guards.premises.premise import Word
from guards.premises.verbs import VERBS, is_participle, past, third

_ADVERBS_LIST = (
    "ever also really actually first finally suddenly never not still always even once just then originally"
)
_ADVERBS = frozenset(_ADVERBS_LIST.split())
_MADE: Mapping[str, Callable[[str], str]] = {"did": past, "does": third, "do": str}


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause in declarative order."""

    subject: str
    verb: str
    rest: str
    end: int

    def says(self, thing: str = "") -> str:
        """The clause, with `thing` as what the verb is done to."""
        if self.verb.split()[0] in AUX and thing:
            # "was awarded a prize", "has written something"
            verb, _, rest = self.rest.partition(" ")
            return " ".join(part for part in (self.subject, self.verb, verb, thing, rest) if part)
        if self.rest in PREPOSITIONS and thing:
            return f"{self.subject} {self.verb} {self.rest} {thing}"
        return " ".join(part for part in (self.subject, self.verb, thing, self.rest) if part)


def is_subject(found: Sequence[Word]) -> bool:
    """Whether the noun in front of the verb is its subject: "which element was discovered by …"."""
    after = found[1].plain if len(found) > 2 else ""
    return is_participle(after) or after in PREPOSITIONS | ADJECTIVES or after == "be" or after in VERBS


def declared(text: str, found: Sequence[Word], aux: str, *, negative: bool) -> Clause | None:
    """The clause whose words after the auxiliary verb are `found`; None where it is about nobody in particular."""
    if found and found[0].plain == "not":
        found, negative = found[1:], True
    if len(found) < 2 or found[0].plain in OURS or found[0].plain.rstrip("'s") in OURS:
        return None
    at = subject_of(found, aux)
    subject = text[found[0].start : found[at - 1].end]
    after = list(found[at:])
    if not after or any(word.plain in MEMBERS for word in found[:at]):
        return None
    adverbs = ""
    while len(after) > 1 and after[0].plain in _ADVERBS:
        if after[0].plain in ("never", "not"):
            negative = True
        adverbs += "" if after[0].plain in ("ever", "not", "never") else after[0].text + " "
        after.pop(0)
    verb, rest = after[0], after[1:]
    shown = text[rest[0].start : rest[-1].end] if rest else ""
    if aux not in DO:
        whole = text[verb.start : after[-1].end]
        return Clause(subject, aux + (" not" if negative else ""), f"{adverbs}{whole}", after[-1].end)
    if negative:
        return Clause(subject, f"{aux} not {adverbs}{verb.text}", shown, after[-1].end)
    known = verb.plain in VERBS or (found[at - 1].capital and verb.plain.isalpha() and verb.text.islower())
    made = _MADE[aux](verb.plain) if known else f"{aux} {verb.text}"
    return Clause(subject, adverbs + made, shown, after[-1].end)


def subject_of(found: Sequence[Word], aux: str) -> int:
    """How many of `found` the subject has."""
    if found[0].plain in PRONOUNS:
        return 1
    first = at = _after_determiners(found, 0)
    while at < len(found):
        if _is_name(found, at, first):
            at = _after_work(found, _after_aside(found, after_name(found, at)), aux)
        elif at > first and _predicates(found, at, aux):
            return at
        else:
            at += 1
        if at < len(found) and at > first and _predicates(found, at, aux):
            return at
        if at + 1 < len(found) and found[at].plain in ("and", "or", "of", "in", "'s"):
            first = at = _after_determiners(found, at + 1)
    return _unknown(found, first, aux)


def _unknown(found: Sequence[Word], first: int, aux: str) -> int:
    """The same where no verb is known: it may be what stands in front of a preposition, an article, or the end."""
    small = PREPOSITIONS | DETERMINERS
    for at in range(first + 1, min(first + 4, len(found))):
        ends = at + 1 == len(found) or found[at + 1].plain in small
        if aux in DO and ends and found[at].text.islower() and found[at].plain not in small:
            return at
    if found[first].capital or named(found[first : first + 1]):
        return min(after_name(found, first), len(found) - 1) or 1
    return min(max(first + 1, 1), len(found) - 1)


def _after_determiners(found: Sequence[Word], at: int) -> int:
    while at < len(found) - 1 and found[at].plain in DETERMINERS:
        at += 1
    return at


def _is_name(found: Sequence[Word], at: int, first: int) -> bool:
    if found[at].capital and (begins(found, at) or at > first):
        return True
    return at == first and bool(named(found[at : at + 1]))


def _after_work(found: Sequence[Word], at: int, aux: str) -> int:
    """Behind the author of what is named up to `at`: "has “X” by Y …"."""
    by = at + 1 < len(found) and found[at].plain == "by" and begins(found, at + 1)
    return after_name(found, at + 1) if by and aux in ("has", "have", "is", "was") else at


def _after_aside(found: Sequence[Word], at: int) -> int:
    """Behind what stands between commas or brackets after a name: "Sher Niazi, a politician, was …"."""
    if at < len(found) and found[at].plain in (",", "("):
        closes = ")" if found[at].plain == "(" else ","
        return next(
            (index + 1 for index in range(at + 1, len(found) - 1) if found[index].plain == closes), at
        )
    return at


def after_name(found: Sequence[Word], at: int) -> int:
    """The index behind the name that begins at `at`."""
    end = named(found[at:])[0].end if named(found[at:]) else found[at].end
    return next((index for index in range(at, len(found)) if found[index].start >= end), len(found))


def _predicates(found: Sequence[Word], at: int, aux: str) -> bool:
    """Whether the predicate can begin with the word at `at`."""
    word = found[at].plain
    if found[at - 1].owns or (found[at].capital and aux in DO):
        return False
    if word in ("not", "never", "ever", "also", "still", "always", "first", "really", "actually"):
        return True
    if aux in ("has", "have", "had"):
        return is_participle(word)
    if aux in DO or aux not in ("is", "are", "was", "were"):
        return word in VERBS
    return (
        (word in PREPOSITIONS and word not in ("of", "in"))
        or (word == "in" and found[at - 1].capital)
        or word in DETERMINERS
        or word in ADJECTIVES
        or is_participle(word)
        or COMPARATIVE.fullmatch(word) is not None
        or found[at].text[0].isdigit()
    )
