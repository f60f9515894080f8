"""Files of every kind become passages; hostile ones an error, soon and with little memory."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.attached import MOST_GIVEN
from bot.knowledge import formats
from bot.knowledge.formats import Unreadable, passages_in
from bot.knowledge.passages import PASSAGE_LENGTH, Passage
from bot.knowledge.reading import REASONS, CannotRead, Reading, name_of
from tests.pdf import bomb, pdf


def told(passages: Iterable[Passage]) -> list[tuple[str, str]]:
    return [(passage.title, passage.text) for passage in passages]


def reason(data: bytes, name: str) -> str:
    with pytest.raises(Unreadable) as refused:
        passages_in(data, name)
    assert str(refused.value) in REASONS
    return str(refused.value)


# Markdown and text


def test_headings_that_are_underlined_count_too() -> None:
    text = "Rules\n=====\n\nBe kind.\n\nPosting\n-------\n\nOnce a day."
    assert told(passages_in(text.encode(), "r.md")) == [
        ("Rules", "Be kind."),
        ("Rules › Posting", "Once a day."),
    ]


def test_a_document_without_a_title_is_called_by_its_name() -> None:
    assert told(passages_in(b"## Posting\n\nOnce a day.", "r.md")) == [("r.md › Posting", "Once a day.")]


def test_front_matter_is_no_heading_and_is_not_lost() -> None:
    found = passages_in(b"---\ntitle: x\nauthor: y\n---\n\n# Rules\n\nBe kind.", "r.md")
    assert told(found) == [("r.md", "---\ntitle: x\nauthor: y\n---"), ("Rules", "Be kind.")]


def test_signs_in_a_plain_text_are_no_markup() -> None:
    assert told(passages_in(b"# no heading\n- no list\n\nBe kind.", "r.txt")) == [
        ("r.txt", "# no heading\n- no list\n\nBe kind.")
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_the_encodings_that_people_use_are_read(encoding: str) -> None:
    (passage,) = passages_in("¿Dónde está el año, señor?".encode(encoding), "r.md")
    assert (passage.text, passage.language) == ("¿Dónde está el año, señor?", "es")


WORD = st.text(st.characters(categories=("Lu", "Ll", "Nd")), min_size=1, max_size=12)
LINE = st.lists(WORD, min_size=1, max_size=30).map(" ".join)
TEXT = st.lists(st.one_of(LINE, LINE.map("# {}".format), LINE.map("- {}".format), st.just("")), max_size=60)


@given(TEXT, st.sampled_from(["a.md", "a.txt"]))
def test_the_passages_together_hold_every_word_in_order(lines: list[str], name: str) -> None:
    text = "\n".join(lines)
    try:
        passages = passages_in(text.encode(), name)
    except Unreadable:
        assert not text.split()
        return
    words: list[str] = []
    path: list[str] = []
    for passage in passages:
        # A title is said again for each passage under it; what is new of it comes before the passage.
        above = passage.title.split(" › ")
        new = [part for place, part in enumerate(above) if path[place : place + 1] != [part]]
        path = above
        body = [] if new and passage.text == above[-1] else passage.text.split()
        words += [word for part in new if part != name for word in part.split()] + body
    written = [word for word in text.split() if word != "#"] if name == "a.md" else text.split()
    assert is_part(written, words)


def is_part(wanted: list[str], words: list[str]) -> bool:
    """Whether `wanted` stands in `words`, in this order."""
    rest = iter(words)
    return all(word in rest for word in wanted)


# HTML

PAGE = """<!doctype html><html><head><title>Guide</title><style>p {color: red}</style></head><body>
<nav>Home</nav><script>alert("x < 1")</script><h2>Rules</h2><p>Be <b>kind</b>.<br>Always &amp; everywhere.
<ul><li>One<li>Two</ul><table><tr><th>Day<td>Hours</tr><tr><td>Monday<td>9</tr></table>
<pre>x = 1
  y</pre><h3>Posting</h3><div>Once<div>a day</div></div></body></html>"""


def test_a_page_is_read_by_its_structure() -> None:
    assert told(passages_in(PAGE.encode(), "g.html")) == [
        (
            "Guide › Rules",
            "Be kind.\nAlways & everywhere.\n\n- One\n\n- Two\n\nDay | Hours\n\nMonday | 9\n\nx = 1\n  y",
        ),
        ("Guide › Rules › Posting", "Once\n\na day"),
    ]


def test_a_page_is_known_by_what_it_says_too() -> None:
    assert told(passages_in(b"<!DOCTYPE html><h1>A</h1><p>b", "page")) == [("A", "b")]


# JSON lines


def test_rows_under_one_title_belong_together_each_language_by_itself() -> None:
    rows = [
        {"title": "FAQ", "section": "Start", "text_en": "One.", "text_es": "Uno."},
        {"title": "FAQ", "section": "Start", "text_en": "Two.", "text_es": None},
        {"text": "The house is old."},
    ]
    found = passages_in("\n".join(map(json.dumps, rows)).encode(), "f.jsonl")
    assert [(passage.title, passage.text, passage.language) for passage in found] == [
        ("FAQ › Start", "One.\n\nTwo.", "en"),
        ("f.jsonl", "The house is old.", "en"),
        ("FAQ › Start", "Uno.", "es"),
    ]


@pytest.mark.parametrize("data", [b"[1]", b'{"a"', b"[" * 1_000_000, b'"x"', b"{}\nnot json"])
def test_rows_that_are_none_are_refused(data: bytes) -> None:
    assert reason(data, "x.jsonl") == "rows"


def test_halves_of_characters_are_replaced() -> None:
    (passage,) = passages_in(b'{"title": "a\\ud800", "text": "b\\udfff\\u0000c"}', "x.jsonl")
    assert (passage.title, passage.text) == ("a\ufffd", "b\ufffd c")


# PDF


def test_the_pages_of_a_pdf_are_cited_below_its_table_of_contents() -> None:
    data = pdf(
        [
            ["The library opens at nine.", "It is closed for the exam-", "ples of May."],
            ["La sala está aquí."],
        ],
        outline=[("Opening hours", 0, -1), ("La sala", 1, 0)],
    )
    assert told(passages_in(data, "l.pdf")) == [
        ("Opening hours › p. 1", "The library opens at nine.\nIt is closed for the examples of May."),
        ("Opening hours › La sala › p. 2", "La sala está aquí."),
    ]


def test_a_pdf_is_known_by_its_first_bytes() -> None:
    assert told(passages_in(pdf([["Hello."]]), "x.txt")) == [("x.txt › p. 1", "Hello.")]


def test_what_is_no_text_or_has_none_is_refused() -> None:
    assert reason(random.Random(1).randbytes(20_000), "a.bin") == "binary"
    assert reason(b"\0" * 100, "a.md") == "binary"
    assert reason(b" \n\t", "a.md") == "empty"
    assert reason(b"<p> <p>", "a.html") == "empty"
    assert reason(pdf([[], []]), "scan.pdf") == "empty"
    assert reason(pdf([["x"]], password="secret"), "l.pdf") == "locked"


def test_too_much_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "MOST_PASSAGES", 3)
    assert len(passages_in(b"word " * (3 * PASSAGE_LENGTH // 5), "a.md")) == 3
    assert reason(b"word " * PASSAGE_LENGTH, "a.md") == "long"
    monkeypatch.setattr(formats, "MOST_CHARACTERS", 100)
    assert reason(b"word " * 21, "a.md") == "long"


# In a process of its own


async def refusal(data: bytes, name: str, *, seconds: float = 20.0) -> str:
    with pytest.raises(CannotRead) as refused:
        await Reading(seconds=seconds).read(data, name)
    assert str(refused.value) in REASONS
    return str(refused.value)


async def test_a_file_is_read_in_another_process_that_has_none_of_our_secrets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SERENO_DISCORD__TOKEN", "secret")
    seen: dict[str, str] = {}
    start = asyncio.create_subprocess_exec

    async def started(*command: str, **options: object) -> asyncio.subprocess.Process:
        seen.update(options["env"])  # type: ignore[call-overload]  # a mapping
        return await start(*command, **options)  # type: ignore[arg-type]  # handed on as they are

    monkeypatch.setattr(asyncio, "create_subprocess_exec", started)
    (passage,) = await Reading().read("# Reglas\n\nSé amable.".encode(), "r ñ.md")
    assert passage == Passage("r ñ.md", "Reglas", "Sé amable.", "es")
    assert set(seen) == {"PYTHONPATH", "PYTHONUTF8"}


async def test_too_big_a_file_is_not_even_looked_at() -> None:
    assert await refusal(b"x" * (MOST_GIVEN + 1), "a.md") == "big"


async def test_a_damaged_file_is_refused() -> None:
    whole = pdf([["The library opens at nine."]] * 5)
    assert await refusal(whole[:700], "cut.pdf") == "damaged"


async def test_what_inflates_to_many_times_its_size_is_refused() -> None:
    data = bomb(100)
    assert len(data) < 200_000
    assert await refusal(data, "bomb.pdf") == "heavy"


async def test_what_takes_too_long_is_stopped() -> None:
    begin = time.monotonic()
    # Each begins a comment that never ends, which the parser looks for again and again.
    assert await refusal(b"<!--" * 1_000_000, "a.html", seconds=1.0) == "late"
    assert time.monotonic() - begin < 15


async def test_a_page_nested_thirty_thousand_deep_is_read() -> None:
    (passage,) = await Reading().read(b"<div>" * 30_000 + b"deep", "a.html")
    assert passage.text == "deep"


async def test_a_process_that_is_ended_from_outside_is_an_answer_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.knowledge.reading.MODULE", "json.nothing_there")
    assert await refusal(b"x", "a.md") == "heavy"


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("/tmp/x/rules.md", "rules.md"), ("C:\\docs\\rules.md", "rules.md"), ("a\nb\tc\0", "a b c"), ("", ""), ("../..", ".."),
        ("x" * 500, "x" * 100), ("\ud800", "\ufffd"),
    ],
)  # fmt: skip
def test_names_are_without_folders_and_short(given_name: str, name: str) -> None:
    assert name_of(given_name) == name


@pytest.mark.parametrize("name", ["a.md", "a.html", "a.jsonl", "a.txt"])
@pytest.mark.parametrize("size", [10, 1000])
def test_random_bytes_are_no_text(name: str, size: int) -> None:
    assert reason(random.Random(size).randbytes(size), name) in ("binary", "rows")
