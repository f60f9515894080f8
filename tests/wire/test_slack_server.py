"""The loopback Slack, as the real slack_sdk and Bolt meet it: connections, events, what members do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.wire.slack import Channel, MovableClock, NotOffered, SlackServer, User
from tests.wire.slack.probe import Probe, connected, listening, web_client


class Scene:
    """A workspace with a channel, Ana in it, and a Bolt app that is not connected yet."""

    def __init__(self, server: SlackServer, clock: MovableClock, client: AsyncWebClient) -> None:
        self.server, self.clock, self.client = server, clock, client
        self.world = server.world
        self.ana: User = self.world.add_user("Ana")
        self.channel: Channel = self.world.add_channel("general", [self.ana])
        self.mention = self.world.me.mention
        self.probe = Probe(server, client)


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    clock = MovableClock()
    async with SlackServer(clock=clock) as server, web_client(server) as client:
        yield Scene(server, clock, client)


# Events


async def test_a_mention_arrives_as_a_message_and_as_a_mention(scene: Scene) -> None:
    async with connected(scene.server, scene.probe):
        said = await scene.world.say(scene.ana, scene.channel, f"{scene.mention} hi & bye, ana@example.com")
        await scene.world.until(lambda: len(scene.probe.events) == 2 and not scene.server.sockets.unacked)
    message, mention = sorted(scene.probe.bodies, key=lambda one: str(one["event"]["type"]), reverse=True)
    assert (message["event"]["type"], mention["event"]["type"]) == ("message", "app_mention")
    assert message["event_id"] != mention["event_id"]
    for body in (message, mention):
        assert (
            body["event"]["text"] == f"{scene.mention} hi &amp; bye, <mailto:ana@example.com|ana@example.com>"
        )
        assert body["event"]["ts"] == said.ts
        assert body["event"]["client_msg_id"] == said.client_msg_id
        assert body["event"]["blocks"][0]["elements"][0]["elements"][0] == {
            "type": "user",
            "user_id": scene.world.me.id,
        }
        assert body["authorizations"][0]["user_id"] == scene.world.me.id
        assert body["team_id"] == scene.world.team.id
        assert body["event_context"]
    assert message["event"]["channel_type"] == "channel"
    assert "channel_type" not in mention["event"]


async def test_a_mention_in_a_direct_conversation_is_only_a_message(scene: Scene) -> None:
    async with connected(scene.server, scene.probe):
        await scene.world.say(scene.ana, scene.world.dm(scene.ana), f"{scene.mention} hi")
        await scene.world.say(scene.ana, scene.world.dm(scene.ana), "again")
        await scene.world.until(lambda: len(scene.probe.events) == 2)
    assert [one["channel_type"] for one in scene.probe.events] == ["im", "im"]


async def test_the_app_hears_nothing_from_where_it_is_not(scene: Scene) -> None:
    elsewhere = scene.world.add_channel("elsewhere", [scene.ana], bot=False)
    async with connected(scene.server, scene.probe):
        await scene.world.say(scene.ana, elsewhere, f"{scene.mention} hi")
        await scene.world.say(scene.ana, scene.channel, "here")
        await scene.world.until(lambda: scene.probe.events)
    assert [one["text"] for one in scene.probe.events] == ["here"]


@pytest.mark.parametrize(
    "settings", [{"events": {"app_mention"}}, {"scopes": {"app_mentions:read", "chat:write"}}]
)
async def test_without_the_subscription_or_its_scope_no_event_comes(settings: dict[str, Any]) -> None:
    async with SlackServer(**settings) as server, web_client(server) as client:
        scene = Scene(server, MovableClock(), client)
        async with connected(server, scene.probe):
            await scene.world.say(scene.ana, scene.channel, "nothing")
            await scene.world.say(scene.ana, scene.channel, f"{scene.mention} hi")
            await scene.world.until(lambda: scene.probe.events and not server.sockets.unacked)
        assert scene.probe.kinds() == ["app_mention"]


async def test_edits_deletions_threads_and_unfurls_are_told(scene: Scene) -> None:
    world = scene.world
    async with connected(scene.server, scene.probe):
        first = await world.say(scene.ana, scene.channel, "first https://example.com/a")
        reply = await world.say(scene.ana, scene.channel, "reply", first)
        await world.edit(scene.ana, reply, f"{scene.mention} now")
        await world.unfurl(first, "A page")
        await world.delete(scene.ana, first)
        await world.delete(scene.ana, reply)
        await world.until(lambda: len(scene.probe.events) == 7)
    found = scene.probe.events
    by_kind = {
        kind: [one for one in found if one.get("subtype", one["type"]) == kind]
        for kind in scene.probe.kinds()
    }
    assert by_kind["message"][1]["thread_ts"] == first.ts
    assert by_kind["message"][1]["parent_user_id"] == scene.ana.id
    edited, unfurled, tomb = by_kind["message_changed"]
    assert edited["message"]["edited"]["user"] == scene.ana.id
    assert edited["previous_message"]["text"] == "reply"
    assert "edited" not in unfurled["message"]
    assert unfurled["message"]["attachments"][0]["title"] == "A page"
    assert tomb["message"]["subtype"] == "tombstone"
    assert by_kind["message_deleted"][0]["deleted_ts"] == reply.ts
    assert by_kind["app_mention"][0]["ts"] == reply.ts


async def test_the_apps_own_posts_and_changes_are_told_too(scene: Scene) -> None:
    async with connected(scene.server, scene.probe):
        posted = await scene.client.chat_postMessage(channel=scene.channel.id, text="one")
        await scene.client.chat_update(channel=scene.channel.id, ts=posted["ts"], text="two")
        await scene.world.until(lambda: not scene.server.sockets.unacked)
    # Bolt itself ignores what its own bot has written.
    assert scene.probe.kinds() == []
    first, second = [one.payload["event"] for one in scene.server.dispatcher.deliveries]
    assert (first["bot_id"], first["user"]) == (scene.world.me.bot_id, scene.world.me.id)
    assert second["subtype"] == "message_changed"
    assert (second["message"]["text"], second["previous_message"]["text"]) == ("two", "one")


# Socket Mode


async def test_what_is_not_acknowledged_comes_again_three_times(scene: Scene) -> None:
    scene.probe.fail = 4
    async with connected(scene.server, scene.probe):
        await scene.world.say(scene.ana, scene.channel, "hi")
        for attempt, wait in enumerate((0, 60, 300), 1):
            await _unanswered(scene, attempt)
            scene.clock.advance(wait)
        await _unanswered(scene, 4)
    assert scene.server.dispatcher.lost
    assert scene.probe.retries == [("0", ""), ("1", "timeout"), ("2", "timeout"), ("3", "timeout")]
    assert scene.probe.bodies == []


async def _unanswered(scene: Scene, attempt: int) -> None:
    """Waits until the app has seen the event so often, and until the time to acknowledge it is over."""
    [delivery] = scene.server.dispatcher.deliveries
    await scene.world.until(lambda: len(scene.probe.retries) == attempt)
    scene.clock.advance(3.1)
    await scene.world.until(lambda: delivery.attempt == attempt or delivery.error)


async def test_the_same_event_keeps_its_id_when_it_comes_again(scene: Scene) -> None:
    async with connected(scene.server, scene.probe):
        await scene.world.say(scene.ana, scene.channel, "hi")
        await scene.world.until(lambda: not scene.server.sockets.unacked)
        assert scene.server.sockets.redeliver() == 1
        await scene.world.until(lambda: len(scene.probe.bodies) == 2)
    assert len({one["event_id"] for one in scene.probe.bodies}) == 1
    assert scene.probe.retries[-1] == ("1", "timeout")


async def test_an_event_goes_to_one_of_several_connections(scene: Scene) -> None:
    other = Probe(scene.server, scene.client)
    async with connected(scene.server, scene.probe), connected(scene.server, other):
        for number in range(20):
            await scene.world.say(scene.ana, scene.channel, f"number {number}")
        await scene.world.until(lambda: len(scene.probe.bodies) + len(other.bodies) == 20)
        assert scene.probe.bodies
        assert other.bodies


@pytest.mark.parametrize("how", ["refresh_requested", "cut", "quiet"])
async def test_a_client_comes_back_whatever_ended_its_connection(scene: Scene, how: str) -> None:
    async with connected(scene.server, scene.probe, ping_interval=0.1):
        if how == "cut":
            assert scene.server.sockets.cut() == 1
        elif how == "quiet":
            assert scene.server.sockets.go_quiet() == 1
        else:
            assert await scene.server.sockets.disconnect(how) == 1
        await scene.world.until(lambda: scene.server.sockets.opened == 2 and scene.server.sockets.live)
        await scene.world.say(scene.ana, scene.channel, "still there?")
        await scene.world.until(lambda: scene.probe.bodies)


async def test_what_went_into_a_dead_connection_comes_again_on_the_next(scene: Scene) -> None:
    async with connected(scene.server, scene.probe, ping_interval=0.1):
        scene.server.sockets.go_quiet()
        await scene.world.say(scene.ana, scene.channel, "into the void")
        assert len(scene.server.sockets.unacked) == 1
        await scene.world.until(lambda: scene.server.sockets.opened == 2)
        scene.clock.advance(4)
        await scene.world.until(lambda: scene.probe.bodies)
    assert scene.probe.retries == [("1", "timeout")]


async def test_pings_go_both_ways(scene: Scene) -> None:
    scene.server.sockets.ping_every = 0.02
    async with connected(scene.server, scene.probe, ping_interval=0.05):
        [connection] = scene.server.sockets.connections
        await scene.world.until(lambda: connection.pings > 1 and connection.pongs > 1)


async def test_ten_connections_are_the_most(scene: Scene) -> None:
    session = scene.client.session
    assert session is not None
    sockets = []
    for number in range(11):
        url = (await scene.client.apps_connections_open(app_token=scene.server.app_token))["url"]
        sockets.append(await session.ws_connect(url))
        said = await sockets[-1].receive_json()
        assert said["type"] == ("hello" if number < 10 else "disconnect")
    assert said["reason"] == "too_many_websockets"


async def test_a_payload_where_none_is_taken_is_a_violation(scene: Scene) -> None:
    session = scene.client.session
    assert session is not None
    url = (await scene.client.apps_connections_open(app_token=scene.server.app_token))["url"]
    async with session.ws_connect(url) as socket:
        await socket.receive_json()
        await scene.world.say(scene.ana, scene.channel, "hi")
        envelope = await socket.receive_json()
        assert (envelope["retry_attempt"], envelope["accepts_response_payload"]) == (0, False)
        await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "x"}})
        await socket.send_str("nonsense")
        await scene.world.until(lambda: len(scene.server.sockets.violations) == 2)
    assert not scene.server.sockets.unacked


async def test_a_link_is_good_for_one_connection(scene: Scene) -> None:
    url = (await scene.client.apps_connections_open(app_token=scene.server.app_token))["url"]
    assert scene.client.session is not None
    async with scene.client.session.ws_connect(url) as socket:
        hello = await socket.receive_json()
        assert hello["type"] == "hello"
        assert hello["connection_info"]["app_id"]
        with pytest.raises(Exception, match="Invalid response status"):
            await scene.client.session.ws_connect(url)


async def test_a_bot_token_opens_no_connection_and_an_app_token_posts_nothing(scene: Scene) -> None:
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        await scene.client.apps_connections_open(app_token=scene.server.bot_token)
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        await scene.client.chat_postMessage(channel=scene.channel.id, text="hi", token=scene.server.app_token)


# What members do besides writing


async def test_a_command_is_answered_and_its_response_url_holds_for_five_posts(scene: Scene) -> None:
    probe = scene.probe

    @probe.app.command("/chat")
    async def chat(ack: Any, command: dict[str, Any]) -> None:
        await ack(f"got {command['text']}")

    async with connected(scene.server, probe):
        done = await scene.world.slash(scene.ana, scene.channel, "/chat", "hi")
    assert done.acked
    [shown] = scene.world.visible_to(scene.ana, scene.channel)
    assert (shown.text, shown.ephemeral_to) == ("got hi", scene.ana)
    hook = AsyncWebhookClient(done.response_url, session=scene.client.session)
    statuses = [(await hook.send(text=f"later {number}")).status_code for number in range(6)]
    assert statuses == [200] * 5 + [404]
    async with connected(scene.server, probe):
        again = await scene.world.slash(scene.ana, scene.channel, "/chat")
    scene.clock.advance(1801)
    late = await AsyncWebhookClient(again.response_url, session=scene.client.session).send(text="late")
    assert (late.status_code, "expired_url" in late.body) == (404, True)


async def test_a_command_that_is_not_acknowledged_in_three_seconds_has_timed_out(scene: Scene) -> None:
    gate = asyncio.Event()

    @scene.probe.app.command("/slow")
    async def slow(ack: Any) -> None:
        await gate.wait()
        await ack()

    async with connected(scene.server, scene.probe):
        asking = asyncio.create_task(scene.world.slash(scene.ana, scene.channel, "/slow"))
        await scene.world.until(lambda: scene.probe.bodies)
        scene.clock.advance(3.1)
        done = await asking
        gate.set()
    assert (done.acked, done.timed_out, done.error) == (False, True, "operation_timeout")


async def test_without_a_connection_a_command_fails_at_once(scene: Scene) -> None:
    done = await scene.world.slash(scene.ana, scene.channel, "/chat")
    assert done.error == "dispatch_failed"


async def test_a_button_is_pressed_and_the_message_replaced(scene: Scene) -> None:
    button = {
        "type": "button",
        "action_id": "right",
        "value": "7",
        "text": {"type": "plain_text", "text": "Right"},
    }
    posted = await scene.client.chat_postEphemeral(
        channel=scene.channel.id,
        user=scene.ana.id,
        text="card",
        blocks=[{"type": "actions", "elements": [button]}],
    )
    [card] = scene.world.visible_to(scene.ana, scene.channel)
    assert (card.ts, card.action_ids, card.all_text) == (posted["message_ts"], ["right"], "Right")

    @scene.probe.app.action("right")
    async def right(ack: Any, respond: Any, action: dict[str, Any]) -> None:
        await ack()
        await respond(text=f"done {action['value']}", replace_original=True)

    async with connected(scene.server, scene.probe):
        with pytest.raises(NotOffered):
            await scene.world.press(scene.world.add_user("Bruno"), card, "right", "7")
        done = await scene.world.press(scene.ana, card, "right", "7")
        await scene.world.until(lambda: card.text == "done 7")
    assert done.acked
    assert "message" not in done.payload
    assert done.payload["container"]["is_ephemeral"] is True


async def test_a_shortcut_opens_a_form_once_and_in_time(scene: Scene) -> None:
    view = {
        "type": "modal",
        "callback_id": "report",
        "title": {"type": "plain_text", "text": "Report"},
        "submit": {"type": "plain_text", "text": "Send"},
        "blocks": [
            {
                "type": "input",
                "label": {"type": "plain_text", "text": "Why"},
                "element": {"type": "plain_text_input", "action_id": "why"},
            }
        ],
    }
    errors: list[str] = []

    @scene.probe.app.shortcut("report")
    async def report(ack: Any, shortcut: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        if shortcut["message"]["text"] == "late":
            scene.clock.advance(3.1)
        for _ in range(2):
            try:
                await client.views_open(trigger_id=shortcut["trigger_id"], view=view)
            except SlackApiError as error:
                errors.append(error.response["error"])

    @scene.probe.app.view("report")
    async def sent(ack: Any, view: dict[str, Any]) -> None:
        why = next(iter(view["state"]["values"].values()))["why"]["value"]
        await ack(response_action="errors", errors={"x": "too short"}) if len(why) < 3 else await ack()

    async with connected(scene.server, scene.probe):
        said = await scene.world.say(scene.ana, scene.channel, "spam")
        done = await scene.world.shortcut(scene.ana, said, "report")
        assert done.acked
        modal = await scene.world.until(lambda: scene.world.modals and errors and scene.world.modals[0])
        assert errors == ["exchanged_trigger_id"]
        await scene.world.submit(modal, {"why": "x"})
        assert (modal.open, modal.errors) == (True, {"x": "too short"})
        await scene.world.submit(modal, {"why": "spam"})
        assert not modal.open
        late = await scene.world.say(scene.ana, scene.channel, "late")
        await scene.world.shortcut(scene.ana, late, "report")
        await scene.world.until(lambda: errors[1:] == ["expired_trigger_id"] * 2)


async def test_the_agent_view_is_opened_prompted_worked_in_and_stopped(scene: Scene) -> None:
    world, client = scene.world, scene.client
    dm = world.dm(scene.ana)
    async with connected(scene.server, scene.probe):
        world.open_home(scene.ana, context=scene.channel)
        world.look_at(scene.ana, None)
        asked = await world.say(scene.ana, dm, "a long story")
        await client.assistant_threads_setSuggestedPrompts(
            channel_id=dm.id, prompts=[{"title": "Hi", "message": "Say hi"}]
        )
        await client.agents_sessions_setStatus(channel_id=dm.id, thread_ts=asked.ts, status="processing")
        started = await client.chat_startStream(channel=dm.id, thread_ts=asked.ts, markdown_text="Once")
        world.stop(scene.ana, dm, asked.ts)
        await world.until(lambda: "agent_session_stopped" in scene.probe.kinds())
    [opened] = [one for one in scene.probe.events if one["type"] == "app_home_opened"]
    assert opened["tab"] == "messages"
    assert opened["context"]["entities"][0]["value"] == scene.channel.id
    [stopped] = [one for one in scene.probe.events if one["type"] == "agent_session_stopped"]
    assert stopped["streaming_message_ts"] == [started["ts"]]
    with pytest.raises(SlackApiError, match="stopped_by_user"):
        await client.chat_appendStream(channel=dm.id, ts=started["ts"], markdown_text=" upon")
    with pytest.raises(NotOffered):
        world.stop(scene.ana, dm, asked.ts)


# HTTP mode


async def test_http_requests_are_signed_and_forged_ones_do_not_get_in(scene: Scene) -> None:
    server = scene.server
    async with listening(scene.probe) as url:
        await server.use_url(url)
        await scene.world.say(scene.ana, scene.channel, "hi")
        await scene.world.until(lambda: scene.probe.bodies and not server.dispatcher.unacked)
        event = server.callback(
            {"type": "message", "channel": scene.channel.id, "user": scene.ana.id, "text": "x"}
        )
        old = str(int(scene.clock()) - 301)
        for forged in (
            {"secret": "another"},
            {"timestamp": old},
            {"headers": {"X-Slack-Signature": ""}},
            {"headers": {"X-Slack-Signature": "v0=00"}},
        ):
            answer = await server.post_event(url, event, **forged)
            assert answer.status == 401, forged
        assert (await server.post_event(url, event)).status == 200
    assert len(scene.probe.bodies) == 2


async def test_http_failures_are_tried_again_and_say_so(scene: Scene) -> None:
    scene.probe.fail = 1
    async with listening(scene.probe) as url:
        await scene.server.use_url(url)
        await scene.world.say(scene.ana, scene.channel, "hi")
        await scene.world.until(lambda: scene.probe.bodies and not scene.server.dispatcher.unacked)
    assert scene.probe.retries == [("1", "http_error")]


async def test_a_late_http_answer_does_not_count(scene: Scene) -> None:
    scene.probe.gate = asyncio.Event()
    async with listening(scene.probe) as url:
        scene.server.outgoing.url = url
        scene.server.dispatcher.carrier = scene.server.outgoing
        await scene.world.say(scene.ana, scene.channel, "hi")
        await scene.world.until(lambda: len(scene.probe.waiting) == 1)
        scene.clock.advance(3.1)
        await scene.world.until(lambda: len(scene.probe.waiting) == 2)
        scene.probe.gate.set()
        await scene.world.until(lambda: not scene.server.dispatcher.unacked)
    assert len(scene.probe.bodies) == 2
    assert scene.probe.retries == [("1", "http_timeout")]


async def test_an_app_can_ask_not_to_be_asked_again(scene: Scene) -> None:
    scene.probe.fail, scene.probe.no_retry = 1, True
    async with listening(scene.probe) as url:
        await scene.server.use_url(url)
        await scene.world.say(scene.ana, scene.channel, "hi")
        await scene.world.until(lambda: scene.server.dispatcher.lost)
    assert (scene.probe.bodies, scene.probe.retries) == ([], [])


async def test_commands_and_buttons_travel_over_http_too(scene: Scene) -> None:
    @scene.probe.app.command("/chat")
    async def chat(ack: Any) -> None:
        await ack({"text": "hello", "response_type": "in_channel"})

    async with listening(scene.probe) as url:
        await scene.server.use_url(url)
        done = await scene.world.slash(scene.ana, scene.channel, "/chat")
        failed = await scene.world.slash(scene.ana, scene.channel, "/unknown")
    assert done.acked
    assert [one.text for one in scene.world.replies(scene.channel)] == ["hello"]
    assert failed.error == "http_service_error"
