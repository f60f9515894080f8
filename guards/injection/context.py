"""Whether a text uses a phrase or only speaks of it."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache
from operator import itemgetter

from guards.injection import context_tongues
from guards.normalize import fold

_REACH = 160
"""Characters before and after a phrase that are read to understand it."""
_QUOTE_REACH = 2_000
"""Characters before and after it where a quotation that holds it may begin and end."""

_QUOTED = re.compile(
    r"```.+?```|`[^`\n]+`|\"[^\"\n]+\"|“[^“”\n]+”|„[^„“”\n]+[“”]|«[^«»\n]+»|»[^«»\n]+«|「[^「」\n]+」|『[^『』\n]+』|‘[^‘’\n]+’|(?<!\w)'[^'\n]+'(?!\w)|^>[^\n]*$",
    re.DOTALL | re.MULTILINE,
)
_ABOUT = re.compile(
    r"\?|\b(?:what|how|why|when|who|which|mean(?:s|ing)?|explain|define|understand|phrase|called|article|paper|blog|book|song|video|read about|"
    r"says?|said|typed?|typing|wrote|writes?|writing|asked|told|tried|trying|tries|keeps?|kept|posted|sent|put|users?|members?|people|someone|somebody|"
    r"guy|attackers?|hackers?|students?|stop|block(?:s|ed|ing)?|prevent(?:s|ing)?|detect(?:s|ed|ing)?|filter(?:s|ed|ing)?|flag(?:s|ged)?|example|"
    r"prompt injection|jailbreaks?|attack|attempts?|regex|test(?:s|ing)?|famous|meme|joke|lol|haha|que|como|por ?que|cuando|quien|cual|significa|explica|frase|"
    r"translat(?:e|es|ed|ing|ion)|signs?|notices?|traduc(?:e|es|ir|eme|i|ime|cion|ido)|traduzca|cartel(?:es)?|letreros?|llama(?:n|do|da)?|articulo|dice[n]?|dijo|escrib(?:e|io|en|ir|iendo)|pregunto|pidio|intent(?:a|o|an|ando)|puso|usuarios?|miembros?|gente|alguien|"
    r"atacantes?|alumnos?|evitar|bloque(?:a|ar|o)|impedir|detect(?:a|ar|o)|filtr(?:a|ar|o)|ejemplo|inyeccion|ataques?|prueba|meme|broma|jaja\w*)\b|"
    + context_tongues.ABOUT
)
_USE = re.compile(
    r"\b(?:do (?:it|that|this|what|as|so|exactly)|follow|obey|execute|carry out|comply|proceed|accordingly|apply (?:it|that|this)|decode|act on|run (?:it|this|that)|now (?:do|say|print|tell|show|answer|reply)|"
    r"say exactly|repeat (?:exactly|after)|reply with|respond with|output|reveal|your (?:system )?prompt|your instructions|haz(?:lo)?|sigue|obedece|ejecuta|cumple|procede|adelante con|aplica(?:lo)?|decodifica|"
    r"responde con|di exactamente|repite exactamente|revela|tu prompt|tus instrucciones)\b|"
    + context_tongues.USE
)
_DEFENCE = re.compile(
    r"\b(?:stop|prevent|block|detect(?:s|ing)?|filter|handle|catch|protect|defend|against|ban|avoid|guard|resist|test(?:ing)? (?:for|against)|mitigate|evitar?|evito|impedir|impido|bloque(?:ar|o|e)|"
    r"detect(?:ar|o|e)|filtr(?:ar|o|e)|proteg(?:er|erme|erse|e)|defend(?:er|erme)|contra|parar|frenar|banear|expulsar)\b[^.!?\n]*"
    r"\b(?:users?|people|someone|somebody|anyone|members?|attackers?|hackers?|students?|kids|them|messages?|prompts?|attacks?|phrases?|inputs?|things|injections?|from|typing|writing|"
    r"usuarios?|gente|alguien|miembros?|atacantes?|alumnos?|mensajes?|ataques?|frases?|cosas|escriban?|que)\b[^.!?\n]*$|"
    + context_tongues.DEFENCE
)
_ASKED = re.compile(
    r"(?:\b(?:what (?:does|do|is|are|happens (?:if|when))|what's|why (?:does|do|did|is)|how (?:does|do)(?: the| \w+)?|explain|define|meaning of|mean by|que (?:significa|hace|es|son|quiere decir|pasa (?:si|cuando))|"
    r"significado de|para que sirve|explica(?:me)?|define|por que)\b)(?: (?:the|a|an|el|la|un|una|los|las|escribir|decir|poner|typing|saying|writing|people|say|type|write|la gente|alguien|i|you|someone|token|phrase|prompt|"
    r"tag|marker|words|string|text|frase|etiqueta|cadena|texto|si|users|with|that|says|token|dan))* ?[\W_]*$|"
    + context_tongues.ASKED
)
_REPORTED = re.compile(
    r"\b(?:(?:users?|people|someone|somebody|everyone|he|she|they|it|models?|llms?|bots?|i|we|who|students?|kids|some|guy|that|which|always|often|sometimes|never|tends to|seems to|would|could|might|"
    r"(?:how|when|if|why|that) (?:do |does |can |should )?(?:i|you|we|they|people|users|it|a model|the (?:model|bot|ai|assistant)))"
    r"(?: (?:just|often|always|sometimes|can|could|would|might|will|to|then|even|really|simply|the))*|don'?t|do not|never|not to|not|won'?t|can'?t|cannot|shouldn'?t|didn'?t|doesn'?t) $"
)
_REPORTED_ES = re.compile(
    r"\b(?:nunca|jamas|no|el (?:bot|modelo|usuario|asistente|script|programa|compilador)|la (?:ia|gente|app)|los (?:usuarios|bots|modelos)|siempre|que|quien|alguien|nadie|por que|cuando|si|me|se) $"
)
_SOMEBODY_ELSES = re.compile(
    r"^s?,? ?(?:for (?:a|an|my|our|the|this|your|his|her)\b|of (?:my|our|a|an|his|her|this|that|gpt|chatgpt|claude|the \w+)\b|field\b|parameter\b|engineering\b|template\b|injection\b|length\b|size\b|limit\b|tokens?\b|role\b|"
    r"in (?:my|our|the|openai|langchain|ollama|llama|chatgpt|a|an|python)\b|para (?:un|una|mi|mis|el|la|que)\b|de (?:mi|un|una|gpt|chatgpt|claude|nuestro)\b|del (?:curso|juego|examen|bot de|manual|fabricante|mueble|router)\b|en (?:mi|la api|openai|python|ollama|langchain)\b)"
)

_TO_OTHERS = re.compile(
    r"^ ?(?:to|for|a|para) (?:(?:the|our|your|my|all|new|other|los|las|el|la|nuestr[oa]s|tus|mis|nuev[oa]s|otr[oa]s) )*(?:volunteers?|team|staff|students?|pupils|players?|kids|children|"
    r"caterers?|crew|newcomers|guests?|neighbou?rs|parents|colleagues|employees|organi[sz]ers|voluntari[oa]s?|equipo|alumn[oa]s?|jugador(?:es|as)?|ninos|ninas|cocineros|personal|"
    r"novatos|invitados|vecin[oa]s|padres|companer[oa]s|emplead[oa]s|organizador(?:es|as)?)\b|"
    r"^ ?(?:de|del|en|in|for|para) (?:el |la |mi |tu |the )?(?:zsh|bash|fish|shell|terminal|consola|powershell|starship|tmux|oh-my-zsh)\b"
)


_FAILED = re.compile(
    r"\b(?:name|syntax|type|key|attribute|import|value|reference)error\b|\btraceback\b|\b(?:me )?(?:da|sale|salta|lanza|tira) (?:un )?error\b|"
    r"\b(?:gives?|throws?|raises?|get|getting) (?:me )?(?:an? )?(?:error|exception)\b|\bundefined\b"
)


def failed(text: str, end: int) -> bool:
    """Whether what follows says that it is code that does not run."""
    return bool(_FAILED.search(_around(text, end, end)[1]))


def mentioned(text: str, start: int, end: int, *, asking: bool) -> bool:
    """Whether `text[start:end]` is spoken of, not said: quoted in a question or a report, or what one guards against.

    `asking`: the phrase itself asks for something, so that a question before it says nothing.
    """
    quotation = _quotation(text, start, end)
    if quotation and _about(text, *quotation):
        return True
    before, after = _around(text, start, end)
    if _DEFENCE.search(before):
        return True
    return not asking and bool(_ASKED.search(before)) and "?" in after[:80]


_WHOLE = re.compile(r"\b(?:all|any|every\w*|your|tod[oa]s?|cualquier|tus?|vuestr[oa]s)\b")
_TO_A_BOT = re.compile(
    r"\b(?:say|print|output|write|tell|reply|respond|answer|show|reveal|repeat|act|pretend|translat\w+|summari\w+|complet\w+|give|provide|return|list|describe|you are|you're|your|prompt|"
    r"bot|ai|assistant|model|do|just|only|now|di|dime|diga|escrib[ae]|imprim[ae]|muestr[ae]\w*|respond[ae]|contest[ae]|repit[ae]|revel[ae]\w*|actu[ae]|finge|traduc\w+|traduzca|resum\w+|"
    r"completa|dame|devuelve|proporcion[ae]|eres|tus?|ia|asistente|modelo|haz|haga|solo|ahora)\b"
)


def may_be_text(text: str, start: int, end: int) -> bool:
    """Whether the order `text[start:end]` is one to a reader ("Do not follow the previous instructions; use the manual").

    It speaks of some instructions, not of all or of yours, and nothing around it is for a bot to do.
    """
    outside = fold(f"{text[:start]} … {text[end:]}").text
    return bool(outside.strip(" ….!\n")) and not (
        _WHOLE.search(fold(text[start:end]).text) or _TO_A_BOT.search(outside)
    )


_YOUR = re.compile(r"\b(?:your|tus?)\b")
_PAST = re.compile(r"\W*(?!hacé|desobedecé)\w+[éó]\b", re.IGNORECASE)


def negated_or_reported(text: str, start: int, end: int) -> bool:
    """Whether somebody else does what `text[start:end]` says, or it is told not to be done."""
    before, _ = _around(text, start, end)
    past = _PAST.match(unicodedata.normalize("NFC", text[start:end]))
    return bool(past or _REPORTED.search(before) or _REPORTED_ES.search(before))


def somebody_elses(text: str, start: int, end: int) -> bool:
    """Whether what follows `text[start:end]` says that another bot's instructions are meant."""
    _, after = _around(text, start, end)
    if _TO_OTHERS.match(after):
        return True
    return not _YOUR.search(fold(text[start:end]).text) and bool(_SOMEBODY_ELSES.match(after.strip()))


