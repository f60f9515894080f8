"""Whether a reply carries the system prompt, or the canary that stands in it.

Both are looked for in many forms at once: the forms of the *secret* are written out beforehand (reversed, in
hexadecimal, …), as letters and digits only, so that a reply is folded once and however it is spaced out, one
word or one letter a line, it reads the same. Only what cannot be foreseen, a text inside base64, is decoded.
"""

from __future__ import annotations

import base64
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import unquote

from guards.base import N_, Finding, Stage, Subject
from guards.forms import (
    CANARY_LONGEST,
    LETTERS,
    SEED,
    SEED_PLACES,
    STEP,
    WORD_SEED,
    WORD_SEED_PLACES,
    WORDS,
    Fingerprint,
    Reading,
    canary_beginnings,
    canary_forms,
    fingerprint,
    forms_of,
    writings,
)

CERTAIN = 200
"""Letters and digits in a row from which the score is 1."""

_EXCUSE = 20
"""Letters in a row that a member or a document must have said themselves to be excused."""
_CHANCE, _CANARY_CHANCE = 12, 3
"""A match that begins inside a word begins there by chance, if the next word is not so many letters away."""
_FILLED, _MAY_BE_FILLED = 4, 2
"""Every other word is the same so often: it is filler; and so often: it may turn out to be."""
_TAIL = 2_000
"""Characters at the end of a text in which a list, or filler, may hide the beginning of a leak: it soon is one."""
_NESTED = 2
"""Encodings inside encodings that are opened."""

_64 = "[A-Za-z0-9+/_-]"
_WRAP = r"[ \t>]*\r?\n[ \t>]*"
_ENCODED = re.compile(rf"{_64}{{16,}}=*(?:{_WRAP}{_64}{{16,}}=*)*(?:{_WRAP}{_64}+=*)?")
_ALPHABET = "".join(filter(re.compile(_64).match, map(chr, range(128))))


@lru_cache(maxsize=32)
def _said(texts: tuple[str, ...]) -> str:
    """What others said, in the same forms: a member may also have his own text turned round."""
    return "\n".join(form for text in texts if text for form in forms_of(text)[1])


@dataclass(frozen=True, slots=True)
class _Secret:
    """What must not leave, and what was said by others already."""

    canary: str
    prompt: Fingerprint
    said: str

    @classmethod
    def of(cls, subject: Subject) -> _Secret:
        # The canary is drawn anew for each request: without it the prompt is one that was seen before.
        prompt = (
            subject.system_prompt.replace(subject.canary, " ") if subject.canary else subject.system_prompt
        )
        said = [subject.question, subject.task.data if subject.task else ""]
        said += [part for document in subject.evidence for part in (document.title, document.text)]
        return cls(subject.canary[:CANARY_LONGEST], fingerprint(prompt), _said(tuple(said)))


class LeakGuard:
    """Finds the system prompt, and its canary, in a reply: plain, spaced out, reversed or encoded.

    What the member wrote and what the evidence contains may be repeated although the prompt contains it too;
    the canary may not.
    """

    name = "leak"
    stages = frozenset({Stage.OUTPUT})

    def check(self, subject: Subject) -> Sequence[Finding]:
        """Findings "canary" (score 1) and "prompt_overlap" (0.8 to 1, the longer the surer)."""
        return _merged(_look(subject.text, _Secret.of(subject), _NESTED))

    def hold(self, subject: Subject) -> int:
        """Where the end of the text begins that may be the beginning of a leak."""
        secret = _Secret.of(subject)
        text = subject.text
        end = text[-_TAIL:]
        others = writings(end, _MAY_BE_FILLED)[1:]
        offsets = [len(text) - len(end) + _open(written, secret) for written in others]
        return min(_open(text, secret), _open_encoding(text), *offsets)


def _open(text: str, secret: _Secret) -> int:
    """Where the end of the text begins that may grow into an overlap, or into the canary."""
    size = 512
    while True:
        reading = Reading(text[-size:])
        run = _longest(_ends_in(reading.letters, secret.prompt.letters), 0, len(reading.letters))
        if size >= len(text) or run + _EXCUSE < len(reading.letters):
            break
        size *= 4
    waiting = max(_open_run(reading, run, secret.said), _open_canary(reading, secret.canary))
    offset = len(text) - len(reading.text) + reading.offset_from_end(waiting)
    while waiting and offset > 0 and text[offset - 1].isalnum():
        offset -= 1
    return offset


