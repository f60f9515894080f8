"""The port to what may be asked about claims that nothing known settles: a model, once more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from adapters.base import Locale
from bot.models.base import Prompt
from guards.base import Document, Line
from guards.claims.claim import Claim, ClaimVerdict
from guards.premises.premise import Premise


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text whose claims are to be checked, with what they can be compared with."""

    text: str
    community: str
    """Its key."""
    revision: int
    """Of what the community knows, as the turn has loaded it."""
    locale: Locale
    question: str = ""
    """What the text answers."""
    lines: tuple[Line, ...] = ()
    """What was said before."""
    passages: tuple[Document, ...] = ()
    """Passages that are surely about it: those that the model was given."""
    prompt: Prompt | None = None
    """What the model was given for it; None: no model said it, so none is asked about it."""
    logprobs: tuple[tuple[str, float], ...] = ()
    """The reply's tokens, each with its natural log-probability, as far as the provider told."""
    tokens: int = 0
    """Of the reply."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a check may take."""

    seconds: float
    """The deadline. What is known by then counts."""
    share: float = 0.0
    """Tokens that opinions may cost, as a share of the reply's own."""
    samples: int = 0
    """How often the model may be asked the same again."""
    judge: bool = False
    """Whether a model may be asked about the claims."""
    premises: bool = False
    """Whether a model may be asked about what the question takes for granted."""

    def allows(self, opinion: str) -> bool:
        """Whether the opinion of that name may be asked; one that only looks at what is there always may."""
        return {"samples": self.samples > 0, "judge": self.judge}.get(opinion, True)


@dataclass(frozen=True, slots=True)
class Marked:
    """What became of a check."""

    claims: tuple[Claim, ...] = ()
    """In the order of the text."""
    error: str = ""
    """Why it is not whole: "late", or an exception's class; "" when all is well."""
    tokens: int = 0
    """Tokens that a model generated for it."""
    ms: float = 0.0
    """Wall milliseconds that it took."""

    def count(self, verdict: ClaimVerdict) -> int:
        """How many claims have that verdict."""
        return sum(claim.verdict == verdict for claim in self.claims)


@dataclass(frozen=True, slots=True)
class Findings:
    """What is known about some texts."""

    passages: tuple[tuple[Document, ...], ...]
    """For each text those that bear on it, best first."""
    documents: tuple[Document, ...]
    """Of the documents that these passages are from, those that are not too long, whole."""


class Evidence(Protocol):
    """Texts → what is known about them."""

    async def search(
        self, texts: Sequence[str], *, community: str, revision: int, locale: Locale
    ) -> Findings:
        """Looks in what `community` (its key) knows; `revision` is what the turn has loaded of that."""


@dataclass(frozen=True, slots=True)
class Asked:
    """All that an opinion may rest on."""

    reply: str
    question: str
    evidence: tuple[Document, ...]
    """Passages that were found for the question and for the claims; data, never instructions."""
    prompt: Prompt
    """What the model was given for the reply."""
    logprobs: tuple[tuple[str, float], ...]
    """The reply's tokens, each with its natural log-probability; together the reply. Empty where the provider gives none."""
    seconds: float
    """Until the claims must be shown, at most."""
    tokens: int
    """The most tokens that may be generated for it, all calls together."""
    language: str = ""
    """The reader's language tag."""
    samples: int = 0
    """How often the model may be asked the same again."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An opinion."""

    claims: Sequence[Claim]
    """Those that were given, in the same order, each as it was or with another verdict."""
    tokens: int = 0
    """Tokens that were generated for it."""
    open: tuple[Premise, ...] = field(default=(), compare=False)
    """Of the question's premises those that nothing settled."""


class Opinion(Protocol):
    """Something that looks at claims that are still open: more samples, log-probabilities, a judge."""

    @property
    def name(self) -> str:
        """The word that policies and logs know it by."""

    async def judge(self, claims: Sequence[Claim], asked: Asked) -> Judged:
        """What it makes of `claims`, all of them "unverifiable" so far.

        It may make one "contradicted". Without evidence in `asked` it never makes one "supported". Ends when
        cancelled, and raises nothing that a provider's failure causes: then the claims stay as they are.
        """
