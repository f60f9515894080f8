"""Makes the vocabulary file anew: `python -m bot.tokens.make` (needs rs-bpe, a development dependency)."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from rs_bpe import bpe

from bot.tokens import VOCABULARY

_TOKENS = 199_998
_LATIN = re.compile(r"[\t\n\r -~ -ÿ–—‘’“”•…€]+")
_PICTURE = re.compile(r"\s*[←-⯿︀-️\U0001f000-\U0001faff]+\s*")


def tokens() -> Iterator[str]:
    """The tokens of o200k_base that are Latin letters, ASCII signs or pictures, in the order of their merges."""
    encoding = bpe.openai.o200k_base()
    for number in range(_TOKENS):
        # A token that is part of a character has no text.
        token = encoding.decode([number])
        if token and (_LATIN.fullmatch(token) or _PICTURE.fullmatch(token)):
            yield token


if __name__ == "__main__":
    data = "\0".join(tokens()).encode()
    Path(__file__).with_name(VOCABULARY).write_bytes(zlib.compress(data, 9))
