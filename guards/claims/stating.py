"""Whether a sentence of a chatbot's reply is taken for a claim.

The classifier's Spanish threshold is chosen on tweets of a campaign, of which one in eight is a claim. What a chatbot
says in answer to a question states something much more often, and in plainer words.
"""

from __future__ import annotations

import re

from guards.claims.features import is_spanish
from guards.claims.plain import plain
from guards.claims.texts import read
from guards.claims.words import GROUPS, GROUPS_OF
from guards.claims.worthy import quick, worthy

LEAST = 0.25
"""From here on a Spanish sentence is a claim. Chosen by hand: no labelled replies in Spanish are at hand."""

LEAST_NAMED = 0.4
"""From here on an English sentence with a name or a number is one."""

_NOT_LIST = "first second hedge opinion social modal know assistant"
_NOT = frozenset(map(GROUPS.index, _NOT_LIST.split()))
"""Kinds of words that make a sentence something else: an opinion, advice, small talk, a condition."""
_ORDER, _IF = GROUPS.index("order"), GROUPS.index("if")
_ADVICE = frozenset(["deberias", "podrias", "puedes", "debes", "tienes", "conviene", "recomiendo", "sugiero"])
_CAPITAL = re.compile(r"(?<=\w )[A-ZÁÉÍÓÚÑ]\w+")
_CAN = frozenset(["puede", "pueden", "can", "may"])
_VERBS_LIST = (
    "set use open run click add remove create install change go make put press select choose type enter copy paste save "
    "close restart check try write call define import start stop wait turn move replace update configure enable disable "
    "download upload keep take give mix bake pour cut stir heat preheat serve boil drain cover let build pass wrap rename "
    "delete drag drop log sign scroll tap pon usa abre haz instala ejecuta pulsa cambia guarda elige escribe copia pega "
    "añade quita mezcla cierra reinicia selecciona prueba crea borra sustituye configura activa descarga sube baja mete "
    "saca corta hierve cuece sirve calienta deja llama define importa"
)
_OBJECTS_LIST = (
    "the a an your it its this that these those all any each both some on to in into with from up down for at one two "
    "el la los las un una unos unas tu tus en a al con este esta estos estas todo toda todos todas cada lo"
)
_ORDERS = re.compile(
    r"\W*(?:(?:\*\*|__)[^*_\n]{1,60}(?:\*\*|__)\s*[:–—-]?\s*)?"
    r"(?:(?:then|first|next|now|finally|please|also|just|luego|después|primero|ahora|por último|también)\b,?\s*)?"
    rf"(?:(?:{'|'.join(_VERBS_LIST.split())})\s+(?:(?:{'|'.join(_OBJECTS_LIST.split())})\b|[`'\"“«\d])"
    r"|(?:press|click|select|tap|type|pulsa|selecciona|elige|abre)\s+(?-i:[A-ZÁÉÍÓÚ]))",
    re.IGNORECASE,
)
"""What tells somebody what to do. "Use of it grew" and "Set theory is old" do not."""
_POINTS = re.compile(
    r"\W*(?:this|that|these|those|here|esto|eso|est[ea]|es[ea]|aquí) ?(?:is|are|'s|’s|es|son|está|están)\b"
    r"(?!.*(?:\d|(?-i:(?<=\s)[A-ZÁÉÍÓÚÑ]\w)))",
    re.IGNORECASE | re.DOTALL,
)
"""What speaks of something at hand, and names nothing: "This is the first half of it"."""
_GROUPS_OF = {plain(word): frozenset(groups) for word, groups in GROUPS_OF.items()}


def is_claim(sentence: str, *, second: bool = True) -> bool:
    """Whether `sentence` states something that can be checked; `second`: with a second opinion where that is in doubt."""
    if _ORDERS.match(sentence) or _POINTS.match(sentence) or sentence.rstrip(" \"'”»)*_").endswith("?"):
        return False
    model, spanish = worthy() if second else quick(), is_spanish(sentence)
    if spanish and not _ADVICE.isdisjoint(read(sentence).words):
        return False
    if model.is_claim(sentence):
        return True
    if "?" in sentence:
        return False
    said = read(sentence)
    # "Buenos Aires" is no greeting, and what something can have no condition.
    others = _CAN | set(map(plain, _CAPITAL.findall(sentence)))
    kinds = [
        frozenset[int]() if word in others else _GROUPS_OF.get(word, frozenset[int]()) for word in said.words
    ]
    if not kinds or _IF in kinds[0] or any(_ORDER in kind for kind in kinds[:2]):
        return False
    if any(_NOT & kind for kind in kinds):
        return False
    named = any(said.names) or bool(said.numbers)
    if spanish:
        return named or model.probability(sentence) >= LEAST
    return named and model.probability(sentence) >= LEAST_NAMED


def surely(sentence: str, *, second: bool = True) -> float:
    """How likely `sentence` is a claim, rounded; `second` as above."""
    return round((worthy() if second else quick()).probability(sentence), 4)
