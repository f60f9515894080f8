"""What the loopback Discord refuses, and whom a message pings: as strict as the real one."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import aiohttp
import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wire.discord import (
    DEFAULT,
    DiscordServer,
    MovableClock,
    NotOffered,
    Permission,
    checks,
    mentions,
)
from tests.wire.discord.commands import size
from tests.wire.discord.errors import ApiError
from tests.wire.discord.limits import Limits
from tests.wire.discord.model import Channel, Guild, Member, Role, User
from tests.wire.discord.probe import Probe, logged_in


class Stage:
    """A bot that is logged in, without a gateway, in a guild with Ana."""

    def __init__(self, server: DiscordServer, clock: MovableClock, bot: Probe) -> None:
        self.server, self.clock, self.bot, self.world = server, clock, bot, server.world
        self.guild = self.world.add_guild("Plaza")
        self.channel = self.world.add_channel(self.guild)
        self.ana = self.world.add_member(self.guild, "Ana")

    async def send(self, **body: Any) -> Any:
        return await self.bot.ask("POST", f"/channels/{self.channel.id}/messages", body)

    async def commands(self, *bodies: Any) -> Any:
        return await self.bot.ask("PUT", f"/applications/{self.world.me.id}/commands", list(bodies))

    def forbid(self, permission: Permission) -> None:
        self.world.change_channel(
            self.channel, overwrites=(self.world.overwrite(self.world.me, deny=permission),)
        )


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    clock = MovableClock()
    async with DiscordServer(clock=clock) as server, logged_in(server) as bot:
        server.limits.off()
        yield Stage(server, clock, bot)


def refusal(caught: pytest.ExceptionInfo[Any]) -> tuple[int, int]:
    return caught.value.status, caught.value.code


LONG = "x" * 2001
BUTTON = {"type": 2, "style": 1, "label": "a", "custom_id": "a"}
OPTION = {"type": 3, "name": "text", "description": "d"}


_WORDS = (
    *(
        "content",
        "embeds",
        "components",
        "allowed_mentions",
        "parse",
        "users",
        "attachments",
        "flags",
        "nonce",
    ),
    *(
        "type",
        "title",
        "fields",
        "name",
        "value",
        "footer",
        "text",
        "color",
        "image",
        "url",
        "author",
        "style",
    ),
    *("custom_id", "options", "min_values", "max_values", "accessory", "media", "items", "file", "label"),
)


def row(*components: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(components)}


# Forms


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"content": LONG}, "content"),
        ({"content": "a", "nonce": "x" * 26}, "nonce"),
        ({"embeds": [{"title": "x" * 257}]}, "embeds.0.title"),
        ({"embeds": [{"description": "x" * 4097}]}, "embeds.0.description"),
        ({"embeds": [{"title": "a", "fields": [{"name": "n", "value": "x" * 1025}]}]}, "embeds.0.fields.0.value"),
        ({"embeds": [{"title": "a", "fields": [{"name": "", "value": "x"}]}]}, "embeds.0.fields.0.name"),
        ({"embeds": [{"title": "a", "fields": [{"name": "n", "value": " "}]}]}, "embeds.0.fields.0.value"),
        ({"embeds": [{"title": "a", "footer": {"text": "x" * 2049}}]}, "embeds.0.footer.text"),
        ({"embeds": [{"title": "a", "url": "javascript:1"}]}, "embeds.0.url"),
        ({"embeds": [{"title": "a"}] * 11}, "embeds"),
        ({"embeds": [{"description": "x" * 4000}, {"description": "x" * 2001}]}, "embeds"),
        ({"content": "a", "components": [row(BUTTON, BUTTON)]}, "components"),
        ({"content": "a", "components": [row({**BUTTON, "custom_id": "x" * 101})]}, "components.0.components.0.custom_id"),
        ({"content": "a", "components": [row({**BUTTON, "label": "x" * 81})]}, "components.0.components.0.label"),
        ({"content": "a", "components": [row(*({**BUTTON, "custom_id": str(n)} for n in range(6)))]}, "components.0.components"),
        ({"content": "a", "components": [row()] * 6}, "components"),
        ({"content": "a", "components": [{"type": 10, "content": "a"}]}, "components.0.type"),
        ({"content": "a", "flags": 1 << 15, "components": [{"type": 10, "content": "a"}]}, "content"),
        ({"flags": 1 << 15, "components": [{"type": 10, "content": "x" * 2001}] * 2}, "components"),
        ({"flags": 1 << 15, "components": [{"type": 10, "content": "x"}] * 41}, "components"),
        ({"content": "a", "flags": 64}, "flags"),
        ({"content": "a", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}, "allowed_mentions"),
        ({"content": "a", "message_reference": {"message_id": "1"}}, "message_reference"),
    ],
)  # fmt: skip
async def test_a_message_that_breaks_a_limit_is_refused(
    stage: Stage, body: dict[str, Any], field: str
) -> None:
    with pytest.raises(discord.HTTPException) as caught:
        await stage.send(**body)
    assert refusal(caught) == (400, 50035)
    assert f"In {field}:" in str(caught.value)
    assert stage.world.replies(stage.channel) == []


@pytest.mark.parametrize(
    "body",
    [
        {"content": "x" * 2000},
        {"embeds": [{"description": "x" * 4000}, {"description": "x" * 2000}]},
        {"content": "a", "components": [row(*({**BUTTON, "custom_id": str(n)} for n in range(5)))] * 1},
        {"flags": 1 << 15, "components": [{"type": 17, "components": [{"type": 10, "content": "x" * 4000}]}]},
    ],
)
async def test_a_message_at_the_limits_passes(stage: Stage, body: dict[str, Any]) -> None:
    await stage.send(**body)
    assert len(stage.world.replies(stage.channel)) == 1


@pytest.mark.parametrize("body", [{"content": ""}, {"content": " \n "}, {}])
async def test_an_empty_message_is_refused(stage: Stage, body: dict[str, Any]) -> None:
    with pytest.raises(discord.HTTPException) as caught:
        await stage.send(**body)
    assert refusal(caught) == (400, 50006)


async def test_a_lone_surrogate_is_no_json_and_blanks_at_the_ends_are_cut(stage: Stage) -> None:
    with pytest.raises(discord.HTTPException) as caught:
        await stage.send(content="\ud800")
    assert caught.value.code == 50109
    await stage.send(content="\n  two words \0\n")
    assert stage.world.replies(stage.channel)[0].content == "two words"


async def test_a_v2_message_stays_one(stage: Stage) -> None:
    sent = await stage.send(flags=1 << 15, components=[{"type": 10, "content": "a"}])
    path = f"/channels/{stage.channel.id}/messages/{sent['id']}"
    await stage.bot.ask("PATCH", path, {"flags": 0, "components": [{"type": 10, "content": "b"}]})
    message = stage.world.replies(stage.channel)[0]
    assert message.flags & 1 << 15
    assert message.all_text == "b"
    with pytest.raises(discord.HTTPException) as caught:
        await stage.bot.ask("PATCH", path, {"content": "plain"})
    assert refusal(caught) == (400, 50035)


async def test_a_file_is_kept_and_served_and_a_large_one_refused(stage: Stage) -> None:
    place = stage.bot.get_partial_messageable(stage.channel.id)
    sent = await place.send(file=discord.File(io.BytesIO(b"all of it"), "answer.txt"))
    assert stage.world.replies(stage.channel)[0].attachments[0].data == b"all of it"
    async with aiohttp.ClientSession() as http, http.get(sent.attachments[0].url) as response:
        assert await response.read() == b"all of it"
    with pytest.raises(discord.HTTPException) as caught:
        await place.send(file=discord.File(io.BytesIO(b"x" * (10 * 2**20 + 1)), "large.txt"))
    assert refusal(caught) == (413, 40005)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(allow_nan=False),
    lambda inside: (
        st.lists(inside, max_size=3) | st.dictionaries(st.sampled_from(_WORDS), inside, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(_WORDS), _json, max_size=6), st.booleans())
def test_whatever_the_body_is_the_answer_is_yes_or_a_form_error(body: dict[str, Any], v2: bool) -> None:
    with suppress(ApiError):
        checks.message(body, files=0, flags=(1 << 15) * v2, flags_allowed=checks.SENDING)


@given(st.text(alphabet="<@!&>1234567890everyonehere`\\\n ", max_size=60))
def test_only_a_mention_outside_code_pings(text: str) -> None:
    ana, guild = User(1, "ana"), Guild(7, "plaza", 1)
    guild.roles[7], guild.members[1] = Role(7, "@everyone", 0, 0), Member(ana)
    place = Channel(3, 0, "general", guild)
    found = mentions.find(text, place, Permission(0), None, None, {1: ana})
    assert not found.everyone
    assert bool(found.pings.users) <= ("<@1>" in text or "<@!1>" in text)
    assert not mentions.find(f"```{text}```", place, Permission(0), None, None, {1: ana}).pings or "`" in text
    assert not mentions.find(text, place, Permission(0), {"parse": []}, None, {1: ana}).pings


# Nonces


async def test_the_same_nonce_makes_one_message_for_some_minutes_in_any_channel(stage: Stage) -> None:
    first = await stage.send(content="a", nonce="n1", enforce_nonce=True)
    again = await stage.send(content="b", nonce="n1", enforce_nonce=True)
    assert again["id"] == first["id"]
    assert [one.content for one in stage.world.replies(stage.channel)] == ["a"]
    await stage.send(content="not enforced", nonce="n1")
    stage.clock.advance(301)
    await stage.send(content="later", nonce="n1", enforce_nonce=True)
    assert len(stage.world.replies(stage.channel)) == 3


# Who is pinged


@pytest.mark.parametrize(
    ("text", "allowed", "pinged"),
    [
        ("<@ANA>", None, True),
        ("<@!ANA>", None, True),
        (r"\<@ANA>", None, True),
        ("`<@ANA>`", None, False),
        ("```\n<@ANA>\n```", None, False),
        ("<@ANA>", {"parse": []}, False),
        ("<@ANA>", {"parse": [], "users": ["ANA"]}, True),
        ("<@ANA>", {"parse": ["roles", "everyone"]}, False),
        ("@everyone", None, False),
        ("<@&CLOSED>", None, False),
        ("<@&OPEN>", None, True),
        ("<@&OPEN>", {"parse": ["users"]}, False),
        ("<@&OPEN>", {"roles": ["OPEN"]}, True),
        ("nobody", None, False),
    ],
)  # fmt: skip
async def test_who_is_pinged(
    stage: Stage, text: str, allowed: dict[str, Any] | None, *, pinged: bool
) -> None:
    opened = stage.world.add_role(stage.guild, "open", mentionable=True)
    closed = stage.world.add_role(stage.guild, "closed")
    stage.guild.members[stage.ana.id].roles += [opened.id, closed.id]
    names = {"ANA": str(stage.ana.id), "OPEN": str(opened.id), "CLOSED": str(closed.id)}

    def filled(value: Any) -> Any:
        for name, identity in names.items():
            value = value.replace(name, identity)
        return value

    body: dict[str, Any] = {"content": filled(text)}
    if allowed is not None:
        body["allowed_mentions"] = {key: [filled(one) for one in ids] for key, ids in allowed.items()}
    await stage.send(**body)
    assert bool(stage.world.pinged(stage.ana)) == pinged


async def test_everyone_is_pinged_by_who_may(stage: Stage) -> None:
    stage.world.change_role(
        stage.guild, stage.guild.roles[stage.guild.id], DEFAULT | Permission.MENTION_EVERYONE
    )
    await stage.send(content="@everyone", allowed_mentions={"parse": []})
    assert stage.world.pinged(stage.ana) == []
    await stage.send(content="@everyone")
    assert len(stage.world.pinged(stage.ana)) == 1


async def test_a_reply_pings_unless_told_not_to_and_an_edit_pings_nobody(stage: Stage) -> None:
    said = await stage.world.say(stage.ana, stage.channel, "hello")
    reference = {"message_id": str(said.id)}
    await stage.send(content="a", message_reference=reference, allowed_mentions={"parse": []})
    assert stage.world.pinged(stage.ana) == []
    sent = await stage.send(content="a", message_reference=reference)
    assert len(stage.world.pinged(stage.ana)) == 1
    path = f"/channels/{stage.channel.id}/messages/{sent['id']}"
    edited = await stage.bot.ask("PATCH", path, {"content": f"<@{stage.ana.id}>"})
    assert [one["id"] for one in edited["mentions"]] == [str(stage.ana.id)]
    assert len(stage.world.pinged(stage.ana)) == 1


# Permissions


async def test_a_channel_out_of_sight_is_no_access(stage: Stage) -> None:
    stage.forbid(Permission.VIEW_CHANNEL)
    with pytest.raises(discord.Forbidden) as caught:
        await stage.send(content="a")
    assert refusal(caught) == (403, 50001)


@pytest.mark.parametrize(
    ("permission", "body"),
    [
        (Permission.SEND_MESSAGES, {"content": "a"}),
        (Permission.EMBED_LINKS, {"embeds": [{"title": "a"}]}),
    ],
)
async def test_a_missing_permission_refuses(
    stage: Stage, permission: Permission, body: dict[str, Any]
) -> None:
    await stage.send(**body)
    stage.forbid(permission)
    with pytest.raises(discord.Forbidden) as caught:
        await stage.send(**body)
    assert refusal(caught) == (403, 50013)


async def test_a_reply_needs_the_history(stage: Stage) -> None:
    said = await stage.world.say(stage.ana, stage.channel, "hello")
    stage.forbid(Permission.READ_MESSAGE_HISTORY)
    with pytest.raises(discord.Forbidden) as caught:
        await stage.send(content="a", message_reference={"message_id": str(said.id)})
    assert refusal(caught) == (403, 160002)
    assert await stage.bot.ask("GET", f"/channels/{stage.channel.id}/messages") == []


async def test_another_s_message_is_deleted_with_permission_only_and_never_edited(stage: Stage) -> None:
    said = await stage.world.say(stage.ana, stage.channel, "hello")
    path = f"/channels/{stage.channel.id}/messages/{said.id}"
    with pytest.raises(discord.Forbidden) as caught:
        await stage.bot.ask("DELETE", path)
    assert refusal(caught) == (403, 50013)
    with pytest.raises(discord.Forbidden) as caught:
        await stage.bot.ask("PATCH", path, {"content": "mine"})
    assert refusal(caught) == (403, 50005)
    role = stage.guild.roles[stage.guild.members[stage.world.me.id].roles[0]]
    stage.world.change_role(stage.guild, role, Permission.MANAGE_MESSAGES)
    await stage.bot.ask("DELETE", path)
    assert said.deleted
    with pytest.raises(discord.NotFound) as gone:
        await stage.bot.ask("DELETE", path)
    assert refusal(gone) == (404, 10008)


async def test_a_time_out_needs_the_permission_and_a_higher_role(stage: Stage) -> None:
    path = f"/guilds/{stage.guild.id}/members/{stage.ana.id}"
    until = (discord.utils.utcnow() + timedelta(minutes=10)).isoformat()
    with pytest.raises(discord.Forbidden):
        await stage.bot.ask("PATCH", path, {"communication_disabled_until": until})
    role = stage.guild.roles[stage.guild.members[stage.world.me.id].roles[0]]
    stage.world.change_role(stage.guild, role, Permission.MODERATE_MEMBERS)
    too_long = (discord.utils.utcnow() + timedelta(days=29)).isoformat()
    with pytest.raises(discord.HTTPException) as caught:
        await stage.bot.ask("PATCH", path, {"communication_disabled_until": too_long})
    assert caught.value.code == 50035
    await stage.bot.ask("PATCH", path, {"communication_disabled_until": until})
    with pytest.raises(NotOffered):
        await stage.world.say(stage.ana, stage.channel, "let me speak")
    stage.clock.advance(601)
    await stage.world.say(stage.ana, stage.channel, "again")
    higher = stage.world.add_role(stage.guild, "higher")
    stage.guild.members[stage.ana.id].roles.append(higher.id)
    with pytest.raises(discord.Forbidden) as caught:
        await stage.bot.ask("PATCH", path, {"communication_disabled_until": until})
    assert refusal(caught) == (403, 50013)


async def test_who_takes_no_direct_messages_gets_none(stage: Stage) -> None:
    opened = await stage.bot.ask("POST", "/users/@me/channels", {"recipient_id": str(stage.ana.id)})
    path = f"/channels/{opened['id']}/messages"
    await stage.bot.ask("POST", path, {"content": "a"})
    stage.ana.takes_dms = False
    with pytest.raises(discord.Forbidden) as caught:
        await stage.bot.ask("POST", path, {"content": "b"})
    assert refusal(caught) == (403, 50007)
    assert [one.content for one in stage.world.replies(stage.world.dm(stage.ana))] == ["a"]


# Threads


async def test_a_message_has_one_thread_and_a_thread_none(stage: Stage) -> None:
    said = await stage.world.say(stage.ana, stage.channel, "hello")
    path = f"/channels/{stage.channel.id}/messages/{said.id}/threads"
    thread = await stage.bot.ask("POST", path, {"name": "talk"})
    assert thread["id"] == str(said.id)
    with pytest.raises(discord.HTTPException) as caught:
        await stage.bot.ask("POST", path, {"name": "talk"})
    assert caught.value.code == 160004
    with pytest.raises(discord.HTTPException) as caught:
        await stage.bot.ask("POST", f"/channels/{thread['id']}/threads", {"name": "x", "type": 11})
    assert caught.value.code == 50024
    with pytest.raises(discord.HTTPException) as caught:
        await stage.bot.ask("POST", f"/channels/{stage.channel.id}/threads", {"name": "x" * 101, "type": 11})
    assert caught.value.code == 50035
    stage.forbid(Permission.SEND_MESSAGES_IN_THREADS)
    with pytest.raises(discord.Forbidden):
        await stage.bot.ask("POST", f"/channels/{thread['id']}/messages", {"content": "a"})


async def test_writing_opens_an_archived_thread_but_not_a_locked_one(stage: Stage) -> None:
    thread = await stage.world.open_thread(stage.ana, stage.channel, "talk")
    stage.world.change_thread(thread, archived=True)
    await stage.bot.ask("POST", f"/channels/{thread.id}/messages", {"content": "a"})
    assert not thread.archived
    stage.world.change_thread(thread, locked=True)
    with pytest.raises(discord.HTTPException) as caught:
        await stage.bot.ask("POST", f"/channels/{thread.id}/messages", {"content": "a"})
    assert caught.value.code == 160005


# Commands


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "Chat"},
        {"name": "two words"},
        {"name": "x" * 33},
        {"description": ""},
        {"description": "x" * 101},
        {"name_localizations": {"es": "charla"}},
        {"name_localizations": {"es-ES": "Charla"}},
        {"options": [OPTION, {**OPTION, "name": "other", "required": True}]},
        {"options": [OPTION, OPTION]},
        {"options": [{**OPTION, "name": str(number)} for number in range(26)]},
        {"options": [{**OPTION, "choices": [{"name": str(n), "value": str(n)} for n in range(26)]}]},
        {"options": [{**OPTION, "min_value": 1}]},
        {"options": [{**OPTION, "channel_types": [0]}]},
        {"options": [{**OPTION, "type": 7, "channel_types": [99]}]},
        {"options": [OPTION, {"type": 1, "name": "sub", "description": "d"}]},
        {"type": 3, "name": "Translate", "description": "no"},
    ],
)
async def test_a_command_that_breaks_a_rule_is_refused(stage: Stage, wrong: dict[str, Any]) -> None:
    with pytest.raises(discord.HTTPException) as caught:
        await stage.commands({"name": "chat", "description": "d", **wrong})
    assert refusal(caught) == (400, 50035)


async def test_a_command_has_8000_characters_and_its_name_is_its_own(stage: Stage) -> None:
    long = [
        {
            **OPTION,
            "name": f"o{n}",
            "choices": [{"name": f"{m:02}" + "n" * 98, "value": "v" * 100} for m in range(3)],
        }
        for n in range(14)
    ]
    large = {"name": "large", "description": "d", "options": long}
    assert size(large) > 8000
    with pytest.raises(discord.HTTPException, match="maximum size"):
        await stage.commands(large)
    with pytest.raises(discord.HTTPException, match="unique"):
        await stage.commands({"name": "a", "description": "d"}, {"name": "a", "description": "e"})


async def test_an_unchanged_command_keeps_id_and_version_and_200_are_made_a_day(stage: Stage) -> None:
    bodies = [{"name": f"c{number}", "description": "d"} for number in range(100)]
    first = await stage.commands(*bodies)
    assert [one["version"] for one in await stage.commands(*bodies)] == [one["version"] for one in first]
    changed = await stage.commands({**bodies[0], "description": "e"}, *bodies[1:])
    assert changed[0]["id"] == first[0]["id"]
    assert changed[0]["version"] != first[0]["version"]
    await stage.commands()
    await stage.commands(*bodies)
    with pytest.raises(discord.HTTPException) as caught:
        await stage.commands(*bodies[:99], {"name": "one-more", "description": "d"})
    assert refusal(caught) == (400, 30034)
    stage.clock.advance(86_401)
    await stage.commands({"name": "one-more", "description": "d"})


async def test_a_list_leaves_out_what_discord_leaves_out(stage: Stage) -> None:
    option = {**OPTION, "required": False, "name_localizations": {"es-ES": "texto"}}
    await stage.commands({"name": "chat", "description": "d", "options": [option]})
    path = f"/applications/{stage.world.me.id}/commands"
    (plain,) = await stage.bot.ask("GET", path)
    assert plain["options"] == [OPTION]
    (full,) = await stage.bot.ask("GET", path, with_localizations="true")
    assert full["options"][0]["name_localizations"] == {"es-ES": "texto"}


# Limits


async def test_every_answer_says_what_is_left_and_429s_are_counted_until_the_ban(stage: Stage) -> None:
    stage.server.limits.routes["POST /channels/{channel_id}/messages"] = (1, 60.0)
    stage.server.limits.invalid_limit = 2
    url = f"{stage.server.api_url}/channels/{stage.channel.id}/messages"
    headers = {"Authorization": f"Bot {stage.server.token}"}
    async with aiohttp.ClientSession(headers=headers) as http:
        async with http.post(url, json={"content": "a"}) as response:
            assert response.status == 200
            assert response.headers["X-RateLimit-Limit"] == "1"
            assert response.headers["X-RateLimit-Remaining"] == "0"
            assert response.headers["Content-Type"] == "application/json"
        for _ in range(2):
            async with http.post(url, json={"content": "b"}) as response:
                assert response.status == 429
                assert 0 < (await response.json())["retry_after"] <= 60
                assert response.headers["Via"]
        async with http.post(url, json={"content": "c"}) as response:
            assert response.status == 429
            assert "Via" not in response.headers
            assert response.content_type == "text/html"


def test_the_global_limit_spares_interactions_and_buckets_are_each_channel_s() -> None:
    now = [1000.0]
    limits = Limits(lambda: now[0])
    limits.others = (1000, 1.0)
    decisions = [limits.take("GET /users/@me", {}, interaction=False) for _ in range(51)]
    assert [one.retry_after is None for one in decisions] == [True] * 50 + [False]
    assert decisions[-1].is_global
    assert decisions[-1].headers["X-RateLimit-Global"] == "true"
    hook = "POST /webhooks/{webhook_id}/{webhook_token}"
    assert limits.take(hook, {"webhook_token": "t"}, interaction=True).retry_after is None
    now[0] += 1.0
    route = "POST /channels/{channel_id}/messages"
    for channel in ("1", "2"):
        answers = [limits.take(route, {"channel_id": channel}, interaction=False) for _ in range(6)]
        assert [one.retry_after is None for one in answers] == [True] * 5 + [False]
    now[0] += 5.0
    assert limits.take(route, {"channel_id": "1"}, interaction=False).headers["X-RateLimit-Remaining"] == "4"
