"""A reply's claims with a verdict each: what can be worked out or looked up first, then what passages say.

Two steps, for between them somebody has to find the passages. Both only compute.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, partial

from guards.base import Document, Line
from guards.claims.atoms import Atom, atoms
from guards.claims.bearing import is_shown, is_telling
from guards.claims.checks import Check
from guards.claims.claim import Claim, ClaimVerdict
from guards.claims.clauses import told
from guards.claims.exact import KEPT, exact
from guards.claims.ordinals import asked
from guards.claims.pairs import swapped
from guards.claims.plain import words
from guards.claims.quotations import MOST_CHARS as MOST_READ
from guards.claims.quotations import SHORTEST, quoted
from guards.claims.remembered import remembered
from guards.claims.sentences import Sentence, sentences
from guards.claims.stating import is_claim, surely
from guards.claims.verify import Second, Verified, verifier
from guards.sources import made_up

MOST_CHARS = 20_000
"""Characters of a reply that are looked at."""
MOST_LOOKED_UP = 12
"""Sentences of a reply for which whole documents are looked up."""
MOST_CLAIMS = 60
"""Claims of a reply."""
MOST_DOUBTED = 12
"""Sentences of a reply, from the first, that get a second opinion where it is in doubt whether they are claims."""
CERTAIN = 0.99
"""The score of what was worked out or found word for word."""
MOST_SAID = 300
"""Characters of what a source says."""
MOST_OF = 0.5
"""The share of a claim that an exact check must cover to settle it."""
LONGEST_ANSWER = 200
"""Characters of a bare answer to "the third sentence of …"."""

_FICTION = re.compile(
    r"\b(?:write|tell|compose|invent|imagine|make up|continue|pretend|escrib\w+|cu[eé]nta\w*|inventa\w*|imagina\w*|"
    r"comp[oó]n\w*|continúa)\b.{0,60}\b(?:story|stories|tale|poems?|haiku|limerick|songs?|lyrics|jokes?|fiction|novel|"
    r"dialogue|riddle|cuentos?|historias?|poemas?|haikus?|canci[oó]n(?:es)?|chistes?|ficci[oó]n|novela|"
    r"di[aá]logo|adivinanza|relato)\b",
    re.IGNORECASE | re.DOTALL,
)
_ASKS = re.compile(
    r"[\W_]*(?:(?:at|in|on|by|for|from|to|a|de|en|por|para|desde|con)\s+)?(?:when|where|who|whom|what|which|how|why|qué|que|"
    r"cuándo|cuando|dónde|donde|quién|quien|cuál|cual|cómo|como|cuánt[oa]s?|hora|time|many|much)\b|"
    r"\b(?:does|do|did|is|are|was|were|hora|time|many|much)\b|[¿?]",
    re.IGNORECASE,
)
"""What makes a question of a statement."""
_CITES = re.compile(r"\s*[—–-]{1,2} ?\S")
_STATES = ("prose", "item", "quoted")
_sentences = remembered(sentences, 16)


def looked_up(text: str, question: str = "") -> list[str]:
    """What to look up before `drafted`: the sentences that quote, or that speak of the n-th sentence of something."""
    text = text[:MOST_CHARS]
    found = [question] if asked(question) else []
    for one in _sentences(text):
        sentence = text[one.start : one.end]
        if one.kind == "quoted" or asked(sentence) or quoted(sentence):
            found.append(sentence)
    return found[:MOST_LOOKED_UP]


def is_fiction(question: str) -> bool:
    """Whether `question` asks for something made up, in which nothing is a claim."""
    return _FICTION.search(question) is not None


def begun(text: str, question: str, known: Sequence[str]) -> tuple[list[str], list[Claim], list[Claim]]:
    """What to look up for `drafted` (see `looked_up`); where there is nothing, what it gives. And the sources that
    `text` names and `known` does not."""
    wanted = looked_up(text, question)
    return wanted, [] if wanted else drafted(text, question), made_up(text, known)


def drafted(
    text: str, question: str = "", documents: Sequence[Document] = (), passages: Sequence[Document] = ()
) -> list[Claim]:
    """The claims of `text`, in order, none in another.

    Those that a calculation, a calendar or one of `documents` (whole ones) settles have their verdict; the others are
    "unverifiable" until `settled` has seen passages. Block quotations are looked for in `passages`, too.
    """
    text = text[:MOST_CHARS]
    fiction = is_fiction(question)
    found: list[Claim] = []
    whole = _sentences(text)
    last = whole[:MOST_DOUBTED][-1].start if whole else 0
    for run in _runs(whole):
        quotation = _quotation(text, run, (*passages, *documents)) if run[0].kind == "quoted" else None
        if quotation is not None:
            found.append(quotation)
            continue
        for sentence in run:
            if sentence.kind in _STATES and not _is_credit(text, sentence, whole):
                second = sentence.start <= last
                found += _of_sentence(
                    text, sentence, question, documents, alone=len(whole) == 1, second=second
                )
    if fiction:
        found = [claim for claim in found if claim.kind in ("quotation", "ordinal")]
    return found[:MOST_CLAIMS]


def settled(
    claims: Sequence[Claim],
    passages: Sequence[Sequence[Document]],
    said: Sequence[Line] = (),
    second: Second | None = None,
) -> list[Claim]:
    """`claims`, of which the open ones have the verdict of their `passages` (for each claim, in the same order).

    What members have said before can support a claim, but not contradict it: the bot may know better. `second` is
    asked about passages, see `Verifier.verify`.
    """
    heard = _heard(tuple(said))
    found = [
        _settled(claim, found, heard, second) if is_open(claim) else claim
        for claim, found in zip(claims, passages, strict=True)
    ]
    return [
        claim for claim in found if not (is_open(claim) and _is_bare(claim.text[claim.start - claim.end :]))
    ]


@lru_cache(maxsize=32)
def _heard(said: tuple[Line, ...]) -> tuple[Document, ...]:
    """What members have stated; the claims of a reply ask for it one after the other."""
    lines = (line for line in said if line.role == "member")
    return tuple(Document(line.author, each) for line in lines for each in stated(line.text))


def merged(claims: Sequence[Claim], sources: Sequence[Claim]) -> list[Claim]:
    """`claims`, and the made-up `sources` in the same text: where nothing settles a claim, the source in it says why."""
    kept = [
        claim
        for claim in claims
        if claim.verdict != "unverifiable"
        or not any(_overlap((claim.start, claim.end), (one.start, one.end)) for one in sources)
    ]
    return sorted([*kept, *sources], key=lambda claim: (claim.start, claim.end))


def is_open(claim: Claim) -> bool:
    """Whether nothing has settled `claim` yet."""
    return claim.verdict == "unverifiable" and claim.kind == "passage"


def _settled(
    claim: Claim, passages: Sequence[Document], heard: Sequence[Document], second: Second | None
) -> Claim:
    seen = verifier().verify(claim.text, passages, second)
    if seen.answer == "unverifiable" and heard:
        by = verifier().verify(claim.text, heard)
        shown = by.answer == "supported" and is_shown(claim.text, by)
        if shown and by.passage is not None and told(claim.text, by.passage):
            title = by.passage.title
            return replace(claim, verdict="supported", score=by.supported, kind="said", source=title)
    return _answered(claim, seen)


def _answered(claim: Claim, seen: Verified) -> Claim:
    if seen.answer == "unverifiable" or seen.passage is None or not is_shown(claim.text, seen):
        return claim
    score = seen.supported if seen.answer == "supported" else seen.contradicted
    says = nearest(claim.text, seen.passage.text)
    # All its words are there, but what it joins is not together.
    verdict: ClaimVerdict = "contradicted" if swapped(claim.text, seen.passage.text) else seen.answer
    if verdict == "supported" and not told(claim.text, seen.passage):
        return claim
    return replace(claim, verdict=verdict, score=score, says=says, source=seen.passage.title)


def nearest(claim: str, passage: str) -> str:
    """The sentence of `passage` that has most of the claim's words."""
    wanted = set(words(claim).words)
    best = max(_units(passage), key=lambda unit: _shared(wanted, unit[1]), default=(passage, ()))[0]
    return best if len(best) <= MOST_SAID else best[: MOST_SAID - 1] + "…"


