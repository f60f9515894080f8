"""The weekly digest: once, by one worker, whatever happens to the others."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from adapters.base import Card, OutboxEvent
from bot.casebook import DAY, WEEK
from bot.digest import TELL_SECONDS, Digests
from bot.guardlog import Review
from bot.store.base import Commit, StoreUnavailable, partition_of
from bot.store.memory import MemoryStore
from tests.helpers import PLAZA, eventually, message, new_events
from tests.unit.test_figures import case

# Monday the 5th of January 2026, at noon (UTC).
MONDAY = 1_767_614_400.0


class Fragile(MemoryStore):
    """A store to which the way may be cut."""

    broken = False

    async def publish(self, event: OutboxEvent) -> None:
        if self.broken:
            raise StoreUnavailable("gone")
        await super().publish(event)


class Town:
    """A community with a log channel, and a clock that can be moved."""

    def __init__(self) -> None:
        self.now = MONDAY
        self.store = Fragile(clock=lambda: self.now)

    async def choose(self, layer: str) -> None:
        await self.store.save(PLAZA, layer, channel=False)

    def worker(self) -> Digests:
        return Digests(self.store, clock=lambda: self.now)

    async def cases(self) -> None:
        """Four cases of the last days, three of them false alarms."""
        for number, turn in enumerate("abcd"):
            found = replace(case(turn, 0.82 + number / 100), at=self.now - number * DAY)
            await self.store.record(PLAZA.community_key, found)
        reviews = tuple(Review(turn, "false_alarm", "m", "Mo", self.now) for turn in "abc")
        await self.commit(Commit(reviews=reviews))

    async def commit(self, commit: Commit) -> None:
        await self.store.deliver(message())
        claim = await self.store.claim("w", partition_of(PLAZA), 1.0)
        assert claim is not None
        await self.store.commit(claim, commit)

    async def told(self) -> list[OutboxEvent]:
        return await new_events(self.store, wait=0.0)


@pytest.fixture
async def town() -> Town:
    """A town whose first week has been noted, with cases since."""
    town = Town()
    await town.choose('{"log_channel": "mods"}')
    await town.worker().tell()
    assert await town.told() == []
    town.now += WEEK
    await town.cases()
    return town


async def test_the_week_is_told_in_the_log_channel_with_a_threshold_to_think_about(town: Town) -> None:
    await town.worker().tell()
    (card,) = await town.told()
    assert isinstance(card, Card)
    assert (card.ref.channel, card.ref.community, card.title, card.buttons) == (
        "mods",
        "plaza",
        "The week",
        (),
    )
    assert dict(card.fields) == {
        "Cases": "4 cases, 4 held back; 3 decided: 0 confirmed, 3 false alarms (100 %)",
        "Decisions": "3 this week; 1 cases of this week wait for one",
        "Guards, the last 30 days": "• injection: 4 cases, 4 held back; 3 decided: 0 confirmed, 3 false alarms (100 %)",
        "A threshold to think about": (
            "injection: to act from 0.85 on, not from 0.80. Of the last 30 days' cases, 3 would have ended otherwise; "
            "3 of them were false alarms, and no confirmed attack would have passed. "
            "/policy guard name=injection block=0.85"
        ),
    }


async def test_of_several_workers_one_tells_it_and_nobody_tells_it_again(town: Town) -> None:
    await asyncio.gather(*(town.worker().tell() for _ in range(5)))
    assert len(await town.told()) == 1
    for _ in range(6):
        town.now += DAY
        await town.worker().tell()
    assert await town.told() == []


async def test_a_worker_that_dies_in_the_middle_leaves_it_to_another(town: Town) -> None:
    town.store.broken = True
    with pytest.raises(StoreUnavailable):
        await town.worker().tell()
    town.store.broken = False
    # Killed, it could not even give back what it had reserved.
    await town.store.reserve("digest", f"telling {PLAZA.community_key}", "x", TELL_SECONDS)
    await town.worker().tell()
    assert await town.told() == []
    town.now += TELL_SECONDS + 1
    await town.worker().tell()
    first = await town.told()
    # And told once more it is the same card, which an adapter shows once.
    await town.store.forget("digest", PLAZA.community_key)
    await town.store.keep("digest", PLAZA.community_key, "0")
    await town.worker().tell()
    again = await town.told()
    assert [(each.turn, each.seq) for each in first] == [(each.turn, each.seq) for each in again] != []


@pytest.mark.parametrize("layer", ["{}", '{"log_channel": "mods", "digest": false}', "not a policy"])
async def test_there_is_none_without_a_channel_or_where_it_is_not_wanted(town: Town, layer: str) -> None:
    await town.choose(layer)
    await town.worker().tell()
    assert await town.told() == []


async def test_a_week_in_which_nothing_happened_is_passed_over(town: Town) -> None:
    town.now += 2 * WEEK
    await town.worker().tell()
    assert await town.told() == []


async def test_it_speaks_the_language_of_the_community(town: Town) -> None:
    await town.choose('{"log_channel": "mods", "language": "es"}')
    await town.worker().tell()
    (card,) = await town.told()
    assert isinstance(card, Card)
    assert card.title == "La semana"
    assert "falsas alarmas" in dict(card.fields)["Casos"]


async def test_it_runs_until_it_is_stopped(town: Town) -> None:
    digests = town.worker()
    running = asyncio.create_task(digests.run())
    await eventually(town.told)
    digests.stop()
    await asyncio.wait_for(running, 1.0)
