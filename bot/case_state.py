"""How a case stands: what its reviews say together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from bot.guardlog import Review, ReviewVerdict

CaseState: TypeAlias = Literal["open", "confirmed", "false_alarm", "released"]
"""How a case stands."""

REVOCABLE: frozenset[ReviewVerdict] = frozenset({"right", "false_alarm"})
"""What can be taken back. A message that was let through cannot."""
JUDGED: frozenset[ReviewVerdict] = REVOCABLE | {"released"}
"""A case gets one of these once, unless it is taken back."""


def state_of(reviews: Sequence[Review]) -> CaseState:
    """How a case stands, from all that was decided on it."""
    said = {review.verdict for review in standing(reviews)}
    if "false_alarm" in said:
        return "false_alarm"
    if "right" in said:
        return "confirmed"
    return "released" if "released" in said else "open"


def standing(reviews: Sequence[Review]) -> Sequence[Review]:
    """The reviews of a case without those that were taken back."""
    left: list[Review] = []
    for review in reviews:
        if review.verdict == "taken_back":
            left = [each for each in left if each.verdict not in REVOCABLE]
        else:
            left.append(review)
    return left


def rival_of(reviews: Sequence[Review], verdict: ReviewVerdict) -> Review | None:
    """The review that leaves no room for such a one, or that it takes back; None when there is none."""
    match verdict:
        case "right" | "false_alarm":
            rivals = JUDGED
        case "taken_back":
            rivals = REVOCABLE
        case "released":
            rivals = frozenset({"right", "released"})
        case _:
            rivals = frozenset({verdict})
    return next((review for review in standing(reviews) if review.verdict in rivals), None)
