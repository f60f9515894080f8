"""What may be hidden in a text: each reader gives the spans that it can read, and what they say.

All of them are linear in the text, and none raises.
"""

from __future__ import annotations

import binascii
import html
import re
from bisect import bisect_left
from collections.abc import Callable
from itertools import islice
from typing import TypeAlias

Edit: TypeAlias = tuple[int, int, str]
"""Read `text[start:end]` as this."""

_TRIES = 60
"""So many base64 candidates are tried at every alignment."""

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
_OPAQUE = re.compile(r"[A-Za-z0-9+/_-]{20,}={0,2}")
_BASE64_WRAPPED = re.compile(
    r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{4,}(?:[ \t]*\r?\n[ \t>]*[A-Za-z0-9+/_-]{2,})+={0,2}"
)
_LINE_END = re.compile(r"[ \t\r\n>]+")
_HEX = re.compile(
    r"(?<![0-9A-Za-z])(?:(?:0[xX])?(?:[0-9a-fA-F]{2}){6,}|(?:(?:0[xX])?[0-9a-fA-F]{2}[ ,:;\n-]{1,2}){5,}"
    r"(?:0[xX])?[0-9a-fA-F]{2})(?![0-9A-Za-z])"
)
_PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2})+|(?<=[A-Za-z0-9])\+(?=[A-Za-z0-9])")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7};?|#[xX][0-9a-fA-F]{1,6};?|[A-Za-z]{2,31};)")
_ESCAPE = re.compile(
    r"\\u\{([0-9a-fA-F]{1,6})\}|\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\x([0-9a-fA-F]{2})|\bU\+([0-9a-fA-F]{4,6})\b"
)
_TAGS = re.compile("[\U000e0020-\U000e007e]+")
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{4,}")
_BINARY = re.compile(r"(?<!\w)[01]{8}(?:[ ,]{0,2}[01]{8}){3,}(?!\w)")
_DECIMAL = re.compile(r"(?<!\w)1?\d\d(?:[ ,;]{1,2}1?\d\d){7,}(?!\w)")
_SOME_HEX = re.compile(r"[0-9][0-9a-fA-F](?:[ ,:;\n-]{0,2}(?:0[xX])?[0-9a-fA-F]{2}){3}")
_SOME_NUMBERS = re.compile(r"\d[ ,;]{1,2}\d|[01]{8}")
_NUMBER = re.compile(r"\d+")
# Where seven letters have come the run is read whatever follows: else each of them would be tried as its beginning.
_MORSE = re.compile(r"(?<!\S)[.·-]{1,6}(?:(?:\s*[/|]\s*|[^\S ]* \s*)[.·-]{1,6}(?![^\s/|])){7,}")
_MORSE_SIGN = re.compile(r"[.-]+|\s*[/|]\s*|\s{2,}")
_MORSE_OF = dict(
    zip(
        re.findall(
            r"[.-]+",
            ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --..",
        ),
        "abcdefghijklmnopqrstuvwxyz",
        strict=True,
    )
) | {"--.--": "n", ".-.-.-": ".", "--..--": ",", "..--..": "?", ".----": "1", "-----": "0"}

WORDS = frozenset(
    re.findall(
        r"\w+",
        "the and you your are not for with this that all any from now have has will must what was were "
        "new above before previous prior earlier ignore forget disregard instruction instructions rule rules "
        "prompt system message messages repeat print show tell reveal output say write secret password "
        "everything text following exactly nothing act pretend without restrictions mode hello world please "
        "los las una del que por para con este esta todo todas todos ahora eres tus mis olvida ignora "
        "instrucciones instruccion reglas anteriores anterior previas sistema mensaje muestra dime revela "
        "repite imprime escribe contrasena clave secreto texto siguiente sin restricciones hola mundo",
    )
)
_LETTERS = bytes([*b" abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", *range(0x80, 0x100)])
_CONTROLS = bytes([*range(9), *range(14, 32), 127])
_ROT13 = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "nopqrstuvwxyzabcdefghijklmNOPQRSTUVWXYZABCDEFGHIJKLM",
)


def rot13(text: str) -> str:
    """`text` with its Latin letters moved by 13."""
    return text.translate(_ROT13)


def base64(text: str, most: int = _TRIES) -> list[Edit]:
    """Base64 of readable text (RFC 4648, either alphabet, padded or not, wrapped or not).

    `most` candidates are tried at every alignment; the rest as they stand.
    """
    wrapped: list[Edit] = []
    if "\n" in text:
        for match in _BASE64_WRAPPED.finditer(text):
            said = _unbase64(_LINE_END.sub("", match[0]), shift=len(wrapped) < most)
            if said:
                wrapped.append((match.start(), match.end(), said))
    edits: list[Edit] = []
    tries = 0
    for match in _BASE64.finditer(text):
        if _is_plain(match[0]):
            continue
        tries += 1
        said = _unbase64(match[0], shift=tries < most)
        if said:
            edits.append((match.start(), match.end(), said))
    if not wrapped:
        return edits
    # Nothing of a wrapped piece overlaps with another: of those that begin before an edit ends, the last ends last.
    begins = [start for start, _, _ in wrapped]
    before = [bisect_left(begins, edit[1]) for edit in edits]
    alone = [
        edit
        for edit, count in zip(edits, before, strict=True)
        if not count or wrapped[count - 1][1] <= edit[0]
    ]
    return sorted(wrapped + alone)


def has_opaque_word(text: str) -> bool:
    """Whether `text` holds a long word in the base64 alphabet that is no word of a language."""
    return any(not _is_plain(word) for word in _OPAQUE.findall(text))


