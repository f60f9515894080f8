"""Whether a passage says of the same thing what a claim says.

"Lists can be changed, while tuples cannot" has every word of "tuples can be changed". What tells the two apart is which
words stand together in a clause, and what is denied.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from guards.base import Document
from guards.claims.antonyms import OPPOSITES
from guards.claims.plain import SMALL, plain
from guards.claims.texts import MOST_CHARS, Text, read, stem

KEPT = 200
"""Passages that stay cut."""
LONGEST = 12
"""Telling words of the longest clause that is set against another one."""
SCOPE = 2
"""Telling words after a negation that it denies."""
SHORT = 5
"""Telling words of a short claim, of which more than half must stand in one sentence."""
SHORTEST = 4
"""Letters of a word after a prefix that makes its opposite."""

_CUT = re.compile(
    r"(?P<end>(?<=[.!?])\s+|\n+)|(?P<and>,?\s{1,3}(?:and|y|e)\s)|"
    r"(?P<not>,?\s{1,3}(?:except(?:\s(?:for|on|in))?|rather\sthan|instead\sof|excepto|salvo|en\svez\sde|en\slugar\sde)\s)|"
    r"(?P<but>;\s|,?\s{1,3}(?:but|while|whereas|unlike|although|though|pero|sino|mientras(?:\sque)?|a\sdiferencia\sde|aunque)\s"
    r"|,\s(?=not?\s))",
    re.IGNORECASE,
)
_CONTRASTS = re.compile(r";|\b(?:while|whereas|but|mientras|pero)\b", re.IGNORECASE)
_BEFORE_LIST = (
    "not no never neither nor without cannot can't don't doesn't didn't isn't aren't wasn't weren't won't hasn't haven't hadn't "
    "couldn't wouldn't shouldn't unable nunca jamas ni ningun ninguna ninguno tampoco sin nadie nobody"
)
_BEFORE = frozenset(_BEFORE_LIST.split())
_AFTER_LIST = "none nothing nobody nowhere nada nadie ninguno ninguna nunca"
_AFTER = frozenset(_AFTER_LIST.split())
"""Words that deny what stands before them."""
_IDLE_LIST = "sin embargo,sin duda,no obstante,no doubt,not only,no solo"
_IDLE = frozenset(_IDLE_LIST.split(","))
"""Words that look like a denial, and are none."""
_EXCEPT = frozenset(["except", "excepto", "salvo"])
_NOT = _BEFORE | _AFTER | _EXCEPT
_ALL_LIST = (
    "all every always any each everyone everybody todo todos toda todas siempre cualquier cualquiera cada"
)
_ALL = frozenset(_ALL_LIST.split())
_ONLY_LIST = "only solely exclusively solo solamente unicamente"
_ONLY = frozenset(_ONLY_LIST.split())
_ANY_LIST = (
    "it this that these those they he she we i you there here was were be been being has have had do does did will would can may "
    "could should as than then also which who its their his her into such so when if both just at once one ones esto eso ello ellos "
    "ellas este esta ese esa aqui ahi ha han hay he fue fueron era eran ser sido estan estaba son se su sus ya si como puede pueden "
    "tambien cuando donde les le a uno"
)
_SMALL = SMALL | _NOT | _ALL | _ONLY | frozenset(_ANY_LIST.split())
_MORE_PAIRS = (
    "cheap expensive,cheaper dearer,faster slower,enabled disabled,mandatory optional,required optional,free paid,visible hidden,"
    "online offline,opens closes,starts ends,keeps loses,allows forbids,obligatorio opcional voluntario,barato caro,gratis caro,"
    "abre cierra,abren cierran,enciende apaga,encendido apagado,empieza termina,activado desactivado,permite prohíbe,"
    "obligatoria opcional voluntaria,abierta cerrada,abierto cerrado,rápido lento,presencial línea"
)
_SEASON = (
    r"(?:winter|summer|spring|autumn|night|noon|midnight|dawn|dusk|weekends?|mornings?|evenings?|afternoons?|nights|holidays|"
    r"christmas|easter|invierno|verano|primavera|otoño|noche|mañana|tarde|mediodía|medianoche|vacaciones|navidad|festivos)"
)
_HERE = re.compile(
    r"[\W_]*(?:in|on|at|during|throughout|within|inside|outside|near|before|after|since|until|when(?:ever)?|once|while|if|unless|"
    r"en|durante|antes\sdel?|después\sdel?|tras|desde|hasta|cuando|mientras|si|salvo\s(?:que|si)|a\smenos\sque|siempre\sque|por|"
    r"a\spartir\sdel?)\s+"
    rf"(?:(?:(?:the|la|las|los)\s)?{_SEASON}\b|[^,.;:()]{{2,60}},\s|"
    r"(?:(?:the|an?|el|la|los|las|una?)\s)?[^\W\d_]+\s(?=(?:(?:the|an?|its?|they|he|she|we|you|there|this|that|"
    r"these|those|all|every|each|no|some|his|her|their|my|your|our|el|la|los|las|una?|est[eao]s?|es[ea]s?|sus?|se|hay|tod[oa]s?|"
    r"cada)\b|(?-i:[A-ZÁÉÍÓÚÑ]))))",
    re.IGNORECASE,
)
"""What a sentence begins with that says when, where or on what condition it is so: "In winter, ", "At night the "."""
_TALK_LIST = (
    "fact total general addition particular short conclusion summary contrast comparison other others word words hand example "
    "instance least most moment present first last end beginning time times contrary average practice theory principle reality "
    "essence course case cases way ways context result results best worst once many much more less same need necessary possible "
    "using used use default design definition realidad hecho resumen cambio comparacion otra otras otro otros palabras lado parte "
    "ejemplo menos mas momento presente primero ultimo fin final principio vez veces contrario media promedio practica teoria "
    "esencia supuesto caso casos ambos mayoria definitiva cuanto defecto tanto during throughout within inside outside near before "
    "after since until when whenever once while if unless durante antes despues tras desde hasta cuando mientras si salvo siempre partir"
)
_TALK = frozenset(_TALK_LIST.split())
"""Words of such beginnings that name no time, place or condition: "In general", "Por ejemplo"."""
_PREFIXES = ("un", "in", "im", "ir", "il", "non", "dis", "des")


def _opposites() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for word, others in OPPOSITES.items():
        found.setdefault(stem(plain(word)), set()).update(stem(plain(other)) for other in others)
    for group in _MORE_PAIRS.split(","):
        first, *rest = [stem(plain(word)) for word in group.split()]
        found.setdefault(first, set()).update(rest)
        for one in rest:
            found.setdefault(one, set()).add(first)
    return found


_OPPOSITES = _opposites()


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a text that may speak of something else than the part before it."""

    stems: tuple[str, ...]
    """Of its telling words, in order."""
    words: frozenset[str]
    """All of them, plain."""
    bare: frozenset[str]
    """Stems of words without what may make opposites of them: of "immutable" that of "mutable"."""
    denies: bool
    """Whether it has a negation."""
    denied: frozenset[str]
    """Those of its stems that the negation is about."""
    numbers: frozenset[int]
    """What its numbers are: 0 a number, 1 and -1 a bound, as in "more than 20"."""
    sentence: int
    """Which sentence it is in."""
    after: str
    """What it begins after: "end" of a sentence, "and", "but", "not" for an exception."""


