"""Leetspeak: words with digits and signs in place of letters, read as the words that they stand for."""

from __future__ import annotations

import re
from functools import lru_cache

_ANY = re.compile(r"[013457@$!|]")
_SIGN = re.compile(r"[a-z][013457@$!|]+[a-z]")
_EDGE = re.compile(r"[013457@$][a-z]|[a-z][013457@$]")
_WORD = re.compile(
    r"(?<![a-z0-9@$!|+])(?![a-z]+(?:[!|+]*(?:[^a-z0-9@$!|+]|\Z)))[!|+]*[a-z0-9@$]+(?:[!|+]+[a-z0-9@$]+)*"
)
"""A word that is not all letters."""
_INNER_MARK = re.compile(r"[a-z0-9@$]![a-z0-9@$]")
_LAST_MARK = re.compile(r"(?<![a-z0-9@$!|+])([a-z]+)!(?![a-z0-9@$!|+])")
_LETTER = re.compile(r"[a-z]")
_LONGEST = 40
"""Characters of a word that is read."""
_SURE = str.maketrans("0345789@$+", "oeastbgast")
_AMBIGUOUS = str.maketrans("il!|", "1111")
_ONES = str.maketrans("!|", "11")

# Read from some thousand texts in English and Spanish, attacks among them: which of i and l stands more
# often between two letters ("^" and "$": where a word begins and ends; "1": another i or l) …
_L_BETWEEN = frozenset(
    re.findall(
        r"\S+",
        "1$ 11 1a 1d 1e 1h 1o 1u 1y ^1 ^a ^b ^e ^o ^u ^w ^y ^z a$ a1 aa ab ac ae af ag ah ak ao ap aq as at au "
        "aw ay ba be bo bu by c1 cu cy d1 dy e$ e1 ea ec ed ee ef eo ep es eu ev ey fa fo fu fy g$ g1 ga ge gx "
        "gy ha hy j1 jz ka kh ky my n1 ny o$ o1 oa od oe of og om oo os ou ov p$ p1 pa pe po pu py q$ r$ ry sa "
        "sy ty u$ u1 ua ud ue uf ug uo ut uu uy we wy y1 ye ym yo z1 ze",
    )
)
# … the frequent words where that is wrong …
_EXCEPTIONS = (
    "ai title world guidelines detailed guide illegal mail openai article quien jailbreak detail clave "
    "controversial avoid details ion email filter vulnerabilities earlier public api aqui alguien filtro "
    "guidance ascii class filters believe bien realm wait received titles quiero regardless already clear "
    "little film replies empieza overlook harmless unfiltered siguiente outline vulnerability build illegally "
    "handle vigilant piece strategies filtering oil detailing close fail building valid disclose ions "
    "exfiltration built receive raising llm xml compliance fruitless biased biological copia client available "
    "guia emails skills unless pie html biblioteca middle pursuit void clase enlace filtros highlight ruthless "
    "facility unlock clever oracle salida global trailing fulfills families brilliant claim tells cleaning "
    "daily cruelty blind cambiar cambia principio quiere suelta disclaimer disclaimers closed claims believes "
    "invalid clarify slow supplies cambio claiming established spoilers escribio bias beliefs highlighting sei "
    "cliente guion reckless quit compile subtle failure exfiltrate raise fruit seamlessly unbiased campaign "
    "gmail lies haiku noise claro flights nuclear lie battle alright highlights biohazard suitable clean "
    "australia riddle copilot dile enclosed buildings reliable avoiding infiltrate waiting vulnerable milk "
    "articles titled quite downloading await cloud establish quiet seis quito empiezo tambien vehicle traits "
    "unleash glorifies slightly illustrate clearly sleep cualquier peli calidad quita cambiado subtitle "
    "facilitate declare apologies perceived classify pieces clients unlocked closer guides alien temporalmente "
    "espionage straightforward closing films slip suit filtered download filtra atlas arreglo rompio filtre "
    "outlines asleep peculiar dystopian resilience jailbroken hazlo "
    # In other languages.
    "molto gli piu qui lei lui sia siamo meglio miei tuoi suoi stai puoi vuoi poi noi voi cui quali vorrei grazie piuttosto "
    "chiave segui esegui guida guidano fingi ignori ieri inizio iniziali istruzione istruzioni conversazione conversazioni "
    "messaggi morali mostri oggi originali parla parlare principi protocolli restrizioni limitazioni rispecchia soltanto spiega "
    "sveli vincoli letteralmente fondamentali centrali personali operativi giudizio costruito trebuie unui dezvoltator "
    "restrictii raspunzi toi moi fait fais mais jamais quelqu pourquoi cle clef dois fondamentale oublie oublier oubliez "
    "muito melhor ilimitada ilimitado nucleo wie zwei drei anweisung anweisungen ausschliesslich befehl befehle beispiel "
    "richtlinie richtlinien regeln spiel spiele teile wechsle wirklich wortlich preisgeben offenlegen schlussel keinerlei frei "
    "molt vaig avui oblida oblideu lliure uit zien"
)
# … some that end in an i, which may be written as the mark that ends a sentence …
_FINAL_I = (
    "di mi ti ci si vi ai chi cui lui puoi vuoi stai sei tuoi miei suoi segui esegui dimmi "
    "rispondi ripeti metti limiti comandi principi etici operativi personali iniziali originali abituali dati desideri "
    "istruzioni funzioni informazioni restrizioni limitazioni conversazioni messaggi protocolli instructiuni restrictii "
    "raspunzi esti"
)
# … and the words that are written in digits alone.
_ALL_DIGITS = (
    "a i to it is as all at so at la el es tell last let less else te se lo los las eso ese esta test goal list see "
    "il le solo stai stato stata sei ti si alle alla"
)


def _by_mask(words: str) -> dict[str, str]:
    return {word.translate(_AMBIGUOUS): word for word in words.split()}


_KNOWN = _by_mask(_EXCEPTIONS)
_NUMBERS = _by_mask(_ALL_DIGITS)
_LAST_I = frozenset(_FINAL_I.split())


def unfolded(text: str) -> str:
    """`text` (folded) as it would be without leetspeak, as long as it is; "" where it shows no sign of any.

    One word with a digit at its edge ("3pm", "mp3") is no sign.
    """
    if not _ANY.search(text):
        return ""
    if not _SIGN.search(text) and len(_EDGE.findall(text)) < 2:
        return ""
    spelt = _WORD.sub(_spelt, text)
    return _LAST_MARK.sub(_last_spelt, spelt) if _INNER_MARK.search(text) else spelt


def _spelt(match: re.Match[str]) -> str:
    word = match[0]
    return word if len(word) > _LONGEST else _spell(word)


def _last_spelt(match: re.Match[str]) -> str:
    word = f"{match[1]}i"
    return word if word in _LAST_I else match[0]


@lru_cache(maxsize=4096)
def _spell(word: str) -> str:
    sure = word.translate(_SURE).translate(_ONES)
    mask = sure.translate(_AMBIGUOUS)
    if not _LETTER.search(word):
        return _NUMBERS.get(mask, word)
    known = _KNOWN.get(mask)
    if known and all(wanted in (char, "1") for char, wanted in zip(known, sure, strict=True)):
        return known
    around = f"^{mask}$"
    return "".join(
        char if char != "1" else "l" if around[at] + around[at + 2] in _L_BETWEEN else "i"
        for at, char in enumerate(sure)
    )
