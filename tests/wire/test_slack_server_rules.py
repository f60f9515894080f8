"""What the loopback Slack refuses, shown with the real slack_sdk."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.wire.slack import LOST, Channel, Fault, Message, MovableClock, NotOffered, SlackServer, User
from tests.wire.slack.probe import web_client
from tests.wire.slack.state import SCOPES


class Scene:
    """A workspace with a channel and Ana in it."""

    def __init__(self, server: SlackServer, clock: MovableClock, client: AsyncWebClient) -> None:
        self.server, self.clock, self.client, self.world = server, clock, client, server.world
        self.ana: User = self.world.add_user("Ana")
        self.channel: Channel = self.world.add_channel("general", [self.ana])

    async def refused(self, method: str, **args: Any) -> str:
        """Slack's code for a call that fails."""
        with pytest.raises(SlackApiError) as caught:
            await self.client.api_call(method, json=args)
        return str(caught.value.response["error"])

    async def posted(self, text: str = "hi", **args: Any) -> Message:
        answer = await self.client.chat_postMessage(channel=self.channel.id, text=text, **args)
        return self.channel.messages[answer["ts"]]


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    clock = MovableClock()
    async with SlackServer(clock=clock) as server, web_client(server) as client:
        yield Scene(server, clock, client)


def section(text: str, kind: str = "mrkdwn") -> dict[str, Any]:
    return {"type": "section", "text": {"type": kind, "text": text}}


# Posting


async def test_a_message_is_posted_changed_and_deleted(scene: Scene) -> None:
    said = await scene.world.say(scene.ana, scene.channel, "question")
    first = await scene.posted("one", thread_ts=said.ts, unfurl_links=False)
    assert [one.text for one in scene.world.replies(scene.channel, said.ts)] == ["one"]
    await scene.client.chat_update(
        channel=scene.channel.id, ts=first.ts, text="two", blocks=[section("*two*")]
    )
    assert (first.all_text, first.edited, len(first.versions)) == ("*two*", False, 2)
    await scene.client.chat_update(channel=scene.channel.id, ts=first.ts, text="three")
    assert (first.all_text, first.edited, first.blocks) == ("three", True, ())
    await scene.client.chat_delete(channel=scene.channel.id, ts=first.ts)
    assert first.deleted
    assert scene.world.replies(scene.channel) == []
    with pytest.raises(NotOffered):
        await scene.world.unfurl(first, "off")


@pytest.mark.parametrize(
    ("error", "args"),
    [
        ("invalid_arguments", {"channel": "", "text": "x"}),
        ("channel_not_found", {"channel": "C404", "text": "x"}),
        ("no_text", {}),
        ("no_text", {"text": " \n"}),
        ("msg_too_long", {"text": "x" * 4001}),
        ("msg_too_long", {"text": "é" * 2001}),
        ("msg_too_long", {"text": "&" * 801}),
        ("msg_too_long", {"markdown_text": "x" * 12_001}),
        ("markdown_text_conflict", {"text": "x", "markdown_text": "x"}),
        ("thread_not_found", {"text": "x", "thread_ts": "1.000001"}),
        ("invalid_blocks_format", {"blocks": "[nothing"}),
        ("invalid_blocks", {"blocks": [section("x" * 3001)]}),
        ("invalid_blocks", {"blocks": [section("")]}),
        ("invalid_blocks", {"blocks": [{"type": "unheard"}]}),
        ("invalid_blocks", {"blocks": [section("x")] * 51}),
        ("invalid_blocks", {"blocks": [section("x") | {"block_id": "same"}] * 2}),
        ("invalid_blocks", {"blocks": [{"type": "markdown", "text": "x" * 6001}] * 2}),
        ("invalid_blocks", {"blocks": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]}),
        ("msg_blocks_too_long", {"blocks": [section("x" * 3000)] * 5}),
        ("msg_blocks_too_long", {"blocks": [{"type": "markdown", "text": "# a\nb\n" * 26}]}),
        ("msg_blocks_too_long", {"markdown_text": "# a\n\n" * 20 + "x" * 11_900}),
        ("invalid_metadata_format", {"text": "x", "metadata": {"event_type": "x"}}),
        (
            "metadata_too_large",
            {"text": "x", "metadata": {"event_type": "x", "event_payload": {"x": "x" * 9000}}},
        ),
        ("missing_scope", {"text": "x", "username": "Somebody"}),
    ],
)
async def test_what_breaks_a_rule_is_refused_with_slacks_code(
    scene: Scene, error: str, args: dict[str, Any]
) -> None:
    assert await scene.refused("chat.postMessage", **({"channel": scene.channel.id} | args)) == error
    assert scene.world.replies(scene.channel) == []


