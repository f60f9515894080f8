"""*Live*: new cases are read once for all who look on."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from bot.console import following
from bot.console.following import Following
from bot.guardlog import Case
from bot.store.base import FOLLOWED
from bot.store.memory import MemoryStore
from tests.unit.console_parts import PLAZA, case

COMMUNITY = PLAZA.community_key


class Counted(MemoryStore):
    """A store that knows how often it was followed."""

    follows = 0

    async def follow(self, community: str, after: str, wait: float) -> Sequence[Case]:
        self.follows += 1
        return await super().follow(community, after, wait)


async def file(store: MemoryStore, *numbers: int) -> None:
    for number in numbers:
        await store.record(COMMUNITY, case(f"{number:012x}"))


def numbers(cases: Sequence[Case]) -> list[int]:
    return [int(each.turn, 16) for each in cases]


async def test_what_ten_wait_for_is_read_once() -> None:
    store = Counted()
    await file(store, 1)
    (first,) = await store.older(COMMUNITY, "", 1)
    together = Following(store)
    waiting = [asyncio.create_task(together.follow(COMMUNITY, first.id, 10.0)) for _ in range(10)]
    await asyncio.sleep(0)
    await file(store, 2)
    assert [numbers(each) for each in await asyncio.gather(*waiting)] == [[2]] * 10
    assert store.follows == 1


async def test_when_the_one_who_reads_leaves_another_reads_on() -> None:
    store = Counted()
    together = Following(store)
    reader, other = (asyncio.create_task(together.follow(COMMUNITY, "", 10.0)) for _ in range(2))
    await asyncio.sleep(0)
    reader.cancel()
    await asyncio.wait([reader])
    await file(store, 1)
    assert numbers(await other) == [1]


async def test_whoever_comes_later_or_was_away_for_long_misses_none_and_sees_none_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(following, "FRESH_SECONDS", 0.0)
    store = Counted()
    together = Following(store)
    await file(store, *range(3 * FOLLOWED))
    ids = {"": -1} | {each.id: int(each.turn, 16) for each in await store.older(COMMUNITY, "", 3 * FOLLOWED)}
    seen: dict[str, list[int]] = {"early": [], "late": [], "asleep": []}
    last = {"early": "", "late": next(i for i, n in ids.items() if n == 2 * FOLLOWED), "asleep": ""}
    for name in ("early", "asleep", "early", "late", "early", "early", *["asleep"] * 4, "late"):
        new = await together.follow(COMMUNITY, last[name], 0.0)
        seen[name] += numbers(new)
        last[name] = new[-1].id if new else last[name]
    assert seen["early"] == seen["asleep"] == list(range(3 * FOLLOWED))
    assert seen["late"] == list(range(2 * FOLLOWED + 1, 3 * FOLLOWED))


async def test_nothing_is_shown_that_has_been_forgotten_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "COMMUNITIES", 1)
    now = 0.0
    store = Counted()
    together = Following(store, lambda: now)
    await file(store, 1)
    assert numbers(await together.follow(COMMUNITY, "", 0.0)) == [1]
    await together.follow("discord/elsewhere", "", 0.0)
    assert numbers(await together.follow(COMMUNITY, "", 0.0)) == [1]
    follows = store.follows
    assert numbers(await together.follow(COMMUNITY, "", 0.0)) == [1]
    assert store.follows == follows
    now = following.STALE_SECONDS
    assert numbers(await together.follow(COMMUNITY, "", 0.0)) == [1]
    assert store.follows == follows + 1
