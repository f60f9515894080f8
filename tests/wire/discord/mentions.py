"""Whom a text pings. https://docs.discord.com/developers/resources/message#allowed-mentions-object"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.wire.discord.errors import Form, Json
from tests.wire.discord.model import Channel, Pings, User
from tests.wire.discord.permissions import Permission

_CODE = re.compile(r"(?s)```.*?```|``.+?``|`[^`]+`")
_MENTION = re.compile(r"<@(?P<kind>[!&]?)(?P<id>\d{1,20})>|@(?P<all>everyone|here)\b")


@dataclass(frozen=True, slots=True)
class Mentioned:
    """What a message's mention fields say, and whom it notifies."""

    users: tuple[User, ...]
    roles: tuple[int, ...]
    everyone: bool
    pings: Pings


def check(form: Form, value: object) -> None:
    """Adds to `form` what is wrong with an `allowed_mentions`."""
    if value is None:
        return
    if not isinstance(value, dict):
        form.add("allowed_mentions", "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
        return
    parse = form.list_of("allowed_mentions.parse", value.get("parse"))
    for index, kind in enumerate(parse):
        form.choice(f"allowed_mentions.parse.{index}", kind, ("roles", "users", "everyone"))
    for kind in ("users", "roles"):
        ids = form.list_of(f"allowed_mentions.{kind}", value.get(kind))
        if len(ids) > 100:
            form.add(f"allowed_mentions.{kind}", "BASE_TYPE_MAX_LENGTH", "Must be 100 or fewer in length.")
        if len({str(one) for one in ids}) != len(ids):
            form.add(f"allowed_mentions.{kind}", "SET_TYPE_ALREADY_CONTAINS_VALUE", "Must be unique")
        if ids and kind in parse:
            text = f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
            form.add("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", text)


def find(
    text: str,
    channel: Channel,
    may: Permission,
    allowed: Json | None,
    replied_to: User | None,
    known: dict[int, User],
) -> Mentioned:
    """The mentions in `text` by one with the permissions `may`.

    Mentions in code ping nobody; a backslash before one does not help.
    """
    users: dict[int, User] = {}
    roles: dict[int, None] = {}
    everyone = False
    for match in _MENTION.finditer(_CODE.sub("", text)):
        if match["all"]:
            everyone = everyone or (_allows(allowed, "everyone") and bool(may & Permission.MENTION_EVERYONE))
        elif match["kind"] == "&":
            role = channel.guild.roles.get(int(match["id"])) if channel.guild else None
            mentionable = role is not None and (role.mentionable or bool(may & Permission.MENTION_EVERYONE))
            if role is not None and mentionable and _allows(allowed, "roles", role.id):
                roles[role.id] = None
        else:
            user = known.get(int(match["id"]))
            if user is not None and _allows(allowed, "users", user.id):
                users[user.id] = user
    if replied_to is not None and (allowed is None or allowed.get("replied_user", False)):
        users[replied_to.id] = replied_to
    pinged = set(users)
    if channel.guild is not None:
        pinged &= set(channel.guild.members)
        pinged |= {
            member.user.id
            for member in channel.guild.members.values()
            if everyone or set(member.roles) & set(roles)
        }
    else:
        pinged &= set(channel.recipients)
        pinged |= set(channel.recipients) if everyone else set()
    return Mentioned(
        tuple(users.values()), tuple(roles), everyone, Pings(frozenset(pinged), frozenset(roles), everyone)
    )


def _allows(allowed: Json | None, kind: str, identity: int | None = None) -> bool:
    if allowed is None:
        return True
    if kind in (allowed.get("parse") or ()):
        return True
    return identity is not None and str(identity) in {str(one) for one in allowed.get(kind) or ()}
