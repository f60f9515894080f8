"""What rules, linear model and encoder make of a text together: one score."""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

import re2

from guards.base import N_, Finding, Source, Subject
from guards.injection import turns
from guards.injection.scan import CERTAIN, NAME, in_task, scan
from guards.normalize import AS_WRITTEN, CLOSE, JUDGED, View, folded_without, views, without
from guards.turned import says_something

if TYPE_CHECKING:
    from guards.injection.encoder import Encoder
    from guards.injection.linear import Model, Reading

logger = logging.getLogger(__name__)

NEAR = 400
"""Characters between two findings that still count as one attempt."""
EVIDENCE = 0.5
"""A finding below this adds nothing to another."""
LEAST = 0.05
"""What the models find below this is no finding: a text too short for an opinion comes to .027, and to .044 where it is not the
member's own."""
ASKED = 0.14
"""What the linear model puts below this, the encoder does not read."""
MOST_TOKENS, FEW_TOKENS = 96, 48
"""What the encoder reads for one message, all that is said together with earlier ones included; and for a dear message, once more
where the rules find in the rest of it what is only spoken of."""
FEWEST_TOKENS = 16
"""Where fewer are left it is not asked any more."""
DEAR = 8_000
"""Characters of all views of a text together from which on it was dear to read: few have so many that nobody wrote for it."""
AROUND = 2_000
"""Characters on each side of what the linear model finds worst in a long text that the rules read before they read all of it."""
HIGHEST = 0.999
SPOKEN_OF = 0.4
"""The lowest score of a rule. What is below it, the rules found in a text that only speaks of it."""

Spans = Sequence[tuple[int, int]]
"""Starts and ends in the original."""
_BASE64 = re.compile(r"[A-Za-z0-9+/]{24,}={0,2}")
_HAS_BASE64 = re2.compile(rb"[A-Za-z0-9+/]{24}")
_BEFORE_BASE64 = re.compile(r"data:[\w.+-]{1,40}/[\w.+-]{1,80};base64,\Z")
_LONGEST_BEFORE = 134
MOST_ENCODED = 500
"""Pieces of Base64 that are left out where a text is read as it is written."""

LANES: Mapping[Source, float] = {"quoted": 0.5, "document": 0.5, "image": 0.5, "name": 0.5}
"""What is added to the log-odds where a text is not the member's own words: an order to the bot has no place there."""

EXPLANATIONS = {
    "override": N_("The text reads like attempts to set the bot's instructions aside."),
    "role_play": N_("The text reads like attempts to give the bot a role without its rules."),
    "prompt_extraction": N_("The text reads like attempts to get at the bot's instructions or secrets."),
    "task_hijack": N_("The text reads like attempts to make the bot do something else than its task."),
    "indirect": N_("The text reads like orders to a language model, hidden in other text."),
}


@dataclass(frozen=True, slots=True)
class Opinion:
    """What is thought of a text before the encoder has read it."""

    found: Sequence[Finding] = ()
    """Of the rules."""
    reading: Reading | None = None
    """Of the linear model; None where the rules are certain, or alone."""
    shift: float = 0.0
    """What is added to the log-odds, for whose words the text is."""
    probability: float = 0.0
    """After rules and linear model."""
    work: int = 0
    """Characters of all views together: what rules and linear model had to read."""
    logit: float | None = None
    """What the encoder said of the window, where it was asked before the rules had read all."""

    @property
    def rules(self) -> float:
        """The score of the rules."""
        return _score(self.found)

    @property
    def likely(self) -> float:
        """How likely an attack is, before the encoder has read it."""
        return max(self.rules, self.probability)

    @property
    def window(self) -> str:
        """What the encoder should read; "" when it need not."""
        return self.reading.window if self.reading is not None and self.probability >= ASKED else ""


@dataclass(slots=True)
class Room:
    """What may still be read for one message: so much, however the message is written, and on however slow a machine."""

    tokens: int
    """Of the encoder."""
    missed: bool = False
    """Whether something that the encoder should read was not: there was no room, or no time, or it cannot be used."""