def _cut(passage: str) -> list[tuple[str, tuple[str, ...]]]:
    """The sentences of `passage`, each with its words."""
    units = (passage[one.start : one.end] for one in sentences(passage))
    return [(unit, words(unit).words) for unit in units]


_units = remembered(_cut, 128)


def _shared(wanted: set[str], has: Sequence[str]) -> float:
    return len(wanted.intersection(has)) / (len(wanted) + 0.2 * len(has) + 1)


def stated(text: str) -> Iterator[str]:
    """What somebody's words state: a question states nothing."""
    for one in sentences(text[:MOST_CHARS]):
        sentence = text[one.start : one.end]
        if "?" not in sentence:
            yield sentence


def _runs(whole: Sequence[Sentence]) -> Iterator[list[Sentence]]:
    """The sentences one by one, those of a block quotation together."""
    run: list[Sentence] = []
    for sentence in whole:
        if run and not (run[-1].kind == sentence.kind == "quoted"):
            yield run
            run = []
        run.append(sentence)
    if run:
        yield run


def _quotation(text: str, run: Sequence[Sentence], documents: Sequence[Document]) -> Claim | None:
    """The claim that a block quotation is, where it stands word for word in a document."""
    start, end = run[0].start, run[-1].end
    parts = [words(text[one.start : one.end]).words for one in run]
    said = tuple(word for part in parts for word in part)
    if len(said) < SHORTEST:
        return None
    for document in documents:
        if words(document.text[:MOST_READ]).find(said) >= 0:
            return Claim(
                start, end, "supported", CERTAIN, "quotation", source=document.title, text=text[start:end]
            )
    return None


