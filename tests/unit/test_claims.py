"""Checking claims within a deadline, and how the outcome looks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import pytest

from adapters.base import Annotation
from bot.claims.base import Asked, Findings, Judged, Limits, Marked, Opinion, Spoken
from bot.claims.checker import ClaimChecker
from bot.claims.given import Given
from bot.claims.showing import annotated, findings, line_of, softened, why
from bot.conversation import ClaimCounts
from bot.knowledge.library import Library
from bot.models.base import Prompt
from bot.store.memory import MemoryStore
from guards.base import Document
from guards.claims.claim import Claim
from guards.claims.verify import Floats

RULES = Document("rules", "The library was founded in 1987 by Elena Ruiz. It has 12,000 books.")
WRONG = "The library was founded in 1993 by Elena Ruiz."
OPEN = "Madrid is the capital of Spain."


def spoken(text: str, **rest: object) -> Spoken:
    return replace(Spoken(text, "test/plaza", 0, "en"), **rest)  # type: ignore[arg-type]  # its own fields


class Never:
    """Evidence that never comes."""

    async def search(self, texts: Sequence[str], *, community: str, revision: int, locale: str) -> Findings:
        await asyncio.get_running_loop().create_future()
        raise AssertionError


class Broken:
    async def search(self, texts: Sequence[str], *, community: str, revision: int, locale: str) -> Findings:
        raise RuntimeError(f"secret words: {texts}")


@dataclass
class Says:
    """An opinion that calls everything the same."""

    name: str
    verdict: Literal["contradicted", "unverifiable"] = "unverifiable"
    tokens: int = 0
    asked: list[Asked] = field(default_factory=list)

    async def judge(self, claims: Sequence[Claim], asked: Asked) -> Judged:
        self.asked.append(asked)
        return Judged([replace(claim, verdict=self.verdict) for claim in claims], self.tokens)


class Unsure:
    """Who reads passages again, and makes nothing of them."""

    supports = contradicts = 0.5

    def corrected(
        self, claim: str, passages: Sequence[str], logits: Floats, chances: Floats
    ) -> Mapping[int, Floats]:
        return {at: np.array([0.0, 0.0, 1.0], np.float32) for at, _ in enumerate(passages)}


class Slow:
    name = "probabilities"

    async def judge(self, claims: Sequence[Claim], asked: Asked) -> Judged:
        await asyncio.get_running_loop().create_future()
        raise AssertionError


async def check(
    text: str,
    *documents: Document,
    opinions: Sequence[Opinion] = (),
    limits: Limits | None = None,
    **rest: object,
) -> Marked:
    checker = ClaimChecker(Given(documents), opinions)
    return await checker.check(spoken(text, **rest), limits or Limits(30.0))


async def test_claims_are_compared_with_what_is_known() -> None:
    marked = await check(f"{WRONG} {OPEN}", RULES)
    assert [claim.verdict for claim in marked.claims] == ["contradicted", "unverifiable"]
    assert (marked.error, marked.tokens) == ("", 0)
    assert marked.ms > 0


async def test_where_there_is_a_second_reader_what_it_makes_of_the_passages_counts() -> None:
    marked = await ClaimChecker(Given([RULES]), second=Unsure()).check(spoken(WRONG), Limits(30.0))
    assert [claim.verdict for claim in marked.claims] == ["unverifiable"]


async def test_of_many_documents_those_that_bear_on_a_claim_are_compared() -> None:
    others = [
        Document(f"d{number}", f"Room {number} has {number} windows and a door.") for number in range(50)
    ]
    (claim,) = (await check(WRONG, *others, RULES)).claims
    assert (claim.verdict, claim.source) == ("contradicted", "rules")


async def test_what_is_late_is_said_and_what_was_found_by_then_counts() -> None:
    # Once before, so that the weights are read.
    assert (await check(OPEN)).error == ""
    checker = ClaimChecker(Never())
    marked = await checker.check(spoken(f"2 + 2 = 5. {OPEN}"), Limits(1.0))
    assert marked.error == "late"
    assert [claim.kind for claim in marked.claims] == ["arithmetic", "passage"]
    late = annotated("2 + 2 = 5.", marked, "en")[-1]
    assert "Checking took too long" in late.note
    assert late.start == late.end


async def test_an_opinion_that_is_late_leaves_what_is_known() -> None:
    prompt = Prompt(())
    marked = await check(f"{WRONG} {OPEN}", RULES, opinions=[Slow()], limits=Limits(1.0), prompt=prompt)
    assert marked.error == "late"
    assert [claim.verdict for claim in marked.claims] == ["contradicted", "unverifiable"]


async def test_a_check_that_fails_is_said_and_tells_no_words(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    marked = await ClaimChecker(Broken()).check(spoken(OPEN), Limits(30.0))
    assert marked.error == "RuntimeError"
    assert "could not be checked" in annotated(OPEN, marked, "en")[-1].note
    assert "Madrid" not in caplog.text
    assert "secret" not in caplog.text


async def test_opinions_get_what_is_open_a_budget_and_only_where_they_are_allowed() -> None:
    free, samples, judge = Says("probabilities"), Says("samples", tokens=40), Says("judge", "contradicted")
    prompt = Prompt(())
    limits = Limits(30.0, share=0.6, samples=3)
    marked = await check(
        f"{WRONG} {OPEN}", RULES, opinions=[free, samples, judge], limits=limits, prompt=prompt, tokens=100
    )
    assert [asked.tokens for asked in (*free.asked, *samples.asked)] == [60, 60]
    assert judge.asked == []
    assert marked.tokens == 40
    limits = replace(limits, judge=True)
    marked = await check(OPEN, RULES, opinions=[samples, judge], limits=limits, prompt=prompt, tokens=100)
    assert judge.asked[0].tokens == 20
    assert [claim.verdict for claim in marked.claims] == ["contradicted"]


async def test_nobody_is_asked_about_what_no_model_said() -> None:
    judge = Says("judge", "contradicted")
    await check(OPEN, opinions=[judge], limits=Limits(30.0, 1.0, judge=True), tokens=100)
    assert judge.asked == []


async def test_a_text_without_claims_has_no_marks() -> None:
    marked = await check("Hello! How are you?", RULES)
    assert marked.claims == ()
    assert annotated("Hello! How are you?", marked, "en") == ()
    assert why(ClaimCounts(), "en") == []


async def test_marks_are_in_the_readers_language_with_their_sources() -> None:
    marked = await check(WRONG, RULES)
    (english,) = annotated(WRONG, marked, "en")
    assert english == Annotation(
        0,
        len(WRONG),
        "contradicted",
        "The source says: “The library was founded in 1987 by Elena Ruiz.”",
        "rules",
    )
    (spanish,) = annotated(WRONG, marked, "es")
    assert spanish.note.startswith("La fuente dice: ")


async def test_a_quotation_with_its_source_below_has_no_mark_but_counts() -> None:
    text = "> The library was founded in 1987 by Elena Ruiz.\n— rules"
    marked = await check(text, RULES)
    assert marked.count("supported") == 1
    assert annotated(text, marked, "en") == ()


async def test_a_softened_text_has_what_the_source_says_in_place_of_the_sentence() -> None:
    text = f"Hello! {WRONG} {OPEN} 2 + 2 = 5."
    soft, marked = softened(text, await check(text, RULES), "en")
    assert "1993" not in soft
    assert soft.startswith(
        "Hello! [Corrected, after rules: The library was founded in 1987 by Elena Ruiz.] Madrid"
    )
    assert soft.endswith("[Corrected: 4]")
    kinds = [(claim.verdict, soft[claim.start : claim.end]) for claim in marked.claims]
    assert ("unverifiable", OPEN) in kinds
    assert ("contradicted", "[Corrected: 4]") in kinds
    untouched = f"Hello! {OPEN}"
    assert softened(untouched, await check(untouched, RULES), "en")[0] == untouched


async def test_the_log_gets_what_is_contradicted_and_the_line_counts_without_words() -> None:
    marked = await check(f"{WRONG} {OPEN}", RULES)
    (finding,) = findings(marked)
    assert (finding.guard, finding.code, finding.start, finding.end) == (
        "claims",
        "contradicted",
        0,
        len(WRONG),
    )
    line = line_of(marked)
    assert line["claims"] == {"supported": 0, "contradicted": 1, "unverifiable": 1}
    assert "Madrid" not in str(line)


def test_why_tells_counts_and_what_checking_cost() -> None:
    lines = why(ClaimCounts(2, 1, 3, tokens=30, reply_tokens=100, error="late"), "en")
    assert lines == [
        "Claims in it: 2 supported, 1 contradicted, 3 that nothing settles.",
        "Checking them cost 30 more tokens of the model, 30 percent of the reply's own 100.",
        "Checking its claims took too long.",
    ]


async def test_the_library_finds_passages_for_each_claim_and_whole_documents() -> None:
    library = Library(MemoryStore())
    found = await library.search(
        ["Simple is better than complex", "nothing that anybody wrote: xyzzy"],
        community="test/plaza",
        revision=0,
        locale="en",
    )
    assert found.passages[0][0].title == "PEP 20 – The Zen of Python"
    assert found.passages[1] == ()
    zen = next(document for document in found.documents if document.title == "PEP 20 – The Zen of Python")
    assert zen.text.startswith("Beautiful is better than ugly.")
