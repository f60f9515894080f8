"""A model that makes things up, from end to end: what it invents is marked, what is so is not marked as wrong."""

from __future__ import annotations

import pytest

from bench.claims_end import checker_of, outcomes, rows
from guards.claims.reader import reader


async def test_what_is_made_up_is_marked_what_is_so_never_as_wrong_and_small_talk_not_at_all() -> None:
    found = await outcomes(rows())
    assert len(found) == 80
    assert [one.missed for one in found if one.missed] == []
    assert [one.wronged for one in found if one.wronged] == []
    assert sum(bool(one.marked.claims) for one in found if one.row.kind == "control") <= 1
    assert all(not one.marked.error for one in found)


@pytest.mark.parametrize("read", [False, True])
async def test_the_reader_is_asked_only_where_that_is_chosen(read: bool) -> None:
    checker, _ = await checker_of(read=read)
    assert checker.second is (reader() if read else None)


def test_the_sets_are_of_both_languages_and_share_no_reply() -> None:
    first, second = rows(), rows("second")
    assert not {row.reply for row in first} & {row.reply for row in second}
    for kind, count in (("evidence", 30), ("none", 30), ("control", 20)):
        own = [row for row in first if row.kind == kind]
        assert len(own) == count
        assert sum(row.lang == "es" for row in own) == count // 2
    assert all(words in row.reply for row in (*first, *second) for words in (*row.false, *row.true))
