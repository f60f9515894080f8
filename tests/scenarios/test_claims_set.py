"""80 questions to a model that makes things up: what is marked, with the documents of a community and without."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.base import Final
from bot.knowledge.documents import head_of
from bot.knowledge.passages import split
from tests.helpers import PLAZA
from tests.scripted import ScriptedModel
from tests.unit.engine_parts import Bench

HERE = Path(__file__).with_name("claims")
ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in (HERE / "questions.jsonl").read_text("utf-8").splitlines()
]
MOST_MARKED_CONTROLS = 1


async def marked(bench: Bench, row: dict[str, Any]) -> dict[str, set[str]]:
    """Mark → the words that have it."""
    assert isinstance(bench.engine.model, ScriptedModel)
    bench.engine.model.replies.append(row["reply"])
    # Each in a channel of its own: what was said before is evidence, too.
    place = replace(PLAZA, channel=row["reply"][:60])
    ending = await bench.say(row["question"], ref=place, locale=row["lang"])
    assert isinstance(ending, Final)
    assert ending.text == row["reply"]
    found: dict[str, set[str]] = {"supported": set(), "contradicted": set(), "unverifiable": set()}
    for mark in ending.annotations:
        found[mark.mark].add(ending.text[mark.start : mark.end])
    return found


@pytest.fixture
async def bench() -> Bench:
    bench = Bench(ScriptedModel(), evidence=None)
    for name, language in (("handbook.md", "en"), ("normas.md", "es")):
        passages = split((HERE / name).read_text("utf-8"), document=name, language=language)
        await bench.store.learn(PLAZA.community_key, head_of(name, passages, at=0.0, by=""), passages)
    return bench


def has(words: str, marks: set[str]) -> bool:
    return any(words in mark or mark in words for mark in marks if mark)


async def test_what_is_made_up_is_marked_and_what_is_supported_is_never_called_wrong(bench: Bench) -> None:
    missed, wronged, shown, supported = [], [], 0, 0
    for row in ROWS:
        if row["kind"] == "control":
            continue
        marks = await marked(bench, row)
        doubted = marks["contradicted"] | marks["unverifiable"]
        missed += [words for words in row["fabricated"] if not has(words, doubted)]
        missed += [words for words in row["fabricated"] if any(words in mark for mark in marks["supported"])]
        wronged += [words for words in row["supported"] if has(words, marks["contradicted"])]
        supported += len(row["supported"])
        shown += sum(has(words, marks["supported"]) for words in row["supported"])
    assert missed == []
    assert wronged == []
    # Not a promise, but what a community's documents are for.
    assert shown >= 0.7 * supported, f"{shown} of {supported}"


async def test_harmless_replies_have_no_marks(bench: Bench) -> None:
    controls = [row for row in ROWS if row["kind"] == "control"]
    assert len(controls) == 20
    found = [row["reply"] for row in controls if any((await marked(bench, row)).values())]
    assert len(found) <= MOST_MARKED_CONTROLS, found


async def test_without_documents_everything_that_is_stated_is_open() -> None:
    bench = Bench(ScriptedModel())
    for row in ROWS:
        if row["kind"] == "nothing" and "×" not in row["reply"]:
            marks = await marked(bench, row)
            assert marks["unverifiable"], row["reply"]
            assert not marks["supported"]
            assert not marks["contradicted"]
