"""*Policy*: rules are changed as a whole, by moderators alone, after seeing what that would have changed."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from adapters.asking import Channel
from adapters.base import Author, CommandUse
from bot.commands import POLICY_SETTINGS
from bot.console.channels import channel_id
from bot.policy import NEVER, Action, GuardRule, Policy
from bot.rules import CHANGE, chosen, otherwise, outcome, with_rule
from guards.signatures import KNOWN_FALSE_ALARM
from tests.helpers import message
from tests.unit.console_parts import FINDING, PLAZA, House, case

RULE = {"guard": "injection", "flag": "60", "block": "99", "action": "hold", "on_failure": "open"}


def test_what_follows_now_is_what_followed_then() -> None:
    policy = Policy()
    assert outcome(case("t"), policy) is Action.BLOCK
    assert outcome(replace(case("t"), findings=(replace(FINDING, score=0.6),)), policy) is Action.FLAG
    quoted = replace(FINDING, score=0.75, source="quoted")
    assert outcome(replace(case("t"), findings=(quoted,)), policy) is Action.BLOCK
    known = replace(FINDING, code=KNOWN_FALSE_ALARM)
    assert outcome(replace(case("t"), findings=(known, FINDING)), policy) is Action.ALLOW
    assert outcome(replace(case("t"), findings=(), failures=(("injection", "late"),)), policy) is Action.BLOCK
    assert outcome(replace(case("t"), findings=(), failures=(("hijack", "late"),)), policy) is Action.FLAG
    shadow = replace(policy, rules={"injection": GuardRule(shadow=True)})
    assert outcome(case("t"), shadow) is Action.FLAG


def test_only_cases_that_would_end_otherwise_are_told() -> None:
    sure, unsure = case("a"), replace(case("b"), findings=(replace(FINDING, score=0.85),))
    changed = otherwise([sure, unsure], Policy(), "injection", GuardRule(block=0.9))
    assert [(each.case.turn, each.now, each.then) for each in changed] == [("b", Action.BLOCK, Action.FLAG)]
    assert otherwise([sure, unsure], Policy(), "injection", GuardRule()) == []
    assert len(otherwise([sure], Policy(), "injection", GuardRule(flag=NEVER, block=NEVER))) == 1


def test_a_rule_is_changed_and_nothing_beside_it() -> None:
    layer = json.dumps(
        {"version": 3, "persona": "kind", "rules": {"leak": {"block": 0.9}, "injection": {"shadow": True}}}
    )
    changed = json.loads(with_rule(layer, "injection", {"block": 0.7}))
    assert changed == {
        "version": 4,
        "persona": "kind",
        "rules": {"leak": {"block": 0.9}, "injection": {"shadow": True, "block": 0.7}},
    }
    assert chosen(with_rule("no JSON", "leak", {"flag": 0.1})).rule("leak").flag == 0.1
    assert chosen('{"rules": 7}') == Policy()


async def test_every_setting_is_shown_with_its_meaning_and_can_be_chosen_and_put_back() -> None:
    house = House()
    async with house.working():
        browser = await house.inside()
        page = (await browser.get("/policy")).text
        assert re.findall(r'name="setting" value="([^"]+)"', page) == list(POLICY_SETTINGS)
        assert "The lowest score that makes a card" in page
        spanish = (await browser.get("/policy", headers={"accept-language": "es"})).text
        assert "The lowest score" not in spanish
        for name, value in (
            ("persona", "Kind <b>\nand brief"),
            ("cards-from", "0.5"),
            ("digest", "false"),
            ("session", "member"),
            ("daily-tokens", "1000"),
        ):
            answer = await house.press(browser, "/policy/setting", setting=name, value=value)
            assert (answer.status_code, answer.headers["location"]) == (303, "/policy"), name
        policy = chosen(await house.store.layer(PLAZA.community_key))
        assert (policy.persona, policy.cards_from, policy.digest) == ("Kind <b>\nand brief", 0.5, False)
        assert (policy.session, policy.daily_tokens) == ("member", 1000)
        page = (await browser.get("/policy")).text
        assert "Kind &lt;b&gt;\nand brief</textarea>" in page
        assert page.count("Back to the default") == 5
        await house.press(browser, "/policy/setting", setting="digest", clear="1")
        # What is emptied is not chosen.
        await house.press(browser, "/policy/setting", setting="persona", value=" ")
        policy = chosen(await house.store.layer(PLAZA.community_key))
        assert (policy.persona, policy.cards_from, policy.digest) == ("", 0.5, True)
        part = {"hx-request": "true"}
        browser.headers.update(part)
        refused = await house.press(browser, "/policy/setting", setting="model", value="nosuch")
        assert "nosuch" in refused.text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("nothing", "x"),
        ("rules", "{}"),
        ("cards-from", "7"),
        ("cards-from", "nan"),
        ("cards-from", "x"),
        ("daily-tokens", "1.5"),
        ("daily-tokens", "-1"),
        ("digest", "perhaps"),
        ("session", "planet"),
    ],
)
async def test_what_cannot_be_chosen_changes_nothing(name: str, value: str) -> None:
    house = House()
    answer = await house.press(await house.inside(), "/policy/setting", setting=name, value=value)
    assert answer.status_code == 400
    assert await house.store.layer(PLAZA.community_key) == ""


@pytest.mark.parametrize(
    ("community", "given", "channel"),
    [
        ("discord/42", "https://discord.com/channels/42/123456789012345678", "123456789012345678"),
        ("discord/42", "https://ptb.discord.com/channels/42/123456789012345678/99", "123456789012345678"),
        ("discord/42", "<#123456789012345678>", "123456789012345678"),
        ("discord/42", "123456789012345678", "123456789012345678"),
        ("discord/42", "https://discord.com/channels/43/123456789012345678", None),
        ("discord/42", "#moderators", None),
        ("discord/42", "https://evil.example/channels/42/123456789012345678", None),
        ("slack/T123456", "https://plaza.slack.com/archives/C0123456", "C0123456"),
        ("slack/T123456", "https://plaza.slack.com/archives/C0123456/p1700000000000", "C0123456"),
        ("slack/T123456", "https://app.slack.com/client/T123456/C0123456", "C0123456"),
        ("slack/T123456", "https://app.slack.com/client/T999999/C0123456", None),
        ("slack/T123456", "<#C0123456|moderators>", "C0123456"),
        ("slack/T123456", "G0123456", "G0123456"),
        ("slack/T123456", "moderators", None),
        ("terminal/local", "anything", "anything"),
    ],
)
def test_a_channel_is_given_by_its_link_a_mention_or_its_id(
    community: str, given: str, channel: str | None
) -> None:
    assert channel_id(given, community) == channel


async def test_the_page_says_how_to_give_a_channel_and_takes_its_link() -> None:
    house = House()
    async with house.working():
        browser = await house.inside()
        assert "copy its link" in (await browser.get("/policy")).text
        refused = await house.press(browser, "/policy/setting", setting="log-channel", value="#mods")
        assert refused.status_code == 400
        assert "copy its link" in refused.text
        assert await house.store.layer(PLAZA.community_key) == ""
        browser.headers["hx-request"] = "true"
        refused = await house.press(browser, "/policy/setting", setting="log-channel", value="#mods")
        assert (refused.status_code, 'role="status"' in refused.text) == (200, True)
        link = f"https://discord.com/channels/{PLAZA.community}/123456789012345678"
        await house.press(browser, "/policy/setting", setting="log-channel", value=link)
        assert chosen(await house.store.layer(PLAZA.community_key)).log_channel == "123456789012345678"
        await house.press(browser, "/policy/setting", setting="log-channel", value="")
        assert chosen(await house.store.layer(PLAZA.community_key)).log_channel == ""


async def test_where_the_platform_says_which_channels_it_has_one_is_chosen_by_its_name() -> None:
    house = House()
    browser = await house.inside()
    assert 'hx-get="/policy/channels"' in (await browser.get("/policy")).text
    assert (await browser.get("/policy/channels")).status_code == 204
    assert (await browser.get("/channels")).json() == {}
    house.platform.known[PLAZA.community_key] = [Channel("7", "mods"), Channel("8", "<b>")]
    await house.store.save(PLAZA, '{"log_channel": "8"}', channel=False)
    shown = (await browser.get("/policy/channels")).text
    assert '<option value="7">#mods</option><option value="8" selected>#&lt;b&gt;</option>' in shown
    assert (await browser.get("/channels")).json() == {"7": "mods", "8": "<b>"}
    # What was chosen stays in sight where the platform no longer names it.
    await house.store.save(PLAZA, '{"log_channel": "9"}', channel=False)
    assert '<option value="9" selected>9</option>' in (await browser.get("/policy/channels")).text


async def test_what_is_kept_holds_and_is_shown() -> None:
    house = House()
    await house.store.save(PLAZA, '{"persona": "kind", "rules": {"leak": {"block": 0.91}}}', channel=False)
    async with house.working():
        browser = await house.inside()
        page = (await browser.get("/policy")).text
        assert "91 %" in page
        kept = await house.press(browser, "/policy", **RULE, shadow="on")
        assert (kept.status_code, kept.headers["location"]) == (303, "/policy")
        browser.headers["hx-request"] = "true"
        assert "holds for this community" in (await house.press(browser, "/policy", **RULE)).text
    policy = chosen(await house.store.layer(PLAZA.community_key))
    assert (policy.version, policy.persona, policy.rule("leak").block) == (2, "kind", 0.91)
    rule = policy.rule("injection")
    assert (rule.flag, rule.block, rule.action, rule.on_failure, rule.shadow) == (
        0.6,
        0.99,
        Action.HOLD,
        "open",
        False,
    )


async def test_a_comparison_changes_nothing_and_says_when_there_is_nothing_to_compare() -> None:
    house = House()
    browser = await house.inside()
    assert "no cases" in (await browser.get("/policy/compared", params=RULE)).text
    await house.file("a" * 12)
    shown = (await browser.get("/policy/compared", params=RULE)).text
    assert "1 of 1 cases would have gone otherwise" in shown
    assert f"/cases/{'a' * 12}" in shown
    same = {**RULE, "flag": "50", "block": "80", "action": "block", "on_failure": "closed"}
    assert "the same way" in (await browser.get("/policy/compared", params=same)).text
    assert await house.store.layer(PLAZA.community_key) == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"guard": "nobody"},
        {"flag": "102"},
        {"flag": "-1"},
        {"block": "١"},
        {"block": ""},
        {"action": "ban"},
        {"on_failure": "x"},
    ],
    ids=str,
)
async def test_a_rule_that_is_none_is_refused(wrong: dict[str, str]) -> None:
    house = House()
    browser = await house.inside()
    assert (await browser.get("/policy/compared", params=RULE | wrong)).status_code == 400
    assert (await house.press(browser, "/policy", **(RULE | wrong))).status_code == 400


async def test_nobody_but_a_moderator_changes_a_rule() -> None:
    house = House()
    asked = message(
        "",
        ref=PLAZA,
        author=Author("u", "Ana"),
        command=CommandUse(CHANGE, {"guard": "injection", "block": 1.01}),
    )
    commit = await house.bench.engine.handle(asked)
    assert commit.policy is None