@dataclass(frozen=True, slots=True)
class Judge:
    """A cascade: each stage is asked only what the one before it is not sure of.

    The score is a probability. From 0.8 on a finding means an attack; from 0.5 on it deserves a look.
    Rules come first. Several of their findings of different codes close to each other are surer than
    each alone: their chances of being wrong are multiplied, and the surest of them carries the result.
    Where they are not certain, a linear model reads the text, and knows what the rules found; where that
    sees any danger, the encoder reads the worst window. With a long text the models begin, and where they
    are certain of it the rules read what is near that window alone: new text takes nobody longer than them.
    """

    model: Model | None = None
    """None: the rules are alone."""
    encoder: Encoder | None = None

    def check(self, subject: Subject) -> Sequence[Finding]:
        """What commands the bot in `subject.text`, with the lines before it; the surest first."""
        opinion = self.begin(subject)
        room = self.room(opinion)
        alone = self._ended(opinion, room)
        read = []
        for together, before in turns.readings(self, subject, alone):
            found = self._ended(together, room)
            if turns.counts(found, alone):
                less = self._ended(before, room)
                # What only one of them was read by is no difference between them.
                read.append((self.end(together, None) if room.missed else found, less))
        return turns.found(subject, alone, read)

    def _ended(self, opinion: Opinion, room: Room) -> Sequence[Finding]:
        return self.end(opinion, self.logit(opinion, room))

    def room(self, opinion: Opinion) -> Room:
        """What the encoder may read for a message, after what rules and linear model had to read of it."""
        return Room(MOST_TOKENS if opinion.work <= DEAR else FEW_TOKENS)

    def begin(self, subject: Subject, shift: float = 0.0) -> Opinion:
        """What rules and linear model say, and what the encoder does of a long text; `shift` is added to the log-odds."""
        readings = views(subject.text)[1:]
        work = sum([len(view.text) for view in readings])
        blank = not any(view.text.strip() for view in readings)
        shift += LANES.get(subject.source, 0.0)
        first = None
        if self.model is not None and len(subject.text) > CLOSE and not blank:
            first = self._first(self.model, subject, readings, shift, work)
            if first.likely >= CERTAIN and _score(self.end(first, first.logit)) >= CERTAIN:
                return first
        found = joined(scan(subject, readings))
        rules = Opinion(found, work=work)
        if self.model is None or rules.rules >= CERTAIN or blank:
            return rules
        known = _known(subject, found)
        if first is not None and first.reading is not None and not known:
            reading, logit = first.reading, first.logit
        else:
            reading, logit = _worst(self.model, _to_read(readings, subject.text, known), work), None
        probability = self.model.probability(reading.logit, rules.rules, shift)
        return Opinion(found, reading, shift, probability, work, logit)

    def _first(
        self, model: Model, subject: Subject, readings: Sequence[View], shift: float, work: int
    ) -> Opinion:
        """What linear model and encoder say of a long text before the rules have read more of it than what is near its worst
        window; nothing where the rules take something there for no order."""
        reading = _worst(model, _to_read(readings, subject.text, ()), work)
        first = Opinion((), reading, shift, model.probability(reading.logit, 0.0, shift), work)
        if first.probability < CERTAIN:
            return first
        near = joined(scan(subject, [_around(reading)]))
        if _known(subject, near):
            return Opinion()
        if _score(near) >= CERTAIN:
            return Opinion(near, work=work)
        first = replace(first, found=near, probability=model.probability(reading.logit, _score(near), shift))
        return replace(first, logit=self.logit(first, self.room(first)))

    def logit(self, opinion: Opinion, room: Room) -> float | None:
        """What the encoder says of the window, of which it reads no more than there is `room` for; None: it need not read it, or
        cannot, and a line in the log says so."""
        if self.encoder is None or not opinion.window:
            return None
        if opinion.logit is not None:
            # It had all the room there was.
            room.tokens = 0
            return opinion.logit
        if room.tokens < FEWEST_TOKENS:
            room.missed = True
            return None
        try:
            tokens = self.encoder.tokens(opinion.window, room.tokens)
            room.tokens -= len(tokens)
            return self.encoder.weighed(tokens)
        except Exception as error:  # noqa: BLE001 - whatever it is, the stages before it must go on
            logger.warning("the injection guard's encoder cannot be used: %s", type(error).__name__)
            room.missed = True
            return None

    def probability(self, opinion: Opinion, logit: float | None) -> float:
        """How likely an attack is, after what the models said, also where that is too little for a finding."""
        if self.encoder is None or logit is None or opinion.reading is None:
            return opinion.probability
        return self.encoder.probability(opinion.reading.logit, opinion.rules, logit, opinion.shift)

    def end(self, opinion: Opinion, logit: float | None) -> Sequence[Finding]:
        """The findings, with what the encoder said of the window; None: it was not asked."""
        found, reading = opinion.found, opinion.reading
        if self.model is None or reading is None:
            return found
        probability = min(HIGHEST, round(self.probability(opinion, logit), 3))
        if probability <= max(opinion.rules, LEAST):
            return found
        if found:
            # The rules know what it is and where.
            return (replace(found[0], score=probability), *found[1:])
        kind = self.model.kind(reading)
        start, end = self.model.place(reading)
        chain = () if reading.view.chain == ("folded",) else reading.view.chain
        return (Finding(NAME, kind, probability, start, end, EXPLANATIONS[kind], chain),)


