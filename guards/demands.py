"""What a text demands to be said: the words, where a verb of saying, or the name of the answer, points at them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

import re2

from guards.normalize import View, squash

READ = 20_000
"""Characters of a data text that are searched for demands."""
_MOST_VERBS, _MOST_DEMANDS = 200, 32

# A demand is a verb of saying, a few words, and the words to say: in quotes, after a colon, or bare.
_STRONG = (
    r"respond|reply|answer|output|responde|responda|responder|contesta|conteste|contestar|devuelve|devuelva"
)
_SAYING = re2.compile(
    rf"(?i)\b(?:({_STRONG})|say|print|write|type|repeat|echo|return|provide|give|state|display|show|translate|render|"
    r"start|begin|end|finish|put|pon|ponga|poner|dame|deme|dadme|di|diga|dime|decid|decir|escribe|escriba|escribir|repite|repita|repetir|imprime|imprima|"
    r"imprimir|devolver|muestra|muestre|mostrar|proporciona|proporcione|da|traduce|traduzca|empieza|empiece|"
    r"termina|termine)\b"
)
_FILLER = r"""(?:[^"“”„«»‘`'.!?\n]|\w'\w)"""
_QUOTED = (
    r"“([^“”\n]{1,500})”|„([^“”„\n]{1,500})[“”]|«([^«»\n]{1,500})»|\"([^\"\n]{1,500})\"|‘([^‘’\n]{1,500})’|"
    r"```(?:\w*\n)?([^`]{1,500})```|``([^`']{1,500})(?:``|'')|`([^`\n]{1,500})`|''([^'\n]{1,500})''|"
    r"'((?:[^'\n]|\w'\w){1,500})'"
)
_ONLY = (
    r"(?:me|us|back|nothing but|only|just|exactly|simply|with|the (?:single |one )?words?|the phrase|the text|as|nos|"
    r"nada más que|la única palabra|solo|sólo|solamente|únicamente|unicamente|exactamente|con|la palabra|las palabras|la frase|el texto)"
)
_AFTER_COLON = rf"{_FILLER}{{0,80}}?:[ \t]*\n?[ \t]*"
# Matched where a verb ends, against a bounded piece of text, so that no text makes them slow.
_SAID = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_FILLER}{{0,100}}\s*(?:{_QUOTED})",
        rf"{_AFTER_COLON}([^\s\"“„«‘`'][^\n]{{0,500}})",
        rf"{_AFTER_COLON}([^\s\"“„«‘`'][^\n.!?]{{0,500}})",
        rf"\s+(?:{_ONLY}\s+)++([^\s\"“„«‘`'.!?,;:][^\"“„«‘`.!?,;:\n]{{0,200}})",
        rf"\s+(?:{_ONLY}\s+)*+((?-i:[A-Z0-9][A-Z0-9_!-]+(?:\s+[A-Z0-9][A-Z0-9_!-]+){{0,8}}))\b",
    )
)
_NAMED = re2.compile(
    r"(?i)\b(?:answer|response|reply|translation|summary|output|result|respuesta|traducci[oó]n|resumen|salida|resultado)"
    r"(?: (?:here|aqu[ií]|correct[ao]|[uú]nic[ao]|buen[ao]|esperad[ao]|final))?"
    r"(?: (?:of|to|for|de|del|a|al|para) (?:\w+ )?\w+)?"
    r"(?:(?: (?:is|must be|should be|has to be|shall be|will be|es|debe ser|tiene que ser|ha de ser|ser[aá])\b):?|:)"
)
_NAMED_SAID = (
    _SAID[0],
    re.compile(rf"\s+(?:{_ONLY}\s+)*+([^\s\"“„«‘`'.!?,;:][^\"“„«‘`.!?,;:\n]{{0,200}})", re.IGNORECASE),
)
_SAID_WITHIN = 700
_NARRATED_WITHIN = 40
# "It does not write …: it only quotes": a report of what somebody does, or does not, demands nothing.
_NARRATED = re.compile(
    r"(?:/|\b(?:does|did|will|would|can|could|should|may|might)(?: not|n['’]t) (?:\w+ly )?|\b(?:cannot|it|he|she|they|we|who|which) )\Z",
    re.IGNORECASE,
)
_NARRATED_ES = re.compile(
    r"\b(?:no|se|que|quien|él|ella|ellos|nunca)(?: (?:me|te|se|le|lo|la|nos|os|les|los|las))? \Z",
    re.IGNORECASE,
)
_INDICATIVE = frozenset(
    [
        "responde",
        "contesta",
        "devuelve",
        "escribe",
        "repite",
        "imprime",
        "muestra",
        "proporciona",
        "da",
        "traduce",
        "empieza",
        "termina",
    ]
)
TO_THE_MACHINE = re2.compile(
    r"(?i)\b(?:ignor(?:e|ing)|disregard|forget|override|do nothing|do not translate|don['’]?t translate|"
    r"do not summari[sz]e|instead|stop translating|rather than translat\w+|"
    r"ignora|ignorad|ignorar|olvida|olvide|olvidad|olvidar|descarta|descarte|haz caso omiso|"
    r"no hagas nada|no haga nada|no traduzcas|no traduzca|no resumas|en su lugar|en lugar de|en vez de)\b"
)
_ABOUT_AN_AI = re2.compile(
    r"(?i)\b(?:AI|assistants?|chatbots?|bots?|language models?|LLM|IA|asistentes?|modelos? de lenguaje)\b"
)


