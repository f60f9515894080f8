"""What once went wrong, or nearly did, between Slack and the adapter."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from adapters.base import DeliveryFailed, Delta, Final, Inbound, Memory, NotKept, Removed, Started
from adapters.slack import http, people, taking, working
from adapters.slack.attached import texts_of
from adapters.slack.convert import team_in, words_of
from adapters.slack.installations import ROTATE_MINUTES, Installed
from adapters.slack.manifest import PATH
from adapters.slack.render import safe
from adapters.slack.web import Pace, Site, client_of, new_session
from tests.wire.slack import LOST, Fault
from tests.wire.slack.probe import web_client
from tests.wire.slack_parts import (
    SECONDS,
    Heard,
    Scene,
    adapter_for,
    ended,
    id_of,
    listening,
    ref_in,
    reply_to,
)
from tests.wire.test_slack_many import Town, final, said_in, town

pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")


async def test_what_is_said_while_slack_does_not_tell_whose_token_it_is_comes_again() -> None:
    async with town() as place:
        team, admin, channel = place.add("Mercado")
        await place.install(admin)
        place.scene.server.faults.next("auth.test", Fault(error="internal_error"), times=2)
        said = await place.scene.world.say(admin, channel, f"{team.me.mention} Hello")

        async def heard_it() -> bool:
            place.scene.clock.advance(60.0)
            return id_of(said) in [each.id for each in place.heard.messages]

        await place.scene.world.until(heard_it, SECONDS)


async def test_a_token_that_cannot_be_changed_right_now_is_used_meanwhile() -> None:
    async with town() as place:
        place.scene.server.oauth.rotation = True
        _, admin, channel = place.add("Mercado")
        await place.install(admin)
        ref = await said_in(place, admin, channel, "Hello")
        place.scene.clock.advance(12 * 3600 - ROTATE_MINUTES * 60 + 60)
        place.scene.server.faults.next("oauth.v2.access", Fault(reset=True))
        await place.adapter.deliver(final(ref, "Yes."))
        assert [one.all_text for one in place.scene.world.replies(channel)] == ["Yes."]


async def test_a_reply_that_may_have_arrived_is_removed_with_the_others() -> None:
    scene = Scene()
    async with scene.server, listening(scene, Heard()) as adapter:
        asked = await scene.ask("Hello")
        ref, to = ref_in(asked), reply_to(asked)
        scene.server.faults.next("chat.startStream", LOST)
        with pytest.raises(DeliveryFailed):
            await adapter.deliver(Delta("turn", 1, ref, to, "Something to regret"))
        assert len(scene.world.replies(scene.channel)) == 1
        await adapter.deliver(Removed("turn", 9, ref, to))
        assert scene.world.replies(scene.channel) == []


async def test_a_message_that_was_deleted_before_it_could_be_taken_is_not_heard_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(taking, "PAUSES", ())
    scene, heard = Scene(), Heard()
    away, refused = True, asyncio.Event()

    async def take(inbound: Inbound) -> None:
        if away:
            refused.set()
            raise NotKept("away")
        await heard(inbound)

    async with scene.server, listening(scene, take):
        dm = scene.world.dm(scene.ana)
        said = await scene.world.say(scene.ana, dm, "My password is …")
        await asyncio.wait_for(refused.wait(), SECONDS)
        scene.clock.advance(scene.server.dispatcher.deadline + 1.0)
        await scene.world.until(lambda: scene.server.dispatcher.waiting, SECONDS)
        away = False
        await scene.world.delete(scene.ana, said)
        await scene.world.until(lambda: heard.retracted, SECONDS)
        scene.clock.advance(400.0)
        await scene.world.say(scene.ana, dm, "Hello")
        await scene.world.until(lambda: heard.texts and not scene.server.dispatcher.unacked, SECONDS)
        assert heard.texts == ["Hello"]


async def test_a_file_that_comes_in_pieces_is_read_to_its_end() -> None:
    async def serve(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Type": "text/plain"})
        await answer.prepare(request)
        for piece in (b"one ", b"two ", b"three"):
            await answer.write(piece)
            for _ in range(20):
                await asyncio.sleep(0)
        return answer

    app = web.Application()
    app.router.add_get("/a.txt", serve)
    async with TestServer(app) as server, new_session() as session:
        site = Site(client_of("xoxb-1", str(server.make_url("/")), session), "T1", "U1", "B1", "")
        file = {
            "id": "F1",
            "mimetype": "text/plain",
            "size": 13,
            "url_private": str(server.make_url("/a.txt")),
        }
        assert await texts_of([file], site, session) == {"F1": "one two three"}


def test_an_event_of_a_shared_channel_is_the_workspaces_that_it_is_meant_for() -> None:
    scene = Scene()
    body = scene.server.callback({"type": "message"}) | {"team_id": "T0ELSEWHERE"}
    assert team_in(body) == scene.world.team.id


def test_a_link_with_another_text_is_read_whole() -> None:
    assert words_of("<https://evil.example/bank|bank>", "U1", {}) == "bank (https://evil.example/bank)"
    assert words_of("<http://example.com|example.com>", "U1", {}) == "example.com"
    assert words_of("<mailto:a@b.example|a@b.example>", "U1", {}) == "a@b.example"


async def test_a_long_thread_is_not_read_from_its_beginning_to_find_a_reply() -> None:
    scene = Scene()
    async with scene.server, listening(scene, Heard()) as adapter:
        first = await scene.ask("Hello")
        for number in range(5):
            await scene.world.say(scene.ana, scene.channel, f"Number {number}", first)
        asked = await scene.world.say(scene.ana, scene.channel, "And now?", first)
        ref, to = ref_in(asked), reply_to(asked)
        scene.server.faults.next("chat.postMessage", LOST)
        with pytest.raises(DeliveryFailed):
            await adapter.deliver(Final("turn", 1, ref, to, "That."))
        await adapter.deliver(Final("turn", 1, ref, to, "That."))
        assert scene.said(first) == ["That."]
        (looked,) = scene.server.asked("conversations.replies")
        assert looked.args["oldest"] == asked.ts


async def test_one_message_does_not_ask_slack_about_everybody() -> None:
    scene, heard = Scene(), Heard()
    async with scene.server, listening(scene, heard):
        crowd = [scene.world.add_user(f"user-{number}") for number in range(60)]
        words = " ".join(user.mention for user in crowd)
        await scene.world.say(scene.ana, scene.world.dm(scene.ana), words)
        await scene.world.until(lambda: heard.messages, SECONDS)
        assert len(scene.server.asked("users.info")) <= people.MOST_ASKED + 1
        assert heard.messages[0].text.count("@") == 60


@pytest.mark.parametrize(
    "text",
    [
        "[bank.com](https://evil.example)",
        "[**bank.com**](https://evil.example)",
        "[`bank.com`](https://evil.example)",
        "[[bank.com]](https://evil.example)",
        "[bank.com\nhere](https://evil.example)",
        "[bank.com](https://evil.example/a(b)c)",
        "[bank.com](<https://evil.example/a b>)",
        "[bank.com](\nhttps://evil.example)",
        '[bank.com](https://evil.example "a (title)")',
        r"[bank\.com](https://evil.example)",
        "[bank.com – sign in](https://evil.example)",
        "[a [bank.com](https://evil.example) b](https://bank.com)",
        "<https://evil.example|bank.com>",
    ],
)
def test_no_link_that_claims_to_lead_elsewhere_can_be_clicked(text: str) -> None:
    shown = safe(f"See {text} now.")
    assert "](https://evil" not in shown
    assert "](<https://evil" not in shown
    assert "](\nhttps://evil" not in shown
    assert "|bank" not in shown
    assert "https://evil.example" in shown


@pytest.mark.parametrize(
    "text",
    [
        "[the manual](https://a.example/b_(c))",
        "[bank.com](https://www.bank.com/x)",
        "[a [b] c](https://a.example)",
    ],
)
def test_an_honest_link_stays(text: str) -> None:
    assert safe(text) == text


async def test_a_request_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "REQUEST_SECONDS", 0.05)
    async with town() as place:
        reader, writer = await asyncio.open_connection("127.0.0.1", place.adapter.port)
        writer.write(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        async with asyncio.timeout(SECONDS):
            assert b" 400 " in await reader.readline()
        writer.write(b"x" * 99)
        await writer.drain()
        writer.close()


async def test_an_admin_of_another_workspace_does_not_moderate_here() -> None:
    scene = Scene()
    async with scene.server, web_client(scene.server) as client:
        team = scene.world.team
        stranger = scene.world.add_user("stranger", admin=True, team=scene.world.add_team("Puerto"))
        # In a shared channel: members from elsewhere can be looked up, too.
        team.users[stranger.id] = stranger
        known = people.People(client, scene.clock, "", team.id)
        assert (await known.person(scene.mod.id)).moderates
        assert not (await known.person(stranger.id)).moderates


async def test_no_status_is_taken_back_that_was_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "SECONDS", 0.0)
    scene = Scene()
    async with scene.server, listening(scene, Heard()) as adapter:
        asked = await scene.ask("Hello")
        ref, to = ref_in(asked), reply_to(asked)
        while adapter.delivery.pace.may("agents.sessions.setStatus", scene.world.team.id):
            pass
        await adapter.deliver(Started("turn", 1, ref, to))
        for _ in range(5):
            await asyncio.sleep(0)
        await adapter.deliver(Final("turn", 2, ref, to, "That."))
        assert scene.said(asked) == ["That."]
        assert scene.server.asked("agents.sessions.setStatus") == []


def test_what_a_busy_workspace_uses_up_another_one_has() -> None:
    pace = Pace(now=lambda: 0.0)
    while pace.may("chat.startStream", "T1"):
        pass
    assert pace.may("chat.startStream", "T2")


async def test_nothing_is_begun_at_the_end_that_nobody_would_wait_for() -> None:
    scene, heard = Scene(), Heard()
    gate = asyncio.Event()

    async def take(inbound: Inbound) -> None:
        await gate.wait()
        await heard(inbound)

    async with scene.server:
        adapter = adapter_for(scene, app_token="", signing_secret=scene.server.signing_secret, http_port=0)
        running = asyncio.create_task(adapter.run(take))
        await scene.world.until(lambda: adapter.ready, SECONDS)
        await scene.server.use_url(f"http://127.0.0.1:{adapter.port}{PATH}")
        await scene.world.say(scene.ana, scene.world.dm(scene.ana), "Hello")
        await scene.world.until(lambda: adapter.busy, SECONDS)
        ending = asyncio.create_task(ended(running))
        await scene.world.until(lambda: not adapter.ready, SECONDS)
        used = await scene.world.slash(scene.ana, scene.channel, "/chat", "Too late")
        gate.set()
        await ending
        assert not used.acked
        assert heard.texts == ["Hello"]


class Overtaken:
    """Notes of which one was read just before another process wrote it anew."""

    def __init__(self, memory: Memory, read: str) -> None:
        self._memory = memory
        self._read: str | None = read

    def __getattr__(self, name: str) -> Any:
        return getattr(self._memory, name)

    async def recall(self, name: str) -> str | None:
        read, self._read = self._read, None
        return read or await self._memory.recall(name)


def installed(place: Town, memory: Memory, session: ClientSession) -> Installed:
    """The workspaces, as another process knows them."""
    server = place.scene.server
    return Installed(
        memory,
        client_id=server.client_id,
        client_secret=server.client_secret,
        api_url=server.api_url,
        session=session,
        clock=place.scene.clock,
    )


async def test_a_token_that_another_process_has_just_changed_is_not_changed_again() -> None:
    async with town() as place:
        server = place.scene.server
        server.oauth.rotation = True
        team, admin, channel = place.add("Mercado")
        await place.install(admin)
        ref = await said_in(place, admin, channel, "Hello")
        place.scene.clock.advance(12 * 3600 - ROTATE_MINUTES * 60 + 60)
        before = await place.memory.recall(f"installed {team.id}")
        await place.adapter.deliver(final(ref, "Yes."))
        async with new_session() as session:
            other = installed(place, Overtaken(place.memory, before or ""), session)
            site = await other.site(team.id)
        assert site is not None
        assert site.web.token == team.bot_token
        assert len([one for one in server.asked("oauth.v2.access") if one.args.get("grant_type")]) == 1


async def test_a_workspace_that_removes_the_app_while_its_token_is_changed_stays_forgotten() -> None:
    async with town() as place:
        server, memory = place.scene.server, place.memory
        server.oauth.rotation = True
        team, admin, _ = place.add("Mercado")
        await place.install(admin)
        place.scene.clock.advance(12 * 3600 - ROTATE_MINUTES * 60 + 60)
        gate = asyncio.Event()
        server.faults.next("oauth.v2.access", Fault(delay=gate))
        async with new_session() as session:
            sites = installed(place, memory, session)
            changing = asyncio.create_task(sites.site(team.id))
            await place.scene.world.until(lambda: len(server.asked("oauth.v2.access")) == 2, SECONDS)
            removing = asyncio.create_task(sites.forget(team.id, place.scene.clock()))
            for _ in range(20):
                await asyncio.sleep(0)
            gate.set()
            await asyncio.gather(changing, removing)
        assert await memory.recall(f"installed {team.id}") is None
