"""What turns took, counted by the hour and community: how many, their tokens, how long the guards looked.

Nothing in it is about a person. It is kept as numbers by name, which only ever grow, so that a commit adds to them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from bot.claims.showing import GUARD as CLAIMS
from bot.conversation import Turn

DAYS = 30
"""For so many days it is kept."""
HOUR = 3600
BOUNDS = tuple(2.0**power for power in range(-2, 12))
"""Milliseconds up to which a look of a guard counts: the first that fits. What takes longer counts as the last."""
NAME_LENGTH = 60
"""Of a model's name."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What one turn adds."""

    at: float
    """Unix seconds."""
    counts: Mapping[str, int]


@dataclass(slots=True)
class Spent:
    """What some turns took together."""

    turns: int = 0
    """Turns that the guards and the model had to do with."""
    blocked: int = 0
    failed: int = 0
    tokens: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Model → tokens of prompts, tokens of replies."""
    looks: dict[str, Counter[float]] = field(default_factory=dict)
    """Guard → how many of its looks took no longer than each of `BOUNDS`, and longer than the one before."""


def tokens_in(counts: Mapping[str, int], *, skip: int = 0) -> int:
    """Tokens of prompts and replies among counts, whose names begin behind `skip` characters."""
    return sum(count for name, count in counts.items() if name[skip:].startswith(("prompt ", "reply ")))


def tally_of(turn: Turn) -> Tally:
    """What a turn adds."""
    counts: Counter[str] = Counter({"turns": 1})
    if turn.state != "answered":
        counts[turn.state] = 1
    model = turn.model[:NAME_LENGTH]
    checked = turn.claims.tokens if turn.claims else 0
    for kind, tokens in (("prompt", turn.prompt_tokens), ("reply", turn.reply_tokens + checked)):
        if tokens:
            counts[f"{kind} {model}"] = tokens
    for decision in (turn.decision_in, turn.decision_out):
        for guard, ms in decision.took if decision else ():
            counts[f"look {bound_of(ms):g} {guard}"] += 1
    if turn.claims:
        counts[f"look {bound_of(turn.claims.ms):g} {CLAIMS}"] += 1
    return Tally(turn.started_at, counts)


def bound_of(ms: float) -> float:
    """The one of `BOUNDS` that a look of `ms` milliseconds counts for."""
    return BOUNDS[min(bisect_left(BOUNDS, ms), len(BOUNDS) - 1)]


def spent_in(counts: Sequence[Mapping[str, int]]) -> Spent:
    """What the counts of some hours are together; a name that nobody knows (a newer version's, say) is left out."""
    spent = Spent()
    for name, count in ((name, count) for each in counts for name, count in each.items()):
        match name.split(" ", 2):
            case ["turns"]:
                spent.turns += count
            case ["blocked"]:
                spent.blocked += count
            case ["failed"]:
                spent.failed += count
            case ["look", bound, guard]:
                spent.looks.setdefault(guard, Counter())[float(bound)] += count
            case ["prompt" | "reply" as kind, *model]:
                prompts, replies = spent.tokens.get(" ".join(model), (0, 0))
                added = (prompts + count, replies) if kind == "prompt" else (prompts, replies + count)
                spent.tokens[" ".join(model)] = added
    return spent


def within(looks: Mapping[float, int], share: float) -> float:
    """Milliseconds within which `share` (0…1) of some looks were done: the bound that is not too low."""
    bounds = sorted(looks)
    reached = accumulate(looks[bound] for bound in bounds)
    wanted = share * sum(looks.values())
    return next(bound for bound, count in zip(bounds, reached, strict=True) if count >= wanted)
