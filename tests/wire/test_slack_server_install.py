"""Installing in the loopback Slack: OAuth with the real slack_sdk and Bolt, tokens that rotate, and the end."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import FileInstallationStore, Installation
from slack_sdk.oauth.state_store import FileOAuthStateStore
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient

from tests.wire.slack import MovableClock, SlackServer
from tests.wire.slack.probe import Probe, listening, web_client

pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")


class Scene:
    def __init__(self, server: SlackServer, clock: MovableClock, client: AsyncWebClient) -> None:
        self.server, self.clock, self.client, self.world = server, clock, client, server.world


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    clock = MovableClock()
    async with SlackServer(clock=clock) as server, web_client(server, "") as client:
        yield Scene(server, clock, client)


async def test_bolts_own_install_flow_runs_to_its_end_and_back(scene: Scene, tmp_path: Path) -> None:
    server, world = scene.server, scene.world
    team = world.add_team("Other", installed=False)
    admin = world.add_user("Admin", admin=True, team=team)
    channel = world.add_channel("general", [admin], team=team)
    store = FileInstallationStore(base_dir=str(tmp_path / "installed"), client_id=server.client_id)
    app = AsyncApp(
        client=scene.client,
        signing_secret=server.signing_secret,
        process_before_response=True,
        oauth_settings=AsyncOAuthSettings(
            client_id=server.client_id,
            client_secret=server.client_secret,
            scopes=["chat:write", "channels:history"],
            installation_store=store,
            state_store=FileOAuthStateStore(expiration_seconds=60, base_dir=str(tmp_path / "states")),
        ),
    )

    @app.event("message")
    async def echo(event: dict[str, Any], client: AsyncWebClient) -> None:
        await client.chat_postMessage(channel=event["channel"], text=f"echo {event['text']}")

    app.enable_token_revocation_listeners()
    probe = Probe(server, scene.client, app=app)
    async with listening(probe) as url, aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as browser:
        origin = url.removesuffix("/slack/events")
        async with browser.get(f"{origin}/slack/install") as page:
            cookie = page.headers["Set-Cookie"].partition(";")[0]
            [link] = re.findall(r'href="(https://slack\.com/oauth[^"]+)"', await page.text())
        back = server.oauth.authorize(unescape(link), admin)
        async with browser.get(f"{origin}/slack/oauth_redirect{back}", headers={"Cookie": cookie}) as page:
            assert page.status == 200, await page.text()
        assert team.installed
        await server.use_url(url)
        await world.say(admin, channel, "hi")
        await world.until(lambda: world.replies(channel))
        found = await store.async_find_bot(enterprise_id=None, team_id=team.id)
        assert found is not None
        assert found.bot_token == team.bot_token
        world.uninstall(team)
        await world.until(lambda: not server.dispatcher.unacked)
    assert await store.async_find_bot(enterprise_id=None, team_id=team.id) is None


async def test_an_installation_gives_tokens_that_rotate_and_end(scene: Scene) -> None:
    server, clock = scene.server, scene.clock
    server.oauth.rotation = True
    team = scene.world.add_team("Other", installed=False)
    admin = scene.world.add_user("Admin", admin=True, team=team)
    link = (
        f"https://slack.com/oauth/v2/authorize?client_id={server.client_id}&scope=chat:write,commands"
        "&state=abc&redirect_uri=https%3A%2F%2Fexample.com%2Fback"
    )
    back = server.oauth.authorize(link, admin)
    assert back.startswith("https://example.com/back?code=")
    code = back.partition("code=")[2].partition("&")[0]
    known = {"client_id": server.client_id, "client_secret": server.client_secret}
    asked = {"code": code, "redirect_uri": "https://example.com/back"}
    for wrong, error in (
        ({"client_secret": "x"}, "bad_client_secret"),
        ({"client_id": "x"}, "invalid_client_id"),
        ({"code": "x"}, "invalid_code"),
        ({"redirect_uri": "https://evil.example"}, "bad_redirect_uri"),
    ):
        with pytest.raises(SlackApiError, match=error):
            await scene.client.oauth_v2_access(**{**known, **asked, **wrong})
    given = await scene.client.oauth_v2_access(**known, **asked)
    with pytest.raises(SlackApiError, match="code_already_used"):
        await scene.client.oauth_v2_access(**known, **asked)
    assert (given["team"]["id"], given["scope"]) == (team.id, "chat:write,commands")
    old = Installation(
        user_id=admin.id,
        team_id=team.id,
        bot_token=given["access_token"],
        bot_refresh_token=given["refresh_token"],
        bot_token_expires_in=given["expires_in"],
    )
    rotator = AsyncTokenRotator(client=scene.client, **known)
    new = await rotator.perform_token_rotation(installation=old, minutes_before_expiration=60 * 13)
    assert new is not None
    with pytest.raises(Exception, match="invalid_refresh_token"):
        await rotator.perform_token_rotation(installation=old, minutes_before_expiration=60 * 13)
    async with web_client(server, new.bot_token) as client:
        await client.auth_test()
        clock.advance(43_300)
        with pytest.raises(SlackApiError, match="token_expired"):
            await client.auth_test()


async def test_an_uninstalled_app_is_locked_out(scene: Scene) -> None:
    known = {"client_id": scene.server.client_id, "client_secret": scene.server.client_secret}
    async with web_client(scene.server) as client:
        await client.apps_uninstall(**known)
        with pytest.raises(SlackApiError, match="token_revoked"):
            await client.auth_test()
    assert not scene.world.team.installed
