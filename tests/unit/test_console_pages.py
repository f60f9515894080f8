"""What the console's pages show: cases, decisions, filters, what is tried."""

from __future__ import annotations

import asyncio
import json
import re
import time
from dataclasses import replace

import pytest

from adapters.base import Annotation, Author, CommandUse, ConversationRef, Delta, Final, Notice, ReplyTo
from adapters.marks import marks_on
from bot.claims.showing import CONTRADICTED
from bot.claims.showing import GUARD as CLAIMS
from bot.console import find as finding
from bot.console import live
from bot.console.find import Filter, find
from bot.console.pages import STATIC
from bot.console.reply import NoteView, blocks_of, notes_of
from bot.console.trends import NAMED
from bot.console.views import Span, marked
from bot.console.words import WORDS, preferred
from bot.entry import CHECK_SECONDS, Invitations, Pass
from bot.guardlog import CaseFinding
from bot.store.base import FOLLOWED
from tests.helpers import message
from tests.unit.console_parts import FINDING, HOST, MO, PLAZA, House, case
from tests.unit.engine_parts import ATTACK

TURN = "ba9876543210"
TRY = ConversationRef("discord", "plaza", "try", "mo")


def found(excerpt: str) -> CaseFinding:
    return replace(FINDING, excerpt=excerpt)


@pytest.mark.parametrize(
    ("text", "excerpts", "spans"),
    [
        ("abc", [], [Span("abc")]),
        ("abc", ["b"], [Span("a"), Span("b", (1,)), Span("c")]),
        ("abcd", ["ab", "bc"], [Span("a", (1,)), Span("b", (1, 2)), Span("c", (2,)), Span("d")]),
        ("abcd", ["ab…", "x", ""], [Span("ab", (1,)), Span("cd")]),
        ("", ["a"], []),
        ("aa", ["aa", "aa"], [Span("aa", (1, 2))]),
    ],
)
def test_the_words_that_were_found_are_marked_where_they_stand(
    text: str, excerpts: list[str], spans: list[Span]
) -> None:
    assert marked(text, [found(each) for each in excerpts]) == spans


def test_a_reply_keeps_every_word_and_its_marks_whatever_blocks_it_has() -> None:
    text = "Look:\n> one\n> two\n\n```python\n> x = 1\n```\nDone <b>."
    marks = marks_on(text, [Annotation(8, 15, "flagged", "odd"), Annotation(8, 9, "flagged", "inside")])
    blocks = blocks_of(marks, "es")
    assert [(each.kind, "".join(piece.words for piece in each.pieces)) for each in blocks] == [
        ("text", "Look:"),
        ("quote", "one\ntwo"),
        ("code", "> x = 1"),
        ("text", "Done <b>."),
    ]
    pieces = [piece for each in blocks for piece in each.pieces if piece.over]
    assert [(piece.words, [sign.text for sign in piece.signs]) for piece in pieces] == [
        ("o", ["⚑1"]),
        ("ne\n", []),
        ("t", ["⚑2"]),
    ]
    assert [sign.note for piece in pieces for sign in piece.signs] == ["inside", "odd"]
    assert blocks_of(marks_on("", []), "") == []


def test_emphasis_and_code_in_a_reply_look_so_and_all_else_stays_as_it_is() -> None:
    text = (
        "## The *key*\nThe **tower's _old_ key** is `a*b*` ~~here~~.\n\n"
        "5 * 3 * 2, snake_case_name, \\*no\\*, an *open one, ||told||, <b>no</b>\n> *All*\n```\n**x**\n```"
    )
    blocks = [
        (each.kind, [(piece.words, piece.looks) for piece in each.pieces])
        for each in blocks_of(marks_on(text, []), "en")
    ]
    assert blocks == [
        ("heading", [("The ", ()), ("key", ("em",))]),
        (
            "text",
            [
                ("The ", ()), ("tower's ", ("strong",)), ("old", ("strong", "em")), (" key", ("strong",)), (" is ", ()),
                ("a*b*", ("code",)), (" ", ()), ("here", ("s",)), (".", ()),
            ],
        ),
        (
            "text",
            [
                ("5 * 3 * 2, snake_case_name, ", ()), ("*no", ()),
                ("*, an *open one, ||told||, <b>no</b>", ()),
            ],
        ),
        ("quote", [("All", ("em",))]),
        ("code", [("**x**", ())]),
    ]  # fmt: skip