def told(claim: str, passage: Document) -> bool:
    """Whether `passage`, which has the words of `claim`, says with them what `claim` says, as far as its clauses tell."""
    parts = _kept(passage.text[:MOST_CHARS])
    titled = frozenset(read(passage.title).stems)
    if parts and _is_elsewhere(claim, titled.union(*[part.stems for part in parts])):
        return False
    said = clauses(claim) if _CONTRASTS.search(claim) else (_clause(read(claim), 0, "end"),)
    return not parts or all(_told(one, parts, titled) for one in said if one.stems)


def _is_elsewhere(claim: str, there: frozenset[str]) -> bool:
    """Whether `claim` begins with when, where or on what condition it is so, and nothing of that is `there`.

    Names and numbers are looked at by `guards.claims.bearing`.
    """
    begins = _HERE.match(claim)
    if begins is None:
        return False
    said = read(begins.group())
    telling = [
        stemmed
        for word, stemmed, name in zip(said.words, said.stems, said.names, strict=True)
        if not name and word.isalpha() and len(word) > 1 and word not in _SMALL and word not in _TALK
    ]
    return bool(telling) and there.isdisjoint(telling)


def clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of `text` that tell anything."""
    found: list[Clause] = []
    at, sentence, after = 0, 0, "end"
    for cut in (*_CUT.finditer(text), None):
        clause = _clause(read(text[at : cut.start() if cut else len(text)]), sentence, after)
        if clause.stems:
            found.append(clause)
        if cut:
            at, after = cut.end(), cut.lastgroup or ""
            sentence += after == "end"
    return tuple(found)


_kept = lru_cache(maxsize=KEPT)(clauses)


def _clause(said: Text, sentence: int, after: str) -> Clause:
    words = said.words
    telling = [index for index, word in enumerate(words) if word not in _SMALL]
    stems = tuple([said.stems[index] for index in telling])
    bare = {
        stem(words[index].removeprefix(prefix))
        for index in telling
        for prefix in _PREFIXES
        if words[index].startswith(prefix) and len(words[index]) >= len(prefix) + SHORTEST
    }
    denials = [
        index
        for index, word in enumerate(words)
        if word in _NOT and " ".join(words[index : index + 2]) not in _IDLE
    ]
    denied = set(stems) if after == "not" else set[str]()
    for place in denials:
        if words[place] in _BEFORE:
            denied.update([said.stems[index] for index in telling if index > place][:SCOPE])
        if words[place] in _AFTER:
            denied.update([said.stems[index] for index in telling if index < place][-1:])
    denies = bool(denials) or after == "not"
    numbers = frozenset(number.relation for number in said.numbers)
    return Clause(
        stems, frozenset(words), frozenset(bare), denies, frozenset(denied), numbers, sentence, after
    )


def _told(claim: Clause, parts: Sequence[Clause], titled: frozenset[str]) -> bool:
    said = frozenset(claim.stems)
    best = max(
        range(len(parts)),
        key=lambda index: (len(said.intersection(parts[index].stems)), -len(parts[index].stems)),
    )
    beside = [part for part in parts if part.sentence == parts[best].sentence]
    missing = said.difference(parts[best].stems, titled)
    turned = _opposed(claim, missing, parts[best])
    if turned:
        # "Not open" is "closed".
        return claim.denies != parts[best].denies and not _beyond(claim, beside)
    used = list(_holding(missing, parts, best))
    # What a bound is compared with is another number.
    if claim.numbers.isdisjoint((1, -1)):
        here = titled.union(*[part.stems for part in beside])
        if len(said) <= SHORT and len(said & here) <= len(said) / 2:
            return False
        if any(_crossed(said, parts, *sorted((best, each))) for each in used):
            return False
    return _agree(claim, [parts[each] for each in (best, *used)]) and not _beyond(claim, beside)


def _holding(missing: frozenset[str], parts: Sequence[Clause], best: int) -> Iterator[int]:
    """Those of `parts` that have what is missing in the best of them: the fewest, the nearest."""
    while missing:
        share, _, index = max(
            (len(missing.intersection(part.stems)), -abs(index - best), index)
            for index, part in enumerate(parts)
        )
        if not share:
            return
        yield index
        missing = missing.difference(parts[index].stems)


def _opposed(claim: Clause, missing: frozenset[str], part: Clause) -> bool:
    """Whether `part` has the opposite of something in `claim`."""
    there = frozenset(part.stems)
    if any(one in part.bare or not there.isdisjoint(_OPPOSITES.get(one, ())) for one in missing):
        return True
    return not claim.bare.isdisjoint(there.difference(claim.stems))


def _agree(claim: Clause, parts: Sequence[Clause]) -> bool:
    """Whether what `claim` says is denied there, too, or neither."""
    if claim.denies:
        return any(part.denies for part in parts)
    return all(part.denied.isdisjoint(claim.stems) for part in parts)


def _beyond(claim: Clause, sentence: Sequence[Clause]) -> bool:
    """Whether `claim` says of all, or of these only, what `sentence` does not, or with an exception."""
    there = frozenset[str]().union(*[part.words for part in sentence])
    of_all = not claim.words.isdisjoint(_ALL)
    excepted = any(part.after == "not" for part in sentence) and not claim.denies
    if of_all and (excepted or there.isdisjoint(_ALL)):
        return True
    return not claim.words.isdisjoint(_ONLY) and there.isdisjoint(_ONLY)


def _crossed(said: frozenset[str], parts: Sequence[Clause], first: int, second: int) -> bool:
    """Whether `said` takes words from two clauses that are set against each other, and joins what they keep apart.

    What the second one leaves out stands at the beginning of the first: "The club was founded in 2016 and moved in 2021".
    So a claim may take that beginning, and the second from its own beginning on.
    """
    if not _parallel(parts[first : second + 1]):
        return False
    one = [each for each in parts[first].stems if each not in parts[second].stems]
    other = [each for each in parts[second].stems if each not in parts[first].stems]
    taken = [index for index, each in enumerate(one) if each in said]
    if not taken or said.isdisjoint(other) or said.issuperset(one):
        return False
    if said.issuperset(other) and len(other) >= len(taken):
        return False
    return other[0] not in said or not said.issuperset(one[: taken[-1]])


def _parallel(parts: Sequence[Clause]) -> bool:
    """Whether the first and the last of `parts` are set against each other."""
    first, last = parts[0], parts[-1]
    if max(len(first.stems), len(last.stems)) > LONGEST:
        return False
    if first.sentence == last.sentence and any(part.after == "but" for part in parts[1:]):
        return True
    return not set(first.stems).isdisjoint(last.stems) or bool(first.numbers and last.numbers)
