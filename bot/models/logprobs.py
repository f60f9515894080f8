"""The log-probabilities of tokens, as providers with OpenAI's API stream them."""

from __future__ import annotations

import codecs
import math
from collections.abc import Iterator, Mapping


class Probabilities:
    """Reads them from the choices of one reply's events, in order. What cannot be read is left out: a reply needs none.

    A token may be a part of a character; its bytes then say which. The text of such a token is empty, and the
    character is in that of the last one.
    """

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def read(self, choice: Mapping[str, object]) -> Iterator[tuple[str, float]]:
        """The tokens of `choice`, each with its natural log-probability."""
        told = choice.get("logprobs")
        tokens = told.get("content") if isinstance(told, dict) else None
        for token in tokens if isinstance(tokens, list) else []:
            if isinstance(token, dict) and (number := _number(token.get("logprob"))) is not None:
                yield self._text(token), min(0.0, number)

    def _text(self, token: Mapping[str, object]) -> str:
        written, raw = token.get("token"), token.get("bytes")
        if isinstance(raw, list) and all(isinstance(byte, int) and 0 <= byte < 256 for byte in raw):
            return self._decoder.decode(bytes(raw))
        return written if isinstance(written, str) else ""


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)
