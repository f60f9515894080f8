"""The port to a language model."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from guards.base import Document

QUOTING = "quoting"
"""What the model is called that generates nothing."""


@dataclass(frozen=True, slots=True)
class PromptMessage:
    """One message of a chat prompt."""

    role: Literal["system", "user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """All that a model is given for one reply. `bot/prompt.py` is the only place that writes one."""

    messages: tuple[PromptMessage, ...]
    """The chat form. In completion mode too: for a provider that has only chat."""
    mode: Literal["chat", "completion"] = "chat"
    prefix: str = ""
    """Completion mode: the text to go on from, exactly as the member gave it."""
    max_tokens: int = 1024
    """The most that the reply may have."""
    temperature: float | None = None
    """None: the provider's own default."""
    question: str = ""
    """What the member asks, bare: for a model that answers by quoting."""
    evidence: tuple[Document, ...] = ()
    """The passages that `messages` already carry, bare: likewise."""
    task: str = "chat"
    """The command: "chat", "complete", "translate", "summarize", "summary" (of older turns)."""
    language: str = ""
    """The reader's language tag."""
    tokens: int = 0
    """Estimated tokens of `messages`."""
    model: str = ""
    """The name of the model that is asked first, where there are several; "" for their order."""
    schema: Mapping[str, object] | None = None
    """A JSON schema that the reply should follow, where the provider can see to that."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the provider counted them."""

    prompt_tokens: int
    reply_tokens: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a reply."""

    text: str = ""
    finish: str = ""
    """Why the reply ended, on the last chunk: "stop", "length", or the provider's word."""
    usage: Usage | None = None
    model: str = ""
    """Which model says this."""
    logprobs: tuple[tuple[str, float], ...] = ()
    """The tokens of `text`, each with its natural log-probability, where the provider was asked and tells."""
    restart: bool = False
    """The reply begins anew (another model took over): forget what came before."""


ModelErrorKind: TypeAlias = Literal[
    "unavailable", "timeout", "rate_limited", "rejected", "too_long", "unauthorized", "cut", "malformed"
]


class ModelError(Exception):
    """A model gave no (whole) reply. The text names the cause for an operator; it holds no member's words."""

    def __init__(self, kind: ModelErrorKind, reason: str, *, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.kind: ModelErrorKind = kind
        self.retry_after = retry_after
        """Seconds that the provider asks to wait; None when it does not say."""

    @property
    def retryable(self) -> bool:
        """Whether the same request may succeed a moment later, or elsewhere."""
        return self.kind in ("unavailable", "timeout", "rate_limited", "cut", "malformed")


class LanguageModel(Protocol):
    """A language model that streams one reply to one prompt."""

    @property
    def name(self) -> str:
        """What logs and members know it by."""

    @property
    def context_window(self) -> int:
        """Tokens of prompt and reply together."""

    @property
    def generates(self) -> bool:
        """False for a model that only quotes: it can neither translate nor summarise nor complete."""

    def stream(self, prompt: Prompt, *, timeout: float) -> AsyncGenerator[Chunk, None]:
        """The reply to `prompt`, in pieces; the last one has `finish`. Close it when you stop early.

        `timeout` is in seconds for the whole reply.

        Raises:
            ModelError: no reply, or not all of it.
        """

    async def warm(self) -> None:
        """Gets ready what the first reply would otherwise wait for. Never fails: `stream` says what is wrong."""

    async def aclose(self) -> None:
        """Closes connections."""
