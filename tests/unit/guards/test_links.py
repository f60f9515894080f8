"""Links that lead where nobody has said one may go are shown, and cannot be clicked."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guards.claims.blocks import code
from guards.links import ADDRESS, host_of, hosts_in, released, unlinked

KNOWN = frozenset({"python.org"})

PIECES = st.lists(
    st.sampled_from(
        [
            "See ", "https://evil.example/a", "https://docs.python.org/3/", "[the docs](https://evil.example/b)", "`", "``", "```\n",
            "[", "](", ")", "<https://a.b/c>", "\n", "\n\n", ". ", " ", "www.evil.example", "[1]: ", "![img]", "(", "text ",
        ]
    ),
    max_size=14,
).map("".join)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("See https://evil.com/a(b)c.", "See `https://evil.com/a(b)c`."),
        ("[docs](https://docs.python.org/3/)", "[docs](https://docs.python.org/3/)"),
        ('[the docs](https://evil.com/y "title")', "the docs (`https://evil.com/y`)"),
        ("[https://evil.com](https://evil.com)", "`https://evil.com`"),
        ("<https://evil.com>", "`https://evil.com`"),
        ("<https://evil.com|a link of Slack's>", "a link of Slack's (`https://evil.com`)"),
        ("![cat](https://evil.com/cat.png)", "cat (`https://evil.com/cat.png`)"),
        ("www.evil.com/x and bit.ly/3xyz", "`www.evil.com/x` and `bit.ly/3xyz`"),
        ("[a [b](https://one.com/) c](https://two.com)", "[a b (`https://one.com/`) c](`https://two.com`)"),
        ("[x](javascript:alert(1))", "x (`javascript:alert(1)`)"),
        ("`https://evil.com` stays", "`https://evil.com` stays"),
        ("```\nhttps://evil.com\n```", "```\nhttps://evil.com\n```"),
        ("[mail](mailto:a@evil.com) [file](docs/x.md) 3.11 main.py", "[mail](mailto:a@evil.com) [file](docs/x.md) 3.11 main.py"),
        ("https://python.org@evil.com/", "`https://python.org@evil.com/`"),
        ("https://python.org.evil.com/", "`https://python.org.evil.com/`"),
        ("[x](https://evil.com\\@python.org)", "x (`https://evil.com\\@python.org`)"),
    ],
)  # fmt: skip
def test_only_links_to_known_hosts_can_be_clicked(text: str, shown: str) -> None:
    assert unlinked(text, KNOWN).text == shown


def test_a_star_stands_for_every_host() -> None:
    text = "https://evil.com and [x](https://evil.com)"
    assert unlinked(text, {"*"}).text == text
    assert released(text, {"*"}) == text


def test_a_host_stands_for_those_below_it_and_for_www() -> None:
    text = "https://a.b.python.org https://www.python.org https://notpython.org"
    assert (
        unlinked(text, KNOWN).text == "https://a.b.python.org https://www.python.org `https://notpython.org`"
    )


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://Docs.Python.org:8080/x", "docs.python.org"),
        ("www.python.org", "www.python.org"),
        ("ftp://python.org", ""),
        ("https://[::1", ""),
    ],
)
def test_the_host_is_what_the_link_leads_to(address: str, host: str) -> None:
    assert host_of(address) == host


def test_hosts_are_found_in_documents_and_messages() -> None:
    assert hosts_in(["See https://a.org/x.", "`pip install x`, www.b.net"]) == {"a.org", "www.b.net"}


def test_places_move_with_the_text() -> None:
    text = "First [docs](https://evil.com) then this."
    shown = unlinked(text, KNOWN)
    start = text.index("this")
    assert shown.text[shown.place(start) : shown.place(start + 4)] == "this"
    assert shown.text[: shown.place(text.index(" then"))] == "First docs (`https://evil.com`)"


@given(PIECES)
def test_doing_it_twice_changes_nothing(text: str) -> None:
    once = unlinked(text, KNOWN).text
    assert unlinked(once, KNOWN).text == once


@given(PIECES)
def test_no_address_of_another_host_stays_outside_code(text: str) -> None:
    shown = unlinked(text, KNOWN).text
    hidden = code(shown)
    for match in ADDRESS.finditer(shown):
        inside = any(start <= match.start() < end for start, end in hidden)
        assert inside or host_of(match.group()).endswith("python.org")


@given(PIECES, st.data())
def test_what_was_shown_of_a_growing_reply_stays(text: str, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(text)))
    assert unlinked(text, KNOWN).text.startswith(released(text[:cut], KNOWN))


@given(PIECES)
def test_places_stay_in_order(text: str) -> None:
    shown = unlinked(text, KNOWN)
    places = [shown.place(at) for at in range(len(text) + 1)]
    assert places == sorted(places)
    assert 0 <= places[0] <= places[-1] <= len(shown.text)


@pytest.mark.parametrize(
    "hostile",
    ["[" * 20_000, "[a](" * 8_000, "<a:" * 8_000, "https://" * 4_000, "`" * 20_000, "a.com/(" * 4_000],
)
def test_hostile_text_takes_no_longer_than_other_text(hostile: str) -> None:
    unlinked(hostile, KNOWN)
    released(hostile, KNOWN)
    assert not re.search("x{20}", hostile)
