"""A claim with what was found about it: what everything that marks claims speaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

ClaimVerdict: TypeAlias = Literal["supported", "contradicted", "unverifiable"]
ClaimKind: TypeAlias = Literal[
    "passage",
    "arithmetic",
    "date",
    "quotation",
    "ordinal",
    "said",
    "source",
    "premise",
    "repeated",
    "varied",
    "unsure",
]


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that a text states, and whether what is known supports it."""

    start: int
    end: int
    """Span in the text, in characters, end exclusive. Empty at 0 for what stands in the question alone."""
    verdict: ClaimVerdict
    score: float
    """0…1: how sure that verdict is. Of "unverifiable": how surely it is a claim that one could check."""
    kind: ClaimKind
    """What it was checked with: passages, a calculation, a calendar, …; "said": what a member said before;
    "source": it names a link, a package, or the like; "premise": the question takes it for granted. Of claims that stay
    unverifiable: "repeated": asked again, the model says the same, "varied": it says otherwise; "unsure": it gave little
    probability to what the claim says."""
    says: str = ""
    """What is right, or what the source says; of "source" and "premise": what nothing was found on."""
    source: str = ""
    """The title of the document that the verdict rests on, "" without one; of "said": the member's name."""
    text: str = ""
    """The claim by itself: the words of the span, with the sentence's subject in front where they have none."""