@pytest.mark.parametrize("end", [12, 13, 14])
def test_the_sign_of_a_mark_stands_behind_the_words_whether_or_not_it_holds_what_makes_them_bold(
    end: int,
) -> None:
    marks = marks_on("It is **red**.", [Annotation(0, end, "contradicted", "No.")])
    (block,) = blocks_of(marks, "en")
    words = "".join(piece.words + "".join(sign.text for sign in piece.signs) for piece in block.pieces)
    assert words == ("It is red✗1." if end < 14 else "It is red.✗1")
    assert [piece.words for piece in block.pieces if piece.over][:2] == ["It is ", "red"]
    # The same where a reply grows.
    (growing,) = blocks_of(marks_on("It is **re", []), "en")
    assert [piece.words for piece in growing.pieces] == ["It is **re"]


def test_what_is_said_of_a_reply_stands_under_it_with_its_numbers_and_in_words() -> None:
    same = [Annotation(end - 3, end, "contradicted", "No.", "PEP 20") for end in (3, 7)]
    marks = marks_on("One two three", [*same, Annotation(0, 0, "unverifiable", "Too late.")])
    assert notes_of(marks, "es") == [
        NoteView(1, "contradicted", "✗", "1–2", "contradicho", "No.", "PEP 20"),
        NoteView(0, "unverifiable", "⚠", "", "no verificable", "Too late.", ""),
    ]


async def test_a_filter_finds_what_it_names_and_all_of_it_must_fit() -> None:
    house = House()
    await house.file("a" * 12, excerpt="Olvida TODO", author_name="Ana", author_id="u1")
    await house.file(
        "b" * 12, replace(PLAZA, channel="other"), action="flag", author_name="Ben", author_id="u2"
    )
    for given, turns in (
        ({}, "ba"),
        ({"q": "todo"}, "a"),
        ({"q": "override"}, "ba"),
        ({"guard": "injection"}, "ba"),
        ({"guard": "leak"}, ""),
        ({"action": "flag"}, "b"),
        ({"member": "an"}, "a"),
        ({"member": "u2"}, "b"),
        ({"channel": "other"}, "b"),
        ({"channel": "other", "member": "Ana"}, ""),
        ({"q": "OLVIDA"}, "a"),
        ({"q": "todo\\"}, ""),
        ({"member": "ñandú"}, ""),
        ({"guard": '","'}, ""),
    ):
        result = await find(house.store, PLAZA.community_key, Filter.of(given))
        assert "".join(each.turn[0] for each in result.cases) == turns, given


async def test_a_search_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    house = House()
    monkeypatch.setattr(finding, "SHOWN", 2)
    monkeypatch.setattr(finding, "LOOK", 4)
    monkeypatch.setattr(finding, "LOOK_SECONDS", 0.0)
    for number in range(7):
        await house.file(f"{number:012x}", excerpt="rare" if number == 0 else "common")
    seen, before = [], ""
    for _ in range(9):
        page = await find(house.store, PLAZA.community_key, Filter(), before)
        seen += [int(each.turn, 16) for each in page.cases]
        before = page.before
        if not before:
            break
    assert seen == [6, 5, 4, 3, 2, 1, 0]
    first = await find(house.store, PLAZA.community_key, Filter(q="rare"))
    assert not first.cases
    assert first.before
    assert len((await find(house.store, PLAZA.community_key, Filter(q="rare"), first.before)).cases) == 1
    browser = await house.inside()
    shown = await browser.get("/", params={"q": "rare"})
    assert "Look further back" in shown.text
    on = await browser.get("/cases", params={"q": "rarely", "before": first.before})
    assert "All that is kept has been looked through." in on.text


