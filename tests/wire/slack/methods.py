"""Which methods there are, and what each needs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from tests.wire.slack.call import Call
from tests.wire.slack.chat import Chat
from tests.wire.slack.errors import Json
from tests.wire.slack.model import IM, PRIVATE
from tests.wire.slack.oauth import OAuth
from tests.wire.slack.streams import Streams
from tests.wire.slack.web import Web

Handler: TypeAlias = Callable[[Call], Awaitable[Json]]


@dataclass(frozen=True, slots=True)
class Method:
    """What a method needs."""

    scopes: frozenset[str] = frozenset()
    """One of these."""
    by_channel: str = ""
    """"read", "history" or "write": the scope depends on the kind of the channel."""
    token: bool = True
    app_level: bool = False
    form_only: bool = False
    """Arguments in a JSON body are not read."""


def _scoped(*scopes: str, form_only: bool = False) -> Method:
    return Method(frozenset(scopes), form_only=form_only)


METHODS: dict[str, Method] = {
    "agents.sessions.rename": _scoped("chat:write"),
    "agents.sessions.setStatus": _scoped("chat:write"),
    "apps.connections.open": Method(app_level=True),
    "apps.manifest.validate": Method(token=False),
    "apps.uninstall": Method(),
    "assistant.threads.setStatus": _scoped("assistant:write", "chat:write"),
    "assistant.threads.setSuggestedPrompts": _scoped("assistant:write"),
    "assistant.threads.setTitle": _scoped("assistant:write"),
    "auth.revoke": Method(),
    "auth.test": Method(),
    "chat.appendStream": _scoped("chat:write"),
    "chat.delete": _scoped("chat:write"),
    "chat.getPermalink": Method(form_only=True),
    "chat.postEphemeral": _scoped("chat:write"),
    "chat.postMessage": _scoped("chat:write"),
    "chat.startStream": _scoped("chat:write"),
    "chat.stopStream": _scoped("chat:write"),
    "chat.update": _scoped("chat:write"),
    "conversations.history": Method(form_only=True),
    "conversations.info": Method(by_channel="read", form_only=True),
    "conversations.members": Method(by_channel="read", form_only=True),
    "conversations.open": _scoped("im:write"),
    "conversations.replies": Method(by_channel="history", form_only=True),
    "oauth.v2.access": Method(token=False, form_only=True),
    "reactions.add": _scoped("reactions:write"),
    "reactions.remove": _scoped("reactions:write"),
    "team.info": _scoped("team:read", form_only=True),
    "usergroups.list": _scoped("usergroups:read", form_only=True),
    "usergroups.users.list": _scoped("usergroups:read", form_only=True),
    "users.conversations": Method(form_only=True),
    "users.info": _scoped("users:read", form_only=True),
    "views.open": Method(),
    "views.publish": Method(),
    "views.update": Method(),
}


def handlers(chat: Chat, streams: Streams, other: Web, oauth: OAuth) -> dict[str, Handler]:
    return {
        "agents.sessions.rename": other.rename_session,
        "agents.sessions.setStatus": other.set_status,
        "apps.connections.open": oauth.open_connection,
        "apps.manifest.validate": oauth.validate_manifest,
        "apps.uninstall": oauth.uninstall,
        "assistant.threads.setStatus": other.legacy_status,
        "assistant.threads.setSuggestedPrompts": other.suggest,
        "assistant.threads.setTitle": other.thread_title,
        "auth.revoke": oauth.revoke,
        "auth.test": oauth.test,
        "chat.appendStream": streams.append,
        "chat.delete": chat.delete,
        "chat.getPermalink": chat.get_permalink,
        "chat.postEphemeral": chat.post_ephemeral,
        "chat.postMessage": chat.post_message,
        "chat.startStream": streams.start,
        "chat.stopStream": streams.stop,
        "chat.update": chat.update,
        "conversations.history": other.history,
        "conversations.info": other.info,
        "conversations.members": other.members,
        "conversations.open": other.open,
        "conversations.replies": other.replies,
        "oauth.v2.access": oauth.access,
        "reactions.add": other.react,
        "reactions.remove": other.unreact,
        "team.info": other.about_team,
        "usergroups.list": other.groups,
        "usergroups.users.list": other.group_users,
        "users.conversations": other.conversations,
        "users.info": other.user,
        "views.open": other.open_view,
        "views.publish": other.publish,
        "views.update": other.update_view,
    }


def needed_scopes(method: Method, call: Call) -> frozenset[str]:
    """One of these must have been granted; none where that says nothing."""
    if not method.by_channel:
        return method.scopes
    channel = call.team.channels.get(str(call.args.get("channel", "")))
    if channel is None:
        return frozenset()
    kind = {IM: "im", PRIVATE: "groups"}.get(channel.kind, "channels")
    return frozenset({f"{kind}:{method.by_channel}"})
