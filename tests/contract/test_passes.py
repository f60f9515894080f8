"""What every store must do with passes into the console, and with cases that are read page by page."""

from __future__ import annotations

import asyncio

from bot.entry import Pass
from bot.store.base import Commit, Store
from tests.contract.test_cases import ELSEWHERE, case, commit
from tests.helpers import PLAZA, eventually

ANA = Pass("test/plaza", "u1", "Ana <b>", "es", 2e9)
DIGEST, OTHER = "a1" * 32, "b2" * 32


async def test_what_a_community_has_chosen_is_read_alone(store: Store) -> None:
    await store.save(PLAZA, "{}", channel=True)
    assert await store.layer(PLAZA.community_key) == ""
    await store.save(PLAZA, '{"version": 1}', channel=False)
    assert await store.layer(PLAZA.community_key) == '{"version": 1}'
    assert await store.layer(ELSEWHERE.community_key) == ""


async def test_a_pass_is_known_by_its_digest_alone(store: Store) -> None:
    await store.grant(DIGEST, ANA, 60.0)
    assert await store.granted(DIGEST) == ANA
    assert await store.granted(OTHER) is None


async def test_a_pass_that_was_used_is_gone_and_of_many_at_once_one_gets_it(store: Store) -> None:
    await store.grant(DIGEST, ANA, 60.0)
    got = await asyncio.gather(*(store.use(DIGEST) for _ in range(8)))
    assert sorted(each is not None for each in got) == [False] * 7 + [True]
    assert await store.granted(DIGEST) is None


async def test_a_pass_ends_by_itself(store: Store) -> None:
    await store.grant(DIGEST, ANA, 0.02)

    async def gone() -> bool:
        return await store.granted(DIGEST) is None

    await eventually(gone)
    assert await store.use(DIGEST) is None


async def test_all_passes_can_be_revoked(store: Store) -> None:
    await store.grant(DIGEST, ANA, 60.0)
    await store.grant(OTHER, ANA, 60.0)
    assert await store.revoke() == 2
    assert await store.granted(DIGEST) is None
    assert await store.revoke() == 0


async def test_cases_are_read_from_the_newest_back_page_by_page(store: Store) -> None:
    for turn in "abcde":
        await commit(store, Commit(cases=(case(turn),)))
    await commit(store, Commit(cases=(case("x", ref=ELSEWHERE),)), ELSEWHERE)
    first = await store.older(PLAZA.community_key, "", 2)
    second = await store.older(PLAZA.community_key, first[-1].id, 2)
    third = await store.older(PLAZA.community_key, second[-1].id, 2)
    assert [[each.turn for each in page] for page in (first, second, third)] == [
        ["e", "d"],
        ["c", "b"],
        ["a"],
    ]
    assert await store.older(PLAZA.community_key, third[-1].id, 2) == []
