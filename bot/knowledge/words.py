"""What a text is about: its words without accents, endings and small talk, in English and in Spanish.

Small words are those of grammar and of asking: "what", "tell", "third sentence", "por favor".
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)")
_MARKS = re.compile(r"[\u0300-\u036f]+")

_ENGLISH_WORDS = """
a about above after again all also although am an and any are aren as at be because been before being best better
between both but by can cannot could couldn did didn do does doesn doing don done down during each either else exist exists
ever every few fifth first for fourth from further get gets give go goes going good got had hadn has hasn have haven
having he hello her here hers hey hi him his how however i if in into is isn it its itself just know last let like
line lines ll long lot made make makes many may maybe me mean means might mine more most much must my need no nor
not now of off ok okay on once one only or other our ours out over own please provide quite rather re really s said same say
says second see sentence sentences seventh she should shouldn since sixth so some somebody someone something still
such sure t take takes tell than thank thanks that the their theirs them then there these they thing things think
third this those though through time to today tomorrow too two under until up upon us use used using ve very want
was wasn way we well were weren what when where whether which while who whom whose why will with within without won
work works would wouldn yes yesterday yet you your yours explain describe happen happened happens mention mentioned
talk anything everything nothing
"""
_SPANISH_WORDS = """
a acerca ahi ahora al algo alguien algun alguna algunas alguno algunos alla alli antes aquel aquella aquello aqui
asi aun aunque ayer bien buena buenas bueno buenos cada casi como con contra cosa cosas cual cuales cualquier cuando
cuanta cuantas cuanto cuantos cuarta cuarto cuenta cuentame da dame de debe deben debo decir del demas desde di dia
dice dicen dices dije dijiste dijo dime dio donde dos durante e el ella ellas ello ellos en entonces entre era eran eres es esa esas
ese eso esos existe existen esta estaba estado estamos estan estar estas este esto estos estoy explica explicame favor frase frases
fue fuera fueron funciona funcionan gracias ha haber habia habla hablame hablar hace hacen hacer haces haga hago han
has hasta hay haya he hice hizo hola hoy ir la las le les linea lineas lo los luego manana mas me mejor mejores menos
mi mia mias mio mios mis misma mismas mismo mismos mucha muchas mucho muchos muy nada nadie ni ningun ninguna ninguno
no nos nosotras nosotros nuestra nuestras nuestro nuestros o oracion os otra otras otro otros para pasa pasar paso
pero poco por porque primer primera primero pues puede pueden puedes puedo que quien quienes quiero quiere quieres
quinta quinto saber sabe sabes se sea sean segun segunda segundo ser si sido siempre siendo significa significan sin
sino sirve sobre sois solo somos son soy su sus suya suyas suyo suyos tal tambien tan tanta tanto te tengo tener
tercer tercera tercero ti tiempo tiene tienen tienes toda todas todo todos tras tu tus tuya tuyo u ultima ultimo un
una unas uno unos usted ustedes va vale vamos van ver vez voy vosotros vuestra vuestro y ya yo
"""
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_SPANISH = frozenset(_SPANISH_WORDS.split())
_SMALL = _ENGLISH | _SPANISH

# Endings that go, the longest that fits first, as long as enough letters stay.
_ENDING_LIST = """
aciones acion amientos amiento imientos imiento adores adoras ador adora ablemente amente mente iendo ando aron
ieron aste iste aremos aran aria arian ara are adas ados idas idos ada ado ida ido abas aban aba ias ia anes emos
amos ar er ir an en as es os a e o s ations ation ings ing edly ed ers ments ment ly
"""
_ENDINGS = frozenset(_ENDING_LIST.split())
_LONGEST_ENDING = max(map(len, _ENDINGS))
_STEM = 4
_SPELLINGS = {"zc": "c", "qu": "c", "gu": "g"}  # traduzco, traducir; busqué, buscar; pagué, pagar


def words(text: str) -> list[str]:
    """The words of `text` in order, in lower case and without accents."""
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    return _WORD.findall(text.casefold())


@lru_cache(maxsize=1 << 15)
def stem(word: str) -> str:
    """`word` (as `words` gives it) without its ending, the same for English and Spanish.

    Coarse on purpose: texts of both languages stand in one index, and a stem only has to meet its own kind
    ("bloqueaste" and "bloquear", "errors" and "errores").
    """
    if word.isdigit():
        return word
    for start in range(max(_STEM, len(word) - _LONGEST_ENDING), len(word)):
        if word[start:] in _ENDINGS:
            word = word[:start]
            break
    else:
        if len(word) == _STEM and word.endswith("s"):
            return word[:-1]
    meant = _SPELLINGS.get(word[-2:])
    return word if meant is None else word[:-2] + meant


def stems(text: str) -> list[str]:
    """The stem of every word of `text`, in order."""
    return [stem(word) for word in words(text)]


def informative(text: str) -> list[str]:
    """The stems that say what `text` is about, each once, in order: no small words, no single letters."""
    kept = (
        word for word in words(text) if len(word) > 1 and word not in _SMALL and not _ORDINAL.fullmatch(word)
    )
    return list(dict.fromkeys(map(stem, kept)))


def language_of(text: str) -> str:
    """ "es" or "en", by the small words of `text`; "" when they do not tell."""
    found = words(text)
    spanish = sum(word in _SPANISH and word not in _ENGLISH for word in found)
    english = sum(word in _ENGLISH and word not in _SPANISH for word in found)
    if spanish == english:
        return ""
    return "es" if spanish > english else "en"
