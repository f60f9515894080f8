"""Letters of other scripts that look like Latin ones, and how one character folds."""

from __future__ import annotations

import re
import unicodedata

ALIKE = {
    # Cyrillic. Capitals have rows of their own where only the capital looks alike.
    "а": "a", "с": "c", "е": "e", "о": "o", "р": "p", "х": "x", "у": "y", "і": "i", "ј": "j", "ѕ": "s",
    "һ": "h", "ԁ": "d", "ԛ": "q", "ԝ": "w", "ӏ": "l", "к": "k", "м": "m", "т": "t", "г": "r", "п": "n",
    "в": "b", "В": "b", "Н": "h", "ь": "b", "ү": "y", "є": "e", "ԍ": "g", "ѵ": "v",
    "ї": "i", "ў": "y",
    # Greek.
    "α": "a", "β": "b", "ε": "e", "ι": "i", "κ": "k", "ο": "o", "ρ": "p", "τ": "t", "υ": "u", "χ": "x",
    "ν": "v", "γ": "y", "η": "n", "ω": "w", "ϲ": "c", "ϳ": "j", "μ": "u",
    "Β": "b", "Ε": "e", "Ζ": "z", "Η": "h", "Κ": "k", "Μ": "m", "Ν": "n", "Ρ": "p", "Τ": "t", "Υ": "y",
    "Χ": "x", "ϱ": "p", "ϵ": "e",
}  # fmt: skip
"""Letters of alphabets that people write in here, with the Latin ones that they look like: what a word that has them says
depends on the letters beside them (`guards.alphabets`)."""
LATIN = str.maketrans(ALIKE | {"й": "и"})
"""How such letters read where they stand for Latin ones: without accents, too."""

_LOOKALIKES = {
    "ӕ": "ae",
    # Armenian.
    "օ": "o", "ո": "n", "ս": "u", "հ": "h", "ց": "g", "զ": "q", "ա": "w",
    # Cherokee capitals.
    "Ꭺ": "a", "Ᏼ": "b", "Ꮯ": "c", "Ꭰ": "d", "Ꭼ": "e", "Ꮐ": "g", "Ꮋ": "h", "Ꭻ": "j", "Ꮶ": "k", "Ꮮ": "l",
    "Ꮇ": "m", "Ꮲ": "p", "Ꭱ": "r", "Ꮪ": "s", "Ꭲ": "t", "Ꮩ": "v", "Ꮃ": "w", "Ꮓ": "z",
    # Latin letters that no decomposition reaches, small capitals among them.
    "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ŧ": "t", "ɑ": "a", "ɡ": "g", "ɩ": "i", "ƅ": "b",
    "ᴀ": "a", "ʙ": "b", "ᴄ": "c", "ᴅ": "d", "ᴇ": "e", "ꜰ": "f", "ɢ": "g", "ʜ": "h", "ɪ": "i", "ᴊ": "j",
    "ᴋ": "k", "ʟ": "l", "ᴍ": "m", "ɴ": "n", "ᴏ": "o", "ᴘ": "p", "ʀ": "r", "ꜱ": "s", "ᴛ": "t", "ᴜ": "u",
    "ᴠ": "v", "ᴡ": "w", "ʏ": "y", "ᴢ": "z", "ǀ": "l", "ɨ": "i", "ŀ": "l", "ƴ": "y", "ɾ": "r", "ɵ": "o",
    # Punctuation that rules read.
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "´": "'", "ʼ": "'", "“": '"', "”": '"', "„": '"',
    "‟": '"', "″": '"', "«": '"', "»": '"', "‹": "'", "›": "'", "‐": "-", "‑": "-", "‒": "-", "–": "-",
    "—": "-", "―": "-", "−": "-", "∕": "/", "⁄": "/", "।": ".", "。": ".", "꞉": ":", "ː": ":", "∶": ":",
    "│": "|", "❯": ">", "➜": ">", "⟩": ">", "〉": ">", "⟨": "<", "〈": "<",
    # Blank letters.
    "\u2800": " ", "\u3164": "", "\u115f": "", "\u1160": "", "\uffa0": "", "\u180e": "",
}  # fmt: skip
for _first in (0x1F150, 0x1F170, 0x1F1E6):  # negative circled, negative squared, regional indicators
    _LOOKALIKES.update({chr(_first + index): chr(97 + index) for index in range(26)})

