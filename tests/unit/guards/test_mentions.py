"""The mentions guard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guards.base import Stage, Subject
from guards.mentions import MentionsGuard

GUARD = MentionsGuard()


def codes(text: str) -> set[str]:
    return {finding.code for finding in GUARD.check(Subject(text, Stage.OUTPUT, "model"))}


@pytest.mark.parametrize(
    "text",
    [
        "@everyone look",
        "hola @here",
        "@EVERYONE",
        "@\u200beveryone",
        "@ever\u00adyone",
        "@еvеryоnе",
        "＠ｅｖｅｒｙｏｎｅ",
        "@𝗲𝘃𝗲𝗿𝘆𝗼𝗻𝗲",
        "@e\u0301veryone",
        "<!channel> deploy",
        "<!here>",
        "<!here|here>",
        "<!everyone>",
        "<!subteam^SAZ94GDB8>",
        "<!subteam^S1|@devs>",
        "<@&123456789012345678>",
        "<\u200b@&123456789012345678>",
    ],
)
def test_a_call_to_everyone_or_a_group_is_a_mass_mention(text: str) -> None:
    assert "mass_mention" in codes(text)


@pytest.mark.parametrize(
    "text", ["<@123456789012345678>", "<@!1234>", "<#1234567>", "<@U012AB3CD>", "<#C024BE7LR|general>"]
)
def test_a_member_or_a_channel_is_a_mention_and_no_more(text: str) -> None:
    assert codes(text) == {"mention"}


@pytest.mark.parametrize(
    "text",
    [
        "[https://discord.com/login](https://evil.example/login)",
        "[discord.com](https://discord.com.evil.example)",
        "[www.bank.es](http://198.51.100.7/)",
        "see <https://evil.example|https://slack.com>",
        "<https://evil.example/x|slack.com>",
        "[bank.es](https://bank.es@evil.example/)",
        "[click](javascript:alert(1))",
        "[haz clic](JaVaScRiPt:alert(1))",
        "[foto](data:text/html;base64,PHNjcmlwdD4=)",
        "<javascript:alert(1)|ok>",
        "[ba\u200bnk.es](https://evil.example)",
        "[bаnk.es](https://evil.example)",
        "javascript:alert(document.cookie)",
    ],
)
def test_a_link_that_leads_elsewhere_or_runs_a_program_is_disguised(text: str) -> None:
    assert "disguised_link" in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "everyone is here",
        "mail me at here@example.com and everyone@example.org",
        "email ana@hereford.example",
        "a < b and c > d",
        "[the docs](https://docs.python.org/3/)",
        "[docs.python.org](https://docs.python.org/3/library/)",
        "[python.org](https://www.python.org/)",
        "[https://python.org/x](https://docs.python.org/x)",
        "[main.py](https://github.com/a/b/blob/main/main.py)",
        "[README.md](https://github.com/a/b)",
        "<https://docs.slack.dev|the docs>",
        "<https://docs.slack.dev|docs.slack.dev>",
        "https://example.com/a?b=c",
        "x[0](y) and f(x)[1]",
        "data: 5 rows",
        "¿Quién está aquí? Todos.",
        "the @decorator syntax",
        "@everyonesfriend",
    ],
)
def test_harmless_words_and_honest_links_pass(text: str) -> None:
    assert codes(text) == set()


def test_the_span_covers_the_whole_disguise() -> None:
    text = "¡Hola! ａ @\u200beveryone, mira"
    (finding,) = GUARD.check(Subject(text, Stage.OUTPUT, "model"))
    assert text[finding.start : finding.end] == "@\u200beveryone"
    assert finding.score == 0.9


@given(
    st.text(alphabet=st.characters(exclude_categories=()) | st.sampled_from("@<>[]()|:#&!eh."), max_size=200)
)
def test_no_text_raises_and_spans_are_within_it(text: str) -> None:
    for finding in GUARD.check(Subject(text, Stage.OUTPUT, "model")):
        assert 0 <= finding.start < finding.end <= len(text)


@pytest.mark.parametrize(
    "piece",
    ["[", "[a](", "<", "<a:b|", "@", "a.", "[a.b](c", "<!subteam^", "<@", "\u0301", "data:", "javascript:"],
)
@pytest.mark.timeout(10)
def test_hostile_repetition_is_read_in_linear_time(piece: str) -> None:
    GUARD.check(Subject(piece * (100_000 // len(piece)), Stage.OUTPUT, "model"))
