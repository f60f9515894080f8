"""REST v10: channels, messages and threads."""

from __future__ import annotations

import re

from tests.wire.discord import bodies, checks, payloads
from tests.wire.discord.call import Call
from tests.wire.discord.clock import snowflake_time
from tests.wire.discord.errors import (
    ApiError,
    Form,
    Json,
    form_error,
    missing_access,
    missing_permissions,
    snowflake,
    unknown,
    wrong_channel_type,
)
from tests.wire.discord.model import DM, PRIVATE_THREAD, PUBLIC_THREAD, REPLY, TEXT, Channel, Message
from tests.wire.discord.permissions import Permission
from tests.wire.discord.rest import NO_CONTENT, Answer, Handler
from tests.wire.discord.state import GUILDS
from tests.wire.discord.world import World

NONCE_FOR = 300.0
"""Seconds in which a nonce counts as the same ("the past few minutes")."""
_TWO_WEEKS = 14 * 86_400
_ARCHIVE = (60, 1440, 4320, 10080)


class Channels:
    """The handlers under /channels."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._nonces: dict[str, Message] = {}

    def routes(self) -> dict[str, Handler]:
        channel, message = "/channels/{channel_id}", "/channels/{channel_id}/messages/{message_id}"
        return {
            f"GET {channel}": self.get_channel,
            f"PATCH {channel}": self.change_channel,
            f"POST {channel}/typing": self.typing,
            f"GET {channel}/messages": self.list_messages,
            f"POST {channel}/messages": self.create_message,
            f"POST {channel}/messages/bulk-delete": self.bulk_delete,
            f"GET {message}": self.get_message,
            f"PATCH {message}": self.edit_message,
            f"DELETE {message}": self.delete_message,
            f"POST {message}/threads": self.thread_from_message,
            f"PUT {message}/reactions/{{emoji}}/@me": self.react,
            f"DELETE {message}/reactions/{{emoji}}/@me": self.unreact,
            f"POST {channel}/threads": self.thread_without_message,
            f"GET {channel}/thread-members": self.thread_members,
            f"PUT {channel}/thread-members/{{user_id}}": self.add_thread_member,
            f"GET {channel}/thread-members/{{user_id}}": self.thread_member,
            f"DELETE {channel}/thread-members/{{user_id}}": self.remove_thread_member,
        }

    def _channel(self, call: Call, *needed: Permission) -> Channel:
        """The channel, when the bot sees it and has `needed` there."""
        channel = self.world.channels.get(call.id("channel_id"))
        if channel is None or channel.deleted:
            raise unknown("Channel")
        held = self.world.permissions(self.world.me, channel)
        if not held & Permission.VIEW_CHANNEL:
            raise missing_access()
        if any(not held & one for one in needed):
            raise missing_permissions()
        return channel

    def _message(self, call: Call, channel: Channel, name: str = "message_id") -> Message:
        message = channel.messages.get(call.id(name))
        if message is None or message.deleted or message.ephemeral_to is not None:
            raise unknown("Message")
        return message

    def _json(self, message: Message) -> Json:
        """By REST the content is kept back when the portal's switch is off."""
        return self.world.message_json(message, all_content="message_content" in self.world.privileged)

    async def get_channel(self, call: Call) -> Answer:
        return 200, payloads.channel(self._channel(call), self.world.me)

    async def change_channel(self, call: Call) -> Answer:
        """Only threads, as far as their owner or MANAGE_THREADS may."""
        channel = self._channel(call)
        if not channel.is_thread:
            raise missing_permissions()
        mine = channel.owner_id == self.world.me.id
        manages = self.world.can(self.world.me, channel, Permission.MANAGE_THREADS)
        if not (manages or (mine and "locked" not in call.body and not channel.locked)):
            raise missing_permissions()
        form = Form()
        if "name" in call.body:
            channel.name = form.text("name", call.body["name"], 1, 100, required=True) or channel.name
        form.done()
        channel.auto_archive = call.body.get("auto_archive_duration", channel.auto_archive)
        self.world.change_thread(channel, archived=call.body.get("archived"), locked=call.body.get("locked"))
        return 200, payloads.channel(channel, self.world.me)

    async def typing(self, call: Call) -> Answer:
        channel = self._channel(call)
        self._check_may_send(channel)
        self.world.typing.append((channel, self.world.clock()))
        self.world.changed()
        return NO_CONTENT

    def _check_may_send(self, channel: Channel) -> Permission:
        held = self.world.permissions(self.world.me, channel)
        if not held & (
            Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
        ):
            raise missing_permissions()
        if channel.locked and not held & Permission.MANAGE_THREADS:
            raise ApiError(400, 160005, "Thread is locked")
        return held

    # Messages

    async def list_messages(self, call: Call) -> Answer:
        channel = self._channel(call)
        if not self.world.can(self.world.me, channel, Permission.READ_MESSAGE_HISTORY):
            return 200, []
        limit = call.query.get("limit", "50")
        if not limit.isdigit() or not 1 <= int(limit) <= 100:
            raise form_error("limit", "NUMBER_TYPE_MAX", "int value should be between 1 and 100.")
        found = [one for one in channel.messages.values() if not one.deleted and one.ephemeral_to is None]
        count = int(limit)
        if "after" in call.query:
            after = snowflake("after", call.query["after"])
            found = [one for one in found if one.id > after][:count]
        elif "around" in call.query:
            around = snowflake("around", call.query["around"])
            before = [one for one in found if one.id < around][-(count // 2) :] if count > 1 else []
            found = (before + [one for one in found if one.id >= around])[:count]
        else:
            before_id = snowflake("before", call.query["before"]) if "before" in call.query else 2**63 - 1
            found = [one for one in found if one.id < before_id][-count:]
        return 200, [self._json(one) for one in reversed(found)]

    async def get_message(self, call: Call) -> Answer:
        return 200, self._json(self._message(call, self._channel(call, Permission.READ_MESSAGE_HISTORY)))

    async def create_message(self, call: Call) -> Answer:
        world, body = self.world, call.body
        channel = self._channel(call)
        held = self._check_may_send(channel)
        if channel.type == DM:
            self._check_takes_dms(channel)
        version = bodies.new_version(world, call, body, channel, flags_allowed=checks.SENDING)
        bodies.check_may_show(held, call, body)
        referenced = self._referenced(channel, body, held)
        first = self._said_before(body)
        if first is not None:
            return 200, self._json(first)
        message = world.post(
            channel,
            world.me,
            version,
            kind=REPLY if referenced is not None else 0,
            referenced=referenced,
            allowed=body.get("allowed_mentions"),
            nonce=body.get("nonce"),
        )
        if body.get("nonce") is not None:
            self._nonces[str(body["nonce"])] = message
        return 200, self._json(message)

    def _check_takes_dms(self, channel: Channel) -> None:
        world = self.world
        for user in channel.recipients.values():
            if user is world.me:
                continue
            met = any({user.id, world.me.id} <= guild.members.keys() for guild in world.guilds.values())
            if not user.takes_dms or not (met or user.id in world.user_installs):
                raise ApiError(403, 50007, "Cannot send messages to this user")

    def _said_before(self, body: Json) -> Message | None:
        """The message that the same nonce made, in any channel, when the bot asks for that."""
        if not body.get("enforce_nonce") or body.get("nonce") is None:
            return None
        first = self._nonces.get(str(body["nonce"]))
        return first if first is not None and self.world.clock() - first.created_at < NONCE_FOR else None

    def _referenced(self, channel: Channel, body: Json, held: Permission) -> Message | None:
        reference = body.get("message_reference")
        if reference is None:
            return None
        if reference.get("type", 0) != 0:
            raise form_error("message_reference.type", "BASE_TYPE_CHOICES", "Only replies are possible here")
        message = channel.messages.get(snowflake("message_reference.message_id", reference.get("message_id")))
        if reference.get("channel_id") is not None and str(reference["channel_id"]) != str(channel.id):
            text = "Cannot reply to a message in a different channel"
            raise form_error("message_reference", "REPLIES_CANNOT_REFERENCE_OTHER_CHANNEL", text)
        if message is None or message.deleted or message.ephemeral_to is not None:
            if reference.get("fail_if_not_exists", True):
                raise form_error("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
            return None
        if not held & Permission.READ_MESSAGE_HISTORY:
            raise ApiError(403, 160002, "Cannot reply without permission to read message history")
        if message.type not in (0, REPLY, 20, 23):
            raise form_error(
                "message_reference",
                "REPLIES_CANNOT_REFERENCE_SYSTEM_MESSAGE",
                "Cannot reply to a system message",
            )
        return message

    async def edit_message(self, call: Call) -> Answer:
        channel = self._channel(call)
        message = self._message(call, channel)
        if message.author is not self.world.me:
            raise ApiError(403, 50005, "Cannot edit a message authored by another user")
        if message.type not in (0, REPLY, 20, 23):
            raise ApiError(403, 50021, "Cannot execute action on a system message")
        if channel.archived:
            raise ApiError(400, 50083, "Thread is archived")
        version = bodies.edited_version(self.world, call, call.body, message)
        bodies.check_may_show(self.world.permissions(self.world.me, channel), call, call.body)
        self.world.change(message, version, allowed=call.body.get("allowed_mentions"))
        return 200, self._json(message)

    async def delete_message(self, call: Call) -> Answer:
        channel = self._channel(call)
        message = self._message(call, channel)
        if message.author is not self.world.me:
            if channel.type == DM:
                raise ApiError(403, 50003, "Cannot execute action on a DM channel")
            if not self.world.can(self.world.me, channel, Permission.MANAGE_MESSAGES):
                raise missing_permissions()
        self.world.remove(message)
        return NO_CONTENT

    async def bulk_delete(self, call: Call) -> Answer:
        channel = self._channel(call)
        if channel.type == DM:
            raise ApiError(403, 50003, "Cannot execute action on a DM channel")
        self._channel(call, Permission.MANAGE_MESSAGES)
        ids = [snowflake("messages", one) for one in call.body.get("messages") or ()]
        if not 2 <= len(ids) <= 100:
            raise ApiError(
                400,
                50016,
                "Provided too few or too many messages to delete. Must provide at least 2 and at most 100 messages to delete.",
            )
        if any(snowflake_time(one) < self.world.clock() - _TWO_WEEKS for one in ids):
            raise ApiError(400, 50034, "You can only bulk delete messages that are under 14 days old.")
        found = [channel.messages[one] for one in ids if one in channel.messages]
        found = [one for one in found if not one.deleted and one.ephemeral_to is None]
        if found:
            self.world.remove_many(channel, found)
        return NO_CONTENT

    async def react(self, call: Call) -> Answer:
        channel = self._channel(call, Permission.READ_MESSAGE_HISTORY, Permission.ADD_REACTIONS)
        self._message(call, channel)
        if not re.search(r"[^\w\s]", call.params["emoji"]):
            raise unknown("Emoji")
        return NO_CONTENT

    async def unreact(self, call: Call) -> Answer:
        self._message(call, self._channel(call))
        return NO_CONTENT

    # Threads

    async def thread_from_message(self, call: Call) -> Answer:
        parent = self._channel(call)
        if parent.type != TEXT:
            raise wrong_channel_type()
        self._channel(call, Permission.CREATE_PUBLIC_THREADS)
        message = self._message(call, parent)
        name = self._thread_form(call.body)
        if message.thread is not None or message.id in self.world.channels:
            raise ApiError(400, 160004, "A thread has already been created for this message")
        thread = self.world.thread(parent, name, self.world.me, message=message)
        thread.auto_archive = call.body.get("auto_archive_duration") or 1440
        return 201, payloads.channel(thread, self.world.me)

    async def thread_without_message(self, call: Call) -> Answer:
        parent = self._channel(call)
        if parent.type != TEXT:
            raise wrong_channel_type()
        kind = call.body.get("type", PRIVATE_THREAD)
        if kind not in (PUBLIC_THREAD, PRIVATE_THREAD):
            raise form_error("type", "BASE_TYPE_CHOICES", "Value must be one of {10, 11, 12}.")
        private = kind == PRIVATE_THREAD
        self._channel(
            call, Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS
        )
        name = self._thread_form(call.body)
        thread = self.world.thread(parent, name, self.world.me, private=private)
        thread.auto_archive = call.body.get("auto_archive_duration") or 1440
        return 201, payloads.channel(thread, self.world.me)

    def _thread_form(self, body: Json) -> str:
        form = Form()
        name = form.text("name", body.get("name"), 1, 100, required=True)
        if body.get("auto_archive_duration") is not None:
            form.choice("auto_archive_duration", body["auto_archive_duration"], _ARCHIVE)
        slow = body.get("rate_limit_per_user")
        if slow is not None and not 0 <= slow <= 21600:
            form.add(
                "rate_limit_per_user", "NUMBER_TYPE_MAX", "int value should be less than or equal to 21600."
            )
        form.done()
        return name

    def _thread(self, call: Call) -> Channel:
        thread = self._channel(call)
        if not thread.is_thread:
            raise wrong_channel_type()
        return thread

    def _user_id(self, call: Call) -> int:
        return self.world.me.id if call.params["user_id"] == "@me" else call.id("user_id")

    async def thread_members(self, call: Call) -> Answer:
        thread = self._thread(call)
        return 200, [payloads.thread_member(thread, one) for one in thread.thread_members]

    async def thread_member(self, call: Call) -> Answer:
        thread, user_id = self._thread(call), self._user_id(call)
        if user_id not in thread.thread_members:
            raise unknown("Member")
        return 200, payloads.thread_member(thread, user_id)

    async def add_thread_member(self, call: Call) -> Answer:
        thread, user_id = self._thread(call), self._user_id(call)
        assert thread.guild is not None
        if thread.archived:
            raise ApiError(400, 50083, "Thread is archived")
        if user_id != self.world.me.id and not self.world.can(
            self.world.me, thread, Permission.SEND_MESSAGES_IN_THREADS
        ):
            raise missing_permissions()
        if user_id not in thread.guild.members:
            raise unknown("Member")
        thread.thread_members.setdefault(user_id, self.world.clock())
        self._members_changed(thread, added=user_id)
        return NO_CONTENT

    async def remove_thread_member(self, call: Call) -> Answer:
        thread, user_id = self._thread(call), self._user_id(call)
        if user_id != self.world.me.id and not self.world.can(
            self.world.me, thread, Permission.MANAGE_THREADS
        ):
            raise missing_permissions()
        if thread.thread_members.pop(user_id, None) is None:
            raise unknown("Member")
        self._members_changed(thread, removed=user_id)
        return NO_CONTENT

    def _members_changed(self, thread: Channel, *, added: int = 0, removed: int = 0) -> None:
        assert thread.guild is not None
        data: Json = {
            "id": str(thread.id),
            "guild_id": str(thread.guild.id),
            "member_count": len(thread.thread_members),
            "added_members": [payloads.thread_member(thread, added)] if added else [],
            "removed_member_ids": [str(removed)] if removed else [],
        }
        self.world.emit("THREAD_MEMBERS_UPDATE", data, thread.guild, GUILDS)
