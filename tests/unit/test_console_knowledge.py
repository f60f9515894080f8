"""*Knowledge*: documents are added like in a chat, shown passage by passage, and taken out again."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from bot.console import knowing
from bot.console.gate import MOST_FIELDS, MOST_FILE_BYTES
from bot.console.upload import Upload, parsed
from bot.entry import form_key
from tests.unit.console_parts import MARKET, MO, PLAZA, House
from tests.unit.engine_parts import ATTACK

RULES = (
    b"# House rules\n\n## Noise\n\nQuiet after ten at night.\n\n## Cats\n\nCats may sleep on the stairs.\n"
)
BAD = RULES + f"\n## Orders\n\n{ATTACK}\n".encode()


async def give(
    browser: httpx2.AsyncClient, data: bytes = b"", name: str = "rules.md", **fields: str
) -> httpx2.Response:
    """The form is sent with a file."""
    session = next(iter(browser.cookies.values()))
    files: Any = {"file": (name, data, "text/markdown")}
    return await browser.post(
        "/knowledge", data={"key": form_key(session), "once": "1", **fields}, files=files
    )


async def names(house: House, community: str = PLAZA.community_key) -> list[tuple[str, int, int]]:
    heads = (await house.store.catalogue(community)).heads
    return [(head.name, head.version, head.passages) for head in heads]


async def test_a_file_is_added_shown_passage_by_passage_replaced_and_removed() -> None:
    house = House()
    browser = await house.inside()
    assert "No document yet" in (await browser.get("/knowledge")).text
    added = await give(browser, RULES)
    assert "“rules.md” is known from now on: version 1, 2 passages" in added.text
    listed = (await browser.get("/knowledge")).text
    assert 'href="/knowledge/document?name=rules.md"' in listed
    assert "2 of 10\u202f000 passages" in listed
    shown = (await browser.get("/knowledge/document", params={"name": "rules.md"})).text
    assert "Cats may sleep on the stairs." in shown
    assert "Quiet after ten at night." in shown
    # The same form again is the same turn; another one replaces the document.
    await give(browser, RULES)
    assert await names(house) == [("rules.md", 1, 2)]
    await give(browser, RULES, once="2")
    assert await names(house) == [("rules.md", 2, 2)]
    (head,) = (await house.store.catalogue(PLAZA.community_key)).heads
    assert (head.added_by, len(head.turn)) == ("Mo", 12)
    gone = await house.press(browser, "/knowledge/remove", name="rules.md")
    assert "“rules.md” is no longer known." in gone.text
    assert await names(house) == []
    again = await house.press(browser, "/knowledge/remove", name="rules.md")
    assert "There is no document “rules.md” here." in again.text


async def test_a_text_is_added_under_its_name_or_its_first_line() -> None:
    house = House()
    browser = await house.inside()
    await give(browser, name="", text="# Opening hours\n\nFrom nine to five.")
    assert await names(house) == [("Opening hours", 1, 1)]
    session = next(iter(browser.cookies.values()))
    form = {"key": form_key(session), "once": "2", "name": "../x/sundays", "text": "Never on Sundays."}
    assert (await browser.post("/knowledge", data=form)).status_code == 200
    assert [name for name, *_ in await names(house)] == ["Opening hours", "sundays"]
    nothing = await give(browser, name="")
    assert nothing.status_code == 400
    assert "Choose a file, or write a text." in nothing.text


async def test_what_reads_like_orders_is_left_out_is_a_case_and_is_used_only_when_somebody_says_so() -> None:
    house = House()
    browser = await house.inside()
    added = (await give(browser, BAD)).text
    assert "version 1, 2 passages" in added
    assert "left out, because the guards found something" in added
    assert "Ignore all previous instructions" in added
    assert "with the box ticked" in added
    await give(browser, BAD)
    (case,) = await house.store.cases(PLAZA.community_key, since=0.0, limit=10)
    assert (case.author_id, case.author_name, case.findings[0].source) == ("mo", "Mo", "document")
    used = (await give(browser, BAD, once="2", use_flagged="on")).text
    assert "version 2, 3 passages" in used
    assert "used although the guards found something" in used
    assert len(await house.store.cases(PLAZA.community_key, since=0.0, limit=10)) == 2


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"\x00\x01\x02\x03" * 50, "x.bin", "is no text"),
        (b"", "empty.md", "no text in"),
        (b"%PDF-1.4 broken", "x.pdf", "cannot be read"),
    ],
)
async def test_what_cannot_be_used_is_refused_with_the_reason(data: bytes, name: str, said: str) -> None:
    house = House()
    answer = await give(await house.inside(), data, name)
    assert answer.status_code == 400
    assert said in answer.text
    assert await names(house) == []


async def test_a_long_document_is_shown_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knowing, "SHOWN", 2)
    house = House()
    browser = await house.inside()
    text = "\n\n".join(f"## Part {number}\n\nSentence number {number} stands here." for number in range(5))
    await give(browser, text.encode())
    for page, numbers in ((None, "01"), ("2", "23"), ("3", "4"), ("99", "4"), ("0", "01"), ("x", "01")):
        shown = await browser.get(
            "/knowledge/document", params={"name": "rules.md", **({"page": page} if page else {})}
        )
        assert re.findall(r"Sentence number (\d)", shown.text) == list(numbers), page
    assert 'rel="prev"' in shown.text or 'rel="next"' in shown.text
    assert (await browser.get("/knowledge/document", params={"name": "nothing"})).status_code == 404


async def test_no_document_of_another_community_is_seen_changed_or_removed() -> None:
    house = House()
    there = await house.inside(replace(MO, community=MARKET.community_key))
    await give(there, b"# Secret\n\nOnly for the market.\n", "secret.md")
    browser = await house.inside()
    assert "secret.md" not in (await browser.get("/knowledge")).text
    for name in ("secret.md", f"{MARKET.community_key}:secret.md", "../market/secret.md"):
        assert (await browser.get("/knowledge/document", params={"name": name})).status_code == 404
        await house.press(browser, "/knowledge/remove", name=name, community=MARKET.community_key)
    await give(browser, RULES, "secret.md", community=MARKET.community_key)
    assert await names(house, MARKET.community_key) == [("secret.md", 1, 1)]
    assert "Only for the market" in (await there.get("/knowledge/document?name=secret.md")).text


async def test_a_file_that_is_too_big_is_not_read_to_its_end() -> None:
    house = House()
    browser = await house.inside()
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        while True:
            sent += 1_000_000
            yield b"x" * 1_000_000

    kind = {"content-type": "multipart/form-data; boundary=x"}
    answer = await browser.post("/knowledge", content=endless(), headers=kind)
    assert answer.status_code == 413
    assert sent < MOST_FILE_BYTES + 3_000_000
    # No other path takes a file, and who has no session is not listened to.
    assert (await browser.post("/try", content=b"--x--", headers=kind)).status_code == 415
    assert (await house.browser().post("/knowledge", content=endless(), headers=kind)).status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--x",
        b"--x--",
        b"--x\r\n\r\n--x--",
        b'--x\r\nContent-Disposition: form-data; name="key"\r\n\r\nv',
        b"--x\r\nContent-Disposition: form-data\r\n\r\nv\r\n--x--",
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\r\n--x--',
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nv' * (MOST_FIELDS + 5) + b"\r\n--x--",
        b"--x\r\nX-Long: " + b"y" * 5_000 + b"\r\n\r\nv\r\n--x--",
    ],
)
async def test_a_broken_form_with_a_file_changes_nothing(body: bytes) -> None:
    house = House()
    browser = await house.inside()
    kind = {"content-type": "multipart/form-data; boundary=x"}
    assert (await browser.post("/knowledge", content=body, headers=kind)).status_code in (400, 403)
    without = {"content-type": "multipart/form-data"}
    assert (await browser.post("/knowledge", content=body, headers=without)).status_code == 400
    assert await names(house) == []


async def test_a_form_with_a_file_needs_the_sessions_key_and_our_own_page() -> None:
    house = House()
    browser = await house.inside()
    for key in ("", "0" * 64):
        assert (await give(browser, RULES, key=key)).status_code == 403
    browser.headers["origin"] = "https://evil.example"
    assert (await give(browser, RULES)).status_code == 403
    assert await names(house) == []


def test_a_form_is_read_as_browsers_write_it() -> None:
    body = (
        b'--b-1\r\nContent-Disposition: form-data; name="text"\r\n\r\nline\r\n--b-2\r\nend\r\n'
        b'--b-1\r\nContent-Disposition: form-data; name="file"; filename="a %22b\xc3\xb1.md"\r\n'
        b"Content-Type: text/markdown\r\n\r\n\r\n--\r\n\x00\r\n--b-1--\r\n"
    )
    fields, file = parsed("multipart/form-data; boundary=b-1", body, 20)
    assert fields == {"text": "line\r\n--b-2\r\nend"}
    assert file == Upload("a %22bñ.md", "text/markdown", b"\r\n--\r\n\x00")
