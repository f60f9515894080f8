"""Whether anything known says what a question takes for granted.

Closed is only a document: what its title names, and what it is silent about, is not in it. That nothing else is known
of a thing means little, for the documents of a community are few.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from guards.base import Document
from guards.claims.ordinals import asked, look_up
from guards.claims.plain import SMALL, names, words
from guards.claims.verify import verifier
from guards.premises.likeness import Likeness, Statement, has, lacks, parts
from guards.premises.names import things
from guards.premises.premise import Premise
from guards.premises.verbs import VERBS, is_finite

State: TypeAlias = Literal["supported", "contradicted", "silent", "open"]
"""What is known says so; says otherwise; is a document about it that is silent; or there is nothing to go by."""

MOST_PASSAGES = 12
COVERED = 0.8
"""The share of a statement's words that a passage must have to say it."""
NEAR = 0.5
"""The same to be about it, so that another name or number there means another fact."""
TOLD = 0.6
"""The same to say it in other words, where the verifier says that it does."""
MATCHED = 2
"""Common words that a sentence must share with a statement, so that only its end is another."""
FAR = 0.34
"""Below this a document about a thing does not say what is said of it."""
DENIED = 0.6
"""How likely a passage must contradict a statement by itself."""
SURE = 0.75
"""How likely a passage must support a statement, for all that it does not say or denies."""
DOUBTED = 0.4
"""The same where it has another name or number; and less likely it must support it."""