async def test_a_refusal_of_blocks_says_where(scene: Scene) -> None:
    with pytest.raises(SlackApiError) as caught:
        await scene.client.chat_postMessage(channel=scene.channel.id, text="x", blocks=[section("x" * 3001)])
    [said] = caught.value.response["response_metadata"]["messages"]
    assert said == "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"


async def test_where_the_bot_is_not_it_cannot_post(scene: Scene) -> None:
    public = scene.world.add_channel("public", [scene.ana], bot=False)
    private = scene.world.add_channel("private", [scene.ana], private=True, bot=False)
    assert await scene.refused("chat.postMessage", channel=public.id, text="x") == "not_in_channel"
    assert await scene.refused("chat.postMessage", channel=private.id, text="x") == "channel_not_found"
    scene.channel.archived = True
    assert await scene.refused("chat.postMessage", channel=scene.channel.id, text="x") == "is_archived"


async def test_a_thread_is_answered_at_its_parent_while_that_is_there(scene: Scene) -> None:
    parent = await scene.world.say(scene.ana, scene.channel, "parent")
    reply = await scene.world.say(scene.ana, scene.channel, "reply", parent)
    there = {"channel": scene.channel.id, "text": "x"}
    assert await scene.refused("chat.postMessage", thread_ts=reply.ts, **there) == "cannot_reply_to_message"
    await scene.world.delete(scene.ana, parent)
    await scene.posted(thread_ts=parent.ts)
    gone = await scene.world.say(scene.ana, scene.channel, "gone")
    await scene.world.delete(scene.ana, gone)
    assert await scene.refused("chat.postMessage", thread_ts=gone.ts, **there) == "thread_not_found"


async def test_a_users_id_stands_for_their_conversation(scene: Scene) -> None:
    answer = await scene.client.chat_postMessage(channel=scene.ana.id, text="hello")
    assert answer["channel"] == scene.world.dm(scene.ana).id
    opened = await scene.client.conversations_open(users=[scene.ana.id])
    assert opened["channel"]["id"] == answer["channel"]


async def test_only_the_own_messages_are_changed_and_only_while_the_workspace_lets(scene: Scene) -> None:
    theirs = await scene.world.say(scene.ana, scene.channel, "theirs")
    change = {"channel": scene.channel.id, "ts": theirs.ts}
    assert await scene.refused("chat.update", text="x", **change) == "cant_update_message"
    assert await scene.refused("chat.delete", **change) == "cant_delete_message"
    assert await scene.refused("chat.update", **(change | {"ts": "1.0", "text": "x"})) == "message_not_found"
    mine = await scene.posted()
    scene.world.team.edit_window = 60.0
    scene.clock.advance(61)
    change["ts"] = mine.ts
    assert await scene.refused("chat.update", text="x", **change) == "edit_window_closed"


async def test_ephemeral_messages_are_for_one_and_no_method_finds_them(scene: Scene) -> None:
    bruno = scene.world.add_user("Bruno")
    there: dict[str, Any] = {"channel": scene.channel.id, "text": "psst"}
    assert await scene.refused("chat.postEphemeral", user=bruno.id, **there) == "user_not_in_channel"
    await scene.world.join(bruno, scene.channel)
    ts = (await scene.client.chat_postEphemeral(user=scene.ana.id, **there))["message_ts"]
    assert [one.text for one in scene.world.visible_to(scene.ana, scene.channel)][-1] == "psst"
    assert "psst" not in [one.text for one in scene.world.visible_to(bruno, scene.channel)]
    for method in ("chat.update", "chat.delete"):
        assert await scene.refused(method, ts=ts, **there) == "message_not_found"


