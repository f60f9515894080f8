"""Who moderates one community sees and changes nothing of another: tried on every route that there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from adapters.asking import Channel
from bot.console.trying import CHANNEL
from bot.entry import form_key
from tests.helpers import eventually
from tests.unit.console_parts import FINDING, MARKET, MO, PLAZA, House, routes

THERE = MARKET.community_key
TURN = "0123456789ab"
"""A case of the other community,"""
OURS = "ba9876543210"
"""and one of our own."""
SECRETS = (
    "Only for the market",
    "Stranger",
    "market.md",
    "33 %",
    "a tried secret",
    "their-own-guard",
    "their-channel",
)
"""What stands in the other community alone: in its case, its document, its policy, a chat with the bot, its trends, its channels."""
RULE = {
    "guard": "injection",
    "flag": "50",
    "block": "60",
    "action": "hold",
    "on_failure": "open",
    "shadow": "",
}
ACROSS = {"community": THERE, "who": THERE, "ref": MARKET.key, "turn": TURN, "turns": TURN, "case": TURN}
"""What nobody asks for: names that the code might listen to some day."""
FILTERS: Sequence[dict[str, str]] = (
    {},
    {"q": "for the mark"},
    {"member": "trang"},
    {"member": "stranger-id"},
    {"channel": MARKET.channel},
    {"before": "9" * 13},
    {"after": "0"},
    {"guard": "injection", "action": "block"},
)
TURNS = (TURN, f"../{TURN}", f"{TURN}%00", f"discord%2Fmarket%2F{TURN}", f"discord/market/{TURN}")
NAMES = ("market.md", f"{THERE}:market.md", "../market/market.md", f"{THERE}/market.md")

TRIES: dict[tuple[str, str], Sequence[dict[str, str]]] = {
    ("GET", "/"): FILTERS,
    ("GET", "/cases"): FILTERS,
    ("GET", "/stream"): FILTERS[:2],
    ("GET", "/cases/{turn}"): ({},),
    ("POST", "/cases/{turn}"): (
        {"action": "right"},
        {"action": "false_alarm"},
        {"action": "release"},
        {"action": "note", "text": "hello"},
    ),
    ("GET", "/trends"): ({},),
    ("GET", "/policy"): ({},),
    ("POST", "/policy"): (RULE,),
    ("GET", "/policy/compared"): (RULE,),
    ("GET", "/policy/channels"): ({},),
    ("GET", "/channels"): ({},),
    ("POST", "/policy/setting"): (
        {"setting": "persona", "value": "ours"},
        {"setting": "persona", "clear": "1"},
    ),
    ("POST", "/export"): tuple({"kind": kind, **given} for kind in ("csv", "jsonl") for given in FILTERS),
    ("GET", "/knowledge"): ({},),
    ("POST", "/knowledge"): tuple({"text": "# Ours", "name": name} for name in NAMES),
    ("GET", "/knowledge/document"): tuple({"name": name} for name in NAMES),
    ("POST", "/knowledge/remove"): tuple({"name": name} for name in NAMES),
    ("GET", "/try"): ({},),
    ("POST", "/try"): ({"text": "/guardlog recent"}, {"text": f"/guardlog show {TURN}"}),
    ("GET", "/try/stream"): ({"since": "0"},),
    ("GET", "/enter"): ({"link": "x"},),
    ("POST", "/enter"): ({"link": "x"},),
    ("POST", "/leave"): ({},),
    ("GET", "/healthz"): ({},),
}
"""By method and path: what is given, each time with `ACROSS`. A route that is not here fails the test."""


async def kept_there(house: House) -> tuple[Any, ...]:
    """All that the other community has."""
    store = house.store
    documents = await store.catalogue(THERE)
    return (
        await store.file(THERE, TURN),
        await store.cases(THERE, since=0.0, limit=99),
        await store.layer(THERE),
        documents,
        [await store.passages(THERE, head.name) for head in documents.heads],
        await store.tallies(THERE, house.now),
    )


@pytest.fixture
async def house() -> House:
    """Two communities, each with a case; the other one has chosen, taught and tried something, too."""
    house = House("We know nothing about that.")
    await house.file(
        TURN,
        MARKET,
        excerpt="Only for the market",
        author_name="Stranger",
        author_id="stranger-id",
        findings=(FINDING, replace(FINDING, guard="their-own-guard")),
    )
    await house.file(OURS)
    await house.store.save(MARKET, '{"rules": {"injection": {"block": 0.33}}}', channel=False)
    house.platform.known = {
        THERE: [Channel("1", "their-channel")],
        PLAZA.community_key: [Channel("2", "our-channel")],
    }
    return house


async def test_no_route_reaches_across_to_another_community(house: House) -> None:
    async with house.working():
        there = await house.inside(replace(MO, community=THERE))
        await house.press(there, "/knowledge", text="# Only for the market", name="market.md")
        await house.press(there, "/try", text="a tried secret")
        assert "a tried secret" in (await there.get("/try")).text
        ref = replace(MARKET, channel=CHANNEL, thread=MO.person)
        await eventually(lambda: house.web.chat(ref)[0][-1].ended)
        before = await kept_there(house)

        assert {(method, route.path) for route in routes(house) for method in route.methods or ()} - {
            ("HEAD", path) for _, path in TRIES
        } == set(TRIES), "a new route: try to reach across on it, too"
        for (method, path), tries in TRIES.items():
            for turn in TURNS if "{turn}" in path else ("",):
                for given in tries:
                    status, text = await reached(
                        house, method, path.replace("{turn}", turn), {**ACROSS, **given}
                    )
                    found = [secret for secret in SECRETS if secret in text]
                    if "name" in given:
                        # The name is our own: we have said it.
                        found = [secret for secret in found if secret != "market.md"]
                    assert found == [], (method, path, given, turn)
                    if turn:
                        assert status == 404, (method, turn)
        assert await kept_there(house) == before
        # What was looked for is there, for who may see it.
        for path, secret in (
            ("/", SECRETS[0]),
            (f"/cases/{TURN}", SECRETS[1]),
            ("/knowledge", SECRETS[2]),
            ("/policy", SECRETS[3]),
            ("/try", SECRETS[4]),
            ("/trends", SECRETS[5]),
            ("/policy/channels", SECRETS[6]),
            ("/channels", SECRETS[6]),
        ):
            assert secret in (await there.get(path)).text
    # And what was done to our own was done.
    assert '"block": 0.6' in await house.store.layer(PLAZA.community_key)


async def reached(house: House, method: str, path: str, given: dict[str, str]) -> tuple[int, str]:
    """What somebody gets who has just come in, and moderates our own community."""
    browser = await house.inside()
    if path.endswith("/stream"):
        return 200, await house.streamed(browser, f"{path}?{httpx2.QueryParams(given)}", 0.05)
    if method == "GET":
        answer = await browser.get(path, params=given)
    else:
        key = form_key(next(iter(browser.cookies.values())))
        answer = await browser.post(path, params=ACROSS, data={**given, "key": key})
    return answer.status_code, answer.text
