"""What a turn has around it while its reply is being made."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.base import Locale
from bot.policy import Policy
from bot.request import Request
from bot.store.base import Loaded
from bot.voice import Voice


@dataclass(frozen=True, slots=True)
class TurnContext:
    """What is asked, where, and by which rules."""

    voice: Voice
    request: Request
    loaded: Loaded
    policy: Policy
    locale: Locale
