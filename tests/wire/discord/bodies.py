"""From a request's body to a message's version, for channels and interactions alike."""

from __future__ import annotations

import copy
from itertools import count

from tests.wire.discord import checks
from tests.wire.discord.call import Call
from tests.wire.discord.errors import Json, missing_permissions, whole
from tests.wire.discord.model import (
    COMPONENTS_V2,
    LOADING,
    SUPPRESS_EMBEDS,
    Attachment,
    Channel,
    Message,
    Version,
    walk,
)
from tests.wire.discord.permissions import Permission
from tests.wire.discord.world import World


def clean(content: object) -> str:
    """As Discord keeps a text: without blanks around it, without NUL."""
    return str(content or "").replace("\0", "").strip()


def new_version(world: World, call: Call, body: Json, channel: Channel, *, flags_allowed: int) -> Version:
    """The first version of a message.

    Raises:
        ApiError: the body does not pass.
    """
    flags = whole("flags", body.get("flags"))
    checks.message(body, files=len(call.files), flags=flags, flags_allowed=flags_allowed)
    attachments = _uploads(world, call, body, channel)
    return Version(
        world.clock(),
        clean(body.get("content")),
        tuple(body.get("embeds") or ()),
        _numbered(body.get("components")),
        attachments,
        flags,
    )


def edited_version(world: World, call: Call, body: Json, message: Message) -> Version:
    """`message` after an edit: what the body does not name stays.

    Raises:
        ApiError: the body does not pass.
    """
    old = message.versions[-1]
    # Of the flags an edit sets and clears SUPPRESS_EMBEDS and sets IS_COMPONENTS_V2; others are ignored.
    given_flags = whole("flags", body.get("flags"))
    flags = (old.flags | given_flags & COMPONENTS_V2) & ~LOADING
    if body.get("flags") is not None:
        flags = flags & ~SUPPRESS_EMBEDS | given_flags & SUPPRESS_EMBEDS
    kept = old.attachments
    if body.get("attachments") is not None:
        ids = {str(one.get("id")) for one in body["attachments"] if isinstance(one, dict)}
        kept = tuple(one for one in old.attachments if str(one.id) in ids)
    after: Json = {
        "content": body.get("content", old.content),
        "embeds": body.get("embeds", old.embeds),
        "components": body.get("components", old.components),
        "attachments": kept,
    }
    given = {key: value for key, value in body.items() if key not in ("attachments", "flags")}
    checks.message(given, files=len(call.files), flags=flags, flags_allowed=checks.ANSWERING, editing=after)
    return Version(
        world.clock(),
        clean(after["content"]),
        tuple(after["embeds"] or ()),
        _numbered(after["components"]),
        kept + _uploads(world, call, body, message.channel),
        flags,
    )


def check_may_show(held: Permission, call: Call, body: Json) -> None:
    """Embeds and files need permissions of their own.

    Raises:
        ApiError: 50013.
    """
    if body.get("embeds") and not held & Permission.EMBED_LINKS:
        raise missing_permissions()
    if call.files and not held & Permission.ATTACH_FILES:
        raise missing_permissions()


def _numbered(components: object) -> tuple[Json, ...]:
    """Discord gives every component a number of its own in the message."""
    found: list[Json] = copy.deepcopy(list(components)) if isinstance(components, list | tuple) else []
    everyone = walk(found)
    taken = {one["id"] for one in everyone if one.get("id")}
    free = (number for number in count(1) if number not in taken)
    for one in everyone:
        if not one.get("id"):
            one["id"] = next(free)
    return tuple(found)


def _uploads(world: World, call: Call, body: Json, channel: Channel) -> tuple[Attachment, ...]:
    described = {int(one["id"]): one for one in body.get("attachments") or () if str(one.get("id")).isdigit()}
    files = []
    for number in sorted(call.files):
        name, media_type, data = call.files[number]
        files.append((str(described.get(number, {}).get("filename", name)), media_type, data))
    return world.uploaded(channel, tuple(files))
