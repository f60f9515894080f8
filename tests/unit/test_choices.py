"""The moderators' commands about the policy."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.choices import shown
from bot.policy import layered
from tests.helpers import BEN, PLAZA, message
from tests.scripted import ScriptedModel
from tests.unit.engine_parts import ATTACK, MODERATOR, Bench, ask


async def told(bench: Bench, use: str, /, **options: Any) -> str:
    given = {key.replace("_", "-"): value for key, value in options.items()}
    return await ask(bench, use, author=MODERATOR, options=given)


async def layer(bench: Bench) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(await bench.store.layer(PLAZA.community_key) or "{}")
    return found


def test_what_is_chosen_is_shown_with_the_thresholds_of_each_source() -> None:
    chosen = '{"rules": {"injection": {"block": 0.9, "sources": {"document": {"flag": 0.4, "block": 0.75}}}}}'
    lines = shown(layered(chosen), "en").splitlines()
    assert "injection: noted from 0.50, block from 0.90, on failure held back" in lines
    assert [line for line in lines if line.startswith("injection (")] == [
        "injection (document): noted from 0.40, block from 0.75"
    ]
    lines = shown(layered('{"rules": {"leak": {"block": 1.01, "shadow": true}}}'), "es").splitlines()
    assert (
        "leak: anotado desde 0.50, bloqueado desde nunca, si falla retenido; modo sombra: solo se anota"
        in lines
    )


async def test_a_guards_rule_is_seen_and_changed_by_command() -> None:
    bench = Bench(ScriptedModel("Hi."))
    assert (await told(bench, "policy guard", name="hijack")).splitlines() == [
        "hijack: noted from 0.50, block from 0.80, on failure let through"
    ]
    said = await told(bench, "policy guard", name="injection", block=0.95, action="hold", on_failure="open")
    assert said.splitlines() == [
        "Done: that holds for this community from now on.",
        "injection: noted from 0.50, hold from 0.95, on failure let through",
    ]
    assert (await layer(bench))["rules"] == {
        "injection": {"block": 0.95, "action": "hold", "on_failure": "open"}
    }
    await told(bench, "policy guard", name="injection", shadow=True)
    assert (await layer(bench))["rules"]["injection"]["block"] == 0.95
    assert "Hi." in str(await bench.say(ATTACK))
    await told(bench, "policy clear", setting="guards")
    assert "rules" not in await layer(bench)


async def test_the_persona_reaches_the_model_and_has_an_end() -> None:
    bench = Bench(ScriptedModel("Arr."))
    assert "2001" in await told(bench, "policy set", persona="x" * 2001)
    assert await layer(bench) == {}
    await told(bench, "policy set", persona="Speak like a pirate.", digest=False)
    assert (await layer(bench))["digest"] is False
    await bench.say("hello")
    assert "Speak like a pirate." in bench.engine.model.prompts[-1].messages[0].text  # type: ignore[attr-defined]  # scripted


async def test_only_a_model_that_is_set_up_can_be_chosen_and_it_is_asked_for() -> None:
    bench = Bench(ScriptedModel("Hi."))
    said = await told(bench, "policy set", model="{gpt}")
    assert said == "There is no model “{gpt}”. There are: scripted, another."
    await told(bench, "policy set", model="another")
    await bench.say("hello")
    assert bench.engine.model.prompts[-1].model == "another"  # type: ignore[attr-defined]  # scripted
    assert "another" in await told(bench, "help")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"name": "leak", "block": 7}, "That cannot be chosen: rules.leak.block is 7"),
        ({"name": "leak", "who": 1}, "no who"),
    ],
)
async def test_what_no_policy_can_be_is_refused_with_what_is_allowed(
    options: dict[str, Any], said: str
) -> None:
    bench = Bench(ScriptedModel())
    assert said in await told(bench, "policy guard", **options)
    assert await layer(bench) == {}


async def test_nothing_is_chosen_by_naming_nothing() -> None:
    bench = Bench(ScriptedModel())
    assert "Name what to choose" in await told(bench, "policy set")
    assert "Name what to choose" in await told(bench, "policy clear", setting="version")


async def test_where_each_member_has_a_talk_of_their_own_the_model_hears_nothing_of_the_others() -> None:
    bench = Bench(ScriptedModel("One.", "Two.", "Three."))
    await told(bench, "policy set", session="member")
    await bench.say("my colour is green")
    await bench.say("which colour?", author=BEN)
    assert "green" not in str(bench.engine.model.prompts[-1].messages)  # type: ignore[attr-defined]  # scripted
    await bench.say("which colour?")
    assert "green" in str(bench.engine.model.prompts[-1].messages)  # type: ignore[attr-defined]
    assert "Two." not in str(bench.engine.model.prompts[-1].messages)  # type: ignore[attr-defined]


async def test_a_talk_of_ones_own_is_never_summed_up_for_all() -> None:
    bench = Bench(ScriptedModel(*["word " * 90] * 60), window=2400)
    await told(bench, "policy set", session="member")
    for number in range(25):
        _, commit = await bench.turn(message(f"question {number} " * 20))
        assert commit.summary is None


async def test_a_budget_that_is_used_up_is_told_and_the_model_is_not_asked() -> None:
    bench = Bench(ScriptedModel("Hi.", "Again."))
    await told(bench, "policy set", daily_tokens=10)
    assert "Hi." in str(await bench.say("hello"))
    assert "used up" in str(await bench.say("hello"))
    assert "I am Sereno" in await ask(bench, "help")
    await told(bench, "policy set", daily_tokens=0)
    assert "Again." in str(await bench.say("hello"))


async def test_a_community_keeps_things_for_fewer_days_than_the_host_but_never_for_more() -> None:
    bench = Bench(ScriptedModel("Hi."))
    assert "more than 30 days" in await told(bench, "policy set", retention_days=31)
    await told(bench, "policy set", retention_days=7)
    _, commit = await bench.turn(message("hello"))
    assert commit.days == 7
    assert "for 7 days at most" in await ask(bench, "privacy")
