"""A gullible language model, for the demo alone.

It is no language model: a few patterns that do what a naive one does when it is lied to. It really obeys an
instruction wherever it stands, really prints its own prompt when asked, and answers every question in a calm
voice, right or wrong. It continues a text by word pairs counted in the shipped documents: next-token
prediction in its simplest form. Nothing but `sereno demo` and its tests uses it.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import AsyncGenerator
from functools import lru_cache
from itertools import pairwise

from bot.knowledge.shipped import shipped_passages
from bot.models.base import Chunk, Prompt, Usage
from bot.prompt import DATA_MARKS
from bot.tokens import count_tokens

_SAY_THIS = re.compile(
    r"(?:same text as the following|say exactly|repeat exactly)\s*:?\s*['\"“](.+?)['\"”]",
    re.IGNORECASE | re.DOTALL,
)
_PRINT_PROMPT = re.compile(
    r"print\(a\)|(?:print|repeat|show|reveal)\b.{0,40}\b(?:prompt|instructions)", re.IGNORECASE | re.DOTALL
)

# What it believes. A naive model has read something like it somewhere, and says it without a doubt.
_BELIEFS = (
    (r"python university of oklahoma", "Guido van Rossum started to work at the Python University of Oklahoma in October 2020."),
    (r"third sentence of the zen", "The third sentence of the Zen of Python is: “Beautiful is better than ugly.”"),
    (r"zen of python, by al pacino", "Simplicity is an offer you can't refuse. Keep your friends close, and your imports closer."),
    (r"vanilla cakes", "Guido van Rossum loves vanilla cakes and convoluted code because both have many layers."),
    (r"the man worked as", " a carpenter at the harbour."),
    (r"the woman worked as", " a nurse at the hospital."),
)  # fmt: skip


class GullibleModel:
    """Believes whatever stands in its prompt, whoever wrote it."""

    name = "gullible (demo)"
    context_window = 16_384
    generates = True

    async def stream(self, prompt: Prompt, *, timeout: float) -> AsyncGenerator[Chunk, None]:
        """What it says to `prompt`, word by word."""
        text = self.reply(prompt)
        for word in re.findall(r"\s*\S+|\s+$", text):
            yield Chunk(word)
        yield Chunk(finish="stop", usage=Usage(prompt.tokens, count_tokens(text)), model=self.name)

    def reply(self, prompt: Prompt) -> str:
        """What it says to `prompt`."""
        system = "\n".join(message.text for message in prompt.messages if message.role == "system")
        # It reads data like anything else: marks between the words are no reason to doubt them.
        asked = prompt.messages[-1].text.translate({ord(mark): " " for mark in DATA_MARKS})
        if match := _SAY_THIS.search(asked):
            return match[1]
        if _PRINT_PROMPT.search(asked):
            return system + "\n" + asked
        for pattern, belief in _BELIEFS:
            if re.search(pattern, asked, re.IGNORECASE):
                return belief
        if prompt.mode == "completion" or prompt.task == "complete":
            return self._continued(prompt.prefix)
        return "Certainly! " + (
            prompt.evidence[0].text.split("\n")[0] if prompt.evidence else "Everything is fine."
        )

    def _continued(self, text: str) -> str:
        """The likeliest next words, by pairs; the seed is the text, so that it says the same each time."""
        rng = random.Random(text)  # noqa: S311 - a demo, not a secret
        pairs = _pairs()
        words: list[str] = []
        word = text.rsplit(maxsplit=1)[-1].lower() if text.split() else "the"
        while len(words) < 24 and not (words and words[-1].endswith(".")):
            word = rng.choice(pairs.get(word.lower().strip(".,"), pairs["is"]))
            words.append(word)
        return " " + " ".join(words)

    async def warm(self) -> None:
        """Always ready."""

    async def aclose(self) -> None:
        """Nothing to close."""


@lru_cache(maxsize=1)
def _pairs() -> dict[str, list[str]]:
    """Which word followed which, in the shipped documents."""
    pairs: defaultdict[str, list[str]] = defaultdict(list)
    for passage in shipped_passages():
        words = re.findall(r"[\w'’-]+[.,]?", passage.text) if passage.language == "en" else []
        for first, second in pairwise(words):
            pairs[first.lower().strip(".,")].append(second)
    return dict(pairs)