def _look(text: str, secret: _Secret, depth: int) -> Iterator[Finding]:
    for written in writings(text, _FILLED):
        reading = Reading(written)
        if secret.canary:
            yield from _canaries(reading, secret.canary)
        yield from _overlaps(reading, secret)
    if depth:
        for start, end, view, decoded in _decoded(text):
            for found in _look(decoded, secret, depth - 1):
                yield _finding(found.code, found.score, start, end, (view, *found.views))


def _finding(code: str, score: float, start: int, end: int, views: tuple[str, ...] = ()) -> Finding:
    explanation = {
        "canary": N_("The reply contains the secret word that stands only in the system prompt."),
        "prompt_overlap": N_("The reply repeats a part of the system prompt."),
    }
    return Finding("leak", code, score, start, end, explanation[code], views)


def _canaries(reading: Reading, canary: str) -> Iterator[Finding]:
    for form, chain in canary_forms(canary).items():
        at = reading.letters.find(form)
        if at < 0:
            continue
        starts, view = reading.word_starts(), reading.view()
        while at >= 0:
            start = _first_word(starts, at, _CANARY_CHANCE)
            yield _finding("canary", 1.0, *view.span(start, at + len(form)), chain)
            at = reading.letters.find(form, at + len(form))


def _overlaps(reading: Reading, secret: _Secret) -> Iterator[Finding]:
    runs = [*_letter_runs(reading.letters, secret.prompt), *_word_runs(reading.words, secret.prompt)]
    if not runs:
        return
    starts, view = reading.word_starts(), reading.view()
    for start, end in runs:
        if reading.letters[start:end] in secret.said:
            continue
        own = _own(reading.letters, _first_word(starts, start, _CHANCE), end, secret.said)
        if len(own) < LETTERS and len({bisect_right(starts, at) for at in own}) < WORDS:
            continue
        sure = min(1.0, max(0, len(own) - LETTERS) / (CERTAIN - LETTERS))
        yield _finding("prompt_overlap", 0.8 + 0.2 * sure, *view.span(own[0], own[-1] + 1))


def _letter_runs(letters: str, prompt: Fingerprint) -> Iterator[tuple[int, int]]:
    """The runs of at least LETTERS letters that stand in the prompt."""
    seeds, done = prompt.seeds, 0
    for at in [at for at in range(0, len(letters) - SEED + 1, STEP) if letters[at : at + SEED] in seeds]:
        if at + SEED <= done:
            continue
        for start in range(max(0, at - SEED_PLACES + 1), at + 1):
            stands = _stands_in(letters, start, prompt.letters)
            if start + LETTERS <= len(letters) and stands(LETTERS):
                done = start + _longest(stands, LETTERS, len(letters) - start)
                yield start, done
                break


def _word_runs(words: list[str], prompt: Fingerprint) -> Iterator[tuple[int, int]]:
    """The runs of at least WORDS words that stand in the prompt, as indices of their letters."""
    done = 0
    for at, seed in enumerate(zip(*(words[skip:] for skip in range(WORD_SEED)), strict=False)):
        if seed not in prompt.word_seeds or at + WORD_SEED <= done:
            continue
        for start in range(max(0, at - WORD_SEED_PLACES + 1), at + 1):
            stands = _words_stand_in(words, start, prompt.words)
            if start + WORDS <= len(words) and stands(WORDS):
                done = start + _longest(stands, WORDS, len(words) - start)
                first = sum(map(len, words[:start]))
                yield first, first + sum(map(len, words[start:done]))
                break


def _stands_in(letters: str, start: int, text: str) -> Callable[[int], bool]:
    return lambda size: letters[start : start + size] in text


def _words_stand_in(words: list[str], start: int, text: str) -> Callable[[int], bool]:
    return lambda size: f" {' '.join(words[start : start + size])} " in text


def _ends_in(letters: str, text: str) -> Callable[[int], bool]:
    return lambda size: letters[-size:] in text


def _longest(fits: Callable[[int], bool], least: int, most: int) -> int:
    """The largest size up to `most` that fits, given that `least` does and that what fits also fits smaller."""
    size, step = least, 1
    while size + step <= most and fits(size + step):
        size, step = size + step, step * 2
    while step > 1:
        step //= 2
        if size + step <= most and fits(size + step):
            size += step
    return size


