"""Cases for other programs."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import Any

from bot.checking import subject_of
from bot.cli.evaluate import _label
from bot.export import COLUMNS, Format, Names, exported, heading, matcher
from bot.guardlog import Case, CaseFinding, Review
from bot.store.base import Commit, partition_of
from bot.store.memory import MemoryStore
from tests.helpers import PLAZA, message

KEY = Names(b"0123456789abcdef")


def case(turn: str, author: str = "u1", at: float = 50.0, **fields: Any) -> Case:
    finding = CaseFinding("injection", "override", 0.9, "Why.", "author", "Ignore")
    given: dict[str, Any] = {"findings": (finding,), "failures": (), "excerpt": "=Ignore, all", "link": "m1"}
    return Case(
        turn, at, PLAZA.key, author, "Ana", "input", "block", "block", model="m", **(given | fields),
        signatures=("secret",),
    )  # fmt: skip


async def store_with(*cases: Case, reviews: tuple[Review, ...] = ()) -> MemoryStore:
    store = MemoryStore()
    for commit in (Commit(cases=cases), *(Commit(reviews=(review,)) for review in reviews)):
        await store.deliver(message())
        claim = await store.claim("w", partition_of(PLAZA), 1.0)
        assert claim is not None
        await store.commit(claim, commit)
    return store


async def lines(store: MemoryStore, kind: Format = "jsonl", names: Names = KEY, **wanted: Any) -> list[str]:
    return [line async for line in exported(store, PLAZA.community_key, kind, names, **wanted)]


REVIEWS = (
    Review("a", "right", "m", "Mo", 60.0),
    Review("b", "false_alarm", "m", "Mo", 61.0),
    Review("a", "noted", "m", "Mo", 62.0, 1, "Known here."),
)


async def test_every_case_is_a_line_newest_first_and_nobody_can_be_told() -> None:
    store = await store_with(case("a"), case("b", "u2"), case("c"), reviews=REVIEWS)
    rows = [json.loads(line) for line in await lines(store)]
    assert [(row["turn"], row["state"], row.get("label")) for row in rows] == [
        ("c", "open", None),
        ("b", "false_alarm", 0),
        ("a", "confirmed", 1),
    ]
    everything = json.dumps(rows)
    for private in ("u1", "u2", "Ana", "Mo", "Known here", "secret", "m1"):
        assert f'"{private}' not in everything
    # The same member has the same sign, and another one in another export.
    assert rows[0]["author_id"] == rows[2]["author_id"] != rows[1]["author_id"]
    other = json.loads((await lines(store, names=Names(b"another key!")))[0])
    assert other["author_id"] != rows[0]["author_id"]


async def test_an_administrator_gets_names_ids_and_notes() -> None:
    store = await store_with(case("a"), reviews=REVIEWS[:1] + REVIEWS[2:])
    row = json.loads((await lines(store, names=Names()))[0])
    assert (row["author_id"], row["author_name"]) == ("u1", "Ana")
    assert [each["by"] for each in row["decisions"]] == ["Mo", "Mo"]
    assert row["decisions"][1]["note"] == "Known here."


async def test_what_was_decided_can_be_evaluated() -> None:
    filed = case("f", findings=(CaseFinding("member", "report", 1.0, "Why.", "author", ""),))
    store = await store_with(case("a"), case("b"), case("c"), filed, reviews=REVIEWS)
    rows = [json.loads(line) for line in await lines(store, decided=True)]
    assert [(row["turn"], _label(row), subject_of(row).text) for row in rows] == [
        ("b", 0, "=Ignore, all"),
        ("a", 1, "=Ignore, all"),
    ]


async def test_csv_has_a_heading_and_nothing_in_it_is_a_formula() -> None:
    store = await store_with(case("a"), case("b", failures=(("leak", "late"),)), reviews=REVIEWS[:1])
    text = heading("csv") + "".join(await lines(store, "csv"))
    first, second = csv.DictReader(io.StringIO(text))
    assert tuple(first) == COLUMNS
    assert (first["turn"], first["label"], first["failures"]) == ("b", "", '[["leak", "late"]]')
    assert (second["turn"], second["label"], second["guards"], second["text"]) == (
        "a",
        "1",
        "injection",
        "'=Ignore, all",
    )
    assert heading("jsonl") == ""


async def test_an_export_has_what_is_asked_for_alone() -> None:
    store = await store_with(
        case("a", at=10.0), replace(case("b"), action="flag"), case("c", "u2", failures=(("leak", "x"),))
    )

    async def turns(**wanted: Any) -> str:
        return "".join(json.loads(line)["turn"] for line in await lines(store, **wanted))

    assert await turns(since=20.0) == "cb"
    assert await turns(wanted=matcher(action="flag")) == "b"
    assert await turns(wanted=matcher(guard="leak")) == "c"
    assert await turns(wanted=matcher(guard="hijack")) == ""
    assert await turns(wanted=matcher(member="u2")) == "c"
    assert await turns(wanted=matcher(member="Ana")) == "cba"


async def test_thousands_of_cases_are_read_in_parts() -> None:
    store = MemoryStore()
    for number in range(1100):
        await store.record(PLAZA.community_key, case(f"t{number}"))
    assert len(await lines(store)) == 1100
