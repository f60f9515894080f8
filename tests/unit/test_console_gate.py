"""Who gets into the console, how, and what never does: the list of the usual attacks on web pages."""

from __future__ import annotations

import re
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest

from bot.console.gate import MOST_BYTES
from bot.console.pages import STATIC
from bot.entry import SESSION_SECONDS, form_key
from bot.knowledge.documents import head_of
from bot.knowledge.passages import Passage
from tests.unit.console_parts import FINDING, HOST, MO, PLAZA, House, routes

OURS = "ba9876543210"


@pytest.fixture
def house() -> House:
    return House()


async def test_a_link_opens_a_session_once(house: House) -> None:
    link = await house.door.link(MO)
    first, second = house.browser(), house.browser()
    assert (await first.post("/enter", data={"link": link})).headers["location"] == "/"
    again = await second.post("/enter", data={"link": link})
    assert again.status_code == 403
    assert "set-cookie" not in again.headers
    assert (await first.get("/")).status_code == 200
    assert (await second.get("/")).status_code == 403


async def test_to_look_at_a_link_does_not_use_it_up(house: House) -> None:
    link = await house.door.link(MO)
    for _ in range(3):
        shown = await house.browser().get("/enter", params={"link": link})
        assert shown.status_code == 200
    assert (await house.browser().post("/enter", data={"link": link})).status_code == 303


async def test_a_session_ends_by_itself_by_signing_out_and_when_all_are_ended(house: House) -> None:
    browser = await house.inside()
    house.now += SESSION_SECONDS - 1
    assert (await browser.get("/")).status_code == 200
    house.now += 2
    assert (await browser.get("/")).status_code == 403

    browser = await house.inside()
    copy = dict(browser.cookies)
    left = await house.press(browser, "/leave")
    assert left.status_code == 200
    assert "Max-Age=0" in left.headers["set-cookie"]
    assert (await house.browser().get("/", headers={"cookie": f"sereno={copy['sereno']}"})).status_code == 403

    browser = await house.inside()
    assert await house.store.revoke() > 0
    assert (await browser.get("/")).status_code == 403


async def test_the_cookie_is_for_us_alone_and_for_https_where_that_is_served() -> None:
    house = House()
    answer = await house.browser().post("/enter", data={"link": await house.door.link(MO)})
    cookie = answer.headers["set-cookie"].lower()
    assert all(part in cookie for part in ("httponly", "samesite=lax", "max-age=43200", "path=/"))
    assert "secure" not in cookie
    house = House(url="https://sereno.example.org")
    answer = await house.browser().post("/enter", data={"link": await house.door.link(MO)})
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("__host-sereno=")
    assert "secure" in cookie
    assert "domain" not in cookie


async def test_a_session_that_somebody_else_has_chosen_is_never_taken(house: House) -> None:
    browser = house.browser(cookie="sereno=chosen-by-somebody")
    answer = await browser.post("/enter", data={"link": await house.door.link(MO)})
    session = re.match(r"sereno=([^;]+)", answer.headers["set-cookie"])
    assert session
    assert session[1] != "chosen-by-somebody"
    assert await house.door.who("chosen-by-somebody") is None


async def test_who_comes_in_anew_leaves_the_session_before(house: House) -> None:
    browser = await house.inside()
    old = browser.cookies["sereno"]
    answer = await browser.post("/enter", data={"link": await house.door.link(MO)})
    assert answer.status_code == 303
    assert await house.door.who(old) is None


