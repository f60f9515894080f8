"""Many workspaces: each installs the app, is answered with its own token, and is forgotten when it removes it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from html import unescape
from typing import Any

import aiohttp
import pytest

from adapters.base import AdapterFailed, ConversationRef, DeliveryFailed, Final, Memory, ReplyTo
from adapters.slack import http
from adapters.slack.adapter import SlackAdapter
from adapters.slack.installations import ROTATE_MINUTES, Installations, States
from adapters.slack.manifest import EVENTS, INSTALL_PATH, PATH, REDIRECT_PATH, REMOVED, manifest_of
from bot.commands import table
from tests.wire.slack import Channel, Team, User
from tests.wire.slack_parts import SECONDS, Heard, Scene, adapter_for, ended, id_of, notes

pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")


@dataclass
class Town:
    """An app that workspaces can install."""

    scene: Scene
    adapter: SlackAdapter
    heard: Heard
    memory: Memory
    origin: str
    places: dict[str, tuple[Team, User, Channel]] = field(default_factory=dict)

    def add(self, name: str) -> tuple[Team, User, Channel]:
        world = self.scene.world
        team = world.add_team(name, installed=False)
        admin = world.add_user(f"admin-of-{name}", admin=True, team=team)
        self.places[name] = (team, admin, world.add_channel("general", [admin], team=team))
        return self.places[name]

    async def install(self, admin: User, *, state: str = "", cookie: bool = True) -> tuple[int, str]:
        """What an admin's browser shows in the end."""
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as browser:
            async with browser.get(f"{self.origin}{INSTALL_PATH}") as page:
                sent = page.headers["Set-Cookie"].partition(";")[0]
                (link,) = re.findall(r'href="(https://slack\.com/oauth[^"]+)"', await page.text())
            back = self.scene.server.oauth.authorize(unescape(link), admin)
            if state:
                back = re.sub(r"state=[^&]*", f"state={state}", back)
            headers = {"Cookie": sent} if cookie else {}
            async with browser.get(f"{self.origin}{REDIRECT_PATH}{back}", headers=headers) as page:
                return page.status, await page.text()


@asynccontextmanager
async def town(
    memory: Memory | None = None, scene: Scene | None = None, **fields: Any
) -> AsyncIterator[Town]:
    scene = scene or Scene(events=frozenset({*EVENTS, *REMOVED}))
    heard, kept = Heard(), memory or notes()
    async with scene.server:
        given: dict[str, Any] = {
            "bot_token": "",
            "app_token": "",
            "client_id": scene.server.client_id,
            "client_secret": scene.server.client_secret,
            "signing_secret": scene.server.signing_secret,
            "http_port": 0,
        }
        adapter = adapter_for(scene, kept, **(given | fields))
        task = asyncio.create_task(adapter.run(heard))
        try:
            await scene.world.until(lambda: task.done() or adapter.ready, SECONDS)
            if task.done():
                task.result()
            origin = f"http://127.0.0.1:{adapter.port}"
            await scene.server.use_url(f"{origin}{PATH}")
            yield Town(scene, adapter, heard, kept, origin)
        finally:
            await ended(task)


async def said_in(place: Town, who: User, channel: Channel, text: str) -> ConversationRef:
    """Somebody mentions the bot; the conversation that it hears it in."""
    said = await place.scene.world.say(who, channel, f"{channel.team.me.mention} {text}")
    await place.scene.world.until(lambda: id_of(said) in [each.id for each in place.heard.messages], SECONDS)
    return ConversationRef("slack", channel.team.id, channel.id, said.ts)


def final(ref: ConversationRef, text: str) -> Final:
    return Final(f"turn {ref.key}", 1, ref, ReplyTo("slack"), text)


async def test_each_workspace_is_heard_and_answered_with_its_own_token() -> None:
    async with town() as place:
        for name in ("Mercado", "Puerto"):
            team, admin, channel = place.add(name)
            status, page = await place.install(admin)
            assert (status, team.installed) == (200, True)
            assert team.bot_token not in page
            ref = await said_in(place, admin, channel, f"Hello from {name}")
            await place.adapter.deliver(final(ref, f"Hello {name}."))
            assert [one.all_text for one in place.scene.world.replies(channel)] == [f"Hello {name}."]
        used = await place.scene.world.slash(admin, channel, "/chat", "Hello")
        assert used.acked
        assert place.heard.messages[-1].ref.community == channel.team.id
        posts = [(one.team_id, one.error) for one in place.scene.server.asked("chat.postMessage")]
        assert {error for _, error in posts} == {""}
        assert len({team_id for team_id, _ in posts}) == 2


