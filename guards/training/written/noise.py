"""How people really type: no capitals, no accents, short forms, slips of the finger. The same for both labels."""

from __future__ import annotations

import random
import re
import unicodedata

_SHORT = {
    "en": {
        "you": "u", "your": "ur", "you're": "ur", "are": "r", "please": "pls", "because": "cuz", "what": "wat", "thanks": "thx",
        "people": "ppl", "before": "b4", "for": "4", "to": "2", "though": "tho", "about": "abt", "know": "kno", "and": "n",
        "with": "w", "without": "w/o", "really": "rly", "right": "rite", "something": "smth", "message": "msg", "messages": "msgs",
        "going to": "gonna", "want to": "wanna", "i don't know": "idk", "tomorrow": "tmrw", "everyone": "every1", "don't": "dont",
        "can't": "cant", "it's": "its", "that's": "thats", "i'm": "im", "doesn't": "doesnt", "instructions": "instrs",
    },
    "es": {
        "que": "q", "qué": "q", "porque": "xq", "por qué": "xq", "por": "x", "también": "tb", "te": "t", "de": "d", "para": "pa",
        "por favor": "porfa", "bueno": "weno", "nada": "na", "mensaje": "msj", "mensajes": "msjs", "hola": "ola", "quiero": "kiero",
        "aquí": "aki", "estás": "tas", "está": "ta", "todo": "to", "mañana": "mñn", "gracias": "grax", "contraseña": "contra",
        "verdad": "vdd", "bien": "bn", "cuando": "cdo", "mucho": "mxo", "saludos": "slds", "fin de semana": "finde",
    },
    "pt": {"que": "q", "você": "vc", "também": "tb", "por que": "pq", "porque": "pq", "quando": "qdo", "não": "n", "beleza": "blz", "hoje": "hj", "mensagem": "msg"},
    "fr": {"que": "k", "c'est": "c", "pour": "pr", "vous": "vs", "beaucoup": "bcp", "s'il te plaît": "stp", "quoi": "koi", "parce que": "pcq", "quelque chose": "qqch"},
}  # fmt: skip
_EMOJI = (
    "😂",
    "🙏",
    "😅",
    "👀",
    "🤔",
    "🔥",
    "😭",
    "🙃",
    "👍",
    "😎",
    "🫠",
    "🥲",
    "💀",
    "😇",
    "🤖",
    "🎮",
    "❤️",
    "🤷",
    "😏",
    "🙄",
)
_TAILS = {
    "en": ("lol", "thx", "pls", "haha", "ty", "...", "!!", "ok?", "asap", "lmao", "xD"),
    "es": ("jaja", "porfa", "gracias", "jajaja", "xd", "...", "!!", "vale?", "ok?", "anda", "plis", "va?"),
}
_ACCENTED = frozenset(("es", "pt", "fr", "it", "ca", "gl", "de"))


def bare(text: str) -> str:
    """Without accents, ñ and ç among them."""
    return "".join(
        letter for letter in unicodedata.normalize("NFD", text) if unicodedata.category(letter) != "Mn"
    )


def shorten(text: str, lang: str, chance: random.Random) -> str:
    """Chat spelling: each known word is shortened six times in ten."""
    for word, short in _SHORT.get(lang, {}).items():
        text = re.sub(
            rf"(?<![\w'/@#-]){re.escape(word)}(?![\w'/-])",
            lambda match, short=short: short if chance.random() < 0.6 else match[0],  # type: ignore[misc]
            text,
            flags=re.IGNORECASE,
        )
    return text


def slip(text: str, chance: random.Random) -> str:
    """One or two slips: letters swapped, lost or doubled inside a word of five letters or more."""
    words = text.split(" ")
    long = [at for at, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    for at in chance.sample(long, min(len(long), chance.choice((1, 1, 2)))):
        word = words[at]
        cut = chance.randrange(1, len(word) - 2)
        words[at] = chance.choice(
            (
                word[:cut] + word[cut + 1] + word[cut] + word[cut + 2 :],
                word[:cut] + word[cut + 1 :],
                word[:cut] + word[cut] + word[cut:],
            )
        )
    return " ".join(words)


def roughen(text: str, lang: str, chance: random.Random) -> str:
    """The text as one of many people would have typed it; often as it is."""
    if chance.random() < 0.42:
        return text
    if lang in _ACCENTED and chance.random() < 0.4:
        text = bare(text)
    if chance.random() < 0.3:
        text = text.replace("¿", "").replace("¡", "")
    if len(text) < 260 and chance.random() < 0.25:
        text = shorten(text, lang, chance)
    if chance.random() < 0.35:
        text = text.lower()
    elif len(text) < 120 and chance.random() < 0.05:
        text = text.upper()
    if chance.random() < 0.3:
        text = text.rstrip(".!。")
    if chance.random() < 0.12:
        text = slip(text, chance)
    if len(text) < 200 and "\n" not in text:
        if chance.random() < 0.08:
            text += " " + chance.choice(_TAILS.get(lang, ("...", "!!")))
        if chance.random() < 0.07:
            text += " " + chance.choice(_EMOJI)
    return text