async def test_nothing_that_is_stored_lets_anybody_in(house: House) -> None:
    secret = await house.door.link(MO)
    browser = await house.inside()
    stored = list(house.store._passes)
    assert all(secret not in each and browser.cookies["sereno"] not in each for each in stored)
    for each in stored:
        assert (await house.browser().post("/enter", data={"link": each})).status_code == 403
        assert (await house.browser().get("/", headers={"cookie": f"sereno={each}"})).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": f"http://{HOST}.evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "http://localhost:9999"},
    ],
    ids=str,
)
async def test_a_form_of_another_site_is_refused_even_with_the_right_key(
    house: House, headers: dict[str, str]
) -> None:
    browser = await house.inside()
    key = form_key(browser.cookies["sereno"])
    await house.file(OURS)
    answer = await browser.post(f"/cases/{OURS}", data={"key": key, "action": "right"}, headers=headers)
    assert answer.status_code == 403
    assert (await browser.post("/leave", data={"key": key}, headers=headers)).status_code == 403
    link = await house.door.link(MO)
    assert (await browser.post("/enter", data={"link": link}, headers=headers)).status_code == 403
    assert (await browser.get("/")).status_code == 200


@pytest.mark.parametrize("key", ["", "0" * 64, "ñ", None])
async def test_a_form_without_the_sessions_key_changes_nothing(house: House, key: str | None) -> None:
    browser = await house.inside()
    other = await house.inside()
    await house.file(OURS)
    given = {"key": form_key(other.cookies["sereno"]) if key is None else key}
    for path in (
        "/leave",
        "/try",
        "/policy",
        "/policy/setting",
        "/export",
        "/knowledge",
        "/knowledge/remove",
        f"/cases/{OURS}",
    ):
        answer = await browser.post(path, data={**given, "action": "right", "text": "hi"})
        assert answer.status_code == 403, path
    assert (await browser.get("/")).status_code == 200


async def test_every_route_is_closed_to_who_has_no_session(house: House) -> None:
    browser = house.browser()
    for route in routes(house):
        path = route.path.format(turn=OURS)
        for method in route.methods or ():
            if method != "HEAD" and path not in ("/enter", "/healthz"):
                answer = await browser.request(method, path, data={} if method == "POST" else None)
                assert answer.status_code == 403, (method, path)
                assert "set-cookie" not in answer.headers


ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "' autofocus onfocus=alert(1) x='",
    "{{ 7*7 }}{% raw %}",
    "</textarea></mark><iframe srcdoc='<script>1</script>'>",
    "javascript:alert(1)",
    '<p hx-get="/leave" hx-trigger="load">',
)


@pytest.mark.parametrize("words", ATTACKS)
async def test_whatever_members_and_communities_are_called_or_write_is_only_text(
    house: House, words: str
) -> None:
    finding = replace(FINDING, excerpt=words[:30], explanation=words, code=words)
    await house.file(
        OURS,
        excerpt=words,
        author_name=words,
        author_id=words,
        findings=(finding,),
        failures=((words, words),),
        filed_by=words,
    )
    # Another case of the same member, with a note; a document with such a name, title and text.
    await house.file("0123456789ab", excerpt=words, author_id=words, author_name=words)
    passage = Passage(words[:90], words, words, "")
    head = head_of(words[:90], [passage], at=house.now, by=words)
    await house.store.learn(PLAZA.community_key, head, [passage])
    document = f"/knowledge/document?{urlencode({'name': words[:90]})}"
    who = replace(MO, name=words)
    browser = await house.inside(who)
    async with house.working():
        await house.press(browser, f"/cases/{OURS}", action="note", text=words)
    for path in ("/", "/cases", f"/cases/{OURS}", "/try", "/trends", "/policy", "/knowledge", document):
        page = await browser.get(path)
        assert page.status_code == 200
        assert tags(page.text) == [], path
    page = await browser.get(
        "/", params={"q": words, "member": words, "channel": words, "guard": words, "before": words}
    )
    assert tags(page.text) == []
    for form in ({"name": words}, {"name": "", "text": words}, {"name": words, "text": words}):
        given = await house.press(browser, "/knowledge", **form)
        assert tags(given.text) == [], form
        assert tags((await house.press(browser, "/knowledge/remove", **form)).text) == []
    stream = await house.streamed(browser, "/stream?after=0")
    assert tags(stream.replace('\\"', '"')) == []
    odd = await house.inside(replace(MO, community=f"{words.replace('/', '%2F')}/x"))
    assert tags((await odd.get("/")).text) == []


