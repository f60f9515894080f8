"""What a check of claims looks like: marks on a text, a softened text, findings for the log, a line for /why."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from adapters.base import Annotation, Locale
from bot.claims.base import Marked
from bot.conversation import ClaimCounts
from bot.i18n import N_, translate
from guards.base import Finding
from guards.claims.claim import Claim
from guards.claims.sentences import sentences

GUARD = "claims"
"""Stands where a guard's name stands in findings."""
CONTRADICTED = N_("The reply says something that what is known here contradicts.")

_NOTES = {
    ("supported", "passage"): N_("The source says so."),
    ("supported", "arithmetic"): N_("Worked out: it is right."),
    ("supported", "date"): N_("The calendar says so."),
    ("supported", "quotation"): N_("It stands there word for word."),
    ("supported", "ordinal"): N_("That is what stands there."),
    ("supported", "said"): N_("As {name} said here."),
    ("contradicted", "passage"): N_("The source says: “{says}”"),
    ("contradicted", "arithmetic"): N_("Worked out, it is {says}."),
    ("contradicted", "date"): N_("By the calendar it is {says}."),
    ("contradicted", "quotation"): N_("The source has: “{says}”"),
    ("contradicted", "ordinal"): N_("What stands there is: “{says}”"),
    ("unverifiable", "source"): N_("I found nothing on {says}."),
    ("unverifiable", "premise"): N_("I found nothing on {says}."),
    ("contradicted", "premise"): N_("The question takes for granted what the source denies: “{says}”"),
    ("unverifiable", "unsure"): N_("I found nothing on this, and the model was not sure of it."),
    ("unverifiable", "varied"): N_("I found nothing on this, and asked again the model says something else."),
    ("unverifiable", "repeated"): N_("I found nothing on this; asked again, the model says the same."),
}
"""By verdict and kind."""
_WRONG = N_("This is wrong.")
_OTHERWISE = N_("Asked again, the model says otherwise.")
_OPEN = N_("I found nothing that supports or contradicts this.")
_LATE = N_("Checking took too long, so what is not marked was not checked.")
_FAILED = N_("What the reply claims could not be checked.")

_INSTEAD = N_("[Corrected, after {source}: {says}]")
_INSTEAD_PLAIN = N_("[Corrected: {says}]")
_TAKEN_OUT = N_("[Taken out: it was wrong.]")

_WHY = N_("Claims in it: {supported} supported, {contradicted} contradicted, {open} that nothing settles.")
_WHY_TOKENS = N_(
    "Checking them cost {tokens} more tokens of the model, {percent} percent of the reply's own {reply}."
)
_WHY_LATE = N_("Checking its claims took too long.")


def is_wrong(claim: Claim) -> bool:
    """Whether the text says something wrong. A premise is its question's, and the reply may well deny it."""
    return claim.verdict == "contradicted" and claim.kind != "premise"


def annotated(text: str, marked: Marked, locale: Locale) -> tuple[Annotation, ...]:
    """The marks on `text`; none on a quotation that names its source itself."""
    found = [
        Annotation(
            claim.start,
            claim.end,
            claim.verdict,
            note(claim, locale),
            "" if claim.kind == "said" else claim.source,
        )
        for claim in marked.claims
        if not _is_credited(text, claim)
    ]
    if marked.error:
        said = _LATE if marked.error == "late" else _FAILED
        found.append(Annotation(len(text), len(text), "unverifiable", translate(said, locale)))
    return tuple(found)


def note(claim: Claim, locale: Locale) -> str:
    """One sentence on what became of a claim."""
    sentence = _NOTES.get((claim.verdict, claim.kind), _OPEN)
    if claim.verdict == "contradicted":
        if not claim.source and claim.kind == "passage":
            sentence = _OTHERWISE
        elif not claim.says:
            sentence = _WRONG
    return translate(sentence, locale).format(says=claim.says, name=claim.source)


def _is_credited(text: str, claim: Claim) -> bool:
    """Whether the source of a block quotation stands right below it."""
    if claim.kind != "quotation" or not claim.source:
        return False
    below = text[claim.end : claim.end + len(claim.source) + 20]
    return re.match(rf"\s*[—–-]+\s*{re.escape(claim.source)}", below) is not None


def softened(text: str, marked: Marked, locale: Locale) -> tuple[str, Marked]:
    """`text` with what its sources say in place of each sentence that they contradict; and the check of that text."""
    parts: list[str] = []
    # What is about no words of it stays as it is.
    kept = [claim for claim in marked.claims if claim.start == claim.end]
    placed = [claim for claim in marked.claims if claim.start < claim.end]
    at = 0
    length = 0
    for start, end, wrong in _wrong(text, placed):
        kept += [_moved(claim, length - at) for claim in placed if at <= claim.start < start]
        instead = _instead(wrong, locale)
        parts += (text[at:start], instead)
        length += start - at
        kept += [replace(claim, start=length, end=length + len(instead)) for claim in wrong]
        length += len(instead)
        at = end
    kept += [_moved(claim, length - at) for claim in placed if claim.start >= at]
    return "".join(parts) + text[at:], replace(marked, claims=tuple(kept))


def _wrong(text: str, claims: Sequence[Claim]) -> Iterator[tuple[int, int, list[Claim]]]:
    """The sentences of `text` with something that is contradicted, each with these claims."""
    wrong = [claim for claim in claims if is_wrong(claim)]
    for sentence in sentences(text) if wrong else ():
        inside = [claim for claim in wrong if sentence.start <= claim.start < sentence.end]
        if inside:
            yield sentence.start, max(sentence.end, *(claim.end for claim in inside)), inside


def _moved(claim: Claim, by: int) -> Claim:
    return replace(claim, start=claim.start + by, end=claim.end + by)


def _instead(wrong: Sequence[Claim], locale: Locale) -> str:
    """What stands in place of a sentence with these claims."""
    says = dict.fromkeys((claim.says, claim.source) for claim in wrong if claim.says)
    if not says:
        return translate(_TAKEN_OUT, locale)
    return " ".join(
        translate(_INSTEAD if source else _INSTEAD_PLAIN, locale).format(source=source, says=said)
        for said, source in says
    )


def findings(marked: Marked) -> list[Finding]:
    """What the guard log keeps: the claims that something contradicts."""
    return [
        Finding(GUARD, "contradicted", round(claim.score, 3), claim.start, claim.end, CONTRADICTED)
        for claim in marked.claims
        if is_wrong(claim)
    ]


def why(counts: ClaimCounts, locale: Locale) -> list[str]:
    """What /why tells of a reply's claims; nothing where there were none."""
    lines = []
    if counts.supported or counts.contradicted or counts.unverifiable:
        lines.append(
            translate(_WHY, locale).format(
                supported=counts.supported, contradicted=counts.contradicted, open=counts.unverifiable
            )
        )
    if counts.tokens:
        percent = round(100 * counts.tokens / max(1, counts.reply_tokens))
        lines.append(
            translate(_WHY_TOKENS, locale).format(
                tokens=counts.tokens, percent=percent, reply=counts.reply_tokens
            )
        )
    if counts.error:
        lines.append(translate(_WHY_LATE if counts.error == "late" else _FAILED, locale))
    return lines


def line_of(marked: Marked) -> dict[str, object]:
    """What the canonical line of a turn tells: counts, no words."""
    return {
        "claims": {
            verdict: marked.count(verdict) for verdict in ("supported", "contradicted", "unverifiable")
        },
        "claims_ms": round(marked.ms, 1),
        "claims_tokens": marked.tokens,
        "claims_error": marked.error,
    }