async def test_an_ephemeral_message_in_a_thread_without_replies_is_seen_by_nobody(scene: Scene) -> None:
    said = await scene.world.say(scene.ana, scene.channel, "question")
    there: dict[str, Any] = {"channel": scene.channel.id, "user": scene.ana.id, "thread_ts": said.ts}
    await scene.client.chat_postEphemeral(text="lost", **there)
    assert scene.world.replies(scene.channel) == []
    await scene.posted("answer", thread_ts=said.ts)
    await scene.client.chat_postEphemeral(text="seen", **there)
    assert [one.text for one in scene.world.visible_to(scene.ana, scene.channel)][1:] == ["answer", "seen"]


async def test_who_is_notified_is_kept(scene: Scene) -> None:
    group = scene.world.add_group("mods", [scene.ana])
    plain = await scene.posted("@channel @here, &lt;!channel&gt; and Ana")
    assert plain.pings == set()
    loud = await scene.posted(f"<!here> {group.mention} <@{scene.ana.id}|ana> `<!everyone>`")
    assert loud.pings == {"here", group.id, scene.ana.id, "everyone"}
    assert "@here" in loud.all_text
    bare = await scene.posted("x", blocks=[section("all: @channel")])
    assert bare.pings == {"channel"}
    markdown = {"type": "markdown", "text": "[innocent](https://evil.example/) <!channel>"}
    hidden = await scene.posted("x", blocks=[markdown])
    assert (hidden.pings, hidden.links) == ({"channel"}, [("innocent", "https://evil.example/")])
    await scene.client.chat_update(channel=scene.channel.id, ts=hidden.ts, text="calm")
    assert hidden.pings == {"channel"}


# Streams


async def test_a_stream_is_started_continued_and_stopped(scene: Scene) -> None:
    said = await scene.world.say(scene.ana, scene.channel, "question")
    team = scene.world.team.id
    streamer = await scene.client.chat_stream(
        channel=scene.channel.id,
        thread_ts=said.ts,
        recipient_user_id=scene.ana.id,
        recipient_team_id=team,
        buffer_size=1,
    )
    await streamer.append(markdown_text="Once ")
    await streamer.append(markdown_text="upon")
    [message] = scene.world.replies(scene.channel, said.ts)
    assert (message.all_text, message.streaming) == ("Once upon", True)
    there = {"channel": scene.channel.id, "ts": message.ts}
    assert await scene.refused("chat.update", text="x", **there) == "streaming_state_conflict"
    assert await scene.refused("chat.appendStream", markdown_text="x", **there) == "streaming_mode_mismatch"
    await streamer.stop(markdown_text=" a time", metadata={"event_type": "part", "event_payload": {"n": 1}})
    assert (message.all_text, message.streaming) == ("Once upon a time", False)
    assert message.metadata == {"event_type": "part", "event_payload": {"n": 1}}
    for method in ("chat.appendStream", "chat.stopStream"):
        assert await scene.refused(method, markdown_text="x", **there) == "message_not_in_streaming_state"


async def test_a_stream_needs_a_thread_and_in_channels_a_recipient(scene: Scene) -> None:
    said = await scene.world.say(scene.ana, scene.channel, "question")
    whole = {
        "channel": scene.channel.id,
        "thread_ts": said.ts,
        "recipient_user_id": scene.ana.id,
        "recipient_team_id": scene.world.team.id,
    }
    for name, error in (
        ("thread_ts", "invalid_arguments"),
        ("recipient_user_id", "missing_recipient_user_id"),
        ("recipient_team_id", "missing_recipient_team_id"),
    ):
        assert (
            await scene.refused("chat.startStream", **{k: v for k, v in whole.items() if k != name}) == error
        )
    both = {"markdown_text": "x", "chunks": [{"type": "markdown_text", "text": "x"}]}
    assert (
        await scene.refused("chat.startStream", **whole, **both)
        == "cannot_provide_both_markdown_text_and_chunks"
    )
    dm = scene.world.dm(scene.ana)
    asked = await scene.world.say(scene.ana, dm, "question")
    await scene.client.chat_startStream(channel=dm.id, thread_ts=asked.ts)


