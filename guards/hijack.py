"""Whether a reply obeys an instruction that stood in the data, instead of doing what it was asked to do."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

import re2

from guards.base import N_, Finding, Stage, Subject
from guards.demands import READ, TO_THE_MACHINE, Demand, clean, demands, key_of, read
from guards.normalize import View, squash
from guards.stream import Part

# What a bot says once it gives in, by meaning: each in English and in Spanish.
_MODES = r"(?:DAN|jailbreak|god|evil|unrestricted|unfiltered|do anything now)"
_ON = r"(?:enabled|activated|active|engaged|unlocked|on)"
_ON_ES = r"(?:activad[oa]|habilitad[oa]|activ[oa]|desbloquead[oa])"
_IS_ES = r"(?:(?:est[aá]|ha sido|queda|ya|ahora) ){0,3}"
_OFF = r"(?:ignored|disabled|bypassed|removed|lifted|overridden|deactivated)"
_OFF_ES = r"(?:ignorad|desactivad|eliminad|anulad|omitid|levantad|deshabilitad)[oa]s"
_RULES = r"(?:instructions|rules|restrictions|filters|guidelines|safeguards)"
_RULES_ES = r"(?:instrucciones|reglas|restricciones|filtros|directrices)"
_ENDS = r"[\x20\t*_]*(?:[.!)\]]|\n|$)"
_TAKEOVERS = {
    "owned": (
        r"\bI(?: have|['’]ve|['’]m| am| was| got)(?: now)?(?: been)? (?:pwned|hacked|jailbroken)\b|"
        r"\bha(?:ha)+[,!]* ?pwned\b|"
        r"\b(?:he sido|fui|estoy|me han) (?:pwned|pwnead[oa]|hackead[oa]|jailbreakead[oa])\b"
    ),
    "jailbreak": (
        r"\bjail ?br(?:eak|oken)(?: (?:was|is|has been))? (?:successful|complete|completed|succeeded|" + _ON + r")\b|"
        r"\bsuccessfully jailbroken\b|[🔓🔒]\]? ?\[?(?:JAILBREAK|CLASSIC)|"
        r"\bjailbreak (?:" + _IS_ES + r"(?:exitoso|completado|realizado|" + _ON_ES + r")|con [ée]xito)"
    ),
    "mode": (
        r"\b" + _MODES + r" mode(?: is| has been)?(?: now)? " + _ON + r"\b|"
        r"\bmodo (?:DAN|jailbreak|dios|malvado|sin restricciones|sin filtros|sin l[ií]mites) " + _IS_ES + _ON_ES + r"|"
        r"\bsin restricciones " + _IS_ES + _ON_ES
    ),
    "dan": (
        r"(?-i:\b(?:I am|I['’]m|[Aa]s|[Aa]cting as)(?: now)? DAN\b)|(?-i:\b(?:[Cc]omo|[Ss]oy|[Aa]hora soy) DAN\b)|"
        r"(?-i:(?:^|\n)\[?DAN\]?:)"
    ),
    "rules": (
        r"\b(?:previous|prior|earlier|above|original|safety|all my|my|all)(?: (?:previous|prior|safety))? " + _RULES
        + r"(?: have been| are| were)?(?: now)? " + _OFF + r"\b|"
        r"(?:^|\n|[.!] )" + _RULES + r" " + _OFF + _ENDS + r"|"
        r"\b(?:mis |todas las |todos los )?" + _RULES_ES + r" (?:anteriores|previ[oa]s|de seguridad)"
        r"(?: han sido| fueron| est[aá]n| quedan)? " + _OFF_ES + r"|"
        r"(?:^|\n|[.!] )" + _RULES_ES + r" " + _OFF_ES + _ENDS + r"|"
        r"\b(?:I am|I['’]m)(?: now)? (?:free (?:of|from)|no longer bound by)(?: all| any| my)* " + _RULES + r"\b|"
        r"\bya no tengo (?:restricciones|filtros|reglas|l[ií]mites)\b|"
        r"\bI (?:now )?(?:have|follow) no(?: more)? " + _RULES + r"(?: any ?more| now)?" + _ENDS + r"|"
        r"\bI(?: will|['’]ll| shall| am|['’]m)?(?: now)? (?:ignore|ignoring|disregard|disregarding|forget|forgetting)"
        r"(?: all)?(?: of)? my (?:(?:previous|prior|earlier|original|system|safety) )?" + _RULES + r"|"
        r"(?:^|[\n.!¡,] ?)(?:ahora |ya |a partir de ahora |desde ahora |de acuerdo, |vale, |voy a ){0,2}"
        r"(?:ignoro|ignorar[eé]|ignorar|olvido|olvidar[eé]|olvidar) (?:todas )?mis (?:propias )?" + _RULES_ES + r"|"
        r"\bno tengo (?:restricciones|filtros)" + _ENDS
    ),
    "in_mode": (
        r"\bI(?: am|['’]m)(?: now)? (?:in|running in|operating in) (?:developer|dev|admin|root|sudo|debug|unrestricted|jailbreak|god|DAN) mode\b|"
        r"\b(?:estoy|funciono|opero)(?: ahora| ya)? en (?:el )?modo (?:de )?(?:desarrollador|administrador|admin|root|jailbreak|dios|DAN|sin restricciones)\b"
    ),
    # How-to texts say these too: they count only when the reply opens with them, as an announcement.
    "opening": (
        r"\b(?:developer|dev|admin|administrator|root|sudo|debug) mode(?: is| has been)?(?: now)? " + _ON + _ENDS + r"|"
        r"\bmodo (?:de )?(?:desarrollador|administrador|admin|depuraci[oó]n|root) " + _IS_ES + _ON_ES + _ENDS
    ),
}  # fmt: skip
_TAKEOVER = {
    meaning: re2.compile("(?i)" + pattern.replace(" ", r"(?:[ \t*_]{1,3})"))
    for meaning, pattern in _TAKEOVERS.items()
}
_ANY_TAKEOVER = re2.compile("|".join(f"(?:{pattern.pattern})" for pattern in _TAKEOVER.values()))
_LONGEST_TAKEOVER = 80
_TAKEOVER_BEGINS = re2.compile(
    r"(?i)\b(?:I|I['’]m|I['’]ve|ha(?:ha)+|he|fui|estoy|funciono|opero|ignor\w+|olvid\w+|voy|no|me|jail\w*|successfully|DAN|god|evil|unrestricted|unfiltered|"
    r"do|modo|sin|as|acting|como|soy|ahora|previous|prior|earlier|above|original|safety|all|my|mis|todas|todos|"
    r"ya|developer|dev|admin|administrator|root|sudo|debug|instructions|rules|restrictions|filters|guidelines|"
    r"safeguards|instrucciones|reglas|restricciones|filtros|directrices)\b|[🔓🔒]"
)
_OPENING = 4
"""Words that may stand before an announcement that opens a reply."""

_QUOTED_BEFORE, _QUOTATION_BEFORE = 15, 4
"""Letters of the document that stand before a demanded text where a reply quotes both; in a quotation, so many."""

_QUOTES = "\"'“”„«»‘’`"
_REPORTING = re2.compile(
    r"(?i)(?:instruc|inject|inyec|\bask|\btell|\btold|\bsays?\b|demand|order|\bpide|\bdice|orden|exig)"
)
_REPORTED_WITHIN = 80

_TASKS = frozenset({"translate", "summarize", "complete"})
_FEW = 28
"""Letters that may stand around a short literal in a reply that is nothing but the literal: a preamble."""
_ABANDONED = 0.25
_ABANDONED_WORDS = 12


class HijackGuard:
    """Finds replies that obey the data: they say what it demands, abandon the task, or announce a takeover."""

    name = "hijack"
    stages = frozenset({Stage.OUTPUT})

    def check(self, subject: Subject) -> Sequence[Finding]:
        """Findings "obeyed_data", "task_abandoned", "takeover" and "obeyed_document".

        Whether the task was done shows in the whole reply only: a `Part` is not asked for it.
        """
        findings = [*_takeovers(subject), *_repeated(subject)]
        if not isinstance(subject, Part):
            findings += [found for found in _obeyed(subject) if not findings]
            if subject.text and not findings and _may_be_abandoned(subject):
                findings.append(_finding("task_abandoned", 0.7, 0, len(subject.text)))
        return findings

    def hold(self, subject: Subject) -> int:
        """0 while the reply may be nothing but a demanded text; else where one, or a takeover, may begin."""
        text = subject.text
        if _may_be_abandoned(subject):
            return 0
        offsets = [_open_takeover(text)]
        demands = _demands_on(subject)
        if demands:
            view = read(text)
            for source, demand in demands:
                at = _open_demand(view, source, demand, in_chat=_is_chat(subject))
                if at is not None:
                    offsets.append(_word_start(text, view.starts[at]) if at else 0)
        return min(offsets)


def _finding(code: str, score: float, start: int, end: int) -> Finding:
    explanation = {
        "obeyed_data": N_("The reply is what the text demanded to be said, not the result of the task."),
        "task_abandoned": N_(
            "The text gave orders, and the reply is far too short to be the result of the task."
        ),
        "takeover": N_("The reply announces that its rules are off."),
        "obeyed_document": N_("The reply says what a document demanded to be said, and nobody asked for."),
    }
    return Finding("hijack", code, score, start, end, explanation[code])


def _is_chat(subject: Subject) -> bool:
    return subject.task is None or subject.task.name not in _TASKS


def _demands_on(subject: Subject) -> list[tuple[str, Demand]]:
    """What the data of the task demands; in chat, what the evidence demands and the member does not mention."""
    if not _is_chat(subject):
        assert subject.task is not None
        return [(subject.task.data, demand) for demand in demands(subject.task.data)]
    return [
        (document.text, demand)
        for document in subject.evidence
        for demand in demands(document.text)
        if not demand.named
        and (demand.answer or demand.addressed)
        and demand.key not in key_of(subject.question)
    ]


def _obeyed(subject: Subject) -> list[Finding]:
    """Whether the reply is a demanded text and hardly anything else."""
    demands = _demands_on(subject)
    if not demands:
        return []
    view = read(subject.text)
    code = "obeyed_document" if _is_chat(subject) else "obeyed_data"
    for source, demand in demands:
        places = _places(view, demand)
        if _is_chat(subject):
            places = [at for at in places if not _is_quotation(subject.text, view, at, source, demand)]
        other = _weight(view.text) - len(places) * _weight(demand.key)
        if places and other < _room(source, demand, in_chat=_is_chat(subject)):
            return [
                _finding(
                    code, 0.95 if other == 0 else 0.9, *view.span(places[0], places[-1] + len(demand.key))
                )
            ]
    return []


def _repeated(subject: Subject) -> list[Finding]:
    """Chat: where the reply contains what a document demands."""
    found = _demands_on(subject) if _is_chat(subject) else []
    demands = [(source, demand) for source, demand in found if demand.distinct]
    if not demands:
        return []
    view = read(subject.text)
    for source, demand in demands:
        for at in _places(view, demand):
            start, end = view.span(at, at + len(demand.key))
            # "STOP" is demanded in capitals: "stop" is just a word.
            lowered = demand.literal[1:] != demand.literal[1:].lower() and subject.text[start:end].islower()
            told = _is_reported(subject.text, start) or _is_quotation(subject.text, view, at, source, demand)
            if not lowered and not told:
                return [_finding("obeyed_document", 0.9, start, end)]
    return []


def _is_reported(text: str, start: int) -> bool:
    """Whether the words at `start` are quoted as what somebody else says."""
    before = clean(text[max(0, start - _REPORTED_WITHIN) : start]).rstrip("*_")
    return before.endswith(tuple(_QUOTES)) and _REPORTING.search(before) is not None


def _is_quotation(text: str, view: View, at: int, source: str, demand: Demand) -> bool:
    """Whether the words stand where they do in a longer piece of the document that the reply repeats.

    As the document demands them, they stand alone: with what goes before them in the document, too, in a
    Markdown quotation already with little of it, the document is quoted.
    """
    start = view.starts[at]
    line = text.rfind("\n", 0, start) + 1
    in_quotation = text[line:].lstrip().startswith(">")
    first = bisect_left(view.starts, line)
    before, key = view.text[:at], key_of(source)
    place = key.find(demand.key)
    while place >= 0:
        common = _common_end(before, key[:place][-_QUOTED_BEFORE:])
        if common >= _QUOTED_BEFORE or (in_quotation and common >= max(_QUOTATION_BEFORE, at - first)):
            return True
        place = key.find(demand.key, place + 1)
    return False


def _common_end(one: str, other: str) -> int:
    size = 0
    while size < min(len(one), len(other)) and one[-1 - size] == other[-1 - size]:
        size += 1
    return size


def _places(view: View, demand: Demand) -> list[int]:
    """Where the demanded letters stand; those of a short word only where they are a word."""
    key, text, places = demand.key, view.text, list[int]()
    at = text.find(key)
    while at >= 0:
        end = at + len(key)
        glued = (at > 0 and view.starts[at] == view.ends[at - 1]) or (
            end < len(text) and view.starts[end] == view.ends[end - 1]
        )
        if len(key) >= 6 or not key.isalnum() or not glued:
            places.append(at)
        at = text.find(key, end)
    return places


def _weight(key: str) -> int:
    """Letters; an ideograph says as much as three."""
    return len(key) + 2 * sum(char >= "\u2e80" for char in key) if not key.isascii() else len(key)


def _room(source: str, demand: Demand, *, in_chat: bool) -> float:
    """How much else a reply may hold and still be nothing but the demanded text.

    A faithful result of the task holds the rest of the source in some form: there is no room where the source
    has hardly any rest, and at most a third of the rest. In chat, a short reply has every right to be "Hello"
    although some document has somebody say that, unless it is demanded as an answer.
    """
    if in_chat and not demand.answer:
        return 0
    key = key_of(source)
    rest = _weight(key) - key.count(demand.key) * _weight(demand.key)
    if rest < max(8, len(demand.key) / 4):
        return 0
    return min(0.35 * rest, max(len(demand.key), _FEW) if len(demand.key) >= 4 else _FEW / 2)


def _open_demand(view: View, source: str, demand: Demand, *, in_chat: bool) -> int | None:
    """From which letter on a growing reply may be what is demanded; None when it no longer can."""
    key, text = demand.key, view.text
    places = _places(view, demand)
    end = places[-1] + len(key) if places else 0
    sizes = range(min(len(key) - 1, len(text) - end), 0, -1)
    tail = next((size for size in sizes if text.endswith(key[:size])), 0)
    other = _weight(text) - len(places) * _weight(key) - _weight(text[len(text) - tail :])
    if other < _room(source, demand, in_chat=in_chat):
        begins = [*places, len(text) - tail] if tail else places
        return begins[0] if begins else None
    return len(text) - tail if tail and in_chat and demand.distinct else None


def _may_be_abandoned(subject: Subject) -> bool:
    """Whether the reply so far is far too short for a translation, and the data gives orders."""
    task = subject.task
    if task is None or task.name != "translate" or len(task.data.split()) < _ABANDONED_WORDS:
        return False
    if not TO_THE_MACHINE.search(clean(task.data[:READ])):
        return False
    return _weight(squash(subject.text).text) < _ABANDONED * _weight(key_of(task.data))


def _takeovers(subject: Subject) -> Iterator[Finding]:
    """Where the bot itself says that its rules are off."""
    text = clean(subject.text)
    if _ANY_TAKEOVER.search(text) is None:
        return
    given = [document.text for document in subject.evidence]
    if not _is_chat(subject):
        assert subject.task is not None
        given.append(subject.task.data)
        # A text that orders nothing has nothing to obey: what its translation says, it says.
        if not (TO_THE_MACHINE.search(clean(subject.task.data[:READ])) or demands(subject.task.data)):
            return
    for meaning, pattern in _TAKEOVER.items():
        if any(pattern.search(clean(words[:READ])) for words in given):
            continue
        for match in pattern.finditer(text):
            quoted = text[: match.start()].rstrip("*_[ ").endswith(tuple(_QUOTES))
            if quoted or (meaning == "opening" and not _opens(subject, text[: match.start()])):
                continue
            # What ends the sentence before belongs to that sentence.
            before = len(match.group()) - len(match.group().lstrip(".! \t\n*_"))
            yield _finding("takeover", 0.85, match.start() + before, match.end())


def _opens(subject: Subject, before: str) -> bool:
    return not (isinstance(subject, Part) and subject.offset) and len(before.split()) <= _OPENING


def _open_takeover(text: str) -> int:
    """A takeover is one phrase: the end of a sentence or line ends it, and only a cut sentence may go on."""
    tail = clean(text[-_LONGEST_TAKEOVER:]).rstrip(" \t")
    if not tail or tail[-1] in "\n.!?…。！？" or tail.rstrip(_QUOTES + ")]}*_")[-1:] in (*".!?…。！？",):
        return len(text)
    begins = _TAKEOVER_BEGINS.search(tail)
    return len(text) - len(text[-_LONGEST_TAKEOVER:]) + begins.start() if begins else len(text)


def _word_start(text: str, at: int) -> int:
    while at > 0 and text[at - 1].isalnum():
        at -= 1
    return at