def _quotation(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The quotation that holds `text[start:end]`, if one does."""
    # From one of few places, so that phrases near each other share what is read.
    first = max(0, start // _QUOTE_REACH - 1) * _QUOTE_REACH
    last = (end // _QUOTE_REACH + 2) * _QUOTE_REACH
    quotations = _quotations(text[first:last])
    # The last that begins before it: none overlaps with another.
    at = bisect_right(quotations, start - first, key=itemgetter(0)) - 1
    if at < 0 or first + quotations[at][1] < end:
        return None
    return first + quotations[at][0], first + quotations[at][1]


@lru_cache(maxsize=32)
def _quotations(text: str) -> tuple[tuple[int, int], ...]:
    return tuple(match.span() for match in _QUOTED.finditer(text))


@lru_cache(maxsize=8)
def _about(text: str, start: int, end: int) -> bool:
    outside = fold(f"{text[max(0, start - 2 * _REACH) : start]} … {text[end : end + 2 * _REACH]}").text
    return bool(_ABOUT.search(outside)) and not _USE.search(outside)


@lru_cache(maxsize=1)
def _around(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and after in the same sentence, folded."""
    before = fold(text[max(0, start - _REACH) : start]).text
    after = fold(text[end : end + _REACH]).text
    return re.split(r"[.!?\n] ", before)[-1], after