@dataclass(frozen=True, slots=True)
class Demand:
    """Words that a text demands to be said."""

    key: str
    """Their letters and digits (see `read`)."""
    literal: str
    answer: bool
    """Whether they are demanded as an answer."""
    addressed: bool
    """Whether the text speaks to a machine."""
    named: bool
    """Whether the text only says that they are the answer."""

    @property
    def distinct(self) -> bool:
        """Whether a reply that contains them has them from here: not just any word."""
        return (len(self.key) >= 8 and len(self.literal.split()) > 1) or self._marked

    @property
    def _marked(self) -> bool:
        return len(self.key) >= 4 and any(char.isupper() or char.isdigit() for char in self.literal[1:])


def clean(text: str) -> str:
    """The text as it can be searched: a lone surrogate is no character, and becomes "?"."""
    return text.encode("utf-8", "replace").decode()


def read(text: str) -> View:
    """The letters and digits of a text; of one without any, all that is no white space."""
    view = squash(text)
    if view.text:
        return view
    places = [at for at, char in enumerate(text) if not char.isspace()]
    return View("".join(text[at] for at in places), (), places, [at + 1 for at in places])


@lru_cache(maxsize=64)
def key_of(text: str) -> str:
    """What `read` leaves of a text."""
    return read(text).text


@lru_cache(maxsize=64)
def demands(text: str) -> tuple[Demand, ...]:
    """What a text demands to be said, at most 32 different ones."""
    text = clean(text[:READ])
    addressed = bool(TO_THE_MACHINE.search(text) or _ABOUT_AN_AI.search(text))
    found: dict[str, Demand] = {}
    for verb in islice(_SAYING.finditer(text), _MOST_VERBS):
        if not _narrated(text, verb.start(), verb.group()):
            for literal in _literals(text, verb.end(), _SAID):
                answer = verb.group(1) is not None
                found.setdefault(key_of(literal), Demand(key_of(literal), literal, answer, addressed, False))
    for name in islice(_NAMED.finditer(text), _MOST_VERBS):
        for literal in _literals(text, name.end(), _NAMED_SAID):
            found.setdefault(key_of(literal), Demand(key_of(literal), literal, True, addressed, True))
    return tuple(islice(found.values(), _MOST_DEMANDS))


def _literals(text: str, at: int, patterns: tuple[re.Pattern[str], ...]) -> Iterator[str]:
    for pattern in patterns:
        match = pattern.match(text, at, at + _SAID_WITHIN)
        literal = next(filter(None, match.groups()), "").strip() if match else ""
        key = key_of(literal)
        if len(key) >= 2 or (key and not key.isalnum()):
            yield literal


def _narrated(text: str, at: int, verb: str) -> bool:
    before = text[max(0, at - _NARRATED_WITHIN) : at]
    return bool(_NARRATED.search(before) or (verb.lower() in _INDICATIVE and _NARRATED_ES.search(before)))