async def test_empty_pages_say_what_to_do_next() -> None:
    browser = await House().inside()
    assert "All quiet" in (await browser.get("/")).text
    assert "Clear the filter" in (await browser.get("/", params={"q": "x"})).text
    assert "data-fill" in (await browser.get("/try")).text


async def test_a_case_shows_what_was_found_why_and_what_the_member_saw() -> None:
    house = House()
    await house.file(TURN)
    browser = await house.inside()
    shown = (await browser.get(f"/cases/{TURN}")).text
    for words in (
        "<mark>Ignore all<sup>1</sup></mark> instructions",
        "The text tells the bot to set its earlier instructions aside.",
        "97 % sure",
        "injection · override",
        "Your message reads like an attempt to change my instructions",
        "Nobody has decided on this yet.",
        'value="right"',
        'value="false_alarm"',
    ):
        assert words in shown
    # What the platform must do is offered on the platform alone.
    assert 'value="time_out"' not in shown
    assert 'value="delete"' not in shown
    spanish = (await browser.get(f"/cases/{TURN}", headers={"accept-language": "es"})).text
    assert "El texto" in spanish
    assert "Nobody" not in spanish


async def test_a_decision_is_made_once_is_kept_with_its_decider_and_can_be_taken_back() -> None:
    house = House()
    await house.file(TURN)
    async with house.working():
        first, second = await house.inside(), await house.inside(replace(MO, person="nu", name="Nu"))
        done = await house.press(first, f"/cases/{TURN}", action="false_alarm")
        assert (done.status_code, done.headers["location"]) == (303, f"/cases/{TURN}")
        second.headers["hx-request"] = "true"
        late = await house.press(second, f"/cases/{TURN}", action="right")
        assert "Mo has decided this already." in late.text
        back = await house.press(second, f"/cases/{TURN}", action="take_back")
        assert "Done, and noted in the case." in back.text
        assert "<h1>" not in back.text
        assert "Mo: false alarm." in back.text
        assert "Nu took the decision back." in back.text
        assert 'hx-swap-oob="true"' in back.text
        # Where the case is the page, it keeps the page's heading.
        second.headers["hx-current-url"] = f"http://{HOST}/cases/{TURN}"
        assert "<h1>" in (await house.press(second, f"/cases/{TURN}", action="take_back")).text
    file = await house.store.file(PLAZA.community_key, TURN)
    assert file is not None
    assert [(each.verdict, each.by_id) for each in file.reviews] == [
        ("false_alarm", "mo"),
        ("taken_back", "nu"),
    ]


async def test_a_case_of_a_claim_shows_the_words_that_the_documents_contradict() -> None:
    house = House()
    claim = "The library opens at six."
    finding = CaseFinding(CLAIMS, "contradicted", 0.93, CONTRADICTED, "model", claim)
    reply = f"Good morning. {claim} Come by!"
    await house.file(TURN, findings=(finding,), direction="output", action="flag", excerpt=reply)
    browser = await house.inside()
    shown = (await browser.get(f"/cases/{TURN}")).text
    for words in (
        f"<mark>{claim}<sup>1</sup></mark>",
        "The reply",
        "93 % sure",
        "claims · contradicted",
        "in the reply",
    ):
        assert words in shown
    assert f'href="/cases/{TURN}"' in (await browser.get("/", params={"guard": CLAIMS})).text


