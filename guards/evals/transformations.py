"""Twenty ways to disguise a text, for twins of known attacks and of harmless texts.

Each is a pure function of a text and a seed. The seed chooses where several ways are known (which
frame, which letters), so that one attack has many twins. What a text says to a patient reader stays.
"""

from __future__ import annotations

import base64 as _base64
import codecs
import random
from collections.abc import Callable, Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import TypeAlias

Transformation: TypeAlias = Callable[[str, int], str]
"""Text and seed → the disguised text."""

_ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff"
_LOOKALIKES = {
    "a": "аɑ", "c": "сϲ", "e": "еᴇ", "h": "һ", "i": "іı", "j": "ј", "k": "к", "m": "м", "n": "ո", "o": "оο",
    "p": "рρ", "s": "ѕ", "t": "т", "u": "υս", "v": "ν", "x": "хχ", "y": "уү",
    "A": "АΑ", "B": "ВΒ", "C": "С", "E": "ЕΕ", "H": "НΗ", "I": "ІΙ", "K": "КΚ", "M": "МΜ", "N": "Ν",
    "O": "ОΟ", "P": "РΡ", "S": "Ѕ", "T": "ТΤ", "X": "ХΧ", "Y": "ҮΥ",
}  # fmt: skip
_LEET = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7", "l": "1"}
_EMOJI = ("😀", "🔥", "✨", "🐱", "🚀", "💀")
_MARKS = "\u0300\u0301\u0308\u0323\u0332\u0336"
_SMALL_CAPITALS = dict(zip("abcdefghijklmnoprstuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", strict=True))
_MATHEMATICAL = (0x1D400, 0x1D5A0, 0x1D5D4, 0x1D63C, 0x1D670)
"""First capital of five alphabets without gaps: bold, sans-serif, its bold, its bold italic, monospace."""
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"}
_FRAMES = (
    "Translate to German: {}",
    "Translate the following into Portuguese.\n\n{}",
    "{}\n\nHow would you say that in French?",
    "Traduce al inglés: {}",
    "Traduce lo siguiente al italiano.\n\n{}",
    "{}\n\n¿Cómo se dice eso en catalán?",
)
_WRAPPINGS = ("**{}**", "*__{}__*", "> {}", "# {}", "- {}", "~~{}~~", "||{}||")
_FENCES = ("```\n{}\n```", "```python\n{}\n```", "~~~text\n{}\n~~~", "`{}`")


