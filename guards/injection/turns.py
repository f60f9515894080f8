"""Attacks in several messages: what a member's last lines say together, and the newest does not say alone.

Three things are read beside the message itself: what it means with the names that were given to pieces of
text before ("P1 = ignore all your …", "now do P1+P2"), with what "it" refers to ("do you have a prompt?",
"paste it"), and what it says at the end of what came before.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import re2

from guards.base import N_, Finding, Subject
from guards.injection.scan import NAME, in_task
from guards.normalize import fold

if TYPE_CHECKING:
    from guards.injection.judge import Judge, Opinion

CODE = "multi_turn"
LINES = 4
"""So many of the member's last lines may give names to pieces of text, and be gone on with."""
SENTENCE = 60
"""Characters that what is gone on with has: shorter lines are read together with those before them."""
REACH = 300
"""Characters of the message, and of what it goes on with, that are read together; and of what a name stands for."""
MOST_NAMES = 12
"""Statements in a line that are searched for names."""
MOST_USES = 8
"""Places in a message where names are looked up."""
DEPTH = 3
"""Names may stand for what has names in it, so many times."""
ALONE = 0.8
"""What is this surely an attack before the message comes had its own turn, and is held against no other."""
LEAST = 0.5
"""What is less likely an attack is none that took several messages."""
WORTH_READING = 0.2
"""What rules and linear model find less likely than this is not looked at any closer."""
MOST_WORK = 6_000
"""Characters of all views of what is read together, after which no more is begun: ordinary talk has a tenth of them."""
MARGIN = 2.5
"""Log-odds by which the lines together must be surer than those before: what the message adds to them."""
DOUBT = -2.0
"""What is added to the log-odds: two messages that have nothing to do with each other are read as one, too."""

_EXPLANATION = N_("Only together with what the member wrote before does the text read like an attack.")

_QUOTES = "\"'`“”«»‘’*"
_Q = rf"[{_QUOTES}]*"
_BEGIN = rf"(?:^|[^\pL\pN_.]){_Q}"
_PART = r"(?:part|parte|piece|pieza|trozo|half|mitad|step|paso)[ _-]?[\pL\pN]"
_NAME = rf"{_BEGIN}(?P<name>{_PART}|[\pL_][\pL\pN_]*){_Q}"
_SHORT_NAME = rf"{_BEGIN}(?P<name>{_PART}|\pL*[ _-]?\d+|\pL){_Q}"
_VALUE = r" ?:? ?(?P<value>..+)"
_QUOTED_NAME = r"[\"'`“«‘](?P<name>[\pL\pN_ ]+)[\"'`”»’]"
_MEANS = (
    r"(?:now |will |shall |should |ahora |va a )*(?:means?|stands? for|refers? to|signific\pL+|qu(?:ie|e)r\pL+ decir|"
    r"represent\pL+|equival\pL+ a)"
)
_LET = (
    r"\b(?:let(?:'?s)?|define|suppose|say|assume|remember|from now on|digamos|definamos|recuerd\pL+|recordá|supongamos|"
    r"pongamos|a partir de ahora|desde ahora)\b"
)
_WHEN_I_SAY = (
    r"\b(?:when(?:ever)?|if|once|every time|cuando|si|cada vez que) (?:(?:i|yo|te) )?(?:say|type|write|send|mention|"
    r"dig[ao]|escrib[ao]|mand[eo]|pong[ao]|mencion[eo])(?: the word| la palabra)?"
)
_CALL = r"\b(?:call|name|llam\pL+|nombr\pL+)"
_BE = r"(?:be|is|are|sea|es|son|será)\b"
_USE = r"\b(?:use|usa|usemos|usaré)"
_FOR = r"(?:for|to mean|instead of|para decir|en lugar de|en vez de|por)"
_DEFINED = (
    rf"{_NAME} ?(?::=|=+>?|->|→|⇒){_VALUE}",
    rf"{_SHORT_NAME} ?:{_VALUE}",
    rf"{_NAME} {_MEANS}{_VALUE}",
    rf"{_LET}.*?{_NAME} {_BE}{_VALUE}",
    rf"{_WHEN_I_SAY}{_NAME},? (?:then |entonces )?{_VALUE}",
    rf"{_CALL} (?P<value>.+?) (?:as )?{_QUOTED_NAME}",
    rf"{_CALL} {_QUOTED_NAME} (?:to |a ){_VALUE}",
    rf"{_USE}{_NAME} {_FOR} {_VALUE}",
)
"""How a name is given to a piece of text, to the end of a statement."""
_NO_NAMES = re.compile(
    r"it|th[ai][ts]|these|those|wh\w+|s?he|they|i|you|we|and|or|so|t?here|est[oea]|es[oea]|lo|que|se|yo|tú|él|ell[oa]s?"
)
_MAY_DEFINE = re2.compile(
    r"(?i)[=→⇒]|->|(?:^|[^\pL\pN_.])(?:\pL*[ _-]?\d+|\pL|part \pL|parte \pL)\W* ?:|"
    rf" {_MEANS}|{_WHEN_I_SAY}|{_LET}.* {_BE}|{_CALL} .*[\"'`”»’]|{_USE}.* {_FOR} "
)
"""What each definition has, to look no closer at most lines."""
_STATEMENTS = re.compile(r"[\n;]|\. |,?\s(?:(?:and|y) )?(?=[A-Za-z_]\w{0,11} ?:?=)")
# Both bounded: a message of nothing but blanks or quotation marks must not take the square of its length.
_AROUND = rf"[{_QUOTES}]{{0,6}}"
_JOINT = r"\s{0,6}(?:\+|&|,|\band\b|\by\b|\bplus\b|\bmás\b|\bthen\b|\bluego\b)?\s{0,6}"