async def test_a_case_shows_how_it_stands_its_notes_and_others_of_the_same_member() -> None:
    house = House()
    await house.file("c" * 12, excerpt="earlier")
    await house.file("d" * 12, excerpt="of somebody else", author_id="u2")
    await house.file(TURN)
    async with house.working():
        browser = await house.inside()
        await house.press(browser, f"/cases/{'c' * 12}", action="right")
        await house.press(browser, f"/cases/{TURN}", action="note", text="Talked to them. mo@example.org")
        await house.press(browser, f"/cases/{TURN}", action="note", text="<b>Twice</b>")
        page = (await browser.get(f"/cases/{TURN}")).text
        # A note is no decision.
        assert 'class="decision">undecided<' in (await browser.get("/")).text
    assert '<span class="tag">undecided</span>' in page
    assert "Mo noted: Talked to them. [e-mail]" in page
    assert "Mo noted: &lt;b&gt;Twice&lt;/b&gt;" in page
    related = page.split("More of this member")[1]
    assert re.findall(r'href="/cases/(\w+)"', related) == ["c" * 12]
    assert '<span class="tag">confirmed</span>' in related


async def test_a_case_stands_among_what_was_said_around_it_and_keys_in_that_are_masked() -> None:
    house = House(*(f"Reply {number}." for number in range(6)))
    bench, now = house.bench, time.time()
    for number in range(6):
        await bench.turn(message(f"Line {number}, mail ana@example.org", ref=PLAZA))
    loaded = (await house.store.load(message(ref=PLAZA), 10)).conversation.turns
    await house.file(TURN, at=(loaded[3].at + loaded[4].at) / 2)
    browser = await house.inside()
    shown = (await browser.get(f"/cases/{TURN}")).text
    # When each of them was said stands beside it: the last ones may be long ago.
    lines = re.findall(
        r"<b>(?:Ana</b> ([^<]+) <time datetime=\S+>[^<]+</time>|Sereno</b> ([^<]+))</li>", shown
    )
    lines = [first or second for first, second in lines]
    assert lines == [
        part for number in range(1, 6) for part in (f"Line {number}, mail [e-mail]", f"Reply {number}.")
    ]
    assert shown.index("Reply 3.") < shown.index('class="here"') < shown.index("Line 4")
    assert now < loaded[0].at


async def test_a_decision_that_is_made_elsewhere_is_shown_where_the_list_is_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live, "FOLLOW_SECONDS", 0.05)
    house = House()
    await house.file(TURN)
    async with house.working():
        browser = await house.inside()
        after = (await house.store.older(PLAZA.community_key, "", 1))[0].id
        streaming = asyncio.create_task(house.streamed(browser, f"/stream?after={after}", 1.0))
        await asyncio.sleep(0)
        await house.press(browser, f"/cases/{TURN}", action="right")
        said = await streaming
    assert said.count("data: ") == 1
    assert "Mo: the guards are right." in said


@pytest.mark.parametrize("action", ["time_out", "delete", "", "deleted_message", "x\ny"])
async def test_nothing_else_can_be_decided(action: str) -> None:
    house = House()
    await house.file(TURN)
    answer = await house.press(await house.inside(), f"/cases/{TURN}", action=action)
    assert answer.status_code == 400


async def test_new_cases_arrive_filtered_and_a_browser_that_comes_back_misses_none() -> None:
    house = House()
    await house.file("a" * 12, excerpt="first")
    browser = await house.inside()
    page = (await browser.get("/")).text
    address = re.search(r'data-stream="([^"]+)"', page)
    assert address
    path = address[1].replace("&amp;", "&")
    streaming = asyncio.create_task(house.streamed(browser, path))
    await asyncio.sleep(0)
    await house.file("b" * 12, excerpt="second")
    said = await streaming
    (piece,) = [
        json.loads(line.removeprefix("data: ")) for line in said.splitlines() if line.startswith("data: ")
    ]
    assert "second" in piece["html"]
    assert piece["id"] in piece["html"]
    again = await house.streamed(browser, path)
    assert again.count("data: ") == 1
    assert "second" not in await house.streamed(browser, f"{path}&q=third")


