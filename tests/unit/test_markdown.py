"""Splitting Markdown: whatever the text, the parts together say what it says."""

from __future__ import annotations

import re
import time
from itertools import accumulate
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from adapters.markdown import Part, split
from adapters.text import cut_before

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])

# ---- real Markdown

FAMILY = "👩\u200d👩\u200d👧"
WORDS = [
    "the", "night", "watchman", "keeps", "keys", "and", "comes", "when", "called", "by", "name", "año",
    "niño", "cafe\u0301", FAMILY, "🇪🇸🇲🇽", "👍\U0001f3fd", "❤\ufe0f", "夜警は鍵を持っている。", "مرحبا", "שלום", "3.14", "e.g.",
    "snake_case_name", "2 * 3", "R&D", "a < b", "x" * 45,
]  # fmt: skip
PIECES = [
    "`code`", "`a b c d`", "``tick ` in it``", "**bold words here**", "*italic text*", "***both of them***", "_under_",
    "~~gone for good~~", "||the murderer is the butler||", "[a link](https://example.org/a_(b)?q=1)",
    "[two words](<https://example.org/x y> \"title\")", "<https://example.org/auto>", "https://example.org/a/very/long/path?with=query&and=more#end",
    "**bold with `code` and [link](https://e.org)**", "&amp;", "\\*not emphasis\\*", "<@123456>", "<:wave:123456>",
]  # fmt: skip


ATOMS = [piece for piece in PIECES if piece[0] != "\\"]
CODE = [
    "def f(x):", "    return x", "", "\tx = 1", "# not a heading", "- not a list", "> no", "a | b", "**x**", "y" * 30,
]  # fmt: skip
CELLS = ["a", "b c", "`d`", "**e**", "1", "ñ"]


