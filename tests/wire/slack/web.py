"""Web API: channels, people, reactions, views, agent sessions."""

from __future__ import annotations

from typing import Any

from tests.wire.slack import payloads
from tests.wire.slack.blocks import MAX_VIEW_BLOCKS, check_blocks
from tests.wire.slack.call import Call
from tests.wire.slack.chat import Chat
from tests.wire.slack.errors import Json, SlackError, invalid_arguments
from tests.wire.slack.model import CHANNEL, IM, PRIVATE, Modal, Session, User
from tests.wire.slack.world import World

STATUSES = ("active", "processing", "suspended", "closed")
MAX_PROMPTS = 4
_TYPES = {CHANNEL: "public_channel", PRIVATE: "private_channel", IM: "im"}
_SCOPES = {
    "public_channel": "channels:read",
    "private_channel": "groups:read",
    "im": "im:read",
    "mpim": "mpim:read",
}
_VIEW_TEXT = 24


class Web:
    """The handlers of everything but messages and installation."""

    def __init__(self, world: World, chat: Chat) -> None:
        self.world = world
        self.chat = chat

    # Conversations

    async def info(self, call: Call) -> Json:
        channel = self.chat.known(call)
        return {"channel": payloads.channel(channel, call.me)}

    async def members(self, call: Call) -> Json:
        channel = self.chat.known(call)
        return {"members": list(channel.members), "response_metadata": {"next_cursor": ""}}

    async def open(self, call: Call) -> Json:
        if call.has("channel"):
            channel = self.chat.known(call)
            return {"channel": {"id": channel.id}, "no_op": True, "already_open": True}
        ids = call.required("users").split(",")
        if len(ids) != 1:
            raise SlackError("method_not_supported_for_channel_type")
        user = self._user(call, ids[0])
        if user.is_bot:
            raise SlackError("cannot_dm_bot")
        return {"channel": {"id": self.world.dm(user).id}}

    async def replies(self, call: Call) -> Json:
        channel = self.chat.known(call)
        if call.me.id not in channel.members:
            raise SlackError("not_in_channel")
        parent = channel.messages.get(call.required("ts"))
        if parent is None or (parent.deleted and parent.thread_ts is None):
            raise SlackError("thread_not_found")
        try:
            limit = int(call.text("limit", "1000"))
            oldest, latest = float(call.text("oldest", "0")), float(call.text("latest", "inf"))
        except ValueError:
            raise SlackError("invalid_arguments") from None
        if not 1 <= limit <= 1_000:
            raise SlackError("invalid_limit")
        inclusive = call.flag("inclusive", False)
        after = call.text("cursor")
        found = [
            one
            for one in channel.messages.values()
            if not one.deleted
            and (one is parent or one.thread_ts == parent.ts)
            and (one is parent or _between(float(one.ts), oldest, latest, inclusive=inclusive))
            and one.ts > after
        ]
        found.sort(key=lambda one: one.ts)
        page = found[:limit]
        more = len(found) > len(page)
        all_metadata = call.flag("include_all_metadata", False)
        return {
            "messages": [self._with_metadata(one, all_metadata) for one in page],
            "has_more": more,
            "response_metadata": {"next_cursor": page[-1].ts if more else ""},
        }

    def _with_metadata(self, message: Any, all_metadata: bool) -> Json:
        found = payloads.message(message)
        if message.metadata is not None:
            # Without `include_all_metadata` only the type is told.
            told = message.metadata if all_metadata else {"event_type": message.metadata["event_type"]}
            found["metadata"] = told
        return found

    async def history(self, call: Call) -> Json:
        self.world.violations.append(f"asked for the history of {call.text('channel')}")
        assert call.token is not None
        raise SlackError(
            "missing_scope", needed="channels:history", provided=",".join(sorted(call.token.scopes))
        )

    async def conversations(self, call: Call) -> Json:
        """Those that somebody is in, a page of them; of private ones only those in which the bot is, too."""
        assert call.token is not None
        who = self._user(call, call.text("user")) if call.has("user") else call.me
        kinds = call.text("types", "public_channel").split(",")
        for kind in kinds:
            if kind not in _SCOPES:
                raise SlackError("invalid_types")
            if _SCOPES[kind] not in call.token.scopes:
                raise SlackError(
                    "missing_scope", needed=_SCOPES[kind], provided=",".join(sorted(call.token.scopes))
                )
        try:
            limit, start = int(call.text("limit", "100")), int(call.text("cursor", "0") or 0)
        except ValueError:
            raise SlackError("invalid_arguments") from None
        if not 1 <= limit < 1_000:
            raise SlackError("invalid_limit")
        found = [
            channel
            for channel in call.team.channels.values()
            if _TYPES.get(channel.kind) in kinds
            and who.id in channel.members
            and (channel.kind == CHANNEL or call.me.id in channel.members)
            and not (channel.archived and call.flag("exclude_archived", False))
        ]
        page = found[start : start + limit]
        more = str(start + limit) if len(found) > start + limit else ""
        return {
            "channels": [payloads.channel(channel, call.me) for channel in page],
            "response_metadata": {"next_cursor": more},
        }

    # People

    async def user(self, call: Call) -> Json:
        user = self._user(call, call.required("user"))
        assert call.token is not None
        found = payloads.user(user, with_email="users:read.email" in call.token.scopes)
        if call.flag("include_locale", False):
            found["locale"] = user.locale
        return {"user": found}

    async def group_users(self, call: Call) -> Json:
        group = call.team.groups.get(call.required("usergroup"))
        if group is None:
            raise SlackError("no_such_subteam")
        if group.disabled and not call.flag("include_disabled", False):
            raise SlackError("subteam_disabled")
        return {"users": [one.id for one in group.users]}

    async def groups(self, call: Call) -> Json:
        return {
            "usergroups": [
                {
                    "id": one.id,
                    "team_id": one.team.id,
                    "handle": one.handle,
                    "name": one.handle,
                    "is_usergroup": True,
                    "date_delete": 1 if one.disabled else 0,
                    "user_count": len(one.users),
                }
                for one in call.team.groups.values()
                if not one.disabled or call.flag("include_disabled", False)
            ]
        }

    async def about_team(self, call: Call) -> Json:
        return {"team": payloads.team(call.team)}

    def _user(self, call: Call, user_id: str) -> User:
        user = call.team.users.get(user_id)
        if user is None:
            raise SlackError("user_not_found")
        return user

    # Reactions

    async def react(self, call: Call) -> Json:
        channel = self.chat.known(call)
        message = self.chat.found(call, channel, "timestamp")
        name = call.required("name")
        if not name.replace("_", "").replace("-", "").replace("+", "").isalnum():
            raise SlackError("invalid_name")
        if call.me.id not in channel.members:
            raise SlackError("not_in_channel")
        users = message.reactions.setdefault(name, [])
        if call.me in users:
            raise SlackError("already_reacted")
        users.append(call.me)
        self.world.changed()
        return {}

    async def unreact(self, call: Call) -> Json:
        message = self.chat.found(call, self.chat.known(call), "timestamp")
        users = message.reactions.get(call.required("name"), [])
        if call.me not in users:
            raise SlackError("no_reaction")
        users.remove(call.me)
        return {}

    # Views

    async def open_view(self, call: Call) -> Json:
        view = self._view(call, "modal")
        modal = self.world.open_modal(call.team, call.required("trigger_id"), view)
        return {"view": self.world.view_json(modal)}

    async def update_view(self, call: Call) -> Json:
        modal = self._modal(call)
        if call.has("hash") and call.text("hash") != modal.hash:
            raise SlackError("hash_conflict")
        modal.view = self._view(call, "modal")
        self.world.changed()
        return {"view": self.world.view_json(modal)}

    async def publish(self, call: Call) -> Json:
        user = self._user(call, call.required("user_id"))
        user.home = self._view(call, "home") | {"id": self.world.new_id("V"), "app_id": payloads.APP_ID}
        self.world.changed()
        return {"view": user.home}

    def _modal(self, call: Call) -> Modal:
        for one in self.world.modals:
            if one.id == call.text("view_id") and one.user.team is call.team and one.open:
                return one
        raise SlackError("not_found")

    def _view(self, call: Call, kind: str) -> Json:
        view = call.structure("view", "invalid_arguments")
        if not isinstance(view, dict) or view.get("type") != kind:
            raise invalid_arguments(f"must be a {kind} view [json-pointer:/view]")
        if kind == "modal":
            self._modal_texts(view)
        blocks = check_blocks(view.get("blocks"), lambda: self.world.new_id("b"), most=MAX_VIEW_BLOCKS)
        if len(str(view.get("private_metadata", ""))) > 3_000:
            raise invalid_arguments("must be less than 3001 characters [json-pointer:/view/private_metadata]")
        return view | {"blocks": list(blocks)}

    @staticmethod
    def _modal_texts(view: Json) -> None:
        for name in ("title", "submit", "close"):
            value = view.get(name)
            if value is None and name == "title":
                raise invalid_arguments("missing required field: title [json-pointer:/view]")
            if value is None:
                continue
            if not isinstance(value, dict) or value.get("type") != "plain_text" or not value.get("text"):
                raise invalid_arguments(f"must be a plain_text object [json-pointer:/view/{name}]")
            if len(value["text"]) > _VIEW_TEXT:
                raise invalid_arguments(f"must be less than 25 characters [json-pointer:/view/{name}/text]")
        inputs = any(one.get("type") == "input" for one in view.get("blocks", ()))
        if inputs and "submit" not in view:
            raise invalid_arguments("missing required field: submit [json-pointer:/view]")

    # The Agent view

    async def set_status(self, call: Call) -> Json:
        channel = self.chat.known(call, "channel_id")
        if call.me.id not in channel.members:
            raise SlackError("not_authorized")
        if not call.has("thread_ts"):
            raise SlackError("thread_ts_required")
        if call.text("status") not in STATUSES:
            raise SlackError("invalid_status")
        if call.has("initiator_user_id"):
            self._user(call, call.text("initiator_user_id"))
        if len(call.text("title")) > 200:
            raise invalid_arguments("must be less than 201 characters [json-pointer:/title]")
        self.chat.customized(call)
        session = self._session(channel.id, call.text("thread_ts"), call.text("title"))
        session.status = call.text("status")
        self.world.changed()
        return {"agent_status": session.status, "status": session.status, "title": session.title}

    async def rename_session(self, call: Call) -> Json:
        channel = self.chat.known(call, "channel_id")
        session = self.world.sessions.get((channel.id, call.text("thread_ts")))
        if session is None:
            raise SlackError("session_not_found")
        session.title = call.required("title")
        return {"title": session.title}

    async def legacy_status(self, call: Call) -> Json:
        channel = self.chat.known(call, "channel_id")
        if call.required("thread_ts") not in channel.messages:
            raise SlackError("invalid_thread_ts")
        if "status" not in call.args:
            raise invalid_arguments("missing required field: status")
        session = self._session(channel.id, call.text("thread_ts"))
        session.said = call.text("status")
        self.world.changed()
        return {}

    async def suggest(self, call: Call) -> Json:
        channel = self.chat.known(call, "channel_id")
        if channel.kind != IM:
            raise SlackError("channel_not_found")
        prompts = call.structure("prompts", "invalid_arguments")
        if not isinstance(prompts, list) or not 1 <= len(prompts) <= MAX_PROMPTS:
            raise invalid_arguments(f"must have between 1 and {MAX_PROMPTS} items [json-pointer:/prompts]")
        if not all(isinstance(one, dict) and one.get("title") and one.get("message") for one in prompts):
            raise invalid_arguments("missing required field: title, message [json-pointer:/prompts]")
        if call.has("thread_ts") and call.text("thread_ts") not in channel.messages:
            raise SlackError("invalid_thread_ts")
        self._session(channel.id, call.text("thread_ts")).prompts = tuple(prompts)
        self.world.changed()
        return {}

    async def thread_title(self, call: Call) -> Json:
        channel = self.chat.known(call, "channel_id")
        if call.required("thread_ts") not in channel.messages:
            raise SlackError("invalid_thread_ts")
        self._session(channel.id, call.text("thread_ts")).title = call.required("title")
        return {}

    def _session(self, channel_id: str, thread_ts: str, title: str = "") -> Session:
        return self.world.sessions.setdefault((channel_id, thread_ts), Session("active", title))


def _between(ts: float, oldest: float, latest: float, *, inclusive: bool) -> bool:
    return oldest <= ts <= latest if inclusive else oldest < ts < latest
