"""What English questions take for granted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from guards.premises.english_clauses import Clause, declared, is_subject, subject_of
from guards.premises.english_patterns import (
    ATTRIBUTE,
    AUX,
    BY,
    CUE,
    DETERMINERS,
    DO,
    END,
    HOW,
    LATER,
    LEAD,
    MADE,
    MEMBERS,
    MODALS,
    NOT,
    OURS,
    PART,
    PREPOSITIONS,
    PRONOUNS,
    RELATIVE,
    SHORT,
    SUBORDINATE,
    TENURE,
    WHAT,
    WHO,
    WORKS,
)
from guards.premises.names import named
from guards.premises.premise import Premise, Word, clause_end, fold, words
from guards.premises.verbs import VERBS, is_finite

_cut = partial(clause_end, END)
MOST_WORDS = 40
"""Words of a clause that are read."""
_TELLS = frozenset(["says", "said", "say", "states", "shows", "lists", "tells", "covers"])


def premises(text: str, start: int, end: int) -> Iterator[Premise]:
    """What the sentence at `start` to `end` of `text` takes for granted, but for the things it names."""
    plain = fold(text)
    yield from _attributed(text, start, end)
    for match in SUBORDINATE.finditer(plain, start, end):
        group = "clause" if match["clause"] else "late"
        yield from _stated(text, match.start(group), match.end(group), _before(text, start, match.start()))
    for match in RELATIVE.finditer(plain, start, end):
        whose = _before(text, start, match.start() + 1)
        if whose and text[: match.start()].endswith(whose):
            yield from _stated(text, match.start("clause"), match.end("clause"), whose, leads=True)
    asked = 0
    for match in MADE.finditer(plain, start, end):
        found = [
            word for word in words(text, match.end(), _cut(plain, match.end(), end)) if word.plain != "to"
        ]
        clause = declared(text, found[:MOST_WORDS], "did", negative=False) if len(found) > 1 else None
        if clause is not None:
            asked = clause.end
            yield _fact(text, match.start(), clause.end, clause.says())
    for match in LEAD.finditer(plain, start, end):
        if match.start() < asked:
            continue
        told = list(_asked(text, plain, match, start, end))
        asked = max((one.end for one in told), default=asked)
        yield from told
    if asked == 0:
        yield from list(_done(text, plain, start, end)) or _wanted(text, plain, start, end)
    for match in TENURE.finditer(plain, start, end):
        where = _cut(plain, match.start("where"), match.end("where"))
        who = text[match.start("who") : match.end("who")].rsplit("  ", maxsplit=1)[-1]
        name = named(words(who))
        if name and name[-1].end == len(who):
            shown = text[match.start("where") : where]
            yield _fact(text, match.start(), where, f"{name[-1].text} was {match['at']} {shown}")


def _asked(text: str, plain: str, lead: re.Match[str], start: int, end: int) -> Iterator[Premise]:
    """What is asked for with "why", "when", "what did", …"""
    found = _asked_words(text, plain, lead, end)
    if not found:
        return
    stop = found[-1].end
    aux, negative = found[0].plain, found[0].plain in NOT
    aux = NOT.get(aux, aux)
    if aux not in AUX:
        cued = lead["why"] or re.search(rf"\b{CUE}\s+(?:exactly\s+)?$", plain[: lead.start()])
        if (lead["why"] or lead["plain"]) and cued and found[0].plain != "to":
            yield from _stated(text, found[0].start, stop)
        return
    said = _without_clause(text, lead, found, aux, negative=negative)
    if said is not None:
        yield from [_fact(text, lead.start(), stop, said)] if said else []
    elif aux in MODALS and not lead["why"]:
        # How it will be done is asked, but not whether; that there is such a thing is not.
        at = subject_of(found[1:], aux) if len(found) > 3 and found[1].plain not in OURS else 0
        described = list(_described(text, plain, found[1].start, found[at].end)) if at > 1 else []
        yield from described or _wanted(text, plain, start, end)
    else:
        yield from _declares(text, plain, lead, declared(text, found[1:], aux, negative=negative), found)


def _asked_words(text: str, plain: str, lead: re.Match[str], end: int) -> list[Word]:
    """The words behind `lead` that belong to the same clause."""
    stop = _cut(plain, lead.end(), end)
    later = LATER.search(plain, lead.end(), stop)
    found = words(text, lead.end(), stop)[:MOST_WORDS]
    found = [word for word in found if later is None or word.end <= later.start()]
    if SHORT.get(plain[lead.start() : lead.end() + 2]) and found and found[0].plain in ("s", "d"):
        found = found[1:]
    return found[1:] if found and found[0].plain == "exactly" else found


def _without_clause(
    text: str, lead: re.Match[str], found: Sequence[Word], aux: str, *, negative: bool
) -> str | None:
    """What is said where the noun that is asked for is the subject, or with "there is"; None: there is another subject."""
    stop = found[-1].end
    group = next((name for name in ("noun", "time", "counted") if lead[name]), "")
    if group and not lead["prep"] and aux not in DO and is_subject(found):
        return f"some {lead[group]} {text[found[0].start : stop]}"
    if found[1:2] and found[1].plain == "there" and aux in ("is", "are", "was", "were"):
        rest = text[found[1].end : stop].strip()
        return f"there {aux}{' not' * negative} {rest}" if len(rest.split()) > 1 else ""
    return None


def _declares(
    text: str, plain: str, lead: re.Match[str], clause: Clause | None, found: Sequence[Word]
) -> Iterator[Premise]:
    if clause is None or (clause.subject.lower() in PRONOUNS and len(clause.says().split()) < 4):
        return
    if lead["object"] and clause.verb in _TELLS:
        described = list(_described(text, plain, found[1].start, found[1].start + len(clause.subject)))
        if described:
            yield from described
            return
    said = _said(clause, lead)
    if said:
        yield _fact(text, lead.start(), found[-1].end, said)


def _said(clause: Clause, lead: re.Match[str]) -> str:
    if lead["compared"]:
        return f"{clause.subject} {clause.verb} {lead['compared']} {clause.rest}"
    if lead["object"]:
        return clause.says("something" if lead["object"] == "what" else "someone")
    if lead["noun"] and not lead["prep"]:
        article = "an" if lead["noun"][0] in "aeiou" else "a"
        return clause.says(lead["noun"] if lead["noun"].endswith("s") else f"{article} {lead['noun']}")
    if lead["counted"]:
        timed = re.fullmatch(
            r"(?:more\s+)?(?:hours|years|days|weeks|months|minutes|time|long|seconds)", lead["counted"]
        )
        return clause.says("" if timed else lead["counted"])
    return f"{clause.says()} in {lead['of'].split()[-1]}" if lead["of"] else clause.says()


def _before(text: str, start: int, end: int) -> str:
    """The last thing that is named before `end`: who "she" is in what comes next."""
    found = [thing for thing in named(words(text, start, end)) if thing.kind != "code"]
    return found[-1].text if found else ""


def _stated(text: str, start: int, end: int, whose: str = "", *, leads: bool = False) -> Iterator[Premise]:
    """A clause that stands in a question as a statement. `whose`: who "she" is, or, where it `leads`, who does it."""
    stop = _cut(fold(text), start, end)
    found = words(text, start, stop)[:MOST_WORDS]
    if found and found[0].plain == "that":
        found = found[1:]
    if (
        len(found) < (2 if leads else 3)
        or found[0].plain in OURS
        or (not leads and found[0].plain in ("to", "does", "did", "do", "is", "was"))
    ):
        return
    if any(word.plain in MEMBERS for word in found):
        return
    verbs = [
        index for index, word in enumerate(found)
        if index
        and not word.capital
        and (is_finite(word.plain) or word.plain in NOT or word.plain in VERBS or _looks_finite(found, index))
    ]  # fmt: skip
    said = text[found[0].start : found[-1].end]
    if leads:
        verbs = [0] if is_finite(found[0].plain) else []
        said = f"{whose} {said}"
    elif whose and found[0].plain in PRONOUNS:
        said = f"{whose} {text[found[1].start : found[-1].end]}"
    if verbs and verbs[0] < 10:
        one = _fact(text, found[0].start, found[-1].end, said)
        yield replace(one, names=(whose, *one.names)) if said.startswith(whose) and whose else one


def _looks_finite(found: Sequence[Word], index: int) -> bool:
    """Whether what follows a name can only be its verb: "Canada borders Mexico"."""
    word, before = found[index].plain, found[index - 1]
    return (
        before.capital and not before.owns and word.endswith("s") and len(word) > 3 and index + 1 < len(found)
    )


def _done(text: str, plain: str, start: int, end: int) -> Iterator[Premise]:
    """Who did something, or what is the something of something."""
    match = WHO.search(plain, start, end)
    if match and match["did"]:
        stop = _cut(plain, match.start("did"), end)
        verb = plain[match.start("did") : stop].split(" ", maxsplit=1)[0]
        ours = re.search(r"\b(?:i|you|we|my|our|your|me|us|here)\b", plain[match.start("did") : stop])
        if (is_finite(verb) or verb in VERBS) and not ours and stop - match.start("did") > len(verb) + 3:
            yield _fact(text, match.start(), stop, f"someone {text[match.start('did') : stop]}")
        return
    if match and match["some"]:
        begin = match.start("some")
        stop = _cut(plain, begin, end)
        found = words(text, begin, stop)[:MOST_WORDS]
        for at in range(1, min(6, len(found) - 1)):
            word = found[at]
            if (
                not word.capital
                and is_finite(word.plain)
                and word.plain not in ("do", "does", "did", "can", "will")
            ):
                if found[0].plain not in AUX and not any(each.plain in MEMBERS for each in found):
                    yield _fact(text, match.start(), stop, f"some {text[begin:stop]}")
                    return
                break
    match = WHAT.search(plain, start, end) or (match if match and match["thing"] else None)
    if match:
        group = "thing" if match["thing"] else "named"
        yield from _described(text, plain, match.start(group), end)


def _described(text: str, plain: str, start: int, end: int) -> Iterator[Premise]:
    """A definite description: "the third wife of X", "X's last novel"."""
    stop = _cut(plain, start, end)
    later = LATER.search(plain, start, stop)
    stop = later.start() if later else stop
    while (match := ATTRIBUTE.fullmatch(plain, start, stop)) is not None:
        start = match.start("rest")
    found = words(text, start, stop)[:MOST_WORDS]
    if len(found) < 2 or any(word.plain in MEMBERS for word in found):
        return
    owned = next((index for index, word in enumerate(found) if word.owns), None)
    if found[0].plain == "the" or (owned is not None and owned < 4 and found[0].capital):
        telling = [word for word in found if word.plain not in PREPOSITIONS and word.plain not in DETERMINERS]
        if len(telling) >= 2:
            what = text[start:stop]
            yield Premise(
                start, stop, "exists", f"there is such a thing as {what}", what, _names(text, start, stop)
            )


def _wanted(text: str, plain: str, start: int, end: int) -> Iterator[Premise]:
    """What somebody wants to get, use, reach: "how do I get to the café of the ferry?"."""
    match = PART.search(plain, start, end) if HOW.search(plain, start, end) else None
    if match is not None:
        stop = _cut(plain, match.start(), end)
        what = text[match.start() : stop]
        if not any(word.plain in MEMBERS for word in words(what)):
            names = _names(text, match.start(), stop)
            yield Premise(match.start(), stop, "exists", f"there is such a thing as {what}", what, names)


def _attributed(text: str, start: int, end: int) -> Iterator[Premise]:
    """A work with its author: "X, by Y", "the novel X by Y", "Y's novel X"."""
    plain = fold(text)
    found = words(text, start, end)
    known = named(found)
    for match in BY.finditer(plain, start, end):
        work = next((thing for thing in known if thing.end == match.start()), None)
        author = next((thing for thing in known if thing.start == match.end()), None)
        if work is None or author is None or author.kind != "name":
            continue
        verb = (match["verb"] or "").strip()
        said = f"{work.text} {'was ' + verb if verb else 'is'} by {author.text}"
        yield Premise(work.start, author.end, "author", said, said, (work.text, author.text), work.text)
    for index, word in enumerate(found[:-1]):
        owner = next((thing for thing in known if thing.end == word.end and word.owns), None)
        if owner is None:
            continue
        for at in range(index + 1, min(index + 4, len(found) - 1)):
            titled = next((thing for thing in known if thing.start == found[at + 1].start), None)
            if found[at].plain.strip(",") in WORKS and titled is not None:
                said = f"{titled.text} is by {owner.text}"
                yield Premise(
                    owner.start, titled.end, "author", said, said, (titled.text, owner.text), titled.text
                )


def _fact(text: str, start: int, end: int, said: str) -> Premise:
    said = " ".join(said.split()).rstrip(" ,.;:")
    return Premise(start, end, "fact", said, said, _names(text, start, end))


def _names(text: str, start: int, end: int) -> tuple[str, ...]:
    return tuple(thing.text for thing in named(words(text, start, end)))
