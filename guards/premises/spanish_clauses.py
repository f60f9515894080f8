"""Spanish clauses, put in the order of statements."""

from __future__ import annotations

import re
from collections.abc import Sequence

from guards.premises.names import begins, named
from guards.premises.premise import Word
from guards.premises.spanish_patterns import (
    CLITICS,
    DETERMINERS,
    HELPERS,
    MINE,
    NUMBER,
    OURS,
    PARTICIPLE,
    VERBAL,
)


def about_us(found: Sequence[Word]) -> bool:
    """Whether it is about the one who asks, or the one who is asked: "mi servidor", "puedes"."""
    if any(word.plain in OURS for word in found):
        return not any(word.plain in ("me", "te", "nos", "os") for word in found) or not any(
            w.capital for w in found
        )
    return any(MINE.fullmatch(word.plain) for word in found[:2])


def of_nobody(text: str, found: Sequence[Word]) -> bool:
    """Whether it is asked how one does something, or how I do: "cómo convertir", "cómo obtengo"."""
    verb = found[1] if found[0].plain in ("me", "lo", "la", "se", "no") and len(found) > 1 else found[0]
    if re.fullmatch(r"\w+(?:ar|er|ir)(?:se|lo|la)?", verb.plain) and verb is found[0]:
        return True
    # Without an accent "-o" is what I do, in a text that has accents at all.
    return verb.text.endswith("go") or (
        verb.text.endswith("o") and not text.isascii() and verb.text.islower() and len(verb.text) > 3
    )


def verbs(found: Sequence[Word]) -> int:
    """How many of `found`, from the first, are the verb and what goes with it; 0: the subject comes first."""
    at = 0
    while (
        at < len(found) - 1
        and found[at].plain in CLITICS
        and not (found[at].plain in ("la", "los", "las", "lo") and at == 0 and _noun_follows(found, at))
    ):
        at += 1
    if at >= len(found) or found[at].capital or found[at].plain in DETERMINERS or found[at].plain == "a":
        return 0
    at += 1
    if found[at - 1].plain in HELPERS:
        while at < len(found) - 1 and not found[at].capital:
            pair = " ".join(word.plain for word in found[at : at + 2])
            if PARTICIPLE.fullmatch(found[at].plain) or VERBAL.fullmatch(found[at].plain):
                at += 1
            elif (
                found[at].plain in ("a", "de", "que")
                and VERBAL.fullmatch(pair)
                and found[at + 1].plain not in ("a", "de")
            ):
                at += 2
            else:
                break
    return at


def _noun_follows(found: Sequence[Word], at: int) -> bool:
    """Whether "la" and the like at `at` is an article: another verb stands further on."""
    return len(found) > at + 2 and not found[at + 1].plain.endswith(
        ("o", "aron", "ieron", "e", "en", "an", "aba")
    )


def ordered(text: str, found: Sequence[Word]) -> str:
    """The clause with its subject in front, where that is plain to see."""
    whole = text[found[0].start : found[-1].end]
    at = verbs(found)
    if not 0 < at < len(found) or found[at - 1].plain in ("hay", "habia", "hubo"):
        return whole
    last = _noun_phrase(found, at)
    if last == at:
        return whole
    subject = text[found[at].start : found[last - 1].end]
    verb = text[found[0].start : found[at - 1].end]
    rest = text[found[last].start : found[-1].end] if last < len(found) else ""
    return " ".join(part for part in (subject, verb, rest) if part)


def _noun_phrase(found: Sequence[Word], at: int) -> int:
    """The end of the noun phrase at `at`, perhaps after "a"; `at` where there is none."""
    first = at
    if found[at].plain == "a" and at + 1 < len(found):
        first = at + 1
        if found[0].plain not in ("le", "les", "no"):
            return at
    if found[first].capital and begins([*found[first - 1 : first + 3]], 1):
        return _after_name(found, first)
    if found[first].plain in ("el", "la", "los", "las", "al", "un", "una") and first + 1 < len(found):
        last = first + 2
        if last < len(found) and NUMBER.fullmatch(found[first + 1].plain):
            last += 1
        if found[first + 1].capital:
            last = _after_name(found, first + 1)
        while last + 1 < len(found) and found[last].plain in ("de", "del"):
            step = last + 1
            if found[step].plain in DETERMINERS and step + 1 < len(found):
                step += 1
            last = _after_name(found, step) if found[step].capital else step + 1
        return last
    return at


def _after_name(found: Sequence[Word], at: int) -> int:
    known = named(found[at:])
    end = known[0].end if known and known[0].start == found[at].start else found[at].end
    return next((index for index in range(at, len(found)) if found[index].start >= end), len(found))


def with_object(found: Sequence[Word], clause: str, counted: str, text: str) -> str:
    """ "¿Cuántos hijos tiene X?": X tiene hijos."""
    at = verbs(found)
    verb = text[found[0].start : found[at - 1].end] if at else ""
    if verb and verb in clause:
        return clause.replace(verb, f"{verb} {counted}", 1)
    return f"{clause} {counted}"


def noun_before(found: Sequence[Word]) -> int:
    """Where the verb stands after a noun that "qué" asks for: "qué río cruza", "qué película de X tiene"; 0: no noun."""
    if found[0].plain in CLITICS or found[0].capital or found[0].plain in HELPERS:
        return 0
    at = 1
    if found[1].plain in DETERMINERS:
        return 0
    if found[1].plain in ("de", "del") and len(found) > 4:
        at = _after_name(found, 2) if found[2].capital else 3
    for verb in range(at, min(at + 2, len(found) - 1)):
        word = found[verb]
        plain_one = word.plain not in DETERMINERS | {
            "de",
            "del",
            "a",
            "en",
            "que",
            "con",
            "por",
            "para",
            "sobre",
            "y",
        }
        if not word.capital and plain_one and (_finite(word.plain) or word.plain in CLITICS):
            # Of two that may be the verb the one that is surely past is it.
            after = found[verb + 1]
            past = (
                re.search("(?:ó|aron|ieron)$", after.text) and verb + 1 < len(found) - 1 and not after.capital
            )
            return verb + 1 if past else verb
    return 0


def which(text: str, found: Sequence[Word], verb: int) -> str:
    """ "¿Qué río cruza X?": algún río cruza X; "¿qué premio ganó X?": X ganó algún premio."""
    noun = text[found[0].start : found[verb - 1].end]
    rest = found[verb:]
    at = verbs(rest)
    if 0 < at < len(rest) and rest[at].capital and _noun_phrase(rest, at) > at:
        done = text[rest[0].start : rest[at - 1].end]
        return ordered(text, rest).replace(done, f"{done} algún {noun}", 1)
    return f"algún {noun} {text[rest[0].start : rest[-1].end]}"


def what_done(found: Sequence[Word], clause: str, text: str) -> str:
    """ "¿Qué dijo X de Y?": X dijo algo de Y."""
    return with_object(found, clause, "algo", text)


def _finite(word: str) -> bool:
    return (
        word in HELPERS
        or re.fullmatch(r"\w{2,}(?:o|aron|ieron|io|aba|aban|ia|ian|a|e|an|en)", word) is not None
    )


def compared(text: str, found: Sequence[Word], compared: str) -> str:
    """ "¿Cuánto más rápido es X que Y?": X es más rápido que Y."""
    at = next((index for index, word in enumerate(found) if word.plain == "que" and index > 1), len(found))
    if at == len(found):
        return ""
    subject = text[found[1].start : found[at - 1].end]
    return f"{subject} {found[0].text} {compared} {text[found[at].start : found[-1].end]}"