def _is_credit(text: str, sentence: Sentence, whole: Sequence[Sentence]) -> bool:
    """Whether `sentence` only names the source of the quotation above it."""
    at = whole.index(sentence)
    line = text.rfind("\n", 0, sentence.start) + 1
    return at > 0 and whole[at - 1].kind == "quoted" and _CITES.match(text, line, sentence.end) is not None


def _of_sentence(
    text: str,
    sentence: Sentence,
    question: str,
    documents: Sequence[Document],
    *,
    alone: bool,
    second: bool,
) -> Iterator[Claim]:
    start, end = sentence.start, sentence.end
    checks = exact(text[start:end], documents, question)
    if not checks and (alone or sentence.kind == "quoted") and asked(question):
        checks = _bare(text[start:end], documents, question)
    checks = [replace(one, start=start + one.start, end=start + one.end) for one in checks]
    wrong = [one for one in checks if one.verdict == "contradicted"]
    right = [one for one in checks if one.verdict == "supported"]
    found = [_checked(text, one) for one in wrong]
    for atom, probability in (_worthy if second else _quickly)(text[start:end]):
        span = (start + atom.start, start + atom.end)
        if any(_overlap(span, (one.start, one.end)) for one in wrong):
            continue
        holds = next((one for one in right if _covers(one, span)), None)
        if holds is not None:
            found.append(replace(_checked(text, holds), start=span[0], end=span[1], text=atom.text))
            right.remove(holds)
        else:
            right = [one for one in right if not _overlap(span, (one.start, one.end))]
            if _is_bare(atom.text) and not (alone and question):
                continue
            said = _answered_in_full(atom.text, question) if alone else atom.text
            found.append(Claim(*span, "unverifiable", probability, "passage", text=said))
    # What is right and no claim that anybody would doubt needs a mark only where it is all that is said.
    found += [_checked(text, one) for one in right if _covers(one, (start, end))]
    yield from sorted(found, key=lambda claim: claim.start)


def _is_bare(said: str) -> bool:
    """Whether `said` is no more than a word or two without a number in digits: nothing that anybody could look up."""
    return not is_telling(said) and not any(char.isdigit() for char in said)


def _answered_in_full(answer: str, question: str) -> str:
    """`answer`; after what it answers, where it is only a word or two: "At nine." says nothing by itself."""
    if len(question) > LONGEST_ANSWER or is_telling(answer):
        return answer
    return f"{' '.join(_ASKS.sub(' ', question).split())} {answer}"


def _bare(sentence: str, documents: Sequence[Document], question: str) -> list[Check]:
    """The check of an answer to "the third sentence of …" that is nothing but the sentence, without marks."""
    plain = sentence.strip(" *_`")
    if len(plain) > LONGEST_ANSWER:
        return []
    found = exact(f"“{plain}”", documents, question)
    # Whatever else a reply may be: only a sentence of some document is surely meant to be the one asked for.
    known = any(words(document.text[:MOST_READ]).find(words(plain).words) >= 0 for document in documents)
    return [replace(one, start=0, end=len(sentence)) for one in found if one.kind == "ordinal" and known]


def _stating(sentence: str, *, second: bool = True) -> list[tuple[Atom, float]]:
    """The claims of a sentence that can be checked, each with how surely it is one; the sentence itself where no
    part of it is one alone. Only the whole of it gets a second opinion."""
    if not is_claim(sentence, second=second):
        return []
    parts = atoms(sentence, 0, len(sentence))
    chosen = [part for part in parts if is_claim(part.text, second=False)] if len(parts) > 1 else []
    if chosen:
        return [(part, surely(part.text, second=False)) for part in chosen]
    whole = parts[0] if len(parts) == 1 else Atom(0, len(sentence), sentence)
    return [(whole, surely(sentence, second=second))]


_worthy, _quickly = remembered(_stating, KEPT), remembered(partial(_stating, second=False), KEPT)


def _checked(text: str, found: Check) -> Claim:
    return Claim(
        found.start,
        found.end,
        found.verdict,
        CERTAIN,
        found.kind,
        says=found.right[:MOST_SAID],
        source=found.document.title if found.document else "",
        text=text[found.start : found.end],
    )


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _covers(check: Check, span: tuple[int, int]) -> bool:
    """Whether `check` is about most of what stands at `span`."""
    common = min(check.end, span[1]) - max(check.start, span[0])
    return common >= MOST_OF * (span[1] - span[0])