async def test_a_stream_ends_by_itself_and_can_be_edited_then(scene: Scene) -> None:
    dm = scene.world.dm(scene.ana)
    asked = await scene.world.say(scene.ana, dm, "question")
    ts = (await scene.client.chat_startStream(channel=dm.id, thread_ts=asked.ts, markdown_text="a"))["ts"]
    scene.clock.advance(250)
    await scene.client.chat_appendStream(channel=dm.id, ts=ts, markdown_text="b")
    scene.clock.advance(60)
    there = {"channel": dm.id, "ts": ts}
    assert (
        await scene.refused("chat.appendStream", markdown_text="c", **there)
        == "message_not_in_streaming_state"
    )
    await scene.client.chat_update(text="abc", **there)
    assert dm.messages[ts].all_text == "abc"


# Credentials and scopes


async def test_tokens_are_looked_at(scene: Scene) -> None:
    for token, error in (
        ("xoxb-nobody", "invalid_auth"),
        ("", "not_authed"),
        (scene.server.app_token, "not_allowed_token_type"),
    ):
        async with web_client(scene.server, token) as other:
            with pytest.raises(SlackApiError, match=error):
                await other.auth_test()
    assert (await scene.client.auth_test())["bot_id"] == scene.world.me.bot_id
    await scene.client.auth_revoke()
    assert await scene.refused("auth.test") == "token_revoked"


async def test_every_method_needs_its_scope() -> None:
    async with (
        SlackServer(scopes=SCOPES - {"users:read", "im:history"}) as server,
        web_client(server) as client,
    ):
        scene = Scene(server, MovableClock(), client)
        dm = scene.world.dm(scene.ana)
        said = await scene.world.say(scene.ana, dm, "hi")
        with pytest.raises(SlackApiError) as caught:
            await client.users_info(user=scene.ana.id)
        assert (caught.value.response["error"], caught.value.response["needed"]) == (
            "missing_scope",
            "users:read",
        )
        with pytest.raises(SlackApiError, match="missing_scope"):
            await client.conversations_replies(channel=dm.id, ts=said.ts)


async def test_the_history_of_a_channel_is_never_given(scene: Scene) -> None:
    with pytest.raises(SlackApiError, match="missing_scope"):
        await scene.client.conversations_history(channel=scene.channel.id)
    assert scene.world.violations == [f"asked for the history of {scene.channel.id}"]


async def test_one_workspaces_token_does_not_see_another(scene: Scene) -> None:
    other = scene.world.add_team("Other")
    async with web_client(scene.server, other.bot_token) as client:
        assert (await client.auth_test())["team_id"] == other.id
        with pytest.raises(SlackApiError, match="channel_not_found"):
            await client.chat_postMessage(channel=scene.channel.id, text="x")
        with pytest.raises(SlackApiError, match="user_not_found"):
            await client.users_info(user=scene.ana.id)


# Pace and trouble


async def test_a_channel_takes_a_message_a_second_after_a_short_burst(scene: Scene) -> None:
    for _ in range(4):
        await scene.posted()
    with pytest.raises(SlackApiError) as caught:
        await scene.posted()
    assert caught.value.response.status_code == 429
    assert caught.value.response["error"] == "ratelimited"
    assert caught.value.response.headers["Retry-After"] == "1"
    other = scene.world.add_channel("other")
    await scene.client.chat_postMessage(channel=other.id, text="not limited here")
    scene.clock.advance(1)
    await scene.posted()
    assert scene.server.limits.refused == 1


async def test_methods_have_tiers(scene: Scene) -> None:
    message = await scene.posted()
    for number in range(50):
        await scene.client.chat_update(channel=scene.channel.id, ts=message.ts, text=f"{number}")
    assert (
        await scene.refused("chat.update", channel=scene.channel.id, ts=message.ts, text="x") == "ratelimited"
    )


