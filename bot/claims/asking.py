"""Asking a model beside the reply: the whole answer at once, within a time, or what there is of it."""

from __future__ import annotations

import logging
from contextlib import aclosing
from dataclasses import dataclass

from bot.models.base import LanguageModel, ModelError, Prompt
from bot.tokens import count_tokens

logger = logging.getLogger(__name__)

SHARE = 0.9
"""Of the time that is left, for the model."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model said."""

    text: str = ""
    """"" where it failed."""
    tokens: int = 0
    """Generated, as the provider counted them, else estimated: what came before a failure too."""
    whole: bool = False
    """Whether the model came to its end; else the tokens were used up."""


async def ask(model: LanguageModel, prompt: Prompt, seconds: float) -> Answer:
    """The answer of `model` to `prompt`. A failure is an empty answer: what it was asked for can be done without.

    Of `seconds` some are left to whoever reads the answer.
    """
    text, counted, finish, spent = "", 0, "", 0
    try:
        async with aclosing(model.stream(prompt, timeout=SHARE * seconds)) as chunks:
            async for chunk in chunks:
                if chunk.restart:
                    spent, text = spent + count_tokens(text), ""
                text += chunk.text
                finish = finish or chunk.finish
                counted = chunk.usage.reply_tokens if chunk.usage else counted
    except ModelError as error:
        logger.info("%s gave no second opinion: %s", model.name, error)
        return Answer(tokens=spent + count_tokens(text))
    return Answer(text, spent + (counted or count_tokens(text)), finish != "length")