async def test_of_a_flood_the_newest_cases_are_sent_and_the_page_says_that_there_are_more() -> None:
    house = House()
    for number in range(FOLLOWED + 2):
        await house.store.record(PLAZA.community_key, case(f"{number:012x}"))
    newest = f"{FOLLOWED + 1:012x}"
    browser = await house.inside()
    said = await house.streamed(browser, "/stream?after=", 10.0, until=newest)
    # One look reads so many; the next one comes soon, and reads the rest.
    sent = [int(turn, 16) for turn in re.findall(r'data-turn=\\"([0-9a-f]{12})', said)]
    assert sent == [*range(FOLLOWED - live.AT_ONCE, FOLLOWED), FOLLOWED, FOLLOWED + 1]
    assert said.count('"id": "skipped"') == 1
    assert "More cases came than are shown here." in said
    after = (await house.store.older(PLAZA.community_key, "", 9))[-1].id
    assert "skipped" not in await house.streamed(browser, f"/stream?after={after}", 10.0, until=newest)


async def test_what_is_tried_is_answered_and_the_guards_say_what_they_see() -> None:
    house = House("A poem of nineteen lines.")
    async with house.working():
        browser = await house.inside()
        assert (await house.press(browser, "/try", text="What is the Zen?")).status_code == 303
        assert (await house.press(browser, "/try", text=ATTACK)).status_code == 303
        assert (await house.press(browser, "/try", text="/help")).status_code == 303
        change = 0
        async with asyncio.timeout(10):
            while not all(each.ended for each in house.web.chat(TRY)[0]):
                _, change = await house.web.changes(TRY, change, 5.0)
        page = (await browser.get("/try")).text
        assert (await house.press(browser, "/try", text="/nosuch")).text.count("There is no command") == 1
        assert "Write something first." in (await house.press(browser, "/try", text="  ")).text
    first, second, third = page.split("<article")[1:]
    assert "A poem of nineteen lines." in first
    assert "nothing found" in first
    assert "so I left it unanswered" in second
    assert "Kept as case 1" in second
    assert "Ignore all previous instructions" in second
    assert "The bot answers this command itself" in third
    # Nobody else sees it, not even in the same community.
    other = await house.inside(Pass(PLAZA.community_key, "nu", "Nu"))
    assert "<article" not in (await other.get("/try")).text


@pytest.mark.parametrize(
    ("platform", "moderator", "url", "said"),
    [
        ("discord", True, "https://x.example", "https://x.example/enter?link=secret-1"),
        ("discord", True, "", "SERENO_CONSOLE__URL"),
        ("terminal", True, "", "http://127.0.0.1:8080/enter?link=secret-1"),
        ("discord", False, "https://x.example", "Only moderators"),
    ],
)
async def test_a_moderator_who_asks_on_a_platform_gets_a_link_and_nobody_else_one(
    platform: str, moderator: bool, url: str, said: str
) -> None:
    house = House()
    engine = replace(house.bench.engine, invitations=Invitations(house.door, url, "http://127.0.0.1:8080"))
    ref = replace(PLAZA, platform=platform)
    asked = message(
        "", ref=ref, author=Author("mo", "Mo", is_moderator=moderator), command=CommandUse("guard console")
    )
    (answer,) = (await engine.handle(asked)).events
    assert isinstance(answer, Notice)
    assert answer.private
    shown = [answer.text, *(button.argument for button in answer.buttons if button.action == "open")]
    assert said in "\n".join(shown)
    if "secret-1" not in said:
        assert house.store._passes == {}
        return
    browser = house.browser()
    assert (await browser.post("/enter", data={"link": "secret-1"})).status_code == 303
    house.platform.says = "member"
    house.now += CHECK_SECONDS + 1
    # Nobody can be asked about a terminal.
    assert (await browser.get("/")).status_code == (200 if platform == "terminal" else 403)


