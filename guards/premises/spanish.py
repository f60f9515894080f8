"""What Spanish questions take for granted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from guards.premises.names import named
from guards.premises.premise import Premise, Word, clause_end, fold, words
from guards.premises.spanish_clauses import (
    about_us,
    compared,
    noun_before,
    of_nobody,
    ordered,
    verbs,
    what_done,
    which,
    with_object,
)
from guards.premises.spanish_patterns import (
    ATTRIBUTE,
    BY,
    CUE,
    DETERMINERS,
    DOES,
    END,
    HELPERS,
    HOW,
    LATER,
    LEAD,
    OURS,
    PART,
    RELATIVE,
    SUBORDINATE,
    TENURE,
    WHAT,
    WORK,
)

_cut = partial(clause_end, END)
MOST_WORDS = 40
"""Words of a clause that are read."""


def premises(text: str, start: int, end: int) -> Iterator[Premise]:
    """What the sentence at `start` to `end` of `text` takes for granted, but for the things it names."""
    plain = fold(text)
    yield from _attributed(text, plain, start, end)
    for match in SUBORDINATE.finditer(plain, start, end):
        group = "clause" if match["clause"] else "late"
        if not (match["clause"] and plain[match.start() : match.start(group)].strip(" ,;.¿(") == "si"):
            yield from _stated(
                text, plain, match.start(group), match.end(group), _before(text, start, match.start())
            )
    for match in RELATIVE.finditer(plain, start, end):
        whose = _before(text, start, match.start())
        if whose and text[: match.start()].endswith(whose):
            clause = text[match.start("clause") : match.end("clause")]
            one = _fact(text, match.start("clause"), match.end("clause"), f"{whose} {clause}")
            yield replace(one, names=(whose, *one.names))
    described = list(_described(text, plain, start, end))
    asked = described[-1].end if described else 0
    yield from described
    for match in LEAD.finditer(plain, start, end):
        if match.start() < asked:
            continue
        found = list(_asked(text, plain, match, start, end))
        asked = max((one.end for one in found), default=asked)
        yield from found
    if asked == 0:
        found = list(_done(text, plain, start, end))
        yield from found or _wanted(text, plain, start, end)
    for match in TENURE.finditer(plain, start, end):
        stop = _cut(plain, match.start("where"), end)
        who, where = text[match.start("who") : match.end("who")], text[match.start("where") : stop]
        if named(words(who)):
            yield _fact(text, match.start(), stop, f"{who} estuvo {match['at']} {where}")


def _asked(text: str, plain: str, lead: re.Match[str], start: int, end: int) -> Iterator[Premise]:
    """What is asked for with "por qué", "cuándo", "qué", …"""
    stop = _cut(plain, lead.end(), end)
    later = LATER.search(plain, lead.end() + 1, stop)
    stop = later.start() if later else stop
    found = words(text, lead.end(), stop)[:MOST_WORDS]
    if len(found) < 2 or about_us(found) or not _opens(plain, lead, start):
        return
    named_first = _is_que(lead) and not lead["why"]
    verb = noun_before(found) if named_first else 0
    is_what = found[0].plain in ("es", "son") and named_first and not lead["time"]
    if is_what or of_nobody(text, found[verb:]):
        return
    said = _said(text, found, lead, verb)
    if said and len(said.split()) > 1:
        yield _fact(text, lead.start(), stop, said)


def _is_que(lead: re.Match[str]) -> bool:
    return lead.group().split()[-1] == "que"


def _opens(plain: str, lead: re.Match[str], start: int) -> bool:
    """Whether `lead` asks: in the middle of a sentence "que" and "como" do not, but after "dime" and the like."""
    before = plain[start : lead.start()].rstrip()
    if before.endswith((" lo", " el", " la")):
        return False
    asks = not before or before[-1] in "¿?,.:;!¡(" or before.endswith((" y", " e", " pero"))
    return bool(asks or CUE.search(plain, start, lead.start()) or lead["why"] or lead["time"] or lead["many"])


def _said(text: str, found: Sequence[Word], lead: re.Match[str], verb: int) -> str:
    """The statement; `verb`: where the verb stands after a noun that "qué" asks for, or 0."""
    clause = ordered(text, found[verb:] if lead["qprep"] else found)
    if verb and not lead["qprep"]:
        return which(text, found, verb)
    if lead["counted"]:
        return with_object(found, clause, text[lead.start("counted") : lead.end("counted")], text)
    if lead["compared"]:
        return compared(text, found, text[lead.start("compared") : lead.end("compared")])
    if lead["object"] and not lead["oprep"]:
        return f"alguien {text[found[0].start : found[-1].end]}"
    if _is_que(lead) and not (lead["why"] or lead["time"] or lead["object"] or lead["qprep"]):
        return what_done(found, clause, text)
    return clause


def _before(text: str, start: int, end: int) -> str:
    """The last thing that is named before `end`: who does what comes next, where nobody is named there."""
    found = [thing for thing in named(words(text, start, end)) if thing.kind != "code"]
    return found[-1].text if found else ""


def _stated(text: str, plain: str, start: int, end: int, whose: str = "") -> Iterator[Premise]:
    """A clause that stands in a question as a statement. `whose`: who does it, where it names nobody."""
    found = words(text, start, _cut(plain, start, end))[:MOST_WORDS]
    if len(found) < 3 or about_us(found):
        return
    one = _fact(text, found[0].start, found[-1].end, ordered(text, found))
    at = verbs(found)
    acts = 0 < at < len(found) and found[0].plain != "se" and found[at].plain in DETERMINERS
    if whose and (acts or (at and not one.names)):
        said = f"{whose} {text[found[0].start : found[-1].end]}"
        one = replace(one, statement=said, what=said, names=(whose, *one.names))
    yield one


def _done(text: str, plain: str, start: int, end: int) -> Iterator[Premise]:
    """Who did something, asked without a question mark in front."""
    match = DOES.search(plain, start, end)
    if match is None:
        return
    if (match["some"] or "").split(" ")[0] in HELPERS:
        return
    begin = match.start("did") if match["did"] else match.start("some")
    stop = _cut(plain, begin, end)
    found = words(text, begin, stop)[:MOST_WORDS]
    if len(found) >= 3 and not about_us(found):
        who = "alguien " if match["did"] else "algún "
        yield _fact(text, match.start(), stop, who + text[begin:stop])


def _described(text: str, plain: str, start: int, end: int) -> Iterator[Premise]:
    """A definite description: "la tercera esposa de X"."""
    match = WHAT.search(plain, start, end)
    if match is None:
        return
    begin = next(match.start(name) for name, found in match.groupdict().items() if found)
    stop = _cut(plain, begin, end)
    while (attribute := ATTRIBUTE.fullmatch(plain, begin, stop)) is not None:
        begin = attribute.start("rest")
    found = words(text, begin, stop)[:MOST_WORDS]
    if len(found) < 2 or any(word.plain in OURS for word in found):
        return
    if found[0].plain in ("el", "la", "los", "las") and len(found) >= 3 and found[1].plain != "que":
        what = text[begin:stop]
        yield Premise(begin, stop, "exists", f"existe {what}", what, _names(text, begin, stop), language="es")


def _wanted(text: str, plain: str, start: int, end: int) -> Iterator[Premise]:
    """What somebody wants to get, use, reach: "¿cómo llego a la cafetería del barco?"."""
    match = PART.search(plain, start, end) if HOW.search(plain, start, end) else None
    if match is not None:
        what = text[match.start() : _cut(plain, match.start(), end)]
        if not any(word.plain in OURS for word in words(what)):
            stop = match.start() + len(what)
            names = _names(text, match.start(), stop)
            yield Premise(match.start(), stop, "exists", f"existe {what}", what, names, language="es")


def _attributed(text: str, plain: str, start: int, end: int) -> Iterator[Premise]:
    """A work with its author: "X, de Y", "la novela X de Y", "X, escrito por Y"."""
    known = named(words(text, start, end))
    for match in BY.finditer(plain, start, end):
        work = next((thing for thing in known if thing.end == match.start()), None)
        author = next((thing for thing in known if thing.start == match.end()), None)
        if work is None and author is not None and match["de"]:
            # "la novela El ingenioso Python de X": one name, as it is written.
            continue
        if work is None or author is None or author.kind != "name":
            continue
        is_work = work.kind == "title" or WORK.search(plain, start, work.start)
        if match["verb"] is None and not is_work and not match.group().lstrip().startswith(","):
            continue
        verb = f"fue {match['verb']} por" if match["verb"] else "es de"
        yield _author(text, work.start, author.end, work.text, verb, author.text)
    for thing in known:
        # Of "novela X de Y" all is one name.
        if thing.kind == "name" and WORK.search(plain, start, thing.start) and " de " in thing.text:
            work_name, _, author_name = thing.text.rpartition(" de ")
            if author_name[:1].isupper():
                yield _author(text, thing.start, thing.end, work_name, "es de", author_name)


def _author(text: str, start: int, end: int, work: str, verb: str, author: str) -> Premise:
    said = f"{work} {verb} {author}"
    return Premise(start, end, "author", said, said, (work, author), work, "es")


def _fact(text: str, start: int, end: int, said: str) -> Premise:
    said = " ".join(said.split()).strip(" ,.;:¿?")
    return Premise(start, end, "fact", said, said, _names(text, start, end), language="es")


def _names(text: str, start: int, end: int) -> tuple[str, ...]:
    return tuple(thing.text for thing in named(words(text, start, end)))