async def test_an_installation_is_known_again_after_a_restart() -> None:
    scene = Scene(events=frozenset({*EVENTS, *REMOVED}))
    memory = notes()
    async with town(memory, scene) as place:
        team, admin, channel = place.add("Mercado")
        await place.install(admin)
        found = await Installations(memory).async_find_bot(team_id=team.id)
        assert found is not None
        assert found.bot_token == team.bot_token
        # Another process, on the same notes.
        again = Heard()
        adapter = adapter_for(
            scene,
            memory,
            bot_token="",
            client_id=scene.server.client_id,
            client_secret=scene.server.client_secret,
            signing_secret=scene.server.signing_secret,
            http_port=0,
        )
        task = asyncio.create_task(adapter.run(again))
        await scene.world.until(lambda: adapter.ready, SECONDS)
        await scene.server.use_url(f"http://127.0.0.1:{adapter.port}{PATH}")
        await scene.world.say(admin, channel, f"{team.me.mention} Hello")
        await scene.world.until(lambda: again.texts, SECONDS)
        await ended(task)


async def test_a_workspace_that_removes_the_app_is_forgotten_and_can_install_it_again() -> None:
    async with town() as place:
        team, admin, channel = place.add("Mercado")
        await place.install(admin)
        ref = await said_in(place, admin, channel, "Hello")
        place.scene.world.uninstall(team)
        await place.scene.world.until(lambda: not place.scene.server.dispatcher.unacked, SECONDS)
        assert await Installations(place.memory).async_find_bot(team_id=team.id) is None
        with pytest.raises(DeliveryFailed) as failed:
            await place.adapter.deliver(final(ref, "Too late."))
        assert failed.value.retry_after is None
        await asyncio.sleep(0)
        await place.install(admin)
        await said_in(place, admin, channel, "Hello again")


async def test_a_removal_that_comes_late_does_not_undo_a_new_installation() -> None:
    async with town() as place:
        team, admin, _ = place.add("Mercado")
        await place.install(admin)
        late = place.scene.server.callback({"type": "app_uninstalled"}, team) | {"event_time": 1}
        answer = await place.scene.server.post_event(f"{place.origin}{PATH}", late)
        assert answer.status == 200
        assert await Installations(place.memory).async_find_bot(team_id=team.id) is not None


async def test_tokens_are_changed_before_they_end() -> None:
    async with town() as place:
        server, world = place.scene.server, place.scene.world
        server.oauth.rotation = True
        team, admin, channel = place.add("Mercado")
        await place.install(admin)
        first = team.bot_token
        ref = await said_in(place, admin, channel, "Hello")
        place.scene.clock.advance(12 * 3600 - ROTATE_MINUTES * 60 + 60)
        # Many at once change it once.
        finals = [replace(final(ref, "Yes."), turn=f"turn {number}") for number in range(3)]
        await asyncio.gather(*(place.adapter.deliver(each) for each in finals))
        assert team.bot_token != first
        assert len([one for one in server.asked("oauth.v2.access") if one.args.get("grant_type")]) == 1
        place.scene.clock.advance(3 * 3600)
        # The first one has ended.
        await place.adapter.deliver(replace(final(ref, "Still here."), turn="later"))
        assert [one.all_text for one in world.replies(channel)] == ["Yes.", "Yes.", "Yes.", "Still here."]


@pytest.mark.parametrize(("state", "cookie"), [("forged", True), ("", False)])
async def test_nobody_installs_it_with_a_state_that_is_not_theirs(state: str, cookie: bool) -> None:
    async with town() as place:
        team, admin, _ = place.add("Mercado")
        status, _ = await place.install(admin, state=state, cookie=cookie)
        assert status == 400
        assert await Installations(place.memory).async_find_bot(team_id=team.id) is None


async def test_a_state_is_good_once() -> None:
    states = States(notes())
    state = await states.async_issue()
    consumed = await asyncio.gather(*(states.async_consume(state) for _ in range(5)))
    assert sorted(consumed) == [False, False, False, False, True]
    assert not await states.async_consume("never issued")


@pytest.mark.parametrize("missing", ["client_secret", "http_port", "signing_secret"])
async def test_what_is_missing_is_named(missing: str) -> None:
    with pytest.raises(AdapterFailed, match="SERENO_SLACK__"):
        async with town(None, None, **dict[str, Any]({missing: None if missing == "http_port" else ""})):
            pass


def test_the_manifest_asks_for_what_installing_needs() -> None:
    found = manifest_of(table(), "", "https://sereno.example.org", many=True)
    assert found["oauth_config"]["redirect_urls"] == ["https://sereno.example.org/slack/oauth_redirect"]
    assert found["settings"]["token_rotation_enabled"] is True
    assert set(REMOVED) <= set(found["settings"]["event_subscriptions"]["bot_events"])


async def test_whoever_asks_to_install_it_again_and_again_fills_no_store(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http, "INSTALLS_PER_MINUTE", 3)
    async with town() as place, aiohttp.ClientSession() as browser:
        statuses = []
        for _ in range(4):
            async with browser.get(f"{place.origin}{INSTALL_PATH}") as page:
                statuses.append(page.status)
        assert statuses == [200, 200, 200, 429]
