"""Comparing a reply's claims while it is still being said: less to do at its end, and the same marks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from bench.claims_end import COMMUNITY, checker_of, rows
from bot.claims.ahead import MOST_CLAIMS, Ahead, Memory
from bot.claims.base import Findings, Limits, Spoken
from bot.claims.checker import ClaimChecker
from bot.claims.given import Given
from guards.base import Document, Line
from guards.stream import boundaries

RULES = Document("rules", "The library was founded in 1987 by Elena Ruiz. It has 12,000 books.")
REPLY = "The library was founded in 1993 by Elena Ruiz. It has 12,000 books. Madrid is the capital of Spain."
LIMITS = Limits(10.0)


@dataclass
class Counted:
    """Evidence that knows what it was asked."""

    own: Given = field(default_factory=lambda: Given([RULES]))
    asked: list[str] = field(default_factory=list)

    async def search(self, texts: Sequence[str], *, community: str, revision: int, locale: str) -> Findings:
        self.asked += texts
        return await self.own.search(texts, community=community, revision=revision, locale=locale)


class Broken:
    async def search(self, texts: Sequence[str], *, community: str, revision: int, locale: str) -> Findings:
        raise RuntimeError(f"secret words: {texts}")


def spoken(text: str) -> Spoken:
    return Spoken(text, "test/plaza", 0, "en")


async def done() -> None:
    """All that runs beside the test has ended."""
    await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}))


async def listened(checker: ClaimChecker, whole: Spoken) -> Ahead:
    """Who has heard a reply sentence by sentence."""
    ahead = Ahead(checker, replace(whole, text=""))
    for end in (*boundaries(whole.text), len(whole.text)):
        ahead.hear(whole.text[:end])
        await done()
    return ahead


async def test_a_reply_that_was_listened_to_has_the_same_marks_as_one_that_was_not() -> None:
    checker, library = await checker_of()
    lines = (Line("member", "Ana", "I have heard that the club meets on Fridays. Is it so?"),)
    for row in rows("second")[::2]:
        passages = await library(row.question, community=COMMUNITY, revision=1_000, locale=row.lang)
        whole = Spoken(row.reply, COMMUNITY, 1_000, row.lang, row.question, lines=lines, passages=passages)
        ahead = await listened(checker, whole)
        fresh = await checker.check(whole, LIMITS)
        again = await checker.check(whole, LIMITS, ahead.memory)
        assert (again.claims, again.error) == (fresh.claims, "")


async def test_what_was_looked_up_while_the_reply_grew_is_not_looked_up_at_its_end() -> None:
    evidence = Counted()
    checker = ClaimChecker(evidence)
    ahead = await listened(checker, spoken(REPLY))
    assert len(evidence.asked) == 3
    marked = await checker.check(spoken(REPLY), LIMITS, ahead.memory)
    assert len(evidence.asked) == 3
    assert [claim.verdict for claim in marked.claims] == ["contradicted", "supported", "unverifiable"]


async def test_what_is_said_while_something_is_compared_is_heard_together_afterwards() -> None:
    evidence = Counted()
    ahead = Ahead(ClaimChecker(evidence), spoken(""))
    first, second, *_ = boundaries(REPLY)
    ahead.hear(REPLY[:first])
    ahead.hear(REPLY[:second])
    await done()
    assert len(ahead.memory.found) == 1
    ahead.hear(REPLY)
    await done()
    assert len(ahead.memory.found) == len(evidence.asked) == 3


async def test_a_line_that_ends_amid_a_sentence_waits_for_its_end() -> None:
    evidence = Counted()
    ahead = Ahead(ClaimChecker(evidence), spoken(""))
    text = "The library was founded\nin 1993 by Elena Ruiz.\n"
    for end in (*boundaries(text), len(text)):
        ahead.hear(text[:end])
        await done()
    assert evidence.asked == ["The library was founded\nin 1993 by Elena Ruiz."]


async def test_a_reply_that_is_begun_again_is_heard_from_its_beginning() -> None:
    ahead = Ahead(ClaimChecker(Counted()), spoken(""))
    ahead.hear(REPLY)
    await done()
    ahead.hear("The library has 90 rooms. ")
    await done()
    assert "The library has 90 rooms." in ahead.memory.found


async def test_a_reply_whose_claims_nobody_wants_is_not_listened_to() -> None:
    ahead = Ahead(ClaimChecker(Broken()))
    ahead.hear(REPLY)
    await ahead.aclose()
    assert not ahead.memory.found


async def test_what_fails_while_the_reply_grows_is_said_by_the_check_of_the_whole(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    checker = ClaimChecker(Broken())
    ahead = await listened(checker, spoken(REPLY))
    assert (await checker.check(spoken(REPLY), LIMITS, ahead.memory)).error == "RuntimeError"
    assert "secret words" not in caplog.text


async def test_only_so_many_claims_of_a_reply_are_remembered() -> None:
    ahead = Ahead(ClaimChecker(Counted()), spoken(""))
    text = ""
    for number in range(MOST_CLAIMS + 5):
        text += f"The library was founded in {1200 + number} by Elena Ruiz. "
        ahead.hear(text)
        await done()
    assert len(ahead.memory.found) == MOST_CLAIMS


async def test_who_is_closed_leaves_nothing_running() -> None:
    ahead = Ahead(ClaimChecker(Counted()), spoken(""))
    ahead.hear(REPLY)
    await ahead.aclose()
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_check_waits_for_one_that_looks_ahead_at_most() -> None:
    checker = ClaimChecker(Given([RULES]))
    looks = [asyncio.create_task(checker.look_ahead(spoken(REPLY), Memory())) for _ in range(9)]
    await asyncio.sleep(0)
    await checker.check(spoken(REPLY), LIMITS)
    assert sum(look.done() for look in looks) <= 2
    await asyncio.gather(*looks)