async def test_a_lost_answer_leaves_a_message_that_its_metadata_betrays(scene: Scene) -> None:
    said = await scene.world.say(scene.ana, scene.channel, "question")
    metadata = {"event_type": "part", "event_payload": {"turn": "7"}}
    scene.server.faults.next("chat.postMessage", LOST)
    with pytest.raises(aiohttp.ClientError):
        await scene.posted("part", thread_ts=said.ts, metadata=metadata)
    there: dict[str, Any] = {"channel": scene.channel.id, "ts": said.ts}
    found = await scene.client.conversations_replies(**there, include_all_metadata=True)
    assert [one.get("metadata") for one in found["messages"]] == [None, metadata]
    without = await scene.client.conversations_replies(**there)
    assert without["messages"][1]["metadata"] == {"event_type": "part"}
    page = await scene.client.conversations_replies(**there, limit=1)
    assert (page["has_more"], len(page["messages"])) == (True, 1)
    rest = await scene.client.conversations_replies(**there, cursor=page["response_metadata"]["next_cursor"])
    assert [one["text"] for one in rest["messages"]] == ["part"]


async def test_faults_strike_what_they_are_told_to(scene: Scene) -> None:
    faults = scene.server.faults
    faults.next("chat.postMessage", 502)
    with pytest.raises(SlackApiError):
        await scene.posted("never")
    faults.next("chat.postMessage", Fault(status=429, retry_after=7))
    with pytest.raises(SlackApiError) as caught:
        await scene.posted("never")
    assert caught.value.response.headers["Retry-After"] == "7"
    faults.next("chat.postMessage", Fault(error="internal_error", carried_out=True))
    with pytest.raises(SlackApiError, match="internal_error"):
        await scene.posted("there")
    assert [one.text for one in scene.world.replies(scene.channel)] == ["there"]
    faults.at_random(0.5, 500, method="auth.test")
    failed = 0
    for _ in range(20):
        try:
            await scene.client.auth_test()
        except SlackApiError:
            failed += 1
    assert 0 < failed < 20
    assert [one.status for one in scene.server.asked("chat.postMessage")] == [502, 429, 200]


@pytest.mark.parametrize(
    ("kind", "body", "error"),
    [
        ("application/json", b"{", "invalid_json"),
        ("application/json", b"[]", "json_not_object"),
        ("application/json", b'{"text":"\\ud800"}', "invalid_json"),
        ("application/x-www-form-urlencoded", b"\xff", "invalid_form_data"),
        ("text/plain", b"x", "invalid_post_type"),
        ("application/json", b'{"token":"TOKEN"}', "not_authed"),
    ],
)
async def test_bodies_that_are_not_what_they_say_are_refused(
    scene: Scene, kind: str, body: bytes, error: str
) -> None:
    body = body.replace(b"TOKEN", scene.server.bot_token.encode())
    headers = {"Content-Type": kind}
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{scene.server.api_url}auth.test", data=body, headers=headers) as answer:
            assert (await answer.json())["error"] == error
        async with session.post(f"{scene.server.api_url}no.such") as answer:
            assert (await answer.json())["error"] == "unknown_method"


async def test_methods_that_read_take_no_json(scene: Scene) -> None:
    assert await scene.refused("users.info", user=scene.ana.id) == "invalid_arguments"
    assert (await scene.client.users_info(user=scene.ana.id))["user"]["is_admin"] is False
    group = scene.world.add_group("mods", [scene.ana])
    assert (await scene.client.usergroups_users_list(usergroup=group.id))["users"] == [scene.ana.id]


async def test_a_manifest_is_looked_at(scene: Scene) -> None:
    good = {"display_information": {"name": "Sereno"}, "features": {"agent_view": {}}}
    assert (await scene.client.apps_manifest_validate(manifest=good))["ok"]
    with pytest.raises(SlackApiError) as caught:
        await scene.client.apps_manifest_validate(manifest=json.dumps({"features": {"assistant_view": {}}}))
    assert [one["pointer"] for one in caught.value.response["errors"]] == [
        "/display_information/name",
        "/features/assistant_view",
    ]


async def test_a_file_is_given_to_who_may_read_it(scene: Scene) -> None:
    said = await scene.world.say(scene.ana, scene.channel, "", files=(("a.txt", "text/plain", b"abc"),))
    [file] = said.files
    reader = scene.world.new_token(scene.world.team, frozenset({"files:read"}))
    async with aiohttp.ClientSession() as session:
        for token, found in ((scene.server.bot_token, b"<!DOCTYPE"), (reader, b"abc")):
            async with session.get(file.url, headers={"Authorization": f"Bearer {token}"}) as answer:
                assert (await answer.read()).startswith(found)
