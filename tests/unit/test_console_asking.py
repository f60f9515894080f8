"""Who moderates no more gets no further: the platform is asked again, and who is refused is a case."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from adapters.asking import Channel, Question
from adapters.base import Author, CommandUse, ConversationRef, Notice
from bot.asking import SILENCE_SECONDS, Asking, answer
from bot.entry import CHECK_SECONDS, PLATFORM_SECONDS, SESSION_SECONDS
from bot.store.memory import MemoryStore
from tests.helpers import message
from tests.unit.console_parts import MO, PLAZA, House

PLATFORMS = replace(MO, place=PLAZA.key)


async def test_a_platform_is_asked_again_every_ten_minutes_and_not_between() -> None:
    house = House()
    browser = await house.inside(PLATFORMS)
    for _ in range(3):
        assert (await browser.get("/")).status_code == 200
    house.now += CHECK_SECONDS - 1
    await browser.get("/")
    assert house.platform.asked == 0
    for _ in range(10):
        house.now += CHECK_SECONDS + 1
        for path in ("/", "/trends", "/cases"):
            assert (await browser.get(path)).status_code == 200
    assert house.platform.asked == 10


async def test_who_moderates_no_more_is_out_at_the_next_look_and_that_is_a_case() -> None:
    house = House()
    browser, other = await house.inside(PLATFORMS), await house.inside(PLATFORMS)
    house.now += CHECK_SECONDS + 1
    house.platform.says = "member"
    assert (await browser.get("/")).status_code == 403
    house.platform.says = "moderator"
    # That session has ended, whatever the platform says now.
    assert (await browser.get("/")).status_code == 403
    house.platform.says = "member"
    assert (await house.press(other, "/try", text="hello")).status_code == 403
    cases = await house.store.cases(PLAZA.community_key, since=0.0, limit=10)
    assert [(case.author_id, case.findings[0].guard, case.action) for case in cases] == [
        ("mo", "console", "flag")
    ]
    shown = (await (await house.inside()).get(f"/cases/{cases[0].turn}")).text
    assert "wanted to enter the console" in shown
    assert "Only moderators" in shown


async def test_while_a_platform_cannot_be_asked_a_session_goes_on_for_an_hour_at_most() -> None:
    house = House()
    browser = await house.inside(PLATFORMS)
    house.platform.says = None
    house.now += PLATFORM_SECONDS - 1
    assert (await browser.get("/")).status_code == 200
    house.now += 2
    assert (await browser.get("/")).status_code == 403
    # Nobody knows that they moderate no more: that is no case.
    assert await house.store.cases(PLAZA.community_key, since=0.0, limit=10) == []


async def test_a_session_of_this_machine_is_asked_about_nowhere() -> None:
    house = House()
    house.platform.says = "member"
    browser = await house.inside()
    house.now += SESSION_SECONDS - 1
    assert (await browser.get("/")).status_code == 200
    assert house.platform.asked == 0


async def test_who_is_no_moderator_and_asks_for_a_link_is_one_case_an_hour() -> None:
    house = House()
    ana = Author("u1", "Ana <b>")
    for _ in range(3):
        events, _ = await house.bench.turn(
            message("", ref=PLAZA, author=ana, command=CommandUse("guard console"))
        )
        assert isinstance(events[-1], Notice)
        assert "moderators" in events[-1].text
    await house.bench.turn(
        message("", ref=PLAZA, author=Author("u2", "Ben"), command=CommandUse("guard console"))
    )
    await house.bench.turn(message("", ref=PLAZA, author=ana, command=CommandUse("policy show")))
    cases = await house.store.cases(PLAZA.community_key, since=0.0, limit=10)
    assert [(case.author_id, case.findings[0].code) for case in cases] == [
        ("u1", "no_moderator"),
        ("u2", "no_moderator"),
    ]


class Discord:
    """A platform that moderates nobody but "mo"."""

    def __init__(self) -> None:
        self.failing = False
        self.asked: list[str] = []

    async def standing(self, ref: ConversationRef, person: str) -> str | None:
        self.asked.append(person)
        if self.failing:
            raise RuntimeError(person)
        return {"mo": "moderator", "old": None}.get(person, "member")


async def test_a_gateway_answers_questions_and_one_it_cannot_answer_ends_no_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    store, platform, stopping = MemoryStore(), Discord(), asyncio.Event()
    now = 0.0
    ids = iter("abcdefghijkl")
    asking = Asking(store, lambda: now, lambda: next(ids), wait=0.5)
    answering = asyncio.create_task(answer(platform, "discord", store, stopping))  # type: ignore[arg-type]  # says words
    # Those who want to know the same at once share one question.
    said = await asyncio.gather(*(asking.standing(PLAZA, person) for person in ("mo", "mo", "u1", "mo")))
    assert said == ["moderator", "moderator", "member", "moderator"]
    assert sorted(platform.asked) == ["mo", "u1"]
    platform.failing = True
    assert await asking.standing(PLAZA, "mo") is None
    assert "mo" not in caplog.text.replace("moderat", "")
    platform.failing = False
    # It did not answer: it is let alone for a while.
    assert await asking.standing(PLAZA, "mo") is None
    now += SILENCE_SECONDS + 1
    assert await asking.standing(PLAZA, "mo") == "moderator"
    assert await asking.standing(PLAZA, "old") is None
    stopping.set()
    answering.cancel()
    await asyncio.gather(answering, return_exceptions=True)


class WithChannels(Discord):
    """One with channels to choose from."""

    def __init__(self) -> None:
        super().__init__()
        self.there: list[Channel] | None = [Channel("7", "mods"), Channel("8", 'a "name"')]

    async def channels(self, ref: ConversationRef, person: str) -> list[Channel] | None:
        assert person in ("mo", "")
        return self.there if ref.community == PLAZA.community else None


@pytest.mark.parametrize("platform", [Discord(), WithChannels()], ids=["older", "newer"])
async def test_a_platform_is_asked_for_its_channels_and_one_that_knows_none_is_not_taken_for_silent(
    platform: Discord,
) -> None:
    store, stopping = MemoryStore(), asyncio.Event()
    ids = iter("abcdefghijkl")
    asking = Asking(store, lambda: 0.0, lambda: next(ids), wait=5.0)
    answering = asyncio.create_task(answer(platform, "discord", store, stopping))  # type: ignore[arg-type]  # says words
    known = await asking.channels(replace(PLAZA, channel=""), "mo")
    assert known == (platform.there if isinstance(platform, WithChannels) else None)
    assert await asking.channels(replace(PLAZA, community="elsewhere"), "") is None
    assert await asking.standing(PLAZA, "mo") == "moderator"
    assert platform.asked == ["mo"]
    answering.cancel()
    await asyncio.gather(answering, return_exceptions=True)


async def test_an_answer_that_is_about_no_channels_names_none() -> None:
    store = MemoryStore()
    asking = Asking(store, lambda: 0.0, lambda: "q", wait=5.0)
    for said in ("member", "", "7", "[7]", '[["7"]]', "{}x"):
        waiting = asyncio.create_task(asking.channels(PLAZA, "mo"))
        question = await store.asked("discord", 5.0)
        assert question is not None
        await store.tell(question, said)
        assert await waiting is None, said


async def test_without_a_gateway_nobody_waits_for_long() -> None:
    store = MemoryStore()
    asking = Asking(store, lambda: 0.0, lambda: "id", wait=0.01)
    assert await asking.channels(PLAZA, "mo") is None
    # It is silent: nothing is asked again for a while.
    assert await store.asked("discord", 0.0) == Question("id", PLAZA, "mo", "channels")
    assert await asking.channels(PLAZA, "mo") is None
    assert await store.asked("discord", 0.0) is None
    asking = Asking(store, lambda: 0.0, lambda: "id", wait=0.01)
    assert await asking.standing(PLAZA, "mo") is None
    assert await store.asked("discord", 0.0) == Question("id", PLAZA, "mo")
    # Not even asked.
    assert await asking.standing(PLAZA, "mo") is None
    assert await store.asked("discord", 0.0) is None