_MADE = re.compile(
    r"(?:written|composed|created|directed|painted|invented|designed|authored|published|sung|recorded|made|developed|"
    r"coined|discovered|founded|proposed|built|drawn)\s+by\s+|(?:escrit[oa]|compuest[oa]|cread[oa]|dirigid[oa]|pintad[oa]|"
    r"inventad[oa]|diseñad[oa]|publicad[oa]|desarrollad[oa]|descubiert[oa]|fundad[oa]|hech[oa])\s+por\s+|"
    r"\b(?:authors?|autora?|autores)\s*:\s*|\bby\s+(?=[A-Z])"
)
_MAKES = re.compile(
    r"\s+(?:wrote|composed|created|directed|painted|invented|designed|developed|coined|discovered|founded|proposed|built|"
    r"escribió|compuso|creó|dirigió|pintó|inventó|diseñó|desarrolló|descubrió|fundó|propuso)\b"
)
_PARTS_LIST = (
    "chapter section part page paragraph appendix entry option flag argument command rule capitulo capítulo seccion sección "
    "apartado parte pagina página parrafo párrafo apendice apéndice entrada opcion opción orden regla"
)
_PARTS = frozenset(_PARTS_LIST.split())
"""Of whatever kind a part of a document is, what it is about must stand there."""
_DONE = re.compile(
    r"\w+(?:aron|ieron|aban|aba|ando|iendo|ar|er|ir|ado|ido)|usa\w?|tiene\w?|necesita\w?|cuesta\w?|mide\w?|dura\w?|hace\w?|"
    r"escribe\w?|permite\w?|guarda\w?|quit[oa]|gan[oa]|funciona\w?|dirigi[oo]|estudi[oa]|fund[oa]|trabaj[oa]|inaugur[oa]|"
    r"prolong[oa]|public[oa]|lanz[oa]|elimin[oa]|cambi[oa]|abre\w?|cierra\w?|sale\w?|llega\w?|recibi[oo]|naci[oo]|muri[oo]"
)
"""Spanish words, without accents, that are likely verbs."""
_COPULA = re.compile(r"\s(?:is|are|was|were|es|son|esta|está|fue|era)\s")
_THEIRS = re.compile(r"\b(?:his|her|their|su|sus)\s+\w+", re.IGNORECASE)
_NONE = re.compile(r"(?:there (?:is|are|was|were) no|no hay|no existe)\b", re.IGNORECASE)
_OWNER = re.compile(
    r"(?:the\s+)?(?P<own>[^']+)'s\s.+|.*\s(?:of|in|at|from|by|del?|en)\s+(?P<owner>.+)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Settled:
    """A premise, and what is known about it."""

    premise: Premise
    state: State
    passage: Document | None = None
    """What the state rests on."""
    says: str = ""
    """Of "contradicted": the words of the passage that say otherwise; "" where they are more than a sentence."""
    met: bool = False
    """Of "open": all that it names is known here, so that of the rest a model need not know."""


def settle(
    premise: Premise,
    passages: Sequence[Document],
    said: Sequence[str] = (),
    documents: Sequence[Document] = (),
) -> Settled:
    """What is known about `premise`.

    Args:
        premise: what a question takes for granted.
        passages: what was found on it.
        said: what members have stated before. It can support a premise, but not contradict one: nobody need be right.
            What the bot has said supports nothing.
        documents: whole documents, in which sentences and rules can be counted.
    """
    known = list(passages[:MOST_PASSAGES])
    heard = _settle(premise, passages, [*known, *(Document("", line) for line in said)], documents)
    return _settle(premise, passages, known, documents) if heard.state == "contradicted" and said else heard


def _settle(
    premise: Premise, passages: Sequence[Document], known: Sequence[Document], documents: Sequence[Document]
) -> Settled:
    if premise.kind == "place":
        return _placed(premise, documents or passages, known)
    if premise.kind == "author":
        return _authored(premise, known)
    if premise.kind == "exists":
        return _existing(premise, known)
    return _stated(premise, known)


def _placed(premise: Premise, documents: Sequence[Document], known: Sequence[Document]) -> Settled:
    meant = [one for one in documents if names(one.title, premise.subject)]
    if look_up(premise.what, meant):
        return Settled(premise, "supported", meant[0])
    wanted = asked(premise.what)
    first = re.sub(r"^\S+(?:\s*-?to[ -]last)?", "first", premise.what, count=1)
    # Of a section the place would be another one.
    whole = [one for one in meant if "›" not in one.title and look_up(first, [one])]
    if wanted and whole:
        return Settled(premise, "contradicted", whole[0])
    return _existing(replace(premise, what=premise.subject), known)


def _existing(premise: Premise, known: Sequence[Document]) -> Settled:
    if premise.what in premise.names:
        named = next((one for one in known if has(f"{one.title}\n{one.text}", premise.what)), None)
        if named is None and premise.subject:
            whole = [*premise.names[1:], *_parts(premise.names[:1])[1:]]
            titled = next(
                (one for one in known if one.title and any(names(one.title, each) for each in whole)), None
            )
            return Settled(premise, "silent" if titled else "open", titled)
        return Settled(premise, "supported" if named else "open", named)
    statement = Statement(premise.what, premise.names)
    found = sorted((statement.beside(one) for one in known), key=lambda one: -one.covered)
    everything = "\n".join(f"{one.title}\n{one.text}" for one in known)
    gone = any(lacks(everything, name) for name in premise.names)
    for one in found:
        counted = statement.beyond(one.document) if one.covered >= FAR else ""
        if counted or (one.covered >= NEAR and statement.other_number(one, surely=True)):
            return Settled(premise, "contradicted", one.document, counted or one.sentence)
        if one.covered >= TOLD and not statement.denies and _NONE.match(one.sentence):
            return Settled(premise, "contradicted", one.document, one.sentence)
        if one.covered >= COVERED and not gone:
            return Settled(premise, "supported", one.document)
    owner = _OWNER.fullmatch(premise.what)
    about = [*_parts(premise.names), *([owner["own"] or owner["owner"]] if owner else [])]
    titled = next((one for one in known if is_about(one, about, premise.what)), None)
    if titled is None:
        return Settled(premise, "open")
    own = Statement(f"{' '.join(about)} {titled.title}").stems
    head = [word for stem, word in statement.stems.items() if stem not in own and word not in _PARTS]
    nothing = bool(head) and not any(_mentions(everything, word) for word in head)
    return Settled(premise, "silent" if gone or nothing else "open", titled)


def _parts(found: Sequence[str]) -> list[str]:
    """Names, and the parts of those that "of" joins: "SMS de Zarcero" may be two."""
    return [
        *found,
        *(part for name in found for part in re.split(r"\s(?:of|de|del)\s", name) if part != name),
    ]


def is_about(document: Document, found: Sequence[str], said: str) -> bool:
    """Whether the title of a document names one of the names in `found`, or `said` has most of it."""
    if not document.title:
        return False
    if any(names(document.title, each) for each in found):
        return True
    parts_of = [set(words(part).words) - SMALL for part in re.split(r"\s*[›–]\s*", document.title)]
    own = set(words(said).words)
    return any(len(part) > 1 and len(part & own) / len(part) >= TOLD for part in parts_of)


def _mentions(text: str, word: str) -> bool:
    return Statement(word).beside(Document("", text.replace("\n", " "))).covered > 0


def _authored(premise: Premise, known: Sequence[Document]) -> Settled:
    work, author = premise.names
    about = [one for one in known if has(one.title, work) or names(one.title, work) or has(one.text, work)]
    for document in about:
        if _credits(document, work, author):
            return Settled(premise, "supported", document)
    for document in about:
        sentence = _maker(document, work)
        if sentence:
            return Settled(premise, "contradicted", document, sentence)
    titled = next((one for one in about if one.title and (names(one.title, work) or _whose(one, work))), None)
    return Settled(premise, "silent" if titled else "open", titled)


def _credits(document: Document, work: str, author: str) -> bool:
    """Whether the title of a document, or a sentence on `work`, names `author`."""
    if has(document.title, author):
        return True
    titled = names(document.title, work) or has(document.title, work)
    return any(has(sentence, author) and (titled or has(sentence, work)) for sentence in parts(document.text))


def _whose(document: Document, work: str) -> bool:
    """Whether a document speaks of `work` as somebody's, whom its title names."""
    return any(has(sentence, work) and _THEIRS.search(sentence) for sentence in parts(document.text))


def _maker(document: Document, work: str) -> str:
    """The sentence of `document` that says who made `work`; "" if none does."""
    titled = names(document.title, work) or has(document.title, work)
    for sentence in parts(document.text):
        if not (titled or has(sentence, work)):
            continue
        made, makes = _MADE.search(sentence), _MAKES.search(sentence)
        if made and any(
            thing.start - made.end() in (0, 1) and thing.kind == "name" for thing in things(sentence)
        ):
            return sentence
        if makes and any(thing.end == makes.start() for thing in things(sentence)):
            return sentence
    return ""


def _stated(premise: Premise, known: Sequence[Document]) -> Settled:
    settled = _told(premise, known)
    if settled.state != "open":
        return settled
    everything = "\n".join(f"{one.title}\n{one.text}" for one in known)
    return replace(settled, met=all(has(everything, name) for name in premise.names))


def _told(premise: Premise, known: Sequence[Document]) -> Settled:
    statement = Statement(premise.statement, premise.names)
    found = sorted((statement.beside(one) for one in known), key=lambda one: -one.covered)
    if not statement.stems or not found or found[0].covered < FAR:
        return _unsaid(premise, statement, known)
    everything = "\n".join(f"{one.title}\n{one.text}" for one in known)
    gone = [word for name in premise.names for word in lacks(everything, name)]
    settled = _by_words(premise, statement, found, gone) or _by_reading(premise, statement, found, gone)
    return settled or _unsaid(premise, statement, known)


def _by_words(
    premise: Premise, statement: Statement, found: Sequence[Likeness], gone: Sequence[str]
) -> Settled | None:
    """Where the same words stand in a passage, or all but a name or number."""
    best = found[0]
    for one in found:
        counted = statement.beyond(one.document) if one.covered >= FAR else ""
        if counted:
            return Settled(premise, "contradicted", one.document, counted)
    for one in found:
        if not one.missing and not gone and not statement.lost(one) and not _otherwise(statement, one):
            return Settled(premise, "supported", one.document)
    for one in found:
        if one.covered < best.covered - 0.1:
            break
        if _denies(premise, statement, one, gone):
            return Settled(premise, "contradicted", one.document, one.sentence)
    if best.titled:
        return Settled(premise, "open" if best.missing else "supported", best.document)
    return None


def _by_reading(
    premise: Premise, statement: Statement, found: Sequence[Likeness], gone: Sequence[str]
) -> Settled | None:
    """What the verifier makes of the passages, and how much of the statement's words they have."""
    best = found[0]
    seen = verifier().verify(premise.statement, [one.document for one in found])
    denied = seen.answer == "contradicted" and seen.contradicted >= DENIED
    if denied and seen.passage is not None and _meets(premise, seen.passage):
        return Settled(premise, "contradicted", seen.passage, statement.beside(seen.passage).sentence)
    # Other verbs may say the same; other things are others.
    same = all(_is_verb(word, premise.language) for word in best.missing) or seen.supported >= TOLD
    told = same and best.covered >= (TOLD if seen.answer == "supported" else COVERED)
    everything = "\n".join(f"{one.document.title}\n{one.document.text}" for one in found)
    left_out = seen.supported < SURE and _left_out(statement, best, everything, premise.language)
    if left_out:
        return Settled(premise, "silent", best.document)
    if told and not gone and not statement.lost(best):
        return Settled(premise, "supported", best.document)
    return None


def _meets(premise: Premise, document: Document) -> bool:
    """Whether a passage is about one of the things that a premise names."""
    text = f"{document.title}\n{document.text}"
    return not premise.names or any(has(text, name) for name in premise.names)


def _denies(premise: Premise, statement: Statement, one: Likeness, gone: Sequence[str]) -> bool:
    """Whether a sentence says something else than a statement in its place."""
    if statement.counts_otherwise(one):
        return True
    if statement.names_otherwise(one, gone) and _supported(premise, one) < TOLD:
        return True
    return one.covered >= NEAR and _otherwise(statement, one) and _doubted(premise, statement, one)


def _otherwise(statement: Statement, one: Likeness) -> bool:
    """Whether a sentence says the same of another name or number, or the opposite."""
    if statement.other_number(one) or statement.other_name(one):
        return True
    return (one.titled or one.covered >= COVERED - 0.15) and statement.reversed_in(one.sentence)


def _supported(premise: Premise, one: Likeness) -> float:
    return verifier().verify(premise.statement, [one.document]).supported


def _doubted(premise: Premise, statement: Statement, one: Likeness) -> bool:
    """Whether the verifier does not take it for the same in other words: "more than 400" where there are 408."""
    if one.titled:
        return True
    seen = verifier().verify(premise.statement, [one.document])
    if not one.missing and statement.denies != statement.denied_in(one.sentence):
        return seen.supported < SURE
    return seen.supported < DOUBTED and seen.contradicted >= DOUBTED


def _left_out(statement: Statement, best: Likeness, everything: str, language: Literal["en", "es"]) -> bool:
    """Whether a sentence says all of it but for what its verb is said of, and nothing that is known has that."""
    if (
        best.covered < TOLD - 0.01
        or not best.missing
        or any(_mentions(everything, word) for word in best.missing)
    ):
        return False
    told = list(statement.stems.values())
    named = {word for name in statement.names for word in words(name).words}
    common = [word for word in told if word not in named and word not in best.missing]
    if len(best.missing) == 1 and told[-1] == best.missing[0] and len(common) >= MATCHED:
        return True
    verb = next((told.index(word) for word in common if _is_verb(word, language)), None)
    if verb is None and not _COPULA.search(statement.text):
        return False
    after = told[verb:] if verb is not None else told
    return set(best.missing) <= set(after)


def _is_verb(word: str, language: Literal["en", "es"]) -> bool:
    return word in VERBS or is_finite(word) if language == "en" else _DONE.fullmatch(word) is not None


def _unsaid(premise: Premise, statement: Statement, known: Sequence[Document]) -> Settled:
    """Where a document is about what the statement is about, and has nothing of what it says, or not all that it names."""
    everything = " ".join(f"{one.title} {one.text}" for one in known)
    about = _parts(premise.names)
    for document in known:
        if not is_about(document, about, premise.statement):
            continue
        own = Statement(
            f"{document.title} {' '.join(name for name in about if names(document.title, name))}"
        ).stems
        telling = [word for stem, word in statement.stems.items() if stem not in own]
        nothing = (
            len(telling) > MATCHED
            and sum(_mentions(everything, word) for word in telling) / len(telling) < FAR
        )
        if nothing or any(lacks(everything, name) for name in premise.names):
            return Settled(premise, "silent", document)
    return Settled(premise, "open")