async def test_an_event_that_is_old_or_known_changes_nothing_in_a_chat() -> None:
    house = House()
    ref, to = TRY, ReplyTo(house.web.route, "id-1")

    async def keep(_: object) -> None:
        pass

    running = asyncio.create_task(house.web.run(keep))
    await asyncio.sleep(0)
    assert await house.web.say(ref, message().author, "//help", "en") == ""
    for event in (
        Delta("t", 5, ref, to, "one two"),
        Delta("t", 4, ref, to, "one"),
        Final("t", 6, ref, to, "one two three"),
        Final("t", 6, ref, to, "again"),
        Notice("t", 9, ref, ReplyTo(house.web.route, "elsewhere"), "of nobody"),
    ):
        await house.web.deliver(event)
    (exchange,), change = house.web.chat(ref)
    assert (exchange.asked, exchange.message.text, change) == ("//help", "/help", 3)
    assert isinstance(exchange.event, Final)
    assert exchange.event.text == "one two three"
    assert await house.web.changes(ref, 3, 0.0) == ([], 3)
    # Of another run, or forgotten.
    assert (await house.web.changes(ref, 99, 0.0))[0] == [exchange]
    running.cancel()


async def test_marks_are_shown_on_the_page_and_read_out_in_words() -> None:
    house = House()

    async def keep(_: object) -> None:
        pass

    running = asyncio.create_task(house.web.run(keep))
    await asyncio.sleep(0)
    assert await house.web.say(TRY, message().author, "when?", "en") == ""
    (exchange,), _ = house.web.chat(TRY)
    to = ReplyTo(house.web.route, exchange.message.id)
    mark = Annotation(0, 9, "contradicted", "No <b>.", "<i>")
    await house.web.deliver(Final("t", 6, TRY, to, "From 1989. *Not* **`<b>`**\n# <i>", (mark,)))
    page = (await (await house.inside()).get("/try")).text
    running.cancel()
    line = f"x-{exchange.message.id}-1"
    assert (
        f'<mark class="is-contradicted">From 1989</mark><sup class="sign"><a href="#{line}" '
        'title="No &lt;b&gt;." aria-label="contradicted 1">✗1</a></sup>.'
        " <em>Not</em> <strong><code>&lt;b&gt;</code></strong>"
    ) in page
    assert '<p class="heading">&lt;i&gt;</p>' in page
    assert f'<li id="{line}">' in page
    assert "No &lt;b&gt;. <cite>&lt;i&gt;</cite>" in page


def test_every_sentence_is_used_and_every_one_that_is_used_exists() -> None:
    folder = STATIC.parent
    pages = "\n".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.html"))
    code = "\n".join(
        path.read_text(encoding="utf-8") for path in folder.glob("*.py") if path.name != "words.py"
    )
    said = set(re.findall(r"say\([\"'](\w+)[\"']", pages))
    assert said - set(WORDS) == set()
    quoted = set(re.findall(r"[\"'](\w+)[\"']", pages + code))
    built = {key for key in WORDS if key.startswith(("part_", "saw_"))}
    assert set(WORDS) - quoted - built == set()


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("", "en"), ("es-MX,en;q=0.5", "es"), ("fr,en;q=0.5,es;q=0.4", "en"), ("fr", "en"), ("x" * 9999, "en")],
)
def test_the_first_language_that_we_speak_is_spoken(accepted: str, language: str) -> None:
    assert preferred(accepted, "") == language


def test_the_links_language_is_spoken_to_a_browser_that_names_none() -> None:
    assert preferred("", "es-ES") == "es"


def test_every_colour_of_words_can_be_read_on_every_ground_by_day_and_by_night() -> None:
    css = (STATIC / "app.css").read_text(encoding="utf-8")
    themes = re.findall(r":root \{([^}]*--paper[^}]*)\}", css)
    assert len(themes) == 2
    for theme in themes:
        colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", theme))
        for ground in ("paper", "sheet", "wash"):
            for words in ("ink", "soft", "lamp"):
                assert contrast(colours[words], colours[ground]) >= 4.5, (words, ground)
        assert contrast(colours["on-lamp"], colours["lamp"]) >= 4.5
        assert contrast(colours["lamp"], colours["lamp-wash"]) >= 4.5
        # What is drawn must be seen.
        drawn = [name for name in colours if name == "rest" or name.startswith("hue-")]
        assert len(drawn) == NAMED + 1
        assert all(contrast(colours[name], colours["paper"]) >= 3 for name in drawn)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2."""
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
