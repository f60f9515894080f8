"""Cases for other programs: one at a time, as JSON lines or CSV, so that a log of any length can be written."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import blake2s
from typing import Literal, TypeAlias

from adapters.base import ConversationRef
from bot.case_state import CaseState, state_of
from bot.guardlog import Case, Review, is_whole, was_filed
from bot.store.base import GuardLogStore

Format: TypeAlias = Literal["jsonl", "csv"]
READ = 500
"""Cases that are read at once."""

LABELS: Mapping[CaseState, int] = {"confirmed": 1, "false_alarm": 0, "released": 0}
"""What moderators said a text is, as `sereno eval` reads it: an attack or not."""

COLUMNS = (
    "number", "at", "turn", "platform", "community", "channel", "thread", "author_id", "author_name", "filed_by",
    "direction", "action", "would", "state", "label", "score", "guards", "findings", "failures", "decisions", "text",
    "whole", "stage", "model",
)  # fmt: skip
"""Of a CSV file; the names are those of a JSON line, too."""


@dataclass(frozen=True, slots=True)
class Names:
    """How members are called in an export."""

    key: bytes = b""
    """Other in every export: the same member has the same sign throughout one, and none that leads to another."""

    def of(self, name: str) -> str:
        """The name, or with a key a sign that stands for it."""
        if not (name and self.key):
            return name
        return f"member-{blake2s(name.encode(), key=self.key, digest_size=5).hexdigest()}"


async def exported(
    store: GuardLogStore,
    community: str,
    kind: Format,
    names: Names,
    *,
    since: float = 0.0,
    wanted: Callable[[Case], bool] = lambda _: True,
    decided: bool = False,
) -> AsyncIterator[str]:
    """The cases of a community since the Unix time `since`, newest first, a piece of text each.

    A CSV file needs `heading` before it.

    Args:
        store: what is read from, some hundred cases at a time.
        community: its key.
        kind: what is written.
        names: how members are called.
        since: the oldest time.
        wanted: which cases.
        decided: only what moderators have confirmed or called a false alarm.
    """
    before = ""
    while True:
        cases = await store.older(community, before, READ)
        recent = [case for case in cases if case.at >= since and wanted(case)]
        reviews = await store.reviews(community, [case.turn for case in recent])
        for case, its in zip(recent, reviews, strict=True):
            if not decided or (state_of(its) in LABELS and not was_filed(case)):
                row = row_of(case, its, names)
                yield csv_line(row) if kind == "csv" else json.dumps(row, ensure_ascii=False) + "\n"
        # Those that came in at the same moment need not be in order.
        if len(cases) < READ or cases[-1].at < since - 3600:
            return
        before = cases[-1].id


def heading(kind: Format) -> str:
    """What stands above the cases; "" for JSON lines."""
    return _csv(COLUMNS) if kind == "csv" else ""


def row_of(case: Case, reviews: Sequence[Review], names: Names) -> dict[str, object]:
    """One case. `text` is the masked excerpt that is kept of it; signatures leave the store in no form."""
    ref = ConversationRef.parse(case.conversation)
    state = state_of(reviews)
    direct = ref.community.startswith("dm-")
    return {
        "number": case.number,
        "at": round(case.at, 3),
        "turn": case.turn,
        "platform": ref.platform,
        "community": names.of(ref.community) if direct else ref.community,
        "channel": ref.channel,
        "thread": ref.thread,
        "author_id": names.of(case.author_id),
        # The id says who it is; two may have the same name.
        "author_name": "" if names.key else case.author_name,
        "filed_by": names.of(case.filed_by),
        "direction": case.direction,
        "action": case.action,
        "would": case.would,
        "state": state,
        **({"label": LABELS[state]} if state in LABELS and not was_filed(case) else {}),
        "score": max((finding.score for finding in case.findings), default=0.0),
        "guards": sorted({finding.guard for finding in case.findings}),
        "findings": [
            {name: value for name, value in asdict(finding).items() if value not in ((), 0, "")}
            for finding in case.findings
        ],
        "failures": [list(failure) for failure in case.failures],
        "decisions": [
            {
                "verdict": review.verdict,
                "by": names.of(review.by_id) if names.key else review.by_name,
                "at": round(review.at, 3),
                **({"note": review.note} if review.note and not names.key else {}),
            }
            for review in reviews
        ],
        "text": case.excerpt,
        "whole": is_whole(case.excerpt),
        "stage": case.direction,
        "model": case.model,
    }


def csv_line(row: Mapping[str, object]) -> str:
    """A row as a line of CSV."""
    return _csv([_cell(row.get(column, "")) for column in COLUMNS])


def _cell(value: object) -> str:
    if isinstance(value, list):
        plain = all(isinstance(each, str) for each in value)
        value = ", ".join(value) if plain else json.dumps(value, ensure_ascii=False)
    text = str(value)
    # A spreadsheet takes such a beginning for a formula, and members choose what they write.
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text


def _csv(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def matcher(*, guard: str = "", action: str = "", member: str = "") -> Callable[[Case], bool]:
    """Which cases are wanted; "" matches all. `member`: the id, or the whole name."""

    def wanted(case: Case) -> bool:
        guards: Iterator[str] = (finding.guard for finding in case.findings)
        return (
            action in ("", case.action)
            and (not guard or guard in guards or guard in {name for name, _ in case.failures})
            and member in ("", case.author_id, case.author_name)
        )

    return wanted
