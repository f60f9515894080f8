"""What every store must do for the console: search the guard log, count what turns take, carry questions."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from adapters.asking import Question
from bot.store.base import Commit, Store
from bot.tally import DAYS, HOUR, Tally
from tests.contract.test_cases import ELSEWHERE, case, commit
from tests.helpers import PLAZA

HERE = PLAZA.community_key
NOW = 1_800_000_000.0


async def test_cases_are_found_by_the_words_in_their_record_some_at_a_time(store: Store) -> None:
    for number in range(7):
        words = "A RARE word, \u00dcber" if number == 1 else "common"
        await commit(store, Commit(cases=(replace(case(f"t{number}"), excerpt=words),)))
    await commit(store, Commit(cases=(replace(case("x", ref=ELSEWHERE), excerpt="rare"),)), ELSEWHERE)
    found, last = await store.having(HERE, [], ["rare", "word"], "", 4, 10)
    assert (found, bool(last)) == ([], True)
    found, last = await store.having(HERE, [], ["rare", "word"], last, 4, 10)
    assert ([each.turn for each in found], last) == (["t1"], "")
    assert found[0].number == 2
    assert found[0].id
    found, last = await store.having(HERE, [], ["common"], "", 7, 2)
    assert [each.turn for each in found] == ["t6", "t5"]
    found, last = await store.having(HERE, [], ["common"], last, 7, 2)
    assert [each.turn for each in found] == ["t4", "t3"]
    # What is not of ASCII has no lower case there, and a pattern is only words.
    assert await store.having(HERE, [], ["\u00fcber"], "", 7, 2) == (
        [],
        (await store.older(HERE, "", 7))[-1].id,
    )
    assert [each.turn for each in (await store.having(HERE, ["RARE"], ["word"], "", 9, 2))[0]] == ["t1"]
    assert (await store.having(HERE, ["rare"], [], "", 9, 2)) == ([], "")
    assert (await store.having(HERE, [], [".*"], "", 100, 2)) == ([], "")
    assert [each.turn for each in (await store.having(HERE, [], [], "", 100, 2))[0]] == ["t6", "t5"]


async def test_what_turns_take_adds_up_by_the_hour_and_of_other_communities_nothing_is_told(
    store: Store,
) -> None:
    for at in (NOW, NOW + 1, NOW - 3 * 24 * HOUR):
        await commit(store, Commit(tally=Tally(at, {"turns": 1, "prompt a model": 20})))
    await commit(store, Commit(tally=Tally(NOW - (DAYS + 1) * 24 * HOUR, {"turns": 1})))
    await commit(store, Commit(tally=Tally(NOW, {"turns": 5})), ELSEWHERE)
    await commit(store, Commit())
    assert await store.tallies(HERE, NOW) == {
        int(NOW // HOUR): {"turns": 2, "prompt a model": 40},
        int(NOW // HOUR) - 72: {"turns": 1, "prompt a model": 20},
    }
    assert await store.tallies(ELSEWHERE.community_key, NOW) == {int(NOW // HOUR): {"turns": 5}}


async def test_a_question_reaches_one_gateway_of_its_platform_and_its_answer_who_asked(store: Store) -> None:
    asked = Question("q1", replace(PLAZA, channel="a/b"), "u1")
    waiting = asyncio.create_task(store.asked(PLAZA.platform, 5.0))
    asking = asyncio.create_task(store.ask(asked, 5.0))
    assert await waiting == asked
    assert await store.asked(PLAZA.platform, 0.02) is None
    assert await store.asked("elsewhere", 0.02) is None
    await store.tell(replace(asked, id="another"), "no")
    await store.tell(asked, "moderator")
    assert await asking == "moderator"
    about = replace(asked, id="q3", about="channels")
    assert await store.ask(about, 0.02) is None
    assert await store.asked(PLAZA.platform, 5.0) == about
    assert await store.ask(replace(asked, id="q2"), 0.02) is None
