"""The training texts that are written for this project."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict

import pytest

from guards.training.data import HARD
from guards.training.written import Row, rows
from guards.training.written.grammar import ATTACKS, families, fill, listed, slots

LANGS = {"en", "es", "pt", "fr", "de", "it", "ca", "gl", "eu", "ru", "zh", "ja", "ar", "hi"}
FEW = {"nl", "pl", "ro", "tr"}
"""Languages with a few families only."""

# What harmless texts about code really hold in braces.
LITERAL = {"text", "prompt", "system", "verbatim"}


@pytest.fixture(scope="module")
def written() -> list[Row]:
    return rows()


def test_same_seed_gives_the_same_rows_and_another_seed_others(written: list[Row]) -> None:
    assert rows() == written
    assert rows(1) != written


def test_labels_are_balanced_in_all_and_in_each_language(written: list[Row]) -> None:
    assert 12_000 <= len(written) <= 60_000
    by_lang = defaultdict(list)
    for row in written:
        by_lang[row["lang"]].append(row["label"])
    for lang, labels in {"": [row["label"] for row in written], **by_lang}.items():
        assert abs(sum(labels) / len(labels) - 0.5) <= (0.2 if lang in FEW else 0.1)


def test_labels_follow_from_kinds(written: list[Row]) -> None:
    assert {row["kind"] for row in written} == {*ATTACKS, "benign", "benign_hard"}
    assert all(row["label"] == int(row["kind"] in ATTACKS) for row in written)


def test_no_text_stands_twice_whatever_its_case(written: list[Row]) -> None:
    texts = Counter(" ".join(row["text"].casefold().split()) for row in written)
    assert [text for text, count in texts.items() if count > 1] == []


def test_every_language_is_there_and_spanish_is_as_large_as_english(written: list[Row]) -> None:
    counts = Counter(row["lang"] for row in written)
    assert set(counts) == LANGS | FEW
    assert 0.9 <= counts["es"] / counts["en"] <= 1.1
    assert min(counts[lang] for lang in LANGS) >= 100
    assert min(counts[lang] for lang in FEW) >= 30


def test_there_are_many_families_and_each_attack_of_the_main_languages_has_a_twin(written: list[Row]) -> None:
    names = {row["family"] for row in written}
    assert len(names) >= 150
    attacks = {row["family"] for row in written if row["label"] and row["kind"] != "list"}
    # The rest: one twin for two families, or the talk about attacks.
    single = {name for name in attacks if f"{name}_twin" not in names}
    assert {name.partition(".")[2] for name in single} <= {"short_attack", "leak_curious", "more"}


def test_nothing_of_the_templates_is_left(written: list[Row]) -> None:
    for row in written:
        words = slots(row["lang"])
        left = {name for name in words if f"{{{name}}}" in row["text"]}
        assert left <= LITERAL, row
        assert "{insert}" not in row["text"]
        assert "{coded}" not in row["text"]
        assert 0 < len(row["text"]) <= 1_500


@pytest.mark.parametrize("lang", ["en", "es"])
def test_slots_are_filled_in_both_labels_and_from_thirty_words_or_more(lang: str) -> None:
    used: dict[int, set[str]] = {0: set(), 1: set()}
    for family in families():
        if family.lang == lang and family.kind != "list":
            text = "\n".join(family.templates)
            used[family.label] |= {name for name in slots(lang) if f"{{{name}}}" in text}
    assert used[1] <= used[0]
    assert all(len(slots(lang)[name]) >= 30 for name in used[1])


@pytest.mark.parametrize("lang", ["en", "es"])
def test_no_subject_name_or_place_tells_the_label(written: list[Row], lang: str) -> None:
    texts: dict[int, list[str]] = {0: [], 1: []}
    for row in written:
        if row["lang"] == lang:
            texts[row["label"]].append(row["text"].casefold())
    share = len(texts[1]) / (len(texts[0]) + len(texts[1]))
    for slot in ("topic", "name", "game", "city", "app", "user", "channel", "task", "role"):
        for word in slots(lang)[slot]:
            if "{" in word:
                continue
            found = [sum(word.casefold() in text for text in texts[label]) for label in (0, 1)]
            # Not further from its expectation than chance among hundreds of words would take it.
            deviation = abs(found[1] - share * sum(found)) / max(
                1.0, (share * (1 - share) * sum(found)) ** 0.5
            )
            if slot in ("topic", "name", "city"):
                assert deviation < 5, (word, found)
            assert sum(found) < 20 or min(found) > 0, (word, found)


def test_a_template_is_filled_choice_by_choice() -> None:
    import random

    chance = random.Random(0)
    got = {fill("[a|b [c|d]] [x] {city}{unknown}", "en", chance).split()[0] for _ in range(40)}
    assert got == {"a", "b"}
    assert fill("[x] {unknown} a[0]", "en", chance) == "[x] {unknown} a[0]"
    assert fill("una copia de {x}de el y insulta", "es", chance).endswith("del e insulta")


def test_lists_are_only_for_programs(written: list[Row]) -> None:
    assert listed("doc_attack", "en")
    assert not any("frame_" in row["family"] for row in written)


def test_the_harmless_lines_are_distinct_and_none_is_an_attack_of_ours(written: list[Row]) -> None:
    lines = [line.casefold() for line in HARD.read_text("utf-8").splitlines() if line]
    assert len(lines) == len(set(lines)) >= 400
    assert not {row["text"].casefold() for row in written if row["label"]} & set(lines)


def test_letters_are_whole_and_composed(written: list[Row]) -> None:
    for row in written:
        assert "\ufffd" not in row["text"]
        assert unicodedata.is_normalized("NFC", row["text"]), row
