"""Marks in a reply: their signs break no Markdown, and the list says what they stand for in little room."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from adapters.base import Annotation
from adapters.marks import MOST_LINES, MOST_MARKS, Marks, marks_on, unmarked
from adapters.text import truncate

KINDS = st.sampled_from(["supported", "contradicted", "unverifiable", "quoted", "flagged"])
CONSTRUCTS = [
    "Guido was born in 1956.", "a plain word", "**Bold claim.**", "*It (is).*", "__strong__", "~~gone~~", "`x = 1`",
    "``a ` b``", "[the docs](https://a.example/x_y_z)", "[**bold** link](<https://a.example>)", "![a picture](p.png)",
    "**[link in bold](https://a.example)**", "https://a.example/x?y=1.", "<https://a.example>", "(1956)**next**",
    "***both***", "snake_case_name", "2 * 3 * 4", "a\\*b", "&amp;", "(see *this*).", "¿Qué?", "🏴󠁧󠁢󠁷󠁬󠁳󠁿 👨‍👩‍👧", "e\u0301",
]  # fmt: skip
PROSE = st.lists(st.sampled_from(CONSTRUCTS), min_size=1, max_size=6).map(" ".join)
BLOCKS = st.one_of(
    PROSE,
    PROSE.map("# {}".format),
    PROSE.map("## {} ##".format),
    PROSE.map("> {}".format),
    PROSE.map("- {}\n- two\n  more".format),
    PROSE.map("1. one\n2. {}\n\n   more".format),
    PROSE.map("| head | b |\n|---|---|\n| {} | c |".format),
    PROSE.map("{}\nnext line\\\nlast".format),
    PROSE.map("{}\n===".format),
    st.sampled_from(
        ["```python\nx = 1\n\ny = 2\n```", "~~~\ncode\n~~~", "> ```\n> code\n> ```", "- ```\n  code\n  ```"]
    ),
    st.sampled_from(
        ["    indented\n\n    code", "---", "[ref]: https://a.example", "text [ref] [other][ref]"]
    ),
)
TEXTS = st.lists(BLOCKS, min_size=1, max_size=5).map("\n\n".join)
WILD = st.lists(
    st.sampled_from([*CONSTRUCTS, "\n", "\n\n", " ", "    ", "> ", "- ", "1. ", "# ", "```\n", "|", "*", "_", "`", "[", "](", ")", "\\", "<", "\r"]),
    max_size=25,
).map("".join) | st.text(max_size=200)  # fmt: skip
SIGN = re.compile("[✓✗⚠❝⚑][⁰¹²³⁴⁵⁶⁷⁸⁹]+")
READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def ending_at(text: str, ends: list[int]) -> Marks:
    return marks_on(text, [Annotation(0, min(end, len(text)), "contradicted", str(end)) for end in ends])


def read(text: str) -> list[tuple[object, ...]]:
    """What a reader makes of Markdown: blocks, emphasis, links, code and words, without signs."""
    return list(_tokens(READER.parse(text)))


def _tokens(tokens: list[Token]) -> Iterator[tuple[object, ...]]:
    skipping = 0
    for number, token in enumerate(tokens):
        if token.type == "paragraph_open" and not unsigned(tokens[number + 1].content).strip():
            skipping = 3  # signs on a line of their own
        if skipping:
            skipping -= 1
        elif token.type == "inline":
            words = ""
            for child in token.children or ():
                if child.type in ("text", "softbreak"):
                    words += child.content or " "
                    continue
                yield from _words(words)
                words = ""
                yield (
                    child.type,
                    child.tag,
                    unsigned(child.content),
                    child.attrGet("href"),
                    child.attrGet("src"),
                )
            yield from _words(words)
        else:
            yield token.type, token.tag, token.content.rstrip(), token.info


def _words(words: str) -> Iterator[tuple[object, ...]]:
    if unsigned(words):
        yield "text", unsigned(words)


def unsigned(words: str) -> str:
    return "".join(SIGN.sub("", words).split())


@settings(max_examples=400, deadline=None)
@given(TEXTS, st.lists(st.integers(1, 300), min_size=1, max_size=4))
def test_signs_change_nothing_in_how_the_rest_is_read(text: str, ends: list[int]) -> None:
    marked = ending_at(text, ends).marked
    assert read(marked) == read(text)
    for token in READER.parse(marked):
        assert token.type not in ("fence", "code_block") or not SIGN.search(token.content)
        for child in token.children or ():
            assert child.type != "code_inline" or not SIGN.search(child.content)
            assert not SIGN.search(f"{child.attrGet('href')} {child.attrGet('src')} {child.attrGet('title')}")


@settings(max_examples=400, deadline=None)
@given(WILD, st.lists(st.integers(1, 300), min_size=1, max_size=4))
def test_without_its_signs_a_text_is_what_it_was(text: str, ends: list[int]) -> None:
    marks = ending_at(text, ends)
    rest, before = marks.marked, 0
    for stop in marks.stops:
        at = stop.place.at
        assert rest[at : at + len(stop.text)] == stop.text
        rest = rest[:at] + rest[at + len(stop.text) :]
        assert at >= before
        before = at
    assert rest == text


@pytest.mark.parametrize(
    ("text", "about", "marked"),
    [
        ("He began in 2020. Then", "He began in 2020.", "He began in 2020.✗¹ Then"),
        ("He began in 2020, then", "in 2020", "He began in 2020✗¹, then"),
        ('It is "that." «No»', "that.", 'It is "that."✗¹ «No»'),
        ("**He began.** Then", "**He began.**", "**He began.✗¹** Then"),
        ("Run `x = 1` now", "x", "Run `x = 1`✗¹ now"),
        ("See [the docs](https://a.example) now", "the", "See [the docs](https://a.example)✗¹ now"),
        ("At https://a.example. Now", "At https://a.example.", "At https://a.example.\u00a0✗¹ Now"),
        ("| a | b |\n|-|-|\n| c | d |", "| c | d |", "| a | b |\n|-|-|\n| c | d✗¹ |"),
        ("- one\n- two", "- one", "- one✗¹\n- two"),
        ("## One ##\ntext", "## One ##", "## One✗¹ ##\ntext"),
        ("```\nx = 1\n```\nSo", "x = 1", "```\nx = 1\n```\n✗¹\n\nSo"),
        ("> ```\n> x = 1", "x", "> ```\n> x = 1\n> ```\n> ✗¹"),
        ("[a]: https://a.example\n[b]: b", "[a]:", "[a]: https://a.example\n✗¹\n\n[b]: b"),
        ("||a spoiler|| b", "||a spoiler||", "||a spoiler✗¹|| b"),
        ("  \n ", "  ", "  \n "),
    ],
)
def test_a_sign_stands_right_behind_the_words_or_the_construct_that_they_are_in(
    text: str, about: str, marked: str
) -> None:
    start = text.index(about)
    assert marks_on(text, [Annotation(start, start + len(about), "contradicted", "No.")]).marked == marked


def test_marks_that_say_the_same_share_a_line_with_their_numbers() -> None:
    text = "One. Two. Three. Four. Five."
    nothing = "No source was found for these."
    marks = marks_on(
        text,
        [
            *(Annotation(text.index(word), text.index(word) + len(word), "unverifiable", nothing) for word in ("Five.", "One.", "Two.", "Three.")),
            Annotation(17, 22, "contradicted", "It is  not.", "PEP 20"),
            Annotation(0, 0, "unverifiable", "Checking took too long."),
        ],
    )  # fmt: skip
    assert marks.marked == "One.⚠¹ Two.⚠² Three.⚠³ Four.✗⁴ Five.⚠⁵"
    assert marks.listed(1000) == [
        "⚠ 1–3, 5: No source was found for these.",
        "✗ 4: It is not. (PEP 20)",
        "⚠ Checking took too long.",
    ]
    assert marks.weightiest == "contradicted"


def test_where_no_sign_can_stand_in_the_text_the_list_repeats_the_words() -> None:
    marks = marks_on("One. Two.", [Annotation(0, 4, "flagged", "Odd.", "a guard")])
    assert marks.listed(1000, words=True) == ["⚑ “One.”: Odd. (a guard)"]


def test_several_signs_at_one_place_stand_side_by_side_and_the_same_mark_once() -> None:
    twice = [Annotation(0, 4, "supported", "Yes."), Annotation(0, 4, "flagged", "Odd.")] * 2
    assert marks_on("One. Two.", twice).marked == "One.⚑¹✓² Two."


def test_a_text_without_marks_stays_as_it_is_and_has_no_list() -> None:
    assert marks_on("One.", []) == Marks("One.")
    assert Marks("One.").listed(100) == []


def test_of_too_many_the_weightiest_are_shown_and_the_others_counted() -> None:
    text = "a " * 200
    many = [Annotation(2 * at, 2 * at + 1, "supported", f"note {at}") for at in range(100)]
    worst = Annotation(390, 391, "contradicted", "No.")
    marks = marks_on(text, [*many, worst])
    assert marks.groups[-1][0].annotation == worst
    assert len(marks.groups) == MOST_LINES
    assert marks.listed(5000)[-1] == f"… +{101 - MOST_LINES}"
    same = [Annotation(2 * at, 2 * at + 1, "unverifiable", "Nothing.") for at in range(100)]
    assert marks_on(text, same).listed(5000) == [f"⚠ 1–{MOST_MARKS}: Nothing.", f"… +{100 - MOST_MARKS}"]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 30), KINDS, st.text(max_size=400), st.text(max_size=200)), max_size=30),
    st.integers(0, 5000),
)
def test_the_list_fits_into_its_room_and_each_line_is_one(
    given_marks: list[tuple[int, str, str, str]], room: int
) -> None:
    annotations = [Annotation(0, end, kind, note, source) for end, kind, note, source in given_marks]  # type: ignore[arg-type]
    lines = marks_on("words and words and words and words", annotations).listed(room, truncate)
    assert len("\n".join(lines)) <= room
    assert not any("\n" in line or "\r" in line for line in lines)


@pytest.mark.parametrize(
    "text", ["a " * 20_000, "**a** " * 10_000, "```\n" * 5000, "[" * 20_000, "> " * 10_000]
)
def test_marks_on_a_long_text_are_placed_in_no_time(text: str) -> None:
    every = len(text) // 60
    marks = marks_on(text, [Annotation(0, at * every, "flagged", "Odd.") for at in range(1, 60)])
    assert unmarked(marks.marked).startswith(text[:100])