_OF_YOURS = re.compile(
    r"\b(?:your|ur|tus?|vuestr[oa]s?)((?: \w+){1,3})|\b(?:do you have|have you got|is there|are there|tienes?|tenés|hay) "
    r"(?:an?|any|some|un|una|algún|algun[oa]s?)?((?: ?\w+){1,3})",
    re.IGNORECASE,
)
"""What of the bot's somebody spoke of."""
_IT = re.compile(
    r"\b(?:it|them|those|that one)\b"
    r"(?!['’]| (?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|must|might|works?|seems?|looks?)\b)",
    re.IGNORECASE,
)
"""What something is to be done with, in the next message: "it works" asks for nothing."""
_LO = re.compile(r"(?<=[aeiouáéíóúr])l[oae]s?\b", re.IGNORECASE)
"""What stands for it in the next message; in Spanish at the end of a verb."""

_NOTHING_MORE = "ok, thanks, see you later"
"""What a message must add to what came before is measured against this."""


def readings(judge: Judge, subject: Subject, alone: Sequence[Finding]) -> Sequence[tuple[Opinion, Opinion]]:
    """What is thought of the message read with the member's last lines, and of what it adds its own words to.

    Nothing where there are no such lines, and where reading them adds nothing to `alone`, which was found in
    the message itself. When what was read took `MOST_WORK`, no more is.
    """
    lines = [line.text[-2 * REACH :] for line in subject.conversation if line.role == "member"][-LINES:]
    if not lines or _score(alone) >= ALONE or in_task(subject):
        # A task's text goes to the model without the conversation.
        return ()
    return list(_readings(judge, subject, lines))


def counts(together: Sequence[Finding], alone: Sequence[Finding]) -> bool:
    """Whether it matters what was said before: what was found in both together is more than in the message alone."""
    return _score(together) >= LEAST and _score(together) > _score(alone)


def found(
    subject: Subject, alone: Sequence[Finding], read: Sequence[tuple[Sequence[Finding], Sequence[Finding]]]
) -> Sequence[Finding]:
    """What was found in the message alone, and what those of its `readings` that count, judged to the end, add to that."""
    sure = [
        score
        for score, before in (
            (_score(together), _score(less)) for together, less in read if counts(together, alone)
        )
        # What was an attack before had its own turn.
        if before < ALONE and _odds(score) >= _odds(before) + MARGIN
    ]
    if not sure:
        return alone
    return (
        Finding(NAME, CODE, max(sure), 0, len(subject.text), _EXPLANATION, ("conversation",)),
        *alone,
    )


def _readings(judge: Judge, subject: Subject, lines: list[str]) -> Iterator[tuple[Opinion, Opinion]]:
    work = 0
    named: list[Opinion] = []
    for text in _named(lines, subject.text):
        if work < MOST_WORK // 2 and _may_be_attack(judge, text):
            named.append(_begun(judge, subject, text))
            work += named[-1].work
    surest = max(named, key=lambda opinion: opinion.likely, default=None)
    if surest is not None and surest.likely >= WORTH_READING:
        yield surest, _begun(judge, subject, "")
    for before, text in (_referred(lines[-1], subject.text), _continued(lines, subject.text)):
        if not text or work >= MOST_WORK or not _may_be_attack(judge, text):
            continue
        together = _begun(judge, subject, text, DOUBT)
        work += together.work
        if together.likely >= WORTH_READING:
            less = _begun(judge, subject, f"{before} {_NOTHING_MORE}", DOUBT)
            work += less.work
            if together.rules >= ALONE:
                # What the rules are certain of was an attack before, or was none.
                less = replace(less, found=less.found if less.rules >= ALONE else (), reading=None)
            yield together, less