def _first_word(starts: list[int], at: int, chance: int) -> int:
    """Where a match that begins at letter `at` really begins: with the next word, if that is near."""
    place = bisect_left(starts, at)
    return starts[place] if place < len(starts) and starts[place] - at < chance else at


def _own(letters: str, start: int, end: int, said: str) -> list[int]:
    """The letters from `start` to `end` that do not repeat what others said."""
    own: list[int] = []
    excused = 0
    for at in range(max(0, start - _EXCUSE + 1), end):
        if at + _EXCUSE > excused and at + _EXCUSE <= len(letters):
            stands = _stands_in(letters, at, said)
            if stands(_EXCUSE):
                excused = at + _longest(stands, _EXCUSE, len(letters) - at)
        if at >= max(start, excused):
            own.append(at)
    return own


def _decoded(text: str) -> Iterator[tuple[int, int, str, str]]:
    """What is encoded in the text: start, end, encoding, what it says."""
    for match in _ENCODED.finditer(text):
        lines = re.sub(r"[\s>]", "", match.group()).replace("-", "+").replace("_", "/")
        head, *rest = filter(None, lines.split("="))
        tail = "".join(map(_unbase64, rest))
        for skip in range(4):
            yield *match.span(), "base64", _unbase64(head[skip:]) + tail
        for pairs in re.findall("(?:[0-9A-Fa-f]{2}){8,}", head):
            yield *match.span(), "hex", bytes.fromhex(pairs).decode("utf-8", "ignore")
    if "%" in text:
        for match in filter(lambda token: "%" in token.group(), re.finditer(r"\S+", text)):
            yield *match.span(), "percent", unquote(match.group(), errors="ignore")


def _unbase64(text: str) -> str:
    whole = text[: len(text) - (len(text) % 4 == 1)]
    return base64.b64decode(whole + "=" * (-len(whole) % 4)).decode("utf-8", "ignore")


def _open_run(reading: Reading, run: int, said: str) -> int:
    """How many of the last letters may grow into an overlap, when the last `run` of them stand in the prompt."""
    letters = reading.letters
    at = _opening(reading, len(letters) - run, _CHANCE)
    if run < _EXCUSE:  # Too short to be excused yet.
        return len(letters) - at
    own = _own(letters, at, len(letters), said)
    return len(letters) - own[0] if own else 0


def _open_canary(reading: Reading, canary: str) -> int:
    """How many of the last letters may grow into the canary."""
    letters = reading.letters
    beginnings, longest = canary_beginnings(canary)
    for size in range(min(len(letters), longest), 0, -1):
        if letters[-size:] in beginnings:
            at = _opening(reading, len(letters) - size, _CANARY_CHANCE)
            if at < len(letters):
                return len(letters) - at
    return 0


def _opening(reading: Reading, at: int, chance: int) -> int:
    """Where a match from letter `at` to the end would begin: a word begins behind the end, too."""
    starts = reading.word_starts()
    if reading.ends_in_word and len(reading.words[-1]) >= _CHANCE:
        starts.pop()
    return _first_word(starts, at, chance)


def _open_encoding(text: str) -> int:
    """Where an encoded run begins that may go on behind the end of the text; its length, when there is none."""
    inner = text.rstrip(" \t\r\n>=")
    if inner and inner[-1] in _ALPHABET:
        for match in _ENCODED.finditer(text):
            if match.end() >= len(inner):
                return match.start()
    token = text[max(text.rfind(blank) for blank in " \t\r\n") + 1 :]
    if len(token) >= 16:
        if "%" in token:
            return len(text) - len(token)
        return len(text) - len(token) + len(token.rstrip(_ALPHABET))
    return len(text)


def _merged(findings: Iterable[Finding]) -> list[Finding]:
    """Findings of one code that overlap become one."""
    merged: list[Finding] = []
    for found in sorted(findings, key=lambda found: (found.code, found.start, found.end)):
        last = merged[-1] if merged else None
        if last is not None and last.code == found.code and found.start < last.end:
            surest = max(last, found, key=lambda finding: finding.score)
            merged[-1] = replace(surest, start=last.start, end=max(last.end, found.end))
        else:
            merged.append(found)
    return merged
