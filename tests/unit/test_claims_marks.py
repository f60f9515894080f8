"""Claims whose words stand in a document that says something else with them."""

from __future__ import annotations

from bench.claims_marks import marks, rows


async def test_hardly_a_claim_of_the_set_has_the_wrong_mark() -> None:
    found = [each for half in ("first", "second") for each in await marks(half)]
    assert len(found) == len(rows("claims")) == 124
    assert sum(mark == "supported" and row["label"] != "supported" for row, mark in found) <= 5
    assert [
        row["claim"] for row, mark in found if (row["label"], mark) == ("supported", "contradicted")
    ] == []
