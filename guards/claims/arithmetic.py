"""Sums that a claim states, worked out with fractions: no floats, no eval."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise, product

from guards.claims.checks import Check, check
from guards.claims.numbers import WORDS, decimals, in_words, readings, written
from guards.claims.sums import UNITS, Reader, Token, Unknown

MOST_CHARS = 1_000
"""Characters of a claim that are read."""
MOST_TOKENS = 40
"""Tokens of one side of a statement."""
MOST_READINGS = 16
"""Ways to read the numbers of one statement that are tried."""
CLOSE, FAR = Fraction(1, 20), Fraction(1, 5)
"""What "about" allows, and from where on it is wrong; between them nothing is said."""

_WORDS_OF = {
    "plus": "+", "más": "+", "minus": "-", "menos": "-", "times": "*", "por": "*", "multiplied by": "*",
    "multiplicado por": "*", "divided by": "/", "dividido por": "/", "dividido entre": "/", "entre": "/",
    "over": "/", "to the power of": "^", "elevado a": "^", "squared": "²", "al cuadrado": "²", "cubed": "³",
    "al cubo": "³", "percent": "%", "per cent": "%", "por ciento": "%", "of": "of", "de": "of", "del": "of",
    "the square root of": "√", "square root of": "√", "la raíz cuadrada de": "√", "raíz cuadrada de": "√",
    "the sum of": "sum", "la suma de": "sum", "the product of": "product", "el producto de": "product",
    "half": "half", "la mitad": "half", "twice": "twice", "double": "twice", "el doble": "twice",
    "is equal to": "=", "equals": "=", "equal to": "=", "is equivalent to": "=", "equal": "=", "is": "=",
    "are": "=", "was": "=", "makes": "=", "make": "=", "gives": "=", "es igual a": "=", "igual a": "=",
    "equivale a": "=", "equivalen a": "=", "es": "=", "son": "=", "da": "=", "dan": "=", "hacen": "=",
    "has": "=", "have": "=", "tiene": "=", "tienen": "=", "contains": "=",
    "is not equal to": "≠", "is not": "≠", "isn't": "≠", "does not equal": "≠", "no es igual a": "≠",
    "no es": "≠", "no son": "≠",
    "is greater than": ">", "is more than": ">", "is larger than": ">", "es mayor que": ">", "es más que": ">",
    "is less than": "<", "is smaller than": "<", "es menor que": "<", "es menos que": "<",
    "about": "~", "approximately": "~", "roughly": "~", "around": "~", "almost": "~", "nearly": "~",
    "aproximadamente": "~", "unos": "~", "unas": "~", "casi": "~", "cerca de": "~", "alrededor de": "~",
    "exactly": "", "exactamente": "", "the": "", "el": "", "la": "", "a": "", "an": "", "and": "and", "y": "and",
}  # fmt: skip
_SIGNS = {
    "+": "+", "-": "-", "−": "-", "–": "-", "*": "*", "×": "*", "·": "*", "x": "*", "÷": "/", "/": "/", "^": "^",
    "**": "^", "²": "²", "³": "³", "%": "%", "=": "=", "==": "=", "≠": "≠", "!=": "≠", "<": "<", ">": ">",
    "≤": "≤", "<=": "≤", "≥": "≥", ">=": "≥", "≈": "≈", "~": "~", "(": "(", ")": ")", "√": "√",
}  # fmt: skip
_RELATIONS = frozenset("=≠<>≤≥≈")
_OTHER_BASE = re.compile(
    r"\b(?:binary|hexadecimal|octal|modulo|mod|binario|hex|base \d+|módulo)\b", re.IGNORECASE
)
"""Where numbers may mean something else."""
_ALTERNATIVES = "|".join(
    re.escape(word).replace(r"\ ", r"\s+") for word in sorted(_WORDS_OF, key=len, reverse=True)
)
_TOKEN = re.compile(
    r"(?P<number>\d[\d.,]*\d|\d)|(?P<word>(?<![\w'’])(?:" + _ALTERNATIVES + r")(?![\w'’]))"
    r"|(?P<sign>\*\*|==|!=|<=|>=|[-+−–*×·÷/^²³%=≠<>≤≥≈~()√]|(?<=[\d\s)])x(?=[\d\s(]))"
    r"|(?P<other>[^\W\d_][\w'’]*)|(?P<mark>[^\s\w])",
    re.IGNORECASE,
)
_MARKED = re.compile(r"[-+−–*×·÷/^²³%√]|(?<=[\d\s)])x(?=[\d\s(])", re.IGNORECASE)
_WORKED_LIST = (
    "plus más minus menos times por multiplied multiplicado divided dividido entre over power elevado square squared cuadrado "
    "cuadrada cubed cubo percent cent ciento sum suma product producto half mitad twice double doble"
)
_WORKED = frozenset((*_WORKED_LIST.split(), *UNITS))
"""What a sum or a conversion has beside numbers and "is", or one of `_MARKED`: of most sentences the rest need not be asked."""
_LETTERS = re.compile(r"[^\W\d_]+")


def check_arithmetic(claim: str) -> list[Check]:
    """The sums, percentages and exact conversions of units that `claim` states."""
    lower = claim.lower()
    if not any(char.isdigit() for char in claim) and WORDS.isdisjoint(lower.split()):
        return []
    if not _MARKED.search(claim) and _WORKED.isdisjoint(_LETTERS.findall(lower)):
        return []
    if _OTHER_BASE.search(claim):
        return []
    tokens = _tokens(claim[:MOST_CHARS])
    found = []
    for index, token in enumerate(tokens):
        if token.kind in _RELATIONS:
            stated = _statement(tokens, index)
            if stated is not None:
                found.append(stated)
    return found


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    run: list[tuple[str, int, int]] = []
    for match in _TOKEN.finditer(text):
        word, span = match.group().lower(), match.span()
        adjacent = bool(run) and not text[run[-1][2] : span[0]].strip(" -")
        if (
            word == "-"
            and run
            and text[run[-1][2] : span[0] + 1] == "-"
            and text[span[1] : span[1] + 1].isalpha()
        ):
            continue
        if word in WORDS or (run and adjacent and word in ("and", "y")):
            if run and not adjacent:
                found += _spelt(run)
                run = []
            run.append((word, *span))
            continue
        found += _spelt(run)
        run = []
        token = _token(match, word)
        if token is not None:
            found.append(token)
    return [*found, *_spelt(run)]


def _token(match: re.Match[str], word: str) -> Token | None:
    start, end = match.span()
    if match["number"]:
        return Token("number", start, end, readings(word), places=decimals(word))
    if match["sign"]:
        return Token(_SIGNS[word], start, end, sign=True)
    if match["word"]:
        sign = _WORDS_OF[" ".join(word.split())]
        return Token(sign, start, end) if sign else None
    return Token("unit", start, end, unit=word) if word in UNITS else Token("", start, end)


def _spelt(run: list[tuple[str, int, int]]) -> Iterator[Token]:
    """The number that a run of words is; where it is several ("two and two") each by itself."""
    tail: list[tuple[str, int, int]] = []
    while run and run[-1][0] in ("and", "y"):
        tail.insert(0, run.pop())
    at = 0
    while at < len(run):
        for end in range(len(run), at, -1):
            words = [word for word, _, _ in run[at:end]]
            value = None if words[-1] in ("and", "y") or not _joins(words) else in_words(words)
            if value is not None:
                yield Token("number", run[at][1], run[end - 1][2], (value,))
                at = end
                break
        else:
            yield Token("and", run[at][1], run[at][2])
            at += 1
    yield from (Token("and", start, end) for _, start, end in tail)


def _joins(words: list[str]) -> bool:
    """Whether "and" and "y" stand where they do within a number: after a hundred, between tens and units."""
    for index, word in enumerate(words):
        before = words[index - 1] if index else ""
        if word == "and" and before not in ("hundred", "thousand", "million"):
            return False
        if word == "y" and not before.endswith("nta"):
            return False
    return True


_OPERATIONS = frozenset({"+", "*", "/", "^", "²", "³", "√", "sum", "product", "half", "twice"})
_STARTS = frozenset({"number", "(", "√", "sum", "product", "half", "twice", "-", "unit"})
_INNER = frozenset({*_STARTS, "+", "*", "/", "^", "²", "³", "%", "of", ")", "and", "~"})


def _statement(tokens: Sequence[Token], at: int) -> Check | None:
    first = at
    while first and tokens[first - 1].kind in _INNER and at - first < MOST_TOKENS:
        first -= 1
    last = at + 1
    while last < len(tokens) and tokens[last].kind in _INNER and last - at < MOST_TOKENS:
        last += 1
    left, right = list(tokens[first:at]), list(tokens[at + 1 : last])
    left, right = _listed(left[::-1])[::-1], _listed(right)
    while left and left[0].kind in ("of", "and", "~"):
        left.pop(0)
    while right and right[-1].kind in ("of", "and", "~", "-", "("):
        right.pop()
    if not left or not right or left[0].kind not in _STARTS:
        return None
    # "10 hours per day = 80 hours": a unit without a number is one of it only in words ("a day has 24 hours").
    if tokens[at].sign and (_bare(left) or _bare(right)):
        return None
    # "Chapter 2 - 3 is long" is no sum.
    loose = _tight(left) or (
        first > 0 and tokens[first - 1].kind == "" and _kinds(left) <= {"number", "-", "/"}
    )
    relation = tokens[at].kind
    about = relation == "≈" or any(token.kind == "~" for token in (*left, *right))
    left, right = ([token for token in side if token.kind != "~"] for side in (left, right))
    # One side is a plain number; that the other says more than a number makes it arithmetic.
    if not _says_more(left) and not (_says_more(right) and relation == "="):
        return None
    return _judged(left, right, relation, about=about, loose=not tokens[at].sign and loose)


def _bare(side: Sequence[Token]) -> bool:
    kinds = [token.kind for token in side]
    return any(kind == "unit" and before != "number" for before, kind in pairwise(["", *kinds]))


def _listed(side: list[Token]) -> list[Token]:
    """`side` up to the first "and", unless it is that of a sum ("the sum of 5 and 7")."""
    kinds = [token.kind for token in side]
    return (
        side if {"sum", "product"}.intersection(kinds) or "and" not in kinds else side[: kinds.index("and")]
    )


def _says_more(side: Sequence[Token]) -> bool:
    kinds = [token.kind for token in side]
    if "unit" in kinds:
        return True
    return _works(side)


def _works(side: Sequence[Token]) -> bool:
    """Whether there is something to work out on `side`."""
    kinds = [token.kind for token in side]
    return not _OPERATIONS.isdisjoint(kinds) or "-" in kinds[1:] or ("%" in kinds and "of" in kinds)


def _kinds(side: Sequence[Token]) -> set[str]:
    return {token.kind for token in side}


def _tight(side: Sequence[Token]) -> bool:
    """Whether `side` may be something else than a sum: pages 10-20, 24/7, a 4x4."""
    return len(side) == 3 and side[1].kind in ("-", "/", "*") and side[0].end == side[1].start


def _judged(
    left: list[Token], right: list[Token], relation: str, *, about: bool, loose: bool
) -> Check | None:
    numbers = [token for token in (*left, *right) if token.kind == "number"]
    choices = [token.values for token in numbers]
    if not all(choices):
        return None
    plain = left if _works(right) else right
    places = max((token.places for token in plain if token.kind == "number"), default=0)
    size = next((UNITS[token.unit][1] for token in plain if token.kind == "unit"), Fraction(1))
    verdicts: set[bool | None] = set()
    answers = []
    for index, values in enumerate(product(*choices)):
        if index >= MOST_READINGS:
            return None
        chosen = dict(zip((token.start for token in numbers), values, strict=True))
        try:
            one, other = Reader(left, chosen).side(), Reader(right, chosen).side()
        except (Unknown, ZeroDivisionError):
            return None
        if one[1] != other[1]:
            return None
        verdicts.add(_holds(one[0] / size, other[0] / size, relation, places, about=about))
        answers.append((one[0] if plain is right else other[0]) / size)
    if True in verdicts:
        verdict = True
    elif verdicts == {False} and not loose:
        verdict = False
    else:
        return None
    unit = next((token.unit for token in plain if token.kind == "unit"), "")
    span = (left[0].start, right[-1].end)
    return check(
        "arithmetic", span, holds=verdict, right=f"{written(answers[0], max(4, places))} {unit}".strip()
    )


def _holds(one: Fraction, other: Fraction, relation: str, places: int, *, about: bool) -> bool | None:
    if relation in "<>≤≥":
        return {"<": one < other, ">": one > other, "≤": one <= other, "≥": one >= other}[relation]
    step = Fraction(1, 10**places)
    # A rounded result is right.
    equal = one == other or (places > 0 and abs(one - other) <= step / 2)
    if relation == "≠":
        return not equal
    if not equal and about:
        off = abs(one - other) / max(abs(one), abs(other))
        return True if off <= CLOSE else False if off >= FAR else None
    return equal
