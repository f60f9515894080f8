"""Sources that a reply names and that nothing it rests on has."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guards.sources import made_up


def found(reply: str, *evidence: str) -> list[str]:
    return [reply[claim.start : claim.end] for claim in made_up(reply, evidence)]


@pytest.mark.parametrize(
    ("reply", "source"),
    [
        ("See https://docs.python.org/3/library/teleport.html.", "https://docs.python.org/3/library/teleport.html"),
        ("See [the docs](https://docs.acme.io/x).", "https://docs.acme.io/x"),
        ("It is in `https://acme.io/paper.pdf`.", "https://acme.io/paper.pdf"),
        ("(doi:10.1000/xyz123)", "doi:10.1000/xyz123"),
        ("As in arXiv:2403.99999 they show it.", "arXiv:2403.99999"),
        ("PEP 9321 allows it.", "PEP 9321"),
        ("It was fixed in issue #48213.", "issue #48213"),
        ("See PR 991 for that.", "PR 991"),
        ("It is CVE-2023-99999.", "CVE-2023-99999"),
        ("By RFC 98765 it must.", "RFC 98765"),
        ("Run `pip install fastmagic-utils` first.", "fastmagic-utils"),
        ("```\nnpm install left-padding-pro\n```", "left-padding-pro"),
        ("Use the `superjson5` package.", "superjson5"),
        ("La biblioteca `magiarapida` lo hace.", "magiarapida"),
        ("Guido van Rossum once said: “Tabs are the work of nobody I know.”", "Tabs are the work of nobody I know."),
        ('"Readability is for people with time," said Tim Peters.', "Readability is for people with time,"),
        ("Según Tim Peters, «lo simple siempre gana al final».", "lo simple siempre gana al final"),
        ("“Code is poetry with a compiler.” — Ada Lovelace", "Code is poetry with a compiler."),
    ],
)  # fmt: skip
def test_a_source_that_nobody_has_named_is_found(reply: str, source: str) -> None:
    assert found(reply) == [source]
    assert found(reply, f"Somewhere it says {source} and more.") == []


@pytest.mark.parametrize(
    "reply",
    [
        "Open http://localhost:8000 or http://127.0.0.1/x.",
        "Call `requests.get('https://api.acme.io/v1')`.",
        "```python\nurl = 'https://api.acme.io/v1'\n```",
        "Write to https://example.com/path.",
        "Install it with `pip install requests numpy -r requirements.txt`.",
        "`import os` and `import json`",
        "PEP 8 and PEP 484 say so, and RFC 2119.",
        "Version 3.11.2 of main.py, 24/7, 12 issues, 10 % of 300.",
        "We are #1! See rule 5.",
        "The word “readability” is used here.",
        "She said “yes”.",
        "Press “Save and then close the window” at the top.",
        "In 2023 we fixed 48213 bugs of many kinds.",
        "",
    ],
)
def test_what_is_no_source_or_known_to_all_is_none(reply: str) -> None:
    assert found(reply) == []


def test_a_link_is_known_with_another_scheme_or_end_but_not_with_another_page() -> None:
    known = "https://docs.python.org/3/library/"
    assert found("http://docs.python.org/3/library", known) == []
    assert found("https://docs.python.org/3/library/#top", known) == []
    assert found("https://docs.python.org/3/library/made-up.html", known) != []


def test_the_number_of_an_issue_is_known_from_its_link() -> None:
    assert found("See issue #812.", "https://github.com/a/b/issues/812") == []
    assert found("See issue #8.", "https://github.com/a/b/issues/812") == ["issue #8"]


def test_a_quotation_may_leave_words_out() -> None:
    spoken = "Simple is better than complex, and complex is better than complicated."
    assert found("Tim Peters wrote: “Simple is better […] than complicated.”", spoken) == []


def test_each_is_a_claim_that_nothing_supports() -> None:
    (claim,) = made_up("See PEP 9321.", [])
    assert (claim.kind, claim.verdict, claim.says) == ("source", "unverifiable", "PEP 9321")


@given(st.text(max_size=300), st.text(max_size=100))
def test_spans_lie_in_any_reply_and_none_in_another(reply: str, evidence: str) -> None:
    claims = made_up(reply, [evidence])
    assert all(0 <= claim.start < claim.end <= len(reply) for claim in claims)
    assert all(one.end <= other.start for one, other in pairwise(claims))


@pytest.mark.parametrize(
    "hostile", ["https://" * 2_000, "“a b c d " * 2_000, "pip install " * 1_500, "issue #1 " * 2_000]
)
def test_hostile_replies_take_no_longer_than_others(hostile: str) -> None:
    assert len(made_up(hostile, [hostile[:500]])) <= 40
