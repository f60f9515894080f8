"""What adapters do to text, for any text."""

from __future__ import annotations

import re
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.text import clean, nearest, neutralise, printable, truncate

# Any code point, lone surrogates too, with the awkward ones often.
AWKWARD = list("\0\x07\x08\x1b\r\n\t\x7f\x9b\u0301\u200d\ufe0f\u202e\u2066\ud800\udfff👩🇪🇸👍\U0001f3fd @<!&")
anything = st.text(st.one_of(st.sampled_from(AWKWARD), st.characters(codec=None)), max_size=60)
mentions = st.lists(
    st.sampled_from(
        ["@", "<", "!", "&", "everyone", "HERE", "channel", "subteam^", "123", ">", " ", "\u200b"]
    ),
    max_size=12,
).map("".join)

ZERO_WIDTH_SPACE = "\u200b"
FAMILY = "👩\u200d👩\u200d👧"
FLAG = "🇪🇸"
THUMB = "👍\U0001f3fd"
HEART = "❤\ufe0f"
ACCENTED = "e\u0301"
SYLLABLE = "क\u094dष"
JAMO = "\u1112\u1161\u11ab"


@pytest.mark.parametrize(
    "mention",
    [
        "@everyone", "@here", "@Everyone", "<@123456789012345678>", "<@!1234>", "<@&1234>",
        "<!channel>", "<!here|here>", "<!everyone>", "<!subteam^S123|@team>", "<@U012AB3CD>", "@channel",
    ],
)  # fmt: skip
def test_a_neutralised_mention_is_none_any_more_and_reads_the_same(mention: str) -> None:
    text = neutralise(f"hi {mention}, hello")
    assert mention not in text
    assert text.replace(ZERO_WIDTH_SPACE, "") == f"hi {mention}, hello"


@given(mentions)
def test_neutralise_leaves_no_platform_anything_to_ping(text: str) -> None:
    safe = neutralise(text)
    assert not re.search(r"@(everyone|here|channel)", safe, re.IGNORECASE)
    assert not re.search(r"<@[!&]?\w|<!(everyone|here|channel|group|subteam)", safe, re.IGNORECASE)


@given(st.one_of(anything, mentions))
def test_neutralise_twice_is_neutralise_once(text: str) -> None:
    assert neutralise(neutralise(text)) == neutralise(text)


@pytest.mark.parametrize(
    "text", ["mail me: a@b.org", "<!DOCTYPE html>", "@dataclass", "if a <b: @c", "<#C123>"]
)
def test_neutralise_leaves_what_calls_nobody(text: str) -> None:
    assert neutralise(text) == text


def test_printable_takes_the_power_from_escape_codes() -> None:
    hostile = "a\x1b[2Jb\x9b31mc\x07d\x08e\rf\0g\u202eh\u2066i\x1b]0;title\x07j\x7fk"
    assert printable(hostile) == "a[2Jb31mcdefghi]0;titlejk"
    assert printable("one\ttwo\nthree — ñ 👩\u200d👧") == "one\ttwo\nthree — ñ 👩\u200d👧"


@given(anything)
def test_printable_holds_nothing_that_steers_a_terminal_and_can_be_encoded(text: str) -> None:
    shown = printable(text)
    assert [char for char in shown if unicodedata.category(char) == "Cc" and char not in "\n\t"] == []
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    shown.encode("utf-8")


@given(anything, anything)
def test_a_text_may_be_printed_in_parts(one: str, two: str) -> None:
    assert printable(one) + printable(two) == printable(one + two)


@given(anything)
def test_clean_changes_lone_surrogates_and_nul_only(text: str) -> None:
    expected = "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text if char != "\0")
    assert clean(text) == expected
    assert clean(text).encode("utf-8").decode("utf-8") == clean(text)


def test_truncate_cuts_at_a_word_and_says_so() -> None:
    assert truncate("The quick brown fox", 12) == "The quick…"
    assert truncate("The quick brown fox", 10) == "The quick…"
    assert truncate("The quick brown fox", 19) == "The quick brown fox"
    assert truncate("Supercalifragilistic word", 10) == "Supercali…"
    assert truncate("A Supercalifragilistic", 10) == "A Superca…"


@pytest.mark.parametrize(
    "cluster", [FAMILY, FLAG, THUMB, HEART, ACCENTED, SYLLABLE, JAMO, "1\ufe0f\u20e3", "\r\n"]
)
def test_truncate_never_cuts_inside_what_reads_as_one_character(cluster: str) -> None:
    text = f"ab{cluster}{cluster}cd"
    whole = ["", "a", "ab", f"ab{cluster}", f"ab{cluster * 2}", f"ab{cluster * 2}c"]
    for limit in range(1, len(text)):
        cut = truncate(text, limit)
        assert cut.removesuffix("…") in [part.rstrip() for part in whole]
        assert cut.endswith("…")


def test_truncate_keeps_each_flag_whole_in_a_row_of_flags() -> None:
    assert [truncate(FLAG * 3, limit) for limit in (3, 4, 5)] == [FLAG + "…", FLAG + "…", FLAG * 2 + "…"]


@given(anything, st.integers(-1, 70))
def test_truncate_fits_and_keeps_the_beginning(text: str, limit: int) -> None:
    cut = truncate(text, limit)
    assert len(cut) <= max(limit, 0)
    if len(text) <= limit:
        assert cut == text
    elif limit > 0:
        assert cut.endswith("…")
        assert text.startswith(cut[:-1])


@given(st.lists(st.text("abc", min_size=1, max_size=5), min_size=1), st.integers(14, 70))
def test_truncate_keeps_whole_words_where_words_are_short(words: list[str], limit: int) -> None:
    cut = truncate(" ".join(words), limit).removesuffix("…")
    assert cut.split(" ") == words[: len(cut.split(" "))]
    assert len(cut) >= min(limit - 7, len(" ".join(words)))


@pytest.mark.parametrize(
    "long",
    ["e" + "\u0301" * 100_000, "🇪" * 100_000, "<@" * 50_000, "👩\u200d" * 50_000, "\ud800" * 100_000, "क\u094d" * 50_000],
    ids=["marks", "flags", "mentions", "joiners", "surrogates", "viramas"],
)  # fmt: skip
def test_long_hostile_text_takes_no_time(long: str) -> None:
    begun = time.process_time()
    (
        neutralise(long),
        printable(long),
        clean(long),
        truncate(long, 2000),
        truncate(long, 90_000),
        nearest(long, ["a"]),
    )
    assert time.process_time() - begun < 2.0


def test_nearest_finds_what_a_typo_meant_and_nothing_else() -> None:
    names = ["chat", "complete", "translate", "summarize", "reset", "help"]
    assert nearest("traslate", names) == "translate"
    assert nearest("SUMMARISE", names) == "summarize"
    assert nearest("xyzzy", names) is None
    assert nearest("", names) is None
    assert nearest("chat", []) is None