class Writer:
    """Writes documents by chance: hypothesis gives the seed, as drawing each word would take too long."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def document(self) -> str:
        return "\n\n".join("\n".join(self.block(2)) for _ in range(self._random.randint(1, 8)))

    def block(self, depth: int) -> list[str]:
        kinds = [self.paragraph, self.paragraph, self.fence, self.table, self.heading]
        if depth:
            kinds += [
                lambda: self.items(depth - 1),
                lambda: self.items(depth - 1),
                lambda: self.quote(depth - 1),
            ]
        return self._random.choice(kinds)()

    def words(self, most: int = 30) -> str:
        choose = [self._random.choice((WORDS, WORDS, PIECES)) for _ in range(self._random.randint(1, most))]
        return " ".join(self._random.choice(some) for some in choose)

    def paragraph(self) -> list[str]:
        sentences = [self.words() + self._random.choice(".?!:") for _ in range(self._random.randint(1, 4))]
        return self._random.choice((" ", "\n")).join(sentences).split("\n")

    def heading(self) -> list[str]:
        return [self._random.choice(("# ", "## ", "### ")) + self.words(6)]

    def fence(self) -> list[str]:
        marks = self._random.choice(("```", "````", "~~~", "~~~~~", "``````"))
        info = self._random.choice(("", "python", " sh", "c++", "diff title=x"))
        code = self._random.choices(CODE, k=self._random.randint(0, 25))
        inner = ["```", "inner", "```"] if marks[0] == "~" else ["~~~"]
        return [marks + info, *code, *inner, marks]

    def table(self) -> list[str]:
        columns = self._random.randint(1, 3)
        rows = [self._random.choices(CELLS, k=columns) for _ in range(self._random.randint(2, 12))]
        head, *body = ["| " + " | ".join(row) + " |" for row in rows]
        return [head, "|" + "---|" * columns, *body]

    def items(self, depth: int) -> list[str]:
        marker = self._random.choice(("- ", "* ", "1. ", "10. ", "-   "))
        gap = self._random.choice(([], [""]))
        lines: list[str] = []
        for _ in range(self._random.randint(1, 4)):
            own = self.joined(depth)
            lines += [marker + own[0], *[" " * len(marker) + line if line else "" for line in own[1:]], *gap]
        return lines

    def quote(self, depth: int) -> list[str]:
        return [("> " + line).rstrip() for line in self.joined(depth)]

    def joined(self, depth: int) -> list[str]:
        some = [self.block(depth) for _ in range(self._random.randint(1, 3))]
        return [line for block in some for line in [*block, ""]][:-1]


documents = st.integers(0, 2**32).map(lambda seed: Writer(seed).document())

MARKS = [
    *"`~*_|[]()<>#-+=!\\&:.,0123456789 \n\n\t\r\"'",
    "```",
    "~~~",
    "> ",
    "- ",
    "1. ",
    "\n\n",
    "    ",
    "|-|",
    "](",
    "http://",
]
AWKWARD = [
    "\0",
    "\u0301",
    "\u200d",
    "\ufe0f",
    "\u202e",
    "\ud800",
    "👩",
    "🇪",
    "\U0001f3fd",
    "\u00a0",
    "\u2028",
    "क\u094d",
]


def noise(seed: int) -> str:
    """Text that looks like Markdown and is none: few kinds of signs, many of each."""
    random = Random(seed)
    kinds = MARKS + random.choice(([], AWKWARD, WORDS + PIECES))
    some = random.sample(kinds, random.randint(1, 12))
    return "".join(random.choices(some, k=random.randint(0, 400)))


anything = st.one_of(st.integers(0, 2**32).map(noise), st.text(st.characters(codec=None), max_size=200))


# ---- what a parser reads


def inline(token: Token) -> str:
    said = []
    for child in token.children or []:
        if child.type in ("text", "code_inline", "text_special", "html_inline"):
            said.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            said.append(" ")
        elif child.type == "link_open":
            said.append(f"<{child.attrs['href']}>")
    return "".join(said)


def said(text: str, *, without_head: bool = False) -> str:
    """All that a reader can read of a text, without white space and spoiler marks."""
    found: list[str] = []
    head = False
    for token in MARKDOWN.parse(text):
        if token.type == "thead_open":
            head = without_head
        elif token.type == "thead_close":
            head = without_head = False
        elif token.type in ("fence", "code_block", "html_block"):
            found.append(token.content)
        elif token.type == "inline" and not head:
            found.append(inline(token))
    return re.sub(r"[\s|]", "", "".join(found))


def said_by(parts: list[Part]) -> str:
    return "".join(said(part.text, without_head=repeats_head(part)) for part in parts)


def repeats_head(part: Part) -> bool:
    """Whether a part goes on with a table whose head is in the part before."""
    shown = part.text.splitlines()
    source = [line for line in part.source.splitlines() if line.strip(" >")]
    return len(shown) > 1 and is_rule(shown[1]) and not (len(source) > 1 and is_rule(source[1]))


def is_rule(line: str) -> bool:
    return re.fullmatch(r"[ >]*(\|---)+\|", line) is not None


def has_open_fence(text: str) -> bool:
    lines = text.splitlines()
    for token in MARKDOWN.parse(text):
        if token.type == "fence" and token.map:
            last = lines[token.map[1] - 1].lstrip(" >")
            if (
                token.map[1] - token.map[0] < 2
                or last.strip().strip(token.markup[0])
                or len(last.strip()) < len(token.markup)
            ):
                return True
    return False


def code(text: str) -> str:
    return "".join(token.content for token in MARKDOWN.parse(text) if token.type == "fence")


def cuts(parts: list[Part]) -> list[int]:
    return list(accumulate(len(part.source) for part in parts[:-1]))


# ---- laws


@settings(max_examples=300, deadline=None)
@given(documents, st.integers(150, 500))
def test_the_parts_say_what_the_text_says(text: str, limit: int) -> None:
    assert said_by(split(text, limit)) == said(text)


@settings(deadline=None)
@given(documents, st.integers(150, 500))
def test_code_stays_as_it_is(text: str, limit: int) -> None:
    assert "".join(code(part.text) for part in split(text, limit)) == code(text)


@settings(max_examples=300, deadline=None)
@given(st.one_of(documents, anything), st.integers(32, 500))
def test_the_sources_are_the_text_and_every_part_fits_and_shows_something(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert "".join(part.source for part in parts) == text
    assert all(len(part.text) <= limit for part in parts)
    assert all(part.text.strip() for part in parts) or not text.strip()


@settings(deadline=None)
@given(documents, st.integers(60, 500))
def test_no_part_leaves_a_fence_open(text: str, limit: int) -> None:
    assert [part.text for part in split(text, limit) if has_open_fence(part.text)] == []


@settings(max_examples=300, deadline=None)
@given(st.one_of(documents, anything), st.integers(32, 300), st.floats(0, 1))
def test_a_part_that_is_not_the_last_stays_when_text_is_appended(text: str, limit: int, share: float) -> None:
    early = split(text[: int(share * len(text))], limit)[:-1]
    assert early == split(text, limit)[: len(early)]


@settings(max_examples=300, deadline=None)
@given(documents, st.integers(150, 500))
def test_what_belongs_together_is_not_cut_apart(text: str, limit: int) -> None:
    for cut in cuts(split(text, limit)):
        assert cut_before(text, cut) == cut
        assert not re.fullmatch(r"[ >]*([-*+]|\d+\.) +", text[text.rfind("\n", 0, cut) + 1 : cut])
        around = text[max(cut - 70, 0) : cut + 70]
        for piece in ATOMS:
            for match in re.finditer(re.escape(piece), around):
                assert not match.start() < min(cut, 70) < match.end(), piece


@settings(deadline=None)
@given(documents, st.integers(150, 500))
def test_parts_are_reasonably_full(text: str, limit: int) -> None:
    assert all(len(part.source) >= limit // 4 - len("\n```") for part in split(text, limit)[:-1])


@settings(deadline=None)
@given(st.one_of(documents, anything))
def test_a_text_that_fits_is_one_part(text: str) -> None:
    closed = "\n".join(line for line in text.splitlines() if not re.search("```|~~~", line))
    assert split(closed, max(len(closed), 32)) == [Part(closed, closed)]


@settings(deadline=None)
@given(
    st.one_of(documents, anything), st.integers(60, 300), st.sampled_from(["utf-16-le", "utf-8", "escaped"])
)
def test_parts_fit_by_any_measure(text: str, limit: int, measure: str) -> None:
    def length(some: str) -> int:
        if measure == "escaped":
            return len(some) + 4 * some.count("&") + 3 * some.count("<") + 3 * some.count(">")
        return len(some.encode(measure, "surrogatepass"))

    parts = split(text, limit, length=length)
    assert "".join(part.source for part in parts) == text
    assert all(length(part.text) <= limit for part in parts) or not text.strip()


PROSE = (
    "The sereno walks the streets at night. He carries the keys, and he knows who belongs where!\n"
    "When somebody claps, he comes: *slowly*, but he comes. ¿Quién llama? —pregunta siempre.\n\n"
)


def test_streamed_prose_never_moves_a_cut() -> None:
    text = PROSE * 40
    whole = split(text, 2000)
    assert len(whole) > 3
    for end in range(0, len(text), 23):
        early = split(text[:end], 2000)[:-1]
        assert early == whole[: len(early)]


@given(st.lists(st.text("abc", min_size=1, max_size=8), min_size=60), st.integers(40, 200))
def test_prose_fills_at_least_half_of_each_part_and_keeps_its_words(some: list[str], limit: int) -> None:
    parts = split(" ".join(some), limit)
    assert all(len(part.text) >= limit // 2 - 1 for part in parts[:-1])
    assert [word for part in parts for word in part.text.split()] == some


# ---- cases


def texts(text: str, limit: int) -> list[str]:
    return [part.text for part in split(text, limit)]


def test_a_fence_is_closed_and_opened_again() -> None:
    code_lines = [f"print({n})" for n in range(8)]
    text = "\n".join(["~~~~ python title=x", *code_lines, "~~~~", "", "after"])
    first, second = texts(text, 80)
    assert first == "\n".join(["~~~~ python title=x", *code_lines[:6], "~~~~"])
    assert second == "\n".join(["~~~~ python title=x", *code_lines[6:], "~~~~", "", "after"])


def test_a_fence_in_a_quote_keeps_the_quote() -> None:
    text = "> ```sh\n" + "> ls --all\n" * 6 + "> ```\n> bye"
    first, second = texts(text, 60)
    assert first == "> ```sh\n" + "> ls --all\n" * 4 + "> ```"
    assert second == "> ```sh\n" + "> ls --all\n" * 2 + "> ```\n> bye"


def test_a_fence_in_a_list_item_goes_on_without_the_item() -> None:
    text = "1. do this:\n\n   ```\n" + "   one\n   \ttwo\n" * 4 + "   ```\n2. done"
    first, second = texts(text, 60)
    assert first == "1. do this:\n\n   ```\n   one\n   \ttwo\n   one\n   \ttwo\n   ```"
    assert second.startswith("```\none\n\ttwo\n")
    assert second.endswith("```\n2. done")


def test_no_part_shows_an_empty_code_block() -> None:
    for limit in range(40, 90):
        text = "Some words before the code.\n```py\nx = 1\ny = 2\nz = 3\n```\nAnd some words after it, too."
        assert not any(re.search(r"```(py)?\n```", part) for part in texts(text, limit))


def test_a_nested_list_that_goes_on_is_still_a_list() -> None:
    text = "- first\n  - second\n    - third, which is deep\n    - fourth, as deep\n- fifth"
    assert texts(text, 56) == [
        "- first\n  - second\n    - third, which is deep",
        "- fourth, as deep\n\n- fifth",
    ]


def test_a_table_that_goes_on_has_its_head_again() -> None:
    text = "| n | square |\n|---|---|\n" + "".join(f"| {n} | {n * n} |\n" for n in range(9))
    first, second = texts(text, 90)
    assert second.startswith("| n | square |\n|---|---|\n| ")
    assert first.count("|---|---|") == 1


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("First paragraph, long enough.\n\nSecond paragraph. It has two sentences.", "Second"),
        ("- one is the first item here\n- two is the second item\n  goes on here", "- two"),
        ("One line of the paragraph is\nand another. With a sentence, and words", "and another"),
        ("A sentence of the text is here. Another one of them that is longer", "Another"),
        ("no sentence ends anywhere in this text, only words and more words", "and more"),
        ("n" * 70, "n" * 20),
        ("夜警は街を歩く。" * 7, "夜警"),
        ("Some words. # No heading\n\n## A heading\n\nWords of the section, on and on", "## A heading"),
    ],
)
def test_the_best_place_to_cut_is_chosen(text: str, begins: str) -> None:
    assert texts(text, 50)[1].startswith(begins)


@pytest.mark.parametrize(
    ("mark", "back"), [("**", "**"), ("*", "*"), ("***", "***"), ("||", "||"), ("~~", "~~"), ("_", "_")]
)
def test_emphasis_longer_than_a_part_is_closed_and_opened_again(mark: str, back: str) -> None:
    parts = texts("Then " + mark + "word " * 30 + "end" + back + " it was.", 60)
    assert len(parts) > 2
    assert parts[0].endswith("word" + mark)
    assert all(part.startswith(mark + "word") and part.endswith("word" + mark) for part in parts[1:-1])
    assert parts[-1].endswith("end" + back + " it was.")


@pytest.mark.parametrize("mark", ["- ", "12. ", "# ", "> ", "+ ", "--- ", "[a]: b"])
def test_a_sign_in_a_paragraph_begins_no_block_in_the_next_part(mark: str) -> None:
    text = ("word " * 7 + mark + " ") * 9
    assert said_by(split(text, 40)) == said(text)
    long = "x" * 39 + mark.strip() + " " + "y" * 60
    assert said_by(split(long, 40)) == said(long)


def test_a_fence_that_is_left_open_is_closed_for_now() -> None:
    assert texts("```py\nprint(1)", 50) == ["```py\nprint(1)\n```"]
    assert texts("> ~~~\n> a\n", 50) == ["> ~~~\n> a\n> ~~~"]
    assert texts("```py\n" + "x" * 44, 50) == ["```py\n" + "x" * 44]


def test_white_space_is_no_message() -> None:
    assert split("", 50) == [Part("", "")]
    assert split("\n" * 99, 50) == [Part("\n" * 50, "\n" * 99)]
    parts = split("a" + " \n" * 99 + "b" + "\t" * 99, 50)
    assert [part.text.strip() for part in parts] == ["a", "b"]


def test_a_limit_without_room_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 32"):
        split("text", 31)


HOSTILE = {
    "backticks": "`" * 100_000, "tildes": "~" * 100_000, "brackets": "[" * 100_000, "stars": "*" * 100_000,
    "marks": "e" + "\u0301" * 100_000, "viramas": "क\u094d" * 50_000, "flags": "🇪" * 100_000, "joiners": "👩\u200d" * 50_000,
    "openers": "*a " * 33_000, "spoilers": "||a " * 25_000, "links": "[a](" * 25_000, "closers": "](" * 50_000,
    "quotes": "> " * 50_000, "items": "- " * 50_000, "numbers": "1. " * 33_000, "deep": "- " * 1000 + "\n" * 98_000 + "x",
    "lines": "a" + "\n" * 100_000 + "b", "spaces": "a" + " " * 100_000 + "b", "indented": "a\n" + " " * 100_000 + "b",
    "pipes": "|" * 100_000, "rows": "|a\n|-\n" + "|b\n" * 30_000, "tags": "<a" * 50_000, "entities": "&" * 100_000,
    "addresses": "http://" * 15_000, "runs": "`a``b```c" * 10_000, "fences": "```\n" * 25_000, "surrogates": "\ud800" * 100_000,
    "carriage": "a\r" * 50_000, "underlines": "a\n=\n" * 25_000, "zero": "\0" * 100_000, "overrides": "\u202ea " * 33_000,
}  # fmt: skip


SLACK = 5.0
"""Seconds: what is not in proportion takes minutes, and a busy machine counts a second for little."""


def seconds(text: str) -> float:
    """What splitting takes of the processor, at best."""
    spent = []
    for _ in range(2):
        begun = time.process_time()
        split(text, 2000)
        spent.append(time.process_time() - begun)
    return min(spent)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_takes_time_in_proportion_to_its_length(name: str) -> None:
    text = HOSTILE[name]
    parts = split(text, 2000)
    assert "".join(part.source for part in parts) == text
    assert all(part.text.strip() and len(part.text) <= 2000 for part in parts)
    assert seconds(text) < 40 * seconds(text[: len(text) // 10]) + SLACK


def test_a_long_reply_takes_time_in_proportion_to_its_length() -> None:
    text = "\n\n".join(Writer(seed).document() for seed in range(60))[:100_000]
    assert len(split(text, 2000)) > 50
    assert seconds(text) < 40 * seconds(text[:10_000]) + SLACK
