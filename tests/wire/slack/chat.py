"""Web API: messages.  https://docs.slack.dev/reference/methods?family=chat"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.wire.slack import payloads
from tests.wire.slack.blocks import MAX_MARKDOWN, check_blocks, check_metadata, check_size, check_text
from tests.wire.slack.call import Call
from tests.wire.slack.errors import Json, SlackError, invalid_arguments, missing_scope
from tests.wire.slack.limits import Limits
from tests.wire.slack.model import CHANNEL, IM, Channel, Message, User, Version
from tests.wire.slack.world import World

MAX_ATTACHMENTS = 100
STREAM_LIFETIME = 306.0
"""Seconds. Not documented: apps saw streams end so long after their start, whatever was appended meanwhile."""


class RateLimited(Exception):
    """Seconds to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Chat:
    """The handlers of `chat.*` but for streams."""

    def __init__(self, world: World, limits: Limits) -> None:
        self.world = world
        self.limits = limits
        self.stream_lifetime = STREAM_LIFETIME

    async def post_message(self, call: Call) -> Json:
        channel = self.writable(call, opens_dm=True)
        thread = self.thread(call, channel)
        content = self.content(call)
        if content is None:
            raise SlackError("no_text")
        self.customized(call)
        self.paced(channel)
        message = Message(
            channel,
            self.world.new_ts(),
            call.me,
            [
                replace(
                    content, metadata=check_metadata(call.structure("metadata", "invalid_metadata_format"))
                )
            ],
            thread,
            username=call.text("username") or None,
            by_app=True,
            unfurl_links=call.flag("unfurl_links", True),
            unfurl_media=call.flag("unfurl_media", True),
            mrkdwn=call.flag("mrkdwn", True),
        )
        if thread is not None and call.flag("reply_broadcast", False):
            message.subtype = "thread_broadcast"
        self.world.post(message, link_names=call.flag("link_names", False) or call.text("parse") == "full")
        self.world.answered(message)
        return {"channel": channel.id, "ts": message.ts, "message": self.json(message)}

    async def update(self, call: Call) -> Json:
        channel = self.known(call)
        message = self.found(call, channel)
        self.mine(call, message, "cant_update_message")
        if channel.archived:
            raise SlackError("is_inactive")
        if self.streams(message):
            raise SlackError("streaming_state_conflict")
        window = channel.team.edit_window
        if window is not None and self.world.clock() - float(message.ts) > window:
            raise SlackError("edit_window_closed")
        content = self.content(call)
        metadata = message.metadata
        if "metadata" in call.args:
            metadata = check_metadata(call.structure("metadata", "invalid_metadata_format"))
        if content is None:
            if "metadata" not in call.args:
                raise SlackError("no_text")
            content = message.current
        elif "attachments" not in call.args:
            content = replace(content, attachments=message.current.attachments)
        if content.text and not content.blocks and content.text != message.text:
            # With blocks the flag is not shown.
            message.edited_at = self.world.new_ts()
        self.world.change(message, replace(content, at=self.world.clock(), metadata=metadata))
        return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": self.json(message)}

    async def delete(self, call: Call) -> Json:
        channel = self.known(call)
        message = self.found(call, channel)
        self.mine(call, message, "cant_delete_message")
        self.world.remove(message)
        return {"channel": channel.id, "ts": message.ts}

    async def post_ephemeral(self, call: Call) -> Json:
        channel = self.writable(call)
        user = channel.team.users.get(call.required("user"))
        if user is None or user.id not in channel.members:
            raise SlackError("user_not_in_channel")
        thread = self.thread(call, channel)
        content = self.content(call)
        if content is None:
            raise SlackError("no_text")
        self.customized(call)
        message = Message(
            channel,
            self.world.new_ts(),
            call.me,
            [content],
            thread,
            ephemeral_to=user,
            by_app=True,
        )
        self.world.post(message)
        return {"message_ts": message.ts}

    async def get_permalink(self, call: Call) -> Json:
        channel = self.known(call)
        message = self.found(call, channel, "message_ts")
        digits = message.ts.replace(".", "")
        domain = payloads.domain(channel.team)
        return {
            "channel": channel.id,
            "permalink": f"https://{domain}.slack.com/archives/{channel.id}/p{digits}",
        }

    # What streams need too

    def json(self, message: Message) -> Json:
        found = payloads.message(message)
        if message.metadata is not None:
            found["metadata"] = message.metadata
        return found

    def known(self, call: Call, name: str = "channel") -> Channel:
        """A channel that the bot may know of."""
        channel = call.team.channels.get(call.required(name))
        if channel is None or (channel.kind != CHANNEL and call.me.id not in channel.members):
            raise SlackError("channel_not_found")
        return channel

    def writable(self, call: Call, *, opens_dm: bool = False) -> Channel:
        """A channel that the bot may write to. `opens_dm`: a user's id stands for their conversation."""
        user = call.team.users.get(call.required("channel"))
        channel = (
            self.world.dm(user) if opens_dm and user is not None and not user.is_bot else self.known(call)
        )
        if channel.archived:
            raise SlackError("is_archived")
        assert call.token is not None
        public = channel.kind == CHANNEL and "chat:write.public" in call.token.scopes
        if call.me.id not in channel.members and not public:
            raise SlackError("not_in_channel")
        return channel

    def thread(self, call: Call, channel: Channel) -> str | None:
        """The thread's parent. A reply's own `ts` is no parent: Slack says to avoid it, here it is refused."""
        if not call.has("thread_ts"):
            return None
        parent = channel.messages.get(call.text("thread_ts"))
        if parent is None or (parent.deleted and not self.world.has_replies(parent)):
            raise SlackError("thread_not_found")
        if parent.subtype == "channel_join" or parent.thread_ts not in (None, parent.ts):
            raise SlackError("cannot_reply_to_message")
        return parent.ts

    def found(self, call: Call, channel: Channel, name: str = "ts") -> Message:
        message = channel.messages.get(call.required(name))
        if message is None or message.deleted:
            raise SlackError("message_not_found")
        return message

    def streams(self, message: Message) -> bool:
        """Whether the message is still being written; its time may be over."""
        if message.streaming and self.world.clock() - (message.stream_started or 0.0) > self.stream_lifetime:
            message.streaming = False
            self.world.changed()
        return message.streaming

    def mine(self, call: Call, message: Message, error: str) -> None:
        if message.user is not call.me or not message.by_app:
            raise SlackError(error)

    def content(self, call: Call) -> Version | None:
        """Text, blocks and attachments of the call; None: there is nothing."""
        text = call.text("text")
        blocks = check_blocks(
            call.structure("blocks", "invalid_blocks_format"), lambda: self.world.new_id("b")
        )
        attachments = call.structure("attachments", "invalid_attachments") or []
        if not isinstance(attachments, list) or not all(isinstance(one, dict) for one in attachments):
            raise SlackError("invalid_attachments")
        if len(attachments) > MAX_ATTACHMENTS:
            raise SlackError("too_many_attachments")
        markdown = call.text("markdown_text")
        if markdown:
            if text or blocks:
                raise SlackError("markdown_text_conflict")
            if len(markdown) > MAX_MARKDOWN:
                raise SlackError("msg_too_long")
            blocks = self.markdown(markdown)
            check_size(blocks)
        check_text(text)
        if not (text.strip() or blocks or attachments):
            return None
        return Version(self.world.clock(), text, blocks, tuple(attachments))

    def markdown(self, text: str) -> tuple[Json, ...]:
        return ({"type": "markdown", "text": text, "block_id": self.world.new_id("b")},)

    def customized(self, call: Call) -> None:
        assert call.token is not None
        wanted = any(call.has(name) for name in ("username", "icon_emoji", "icon_url"))
        if wanted and "chat:write.customize" not in call.token.scopes:
            raise missing_scope("chat:write.customize", call.token.scopes)

    def paced(self, channel: Channel) -> None:
        wait = self.limits.post(channel.team.id, channel.id)
        if wait is not None:
            raise RateLimited(wait)

    def recipient(self, call: Call, channel: Channel) -> User | None:
        """Who a stream is for; channels need both the user and their workspace."""
        user_id, team_id = call.text("recipient_user_id"), call.text("recipient_team_id")
        if channel.kind != IM and not user_id:
            raise SlackError("missing_recipient_user_id")
        if channel.kind != IM and not team_id:
            raise SlackError("missing_recipient_team_id")
        if team_id and team_id not in self.world.teams:
            raise SlackError("team_not_found")
        user = channel.team.users.get(user_id)
        if user_id and user is None:
            raise SlackError("user_not_found")
        return user


def chunks_of(call: Call) -> list[Json] | None:
    """The chunks of a stream's call; None: there are none."""
    found: Any = call.structure("chunks", "invalid_chunks")
    if found is None:
        return None
    if not isinstance(found, list) or not all(isinstance(one, dict) and "type" in one for one in found):
        raise SlackError("invalid_chunks")
    if call.has("markdown_text"):
        raise SlackError("cannot_provide_both_markdown_text_and_chunks")
    if any(not isinstance(one.get("text", ""), str) for one in found):
        raise invalid_arguments("must be a string [json-pointer:/chunks]")
    return found