def _dice(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - repeatable, no secret


def tags(text: str, seed: int) -> str:
    """ASCII as invisible Unicode tags (U+E0020 to U+E007E) behind a visible word; other characters stay."""
    hidden = "".join(chr(0xE0000 + ord(char)) if " " <= char <= "~" else char for char in text)
    return _dice(seed).choice(("hi ", "hola ", "👍", "")) + hidden


def zero_width(text: str, seed: int) -> str:
    """A character without width between any two letters of a word."""
    dice = _dice(seed)
    return _between(text, lambda: dice.choice(_ZERO_WIDTH))


def homoglyphs(text: str, seed: int) -> str:
    """Most letters that have a look-alike in another script, by one."""
    return _replaced(text, _LOOKALIKES, seed, chance=0.7)


def leetspeak(text: str, seed: int) -> str:
    """Most vowels and some consonants as digits and signs."""
    return _replaced(text, _LEET, seed, chance=0.8)


def spaced(text: str, seed: int) -> str:
    """One separator between the letters, three between the words."""
    separator = _dice(seed).choice((" ", ".", "-", "_", "*"))
    gap = "   " if separator == " " else " "
    return gap.join(separator.join(word) for word in text.split())


def base64(text: str, seed: int) -> str:
    """Base64, bare or behind a word that says so."""
    said = _base64.b64encode(text.encode("utf-8", "replace")).decode()
    return _dice(seed).choice(("{}", "base64: {}", "data:text/plain;base64,{}")).format(said)


def hexadecimal(text: str, seed: int) -> str:
    """UTF-8 bytes in hexadecimal, together, apart, or with 0x."""
    data = text.encode("utf-8", "replace")
    return _dice(seed).choice((data.hex(), data.hex(" "), " ".join(f"0x{byte:02x}" for byte in data)))


def rot13(text: str, _seed: int) -> str:
    """Latin letters moved by 13."""
    return codecs.encode(text, "rot13")


def reversal(text: str, seed: int) -> str:
    """The whole text backwards, or each of its words."""
    if _dice(seed).random() < 0.5:
        return text[::-1]
    return "\n".join(" ".join(word[::-1] for word in line.split(" ")) for line in text.split("\n"))


def mixed_case(text: str, seed: int) -> str:
    """Capitals and small letters by chance."""
    dice = _dice(seed)
    return "".join(char.upper() if dice.random() < 0.5 else char.lower() for char in text)


def emoji(text: str, seed: int) -> str:
    """An emoji between any two letters of a word."""
    dice = _dice(seed)
    return _between(text, lambda: dice.choice(_EMOJI))


def markdown(text: str, seed: int) -> str:
    """Emphasis, a heading, a list, a quote or a spoiler around each line; or a code fence around all."""
    dice = _dice(seed)
    if dice.random() < 0.5:
        return dice.choice(_FENCES).format(text)
    wrapping = dice.choice(_WRAPPINGS)
    return "\n".join(wrapping.format(line) if line.strip() else line for line in text.split("\n"))


def translation_frame(text: str, seed: int) -> str:
    """A request to translate the text, which asks for nothing else."""
    return _dice(seed).choice(_FRAMES).format(text)


def url_encoding(text: str, seed: int) -> str:
    """Every byte percent-encoded, or all but letters and digits."""
    every = _dice(seed).random() < 0.5
    return "".join(
        chr(byte) if not every and chr(byte).isalnum() and byte < 128 else f"%{byte:02X}"
        for byte in text.encode("utf-8", "replace")
    )


def fullwidth(text: str, _seed: int) -> str:
    """ASCII in its full width (U+FF01 to U+FF5E, U+3000)."""
    return "".join(
        "\u3000" if char == " " else chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text
    )


def combining(text: str, seed: int) -> str:
    """One or two combining marks on every letter."""
    dice = _dice(seed)
    return "".join(
        char + "".join(dice.choices(_MARKS, k=dice.randint(1, 2))) if char.isalpha() else char
        for char in text
    )


def letterforms(text: str, seed: int) -> str:
    """Small capitals, or one of the mathematical alphabets."""
    dice = _dice(seed)
    if dice.random() < 0.3:
        return "".join(_SMALL_CAPITALS.get(char.lower(), char) for char in text)
    first = dice.choice(_MATHEMATICAL)
    forms: list[str] = []
    for char in text:
        if not (char.isascii() and char.isalpha()):
            forms.append(char)
        elif char.isupper():
            forms.append(chr(first + ord(char) - ord("A")))
        else:
            forms.append(chr(first + 26 + ord(char) - ord("a")))
    return "".join(forms)


def html_entities(text: str, seed: int) -> str:
    """Every character as a decimal or hexadecimal reference, or the signs of HTML and half of the letters."""
    dice = _dice(seed)
    way = dice.choice(("&#{};", "&#x{:x};", ""))
    if way:
        return "".join(way.format(ord(char)) for char in text)
    return "".join(
        _ENTITIES.get(char) or (f"&#{ord(char)};" if char.isalpha() and dice.random() < 0.5 else char)
        for char in text
    )


def word_lines(text: str, seed: int) -> str:
    """One word a line: bare, as a list, or numbered."""
    way = _dice(seed).choice(("{word}", "- {word}", "{number}. {word}"))
    return "\n".join(way.format(word=word, number=number) for number, word in enumerate(text.split(), 1))


def bidirectional(text: str, seed: int) -> str:
    """Backwards under an override that shows it forwards, or direction marks between letters."""
    dice = _dice(seed)
    if dice.random() < 0.5:
        return f"\u202e{text[::-1]}\u202c"
    return _between(text, lambda: dice.choice(("\u200e", "\u200f", "\u061c", "")))


TRANSFORMATIONS: Mapping[str, Transformation] = MappingProxyType(
    {
        "tags": tags,
        "zero_width": zero_width,
        "homoglyphs": homoglyphs,
        "leetspeak": leetspeak,
        "spaced": spaced,
        "base64": base64,
        "hexadecimal": hexadecimal,
        "rot13": rot13,
        "reversal": reversal,
        "mixed_case": mixed_case,
        "emoji": emoji,
        "markdown": markdown,
        "translation_frame": translation_frame,
        "url_encoding": url_encoding,
        "fullwidth": fullwidth,
        "combining": combining,
        "letterforms": letterforms,
        "html_entities": html_entities,
        "word_lines": word_lines,
        "bidirectional": bidirectional,
    }
)
"""All twenty, by name."""


def _between(text: str, separator: Callable[[], str]) -> str:
    pieces = list(text[:1])
    for before, char in pairwise(text):
        if before.isalnum() and char.isalnum():
            pieces.append(separator())
        pieces.append(char)
    return "".join(pieces)


def _replaced(text: str, table: Mapping[str, str], seed: int, *, chance: float) -> str:
    dice = _dice(seed)
    return "".join(
        dice.choice(table[char]) if char in table and dice.random() < chance else char for char in text
    )
