"""What a question takes for granted: that there is such a thing, that somebody did it, that it is so.

Nothing here knows what is true. `premises` finds what would have to be; `guards.premises.support` looks it up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from guards.claims.features import is_spanish
from guards.claims.ordinals import asked
from guards.claims.sentences import sentences
from guards.premises import english, spanish
from guards.premises.names import Thing, things
from guards.premises.premise import MOST_CHARS, Premise, fold

MOST = 8
"""Premises of one question."""

_INVENTED = re.compile(
    r"(?:^|[,.;:!]\s*|\b(?:please|you|and|let's|puedes|podrias|y|porfa|favor|sereno)\s+)(?:write|invent|imagine|make up|compose|"
    r"pretend|role-?play|draft|continue|translate|rewrite|suppose|escribe(?:me)?|inventa(?:te|me)?|imagina(?:te)?|compon(?:me)?|"
    r"finge|redacta|continua|traduce(?:me)?|reescribe|supon(?:gamos)?|escribirme|inventarte)\b|\bwhat if\b|\bonce upon|\berase una vez"
    r"|\b(?:story|poem|joke|limerick|haiku|cuento|poema|chiste|fan ?fiction)\s+(?:about|sobre)\b"
)
"""What is to be made up may be about anything."""
_ASKS = re.compile(
    r"[?¿]|\b(?:why|when|where|who|whom|what|which|how|tell|explain|describe|summari[sz]e|list|show|quote|recite|provide|"
    r"por que|cuando|donde|quien|que|cual|como|dime|explica(?:me)?|describe|resume(?:me)?|cita(?:me)?|cuentame|hablame|"
    r"recita|dame|necesito)\b|:\s*$"
)
_PART = re.compile(
    r"\b(?:map|option|flag|command|talk|workshop|chapter|section|level|hero|character|weapon|room|channel|plugin|module|"
    r"setting|feature|mode|page|track|episode|rule|mapa|opcion|orden|comando|charla|taller|capitulo|seccion|apartado|nivel|"
    r"heroe|heroina|personaje|arma|sala|canal|complemento|modulo|ajuste|modo|pagina|episodio|regla)\s+$"
)
"""What is called so is a part of something."""
_WHETHER = re.compile(
    r"(?:^|[,.;:]\s*|\b(?:hi|hey|hello|so|and|but|sereno)\W+)(?:is it true|is there|are there|do you know (?:if|whether)|es verdad|es cierto|hay|existe|existen|sabes si)\b"
)


def premises(question: str) -> list[Premise]:
    """What `question` takes for granted, in the order in which it should be looked at; nothing of what is asked openly."""
    begin = max(0, len(question) - MOST_CHARS)
    found: list[Premise] = []
    for start, end in _sentences(question, begin):
        plain = fold(question[start:end])
        if _INVENTED.search(plain):
            continue
        language: Literal["en", "es"] = "es" if is_spanish(question[start:end]) else "en"
        parts = spanish if language == "es" else english
        said = list(parts.premises(question, start, end))
        placed = _placed(question, start, end, language)
        if placed is not None:
            said = [placed, *(one for one in said if one.kind != "exists")]
        if said or (_ASKS.search(plain) and not _WHETHER.search(plain)):
            said += _existing(question, start, end, said, language)
        found += said
    return list(_once(found))[:MOST]


def _sentences(question: str, begin: int) -> Iterator[tuple[int, int]]:
    text = question[begin:]
    for one in sentences(text):
        yield begin + one.start, begin + one.end


def _placed(question: str, start: int, end: int, language: Literal["en", "es"]) -> Premise | None:
    """The n-th sentence, line, rule, … of a document."""
    wanted = asked(question[start:end])
    if wanted is None:
        return None
    what = question[start + wanted.start : start + wanted.end]
    said = f"existe {what}" if language == "es" else f"there is a {what}"
    names = tuple(thing.text for thing in things(wanted.title))
    return Premise(
        start + wanted.start, start + wanted.end, "place", said, what, names, wanted.title, language
    )


def _existing(
    question: str, start: int, end: int, said: list[Premise], language: Literal["en", "es"]
) -> Iterator[Premise]:
    """The things that a sentence names, but for those that its other premises are only about."""
    whole = " ".join(one.statement for one in said)
    found = things(question, start, end)
    for thing in found:
        if thing.kind == "name" and len(thing.text.split()) == 1 and thing.text in whole:
            continue
        others = tuple(other.text for other in found if other is not thing)
        part = thing.kind != "name" or _PART.search(fold(question[start : thing.start]))
        yield _thing(thing, language, (others or (thing.text,)) if part else ())


def _thing(thing: Thing, language: Literal["en", "es"], others: tuple[str, ...]) -> Premise:
    """`others`: the names of what it may be a part of."""
    said = f"existe {thing.text}" if language == "es" else f"there is such a thing as {thing.text}"
    whose = others[0] if others else ""
    return Premise(thing.start, thing.end, "exists", said, thing.text, (thing.text, *others), whose, language)


def _once(found: list[Premise]) -> Iterator[Premise]:
    seen: set[str] = set()
    for one in sorted(found, key=lambda one: one.kind == "exists" and one.what in one.names[:1]):
        key = fold(one.statement)
        if key not in seen:
            seen.add(key)
            yield one
