"""What every adapter does to text. Pure functions; any text goes in, however strange, and none raises."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable

_ELLIPSIS = "…"
_ZERO_WIDTH_JOINER = "\u200d"
_ZERO_WIDTH_SPACE = "\u200b"

_SURROGATE = re.compile("[\ud800-\udfff]")

# Everything of category Cc but newline and tab, and the bidirectional embeddings, overrides and isolates.
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

# Discord: @everyone, @here, <@1>, <@!1>, <@&1>. Slack: <!channel>, <!subteam^S1>, <@U1>.
# Where a mention begins, not the whole of it: half a mention may be completed by the text after it.
_MENTION = re.compile(
    r"@(?=everyone|here|channel)|<(?=@[!&]?\w|!(?:everyone|here|channel|group|subteam))", re.IGNORECASE
)

_REGIONALS = "".join(map(chr, range(0x1F1E6, 0x1F200)))

_VIRAMA = 9
"""Its canonical combining class."""

_NEAREST_LENGTH = 40
"""A longer word is no typo."""


def neutralise(text: str) -> str:
    """`text` with every mention broken by a zero-width space, so that it reads the same and calls nobody.

    Doing it twice changes nothing. It must be the last step: a character removed afterwards from between
    "@" and "everyone" would make a mention again.
    """
    return _MENTION.sub(lambda match: match[0] + _ZERO_WIDTH_SPACE, text)


def printable(text: str) -> str:
    """`text` without what could steer a terminal or reorder a line; newline and tab stay.

    Works on each character by itself: the parts of a text may be printed one after the other.
    """
    return _STEERING.sub("", _SURROGATE.sub("\ufffd", text))


def clean(text: str) -> str:
    """Incoming `text` in a form that can be stored and sent anywhere: no lone surrogate, no NUL."""
    return _SURROGATE.sub("\ufffd", text).replace("\0", "")


def truncate(text: str, limit: int) -> str:
    """`text` in at most `limit` characters; what was cut off is replaced by "…".

    Cuts after a word where one ends in the second half of what fits, and never inside what a reader sees
    as one character. A first character longer than `limit` leaves nothing but "…".
    """
    if len(text) <= limit:
        return text
    if limit < 1:
        return ""
    cut = cut_before(text, limit - 1)
    if not text[cut].isspace():
        word_end = max((index for index in range(cut // 2, cut) if text[index].isspace()), default=0)
        cut = word_end or cut
    return text[:cut].rstrip() + _ELLIPSIS


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that `word` was probably meant to be; None when none is like it."""
    close = difflib.get_close_matches(word[:_NEAREST_LENGTH].casefold(), list(candidates), n=1)
    return close[0] if close else None


def cut_before(text: str, index: int, least: int = 0) -> int:
    """The last place up to `index` where `text` may be cut: not inside what a reader sees as one character.

    Extended grapheme clusters (Unicode Standard Annex 29), rather too few places than too many. `least`
    where there is none after it; `index` must be less than the length of `text`.
    """
    while index > least and not _is_boundary(text, index):
        index -= 1
    return index


def _is_boundary(text: str, index: int) -> bool:
    """Whether `text` may be cut before `text[index]` (0 < index < length)."""
    before, after = text[index - 1], text[index]
    if before in ("\r", "\n") or after in ("\r", "\n"):
        return before + after != "\r\n"
    if _extends(after) or before == _ZERO_WIDTH_JOINER or _is_prepended(before):
        return False
    if _is_regional(before) and _is_regional(after):
        return _regionals_before(text, index) % 2 == 0
    return not _ends_in_virama(text, index) and not _joins_hangul(before, after)


def _extends(char: str) -> bool:
    return (
        unicodedata.category(char) in ("Mn", "Me", "Mc")
        or char in ("\u200c", _ZERO_WIDTH_JOINER, "\u0e33", "\u0eb3", "\uff9e", "\uff9f")
        or "\U0001f3fb" <= char <= "\U0001f3ff"  # skin tones
        or "\U000e0020" <= char <= "\U000e007f"  # tags, as in the flag of Wales
    )


def _is_prepended(char: str) -> bool:
    """Signs that belong to the character after them: Arabic number signs, Malayalam dot reph, ..."""
    return (
        char in "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e\U000110bd\U000110cd"
    )


def _ends_in_virama(text: str, index: int) -> bool:
    """Whether the marks before `index` hold a virama: it joins the consonant after it to the one before."""
    while index > 0 and _extends(text[index - 1]):
        index -= 1
        if unicodedata.combining(text[index]) == _VIRAMA:
            return True
    return False


def _is_regional(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _regionals_before(text: str, index: int) -> int:
    return index - len(text[:index].rstrip(_REGIONALS))


def _joins_hangul(before: str, after: str) -> bool:
    if "\u1160" <= after <= "\u11ff" or "\ud7b0" <= after <= "\ud7ff":
        return "\u1100" <= before <= "\u11ff" or "\uac00" <= before <= "\ud7ff"
    return "\u1100" <= before <= "\u115f" and ("\u1100" <= after <= "\u115f" or "\uac00" <= after <= "\ud7a3")