def _worst(model: Model, read: Sequence[View], work: int) -> Reading:
    """The worst window of all that is `read`, or the worst part of it where that was dear."""
    reading = model.read(read)
    return model.worst_part(reading) if work > DEAR else reading


def _around(reading: Reading) -> View:
    """What is near the window, in its view."""
    view, start, end = reading.view, max(0, reading.start - AROUND), reading.end + AROUND
    return View(view.text[start:end], view.chain, view.starts[start:end], view.ends[start:end])


def _score(found: Sequence[Finding]) -> float:
    return found[0].score if found else 0.0


def _known(subject: Subject, found: Sequence[Finding]) -> Spans:
    """The spans of what the rules know and take for no order: the model reads the rest.

    That is what is only spoken of, and what may be meant for the reader of a manual.
    """
    manual = in_task(subject) and [finding.code for finding in found] == ["override"]
    return [(finding.start, finding.end) for finding in found if finding.score < SPOKEN_OF or manual]


def _to_read(views: Sequence[View], text: str, known: Spans) -> Sequence[View]:
    """The views without what is known; those of a text as it is written without Base64, which says nothing there: what it
    decodes to stands in a view of its own, and a picture in a link does not."""
    encoded = _encoded(text)
    if not (known or encoded):
        return views
    unread = [*known, *((start, end) for start, _, end in encoded)]
    frames = [*known, *((start, first) for start, first, _ in encoded if start < first)]
    long = len(text) > CLOSE
    read = folded_without(text, unread) if long else []
    for view in views:
        if long and view.chain == ("folded",):
            continue
        # Beyond those none is read. The first view of a short text may be passed over for another.
        if sum(len(each.text) for each in (read if long else read[1:])) < JUDGED:
            spans = unread if AS_WRITTEN.issuperset(view.chain) else frames
            read.append(without(view, spans))
        else:
            read.append(view)
    return read


def _encoded(text: str) -> list[tuple[int, int, int]]:
    """Where Base64 stands in `text`: where a link to it begins, it itself, and where it ends."""
    if not _HAS_BASE64.search(text.encode("utf-8", "replace")):
        return []
    found: list[tuple[int, int, int]] = []
    for match in islice(_BASE64.finditer(text), MOST_ENCODED):
        first, end = match.span()
        # Words with strokes or digits between them are no Base64.
        if _is_mixed(match[0]) and not says_something(match[0]):
            before = text.endswith(",", 0, first) and _BEFORE_BASE64.search(
                text, max(0, first - _LONGEST_BEFORE), first
            )
            found.append((before.start() if before else first, first, end))
    return found


def _is_mixed(run: str) -> bool:
    return not (run.isalpha() or run.isdigit() or run.islower() or run.isupper())


def joined(found: list[Finding]) -> Sequence[Finding]:
    """What the rules found, the surest first and with what the others add to it."""
    if not found:
        return ()
    found.sort(key=lambda finding: (-finding.score, finding.start))
    return (replace(found[0], score=_together(found)), *found[1:])


def _together(found: list[Finding]) -> float:
    surest = found[0]
    chances: dict[str, float] = {surest.code: surest.score}
    for finding in found[1:]:
        near = finding.start - NEAR <= surest.end and surest.start <= finding.end + NEAR
        if near and finding.score >= EVIDENCE and finding.code != "encoded_payload":
            chances[finding.code] = max(finding.score, chances.get(finding.code, 0.0))
    return round(1 - math.prod(1 - score for score in chances.values()), 3)
