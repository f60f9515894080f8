"""Records as Slack writes them in JSON."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from tests.wire.slack.errors import Json
from tests.wire.slack.model import IM, Channel, File, Message, Team, User, Version

APP_ID = "A0SERENO001"
_CONTROL = re.compile(r"<(?:[@#!][^<>\s]+|(?:https?://|mailto:)[^<>\s|]+(?:\|[^<>\n]+)?)>")
_TYPED = re.compile(
    r"(?P<control><(?:[@#!][^<>\s]+|(?:https?://|mailto:)[^<>\s|]+(?:\|[^<>\n]+)?)>)"
    r"|(?P<url>https?://[^\s<>]+[^\s<>.,;:!?)\]\"'])"
    r"|(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<domain>\b[\w-]+\.(?:com|org|net|io|dev)\b(?!@))"
)


def typed(text: str) -> str:
    """What a member typed as Slack stores it: `&<>` escaped, addresses turned into links.

    Control sequences such as `<@U0123>` stand for what the client makes of a chosen mention.
    """
    found, at = [], 0
    for match in _TYPED.finditer(text):
        found.append(escape(text[at : match.start()], quote=False))
        at = match.end()
        whole = match[0]
        if match["control"]:
            found.append(whole)
        elif match["url"]:
            found.append(f"<{escape(whole, quote=False)}>")
        elif match["mail"]:
            found.append(f"<mailto:{whole}|{whole}>")
        else:
            found.append(f"<http://{whole}|{whole}>")
    return "".join([*found, escape(text[at:], quote=False)])


def escaped(text: str) -> str:
    """`&<>` escaped; control sequences stay."""
    found, at = [], 0
    for match in _CONTROL.finditer(text):
        found += [escape(text[at : match.start()], quote=False), match[0]]
        at = match.end()
    return "".join([*found, escape(text[at:], quote=False)])


def rich_text(text: str, block_id: str) -> Json:
    """The block that Slack makes of stored text."""
    elements: list[Json] = []
    at = 0
    for match in _CONTROL.finditer(text):
        elements += _plain(text[at : match.start()])
        elements.append(_control(match[0][1:-1]))
        at = match.end()
    elements += _plain(text[at:])
    section = {"type": "rich_text_section", "elements": elements}
    return {"type": "rich_text", "block_id": block_id, "elements": [section]}


def _plain(text: str) -> list[Json]:
    plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return [{"type": "text", "text": plain}] if plain else []


def _control(inner: str) -> Json:
    target, _, label = inner.partition("|")
    if target.startswith("@"):
        return {"type": "user", "user_id": target[1:]}
    if target.startswith("#"):
        return {"type": "channel", "channel_id": target[1:]}
    if target.startswith("!subteam^"):
        return {"type": "usergroup", "usergroup_id": target.removeprefix("!subteam^")}
    if target.startswith("!"):
        return {"type": "broadcast", "range": target[1:]}
    return {"type": "link", "url": target.replace("&amp;", "&")} | ({"text": label} if label else {})


def message(one: Message, version: Version | None = None) -> Json:
    """As in answers and inside of events; `version`: as it once was."""
    now = version or one.current
    found: Json = {"type": "message", "user": one.user.id, "ts": one.ts, "text": now.text}
    if one.subtype is not None:
        found["subtype"] = one.subtype
    if one.client_msg_id is not None:
        found["client_msg_id"] = one.client_msg_id
    found["team"] = one.user.team.id
    if one.user.is_bot:
        found |= _bot(one)
    if one.files:
        found["files"] = [file(each, one.user) for each in one.files]
    if one.username is not None:
        found["username"] = one.username
    if now.blocks:
        found["blocks"] = list(now.blocks)
    if now.attachments:
        found["attachments"] = list(now.attachments)
    if one.subtype == "bot_message":
        del found["user"]
    found |= _thread(one)
    if one.edited_at is not None and now is one.current:
        found["edited"] = {"user": one.user.id, "ts": one.edited_at}
    if one.streaming:
        found["streaming_state"] = "in_progress"
    if one.reactions:
        found["reactions"] = [
            {"name": name, "users": [user.id for user in users], "count": len(users)}
            for name, users in one.reactions.items()
        ]
    return found


def _thread(one: Message) -> Json:
    if one.thread_ts is None:
        return {}
    if one.thread_ts == one.ts:
        return {"thread_ts": one.ts}
    parent = one.channel.messages.get(one.thread_ts)
    return {"thread_ts": one.thread_ts, "parent_user_id": parent.user.id if parent is not None else ""}


def _bot(one: Message) -> Json:
    found: Json = {"bot_id": one.user.bot_id, "bot_profile": bot_profile(one.user)}
    if one.subtype == "bot_message":
        return {"bot_id": one.user.bot_id}
    return found | ({"app_id": APP_ID} if one.by_app else {})


def file(one: File, owner: User) -> Json:
    return {
        "id": one.id,
        "name": one.name,
        "title": one.name,
        "mimetype": one.mimetype,
        "filetype": one.name.rpartition(".")[2],
        "size": len(one.content),
        "mode": "hosted",
        "user": owner.id,
        "url_private": one.url,
        "url_private_download": one.url,
    }


def bot_profile(bot: User) -> Json:
    return {
        "id": bot.bot_id,
        "deleted": False,
        "name": bot.name,
        "updated": 1_700_000_000,
        "app_id": APP_ID if bot is bot.team.me else "A0OTHERAPP1",
        "user_id": bot.id,
        "team_id": bot.team.id,
        "icons": {},
    }


def channel(one: Channel, me: User) -> Json:
    if one.kind == IM:
        other = next((user for user in one.members.values() if user is not me), me)
        return {
            "id": one.id,
            "created": 1_700_000_000,
            "is_im": True,
            "is_archived": one.archived,
            "is_org_shared": False,
            "context_team_id": one.team.id,
            "user": other.id,
            "is_open": True,
        }
    return {
        "id": one.id,
        "name": one.name,
        "name_normalized": one.name,
        "is_channel": True,
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": one.kind == "group",
        "is_archived": one.archived,
        "is_general": False,
        "is_shared": False,
        "is_ext_shared": False,
        "is_member": me.id in one.members,
        "created": 1_700_000_000,
        "creator": "USLACKBOT",
        "context_team_id": one.team.id,
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def user(one: User, *, with_email: bool = False) -> Json:
    profile: Json = {
        "real_name": one.display_name,
        "real_name_normalized": one.display_name,
        "display_name": one.display_name,
        "display_name_normalized": one.display_name,
        "team": one.team.id,
    }
    if with_email and not one.is_bot:
        profile["email"] = f"{one.name}@example.com"
    if one.is_bot:
        profile |= {"bot_id": one.bot_id, "api_app_id": APP_ID}
    found: Json = {
        "id": one.id,
        "team_id": one.team.id,
        "name": one.name,
        "deleted": one.deleted,
        "profile": profile,
        "is_bot": one.is_bot,
        "is_app_user": False,
        "updated": 1_700_000_000,
    }
    if not one.deleted:
        found |= {
            "real_name": one.display_name,
            "tz": "Europe/Madrid",
            "is_admin": one.admin,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": False,
            "is_ultra_restricted": False,
        }
    return found


def team(one: Team) -> Json:
    return {"id": one.id, "name": one.name, "domain": domain(one)}


def domain(one: Team) -> str:
    return one.name.lower().replace(" ", "-")


def callback(one: Team, event: Json, event_id: str, at: float) -> Json:
    """The envelope of the Events API."""
    found: dict[str, Any] = {
        "token": "verification-token",
        "team_id": one.id,
        "context_team_id": one.id,
        "context_enterprise_id": None,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(at),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": one.id,
                "user_id": one.me.id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
    }
    if "channel" in event:
        found["event_context"] = f"4-{event_id}"
    return found