def hides_base64(text: str) -> bool:
    """Whether one of the first words of `text` is base64 of readable text."""
    words = (match[0] for match in islice(_OPAQUE.finditer(text), _TRIES))
    return any(not _is_plain(word) and _unbase64(word, shift=False) for word in words)


def _is_plain(word: str) -> bool:
    return word.islower() or word.isupper() or word.istitle() or word.isdigit() or not word.strip("-_/+")


def _unbase64(word: str, *, shift: bool) -> str:
    word = word.rstrip("=").replace("-", "+").replace("_", "/")
    for skip in range(4 if shift and len(word) >= 16 else 1):
        part = word[skip:]
        part = part[:-1] if len(part) % 4 == 1 else part
        said = _readable(binascii.a2b_base64(part + "=" * (-len(part) % 4)))
        if said:
            return said
    return ""


def hexadecimal(text: str) -> list[Edit]:
    """Hexadecimal of readable text, in one piece or with blanks, commas, colons or 0x between the bytes."""
    edits: list[Edit] = []
    if not _SOME_HEX.search(text):
        return edits
    for match in _HEX.finditer(text):
        digits = re.sub(r"0[xX](?=[0-9a-fA-F]{2})|[^0-9a-fA-F]", "", match[0])
        said = _readable(bytes.fromhex(digits)) if len(digits) % 2 == 0 else ""
        if said:
            edits.append((match.start(), match.end(), said))
    return edits


def _readable(data: bytes) -> str:
    """`data` as text when most of it can be read; else ""."""
    length = len(data)
    if length - len(data.translate(None, _CONTROLS)) > 0.1 * length:
        return ""
    if length - len(data.translate(None, _LETTERS)) < 0.6 * length:
        return ""
    said = data.decode("utf-8", "replace")
    return said if said.count("\ufffd") <= 0.1 * len(said) else ""


def percent(text: str) -> list[Edit]:
    """Percent-encoding (RFC 3986), and the plus signs of a form between words."""
    if "%" not in text and text.count("+") < 2:
        return []
    return [
        (match.start(), match.end(), " " if match[0] == "+" else _unquoted(match[0]))
        for match in _PERCENT.finditer(text)
    ]


def _unquoted(said: str) -> str:
    return bytes.fromhex(said.replace("%", "")).decode("utf-8", "replace")


def entities(text: str) -> list[Edit]:
    """HTML character references."""
    if "&" not in text:
        return []
    said = ((match.start(), match.end(), html.unescape(match[0])) for match in _ENTITY.finditer(text))
    return [edit for edit in said if edit[2] != text[edit[0] : edit[1]]]


def escapes(text: str) -> list[Edit]:
    r"""Escapes of programming languages: \uXXXX, \u{X}, \UXXXXXXXX, \xXX, and U+XXXX."""
    if "\\" not in text and "U+" not in text:
        return []
    edits: list[Edit] = []
    for match in _ESCAPE.finditer(text):
        code = int(match[match.lastindex or 0], 16)
        if code <= 0x10FFFF:
            edits.append((match.start(), match.end(), chr(code)))
    return edits


def tags(text: str) -> list[Edit]:
    """Invisible tag characters (U+E0020–E007E), unless they spell a region after a black flag."""
    return [
        (match.start(), match.end(), "".join(chr(ord(char) - 0xE0000) for char in match[0]))
        for match in _TAGS.finditer(text)
        if not (text[match.start() - 1 : match.start()] == "\U0001f3f4" and len(match[0]) <= 7)
    ]


def selectors(text: str) -> list[Edit]:
    """Bytes spelt in variation selectors: U+FE00–FE0F are 0–15, U+E0100–E01EF are 16–255."""
    edits: list[Edit] = []
    for match in _SELECTORS.finditer(text):
        data = bytes(
            ord(char) - 0xFE00 if char <= "\ufe0f" else ord(char) - 0xE0100 + 16 for char in match[0]
        )
        said = _readable(data)
        if said:
            edits.append((match.start(), match.end(), said))
    return edits


def numbers(text: str) -> list[Edit]:
    """Readable text as the numbers of its bytes, binary (eight digits each) or decimal."""
    edits: list[Edit] = []
    if not _SOME_NUMBERS.search(text):
        return edits
    for pattern, base in ((_BINARY, 2), (_DECIMAL, 10)):
        for match in pattern.finditer(text):
            if base == 2:
                digits = re.sub("[ ,]", "", match[0])
                data = int(digits, 2).to_bytes(len(digits) // 8, "big")
            else:
                data = bytes(int(number) for number in _NUMBER.findall(match[0]))
            said = _readable(data)
            if said:
                edits.append((match.start(), match.end(), said))
    return sorted(edits)


def morse(text: str) -> list[Edit]:
    """Morse code (ITU-R M.1677) with a blank between letters, and a stroke or more blanks between words."""
    edits: list[Edit] = []
    if not ("- " in text or ". ." in text or "-/" in text or "./" in text):
        return edits
    for match in _MORSE.finditer(text):
        signs = _MORSE_SIGN.findall(match[0].replace("·", "."))
        said = "".join(" " if sign[0] not in ".-" else _MORSE_OF.get(sign, "") for sign in signs)
        if 2 * len(said) >= len(signs):
            edits.append((match.start(), match.end(), said))
    return edits


READERS: tuple[tuple[str, Callable[[str], list[Edit]]], ...] = (
    ("html", entities),
    ("escapes", escapes),
    ("url", percent),
    ("base64", base64),
    ("hex", hexadecimal),
    ("numbers", numbers),
    ("morse", morse),
)
"""Every reader of an encoding in visible characters, by the name that chains use."""
HIDDEN: tuple[tuple[str, Callable[[str], list[Edit]]], ...] = (("tags", tags), ("selectors", selectors))
"""Those of an encoding in invisible characters, none of them ASCII."""
