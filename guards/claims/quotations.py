"""Quotations in a claim, looked for in documents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from guards.base import Document
from guards.claims.checks import Check, check
from guards.claims.plain import SMALL, Words, foreign, names, words
from guards.claims.sentences import sentences

SHORTEST = 3
"""Words of the shortest quotation that is looked for."""
MOST_QUOTATIONS = 8
MOST_CHARS = 200_000
"""Characters of a document that are read."""
MOST_DOCUMENTS = 20
ALIKE = 0.6
"""So alike words of a named document are what the quotation should have been."""
CANDIDATES = 5
LONGEST = 120
"""Words of the longest quotation that is compared where it is not found."""

QUOTED = re.compile(r"“([^”]{3,})”|«([^»]{3,})»|\"([^\"]{3,})\"|‘([^’]{3,})’(?!\w)")
_TRANSLATED = re.compile(r"\b(?:translat|traduc)", re.IGNORECASE)
_ELLIPSIS = re.compile(r"\[?(?:\.{3}|…)\]?")


def quoted(text: str) -> list[tuple[int, int]]:
    """The spans of what is within quotation marks in `text`."""
    return [match.span(match.lastindex or 0) for match in QUOTED.finditer(text)]


def check_quotations(claim: str, documents: Sequence[Document]) -> list[Check]:
    """Quotations that stand word for word in one of `documents`, and those that one of them has otherwise.

    A quotation is wrong only where the claim names the document, and it has a sentence that is alike. Nothing is said
    of one that is nowhere.
    """
    found: list[Check] = []
    quotations = quoted(claim)[:MOST_QUOTATIONS]
    if not quotations:
        return []
    read = [(document, words(document.text[:MOST_CHARS])) for document in documents[:MOST_DOCUMENTS]]
    for start, end in quotations:
        pieces = [words(piece).words for piece in _ELLIPSIS.split(claim[start:end])]
        pieces = [piece for piece in pieces if piece]
        title = any(names(document.title, claim[start:end]) for document in documents)
        if title or sum(map(len, pieces)) < SHORTEST:
            continue
        where = next((document for document, has in read if _stands(pieces, has)), None)
        if where is not None:
            found.append(check("quotation", (start, end), holds=True, right=claim[start:end], document=where))
            continue
        outside = claim[:start] + " " + claim[end:]
        for document in documents[:MOST_DOCUMENTS]:
            meant = _meant(claim[start:end], document) if _named(document.title, outside) else ""
            if meant:
                found.append(check("quotation", (start, end), holds=False, right=meant, document=document))
                break
    return found


def _stands(pieces: Sequence[tuple[str, ...]], has: Words) -> bool:
    at = 0
    for piece in pieces:
        at = has.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return True


def _named(title: str, outside: str) -> bool:
    """Whether the words outside the quotation name the document: two telling words of its title, or its only one."""
    telling = set(words(title).words) - SMALL
    shared = telling & set(words(outside).words)
    return bool(shared) and len(shared) >= min(2, len(telling))


def _meant(quotation: str, document: Document) -> str:
    """The sentence of `document` that `quotation` is most like; "" if none is alike, or exactly it."""
    said = words(quotation).words
    # Of a translation there may be another.
    if len(said) > LONGEST or _TRANSLATED.search(document.title) or foreign(quotation, document.text[:1000]):
        return ""
    text = document.text[:MOST_CHARS]
    units = [text[one.start : one.end] for one in sentences(text)]
    split = [words(unit).words for unit in units]
    wanted = set(said)
    near = [index for index, has in enumerate(split) if len(has) <= 2 * len(said)]
    ranked = sorted(near, key=lambda index: -_overlap(wanted, split[index]))
    best, alike = "", ALIKE
    for index in ranked[:CANDIDATES]:
        ratio = SequenceMatcher(None, said, split[index], autojunk=False).ratio()
        if ratio > alike:
            best, alike = units[index], ratio
    return best


def _overlap(wanted: set[str], has: tuple[str, ...]) -> float:
    return len(wanted.intersection(has)) / (len(wanted) + len(has) + 1)