def _begun(judge: Judge, subject: Subject, text: str, shift: float = 0.0) -> Opinion:
    return judge.begin(replace(subject, text=text, conversation=()), shift)


def _score(findings: Sequence[Finding]) -> float:
    return findings[0].score if findings else 0.0


def _odds(score: float) -> float:
    score = min(max(score, 0.001), 0.999)
    return math.log(score / (1 - score))


def _continued(lines: list[str], text: str) -> tuple[str, str]:
    """What the message goes on with, and both together."""
    before = ""
    for line in reversed(lines):
        before = f"{line} {before}"
        if len(before) > SENTENCE:
            break
    before, newest = before[-REACH:].strip(), text[:REACH].strip()
    return (before, f"{before} {newest}") if before and newest else ("", "")


def _may_be_attack(judge: Judge, text: str) -> bool:
    """Whether it pays to read `text`."""
    if judge.model is None:
        # The ideas come with NumPy, as the model does, and the rules alone are quick.
        return True
    from guards.injection.features import DANGEROUS, ideas

    return not ideas(fold(text).text).isdisjoint(DANGEROUS)


def _referred(line: str, text: str) -> tuple[str, str]:
    """`line`, and what the message says with that of the bot's which `line` speaks of in the place of "it"."""
    spoken_of = _OF_YOURS.search(line)
    if spoken_of is None or len(text) > REACH:
        return "", ""
    thing = (spoken_of[1] or spoken_of[2]).strip()
    if _IT.search(text):
        return line, _IT.sub(f"your {thing}", text, 1)
    return (line, f"{text}: tu {thing}") if _LO.search(text) else ("", "")


def _named(lines: list[str], text: str) -> Iterator[str]:
    """What the message says with the pieces of text that its names stand for."""
    values: dict[str, str] = {}
    for line in lines:
        values |= _names(line)
    use = _uses(values).search(text) if values else None
    if use is None:
        return
    first = max(0, use.start() - REACH // 3)
    said = text[first : first + REACH]
    values = _names(said) | values
    uses = _uses(values)
    yield from {_resolved(said, uses, values, lead, glue): None for lead in ("", "\n") for glue in (" ", "")}


def _resolved(text: str, uses: re.Pattern[str], values: dict[str, str], lead: str, glue: str) -> str:
    """`text` with what names stand for in their place, `lead` before it and `glue` between its pieces."""
    for _ in range(DEPTH):
        text = uses.sub(lambda use: lead + glue.join(_meant(use[0], values)), text, MOST_USES)[: 2 * REACH]
    return text.replace(" + ", glue)


def _names(text: str) -> dict[str, str]:
    """The names that are given in `text`, with what they stand for."""
    names: dict[str, str] = {}
    # A lone surrogate is no text to RE2.
    text = text.encode("utf-8", "replace").decode()
    if not _MAY_DEFINE.search(text):
        return names
    for statement in _STATEMENTS.split(text, MOST_NAMES):
        for defined in _definitions():
            match = defined.search(statement)
            if match and not _NO_NAMES.fullmatch(match["name"].lower()):
                names.setdefault(match["name"].lower(), match["value"][:REACH].strip(f"{_QUOTES} ,."))
    return names


@cache
def _definitions() -> tuple[re2.Pattern[str], ...]:
    # Linear in the text, whatever it is.
    return tuple(re2.compile(f"(?i){defined}") for defined in _DEFINED)


def _uses(values: dict[str, str]) -> re.Pattern[str]:
    """Names side by side, however they are put together."""
    name = rf"{_AROUND}\b(?:{_any_of(values)})\b{_AROUND}"
    return re.compile(rf"{name}(?:{_JOINT}{name})*", re.IGNORECASE)


def _meant(use: str, values: dict[str, str]) -> list[str]:
    names = re.findall(rf"\b(?:{_any_of(values)})\b", use, re.IGNORECASE)
    # A letter may be another's capital in one direction only.
    return [values.get(name.lower(), name) for name in names]


def _any_of(names: Iterable[str]) -> str:
    # The longest first, so that "part 10" is not read as "part 1".
    return "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