def tags(html: str) -> list[str]:
    """Tags and attributes that nobody of us has written. What is escaped has no `<` and no quotation mark."""
    found: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            given = dict(attrs)
            if tag in ("iframe", "object", "embed", "style", "base") or any(
                name.startswith("on") for name in given
            ):
                found.append(tag)
            if tag in ("script", "img") and not str(given.get("src", "")).startswith("/static/"):
                found.append(tag)
            if (
                str(given.get("href", "")).lower().startswith(("javascript:", "http", "//"))
                or "style" in given
            ):
                found.append(tag)
            if tag == "p" and any(name.startswith("hx-") for name in given):
                found.append(tag)

    Reader().feed(html)
    return found


async def test_every_answer_has_the_headers_that_keep_others_out(house: House) -> None:
    inside = await house.inside()
    for answer in (
        await inside.get("/"),
        await inside.get("/nowhere"),
        await house.browser().get("/"),
        await house.browser().get("/static/app.css"),
        await house.browser().get("/static/nothing"),
        await inside.post("/leave", data={"key": "wrong"}),
        await house.browser().delete("/"),
    ):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "*" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "server" not in answer.headers
    assert (await inside.get("/")).headers["cache-control"] == "no-store"


async def test_no_page_has_a_script_or_a_style_in_it_or_names_another_host(house: House) -> None:
    await house.file(OURS)
    browser = await house.inside()
    passage = Passage("d", "t", "words", "")
    await house.store.learn(PLAZA.community_key, head_of("d", [passage], at=0.0, by=""), [passage])
    pages = ("/", f"/cases/{OURS}", "/try", "/trends", "/policy", "/knowledge", "/knowledge/document?name=d")
    for path in (*pages, "/nowhere", "/enter?link=x"):
        html = (await browser.get(path)).text
        assert re.findall(r"<script(?![^>]*\ssrc=\"/static/)[^>]*>", html) == []
        assert re.findall(r"<style|\sstyle=|\son[a-z]+=", html) == []
        assert re.findall(r"(?:src|href|action)=\"(?:https?:)?//", html) == []
    for name in ("app.css", "app.js"):
        assert re.findall(r"https?://|@import", (STATIC / name).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("host", ["evil.example", f"evil.example@{HOST}", "127.0.0.1:9999", "", "LOCALHOST"])
async def test_a_name_that_is_not_ours_is_not_answered(house: House, host: str) -> None:
    browser = await house.inside()
    answer = await browser.get("/", headers={"host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "//evil.example/",
        "/\\evil.example",
        "/enter?next=//evil.example",
        "/?next=//evil.example",
        "/try/",
    ],
)
async def test_nothing_leads_elsewhere(house: House, path: str) -> None:
    browser = await house.inside()
    answer = await browser.get(path)
    assert answer.status_code in (200, 404)
    assert "location" not in answer.headers
    posted = await browser.post(
        "/enter?next=//evil.example", data={"link": await house.door.link(MO), "next": "//evil.example"}
    )
    assert posted.headers["location"] == "/"


@pytest.mark.parametrize(
    "path",
    [
        "/static/../pages.py",
        "/static/%2e%2e/pages.py",
        "/static/..%2fpages.py",
        "/static/....//pages.py",
        "/static//etc/passwd",
        "/static/vendor/..%5c..%5cpages.py",
        "/static/app.css%00.html",
        "/cases/..%2f..%2fstatic%2fapp.css",
        "/cases/" + "a" * 5000,
    ],
)
async def test_a_path_leads_to_nothing_but_our_files(house: House, path: str) -> None:
    browser = await house.inside()
    answer = await browser.get(path)
    assert answer.status_code == 404
    assert "import" not in answer.text


async def test_a_form_that_is_too_big_or_none_is_refused(house: House) -> None:
    browser = await house.inside()
    key = form_key(browser.cookies["sereno"])
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert (await browser.post("/try", data={"key": key, "text": "x" * MOST_BYTES})).status_code == 413

    async def endless() -> object:
        while True:
            yield b"text=" + b"x" * 60_000

    answer = await browser.post("/try", content=endless(), headers=form)  # type: ignore[arg-type]  # an async generator
    assert answer.status_code == 413
    many = "&".join(f"f{number}=1" for number in range(50))
    assert (await browser.post("/try", content=f"key={key}&{many}", headers=form)).status_code == 400
    assert (await browser.post("/try", content=b"key=\xff%ff", headers=form)).status_code == 400
    assert (await browser.post("/try", json={"key": key})).status_code == 415
    assert (
        await browser.post("/try", content="x", headers={**form, "content-length": "-5"})
    ).status_code in (400, 413)
    assert (await browser.put("/try", data={"key": key})).status_code == 405


@pytest.mark.parametrize("given", ["a\r\nSet-Cookie: sereno=x", "a\nb", "é\u2028"])
async def test_what_is_given_gets_into_no_header(house: House, given: str) -> None:
    browser = await house.inside()
    for answer in (
        await browser.get("/", params={"q": given, "before": given}),
        await browser.get("/cases", params={"q": given}, headers={"hx-request": "true"}),
        await browser.get("/enter", params={"link": given}),
        await house.press(browser, "/try", text=given),
    ):
        assert "set-cookie" not in answer.headers
        assert all("\n" not in value for value in answer.headers.values())


async def test_a_cookie_that_cannot_be_read_lets_nobody_in(house: House) -> None:
    for cookie in (
        "sereno",
        "sereno=;;;\x01",
        "sereno=" + "x" * 9000,
        'sereno="\\377\\000"',
        "=;=",
        "sereno=\xff",
    ):
        answer = await house.browser().get("/", headers=[(b"cookie", cookie.encode("latin-1"))])
        assert answer.status_code == 403


async def test_the_state_of_the_console_can_be_asked_for_by_anybody_and_says_nothing_else(
    house: House,
) -> None:
    answer = await house.browser().get("/healthz", headers={"host": "10.0.0.7"})
    assert (answer.status_code, answer.text) == (200, "ok\n")


@pytest.mark.parametrize(
    ("to", "there"),
    [("try", "/try"), ("", "/"), ("//evil.example", "/"), ("https://evil.example", "/"), ("/policy", "/")],
)
async def test_a_link_leads_to_the_cases_or_to_try_and_nowhere_else(
    house: House, to: str, there: str
) -> None:
    browser = house.browser()
    link = await house.door.link(MO)
    page = (await browser.get("/enter", params={"to": to, "link": link})).text
    assert ('name="to" value="try"' in page) == (to == "try")
    answer = await browser.post("/enter", data={"link": link, "to": to})
    assert (answer.status_code, answer.headers["location"]) == (303, there)


async def test_who_is_refused_reads_what_to_do_in_their_own_language(house: House) -> None:
    english = await house.browser().get("/")
    spanish = await house.browser().get("/", headers={"accept-language": "es-MX,es;q=0.9,en;q=0.1"})
    assert "sereno console --link" in english.text
    assert 'lang="es"' in spanish.text
    assert "This needs a link" not in spanish.text


def test_what_others_wrote_is_what_they_wrote() -> None:
    readme = (STATIC / "vendor" / "README.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"\| `([\w.]+)` \|.*`([0-9a-f]{64})` \|", readme))
    there = {file.name for file in (STATIC / "vendor").iterdir()} - {"README.md"}
    assert set(listed) | {"htmx.LICENSE", "uPlot.LICENSE"} == there
    for name, digest in listed.items():
        assert sha256((STATIC / "vendor" / name).read_bytes()).hexdigest() == digest
