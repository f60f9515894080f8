"""`sereno slack manifest`, `sereno doctor slack` and `sereno run` on Slack."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from adapters.slack.manifest import PROMPTS, manifest_of, scopes_of
from adapters.slack.setup import inspect
from bot.commands import table
from bot.i18n import translate
from bot.settings import load
from bot.store.memory import MemoryStore
from bot.wiring import platforms_of
from tests.wire.cli_parts import sereno, start
from tests.wire.slack import Fault
from tests.wire.slack_parts import SECONDS, Heard, Scene, answers, listening


async def test_the_manifest_is_printed_as_slack_reads_it(tmp_path: Path) -> None:
    ran = await sereno(tmp_path, "slack", "manifest")
    assert (ran.code, ran.errors) == (0, "")
    assert json.loads(ran.output) == manifest_of(table())


async def test_over_http_everything_comes_to_one_address(tmp_path: Path) -> None:
    ran = await sereno(
        tmp_path, "slack", "manifest", "--url", "https://sereno.example.org/", SLACK__MODERATORS="S123"
    )
    found = json.loads(ran.output)
    address = "https://sereno.example.org/slack/events"
    assert found["settings"]["socket_mode_enabled"] is False
    assert found["settings"]["interactivity"]["request_url"] == address
    assert found["settings"]["event_subscriptions"]["request_url"] == address
    assert {each["url"] for each in found["features"]["slash_commands"]} == {address}
    assert "usergroups:read" in found["oauth_config"]["scopes"]["bot"]


async def test_the_doctor_says_what_is_there_and_what_is_missing(tmp_path: Path) -> None:
    scene = Scene()
    async with scene.server:
        tokens = {"SLACK__BOT_TOKEN": scene.server.bot_token, "SLACK__API_URL": scene.server.api_url}
        ran = await sereno(tmp_path, "doctor", "slack", SLACK__APP_TOKEN=scene.server.app_token, **tokens)
        assert (ran.code, ran.errors) == (0, "")
        assert "everything is there" in ran.output
        assert "✓ Slack answers over Socket Mode" in ran.output
        # The scene has granted one scope more, for a user group.
        assert "✓ all scopes are there, and more than it needs: usergroups:read" in ran.output
        ran = await sereno(tmp_path, "doctor", "slack", SLACK__APP_TOKEN="xapp-wrong", **tokens)
        assert ran.code == 1
        assert "✗ SERENO_SLACK__APP_TOKEN is refused by Slack" in ran.output
        assert "xapp-wrong" not in ran.output


async def test_the_doctor_names_a_missing_token(tmp_path: Path) -> None:
    ran = await sereno(tmp_path, "doctor", "slack")
    assert ran.code == 1
    assert "SERENO_SLACK__BOT_TOKEN is not set" in ran.output


async def test_the_doctor_looks_at_the_group_the_secret_and_the_moderators_channel() -> None:
    scene = Scene()
    async with scene.server:
        closed = scene.world.add_channel("closed", [scene.mod], bot=False)
        group = scene.world.add_group("mods", [scene.mod])
        team = scene.world.team.id

        async def looked(**fields: str) -> list[tuple[bool, str]]:
            given = {"app_token": "", "signing_secret": "a" * 32, "moderators": group.id, **fields}
            channel = given.pop("channel", scene.channel.id)
            found = await inspect(
                scene.server.bot_token,
                scene.server.api_url,
                over_http=True,
                log_channels={team: channel, "T0ther": "C0ther"},
                **given,
            )
            return [(check.good, check.text) for check in found]

        assert all(good for good, _ in await looked())
        bad = [
            text
            for good, text in await looked(signing_secret="", moderators="S0NONE", channel=closed.id)
            if not good
        ]
        assert ["SERENO_SLACK__SIGNING_SECRET" in bad[0], "S0NONE" in bad[1], "#closed" in bad[2]] == [
            True
        ] * 3


async def test_run_answers_on_slack_and_ends_when_it_is_told_to(tmp_path: Path) -> None:
    scene = Scene()
    async with scene.server:
        process = await start(
            tmp_path,
            "run",
            SLACK__BOT_TOKEN=scene.server.bot_token,
            SLACK__APP_TOKEN=scene.server.app_token,
            SLACK__API_URL=scene.server.api_url,
        )
        await scene.world.until(lambda: scene.server.sockets.live, SECONDS)
        used = await scene.world.slash(scene.ana, scene.channel, "/help", "")
        await scene.world.until(lambda: answers(used), SECONDS)
        process.terminate()
        assert await asyncio.wait_for(process.wait(), SECONDS) == 0


def test_it_runs_on_slack_alone_or_beside_discord() -> None:
    tokens = {"SERENO_SLACK__BOT_TOKEN": "xoxb-1", "SERENO_DISCORD__TOKEN": "x"}
    store = MemoryStore()
    routes = [adapter.route for adapter in platforms_of(load(tokens), store)]
    assert routes == ["discord", "slack"]
    assert "xoxb-1" not in repr(platforms_of(load(tokens), store))


async def test_for_many_workspaces_the_doctor_looks_at_what_installing_needs(tmp_path: Path) -> None:
    many = {"SLACK__CLIENT_ID": "1.2", "SLACK__SIGNING_SECRET": "a" * 32, "SLACK__HTTP_PORT": "3000"}
    ran = await sereno(tmp_path, "doctor", "slack", SLACK__CLIENT_SECRET="s3cr3t", **many)
    assert (ran.code, ran.errors) == (0, "")
    ran = await sereno(tmp_path, "doctor", "slack", **many)
    assert ran.code == 1
    assert "SERENO_SLACK__CLIENT_SECRET" in ran.output


async def test_the_doctor_names_scopes_that_were_not_granted() -> None:
    scene = Scene(scopes=frozenset(scopes_of("")) - {"files:read", "users:read"})
    async with scene.server:
        found = await inspect(
            scene.server.bot_token,
            scene.server.api_url,
            app_token=scene.server.app_token,
            signing_secret="",
            over_http=False,
            moderators="",
        )
        bad = [check.text for check in found if not check.good]
        assert len(bad) == 1
        assert bad[0].startswith("missing scopes: files:read, users:read: make the app again")


async def test_what_the_agent_view_offers_is_in_the_language_of_who_opens_it() -> None:
    scene, heard = Scene(), Heard()
    eva = scene.world.add_user("eva", locale="es-ES")
    scene.channel.members[eva.id] = eva
    method = "assistant.threads.setSuggestedPrompts"
    async with scene.server, listening(scene, heard):
        scene.server.faults.next(method, Fault(error="internal_error"))
        for who in (scene.ana, eva, eva):
            scene.world.open_home(who, "home")
            scene.world.open_home(who)
            await scene.world.until(lambda: not scene.server.sockets.unacked, SECONDS)
        await scene.world.until(lambda: scene.world.sessions, SECONDS)
        (((channel, _), session),) = scene.world.sessions.items()
        assert channel == scene.world.dm(eva).id
        assert [one["title"] for one in session.prompts] == [translate(title, "es") for title, _ in PROMPTS]
        assert len(scene.server.asked(method)) == 2