_AS_THEY_ARE = re.compile("[\u3400-\u9fff\U0001f300-\U0001faff\U00020000-\U0002f7ff\U000f0000-\U0010ffff]")
"""Ideographs, emoji and private use."""
_NEWLINES = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_UNCASED = ("Lo", "Co", "Cn")
_LONGEST = 6
"""An ornament that stands for more letters, a whole phrase, is read as its first."""
_CACHE_SIZE = 40_000

_LETTERS = re.compile(r"[^\W\d_]+")
_OF_THEIR_OWN = {capital: small for small in "йїў" for capital in (small, small.upper())}
"""Letters that are no others with accents on."""
_LAST_OF_ALPHABETS = "\u017f"
"""Before it come the Latin letters that alphabets have: a Pole's ł and a Turk's ı pretend to nothing."""


def _fold(char: str) -> str:
    known = _LOOKALIKES.get(char, _OF_THEIR_OWN.get(char, char if char in ALIKE else None))
    if known is not None:
        return known
    if char in _NEWLINES:
        return "\n"
    if "\uac00" <= char <= "\ud7a3":
        return unicodedata.normalize("NFD", char)
    category = unicodedata.category(char)
    if category == "Cs":
        return "\ufffd"
    if char.isspace():
        return " "
    if category in ("Mn", "Me", "Cf", "Cc"):
        return ""
    if category in _UNCASED and not unicodedata.decomposition(char):
        return char
    parts = [_LOOKALIKES.get(part, part) for part in unicodedata.normalize("NFKC", char)]
    cased = [part if part in ALIKE else part.casefold() for part in parts]
    letters = unicodedata.normalize("NFD", "".join(cased))
    if not letters.isascii():
        kept = [letter for letter in letters if unicodedata.category(letter) not in ("Mn", "Me")]
        letters = "".join([_LOOKALIKES.get(letter, letter) for letter in kept])
    return letters if len(letters) <= _LONGEST else letters[:1]


class _Folds(dict[str, str]):
    def __init__(self) -> None:
        self.learned = 0
        """So many letters were not known when they were met, of those that take a while."""

    def __missing__(self, char: str) -> str:
        if len(self) >= _CACHE_SIZE:
            self.clear()
        if _AS_THEY_ARE.match(char):
            self[char] = char
            return char
        self.learned += 1
        folded = self[char] = _fold(char)
        return folded


FOLDS = _Folds()
"""What a character is read as: no case, no accent, no format character; look-alikes as Latin letters, but those of `ALIKE`
as they are.

Every kind of line end gives "\\n", every other blank a space, a lone surrogate U+FFFD. Made of NFKC
and default case folding (Unicode Standard Annex 15 and section 3.13), and the table above.
"""


def may_be_disguised(text: str) -> bool:
    """Whether `text` holds a letter that is no Latin letter but is read as one, or a hidden character."""
    if text.isascii():
        return False
    for char in set(text):
        if char.isascii():
            continue
        category = unicodedata.category(char)
        if category == "Cf" or (category[0] in "LS" and _reads_as_another_letter(char)):
            return True
    return False


def disguised(text: str) -> bool:
    """Whether `text` pretends to other letters than it has, or hides a character.

    What is written in letters of its own, Russian or Greek, pretends to nothing, whichever of them look Latin: a word that
    has Latin letters too does, and words that have no other letters than such where none beside them has.
    """
    if not may_be_disguised(text):
        return False
    alike = own = False
    for word in _LETTERS.findall(text):
        others = sum(map(_reads_as_another_letter, word))
        latin = sum(map(_is_latin, word))
        if others and latin:
            return True
        alike = alike or others == len(word)
        own = own or others + latin < len(word)
    return (alike and not own) or any(map(_is_hidden, text))


def _is_hidden(char: str) -> bool:
    category = unicodedata.category(char)
    return category == "Cf" or (category[0] == "S" and _reads_as_another_letter(char))


def _is_latin(char: str) -> bool:
    return char < _LAST_OF_ALPHABETS or unicodedata.normalize("NFD", char)[0].isascii()


def _reads_as_another_letter(char: str) -> bool:
    if _is_latin(char):
        return False
    read = FOLDS[char].translate(LATIN)
    return read.isascii() and read.isalpha()
